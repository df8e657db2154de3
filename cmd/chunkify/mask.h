/*
 * What we hide from the parser: macros where the grammar knows none.
 */
#ifndef MASK_H
#define MASK_H

#include <stddef.h>

#include "lang.h"

/*
 * What the parser sees: a copy of the n bytes at text, in the arena, with
 * blanks for the words that the language's masks describe (lang.h) and for NUL
 * bytes, which grammars take for the end; or text itself if it has neither.
 */
const char *mask(const struct language *lang, const char *text, size_t n);

/* Skip a comment, a string or a character of C at s; else returns s. */
const char *skip_text(const char *s, const char *end);

/* The same for SQL, also quoted names. */
const char *skip_sql(const char *s, const char *end);

/* Skip a preprocessor line, with its continuation lines. */
const char *skip_directive(const char *s, const char *end);

/* Does the directive at s begin with word: "if", "el", "endif"? */
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
