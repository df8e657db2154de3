/*
 * Removing what a complete stream did not name.
 *
 * Absence alone proves nothing: an unmounted disk, an unreadable directory and
 * a walk cut short look just like deleted files. So a stream prunes only below
 * its own roots, and only if it had no read errors and every root that has
 * stored files came with at least one.
 */
#ifndef PRUNE_H
#define PRUNE_H

#include "base/mem.h"
#include "record/record.h"
#include "store/store.h"

/* What a stream has named. Zero it to begin with; prune_free when done. */
struct prune {
	struct buf paths;	/* one behind the other, each with its NUL */
	size_t npaths;
	void *hashes;		/* of files that came whole: tsearch(3) */
	struct root {
		char *path;
		int seen;	/* the stream named a file below it */
		int stored;	/* and the store has one */
	} *roots;
	size_t nroots;
};

/* A stream begins. */
void prune_begin(struct prune *p, const struct record *begin);

/* It named a file; hash is NULL unless the file came whole. */
void prune_see(struct prune *p, const char *path, const char *hash);

/*
 * The stream is complete, with this many read errors: remove what it did not
 * name below its roots. force: even if we would refuse. verbose: say which file
 * is now where.
 *
 * Returns 0; 1 refused, nothing removed (message printed); -1 (likewise).
 */
int prune_end(struct prune *p, struct store *db, uint64_t errors, int force,
    int verbose);

void prune_free(struct prune *p);

#endif
