/*
 * kvls --symbols and --tags: the definitions.
 */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include "store/store.h"

/*
 * Both: of this file or those below this directory, or of all (NULL). They
 * return 0, or what a callback returned (1: stdout fails, 2), or -1.
 */

/* Which definitions: all that match. */
struct symbols_query {
	const char *path;		/* or NULL */
	const char **names;		/* patterns (glob(7)), any of them */
	const char **kinds;		/* any of them */
	const char **labels;		/* record/asked.h */
	size_t nnames, nkinds, nlabels;
	int nocase;			/* of names */
	int json;
};

/*
 * "path:line: kind scope name" in the order of the files, or JSON with the
 * signature. If the query has a name, a kind or a label, not only a path, they
 * come from the index, by name: no file is read. 1 also if none matches.
 */
int symbols_list(struct store *s, const struct symbols_query *q);

/* Print one of them; line is scratch space. */
void symbols_put(struct buf *line, const char *path, const struct symbol *d,
    int json);

/*
 * A sorted file of tags, as universal-ctags writes it (tags(5)), or its JSON
 * without the pseudo-tags.
 */
int symbols_tags(struct store *s, const char *path, int json);

#endif
