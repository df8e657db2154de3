/*
 * Records as rows of tables, and back.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/sqlite/sqlite.h"

/* --- strings by their numbers -------------------------------------------------- */

/* With three statements: find by text, last number, add. 0 or -1. */
static int
find_or_add(struct sq *e, struct sq_names *m, const char *s, int64_t *last,
    enum sq_stmt find, enum sq_stmt add, int64_t *id, int *added)
{
	sqlite3_stmt *st;
	int status;

	*added = 0;
	if ((*id = sq_names_id(m, s)) != 0)
		return 0;
	if ((st = sq_stmt(e, find)) == NULL)
		return -1;
	sqlite3_bind_text64(st, 1, s, strlen(s), SQLITE_STATIC, SQLITE_UTF8);
	if ((status = sq_step(e, st)) == -1)
		return -1;
	if (status == 1) {
		*id = sqlite3_column_int64(st, 0);
		sqlite3_reset(st);
	} else {
		if ((st = sq_stmt(e, add)) == NULL)
			return -1;
		*id = ++*last;
		*added = 1;
		sqlite3_bind_int64(st, 1, *id);
		sqlite3_bind_text64(st, 2, s, strlen(s), SQLITE_STATIC,
		    SQLITE_UTF8);
		if (sq_run(e, st) == -1)
			return -1;
	}
	sq_names_add(m, *id, s);
	return 0;
}

int
sq_str_id(struct sq *e, const char *s, int64_t *id)
{
	int added;

	*id = 0;
	return s == NULL ? 0 : find_or_add(e, &e->strs, s, &e->last_str,
	    SQ_STR_ID, SQ_STR_ADD, id, &added);
}

int
sq_labelset_id(struct sq *e, const struct record *chunk, int64_t *id)
{
	sqlite3_stmt *st;
	size_t i;
	int added;

	e->set.len = 0;
	for (i = 0; i < chunk->nlabels; i++) {
		buf_puts(&e->set, chunk->labels[i]);
		buf_putc(&e->set, ':');
	}
	buf_putc(&e->set, '\0');
	if (find_or_add(e, &e->sets, e->set.p, &e->last_set, SQ_LABELSET_ID,
	    SQ_LABELSET_ADD, id, &added) == -1)
		return -1;
	if (!added)
		return 0;
	if ((st = sq_stmt(e, SQ_LABEL_ADD)) == NULL)
		return -1;
	for (i = 0; i < chunk->nlabels; i++) {
		sqlite3_bind_text(st, 1, chunk->labels[i], -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 2, *id);
		if (sq_run(e, st) == -1)
			return -1;
	}
	return 0;
}

/* 1 and the text lent, 0 there is none, -1. */
static int
look_up(struct sq *e, struct sq_names *m, enum sq_stmt which, int64_t id,
    const char **s)
{
	sqlite3_stmt *st;
	int status;

	if ((*s = sq_names_get(m, id)) != NULL)
		return 1;
	if ((st = sq_stmt(e, which)) == NULL)
		return -1;
	sqlite3_bind_int64(st, 1, id);
	if ((status = sq_step(e, st)) != 1)
		return status;
	*s = (const char *)sqlite3_column_text(st, 0);
	if (*s != NULL)
		*s = sq_names_add(m, id, *s);
	sqlite3_reset(st);
	return *s != NULL;
}

int
sq_str(struct sq *e, int64_t id, const char **s)
{
	return look_up(e, &e->strs, SQ_STR, id, s);
}

/* Read a column with the number of a string, or NULL: 1, 0, -1. */
static int
str_column(struct sq *e, sqlite3_stmt *s, int i, const char **out)
{
	*out = NULL;
	if (sqlite3_column_type(s, i) == SQLITE_NULL)
		return 1;
	return sq_str(e, sqlite3_column_int64(s, i), out);
}

