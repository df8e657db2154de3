#include <err.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "engine/sqlite/sqlite.h"

#define SPAN_RANGE	"(c.byte_start, c.byte_end) >= (?2, ?3) " \
	"AND c.byte_start <= ?4"

const char *const sq_sql[SQ_STMTS] = {
	[SQ_BEGIN] = "BEGIN",
	[SQ_BEGIN_WRITING] = "BEGIN IMMEDIATE",
	[SQ_COMMIT] = "COMMIT",
	[SQ_ROLLBACK] = "ROLLBACK",

	[SQ_STR] = "SELECT s FROM str WHERE id = ?1",
	[SQ_STR_ID] = "SELECT id FROM str WHERE s = ?1",
	[SQ_STR_ADD] = "INSERT INTO str VALUES(?1, ?2)",
	[SQ_LABELSET] = "SELECT labels FROM labelset WHERE id = ?1",
	[SQ_LABELSET_ID] = "SELECT id FROM labelset WHERE labels = ?1",
	[SQ_LABELSET_ADD] = "INSERT INTO labelset VALUES(?1, ?2)",
	[SQ_LABEL_ADD] = "INSERT OR IGNORE INTO labelset_label VALUES(?1, ?2)",

	[SQ_FILE] = "SELECT " SQ_FILE_COLUMNS " FROM file WHERE path = ?1",
	[SQ_FILE_ID] = "SELECT id, nodes, nodes_sum FROM file WHERE path = ?1",
	[SQ_FILE_PUT] = "INSERT INTO file(" SQ_FILE_COLUMNS ") "
	    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
	[SQ_FILE_SET] = "UPDATE file SET language = ?3, reason = ?4, "
	    "size = ?5, mtime_ns = ?6, content_hash = ?7, parse_errors = ?8, "
	    "options = ?9, chunks = ?10, stored_at = ?11, sum = ?12 "
	    "WHERE id = ?1",
	[SQ_FILE_DELETE] = "DELETE FROM file WHERE id = ?1",
	[SQ_FILE_BY_ID] = "SELECT " SQ_FILE_COLUMNS ", nodes, nodes_sum "
	    "FROM file WHERE id = ?1",
	[SQ_PATH] = "SELECT path FROM file WHERE id = ?1",

	[SQ_CHUNK] = "SELECT " SQ_CHUNK_COLUMNS " FROM chunk c "
	    "WHERE c.file = ?1 AND c.byte_start = ?2 AND c.byte_end = ?3",
	[SQ_CHUNK_BY_ID] = "SELECT " SQ_CHUNK_COLUMNS " FROM chunk c "
	    "WHERE c.id = ?1",
	[SQ_CHUNK_PUT] = "INSERT INTO chunk VALUES(?1, ?2, ?3, ?4, ?5, ?6, "
	    "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
	[SQ_CHUNK_DELETE] = "DELETE FROM chunk WHERE file = ?1 AND "
	    "byte_start = ?2 AND byte_end = ?3 RETURNING id",
	[SQ_COUNT] = "SELECT count(*) FROM chunk "
	    "WHERE file = (SELECT id FROM file WHERE path = ?1)",

	[SQ_DEFINITIONS] = "SELECT " SQ_DEFINITION_COLUMNS
	    " FROM definition d WHERE d.chunk = ?1 ORDER BY d.n",
	[SQ_DEFINITION_PUT] = "INSERT INTO definition "
	    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
	    "?11, ?12, ?13)",
	[SQ_DEFINITIONS_DELETE] = "DELETE FROM definition WHERE chunk = ?1",

	[SQ_NODES] = "SELECT id, parent, kind, byte_start, byte_end "
	    "FROM node WHERE file = ?1 ORDER BY id",
	[SQ_NODE_PUT] = "INSERT INTO node VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	[SQ_NODES_DELETE] = "DELETE FROM node WHERE file = ?1",
	[SQ_NODES_SET] = "UPDATE file SET nodes = ?2, nodes_sum = ?3 "
	    "WHERE id = ?1",

	[SQ_BLOB_PUT] = "INSERT INTO text VALUES(?1, ?2) ON CONFLICT(key) "
	    "DO UPDATE SET blob = excluded.blob",
	[SQ_BLOB_DELETE] = "DELETE FROM text WHERE key = ?1",

	[SQ_STATE] = "PRAGMA data_version",
	[SQ_META] = "SELECT value, sum FROM meta WHERE name = ?1",
	[SQ_META_PUT] = "INSERT INTO meta VALUES(?1, ?2, ?3) ON CONFLICT(name) "
	    "DO UPDATE SET value = excluded.value, sum = excluded.sum",
	[SQ_ROOTS] = "SELECT path, sum FROM root",
	[SQ_ROOT_PUT] = "INSERT OR IGNORE INTO root VALUES(?1, ?2)",

	[SQ_SWEEP_STRS] = "DELETE FROM str WHERE id NOT IN ("
	    "SELECT language FROM file WHERE language IS NOT NULL "
	    "UNION SELECT reason FROM file WHERE reason IS NOT NULL "
	    "UNION SELECT options FROM file WHERE options IS NOT NULL "
	    "UNION SELECT language FROM chunk "
	    "UNION SELECT symbol_kind FROM chunk WHERE symbol_kind IS NOT NULL "
	    "UNION SELECT scope FROM chunk WHERE scope IS NOT NULL "
	    "UNION SELECT kind FROM definition "
	    "UNION SELECT scope FROM definition WHERE scope IS NOT NULL "
	    "UNION SELECT labels FROM definition WHERE labels IS NOT NULL "
	    "UNION SELECT kind FROM node)",
	[SQ_SWEEP_LABELS] = "DELETE FROM labelset_label "
	    "WHERE labelset NOT IN (SELECT labelset FROM chunk)",
	[SQ_SWEEP_SETS] = "DELETE FROM labelset "
	    "WHERE id NOT IN (SELECT labelset FROM chunk)",
	[SQ_STRS] = "SELECT count(*) FROM str",

	/* Ownerless rows of a damaged store must not get new owners. */
	[SQ_LAST_FILE] = "SELECT max(ifnull((SELECT max(id) FROM file), 0), "
	    "ifnull((SELECT max(file) FROM chunk), 0), "
	    "ifnull((SELECT max(file) FROM node), 0))",
	[SQ_LAST_CHUNK] = "SELECT max(ifnull((SELECT max(id) FROM chunk), 0), "
	    "ifnull((SELECT max(chunk) FROM definition), 0))",
	[SQ_LAST_STR] = "SELECT ifnull(max(id), 0) FROM str",
	[SQ_LAST_LABELSET] = "SELECT ifnull(max(id), 0) FROM labelset",

	[SQ_SET_FILE] = "SELECT min(file) FROM chunk "
	    "WHERE labelset = ?1 AND file >= ?2",
	[SQ_SETS_OF] = "SELECT labelset FROM labelset_label WHERE label = ?1",
	[SQ_SET_HAS] = "SELECT 1 FROM labelset_label "
	    "WHERE label = ?1 AND labelset = ?2",

	/* All BLOBs sort after all texts. */
	[SQ_FILES_TEXT] = "SELECT " SQ_FILE_COLUMNS " FROM file "
	    "WHERE path >= ?1 AND path < x'' ORDER BY path",
	[SQ_FILES_BLOB] = "SELECT " SQ_FILE_COLUMNS " FROM file "
	    "WHERE path >= ?1 ORDER BY path",
	[SQ_CHUNKS] = "SELECT " SQ_CHUNK_COLUMNS " FROM chunk c "
	    "WHERE c.file = ?1 AND " SPAN_RANGE
	    " ORDER BY c.byte_start, c.byte_end",
	[SQ_CHUNK_DEFINITIONS] = "SELECT " SQ_DEFINITION_COLUMNS
	    " FROM chunk c CROSS JOIN definition d ON d.chunk = c.id "
	    "WHERE c.file = ?1 AND " SPAN_RANGE
	    " ORDER BY c.byte_start, c.byte_end, d.n",
	[SQ_SPANS] = "SELECT c.byte_start, c.byte_end FROM chunk c "
	    "WHERE c.file = ?1 AND " SPAN_RANGE
	    " ORDER BY c.byte_start, c.byte_end",
	[SQ_NAMES] = "SELECT DISTINCT name FROM definition WHERE name >= ?1 "
	    "ORDER BY name",
	[SQ_NAME_ROWS] = "SELECT " SQ_DEFINITION_COLUMNS ", d.n, "
	    "c.byte_start, c.byte_end, f.path "
	    "FROM definition d LEFT JOIN chunk c ON c.id = d.chunk "
	    "LEFT JOIN file f ON f.id = c.file "
	    "WHERE d.name = ?1 AND (d.chunk, d.n) >= (?2, ?3) "
	    "ORDER BY d.chunk, d.n",
	[SQ_SET_ROWS] = "SELECT byte_start, byte_end FROM chunk c "
	    "WHERE c.labelset = ?5 AND c.file = ?1 AND " SPAN_RANGE
	    " ORDER BY c.byte_start, c.byte_end",
	[SQ_LABELS] = "SELECT labelset, count(*) FROM chunk "
	    "WHERE labelset >= ?1 GROUP BY labelset ORDER BY labelset",
	[SQ_BLOBS] = "SELECT key, blob FROM text "
	    "WHERE key >= ?1 AND key < ?2 ORDER BY key",
};

