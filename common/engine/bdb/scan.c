#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "engine/bdb/bdb.h"

#define IN_ORDER	4	/* after so many, more are likely */

/* --- single records --------------------------------------------------------- */

/*
 * A run over a tree asks for all of its files in order; reading ahead costs a
 * fraction of searching for each.
 */
int
bdb_file(struct bdb *e, const char *path, struct buf *line)
{
	struct ahead *a = &e->ahead;
	struct buf *key = &e->key;
	int diff, status;

	key->len = 0;
	key_file(key, path);
	if (!e->writer)			/* a reader's turns are too short */
		return bdb_get(e, FILES, key, line);
	diff = key_compare(key->p, key->len, e->asked.p, e->asked.len);
	e->asked.len = 0;
	buf_add(&e->asked, key->p, key->len);
	if (diff <= 0)
		e->in_order = 0;
	if (++e->in_order < IN_ORDER) {
		a->at = NULL;
		return bdb_get(e, FILES, key, line);
	}
	for (;;) {
		if (a->at == NULL) {
			status = bdb_ahead_fill(a, e, FILES, key);
			if (status != 1)
				return status;
			bdb_ahead_next(a);
		}
		diff = key_compare(a->key, a->key_len, key->p, key->len);
		if (diff >= 0)
			break;
		bdb_ahead_next(a);
	}
	if (diff == 0)
		buf_add(line, a->value, a->value_len);
	return diff == 0;
}

int
bdb_ast(struct engine *engine, const char *path, struct buf *line)
{
	struct bdb *e = (struct bdb *)engine;

	e->key.len = 0;
	key_ast(&e->key, path);
	return bdb_get(e, AST, &e->key, line);
}

int
bdb_chunk(struct engine *engine, const char *path, uint64_t start,
    uint64_t end, struct buf *line)
{
	struct bdb *e = (struct bdb *)engine;

	e->key.len = 0;
	key_chunk(&e->key, path, start, end);
	return bdb_get(e, CHUNKS, &e->key, line);
}

int
bdb_count(struct bdb *e, const char *path, uint64_t *n)
{
	struct buf from = { 0 }, to = { 0 };
	struct range r;
	int status;

	*n = 0;
	key_chunk_range(&from, &to, path);
	status = bdb_range_open(&r, e, CHUNKS, &from, &to, 1);
	while (status != -1 && (status = bdb_range_next(&r)) == 1)
		++*n;
	if (bdb_range_close(&r) == -1)
		status = -1;
	buf_free(&from);
	buf_free(&to);
	return status;
}

/* --- cursors ------------------------------------------------------------------ */

/* The kind of key each query has. */
static const struct {
	enum table table;
	enum key_kind kind;
	int keys_only;
} ranges[] = {
	[ROWS_FILES] = { FILES, KEY_FILE, 0 },
	[ROWS_CHUNKS] = { CHUNKS, KEY_CHUNK, 0 },
	[ROWS_SPANS] = { CHUNKS, KEY_CHUNK, 1 },
	[ROWS_LABELS] = { LABELS, KEY_LABEL, 1 },
	[ROWS_BLOBS] = { BLOBS, 0, 0 },
};

static void
chunk_range(struct bdb_cursor *c, const struct query *q)
{
	if (q->start == RECORD_NONE) {
		key_chunk_range(&c->from, &c->to, q->path);
		return;
	}
	/* The end of the span follows: "chunk:{p}:{start}:" and a digit. */
	key_chunk(&c->from, q->path, q->start, 0);
	key_chunk(&c->to, q->path, q->start, 0);
	c->to.p[c->to.len - 1] = ':';
}

static int
open_range(struct bdb_cursor *c, const struct query *q,
    const struct buf *place)
{
	switch (q->what) {
	case ROWS_BLOBS:
		buf_add(&c->from, q->from->p, q->from->len);
		buf_add(&c->to, q->to->p, q->to->len);
		break;
	case ROWS_FILES:
		c->below = q->path;
		key_below_range(&c->from, &c->to, q->path != NULL ? q->path :
		    ".");
		break;
	case ROWS_LABELS:
		buf_puts(&c->from, "label:");
		break;
	default:
		chunk_range(c, q);
		break;
	}
	if (place != NULL) {
		c->from.len = 0;
		buf_add(&c->from, place->p, place->len);
	}
	return bdb_range_open(&c->range, c->e, ranges[q->what].table, &c->from,
	    c->to.len != 0 ? &c->to : NULL, ranges[q->what].keys_only);
}

