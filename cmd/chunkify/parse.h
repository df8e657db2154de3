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
 * Parse n bytes of text, less than 4 GiB. Returns the tree, which is the
 * arena's: never ts_tree_delete it, arena_drop_tree takes it. NULL if it took
 * longer than timeout seconds (0: no limit), or more memory than any sane
 * input of this length. Of the text only what is in [start, end) is parsed; the
 * offsets in the tree are those of the whole.
 */
const TSTree *parse(const struct grammar *g, const char *text, size_t n,
    uint32_t start, uint32_t end, double timeout);

#endif
