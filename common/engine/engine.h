/*
 * What keeps a store on disk, and what it must be able to do. The store
 * (store/) works with any engine through the functions below; nobody above it
 * knows which one it has.
 *
 * An engine stores records under their path and span, hands them out again
 * byte for byte, and writes any number of files in one step: all of it is on
 * disk and seen by readers when commit has returned, or none of it ever is,
 * whatever happens in between. It keeps definitions and labels so that they
 * are found without reading all chunks; and, in the same steps, bytes under
 * keys of which it knows nothing else (blobs: the text index of search/).
 *
 * One thread at a time calls an engine, any thread. Paths are in their normal
 * form (path.h). Functions return 0 or what their comment says, and -1 when
 * the reason has been printed; after -1 from a writing function only abort
 * and close may follow.
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
	/* Records of files, skips among them, in the order of their paths' bytes. */
	ROWS_FILES,
	/* Chunks of one file, in any order, with their lines or without. */
	ROWS_CHUNKS,
	ROWS_SPANS,
	/*
	 * Definitions, those of one name together. Names are in the order of
	 * their bytes followed by a ':' (so "a1" is before "a"); those of one
	 * name in any order.
	 */
	ROWS_SYMBOLS,
	/* The path and span of chunks that have all of some labels, a file's
	 * together. */
	ROWS_LABELLED,
	/* Labels, and how many chunks have them: in any order, and one may come
	 * several times, each with a part of its chunks. */
	ROWS_LABELS,
	/* Blobs, in the order of their keys' bytes. */
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
	int prefix;			/* or of all that begin so */
	const char *const *labels;	/* LABELLED: at least one */
	size_t nlabels;
	int uncounted;			/* LABELS: nobody asks of how many chunks,
					 * so that of each one is enough */
	const struct buf *from, *to;	/* BLOBS: from <= key < to; lent until end */
};

/* What is not of the kind asked for is not set. Lent until the next call. */
struct row {
	const char *path;		/* all but LABELS, BLOBS */
	uint64_t start, end;		/* CHUNKS, SPANS, LABELLED; SYMBOLS: of
					 * the chunk that has it in its list */
	const char *line;		/* FILES, CHUNKS: what record_write */
	size_t len;			/* writes, without the newline */
	struct symbol symbol;		/* SYMBOLS */
	const char *label;		/* LABELS, */
	uint64_t chunks;		/* and of how many */
	const void *key, *blob;		/* BLOBS; their lengths */
	size_t key_len, blob_len;
};

/* An engine's own cursor begins with this. */
struct cursor {
	const struct engine_type *type;
};

/* What holds for all of a store. Strings are the caller's, by malloc. */
struct engine_about {
	char *options;			/* of the last complete stream; NULL: none */
	char **roots;			/* of all of them, in the order of bytes */
	size_t nroots;
	int64_t last_run;		/* Unix seconds; 0: never */
	uint64_t disk;			/* bytes it takes */
};

/* --- what is written -------------------------------------------------------- */

/*
 * What becomes of one file. Lent until commit or abort.
 */
struct change {
	const char *path;
	/* Its record, a file or a skip, with stored_at, and a file with
	 * chunks; its nodes. */
	enum { LEAVE, PUT, REMOVE } file, ast;
	const struct record *file_record, *ast_record;	/* PUT */

	/*
	 * Chunks that go, come, and stay. All three, where any goes or comes,
	 * are all there is of the file before and after. One that is replaced
	 * by another of its span goes and comes. Those that come have
	 * created_at. Each in the order of spans, numerically.
	 */
	const struct row *removed, *kept;	/* path not set */
	size_t nremoved, nkept;
	const struct record *const *added;
	size_t nadded;
	int fresh;			/* nothing is stored of the file */
};

/* --- the functions ---------------------------------------------------------- */

/* A key of a blob has 1 to 160 bytes. */
#define BLOB_SIZE	3900

typedef int engine_fault_fn(void *arg, const char *what, const char *fault);

/* What of a damaged store could be read of one path; any of it may be wrong. */
struct remains {
	const char *path;
	const char *file;		/* lines; NULL: not found */
	size_t file_len;
	const char *ast;
	size_t ast_len;
	const struct row *chunks;	/* by their spans, numerically */
	size_t nchunks;
};

/* 0 to go on, else what salvage returns. */
typedef int engine_remains_fn(void *arg, const struct remains *r);

struct engine_type {
	const char *name;		/* as --engine has it: "bdb" */
	const char *title;		/* as people call it: "Berkeley DB" */

