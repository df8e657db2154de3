#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tree_sitter/api.h>

#include "arena.h"

#define SLAB	(256 * 1024)	/* how much to allocate at a time */
#define KEEP	32		/* slabs kept from file to file, per arena */
#define FINE	64		/* size classes of 16 bytes, up to 1 KiB, */
#define CLASSES	(FINE + 8)	/* then doubling, up to 128 KiB */

/*
 * Each piece is preceded by its class; 16 bytes, so that pieces are aligned
 * like malloc's. A piece over the largest class comes from malloc, in a list.
 */
union head {
	struct {
		uint32_t class;
		uint32_t place;		/* of a large one: index in large[] */
		size_t size;		/* of a large one */
	} is;
	union head *next;		/* when free */
	max_align_t align;
};

struct slab {
	struct slab *next;
	max_align_t data[];
};

struct arena {
	char *at, *end;			/* free part of the slab in use */
	struct slab *used, *spare;
	size_t nspare;
	union head *free[CLASSES + 1];
	union head **large;
	size_t nlarge, caplarge;
	size_t total, limit;		/* bytes; limit 0 is none */
};

static _Thread_local struct arena tree, ours;

_Thread_local jmp_buf arena_jump;

static size_t
class_of(size_t n)
{
	size_t c;

#ifdef ARENA_MALLOC	/* each piece malloc's: a sanitizer sees its ends */
	return CLASSES;
#endif
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
account(struct arena *a, size_t n)
{
	a->total += n;
	if (a->limit != 0 && a->total > a->limit) {
		a->limit = 0;
		longjmp(arena_jump, ARENA_FULL);
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
new_slab(struct arena *a)
{
	struct slab *s = a->spare;

	account(a, SLAB);
	if (s != NULL) {
		a->spare = s->next;
		a->nspare--;
	} else
		s = or_die(malloc(SLAB));
	s->next = a->used;
	a->used = s;
	a->at = (char *)s->data;
	a->end = (char *)s + SLAB;
}

static void *
large(struct arena *a, union head *old, size_t n)
{
	union head *h;
	size_t place = old != NULL ? old->is.place : a->nlarge;

	account(a, old != NULL && n > old->is.size ? n - old->is.size :
	    old != NULL ? 0 : n);
	if (place == a->caplarge) {
		a->caplarge = a->caplarge * 2 + 64;
		a->large = or_die(realloc(a->large,
		    a->caplarge * sizeof *a->large));
	}
	h = or_die(realloc(old, n + sizeof *h));
	h->is.class = CLASSES;
	h->is.place = (uint32_t)place;
	h->is.size = n;
	a->large[place] = h;
	if (old == NULL)
		a->nlarge++;
	return h + 1;
}

static void *
alloc(struct arena *a, size_t n)
{
	size_t class = class_of(n);
	union head *h = a->free[class];

	if (h != NULL) {
		a->free[class] = h->next;
	} else {
		size_t need;

		if (class >= CLASSES)
			return large(a, NULL, n);
		need = size_of(class) + sizeof *h;
		if ((size_t)(a->end - a->at) < need)
			new_slab(a);
		h = (union head *)a->at;
		a->at += need;
	}
	h->is.class = (uint32_t)class;
	return h + 1;
}

static void
tree_free(void *p)
{
	struct arena *a = &tree;
	union head *h;
	uint32_t class;

	if (p == NULL)
		return;
	h = (union head *)p - 1;
	class = h->is.class;
	if (class < CLASSES) {
		h->next = a->free[class];
		a->free[class] = h;
	} else {
		a->large[h->is.place] = a->large[--a->nlarge];
		a->large[h->is.place]->is.place = h->is.place;
		a->total -= h->is.size;
		free(h);
	}
}

static void *
tree_alloc(size_t n)
{
	return alloc(&tree, n);
}

static void *
tree_calloc(size_t n, size_t size)
{
	void *p;

	if (size != 0 && n > SIZE_MAX / size)
		errx(2, "out of memory");
	p = alloc(&tree, n * size);
	return memset(p, 0, n * size);
}

static void *
tree_realloc(void *p, size_t n)
{
	struct arena *a = &tree;
	union head *h;
	size_t had;
	void *q;

	if (p == NULL)
		return alloc(a, n);
	h = (union head *)p - 1;
	if (h->is.class >= CLASSES && class_of(n) >= CLASSES)
		return large(a, h, n);
	had = h->is.class >= CLASSES ? h->is.size : size_of(h->is.class);
	if (n <= had && h->is.class < CLASSES)
		return p;
	q = alloc(a, n);
	memcpy(q, p, n < had ? n : had);
	tree_free(p);
	return q;
}

void
arena_install(void)
{
	ts_set_allocator(tree_alloc, tree_calloc, tree_realloc, tree_free);
}

void
arena_guard(size_t limit)
{
	tree.limit = limit;
}

void
arena_unguard(void)
{
	tree.limit = 0;
}

/*
 * The linker's --wrap=__assert_fail replaces glibc's by these two: if a hostile
 * file breaks an assertion in a grammar's scanner, that ends the parse of the
 * file and not the program.
 */
void __real___assert_fail(const char *what, const char *file, unsigned line,
    const char *function) __attribute__((noreturn));
void __wrap___assert_fail(const char *what, const char *file, unsigned line,
    const char *function) __attribute__((noreturn));

void
__wrap___assert_fail(const char *what, const char *file, unsigned line,
    const char *function)
{
	if (tree.limit != 0) {
		tree.limit = 0;
		longjmp(arena_jump, ARENA_ASSERTION);
	}
	__real___assert_fail(what, file, line, function);
}

void *
arena_alloc(size_t n)
{
	return alloc(&ours, n);
}

static void
reset(struct arena *a)
{
	struct slab *s;

	while ((s = a->used) != NULL) {
		a->used = s->next;
		if (a->nspare < KEEP) {
			s->next = a->spare;
			a->spare = s;
			a->nspare++;
		} else
			free(s);
	}
	while (a->nlarge != 0)
		free(a->large[--a->nlarge]);
	a->at = a->end = NULL;
	memset(a->free, 0, sizeof a->free);
	a->total = 0;
	a->limit = 0;
}

void
arena_drop_tree(void)
{
	reset(&tree);
}

void
arena_reset(void)
{
	reset(&tree);
	reset(&ours);
}

static void
end(struct arena *a)
{
	struct slab *s;

	reset(a);
	while ((s = a->spare) != NULL) {
		a->spare = s->next;
		free(s);
	}
	free(a->large);
	memset(a, 0, sizeof *a);
}

void
arena_end(void)
{
	end(&tree);
	end(&ours);
}
