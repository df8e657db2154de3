#include <endian.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bdb.h"

#define AT_ONCE_MIN	((size_t)512 << 10)	/* while readers wait */

/* --- writing a slice ------------------------------------------------------ */

/* One put or delete. */
static int
apply_op(struct store *s, DB_TXN *txn, const struct slice *w,
    const struct op *op)
{
	DB *db = s->db[op->table];
	DBT key, value;
	int ret;

	bdb_set_dbt(&key, w->bytes.p + op->key, op->key_len);
	if (op->delete) {
		ret = db->del(db, txn, &key, 0);
		if (ret == DB_NOTFOUND)
			ret = 0;
	} else {
		bdb_set_dbt(&value, w->bytes.p + op->value, op->value_len);
		ret = db->put(db, txn, &key, &value, 0);
	}
	return ret != 0 ? bdb_fail(s, bdb_tables[op->table].name, ret) : 0;
}

/* All of one change but what goes into the indexes. */
static int
apply(struct store *s, DB_TXN *txn, const struct slice *w,
    const struct change *c)
{
	const struct op *op = w->ops + c->first, *end = op + c->count;

	for (; op < end; op++)
		if (op->table != LABELS && op->table != SYMBOLS &&
		    apply_op(s, txn, w, op) == -1)
			return -1;
	return 0;
}

