/*
 * How the pages of a store get to disk: for bdb*.c alone.
 *
 * Berkeley DB promises that its log brings files back only where the disk
 * writes each page whole, and its recovery needs room on the disk. So libdb
 * runs without its log here, and what it asks of the system goes through
 * functions of ours (db_env_set_func_pwrite and its like):
 *
 *	- a page that was not there when the slice began is written to its
 *	  file: nothing that counts points to it yet;
 *	- a page that was there goes to a journal instead, and is read back
 *	  from there, and the file is not made shorter.
 *
 * When a slice is complete the new pages are synced, then the journal, which
 * ends in a hash over all of it: from that moment the slice is stored. Only
 * then are the old pages overwritten from the journal, which needs no room,
 * takes some milliseconds, and can be repeated as often as it is interrupted.
 * A slice that does not get so far has changed nothing.
 *
 * Two journals take turns: the pages that came out of one are synced together
 * with the new pages of the next slice, before the next but one reuses it.
 *
 * The same functions see to it that libdb follows no symbolic link, opens
 * nothing but regular files, and does not sleep where there is no room.
 */
#ifndef BDB_JOURNAL_H
#define BDB_JOURNAL_H

#include <sys/types.h>

#include <stdint.h>

#define JOURNAL_FILES	8		/* at most so many tables */

/* A page in the journal: which file, where, and where its bytes are. */
struct journal_slot {
	int file;			/* -1: a free place in the table */
	off_t offset, at;
};

struct journal {
	const char *dir;		/* lent */
	int dir_fd;			/* lent */
	const char *names[JOURNAL_FILES];	/* lent */
	uint32_t pages[JOURNAL_FILES];		/* their size, bytes */
	size_t n;

	int fd[2];			/* of the journals; -1: not open */
	int turn;			/* the one in use */
	uint64_t sequence;
	enum { JOURNAL_OFF, JOURNAL_ON, JOURNAL_FORGETS } state;
	int writable;			/* it is written to at all */

	struct journal_file {
		int fd;			/* libdb's; -1: not open */
		off_t size;		/* when the slice began, bytes */
		int unsynced;
		int shrunk;		/* libdb wants the end cut off */
	} file[JOURNAL_FILES];
	off_t end;			/* of the journal in use */
	struct journal_slot *slots;	/* a hash table */
	size_t nslots, cap;		/* cap is a power of two, or 0 */
	struct journal *next;
};

/*
 * Have the files of these names in the directory, with pages of these sizes,
 * go through the journal, from when they are opened next. A page that libdb
 * could not work with is not read: EUCLEAN. journal_forget takes it back.
 */
void journal_watch(struct journal *j, const char *dir, int dir_fd,
    const char *const *names, const uint32_t *pages, size_t n);
void journal_forget(struct journal *j);

/*
 * What the functions below return is 0, or an errno. None says anything.
 *
 * A slice begins; the files are open. Nothing old is overwritten from now on.
 */
int journal_begin(struct journal *j);

/* libdb has written all its pages: have the slice on disk, for good. */
int journal_commit(struct journal *j);

/*
 * Overwrite the old pages with what was committed; nobody may be reading.
 * If that fails, journal_recover has to do it.
 */
int journal_apply(struct journal *j);

/*
 * The slice is given up. Between the two libdb is to close the files, and
 * what it writes then goes nowhere. Where journal_apply has begun (applying)
 * the files and the journal stay as they are, for journal_recover.
 */
void journal_abandon(struct journal *j);
int journal_abandoned(struct journal *j, int applying);

/* All that was applied is synced; no journal counts any more. */
int journal_settle(struct journal *j);

/* And the journals are gone. */
int journal_remove(struct journal *j);

/*
 * The last writer died. Is a journal whole, so that old pages are going to be
 * overwritten? And bring what was committed into the files, take away what was
 * not.
 */
int journal_whole(const struct journal *j, int *whole);
int journal_recover(const struct journal *j);

#endif
