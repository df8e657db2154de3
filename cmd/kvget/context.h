/*
 * kvget --context: what to know of a chunk that stands alone, as an embedder or
 * a model sees it: its path, the signatures of the definitions around it, what
 * its file imports. A line each, no more than so many bytes in all.
 *
 * Imports are the lines before the file's first definition with a body that
 * begin with a word for it (import, #include, use, ...): nothing of them is
 * stored apart.
 */
#ifndef CONTEXT_H
#define CONTEXT_H

#include <stddef.h>

#include "record/record.h"
#include "store/store.h"

/* Zero it, but for the first two; context_free when done. */
struct context {
	struct store *store;
	size_t max;			/* bytes; 0: none is wanted */
	char *path;			/* the file that the rest is of */
	struct buf text;
	struct around {
		uint64_t start, end;
		size_t at, len;		/* its signature in text */
	} *list;			/* by start */
	size_t n, cap;
	struct buf head;		/* what is before the first body */
	struct buf imports;		/* lines */
	int over;			/* a body has begun */
	struct reader reader;
};

/* Put the context of a chunk in out: 0, 2 (message printed), -1. */
int context_of(struct context *c, const struct record *chunk, struct buf *out);
void context_free(struct context *c);

#endif
