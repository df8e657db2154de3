/*
 * The syntax nodes of a file.
 */
#ifndef NODE_H
#define NODE_H

#include "place.h"
#include "show.h"

/* Which nodes; path in normal form; byte and kind NULL: any. */
struct node_query {
	const char *path;
	const struct place_number *byte;	/* innermost first */
	const char *kind;
};

/*
 * Show them. 0 (reports what is missing, and sets sh->status), or what a
 * callback returned, or -1.
 */
int node_show(struct store *s, struct show *sh, const struct node_query *q);

#endif
