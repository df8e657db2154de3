/*
 * Which definitions and chunks match some words best?
 *
 * Each is a document: its text, and a header that counts twice: the words of
 * the path, of its scope and name, of the names defined in it. The weights are
 * BM25's (Robertson and Zaragoza, "The Probabilistic Relevance Framework",
 * 2009). Of two that overlap only the better one counts.
 *
 * One pass over the store, in memory that does not grow with it: when very
 * many match, the worse half is dropped now and then.
 */
#ifndef RANK_H
#define RANK_H

#include <stddef.h>
#include <stdint.h>

#include "index/text.h"
#include "store/store.h"

#define RANK_WORDS	64		/* at most, all different */

struct rank;

/* Only these count. NULL, 0: all. */
struct rank_filter {
	const char *language, *kind;
	const char *const *labels;	/* all of them, but none of those */
	size_t nlabels;			/* that begin with '!' */
};

int rank_passes(const struct rank_filter *f, const struct unit *u);

/* A definition or chunk found. */
struct rank_hit {
	const char *path;		/* lent by the rank */
	uint64_t start, end;		/* bytes in the file */
	size_t unit;			/* its number there; text.h */
	double score;
	const unsigned char *counts;	/* of each word, at most 255 */
};

/*
 * Rank by the words of n strings. NULL if there are none, or too many; *count
 * says how many there were. The filter is lent. dear: the output is limited in
 * bytes, so long documents count for less.
 */
struct rank *rank_new(const char *const *strings, size_t n,
    const struct rank_filter *f, int dear, size_t *count);
void rank_free(struct rank *r);

/* A store_whole_fn: look at a file. */
int rank_file(void *rank, const struct store_whole *w);

/*
 * The same, but read every file, to test the quick look that otherwise skips
 * files with none of the words.
 */
int rank_file_slowly(void *rank, const struct store_whole *w);

/*
 * The same for all files, or those below a path, by the text index: reads as
 * many as it takes to know the n best hits, in any order. 0; 1 no index can
 * tell, so a scan is needed; 2, -1 as rank_file.
 */
int rank_index(struct rank *r, struct store *s, const char *below, size_t n);

/*
 * The hits, best first, equal ones by path and position, without those that
 * overlap a better one. Lent.
 */
const struct rank_hit *rank_hits(struct rank *r, size_t *n);

/* The words, stemmed, in the order of counts; and each one's weight. */
const char *rank_word(const struct rank *r, size_t i, double *worth);
size_t rank_words(const struct rank *r);

/* The next of the words in the text: 1 with its span and number, 0 none. */
int rank_next(struct rank *r, const char *s, size_t n, size_t at,
    size_t *start, size_t *end, size_t *word);

#endif
