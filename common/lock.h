/*
 * The directory of a store: whose it is, and who may touch it when.
 *
 *	format		"chunkkv 1": this is a store, and how it is made
 *	writer.lock	held by the one writer, for its whole session
 *	gate		taken for a moment by whoever wants the data
 *	lock		shared: reading the data, exclusive: writing it; holds
 *			the state that a dead writer leaves behind
 *
 * All are flock(2) locks: the kernel gives them back when a process dies, so
 * nobody is blocked by the dead, and a reader needs no write permission.
 *
 * Who holds the data asks now and then with lock_wanted whether somebody
 * stands at the gate, and lets go early. As everybody goes through the gate
 * one by one, neither readers nor writers starve.
 *
 * None of this knows what engine keeps the data.
 */
#ifndef LOCK_H
#define LOCK_H

#include <stdint.h>

#include "record.h"

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
 * Take the data, shared or exclusive, and read its state. Waits for its turn.
 * lock_give gives it back. 0 or -1 (message printed).
 */
int lock_take(struct lock *l, int exclusive);
void lock_give(struct lock *l);

/* Does somebody wait for the data that we hold? */
int lock_wanted(struct lock *l);

/* Seconds since some moment; no change of the date moves it. */
double lock_clock(void);

/*
 * What the state says of a store whose data we hold: the last writer died
 * while it wrote, or the machine went down during its session. For the
 * writer itself, in its first lock_take: any session that was not closed.
 */
int lock_broken(const struct lock *l);

/*
 * Note that writing begins (at the first time in a session together with the
 * boot id, and synced), or that the data is whole again. To be called with
 * the data taken exclusively. 0 or -1 (message printed).
 */
int lock_mark(struct lock *l);
int lock_unmark(struct lock *l);

/* The session ends, or a recovery did: nothing is left to be mended. */
int lock_clean(struct lock *l);

/* Note that a run was stored whole, and when that was last: 0, -1 (errno). */
int lock_ran(struct lock *l);
int lock_last_run(struct lock *l, int64_t *when);

/* Make the state writable for a reader that must recover. 0, -1 (errno). */
int lock_upgrade(struct lock *l);

#endif
