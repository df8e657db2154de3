/*
 * UTF-8 as in RFC 3629: no overlong forms, no surrogates, nothing above
 * U+10FFFF.
 */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>

/* The length of the valid sequence at s (n > 0), 0 if there is none. */
size_t utf8_sequence(const char *s, size_t n);

/* The length of the longest valid prefix of s. */
size_t utf8_valid(const char *s, size_t n);

#endif
