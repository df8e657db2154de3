/*
 * What a stranger wrote - a path, a stream, a store - is shown to people but
 * never obeyed by their terminal.
 *
 * Every message is safe by itself: warn, warnx, err and errx, and their v...
 * variants, are ours (message.c) and replace the C library's. They print the
 * same, except for what visible() changes, and each message up to a page long
 * in one write. Anything written to a terminal by other means must pass
 * through visible().
 */
#ifndef VISIBLE_H
#define VISIBLE_H

#include <stddef.h>

/* The longest form of one character, with its NUL: the smallest useful size. */
#define VISIBLE_MIN	16

/*
 * Copy the n bytes at s to out, of size bytes, and add a NUL. Unprintable
 * characters are written as in C: \n, \t, \r, \x1b for other control characters
 * and for bytes that are not UTF-8, \u009b for Unicode's controls: U+0080 to
 * U+009F, the line separators, and those that change the direction of writing.
 * A backslash stays as it is.
 *
 * Returns how many bytes of s were copied: fewer than n if out is too small,
 * then as many whole characters as fit.
 */
size_t visible(char *out, size_t size, const char *s, size_t n);

/*
 * Is a person looking at standard output? Yes if it is a terminal, or if
 * visible_always was called, because it leads to one.
 */
int visible_wanted(void);
void visible_always(void);

/*
 * Write data to standard output: made visible if a person is looking, as it is
 * to a pipe or a file. Check ferror when done.
 */
void visible_puts(const char *s);

/* The same for n bytes of text: newlines and tabs stay. */
void visible_text(const char *s, size_t n);

/* The same two, made visible wherever they go. */
void visible_word(const char *s);
void visible_show(const char *s, size_t n);

#endif
