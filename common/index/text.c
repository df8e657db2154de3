#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "index/text.h"

void
text_free(struct text *t)
{
	buf_free(&t->bytes);
	free(t->runs);
	free(t->units);
	free(t->lent);
	pool_free(&t->pool);
	reader_free(&t->reader);
	memset(t, 0, sizeof *t);
}

/* Add the bytes of a chunk that no earlier chunk had. */
static void
add_bytes(struct text *t, const struct record *r)
{
	struct run *last = t->nruns != 0 ? &t->runs[t->nruns - 1] : NULL;
	uint64_t at = last != NULL && last->end > r->byte_start ? last->end :
	    r->byte_start, line = r->start_line;
	const char *p = r->content, *end;

	if (at >= r->byte_end)
		return;
	if (last == NULL || last->end < at) {
		t->runs = xgrow(t->runs, &t->runs_cap, t->nruns + 1,
		    sizeof *t->runs);
		last = &t->runs[t->nruns++];
		end = r->content + (at - r->byte_start);
		while ((p = memchr(p, '\n', end - p)) != NULL) {
			line++;
			p++;
		}
		*last = (struct run){ at, at, line, t->bytes.len };
	}
	buf_add(&t->bytes, r->content + (at - r->byte_start),
	    r->byte_end - at);
	last->end = r->byte_end;
}

static struct unit *
add_unit(struct text *t)
{
	t->units = xgrow(t->units, &t->units_cap, t->nunits + 1,
	    sizeof *t->units);
	return &t->units[t->nunits++];
}

static void
add_definition(struct text *t, struct unit u, const struct symbol *y,
    int stays)
{
	struct pool *p = &t->pool;

	u.d = *y;
	if (!stays) {
		u.d.name = pool_string(p, y->name);
		u.d.kind = pool_string(p, y->kind);
		u.d.scope = pool_string(p, y->scope);
		u.d.labels = pool_string(p, y->labels);
	}
	*add_unit(t) = u;
}

/* A definition that is all of the chunk goes before it, others after. */
static void
add_units(struct text *t, const struct record *r, size_t chunk, int stays)
{
	struct pool *p = &t->pool;
	struct unit u = { .language = r->language, .labels = r->labels,
	    .nlabels = r->nlabels, .chunk = chunk };
	const struct symbol c = { r->symbol_name, r->symbol_kind, r->scope,
	    r->byte_start, r->byte_end, r->start_line, r->end_line,
	    RECORD_NONE, RECORD_NONE, NULL };
	size_t i, before = 0;

	if (!stays) {
		const char **labels = pool_take(p,
		    (r->nlabels + 1) * sizeof *labels);

		for (i = 0; i < r->nlabels; i++)
			labels[i] = pool_string(p, r->labels[i]);
		u.labels = labels;
		u.language = pool_string(p, r->language);
	}
	while (before < r->nsymbols &&
	    r->symbols[before].byte_start <= r->byte_start &&
	    r->symbols[before].byte_end >= r->byte_end)
		add_definition(t, u, &r->symbols[before++], stays);
	u.is_chunk = 1;
	u.refs = stays || r->refs == NULL ? r->refs :
	    pool_string(p, r->refs);
	add_definition(t, u, &c, stays);
	u.is_chunk = 0;
	u.refs = NULL;
	for (i = before; i < r->nsymbols; i++)
		add_definition(t, u, &r->symbols[i], stays);
}

static int
by_place(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;

	if (x->d.byte_start != y->d.byte_start)
		return x->d.byte_start < y->d.byte_start ? -1 : 1;
	if (x->d.byte_end != y->d.byte_end)
		return x->d.byte_end > y->d.byte_end ? -1 : 1;
	if (x->is_chunk != y->is_chunk)
		return x->is_chunk - y->is_chunk;
	return strcmp(x->d.name != NULL ? x->d.name : "",
	    y->d.name != NULL ? y->d.name : "");
}

