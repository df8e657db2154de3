#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/inside.h"

/* --- definitions ----------------------------------------------------------- */

/* Some definitions, all of a name together; offsets into text. */
struct name_batch {
	struct buf text;
	struct definition {
		size_t name, path, kind, scope, labels;	/* 0: none */
		size_t rank;			/* of the name, as found */
		struct symbol symbol;		/* except its strings */
		uint64_t start, end;		/* of the chunk */
	} *list;
	size_t n, cap, ranks;
};

static int
is_name(const struct name_batch *f, const char *name)
{
	return f->n != 0 &&
	    strcmp(f->text.p + f->list[f->n - 1].name, name) == 0;
}

static void
add_found(struct name_batch *f, const struct row *row)
{
	const struct symbol *y = &row->symbol;
	struct definition *d;
	int same = is_name(f, y->name);

	f->list = xgrow(f->list, &f->cap, f->n + 1, sizeof *f->list);
	d = &f->list[f->n++];
	d->symbol = *y;
	d->start = row->start;
	d->end = row->end;
	d->name = same ? d[-1].name : buf_text(&f->text, y->name);
	d->rank = same ? f->ranks : ++f->ranks;
	d->path = buf_text(&f->text, row->path);
	d->kind = buf_text(&f->text, y->kind);
	d->scope = y->scope != NULL ? buf_text(&f->text, y->scope) : 0;
	d->labels = y->labels != NULL ? buf_text(&f->text, y->labels) : 0;
}

static int
by_place(const void *a, const void *b, void *text)
{
	const struct definition *x = a, *y = b;
	int diff;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	diff = strcmp((char *)text + x->path, (char *)text + y->path);
	if (diff != 0)
		return diff;
	if (x->symbol.byte_start != y->symbol.byte_start)
		return x->symbol.byte_start < y->symbol.byte_start ? -1 : 1;
	return (x->symbol.byte_end > y->symbol.byte_end) -
	    (x->symbol.byte_end < y->symbol.byte_end);
}

/* Take some from the place on, and move it: 1 there may be more, 0, -1. */
static int
find(struct store *s, struct name_batch *f, const struct query *q,
    struct buf *place)
{
	struct cursor *c = ENGINE(s, seek, q, place->len != 0 ? place : NULL);
	struct row row;
	int status;

	f->n = f->ranks = f->text.len = 0;
	buf_putc(&f->text, '\0');
	if (c == NULL)
		return -1;
	while ((status = c->type->next(c, &row)) == 1) {
		if (f->text.len >= READ_BYTES && !is_name(f, row.symbol.name)) {
			place->len = 0;
			c->type->place(c, place);
			break;
		}
		add_found(f, &row);
	}
	if (c->type->end(c) == -1)
		status = -1;
	if (f->n != 0)
		qsort_r(f->list, f->n, sizeof *f->list, by_place, f->text.p);
	return status;
}

int
store_symbols(struct store *s, const char *name, int prefix,
    store_symbol_fn *fn, void *arg)
{
	const struct query q = { .what = ROWS_SYMBOLS, .name = name,
	    .prefix = prefix };
	struct name_batch f = { 0 };
	struct buf place = { 0 };
	size_t i;
	int status, more = 0;

	do {
		if ((status = store_enter(s)) == -1)
			break;
		more = find(s, &f, &q, &place);
		more = ENGINE(s, leave, more);
		status = more == -1 ? -1 : 0;
		for (i = 0; status == 0 && i < f.n; i++) {
			const struct definition *d = &f.list[i];
			struct store_symbol y = { f.text.p + d->path,
			    d->symbol, d->start, d->end };

			y.symbol.name = f.text.p + d->name;
			y.symbol.kind = f.text.p + d->kind;
			y.symbol.scope = d->scope != 0 ?
			    f.text.p + d->scope : NULL;
			y.symbol.labels = d->labels != 0 ?
			    f.text.p + d->labels : NULL;
			status = fn(arg, &y);
		}
	} while (status == 0 && more == 1);
	free(f.list);
	buf_free(&f.text);
	buf_free(&place);
	return status;
}