/* Skip all keys of the current label; the range goes on after them. */
static int
skip_label(struct bdb_cursor *c)
{
	struct buf label = { 0 };

	int status = bdb_range_close(&c->range);

	c->range.cursor = NULL;
	if (status == -1)
		return -1;
	key_label_range(&label, &c->from, c->key.name);
	buf_free(&label);
	return bdb_range_open(&c->range, c->e, LABELS, &c->from, NULL, 1);
}

static int
next_in_range(struct bdb_cursor *c, struct row *row)
{
	const struct range *r = &c->range;
	int status;

	if (c->uncounted && c->key.name != NULL && skip_label(c) == -1)
		return -1;
	do {
		if ((status = bdb_range_next(&c->range)) != 1)
			return status;
		if (key_parse(&c->key, r->key.data, r->key.size) == -1 ||
		    c->key.kind != ranges[c->what].kind)
			return bdb_fail(c->e, bdb_tables[r->table].name,
			    EINVAL);
	} while (c->what == ROWS_FILES && c->below != NULL &&
	    !path_below(c->key.path, c->below));
	row->path = c->key.path;
	row->start = c->key.start;
	row->end = c->key.end;
	row->line = r->value.data;
	row->len = r->value.size;
	c->value.len = 0;
	if (c->what == ROWS_CHUNKS && bdb_line(c->e, CHUNKS, &r->value,
	    &c->value, &row->line, &row->len) == -1)
		return -1;
	row->label = c->key.name;
	row->chunks = 1;
	return 1;
}

static int
next_blob(struct bdb_cursor *c, struct row *row)
{
	const struct range *r = &c->range;
	int status = bdb_range_next(&c->range);

	row->key = r->key.data;
	row->key_len = r->key.size;
	row->blob = r->value.data;
	row->blob_len = r->value.size;
	return status;
}

struct cursor *
bdb_seek(struct engine *engine, const struct query *q,
    const struct buf *place)
{
	struct bdb_cursor *c = xcalloc(1, sizeof *c);
	int status;

	c->cursor.type = engine->type;
	c->e = (struct bdb *)engine;
	c->what = q->what;
	c->uncounted = q->uncounted;
	status = q->what == ROWS_SYMBOLS ? bdb_symbols_open(c, q, place) :
	    q->what == ROWS_LABELLED ? bdb_labelled_open(c, q, place) :
	    open_range(c, q, place);
	if (status != -1)
		return &c->cursor;
	bdb_end_cursor(&c->cursor);
	return NULL;
}

int
bdb_next(struct cursor *cursor, struct row *row)
{
	struct bdb_cursor *c = (struct bdb_cursor *)cursor;

	memset(row, 0, sizeof *row);
	return c->what == ROWS_SYMBOLS ? bdb_symbols_next(c, row) :
	    c->what == ROWS_LABELLED ? bdb_labelled_next(c, row) :
	    c->what == ROWS_BLOBS ? next_blob(c, row) :
	    next_in_range(c, row);
}

void
bdb_place(const struct cursor *cursor, struct buf *place)
{
	const struct bdb_cursor *c = (const struct bdb_cursor *)cursor;

	if (c->what == ROWS_SYMBOLS)
		bdb_symbols_place(c, place);
	else if (c->what == ROWS_LABELLED)
		bdb_labelled_place(c, place);
	else
		buf_add(place, c->range.key.data, c->range.key.size);
}

int
bdb_end_cursor(struct cursor *cursor)
{
	struct bdb_cursor *c = (struct bdb_cursor *)cursor;
	int status = 0;

	if (c->what == ROWS_SYMBOLS)
		bdb_symbols_close(c);
	else if (c->what == ROWS_LABELLED)
		status = bdb_labelled_close(c);
	else if (bdb_range_close(&c->range) == -1)
		status = -1;
	key_free(&c->key);
	buf_free(&c->from);
	buf_free(&c->to);
	buf_free(&c->value);
	free(c);
	return status;
}
