/*
 * kvget --refs, --callers, --callees.
 */
#ifndef KVGET_REFS_H
#define KVGET_REFS_H

#include "search/xref.h"
#include "show.h"

/*
 * Print them, and for CALLERS and CALLEES those of what was found, down to this
 * depth, each name once. path: only in this file or below this directory, or
 * NULL. Returns as define_show; 2 if the store cannot tell.
 */
int refs_show(struct store *s, struct show *sh, enum xref_what what,
    const char *name, unsigned depth, const char *path);

#endif
