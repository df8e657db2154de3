/*
 * Cutting a file into chunks.
 *
 * The partition: the chunks, in order, are the file's bytes, each once. We
 * treat a file as a sequence of items, the nodes between which its language
 * allows a cut (BLOCK rows), each with the comments before it. An item over the
 * budget is cut inside in the same way, and if there is nothing to cut between,
 * between lines, then between characters. A substantial definition becomes a
 * chunk of its own; other items are merged with their neighbours as long as the
 * budget allows (cAST: Zhang et al., 2025, "split then merge").
 */
#ifndef CUT_H
#define CUT_H

#include <stddef.h>
#include <stdint.h>

#include "defs.h"
#include "lang.h"

/* Bytes from 0, half open. The arena owns the memory (arena.h). */
struct cut {
	uint32_t start, end;
	uint32_t start_line, end_line;	/* from 1, inclusive */
	int def;		/* the definition it stands for, or -1 */
	uint32_t part, parts;	/* part k of n of it; 0: all of it */
	size_t first, ndefs;	/* definitions that begin in it */
};

struct cuts {
	struct cut *cut;
	size_t n;
};

/* The lines of a text: where each begins. */
struct line_starts {
	uint32_t *start;
	size_t n;
};

void lines_find(struct line_starts *out, const char *text, size_t n);

/* The line, from 1, that holds the byte at. */
uint32_t line_of(const struct line_starts *l, uint32_t at);

/*
 * The lossless partition of n bytes of text. No chunk has more than budget
 * non-blank bytes (blank as in isspace(3) in the C locale), nor more than
 * BLANK_FACTOR times as many bytes in all. If root is NULL, we cut only between
 * lines (and d should be empty); if g is NULL too, it is text, and we cut at
 * headings and empty lines first. shown is what the parser saw (mask.h).
 */
#define BLANK_FACTOR	8

void cut_partition(struct cuts *out, const struct grammar *g,
    const TSNode *root, const struct defs *d, const struct line_starts *l,
    const char *text, const char *shown, size_t n, uint32_t budget);

/* One chunk per definition, nested ones too, of any size. */
void cut_definitions(struct cuts *out, const struct defs *d,
    const struct line_starts *l);

#endif