int
sq_labels(struct sq *e, int64_t id, const char *const **list, size_t *n)
{
	const char *s, *p;
	size_t at;
	int status = look_up(e, &e->sets, SQ_LABELSET, id, &s);

	if (status != 1)
		return status;
	e->set.len = 0;
	buf_add(&e->set, s, strlen(s) + 1);
	for (*n = 0, at = 0; e->set.p[at] != '\0'; at++) {
		e->labels = xgrow(e->labels, &e->labels_cap, *n + 1,
		    sizeof *e->labels);
		p = e->set.p + at;
		if ((s = strchr(p, ':')) == NULL)
			return 0;
		e->labels[(*n)++] = p;
		at = s - e->set.p;
		e->set.p[at] = '\0';
	}
	*list = e->labels;
	return 1;
}

/* --- columns ------------------------------------------------------------------- */

static uint64_t
column_number(sqlite3_stmt *s, int i)
{
	return sqlite3_column_type(s, i) == SQLITE_NULL ? RECORD_NONE :
	    (uint64_t)sqlite3_column_int64(s, i);
}

static const char *
text(sqlite3_stmt *s, int i)
{
	return (const char *)sqlite3_column_text(s, i);
}

static int
read_hash(sqlite3_stmt *s, int i, char hash[HASH_LEN + 1])
{
	static const char digit[] = "0123456789abcdef";
	const unsigned char *p = sqlite3_column_blob(s, i);
	int k, n = sqlite3_column_bytes(s, i);

	if (p == NULL || n != HASH_LEN / 2)
		return 0;
	for (k = 0; k < n; k++) {
		hash[2 * k] = digit[p[k] >> 4];
		hash[2 * k + 1] = digit[p[k] & 15];
	}
	hash[HASH_LEN] = '\0';
	return 1;
}

int
sq_read_file(struct sq *e, sqlite3_stmt *s, struct record *r,
    char hash[HASH_LEN + 1])
{
	int status;

	sq_names_trim(&e->strs);
	record_init(r, sqlite3_column_type(s, 3) == SQLITE_NULL ?
	    RECORD_FILE : RECORD_SKIP);
	if ((status = str_column(e, s, 2, &r->language)) != 1 ||
	    (status = str_column(e, s, 3, &r->reason)) != 1 ||
	    (status = str_column(e, s, 8, &r->options)) != 1)
		return status;
	r->path = text(s, 1);
	r->size = column_number(s, 4);
	if (sqlite3_column_type(s, 5) != SQLITE_NULL)
		r->mtime_ns = sqlite3_column_int64(s, 5);
	if (sqlite3_column_type(s, 6) != SQLITE_NULL) {
		if (!read_hash(s, 6, hash))
			return 0;
		r->content_hash = hash;
	}
	r->parse_errors = column_number(s, 7);
	r->chunks = column_number(s, 9);
	r->stored_at = column_number(s, 10);
	return r->path != NULL &&
	    (r->type == RECORD_SKIP || r->language != NULL) &&
	    sum_file(r) == (uint64_t)sqlite3_column_int64(s, 11);
}

/* Read all but the name, which is lent by the statement. */
static int
read_symbol(struct sq *e, sqlite3_stmt *s, struct symbol *y)
{
	int status;

	y->name = text(s, 1);
	y->byte_start = (uint64_t)sqlite3_column_int64(s, 4);
	y->byte_end = (uint64_t)sqlite3_column_int64(s, 5);
	y->start_line = (uint64_t)sqlite3_column_int64(s, 6);
	y->end_line = (uint64_t)sqlite3_column_int64(s, 7);
	y->doc_start = column_number(s, 8);
	y->body_start = column_number(s, 9);
	if ((status = str_column(e, s, 2, &y->kind)) != 1 ||
	    (status = str_column(e, s, 3, &y->scope)) != 1 ||
	    (status = str_column(e, s, 10, &y->labels)) != 1)
		return status;
	return y->name != NULL && y->kind != NULL;
}

int
sq_read_symbol(struct sq *e, sqlite3_stmt *s, struct symbol *y)
{
	int status;

	sq_names_trim(&e->strs);
	if ((status = read_symbol(e, s, y)) != 1)
		return status;
	return sum_symbol(y) == sqlite3_column_int(s, 11);
}

/* Read the chunk's definitions, from d's position on: 1, 0, -1. */
static int
read_symbols(struct sq *e, struct sq_definitions *d, int64_t chunk,
    struct record *r)
{
	struct symbol *y;
	size_t i;
	int status;

