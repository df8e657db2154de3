/*
 * Read in before each grammar's scanner. What it allocates comes from where
 * the parser's memory comes from, so that a scanner that forgets to free
 * (SQL's), or a parse that is given up, leaks nothing; and nobody gets a block
 * of no bytes: Swift's scanner asks for one and writes four.
 */
#include <stdlib.h>
#include <string.h>

extern void *(*ts_current_malloc)(size_t);
extern void *(*ts_current_calloc)(size_t, size_t);
extern void *(*ts_current_realloc)(void *, size_t);
extern void (*ts_current_free)(void *);

#define malloc(n)	ts_current_malloc(n)
#define calloc(n, size)	ts_current_calloc((n) != 0 ? (n) : 1, size)
#define realloc(p, n)	ts_current_realloc(p, n)
#define free(p)		ts_current_free(p)
