#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bdb/bdb.h"

/* --- labels ---------------------------------------------------------------- */

/* The chunks of one label in turn, as the text behind it in the key. */
struct labelled {
	DBC *cursor;
	struct buf prefix, from, to;	/* "label:{label}:"; the range */
	DBT key, value;
	const char *rest;		/* lent until the next step */
	size_t rest_len;
};

/* Go to the first chunk at or behind key: 1, 0 at the end, -1. */
static int
label_seek(struct store *s, struct labelled *l, u_int32_t step)
{
	int ret = l->cursor->get(l->cursor, &l->key, &l->value, step);

	if (ret != 0 && ret != DB_NOTFOUND)
		return bdb_fail(s, bdb_tables[LABELS].name, ret);
	if (ret == DB_NOTFOUND || key_compare(l->key.data, l->key.size,
	    l->to.p, l->to.len) >= 0)
		return 0;
	if (l->key.size < l->prefix.len)
		return bdb_fail(s, bdb_tables[LABELS].name, EINVAL);
	l->rest = (char *)l->key.data + l->prefix.len;
	l->rest_len = l->key.size - l->prefix.len;
	return 1;
}

/* Go to the first one at or behind this text: 1, 0, -1. */
static int
label_seek_rest(struct store *s, struct labelled *l, const char *rest,
    size_t len)
{
	/* Often it is the next one; looking it up costs much more. */
	int status = label_seek(s, l, DB_NEXT);

	if (status != 1 || key_compare(l->rest, l->rest_len, rest, len) >= 0)
		return status;
	l->from.len = l->prefix.len;
	buf_add(&l->from, rest, len);
	bdb_set_dbt(&l->key, l->from.p, l->from.len);
	return label_seek(s, l, DB_SET_RANGE);
}

/*
 * What n labels have in common: the first of them at or behind where the
 * first label is. 1, 0 there is none, -1.
 */
