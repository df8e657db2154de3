/*
 * Many rows, a page at a time: each page is requested from the row after the
 * last one on, so no state is left at the server between two of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/postgres.h"

#define FIRST_PAGE	100	/* rows; later pages have more and more */
#define LAST_PAGE	20000

/* Where a row is; which members count depends on the query. */
struct at {
	int64_t file, set;
	uint64_t start, end, n;
	size_t label;
};

struct pg_cursor {
	struct cursor base;
	struct pg *e;
	enum engine_rows what;
	struct buf path, name;		/* of the query; or "" */
	int exact, uncounted;
	PGresult *res, *defs;
	int row, def;			/* the next ones in them */
	int limit;			/* rows of the page; 0: all are there */
	int ended;
	struct at at;			/* of the last row handed out, */
	struct buf key;			/* its path or name */
	struct buf line;

	int64_t *sets;			/* LABELLED: those the query wants */
	size_t nsets, sets_cap;
	size_t label;			/* LABELS: the next to hand out */
};

/* --- pages -------------------------------------------------------------------------- */

/* c->name: where the keys end. */
static PGresult *
ask_blobs(struct pg_cursor *c)
{
	struct pg_args a = { 0 };

	pg_number(&a, c->e->store);
	pg_bytes(&a, c->key.p, c->key.len);
	pg_bytes(&a, c->name.p, c->name.len);
	pg_number(&a, c->limit);
	return pg_ask(c->e, c->e->servers, PG_BLOBS, &a);
}

/* Ask for rows of files from a path on. */
static PGresult *
ask_files(struct pg_cursor *c)
{
	struct pg_args a = { 0 };

	pg_number(&a, c->e->store);
	pg_bytes(&a, c->key.p, c->key.len);
	pg_number(&a, c->limit);
	return pg_ask(c->e, c->e->servers, PG_FILES, &a);
}

/* Ask for definitions from a name, and a row of that name, on. */
static PGresult *
ask_names(struct pg_cursor *c)
{
	struct pg_args a = { 0 };

	pg_number(&a, c->e->store);
	pg_bytes(&a, c->key.p, c->key.len);
	pg_number(&a, c->at.file);
	pg_number(&a, (int64_t)c->at.start);
	pg_number(&a, (int64_t)c->at.end);
	pg_number(&a, (int64_t)c->at.n);
	pg_number(&a, c->limit);
	return pg_ask(c->e, c->e->servers, c->exact ? PG_NAMED : PG_NAMES, &a);
}

/*
 * Ask for chunks with one of the sets, from a span of a file on: a subquery for
 * each set, which the server merges by the index, reading only the page.
 */
static PGresult *
ask_labelled(struct pg_cursor *c)
{
	struct pg_server *s = c->e->servers;
	struct buf sql = { 0 };
	char text[240];
	PGresult *res;
	size_t i;

	buf_puts(&sql, "SELECT c.file, byte_start, byte_end, path FROM (");
	for (i = 0; i < c->nsets; i++) {
		snprintf(text, sizeof text, "%sSELECT file, byte_start, "
		    "byte_end FROM chunkkv.chunk WHERE store = '%jd' AND "
		    "labelset = '%jd' AND (file, byte_start, byte_end) >= "
		    "('%jd', %ju, %ju)", i > 0 ? " UNION ALL " : "",
		    (intmax_t)c->e->store, (intmax_t)c->sets[i],
		    (intmax_t)c->at.file, (uintmax_t)c->at.start,
		    (uintmax_t)c->at.end);
		buf_puts(&sql, text);
	}
	snprintf(text, sizeof text, " ORDER BY file, byte_start, byte_end "
	    "LIMIT %d) c JOIN chunkkv.file f ON f.file = c.file "
	    "ORDER BY c.file, byte_start, byte_end", c->limit);
	buf_text(&sql, text);
	res = PQexecParams(s->conn, sql.p, 0, NULL, NULL, NULL, NULL, 1);
	buf_free(&sql);
	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		return res;
	pg_fail(c->e, s, res);
	PQclear(res);
	return NULL;
}

/* Read the page that begins at c->key and c->at. 0, -1. */
static int
turn(struct pg_cursor *c)
{
	PQclear(c->res);
	c->row = 0;
	switch (c->what) {
	case ROWS_FILES:
		c->res = ask_files(c);
		break;
	case ROWS_BLOBS:
		c->res = ask_blobs(c);
		break;
	case ROWS_SYMBOLS:
		c->res = ask_names(c);
		break;
	default:
		c->res = ask_labelled(c);
		break;
	}
	return c->res == NULL ? -1 : 0;
}

