/*
 * What a stranger wrote - a path, a stream, a store - is shown to a person,
 * never obeyed by the person's terminal.
 *
 * Every message is safe by itself: warn, warnx, err and errx, and their v...
 * kin, are ours (message.c) in place of the C library's. They print the same,
 * but for what visible() changes, and each message by one write where it is
 * no longer than a page. What is written to a terminal by other means has to
 * pass through visible().
 */
#ifndef VISIBLE_H
#define VISIBLE_H

#include <stddef.h>

/* The longest form of one character, with its NUL: room for less is none. */
#define VISIBLE_MIN	16

/*
 * Copy the n bytes at s to out, of size bytes, and end them with a NUL. What
 * is no printable character there takes its C form: \n, \t, \r, \x1b for
 * other control characters and for bytes that are no UTF-8, \u009b for the
 * controls of Unicode: U+0080 to U+009F, the line separators, and those that
 * change the direction of writing. A backslash stays as it is.
 *
 * Returns how many bytes of s were copied: fewer than n where out is too
 * small, then as many as fit, in whole characters.
 */
size_t visible(char *out, size_t size, const char *s, size_t n);

/*
 * Does a person look at the standard output? It is a terminal, or goes to
 * one: visible_always was called.
 */
int visible_wanted(void);
void visible_always(void);

/*
 * Data for the standard output. Where a person looks at it it is made visible;
 * in a pipe or a file it is what it is. Look at ferror when done.
 */
void visible_puts(const char *s);

/* The same for the n bytes of a text: its lines and tabs stay. */
void visible_text(const char *s, size_t n);

/* And both made visible wherever they go. */
void visible_word(const char *s);
void visible_show(const char *s, size_t n);

#endif
