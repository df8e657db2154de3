/*
 * The PostgreSQL engine's internals: a store is rows of the tables in
 * schema.sql, which chunkkv-postgres(5) explains; several stores, each with a
 * name, share them.
 *
 * The tables of files may be spread over several servers by hash partitions
 * behind one (postgres_fdw). Readers ask that one, the front, and never know.
 * A writer asks it which server has which file and writes there, in one
 * transaction per server: so each file, not each slice, is replaced as a whole
 * or not at all.
 *
 * A writer holds an advisory lock for its session, so that a second one is
 * told at once, or waits. Correctness depends on another lock: each slice locks
 * the store's row on each server it writes to, and reads from it how many
 * slices were ever stored there. If that is not the number it expects,
 * somebody else wrote after we compared, and nothing is written.
 *
 * Everything goes over the wire in binary form. Functions return 0 or what
 * they say, and -1 or NULL after printing the reason.
 */
#ifndef POSTGRES_H
#define POSTGRES_H

#include <libpq-fe.h>

#include "base/mem.h"
#include "base/pool.h"
#include "base/release.h"
#include "engine/engine.h"
#include "engine/sum.h"
#include "record/record.h"

extern const struct engine_type postgres_engine;

#define PG_FORMAT	STORE_FORMAT_POSTGRES

/* --- asking ----------------------------------------------------------------- */

/* ask.c has their text. */
enum pg_stmt {
	PG_STORE, PG_OTHER, PG_GENERATION,
	PG_FILE, PG_CHUNKS, PG_DEFINITIONS, PG_SPANS, PG_NODES, PG_COUNT,
	PG_FILES, PG_NAMED, PG_NAMES, PG_LABELSETS, PG_LABELS, PG_LABELS_USED,
	PG_FILE_LABELSETS, PG_BLOBS, PG_BLOBS_DELETE,
	PG_FILE_DELETE, PG_CHUNKS_DELETE, PG_CHUNKS_CLEAR,
	PG_DEFINITIONS_DELETE, PG_DEFINITIONS_CLEAR,
	PG_AST_DELETE, PG_NODES_DELETE,
	PG_RAN, PG_OPTIONS, PG_ROOT_PUT, PG_ROOTS, PG_DISK,
	PG_SERVERS, PG_HOMES,
	PG_STMTS
};

struct pg_server {
	const char *name;		/* for messages; NULL: the front */
	char *owned;
	PGconn *conn;
	int64_t generation;		/* of the store there, as last seen */
	int open;			/* in a writing transaction */
	unsigned char asked[PG_STMTS];	/* 1 once, 2 prepared */
};

/* Parameters of a statement. Bytes are lent until it has been asked. */
struct pg_args {
	int n;
	const char *value[8];
	int len[8], format[8];
	int64_t number[8];
};

void pg_number(struct pg_args *a, int64_t n);
void pg_bytes(struct pg_args *a, const char *p, size_t n);
void pg_text(struct pg_args *a, const char *s);	/* as people write it; or NULL */

struct pg_labelset {
	int64_t id;
	char *labels;			/* owned */
};

struct pg {
	struct engine base;
	char *where;			/* for messages, without a password */
	char *name;			/* of the store */
	int64_t store;			/* its number */
	int writer;
	int failed;			/* a failure has been printed */
	int inside;			/* between enter and leave */

	struct pg_server *servers;	/* the front is the first */
	size_t nservers;
	/* Where files are, if there are several servers: see pg_home. */
	struct buf modulus, remainder;	/* arrays, as PostgreSQL writes them */
	size_t *home;			/* server, by index in these */
	size_t nhome;
	int64_t at_home;		/* the last file asked for, */
	size_t host;			/* and its server */

	struct buf key;			/* what numbers are made from */
	/* What is known of the last file read, so as not to ask again for what
	 * does not exist. For a reader, valid within one enter and leave. */
	int64_t last;
	int last_there, last_ast;

	struct pg_labelset *sets;	/* by their numbers */
	size_t nsets, sets_cap;
	int sets_known;

	/* the record being read */
	struct buf text;
	struct symbol *symbols;
	struct ast_node *nodes;
	const char **labels;
	size_t symbols_cap, nodes_cap, labels_cap;

	struct pg_change {
		struct change c;
		int64_t file;
		size_t server;
	} *changes;			/* since begin */
	size_t nchanges, changes_cap;

	struct pg_blob {
		const char *key, *blob;	/* in the pool; NULL: deleted */
		size_t key_len, blob_len, n;	/* n: its position */
	} *blobs;			/* since begin */
	size_t nblobs, blobs_cap;
	struct pool pool;
};

/* Say why, once; always -1. res may be NULL. */
int pg_fail(struct pg *e, const struct pg_server *s, const PGresult *res);
int pg_damaged(struct pg *e, const char *path, const char *what);

/* The rows, or NULL; PQclear them. */
PGresult *pg_ask(struct pg *e, struct pg_server *s, enum pg_stmt which,
    const struct pg_args *a);

/* Run a fixed text; no rows wanted. 0, -1. */
int pg_run(struct pg *e, struct pg_server *s, const char *sql);