/* How much is written for a change. */
static size_t
weight(const struct slice *w, const struct change *c)
{
	const struct op *op = w->ops + c->first, *end = op + c->count;
	size_t n = 0;

	for (; op < end; op++)
		n += op->key_len + op->value_len;
	return n;
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
sort_ops(const struct slice *w, size_t change, size_t end, enum table t,
    struct sorted **list)
{
	size_t cap = 0, n = 0, i, unique;

	*list = NULL;
	for (; change < end; change++) {
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
apply_bulk(struct store *s, DB_TXN *txn, const struct slice *w, enum table t,
    const struct sorted *list, size_t n, int delete)
{
	struct bulk b;
	size_t i;
	int status = 0;

	bdb_bulk_open(&b, s, bdb_tables[t].name, s->db[t], txn, delete);
	for (i = 0; status == 0 && i < n; i++)
		if (list[i].op->delete == delete)
			status = bdb_bulk_add(&b, list[i].key,
			    list[i].op->key_len,
			    w->bytes.p + list[i].op->value,
			    list[i].op->value_len);
	return bdb_bulk_close(&b) == -1 ? -1 : status;
}

/* --- a slice, whole ------------------------------------------------------- */

/*
 * The data is taken: mark it, have all tables open, and begin. 0, -1.
 *
 * With DB_TXN_BULK libdb does not log what it puts on new pages, but does log
 * what it deletes or replaces there, and then cannot undo that after a crash
 * ("Recovery function for LSN ... failed on backward pass"): it is for
 * transactions that do nothing but add keys.
 */
int
bdb_begin(struct store *s, DB_TXN **txn, u_int32_t bulk)
{
	int ret, t;

	if (s->env == NULL && (bdb_close_tables(s) == -1 ||
	    bdb_reserve(s) == -1))
		return -1;
	if (lock_mark(&s->lock) == -1)
		return -1;
	if (s->env == NULL && bdb_open_env(s, 0) == -1)
		return -1;
	for (t = 0; t < TABLES; t++)
		if (bdb_open_table(s, t) == -1)
			return -1;
	if (bdb_read_segments(s) == -1)
		return -1;
	ret = s->env->txn_begin(s->env, NULL, txn, bulk);
	return ret != 0 ? bdb_fail(s, "log", ret) : 0;
}

/*
 * How many bytes to write in one transaction. Who comes while it is committed
 * has to wait for that, so they are small for a second after there was a
 * reader.
 */
static size_t
at_once(const struct store *s)
{
	return lock_clock() - s->reader_seen > 1 ? SLICE_BYTES : AT_ONCE_MIN;
}

/* On disk when it returns 0, and whole without the log. */
int
bdb_commit(struct store *s, DB_TXN *txn)
{
	int ret;

	if ((ret = txn->commit(txn, DB_TXN_SYNC)) != 0)
		return bdb_fail(s, "log", ret);
	if ((ret = s->env->txn_checkpoint(s->env, 0, 0, 0)) != 0)
		return bdb_fail(s, "checkpoint", ret);
	if (lock_unmark(&s->lock) == -1)
		return -1;
	if (lock_wanted(&s->lock))
		s->reader_seen = lock_clock();
	return 0;
}

/*
 * What the changes from first on do to an index. Definitions go into a
 * segment when there are some already, or more to come: when this is not the
 * slice that is being filled.
 */
static int
apply_index(struct store *s, DB_TXN *txn, const struct slice *w, size_t first,
    size_t end, enum table t)
{
	struct sorted *list;
	size_t n = sort_ops(w, first, end, t, &list);
	int status;

	if (t == SYMBOLS && n != 0 && (s->segments.n != 0 || w != s->cur))
		status = bdb_put_segment(s, txn, w, list, n);
	else
		status = apply_bulk(s, txn, w, t, list, n, 1) == -1 ||
		    apply_bulk(s, txn, w, t, list, n, 0) == -1 ? -1 : 0;
	free(list);
	return status;
}

/*
 * To both indexes, in a transaction within txn: to leave out the beginnings
 * of keys is to replace.
 */
static int
apply_indexes(struct store *s, DB_TXN *txn, const struct slice *w,
    size_t first, size_t end)
{
	DB_TXN *child;
	int ret = s->env->txn_begin(s->env, txn, &child, 0);

	if (ret != 0)
		return bdb_fail(s, "log", ret);
	if (apply_index(s, child, w, first, end, LABELS) == -1 ||
	    apply_index(s, child, w, first, end, SYMBOLS) == -1) {
		child->abort(child);
		return -1;
	}
	ret = child->commit(child, 0);
	return ret != 0 ? bdb_fail(s, "log", ret) : 0;
}

/* Do the changes from first on nothing but add keys? */
static u_int32_t
bulk_flag(const struct slice *w, size_t first)
{
	for (; first < w->nchanges; first++)
		if (!w->changes[first].fresh)
			return 0;
	return DB_TXN_BULK;
}

/*
 * Write changes from *next on until it is enough or somebody waits, in one
 * transaction; on disk when it returns 0. The data is taken.
 */
static int
write_some(struct store *s, const struct slice *w, size_t *next)
{
	DB_TXN *txn;
	size_t i = *next, written = 0;

	if (bdb_begin(s, &txn, bulk_flag(w, i)) == -1)
		return -1;
	do {
		if (apply(s, txn, w, &w->changes[i]) == -1) {
			txn->abort(txn);
			return -1;
		}
		written += weight(w, &w->changes[i]);
	} while (++i < w->nchanges && written < at_once(s) &&
	    !lock_wanted(&s->lock));
	if (apply_indexes(s, txn, w, *next, i) == -1) {
		txn->abort(txn);
		return -1;
	}
	if (bdb_commit(s, txn) == -1)
		return -1;
	for (; *next < i; ++*next)
		bdb_add_tally(&s->tally, &w->changes[*next].tally);
	return 0;
}

/* Something that was begun may be half done: 0, or -1 after cleaning up. */
int
bdb_ended(struct store *s, int status)
{
	if (status == -1 && s->lock.state.slice)
		bdb_recover(s);	/* or the next one who comes does */
	lock_give(&s->lock);
	if (status == -1)
		s->failed = 1;
	return status;
}

static const char *change_bytes;

static int
by_file(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	return key_compare(change_bytes + x->key, x->key_len,
	    change_bytes + y->key, y->key_len);
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
	size_t next = 0;
	int status = 0;

	change_bytes = w->bytes.p;
	if (w->nchanges != 0)
		qsort(w->changes, w->nchanges, sizeof *w->changes, by_file);
	while (status == 0 && next < w->nchanges) {
		if ((status = lock_take(&s->lock, 1)) == -1)
			break;
		status = bdb_ended(s, write_some(s, w, &next));
	}
	if (status == 0 && bdb_segments_full(s))
		status = bdb_merge_segments(s);
	if (status == 0 && s->env != NULL) {
		int ret;

		free(s->old_logs);
		s->old_logs = NULL;
		ret = s->env->log_archive(s->env, &s->old_logs, 0);
		if (ret != 0)
			status = bdb_fail(s, "log", ret);
	}
	w->done = next;
	if (status == -1)
		s->failed = 1;
	return status;
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
		s->writing = s->written = 0;
		tell(s, other(s));
	}
	return s->failed ? -1 : 0;
}

/*
 * Remove the log files that the slice before left behind. With TRIM that
 * takes as long as writing them, so the thread leaves it to us.
 */
static void
remove_logs(struct store *s, char **names)
{
	char **name;

	for (name = names; name != NULL && *name != NULL; name++)
		unlinkat(s->lock.dir_fd, *name, 0);
	free(names);
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
	char **old;

	if (bdb_settle(s) == -1)
		return -1;
	if (w->nchanges < SLICE_FILES && w->bytes.len < SLICE_BYTES)
		return 0;	/* much of it turned out to be the same */
	s->cur = other(s);
	old = s->old_logs;
	s->old_logs = NULL;
	if (pthread_create(&s->thread, NULL, write_other, s) != 0) {
		int status = write_slice(s, w);

		tell(s, w);
		return status;
	}
	s->writing = 1;
	remove_logs(s, old);
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

