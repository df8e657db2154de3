/*
 * The lines of stored files that match a string or an expression.
 */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>
#include <stdint.h>

#include "search/rank.h"
#include "index/text.h"
#include "store/store.h"

/* What to look for; zero what does not matter. Lent while in use. */
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

/* 0 to go on, LINES_ENOUGH to leave this file, anything else to stop. */
typedef int line_fn(void *arg, const struct line *line);

enum { LINES_ENOUGH = 100, LINES_TOO_HARD };

/* NULL: not a valid expression; error says why. */
struct lines *lines_new(const struct lines_query *q, char *error, size_t size);
void lines_free(struct lines *l);

/*
 * Call fn for each matching line of the file, in order: 0, what fn returned,
 * 2 if the file cannot be read (message printed), or LINES_TOO_HARD: a match
 * takes more time or memory than we allow, as lines_error says.
 */
int lines_each(struct lines *l, const struct store_whole *w, line_fn *fn,
    void *arg);
const char *lines_error(const struct lines *l);

#endif