static int
label_common(struct store *s, struct labelled *l, size_t n)
{
	size_t i = 1, agree = 1;
	const struct labelled *top = &l[0];
	int status;

	while (agree < n) {
		struct labelled *next = &l[i];

		i = (i + 1) % n;
		if (key_compare(next->rest, next->rest_len, top->rest,
		    top->rest_len) < 0 && (status = label_seek_rest(s, next,
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

static int
labels_close(struct store *s, struct labelled *l, size_t n)
{
	size_t i;
	int ret, status = 0;

	for (i = 0; i < n; i++) {
		if (l[i].cursor != NULL &&
		    (ret = l[i].cursor->close(l[i].cursor)) != 0)
			status = bdb_fail(s, bdb_tables[LABELS].name, ret);
		buf_free(&l[i].prefix);
		buf_free(&l[i].from);
		buf_free(&l[i].to);
	}
	free(l);
	return status;
}

/*
 * The labels' chunks, of one file or, where path is NULL, of all, from those
 * behind the text from on. *all is to be closed with labels_close, in any
 * case. 1 all have one, 0, -1.
 */
static int
labels_open(struct store *s, const char *const *labels, size_t n,
    const char *path, const struct buf *from, struct labelled **all)
{
	size_t i;
	int ret, status;

	*all = xcalloc(n, sizeof **all);
	if (bdb_open_table(s, LABELS) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		struct labelled *l = &(*all)[i];

		key_label_range(&l->prefix, &l->to, labels[i]);
		if (path != NULL)
			key_label_file_range(&l->from, &l->to, labels[i], path);
		else
			buf_add(&l->from, l->prefix.p, l->prefix.len);
		if (from != NULL)
			buf_add(&l->from, from->p, from->len);
		bdb_set_dbt(&l->key, l->from.p, l->from.len);
		l->value.flags = DB_DBT_PARTIAL;
		if ((ret = s->db[LABELS]->cursor(s->db[LABELS], NULL,
		    &l->cursor, 0)) != 0)
			return bdb_fail(s, bdb_tables[LABELS].name, ret);
		if ((status = label_seek(s, l, DB_SET_RANGE)) != 1)
			return status;
	}
	return 1;
}

/* Paths, each ending in a NUL. */
struct paths {
	struct buf text, from;
	size_t *list;
	size_t n, cap;
};

/* Learn of some more files that have such chunks: 1 there may be more, 0, -1. */
static int
labelled_files(struct store *s, const char *const *labels, size_t n,
    struct paths *p)
{
	struct labelled *l;
	struct key key = { 0 };
	size_t looks = 0;
	int status;

	status = labels_open(s, labels, n, NULL, &p->from, &l);
	while (status == 1 && (status = label_common(s, l, n)) == 1) {
		if (key_parse(&key, l[0].key.data, l[0].key.size) == -1) {
			status = bdb_fail(s, bdb_tables[LABELS].name, EINVAL);
			break;
		}
		if (p->n == 0 || strcmp(key.path,
		    p->text.p + p->list[p->n - 1]) != 0) {
			p->list = xgrow(p->list, &p->cap, p->n + 1,
			    sizeof *p->list);
			p->list[p->n++] = buf_text(&p->text, key.path);
		}
		if (++looks == READ_LOOKS) {
			p->from.len = 0;
			buf_add(&p->from, l[0].rest, l[0].rest_len);
			break;
		}
		status = label_seek(s, &l[0], DB_NEXT);
	}
	if (labels_close(s, l, n) == -1)
		status = -1;
	key_free(&key);
	return status;
}

/* The chunks of a file that have all labels. */
struct pick {
	const char *const *labels;
	size_t n;
};

static int
pick_labelled(struct store *s, const char *path, struct spans *sp,
    const struct pick *p)
{
	struct labelled *l;
	struct key key = { 0 };
	size_t i;
	int status;

	status = labels_open(s, p->labels, p->n, path, NULL, &l);
	while (status == 1 && (status = label_common(s, l, p->n)) == 1) {
		if (key_parse(&key, l[0].key.data, l[0].key.size) == -1) {
			status = bdb_fail(s, bdb_tables[LABELS].name, EINVAL);
			break;
		}
		sp->list = xgrow(sp->list, &sp->cap, sp->n + 1,
		    sizeof *sp->list);
		sp->list[sp->n++] = (struct span){ key.start, key.end, 0, 0 };
		status = label_seek(s, &l[0], DB_NEXT);
	}
	if (labels_close(s, l, p->n) == -1)
		status = -1;
	key_free(&key);
	if (sp->n != 0)
		qsort(sp->list, sp->n, sizeof *sp->list, bdb_by_span);
	for (i = 0; status == 0 && i < sp->n; i++)
		if (bdb_read_value(s, path, sp, &sp->list[i]) == -1)
			status = -1;
	return status;
}

static const char *sorted_text;

/* What is sorted is, or begins with, the offset of its text. */
static int
by_text(const void *a, const void *b)
{
	return strcmp(sorted_text + *(const size_t *)a,
	    sorted_text + *(const size_t *)b);
}

int
store_labelled(struct store *s, const char *const *labels, size_t n,
    store_chunk_fn *fn, void *arg)
{
	struct paths p = { 0 };
	struct pick pick = { labels, n };
	size_t i, k;
	int status;

	do {
		if ((status = bdb_enter(s)) == -1)
			break;
		status = labelled_files(s, labels, n, &p);
		status = bdb_leave(s, status);
	} while (status == 1);
	/* Keys are not quite in the order of paths: "a.c" is behind "a". */
	sorted_text = p.text.p;
	if (p.n != 0)
		qsort(p.list, p.n, sizeof *p.list, by_text);
	for (i = 0; status == 0 && i < p.n; i++) {
		struct spans sp = { 0 };

		if ((status = bdb_enter(s)) == -1)
			break;
		status = pick_labelled(s, p.text.p + p.list[i], &sp, &pick);
		status = bdb_leave(s, status);
		for (k = 0; status == 0 && k < sp.n; k++)
			status = fn(arg, sp.text.p + sp.list[k].value,
			    sp.list[k].len);
		bdb_free_spans(&sp);
	}
	buf_free(&p.text);
	buf_free(&p.from);
	free(p.list);
	return status;
}

int
store_labels(struct store *s, int (*fn)(void *arg, const char *label,
    uint64_t chunks), void *arg)
{
	struct buf from = { 0 }, text = { 0 };
	struct {
		size_t label;
		uint64_t chunks;
	} *list = NULL;
	size_t i, n = 0, cap = 0, looks;
	struct key key = { 0 };
	struct range r;
	int status;

	buf_puts(&from, "label:");
	do {
		if ((status = bdb_enter(s)) == -1)
			break;
		status = bdb_range_open(&r, s, LABELS, &from, NULL, 1);
		for (looks = 0; status != -1 && looks < READ_LOOKS; looks++) {
			if ((status = bdb_range_next(&r)) != 1)
				break;
			if (key_parse(&key, r.key.data, r.key.size) == -1 ||
			    key.kind != KEY_LABEL) {
				status = bdb_fail(s, bdb_tables[LABELS].name, EINVAL);
				break;
			}
			if (n == 0 || strcmp(key.name,
			    text.p + list[n - 1].label) != 0) {
				list = xgrow(list, &cap, n + 1, sizeof *list);
				list[n].label = buf_text(&text, key.name);
				list[n++].chunks = 0;
			}
			list[n - 1].chunks++;
		}
		if (status == 1) {
			from.len = 0;
			buf_add(&from, r.key.data, r.key.size);
			buf_putc(&from, '\0');	/* the least behind it */
		}
		if (bdb_range_close(&r) == -1)
			status = -1;
		status = bdb_leave(s, status);
	} while (status == 1);
	/* Nor are keys in the order of labels: "c2:" is before "c:". */
	sorted_text = text.p;
	if (n != 0)
		qsort(list, n, sizeof *list, by_text);
	for (i = 0; status == 0 && i < n; i++)
		status = fn(arg, text.p + list[i].label, list[i].chunks);
	buf_free(&from);
	buf_free(&text);
	key_free(&key);
	free(list);
	return status;
}