/*
 * Several statements, sent together: start, send, end. rows: where each one's
 * rows go, if wanted; the caller sets them to NULL and PQclears them.
 */
int pg_start(struct pg *e, struct pg_server *s);
int pg_send(struct pg *e, struct pg_server *s, enum pg_stmt which,
    const struct pg_args *a);
int pg_end(struct pg *e, struct pg_server *s, PGresult **rows);

/* --- values ------------------------------------------------------------------ */

int64_t pg_int(const PGresult *res, int row, int col);		/* NULL: 0 */
uint64_t pg_uint(const PGresult *res, int row, int col);	/* RECORD_NONE */
const char *pg_string(const PGresult *res, int row, int col);	/* NULL */

/* Numbers of a store, and of its files and sets of labels. */
int64_t pg_store_id(const char *name);
int64_t pg_file_id(struct pg *e, const char *path);
int64_t pg_labelset_id(const char *labels);

/* --- rows and records: row.c --------------------------------------------------- */

#define PG_FILE_COLUMNS	"f.path, f.language, f.reason, f.size, f.mtime_ns, " \
	"f.content_hash, f.parse_errors, f.options, f.chunks, f.stored_at, " \
	"f.sum, f.file, f.store"
#define PG_CHUNK_COLUMNS "byte_start, byte_end, labelset, start_line, " \
	"end_line, part, parts, created_at, sum, language, symbol_name, " \
	"symbol_kind, scope, content_hash, content, content_bytes, refs"
#define PG_DEFINITION_COLUMNS "d.chunk_start, d.chunk_end, d.byte_start, " \
	"d.byte_end, d.start_line, d.end_line, d.name, d.kind, d.scope, " \
	"d.doc_start, d.body_start, d.labels"
enum { PG_DEFINITION_END = 12 };	/* the first column after them */
enum { PG_FILE_ID = 11, PG_FILE_STORE, PG_FILE_AST };

/* Read a row, lent by the rows and e: 1, 0 damaged, -1. */
int pg_read_file(const PGresult *res, int row, struct record *r,
    char hash[HASH_LEN + 1]);
void pg_read_symbol(const PGresult *res, int row, struct symbol *y);
int pg_read_chunk(struct pg *e, const PGresult *res, int row,
    const PGresult *defs, int *def, const char *path, struct record *r,
    char hash[HASH_LEN + 1]);
void pg_read_nodes(struct pg *e, const PGresult *res, const char *path,
    struct record *r);

/* Append the record as a line, without its newline. */
void pg_line(struct buf *line, const struct record *r);

/* The labels of a set: 1, 0 there is none, -1. Read all anew: 0, -1. */
int pg_labelset(struct pg *e, int64_t id, const char **labels);
int pg_labelsets(struct pg *e);
void pg_forget_labelsets(struct pg *e);

/* Remember, or forget, whether a file exists, and whether its nodes do. */
void pg_remember(struct pg *e, int64_t file, int there, int ast);
void pg_forget(struct pg *e);

/* Do we know that nothing is stored of it? */
int pg_absent(const struct pg *e, int64_t file);

/* Split at each ':'; lent until the next call. */
void pg_split(struct pg *e, const char *labels, size_t *n);

/* --- the rest ------------------------------------------------------------------ */

/* open.c */
struct engine *pg_open(const char *where);
struct engine *pg_open_writer(const char *where, double wait);
int pg_close(struct engine *base, int failed);
int pg_missing(const char *where);

/* read.c */
int pg_enter(struct engine *base);
int pg_leave(struct engine *base, int status);
int pg_file(struct engine *base, const char *path, struct buf *line);
int pg_ast(struct engine *base, const char *path, struct buf *line);
int pg_chunk(struct engine *base, const char *path, uint64_t start,
    uint64_t end, struct buf *line);
int pg_count(struct engine *base, const char *path, uint64_t *n);
int pg_state(struct engine *e, uint64_t *state);
int pg_about(struct engine *base, struct engine_about *a);

/* The chunks that begin from first to last, and their definitions. 0, -1. */
int pg_ask_chunks(struct pg *e, int64_t file, uint64_t first, uint64_t last,
    PGresult **chunks, PGresult **defs);

/* cursor.c */
struct cursor *pg_seek(struct engine *base, const struct query *q,
    const struct buf *place);
int pg_next(struct cursor *base, struct row *row);
void pg_place(const struct cursor *base, struct buf *place);
int pg_end_cursor(struct cursor *base);

/* write.c */
struct pg_server *pg_home(struct pg *e, int64_t file);	/* which to ask */
int pg_begin(struct engine *base);
int pg_apply(struct engine *base, const struct change *c);
int pg_commit(struct engine *base);
int pg_put_blob(struct engine *base, const struct buf *key, const void *blob,
    size_t n);
int pg_delete_blob(struct engine *base, const struct buf *key);
void pg_abort(struct engine *base);
void pg_hint(struct engine *base, int more);
void pg_plain(struct engine *base);
int pg_ran(struct engine *base, const struct record *begin);

/* check.c */
int pg_verify(struct engine *base, engine_fault_fn *fn, void *arg);
int pg_salvage(const char *where, engine_remains_fn *fn, void *arg,
    struct engine_about *about);

#endif
