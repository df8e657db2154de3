/*
 * The words that we search text by: what people and programs type, in one form
 * however it is spelled.
 *
 * A name is a run of letters, digits, underscores and bytes over 127. It is
 * split where case changes ("readLine", "HTMLBuffer": html, buffer), at
 * underscores, and between letters and digits; a name of several parts is also
 * a word as a whole, underscores included. Words are in lower case (ASCII
 * letters; others stay as they are), without English endings: "caches",
 * "cached" and "caching" are one.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>

#include "base/mem.h"

/*
 * A name of WORD_MAX bytes or more is several words: pieces that overlap, so
 * that any WORD_SHARED bytes of it are in one piece. A name longer than
 * NAME_PIECES, which is more likely data, is cut instead; only a word that was
 * cut has WORD_MAX bytes.
 */
#define WORD_MAX	128
#define WORD_PIECE	(WORD_MAX - 1)
#define WORD_STEP	64
#define WORD_SHARED	(WORD_PIECE - WORD_STEP + 1)
#define NAME_PIECES	1024

/* A word, lent; lower case, NUL-terminated. */
typedef void word_fn(void *arg, const char *word, size_t len);

/* Can the byte be part of a name? */
extern const unsigned char word_classes[256];

static inline int
word_byte(unsigned char c)
{
	return word_classes[c] != 0;
}

/* All words of the n bytes at s, in order. */
void words_each(const char *s, size_t n, word_fn *fn, void *arg);

/* The same, unstemmed. */
void words_unstemmed(const char *s, size_t n, word_fn *fn, void *arg);

/* Strip a word's ending; returns its new length. Adds no NUL. */
size_t word_stem(char *word, size_t len);

/*
 * How many leading bytes of a stem are common to all words that it may come
 * from, case aside.
 */
size_t word_root(const char *word, size_t len);

/* Is it a word that says nothing ("the", "of", "return")? */
int word_is_stop(const char *word);

#endif
