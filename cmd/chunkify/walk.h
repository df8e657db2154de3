/*
 * The files to be chunked, one after the other, in a fixed order: by the
 * bytes of their paths below each root, whatever the file system gives.
 */
#ifndef WALK_H
#define WALK_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct walk;

struct walk_file {
	char *path;		/* normal form; owned by the caller */
	enum {
		WALK_FILE,	/* a regular file, to be opened by path */
		WALK_GONE,	/* on the list, or just listed, not there now */
		WALK_UNREADABLE,	/* error says why; may be a directory */
		WALK_SYMLINK,	/* found in a walk, or leading nowhere */
		WALK_SPECIAL	/* a device, socket or FIFO */
	} what;
	int error;		/* errno of WALK_GONE and WALK_UNREADABLE */
	int named;		/* is itself a PATH or on the list */
	int listed;		/* is from the list */
};

/*
 * Walk the roots (n paths in normal form; each a file or a directory), then
 * the paths on list, if it is not NULL, separated by sep, as they come. A
 * list may name directories too. The strings are lent until walk_close.
 */
struct walk *walk_open(char *const *roots, size_t n, FILE *list, int sep);

/*
 * The next file. Returns 1, 0 at the end, -1 if the list could not be read
 * (message printed). Not to be called from two threads at once.
 */
int walk_next(struct walk *w, struct walk_file *f);

void walk_close(struct walk *w);

#endif
