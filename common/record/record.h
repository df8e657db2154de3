/*
 * The records of the stream, C struct <-> one line of JSON: chunk(5) in C.
 *
 * All strings are NUL-terminated and lent (const): a record never owns what
 * it points to. Where a string comes from a file's bytes (a path, a name),
 * it may hold bytes that are no UTF-8; the writer sees to it that the JSON
 * is valid all the same (see record_write).
 */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/release.h"
#include "base/utf8.h"

#define RECORD_FORMAT	STREAM_FORMAT

/* Numbers above this are not exact in every JSON reader (RFC 8259, 6). */
#define RECORD_NUMBER_MAX	((uint64_t)1 << 53)

#define RECORD_NONE	UINT64_MAX	/* a number that is not there */

enum record_type {
	RECORD_BEGIN,
	RECORD_FILE,
	RECORD_CHUNK,
	RECORD_AST,
	RECORD_KEEP,
	RECORD_SKIP,
	RECORD_GONE,
	RECORD_END
};

/* A definition that begins in a chunk. Bytes from 0, half open, in the file. */
struct symbol {
	const char *name;
	const char *kind;	/* ctags' long name */
	const char *scope;	/* or NULL */
	uint64_t byte_start, byte_end;
	uint64_t start_line, end_line;	/* from 1, inclusive */
	/* Where its comments and attributes begin, before byte_start, and where
	 * its body does, behind it and before byte_end; or RECORD_NONE. */
	uint64_t doc_start, body_start;
	const char *labels;	/* "exported:static:", a colon behind each; or
				 * NULL */
};

/* Where it begins, with what documents it. */
static inline uint64_t
symbol_doc(const struct symbol *y)
{
	return y->doc_start == RECORD_NONE ? y->byte_start : y->doc_start;
}

/*
 * A use of a name that begins in a chunk: the bytes of the name stand there. Its
 * line and scope follow from what else is known of the file. In a record they
 * are as the line has them, {"call":{"f":[12,34]},"use":{"g":[56]}}: in the
 * order of kinds, then of names (bytes), then of bytes. There is no name in which
 * JSON would have to escape anything.
 */
enum ref_kind { REF_CALL, REF_TYPE, REF_USE, REF_KINDS };
extern const char *const ref_kinds[REF_KINDS];	/* "call", "type", "use" */

struct ref {
	const char *name;		/* no NUL behind it */
	size_t len;
	enum ref_kind kind;
	uint64_t byte_start;
};

/* Read them one by one: set p to a record's refs, or NULL, else 0. Returns 1
 * and the next, lent by the text; 0 there is no more; -1 that is not how they
 * are written. */
struct refs {
	const char *p;
	struct ref ref;
};

int refs_next(struct refs *r);

/* Is it a name that refs can have? */
int refs_can(const char *name, size_t n);

/* Append them, which are in order. */
void refs_write(struct buf *out, const struct ref *list, size_t n);

/* A syntax node. Ids are dense, in document order, from 0. */
struct ast_node {
	uint64_t id;
	int64_t parent_id;	/* -1: none, written as null */
	const char *kind;
	uint64_t byte_start, byte_end;
};

/*
 * One record. Zero it and set what is optional to RECORD_NONE or INT64_MIN
 * (record_init does both). Which members count depends on the type; the order here is the
 * order in the stream. What is optional says so: NULL or RECORD_NONE, and it
 * is then not written at all.
 */
struct record {
	enum record_type type;

	/* begin */
	uint64_t format;
	const char *const *roots;
	size_t nroots;
	const char *options;	/* the whole text; of file and skip, where it
				 * is optional, its id (options_id) */

	/* all but begin and end: the path in its normal form */
	const char *path;

	/* file; keep has the time alone; skip has size and time, both optional */
	const char *language;	/* chunk too */
	uint64_t size;		/* bytes */
	int64_t mtime_ns;	/* nanoseconds since 1970; INT64_MIN: none (skip) */
	const char *content_hash;	/* HASH_LEN digits; chunk too; a file's
				   is NULL (null) where nobody knows it */
	uint64_t parse_errors;	/* ERROR and missing nodes; 1 after a time-out */
	uint64_t chunks;	/* file, optional: how many; end: total */
	uint64_t stored_at;	/* file and skip, optional: Unix seconds */

	/* chunk */
	uint64_t byte_start, byte_end;
	uint64_t start_line, end_line;
	const char *symbol_name, *symbol_kind, *scope;	/* NULL: null */
	uint64_t part[2];	/* k of n; {0, 0}: null */
	const struct symbol *symbols;
	size_t nsymbols;
	const char *content;	/* content_len bytes of any value */
	size_t content_len;
	const char *const *labels;
	size_t nlabels;
	const char *refs;		/* optional: NULL */
	uint64_t created_at;	/* optional: Unix seconds */

