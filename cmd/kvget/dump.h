/*
 * kvget -a: the whole store as one stream, which kvput accepts.
 */
#ifndef DUMP_H
#define DUMP_H

#include "show.h"

/*
 * All that is stored; path: only at it and below it, then without roots, as
 * none is complete. 0, or what a callback returned, or -1.
 */
int dump(struct store *s, struct show *sh, const char *path);

/* The chunks of all files at this path and below it, nothing else. */
int dump_chunks(struct store *s, struct show *sh, const char *path);

#endif
