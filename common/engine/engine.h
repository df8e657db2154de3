/*
 * An engine keeps a store on disk; this is what it must be able to do. The
 * store (store/) works with any engine through the functions below; nobody
 * above it knows which one it has.
 *
 * An engine stores records under their path and span, hands them out again
 * byte for byte, and writes any number of files in one step: when commit has
 * returned, all of it is on disk and seen by readers, or none of it ever is,
 * whatever happens in between. It indexes definitions and labels, so that they
 * are found without reading all chunks; and, in the same steps, stores opaque
 * bytes under opaque keys (blobs: the text index of search/).
 *
 * One thread at a time calls an engine, any thread. Paths are in normal form
 * (path.h). Functions return 0 or what their comment says, and -1 after
 * printing the reason; after -1 from a writing function only abort and close
 * may follow.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "record/record.h"

/* An engine's own struct begins with this; whoever opens it sets the type. */
struct engine {
	const struct engine_type *type;
};

/* --- what is read ----------------------------------------------------------- */

enum engine_rows {
	/* Records of files, skips included, in byte order of their paths. */
	ROWS_FILES,
	/* Chunks of one file, in any order, with their lines or without. */
	ROWS_CHUNKS,
	ROWS_SPANS,
	/*
	 * Definitions, those of one name together, in any order. Names are
	 * sorted by their bytes followed by a ':' (so "a1" comes before "a").
	 */
	ROWS_SYMBOLS,
	/* The path and span of chunks that have all of some labels, those of a
	 * file together. */
	ROWS_LABELLED,
	/* Labels, and how many chunks have them: in any order; one may come
	 * several times, each time with part of its chunks. */
	ROWS_LABELS,
	/* Blobs, in byte order of their keys. */
	ROWS_BLOBS
};

struct query {
	enum engine_rows what;
	/*
	 * CHUNKS, SPANS: the file. FILES: only those below it (path_below), not
	 * the one of this path itself; never ".". LABELLED: only chunks of this
	 * file. NULL: all.
	 */
	const char *path;
	uint64_t start;			/* CHUNKS: only those that begin at this
					 * byte; RECORD_NONE: all */
	const char *name;		/* SYMBOLS: of this name, */
	int prefix;			/* or of all with this prefix */
	const char *const *labels;	/* LABELLED: at least one */
	size_t nlabels;
	int uncounted;			/* LABELS: nobody needs the number of
					 * chunks; one row for each will do */
	const struct buf *from, *to;	/* BLOBS: from <= key < to; lent until
					 * end */
};

/* Only members of the kind asked for are set. Lent until the next call. */
struct row {
	const char *path;		/* all but LABELS, BLOBS */
	uint64_t start, end;		/* CHUNKS, SPANS, LABELLED; SYMBOLS: of
					 * the chunk that lists it */
	const char *line;		/* FILES, CHUNKS: what record_write */
	size_t len;			/* writes, without the newline */
	struct symbol symbol;		/* SYMBOLS */
	const char *label;		/* LABELS, */
	uint64_t chunks;		/* and how many have it */
	const void *key, *blob;		/* BLOBS; their lengths */
	size_t key_len, blob_len;
};

/* An engine's own cursor begins with this. */
struct cursor {
	const struct engine_type *type;
};

/* Facts about the whole store. The caller frees the strings (malloc). */
struct engine_about {
	char *options;			/* the last complete stream's or NULL */
	char **roots;			/* of all of them, in byte order */
	size_t nroots;
	int64_t last_run;		/* Unix seconds; 0: never */
	uint64_t disk;			/* bytes it takes */
};

/* --- what is written -------------------------------------------------------- */

/*
 * What happens to one file. Lent until commit or abort.
 */
struct change {
	const char *path;
	/* Its record, a file or a skip, with stored_at, a file also with
	 * chunks; its nodes. */
	enum { LEAVE, PUT, REMOVE } file, ast;
	const struct record *file_record, *ast_record;	/* PUT */

	/*
	 * Chunks removed, kept and added. If any is removed or added, the three
	 * lists are all there is of the file before and after. A chunk replaced
	 * by another of its span is removed and added. Added ones have
	 * created_at. Each list is in numerical order of spans.
	 */
	const struct row *removed, *kept;	/* path is not set */
	size_t nremoved, nkept;
	const struct record *const *added;
	size_t nadded;
	int fresh;			/* nothing is stored of the file */
};

/* --- the functions ---------------------------------------------------------- */

/* A blob's key has 1 to 160 bytes. */
#define BLOB_SIZE	3900

typedef int engine_fault_fn(void *arg, const char *what, const char *fault);

/* What could be read of one path in a damaged store; any of it may be wrong. */
struct remains {
	const char *path;
	const char *file;		/* lines; NULL: not found */
	size_t file_len;
	const char *ast;
	size_t ast_len;
	const struct row *chunks;	/* in numerical order of spans */
	size_t nchunks;
};

/* Returns 0 to go on, anything else for salvage to return. */
typedef int engine_remains_fn(void *arg, const struct remains *r);

struct engine_type {
	const char *name;		/* as --engine has it: "bdb" */
	const char *title;		/* as people call it: "Berkeley DB" */

