/*
 * Print the lines that match a string or an expression.
 */
#ifndef GREP_H
#define GREP_H

#include "out.h"
#include "search/lines.h"
#include "store/store.h"

struct grep_query {
	struct lines_query lines;
	int count;			/* -c */
	int scan;			/* read all files, without the index */
	uint64_t most;			/* lines, or files with -c */
	const char *below;		/* NULL: all */
};

/*
 * Print them. 0; 1 there were none; 2 invalid expression, or stdout failed
 * (message printed); -1.
 */
int grep_print(struct store *s, const struct grep_query *q, struct out *o);

#endif
