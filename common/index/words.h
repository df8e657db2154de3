/*
 * The words that text is searched by: what people and programs type, in one
 * form however it is spelled.
 *
 * A name is a run of letters, digits, underscores and bytes over 127. It is
 * split where case changes ("readLine", "HTMLBuffer": html, buffer), at
 * underscores, and between letters and digits; a name of several parts is a
 * word as a whole, too, underscores included. Words are in lower case (ASCII's
 * letters; others are as they are), and lose the endings that English gives
 * them: "caches", "cached" and "caching" are one.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>

#include "base/mem.h"

/*
 * A name that is as long or longer is several words: pieces that overlap, so
 * that what has no more bytes than they share is in one of them whole. One that
 * is too long for that, and more likely data, is cut: only such a word has
 * WORD_MAX bytes.
 */
#define WORD_MAX	128
#define WORD_PIECE	(WORD_MAX - 1)
#define WORD_STEP	64
#define WORD_SHARED	(WORD_PIECE - WORD_STEP + 1)
#define NAME_PIECES	1024

/* A word, lent; lower case, with a NUL behind it. */
typedef void word_fn(void *arg, const char *word, size_t len);

/* May the byte stand in a name? */
extern const unsigned char word_classes[256];

static inline int
word_byte(unsigned char c)
{
	return word_classes[c] != 0;
}

/* All words of the n bytes at s, in their order. */
void words_each(const char *s, size_t n, word_fn *fn, void *arg);

/* The same with the endings that they have. */
void words_unstemmed(const char *s, size_t n, word_fn *fn, void *arg);

/* Take the ending off a word; returns how long it is then. No NUL is put. */
size_t word_stem(char *word, size_t len);

/*
 * How many bytes at its beginning a word shares with everything that it may
 * have been before it lost its ending, case aside.
 */
size_t word_root(const char *word, size_t len);

/* Is it one of the words that say nothing ("the", "of", "return")? */
int word_is_stop(const char *word);

#endif