/* --- names ----------------------------------------------------------------- */

/* Take some names, other than the last one, from the place on: like find. */
static int
take_names(struct store *s, const struct query *q, struct buf *place,
    struct buf *last, struct buf *names)
{
	struct cursor *c = ENGINE(s, seek, q, place->len != 0 ? place : NULL);
	struct row row;
	size_t n;
	int status;

	if (c == NULL)
		return -1;
	for (n = 0; (status = c->type->next(c, &row)) == 1; n++) {
		if (n == READ_LOOKS) {
			place->len = 0;
			c->type->place(c, place);
			break;
		}
		if (last->len != 0 && strcmp(last->p, row.symbol.name) == 0)
			continue;
		last->len = 0;
		buf_text(last, row.symbol.name);
		buf_text(names, row.symbol.name);
	}
	return c->type->end(c) == -1 ? -1 : status;
}

int
store_names(struct store *s, const char *prefix, store_name_fn *fn, void *arg)
{
	const struct query q = { .what = ROWS_SYMBOLS, .name = prefix,
	    .prefix = 1 };
	struct buf place = { 0 }, last = { 0 }, names = { 0 };
	size_t i;
	int status, more = 0;

	do {
		names.len = 0;
		if ((status = store_enter(s)) == -1)
			break;
		more = take_names(s, &q, &place, &last, &names);
		more = ENGINE(s, leave, more);
		status = more == -1 ? -1 : 0;
		for (i = 0; status == 0 && i < names.len;
		    i += strlen(names.p + i) + 1)
			status = fn(arg, names.p + i);
	} while (status == 0 && more == 1);
	buf_free(&place);
	buf_free(&last);
	buf_free(&names);
	return status;
}

/* --- labels ---------------------------------------------------------------- */

/* Each element is, or begins with, the offset of its text. */
static int
by_text(const void *a, const void *b, void *text)
{
	return strcmp((char *)text + *(const size_t *)a,
	    (char *)text + *(const size_t *)b);
}

/* Process a row; must not fail. */
typedef void look_fn(void *arg, const struct row *row);

/*
 * Process all rows of an index, some between each enter and its leave: 0, -1.
 */
static int
look_through(struct store *s, const struct query *q, look_fn *look, void *arg)
{
	struct buf place = { 0 };
	struct cursor *c;
	struct row row;
	size_t n;
	int status;

	do {
		if ((status = store_enter(s)) == -1)
			break;
		c = ENGINE(s, seek, q, place.len != 0 ? &place : NULL);
		if (c == NULL)
			status = -1;
		for (n = 0; c != NULL &&
		    (status = c->type->next(c, &row)) == 1; n++) {
			if (n == READ_LOOKS) {
				place.len = 0;
				c->type->place(c, &place);
				break;
			}
			look(arg, &row);
		}
		if (c != NULL && c->type->end(c) == -1)
			status = -1;
		status = ENGINE(s, leave, status);
	} while (status == 1);
	buf_free(&place);
	return status;
}

/* Paths, each ending in a NUL. */
struct path_list {
	struct buf text;
	size_t *list;
	size_t n, cap;
};

static void
add_path(void *arg, const struct row *row)
{
	struct path_list *p = arg;

	if (p->n != 0 && strcmp(row->path,
	    p->text.p + p->list[p->n - 1]) == 0)
		return;
	p->list = xgrow(p->list, &p->cap, p->n + 1, sizeof *p->list);
	p->list[p->n++] = buf_text(&p->text, row->path);
}

static void
add_span(void *arg, const struct row *row)
{
	struct spans *sp = arg;

	sp->list = xgrow(sp->list, &sp->cap, sp->n + 1, sizeof *sp->list);
	sp->list[sp->n++] = (struct span){ row->start, row->end, 0, 0 };
}

