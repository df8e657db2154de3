#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "store/inside.h"

#define RACY		2	/* seconds; the coarsest clock of a file system */

/* --- chunks ----------------------------------------------------------------- */

/* Which of a file's chunks go, come, stay: lists in the slice's pool. */
struct difference {
	struct row *removed, *kept;
	const struct record **added;
	size_t nremoved, nkept, nadded;
};

static int
by_span(uint64_t xstart, uint64_t xend, uint64_t ystart, uint64_t yend)
{
	if (xstart != ystart)
		return xstart < ystart ? -1 : 1;
	return (xend > yend) - (xend < yend);
}

static int
by_row(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return by_span(x->start, x->end, y->start, y->end);
}

/* A chunk of an update, and its position of arrival. */
struct arrived {
	const struct record *chunk;
	size_t at;
};

static int
by_chunk(const void *a, const void *b)
{
	const struct arrived *x = a, *y = b;
	int diff = by_span(x->chunk->byte_start, x->chunk->byte_end,
	    y->chunk->byte_start, y->chunk->byte_end);

	return diff != 0 ? diff : (x->at > y->at) - (x->at < y->at);
}

static int
same_span(const struct record *x, const struct record *y)
{
	return x->byte_start == y->byte_start && x->byte_end == y->byte_end;
}

/* Sort the chunks, each span once: the later one wins. */
static void
sort_chunks(struct update *u)
{
	struct arrived *list;
	size_t i, n = 0;

	for (i = 1; i < u->nchunks; i++)
		if (by_span(u->chunks[i - 1]->byte_start,
		    u->chunks[i - 1]->byte_end, u->chunks[i]->byte_start,
		    u->chunks[i]->byte_end) >= 0)
			break;
	if (i >= u->nchunks)
		return;			/* already in order, as usual */
	list = xreallocarray(NULL, u->nchunks, sizeof *list);
	for (i = 0; i < u->nchunks; i++)
		list[i] = (struct arrived){ u->chunks[i], i };
	qsort(list, u->nchunks, sizeof *list, by_chunk);
	for (i = 0; i < u->nchunks; i++)
		if (i + 1 == u->nchunks || !same_span(list[i].chunk,
		    list[i + 1].chunk))
			u->chunks[n++] = list[i].chunk;
	u->nchunks = n;
	free(list);
}

/* Read all that is stored of the file's chunks, in order: 0, -1. */
static int
stored_chunks(struct store *s, const char *path, struct row **rows, size_t *n)
{
	struct query q = { .what = ROWS_CHUNKS, .path = path,
	    .start = RECORD_NONE };
	struct cursor *c = ENGINE(s, seek, &q, NULL);
	struct row row;
	size_t cap = 0;
	int status;

	*rows = NULL;
	*n = 0;
	if (c == NULL)
		return -1;
	while ((status = c->type->next(c, &row)) == 1) {
		*rows = xgrow(*rows, &cap, *n + 1, sizeof **rows);
		row.line = pool_copy(&s->cur->pool, row.line, row.len);
		row.path = NULL;
		(*rows)[(*n)++] = row;
	}
	if (c->type->end(c) == -1)
		status = -1;
	if (*n != 0)
		qsort(*rows, *n, sizeof **rows, by_row);
	return status;
}

/*
 * Compare the stored chunks with those of the update, both in the order of
 * spans. Without all, chunks that are stored but not in the update stay.
 */
static void
tell_apart(struct difference *d, const struct row *r, size_t n,
    const struct update *u, int all)
{
	const struct record *const *i = u->chunks, *const *end = i + u->nchunks;
	const struct row *last = r + n;

	while (r < last || i < end) {
		int diff = r == last ? 1 : i == end ? -1 :
		    by_span(r->start, r->end, (*i)->byte_start,
		    (*i)->byte_end);

		if (diff > 0)
			d->added[d->nadded++] = *i++;
		else if (diff < 0 && all)
			d->removed[d->nremoved++] = *r++;
		else if (diff < 0)
			d->kept[d->nkept++] = *r++;
		else if (record_is_line(*i, r->line, r->len)) {
			d->kept[d->nkept++] = *r++;
			i++;
		} else {
			d->removed[d->nremoved++] = *r++;
			d->added[d->nadded++] = *i++;
		}
	}
}

/* 0, -1. */
static int
compare_chunks(struct store *s, struct update *u, struct difference *d)
{
	struct pool *p = &s->cur->pool;
	struct row *rows;
	size_t n;
	int status = stored_chunks(s, u->path, &rows, &n);

	memset(d, 0, sizeof *d);
	sort_chunks(u);
	d->removed = pool_take(p, n * sizeof *rows);
	d->kept = pool_take(p, n * sizeof *rows);
	d->added = pool_take(p, u->nchunks * sizeof *d->added);
	tell_apart(d, rows, n, u, u->what != UPDATE_CHUNKS);
	free(rows);
	return status;
}

