#include <stdlib.h>
#include <string.h>

#include "index/inside.h"

int
is_dead(const struct segment *s, uint32_t file)
{
	return s->dead != NULL && (s->dead[file / 8] >> file % 8 & 1);
}

void
set_dead(struct segment *s, uint32_t file)
{
	if (s->dead == NULL)
		s->dead = xcalloc(s->files / 8 + 1, 1);
	s->dead[file / 8] |= (unsigned char)(1 << file % 8);
	s->ndead++;
	s->touched = 1;
}

/* The one blob of a key: 1 and blobs.in, 0, -1. */
static int
get(struct blobs *b, struct engine *e)
{
	b->to.len = 0;
	buf_add(&b->to, b->from.p, b->from.len);
	buf_putc(&b->to, '\0');
	return blobs_seek(b, e) == -1 ? -1 : blobs_next(b);
}

static int
read_dead(struct segment *s, struct engine *e)
{
	struct blobs b = { .c = NULL };
	uint32_t want = s->ndead, file = NONE;
	int status;

	key_bytes(&b.from, s->number, 't', NULL, 0);
	if ((status = get(&b, e)) == 0)
		status = index_damaged();
	s->ndead = 0;
	while (status == 1 && b.in.p < b.in.end) {
		file += (uint32_t)get_number(&b.in);
		if (file >= s->files)
			status = index_damaged();
		else
			set_dead(s, file);
	}
	if (status == 1 && s->ndead != want)
		status = index_damaged();
	s->touched = 0;
	status = blobs_end(&b, status);
	blobs_free(&b);
	return status;
}

static int
take_list(struct segments *s, struct in *in)
{
	uint64_t i, n;

	if (get_number(in) != LIST_VERSION)
		return index_damaged();
	s->next = (uint32_t)get_number(in);
	for (i = 0, n = get_number(in); i < n && !in->bad; i++) {
		struct segment *g;

		s->list = xgrow(s->list, &s->cap, s->n + 1, sizeof *s->list);
		g = &s->list[s->n++];
		memset(g, 0, sizeof *g);
		g->number = (uint32_t)get_number(in);
		g->files = (uint32_t)get_number(in);
		g->ndead = (uint32_t)get_number(in);
		g->chunks = get_number(in);
		g->bytes = get_number(in);
		g->size = get_number(in);
	}
	for (i = 0, n = get_number(in); i < n && !in->bad; i++) {
		s->garbage = xgrow(s->garbage, &s->garbage_cap,
		    s->ngarbage + 1, sizeof *s->garbage);
		s->garbage[s->ngarbage++] = (uint32_t)get_number(in);
	}
	return in->bad ? index_damaged() : 1;
}

int
segments_read(struct segments *s, struct engine *e)
{
	struct blobs b = { .c = NULL };
	size_t i;
	int status;

	memset(s, 0, sizeof *s);
	key_list(&b.from);
	if ((status = get(&b, e)) == 1)
		status = take_list(s, &b.in);
	status = blobs_end(&b, status);
	blobs_free(&b);
	for (i = 0; status == 1 && i < s->n; i++)
		if (s->list[i].ndead != 0)
			status = read_dead(&s->list[i], e);
	return status;
}

void
segments_free(struct segments *s)
{
	while (s->n > 0)
		free(s->list[--s->n].dead);
	free(s->list);
	free(s->garbage);
	memset(s, 0, sizeof *s);
}
