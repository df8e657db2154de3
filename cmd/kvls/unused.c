#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/visible.h"
#include "index/refs.h"
#include "symbols.h"
#include "unused.h"

static int
read_used(void *arg, struct engine *e)
{
	return index_used(arg, e);
}

/* Read the names used: 1; 0 the store cannot tell (message printed), -1. */
static int
used(struct index_used *u, struct store *s)
{
	int status = store_moments(s, read_used, u);

	if (status == 0)
		warnx("cannot tell: the store has no references (chunkify "
		    "--refs records them)");
	return status;
}

/* --- unused ----------------------------------------------------------------------- */

struct unused {
	struct index_used used;
	char **languages;		/* those with references */
	size_t n, cap;
	int json;
	struct buf line;
	struct reader reader;
};

static int
has_language(const struct unused *u, const char *language)
{
	size_t i;

	for (i = 0; i < u->n; i++)
		if (strcmp(u->languages[i], language) == 0)
			return 1;
	return 0;
}

static int
read_chunk(struct reader *reader, struct record *r, const char *path,
    const struct store_chunk *c)
{
	if (record_read(reader, r, c->line, c->len) == 0)
		return 0;
	warnx("%s: a chunk of it: %s", path, reader->error);
	return 2;
}

static int
add_languages(void *arg, const struct store_whole *w)
{
	struct unused *u = arg;
	struct record r;
	size_t i;

	for (i = 0; i < w->nchunks; i++) {
		if (read_chunk(&u->reader, &r, w->file.path,
		    &w->chunks[i]) != 0)
			return 2;
		if (has_language(u, r.language))
			break;
		if (r.refs == NULL)
			continue;
		u->languages = xgrow(u->languages, &u->cap, u->n + 1,
		    sizeof *u->languages);
		u->languages[u->n++] = xstrdup(r.language);
	}
	return 0;
}

/* Is it called by others than the code in the store, or has it a name that
 * cannot be among the references? */
static int
cannot_be_told(const struct symbol *d)
{
	size_t n = strlen(d->name);

	return strcmp(d->name, "main") == 0 ||
	    (n > 4 && memcmp(d->name, "__", 2) == 0 &&
	    memcmp(d->name + n - 2, "__", 2) == 0) ||
	    (d->labels != NULL && (strncmp(d->labels, "test:", 5) == 0 ||
	    strstr(d->labels, ":test:") != NULL)) ||
	    strcspn(d->name, " :.<>()[]=+-*/%&|^!~,;\"\\") != n;
}

static int
put_unused(void *arg, const struct store_whole *w)
{
	struct unused *u = arg;
	struct record r;
	size_t i, k;

	for (i = 0; i < w->nchunks; i++) {
		if (read_chunk(&u->reader, &r, w->file.path,
		    &w->chunks[i]) != 0)
			return 2;
		if (!has_language(u, r.language))
			break;
		for (k = 0; k < r.nsymbols; k++)
			if (!cannot_be_told(&r.symbols[k]) &&
			    index_used_of(&u->used, r.symbols[k].name) == NULL)
				symbols_put(&u->line, w->file.path,
				    &r.symbols[k], u->json);
	}
	return ferror(stdout) != 0;
}

static int
wholes(struct store *s, const char *path, store_whole_fn *fn, void *arg)
{
	return path == NULL ? store_wholes(s, fn, arg) :
	    store_wholes_below(s, path, fn, arg);
}

int
unused_list(struct store *s, const char *path, int json)
{
	struct unused u = { .json = json };
	int status = used(&u.used, s);

	status = status == 1 ? wholes(s, path, add_languages, &u) :
	    status == 0 ? 2 : -1;
	if (status == 0)
		status = wholes(s, path, put_unused, &u);
	while (u.n > 0)
		free(u.languages[--u.n]);
	free(u.languages);
	buf_free(&u.line);
	reader_free(&u.reader);
	index_used_free(&u.used);
	return status;
}

/* --- a map ------------------------------------------------------------------------ */

#define SIGNATURE	160		/* bytes of one to show, at most */
#define TAIL		48		/* bytes for the closing line */

/* A definition that may be on the map. */
struct mark {
	char *path, *signature;
	uint64_t score, byte_start;
	int chosen;
};

struct map {
	struct index_used used;
	struct mark *list;		/* a heap, the worst first */
	size_t n, most;
	uint64_t seen;			/* definitions used at all */
	struct reader reader;
};

static int
count_definition(void *arg, const struct store_symbol *d)
{
	struct map *m = arg;
	struct index_used_name *x = index_used_of(&m->used, d->symbol.name);

	if (x != NULL)
		x->definitions++;
	return 0;
}

/* Is a worse than b? */
static int
worse(const struct mark *a, const struct mark *b)
{
	int diff;

	if (a->score != b->score)
		return a->score < b->score;
	if ((diff = strcmp(a->path, b->path)) != 0)
		return diff > 0;
	return a->byte_start > b->byte_start;
}

static void
swap(struct mark *a, struct mark *b)
{
	struct mark c = *a;

	*a = *b;
	*b = c;
}

static void
sink(struct mark *list, size_t n)
{
	size_t i = 0, k;

	while ((k = 2 * i + 1) < n) {
		if (k + 1 < n && worse(&list[k + 1], &list[k]))
			k++;
		if (!worse(&list[k], &list[i]))
			return;
		swap(&list[i], &list[k]);
		i = k;
	}
}