/* --- a file --------------------------------------------------------------------- */

/* Read the stored record of a file: 1 and *r, lent by s; 0 there is none; -1. */
static int
stored_file(struct store *s, const char *path, struct record *r)
{
	int status;

	s->line.len = 0;
	status = ENGINE(s, file, path, &s->line);
	if (status == 1 && record_read(&s->reader, r, s->line.p,
	    s->line.len) == -1) {
		warnx("%s: %s", path, s->reader.error);
		s->failed = 1;
		return -1;
	}
	return status;
}

/* Decide what happens to the nodes: 0, -1. With single chunks they stay. */
static int
compare_ast(struct store *s, const struct update *u, struct change *c)
{
	struct buf line = { 0 };
	int there;

	if (u->what == UPDATE_CHUNKS)
		return 0;
	there = ENGINE(s, ast, u->path, &line);
	if (u->ast == NULL && there == 1)
		c->ast = REMOVE;
	else if (u->ast != NULL && !(there == 1 &&
	    record_is_line(u->ast, line.p, line.len))) {
		c->ast = PUT;
		c->ast_record = u->ast;
	}
	buf_free(&line);
	return there == -1 ? -1 : 0;
}

/* Where the last chunk ends, or a definition that extends beyond it. */
static uint64_t
end_of(const struct update *u)
{
	uint64_t end = 0;
	size_t i, k;

	for (i = 0; i < u->nchunks; i++) {
		const struct record *r = u->chunks[i];

		if (end < r->byte_end)
			end = r->byte_end;
		for (k = 0; k < r->nsymbols; k++)
			if (end < r->symbols[k].byte_end)
				end = r->symbols[k].byte_end;
	}
	return end;
}

/*
 * The record of a file of which single chunks were set: the stored one, or a
 * new one. Nobody knows its options any more.
 */
static void
update_record(struct record *r, const struct record *old,
    const struct update *u)
{
	if (old != NULL && old->type == RECORD_FILE)
		*r = *old;
	else {
		record_init(r, RECORD_FILE);
		r->path = u->path;
		r->language = u->chunks[u->nchunks - 1]->language;
		r->size = 0;
		r->mtime_ns = 0;
	}
	if (r->size < end_of(u))
		r->size = end_of(u);
	r->options = "";
	r->stored_at = RECORD_NONE;
	r->stem = NULL;
}

/*
 * Plan to store this record, unless it equals the stored one except for the
 * time of storing. old: what is stored, or NULL.
 */
static void
plan_record(struct store *s, struct change *c, const struct record *new,
    const struct record *old)
{
	struct record *r = record_copy(&s->cur->pool, new);

	if (old != NULL && old->chunks == r->chunks &&
	    record_is_line(r, s->line.p, s->line.len))
		return;
	if (r->stored_at == RECORD_NONE)
		r->stored_at = (uint64_t)time(NULL);
	c->file = PUT;
	c->file_record = r;
}

/* Plan to write the change, if it does anything. */
static void
plan(struct store *s, const struct change *c, const struct store_tally *t)
{
	struct slice *w = s->cur;

	if (c->file == LEAVE && c->ast == LEAVE && c->nremoved == 0 &&
	    c->nadded == 0) {
		tally_add(&s->tally, t);
		return;
	}
	w->plan = xgrow(w->plan, &w->plan_cap, w->nplan + 1, sizeof *w->plan);
	w->plan[w->nplan++] = (struct planned){ *c, *t };
}

/* Does the change touch more than the file's record? */
static int
changes_chunks(const struct change *c)
{
	return c->nremoved != 0 || c->nadded != 0 || c->ast != LEAVE;
}

static int
same_hash(const struct record *x, const struct record *y)
{
	return strcmp(x->content_hash != NULL ? x->content_hash : "",
	    y->content_hash != NULL ? y->content_hash : "") == 0;
}

/* For chunks of a file stored now or soon: its record, and the tally. */
static void
compare_record(struct store *s, struct update *u, struct change *c,
    struct store_tally *t, const struct record *old)
{
	int was_file = old != NULL && old->type == RECORD_FILE;
	struct record r;

	if (u->what == UPDATE_SKIP)
		plan_record(s, c, u->record, old);
	else if (u->what == UPDATE_CHUNKS && was_file && !changes_chunks(c))
		t->files_same++;		/* and its record, too */
	else {
		if (u->what == UPDATE_CHUNKS)
			update_record(&r, old, u);
		else
			r = *u->record;
		if (!was_file)
			t->files_new++;
		else if (changes_chunks(c) || (u->what == UPDATE_FILE &&
		    !same_hash(old, &r)))
			t->files_changed++;
		else
			t->files_same++;
		r.chunks = c->nkept + c->nadded;
		plan_record(s, c, &r, old);
	}
}

