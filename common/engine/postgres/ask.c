#include <endian.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "engine/postgres/postgres.h"

/* Sort key for names: the prefix that the index has, then all of it. */
#define NAME_KEY	"(\"left\"(d.name || ':', 200), d.name || ':', " \
	"d.file, d.chunk_start, d.chunk_end, d.n)"
#define NAME_ORDER	"\"left\"(d.name || ':', 200), d.name || ':', " \
	"d.file, d.chunk_start, d.chunk_end, d.n"
#define NAMES_FROM	"SELECT " PG_DEFINITION_COLUMNS ", d.n, d.file, f.path " \
	"FROM chunkkv.definition d JOIN chunkkv.file f ON f.file = d.file " \
	"WHERE d.store = $1 AND " NAME_KEY " >= (\"left\"($2::text, 200), " \
	"$2::text, $3, $4, $5, $6)"

static const char *const sql[PG_STMTS] = {
	[PG_STORE] = "SELECT name, format, generation, options, last_run "
	    "FROM chunkkv.store WHERE store = $1",
	[PG_OTHER] = "SELECT name, format FROM chunkkv.store "
	    "WHERE format <> $1::bigint ORDER BY name LIMIT 1",
	[PG_GENERATION] = "SELECT generation FROM chunkkv.store "
	    "WHERE store = $1 FOR UPDATE",

	[PG_FILE] = "SELECT " PG_FILE_COLUMNS ", EXISTS(SELECT 1 "
	    "FROM chunkkv.ast a WHERE a.file = $1) "
	    "FROM chunkkv.file f WHERE f.file = $1",
	[PG_CHUNKS] = "SELECT " PG_CHUNK_COLUMNS " FROM chunkkv.chunk "
	    "WHERE file = $1 AND byte_start >= $2 AND byte_start <= $3 "
	    "ORDER BY byte_start, byte_end",
	[PG_DEFINITIONS] = "SELECT " PG_DEFINITION_COLUMNS " "
	    "FROM chunkkv.definition d WHERE file = $1 "
	    "AND chunk_start >= $2 AND chunk_start <= $3 "
	    "ORDER BY chunk_start, chunk_end, n",
	[PG_SPANS] = "SELECT byte_start, byte_end FROM chunkkv.chunk "
	    "WHERE file = $1 AND byte_start >= $2 AND byte_start <= $3 "
	    "ORDER BY byte_start, byte_end",
	/* One row without an id, if a syntax tree has no nodes. */
	[PG_NODES] = "SELECT n.id, n.parent, n.byte_start, n.byte_end, "
	    "n.kind, a.nodes, a.sum FROM chunkkv.ast a "
	    "LEFT JOIN chunkkv.node n ON n.file = a.file "
	    "WHERE a.file = $1 ORDER BY n.id",
	[PG_COUNT] = "SELECT count(*) FROM chunkkv.chunk WHERE file = $1",

	[PG_FILES] = "SELECT " PG_FILE_COLUMNS ", EXISTS(SELECT 1 "
	    "FROM chunkkv.ast a WHERE a.file = f.file) FROM chunkkv.file f "
	    "WHERE store = $1 AND (substring(path, 1, 1000), path) >= "
	    "(substring($2::bytea, 1, 1000), $2::bytea) "
	    "ORDER BY substring(path, 1, 1000), path LIMIT $3",
	[PG_NAMED] = NAMES_FROM " AND \"left\"(d.name || ':', 200) = "
	    "\"left\"($2::text, 200) ORDER BY " NAME_ORDER " LIMIT $7",
	[PG_NAMES] = NAMES_FROM " ORDER BY " NAME_ORDER " LIMIT $7",
	[PG_LABELSETS] = "SELECT labelset, labels FROM chunkkv.labelset "
	    "WHERE store = $1 ORDER BY labelset",
	[PG_LABELS] = "SELECT labelset, count(*) FROM chunkkv.chunk "
	    "WHERE store = $1 AND labelset >= $2 "
	    "GROUP BY labelset ORDER BY labelset",
	[PG_LABELS_USED] = "SELECT labelset, 1::bigint FROM chunkkv.labelset "
	    "WHERE store = $1 AND labelset >= $2 AND labelset IN (SELECT "
	    "labelset FROM chunkkv.chunk WHERE store = $1) "
	    "ORDER BY labelset",
	[PG_FILE_LABELSETS] = "SELECT byte_start, byte_end, labelset "
	    "FROM chunkkv.chunk WHERE file = $1 "
	    "ORDER BY byte_start, byte_end",

	[PG_BLOBS] = "SELECT key, blob FROM chunkkv.text WHERE store = $1 "
	    "AND key >= $2 AND key < $3 ORDER BY key LIMIT $4",
	[PG_BLOBS_DELETE] = "DELETE FROM chunkkv.text WHERE store = $1 AND "
	    "key = ANY($2::bytea[])",

	[PG_FILE_DELETE] = "DELETE FROM chunkkv.file WHERE file = $1",
	[PG_CHUNKS_DELETE] = "DELETE FROM chunkkv.chunk WHERE file = $1 AND "
	    "(byte_start, byte_end) IN (SELECT * FROM unnest($2::bigint[], "
	    "$3::bigint[]))",
	[PG_CHUNKS_CLEAR] = "DELETE FROM chunkkv.chunk WHERE file = $1",
	[PG_DEFINITIONS_DELETE] = "DELETE FROM chunkkv.definition "
	    "WHERE file = $1 AND (chunk_start, chunk_end) IN "
	    "(SELECT * FROM unnest($2::bigint[], $3::bigint[]))",
	[PG_DEFINITIONS_CLEAR] = "DELETE FROM chunkkv.definition "
	    "WHERE file = $1",
	[PG_AST_DELETE] = "DELETE FROM chunkkv.ast WHERE file = $1",
	[PG_NODES_DELETE] = "DELETE FROM chunkkv.node WHERE file = $1",

	[PG_RAN] = "UPDATE chunkkv.store SET last_run = $2 WHERE store = $1",
	[PG_OPTIONS] = "UPDATE chunkkv.store SET options = $2 "
	    "WHERE store = $1",
	[PG_ROOT_PUT] = "INSERT INTO chunkkv.root(store, path, sum) "
	    "SELECT $1, $2, $3 WHERE NOT EXISTS(SELECT 1 FROM chunkkv.root "
	    "WHERE store = $1 AND path = $2)",
	[PG_ROOTS] = "SELECT path, sum FROM chunkkv.root WHERE store = $1 "
	    "ORDER BY path",
	[PG_DISK] = "SELECT sum(pg_total_relation_size(oid))::bigint "
	    "FROM pg_class WHERE relkind = 'r' AND "
	    "relnamespace = 'chunkkv'::regnamespace",

	[PG_SERVERS] = "SELECT s.srvname, array_to_string(s.srvoptions, "
	    "chr(10)), pg_get_expr(c.relpartbound, c.oid) "
	    "FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
	    "LEFT JOIN pg_foreign_table t ON t.ftrelid = c.oid "
	    "LEFT JOIN pg_foreign_server s ON s.oid = t.ftserver "
	    "WHERE i.inhparent = 'chunkkv.chunk'::regclass ORDER BY c.relname",
	[PG_HOMES] = "SELECT p.n FROM unnest($1::bigint[]) "
	    "WITH ORDINALITY AS f(id, n) JOIN unnest($2::integer[], "
	    "$3::integer[]) WITH ORDINALITY AS p(m, r, n) ON "
	    "satisfies_hash_partition('chunkkv.chunk'::regclass, p.m, p.r, "
	    "f.id) ORDER BY f.n",
};

