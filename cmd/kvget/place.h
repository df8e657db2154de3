/*
 * The chunks of one file: all, one by its span, or those at a place.
 */
#ifndef PLACE_H
#define PLACE_H

#include "show.h"

/*
 * name is a path, PATH@BYTE or PATH:LINE; a stored path of exactly this name
 * wins. If chunks are nested, those at a place are the innermost. 0 (reports
 * what is missing, and sets sh->status), or what a callback returned, or -1.
 */
int place_show(struct store *s, struct show *sh, const char *name);

/* The same for what is surely a path, in normal form. */
int place_file(struct store *s, struct show *sh, const char *path);

/*
 * A byte or a line, of any number of digits. Anything over a record's maximum
 * becomes that plus one: nothing is there.
 */
struct place_number {
	uint64_t n;
	const char *text;	/* as given, lent */
};

/* Parse a decimal number: 0, or -1 if s is none. */
int place_number(struct place_number *n, const char *s);

/* The chunk with exactly this span. path is in normal form. */
int place_span(struct store *s, struct show *sh, const char *path,
    const struct place_number *start, const struct place_number *end);

#endif
