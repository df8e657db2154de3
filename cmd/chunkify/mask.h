/*
 * What the parser is not shown: macros where the grammar knows none.
 */
#ifndef MASK_H
#define MASK_H

#include <stddef.h>

#include "lang.h"

/*
 * What is shown: a copy of the n bytes at text, in the arena, in which the words
 * are blank that the language's row of masks speaks of (lang.h), and the NUL
 * bytes, which grammars take for the end; or text itself when it has neither.
 */
const char *mask(const struct language *lang, const char *text, size_t n);

/* Behind a comment, a string or a character of C that begins at s; else s. */
const char *skip_text(const char *s, const char *end);

/* The same of SQL, a quoted name too. */
const char *skip_sql(const char *s, const char *end);

/* Behind a preprocessor line, the lines that continue it included. */
const char *skip_directive(const char *s, const char *end);

/* Does the word of the preprocessor line at s begin so: "if", "el", "endif"? */
int directive_is(const char *s, const char *end, const char *word);

/* Where a node begins, the words hidden before it on its line included. */
static inline uint32_t
mask_start(const char *text, const char *shown, TSNode node)
{
	uint32_t at = ts_node_start_byte(node), p = at;

	if (text == shown)
		return at;
	while (p > 0 && (shown[p - 1] == ' ' || shown[p - 1] == '\t'))
		p--;
	while (p < at && (text[p] == ' ' || text[p] == '\t'))
		p++;
	return p;
}

#endif
