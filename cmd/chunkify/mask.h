/*
 * What the parser is not shown: macros where the grammar knows none.
 */
#ifndef MASK_H
#define MASK_H

#include <stddef.h>

#include "lang.h"

/*
 * A copy of the n bytes at text in which the words that the language's row
 * of masks speaks of (lang.h) are blank, in the arena; or text itself when it
 * has no such words.
 */
const char *mask(const struct language *lang, const char *text, size_t n);

#endif
