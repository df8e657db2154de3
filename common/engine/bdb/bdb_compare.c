#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/bdb/bdb.h"

#define RACY		2	/* seconds; the coarsest clock of a file system */

#define IN_ORDER	4	/* so many make it likely that more come */

/* --- comparing ------------------------------------------------------------ */

/* The bytes that items are sorted by, for qsort. */
static const char *item_bytes;

static int
by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int diff = key_compare(item_bytes + x->key, x->key_len,
	    item_bytes + y->key, y->key_len);

	/* The same span twice: the later one, further on, wins. */
	return diff != 0 ? diff : (x->key > y->key) - (x->key < y->key);
}

/* In the order of keys, each once. */
static void
sort_items(struct store *s, struct file *f)
{
	struct item *list = s->cur->items + f->first;
	size_t i, n = 0;

	item_bytes = s->cur->bytes.p;
	if (f->count != 0)
		qsort(list, f->count, sizeof *list, by_key);
	for (i = 0; i < f->count; i++) {
		if (i + 1 < f->count && key_compare(item_bytes + list[i].key,
		    list[i].key_len, item_bytes + list[i + 1].key,
		    list[i + 1].key_len) == 0)
			continue;
		list[n++] = list[i];
	}
	f->count = n;
}

/* Is the stored value the item's, but for the time behind the stem? */
static int
equal(const struct store *s, const struct item *i, const DBT *value)
{
	static const char time_key[] = ",\"created_at\":";
	const char *stored = value->data;

	return value->size > i->stem_len + sizeof time_key - 1 &&
	    memcmp(stored, s->cur->bytes.p + i->value, i->stem_len) == 0 &&
	    memcmp(stored + i->stem_len, time_key, sizeof time_key - 1) == 0;
}

/* The item's postings are to be there. */
static void
want_postings(struct store *s, const struct item *i)
{
	struct postings *new = &s->new;

	if (i->npostings == 0)
		return;
	new->list = xgrow(new->list, &new->cap, new->n + i->npostings,
	    sizeof *new->list);
	memcpy(new->list + new->n, s->cur->postings.list + i->posting,
	    i->npostings * sizeof *new->list);
	new->n += i->npostings;
}

/* Those of a chunk that is stored; which is in list. 0, -1. */
static int
stored_postings(struct store *s, struct postings *list, const void *value,
    size_t len)
{
	struct record r;

	if (record_read(&s->chunk_reader, &r, value, len) == -1 ||
	    r.type != RECORD_CHUNK)
		return bdb_fail(s, bdb_tables[CHUNKS].name, EINVAL);
	bdb_add_postings(list, &s->cur->bytes, &r);
	return 0;
}

static void
put_item(struct store *s, const struct item *i, struct store_tally *t)
{
	bdb_op_put(s, CHUNKS, i->key, i->key_len, i->value, i->value_len);
	want_postings(s, i);
	if (s->watch != NULL)
		bdb_event(s, 0, i->value, i->value_len);
	t->chunks_added++;
}

/* What was stored of a chunk goes: 0, -1. */
static int
lost(struct store *s, const DBT *value)
{
	if (s->watch != NULL)
		bdb_event(s, 1, bdb_keep_bytes(s, value->data, value->size),
		    value->size);
	return stored_postings(s, &s->old, value->data, value->size);
}

/* In the order of keys; of equal ones that of the innermost chunk is first. */
static int
by_posting(const void *a, const void *b)
{
	const struct posting *x = a, *y = b;
	int diff;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	diff = key_compare(item_bytes + x->key, x->key_len,
	    item_bytes + y->key, y->key_len);
	if (diff != 0)
		return diff;
	if (x->start != y->start)
		return x->start > y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return (x->key > y->key) - (x->key < y->key);
}

static int
same_key(const struct posting *x, const struct posting *y)
{
	return x->table == y->table && key_compare(item_bytes + x->key,
	    x->key_len, item_bytes + y->key, y->key_len) == 0;
}