/* Is there a row? Reads the next page when one ends: 1, 0, -1. */
static int
more(struct pg_cursor *c)
{
	if (c->row < PQntuples(c->res))
		return 1;
	if (c->limit == 0 || PQntuples(c->res) < c->limit)
		return 0;
	if (c->limit < LAST_PAGE)
		c->limit *= 4;
	/* After the last one. */
	if (c->what == ROWS_FILES || c->what == ROWS_BLOBS)
		buf_putc(&c->key, '\0');
	else if (c->what == ROWS_SYMBOLS)
		c->at.n++;
	else
		c->at.end++;
	if (turn(c) == -1)
		return -1;
	return PQntuples(c->res) > 0;
}

/* --- files ------------------------------------------------------------------------ */

static int
next_file(struct pg_cursor *c, struct row *row)
{
	char hash[HASH_LEN + 1];
	struct record r;
	const char *path;
	int status;

	do {
		if ((status = more(c)) != 1)
			return status;
		path = PQgetvalue(c->res, c->row, 0);
		c->key.len = 0;
		buf_puts(&c->key, path);
		if (strncmp(path, c->name.p, c->name.len - 1) != 0)
			return 0;
		if (!pg_read_file(c->res, c->row++, &r, hash))
			return pg_damaged(c->e, path, "the record");
	} while (c->path.len != 0 && strcmp(path, c->path.p) == 0);
	pg_remember(c->e, pg_int(c->res, c->row - 1, PG_FILE_ID), 1,
	    *PQgetvalue(c->res, c->row - 1, PG_FILE_AST) != 0);
	c->line.len = 0;
	pg_line(&c->line, &r);
	row->path = r.path;
	row->line = c->line.p;
	row->len = c->line.len;
	return 1;
}

/* c->name: the prefix of the paths below another. */
static int
seek_files(struct pg_cursor *c, const char *bytes, size_t n)
{
	c->limit = FIRST_PAGE;
	if (c->path.len != 0) {
		buf_puts(&c->name, c->path.p);
		if (strcmp(c->path.p, "/") != 0)
			buf_putc(&c->name, '/');
	}
	buf_putc(&c->name, '\0');
	buf_room(&c->key, 1);
	if (bytes != NULL)
		buf_add(&c->key, bytes, n);
	else
		buf_add(&c->key, c->name.p, c->name.len - 1);
	return turn(c);
}

/* --- chunks ------------------------------------------------------------------------- */

static int
seek_chunks(struct pg_cursor *c, const struct query *q, int again)
{
	int64_t file = pg_file_id(c->e, q->path);
	uint64_t first = again ? c->at.start :
	    q->start != RECORD_NONE ? q->start : 0;
	struct pg_args a = { 0 };

	if (pg_absent(c->e, file)) {
		c->ended = 1;
		return 0;
	}
	if (c->what == ROWS_CHUNKS) {
		if (pg_ask_chunks(c->e, file, first, q->start, &c->res,
		    &c->defs) == -1)
			return -1;
	} else {
		pg_number(&a, file);
		pg_number(&a, (int64_t)first);
		pg_number(&a, INT64_MAX);
		if ((c->res = pg_ask(c->e, c->e->servers, PG_SPANS,
		    &a)) == NULL)
			return -1;
	}
	while (again && c->row < PQntuples(c->res) &&
	    pg_uint(c->res, c->row, 0) == first &&
	    pg_uint(c->res, c->row, 1) < c->at.end)
		c->row++;
	return 0;
}

static int
next_chunk(struct pg_cursor *c, struct row *row)
{
	char hash[HASH_LEN + 1];
	struct record r;
	int status;

	if (c->row == PQntuples(c->res))
		return 0;
	row->path = c->path.p;
	row->start = c->at.start = pg_uint(c->res, c->row, 0);
	row->end = c->at.end = pg_uint(c->res, c->row, 1);
	if (c->what == ROWS_CHUNKS) {
		status = pg_read_chunk(c->e, c->res, c->row, c->defs, &c->def,
		    c->path.p, &r, hash);
		if (status != 1)
			return status == 0 ? pg_damaged(c->e, c->path.p,
			    "a chunk") : -1;
		c->line.len = 0;
		pg_line(&c->line, &r);
		row->line = c->line.p;
		row->len = c->line.len;
	}
	c->row++;
	return 1;
}

/* --- definitions -------------------------------------------------------------------------- */

