/*
 * The chunks of one file: all, one by its span, or those at a place.
 */
#ifndef PLACE_H
#define PLACE_H

#include "show.h"

/*
 * name is a path, PATH@BYTE or PATH:LINE; a stored path that has this very
 * name wins. Where chunks lie inside of each other, those at a place are the
 * innermost. 0 (what is not there is told, and sh->status set), or what a
 * callback returned, or -1.
 */
int place_show(struct store *s, struct show *sh, const char *name);

/* The chunk with exactly this span. path is in its normal form. */
int place_span(struct store *s, struct show *sh, const char *path,
    uint64_t start, uint64_t end);

/* A number in plain decimal: 0, or -1 if s is none. */
int place_number(const char *s, uint64_t *n);

#endif