void
bdb_sort_postings(struct store *s, struct postings *p)
{
	size_t i, n = 0;

	item_bytes = s->cur->bytes.p;
	if (p->n != 0)
		qsort(p->list, p->n, sizeof *p->list, by_posting);
	for (i = 0; i < p->n; i++)
		if (n == 0 || !same_key(&p->list[n - 1], &p->list[i]))
			p->list[n++] = p->list[i];
	p->n = n;
}

/* Note the new postings, where there are no old ones and no chunk overlaps. */
static void
put_postings(struct store *s)
{
	const struct posting *p;

	for (p = s->new.list; p < s->new.list + s->new.n; p++)
		bdb_op_put(s, p->table, p->key, p->key_len,
		    p->key + p->key_len, p->value_len);
}

/* Note what turns the old postings into the new ones. */
static void
diff_postings(struct store *s)
{
	const struct posting *o, *n, *oend, *nend;

	bdb_sort_postings(s, &s->old);
	bdb_sort_postings(s, &s->new);
	o = s->old.list;
	n = s->new.list;
	for (oend = o + s->old.n, nend = n + s->new.n; o < oend || n < nend;) {
		struct posting both[2] = { 0 };
		int diff;

		if (o == oend || n == nend)
			diff = o == oend ? 1 : -1;
		else {
			both[0] = *o;
			both[1] = *n;
			diff = same_key(o, n) ? 0 : by_posting(o, n);
		}
		if (diff < 0) {
			*bdb_new_op(s) = (struct op){ o->table, 1, o->key,
			    o->key_len, 0, 0 };
			o++;
			continue;
		}
		if (diff > 0 || key_compare(
		    item_bytes + both[0].key + both[0].key_len,
		    both[0].value_len,
		    item_bytes + both[1].key + both[1].key_len,
		    both[1].value_len) != 0)
			bdb_op_put(s, n->table, n->key, n->key_len,
			    n->key + n->key_len, n->value_len);
		n++;
		o += diff == 0;
	}
}

/* Do two of the chunks have bytes in common? In order or not. */
static int
overlap(struct spans *sp)
{
	size_t i;

	if (sp->n != 0)
		qsort(sp->list, sp->n, sizeof *sp->list, bdb_by_span);
	for (i = 1; i < sp->n; i++)
		if (sp->list[i].start < sp->list[i - 1].end)
			return 1;
	return 0;
}

/* Is a chunk of this span among the items, which are in the order of keys? */
static int
among(const struct store *s, const char *path, const struct span *p,
    const struct item *items, size_t n)
{
	const char *bytes = s->cur->bytes.p;
	struct buf key = { 0 };
	size_t low = 0, high = n;
	int diff = 1;

	key_chunk(&key, path, p->start, p->end);
	while (diff != 0 && low < high) {
		size_t mid = low + (high - low) / 2;

		diff = key_compare(key.p, key.len, bytes + items[mid].key,
		    items[mid].key_len);
		if (diff < 0)
			high = mid;
		else
			low = mid + 1;
	}
	buf_free(&key);
	return diff == 0;
}

/*
 * Where chunks overlap, a definition may be in several of them, and what
 * becomes of its key depends on them all. Begin anew: s->old from all that is
 * stored of the file, s->new from all that will be. 0, -1.
 */
static int
all_postings(struct store *s, const char *path, const struct item *items,
    size_t n, int update)
{
	struct spans all = { 0 };
	size_t i;
	int status;

	s->old.n = s->new.n = 0;
	for (i = 0; i < n; i++)
		want_postings(s, &items[i]);
	status = bdb_read_spans(s, path, &all, 0);
	for (i = 0; status == 0 && i < all.n; i++) {
		const struct span *p = &all.list[i];

		status = stored_postings(s, &s->old, all.text.p + p->value,
		    p->len);
		if (status == 0 && update && !among(s, path, p, items, n))
			status = stored_postings(s, &s->new,
			    all.text.p + p->value, p->len);
	}
	bdb_free_spans(&all);
	return status;
}

