/*
 * Check a record against the ones before it. record_read has checked all that
 * its line alone can tell.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "record/record.h"

/* Where we are in a stream. Zero it to begin with; check_free when done. */
struct check {
	/* After check_record: what the record means for the file in progress. */
	int completes;		/* the file in progress is complete */
	int starts;		/* another file, or an update, begins */

	int begun;		/* the stream has a "begin" */
	int ended;		/* and an "end" */
	char error[256];	/* why check_record or check_end failed */

	/* The rest is check.c's own. */
	int any;		/* a record has been seen */
	int partition;		/* the stream's chunks are a file's bytes */
	int gapless;		/* so are those of the file in progress */
	char options[OPTIONS_ID + 1];	/* of the stream */
	char *path;		/* of the file in progress, or NULL */
	int update;		/* it consists of single chunks, no "file" */
	uint64_t size, next;	/* of the file; where the next chunk begins */
	uint64_t files, chunks;	/* since "begin" */
	struct span {
		uint64_t start, end;
	} *spans;		/* seen, unless they come as a partition */
	size_t nspans, spans_cap;
	struct hash *hash;
	struct hash *whole;	/* of a gapless file's chunks so far */
	char wanted[HASH_LEN + 1];	/* what that must be, or "" */
};

/* Returns 0, or -1 with the fault in c->error. */
int check_record(struct check *c, const struct record *r);

/* The same for the end of the input. */
int check_end(struct check *c);
void check_free(struct check *c);

#endif
