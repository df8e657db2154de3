/*
 * How the pages of a store get to disk: for this directory only.
 *
 * Berkeley DB's log can restore files only if the disk writes each page whole,
 * and its recovery needs free disk space. So libdb runs without its log here,
 * and its system calls go through functions of ours (db_env_set_func_pwrite
 * and the like):
 *
 *	- a page that did not exist when the slice began is written to its
 *	  file: nothing that counts points to it yet;
 *	- a page that did exist goes to a journal instead, and is read back
 *	  from there, and the file is not truncated.
 *
 * When a slice is complete, we sync the new pages, then the journal, which
 * ends in a hash over all of it: from then on the slice is stored. Only then
 * do we overwrite the old pages from the journal, which needs no space, takes
 * some milliseconds, and can be repeated as often as it is interrupted. A
 * slice that does not get that far has changed nothing.
 *
 * Two journals alternate: the pages applied from one are synced together with
 * the new pages of the next slice, before the next but one reuses it.
 *
 * The same functions make sure that libdb follows no symbolic links, opens
 * only regular files, and does not sleep when the disk is full.
 */
#ifndef BDB_JOURNAL_H
#define BDB_JOURNAL_H

#include <sys/types.h>

#include <stdint.h>

#define JOURNAL_FILES	8		/* the most tables */

/* A page in the journal: its file, its offset there and in the journal. */
struct journal_slot {
	int file;			/* -1: a free slot */
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
	int writable;			/* this opening writes at all */

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
 * From their next opening on, route the files of these names in the directory,
 * with pages of these sizes, through the journal. Reading a page that libdb
 * could not work with fails with EUCLEAN. journal_forget undoes this.
 */
void journal_watch(struct journal *j, const char *dir, int dir_fd,
    const char *const *names, const uint32_t *pages, size_t n);
void journal_forget(struct journal *j);

/*
 * The functions below return 0 or an errno, and print nothing.
 *
 * Begin a slice; the files are open. From now on nothing old is overwritten.
 */
int journal_begin(struct journal *j);

/* libdb has written all its pages: put the slice on disk, for good. */
int journal_commit(struct journal *j);

/*
 * Overwrite the old pages with what was committed; nobody may be reading.
 * If that fails, journal_recover must do it.
 */
int journal_apply(struct journal *j);

/*
 * Give up the slice. Between the two calls libdb closes the files, and what it
 * writes meanwhile is discarded. If journal_apply had begun (applying), the
 * files and the journal stay as they are, for journal_recover.
 */
void journal_abandon(struct journal *j);
int journal_abandoned(struct journal *j, int applying);

/* Sync all that was applied, so that no journal counts any more. */
int journal_settle(struct journal *j);

/* Then remove the journals. */
int journal_remove(struct journal *j);

/*
 * The last writer died. Is a journal whole, so that old pages will be
 * overwritten? And put what was committed into the files, remove what was not.
 */
int journal_whole(const struct journal *j, int *whole);
int journal_recover(const struct journal *j);

#endif
