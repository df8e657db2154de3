/*
 * Definitions by name, each assembled from the chunks that cover it.
 */
#ifndef DEFINE_H
#define DEFINE_H

#include "show.h"

/*
 * Show those of this name, or with prefix != 0 of all names that begin with it;
 * path: only in this file or below this directory, or NULL. A name like
 * "Foo::bar" or "Foo.bar" is taken literally, and also as bar in a scope that
 * ends in Foo. 0 (reports what is missing, and sets sh->status), or what a
 * callback returned, or -1.
 */
int define_show(struct store *s, struct show *sh, const char *name,
    int prefix, const char *path);

#endif