/* Do chunks overlap, those stored, if any are, or the items? 1, 0, -1. */
static int
mixed(struct store *s, const char *path, const struct item *items, size_t n,
    int stored)
{
	struct spans *sp = &s->spans;
	size_t i;

	sp->n = 0;
	if (stored && bdb_read_spans(s, path, sp, 1) == -1)
		return -1;
	if (overlap(sp))
		return 1;
	sp->n = 0;
	for (i = 0; i < n; i++) {
		sp->list = xgrow(sp->list, &sp->cap, sp->n + 1,
		    sizeof *sp->list);
		sp->list[sp->n++] = (struct span){ items[i].start,
		    items[i].end, 0, 0 };
	}
	return overlap(sp);
}

/* Note what becomes of the indexes: 0, -1. */
static int
compare_postings(struct store *s, const char *path, const struct item *items,
    size_t n, int update, int stored)
{
	int all = update;

	if (s->old.n == 0 && s->new.n == 0)
		return 0;
	if (!all && (all = mixed(s, path, items, n, stored)) == -1)
		return -1;
	if (all && all_postings(s, path, items, n, update) == -1)
		return -1;
	if (!all && s->old.n == 0)
		put_postings(s);
	else
		diff_postings(s);
	return 0;
}

/*
 * Go through what is stored of a file and through the count items at i, both
 * in the order of keys, and note the difference. With an update what is
 * stored and is no item stays. total: how many the file will have.
 */
static int
compare_chunks(struct store *s, const char *path, const struct item *i,
    size_t count_items, int update, struct store_tally *t, uint64_t *total)
{
	struct range r;
	const struct item *const items = i, *end = i + count_items;
	int status, stored = 0;

	*total = 0;
	s->old.n = s->new.n = 0;
	key_chunk_range(&s->from, &s->to, path);
	if (bdb_range_open(&r, s, CHUNKS, &s->from, &s->to, 0) == -1)
		return -1;
	while ((status = bdb_range_next(&r)) == 1) {
		int diff = -1;

		stored = 1;
		for (; i < end; i++) {
			diff = key_compare(r.key.data, r.key.size,
			    s->cur->bytes.p + i->key, i->key_len);
			if (diff <= 0)
				break;
			put_item(s, i, t);
			++*total;
		}
		if (i == end || diff < 0) {
			if (!update) {
				bdb_op_delete(s, CHUNKS, r.key.data, r.key.size);
				if ((status = lost(s, &r.value)) == -1)
					break;
				t->chunks_removed++;
				continue;
			}
			t->chunks_kept++;
		} else if (equal(s, i, &r.value)) {
			t->chunks_kept++;
			i++;
		} else {
			if ((status = lost(s, &r.value)) == -1)
				break;
			put_item(s, i++, t);
			t->chunks_removed++;
		}
		++*total;
	}
	if (bdb_range_close(&r) == -1 || status == -1)
		return -1;
	for (; i < end; i++, ++*total)
		put_item(s, i, t);
	return compare_postings(s, path, items, count_items, update, stored);
}

/*
 * Note the record of a file, unless it is stored so already but for the time
 * it was stored. stem: the record up to that. What is stored, or nothing, is
 * in s->scratch.
 */
static void
put_file(struct store *s, const char *path, const struct buf *stem,
    uint64_t when)
{
	static const char time_key[] = ",\"stored_at\":";
	const struct buf *stored = &s->scratch;
	struct buf *b = &s->cur->bytes;
	size_t key, key_len, value;

	if (stored->len > stem->len + sizeof time_key - 1 &&
	    memcmp(stored->p, stem->p, stem->len) == 0 &&
	    memcmp(stored->p + stem->len, time_key, sizeof time_key - 1) == 0)
		return;
	key = b->len;
	key_file(b, path);
	key_len = b->len - key;
	value = bdb_keep_bytes(s, stem->p, stem->len);
	bdb_stamp(b, "stored_at", bdb_or_now(when));
	bdb_op_put(s, FILES, key, key_len, value, b->len - value);
}

