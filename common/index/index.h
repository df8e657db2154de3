/*
 * The text index: which words are in which chunks of which files, kept as
 * blobs by the engine (engine.h) and written with the chunks, in the same step.
 * It does not answer by itself: it says which files are to be read, of many in
 * which order, and what all of them are like together. So what is found is
 * what a scan of the store would find.
 *
 * A word is a name, and each part of it, in lower case (index/words.h); of
 * each chunk it is known how often the word is in it, or in a header: path,
 * scope, names. That number is exact or too large, as it is there to tell that
 * nothing in a file can be better than what was found already.
 *
 * All functions return 0 or what their comment says, and -1 when the reason has
 * been printed.
 */
#ifndef INDEX_H
#define INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "engine/engine.h"

/* So many times counts what is in a header. */
#define INDEX_HEADER	2

/* --- writing: for the store ------------------------------------------------- */

struct indexer;

struct indexer *indexer_new(struct engine *e);
void indexer_free(struct indexer *x);

/*
 * A slice of these changes, each of another path, in the order of paths, is
 * written like this:
 *
 *	indexer_begin	looks at what is there
 *	indexer_words	makes the index of the slice. Does not touch the engine:
 *			another thread may do it while that is at work. What the
 *			changes refer to has to stay until then.
 *	indexer_tidy	what is there already is put in order; before the
 *			engine's begin
 *	indexer_write	when both are done; between the engine's begin and commit
 *
 * After a failure nothing but indexer_free may follow.
 */
void indexer_add(struct indexer *x, const struct change *c);
int indexer_begin(struct indexer *x);
int indexer_words(struct indexer *x);
int indexer_tidy(struct indexer *x);
int indexer_write(struct indexer *x);

/* --- finding ------------------------------------------------------------------- */

/* Of all files, or of those below a path; with: an element for each word. */
struct index_totals {
	uint64_t chunks, bytes;
	uint64_t *with;			/* chunks that have the word, in any form */
};

struct index_found;

/*
 * Look up some words, stemmed, all different; between enter and leave. 1, and
 * the totals, to begin with 0, are as a scan would find them; 0: it has to be a
 * scan, as there is no index, or because of these words; -1. below is lent, NULL
 * for all files. index_found_free in any case.
 */
int index_find(struct index_found **out, struct engine *e,
    const char *const *words, size_t n, const char *below,
    struct index_totals *t);
void index_found_free(struct index_found *f);

/*
 * The files that have any of the words, the one first that may have the best
 * chunk or definition: no score in it is above the bound. The score has to
 * grow with the number of times that each word is there, at most 255, and not
 * with the length in bytes. The array is the caller's; paths are lent by f.
 */
typedef double index_score_fn(void *arg, const unsigned *times, uint64_t len);

struct index_file {
	const char *path;
	double bound;
};

struct index_file *index_bounds(struct index_found *f, index_score_fn *score,
    void *arg, size_t *n);

/*
 * A name (bytes that word_byte knows) that has to be in a file; open: at which
 * ends it may go on.
 */
#define INDEX_OPEN_LEFT		1
#define INDEX_OPEN_RIGHT	2

struct index_name {
	const char *s;
	size_t n;
	int open;
};

struct index_paths {
	const char **list;		/* in the order of bytes; in the pool */
	size_t n, cap;
	struct pool pool;
};

/*
 * Which files have all these names, nocase: in any case? Between enter and
 * leave. 1: no others; 0: all have to be looked at, as there is no index or it
 * is of no use; -1. Zero paths; index_paths_free either way.
 */
int index_files(struct index_paths *paths, struct engine *e,
    const struct index_name *names, size_t n, int nocase);
void index_paths_free(struct index_paths *p);

/* --- checking ------------------------------------------------------------------ */

struct index_check;
struct text;

/* A file, or what else it is of; and what is wrong. */
typedef void index_fault_fn(void *arg, const char *path, const char *fault);

/*
 * Read the whole index, in moments of its own (enter and leave); then every
 * file is to be handed over that has chunks, then it ends. begin and end return 1,
 * 0 if somebody wrote meanwhile, so that it is to be begun anew and no fault
 * counts, begin 2 if there is no index. index_check_free in any case.
 */
int index_check_begin(struct index_check **c, struct engine *e,
    index_fault_fn *fn, void *arg);
void index_check_file(struct index_check *c, const struct text *t,
    index_fault_fn *fn, void *arg);
int index_check_end(struct index_check *c, index_fault_fn *fn, void *arg);
void index_check_free(struct index_check *c);

#endif
