/*
 * The directory of a store: whose it is, and who may touch it when.
 *
 *	format		"chunkkv 6": this is a store, of this format
 *	writer.lock	held by the one writer, for its whole session
 *	gate		taken briefly by whoever wants the data
 *	lock		shared: reading the data, exclusive: writing it; holds
 *			the state that a dead writer leaves behind
 *
 * All are flock(2) locks: the kernel releases them when a process dies, so the
 * dead block nobody, and a reader needs no write permission.
 *
 * The writer takes the data for the milliseconds in which old pages are
 * overwritten; while it waits for that it holds the gate, where new readers
 * queue up, so that neither side starves. But a reader can hold a lock for
 * ever, on purpose or stopped by ^Z. So the writer waits a second for readers,
 * once, and then goes ahead; an overtaken reader learns of it when it gives
 * the data back, and what it read does not count. The one lock that nobody
 * bypasses is writer.lock, and only those who may write can open it.
 *
 * None of this knows which engine keeps the data.
 */
#ifndef LOCK_H
#define LOCK_H

#include <stdint.h>

#include "base/release.h"

#define LOCK_FORMAT	STORE_FORMAT_BDB

struct lock_state {
	char magic[8];
	uint64_t generation;	/* grows with each slice written */
	char session[40];	/* boot id while a writer's session is open */
	char slice;		/* 1: in the middle of writing */
	char unused[7];
};

struct lock {
	const char *dir;	/* lent */
	int dir_fd, gate_fd, data_fd, writer_fd;
	int writable;		/* data_fd is open for writing */
	int taken;		/* by lock_take; do not take it again */
	int impatient;		/* has waited for readers in vain */
	struct lock_state state;	/* as of the last lock_take */
};

/* Open the store in dir for reading. Returns 0, -1 (message printed). */
int lock_open(struct lock *l, const char *dir);

/*
 * Open dir for writing, creating it if missing, and become its one writer;
 * wait up to wait seconds for another one to finish.
 *
 * Returns 1 when the store is yet to be made (the directory then holds only
 * our locks: leftovers of an interrupted creation are gone), 0 when it exists,
 * -1 (message printed; anything foreign is untouched).
 */
int lock_open_writer(struct lock *l, const char *dir, double wait);

/* Creation is complete: from now on this is a store. 0 or -1. */
int lock_made(struct lock *l);

/*
 * Is there no store in dir yet, but room for one: dir is missing, empty, or
 * holds leftovers of an interrupted creation? 1 or 0; prints nothing.
 */
int lock_missing(const char *dir);

/* Release everything. */
void lock_close(struct lock *l);

/*
 * Take the data and read its state. 0, or -1 (message printed). For reading:
 * waits while a writer overwrites pages, some seconds at most. For writing:
 * waits for readers, but not for long.
 */
enum lock_for { LOCK_TO_READ, LOCK_TO_WRITE };
int lock_take(struct lock *l, enum lock_for what);

/*
 * Give it back. 0, or -1 (message printed) if it was taken for reading and a
 * writer went ahead meanwhile.
 */
int lock_give(struct lock *l);

/* The same if nothing was read. */
void lock_drop(struct lock *l);

/* Seconds since some moment; setting the date does not move it. */
double lock_clock(void);

/*
 * Is the store whose data we hold broken, according to its state: the last
 * writer died while overwriting pages, or the machine went down during its
 * session? For the writer itself: any session that was not closed. 1, 0, or -1
 * to ask again in a moment, as a writer is busy with it right now.
 */
int lock_broken(const struct lock *l);

/*
 * A reader found it broken: become the writer while mending it. 1; 0 somebody
 * else is doing it; -1, errno says why. lock_mended goes back to being a
 * reader.
 */
int lock_mend(struct lock *l);
void lock_mended(struct lock *l);

/*
 * A writer is about to change files: note the boot id, synced. Once per
 * session. 0 or -1 (message printed).
 */
int lock_begin(struct lock *l);

/*
 * Pages are about to be overwritten, or the data is whole again. Call these
 * with the data taken for writing. 0 or -1 (message printed).
 */
int lock_mark(struct lock *l);
int lock_unmark(struct lock *l);

/* A file was replaced: readers must reopen it. 0 or -1 (message). */
int lock_replaced(struct lock *l);

/* Sync the state to disk: 0 or -1 (message printed). */
int lock_sync(struct lock *l);

/* The session ends, or a recovery is done: nothing is left to mend. */
int lock_clean(struct lock *l);

/*
 * Give a new file in the store the store's owner and mode, whoever created it.
 * Tries to, and prints nothing.
 */
void lock_adopt(const struct lock *l, int fd);

/* Note that a run was stored completely; get when that last was, 0: never. */
void lock_ran(struct lock *l);
int64_t lock_last_run(const struct lock *l);

#endif
