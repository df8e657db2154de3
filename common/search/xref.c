#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "index/refs.h"
#include "search/xref.h"

static struct xref *
add(struct xrefs *out)
{
	out->list = xgrow(out->list, &out->cap, out->n + 1, sizeof *out->list);
	return memset(&out->list[out->n++], 0, sizeof *out->list);
}

/* --- uses and callers -------------------------------------------------------------- */

struct moment {
	struct index_uses uses;
	const char *name;
};

static int
ask(void *arg, struct engine *e)
{
	struct moment *m = arg;

	return index_uses(&m->uses, e, m->name);
}

static const struct symbol *
copy_symbol(struct pool *p, const struct symbol *d)
{
	struct symbol *y = pool_take(p, sizeof *y);

	*y = *d;
	y->name = pool_string(p, d->name);
	y->kind = pool_string(p, d->kind);
	y->scope = pool_string(p, d->scope);
	/* we know no more about callers */
	y->doc_start = y->body_start = RECORD_NONE;
	y->labels = NULL;
	return y;
}

/* Is the definition among those of its file, which are the last? */
static int
had(const struct xrefs *out, const struct index_use *u)
{
	size_t i = out->n;

	while (i-- > 0 && out->list[i].path == u->path)
		if (out->list[i].d == u->in)
			return 1;
	return 0;
}

static int
find_uses(struct xrefs *out, struct store *s, int calls, const char *name,
    const char *below)
{
	struct moment m = { .name = name, .uses.pool = out->pool };
	int status = store_moment(s, ask, &m);
	const char *own;
	size_t i;

	out->pool = m.uses.pool;	/* what the list points to stays */
	own = pool_string(&out->pool, name);
	for (i = 0; status == 1 && i < m.uses.n; i++) {
		const struct index_use *u = &m.uses.list[i];

		if ((calls && (u->kind != REF_CALL || had(out, u))) ||
		    (below != NULL && !path_below(u->path, below)))
			continue;
		*add(out) = (struct xref){ u->path, own, u->kind,
		    u->byte_start, u->line, u->in };
	}
	free(m.uses.list);
	return status;
}

/* --- callees ------------------------------------------------------------------------ */

/* Definitions, collected before anything else is read. */
struct xref_defs {
	struct pool *pool;
	const char *below;
	struct def {
		const char *path;
		const struct symbol *d;
		uint64_t chunk_start;
	} *list;
	size_t n, cap;
};

static int
add_definition(void *arg, const struct store_symbol *d)
{
	struct xref_defs *l = arg;

	if (l->below != NULL && !path_below(d->path, l->below))
		return 0;
	l->list = xgrow(l->list, &l->cap, l->n + 1, sizeof *l->list);
	l->list[l->n++] = (struct def){ pool_string(l->pool, d->path),
	    copy_symbol(l->pool, &d->symbol), d->chunk_start };
	return 0;
}

struct body {
	struct xrefs *out;
	const struct def *def;
	struct reader reader;
	int any;			/* refs were there */
};

static uint64_t
line_at(const struct record *r, uint64_t byte)
{
	const char *p = r->content, *end = p + (byte - r->byte_start);
	uint64_t line = r->start_line;

	for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		line++;
	return line;
}

/* Take the calls in a chunk of the definition, the first of each name. */
static int
take_calls(void *arg, const char *line, size_t len)
{
	struct body *b = arg;
	const struct symbol *d = b->def->d;
	struct record r;
	struct refs in = { 0 };
	size_t i;

	if (record_read(&b->reader, &r, line, len) == -1) {
		warnx("%s: a chunk of it: %s", b->def->path, b->reader.error);
		return 2;
	}
	b->any |= r.refs != NULL;
	in.p = r.refs;
	while (refs_next(&in) == 1) {
		if (in.ref.kind != REF_CALL || in.ref.byte_start <
		    d->byte_start || in.ref.byte_start >= d->byte_end)
			continue;
		for (i = 0; i < b->out->n; i++)
			if (strncmp(b->out->list[i].name, in.ref.name,
			    in.ref.len) == 0 &&
			    b->out->list[i].name[in.ref.len] == '\0')
				break;
		if (i == b->out->n)
			*add(b->out) = (struct xref){ b->def->path,
			    pool_copy(&b->out->pool, in.ref.name, in.ref.len),
			    REF_CALL, in.ref.byte_start,
			    line_at(&r, in.ref.byte_start), NULL };
	}
	return 0;
}

static int
by_place(const void *a, const void *b)
{
	const struct xref *x = a, *y = b;
	int diff = strcmp(x->path, y->path);

	return diff != 0 ? diff : (x->byte_start > y->byte_start) -
	    (x->byte_start < y->byte_start);
}

/* Replace each name by its definitions, if there are any. */
static int
define(struct xrefs *out, struct store *s)
{
	struct xref_defs defs = { .pool = &out->pool };
	struct xref *calls = out->list;
	size_t i, k, n = out->n;
	int status = 0;

	out->list = NULL;
	out->n = out->cap = 0;
	for (i = 0; status == 0 && i < n; i++) {
		defs.n = 0;
		status = store_symbols(s, calls[i].name, 0, add_definition,
		    &defs);
		for (k = 0; k < defs.n; k++) {
			struct xref *x = add(out);

			*x = calls[i];
			x->path = defs.list[k].path;
			x->d = defs.list[k].d;
			x->byte_start = x->d->byte_start;
			x->line = x->d->start_line;
		}
		if (defs.n == 0)
			*add(out) = calls[i];
	}
	free(calls);
	free(defs.list);
	return status;
}

/* Does the store have any references at all? 1, 0, -1. */
static int
any_refs(struct store *s)
{
	struct moment m = { .name = "" };
	int status = store_moment(s, ask, &m);

	index_uses_free(&m.uses);
	return status;
}

static int
find_callees(struct xrefs *out, struct store *s, const char *name,
    const char *below)
{
	struct xref_defs defs = { .pool = &out->pool, .below = below };
	struct body b = { .out = out };
	size_t i;
	int status = store_symbols(s, name, 0, add_definition, &defs);

	for (i = 0; status == 0 && i < defs.n; i++) {
		b.def = &defs.list[i];
		status = store_chunks_from(s, b.def->path,
		    b.def->chunk_start, b.def->d->byte_end, take_calls, &b);
	}
	if (status == 0 && out->n != 0)
		qsort(out->list, out->n, sizeof *out->list, by_place);
	if (status == 0)
		status = define(out, s);
	if (status == 0)
		status = b.any ? 1 : any_refs(s);
	reader_free(&b.reader);
	free(defs.list);
	return status;
}

/* --------------------------------------------------------------------------------------- */

static int
count_definition(void *arg, const struct store_symbol *d)
{
	(void)d;
	++*(uint64_t *)arg;
	return 0;
}

int
xref_find(struct xrefs *out, struct store *s, enum xref_what what,
    const char *name, const char *below)
{
	int status = store_symbols(s, name, 0, count_definition,
	    &out->definitions);

	if (status != 0)
		return status;
	return what == XREF_CALLEES ? find_callees(out, s, name, below) :
	    find_uses(out, s, what == XREF_CALLERS, name, below);
}

void
xrefs_free(struct xrefs *x)
{
	free(x->list);
	pool_free(&x->pool);
	memset(x, 0, sizeof *x);
}
