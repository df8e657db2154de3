/*
 * The lines of a hit that best explain why it is one.
 */
#ifndef EXCERPT_H
#define EXCERPT_H

#include <stddef.h>
#include <stdint.h>

#include "search/rank.h"

#define EXCERPT_LINES	4

struct excerpt_line {
	const char *s;		/* without its end; lent by the text */
	size_t n;
	uint64_t number;
	double worth;		/* of the different words in it */
};

/*
 * Of the n bytes at s, which begin in line number first: the first line, which
 * has the signature, and of the others those with the most valuable words.
 * Returns how many.
 */
size_t excerpt(struct excerpt_line best[EXCERPT_LINES], struct rank *r,
    uint64_t first, const char *s, size_t n);

#endif