static int
seek_names(struct pg_cursor *c, const struct query *q, const char *bytes,
    size_t n)
{
	c->exact = q->name != NULL && !q->prefix;
	buf_text(&c->name, q->name != NULL ? q->name : "");
	buf_room(&c->key, 1);
	c->limit = FIRST_PAGE;
	if (bytes != NULL)
		buf_add(&c->key, bytes, n);
	else {
		c->at.file = INT64_MIN;
		buf_add(&c->key, c->name.p, c->name.len - 1);
		if (c->exact)
			buf_putc(&c->key, ':');
	}
	return turn(c);
}

static int
next_name(struct pg_cursor *c, struct row *row)
{
	size_t n = c->name.len - 1;
	const char *name;
	int status;

	for (;;) {
		if ((status = more(c)) != 1)
			return status;
		pg_read_symbol(c->res, c->row, &row->symbol);
		name = row->symbol.name;
		c->key.len = 0;
		buf_puts(&c->key, name);
		buf_putc(&c->key, ':');
		c->at.start = pg_uint(c->res, c->row, 0);
		c->at.end = pg_uint(c->res, c->row, 1);
		c->at.n = pg_uint(c->res, c->row, PG_DEFINITION_END);
		c->at.file = pg_int(c->res, c->row, PG_DEFINITION_END + 1);
		row->path = PQgetvalue(c->res, c->row, PG_DEFINITION_END + 2);
		if (c->key.len < n || memcmp(c->key.p, c->name.p, n) != 0)
			return 0;
		c->row++;
		if (c->exact ? strcmp(name, c->name.p) == 0 :
		    strncmp(name, c->name.p, n) == 0)
			break;
	}
	row->start = c->at.start;
	row->end = c->at.end;
	return 1;
}

/* --- labels -------------------------------------------------------------------------------- */

static int
has_label(const struct pg *e, size_t n, const char *label)
{
	size_t i;

	for (i = 0; i < n && strcmp(e->labels[i], label) != 0; i++)
		;
	return i < n;
}

static int
wanted(const struct pg_cursor *c, int64_t set)
{
	size_t i;

	for (i = 0; i < c->nsets && c->sets[i] != set; i++)
		;
	return i < c->nsets;
}

/* Find the sets that have all labels of the query. 0, -1. */
static int
find_sets(struct pg_cursor *c, const struct query *q)
{
	struct pg *e = c->e;
	size_t i, k, n;

	if (pg_labelsets(e) == -1)
		return -1;
	for (i = 0; i < e->nsets; i++) {
		pg_split(e, e->sets[i].labels, &n);
		for (k = 0; k < q->nlabels && has_label(e, n, q->labels[k]);
		    k++)
			;
		if (k < q->nlabels)
			continue;
		c->sets = xgrow(c->sets, &c->sets_cap, c->nsets + 1,
		    sizeof *c->sets);
		c->sets[c->nsets++] = e->sets[i].id;
	}
	return 0;
}

static int
seek_labelled(struct pg_cursor *c, const struct query *q, int again)
{
	struct pg_args a = { 0 };

	if (find_sets(c, q) == -1)
		return -1;
	if ((c->ended = c->nsets == 0))
		return 0;
	if (q->path == NULL) {
		c->limit = FIRST_PAGE;
		if (!again)
			c->at.file = INT64_MIN;
		return turn(c);
	}
	pg_number(&a, pg_file_id(c->e, q->path));
	c->res = pg_ask(c->e, c->e->servers, PG_FILE_LABELSETS, &a);
	return c->res == NULL ? -1 : 0;
}

static int
next_labelled(struct pg_cursor *c, struct row *row)
{
	int status;

	if (c->path.len == 0) {
		if ((status = more(c)) != 1)
			return status;
		c->at.file = pg_int(c->res, c->row, 0);
		row->start = c->at.start = pg_uint(c->res, c->row, 1);
		row->end = c->at.end = pg_uint(c->res, c->row, 2);
		row->path = PQgetvalue(c->res, c->row++, 3);
		return 1;
	}
	for (; c->row < PQntuples(c->res); c->row++) {
		row->start = pg_uint(c->res, c->row, 0);
		row->end = pg_uint(c->res, c->row, 1);
		if (!wanted(c, pg_int(c->res, c->row, 2)) ||
		    row->start < c->at.start ||
		    (row->start == c->at.start && row->end < c->at.end))
			continue;
		c->at.start = row->start;
		c->at.end = row->end;
		row->path = c->path.p;
		c->row++;
		return 1;
	}
	return 0;
}

static int
seek_labels(struct pg_cursor *c, int again)
{
	struct pg_args a = { 0 };

	pg_number(&a, c->e->store);
	pg_number(&a, again ? c->at.set : INT64_MIN);
	c->res = pg_ask(c->e, c->e->servers, c->uncounted ? PG_LABELS_USED :
	    PG_LABELS, &a);
	if (c->res == NULL)
		return -1;
	if (again && PQntuples(c->res) > 0 &&
	    pg_int(c->res, 0, 0) == c->at.set)
		c->label = c->at.label;
	return 0;
}