static int
compare_update(struct store *s, struct update *u)
{
	struct store_tally t = { 0 };
	struct change c = { .path = u->path };
	struct difference d;
	struct record old;
	int there, was_file;

	if ((there = stored_file(s, u->path, &old)) == -1)
		return -1;
	was_file = there && old.type == RECORD_FILE;
	if (u->what == UPDATE_SKIP) {
		t.files_skipped++;
		if (was_file && skip_keeps(u->record->reason)) {
			tally_add(&s->tally, &t);
			return 0;
		}
		t.files_removed += was_file;
	}
	if (compare_chunks(s, u, &d) == -1 || compare_ast(s, u, &c) == -1)
		return -1;
	c.removed = d.removed;
	c.kept = d.kept;
	c.added = d.added;
	c.nremoved = d.nremoved;
	c.nkept = d.nkept;
	c.nadded = d.nadded;
	c.fresh = !there && d.nremoved == 0 && d.nkept == 0;
	t.chunks_removed = d.nremoved;
	t.chunks_added = d.nadded;
	t.chunks_kept = d.nkept;
	compare_record(s, u, &c, &t, there ? &old : NULL);
	plan(s, &c, &t);
	return 0;
}

/* --- all of them ------------------------------------------------------------------ */

/* Combine single chunks of a file that came in parts into one update. */
static void
gather(struct slice *w)
{
	struct update *u, *next, *end = w->updates + w->nupdates;

	for (u = w->updates; u < end; u++)
		for (next = u + 1; u->what == UPDATE_CHUNKS && next < end;
		    next++) {
			if (next->what != UPDATE_CHUNKS ||
			    strcmp(u->path, next->path) != 0)
				continue;
			u->chunks = xgrow(u->chunks, &u->cap, u->nchunks +
			    next->nchunks, sizeof *u->chunks);
			memcpy(u->chunks + u->nchunks, next->chunks,
			    next->nchunks * sizeof *u->chunks);
			u->nchunks += next->nchunks;
			next->what = UPDATE_GATHERED;
		}
}

int
compare_updates(struct store *s)
{
	struct slice *w = s->cur;
	size_t i, first = w->nplan, size = w->pool.size;
	int status = 0;

	gather(w);
	for (i = 0; i < w->nupdates; i++) {
		struct update *u = &w->updates[i];

		if (i == 0)
			size = u->pool_size;
		if (status == 0 && u->what != UPDATE_GATHERED)
			status = compare_update(s, u);
		free(u->chunks);
	}
	w->nupdates = 0;
	if (status == -1)
		s->failed = 1;
	else if (w->nplan == first)
		pool_back(&w->pool, size);	/* nothing changed */
	return status;
}

int
compare_keep(struct store *s, const char *path, int64_t mtime_ns)
{
	struct store_tally t = { 0 };
	struct change c = { 0 };
	struct record old, new;
	int there, racy;

	if ((there = stored_file(s, path, &old)) != 1)
		return there;
	if (old.type == RECORD_SKIP)
		t.files_skipped++;
	else {
		t.files_same++;
		t.chunks_kept += old.chunks != RECORD_NONE ? old.chunks : 0;
	}
	/*
	 * Nobody trusts a time too close to that of the storing (chunkify
	 * --unchanged compares the content then): now that it has been
	 * compared, note that, or it would be compared for ever.
	 */
	racy = old.stored_at != RECORD_NONE && old.stored_at <= INT64_MAX &&
	    mtime_ns / 1000000000 + RACY >= (int64_t)old.stored_at &&
	    mtime_ns / 1000000000 + RACY < (int64_t)time(NULL);
	if (old.mtime_ns == mtime_ns && !racy) {
		tally_add(&s->tally, &t);
		return 1;
	}
	c.path = pool_string(&s->cur->pool, path);
	new = old;
	new.mtime_ns = mtime_ns;
	new.stored_at = RECORD_NONE;
	new.stem = NULL;
	plan_record(s, &c, &new, NULL);
	plan(s, &c, &t);
	return 1;
}

int
compare_removal(struct store *s, const char *path)
{
	struct store_tally t = { 0 };
	struct update none = { .what = UPDATE_FILE };
	struct change c = { 0 };
	struct difference d;
	struct record old;
	int there;

	if ((there = stored_file(s, path, &old)) == -1)
		return -1;
	none.path = c.path = pool_string(&s->cur->pool, path);
	if (compare_chunks(s, &none, &d) == -1 ||
	    compare_ast(s, &none, &c) == -1)
		return -1;
	c.removed = d.removed;
	c.nremoved = t.chunks_removed = d.nremoved;
	if (there) {
		c.file = REMOVE;
		t.files_removed += old.type == RECORD_FILE;
	}
	plan(s, &c, &t);
	return there || d.nremoved != 0;
}
