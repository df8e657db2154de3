/*
 * Cutting, internals: for these files only.
 *
 *	cut.c		the top level
 *	stand.c		which definition a chunk stands for
 *	prose.c		text in no language
 *	merge.c		chunks from items
 *	items.c		where a file may be cut
 *	measure.c	how much is in a span: bytes, lines, definitions
 *
 * Bytes are counted from the beginning of the file.
 */
#ifndef CUTTING_H
#define CUTTING_H

#include <stddef.h>
#include <stdint.h>

#include "cut.h"
#include "base/mem.h"

/*
 * Where a file may be cut: an item reaches from its own start to that of the
 * next one. Comments and attributes before a node belong to its item.
 */
struct item {
	uint32_t start, end;
	TSNode node;		/* null: the head or tail of something */
	TSNode run;		/* null, or it is a run of this node's children
				 * (more than a head and a body), the last of
				 * which node is */
	uint32_t docs;		/* where node itself begins */
	int tail;		/* closing brackets: goes with what is before */
};

struct items {
	struct item *item;
	size_t n, cap;
	int loose;		/* they are in no definition of their own */
};

/* A file being cut. */
struct cutting {
	const struct grammar *g;
	const char *text, *shown;
	uint32_t len, budget;
	const struct defs *defs;
	const int *up;		/* each def's innermost one around it, or -1 */
	const struct line_starts *lines;
	uint32_t *solid;	/* non-blank bytes before each SAMPLE */
	uint32_t *cuts;		/* where chunks end, in order */
	int depth;		/* items opened around the current one */
	size_t n, cap;
};

static const TSNode no_node;	/* it is null */

/* The file chooses the nesting, but it is our stack: cut the rest by lines. */
#define DEPTH	1000

/* --- measure.c -------------------------------------------------------------- */

static inline int
blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Call this first; the caller frees solid. */
void sample_solid(struct cutting *j);

/* Non-blank bytes in [start, end); and are they within the budget? */
uint32_t solid(const struct cutting *j, uint32_t start, uint32_t end);
int fits(const struct cutting *j, uint32_t start, uint32_t end);

/*
 * Is it substantial enough for a chunk of its own? From a sixth of the budget
 * on: 250 non-blank bytes by default, some eight lines. Below that, neighbours
 * share a chunk, as an embedding of two lines finds little.
 */
int substantial(const struct cutting *j, uint32_t start, uint32_t end);

/* The first definition that begins at or after the byte at. */
size_t first_def(const struct defs *d, uint32_t at);

/* Is there a definition with just this span; the item's? */
int is_def(const struct cutting *j, uint32_t start, uint32_t end);
int item_is_def(const struct cutting *j, const struct item *it);

/* The outermost definition around the byte that fits, or NULL. */
const struct def *whole_at(const struct cutting *j, uint32_t at);

/* --- items.c --------------------------------------------------------------- */

/* End the last item at a byte and begin another there, maybe of no_node. */
void add_item(struct items *l, uint32_t start, TSNode node, uint32_t docs,
    int tail);

/*
 * Append to l the items inside one: those of the outermost BLOCK nodes in it,
 * and definitions elsewhere (a function in an expression). The last item of l
 * may be the head.
 */
void items_inside(struct cutting *j, struct items *l, const struct item *it);

/* Where a cut before the node at byte at goes: the start of its line, if only
 * blanks are between, but not before low. */
uint32_t line_start(const struct cutting *j, uint32_t at, uint32_t low);

/* Where a cut after the node that ends at byte at goes: after the newline, if
 * there are only blanks before it. */
uint32_t line_end(const struct cutting *j, uint32_t at, uint32_t high);

/* --- merge.c --------------------------------------------------------------- */

/* Cut inside an item that is too large or only a frame; node may be null. */
void open_item(struct cutting *j, const struct item *it);

/* Put items that may share chunks into as few as the budget allows. */
void merge(struct cutting *j, const struct item *it, size_t n);

/* Cut [start, end) between lines, and long lines between characters, but not in
 * a definition that fits. */
void cut_lines(struct cutting *j, uint32_t start, uint32_t end);

/*
 * Join tiny chunks to the one they belong to: the next one if they begin
 * something, else the previous; or the other one. If neither has room, move
 * some lines over.
 */
void join_tiny(struct cutting *j);

/* --- prose.c --------------------------------------------------------------- */

/* Cut [start, end), whole lines, at headings, then what is too large at empty
 * lines, then between lines. */
void cut_prose(struct cutting *j, uint32_t start, uint32_t end);

/* --- stand.c --------------------------------------------------------------- */

/* Which definition each of the n chunks stands for, and which part of it. */
void stand_for(const struct cutting *j, struct cuts *out);

#endif
