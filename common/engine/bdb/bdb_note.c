#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/bdb/bdb.h"

/* --- noting what is to be done -------------------------------------------- */

size_t
bdb_keep_bytes(struct store *s, const void *p, size_t n)
{
	size_t at = s->cur->bytes.len;

	buf_add(&s->cur->bytes, p, n);
	return at;
}

struct op *
bdb_new_op(struct store *s)
{
	s->cur->ops = xgrow(s->cur->ops, &s->cur->ops_cap,
	    s->cur->nops + 1, sizeof *s->cur->ops);
	return &s->cur->ops[s->cur->nops++];
}

void
bdb_op_put(struct store *s, enum table t, size_t key, size_t key_len,
    size_t value, size_t value_len)
{
	*bdb_new_op(s) = (struct op){ t, 0, key, key_len, value, value_len };
}

void
bdb_op_delete(struct store *s, enum table t, const void *key, size_t len)
{
	*bdb_new_op(s) = (struct op){ t, 1, bdb_keep_bytes(s, key, len), len, 0, 0 };
}

/* Remember a chunk that comes or goes. */
void
bdb_event(struct store *s, int removed, size_t line, size_t len)
{
	struct slice *w = s->cur;

	w->events = xgrow(w->events, &w->events_cap, w->nevents + 1,
	    sizeof *w->events);
	w->events[w->nevents++] = (struct event){ removed, line, len };
}

/* The ops from first on are one change. */
void
bdb_new_change(struct store *s, size_t first, size_t key, size_t key_len,
    const struct store_tally *t)
{
	s->cur->changes = xgrow(s->cur->changes,
	    &s->cur->changes_cap, s->cur->nchanges + 1,
	    sizeof *s->cur->changes);
	s->cur->changes[s->cur->nchanges++] = (struct change){ first,
	    s->cur->nops - first, key, key_len, s->cur->told,
	    s->cur->nevents - s->cur->told, 0, *t };
	s->cur->told = s->cur->nevents;
}

/* A put that is a change by itself. */
void
bdb_add_op(struct store *s, enum table t, const void *key, size_t key_len,
    const void *value, size_t value_len)
{
	static const struct store_tally nothing;
	size_t k = bdb_keep_bytes(s, key, key_len);
	size_t v = bdb_keep_bytes(s, value, value_len);

	bdb_op_put(s, t, k, key_len, v, value_len);
	bdb_new_change(s, s->cur->nops - 1, k, key_len, &nothing);
}

static uint64_t
digits(uint64_t n)
{
	uint64_t d = 1;

	while ((n /= 10) != 0)
		d++;
	return d;
}

/* Append ,"name":n} to the bytes, in place of the brace that closed them. */
void
bdb_stamp(struct buf *b, const char *name, uint64_t n)
{
	char text[64];

	buf_add(b, text, snprintf(text, sizeof text, ",\"%s\":%ju}", name,
	    (uintmax_t)n));
}

/* A record's line without its newline. */
void
bdb_add_line(struct buf *b, const struct record *r)
{
	if (r->line != NULL)
		buf_add(b, r->line, r->line_len);
	else {
		record_write(b, r);
		b->len--;
	}
}

uint64_t
bdb_or_now(uint64_t when)
{
	return when != RECORD_NONE ? when : (uint64_t)time(NULL);
}


/*
 * Before anything is noted for a file: write what is noted already if that
 * is enough for a slice, or of the same file. Single chunks of a file may
 * wait for others of it, as they are put together when they are compared.
 */
static int
admit(struct store *s, const char *path, int update)
{
	struct slice *w = s->cur;
	size_t i;

	store_drop(s);
	if (s->failed)
		return -1;
	if (w->nchanges + w->nfiles >= SLICE_FILES ||
	    w->bytes.len >= SLICE_BYTES) {
		if (bdb_start_writing(s) == -1)
			return -1;
		w = s->cur;	/* the same, if little of it was left */
	}
	for (i = 0; i < w->nfiles; i++)
		if (strcmp(w->bytes.p + w->files[i].path, path) == 0 &&
		    !(update && w->files[i].what == UPDATE))
			return store_flush(s);
	s->from.len = 0;
	key_file(&s->from, path);
	for (i = 0; i < w->nchanges; i++) {
		const struct change *c = &w->changes[i];

		if (c->key_len == s->from.len && memcmp(w->bytes.p + c->key,
		    s->from.p, c->key_len) == 0)
			return store_flush(s);
	}
	return 0;
}

int
bdb_admit(struct store *s, const char *path)
{
	return admit(s, path, 0);
}