double
sq_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- errors ----------------------------------------------------------------- */

const char sq_left[] = "left by a writer that died: somebody who may write to "
    "it must open it once";

static const char *
reason(struct sq *e)
{
	int error = sqlite3_system_errno(e->db);

	switch (sqlite3_errcode(e->db) & 0xff) {
	case SQLITE_NOMEM:
		errx(2, "out of memory");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return "damaged";
	case SQLITE_BUSY:
	case SQLITE_PROTOCOL:
		return "somebody holds its lock";
	case SQLITE_FULL:
		return strerror(ENOSPC);
	case SQLITE_READONLY:
		/* Its log or journal, as a reader writes nothing else. */
		if (!e->writer)
			return sq_left;
		break;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (error != 0)
			return strerror(error);
		break;
	}
	return sqlite3_errmsg(e->db);
}

int
sq_fail(struct sq *e)
{
	if (!e->failed)
		warnx("%s: %s", e->where, reason(e));
	e->failed = 1;
	return -1;
}

int
sq_damaged(struct sq *e, const char *path, const char *what)
{
	if (!e->failed)
		warnx("%s: %s of %s is damaged", e->where, what, path);
	e->failed = 1;
	return -1;
}

/* --- statements --------------------------------------------------------------- */

sqlite3_stmt *
sq_prepare(struct sq *e, enum sq_stmt which)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v3(e->db, sq_sql[which], -1,
	    SQLITE_PREPARE_PERSISTENT, &s, NULL) == SQLITE_OK)
		return s;
	sq_fail(e);
	return NULL;
}

