/*
 * Definitions by name, each put together from the chunks that cover it.
 */
#ifndef DEFINE_H
#define DEFINE_H

#include "show.h"

/*
 * Those of this name, or with prefix != 0 of all names that begin so; path:
 * only in this file or below this directory, or NULL. A name like "Foo::bar"
 * or "Foo.bar" is taken as it stands, and for bar in a scope that ends in Foo
 * as well. 0 (what is not there is told, and sh->status set), or what a
 * callback returned, or -1.
 */
int define_show(struct store *s, struct show *sh, const char *name,
    int prefix, const char *path);

#endif
