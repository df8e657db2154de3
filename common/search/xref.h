/*
 * Who uses what, by name only: everything with the same name is one.
 */
#ifndef XREF_H
#define XREF_H

#include "base/pool.h"
#include "record/record.h"
#include "store/store.h"

enum xref_what {
	XREF_USES,		/* where the name is used */
	XREF_CALLERS,		/* definitions that call it, each once */
	XREF_CALLEES		/* definitions of what its own calls */
};

struct xref {
	const char *path;
	const char *name;		/* what is used */
	enum ref_kind kind;
	uint64_t byte_start, line;	/* where */
	const struct symbol *d;		/* the definition around the use, or
					 * (CALLEES) that of the name, in path;
					 * NULL: there is none */
};

/* Zero it. The pool owns what the list points to. */
struct xrefs {
	struct xref *list;
	size_t n, cap;
	uint64_t definitions;		/* of the name */
	struct pool pool;
};

/*
 * Only what is in this file or below this directory (below: a path, or NULL).
 * Ordered by path and byte; CALLEES in the order of the calls. 1; 0: the store
 * has no references, so we cannot tell; 2: a record cannot be read (message
 * printed); -1. Always call xrefs_free.
 */
int xref_find(struct xrefs *out, struct store *s, enum xref_what what,
    const char *name, const char *below);
void xrefs_free(struct xrefs *x);

#endif
