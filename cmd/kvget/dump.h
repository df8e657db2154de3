/*
 * kvget -a: the whole store as one stream, which kvput takes.
 */
#ifndef DUMP_H
#define DUMP_H

#include "show.h"

/*
 * All that is stored; path: only at it and below it, then with no roots, as
 * none is there as a whole. 0, or what a callback returned, or -1.
 */
int dump(struct store *s, struct show *sh, const char *path);

/* The chunks of all files at this path and below it, without more. */
int dump_chunks(struct store *s, struct show *sh, const char *path);

#endif
