/*
 * Checks of a stored file that need only its records, whatever keeps them: for
 * the verify functions of engines that keep them as columns. Faults are
 * collected while the store is read, and reported between two readings.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "base/hash.h"
#include "engine/engine.h"

struct verify {
	engine_fault_fn *fn;
	void *arg;
	int found;			/* any faults? */
	struct buf told;		/* faults: what NUL reason NUL */
	struct buf what;
	char partition[OPTIONS_ID + 1];	/* options that omit no byte */

	struct reader reader;
	struct buf line;
	struct hash *hash, *whole;	/* of a chunk, of its file */

	/* the current file */
	uint64_t nchunks, at;		/* so far; where the last one ended */
	int gap;			/* some chunk does not begin there */
	int intact;			/* every chunk is as it was stored */
};

void verify_init(struct verify *v, engine_fault_fn *fn, void *arg);
void verify_free(struct verify *v);

/* Ask the store which of its files must have no gaps. 0, -1. */
int verify_options(struct verify *v, struct engine *e);

/*
 * Set what the next faults are about, written like a key of a store, with ':'
 * in a path doubled; and report a fault of it.
 */
void verify_what(struct verify *v, const char *kind, const char *path);
void verify_fault(struct verify *v, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Hand the faults to fn; returns what it returned. */
int verify_tell(struct verify *v);

/*
 * A file: start, each chunk in the order of spans, its nodes if it has any, and
 * its record. known: the sums say that it is as it was stored; of a record that
 * is not, only the path and span are looked at.
 */
void verify_start(struct verify *v);
void verify_chunk(struct verify *v, const struct record *r, int known);
void verify_nodes(struct verify *v, const struct record *r, int known);
void verify_file(struct verify *v, const struct record *r, int known);

#endif
