/*
 * kvls --symbols and --tags: the definitions.
 */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include "store/store.h"

/*
 * Both: of this file and those below this directory, or of all (NULL). They
 * return 0, or what a callback returned (1: stdout fails, 2), or -1.
 */

/* "path:line: kind scope name" in the order of the files, or JSON. */
int symbols_list(struct store *s, const char *path, int json);

/* One of them; line is room for it. */
void symbols_put(struct buf *line, const char *path, const struct symbol *d,
    int json);

/*
 * A sorted file of tags, as universal-ctags writes it (tags(5)), or its JSON
 * without the pseudo-tags.
 */
int symbols_tags(struct store *s, const char *path, int json);

#endif
