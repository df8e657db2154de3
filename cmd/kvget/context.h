/*
 * kvget --context: what an embedder or a model needs to know about a chunk on
 * its own: its path, the signatures of the definitions around it, its file's
 * imports. One line each, at most max bytes in all.
 *
 * Imports are the lines before the file's first definition with a body that
 * begin with a word for it (import, #include, use, ...): they are not stored
 * separately.
 */
#ifndef CONTEXT_H
#define CONTEXT_H

#include <stddef.h>

#include "record/record.h"
#include "store/store.h"

/* Zero it, except the first two; context_free when done. */
struct context {
	struct store *store;
	size_t max;			/* bytes; 0: none is wanted */
	char *path;			/* the file that the rest is about */
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