void
bdb_add_tally(struct store_tally *sum, const struct store_tally *t)
{
	sum->files_new += t->files_new;
	sum->files_changed += t->files_changed;
	sum->files_same += t->files_same;
	sum->files_removed += t->files_removed;
	sum->files_skipped += t->files_skipped;
	sum->chunks_added += t->chunks_added;
	sum->chunks_kept += t->chunks_kept;
	sum->chunks_removed += t->chunks_removed;
}

/* What the ops from first on do is all for this file. */
static void
finish_file(struct store *s, const char *path, size_t first,
    const struct store_tally *t)
{
	struct buf *b = &s->cur->bytes;
	size_t key = b->len;

	if (s->cur->nops == first) {		/* nothing is to be written */
		bdb_add_tally(&s->tally, t);
		return;
	}
	key_file(b, path);
	bdb_new_change(s, first, key, b->len - key, t);
}

/*
 * Look up a file, as bdb_look_up does. A run over a tree asks for all of its
 * files in order, and then to read on costs a fraction of searching for each.
 */
static int
look_up_next(struct store *s, const char *path)
{
	struct ahead *a = &s->ahead;
	int diff, status;

	s->from.len = 0;
	key_file(&s->from, path);
	diff = key_compare(s->from.p, s->from.len, s->asked.p, s->asked.len);
	s->asked.len = 0;
	buf_add(&s->asked, s->from.p, s->from.len);
	if (diff <= 0)
		s->in_order = 0;
	if (++s->in_order < IN_ORDER) {
		a->at = NULL;
		return bdb_look_up(s, path);
	}
	s->scratch.len = 0;
	for (;;) {
		if (a->at == NULL) {
			status = bdb_ahead_fill(a, s, FILES, &s->from);
			if (status != 1)
				return status;
			bdb_ahead_next(a);
		}
		diff = key_compare(a->key, a->key_len, s->from.p,
		    s->from.len);
		if (diff >= 0)
			break;
		bdb_ahead_next(a);
	}
	if (diff == 0)
		buf_add(&s->scratch, a->value, a->value_len);
	return diff == 0;
}

/*
 * Read the stored record of a file: 1, 0 there is none, -1. It is lent by
 * s->reader; the line is in s->scratch.
 */
static int
stored_file(struct store *s, const char *path, struct record *r)
{
	int status;

	status = look_up_next(s, path);
	if (status == 1 && record_read(&s->reader, r, s->scratch.p,
	    s->scratch.len) == -1) {
		warnx("%s/%s: %s: %s", s->dir, bdb_tables[FILES].name, path,
		    s->reader.error);
		s->failed = 1;
		return -1;
	}
	return status;
}

/* Note what becomes of a file's nodes: 0, -1. line: 0 bytes for none. */
static int
compare_ast(struct store *s, const char *path, size_t line, size_t len)
{
	int there;

	s->from.len = s->ast.len = 0;
	key_ast(&s->from, path);
	if ((there = bdb_get(s, AST, &s->from, &s->ast)) == -1)
		return -1;
	if (len == 0 && there)
		bdb_op_delete(s, AST, s->from.p, s->from.len);
	else if (len != 0 && !(there && s->ast.len == len &&
	    memcmp(s->ast.p, s->cur->bytes.p + line, len) == 0))
		bdb_op_put(s, AST, bdb_keep_bytes(s, s->from.p, s->from.len),
		    s->from.len, line, len);
	return 0;
}

/* The record, in s->line, of a file of which single chunks were set. */
static void
update_record(struct store *s, const struct file *f, const char *path,
    const struct record *old)
{
	struct record r;

	if (old != NULL && old->type == RECORD_FILE) {
		r = *old;
		if (r.size < f->size)
			r.size = f->size;
	} else {
		record_init(&r, RECORD_FILE);
		r.path = path;
		r.language = s->cur->bytes.p + f->language;
		r.size = f->size;
		r.mtime_ns = 0;
	}
	r.options = "";
	r.line = NULL;
	r.chunks = r.stored_at = RECORD_NONE;
	bdb_add_line(&s->line, &r);
	s->line.len--;				/* the brace */
}

