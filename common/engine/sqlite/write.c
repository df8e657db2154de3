#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/sqlite/sqlite.h"

#define SWEEP_LEAST	1000		/* strings that make it worthwhile */

/* --- a slice ------------------------------------------------------------------ */

/* Read the last numbers given. 0, -1. */
static int
count(struct sq *e)
{
	const struct {
		enum sq_stmt which;
		int64_t *last;
	} list[] = {
		{ SQ_LAST_FILE, &e->last_file },
		{ SQ_LAST_CHUNK, &e->last_chunk },
		{ SQ_LAST_STR, &e->last_str },
		{ SQ_LAST_LABELSET, &e->last_set },
	};
	sqlite3_stmt *s;
	size_t i;

	for (i = 0; !e->counted && i < sizeof list / sizeof *list; i++) {
		if ((s = sq_stmt(e, list[i].which)) == NULL ||
		    sq_step(e, s) != 1)
			return -1;
		*list[i].last = sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
	}
	if (!e->counted)
		e->first_str = e->last_str;
	e->counted = 1;
	return 0;
}

int
sq_begin(struct engine *base)
{
	struct sq *e = (struct sq *)base;
	sqlite3_stmt *s;

	if ((s = sq_stmt(e, SQ_BEGIN_WRITING)) == NULL || sq_run(e, s) == -1)
		return -1;
	e->writing = 1;
	return count(e);
}

int
sq_commit(struct engine *base)
{
	struct sq *e = (struct sq *)base;
	sqlite3_stmt *s;

	if ((s = sq_stmt(e, SQ_COMMIT)) == NULL || sq_run(e, s) == -1)
		return -1;
	e->writing = 0;
	return 0;
}

void
sq_abort(struct engine *base)
{
	struct sq *e = (struct sq *)base;
	sqlite3_stmt *s;

	/* After some failures SQLite does it itself. */
	if (!sqlite3_get_autocommit(e->db) &&
	    (s = sq_stmt(e, SQ_ROLLBACK)) != NULL)
		(void)sq_run(e, s);
	e->writing = 0;
	/* The numbers given are void. */
	e->counted = 0;
	sq_names_free(&e->strs);
	sq_names_free(&e->sets);
}

void
sq_hint(struct engine *base, int more)
{
	(void)base;
	(void)more;
}

/* SQL must be able to read the content: nothing is ever compressed. */
void
sq_plain(struct engine *base)
{
	(void)base;
}

/* --- rows ------------------------------------------------------------------------ */

static void
bind_number(sqlite3_stmt *s, int i, uint64_t n)
{
	if (n == RECORD_NONE)
		sqlite3_bind_null(s, i);
	else
		sqlite3_bind_int64(s, i, (int64_t)n);
}

static void
bind_id(sqlite3_stmt *s, int i, int64_t id)
{
	if (id == 0)
		sqlite3_bind_null(s, i);
	else
		sqlite3_bind_int64(s, i, id);
}

static void
bind_text(sqlite3_stmt *s, int i, const char *p)
{
	if (p == NULL)
		sqlite3_bind_null(s, i);
	else
		sqlite3_bind_text64(s, i, p, strlen(p), SQLITE_STATIC,
		    SQLITE_UTF8);
}

/* Convert the hash into bytes, which the statement borrows. */
static void
bind_hash(sqlite3_stmt *s, int i, const char *hash,
    unsigned char bytes[HASH_LEN / 2])
{
	int k;

	for (k = 0; hash != NULL && k < HASH_LEN; k++) {
		char c = hash[k];
		int v = c >= 'a' ? c - 'a' + 10 : c - '0';

		bytes[k / 2] = (unsigned char)(k % 2 == 0 ? v << 4 :
		    bytes[k / 2] | v);
	}
	if (hash == NULL)
		sqlite3_bind_null(s, i);
	else
		sqlite3_bind_blob(s, i, bytes, HASH_LEN / 2, SQLITE_STATIC);
}

