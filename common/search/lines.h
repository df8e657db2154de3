/*
 * The lines of stored files in which a string or an expression is found.
 */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>
#include <stdint.h>

#include "search/rank.h"
#include "index/text.h"
#include "store/store.h"

/* What is looked for; zero what is not asked. Lent for as long as it is. */
struct lines_query {
	const char *what;
	int literal, nocase, words;	/* it is a string; whole words */
	const struct rank_filter *filter;	/* NULL: all */
};

/* A line, lent. */
struct line {
	const char *path;
	const char *s;			/* without its newline */
	size_t n;
	size_t start, end;		/* the first match in it */
	uint64_t number;		/* of the line, from 1 */
	uint64_t byte;			/* of the match, in the file */
	const struct unit *in;		/* the definition around it, or NULL */
};

/* 0 to go on, LINES_ENOUGH of this file, anything else to end. */
typedef int line_fn(void *arg, const struct line *line);

enum { LINES_ENOUGH = 100, LINES_TOO_HARD };

/* NULL: it is no expression; error says why. */
struct lines *lines_new(const struct lines_query *q, char *error, size_t size);
void lines_free(struct lines *l);

/*
 * Call fn for each line of the file that matches, in their order: 0, what fn
 * returned, 2 where the file cannot be read (said), or LINES_TOO_HARD: a match
 * takes more time or memory than an expression may, as lines_error says.
 */
int lines_each(struct lines *l, const struct store_whole *w, line_fn *fn,
    void *arg);
const char *lines_error(const struct lines *l);

#endif
