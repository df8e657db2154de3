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

/* The same of a path in its normal form, which is that and nothing else. */
int place_file(struct store *s, struct show *sh, const char *path);

/*
 * A byte or a line, of any number of digits. What is more than a record can
 * have is one more than that: there is nothing.
 */
struct place_number {
	uint64_t n;
	const char *text;	/* as it was given, lent */
};

/* A number in decimal: 0, or -1 if s is none. */
int place_number(struct place_number *n, const char *s);

/* The chunk with exactly this span. path is in its normal form. */
int place_span(struct store *s, struct show *sh, const char *path,
    const struct place_number *start, const struct place_number *end);

#endif
