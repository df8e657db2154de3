#include <stdlib.h>
#include <string.h>

#include <err.h>

#include "engine/postgres/postgres.h"

/* --- one moment ------------------------------------------------------------- */

int
pg_enter(struct engine *base)
{
	struct pg *e = (struct pg *)base;

	/* A writer is alone. */
	if (e->writer)
		return 0;
	pg_forget(e);
	if (pg_run(e, e->servers, "BEGIN ISOLATION LEVEL REPEATABLE READ "
	    "READ ONLY") == -1)
		return -1;
	e->inside = 1;
	return 0;
}

int
pg_leave(struct engine *base, int status)
{
	struct pg *e = (struct pg *)base;

	if (!e->inside)
		return status;
	e->inside = 0;
	if (PQtransactionStatus(e->servers->conn) != PQTRANS_INTRANS) {
		if (PQstatus(e->servers->conn) == CONNECTION_OK)
			PQclear(PQexec(e->servers->conn, "ROLLBACK"));
		return -1;
	}
	return pg_run(e, e->servers, "COMMIT") == -1 ? -1 : status;
}

/* --- one record --------------------------------------------------------------- */

static PGresult *
ask_file(struct pg *e, enum pg_stmt which, int64_t file)
{
	struct pg_server *s = pg_home(e, file);
	struct pg_args a = { 0 };

	pg_number(&a, file);
	return s == NULL ? NULL : pg_ask(e, s, which, &a);
}

/* Is the row this file's, not one's with the same number? */
static int
is_file(const struct pg *e, const PGresult *res, const char *path)
{
	size_t n = strlen(path);

	return pg_int(res, 0, PG_FILE_STORE) == e->store &&
	    (size_t)PQgetlength(res, 0, 0) == n &&
	    memcmp(PQgetvalue(res, 0, 0), path, n) == 0;
}

int
pg_file(struct engine *base, const char *path, struct buf *line)
{
	struct pg *e = (struct pg *)base;
	int64_t id = pg_file_id(e, path);
	PGresult *res = ask_file(e, PG_FILE, id);
	char hash[HASH_LEN + 1];
	struct record r;
	int status;

	if (res == NULL)
		return -1;
	status = PQntuples(res);
	if (status == 1 && !is_file(e, res, path)) {
		status = 0;
		if (e->writer) {
			warnx("%s: %s: has the same number as %s, which is "
			    "already stored", e->where, path,
			    PQgetvalue(res, 0, 0));
			e->failed = 1;
			status = -1;
		}
	} else if (status == 1 && !pg_read_file(res, 0, &r, hash))
		status = pg_damaged(e, path, "the record");
	else if (status == 1)
		pg_line(line, &r);
	if (status != -1)
		pg_remember(e, id, status, status == 1 &&
		    *PQgetvalue(res, 0, PG_FILE_AST) != 0);
	PQclear(res);
	return status;
}

int
pg_ast(struct engine *base, const char *path, struct buf *line)
{
	struct pg *e = (struct pg *)base;
	int64_t id = pg_file_id(e, path);
	struct record r;
	PGresult *res;
	int status;

	if (e->last == id && !e->last_ast)
		return 0;
	if ((res = ask_file(e, PG_NODES, id)) == NULL)
		return -1;
	status = PQntuples(res) > 0;
	if (status == 1) {
		pg_read_nodes(e, res, path, &r);
		if (pg_uint(res, 0, 5) != r.nnodes ||
		    (uint64_t)pg_int(res, 0, 6) != sum_nodes(&r))
			status = pg_damaged(e, path, "the syntax tree");
		else
			pg_line(line, &r);
	}
	PQclear(res);
	return status;
}

