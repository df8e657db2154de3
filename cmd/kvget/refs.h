/*
 * kvget --refs, --callers, --callees.
 */
#ifndef KVGET_REFS_H
#define KVGET_REFS_H

#include "search/xref.h"
#include "show.h"

/*
 * Print them, what is found by one again asked for in its turn up to so deep
 * (CALLERS, CALLEES), each name once. path: only in this file or below this
 * directory, or NULL. As define_show; 2 where nobody can tell.
 */
int refs_show(struct store *s, struct show *sh, enum xref_what what,
    const char *name, unsigned depth, const char *path);

#endif
