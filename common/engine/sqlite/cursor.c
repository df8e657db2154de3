/*
 * Cursors over many rows, which can resume where they were. A cursor keeps its
 * statements when it ends, for the next one of its kind.
 */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "engine/sqlite/cursor.h"

static struct sq_cursor *
new_cursor(struct sq *e, enum engine_rows what)
{
	struct sq_cursor **p, *c;

	for (p = &e->spare; (c = *p) != NULL; p = &c->next_spare)
		if (c->what == what) {
			*p = c->next_spare;
			return c;
		}
	c = xcalloc(1, sizeof *c);
	c->base.type = e->base.type;
	c->e = e;
	c->what = what;
	return c;
}

void
sq_free_cursors(struct sq *e)
{
	struct sq_cursor *c;

	while ((c = e->spare) != NULL) {
		e->spare = c->next_spare;
		sqlite3_finalize(c->stmt);
		sqlite3_finalize(c->more);
		buf_free(&c->path);
		buf_free(&c->line);
		buf_free(&c->here);
		buf_free(&c->name);
		buf_free(&c->chain);
		buf_free(&c->now);
		free(c->held);
		free(c->heap);
		free(c);
	}
}

static void
put_place(struct buf *out, const struct sq_place *p, const size_t *held,
    const struct buf *bytes)
{
	out->len = 0;
	buf_add(out, p, sizeof *p);
	buf_add(out, held, p->nheld * sizeof *held);
	if (bytes != NULL)
		buf_add(out, bytes->p, bytes->len);
}

/* --- files ------------------------------------------------------------------------ */

static int
seek_files(struct sq_cursor *c, const char *below, const struct sq_place *at,
    const char *bytes, size_t n)
{
	c->here.len = 0;
	if (at != NULL)
		buf_add(&c->here, bytes, n);
	else if (below != NULL) {
		buf_puts(&c->here, below);
		if (strcmp(below, "/") != 0)
			buf_putc(&c->here, '/');
	}
	sq_bind_lower(c->stmt, &c->here, 0);
	sq_bind_lower(c->more, &c->here, 1);
	if ((c->text = sq_step(c->e, c->stmt)) == -1)
		return -1;
	return (c->blob = sq_step(c->e, c->more)) == -1 ? -1 : 0;
}

static int
by_path_bytes(sqlite3_stmt *a, sqlite3_stmt *b)
{
	int n = sqlite3_column_bytes(a, 1), m = sqlite3_column_bytes(b, 1);
	int k = n == 0 || m == 0 ? 0 : memcmp(sqlite3_column_blob(a, 1),
	    sqlite3_column_blob(b, 1), (size_t)(n < m ? n : m));

	return k != 0 ? k : n - m;
}

/* Does the row's path sort after all those below c->path? */
static int
past(const struct sq_cursor *c, const struct record *r)
{
	const char *below = c->path.p;
	size_t n = strlen(below);

	return strncmp(r->path, below, n) != 0 ||
	    (r->path[n] != '/' && strcmp(below, "/") != 0);
}

static int
next_file(struct sq_cursor *c, struct row *row)
{
	struct record r;
	char hash[HASH_LEN + 1];
	sqlite3_stmt *s;
	int *which, status;

	for (;;) {
		if (!c->text && !c->blob)
			return 0;
		which = !c->blob || (c->text && by_path_bytes(c->stmt,
		    c->more) < 0) ? &c->text : &c->blob;
		s = which == &c->text ? c->stmt : c->more;
		if ((status = sq_read_file(c->e, s, &r, hash)) == -1)
			return -1;
		if (r.path == NULL)
			return sq_damaged(c->e, "a file", "the record");
		if (c->path.len != 0 && past(c, &r)) {
			*which = 0;
			sqlite3_reset(s);
			continue;
		}
		if (status == 0)
			return sq_damaged(c->e, r.path, "the record");
		c->here.len = c->line.len = 0;
		buf_text(&c->here, r.path);
		sq_line(&c->line, &r);
		if ((*which = sq_step(c->e, s)) == -1)
			return -1;
		if (c->path.len == 0 || (path_below(c->here.p, c->path.p) &&
		    strcmp(c->here.p, c->path.p) != 0))
			break;
	}
	row->path = c->here.p;
	row->line = c->line.p;
	row->len = c->line.len;
	return 1;
}