void
text_begin(struct text *t, const char *path, int lends)
{
	t->bytes.len = t->nruns = t->nunits = t->nchunks = 0;
	pool_back(&t->pool, 0);
	t->path = path;
	t->lends = lends;
}

void
text_add(struct text *t, const struct record *chunk, int stays)
{
	if (t->lends) {
		t->lent = xgrow(t->lent, &t->lent_cap, t->nchunks + 1,
		    sizeof *t->lent);
		t->lent[t->nchunks] = chunk->content;
	} else
		add_bytes(t, chunk);
	add_units(t, chunk, t->nchunks++, stays);
}

void
text_end(struct text *t)
{
	size_t i;

	for (i = 1; i < t->nunits; i++)
		if (by_place(&t->units[i - 1], &t->units[i]) > 0)
			break;
	if (i < t->nunits)
		qsort(t->units, t->nunits, sizeof *t->units, by_place);
}

int
text_read(struct text *t, const struct store_whole *w)
{
	struct record r;
	size_t i;

	text_begin(t, w->file.path, 0);
	for (i = 0; i < w->nchunks; i++) {
		if (record_read(&t->reader, &r, w->chunks[i].line,
		    w->chunks[i].len) == -1) {
			warnx("%s: a chunk of it: %s", t->path,
			    t->reader.error);
			return 2;
		}
		text_add(t, &r, 0);
	}
	text_end(t);
	return 0;
}

const struct run *
text_run(const struct text *t, uint64_t byte)
{
	size_t low = 0, high = t->nruns, i;

	while (low < high) {
		i = low + (high - low) / 2;
		if (t->runs[i].end > byte)
			high = i;
		else
			low = i + 1;
	}
	return low < t->nruns && t->runs[low].start <= byte ? &t->runs[low] :
	    NULL;
}

size_t
text_span(const struct text *t, uint64_t start, uint64_t end, const char **s)
{
	const struct run *r = text_run(t, start);

	*s = "";
	if (r == NULL)
		return 0;
	*s = t->bytes.p + r->at + (start - r->start);
	return (end < r->end ? end : r->end) - start;
}

const struct unit *
text_around(const struct text *t, uint64_t byte)
{
	const struct unit *u, *found = NULL;

	for (u = t->units; u < t->units + t->nunits &&
	    u->d.byte_start <= byte; u++)
		if (!u->is_chunk && u->d.byte_end > byte)
			found = u;
	return found;
}

/* --- as it is stored ------------------------------------------------------- */

/*
 * Neither of these can occur inside a string: its quotes are preceded by a
 * backslash.
 */
static const char before[] = ",\"content\":\"", behind[] =
    "\",\"content_hash\":\"";

int
text_raw(struct buf *out, const struct store_whole *w)
{
	const struct store_chunk *c;
	const char *p, *end;
	uint64_t last = 0;		/* bytes up to here are there */
	size_t i, tail;

	for (i = 0; i < w->nchunks; i++) {
		c = &w->chunks[i];
		if ((p = memmem(c->line, c->len, before,
		    sizeof before - 1)) == NULL)
			return 0;
		p += sizeof before - 1;
		/* after the content: a hash, some labels, a time */
		tail = 256;
		do {
			tail *= 2;
			end = tail < (size_t)(c->line + c->len - p) ?
			    c->line + c->len - tail : p;
			end = memmem(end, c->line + c->len - end, behind,
			    sizeof behind - 1);
		} while (end == NULL && tail < c->len);
		if (end == NULL)
			return 0;
		if (c->start < last && c->end > last)
			return 0;	/* half of it is there */
		if (c->start >= last && c->end > c->start) {
			buf_add(out, p, end - p);
			last = c->end;
		}
	}
	buf_putc(out, '\n');
	for (i = 0; i < w->nchunks; i++) {
		c = &w->chunks[i];
		p = memmem(c->line, c->len, before, sizeof before - 1);
		buf_add(out, c->line, p - c->line);
		buf_putc(out, '\n');
	}
	return 1;
}
