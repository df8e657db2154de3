/*
 * We check a store in steps of some milliseconds, as others may read and write
 * meanwhile. What belongs together is checked under one lock: a file with all
 * of its chunks and what the indexes should have of them. So every definition
 * and label is known to have its entry. That there are no other entries
 * follows from their number, if nobody wrote meanwhile; else we look up each
 * one in its chunk. While definitions are in segments, where looking up many
 * takes too long, it is the other way round.
 *
 * First we check whether each page is as it was written. We do not use
 * Berkeley DB's own verification, as it needs a file for itself for as long as
 * it takes, and crashes when memory runs out.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/meter.h"
#include "engine/bdb/bdb.h"
#include "engine/bdb/page.h"
#include "base/hash.h"

#define PAGES_AT_ONCE	((size_t)1 << 20)	/* bytes */

struct bdb_check {
	struct bdb *e;
	engine_fault_fn *fn;
	void *arg;
	struct buf told;		/* faults: key NUL reason NUL */
	int found;

	struct reader reader, file_reader;
	struct key key;
	struct hash *hash;
	char partition[OPTIONS_ID + 1];	/* options that omit no byte */
	uint64_t entries[TABLES];	/* of indexes, as chunks require */
	uint64_t counted[TABLES];	/* as they exist */
	int unmerged;			/* definitions, when there were segments */
	struct buf next, file, value;

	/* the chunks of the current file */
	struct buf path, text;
	struct held {
		uint64_t start, end;
		size_t line, len;	/* in text */
	} *chunks;
	size_t nchunks, chunks_cap;
	struct postings want;		/* what they require, in bytes */
	struct buf bytes;
	int whole;			/* all readable, with right hashes */
	int bad_dictionary;
};

/* --- faults ----------------------------------------------------------------- */

static void __attribute__((format(printf, 4, 5)))
fault(struct bdb_check *c, const void *key, size_t len, const char *fmt, ...)
{
	char reason[256];
	const char *p = key;
	va_list ap;
	size_t i;

	for (i = 0; i < len; i++)
		buf_putc(&c->told, p[i] != '\0' ? p[i] : '?');
	buf_putc(&c->told, '\0');
	va_start(ap, fmt);
	vsnprintf(reason, sizeof reason, fmt, ap);
	va_end(ap);
	buf_text(&c->told, reason);
	c->found = 1;
}

/* Hand the faults over, with no lock held; returns what fn returned. */
static int
tell_faults(struct bdb_check *c)
{
	const char *p = c->told.p, *end = p + c->told.len, *reason;
	int status = 0;

	while (status == 0 && p < end) {
		reason = p + strlen(p) + 1;
		status = c->fn(c->arg, p, reason);
		p = reason + strlen(reason) + 1;
	}
	c->told.len = 0;
	return status;
}

/* --- pages ------------------------------------------------------------------- */

/* Check some pages from *next on: 1 there are more, 0, -1. */
static int
page_step(struct bdb_check *c, enum table t, int fd, uint32_t *next)
{
	size_t size = bdb_tables[t].page, n = PAGES_AT_ONCE / size, i;
	unsigned char head[PAGE_META_SIZE], *room = xmalloc(size);
	const char *name = bdb_tables[t].name;
	uint32_t last = 0;

	if (pread(fd, head, sizeof head, 0) != sizeof head ||
	    page_size(head) != size) {
		fault(c, name, strlen(name), "is not a table of a store");
		n = 0;
	} else
		last = page_last(head);
	for (i = 0; i < n && *next <= last; i++, ++*next) {
		ssize_t k = pread(fd, room, size, (off_t)*next * size);

		if (k != (ssize_t)size)
			fault(c, name, strlen(name), k == -1 ?
			    "page %ju cannot be read" : "ends before page %ju",
			    (uintmax_t)*next);
		else if (!page_is_sound(room, size, *next) ||
		    !page_is_whole(room, size))
			fault(c, name, strlen(name), "page %ju is damaged",
			    (uintmax_t)*next);
		if (k != (ssize_t)size)
			last = 0;
	}
	meter_add(i);
	free(room);
	return n != 0 && *next <= last;
}

