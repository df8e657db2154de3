/*
 * Which definitions and chunks answer some words best?
 *
 * Each is a document: its text, and a header that counts twice: the words of
 * the path, of its scope and name, of the names that are defined in it. What
 * is worth how much is BM25 (Robertson and Zaragoza, "The Probabilistic
 * Relevance Framework", 2009). Of two that overlap only the better one counts.
 *
 * One pass over the store, in memory that does not grow with it: when very
 * many match, the worse half is forgotten now and then.
 */
#ifndef RANK_H
#define RANK_H

#include <stddef.h>
#include <stdint.h>

#include "index/text.h"
#include "store/store.h"

#define RANK_WORDS	64		/* at most so many, all different */

struct rank;

/* Only these count. NULL, 0: all. */
struct rank_filter {
	const char *language, *kind;
	const char *const *labels;	/* all of them; without those that */
	size_t nlabels;			/* begin with '!' */
};

int rank_passes(const struct rank_filter *f, const struct unit *u);

/* One that was found. */
struct rank_hit {
	const char *path;		/* lent by the rank */
	uint64_t start, end;		/* bytes in the file */
	size_t unit;			/* its number there; text.h */
	double score;
	const unsigned char *counts;	/* of each word, at most 255 */
};

/*
 * The words of n strings. NULL where there are none, or too many; *count says
 * how many there were. The filter is lent. Where bytes are dear, as only so many
 * are going to be printed, what is long counts for less.
 */
struct rank *rank_new(const char *const *strings, size_t n,
    const struct rank_filter *f, int dear, size_t *count);
void rank_free(struct rank *r);

/* A store_whole_fn: look at a file. */
int rank_file(void *rank, const struct store_whole *w);

/*
 * The same, but every file is read, as a test of those that are passed over
 * because a glance says that no word is in them.
 */
int rank_file_slowly(void *rank, const struct store_whole *w);

/*
 * The same for all files, or those below a path, by the text index: as many are
 * read as it takes to know the n best hits, in any order. 0, 1 there is no index
 * that could tell: it takes a scan; 2, -1 as rank_file.
 */
int rank_index(struct rank *r, struct store *s, const char *below, size_t n);

/*
 * What was found, the best first, equal ones by path and place. Lent. Those
 * that overlap a better one are left out.
 */
const struct rank_hit *rank_hits(struct rank *r, size_t *n);

/* The words, stemmed, in the order of counts; and what each is worth. */
const char *rank_word(const struct rank *r, size_t i, double *worth);
size_t rank_words(const struct rank *r);

/* The next of the words in the text: 1 with its span and number, 0 none. */
int rank_next(struct rank *r, const char *s, size_t n, size_t at,
    size_t *start, size_t *end, size_t *word);

#endif