	/* ast */
	const struct ast_node *nodes;
	size_t nnodes;

	/* skip */
	const char *reason;

	/* end */
	uint64_t files, skipped, errors;

	/*
	 * The beginning of the line that record_write would write: up to what
	 * a store adds (chunks and stored_at of a file, stored_at of a skip,
	 * created_at of a chunk), or to the closing brace. Where it is known,
	 * nothing before that is written anew. Set it to NULL when you change
	 * a field that it holds. NULL, 0: not known.
	 */
	const char *stem;
	size_t stem_len;
};

/*
 * A short name for an options text: the first digits of its SHA-256. A stored
 * file bears it, so that it is known how each was chunked, not only the last.
 */
#define OPTIONS_ID	12
void options_id(char id[OPTIONS_ID + 1], const char *options);	/* "" of "" */

/* Is the word one of the options? They are "name=value", set apart by blanks. */
int options_has(const char *options, const char *word);

/* A record with nothing in it. */
void record_init(struct record *r, enum record_type type);

/*
 * Append the record as one line, newline included. The same record gives
 * the same bytes; the JSON is valid UTF-8 whatever the record holds: a path
 * or content that is no UTF-8 is written in base64 (file_path_base64,
 * content_base64; a root as {"base64": "..."}), in other strings each wrong
 * byte becomes U+FFFD.
 */
void record_write(struct buf *out, const struct record *r);

/*
 * A copy of the record and all it points to, with its stem; it lasts as long
 * as what the pool hands out.
 */
struct record *record_copy(struct pool *p, const struct record *r);

/*
 * Is this a line that record_write wrote of the record, whatever a store has
 * added to either? The record's stem has to be known.
 */
int record_is_line(const struct record *r, const char *line, size_t len);

/* The type of a line that record_write wrote; RECORD_END of any other, too. */
enum record_type record_line_type(const char *line, size_t len);

/* record_write to the standard output; look at ferror there. */
void record_print(const struct record *r);

/*
 * Lines of JSON that are no records of the stream, but look alike: a
 * definition, with its signature and its text, or (NULL) without; a node.
 */
void definition_write(struct buf *out, const char *path,
    const struct symbol *d, const struct buf *signature, const char *content,
    size_t n);
void node_write(struct buf *out, const char *path, const struct ast_node *n);

/* Append an array of roots, as "begin" has it. */
void json_roots(struct buf *out, const char *const *roots, size_t n);

/* Append a string of n bytes as a JSON string, quotes included; wrong bytes
 * become U+FFFD. */
void json_quote(struct buf *out, const char *s, size_t n);

/* Append "key":PATH, or "key_base64":PATH for one that is no UTF-8. */
void json_path(struct buf *out, const char *key, const char *path);

/*
 * Skipped for a reason that says nothing of the file's content ("unreadable",
 * "vanished", "changed" while it was read): what is stored of it stays.
 */
int skip_keeps(const char *reason);

/* --- reading -------------------------------------------------------------- */

/*
 * Memory for one record at a time. Zero it to begin with; reader_free when
 * done.
 */
struct reader {
	struct buf text;		/* strings, decoded */
	struct symbol *symbols;
	struct ast_node *nodes;
	const char **strings;		/* roots or labels */
	size_t symbols_cap, nodes_cap, strings_cap;
	void *json;			/* the line as jansson read it, or NULL */
	char error[200];		/* why record_read failed */
};

/*
 * Read one line of len bytes, without its newline.
 *
 * Returns 0, or -1 with the fault in rd->error, as in '"byte_start" is not a
 * number'. Everything that can be told from the line alone has been checked
 * but the hash (hash.h); a field nobody knows is passed over. Paths come in
 * their normal form.
 *
 * The record is lent by the reader and the line: it stays good until the
 * next call on rd, and r->stem as long as line does.
 */
int record_read(struct reader *rd, struct record *r, const char *line,
    size_t len);
void reader_free(struct reader *rd);

/*
 * Read what a line of JSON names, whatever else is in it: a record, a line of
 * kvput --changes or kvls --symbols --json, or one made by hand. Sets path,
 * symbol_name ("name") and content_hash, or NULL, and byte_start and byte_end,
 * or RECORD_NONE. Returns and lends as record_read does.
 */
int record_read_named(struct reader *rd, struct record *r, const char *line,
    size_t len);

/*
 * The two halves of record_read, for its tests. record_scan knows only the
 * very bytes that record_write writes, and is fast: 1 read, 0 something is
 * otherwise (not necessarily wrong). record_load takes any JSON: 0, or -1.
 * Neither does the checks of record_check.
 */
int record_scan(struct reader *rd, struct record *r, const char *line,
    size_t len);
int record_load(struct reader *rd, struct record *r, const char *line,
    size_t len);

#endif