static int
compare_file(struct store *s, struct file *f)
{
	/* A copy: the bytes may move while they grow. */
	char *path = xstrdup(s->cur->bytes.p + f->path);
	struct store_tally t = { 0 };
	struct record old;
	size_t first = s->cur->nops;
	uint64_t total;
	int there, was_file, status = -1;

	if ((there = stored_file(s, path, &old)) == -1)
		goto out;
	was_file = there && old.type == RECORD_FILE;
	if (f->what == SKIP) {
		t.files_skipped++;
		if (was_file && f->keeps) {
			bdb_add_tally(&s->tally, &t);
			status = 0;
			goto out;
		}
		t.files_removed += was_file;
	}
	sort_items(s, f);
	if (compare_chunks(s, path, s->cur->items + f->first, f->count,
	    f->what == UPDATE, &t, &total) == -1)
		goto out;
	if (f->what != UPDATE &&
	    compare_ast(s, path, f->ast, f->ast_len) == -1)
		goto out;
	s->line.len = 0;
	if (f->what != UPDATE)
		buf_add(&s->line, s->cur->bytes.p + f->line, f->line_len);
	else if (!was_file || s->cur->nops != first)
		update_record(s, f, path, there ? &old : NULL);
	else {
		t.files_same++;		/* and its record, too */
		finish_file(s, path, first, &t);
		status = 0;
		goto out;
	}
	if (f->what != SKIP) {
		if (!was_file)
			t.files_new++;
		else if (s->cur->nops != first || (f->what == REPLACE &&
		    strcmp(old.content_hash != NULL ? old.content_hash : "",
		    f->hash) != 0))
			t.files_changed++;
		else
			t.files_same++;
		bdb_stamp(&s->line, "chunks", total);
		s->line.len--;			/* the brace */
	}
	put_file(s, path, &s->line, f->stored_at);
	finish_file(s, path, first, &t);
	if (s->cur->nops != first)
		s->cur->changes[s->cur->nchanges - 1].fresh = !there &&
		    t.chunks_removed == 0;
	status = 0;
out:
	free(path);
	return status;
}

/* Add the items of another part of the same update. */
static void
gather(struct slice *w, struct file *to, struct file *from)
{
	size_t n = to->count + from->count;

	w->items = xgrow(w->items, &w->items_cap, w->nitems + n,
	    sizeof *w->items);
	memcpy(w->items + w->nitems, w->items + to->first,
	    to->count * sizeof *w->items);
	memcpy(w->items + w->nitems + to->count, w->items + from->first,
	    from->count * sizeof *w->items);
	to->first = w->nitems;
	to->count = n;
	w->nitems += n;
	if (to->size < from->size)
		to->size = from->size;
	to->language = from->language;
	from->what = NOTHING;
}

/* Single chunks of a file that came in several parts are one update. */
static void
gather_updates(struct slice *w)
{
	struct file *f, *next, *end = w->files + w->nfiles;

	for (f = w->files; f < end; f++)
		for (next = f + 1; f->what == UPDATE && next < end; next++)
			if (next->what == UPDATE && strcmp(w->bytes.p +
			    f->path, w->bytes.p + next->path) == 0)
				gather(w, f, next);
}

/* Compare all files. None is in progress, and nothing is being written. */
int
bdb_compare(struct store *s)
{
	struct slice *w = s->cur;
	size_t i, first = w->nops;

	gather_updates(w);
	for (i = 0; i < w->nfiles; i++)
		if (w->files[i].what != NOTHING &&
		    compare_file(s, &w->files[i]) == -1) {
			s->failed = 1;
			return -1;
		}
	if (w->nfiles != 0 && w->nops == first)
		w->bytes.len = w->files[0].path;	/* all is the same */
	w->nfiles = w->nitems = w->postings.n = 0;
	return 0;
}

