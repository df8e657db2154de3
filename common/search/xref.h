/*
 * Who uses what, by name: nothing is resolved, so all that have a name are one.
 */
#ifndef XREF_H
#define XREF_H

#include "base/pool.h"
#include "record/record.h"
#include "store/store.h"

enum xref_what {
	XREF_USES,		/* where the name is used */
	XREF_CALLERS,		/* definitions in which it is called, each once */
	XREF_CALLEES		/* definitions of what is called in its own */
};

struct xref {
	const char *path;
	const char *name;		/* what is used */
	enum ref_kind kind;
	uint64_t byte_start, line;	/* where */
	const struct symbol *d;		/* the definition: around the use, or
					 * (CALLEES) in path, of the name; or
					 * NULL: there is none */
};

/* Zero it. What the list points to is the pool's. */
struct xrefs {
	struct xref *list;
	size_t n, cap;
	uint64_t definitions;		/* of the name */
	struct pool pool;
};

/*
 * Only what is in this file or below this directory (below: a path, or NULL).
 * In the order of paths and bytes; CALLEES in that of the calls. 1; 0: the store
 * has no references, so nobody can tell; 2: a record cannot be read (said);
 * -1. xrefs_free in any case.
 */
int xref_find(struct xrefs *out, struct store *s, enum xref_what what,
    const char *name, const char *below);
void xrefs_free(struct xrefs *x);

#endif
