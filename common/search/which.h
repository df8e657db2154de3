/*
 * Which files may have what we look for, according to the text index? No
 * others need to be read.
 */
#ifndef WHICH_H
#define WHICH_H

#include <stddef.h>

#include "index/index.h"
#include "store/store.h"

/*
 * Each sets paths, in byte order, to be freed by index_paths_free: 1. 0:
 * unknown, as there is no index, or most files: look at all. -1.
 *
 * which_string: files that have these bytes, whatever is next to them.
 * which_name: those that have them, with no byte of a name next to them.
 * which_regex: those that have what a match of the expression (pattern.h) must
 * contain, if that is easy to see.
 */
int which_string(struct index_paths *paths, struct store *s,
    const char *string, size_t n, int nocase);
int which_name(struct index_paths *paths, struct store *s, const char *name,
    size_t n);
int which_regex(struct index_paths *paths, struct store *s,
    const char *regex, int nocase);

#endif
