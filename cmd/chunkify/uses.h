/*
 * Where names are used, as far as a language's table says (lang.h, struct use):
 * calls, types, and other names that may refer to something defined elsewhere.
 * Not those bound in the function around them (parameters, variables), nor a
 * definition's own name.
 *
 * The walk over the tree (defs.c) reports each node that it enters and leaves.
 */
#ifndef USES_H
#define USES_H

#include <stddef.h>
#include <stdint.h>

#include "lang.h"

/* One use: bytes of the text, from 0, half open. */
struct used {
	uint32_t start, end;
	uint32_t hash;		/* of the name */
	enum use_kind kind;
};

/* A node on the path from the root to the walk's position. */
struct use_level {
	TSSymbol kind;
	unsigned char role;	/* enum use_role */
	unsigned char scope;	/* names are bound in it */
	size_t used, bound;	/* before it */
};

struct uses {
	struct used *used, *bound;	/* used: by start when sorted */
	size_t n, cap, nbound, bound_cap;
	const struct grammar *g;
	const char *text;
	size_t len;
	struct use_level *levels;
	size_t depth, levels_cap;
	int scopes;		/* of the levels */
	unsigned char *defined;	/* a bit for each byte where the name of a
				 * definition begins */
};

/* For n bytes of text. */
void uses_begin(struct uses *u, const char *text, size_t n);

/* The walk begins in a tree of this grammar. */
void uses_tree(struct uses *u, const struct grammar *g);

/* The name of a definition begins at the byte. Before its node is entered. */
static inline void
uses_define(struct uses *u, uint32_t at)
{
	u->defined[at / 8] |= (unsigned char)(1 << at % 8);
}

/* The cursor is at the node being entered; scope: it is a function. */
void uses_enter(struct uses *u, const TSTreeCursor *c, TSNode node,
    TSSymbol kind, int scope);
void uses_leave(struct uses *u);

/* Process all below the node at the cursor, which returns there. */
void uses_below(struct uses *u, TSTreeCursor *c);

/* Add uses in what was hidden from the parser (mask.h); then sort all. */
void uses_end(struct uses *u, const struct language *lang, const char *shown,
    size_t n);

/* The first that begins there or after it. */
size_t uses_from(const struct uses *u, uint32_t at);

void uses_free(struct uses *u);

#endif
