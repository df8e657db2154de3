/*
 * A text that is being masked, and what its masks share: mask.c has those of
 * C and its like, mask_make.c make's, mask_markup.c HTML's, mask_sql.c those
 * of SQL.
 */
#ifndef MASKING_H
#define MASKING_H

#include <ctype.h>
#include <string.h>

#include "arena.h"
#include "lang.h"

struct masking {
	const struct language *lang;
	const char *text, *end;
	char *copy;		/* made at the first word to be hidden */
	/* what was seen last, comments and directives aside */
	const char *word;	/* a word, or NULL */
	size_t len;
	const char *before;	/* a word right before that, or NULL */
	size_t before_len;
	char pre;		/* else the byte before the word */
	char last;		/* its last byte, 0 at the beginning */
	int space;		/* the name behind one of the spaces */
	int params;		/* it was a ")", or one and then tails */
	int tails;
	int first;		/* nothing else was on this line yet */
	int braces;		/* open in what initialises a variable, or in an
				 * enumeration: */
	int enumeration;
	int conditions;		/* and #ifs in that */
	const char *exported;	/* up to here no block is looked for behind
				 * "export", or NULL */
};

static inline int
wordch(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static inline const char *
skip_blanks(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t' || *s == '\r'))
		s++;
	return s;
}

static inline size_t
word_len(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && wordch(*p))
		p++;
	return p - s;
}

/* Is the word of n bytes at s in the list, which ends with NULL? */
static inline int
in(const char *const *list, const char *s, size_t n)
{
	for (; *list != NULL; list++)
		if (strncmp(*list, s, n) == 0 && (*list)[n] == '\0')
			return 1;
	return 0;
}

/* Show blanks in place of [s, end), but for the ends of lines. */
static inline void
hide(struct masking *c, const char *s, const char *end)
{
	char *p;

	if (c->copy == NULL) {
		c->copy = arena_alloc(c->end - c->text + 1);
		memcpy(c->copy, c->text, c->end - c->text);
	}
	for (p = c->copy + (s - c->text); s < end; s++, p++)
		if (*p != '\n' && *p != '\r' && (*p != '\\' ||
		    s + 1 == c->end || (s[1] != '\n' && s[1] != '\r')))
			*p = ' ';
}

/* Show make's grammar what it knows of a makefile. */
void mask_make(struct masking *m);

/* Show what is no tag in HTML's text as text. */
void mask_text(struct masking *m);

/* Show texts between $tag$ and $tag$ as others are, in quotes. */
void mask_dollars(struct masking *m);

#endif
