/*
 * The store, inside: for the files in this directory alone.
 *
 *	open.c		opening, closing, what holds for all of a store
 *	read.c		files and chunks, for readers
 *	index.c		definitions by name, chunks by label
 *	write.c		what a writer is told, kept in memory
 *	compare.c	what of that is to be written
 *	slice.c		writing it
 *	check.c		is all of it right?
 *	repair.c	what can be saved of a damaged store
 *
 * The writer keeps what it is told in memory until a slice is full, compares
 * it with what is stored, and has the engine write the difference. Half of
 * the time that takes goes by waiting for the disk, so a thread does it while
 * the next slice is filled: at most as far as that goes without looking at
 * what is stored, as one thread at a time calls the engine.
 *
 * Unless said otherwise functions return 0, or -1 when the reason has been
 * printed.
 */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/pool.h"
#include "engine/engine.h"
#include "index/index.h"
#include "store/store.h"

/* A slice: what is stored together, or not at all. */
#define SLICE_FILES	256
#define SLICE_BYTES	((size_t)12 << 20)

/* What a reader takes between enter and leave: some milliseconds. */
#define READ_FILES	512
#define READ_BYTES	((size_t)1 << 20)
#define READ_LOOKS	20000	/* rows of an index */

/* A file that was handed over, to be compared with what is stored. */
struct update {
	enum { UPDATE_FILE, UPDATE_CHUNKS, UPDATE_SKIP, UPDATE_GATHERED } what;
	const char *path;
	const struct record *record;	/* file or skip, as it was given */
	const struct record **chunks;	/* owned */
	size_t nchunks, cap;
	const struct record *ast;	/* or NULL */
	size_t pool_size;		/* before it */
};

/* A change, and what it adds to the tally once it is on disk. */
struct planned {
	struct change change;
	struct store_tally tally;
};

/*
 * What is to be written in one go, and what is yet to be compared: files, the
 * last of which may be in progress.
 */
struct slice {
	struct pool pool;		/* all that follows points to */
	struct planned *plan;
	size_t nplan, plan_cap;
	struct update *updates;
	size_t nupdates, updates_cap;
	int stored;			/* the plan is on disk */
};

struct store {
	struct engine *engine;
	int writer;
	atomic_int failed;

	struct slice slice[2], *cur;	/* the one that is being filled */
	struct indexer *indexer;	/* NULL until one is written */
	int unread;			/* no words: a stored chunk is damaged */
	int in_progress;		/* the last update of cur */
	pthread_t thread;		/* writes the other */
	int writing;			/* there is a thread */
	atomic_int written;		/* and it is done */

	struct store_tally tally;
	store_watch_fn *watch;		/* or NULL */
	void *watch_arg;
	struct reader reader;
	struct buf line;		/* what is stored of a file */
};

/* Call a function of the store's engine. */
#define ENGINE(s, function, ...) \
	((s)->engine->type->function((s)->engine, ##__VA_ARGS__))

/* --- read.c ------------------------------------------------------------------- */

/* As the engine's: but a writer's thread has to be done first. */
int store_enter(struct store *s);

/* Chunks that were read, the lines in a text of their own. */
struct spans {
	struct buf text;
	struct span {
		uint64_t start, end;
		size_t line, len;
	} *list;
	size_t n, cap;
};

int span_order(const void *a, const void *b);		/* for qsort */
void spans_free(struct spans *sp);

/* Read the line of a span. */
int span_read(struct store *s, const char *path, struct spans *sp,
    struct span *p);

/* --- compare.c ----------------------------------------------------------------- */

/*
 * Compare all updates, or plan what store_keep and store_remove say. None is
 * in progress, and nothing is being written.
 */
int compare_updates(struct store *s);
int compare_keep(struct store *s, const char *path, int64_t mtime_ns);
int compare_removal(struct store *s, const char *path);

/* --- slice.c -------------------------------------------------------------------- */

void tally_add(struct store_tally *sum, const struct store_tally *t);
void slice_free(struct slice *w);

/* Wait until nothing is being written. */
int slice_join(struct store *s);

/* Have the slice, all of it compared, written while the next one is filled. */
int slice_start(struct store *s);

/* Write it now. */
int slice_write(struct store *s);

#endif
