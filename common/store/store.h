/*
 * The store: files and their chunks, whichever engine keeps them. This header
 * names no engine; engine/engine.h says what one must do, and picks it.
 *
 * One process writes at a time while any number read. A reader sees each file
 * wholly as it was or wholly as it is, and neither side waits for the other
 * longer than some milliseconds.
 *
 * Paths are in normal form (path.h). Times are Unix seconds. Functions return
 * 0 or a positive answer, and -1 on failure, after printing the reason; after
 * -1 from a writing function, only store_close may follow.
 *
 * A stored record is handed out as one line of JSON as in chunk(5), without
 * its newline. The store adds "created_at" to a chunk, "chunks" and "stored_at"
 * to a file, "stored_at" to a skip.
 */
#ifndef STORE_H
#define STORE_H

#include <stddef.h>
#include <stdint.h>

#include "record/record.h"
#include "record/whole.h"

struct store;

/*
 * Open the store at this place, usually a path. NULL on failure (message
 * printed): there is none, or it has another format.
 */
struct store *store_open(const char *place);

/*
 * Is there no store yet, but store_open_writer would make one? 1, 0, or -1.
 */
int store_missing(const char *place);

/*
 * Open the store at this place for writing. If there is none, make it with
 * the engine of that name; NULL: with the one that the place's name asks for.
 * Waits up to wait seconds for another writer to finish.
 */
struct store *store_open_writer(const char *place, const char *engine,
    double wait);

/*
 * Finish; a writer stores what is pending, but not a file in progress. s may
 * be NULL. Returns 0, or -1 if not everything was stored.
 */
int store_close(struct store *s);

/* --- reading -------------------------------------------------------------- */

/*
 * Callbacks are called with no lock held: they may take as long as they like
 * (a pager on stdout). They return 0 to go on, anything else to stop; the
 * reading function then returns that value, so it had better be positive.
 */

/*
 * Count the chunks of a file by their keys. Returns 1, or 0 if the file is
 * not stored (*n is then 0 too), or -1. A skipped file counts as stored, with
 * no chunks.
 */
int store_count(struct store *s, const char *path, uint64_t *n);

typedef int store_file_fn(void *arg, const struct store_file *f);

/*
 * All files, skipped ones too, in byte order of their paths; or the file of
 * this path and all below it (path_below). store_counts (path may be NULL: all)
 * also counts each one's chunks, which takes as long as walking their keys.
 */
int store_files(struct store *s, store_file_fn *fn, void *arg);
int store_files_below(struct store *s, const char *path, store_file_fn *fn,
    void *arg);
int store_counts(struct store *s, const char *path, store_file_fn *fn,
    void *arg);

/* Is a file of this path, or any below it, stored? 1, 0, -1. */
int store_any_below(struct store *s, const char *path);

/* The record of one file: 1 and *line appended to, 0 not stored, -1. */
int store_file(struct store *s, const char *path, struct buf *line);

typedef int store_chunk_fn(void *arg, const char *line, size_t len);

/*
 * The chunks of a file in numerical order of their spans. Returns what fn
 * returned, 0 at the end, or -1.
 */
int store_chunks(struct store *s, const char *path, store_chunk_fn *fn,
    void *arg);

/* The chunk with exactly this span: 1 and *line appended to, 0 none, -1. */
int store_chunk(struct store *s, const char *path, uint64_t start,
    uint64_t end, struct buf *line);

/*
 * The same as store_chunks, only for the chunks
 * _at:   that overlap the bytes from start up to, not including, end;
 * _on:   that hold part of a line;
 * _from: that cover these bytes, the first beginning at first and each other
 *        one where the one before it ends. No other keys are looked at, so
 *        the size of the file costs nothing. Stops early if there is no such
 *        chunk.
 */
int store_chunks_at(struct store *s, const char *path, uint64_t start,
    uint64_t end, store_chunk_fn *fn, void *arg);
int store_chunks_on(struct store *s, const char *path, uint64_t line,
    store_chunk_fn *fn, void *arg);
int store_chunks_from(struct store *s, const char *path, uint64_t first,
    uint64_t end, store_chunk_fn *fn, void *arg);

typedef int store_whole_fn(void *arg, const struct store_whole *w);

/*
 * One file; all at this path and below it; all of them, in the order of their
 * paths. They return what fn returned, 0 at the end (even if there is nothing),
 * or -1.
 */
int store_whole(struct store *s, const char *path, store_whole_fn *fn,
    void *arg);
int store_wholes_below(struct store *s, const char *path, store_whole_fn *fn,
    void *arg);
int store_wholes(struct store *s, store_whole_fn *fn, void *arg);

/* A definition, and the chunk that lists it. */
struct store_symbol {
	const char *path;
	struct symbol symbol;
	uint64_t chunk_start, chunk_end;
};

typedef int store_symbol_fn(void *arg, const struct store_symbol *d);

/*
 * All definitions of this name, or of all names with this prefix: those of one
 * name together, by path and span.
 */
int store_symbols(struct store *s, const char *name, int prefix,
    store_symbol_fn *fn, void *arg);

/*
 * The chunks that have all of these labels (n > 0), by path and span.
 */
int store_labelled(struct store *s, const char *const *labels, size_t n,
    store_chunk_fn *fn, void *arg);

