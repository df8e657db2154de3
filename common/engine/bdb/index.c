#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/bdb/bdb.h"

/* --- what chunks ask for ------------------------------------------------------ */

static struct posting *
new_posting(struct postings *list, enum table t, size_t key,
    const struct record *chunk)
{
	struct posting *p;

	list->list = xgrow(list->list, &list->cap, list->n + 1,
	    sizeof *list->list);
	p = &list->list[list->n++];
	*p = (struct posting){ t, key, 0, 0, chunk->byte_start,
	    chunk->byte_end };
	return p;
}

void
bdb_add_postings(struct postings *list, struct buf *b,
    const struct record *chunk)
{
	const struct symbol *y;
	struct posting *p;
	size_t i;

	for (y = chunk->symbols; y < chunk->symbols + chunk->nsymbols; y++) {
		p = new_posting(list, SYMBOLS, b->len, chunk);
		key_symbol(b, y->name, y->byte_start, y->byte_end,
		    chunk->path);
		p->key_len = b->len - p->key;
		key_symbol_value(b, y, chunk->byte_start, chunk->byte_end);
		p->value_len = b->len - p->key - p->key_len;
	}
	for (i = 0; i < chunk->nlabels; i++) {
		p = new_posting(list, LABELS, b->len, chunk);
		key_label(b, chunk->labels[i], chunk->path,
		    chunk->byte_start, chunk->byte_end);
		p->key_len = b->len - p->key;
	}
}

/* Order by key; of equal keys the innermost chunk's comes first. */
static int
by_posting(const void *a, const void *b, void *bytes)
{
	const struct posting *x = a, *y = b;
	int diff;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	diff = key_compare((char *)bytes + x->key, x->key_len,
	    (char *)bytes + y->key, y->key_len);
	if (diff != 0)
		return diff;
	if (x->start != y->start)
		return x->start > y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return (x->key > y->key) - (x->key < y->key);
}

static int
same_key(const struct posting *x, const struct posting *y, const char *bytes)
{
	return x->table == y->table && key_compare(bytes + x->key,
	    x->key_len, bytes + y->key, y->key_len) == 0;
}

void
bdb_sort_postings(struct postings *p, char *bytes)
{
	size_t i, n = 0;

	if (p->n != 0)
		qsort_r(p->list, p->n, sizeof *p->list, by_posting, bytes);
	for (i = 0; i < p->n; i++)
		if (n == 0 || !same_key(&p->list[n - 1], &p->list[i], bytes))
			p->list[n++] = p->list[i];
	p->n = n;
}

/* --- what a change does ----------------------------------------------------------- */

static struct op *
new_op(struct pending *p)
{
	p->ops = xgrow(p->ops, &p->cap, p->n + 1, sizeof *p->ops);
	return &p->ops[p->n++];
}

static void
note_put(struct pending *p, const struct posting *x)
{
	*new_op(p) = (struct op){ x->table, 0, x->key, x->key_len,
	    x->key + x->key_len, x->value_len };
}

static void
note_delete(struct pending *p, const struct posting *x)
{
	*new_op(p) = (struct op){ x->table, 1, x->key, x->key_len, 0, 0 };
}

/* The postings of stored chunks. */
static int
stored_postings(struct bdb *e, struct postings *list, const struct row *rows,
    size_t n)
{
	struct pending *p = &e->pending;
	struct record r;
	size_t i;

	for (i = 0; i < n; i++) {
		if (record_read(&p->reader, &r, rows[i].line,
		    rows[i].len) == -1 || r.type != RECORD_CHUNK)
			return bdb_fail(e, bdb_tables[CHUNKS].name, EINVAL);
		bdb_add_postings(list, &p->bytes, &r);
	}
	return 0;
}

/* Do the two have the same value? */
static int
same_value(const struct posting *x, const struct posting *y, const char *bytes)
{
	return key_compare(bytes + x->key + x->key_len, x->value_len,
	    bytes + y->key + y->key_len, y->value_len) == 0;
}

/* Record the ops that turn the old postings into the new ones. */
static void
diff_postings(struct pending *p)
{
	char *bytes = p->bytes.p;
	const struct posting *o, *n, *oend, *nend;

	bdb_sort_postings(&p->old, bytes);
	bdb_sort_postings(&p->new, bytes);
	o = p->old.list;
	n = p->new.list;
	for (oend = o + p->old.n, nend = n + p->new.n; o < oend || n < nend;) {
		int diff = o == oend ? 1 : n == nend ? -1 :
		    same_key(o, n, bytes) ? 0 : by_posting(o, n, bytes);

		if (diff < 0)
			note_delete(p, o++);
		else if (diff > 0)
			note_put(p, n++);
		else {
			if (!same_value(o, n, bytes))
				note_put(p, n);
			o++;
			n++;
		}
	}
}

/* Two sorted lists of spans, to take the next of either. */
struct span_pairs {
	const struct row *row, *last_row;
	const struct row *row2, *last_row2;
	const struct record *const *chunk, *const *last_chunk;
};

static int
next_span(struct span_pairs *sp, uint64_t *start, uint64_t *end)
{
	const struct row **row = sp->row < sp->last_row ? &sp->row : NULL;

	if (sp->row2 < sp->last_row2 && (row == NULL ||
	    sp->row2->start < (*row)->start))
		row = &sp->row2;
	if (sp->chunk < sp->last_chunk && (row == NULL ||
	    (*sp->chunk)->byte_start < (*row)->start)) {
		*start = (*sp->chunk)->byte_start;
		*end = (*sp->chunk)->byte_end;
		sp->chunk++;
		return 1;
	}
	if (row == NULL)
		return 0;
	*start = (*row)->start;
	*end = (*row)->end;
	++*row;
	return 1;
}

