#include <endian.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/bdb/bdb.h"

/* --- writing a slice ------------------------------------------------------ */

/* One put or delete. */
static int
apply_op(struct store *s, const struct slice *w, const struct op *op)
{
	DB *db = s->db[op->table];
	DBT key, value;
	int ret;

	bdb_set_dbt(&key, w->bytes.p + op->key, op->key_len);
	if (op->delete) {
		ret = db->del(db, NULL, &key, 0);
		if (ret == DB_NOTFOUND)
			ret = 0;
	} else {
		bdb_set_dbt(&value, w->bytes.p + op->value, op->value_len);
		ret = db->put(db, NULL, &key, &value, 0);
	}
	return ret != 0 ? bdb_fail(s, bdb_tables[op->table].name, ret) : 0;
}

/* All of one change but what goes into the indexes. */
static int
apply(struct store *s, const struct slice *w, const struct change *c)
{
	const struct op *op = w->ops + c->first, *end = op + c->count;

	for (; op < end; op++)
		if (op->table != LABELS && op->table != SYMBOLS &&
		    apply_op(s, w, op) == -1)
			return -1;
	return 0;
}

/* The first bytes behind "sym:", which tell most keys apart. */
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
	const struct sorted *x = a, *y = b;
	int diff;

	if (x->beginning != y->beginning)
		return x->beginning < y->beginning ? -1 : 1;
	diff = key_compare(x->key, x->op->key_len, y->key, y->op->key_len);
	return diff != 0 ? diff : (x->op > y->op) - (x->op < y->op);
}

/*
 * What the changes do to one table, in the order of keys. Of equal ones, which
 * a chunk may ask for, the first counts.
 */
