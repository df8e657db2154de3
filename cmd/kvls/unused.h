/*
 * kvls --unused and --map: what the names of definitions are used for.
 */
#ifndef UNUSED_H
#define UNUSED_H

#include "store/store.h"

/*
 * Definitions whose names are used nowhere in the store, in the order of the
 * files; path: of these files alone, or NULL. As symbols_list; 2 where nobody
 * can tell (said).
 */
int unused_list(struct store *s, const char *path, int json);

/*
 * The definitions whose names are used most, by their signatures, under their
 * files: no more than so many bytes.
 */
int map_show(struct store *s, const char *path, size_t max_bytes);

#endif