/* --- errors ----------------------------------------------------------------- */

static const char *
reason(const struct pg_server *s, const PGresult *res)
{
	static const char fatal[] = "FATAL:  ";
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *said = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

	if (state != NULL && strcmp(state, "55P03") == 0)
		return "another process is writing to it";
	if (state != NULL && strcmp(state, "23505") == 0)
		return "another process has written to it meanwhile";
	if (said != NULL)
		return said;
	/* A message from the server that no statement caused. */
	said = PQerrorMessage(s->conn);
	return strncmp(said, fatal, strlen(fatal)) == 0 ?
	    said + strlen(fatal) : said;
}

int
pg_fail(struct pg *e, const struct pg_server *s, const PGresult *res)
{
	const char *said = reason(s, res);

	/* The first line; the rest is advice, and up to 100 KB of SQL. */
	if (!e->failed)
		warnx("%s: %s%s%.*s", e->where, s->name != NULL ? s->name : "",
		    s->name != NULL ? ": " : "", (int)strcspn(said, "\n"), said);
	e->failed = 1;
	return -1;
}

int
pg_damaged(struct pg *e, const char *path, const char *what)
{
	if (!e->failed)
		warnx("%s: %s of %s is damaged", e->where, what, path);
	e->failed = 1;
	return -1;
}

/* --- parameters -------------------------------------------------------------- */

void
pg_number(struct pg_args *a, int64_t n)
{
	a->number[a->n] = (int64_t)htobe64((uint64_t)n);
	a->value[a->n] = (const char *)&a->number[a->n];
	a->len[a->n] = sizeof n;
	a->format[a->n++] = 1;
}

void
pg_bytes(struct pg_args *a, const char *p, size_t n)
{
	a->value[a->n] = p;
	a->len[a->n] = (int)n;
	a->format[a->n++] = 1;
}

void
pg_text(struct pg_args *a, const char *s)
{
	a->value[a->n] = s;
	a->format[a->n++] = 0;
}

/* --- asking ---------------------------------------------------------------------- */

/* Prepare it when it is used for the second time. 0, -1. */
static int
prepare(struct pg *e, struct pg_server *s, enum pg_stmt which, char name[16])
{
	PGresult *res;
	int bad;

	snprintf(name, 16, "chunkkv%d", (int)which);
	if (s->asked[which] != 1) {
		if (s->asked[which] == 0)
			s->asked[which] = 1;
		return 0;
	}
	res = PQprepare(s->conn, name, sql[which], 0, NULL);
	bad = PQresultStatus(res) != PGRES_COMMAND_OK;
	if (bad)
		pg_fail(e, s, res);
	else
		s->asked[which] = 2;
	PQclear(res);
	return bad ? -1 : 0;
}