/* --- chunks ------------------------------------------------------------------------- */

static int
seek_chunks(struct sq_cursor *c, const struct query *q, const struct sq_place *at)
{
	uint64_t start = at != NULL ? at->start :
	    q->start != RECORD_NONE ? q->start : 0;
	uint64_t end = at != NULL ? at->end : 0;
	int64_t file;
	int there = sq_file_id(c->e, q->path, &file);

	c->ended = there == 0;
	if (there != 1)
		return there;
	sq_bind_spans(c->stmt, file, start, end, q->start);
	if (c->what == ROWS_SPANS)
		return 0;
	sq_bind_spans(c->more, file, start, end, q->start);
	c->definitions.stmt = c->more;
	c->definitions.row = sq_step(c->e, c->more);
	return c->definitions.row == -1 ? -1 : 0;
}

static int
next_chunk(struct sq_cursor *c, struct row *row)
{
	char hash[HASH_LEN + 1];
	struct record r;
	int status = sq_step(c->e, c->stmt);

	if (status != 1)
		return status;
	row->path = c->path.p;
	if (c->what == ROWS_SPANS) {
		row->start = c->start =
		    (uint64_t)sqlite3_column_int64(c->stmt, 0);
		row->end = c->end =
		    (uint64_t)sqlite3_column_int64(c->stmt, 1);
		return 1;
	}
	if ((status = sq_read_chunk(c->e, c->stmt, &c->definitions, c->path.p,
	    &r, hash)) != 1)
		return status == 0 ? sq_damaged(c->e, c->path.p, "a chunk") :
		    -1;
	c->line.len = 0;
	sq_line(&c->line, &r);
	row->start = c->start = r.byte_start;
	row->end = c->end = r.byte_end;
	row->line = c->line.p;
	row->len = c->line.len;
	return 1;
}

/* --- blobs -------------------------------------------------------------------------- */

static int
seek_blobs(struct sq_cursor *c, const struct query *q, const char *bytes,
    size_t n)
{
	c->here.len = c->path.len = 0;
	if (bytes != NULL)
		buf_add(&c->here, bytes, n);
	else
		buf_add(&c->here, q->from->p, q->from->len);
	buf_add(&c->path, q->to->p, q->to->len);
	sqlite3_bind_blob64(c->stmt, 1, c->here.p, c->here.len, SQLITE_STATIC);
	sqlite3_bind_blob64(c->stmt, 2, c->path.p, c->path.len, SQLITE_STATIC);
	return 0;
}

static int
next_blob(struct sq_cursor *c, struct row *row)
{
	int status = sq_step(c->e, c->stmt);

	if (status != 1)
		return status;
	row->key = sqlite3_column_blob(c->stmt, 0);
	row->key_len = (size_t)sqlite3_column_bytes(c->stmt, 0);
	row->blob = sqlite3_column_blob(c->stmt, 1);
	row->blob_len = (size_t)sqlite3_column_bytes(c->stmt, 1);
	return 1;
}

/* --- all of them ------------------------------------------------------------------------ */

static int
open_statements(struct sq_cursor *c)
{
	static const struct {
		int stmt, more;
	} which[] = {
		[ROWS_FILES] = { SQ_FILES_TEXT, SQ_FILES_BLOB },
		[ROWS_CHUNKS] = { SQ_CHUNKS, SQ_CHUNK_DEFINITIONS },
		[ROWS_SPANS] = { SQ_SPANS, -1 },
		[ROWS_SYMBOLS] = { SQ_NAMES, SQ_NAME_ROWS },
		[ROWS_LABELLED] = { SQ_SET_ROWS, -1 },
		[ROWS_LABELS] = { SQ_LABELS, -1 },
		[ROWS_BLOBS] = { SQ_BLOBS, -1 },
	};

	if (c->stmt == NULL &&
	    (c->stmt = sq_prepare(c->e, which[c->what].stmt)) == NULL)
		return -1;
	if (c->more == NULL && which[c->what].more != -1 &&
	    (c->more = sq_prepare(c->e, which[c->what].more)) == NULL)
		return -1;
	return 0;
}