sqlite3_stmt *
sq_stmt(struct sq *e, enum sq_stmt which)
{
	if (e->stmt[which] == NULL)
		e->stmt[which] = sq_prepare(e, which);
	return e->stmt[which];
}

int
sq_step(struct sq *e, sqlite3_stmt *s)
{
	int status;

	/* Holders release a lock in milliseconds, unless stopped. */
	e->until = 0;
	switch (sqlite3_step(s)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		status = 0;
		break;
	default:
		status = sq_fail(e);
		break;
	}
	sqlite3_reset(s);
	return status;
}

int
sq_run(struct sq *e, sqlite3_stmt *s)
{
	int status = sq_step(e, s);

	if (status == 1)
		sqlite3_reset(s);
	return status == -1 ? -1 : 0;
}

void
sq_bind_bytes(sqlite3_stmt *s, int i, const char *p, size_t n)
{
	if (memchr(p, '\0', n) == NULL && utf8_valid(p, n) == n)
		sqlite3_bind_text64(s, i, p, n, SQLITE_STATIC, SQLITE_UTF8);
	else
		sqlite3_bind_blob64(s, i, p, n, SQLITE_STATIC);
}

void
sq_bind_lower(sqlite3_stmt *s, const struct buf *b, int blob)
{
	const char *p = b->len != 0 ? b->p : "";

	if (blob)
		sqlite3_bind_blob64(s, 1, p, b->len, SQLITE_STATIC);
	else
		sqlite3_bind_text64(s, 1, p, b->len, SQLITE_STATIC,
		    SQLITE_UTF8);
}

void
sq_bind_spans(sqlite3_stmt *s, int64_t file, uint64_t start, uint64_t end,
    uint64_t last)
{
	sqlite3_bind_int64(s, 1, file);
	sqlite3_bind_int64(s, 2, (int64_t)start);
	sqlite3_bind_int64(s, 3, (int64_t)end);
	sqlite3_bind_int64(s, 4, last == RECORD_NONE ? INT64_MAX :
	    (int64_t)last);
}
