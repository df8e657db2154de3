/*
 * The SQLite engine's internals: a store is one file, whose tables are in
 * schema.c and chunkkv-sqlite(5).
 *
 * At rest the file is all there is (journal_mode=DELETE), so that it can be
 * read where nobody may write. A writer's first slice switches it to a
 * write-ahead log, with which readers and the writer do not wait for each
 * other, and close switches it back; if that fails because somebody reads,
 * whoever closes it next does. SQLite repairs what a killed process leaves, as
 * soon as somebody who may write opens it.
 *
 * One writer at a time holds a lock for its whole session: an open file
 * description lock (fcntl(2)), so that the kernel releases it, on one byte far
 * beyond those that SQLite locks. Close no other descriptor of the file while
 * a store is open: by POSIX's rule that would drop SQLite's own locks.
 */
#ifndef SQLITE_H
#define SQLITE_H

#include <sqlite3.h>

#include "base/mem.h"
#include "base/release.h"
#include "engine/engine.h"
#include "engine/sum.h"
#include "record/record.h"

extern const struct engine_type sqlite_engine;

#define SQ_APPLICATION	0x636b7631	/* "ckv1" */
#define SQ_FORMAT	STORE_FORMAT_SQLITE	/* PRAGMA user_version */
#define SQ_PAGE		16384

/* --- strings and sets of labels, by their numbers --------------------------- */

/* A bounded cache of table str or labelset. */
struct sq_names {
	struct sq_name {
		int64_t id;
		char *s;		/* owned */
		uint64_t hash;
	} *list;
	size_t n, cap, bytes;
	uint32_t *by_id, *by_hash;	/* index + 1 in list, 0: none */
	size_t slots;
};

const char *sq_names_get(const struct sq_names *m, int64_t id);	/* or NULL */
int64_t sq_names_id(const struct sq_names *m, const char *s);	/* or 0 */
const char *sq_names_add(struct sq_names *m, int64_t id, const char *s);
void sq_names_free(struct sq_names *m);

/* Forget all of them if there are many; pointers to them then dangle. */
void sq_names_trim(struct sq_names *m);

/* --- the engine --------------------------------------------------------------- */

/* Statements prepared once; stmt.c has their text. */
enum sq_stmt {
	SQ_BEGIN, SQ_BEGIN_WRITING, SQ_COMMIT, SQ_ROLLBACK,
	SQ_STR, SQ_STR_ID, SQ_STR_ADD,
	SQ_LABELSET, SQ_LABELSET_ID, SQ_LABELSET_ADD, SQ_LABEL_ADD,
	SQ_FILE, SQ_FILE_ID, SQ_FILE_PUT, SQ_FILE_SET, SQ_FILE_DELETE,
	SQ_CHUNK, SQ_CHUNK_PUT, SQ_CHUNK_DELETE, SQ_COUNT,
	SQ_DEFINITIONS, SQ_DEFINITION_PUT, SQ_DEFINITIONS_DELETE,
	SQ_FILE_BY_ID, SQ_CHUNK_BY_ID,
	SQ_NODES, SQ_NODE_PUT, SQ_NODES_DELETE, SQ_NODES_SET,
	SQ_BLOB_PUT, SQ_BLOB_DELETE,
	SQ_STATE, SQ_META, SQ_META_PUT, SQ_ROOTS, SQ_ROOT_PUT,
	SQ_SWEEP_STRS, SQ_SWEEP_LABELS, SQ_SWEEP_SETS, SQ_STRS,
	SQ_LAST_FILE, SQ_LAST_CHUNK, SQ_LAST_STR, SQ_LAST_LABELSET,
	SQ_PATH, SQ_SET_FILE, SQ_SETS_OF, SQ_SET_HAS,
	/* For cursors, of which several may be open. */
	SQ_FILES_TEXT, SQ_FILES_BLOB, SQ_CHUNKS, SQ_CHUNK_DEFINITIONS,
	SQ_SPANS, SQ_NAMES, SQ_NAME_ROWS, SQ_SET_ROWS, SQ_LABELS, SQ_BLOBS,
	SQ_STMTS
};

