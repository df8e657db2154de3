/*
 * Where names are used, by name: of files that were chunked with --refs. It is
 * part of the text index (index.h), written, merged and checked with it.
 */
#ifndef INDEX_REFS_H
#define INDEX_REFS_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "engine/engine.h"

struct index_use {
	const char *path;
	const struct symbol *in;	/* the innermost definition around it,
					 * or NULL */
	uint64_t byte_start, line;
	enum ref_kind kind;
};

/* Zero it; what the list points to is the pool's. */
struct index_uses {
	struct index_use *list;		/* by path and byte */
	size_t n, cap;
	struct pool pool;
};

/*
 * All uses of a name; between enter and leave. 1; 0: there are none of any
 * name, so nobody can tell; -1. index_uses_free either way.
 */
int index_uses(struct index_uses *out, struct engine *e, const char *name);
void index_uses_free(struct index_uses *u);

/*
 * Each name that is used, and how often: one may come several times, each with
 * a part of it. What is over INDEX_NAME_MAX bytes comes cut, with a hash of the
 * whole; index_name makes that of any. fn returns 0 to go on. As index_uses, or
 * what fn returned.
 */
#define INDEX_NAME_MAX	112

typedef int index_used_fn(void *arg, const char *name, size_t n,
    uint64_t uses);

int index_used(struct engine *e, index_used_fn *fn, void *arg);
void index_name(struct buf *out, const char *name);

#endif
