/*
 * The text index: which words are in which chunks of which files. The engine
 * (engine.h) keeps it as blobs, written with the chunks in the same step. It
 * does not answer queries by itself: it says which files to read, in which
 * order if there are many, and gives statistics over all of them. So a search
 * finds what a scan of the store would find.
 *
 * A word is a name, and each part of it, in lower case (index/words.h). For
 * each chunk the index knows how often the word is in it, or in a header: path,
 * scope, names. That number is exact or too large, as its purpose is to tell
 * that nothing in a file can beat what was found already.
 *
 * All functions return 0 or what their comment says, and -1 after printing the
 * reason.
 */
#ifndef INDEX_H
#define INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "engine/engine.h"

/* The weight of a word in a header. */
#define INDEX_HEADER	2

/* --- writing: for the store ------------------------------------------------- */

struct indexer;

struct indexer *indexer_new(struct engine *e);
void indexer_free(struct indexer *x);

/*
 * Add the changes of a slice, each of a different path, in the order of paths,
 * then write it like this:
 *
 *	indexer_begin	looks at what is stored
 *	indexer_words	builds the slice's index. Does not touch the engine, so
 *			another thread may do it while the engine works. What
 *			the changes refer to must stay until then.
 *	indexer_tidy	tidies what is stored already; before the engine's begin
 *	indexer_write	after both; between the engine's begin and commit
 *
 * After a failure only indexer_free may follow.
 */
void indexer_add(struct indexer *x, const struct change *c);
int indexer_begin(struct indexer *x);
int indexer_words(struct indexer *x);
int indexer_tidy(struct indexer *x);
int indexer_write(struct indexer *x);

/* --- finding ------------------------------------------------------------------- */

/* Of all files, or those below a path; with has an element per word. */
struct index_totals {
	uint64_t chunks, bytes;
	uint64_t *with;			/* chunks with the word, in any form */
};

struct index_found;

/*
 * Look up some words, stemmed, all different; between enter and leave. 1: the
 * totals, 0 to begin with, are as a scan would find them; 0: a scan is needed,
 * as there is no index, or because of these words; -1. below is lent, NULL for
 * all files. Always call index_found_free.
 */
int index_find(struct index_found **out, struct engine *e,
    const char *const *words, size_t n, const char *below,
    struct index_totals *t);
void index_found_free(struct index_found *f);

/*
 * The files that have any of the words, by falling bound: no chunk or
 * definition in a file scores above its bound. The score must grow with the
 * number of times each word occurs, at most 255, and not with the length in
 * bytes. The caller owns the array; f lends the paths.
 */
typedef double index_score_fn(void *arg, const unsigned *times, uint64_t len);

struct index_file {
	const char *path;
	double bound;
};

struct index_file *index_bounds(struct index_found *f, index_score_fn *score,
    void *arg, size_t *n);

/*
 * A name (bytes that word_byte knows) that must be in a file; open: the ends at
 * which it may be part of a longer one.
 */
#define INDEX_OPEN_LEFT		1
#define INDEX_OPEN_RIGHT	2

struct index_name {
	const char *s;
	size_t n;
	int open;
};

struct index_paths {
	const char **list;		/* in byte order; in the pool */
	size_t n, cap;
	struct pool pool;
};

/*
 * Which files may have all these names (nocase: in any case)? Between enter and
 * leave. 1: no others do; 0: look at all, as there is no index or it is of no
 * use; -1. Zero paths first; call index_paths_free either way.
 */
int index_files(struct index_paths *paths, struct engine *e,
    const struct index_name *names, size_t n, int nocase);
void index_paths_free(struct index_paths *p);

/* --- checking ------------------------------------------------------------------ */

struct index_check;
struct text;

/* A file, or whatever is at fault; and what is wrong. */
typedef void index_fault_fn(void *arg, const char *path, const char *fault);

/*
 * begin reads the whole index, with enters and leaves of its own; then hand
 * over every file that has chunks; then end. begin and end return 1, or 0 if
 * somebody wrote meanwhile, so that you must start again and no fault counts;
 * begin returns 2 if there is no index. Always call index_check_free.
 */
int index_check_begin(struct index_check **c, struct engine *e,
    index_fault_fn *fn, void *arg);
void index_check_file(struct index_check *c, const struct text *t,
    index_fault_fn *fn, void *arg);
int index_check_end(struct index_check *c, index_fault_fn *fn, void *arg);
void index_check_free(struct index_check *c);

#endif
