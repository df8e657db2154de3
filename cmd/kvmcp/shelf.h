/*
 * The stores to ask, and the trees that they were made from.
 */
#ifndef SHELF_H
#define SHELF_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "record/record.h"
#include "store/store.h"

struct shelf {
	const char *place;	/* lent; also its name */
	const char *root;	/* the directory of its tree, or NULL; lent */
	int root_fd;		/* -1: none */
	struct store *store;	/* NULL: not open */
	dev_t dev;		/* of what is open */
	ino_t ino;
	int64_t opened;		/* when, in nanoseconds: unique */
};

struct shelves {
	struct shelf *list;
	size_t n;
};

/* Open the store, or reopen it if another one has replaced it: 0, -1. */
int shelf_open(struct shelf *s);

/* After a failure: it will be reopened. */
void shelf_drop(struct shelf *s);

/* Add the current state of all stores to the hash: 0, -1 one is unreadable. */
int shelves_state(struct shelves *all, uint64_t *hash);

/* 64 bits of FNV-1a; begin with HASH_START. */
#define HASH_START	UINT64_C(14695981039346656037)
uint64_t hash_bytes(uint64_t hash, const void *p, size_t n);

/*
 * Is the file in the tree still what its record says? "" if it is or we cannot
 * tell; else "changed" or "gone". Looks at nothing outside the tree, and reads
 * no content.
 */
const char *shelf_stale(const struct shelf *s, const struct record *file);

void shelves_close(struct shelves *all);

#endif