/* A file is in progress; line: its record, or NULL. */
static struct file *
start_file(struct store *s, int what, const char *path,
    const struct record *line)
{
	struct slice *w = s->cur;
	struct file *f;

	w->files = xgrow(w->files, &w->files_cap, w->nfiles + 1,
	    sizeof *w->files);
	f = &w->files[w->nfiles++];
	memset(f, 0, sizeof *f);
	f->what = what;
	f->path = bdb_keep_bytes(s, path, strlen(path) + 1);
	f->first = w->nitems;
	f->posting = w->postings.n;
	f->stored_at = RECORD_NONE;
	if (line != NULL) {
		struct record r = *line;

		r.line = NULL;
		r.chunks = r.stored_at = RECORD_NONE;
		f->stored_at = line->stored_at;
		f->line = w->bytes.len;
		bdb_add_line(&w->bytes, &r);
		f->line_len = w->bytes.len - f->line - 1;  /* no brace */
	}
	s->in_progress = 1;
	return f;
}

int
store_begin(struct store *s, const struct record *file)
{
	struct file *f;

	if (bdb_admit(s, file->path) == -1)
		return -1;
	f = start_file(s, REPLACE, file->path, file);
	if (file->content_hash != NULL)
		memcpy(f->hash, file->content_hash, HASH_LEN + 1);
	return 0;
}

int
store_begin_update(struct store *s, const char *path)
{
	if (admit(s, path, 1) == -1)
		return -1;
	start_file(s, UPDATE, path, NULL);
	return 0;
}

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

/* What the indexes are to have of a chunk. */
void
bdb_add_postings(struct postings *list, struct buf *b, const struct record *chunk)
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

void
store_add(struct store *s, const struct record *chunk)
{
	struct slice *w = s->cur;
	struct buf *b = &w->bytes;
	struct file *f = &w->files[w->nfiles - 1];
	struct item *i;
	size_t n;

	/* Huge files, machine-made, come in rows: one at a time in memory. */
	if (b->len >= SLICE_BYTES && s->writing)
		bdb_join(s);
	w->items = xgrow(w->items, &w->items_cap, w->nitems + 1,
	    sizeof *w->items);
	i = &w->items[w->nitems++];
	f->count++;
	i->key = b->len;
	key_chunk(b, chunk->path, chunk->byte_start, chunk->byte_end);
	i->key_len = b->len - i->key;
	i->value = b->len;
	bdb_add_line(b, chunk);
	b->len--;				/* the brace */
	if (chunk->created_at != RECORD_NONE)
		b->len -= strlen(",\"created_at\":") +
		    digits(chunk->created_at);
	i->stem_len = b->len - i->value;
	bdb_stamp(b, "created_at", bdb_or_now(chunk->created_at));
	i->value_len = b->len - i->value;
	i->start = chunk->byte_start;
	i->end = chunk->byte_end;
	i->posting = w->postings.n;
	bdb_add_postings(&w->postings, b, chunk);
	i->npostings = w->postings.n - i->posting;
	if (f->what == UPDATE) {
		f->language = bdb_keep_bytes(s, chunk->language,
		    strlen(chunk->language) + 1);
		if (f->size < chunk->byte_end)
			f->size = chunk->byte_end;
		/* A definition may end in a chunk that we do not have. */
		for (n = 0; n < chunk->nsymbols; n++)
			if (f->size < chunk->symbols[n].byte_end)
				f->size = chunk->symbols[n].byte_end;
	}
}

void
store_add_ast(struct store *s, const struct record *ast)
{
	struct slice *w = s->cur;
	struct file *f = &w->files[w->nfiles - 1];

	f->ast = w->bytes.len;
	bdb_add_line(&w->bytes, ast);
	f->ast_len = w->bytes.len - f->ast;
}

void
store_drop(struct store *s)
{
	struct slice *w = s->cur;

	if (!s->in_progress)
		return;
	w->nfiles--;
	w->nitems = w->files[w->nfiles].first;
	w->postings.n = w->files[w->nfiles].posting;
	w->bytes.len = w->files[w->nfiles].path;
	s->in_progress = 0;
}

int
store_done(struct store *s)
{
	s->in_progress = 0;
	if (s->failed)
		return -1;
	if (s->cur->nfiles != 0 &&
	    s->cur->files[s->cur->nfiles - 1].what == UPDATE)
		return 0;	/* there may be more of it, other files between */
	/* As long as the thread writes, comparing has to wait. */
	return s->writing && !s->written ? 0 : bdb_settle(s);
}

int
store_skip(struct store *s, const struct record *skip)
{
	struct file *f;

	if (bdb_admit(s, skip->path) == -1)
		return -1;
	f = start_file(s, SKIP, skip->path, skip);
	f->keeps = skip_keeps(skip->reason);
	return store_done(s);
}

