/*
 * Parsing a file that may lead the parser astray.
 *
 * One macro that the grammar does not know can make a function swallow all that
 * follows it. If such a node (TOP, lang.h) has errors and extends beyond a "}"
 * in column 0, we split the text at what can only be top level, parse each
 * piece alone, hide the bodies of functions that still cannot be parsed, and
 * parse the file once more. So no file is parsed more than three times.
 *
 * SQL has more dialects than its grammar: if there are errors, we parse each
 * statement alone, and hide those that cannot be parsed, except what they
 * create.
 */
#ifndef MEND_H
#define MEND_H

#include <stddef.h>
#include <stdint.h>

#include "lang.h"
#include "parse.h"

/*
 * Parse n bytes of text like parse(). *shown is what the parser saw (mask.h),
 * *hidden how many pieces could not be parsed.
 */
const TSTree *mend_parse(const struct grammar *g, const char *text, size_t n,
    const char **shown, uint64_t *hidden, struct deadline *deadline,
    const char **why);

#endif
