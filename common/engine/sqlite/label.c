#include <stdlib.h>
#include <string.h>

#include "engine/sqlite/cursor.h"

/* --- chunks by their labels: a heap of sets, by file ----------------------- */

static int
before(const struct next *a, const struct next *b)
{
	return a->file != b->file ? a->file < b->file : a->set < b->set;
}

static void
push(struct sq_cursor *c, struct next n)
{
	size_t i, up;

	c->heap = xgrow(c->heap, &c->heap_cap, c->nheap + 1, sizeof *c->heap);
	for (i = c->nheap++; i > 0 && before(&n, &c->heap[(i - 1) / 2]);
	    i = up) {
		up = (i - 1) / 2;
		c->heap[i] = c->heap[up];
	}
	c->heap[i] = n;
}

static struct next
pop(struct sq_cursor *c)
{
	struct next first = c->heap[0], last = c->heap[--c->nheap];
	size_t i = 0, k;

	while ((k = 2 * i + 1) < c->nheap) {
		if (k + 1 < c->nheap && before(&c->heap[k + 1], &c->heap[k]))
			k++;
		if (!before(&c->heap[k], &last))
			break;
		c->heap[i] = c->heap[k];
		i = k;
	}
	c->heap[i] = last;
	return first;
}

/* Push the first file from this one on with chunks that have the set: 0, -1. */
static int
push_from(struct sq_cursor *c, int64_t set, int64_t file)
{
	sqlite3_stmt *s;

	if ((s = sq_stmt(c->e, SQ_SET_FILE)) == NULL)
		return -1;
	sqlite3_bind_int64(s, 1, set);
	sqlite3_bind_int64(s, 2, file);
	if (sq_step(c->e, s) != 1)
		return -1;
	if (sqlite3_column_type(s, 0) != SQLITE_NULL)
		push(c, (struct next){ sqlite3_column_int64(s, 0), set });
	sqlite3_reset(s);
	return 0;
}

/* Does the set have all other labels of the query? 1, 0, -1. */
static int
set_has(struct sq *e, int64_t set, const struct query *q)
{
	sqlite3_stmt *s;
	size_t i;
	int status = 1;

	if ((s = sq_stmt(e, SQ_SET_HAS)) == NULL)
		return -1;
	for (i = 1; status == 1 && i < q->nlabels; i++) {
		sqlite3_bind_text(s, 1, q->labels[i], -1, SQLITE_STATIC);
		sqlite3_bind_int64(s, 2, set);
		status = sq_step(e, s);
		sqlite3_reset(s);
	}
	return status;
}

/* Go through the chunks of c->top from this span on. */
static int
start_set(struct sq_cursor *c, uint64_t start, uint64_t end)
{
	sqlite3_stmt *s;

	if ((s = sq_stmt(c->e, SQ_PATH)) == NULL)
		return -1;
	sqlite3_bind_int64(s, 1, c->top.file);
	switch (sq_step(c->e, s)) {
	case -1:
		return -1;
	case 0:
		return sq_damaged(c->e, "a file", "the record");
	}
	c->here.len = 0;
	buf_text(&c->here, (const char *)sqlite3_column_text(s, 0));
	sqlite3_reset(s);
	sq_bind_spans(c->stmt, c->top.file, start, end, RECORD_NONE);
	sqlite3_bind_int64(c->stmt, 5, c->top.set);
	c->going = 1;
	return 0;
}

int
sq_seek_labelled(struct sq_cursor *c, const struct query *q,
    const struct sq_place *at)
{
	sqlite3_stmt *s;
	int64_t file = 0, from, set;
	int status;

	c->nheap = 0;
	c->going = 0;
	if (q->path != NULL && (status = sq_file_id(c->e, q->path, &file)) != 1) {
		c->ended = 1;
		return status;
	}
	if ((s = sq_stmt(c->e, SQ_SETS_OF)) == NULL)
		return -1;
	sqlite3_bind_text(s, 1, q->labels[0], -1, SQLITE_STATIC);
	while ((status = sq_step(c->e, s)) == 1) {
		set = sqlite3_column_int64(s, 0);
		from = at == NULL ? file : at->file + (set < at->set);
		if ((status = set_has(c->e, set, q)) == -1 ||
		    (status == 1 && push_from(c, set, from) == -1)) {
			sqlite3_reset(s);
			return -1;
		}
	}
	if (status == -1 || c->nheap == 0)
		return status;
	c->top = pop(c);
	if (at != NULL && c->top.file == at->file && c->top.set == at->set)
		return start_set(c, at->start, at->end);
	return start_set(c, 0, 0);
}

int
sq_next_labelled(struct sq_cursor *c, struct row *row)
{
	int status;

	while (c->going) {
		/* If the query is for one file, stop after it. */
		if (c->path.len != 0 && strcmp(c->path.p, c->here.p) != 0)
			return 0;
		if ((status = sq_step(c->e, c->stmt)) == -1)
			return -1;
		if (status == 1) {
			row->path = c->here.p;
			row->start = c->start =
			    (uint64_t)sqlite3_column_int64(c->stmt, 0);
			row->end = c->end =
			    (uint64_t)sqlite3_column_int64(c->stmt, 1);
			return 1;
		}
		c->going = 0;
		if (push_from(c, c->top.set, c->top.file + 1) == -1)
			return -1;
		if (c->nheap == 0)
			break;
		c->top = pop(c);
		if (start_set(c, 0, 0) == -1)
			return -1;
	}
	return 0;
}

/* Is the k-th label of a set one of those before it? */
static int
twice(const char *const *list, size_t k)
{
	size_t i;

	for (i = 0; i < k && strcmp(list[i], list[k]) != 0; i++)
		;
	return i < k;
}

int
sq_next_label(struct sq_cursor *c, struct row *row)
{
	const char *const *list = NULL;
	size_t n = 0;
	int status;

	for (;;) {
		if (c->set != 0 && (status = sq_labels(c->e, c->set, &list,
		    &n)) != 1)
			return status == -1 ? -1 : sq_damaged(c->e, "chunks",
			    "a set of labels");
		while (c->label < n && twice(list, c->label))
			c->label++;
		if (c->label < n)
			break;
		if ((status = sq_step(c->e, c->stmt)) != 1)
			return status;
		c->set = sqlite3_column_int64(c->stmt, 0);
		c->count = (uint64_t)sqlite3_column_int64(c->stmt, 1);
		c->label = n = 0;
	}
	row->label = list[c->label++];
	row->chunks = c->count;
	return 1;
}

/* Resume at a label of a set, or with the next set if that is gone. */
int
sq_seek_labels(struct sq_cursor *c, const struct sq_place *at)
{
	int status;

	c->set = 0;
	c->label = 0;
	sqlite3_bind_int64(c->stmt, 1, at != NULL ? at->set : 0);
	if (at == NULL || (status = sq_step(c->e, c->stmt)) == 0)
		return 0;
	if (status == -1)
		return -1;
	c->set = sqlite3_column_int64(c->stmt, 0);
	c->count = (uint64_t)sqlite3_column_int64(c->stmt, 1);
	if (c->set == at->set)
		c->label = (size_t)at->a;
	return 0;
}
