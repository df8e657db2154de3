#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tree_sitter/api.h>

#include "arena.h"

#define SLAB	(256 * 1024)	/* how much is asked for at a time */
#define KEEP	32		/* slabs kept from file to file, per thread */
#define FINE	64		/* size classes of 16 bytes, up to 1 KiB, */
#define CLASSES	(FINE + 8)	/* then doubling, up to 128 KiB */

/*
 * Before each piece stands its class; 16 bytes, so that pieces are aligned
 * as malloc aligns. A piece over the largest class is malloc's, in a list.
 */
union head {
	struct {
		uint32_t class;
		uint32_t place;		/* of a large one: where in large[] */
		size_t size;		/* of a large one */
	} is;
	union head *next;		/* when free */
	max_align_t align;
};

struct slab {
	struct slab *next;
	max_align_t data[];
};

static _Thread_local struct arena {
	char *at, *end;			/* free part of the slab in use */
	struct slab *used, *spare;
	size_t nspare;
	union head *free[CLASSES + 1];
	union head **large;
	size_t nlarge, caplarge;
	size_t total, limit;		/* bytes; limit 0 is none */
} arena;

_Thread_local jmp_buf arena_jump;

static size_t
class_of(size_t n)
{
	size_t c;

	if (n <= FINE * 16)
		return (n + 15) / 16;
	for (c = FINE + 1; c < CLASSES && n > (size_t)1024 << (c - FINE); )
		c++;
	return c;	/* CLASSES: 1024 << 8 or more: large */
}

static size_t
size_of(size_t class)
{
	return class <= FINE ? class * 16 : (size_t)1024 << (class - FINE);
}

static void
account(size_t n)
{
	arena.total += n;
	if (arena.limit != 0 && arena.total > arena.limit) {
		arena.limit = 0;
		longjmp(arena_jump, 1);
	}
}

static void *
or_die(void *p)
{
	if (p == NULL)
		errx(2, "out of memory");
	return p;
}

static void
new_slab(void)
{
	struct slab *s = arena.spare;

	account(SLAB);
	if (s != NULL) {
		arena.spare = s->next;
		arena.nspare--;
	} else
		s = or_die(malloc(SLAB));
	s->next = arena.used;
	arena.used = s;
	arena.at = (char *)s->data;
	arena.end = (char *)s + SLAB;
}

static void *
large(union head *old, size_t n)
{
	union head *h;
	size_t place = old != NULL ? old->is.place : arena.nlarge;

	account(old != NULL && n > old->is.size ? n - old->is.size :
	    old != NULL ? 0 : n);
	if (place == arena.caplarge) {
		arena.caplarge = arena.caplarge * 2 + 64;
		arena.large = or_die(realloc(arena.large,
		    arena.caplarge * sizeof *arena.large));
	}
	h = or_die(realloc(old, n + sizeof *h));
	h->is.class = CLASSES;
	h->is.place = place;
	h->is.size = n;
	arena.large[place] = h;
	if (old == NULL)
		arena.nlarge++;
	return h + 1;
}

void *
arena_alloc(size_t n)
{
	size_t class = class_of(n);
	union head *h = arena.free[class];

	if (h != NULL) {
		arena.free[class] = h->next;
	} else {
		size_t need;

		if (class >= CLASSES)
			return large(NULL, n);
		need = size_of(class) + sizeof *h;
		if ((size_t)(arena.end - arena.at) < need)
			new_slab();
		h = (union head *)arena.at;
		arena.at += need;
	}
	h->is.class = class;
	return h + 1;
}

static void
arena_free(void *p)
{
	union head *h;
	uint32_t class;

	if (p == NULL)
		return;
	h = (union head *)p - 1;
	class = h->is.class;
	if (class < CLASSES) {
		h->next = arena.free[class];
		arena.free[class] = h;
	} else {
		arena.large[h->is.place] = arena.large[--arena.nlarge];
		arena.large[h->is.place]->is.place = h->is.place;
		arena.total -= h->is.size;
		free(h);
	}
}

static void *
arena_calloc(size_t n, size_t size)
{
	void *p;

	if (size != 0 && n > SIZE_MAX / size)
		errx(2, "out of memory");
	p = arena_alloc(n * size);
	return memset(p, 0, n * size);
}

static void *
arena_realloc(void *p, size_t n)
{
	union head *h;
	size_t had;
	void *q;

	if (p == NULL)
		return arena_alloc(n);
	h = (union head *)p - 1;
	if (h->is.class >= CLASSES && class_of(n) >= CLASSES)
		return large(h, n);
	had = h->is.class >= CLASSES ? h->is.size : size_of(h->is.class);
	if (n <= had && h->is.class < CLASSES)
		return p;
	q = arena_alloc(n);
	memcpy(q, p, n < had ? n : had);
	arena_free(p);
	return q;
}

void
arena_install(void)
{
	ts_set_allocator(arena_alloc, arena_calloc, arena_realloc, arena_free);
}

void
arena_limit(size_t limit)
{
	arena.limit = limit;
}

void
arena_unguard(void)
{
	arena.limit = 0;
}

void
arena_reset(void)
{
	struct slab *s;

	while ((s = arena.used) != NULL) {
		arena.used = s->next;
		if (arena.nspare < KEEP) {
			s->next = arena.spare;
			arena.spare = s;
			arena.nspare++;
		} else
			free(s);
	}
	while (arena.nlarge != 0)
		free(arena.large[--arena.nlarge]);
	arena.at = arena.end = NULL;
	memset(arena.free, 0, sizeof arena.free);
	arena.total = 0;
	arena.limit = 0;
}
