/*
 * All files: threads that take them from the walk, and what they say of them
 * written in the order of the walk.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "file.h"
#include "progress.h"

/* What became of them all. */
struct outcome {
	struct result sum;
	int lost;		/* the list of files could not be read */
	struct skips {
		const char *reason;	/* the manifest's, or a constant */
		uint64_t n;	/* skipped for it, now or still */
	} *skips;		/* the caller's */
	size_t nskips;
};

/*
 * Write the records of all files of the walk to the standard output, with
 * that many threads, this one among them. stored is what need not be done
 * again, or NULL. Exits with 2 when the output fails. Once in a program.
 */
void queue_run(struct walk *walk, struct manifest *stored,
    const struct options *o, int jobs, struct outcome *out);

/* How far it is; from another thread. */
void queue_progress(struct progress *p);

/* Write b to the standard output, and empty it. Exits with 2 if it fails. */
void queue_write(struct buf *b);

#endif