struct sq {
	struct engine base;
	char *where;			/* for messages */
	sqlite3 *db;
	int fd;				/* the same file: its header and lock */
	int writer;
	int failed;			/* a failure has been printed */
	int writing;			/* between begin and commit */
	double until;			/* when to stop waiting for a lock */
	sqlite3_stmt *stmt[SQ_STMTS];
	struct sq_cursor *spare;	/* ended, for reuse */

	struct sq_names strs, sets;
	int64_t last_file, last_chunk, last_str, last_set;
	int counted;			/* the four above are known */
	int64_t first_str;		/* the last when the session began */
	int removed;			/* this session removed a chunk */

	/* the record being read */
	struct buf text, set;		/* names; a set of labels */
	struct symbol *symbols;
	struct ast_node *nodes;
	size_t *names;			/* where in text symbols' names are */
	const char **labels;
	size_t symbols_cap, nodes_cap, names_cap, labels_cap;
};

extern const char *const sq_sql[];		/* by sq_stmt */
extern const char *const sq_schema[];		/* NULL ends it */

double sq_clock(void);		/* seconds since some moment */

extern const char sq_left[];	/* why someone who may not write cannot read */

/* Say why, once; always -1. sq_damaged: about one record. */
int sq_fail(struct sq *e);
int sq_damaged(struct sq *e, const char *path, const char *what);

/*
 * A statement, prepared when first asked for and reset. NULL on failure
 * (message printed).
 */
sqlite3_stmt *sq_stmt(struct sq *e, enum sq_stmt which);
sqlite3_stmt *sq_prepare(struct sq *e, enum sq_stmt which);	/* one more */

/* Step: 1 a row, 0 done (and reset), -1 (message printed, and reset). */
int sq_step(struct sq *e, sqlite3_stmt *s);

/* Run what has no rows: 0, -1. */
int sq_run(struct sq *e, sqlite3_stmt *s);

/* Bind text if it is UTF-8 without a NUL, else a BLOB. Not copied. */
void sq_bind_bytes(sqlite3_stmt *s, int i, const char *p, size_t n);

/* Bind the first parameter: any bytes, as text or as a BLOB. */
void sq_bind_lower(sqlite3_stmt *s, const struct buf *b, int blob);

/* Bind a file, and its spans from this one to those that begin at last. */
void sq_bind_spans(sqlite3_stmt *s, int64_t file, uint64_t start,
    uint64_t end, uint64_t last);

/* --- opening: open.c ------------------------------------------------------ */

struct engine *sq_open(const char *where);
struct engine *sq_open_writer(const char *where, double wait);
int sq_close(struct engine *base, int failed);
int sq_missing(const char *where);

struct sq *sq_new(const char *where);	/* not connected yet */
void sq_free(struct sq *e);

/* An empty store, as the bytes of its file; sqlite3_free it.
 * NULL on failure (message printed). */
unsigned char *sq_image(sqlite3_int64 *size);

/* Does a writer hold its lock without a log yet, waiting for readers? */
int sq_writer_waits(const struct sq *e);

/*
 * Give the store a write-ahead log, so that readers and the writer do not wait
 * for each other. On a file system without shared memory there is none, and
 * they do wait. 0, -1.
 */
int sq_use_log(struct sq *e);

/* --- rows and records: row.c ------------------------------------------------ */

/* The number of a string, added if new, 0 for NULL: 0, -1. */
int sq_str_id(struct sq *e, const char *s, int64_t *id);

/* The string of a number: 1, 0 there is none, -1. */
int sq_str(struct sq *e, int64_t id, const char **s);

/* The number of a chunk's set of labels, added if new: 0, -1. */
int sq_labelset_id(struct sq *e, const struct record *chunk, int64_t *id);