static int
put_file(struct sq *e, const struct record *r, int64_t *id, int there)
{
	unsigned char hash[HASH_LEN / 2];
	int64_t language, reason, options;
	int skip = r->type == RECORD_SKIP;
	sqlite3_stmt *s;

	if (sq_str_id(e, skip ? NULL : r->language, &language) == -1 ||
	    sq_str_id(e, skip ? r->reason : NULL, &reason) == -1 ||
	    sq_str_id(e, r->options, &options) == -1 ||
	    (s = sq_stmt(e, there ? SQ_FILE_SET : SQ_FILE_PUT)) == NULL)
		return -1;
	if (!there)
		*id = ++e->last_file;
	sqlite3_bind_int64(s, 1, *id);
	if (!there)
		sq_bind_bytes(s, 2, r->path, strlen(r->path));
	bind_id(s, 3, language);
	bind_id(s, 4, reason);
	bind_number(s, 5, r->size);
	if (r->mtime_ns == INT64_MIN)
		sqlite3_bind_null(s, 6);
	else
		sqlite3_bind_int64(s, 6, r->mtime_ns);
	bind_hash(s, 7, skip ? NULL : r->content_hash, hash);
	bind_number(s, 8, skip ? RECORD_NONE : r->parse_errors);
	bind_id(s, 9, options);
	bind_number(s, 10, skip ? RECORD_NONE : r->chunks);
	bind_number(s, 11, r->stored_at);
	sqlite3_bind_int64(s, 12, (int64_t)sum_file(r));
	return sq_run(e, s);
}

static int
put_definitions(struct sq *e, const struct record *r, int64_t chunk)
{
	sqlite3_stmt *s;
	size_t i;

	if ((s = sq_stmt(e, SQ_DEFINITION_PUT)) == NULL)
		return -1;
	for (i = 0; i < r->nsymbols; i++) {
		const struct symbol *y = &r->symbols[i];
		int64_t kind, scope, labels;

		if (sq_str_id(e, y->kind, &kind) == -1 ||
		    sq_str_id(e, y->scope, &scope) == -1 ||
		    sq_str_id(e, y->labels, &labels) == -1)
			return -1;
		sqlite3_bind_int64(s, 1, chunk);
		sqlite3_bind_int64(s, 2, (int64_t)i);
		bind_text(s, 3, y->name);
		sqlite3_bind_int64(s, 4, kind);
		bind_id(s, 5, scope);
		sqlite3_bind_int64(s, 6, (int64_t)y->byte_start);
		sqlite3_bind_int64(s, 7, (int64_t)y->byte_end);
		sqlite3_bind_int64(s, 8, (int64_t)y->start_line);
		sqlite3_bind_int64(s, 9, (int64_t)y->end_line);
		bind_number(s, 10, y->doc_start);
		bind_number(s, 11, y->body_start);
		bind_id(s, 12, labels);
		sqlite3_bind_int64(s, 13, sum_symbol(y));
		if (sq_run(e, s) == -1)
			return -1;
	}
	return 0;
}

static int
put_chunk(struct sq *e, const struct record *r, int64_t file)
{
	unsigned char hash[HASH_LEN / 2];
	int64_t language, kind, scope, labels, id = ++e->last_chunk;
	sqlite3_stmt *s;

	if (sq_str_id(e, r->language, &language) == -1 ||
	    sq_str_id(e, r->symbol_kind, &kind) == -1 ||
	    sq_str_id(e, r->scope, &scope) == -1 ||
	    sq_labelset_id(e, r, &labels) == -1 ||
	    (s = sq_stmt(e, SQ_CHUNK_PUT)) == NULL)
		return -1;
	sqlite3_bind_int64(s, 1, id);
	sqlite3_bind_int64(s, 2, file);
	sqlite3_bind_int64(s, 3, (int64_t)r->byte_start);
	sqlite3_bind_int64(s, 4, (int64_t)r->byte_end);
	sqlite3_bind_int64(s, 5, (int64_t)r->start_line);
	sqlite3_bind_int64(s, 6, (int64_t)r->end_line);
	sqlite3_bind_int64(s, 7, language);
	bind_text(s, 8, r->symbol_name);
	bind_id(s, 9, kind);
	bind_id(s, 10, scope);
	bind_number(s, 11, r->part[1] != 0 ? r->part[0] : RECORD_NONE);
	bind_number(s, 12, r->part[1] != 0 ? r->part[1] : RECORD_NONE);
	sqlite3_bind_int64(s, 13, labels);
	bind_number(s, 14, r->created_at);
	sqlite3_bind_int64(s, 15, (int64_t)sum_chunk(r));
	bind_hash(s, 16, r->content_hash, hash);
	bind_text(s, 17, r->refs);
	sq_bind_bytes(s, 18, r->content != NULL ? r->content : "",
	    r->content_len);
	return sq_run(e, s) == -1 ? -1 : put_definitions(e, r, id);
}

