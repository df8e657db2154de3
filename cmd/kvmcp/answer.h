/*
 * The answer to a question: items in order, as many as fit, from where the last
 * answer ended, and how many there are.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

#define ANSWER_LEAST	1024	/* bytes: the lowest limit of an answer */
#define ANSWER_USUAL	16384
#define ANSWER_MOST	((size_t)4 << 20)

/* Zero it, set max, first and offset, and structured; answer_free when done. */
struct answer {
	size_t max;		/* bytes of the whole result, as it is sent */
	uint64_t first;		/* the item to begin with, */
	uint64_t offset;	/* from this byte of its text on */
	int structured;		/* objects are wanted, too */

	uint64_t total, shown;	/* items so far; those of this answer */
	int full;		/* there was no room for an item: */
	uint64_t next;		/* this one, */
	uint64_t next_offset;	/* of which so many bytes were shown */
	struct buf text;	/* the inside of a JSON string */
	struct buf hits;	/* objects, commas between */
	struct buf raw, quoted;	/* of the current item */
};

/* Does it need the next item? If not, call answer_pass for it instead. */
int answer_wants(const struct answer *a);
void answer_pass(struct answer *a);

/*
 * Add the next item: n bytes of text for people, and an object (JSON; NULL:
 * none). If it does not fit, the first of this answer is cut, others are left
 * out.
 */
void answer_item(struct answer *a, const char *text, size_t n,
    const struct buf *object);

/* Append a text for display: control characters made visible. */
void answer_visible(struct buf *out, const char *s, size_t n);

void answer_free(struct answer *a);

#endif
