#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/bdb/bdb.h"

struct symbols {
	struct merge merge;
	const struct source *at;	/* the current row, lent by the merge */
};

int
bdb_symbols_open(struct bdb_cursor *c, const struct query *q,
    const struct buf *place)
{
	struct symbols *y = c->symbols = xcalloc(1, sizeof *y);

	y->merge.fd = -1;
	if (q->prefix)
		key_symbol_prefix_range(&c->from, &c->to, q->name);
	else
		key_symbol_range(&c->from, &c->to, q->name);
	if (place != NULL) {
		c->from.len = 0;
		buf_add(&c->from, place->p, place->len);
	}
	return bdb_merge_open(&y->merge, c->e, &c->from, &c->to, 0);
}

int
bdb_symbols_next(struct bdb_cursor *c, struct row *row)
{
	const struct source *src;
	int status;

	do
		if ((status = bdb_merge_next(&c->symbols->merge, &src)) != 1)
			return status;
	while (src->deleted);
	c->symbols->at = src;
	c->value.len = 0;
	buf_add(&c->value, src->data, src->data_len);
	buf_putc(&c->value, '\0');
	if (key_parse(&c->key, src->entry, src->entry_len) == -1 ||
	    c->key.kind != KEY_SYMBOL || key_symbol_parse(&row->symbol,
	    &row->start, &row->end, &c->key, c->value.p,
	    src->data_len) == -1)
		return bdb_fail(c->e, bdb_tables[SYMBOLS].name, EINVAL);
	row->path = c->key.path;
	return 1;
}

void
bdb_symbols_place(const struct bdb_cursor *c, struct buf *place)
{
	buf_add(place, c->symbols->at->entry, c->symbols->at->entry_len);
}

void
bdb_symbols_close(struct bdb_cursor *c)
{
	struct symbols *y = c->symbols;

	bdb_merge_close(&y->merge);
	free(y);
}
