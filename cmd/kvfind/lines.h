/*
 * Lines in which a string or an expression is found.
 */
#ifndef LINES_H
#define LINES_H

#include "out.h"
#include "search/text.h"
#include "store/store.h"

struct rank_filter;

/* What is asked for; zero what is not. */
struct lines_query {
	const char *what;
	int literal, nocase, words;	/* -F, not -E; -i; -w */
	int count;			/* -c */
	int scan;			/* all files, without the index */
	uint64_t most;			/* lines, or files with -c */
	const char *below;		/* NULL: all */
	const struct rank_filter *filter;
};

/*
 * Print them. 0, 1 there was none, 2 it is no expression, or stdout failed
 * (said), -1.
 */
int lines_print(struct store *s, const struct lines_query *q, struct out *o);

#endif
