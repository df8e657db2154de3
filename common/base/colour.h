/*
 * Colour for people: how each thing looks, in every tool.
 *
 * We colour what the records know: paths, kinds, names, doc comments. We do
 * not colour syntax: a store has no tree of a file unless chunkify --ast wrote
 * one, and to build one each reader would have to link all grammars.
 */
#ifndef COLOUR_H
#define COLOUR_H

#include <stddef.h>

#define COLOUR_PATH	"36"	/* SGR; also line numbers */
#define COLOUR_KIND	"33"
#define COLOUR_NAME	"1"
#define COLOUR_DOC	"2"
#define COLOUR_MATCH	"1;31"

/* The row for a tool's option table. */
#define COLOUR_OPTION(code) \
	{ code, "color", "WHEN", "Colour: auto, always or never." }

/*
 * Decide, before anything is printed, whether to colour standard output. when
 * is the argument of --color; NULL means "auto": colour on a terminal that is
 * not dumb, unless NO_COLOR is set (no-color.org). "always" prints everything
 * as on a terminal. Exits with 2 if it is none of the three words.
 */
void colour_choose(const char *when);
int colour_on(void);

/* Like visible_puts, in this colour if colour is on. */
void colour_puts(const char *colour, const char *s);

/* Like visible_text, likewise. */
void colour_text(const char *colour, const char *s, size_t n);

#endif