	/*
	 * Open the store at this place for reading, or to write it, when it is
	 * made if there is none; another writer is waited for so many seconds.
	 * What a writer that died has left is put right. NULL on failure.
	 */
	struct engine *(*open)(const char *where);
	struct engine *(*open_writer)(const char *where, double wait);

	/*
	 * Finish; where nothing failed, put in order what was put off. 0, or
	 * -1 if not all is stored. The engine is gone either way.
	 */
	int (*close)(struct engine *e, int failed);

	/* Is nothing there yet, but could be made? 1, 0, or -1. */
	int (*missing)(const char *where);

	/*
	 * What is read between the two is of one moment. leave returns the
	 * status that it is given, or -1 if what was read does not count. A
	 * reader does that for some milliseconds, again and again, so that
	 * writers can go on. For a writer that is not between begin and commit
	 * they do nothing.
	 */
	int (*enter)(struct engine *e);
	int (*leave)(struct engine *e, int status);

	/*
	 * One record, appended to line (as in struct row): 1, 0 there is none,
	 * -1. Asked for many files in order, file is quick.
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
	 * place, asked for after a row, says where that row is: with it (else
	 * NULL), and the same query, seek begins there again, in a later enter,
	 * at that row or, if it is gone, at the next one. NULL on failure; end
	 * in any case but that.
	 */
	struct cursor *(*seek)(struct engine *e, const struct query *q,
	    const struct buf *place);
	int (*next)(struct cursor *c, struct row *row);
	void (*place)(const struct cursor *c, struct buf *place);
	int (*end)(struct cursor *c);

	/*
	 * A number that is another after anything was written by anybody; only
	 * within one opening can two of them be compared. 0, or -1.
	 */
	int (*state)(struct engine *e, uint64_t *state);

	/* 0, or -1; what is filled in has to be freed either way. */
	int (*about)(struct engine *e, struct engine_about *a);

	/*
	 * Write files: begin, apply for each, apply with NULL, commit. With NULL
	 * the engine may do what takes it long: the caller has other work to do
	 * before it commits. No other function may be called between them but
	 * those for blobs, and by abort all since begin is given up.
	 */
	int (*begin)(struct engine *e);
	int (*apply)(struct engine *e, const struct change *c);
	int (*commit)(struct engine *e);

	/*
	 * Between begin and commit: put a blob, in the place of the one that has
	 * its key, or delete one, if it is there. Whoever puts them in the order
	 * of their keys, behind those that are there, and none of more than
	 * BLOB_SIZE bytes, is served best.
	 */
	int (*put_blob)(struct engine *e, const struct buf *key,
	    const void *blob, size_t n);
	int (*delete_blob)(struct engine *e, const struct buf *key);

	void (*abort)(struct engine *e);

	/*
	 * More slices are going to follow soon (1), or this one is the last
	 * (0): what costs much for each may be put off until then.
	 */
	void (*hint)(struct engine *e, int more);

	/*
	 * From now on store records as they are, for other programs to read,
	 * where they would be compressed.
	 */
	void (*plain)(struct engine *e);

	/* A complete stream has been stored, which began with this record:
	 * note its options, if it has any, its roots, and the time. */
	int (*ran)(struct engine *e, const struct record *begin);

	/*
	 * Is everything as it should be? Calls fn for each fault, not between
	 * enter and leave, and stops where it returns anything but 0. 1 there
	 * are faults, 0, what fn returned, or -1.
	 */
	int (*verify)(struct engine *e, engine_fault_fn *fn, void *arg);

	/*
	 * Read what can be read of a damaged store that cannot be opened any
	 * more, path by path in the order of bytes, and what holds for all of
	 * it (into about; to be freed). 0, 1 something could not be read that
	 * no path is known of, what fn returned, or -1.
	 */
	int (*salvage)(const char *where, engine_remains_fn *fn, void *arg,
	    struct engine_about *about);
};

/* --- which one is it? --------------------------------------------------------- */

/*
 * The engine of the store that is there, by looking at it, not at its name:
 * a directory, or a file that says what it is; but a name that says that a
 * server has it (server.h) is believed. If there is nothing, the one
 * that is named (NULL: nobody did), else the one that the name of the place
 * asks for ("sqlite:PATH", an ending .sqlite or .sqlite3), else the first that
 * this program was built with. *where is set to the place without its scheme.
 * NULL: there is none such, or something else stands there (message printed).
 */
const struct engine_type *engine_find(const char *place, const char *named,
    const char **where);

/*
 * Open the store at this place, found so, for reading or for writing: NULL on
 * failure (message printed).
 */
struct engine *engine_open(const char *place);
struct engine *engine_open_writer(const char *place, const char *named,
    double wait);

/* Those that this program was built with, as in "bdb sqlite". */
const char *engine_names(void);

#endif
