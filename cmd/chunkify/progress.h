/*
 * The line on a terminal (base/meter.h): files, bytes, speed, time left,
 * current file.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

#include "walk.h"

/* What has been done so far. */
struct progress {
	uint64_t files, bytes;
	char current[256];	/* a path, cut if too long */
};

/*
 * Draw the line until progress_stop, from a thread, which calls fetch. Another
 * thread walks the roots meanwhile to find out how much there is; a list cannot
 * be walked twice, so then no time left is shown.
 */
void progress_start(char *const *roots, size_t n,
    const struct walk_options *o, void (*fetch)(struct progress *));
void progress_stop(void);

#endif
