/*
 * The store's internals: for the files in this directory only.
 *
 *	open.c		opening, closing, facts about the whole store
 *	read.c		files and chunks, for readers
 *	index.c		definitions by name, chunks by label
 *	write.c		collecting in memory what a writer hands over
 *	compare.c	deciding which of it to write
 *	slice.c		writing it
 *	check.c		checking all of it
 *	repair.c	saving what can be saved of a damaged store
 *
 * The writer collects files in memory until a slice is full, compares them
 * with what is stored, and has the engine write the difference. Half of that
 * time is spent waiting for the disk, so a thread does it while the next slice
 * fills up; but as only one thread at a time may call the engine, the next
 * slice gets no further than it can without looking at what is stored.
 *
 * Unless stated otherwise, functions return 0, or -1 after printing the
 * reason.
 */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/pool.h"
#include "engine/engine.h"
#include "index/index.h"
#include "store/store.h"

/* A slice is stored as a whole or not at all. */
#define SLICE_FILES	256
#define SLICE_BYTES	((size_t)12 << 20)

/* How much a reader reads between enter and leave: some milliseconds. */
#define READ_FILES	512
#define READ_BYTES	((size_t)1 << 20)
#define READ_LOOKS	20000	/* rows of an index */

/* A file handed over, yet to be compared with what is stored. */
struct update {
	enum { UPDATE_FILE, UPDATE_CHUNKS, UPDATE_SKIP, UPDATE_GATHERED } what;
	const char *path;
	const struct record *record;	/* file or skip, as it was given */
	const struct record **chunks;	/* owned */
	size_t nchunks, cap;
	const struct record *ast;	/* or NULL */
	size_t pool_size;		/* before this update */
};

/* A change, and what to add to the tally once it is on disk. */
struct planned {
	struct change change;
	struct store_tally tally;
};

/*
 * Changes to be written together, and files yet to be compared, the last of
 * which may be in progress.
 */
struct slice {
	struct pool pool;		/* holds what the rest points to */
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

	struct slice slice[2], *cur;	/* cur is being filled */
	struct indexer *indexer;	/* NULL until a slice is written */
	int unread;			/* no words: a stored chunk is damaged */
	int in_progress;		/* the last update of cur is */
	pthread_t thread;		/* writes the other slice */
	int writing;			/* the thread exists */
	atomic_int written;		/* and is done */

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

/* Like the engine's, but first waits for a writer's thread to finish. */
int store_enter(struct store *s);

/* Chunks that were read; their lines are in text. */
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

/* Read a span's line. */
int span_read(struct store *s, const char *path, struct spans *sp,
    struct span *p);

/* --- compare.c ----------------------------------------------------------------- */

/*
 * Compare all updates, or plan a store_keep or store_remove. Call these only
 * when no update is in progress and nothing is being written.
 */
int compare_updates(struct store *s);
int compare_keep(struct store *s, const char *path, int64_t mtime_ns);
int compare_removal(struct store *s, const char *path);

/* --- slice.c -------------------------------------------------------------------- */

void tally_add(struct store_tally *sum, const struct store_tally *t);
void slice_free(struct slice *w);

/* Wait until nothing is being written. */
int slice_join(struct store *s);

/* Start writing the slice, all of it compared, while the next one fills up. */
int slice_start(struct store *s);

/* Write it now. */
int slice_write(struct store *s);

#endif
