#include <err.h>
#include <time.h>

#include "engine/bdb/bdb.h"

#define MEND_PATIENCE	30.0		/* seconds */

int
bdb_end_session(struct bdb *e)
{
	int ret, status = 0;

	/* The journal is needed; the next writer or reader will find it. */
	if (e->broken)
		return -1;
	/* Sync that no page is being overwritten before the journals go. */
	if (lock_sync(&e->lock) == -1)
		return -1;
	if ((ret = journal_settle(&e->journal)) != 0)
		status = bdb_fail(e, "journal", ret);
	if (e->env != NULL && bdb_close_env(e) == -1)
		status = -1;
	if (status == -1 || lock_clean(&e->lock) == -1)
		return -1;
	ret = journal_remove(&e->journal);
	return ret != 0 ? bdb_fail(e, "journal", ret) : 0;
}

int
bdb_recover(struct bdb *e)
{
	int whole, ret;

	if (bdb_close_tables(e) == -1)
		return -1;
	bdb_hear_nothing();
	if ((ret = journal_whole(&e->journal, &whole)) != 0)
		return bdb_fail(e, "journal", ret);
	/* It may have died before marking; now we will be half done. */
	if (whole && !e->lock.state.slice && lock_mark(&e->lock) == -1)
		return -1;
	if (e->lock.state.slice && !whole) {
		warnx("%s: a writer died while it overwrote pages, and its "
		    "journal is damaged: kvls --repair", e->dir);
		e->failed = 1;
		return -1;
	}
	if ((ret = journal_recover(&e->journal)) != 0)
		return bdb_fail(e, "journal", ret);
	if (lock_replaced(&e->lock) == -1 || lock_clean(&e->lock) == -1)
		return -1;
	ret = journal_remove(&e->journal);
	return ret != 0 ? bdb_fail(e, "journal", ret) : 0;
}

/* A reader found that the last writer died: mend it, unless another does. */
static int
mend(struct bdb *e)
{
	int status;

	switch (lock_mend(&e->lock)) {
	case -1:
		warn("%s: the last writer died; repairing that needs "
		    "permission to write", e->dir);
		return -1;
	case 0:
		return 0;
	}
	if ((status = lock_take(&e->lock, LOCK_TO_WRITE)) == 0) {
		if (lock_broken(&e->lock))
			status = bdb_recover(e);
		lock_give(&e->lock);
	}
	lock_mended(&e->lock);
	return status;
}

/* Take the data, when it is whole: 0, -1. */
static int
take_whole(struct bdb *e)
{
	const struct timespec pause = { 0, 1000 * 1000 };
	double until = lock_clock() + MEND_PATIENCE;
	int broken;

	for (;;) {
		if (lock_take(&e->lock, LOCK_TO_READ) == -1)
			return -1;
		if ((broken = lock_broken(&e->lock)) == 0)
			return 0;
		lock_drop(&e->lock);
		if (broken == 1 && mend(e) == -1)
			return -1;
		if (lock_clock() >= until) {
			warnx("%s: a writer does not finish", e->dir);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
}

/* A writer needs no lock, as nobody else writes. */
int
bdb_enter(struct bdb *e)
{
	if (e->writer)
		return 0;
	if (take_whole(e) == -1)
		return -1;
	if (e->generation != e->lock.state.generation) {
		if (bdb_close_tables(e) == -1) {
			lock_drop(&e->lock);
			return -1;
		}
		e->generation = e->lock.state.generation;
	}
	return 0;
}

int
bdb_leave(struct bdb *e, int status)
{
	if (!e->writer && lock_give(&e->lock) == -1)
		return -1;
	return status;
}