static size_t
sort_ops(const struct slice *w, enum table t, struct sorted **list)
{
	size_t cap = 0, n = 0, i, unique, change;

	*list = NULL;
	for (change = 0; change < w->nchanges; change++) {
		const struct change *c = &w->changes[change];
		const struct op *op = w->ops + c->first;
		const struct op *last = op + c->count;

		for (; op < last; op++) {
			if (op->table != t)
				continue;
			*list = xgrow(*list, &cap, n + 1, sizeof **list);
			(*list)[n++] = (struct sorted){ w->bytes.p + op->key,
			    beginning(w->bytes.p + op->key, op->key_len), op };
		}
	}
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

/* Delete these keys of an index, or put them: what is asked of each. */
static int
apply_bulk(struct store *s, const struct slice *w, enum table t,
    const struct sorted *list, size_t n, int delete)
{
	struct bulk b;
	size_t i;
	int status = 0;

	bdb_bulk_open(&b, s, bdb_tables[t].name, s->db[t], delete);
	for (i = 0; status == 0 && i < n; i++)
		if (list[i].op->delete == delete)
			status = bdb_bulk_add(&b, list[i].key,
			    list[i].op->key_len,
			    w->bytes.p + list[i].op->value,
			    list[i].op->value_len);
	return bdb_bulk_close(&b) == -1 ? -1 : status;
}

/*
 * What the changes do to an index. Definitions go into a segment when there
 * are some already, or more to come: when this is not the slice that is being
 * filled.
 */
static int
apply_index(struct store *s, const struct slice *w, enum table t)
{
	struct sorted *list;
	size_t n = sort_ops(w, t, &list);
	int status;

	if (t == SYMBOLS && n != 0 && (s->segments.n != 0 || w != s->cur))
		status = bdb_put_segment(s, w, list, n);
	else
		status = apply_bulk(s, w, t, list, n, 1) == -1 ||
		    apply_bulk(s, w, t, list, n, 0) == -1 ? -1 : 0;
	free(list);
	return status;
}

/* --- a slice, whole ------------------------------------------------------- */

int
bdb_begin(struct store *s)
{
	int ret, t;

	if (!s->session && lock_begin(&s->lock) == -1)
		return -1;
	s->session = 1;
	if (s->env == NULL && (bdb_close_tables(s) == -1 ||
	    bdb_open_env(s) == -1))
		return -1;
	for (t = 0; t < TABLES; t++)
		if (bdb_open_table(s, t) == -1)
			return -1;
	if (bdb_read_segments(s) == -1)
		return -1;
	ret = journal_begin(&s->journal);
	return ret != 0 ? bdb_fail(s, "journal", ret) : 0;
}

/* Have libdb write its pages, and all of it on disk. */
static int
commit(struct store *s)
{
	int ret, t;

	for (t = 0; t < TABLES; t++)
		if ((ret = s->db[t]->sync(s->db[t], 0)) != 0)
			return bdb_fail(s, bdb_tables[t].name, ret);
	ret = journal_commit(&s->journal);
	return ret != 0 ? bdb_fail(s, "journal", ret) : 0;
}

/*
 * Let the readers see it. Once pages are overwritten (s->broken) there is no
 * way back, and none is needed: whoever comes next goes on from the journal.
 */
static int
show(struct store *s)
{
	int ret = 0, status;

	if (lock_take(&s->lock, LOCK_TO_WRITE) == -1)
		return -1;
	s->broken = 1;
	if ((status = lock_mark(&s->lock)) == 0 &&
	    (ret = journal_apply(&s->journal)) != 0)
		status = bdb_fail(s, "journal", ret);
	if (status == 0 && (status = lock_unmark(&s->lock)) == 0)
		s->broken = 0;
	lock_drop(&s->lock);
	return status;
}

int
bdb_end(struct store *s, int status)
{
	if (status == 0 && (status = commit(s)) == 0)
		status = show(s);
	if (status == 0)
		return 0;
	s->failed = 1;
	bdb_abandon(s);
	return -1;
}

/* Write the changes. */
static int
write_changes(struct store *s, const struct slice *w)
{
	size_t i;

	for (i = 0; i < w->nchanges; i++)
		if (apply(s, w, &w->changes[i]) == -1)
			return -1;
	return apply_index(s, w, LABELS) == -1 ||
	    apply_index(s, w, SYMBOLS) == -1 ? -1 : 0;
}

static int
by_file(const void *a, const void *b, void *bytes)
{
	const struct change *x = a, *y = b;

	return key_compare((char *)bytes + x->key, x->key_len,
	    (char *)bytes + y->key, y->key_len);
}

/* Tell of what is on disk now, and empty the slice. */
static void
tell(struct store *s, struct slice *w)
{
	const struct change *c;
	const struct event *e;

	for (c = w->changes; s->watch != NULL && c < w->changes + w->done; c++)
		for (e = w->events + c->first_event;
		    e < w->events + c->first_event + c->nevents; e++)
			s->watch(s->watch_arg, e->removed,
			    w->bytes.p + e->line, e->len);
	s->ahead.at = NULL;		/* it may be something else now */
	w->bytes.len = 0;
	w->nops = w->nchanges = w->nevents = w->told = w->done = 0;
	if (w->bytes.cap > 2 * SLICE_BYTES)
		bdb_free_slice(w);
}

/* Write the slice; w->done says how far it got. 0, or -1 and s->failed. */
static int
write_slice(struct store *s, struct slice *w)
{
	size_t i;

	if (w->nchanges == 0)
		return 0;
	qsort_r(w->changes, w->nchanges, sizeof *w->changes, by_file,
	    w->bytes.p);
	if (bdb_begin(s) == -1 || bdb_end(s, write_changes(s, w)) == -1) {
		s->failed = 1;
		return -1;
	}
	for (i = 0; i < w->nchanges; i++)
		bdb_add_tally(&s->tally, &w->changes[i].tally);
	w->done = w->nchanges;
	return bdb_segments_full(s) ? bdb_merge_segments(s) : 0;
}

static struct slice *
other(struct store *s)
{
	return s->cur == &s->slice[0] ? &s->slice[1] : &s->slice[0];
}

static void *
write_other(void *arg)
{
	struct store *s = arg;

	write_slice(s, other(s));
	s->written = 1;
	return NULL;
}

/* Wait until nothing is being written. */
int
bdb_join(struct store *s)
{
	if (s->writing) {
		pthread_join(s->thread, NULL);
		s->writing = 0;
		s->written = 0;
		tell(s, other(s));
	}
	return s->failed ? -1 : 0;
}

/* And then compare what had to wait for that. */
int
bdb_settle(struct store *s)
{
	return bdb_join(s) == -1 ? -1 : bdb_compare(s);
}

/* Have the slice written while the next one is filled. */
int
bdb_start_writing(struct store *s)
{
	struct slice *w = s->cur;

	if (bdb_settle(s) == -1)
		return -1;
	if (w->nchanges < SLICE_FILES && w->bytes.len < SLICE_BYTES)
		return 0;	/* much of it turned out to be the same */
	s->cur = other(s);
	if (pthread_create(&s->thread, NULL, write_other, s) != 0) {
		int status = write_slice(s, w);

		tell(s, w);
		return status;
	}
	s->writing = 1;
	return 0;
}

int
store_flush(struct store *s)
{
	int status;

	store_drop(s);
	if (bdb_settle(s) == -1)
		return -1;
	status = write_slice(s, s->cur);
	tell(s, s->cur);
	return status;
}

void
store_watch(struct store *s, store_watch_fn *fn, void *arg)
{
	s->watch = fn;
	s->watch_arg = arg;
}