/* The names of definitions with this prefix, each once. */
typedef int store_name_fn(void *arg, const char *name);
int store_names(struct store *s, const char *prefix, store_name_fn *fn,
    void *arg);

/* All labels, in byte order, and how many chunks have each. */
int store_labels(struct store *s, int (*fn)(void *arg, const char *label,
    uint64_t chunks), void *arg);

/* Labels only; the time depends on how many different ones there are. */
int store_label_names(struct store *s, store_name_fn *fn, void *arg);

/* The syntax nodes of a file: 1 and *line appended to, 0 none, -1. */
int store_ast(struct store *s, const char *path, struct buf *line);

/* Ask the engine itself, in one moment; returns what fn returned, or -1. */
struct engine;
int store_moment(struct store *s, int (*fn)(void *arg, struct engine *e),
    void *arg);

/* The same, but fn takes moments of its own. */
int store_moments(struct store *s, int (*fn)(void *arg, struct engine *e),
    void *arg);

/* Facts about the whole store; store_about_free when done. */
struct store_about {
	const char *engine;	/* as people call it: "Berkeley DB" */
	char *options;		/* of the last complete stream, "" if none */
	char **roots;		/* of all of them, in byte order */
	size_t nroots;
	int64_t last_run;	/* when the last was stored; 0: never */
	uint64_t disk;		/* bytes it takes */
};

/*
 * A number that changes whenever anybody writes anything; two of them can only
 * be compared within one opening. 0, or -1.
 */
int store_state(struct store *s, uint64_t *state);

/* 0, or -1; free it either way. */
int store_about(struct store *s, struct store_about *a);
void store_about_free(struct store_about *a);

/*
 * Check the store: each page is as it was written, all keys can be read,
 * chunks belong to their files, complete and unchanged, and the indexes agree
 * with the chunks. Calls fn for each fault, perhaps twice for the same one. 1
 * if there are faults, 0 if not, or what fn returned, or -1.
 */
typedef int store_fault_fn(void *arg, const char *what, const char *fault);
int store_check(struct store *s, store_fault_fn *fn, void *arg);

/*
 * Save what can be saved from a damaged store: each file that its hashes show
 * to be whole is copied into another store; lost is called for each known path
 * that is not whole. The damaged store is read, however bad it is, and not
 * changed. 0 all was saved, 1 not all, or what lost returned, or -1.
 */
typedef int store_lost_fn(void *arg, const char *path);
int store_repair(struct store *into, const char *place, store_lost_fn *lost,
    void *arg);

/* --- writing -------------------------------------------------------------- */

/*
 * A file in progress: store_begin, then store_add for each chunk (and
 * store_add_ast, if there are nodes), then store_done; only store_done makes
 * it count. store_drop forgets it instead. The store copies what it is given.
 * Files are written in slices of many, each file wholly in one.
 *
 * store_begin takes the file's record; what follows replaces all that is
 * stored of the file. What equals what is stored, times aside, is not written
 * again.
 */
int store_begin(struct store *s, const struct record *file);

/*
 * The same for single chunks of a file: they are added to what is stored of
 * it, or replace chunks of the same span. A file that is not stored gets a
 * record of its own, without a hash. If that changes anything, the file's
 * options become "": nobody knows any more how it was made.
 */
int store_begin_update(struct store *s, const char *path);

void store_add(struct store *s, const struct record *chunk);

/* The syntax nodes of the file in progress; not with store_begin_update. */
void store_add_ast(struct store *s, const struct record *ast);
int store_done(struct store *s);
void store_drop(struct store *s);

/*
 * A file was seen and skipped: delete its chunks and store the reason. If the
 * reason says nothing about the content (skip_keeps) and the file is stored,
 * nothing changes. Returns 0, or -1.
 */
int store_skip(struct store *s, const struct record *skip);

/* A file was seen unchanged: note its time. 1, 0 if not stored, -1. */
int store_keep(struct store *s, const char *path, int64_t mtime_ns);

/* Delete all that is stored of the file. 1, 0 if not stored, -1. */
int store_remove(struct store *s, const char *path);

/*
 * A complete stream that began with this record has been stored: note its
 * options, if any, its roots, and the time. 0 or -1.
 */
int store_ran(struct store *s, const struct record *begin);

/*
 * Have fn told of each chunk added or removed, after the commit that did so; a
 * chunk changed in place is removed and added. line is the chunk's record,
 * lent. fn is called from the writing functions, with no lock held.
 */
typedef void store_watch_fn(void *arg, int removed, const char *line,
    size_t len);
void store_watch(struct store *s, store_watch_fn *fn, void *arg);

/*
 * Write what is pending: on 0 it is on disk. A file in progress is forgotten.
 */
int store_flush(struct store *s);

/*
 * From now on store records uncompressed, for other programs to read, even if
 * the engine would compress them.
 */
void store_plain(struct store *s);

/* What was done. Counts what is on disk, not what is pending. */
struct store_tally {
	uint64_t files_new, files_changed, files_same, files_removed;
	uint64_t files_skipped;
	uint64_t chunks_added, chunks_kept, chunks_removed;
};

/*
 * Call it after store_flush or a failure, before store_close. The store lends
 * the struct.
 */
const struct store_tally *store_tally(const struct store *s);

#endif