/* Read the chunks of a file that have all labels: 0, -1. */
static int
labelled_chunks(struct store *s, const struct query *q, struct spans *sp)
{
	struct cursor *c;
	struct row row;
	size_t i;
	int status;

	if (store_enter(s) == -1)
		return -1;
	if ((c = ENGINE(s, seek, q, NULL)) == NULL)
		return ENGINE(s, leave, -1);
	while ((status = c->type->next(c, &row)) == 1)
		add_span(sp, &row);
	if (c->type->end(c) == -1)
		status = -1;
	if (sp->n != 0)
		qsort(sp->list, sp->n, sizeof *sp->list, span_order);
	for (i = 0; status == 0 && i < sp->n; i++)
		status = span_read(s, q->path, sp, &sp->list[i]);
	return ENGINE(s, leave, status);
}

int
store_labelled(struct store *s, const char *const *labels, size_t n,
    store_chunk_fn *fn, void *arg)
{
	struct query q = { .what = ROWS_LABELLED, .labels = labels,
	    .nlabels = n };
	struct path_list p = { 0 };
	size_t i, k;
	int status = look_through(s, &q, add_path, &p);

	if (p.n != 0)
		qsort_r(p.list, p.n, sizeof *p.list, by_text, p.text.p);
	for (i = 0; status == 0 && i < p.n; i++) {
		struct spans sp = { 0 };

		q.path = p.text.p + p.list[i];
		if (i != 0 && strcmp(q.path, p.text.p + p.list[i - 1]) == 0)
			continue;
		status = labelled_chunks(s, &q, &sp);
		for (k = 0; status == 0 && k < sp.n; k++)
			status = fn(arg, sp.text.p + sp.list[k].line,
			    sp.list[k].len);
		spans_free(&sp);
	}
	buf_free(&p.text);
	free(p.list);
	return status;
}

/* Labels, and how many chunks have them. */
struct labels {
	struct buf text;
	struct count {
		size_t label;
		uint64_t chunks;
	} *list;
	size_t n, cap;
};

static void
add_label(void *arg, const struct row *row)
{
	struct labels *l = arg;

	if (l->n == 0 || strcmp(row->label,
	    l->text.p + l->list[l->n - 1].label) != 0) {
		l->list = xgrow(l->list, &l->cap, l->n + 1, sizeof *l->list);
		l->list[l->n].label = buf_text(&l->text, row->label);
		l->list[l->n++].chunks = 0;
	}
	l->list[l->n - 1].chunks += row->chunks;
}

typedef int label_fn(void *arg, const char *label, uint64_t chunks);

static int
labels(struct store *s, int uncounted, label_fn *fn, void *arg)
{
	const struct query q = { .what = ROWS_LABELS, .uncounted = uncounted };
	struct labels l = { 0 };
	size_t i;
	int status = look_through(s, &q, add_label, &l);

	if (l.n != 0)
		qsort_r(l.list, l.n, sizeof *l.list, by_text, l.text.p);
	for (i = 0; status == 0 && i < l.n; i++) {
		const struct count *c = &l.list[i];

		if (i + 1 < l.n && strcmp(l.text.p + c[0].label,
		    l.text.p + c[1].label) == 0)
			l.list[i + 1].chunks += c->chunks;
		else
			status = fn(arg, l.text.p + c->label, c->chunks);
	}
	buf_free(&l.text);
	free(l.list);
	return status;
}

int
store_labels(struct store *s, label_fn *fn, void *arg)
{
	return labels(s, 0, fn, arg);
}

struct name_hand {
	store_name_fn *fn;
	void *arg;
};

static int
hand_name(void *arg, const char *label, uint64_t chunks)
{
	const struct name_hand *h = arg;

	(void)chunks;
	return h->fn(h->arg, label);
}

int
store_label_names(struct store *s, store_name_fn *fn, void *arg)
{
	struct name_hand h = { fn, arg };

	return labels(s, 1, hand_name, &h);
}
