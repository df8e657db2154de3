/*
 * We check a store file by file, some of them per snapshot, as others may write
 * meanwhile. Pages and indexes are the server's own business: it has checksums,
 * and pg_amcheck(1).
 */
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/postgres.h"
#include "engine/verify.h"

#define STEP	50		/* files between enter and leave */
#define STRAYS	1000		/* reported of each kind */

struct pg_check {
	struct verify v;
	struct pg *e;
	struct buf path;		/* where the next step begins */
};

/* --- files ---------------------------------------------------------------------- */

static int
check_chunks(struct pg_check *c, int64_t file, const char *path)
{
	PGresult *chunks, *defs;
	char hash[HASH_LEN + 1];
	struct record r;
	int i, known, def = 0, status;

	verify_start(&c->v);
	status = pg_ask_chunks(c->e, file, 0, RECORD_NONE, &chunks, &defs);
	for (i = 0; status == 0 && i < PQntuples(chunks); i++) {
		known = pg_read_chunk(c->e, chunks, i, defs, &def, path, &r,
		    hash);
		if (known == -1)
			status = -1;
		else
			verify_chunk(&c->v, &r, known);
	}
	PQclear(chunks);
	PQclear(defs);
	return status;
}

static int
check_nodes(struct pg_check *c, int64_t file, const char *path)
{
	struct pg_args a = { 0 };
	struct record r;
	PGresult *res;

	pg_number(&a, file);
	if ((res = pg_ask(c->e, c->e->servers, PG_NODES, &a)) == NULL)
		return -1;
	if (PQntuples(res) > 0) {
		pg_read_nodes(c->e, res, path, &r);
		verify_nodes(&c->v, &r, pg_uint(res, 0, 5) == r.nnodes &&
		    (uint64_t)pg_int(res, 0, 6) == sum_nodes(&r));
	}
	PQclear(res);
	return 0;
}

/* Check some files from c->path on: 1 there may be more, 0, -1. */
static int
check_files(struct pg_check *c)
{
	struct pg_args a = { 0 };
	char hash[HASH_LEN + 1];
	struct record r;
	PGresult *res;
	int i, known, status = 0;

	pg_number(&a, c->e->store);
	pg_bytes(&a, buf_room(&c->path, 1) - c->path.len, c->path.len);
	pg_number(&a, STEP);
	if ((res = pg_ask(c->e, c->e->servers, PG_FILES, &a)) == NULL)
		return -1;
	for (i = 0; i < PQntuples(res) && status == 0; i++) {
		int64_t file = pg_int(res, i, PG_FILE_ID);

		known = pg_read_file(res, i, &r, hash);
		status = check_chunks(c, file, r.path);
		if (status == 0)
			status = check_nodes(c, file, r.path);
		verify_file(&c->v, &r, known && file == pg_file_id(c->e,
		    r.path));
		c->path.len = 0;
		buf_text(&c->path, r.path);
	}
	if (status == 0)
		status = PQntuples(res) == STEP;
	PQclear(res);
	return status;
}

/* --- what belongs to nothing ----------------------------------------------------- */

/* Rows of one table that have no counterpart in another. */
static const struct stray {
	const char *what, *sql;
} strays[] = {
	{ "file", "SELECT DISTINCT file FROM chunkkv.chunk c "
	    "WHERE store = $1 AND NOT EXISTS(SELECT 1 FROM chunkkv.file f "
	    "WHERE f.file = c.file) LIMIT $2" },
	{ "file", "SELECT file FROM chunkkv.ast a WHERE store = $1 AND "
	    "NOT EXISTS(SELECT 1 FROM chunkkv.file f WHERE f.file = a.file) "
	    "LIMIT $2" },
	{ "chunk of file", "SELECT DISTINCT file FROM chunkkv.definition d "
	    "WHERE store = $1 AND NOT EXISTS(SELECT 1 FROM chunkkv.chunk c "
	    "WHERE c.file = d.file AND c.byte_start = d.chunk_start "
	    "AND c.byte_end = d.chunk_end) LIMIT $2" },
	{ "syntax tree of file", "SELECT DISTINCT n.file FROM chunkkv.node n "
	    "WHERE NOT EXISTS(SELECT 1 FROM chunkkv.ast a "
	    "WHERE a.file = n.file) AND $1::bigint IS NOT NULL LIMIT $2" },
};

