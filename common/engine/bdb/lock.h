/*
 * The directory of a store: whose it is, and who may touch it when.
 *
 *	format		"chunkkv 2": this is a store, and how it is made
 *	writer.lock	held by the one writer, for its whole session
 *	gate		taken for a moment by whoever wants the data
 *	lock		shared: reading the data, exclusive: writing it; holds
 *			the state that a dead writer leaves behind
 *
 * All are flock(2) locks: the kernel gives them back when a process dies, so
 * nobody is blocked by the dead, and a reader needs no write permission.
 *
 * The writer takes the data for the milliseconds in which old pages are
 * overwritten; while it waits for that it holds the gate, where new readers
 * queue up, so that neither side starves. Whoever may read can also hold a
 * lock for ever, on purpose or stopped by ^Z. So the writer waits a second
 * for readers, once, and then goes ahead; a reader that was overtaken learns
 * of it when it gives the data back, and what it read does not count. The one
 * lock that nobody goes past is writer.lock, and it can only be opened by who
 * may write.
 *
 * None of this knows what engine keeps the data.
 */
#ifndef LOCK_H
#define LOCK_H

#include <stdint.h>

#include "base/release.h"

#define LOCK_FORMAT	STORE_FORMAT_BDB

struct lock_state {
	char magic[8];
	uint64_t generation;	/* grows with each slice that is written */
	char session[40];	/* boot id while a writer's session is open */
	char slice;		/* 1: in the middle of writing */
	char unused[7];
};

struct lock {
	const char *dir;	/* lent */
	int dir_fd, gate_fd, data_fd, writer_fd;
	int writable;		/* data_fd is open for writing */
	int taken;		/* by lock_take; not to be taken again */
	int impatient;		/* has waited for readers in vain */
	struct lock_state state;	/* as of the last lock_take */
};

/* Open the store in dir for reading. Returns 0, -1 (message printed). */
int lock_open(struct lock *l, const char *dir);

/*
 * Open dir for writing, make it where it is missing, and become its one
 * writer; wait up to wait seconds for another one to finish.
 *
 * Returns 1 when the store is yet to be made (the directory then holds
 * nothing but our locks: what an interrupted making had left is gone), 0
 * when it is there, -1 (message printed; anything foreign is untouched).
 */
int lock_open_writer(struct lock *l, const char *dir, double wait);

/* The making is complete: from now on this is a store. 0 or -1. */
int lock_made(struct lock *l);

/*
 * Is there no store in dir yet, but room for one: dir is missing, is empty,
 * or holds what an interrupted making left? 1 or 0; says nothing.
 */
int lock_missing(const char *dir);

/* Let go of everything. */
void lock_close(struct lock *l);

/*
 * Take the data and read its state. 0, or -1 (message printed). To read it:
 * waits while a writer overwrites pages, for some seconds at most. To write
 * it: waits for readers, but not for long.
 */
enum lock_for { LOCK_TO_READ, LOCK_TO_WRITE };
int lock_take(struct lock *l, enum lock_for what);

/*
 * Give it back. 0, or -1 (message printed) if a writer went ahead while it
 * was taken for reading.
 */
int lock_give(struct lock *l);

/* The same where nothing was read. */
void lock_drop(struct lock *l);

/* Seconds since some moment; no change of the date moves it. */
double lock_clock(void);

/*
 * What the state says of a store whose data we hold: the last writer died
 * while it overwrote pages, or the machine went down during its session. For
 * the writer itself: any session that was not closed. 1, 0, or -1 when it has
 * to be asked again in a moment: a writer is at it right now.
 */
int lock_broken(const struct lock *l);

/*
 * A reader found it broken: become the writer for as long as it takes to mend
 * that. 1; 0 somebody else is at it; -1, errno says why. lock_mended goes
 * back to being a reader.
 */
int lock_mend(struct lock *l);
void lock_mended(struct lock *l);

/*
 * A writer is going to change files: note the boot id, synced. Once a
 * session. 0 or -1 (message printed).
 */
int lock_begin(struct lock *l);

/*
 * Pages are going to be overwritten, or the data is whole again. To be called
 * with the data taken for writing. 0 or -1 (message printed).
 */
int lock_mark(struct lock *l);
int lock_unmark(struct lock *l);

/* A file was replaced: readers are to open it anew. 0 or -1 (message). */
int lock_replaced(struct lock *l);

/* The state is on disk: 0 or -1 (message printed). */
int lock_sync(struct lock *l);

/* The session ends, or a recovery did: nothing is left to be mended. */
int lock_clean(struct lock *l);

/*
 * A file was made in the store: whoever made it, it belongs to the owner of
 * the store and has the store's mode. Tries to, and says nothing.
 */
void lock_adopt(const struct lock *l, int fd);

/* Note that a run was stored whole; when that was last, 0 if never. */
void lock_ran(struct lock *l);
int64_t lock_last_run(const struct lock *l);

#endif
