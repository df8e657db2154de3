#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "hashes.h"

struct hash_query {
	char hash[HASH_LEN];	/* in lower case */
	const char *text;	/* as given */
	int found;
};

int
hashes_add(struct hashes *h, const char *text)
{
	struct hash_query *q;
	size_t i;

	for (i = 0; isxdigit((unsigned char)text[i]); i++)
		;
	if (i != HASH_LEN || text[i] != '\0')
		return -1;
	h->list = xgrow(h->list, &h->cap, h->n + 1, sizeof *h->list);
	q = &h->list[h->n++];
	q->text = pool_string(&h->texts, text);
	q->found = 0;
	for (i = 0; i < HASH_LEN; i++)
		q->hash[i] = (char)tolower((unsigned char)text[i]);
	return 0;
}

static int
by_hash(const void *a, const void *b)
{
	return memcmp(a, b, HASH_LEN);
}

/* The query for a chunk's hash, or NULL. */
static struct hash_query *
query_of(const struct hashes *h, const struct store_chunk *c)
{
	static const char key[] = "\"content_hash\":\"";
	const char *at, *end = c->line + c->len;

	/* Inside a string the quotes would be preceded by backslashes. */
	at = memmem(c->line, c->len, key, sizeof key - 1);
	if (at == NULL || end - (at += sizeof key - 1) < HASH_LEN)
		return NULL;
	return bsearch(at, h->list, h->n, sizeof *h->list, by_hash);
}

struct search {
	struct hashes *h;
	struct show *sh;
};

static int
show_equal(void *arg, const struct store_whole *w)
{
	const struct search *x = arg;
	struct hash_query *q;
	size_t i;
	int status = 0;

	for (i = 0; status == 0 && i < w->nchunks; i++)
		if ((q = query_of(x->h, &w->chunks[i])) != NULL) {
			q->found = 1;
			status = show_chunk(x->sh, w->chunks[i].line,
			    w->chunks[i].len);
		}
	return status;
}

int
hashes_show(struct store *s, struct show *sh, struct hashes *h)
{
	struct search x = { h, sh };
	size_t i, n = 0;
	int status = 0;

	if (h->n == 0)
		return 0;
	qsort(h->list, h->n, sizeof *h->list, by_hash);
	for (i = 0; i < h->n; i++)
		if (n == 0 || by_hash(&h->list[n - 1], &h->list[i]) != 0)
			h->list[n++] = h->list[i];
	h->n = n;
	status = store_wholes(s, show_equal, &x);
	for (i = 0; status == 0 && i < h->n; i++)
		if (!h->list[i].found) {
			warnx("%s: no chunk has this hash", h->list[i].text);
			sh->status = 1;
		}
	return status;
}

void
hashes_free(struct hashes *h)
{
	free(h->list);
	pool_free(&h->texts);
}
