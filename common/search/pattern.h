/*
 * Matching strings and regular expressions, by PCRE2. Not by regcomp(3), which
 * knows no UTF-8 in the "C" locale, stops at a NUL and has no bound on what a
 * hostile expression may cost.
 */
#ifndef PATTERN_H
#define PATTERN_H

#include <stddef.h>

struct pattern;

enum {
	PATTERN_LITERAL = 1,	/* a string, not an expression */
	PATTERN_NOCASE = 2,
	PATTERN_WORD = 4,	/* only as whole words */
	PATTERN_BYTES = 8	/* only ASCII has case; any bytes will do */
};

/*
 * NULL if it is not a valid expression, or invalid UTF-8; error, of size bytes,
 * then says why. pattern_free takes NULL.
 */
struct pattern *pattern_new(const char *s, size_t n, int how, char *error,
    size_t size);
void pattern_free(struct pattern *p);

/*
 * The first match in the n bytes at s, from byte at on: 1 with its span, 0
 * none, -1 if the expression takes too much time or memory (see pattern_error).
 */
int pattern_next(struct pattern *p, const char *s, size_t n, size_t at,
    size_t *start, size_t *end);
const char *pattern_error(struct pattern *p);

#endif