/* Its signature on one line: up to its body, or its first line. */
static char *
signature(const struct record *r, const struct symbol *d)
{
	const char *p = r->content + (d->byte_start - r->byte_start), *s = p;
	const char *end = r->content + r->content_len, *eol;
	uint64_t to = d->body_start != RECORD_NONE ? d->body_start :
	    d->byte_end;
	struct buf b = { 0 };

	if (to < r->byte_end)
		end = r->content + (to - r->byte_start);
	if (d->body_start == RECORD_NONE &&
	    (eol = memchr(p, '\n', (size_t)(end - p))) != NULL)
		end = eol;
	for (; p < end && b.len < SIGNATURE; p++)
		if (strchr(" \t\r\n", *p) == NULL)
			buf_putc(&b, *p);
		else if (b.len != 0 && b.p[b.len - 1] != ' ')
			buf_putc(&b, ' ');
	while (b.len != 0 && strchr(" {=", b.p[b.len - 1]) != NULL)
		b.len--;
	/* not in the middle of a character */
	while (p < end && b.len != 0 && (*p & 0xc0) == 0x80 && p > s) {
		b.len--;
		p--;
	}
	buf_putc(&b, '\0');
	return b.p;
}

static void
add_mark(struct map *m, const struct store_whole *w, const struct record *r,
    const struct symbol *d)
{
	const struct index_used_name *x = index_used_of(&m->used, d->name);
	struct mark mark = { (char *)w->file.path, NULL, 0, d->byte_start, 0 };
	size_t i;

	if (x == NULL)
		return;
	m->seen++;
	/* definitions that share a name share its uses */
	mark.score = x->uses * 16 / (x->definitions != 0 ? x->definitions : 1);
	if (m->n == m->most) {
		if (!worse(&m->list[0], &mark))
			return;
		free(m->list[0].path);
		free(m->list[0].signature);
		swap(&m->list[0], &m->list[--m->n]);
		sink(m->list, m->n);
	}
	mark.path = xstrdup(w->file.path);
	mark.signature = signature(r, d);
	m->list[i = m->n++] = mark;
	for (; i > 0 && worse(&m->list[i], &m->list[(i - 1) / 2]);
	    i = (i - 1) / 2)
		swap(&m->list[i], &m->list[(i - 1) / 2]);
}

static int
add_file(void *arg, const struct store_whole *w)
{
	struct map *m = arg;
	struct record r;
	size_t i, k;

	for (i = 0; i < w->nchunks; i++) {
		if (read_chunk(&m->reader, &r, w->file.path,
		    &w->chunks[i]) != 0)
			return 2;
		for (k = 0; k < r.nsymbols; k++)
			add_mark(m, w, &r, &r.symbols[k]);
	}
	return 0;
}

static int
by_score(const void *a, const void *b)
{
	return worse(a, b) ? 1 : worse(b, a) ? -1 : 0;
}

static int
by_place(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int diff = strcmp(x->path, y->path);

	return diff != 0 ? diff : (x->byte_start > y->byte_start) -
	    (x->byte_start < y->byte_start);
}

/* How many bytes visible_word prints. */
static size_t
shown(const char *s)
{
	size_t n = strlen(s), size = 6 * n + VISIBLE_MIN;
	char *out = xmalloc(size);

	visible(out, size, s, n);
	n = strlen(out);
	free(out);
	return n;
}

/* Choose as many as fit, the best first. Returns how many. */
static size_t
choose(struct map *m, size_t room)
{
	size_t i, k, cost, chosen = 0;

	for (i = 0; i < m->n; i++) {
		struct mark *x = &m->list[i];

		cost = shown(x->signature) + 3;		/* "  ", newline */
		for (k = 0; k < i && !(m->list[k].chosen &&
		    strcmp(m->list[k].path, x->path) == 0); k++)
			;
		if (k == i)
			cost += shown(x->path) + 1;
		if (cost > room)
			continue;
		room -= cost;
		x->chosen = 1;
		chosen++;
	}
	return chosen;
}

static void
print(const struct map *m, size_t chosen)
{
	const char *path = NULL;
	size_t i;

	for (i = 0; i < m->n; i++) {
		const struct mark *x = &m->list[i];

		if (!x->chosen)
			continue;
		if (path == NULL || strcmp(path, x->path) != 0) {
			visible_word(x->path);
			putchar('\n');
		}
		path = x->path;
		fputs("  ", stdout);
		visible_word(x->signature);
		putchar('\n');
	}
	printf("(%zu of %" PRIu64 " that are used)\n", chosen, m->seen);
}

int
map_show(struct store *s, const char *path, size_t max_bytes)
{
	struct map m = { .most = max_bytes / 8 + 1 };
	size_t chosen;
	int status = used(&m.used, s);

	m.list = xcalloc(m.most, sizeof *m.list);
	status = status == 1 ? store_symbols(s, "", 1, count_definition, &m) :
	    status == 0 ? 2 : -1;
	if (status == 0)
		status = wholes(s, path, add_file, &m);
	if (status == 0) {
		if (m.n != 0)
			qsort(m.list, m.n, sizeof *m.list, by_score);
		chosen = choose(&m, max_bytes - TAIL);
		if (m.n != 0)
			qsort(m.list, m.n, sizeof *m.list, by_place);
		print(&m, chosen);
		status = ferror(stdout) != 0;
	}
	while (m.n > 0) {
		free(m.list[--m.n].path);
		free(m.list[m.n].signature);
	}
	free(m.list);
	reader_free(&m.reader);
	index_used_free(&m.used);
	return status;
}
