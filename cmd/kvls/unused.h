/*
 * kvls --unused and --map: how much the names of definitions are used.
 */
#ifndef UNUSED_H
#define UNUSED_H

#include "store/store.h"

/*
 * Definitions whose names are used nowhere in the store, in the order of the
 * files; path: only of these files, or NULL. Returns as symbols_list; 2 if the
 * store cannot tell (message printed).
 */
int unused_list(struct store *s, const char *path, int json);

/*
 * The signatures of the definitions whose names are used most, under their
 * files: at most max_bytes.
 */
int map_show(struct store *s, const char *path, size_t max_bytes);

#endif
