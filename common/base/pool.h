/*
 * Memory for many things that are freed together. What was handed out never
 * moves. Zero a pool to begin with.
 */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

struct pool {
	struct pool_block *blocks;	/* the newest first */
	size_t size;			/* bytes handed out */
};

/* n bytes, aligned for anything, not zeroed; ends the program like xmalloc. */
void *pool_take(struct pool *p, size_t n);

/* Copy n bytes, adding a NUL; copy a string, NULL giving NULL. */
char *pool_copy(struct pool *p, const void *bytes, size_t n);
char *pool_string(struct pool *p, const char *s);

/* Free everything handed out since the pool had this size. */
void pool_back(struct pool *p, size_t size);

void pool_free(struct pool *p);		/* and zero it, ready for reuse */

#endif
