/*
 * The syntax nodes of a file.
 */
#ifndef NODE_H
#define NODE_H

#include "show.h"

/* Which nodes; path in its normal form. */
struct node_query {
	const char *path;
	int at_byte;		/* only those that hold it, innermost first */
	uint64_t byte;
	const char *kind;	/* or NULL: any */
};

/*
 * 0 (what is not there is told, and sh->status set), or what a callback
 * returned, or -1.
 */
int node_show(struct store *s, struct show *sh, const struct node_query *q);

#endif
