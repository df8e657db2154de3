/*
 * Parsing a file, within bounds of time and memory.
 */
#ifndef PARSE_H
#define PARSE_H

#include <stddef.h>
#include <stdint.h>

#include <tree_sitter/api.h>

#include "lang.h"

/*
 * The time that a file may take: CPU time of this thread, so that a busy
 * machine does not change the chunks.
 */
struct deadline {
	double seconds;		/* 0: for ever */
	double wall, cpu;	/* when it is over; the first is cheap to ask */
};

void deadline_begin(struct deadline *d, double seconds);
int deadline_over(struct deadline *d);

/*
 * Parse n bytes of text, less than 4 GiB. Returns the tree, which the arena
 * owns: never ts_tree_delete it, arena_drop_tree frees it. NULL if it takes too
 * long, or more memory than any sane input of this length, or if the grammar
 * broke one of its own assertions; *why says which, for a message. Parses only
 * [start, end) of the text; the offsets in the tree are those of the whole.
 */
const TSTree *parse(const struct grammar *g, const char *text, size_t n,
    uint32_t start, uint32_t end, struct deadline *deadline, const char **why);

#endif
