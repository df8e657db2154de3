/*
 * The definitions of a file: what a language's table says about its tree.
 */
#ifndef DEFS_H
#define DEFS_H

#include <stddef.h>
#include <stdint.h>

#include "lang.h"
#include "parse.h"
#include "uses.h"

/* Bytes from 0, half open. The arena owns the texts (arena.h). */
struct def {
	const char *name;
	const char *kind;
	const char *scope;	/* or NULL */
	uint32_t start, end;
	uint32_t doc;		/* where what belongs to it right before it
				 * begins, or start */
	uint32_t said;		/* the same for comments and attributes only */
	uint32_t body;		/* where its body begins, or 0: there is none */
	int local;		/* what is inside is local: a function */
	int outer;		/* the definition around it, or -1 */
	unsigned labels;	/* bits, by place in label_names */
};

/* A node whose text is in another language: where, and its tree. */
struct part {
	const struct grammar *g;
	uint32_t start, end;
	TSNode root;		/* null before parts are parsed, and if that
				 * took too long */
};

struct defs {
	struct def *def;	/* by start; of equal ones the longer first */
	size_t n;
	uint64_t errors;	/* ERROR and missing nodes in the tree */
	struct part *part;	/* in order */
	size_t nparts;
};

/*
 * Find the definitions in a tree of the text, of which the parser saw shown
 * (mask.h). Returns 0, or -1 when it takes too long: out is then unchanged,
 * except for errors. Adds the uses of names to uses, unless that is NULL.
 */
int defs_find(struct defs *out, const struct grammar *g, TSNode root,
    const char *text, const char *shown, struct uses *uses,
    struct deadline *deadline);

/* Merge the definitions of a part into d, and free the part's. */
void defs_join(struct defs *d, struct defs *part);

void defs_free(struct defs *d);

#endif
