/*
 * Allocation that succeeds or ends the program, and a buffer that grows.
 *
 * The functions named x... do not return when memory runs out: they say so
 * on stderr and exit with status 2.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xmemdup(const void *p, size_t n);	/* n bytes, then a NUL */

/*
 * Make room for n elements in an array of *cap, at least doubling it. Returns
 * the array, which may have moved; owned by the caller.
 */
void *xgrow(void *p, size_t *cap, size_t n, size_t size);

/*
 * A buffer that grows. Zero it to begin with; it owns p until buf_free. p is
 * NULL until something is added; no NUL follows the bytes.
 */
struct buf {
	char *p;
	size_t len;		/* bytes used */
	size_t cap;		/* bytes allocated */
};

/* Make room for n more bytes; returns where they go. len is not changed. */
static inline char *
buf_room(struct buf *b, size_t n)
{
	if (b->cap - b->len < n)
		b->p = xgrow(b->p, &b->cap, b->len + n, 1);
	return b->p + b->len;
}

static inline void
buf_putc(struct buf *b, int c)
{
	*buf_room(b, 1) = (char)c;
	b->len++;
}

void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
size_t buf_text(struct buf *b, const char *s);	/* with its NUL; its offset */
void buf_free(struct buf *b);		/* and zero it, ready for reuse */

#endif