static int
next_label(struct pg_cursor *c, struct row *row)
{
	const char *labels;
	size_t n;
	int status;

	for (; c->row < PQntuples(c->res); c->row++, c->label = 0) {
		c->at.set = pg_int(c->res, c->row, 0);
		if ((status = pg_labelset(c->e, c->at.set, &labels)) != 1)
			return status == -1 ? -1 : pg_damaged(c->e, "chunks",
			    "a set of labels");
		pg_split(c->e, labels, &n);
		while (c->label < n && has_label(c->e, c->label,
		    c->e->labels[c->label]))
			c->label++;
		if (c->label < n)
			break;
	}
	if (c->row == PQntuples(c->res))
		return 0;
	c->at.label = c->label;
	row->label = c->e->labels[c->label++];
	row->chunks = pg_uint(c->res, c->row, 1);
	return 1;
}

/* --- blobs ----------------------------------------------------------------------------- */

static int
seek_blobs(struct pg_cursor *c, const struct query *q, const char *bytes,
    size_t n)
{
	c->limit = FIRST_PAGE;
	buf_room(&c->key, 1);
	buf_room(&c->name, 1);
	buf_add(&c->name, q->to->p, q->to->len);
	if (bytes != NULL)
		buf_add(&c->key, bytes, n);
	else
		buf_add(&c->key, q->from->p, q->from->len);
	return turn(c);
}

static int
next_blob(struct pg_cursor *c, struct row *row)
{
	int status = more(c);

	if (status != 1)
		return status;
	row->key = PQgetvalue(c->res, c->row, 0);
	row->key_len = (size_t)PQgetlength(c->res, c->row, 0);
	row->blob = PQgetvalue(c->res, c->row, 1);
	row->blob_len = (size_t)PQgetlength(c->res, c->row++, 1);
	c->key.len = 0;
	buf_add(&c->key, row->key, row->key_len);
	return 1;
}

/* --- all of them ------------------------------------------------------------------------ */

static int
start(struct pg_cursor *c, const struct query *q, int again, const char *bytes,
    size_t n)
{
	switch (c->what) {
	case ROWS_FILES:
		return seek_files(c, bytes, n);
	case ROWS_CHUNKS:
	case ROWS_SPANS:
		return seek_chunks(c, q, again);
	case ROWS_SYMBOLS:
		return seek_names(c, q, bytes, n);
	case ROWS_LABELLED:
		return seek_labelled(c, q, again);
	case ROWS_LABELS:
		return seek_labels(c, again);
	case ROWS_BLOBS:
		return seek_blobs(c, q, bytes, n);
	}
	return -1;
}

struct cursor *
pg_seek(struct engine *base, const struct query *q, const struct buf *place)
{
	struct pg_cursor *c = xcalloc(1, sizeof *c);
	const char *bytes = NULL;
	size_t n = 0;

	c->base.type = base->type;
	c->e = (struct pg *)base;
	c->what = q->what;
	c->uncounted = q->uncounted;
	if (place != NULL) {
		memcpy(&c->at, place->p, sizeof c->at);
		bytes = place->p + sizeof c->at;
		n = place->len - sizeof c->at;
	}
	if (q->path != NULL)
		buf_text(&c->path, q->path);
	if (start(c, q, place != NULL, bytes, n) == 0)
		return &c->base;
	pg_end_cursor(&c->base);
	return NULL;
}

int
pg_next(struct cursor *base, struct row *row)
{
	struct pg_cursor *c = (struct pg_cursor *)base;
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
		status = next_name(c, row);
		break;
	case ROWS_LABELLED:
		status = next_labelled(c, row);
		break;
	case ROWS_BLOBS:
		status = next_blob(c, row);
		break;
	default:
		status = next_label(c, row);
		break;
	}
	c->ended = status != 1;
	return status;
}

void
pg_place(const struct cursor *base, struct buf *place)
{
	const struct pg_cursor *c = (const struct pg_cursor *)base;

	place->len = 0;
	buf_add(place, &c->at, sizeof c->at);
	buf_add(place, c->key.p, c->key.len);
}

int
pg_end_cursor(struct cursor *base)
{
	struct pg_cursor *c = (struct pg_cursor *)base;

	PQclear(c->res);
	PQclear(c->defs);
	buf_free(&c->path);
	buf_free(&c->name);
	buf_free(&c->key);
	buf_free(&c->line);
	free(c->sets);
	free(c);
	return 0;
}
