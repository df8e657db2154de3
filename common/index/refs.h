/*
 * Where names are used, by name, in files chunked with --refs. This is part of
 * the text index (index.h), written, merged and checked with it.
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

/* Zero it; the pool owns what the list points to. */
struct index_uses {
	struct index_use *list;		/* by path and byte */
	size_t n, cap;
	struct pool pool;
};

/*
 * All uses of a name; between enter and leave. 1; 0: no uses of any name are
 * stored, so we cannot tell; -1. Call index_uses_free either way.
 */
int index_uses(struct index_uses *out, struct engine *e, const char *name);
void index_uses_free(struct index_uses *u);

/*
 * All names used, and how often. Names over INDEX_NAME_MAX bytes are cut, with
 * a hash of the whole; index_name does that to any name.
 */
#define INDEX_NAME_MAX	112

struct index_used_name {
	size_t at, len;			/* in text; len 0: none */
	uint64_t uses;
	uint64_t definitions;		/* for the caller to count */
};

struct index_used {
	struct buf text;
	struct index_used_name *slots;
	size_t nslots, n;
	int any;			/* there are references */
};

/* Zero it. Enters and leaves by itself; 1, 0, -1 as index_uses. */
int index_used(struct index_used *u, struct engine *e);
struct index_used_name *index_used_of(const struct index_used *u,
    const char *name);		/* or NULL */
void index_used_free(struct index_used *u);
void index_name(struct buf *out, const char *name);

#endif