	/*
	 * Open the store at this place for reading, or for writing, which makes
	 * it if there is none and waits so many seconds for another writer.
	 * Cleans up after a writer that died. NULL on failure.
	 */
	struct engine *(*open)(const char *where);
	struct engine *(*open_writer)(const char *where, double wait);

	/*
	 * Finish; if nothing failed, do the tidying that was put off. 0, or -1
	 * if not everything was stored. Frees the engine either way.
	 */
	int (*close)(struct engine *e, int failed);

	/* Is there no store yet, but one could be made? 1, 0, or -1. */
	int (*missing)(const char *where);

	/*
	 * What is read between the two is a snapshot. leave returns the status
	 * it is given, or -1 if what was read does not count. A reader enters
	 * for some milliseconds, again and again, so that writers can go on.
	 * For a writer that is not between begin and commit they do nothing.
	 */
	int (*enter)(struct engine *e);
	int (*leave)(struct engine *e, int status);

	/*
	 * Append one record to line (as in struct row): 1, 0 there is none, -1.
	 * file is quick when called for many files in order.
	 */
	int (*file)(struct engine *e, const char *path, struct buf *line);
	int (*ast)(struct engine *e, const char *path, struct buf *line);
	int (*chunk)(struct engine *e, const char *path, uint64_t start,
	    uint64_t end, struct buf *line);

	/* Count the chunks of a file, without reading them. */
	int (*count)(struct engine *e, const char *path, uint64_t *n);

	/*
	 * Many rows: seek, next until it returns 0 (1: a row; -1), end. Several
	 * cursors may be open at once, all between one enter and its leave.
	 * place, called after a row, says where that row is: given it (else
	 * NULL) and the same query, seek resumes in a later enter, at that row
	 * or, if it is gone, at the next one. seek returns NULL on failure;
	 * otherwise always call end.
	 */
	struct cursor *(*seek)(struct engine *e, const struct query *q,
	    const struct buf *place);
	int (*next)(struct cursor *c, struct row *row);
	void (*place)(const struct cursor *c, struct buf *place);
	int (*end)(struct cursor *c);

	/*
	 * A number that changes whenever anybody writes anything; two of them
	 * can only be compared within one opening. 0, or -1.
	 */
	int (*state)(struct engine *e, uint64_t *state);

	/* 0, or -1; free what is filled in either way. */
	int (*about)(struct engine *e, struct engine_about *a);

	/*
	 * Write files: begin, apply for each, apply with NULL, commit. At NULL
	 * the engine may do whatever takes it long, as the caller has other work
	 * before it commits. In between only the blob functions may be called,
	 * and abort, which undoes everything since begin.
	 */
	int (*begin)(struct engine *e);
	int (*apply)(struct engine *e, const struct change *c);
	int (*commit)(struct engine *e);

	/*
	 * Between begin and commit: put a blob, replacing any that has its key,
	 * or delete one, if it exists. Works best for blobs put in the order of
	 * their keys, after the existing ones, and none over BLOB_SIZE bytes.
	 */
	int (*put_blob)(struct engine *e, const struct buf *key,
	    const void *blob, size_t n);
	int (*delete_blob)(struct engine *e, const struct buf *key);

	void (*abort)(struct engine *e);

	/*
	 * More slices will follow soon (1), or this one is the last (0): what
	 * is expensive per slice may be put off until then.
	 */
	void (*hint)(struct engine *e, int more);

	/*
	 * From now on store records uncompressed, for other programs to read,
	 * even if they would be compressed.
	 */
	void (*plain)(struct engine *e);

	/* A complete stream that began with this record has been stored: note
	 * its options, if any, its roots, and the time. */
	int (*ran)(struct engine *e, const struct record *begin);

	/*
	 * Is everything as it should be? Calls fn for each fault, not between
	 * enter and leave, and stops when it returns anything but 0. 1 if there
	 * are faults, 0 if not, or what fn returned, or -1.
	 */
	int (*verify)(struct engine *e, engine_fault_fn *fn, void *arg);

	/*
	 * Read what can be read of a damaged store that cannot be opened any
	 * more, path by path in byte order, and the facts about all of it (into
	 * about; the caller frees it). 0; 1 if something of unknown path could
	 * not be read; what fn returned; or -1.
	 */
	int (*salvage)(const char *where, engine_remains_fn *fn, void *arg,
	    struct engine_about *about);
};

/* --- which one is it? --------------------------------------------------------- */

/*
 * The engine of an existing store, told by its looks, not by its name: a
 * directory, or a file that says what it is; but a name that says it is on a
 * server (server.h) is believed. If there is no store: the engine called named
 * (NULL: unspecified), else the one that the place's name asks for
 * ("sqlite:PATH", or ending in .sqlite or .sqlite3), else the first that this
 * program was built with. *where is set to the place without its scheme. NULL:
 * there is no such engine, or something else is there (message printed).
 */
const struct engine_type *engine_find(const char *place, const char *named,
    const char **where);

/*
 * Find the engine like that, and open the store for reading or for writing:
 * NULL on failure (message printed).
 */
struct engine *engine_open(const char *place);
struct engine *engine_open_writer(const char *place, const char *named,
    double wait);

/* The engines this program was built with, as in "bdb sqlite". */
const char *engine_names(void);

#endif
