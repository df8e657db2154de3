/*
 * All files: threads take them from the walk, and their results are written in
 * the order of the walk.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "file.h"
#include "progress.h"

/* What happened to all files. */
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
 * Write the records of all files of the walk to standard output, with that many
 * threads, including this one. stored lists what need not be redone, or NULL.
 * Exits with 2 when the output fails. Call it once per program.
 */
void queue_run(struct walk *walk, struct manifest *stored,
    const struct options *o, int jobs, struct outcome *out);

/* How far it is; from another thread. */
void queue_progress(struct progress *p);

/* Write b to the standard output, and empty it. Exits with 2 if it fails. */
void queue_write(struct buf *b);

#endif