static int
overlap(struct span_pairs sp)
{
	uint64_t start, end, last = 0;

	while (next_span(&sp, &start, &end)) {
		if (start < last)
			return 1;
		if (end > last)
			last = end;
	}
	return 0;
}

/*
 * Do chunks of the file overlap, before or after? A definition may then be in
 * several of them, and what happens to its key depends on all.
 */
static int
chunks_overlap(const struct change *c)
{
	const struct row *kept = c->kept, *removed = c->removed;

	return overlap((struct span_pairs){ removed, removed + c->nremoved, kept,
	    kept + c->nkept, NULL, NULL }) ||
	    overlap((struct span_pairs){ NULL, NULL, kept, kept + c->nkept,
	    c->added, c->added + c->nadded });
}

int
bdb_index_change(struct bdb *e, const struct change *c)
{
	struct pending *p = &e->pending;
	size_t i;

	p->old.n = p->new.n = 0;
	for (i = 0; i < c->nadded; i++)
		bdb_add_postings(&p->new, &p->bytes, c->added[i]);
	if (stored_postings(e, &p->old, c->removed, c->nremoved) == -1)
		return -1;
	if ((p->old.n != 0 || p->new.n != 0) && chunks_overlap(c)) {
		if (stored_postings(e, &p->old, c->kept, c->nkept) == -1 ||
		    stored_postings(e, &p->new, c->kept, c->nkept) == -1)
			return -1;
		diff_postings(p);
	} else if (p->old.n != 0)
		diff_postings(p);
	else
		for (i = 0; i < p->new.n; i++)
			note_put(p, &p->new.list[i]);
	return 0;
}

/* --- writing it --------------------------------------------------------------------- */

/* The first bytes after "sym:", which tell most keys apart. */
static uint64_t
beginning(const char *key, size_t len)
{
	unsigned char b[8] = { 0 };
	uint64_t n;

	key += 4;
	len -= 4;
	memcpy(b, key, len < sizeof b ? len : sizeof b);
	memcpy(&n, b, sizeof n);
	return htobe64(n);
}

static int
by_op(const void *a, const void *b)
{
	const struct sorted_op *x = a, *y = b;
	int diff;

	if (x->beginning != y->beginning)
		return x->beginning < y->beginning ? -1 : 1;
	diff = key_compare(x->key, x->op->key_len, y->key, y->op->key_len);
	return diff != 0 ? diff : (x->op > y->op) - (x->op < y->op);
}

/*
 * The ops for one table, in the order of keys. Of equal keys, which a chunk may
 * produce, the first counts.
 */
static size_t
sort_ops(const struct pending *p, enum table t, struct sorted_op **list)
{
	const struct op *op;
	size_t n = 0, i, unique;

	*list = xreallocarray(NULL, p->n + 1, sizeof **list);
	for (op = p->ops; op < p->ops + p->n; op++)
		if (op->table == t)
			(*list)[n++] = (struct sorted_op){ p->bytes.p + op->key,
			    beginning(p->bytes.p + op->key, op->key_len), op };
	if (n == 0)
		return 0;
	qsort(*list, n, sizeof **list, by_op);
	for (i = 1, unique = 1; i < n; i++)
		if (key_compare((*list)[i].key, (*list)[i].op->key_len,
		    (*list)[unique - 1].key,
		    (*list)[unique - 1].op->key_len) != 0)
			(*list)[unique++] = (*list)[i];
	return unique;
}

/* Delete or put these keys of an index, as each op says. */
static int
apply_bulk(struct bdb *e, enum table t, const struct sorted_op *list, size_t n,
    int delete)
{
	const char *bytes = e->pending.bytes.p;
	struct bulk b;
	size_t i;
	int status = 0;

	bdb_bulk_open(&b, e, bdb_tables[t].name, e->db[t], delete);
	for (i = 0; status == 0 && i < n; i++)
		if (list[i].op->delete == delete)
			status = bdb_bulk_add(&b, list[i].key,
			    list[i].op->key_len, bytes + list[i].op->value,
			    list[i].op->value_len);
	return bdb_bulk_close(&b) == -1 ? -1 : status;
}

/*
 * Definitions go into a segment if segments exist already or more slices will
 * follow.
 */
static int
write_table(struct bdb *e, enum table t)
{
	struct sorted_op *list;
	size_t n = sort_ops(&e->pending, t, &list);
	int status;

	if (t == SYMBOLS && n != 0 && (e->segments.n != 0 || e->more))
		status = bdb_put_segment(e, e->pending.bytes.p, list, n);
	else
		status = apply_bulk(e, t, list, n, 1) == -1 ||
		    apply_bulk(e, t, list, n, 0) == -1 ? -1 : 0;
	free(list);
	return status;
}

#define PENDING_MAX	((size_t)16 << 20)	/* kept for the next slice */

int
bdb_index_write(struct bdb *e)
{
	struct pending *p = &e->pending;
	int status = write_table(e, LABELS) == -1 ||
	    write_table(e, SYMBOLS) == -1 ? -1 : 0;

	p->n = p->bytes.len = 0;
	if (p->bytes.cap > PENDING_MAX)
		bdb_pending_free(p);
	return status;
}

void
bdb_pending_free(struct pending *p)
{
	buf_free(&p->bytes);
	free(p->ops);
	free(p->old.list);
	free(p->new.list);
	reader_free(&p->reader);
	memset(p, 0, sizeof *p);
}