static int
run_with(struct sq *e, enum sq_stmt which, int64_t id)
{
	sqlite3_stmt *s;

	if ((s = sq_stmt(e, which)) == NULL)
		return -1;
	sqlite3_bind_int64(s, 1, id);
	return sq_run(e, s);
}

static int
remove_chunk(struct sq *e, const struct row *c, int64_t file)
{
	sqlite3_stmt *s;
	int64_t id;
	int status;

	if ((s = sq_stmt(e, SQ_CHUNK_DELETE)) == NULL)
		return -1;
	sqlite3_bind_int64(s, 1, file);
	sqlite3_bind_int64(s, 2, (int64_t)c->start);
	sqlite3_bind_int64(s, 3, (int64_t)c->end);
	if ((status = sq_step(e, s)) != 1)
		return status;
	id = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	e->removed = 1;
	return run_with(e, SQ_DEFINITIONS_DELETE, id);
}

/* Replace the nodes of a file by those of a record, if there is one. */
static int
put_nodes(struct sq *e, const struct record *r, int64_t file, int fresh)
{
	sqlite3_stmt *s;
	size_t i;

	if (!fresh && run_with(e, SQ_NODES_DELETE, file) == -1)
		return -1;
	if (r != NULL && (s = sq_stmt(e, SQ_NODE_PUT)) == NULL)
		return -1;
	for (i = 0; r != NULL && i < r->nnodes; i++) {
		const struct ast_node *n = &r->nodes[i];
		int64_t kind;

		if (sq_str_id(e, n->kind, &kind) == -1)
			return -1;
		sqlite3_bind_int64(s, 1, file);
		sqlite3_bind_int64(s, 2, (int64_t)n->id);
		if (n->parent_id < 0)
			sqlite3_bind_null(s, 3);
		else
			sqlite3_bind_int64(s, 3, n->parent_id);
		sqlite3_bind_int64(s, 4, kind);
		sqlite3_bind_int64(s, 5, (int64_t)n->byte_start);
		sqlite3_bind_int64(s, 6, (int64_t)n->byte_end);
		if (sq_run(e, s) == -1)
			return -1;
	}
	if ((s = sq_stmt(e, SQ_NODES_SET)) == NULL)
		return -1;
	sqlite3_bind_int64(s, 1, file);
	bind_number(s, 2, r != NULL ? r->nnodes : RECORD_NONE);
	if (r != NULL)
		sqlite3_bind_int64(s, 3, (int64_t)sum_nodes(r));
	else
		sqlite3_bind_null(s, 3);
	return sq_run(e, s);
}

/* --- files ------------------------------------------------------------------------ */

int
sq_apply(struct engine *base, const struct change *c)
{
	struct sq *e = (struct sq *)base;
	int64_t file = 0;
	int there = 0;
	size_t i;

	if (c == NULL)
		return 0;
	sq_names_trim(&e->strs);
	sq_names_trim(&e->sets);
	if (!c->fresh && (there = sq_file_id(e, c->path, &file)) == -1)
		return -1;
	if (c->file == PUT && put_file(e, c->file_record, &file, there) == -1)
		return -1;
	if (!there && c->file != PUT)
		return 0;		/* nothing is stored of it */
	for (i = 0; i < c->nremoved; i++)
		if (remove_chunk(e, &c->removed[i], file) == -1)
			return -1;
	for (i = 0; i < c->nadded; i++)
		if (put_chunk(e, c->added[i], file) == -1)
			return -1;
	if (c->ast != LEAVE && (there || c->ast == PUT) && put_nodes(e,
	    c->ast == PUT ? c->ast_record : NULL, file, !there) == -1)
		return -1;
	return c->file == REMOVE ? run_with(e, SQ_FILE_DELETE, file) : 0;
}

