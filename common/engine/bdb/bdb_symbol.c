#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bdb/bdb.h"

/* --- definitions ----------------------------------------------------------- */

/* Some of them, taken out under the lock; offsets into text. */
struct found {
	struct buf text;
	struct definition {
		size_t name, path, kind, scope;	/* scope 0: none */
		size_t rank;			/* of the name, as found */
		struct symbol symbol;		/* but for its strings */
		uint64_t start, end;		/* of the chunk */
	} *list;
	size_t n, cap, ranks;
};

/* Add a definition: 0, -1. */
static int
add_found(struct found *f, const struct key *k, const char *value, size_t len)
{
	struct definition *d;

	f->list = xgrow(f->list, &f->cap, f->n + 1, sizeof *f->list);
	d = &f->list[f->n];
	if (key_symbol_parse(&d->symbol, &d->start, &d->end, k, value,
	    len) == -1)
		return -1;
	if (f->n == 0 || strcmp(f->text.p + d[-1].name, k->name) != 0) {
		f->ranks++;
		d->name = buf_text(&f->text, k->name);
	} else
		d->name = d[-1].name;
	d->rank = f->ranks;
	d->path = buf_text(&f->text, k->path);
	d->kind = buf_text(&f->text, d->symbol.kind);
	d->scope = d->symbol.scope != NULL ?
	    buf_text(&f->text, d->symbol.scope) : 0;
	f->n++;
	return 0;
}

static const char *found_text;

static int
by_place(const void *a, const void *b)
{
	const struct definition *x = a, *y = b;
	int diff;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	diff = strcmp(found_text + x->path, found_text + y->path);
	if (diff != 0)
		return diff;
	if (x->symbol.byte_start != y->symbol.byte_start)
		return x->symbol.byte_start < y->symbol.byte_start ? -1 : 1;
	return (x->symbol.byte_end > y->symbol.byte_end) -
	    (x->symbol.byte_end < y->symbol.byte_end);
}

/*
 * Take some, all of those of a name together, from *from on, which moves on:
 * 1 there may be more, 0, -1.
 */
static int
find(struct store *s, struct found *f, struct buf *from, const struct buf *to)
{
	struct merge m;
	struct key key = { 0 };
	struct buf value = { 0 };
	const struct source *e;
	int status;

	f->n = f->ranks = f->text.len = 0;
	buf_putc(&f->text, '\0');
	status = bdb_merge_open(&m, s, from, to, 0);
	while (status == 0 && (status = bdb_merge_next(&m, &e)) == 1) {
		status = 0;
		if (e->deleted)
			continue;
		value.len = 0;
		buf_add(&value, e->data, e->data_len);
		buf_putc(&value, '\0');
		if (key_parse(&key, e->entry, e->entry_len) == -1 ||
		    key.kind != KEY_SYMBOL) {
			status = bdb_fail(s, bdb_tables[SYMBOLS].name, EINVAL);
			break;
		}
		if (f->text.len >= READ_BYTES && strcmp(key.name,
		    f->text.p + f->list[f->n - 1].name) != 0) {
			from->len = 0;
			buf_add(from, e->entry, e->entry_len);
			status = 1;
			break;
		}
		if (add_found(f, &key, value.p, e->data_len) == -1)
			status = bdb_fail(s, bdb_tables[SYMBOLS].name, EINVAL);
	}
	bdb_merge_close(&m);
	key_free(&key);
	buf_free(&value);
	found_text = f->text.p;
	if (f->n != 0)
		qsort(f->list, f->n, sizeof *f->list, by_place);
	return status;
}

int
store_symbols(struct store *s, const char *name, int prefix,
    store_symbol_fn *fn, void *arg)
{
	struct found f = { 0 };
	struct buf from = { 0 }, to = { 0 };
	size_t i;
	int status, more = 0;

	if (prefix)
		key_symbol_prefix_range(&from, &to, name);
	else
		key_symbol_range(&from, &to, name);
	do {
		if ((status = bdb_enter(s)) == -1)
			break;
		more = find(s, &f, &from, &to);
		more = bdb_leave(s, more);
		status = more == -1 ? -1 : 0;
		for (i = 0; status == 0 && i < f.n; i++) {
			const struct definition *d = &f.list[i];
			struct store_symbol y = { f.text.p + d->path,
			    d->symbol, d->start, d->end };

			y.symbol.name = f.text.p + d->name;
			y.symbol.kind = f.text.p + d->kind;
			y.symbol.scope = d->scope != 0 ?
			    f.text.p + d->scope : NULL;
			status = fn(arg, &y);
		}
	} while (status == 0 && more == 1);
	free(f.list);
	buf_free(&f.text);
	buf_free(&from);
	buf_free(&to);
	return status;
}

