/*
 * Parsing a file in which the parser may be led astray.
 *
 * One macro that the grammar does not know can make a function swallow all that
 * follows it. Where such a node (TOP, lang.h) has errors and goes on behind a
 * "}" in column 0, the text is taken apart at what can only be top level: each
 * piece is parsed alone, the body of a function that cannot be understood even
 * so is not shown, and the file is parsed once more. So no file is parsed more
 * than three times.
 *
 * SQL has more dialects than its grammar: where there are errors each statement is
 * parsed alone, and one that is not understood is not shown but for what it
 * creates.
 */
#ifndef MEND_H
#define MEND_H

#include <stddef.h>
#include <stdint.h>

#include "lang.h"
#include "parse.h"

/*
 * Parse n bytes of text as parse() does. *shown is what the parser saw
 * (mask.h), *hidden how many pieces could not be understood.
 */
const TSTree *mend_parse(const struct grammar *g, const char *text, size_t n,
    const char **shown, uint64_t *hidden, struct deadline *deadline,
    const char **why);

#endif