PGresult *
pg_ask(struct pg *e, struct pg_server *s, enum pg_stmt which,
    const struct pg_args *a)
{
	char name[16];
	PGresult *res;
	int saved = errno;	/* of a write that a tool has yet to report */

	if (prepare(e, s, which, name) == -1)
		return NULL;
	if (s->asked[which] == 2)
		res = PQexecPrepared(s->conn, name, a->n, a->value, a->len,
		    a->format, 1);
	else
		res = PQexecParams(s->conn, sql[which], a->n, NULL, a->value,
		    a->len, a->format, 1);
	if (PQresultStatus(res) == PGRES_TUPLES_OK ||
	    PQresultStatus(res) == PGRES_COMMAND_OK) {
		errno = saved;
		return res;
	}
	pg_fail(e, s, res);
	PQclear(res);
	return NULL;
}

int
pg_run(struct pg *e, struct pg_server *s, const char *text)
{
	int status = 0, saved = errno;
	PGresult *res = PQexec(s->conn, text);

	if (PQresultStatus(res) != PGRES_COMMAND_OK &&
	    PQresultStatus(res) != PGRES_TUPLES_OK)
		status = pg_fail(e, s, res);
	PQclear(res);
	errno = saved;
	return status;
}

int
pg_start(struct pg *e, struct pg_server *s)
{
	return PQenterPipelineMode(s->conn) == 1 ? 0 : pg_fail(e, s, NULL);
}

int
pg_send(struct pg *e, struct pg_server *s, enum pg_stmt which,
    const struct pg_args *a)
{
	char name[16];

	snprintf(name, sizeof name, "chunkkv%d", (int)which);
	if (s->asked[which] != 2 &&
	    PQsendPrepare(s->conn, name, sql[which], 0, NULL) != 1)
		return pg_fail(e, s, NULL);
	s->asked[which] = 2;
	return PQsendQueryPrepared(s->conn, name, a->n, a->value, a->len,
	    a->format, 1) == 1 ? 0 : pg_fail(e, s, NULL);
}

int
pg_end(struct pg *e, struct pg_server *s, PGresult **rows)
{
	int status = 0, synced = 0, saved = errno;
	PGresult *res;

	if (PQpipelineSync(s->conn) != 1)
		return pg_fail(e, s, NULL);
	while (!synced) {
		if ((res = PQgetResult(s->conn)) == NULL) {
			if (PQstatus(s->conn) == CONNECTION_BAD)
				return pg_fail(e, s, NULL);
			continue;	/* between two statements */
		}
		switch (PQresultStatus(res)) {
		case PGRES_PIPELINE_SYNC:
			synced = 1;
			break;
		case PGRES_TUPLES_OK:
			if (rows != NULL) {
				*rows++ = res;
				continue;
			}
			break;
		case PGRES_COMMAND_OK:
		case PGRES_PIPELINE_ABORTED:
			break;
		default:
			status = pg_fail(e, s, res);
			break;
		}
		PQclear(res);
	}
	if (PQexitPipelineMode(s->conn) != 1)
		return pg_fail(e, s, NULL);
	errno = saved;
	return status;
}

/* --- values ---------------------------------------------------------------------- */

int64_t
pg_int(const PGresult *res, int row, int col)
{
	uint64_t n = 0;
	uint32_t k;

	switch (PQgetlength(res, row, col)) {
	case sizeof k:
		memcpy(&k, PQgetvalue(res, row, col), sizeof k);
		return (int32_t)be32toh(k);
	case sizeof n:
		memcpy(&n, PQgetvalue(res, row, col), sizeof n);
	}
	return (int64_t)be64toh(n);	/* NULL, or of another type: 0 */
}

uint64_t
pg_uint(const PGresult *res, int row, int col)
{
	return PQgetisnull(res, row, col) ? RECORD_NONE :
	    (uint64_t)pg_int(res, row, col);
}

const char *
pg_string(const PGresult *res, int row, int col)
{
	return PQgetisnull(res, row, col) ? NULL : PQgetvalue(res, row, col);
}

/* 64 bits of the SHA-256. */
static int64_t
id_of(const char *p, size_t n)
{
	char hash[HASH_LEN + 1];

	hash_of(hash, p, n);
	hash[16] = '\0';
	return (int64_t)strtoull(hash, NULL, 16);
}

int64_t
pg_store_id(const char *name)
{
	return id_of(name, strlen(name));
}

int64_t
pg_file_id(struct pg *e, const char *path)
{
	e->key.len = 0;
	buf_text(&e->key, e->name);
	buf_puts(&e->key, path);
	return id_of(e->key.p, e->key.len);
}

int64_t
pg_labelset_id(const char *labels)
{
	return id_of(labels, strlen(labels));
}
