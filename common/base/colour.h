/*
 * Colour for people: what each thing looks like, in every tool.
 *
 * What is marked is what the records know: paths, kinds, names, doc comments.
 * Syntax is not: a store has no tree of a file unless chunkify --ast wrote
 * one, and to make one anew each reader would have to link all grammars.
 */
#ifndef COLOUR_H
#define COLOUR_H

#include <stddef.h>

#define COLOUR_PATH	"36"	/* SGR; and its lines */
#define COLOUR_KIND	"33"
#define COLOUR_NAME	"1"
#define COLOUR_DOC	"2"
#define COLOUR_MATCH	"1;31"

/* The row of a tool's table. */
#define COLOUR_OPTION(code) \
	{ code, "color", "WHEN", "Colour: auto, always or never." }

/*
 * Before anything is printed: is the standard output to be coloured? when is
 * the argument of --color; without one (NULL) it is "auto": on a terminal that
 * is not a dumb one, unless NO_COLOR is set (no-color.org). With "always" all is
 * printed as on a terminal. Exits with 2 where it is none of the three words.
 */
void colour_choose(const char *when);
int colour_on(void);

/* Data for the standard output, as visible_puts has it; in this colour, if on. */
void colour_puts(const char *colour, const char *s);

/* The same for n bytes of text, as visible_text has it. */
void colour_text(const char *colour, const char *s, size_t n);

#endif