int
pg_ask_chunks(struct pg *e, int64_t file, uint64_t first, uint64_t last,
    PGresult **chunks, PGresult **defs)
{
	struct pg_server *s = pg_home(e, file);
	PGresult *rows[2] = { NULL, NULL };
	struct pg_args a = { 0 };
	int status;

	pg_number(&a, file);
	pg_number(&a, (int64_t)first);
	pg_number(&a, last > INT64_MAX ? INT64_MAX : (int64_t)last);
	*chunks = *defs = NULL;
	if (s == NULL || pg_start(e, s) == -1)
		return -1;
	if ((status = pg_send(e, s, PG_CHUNKS, &a)) == 0)
		status = pg_send(e, s, PG_DEFINITIONS, &a);
	if (pg_end(e, s, rows) == -1)
		status = -1;
	*chunks = rows[0];
	*defs = rows[1];
	return status;
}

int
pg_chunk(struct engine *base, const char *path, uint64_t start, uint64_t end,
    struct buf *line)
{
	struct pg *e = (struct pg *)base;
	PGresult *chunks, *defs;
	char hash[HASH_LEN + 1];
	struct record r;
	int i, def = 0, status;

	status = pg_ask_chunks(e, pg_file_id(e, path), start, start, &chunks,
	    &defs);
	for (i = 0; status == 0 && i < PQntuples(chunks); i++) {
		if (pg_uint(chunks, i, 1) != end)
			continue;
		status = pg_read_chunk(e, chunks, i, defs, &def, path, &r,
		    hash);
		if (status == 0)
			status = pg_damaged(e, path, "a chunk");
		else if (status == 1)
			pg_line(line, &r);
	}
	PQclear(chunks);
	PQclear(defs);
	return status;
}

int
pg_count(struct engine *base, const char *path, uint64_t *n)
{
	struct pg *e = (struct pg *)base;
	PGresult *res = ask_file(e, PG_COUNT, pg_file_id(e, path));

	*n = res != NULL ? pg_uint(res, 0, 0) : 0;
	PQclear(res);
	return res != NULL ? 0 : -1;
}

/* --- all of it ------------------------------------------------------------------ */

/* The store's row, or NULL. */
static PGresult *
ask_store(struct pg *e, enum pg_stmt which)
{
	struct pg_args a = { 0 };
	PGresult *res;

	pg_number(&a, e->store);
	res = pg_ask(e, e->servers, which, &a);
	if (res == NULL || which != PG_STORE || PQntuples(res) == 1)
		return res;
	PQclear(res);
	if (!e->failed)
		warnx("%s: the store is gone", e->where);
	e->failed = 1;
	return NULL;
}

int
pg_state(struct engine *base, uint64_t *n)
{
	PGresult *res = ask_store((struct pg *)base, PG_STORE);

	if (res == NULL)
		return -1;
	*n = pg_uint(res, 0, 2);
	PQclear(res);
	return 0;
}

static int
read_roots(struct pg *e, struct engine_about *a)
{
	PGresult *res = ask_store(e, PG_ROOTS);
	int i, status = 0;

	if (res == NULL)
		return -1;
	if (PQntuples(res) > 0)
		a->roots = xcalloc((size_t)PQntuples(res), sizeof *a->roots);
	for (i = 0; i < PQntuples(res) && status == 0; i++) {
		const char *path = PQgetvalue(res, i, 0);

		if (sum_text(path, (size_t)PQgetlength(res, i, 0)) !=
		    (uint64_t)pg_int(res, i, 1))
			status = pg_damaged(e, "meta", "a root");
		else
			a->roots[a->nroots++] = xstrdup(path);
	}
	PQclear(res);
	return status;
}

int
pg_about(struct engine *base, struct engine_about *a)
{
	struct pg *e = (struct pg *)base;
	struct pg_args none = { 0 };
	PGresult *res;
	int status = -1;

	memset(a, 0, sizeof *a);
	if (pg_enter(base) == -1)
		return -1;
	if ((res = ask_store(e, PG_STORE)) != NULL) {
		if (pg_string(res, 0, 3) != NULL)
			a->options = xstrdup(pg_string(res, 0, 3));
		a->last_run = pg_int(res, 0, 4);
		status = read_roots(e, a);
	}
	PQclear(res);
	if (status == 0 &&
	    (res = pg_ask(e, e->servers, PG_DISK, &none)) != NULL) {
		a->disk = (uint64_t)pg_int(res, 0, 0);
		PQclear(res);
	} else
		status = -1;
	return pg_leave(base, status);
}
