/*
 * The records of the stream, C struct <-> one line of JSON: chunk(5) in C.
 *
 * All strings are NUL-terminated and lent (const): a record never owns what
 * it points to. A string that comes from a file's bytes (a path, a name) may
 * not be valid UTF-8; the writer produces valid JSON all the same (see
 * record_write).
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

#define RECORD_NONE	UINT64_MAX	/* an absent number */

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
	 * its body does, between byte_start and byte_end; or RECORD_NONE. */
	uint64_t doc_start, body_start;
	const char *labels;	/* "exported:static:", a colon after each; or
				 * NULL */
};

/* Where it begins, documentation included. */
static inline uint64_t
symbol_doc(const struct symbol *y)
{
	return y->doc_start == RECORD_NONE ? y->byte_start : y->doc_start;
}

/*
 * A use of a name, beginning in a chunk where the name's bytes stand. Its line
 * and scope follow from the rest of the file. A record keeps refs as the line
 * has them, {"call":{"f":[12,34]},"use":{"g":[56]}}: ordered by kind, then name
 * (bytes), then offset. No name contains anything that JSON would have to
 * escape.
 */
enum ref_kind { REF_CALL, REF_TYPE, REF_USE, REF_KINDS };
extern const char *const ref_kinds[REF_KINDS];	/* "call", "type", "use" */

struct ref {
	const char *name;		/* not NUL-terminated */
	size_t len;
	enum ref_kind kind;
	uint64_t byte_start;
};

/* Read them one by one: set p to a record's refs, or NULL, and zero the rest.
 * Returns 1 and the next, lent by the text; 0 at the end; -1 if they are
 * malformed. */
struct refs {
	const char *p;
	struct ref ref;
};

int refs_next(struct refs *r);

/* Can refs hold this name? */
int refs_can(const char *name, size_t n);

/* Append them; list is in order. */
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
 * (record_init does both). Which members count depends on the type; the order
 * here is the order in the stream. Optional ones are marked: NULL or
 * RECORD_NONE means absent, and they are then not written at all.
 */
struct record {
	enum record_type type;

	/* begin */
	uint64_t format;
	const char *const *roots;
	size_t nroots;
	const char *options;	/* the whole text; in file and skip, where it
				 * is optional, its id (options_id) */

	/* all but begin and end: the path in its normal form */
	const char *path;

	/* file; keep has only the time; skip may have size and time */
	const char *language;	/* chunk too */
	uint64_t size;		/* bytes */
	int64_t mtime_ns;	/* nanoseconds since 1970; INT64_MIN: none (skip) */
	const char *content_hash;	/* HASH_LEN digits; chunk too; a file's
				   is NULL (null) if unknown */
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
	 * The beginning of the line that record_write would write, up to what
	 * a store adds (chunks and stored_at of a file, stored_at of a skip,
	 * created_at of a chunk) or the closing brace. If known, it is copied
	 * instead of being written anew. Set it to NULL when you change a
	 * field that it holds. NULL, 0: not known.
	 */
	const char *stem;
	size_t stem_len;
};

/*
 * A short name for an options text: the first digits of its SHA-256. Each
 * stored file carries it, so that we know how each was chunked, not only the
 * last.
 */
#define OPTIONS_ID	12
void options_id(char id[OPTIONS_ID + 1], const char *options);	/* "" of "" */

/* Is the word one of the options? They are "name=value", blank-separated. */
int options_has(const char *options, const char *word);

/* Make it an empty record. */
void record_init(struct record *r, enum record_type type);

/*
 * Append the record as one line, newline included. The same record gives
 * the same bytes; the JSON is valid UTF-8 whatever the record holds: a path or
 * content that is not UTF-8 is written in base64 (file_path_base64,
 * content_base64; a root as {"base64": "..."}); in other strings each invalid
 * byte becomes U+FFFD.
 */
void record_write(struct buf *out, const struct record *r);

/*
 * A deep copy of the record, with its stem, allocated from the pool.
 */
struct record *record_copy(struct pool *p, const struct record *r);

/*
 * Is this the line that record_write wrote of the record, ignoring what a store
 * has added to either? The record's stem must be known.
 */
int record_is_line(const struct record *r, const char *line, size_t len);

/* The type of a line that record_write wrote; RECORD_END for any other. */
enum record_type record_line_type(const char *line, size_t len);

/* record_write to standard output; check ferror afterwards. */
void record_print(const struct record *r);

/*
 * Lines of JSON that look like records but are not part of the stream: a
 * definition, with or without (NULL) its signature and its text; a node.
 */
void definition_write(struct buf *out, const char *path,
    const struct symbol *d, const struct buf *signature, const char *content,
    size_t n);
void node_write(struct buf *out, const char *path, const struct ast_node *n);

/* Append an array of roots, as "begin" has it. */
void json_roots(struct buf *out, const char *const *roots, size_t n);

/* Append n bytes as a JSON string, quotes included; invalid bytes become
 * U+FFFD. */
void json_quote(struct buf *out, const char *s, size_t n);

/* Append "key":PATH, or "key_base64":PATH if it is not UTF-8. */
void json_path(struct buf *out, const char *key, const char *path);

/*
 * Does the reason say nothing about the file's content ("unreadable",
 * "vanished", "changed" while being read)? Then what is stored of it stays.
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
 * number'. Checks everything that the line alone can tell, except the hash
 * (hash.h); ignores unknown fields. Paths come in normal form.
 *
 * The record is lent by the reader and the line: it is valid until the next
 * call on rd, and r->stem as long as line is.
 */
int record_read(struct reader *rd, struct record *r, const char *line,
    size_t len);
void reader_free(struct reader *rd);

/*
 * Read what a line of JSON names, whatever else is in it: a record, a line of
 * kvput --changes or kvls --symbols --json, or one made by hand. Sets path,
 * symbol_name ("name") and content_hash, or NULL, and byte_start and byte_end,
 * or RECORD_NONE. Returns and lends like record_read.
 */
int record_read_named(struct reader *rd, struct record *r, const char *line,
    size_t len);

/*
 * The two halves of record_read, for its tests. record_scan knows only exactly
 * what record_write writes, and is fast: 1 read, 0 something differs (which
 * need not be wrong). record_load takes any JSON: 0, or -1. Neither checks what
 * record_read does.
 */
int record_scan(struct reader *rd, struct record *r, const char *line,
    size_t len);
int record_load(struct reader *rd, struct record *r, const char *line,
    size_t len);

#endif
