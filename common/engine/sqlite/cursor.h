/*
 * A cursor's internals: for cursor.c, symbol.c and label.c.
 */
#ifndef SQ_CURSOR_H
#define SQ_CURSOR_H

#include "engine/sqlite/sqlite.h"

struct sq_cursor {
	struct cursor base;
	struct sq *e;
	struct sq_cursor *next_spare;
	enum engine_rows what;
	sqlite3_stmt *stmt, *more;	/* two at most; see open_statements */
	int ended;			/* nothing is left */
	struct buf path;		/* of the query; or "" */
	struct buf line;
	uint64_t start, end;		/* of the row handed out last */

	/* FILES: texts from one statement, BLOBs from the other */
	int text, blob;			/* 1: it has a row waiting */
	struct buf here;		/* the path handed out last */

	/* CHUNKS */
	struct sq_definitions definitions;

	/* SYMBOLS: see next_name */
	struct buf name;		/* of the query */
	int exact, ahead;		/* 1: a name waits in stmt */
	struct buf chain;		/* the longest name held back */
	size_t *held, nheld, held_cap;	/* lengths in it of all held back */
	struct buf now;			/* the name whose rows we hand out */
	int going;
	int64_t chunk, n;		/* of the row handed out last */

	/* LABELLED: a heap of sets by file, and the one being handed out */
	struct next {
		int64_t file, set;
	} *heap, top;
	size_t nheap, heap_cap;

	/* LABELS */
	int64_t set;
	uint64_t count;
	size_t label;			/* the next to hand out */
};

/*
 * What place returns: this, then lengths, then bytes. It stays within this
 * program and is never stored.
 */
struct sq_place {
	int64_t file, set, a, b;
	uint64_t start, end;
	size_t nheld;			/* the number of lengths */
};

/*
 * seek: begin, at a place if at is not NULL (bytes: the n bytes after it);
 * 0, -1. next: like sq_next.
 */
int sq_seek_symbols(struct sq_cursor *c, const struct query *q,
    const struct sq_place *at, const char *bytes, size_t n);
int sq_next_symbol(struct sq_cursor *c, struct row *row);
int sq_seek_labelled(struct sq_cursor *c, const struct query *q,
    const struct sq_place *at);
int sq_next_labelled(struct sq_cursor *c, struct row *row);
int sq_seek_labels(struct sq_cursor *c, const struct sq_place *at);
int sq_next_label(struct sq_cursor *c, struct row *row);

#endif
