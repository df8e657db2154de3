/*
 * The hits of a ranked search.
 */
#ifndef HITS_H
#define HITS_H

#include "out.h"
#include "search/rank.h"
#include "store/store.h"

/*
 * Print the best n hits, without overlapping ones. 0, 1 there were none, 2
 * stdout failed, -1.
 */
int hits_print(struct store *s, struct rank *r, uint64_t n, struct out *o);

#endif