int
sq_put_blob(struct engine *base, const struct buf *key, const void *blob,
    size_t n)
{
	struct sq *e = (struct sq *)base;
	sqlite3_stmt *s;

	if ((s = sq_stmt(e, SQ_BLOB_PUT)) == NULL)
		return -1;
	sqlite3_bind_blob64(s, 1, key->p, key->len, SQLITE_STATIC);
	sqlite3_bind_blob64(s, 2, n != 0 ? blob : "", n, SQLITE_STATIC);
	return sq_run(e, s);
}

int
sq_delete_blob(struct engine *base, const struct buf *key)
{
	struct sq *e = (struct sq *)base;
	sqlite3_stmt *s;

	if ((s = sq_stmt(e, SQ_BLOB_DELETE)) == NULL)
		return -1;
	sqlite3_bind_blob64(s, 1, key->p, key->len, SQLITE_STATIC);
	return sq_run(e, s);
}

/* --- what holds for all of it -------------------------------------------------------- */

static int
put_meta(struct sq *e, const char *name, const char *value)
{
	sqlite3_stmt *s;

	if ((s = sq_stmt(e, SQ_META_PUT)) == NULL)
		return -1;
	bind_text(s, 1, name);
	bind_text(s, 2, value);
	sqlite3_bind_int64(s, 3, (int64_t)sum_text(value, strlen(value)));
	return sq_run(e, s);
}

static int
put_root(struct sq *e, const char *path)
{
	sqlite3_stmt *s;

	if ((s = sq_stmt(e, SQ_ROOT_PUT)) == NULL)
		return -1;
	sq_bind_bytes(s, 1, path, strlen(path));
	sqlite3_bind_int64(s, 2, (int64_t)sum_text(path, strlen(path)));
	return sq_run(e, s);
}

int
sq_ran(struct engine *base, const struct record *begin)
{
	struct sq *e = (struct sq *)base;
	char now[24];
	size_t i;
	int status;

	snprintf(now, sizeof now, "%jd", (intmax_t)time(NULL));
	if (sq_begin(base) == -1)
		return -1;
	status = put_meta(e, "last_run", now);
	if (status == 0 && begin->options != NULL && *begin->options != '\0')
		status = put_meta(e, "options", begin->options);
	for (i = 0; status == 0 && i < begin->nroots; i++)
		status = put_root(e, begin->roots[i]);
	if (status == 0)
		return sq_commit(base);
	sq_abort(base);
	return -1;
}

/* --- what nobody names any more ------------------------------------------------- */

static int
run(struct sq *e, enum sq_stmt which)
{
	sqlite3_stmt *s = sq_stmt(e, which);

	return s != NULL ? sq_run(e, s) : -1;
}

/* Within a slice, delete them and count the strings left. 0, -1. */
static int
sweep(struct sq *e, int64_t *left)
{
	sqlite3_stmt *s;

	if (run(e, SQ_SWEEP_STRS) == -1 || run(e, SQ_SWEEP_LABELS) == -1 ||
	    run(e, SQ_SWEEP_SETS) == -1 || (s = sq_stmt(e, SQ_STRS)) == NULL ||
	    sq_step(e, s) != 1)
		return -1;
	*left = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return 0;
}

/*
 * Table meta has the string number from which on it pays: the last one at the
 * previous sweep, plus as many as were left then.
 */
int
sq_sweep(struct sq *e)
{
	char *text = NULL, next[24];
	int64_t left = e->last_str;
	int known, status;

	if (!e->counted || e->last_str == e->first_str)
		return 0;
	if ((known = sq_meta(e, "sweep", &text)) == -1)
		return -1;
	status = known ? e->last_str >= strtoll(text, NULL, 10) : 1;
	free(text);
	if (!status)
		return 0;
	if (sq_begin(&e->base) == -1)
		return -1;
	status = e->removed ? sweep(e, &left) : 0;
	snprintf(next, sizeof next, "%jd",
	    (intmax_t)(e->last_str + left + SWEEP_LEAST));
	if (status == 0 && put_meta(e, "sweep", next) == 0)
		return sq_commit(&e->base);
	sq_abort(&e->base);
	return -1;
}
