#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"

#define BLOCK	((size_t)256 << 10)
#define ALIGN	sizeof(max_align_t)

struct pool_block {
	struct pool_block *next;
	size_t before;			/* the pool's size at its creation */
	size_t used, cap;
	max_align_t bytes[];
};

/* n bytes, aligned to a multiple of align. */
static void *
take_aligned(struct pool *p, size_t n, size_t align)
{
	struct pool_block *b = p->blocks;
	size_t gap = b != NULL ? (align - b->used % align) % align : 0;

	if (b == NULL || b->cap - b->used < gap + n) {
		size_t cap = n > BLOCK ? n : BLOCK;

		b = xmalloc(sizeof *b + cap);
		b->next = p->blocks;
		b->before = p->size;
		b->used = 0;
		b->cap = cap;
		p->blocks = b;
		gap = 0;
	}
	b->used += gap + n;
	p->size += gap + n;
	return (char *)b->bytes + b->used - n;
}

void *
pool_take(struct pool *p, size_t n)
{
	return take_aligned(p, n, ALIGN);
}

char *
pool_copy(struct pool *p, const void *bytes, size_t n)
{
	char *copy = take_aligned(p, n + 1, 1);

	if (n != 0)
		memcpy(copy, bytes, n);
	copy[n] = '\0';
	return copy;
}

char *
pool_string(struct pool *p, const char *s)
{
	return s != NULL ? pool_copy(p, s, strlen(s)) : NULL;
}

/* Keep the last block of usual size: an emptied pool is filled again. */
void
pool_back(struct pool *p, size_t size)
{
	struct pool_block *b;

	while ((b = p->blocks) != NULL && b->before >= size &&
	    (b->next != NULL || b->cap > BLOCK)) {
		p->blocks = b->next;
		free(b);
	}
	if (b != NULL && p->size > size)
		b->used = size - b->before;
	p->size = size;
}

void
pool_free(struct pool *p)
{
	struct pool_block *b;

	while ((b = p->blocks) != NULL) {
		p->blocks = b->next;
		free(b);
	}
	p->size = 0;
}