static int
start(struct sq_cursor *c, const struct query *q, const struct sq_place *at,
    const char *bytes, size_t n)
{
	switch (c->what) {
	case ROWS_FILES:
		return seek_files(c, q->path, at, bytes, n);
	case ROWS_CHUNKS:
	case ROWS_SPANS:
		return seek_chunks(c, q, at);
	case ROWS_SYMBOLS:
		return sq_seek_symbols(c, q, at, bytes, n);
	case ROWS_LABELLED:
		return sq_seek_labelled(c, q, at);
	case ROWS_LABELS:
		return sq_seek_labels(c, at);
	case ROWS_BLOBS:
		return seek_blobs(c, q, bytes, n);
	}
	return -1;
}

struct cursor *
sq_seek(struct engine *base, const struct query *q, const struct buf *place)
{
	struct sq_cursor *c = new_cursor((struct sq *)base, q->what);
	struct sq_place at;
	const char *bytes = NULL;
	size_t n = 0;

	if (place != NULL) {
		memcpy(&at, place->p, sizeof at);
		bytes = place->p + sizeof at;
		n = place->len - sizeof at;
	}
	c->ended = 0;
	c->path.len = 0;
	if (q->path != NULL)
		buf_text(&c->path, q->path);
	if (open_statements(c) == 0 &&
	    start(c, q, place != NULL ? &at : NULL, bytes, n) == 0)
		return &c->base;
	sq_end(&c->base);
	return NULL;
}

int
sq_next(struct cursor *base, struct row *row)
{
	struct sq_cursor *c = (struct sq_cursor *)base;
	int status;

	if (c->ended)
		return 0;
	switch (c->what) {
	case ROWS_FILES:
		status = next_file(c, row);
		break;
	case ROWS_CHUNKS:
	case ROWS_SPANS:
		status = next_chunk(c, row);
		break;
	case ROWS_SYMBOLS:
		status = sq_next_symbol(c, row);
		break;
	case ROWS_LABELLED:
		status = sq_next_labelled(c, row);
		break;
	case ROWS_BLOBS:
		status = next_blob(c, row);
		break;
	default:
		status = sq_next_label(c, row);
		break;
	}
	c->ended = status != 1;
	return status;
}

void
sq_place(const struct cursor *base, struct buf *place)
{
	const struct sq_cursor *c = (const struct sq_cursor *)base;
	struct sq_place at;
	struct buf bytes = { 0 };

	memset(&at, 0, sizeof at);
	at.start = c->start;
	at.end = c->end;
	switch (c->what) {
	case ROWS_FILES:
		bytes = c->here;
		bytes.len--;			/* its NUL */
		break;
	case ROWS_SYMBOLS:
		bytes = c->now;
		at.a = c->chunk;
		at.b = c->n;
		at.nheld = c->nheld;
		break;
	case ROWS_BLOBS:
		bytes.p = (char *)sqlite3_column_blob(c->stmt, 0);
		bytes.len = (size_t)sqlite3_column_bytes(c->stmt, 0);
		break;
	case ROWS_LABELLED:
		at.file = c->top.file;
		at.set = c->top.set;
		break;
	case ROWS_LABELS:
		at.set = c->set;
		at.a = (int64_t)c->label - 1;
		break;
	default:
		break;
	}
	put_place(place, &at, c->held, &bytes);
}

int
sq_end(struct cursor *base)
{
	struct sq_cursor *c = (struct sq_cursor *)base;

	if (c->stmt != NULL)
		sqlite3_reset(c->stmt);
	if (c->more != NULL)
		sqlite3_reset(c->more);
	c->next_spare = c->e->spare;
	c->e->spare = c;
	return 0;
}
