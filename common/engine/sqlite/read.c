#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "engine/sqlite/sqlite.h"

/* --- one moment ------------------------------------------------------------- */

int
sq_enter(struct engine *base)
{
	struct sq *e = (struct sq *)base;

	if (e->writer)
		return 0;
	return sq_stmt(e, SQ_BEGIN) == NULL ||
	    sq_run(e, e->stmt[SQ_BEGIN]) == -1 ? -1 : 0;
}

int
sq_leave(struct engine *base, int status)
{
	struct sq *e = (struct sq *)base;

	/* After some failures SQLite ends the transaction itself. */
	if (e->writer || sqlite3_get_autocommit(e->db))
		return status;
	if (sq_stmt(e, SQ_COMMIT) == NULL ||
	    sq_run(e, e->stmt[SQ_COMMIT]) == -1)
		return -1;
	return status;
}

/* --- one record --------------------------------------------------------------- */

/* The row, if any, of a statement that selects by path. */
static int
by_path(struct sq *e, enum sq_stmt which, const char *path, sqlite3_stmt **s)
{
	if ((*s = sq_stmt(e, which)) == NULL)
		return -1;
	sq_bind_bytes(*s, 1, path, strlen(path));
	return sq_step(e, *s);
}

int
sq_file_id(struct sq *e, const char *path, int64_t *id)
{
	sqlite3_stmt *s;
	int status = by_path(e, SQ_FILE_ID, path, &s);

	if (status == 1) {
		*id = sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
	}
	return status;
}

int
sq_file(struct engine *base, const char *path, struct buf *line)
{
	struct sq *e = (struct sq *)base;
	char hash[HASH_LEN + 1];
	struct record r;
	sqlite3_stmt *s;
	int status = by_path(e, SQ_FILE, path, &s);

	if (status != 1)
		return status;
	if ((status = sq_read_file(e, s, &r, hash)) == 1)
		sq_line(line, &r);
	sqlite3_reset(s);
	return status == 0 ? sq_damaged(e, path, "the record") : status;
}

int
sq_ast(struct engine *base, const char *path, struct buf *line)
{
	struct sq *e = (struct sq *)base;
	struct record r;
	sqlite3_stmt *s;
	int64_t id, nodes = 0;
	uint64_t sum = 0;
	int status = by_path(e, SQ_FILE_ID, path, &s), has = 0;

	if (status != 1)
		return status;
	id = sqlite3_column_int64(s, 0);
	has = sqlite3_column_type(s, 1) != SQLITE_NULL;
	nodes = sqlite3_column_int64(s, 1);
	sum = (uint64_t)sqlite3_column_int64(s, 2);
	sqlite3_reset(s);
	if (!has)
		return 0;
	if ((status = sq_read_nodes(e, id, path, &r)) == -1)
		return -1;
	if (status == 0 || (int64_t)r.nnodes != nodes ||
	    sum_nodes(&r) != sum)
		return sq_damaged(e, path, "the syntax tree");
	sq_line(line, &r);
	return 1;
}

int
sq_chunk(struct engine *base, const char *path, uint64_t start, uint64_t end,
    struct buf *line)
{
	struct sq *e = (struct sq *)base;
	struct sq_definitions d;
	char hash[HASH_LEN + 1];
	struct record r;
	sqlite3_stmt *s;
	int64_t file;
	int status = sq_file_id(e, path, &file);

	if (status != 1)
		return status;
	if ((s = sq_stmt(e, SQ_CHUNK)) == NULL ||
	    (d.stmt = sq_stmt(e, SQ_DEFINITIONS)) == NULL)
		return -1;
	sqlite3_bind_int64(s, 1, file);
	sqlite3_bind_int64(s, 2, (int64_t)start);
	sqlite3_bind_int64(s, 3, (int64_t)end);
	if ((status = sq_step(e, s)) != 1)
		return status;
	sqlite3_bind_int64(d.stmt, 1, sqlite3_column_int64(s, 0));
	if ((d.row = sq_step(e, d.stmt)) == -1 ||
	    (status = sq_read_chunk(e, s, &d, path, &r, hash)) == -1)
		status = -1;
	else if (status == 0)
		sq_damaged(e, path, "a chunk");
	else
		sq_line(line, &r);
	sqlite3_reset(d.stmt);
	sqlite3_reset(s);
	return status == 0 ? -1 : status;
}

int
sq_count(struct engine *base, const char *path, uint64_t *n)
{
	struct sq *e = (struct sq *)base;
	sqlite3_stmt *s;
	int status = by_path(e, SQ_COUNT, path, &s);

	*n = 0;
	if (status == 1) {
		*n = (uint64_t)sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
	}
	return status == -1 ? -1 : 0;
}

int
sq_state(struct engine *base, uint64_t *n)
{
	struct sq *e = (struct sq *)base;
	sqlite3_stmt *s = sq_stmt(e, SQ_STATE);
	int status = s != NULL ? sq_step(e, s) : -1;

	if (status != 1)
		return -1;
	*n = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return 0;
}

/* --- all of it ------------------------------------------------------------------ */

/* Does the sum stored beside these bytes match? */
static int
sum_holds(sqlite3_stmt *s)
{
	const char *p = (const char *)sqlite3_column_text(s, 0);
	int n = sqlite3_column_bytes(s, 0);

	return p != NULL && sum_text(p, (size_t)n) ==
	    (uint64_t)sqlite3_column_int64(s, 1);
}

int
sq_meta(struct sq *e, const char *name, char **value)
{
	sqlite3_stmt *s;
	int status;

	if ((s = sq_stmt(e, SQ_META)) == NULL)
		return -1;
	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	if ((status = sq_step(e, s)) != 1)
		return status;
	if (!sum_holds(s))
		status = sq_damaged(e, "meta", name);
	else
		*value = xstrdup((const char *)sqlite3_column_text(s, 0));
	sqlite3_reset(s);
	return status;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
roots(struct sq *e, struct engine_about *a)
{
	sqlite3_stmt *s;
	size_t cap = 0;
	int status;

	if ((s = sq_stmt(e, SQ_ROOTS)) == NULL)
		return -1;
	while ((status = sq_step(e, s)) == 1) {
		if (!sum_holds(s)) {
			sqlite3_reset(s);
			return sq_damaged(e, "meta", "a root");
		}
		a->roots = xgrow(a->roots, &cap, a->nroots + 1,
		    sizeof *a->roots);
		a->roots[a->nroots++] =
		    xstrdup((const char *)sqlite3_column_text(s, 0));
	}
	if (a->nroots != 0)
		qsort(a->roots, a->nroots, sizeof *a->roots, by_bytes);
	return status;
}

int
sq_about(struct engine *base, struct engine_about *a)
{
	struct sq *e = (struct sq *)base;
	struct buf log = { 0 };
	struct stat st;
	char *last = NULL;
	int status;

	memset(a, 0, sizeof *a);
	if (sq_enter(base) == -1)
		return -1;
	if ((status = sq_meta(e, "options", &a->options)) != -1 &&
	    (status = sq_meta(e, "last_run", &last)) != -1)
		status = roots(e, a);
	if (last != NULL)
		a->last_run = strtoll(last, NULL, 10);
	free(last);
	if (fstat(e->fd, &st) == 0)
		a->disk = (uint64_t)st.st_blocks * 512;
	buf_puts(&log, e->where);
	buf_text(&log, "-wal");
	if (stat(log.p, &st) == 0)
		a->disk += (uint64_t)st.st_blocks * 512;
	buf_free(&log);
	return sq_leave(base, status);
}