int
store_keep(struct store *s, const char *path, int64_t mtime_ns)
{
	struct store_tally t = { 0 };
	struct record old;
	size_t first, len;
	int there, racy;

	if (bdb_admit(s, path) == -1 || bdb_settle(s) == -1)
		return -1;
	if ((there = stored_file(s, path, &old)) != 1)
		return there;
	first = s->cur->nops;
	len = s->cur->bytes.len;
	if (old.type == RECORD_SKIP)
		t.files_skipped++;
	else {
		t.files_same++;
		t.chunks_kept += old.chunks != RECORD_NONE ? old.chunks : 0;
	}
	/*
	 * A time too near to that of the storing is trusted by nobody
	 * (chunkify --unchanged compares the content then): now that it has
	 * been compared, say so, or it would be for ever.
	 */
	racy = old.stored_at != RECORD_NONE && old.stored_at <= INT64_MAX &&
	    mtime_ns / 1000000000 + RACY >= (int64_t)old.stored_at &&
	    mtime_ns / 1000000000 + RACY < (int64_t)time(NULL);
	if (old.mtime_ns != mtime_ns || racy) {
		old.line = NULL;
		old.stored_at = RECORD_NONE;
		old.mtime_ns = mtime_ns;
		s->line.len = 0;
		bdb_add_line(&s->line, &old);
		s->line.len--;			/* the brace */
		if (racy)
			s->scratch.len = 0;	/* so that it is written */
		put_file(s, path, &s->line, RECORD_NONE);
	}
	finish_file(s, path, first, &t);
	if (s->cur->nops == first)
		s->cur->bytes.len = len;
	return 1;
}

int
store_remove(struct store *s, const char *path)
{
	struct store_tally t = { 0 };
	struct record old;
	size_t first;
	uint64_t total;
	int there;

	if (bdb_admit(s, path) == -1 || bdb_settle(s) == -1 ||
	    (there = stored_file(s, path, &old)) == -1)
		return -1;
	first = s->cur->nops;
	if (compare_chunks(s, path, NULL, 0, 0, &t, &total) == -1 ||
	    compare_ast(s, path, 0, 0) == -1)
		return -1;
	if (there) {
		s->from.len = 0;
		key_file(&s->from, path);
		bdb_op_delete(s, FILES, s->from.p, s->from.len);
		t.files_removed += old.type == RECORD_FILE;
	}
	finish_file(s, path, first, &t);
	return there || t.chunks_removed != 0;
}

/* --- what becomes of a run ------------------------------------------------- */

static int
put_meta(struct store *s, const char *what, const char *value)
{
	int status;

	s->from.len = s->scratch.len = 0;
	key_meta(&s->from, what);
	status = bdb_get(s, META, &s->from, &s->scratch);
	if (status == -1)
		return -1;
	if (status == 0 || s->scratch.len != strlen(value) ||
	    memcmp(s->scratch.p, value, s->scratch.len) != 0)
		bdb_add_op(s, META, s->from.p, s->from.len, value,
		    strlen(value));
	return 0;
}

int
store_ran(struct store *s, const struct record *begin)
{
	struct buf name = { 0 };
	size_t i;
	int status;

	if (s->failed || store_flush(s) == -1)
		return -1;
	status = *begin->options == '\0' ? 0 :
	    put_meta(s, "options", begin->options);
	for (i = 0; status == 0 && i < begin->nroots; i++) {
		name.len = 0;
		buf_puts(&name, "root:");
		buf_add(&name, begin->roots[i], strlen(begin->roots[i]) + 1);
		status = put_meta(s, name.p, "");
	}
	buf_free(&name);
	if (status == 0)
		lock_ran(&s->lock);
	return status;
}

const struct store_tally *
store_tally(const struct store *s)
{
	return &s->tally;
}