static int
check_strays(struct pg_check *c, const struct stray *s)
{
	struct pg_server *front = c->e->servers;
	struct pg_args a = { 0 };
	PGresult *res;
	int i, status = 0;

	pg_number(&a, c->e->store);
	pg_number(&a, STRAYS);
	res = PQexecParams(front->conn, s->sql, a.n, NULL, a.value, a.len,
	    a.format, 1);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		status = pg_fail(c->e, front, res);
	verify_what(&c->v, s->what, NULL);
	for (i = 0; status == 0 && i < PQntuples(res); i++)
		verify_fault(&c->v, "number %jd is not stored, but rows of it "
		    "are", (intmax_t)pg_int(res, i, 0));
	PQclear(res);
	return status;
}

int
pg_verify(struct engine *base, engine_fault_fn *fn, void *arg)
{
	struct pg_check c = { .e = (struct pg *)base };
	size_t i;
	int more = 1, status;

	verify_init(&c.v, fn, arg);
	status = verify_options(&c.v, base);
	while (status == 0 && more == 1) {
		if ((more = pg_enter(base)) == 0)
			more = pg_leave(base, check_files(&c));
		status = more == -1 ? -1 : verify_tell(&c.v);
	}
	for (i = 0; i < sizeof strays / sizeof *strays && status == 0; i++)
		if ((status = check_strays(&c, &strays[i])) == 0)
			status = verify_tell(&c.v);
	verify_free(&c.v);
	buf_free(&c.path);
	return status == 0 ? c.v.found : status;
}

/* --- what can be saved ------------------------------------------------------------- */

/*
 * The server does not open what it cannot read. But rows may have been changed
 * by other means: hand over a file with those that can be read.
 */
static int
save_file(struct pg *e, const PGresult *files, int row, engine_remains_fn *fn,
    void *arg)
{
	int64_t file = pg_int(files, row, PG_FILE_ID);
	struct remains m = { 0 };
	struct buf lines = { 0 }, record = { 0 }, ast = { 0 };
	struct row *rows = NULL;
	char hash[HASH_LEN + 1];
	PGresult *chunks, *defs;
	struct record r;
	int i, def = 0, status;

	m.path = PQgetvalue(files, row, 0);
	if (pg_read_file(files, row, &r, hash)) {
		pg_line(&record, &r);
		m.file = record.p;
		m.file_len = record.len;
	}
	status = pg_ask_chunks(e, file, 0, RECORD_NONE, &chunks, &defs);
	if (status == 0)
		rows = xcalloc((size_t)PQntuples(chunks) + 1, sizeof *rows);
	for (i = 0; status == 0 && i < PQntuples(chunks); i++) {
		size_t at = lines.len;
		int known = pg_read_chunk(e, chunks, i, defs, &def, m.path, &r,
		    hash);

		if (known == -1)
			status = -1;
		if (known != 1)
			continue;
		pg_line(&lines, &r);
		rows[m.nchunks++] = (struct row){ .start = r.byte_start,
		    .end = r.byte_end, .len = lines.len - at };
	}
	for (i = 0; i < (int)m.nchunks; i++)
		rows[i].line = i == 0 ? lines.p :
		    rows[i - 1].line + rows[i - 1].len;
	m.chunks = rows;
	if (status == 0 && pg_ast(&e->base, m.path, &ast) == 1) {
		m.ast = ast.p;
		m.ast_len = ast.len;
	}
	if (status == 0)
		status = fn(arg, &m);
	PQclear(chunks);
	PQclear(defs);
	buf_free(&lines);
	buf_free(&record);
	buf_free(&ast);
	free(rows);
	return status;
}

int
pg_salvage(const char *where, engine_remains_fn *fn, void *arg,
    struct engine_about *about)
{
	struct engine *base = pg_open(where);
	struct pg *e = (struct pg *)base;
	struct pg_args a = { 0 };
	struct buf path = { 0 };
	PGresult *res;
	int i, status, n = STEP;

	memset(about, 0, sizeof *about);
	if (e == NULL)
		return -1;
	status = pg_about(base, about);
	while (status == 0 && n == STEP) {
		a.n = 0;
		pg_number(&a, e->store);
		pg_bytes(&a, buf_room(&path, 1) - path.len, path.len);
		pg_number(&a, STEP);
		if ((res = pg_ask(e, e->servers, PG_FILES, &a)) == NULL) {
			status = -1;
			break;
		}
		n = PQntuples(res);
		for (i = 0; i < n && status == 0; i++)
			status = save_file(e, res, i, fn, arg);
		path.len = 0;
		if (n > 0)
			buf_text(&path, PQgetvalue(res, n - 1, 0));
		PQclear(res);
	}
	buf_free(&path);
	pg_close(base, 0);
	return status;
}
