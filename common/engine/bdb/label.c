#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bdb/bdb.h"

/* The chunks of one label in turn, as the text that follows it in the key. */
struct labelled {
	DBC *cursor;
	struct buf prefix, from, to;	/* "label:{label}:"; the range */
	DBT key, value;
	const char *rest;		/* lent until the next step */
	size_t rest_len;
};

/* Go to the first chunk at or after the key: 1, 0 at the end, -1. */
static int
label_seek(struct bdb *e, struct labelled *l, u_int32_t step)
{
	int ret = l->cursor->get(l->cursor, &l->key, &l->value, step);

	if (ret != 0 && ret != DB_NOTFOUND)
		return bdb_fail(e, bdb_tables[LABELS].name, ret);
	if (ret == DB_NOTFOUND || key_compare(l->key.data, l->key.size,
	    l->to.p, l->to.len) >= 0)
		return 0;
	if (l->key.size < l->prefix.len)
		return bdb_fail(e, bdb_tables[LABELS].name, EINVAL);
	l->rest = (char *)l->key.data + l->prefix.len;
	l->rest_len = l->key.size - l->prefix.len;
	return 1;
}

/* Go to the first one at or after this text: 1, 0, -1. */
static int
label_seek_rest(struct bdb *e, struct labelled *l, const char *rest,
    size_t len)
{
	/* It is often the next one; looking it up costs much more. */
	int status = label_seek(e, l, DB_NEXT);

	if (status != 1 || key_compare(l->rest, l->rest_len, rest, len) >= 0)
		return status;
	l->from.len = l->prefix.len;
	buf_add(&l->from, rest, len);
	bdb_set_dbt(&l->key, l->from.p, l->from.len);
	return label_seek(e, l, DB_SET_RANGE);
}

/*
 * Find the first chunk that n labels share, at or after where the first label
 * is. 1, 0 there is none, -1.
 */
static int
label_common(struct bdb *e, struct labelled *l, size_t n)
{
	size_t i = 1, agree = 1;
	const struct labelled *top = &l[0];
	int status;

	while (agree < n) {
		struct labelled *next = &l[i];

		i = (i + 1) % n;
		if (key_compare(next->rest, next->rest_len, top->rest,
		    top->rest_len) < 0 && (status = label_seek_rest(e, next,
		    top->rest, top->rest_len)) != 1)
			return status;
		if (key_compare(next->rest, next->rest_len, top->rest,
		    top->rest_len) == 0) {
			agree++;
			continue;
		}
		top = next;
		agree = 1;
	}
	return 1;
}

int
bdb_labelled_close(struct bdb_cursor *c)
{
	size_t i;
	int ret, status = 0;

	for (i = 0; i < c->nlabels; i++) {
		struct labelled *l = &c->labels[i];

		if (l->cursor != NULL &&
		    (ret = l->cursor->close(l->cursor)) != 0)
			status = bdb_fail(c->e, bdb_tables[LABELS].name, ret);
		buf_free(&l->prefix);
		buf_free(&l->from);
		buf_free(&l->to);
	}
	free(c->labels);
	return status;
}

int
bdb_labelled_open(struct bdb_cursor *c, const struct query *q,
    const struct buf *place)
{
	struct bdb *e = c->e;
	size_t i;
	int ret, status;

	c->labels = xcalloc(q->nlabels, sizeof *c->labels);
	c->nlabels = q->nlabels;
	if (bdb_open_table(e, LABELS) == -1)
		return -1;
	for (i = 0; i < c->nlabels; i++) {
		struct labelled *l = &c->labels[i];

		key_label_range(&l->prefix, &l->to, q->labels[i]);
		if (q->path != NULL)
			key_label_file_range(&l->from, &l->to, q->labels[i],
			    q->path);
		if (q->path == NULL || place != NULL) {
			l->from.len = 0;
			buf_add(&l->from, l->prefix.p, l->prefix.len);
		}
		if (place != NULL)
			buf_add(&l->from, place->p, place->len);
		bdb_set_dbt(&l->key, l->from.p, l->from.len);
		l->value.flags = DB_DBT_PARTIAL;
		if ((ret = e->db[LABELS]->cursor(e->db[LABELS], NULL,
		    &l->cursor, 0)) != 0)
			return bdb_fail(e, bdb_tables[LABELS].name, ret);
		status = label_seek(e, l, DB_SET_RANGE);
		if (status != 1) {
			c->none = 1;
			return status;
		}
	}
	return 0;
}

int
bdb_labelled_next(struct bdb_cursor *c, struct row *row)
{
	struct labelled *first = &c->labels[0];
	int status = !c->none;

	if (status == 1 && c->stepped)
		status = label_seek(c->e, first, DB_NEXT);
	if (status == 1)
		status = label_common(c->e, c->labels, c->nlabels);
	if (status != 1)
		return status;
	c->stepped = 1;
	if (key_parse(&c->key, first->key.data, first->key.size) == -1)
		return bdb_fail(c->e, bdb_tables[LABELS].name, EINVAL);
	row->path = c->key.path;
	row->start = c->key.start;
	row->end = c->key.end;
	return 1;
}

/* The text after the label is the same for all of them. */
void
bdb_labelled_place(const struct bdb_cursor *c, struct buf *place)
{
	buf_add(place, c->labels[0].rest, c->labels[0].rest_len);
}