/* Is each page as it was written? */
static int
check_pages(struct bdb_check *c, enum table t)
{
	struct bdb *e = c->e;
	uint32_t next = 0;
	int fd, more = 1, status = 0;

	meter_step("pages");
	while (status == 0 && more == 1) {
		if (bdb_enter(e) == -1)
			return -1;
		fd = openat(e->lock.dir_fd, bdb_tables[t].name, O_RDONLY |
		    O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		more = fd != -1 ? page_step(c, t, fd, &next) :
		    bdb_fail(e, bdb_tables[t].name, errno);
		if (fd != -1)
			close(fd);
		more = bdb_leave(e, more);
		status = more == -1 ? -1 : tell_faults(c);
	}
	return status;
}

/* --- a chunk, and a file of them ---------------------------------------------- */

/*
 * Append a value's line to the text: 1, or 0 and a fault noted, or -1.
 */
static int
add_line(struct bdb_check *c, const struct range *r, struct buf *text, size_t *len)
{
	struct bdb *e = c->e;
	const DBT *k = &r->key, *v = &r->value;
	size_t was = text->len;
	const char *line;

	if (value_is_pressed(v->data, v->size) && !c->bad_dictionary &&
	    bdb_learn(e) == -1)
		return -1;
	if (values_unpress(&e->values, text, v->data, v->size, &line,
	    len) == -1) {
		fault(c, k->data, k->size, "cannot be decompressed");
		*len = 0;
		return 0;
	}
	if (text->len == was)
		buf_add(text, line, *len);
	return 1;
}

/* Does the chunk agree with its key? */
static void
check_chunk(struct bdb_check *c, const struct range *r, const char *line,
    size_t len)
{
	char hash[HASH_LEN + 1];
	const DBT *k = &r->key;
	struct record chunk;

	if (record_read(&c->reader, &chunk, line, len) == -1)
		fault(c, k->data, k->size, "%s", c->reader.error);
	else if (chunk.type != RECORD_CHUNK)
		fault(c, k->data, k->size, "no chunk");
	else if (strcmp(chunk.path, c->key.path) != 0 ||
	    chunk.byte_start != c->key.start || chunk.byte_end != c->key.end)
		fault(c, k->data, k->size, "the chunk is another: %s, %ju to "
		    "%ju", chunk.path, (uintmax_t)chunk.byte_start,
		    (uintmax_t)chunk.byte_end);
	else {
		hash_start(c->hash);
		hash_add(c->hash, chunk.content, chunk.content_len);
		hash_end(c->hash, hash);
		if (chunk.created_at == RECORD_NONE)
			fault(c, k->data, k->size, "no \"created_at\"");
		if (strcmp(hash, chunk.content_hash) == 0)
			return;
		fault(c, k->data, k->size,
		    "content and \"content_hash\" disagree");
	}
	c->whole = 0;
}

/* Does the index have what this posting requires? 0, -1. */
static int
check_posting(struct bdb_check *c, const struct posting *p)
{
	struct bdb *e = c->e;
	const char *key = c->bytes.p + p->key;
	struct buf from = { 0 };
	int status;

	if (p->table == SYMBOLS && e->segments.n != 0) {
		c->unmerged = 1;	/* finding it would need a search */
		return 0;
	}
	c->value.len = 0;
	buf_add(&from, key, p->key_len);
	status = bdb_get(e, p->table, &from, &c->value);
	buf_free(&from);
	if (status == 0)
		fault(c, key, p->key_len, "missing");
	else if (status == 1 && key_compare(c->value.p, c->value.len,
	    key + p->key_len, p->value_len) != 0)
		fault(c, key, p->key_len, "not what the chunk has");
	return status == -1 ? -1 : 0;
}

/* Do the indexes have what these chunks require? 0, -1. */
static int
check_postings(struct bdb_check *c)
{
	struct postings *want = &c->want;
	const struct held *p;
	struct record chunk;
	size_t i;
	int status = 0;

	c->bytes.len = want->n = 0;
	for (p = c->chunks; p < c->chunks + c->nchunks; p++)
		if (record_read(&c->reader, &chunk, c->text.p + p->line,
		    p->len) == 0)
			bdb_add_postings(want, &c->bytes, &chunk);
	bdb_sort_postings(want, c->bytes.p);
	for (i = 0; status == 0 && i < want->n; i++) {
		c->entries[want->list[i].table]++;
		status = check_posting(c, &want->list[i]);
	}
	return status;
}

/* Do the chunks, in order, make up the file? */
static void
check_bytes(struct bdb_check *c, const struct record *file)
{
	char hash[HASH_LEN + 1];
	const struct held *p, *end = c->chunks + c->nchunks;
	struct record chunk;
	uint64_t at = 0;

	for (p = c->chunks; p < end && p->start == at; p++)
		at = p->end;
	if (p < end || at != file->size) {
		if (strcmp(file->options != NULL ? file->options : "",
		    c->partition) == 0 && *c->partition != '\0')
			fault(c, c->file.p, c->file.len, "byte %ju: the "
			    "chunks overlap or leave a hole", (uintmax_t)at);
		return;
	}
	if (file->content_hash == NULL || !c->whole)
		return;
	hash_start(c->hash);
	strcpy(hash, file->content_hash);
	for (p = c->chunks; p < end; p++)
		if (record_read(&c->reader, &chunk, c->text.p + p->line,
		    p->len) == 0)
			hash_add(c->hash, chunk.content, chunk.content_len);
	c->value.len = 0;
	buf_text(&c->value, hash);
	hash_end(c->hash, hash);
	if (strcmp(hash, c->value.p) != 0)
		fault(c, c->file.p, c->file.len,
		    "the chunks do not match its \"content_hash\"");
}

static int
by_span(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* All chunks of a file have been read. 0, -1. */
static int
check_file(struct bdb_check *c)
{
	struct record file;
	const struct held *last;
	int there;

	if (c->nchunks == 0)
		return 0;
	c->file.len = 0;
	key_file(&c->file, c->path.p);
	qsort(c->chunks, c->nchunks, sizeof *c->chunks, by_span);
	last = c->chunks + c->nchunks - 1;
	c->value.len = 0;
	if ((there = bdb_file(c->e, c->path.p, &c->value)) == -1)
		return -1;
	if (!there)
		fault(c, c->file.p, c->file.len,
		    "not stored, but chunks of it are");
	else if (record_read(&c->file_reader, &file, c->value.p,
	    c->value.len) == 0 && file.type == RECORD_FILE) {
		if (last->start > file.size)
			fault(c, c->file.p, c->file.len, "has %ju bytes, a "
			    "chunk begins at %ju", (uintmax_t)file.size,
			    (uintmax_t)last->start);
		check_bytes(c, &file);
	}
	return check_postings(c);
}

/* --- the tables, a step at a time ---------------------------------------------- */

/* Seconds that a step holds the lock and delays the writer; longer for a large
 * file. */
#define STEP	.003

/* Process one entry: 0, or -1. */
typedef int entry_fn(struct bdb_check *c, const struct range *r);

static const enum key_kind kinds[TABLES] = {
	[CHUNKS] = KEY_CHUNK, [FILES] = KEY_FILE, [META] = KEY_META,
	[AST] = KEY_AST, [LABELS] = KEY_LABEL, [SYMBOLS] = KEY_SYMBOL
};

/* May the step end at this key? The chunks of a file are checked together. */
static int
may_end(struct bdb_check *c, enum table t, const struct range *r)
{
	return t != CHUNKS || c->path.len == 0 ||
	    key_parse(&c->key, r->key.data, r->key.size) == -1 ||
	    strcmp(c->key.path, c->path.p) != 0;
}

/* Do a step from c->next on: 1 there is more, 0, -1. */
static int
step(struct bdb_check *c, enum table t, entry_fn *fn)
{
	struct range r;
	double until = lock_clock() + STEP;
	size_t n = 0;
	int status;

	c->path.len = c->text.len = c->nchunks = 0;
	if (bdb_read_segments(c->e) == -1 ||
	    bdb_range_open(&r, c->e, t, &c->next, NULL, t == LABELS) == -1)
		return -1;
	while ((status = bdb_range_next(&r)) == 1) {
		if (n != 0 && lock_clock() > until && may_end(c, t, &r)) {
			c->next.len = 0;
			buf_add(&c->next, r.key.data, r.key.size);
			break;
		}
		n++;
		meter_add(1);
		if (key_parse(&c->key, r.key.data, r.key.size) == -1 ||
		    c->key.kind != kinds[t])
			fault(c, r.key.data, r.key.size, "no such key");
		else if ((status = fn(c, &r)) == -1)
			break;
	}
	if (status != -1 && t == CHUNKS && check_file(c) == -1)
		status = -1;
	if (bdb_range_close(&r) == -1)
		status = -1;
	return status;
}

static int
chunk_entry(struct bdb_check *c, const struct range *r)
{
	struct held *held;
	int status;

	if (c->path.len == 0 || strcmp(c->key.path, c->path.p) != 0) {
		if (check_file(c) == -1)
			return -1;
		c->path.len = c->text.len = c->nchunks = 0;
		buf_text(&c->path, c->key.path);
		c->whole = 1;
	}
	c->chunks = xgrow(c->chunks, &c->chunks_cap, c->nchunks + 1,
	    sizeof *c->chunks);
	held = &c->chunks[c->nchunks++];
	*held = (struct held){ c->key.start, c->key.end, c->text.len, 0 };
	status = add_line(c, r, &c->text, &held->len);
	if (status == 1)
		check_chunk(c, r, c->text.p + held->line, held->len);
	else
		c->whole = 0;
	return status == -1 ? -1 : 0;
}

static int
file_entry(struct bdb_check *c, const struct range *r)
{
	const DBT *k = &r->key, *v = &r->value;
	struct record file;
	uint64_t chunks, want = 0;

	if (bdb_count(c->e, c->key.path, &chunks) == -1)
		return -1;
	if (record_read(&c->reader, &file, v->data, v->size) == -1)
		fault(c, k->data, k->size, "%s", c->reader.error);
	else if ((file.type != RECORD_FILE && file.type != RECORD_SKIP) ||
	    strcmp(file.path, c->key.path) != 0)
		fault(c, k->data, k->size, "the record is of another");
	else {
		if (file.type == RECORD_FILE)
			want = file.chunks;
		if (want == RECORD_NONE)
			fault(c, k->data, k->size, "no \"chunks\"");
		else if (want != chunks)
			fault(c, k->data, k->size, "should have %ju chunks, "
			    "has %ju", (uintmax_t)want, (uintmax_t)chunks);
		if (file.stored_at == RECORD_NONE)
			fault(c, k->data, k->size, "no \"stored_at\"");
	}
	return 0;
}

static int
ast_entry(struct bdb_check *c, const struct range *r)
{
	const DBT *k = &r->key;
	struct record ast;
	size_t len;
	int there, status;

	c->value.len = 0;
	if ((there = bdb_file(c->e, c->key.path, &c->value)) == -1)
		return -1;
	if (!there)
		fault(c, k->data, k->size, "its file is not stored");
	c->value.len = 0;
	if ((status = add_line(c, r, &c->value, &len)) != 1)
		return status;
	if (record_read(&c->reader, &ast, c->value.p, len) == -1)
		fault(c, k->data, k->size, "%s", c->reader.error);
	else if (ast.type != RECORD_AST || strcmp(ast.path, c->key.path) != 0)
		fault(c, k->data, k->size, "the record is of another");
	return 0;
}

static int
meta_entry(struct bdb_check *c, const struct range *r)
{
	static const char name[] = "format";
	char format[16];
	int n = snprintf(format, sizeof format, "%d", LOCK_FORMAT);

	if (strcmp(c->key.name, name) == 0 && (r->value.size != (size_t)n ||
	    memcmp(r->value.data, format, n) != 0))
		fault(c, r->key.data, r->key.size, "is not %s", format);
	if (strcmp(c->key.name, "dictionary") == 0) {
		if (values_learn(&c->e->values, r->value.data,
		    r->value.size) == -1) {
			fault(c, r->key.data, r->key.size, "is none");
			c->bad_dictionary = 1;
		} else
			c->e->looked = 1;
	}
	if (strcmp(c->key.name, "options") == 0) {
		c->value.len = 0;
		buf_add(&c->value, r->value.data, r->value.size);
		buf_putc(&c->value, '\0');
		if (options_has(c->value.p, "mode=partition"))
			options_id(c->partition, c->value.p);
		c->value.len = 0;
	}
	return 0;
}

/* --- indexes -------------------------------------------------------------------- */

/* Does the chunk require this entry? 0, -1. */
static int
check_asked(struct bdb_check *c, enum table t, const void *key, size_t len,
    uint64_t start, uint64_t end)
{
	const struct posting *p;
	struct record chunk;
	struct buf name = { 0 }, line = { 0 };
	int status;

	line.len = c->bytes.len = c->want.n = 0;
	key_chunk(&name, c->key.path, start, end);
	status = bdb_get(c->e, CHUNKS, &name, &line);
	if (status == 1 && record_read(&c->reader, &chunk, line.p,
	    line.len) == 0 && chunk.type == RECORD_CHUNK)
		bdb_add_postings(&c->want, &c->bytes, &chunk);
	buf_free(&name);
	buf_free(&line);
	for (p = c->want.list; p < c->want.list + c->want.n; p++)
		if (p->table == t && key_compare(c->bytes.p + p->key,
		    p->key_len, key, len) == 0)
			break;
	if (status != -1 && p == c->want.list + c->want.n)
		fault(c, key, len, "no chunk has it");
	return status == -1 ? -1 : 0;
}

static int
label_counted(struct bdb_check *c, const struct range *r)
{
	(void)r;
	c->counted[LABELS]++;
	return 0;
}

static int
label_asked(struct bdb_check *c, const struct range *r)
{
	return check_asked(c, LABELS, r->key.data, r->key.size, c->key.start,
	    c->key.end);
}

/*
 * The same for definitions, which a merge hands out: count them and, if asked
 * is not 0, look them up in their chunks.
 */
static int
symbol_step(struct bdb_check *c, int asked)
{
	struct bdb *e = c->e;
	struct buf from = c->next;
	struct symbol y;
	struct merge m;
	const struct source *src;
	double until = lock_clock() + STEP;
	uint64_t start, end;
	size_t n = 0;
	int status;

	c->next = (struct buf){ 0 };
	status = bdb_merge_open(&m, e, &from, NULL, 0);
	while (status == 0 && (status = bdb_merge_next(&m, &src)) == 1) {
		if (n++ != 0 && lock_clock() > until) {
			buf_add(&c->next, src->entry, src->entry_len);
			break;
		}
		status = 0;
		if (src->deleted)
			continue;
		c->counted[SYMBOLS]++;
		c->value.len = 0;
		buf_add(&c->value, src->data, src->data_len);
		buf_putc(&c->value, '\0');
		if (key_parse(&c->key, src->entry, src->entry_len) == -1 ||
		    c->key.kind != KEY_SYMBOL)
			fault(c, src->entry, src->entry_len, "no such key");
		else if (key_symbol_parse(&y, &start, &end, &c->key,
		    c->value.p, src->data_len) == -1)
			fault(c, src->entry, src->entry_len, "no such value");
		else if (asked)
			status = check_asked(c, SYMBOLS, src->entry,
			    src->entry_len, start, end);
	}
	bdb_merge_close(&m);
	buf_free(&from);
	return status;
}

/* Process all of a table, with one kind of step or the other. */
static int
each_entry(struct bdb_check *c, enum table t, entry_fn *fn, int asked)
{
	int status = 0, more = 1;

	meter_step(bdb_tables[t].name);
	c->counted[t] = 0;
	c->next.len = 0;
	buf_putc(&c->next, '\0');	/* before all keys */
	while (status == 0 && more == 1) {
		if (bdb_enter(c->e) == -1)
			return -1;
		more = t == SYMBOLS ? symbol_step(c, asked) :
		    step(c, t, fn);
		more = bdb_leave(c->e, more);
		status = more == -1 ? -1 : tell_faults(c);
	}
	return status;
}

/* ---------------------------------------------------------------------------------- */

static int
check_all(struct bdb_check *c)
{
	struct bdb *e = c->e;
	uint64_t generation;
	int t, status = 0;

	for (t = 0; status == 0 && t < TABLES; t++)
		status = check_pages(c, t);
	if (status != 0 || c->found)
		return status;		/* libdb cannot read damaged pages */
	generation = e->generation;
	if ((status = each_entry(c, META, meta_entry, 0)) != 0 ||
	    (status = each_entry(c, FILES, file_entry, 0)) != 0 ||
	    (status = each_entry(c, CHUNKS, chunk_entry, 0)) != 0 ||
	    (status = each_entry(c, AST, ast_entry, 0)) != 0 ||
	    (status = each_entry(c, LABELS, label_counted, 0)) != 0 ||
	    (status = each_entry(c, SYMBOLS, NULL, 0)) != 0)
		return status;
	if (c->bad_dictionary)
		return 0;		/* chunks cannot be consulted */
	if (generation != e->generation ||
	    c->counted[LABELS] != c->entries[LABELS])
		status = each_entry(c, LABELS, label_asked, 0);
	if (status == 0 && (generation != e->generation || c->unmerged ||
	    c->counted[SYMBOLS] != c->entries[SYMBOLS]))
		status = each_entry(c, SYMBOLS, NULL, 1);
	if (status == 0 && generation == e->generation && c->unmerged &&
	    c->counted[SYMBOLS] < c->entries[SYMBOLS]) {
		fault(c, "sym.new", 7, "%ju definitions have no entry",
		    (uintmax_t)(c->entries[SYMBOLS] - c->counted[SYMBOLS]));
		status = tell_faults(c);
	}
	return status;
}

int
bdb_verify(struct engine *e, engine_fault_fn *fn, void *arg)
{
	struct bdb_check c = { .e = (struct bdb *)e, .fn = fn, .arg = arg,
	    .hash = hash_new() };
	int status = check_all(&c);

	buf_free(&c.told);
	buf_free(&c.next);
	buf_free(&c.file);
	buf_free(&c.value);
	buf_free(&c.path);
	buf_free(&c.text);
	buf_free(&c.bytes);
	free(c.chunks);
	free(c.want.list);
	reader_free(&c.reader);
	reader_free(&c.file_reader);
	key_free(&c.key);
	hash_free(c.hash);
	return status == 0 ? c.found : status;
}
