/*
 * Which files may have what is looked for? So says the text index; nobody else
 * needs to be read.
 */
#ifndef WHICH_H
#define WHICH_H

#include <stddef.h>

#include "index/index.h"
#include "store/store.h"

/*
 * Each sets paths, in the order of bytes, to be freed by index_paths_free: 1.
 * 0: nobody knows, as there is no index or it would be most files: look at all.
 * -1.
 *
 * which_string: files that have these bytes, whatever stands beside them.
 * which_name: those that have them, and no byte of a name beside them.
 * which_regex: those that have what an expression (pattern.h) cannot do
 * without, where that is easily seen.
 */
int which_string(struct index_paths *paths, struct store *s,
    const char *string, size_t n, int nocase);
int which_name(struct index_paths *paths, struct store *s, const char *name,
    size_t n);
int which_regex(struct index_paths *paths, struct store *s,
    const char *regex, int nocase);

#endif
