/*
 * Print hit by hit, within a limit of bytes.
 */
#ifndef OUT_H
#define OUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

enum form { PEOPLE, TEXT, RECORDS, PATHS };

struct out {
	enum form form;
	int colour;			/* PEOPLE, and colour_on */
	int end;			/* of a path: '\n' or '\0' */
	uint64_t room;			/* bytes that may still be printed */
	uint64_t more;			/* hits left out */
	int any;			/* something was printed */
	struct buf hit;			/* the hit being made */
	struct buf last;		/* hits that fit if none is left out */
	uint64_t nlast;
};

void out_init(struct out *o, enum form form, int end, uint64_t max);

/* Print o->hit, if it fits, and make room for the next. 0, 1 stdout failed. */
int out_hit(struct out *o);

/*
 * Say how many hits were left out, on stderr if not even that fits. 0, 1
 * stdout failed.
 */
int out_finish(struct out *o);

/*
 * Append to o->hit what a stranger wrote, with control characters made visible
 * for people; out_data does that only on a terminal. colour: an SGR code, or
 * NULL.
 */
void out_word(struct out *o, const char *colour, const char *s, size_t n);
void out_data(struct out *o, const char *colour, const char *s, size_t n);
void out_number(struct out *o, const char *before, uint64_t n);

#endif