	e->text.len = 0;
	while (d->row == 1 && sqlite3_column_int64(d->stmt, 0) == chunk) {
		e->symbols = xgrow(e->symbols, &e->symbols_cap,
		    r->nsymbols + 1, sizeof *e->symbols);
		e->names = xgrow(e->names, &e->names_cap, r->nsymbols + 1,
		    sizeof *e->names);
		y = &e->symbols[r->nsymbols];
		if ((status = read_symbol(e, d->stmt, y)) != 1)
			return status;
		e->names[r->nsymbols++] = buf_text(&e->text, y->name);
		d->row = sq_step(e, d->stmt);
	}
	if (d->row == -1)
		return -1;
	for (i = 0; i < r->nsymbols; i++)
		e->symbols[i].name = e->text.p + e->names[i];
	r->symbols = e->symbols;
	return 1;
}

int
sq_read_chunk(struct sq *e, sqlite3_stmt *s, struct sq_definitions *d,
    const char *path, struct record *r, char hash[HASH_LEN + 1])
{
	int status;

	sq_names_trim(&e->strs);
	sq_names_trim(&e->sets);
	record_init(r, RECORD_CHUNK);
	r->path = path;
	if ((status = read_symbols(e, d, sqlite3_column_int64(s, 0), r)) != 1 ||
	    (status = str_column(e, s, 5, &r->language)) != 1 ||
	    (status = str_column(e, s, 7, &r->symbol_kind)) != 1 ||
	    (status = str_column(e, s, 8, &r->scope)) != 1 ||
	    (status = sq_labels(e, sqlite3_column_int64(s, 11), &r->labels,
	    &r->nlabels)) != 1)
		return status;
	r->byte_start = (uint64_t)sqlite3_column_int64(s, 1);
	r->byte_end = (uint64_t)sqlite3_column_int64(s, 2);
	r->start_line = (uint64_t)sqlite3_column_int64(s, 3);
	r->end_line = (uint64_t)sqlite3_column_int64(s, 4);
	r->symbol_name = text(s, 6);
	r->part[0] = (uint64_t)sqlite3_column_int64(s, 9);
	r->part[1] = (uint64_t)sqlite3_column_int64(s, 10);
	r->created_at = column_number(s, 12);
	if (r->language == NULL || !read_hash(s, 14, hash))
		return 0;
	r->content_hash = hash;
	r->content = sqlite3_column_blob(s, 15);
	r->content_len = (size_t)sqlite3_column_bytes(s, 15);
	if (r->content == NULL)
		r->content = "";
	r->refs = text(s, 16);
	return sum_chunk(r) == (uint64_t)sqlite3_column_int64(s, 13);
}

int
sq_read_nodes(struct sq *e, int64_t file, const char *path, struct record *r)
{
	sqlite3_stmt *s;
	int status, known = 1;

	sq_names_trim(&e->strs);
	record_init(r, RECORD_AST);
	r->path = path;
	if ((s = sq_stmt(e, SQ_NODES)) == NULL)
		return -1;
	sqlite3_bind_int64(s, 1, file);
	while ((status = sq_step(e, s)) == 1) {
		struct ast_node *n;

		e->nodes = xgrow(e->nodes, &e->nodes_cap, r->nnodes + 1,
		    sizeof *e->nodes);
		n = &e->nodes[r->nnodes++];
		n->id = (uint64_t)sqlite3_column_int64(s, 0);
		n->parent_id = sqlite3_column_type(s, 1) == SQLITE_NULL ? -1 :
		    sqlite3_column_int64(s, 1);
		n->byte_start = (uint64_t)sqlite3_column_int64(s, 3);
		n->byte_end = (uint64_t)sqlite3_column_int64(s, 4);
		if ((known = str_column(e, s, 2, &n->kind)) != 1 ||
		    n->kind == NULL) {
			sqlite3_reset(s);
			return known == -1 ? -1 : 0;
		}
	}
	r->nodes = e->nodes;
	return status == -1 ? -1 : 1;
}

void
sq_line(struct buf *line, const struct record *r)
{
	record_write(line, r);
	line->len--;
}
