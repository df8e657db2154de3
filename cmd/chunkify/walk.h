/*
 * The files to chunk, one after the other, in a fixed order: in byte order of
 * their paths below each root, whatever order the file system gives.
 *
 * Below a git work tree they are the files that git lists (gitls.h). Elsewhere
 * they are those that the .gitignore and .ignore files from the root on do not
 * ignore, read as git reads them; a .ignore counts after the .gitignore beside
 * it. A work tree found on the way is entered with its own rules. A rules file
 * that we cannot follow is reported as unreadable. A store below a root is not
 * entered.
 */
#ifndef WALK_H
#define WALK_H

#include <sys/stat.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ignore.h"

struct walk;

struct walk_file {
	char *path;		/* normal form; owned by the caller */
	enum {
		WALK_FILE,	/* to be opened by path */
		WALK_GONE,	/* on the list, or just listed, not there now */
		WALK_UNREADABLE,	/* error says why; may be a directory */
		WALK_SYMLINK,	/* found in a walk, or leading nowhere */
		WALK_SPECIAL,	/* a device, socket or FIFO */
		WALK_UNKNOWN	/* any of these: see for yourself (lstat) */
	} what;
	int error;		/* errno of WALK_GONE and WALK_UNREADABLE; 0:
				 * message already printed */
	int named;		/* is itself a PATH or on the list */
	int listed;		/* is from the list */
	struct stat st;		/* of WALK_FILE */
};

struct walk_options {
	FILE *list;		/* paths after the roots, or NULL; may name
				 * directories too */
	int separator;		/* of the list */
	char *dir;		/* absolute: paths on the list below it become
				 * relative to it; or NULL; lent */
	int quiet;		/* no messages on rules and failures: a second
				 * walk over the same roots */
	double git_limit;	/* seconds that git may be silent; 0: for ever */
	int no_ignore;		/* all files, whatever rules say */
	const struct ignore *exclude;	/* more rules, for all but named
					 * files; lent */
};

/*
 * Walk the roots (n paths in normal form; each a file or a directory), then
 * the list, as it comes. The strings are lent until walk_close.
 */
struct walk *walk_open(char *const *roots, size_t n,
    const struct walk_options *o);

/*
 * The next file. Returns 1, 0 at the end, -1 if the list could not be read
 * (message printed). Do not call it from two threads at once.
 */
int walk_next(struct walk *w, struct walk_file *f);

void walk_close(struct walk *w);

#endif