/* The labels of a set, lent until the next call: 1, 0 there is none, -1. */
int sq_labels(struct sq *e, int64_t id, const char *const **list, size_t *n);

/* The columns that row.c reads, in its order. */
#define SQ_FILE_COLUMNS	"id, path, language, reason, size, mtime_ns, " \
	"content_hash, parse_errors, options, chunks, stored_at, sum"
#define SQ_CHUNK_COLUMNS "c.id, c.byte_start, c.byte_end, c.start_line, " \
	"c.end_line, c.language, c.symbol_name, c.symbol_kind, c.scope, " \
	"c.part, c.parts, c.labelset, c.created_at, c.sum, c.hash, c.content, " \
	"c.refs"
#define SQ_DEFINITION_COLUMNS "d.chunk, d.name, d.kind, d.scope, " \
	"d.byte_start, d.byte_end, d.start_line, d.end_line, " \
	"d.doc_start, d.body_start, d.labels, d.sum"
enum { SQ_DEFINITION_END = 12 };	/* the first column after them */

/* Read a row, lent until the statement's next step: 1, 0 damaged, -1. */
int sq_read_file(struct sq *e, sqlite3_stmt *s, struct record *r,
    char hash[HASH_LEN + 1]);
int sq_read_symbol(struct sq *e, sqlite3_stmt *s, struct symbol *y);

/* The definitions of chunks, in the order in which the chunks are read. */
struct sq_definitions {
	sqlite3_stmt *stmt;
	int row;		/* what the last step returned; 1: not used yet */
};

int sq_read_chunk(struct sq *e, sqlite3_stmt *s, struct sq_definitions *d,
    const char *path, struct record *r, char hash[HASH_LEN + 1]);
int sq_read_nodes(struct sq *e, int64_t file, const char *path,
    struct record *r);

/* Append the record as a line, without its newline. */
void sq_line(struct buf *line, const struct record *r);

/* --- the rest ---------------------------------------------------------------------- */

/* read.c */
int sq_enter(struct engine *base);
int sq_leave(struct engine *base, int status);
int sq_file(struct engine *base, const char *path, struct buf *line);
int sq_ast(struct engine *base, const char *path, struct buf *line);
int sq_chunk(struct engine *base, const char *path, uint64_t start,
    uint64_t end, struct buf *line);
int sq_count(struct engine *base, const char *path, uint64_t *n);
int sq_state(struct engine *e, uint64_t *state);
int sq_about(struct engine *base, struct engine_about *a);

/* A text of table meta: 1 and *value by malloc, 0 there is none, -1. */
int sq_meta(struct sq *e, const char *name, char **value);

/* The number of a file: 1, 0 there is none, -1. */
int sq_file_id(struct sq *e, const char *path, int64_t *id);

/* cursor.c */
struct cursor *sq_seek(struct engine *base, const struct query *q,
    const struct buf *place);
int sq_next(struct cursor *base, struct row *row);
void sq_place(const struct cursor *base, struct buf *place);
int sq_end(struct cursor *base);
void sq_free_cursors(struct sq *e);

/* check.c */
int sq_verify(struct engine *base, engine_fault_fn *fn, void *arg);

/* salvage.c */
int sq_salvage(const char *where, engine_remains_fn *fn, void *arg,
    struct engine_about *about);

/* write.c */
int sq_begin(struct engine *base);
int sq_apply(struct engine *base, const struct change *c);
int sq_commit(struct engine *base);
int sq_put_blob(struct engine *base, const struct buf *key, const void *blob,
    size_t n);
int sq_delete_blob(struct engine *base, const struct buf *key);
void sq_abort(struct engine *base);
void sq_hint(struct engine *base, int more);
void sq_plain(struct engine *base);
int sq_ran(struct engine *base, const struct record *begin);

/*
 * Delete the strings and sets of labels that no row uses any more, but only
 * when they may be as many as the used ones: it has to read all rows. 0, -1.
 */
int sq_sweep(struct sq *e);

#endif
