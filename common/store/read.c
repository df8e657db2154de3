#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/meter.h"
#include "base/path.h"
#include "store/inside.h"

int
store_enter(struct store *s)
{
	if (s->writer && slice_join(s) == -1)
		return -1;
	return ENGINE(s, enter);
}

int
store_moment(struct store *s, int (*fn)(void *arg, struct engine *e),
    void *arg)
{
	if (store_enter(s) == -1)
		return -1;
	return ENGINE(s, leave, fn(arg, s->engine));
}

int
store_moments(struct store *s, int (*fn)(void *arg, struct engine *e),
    void *arg)
{
	return fn(arg, s->engine);
}

int
store_count(struct store *s, const char *path, uint64_t *n)
{
	struct buf line = { 0 };
	int status;

	if (store_enter(s) == -1)
		return -1;
	status = ENGINE(s, count, path, n);
	if (status == 0)
		status = *n > 0 ? 1 : ENGINE(s, file, path, &line);
	buf_free(&line);
	return ENGINE(s, leave, status);
}

/* Append one record, by a function of the engine, to *line: 1, 0, -1. */
static int
one(struct store *s, int (*get)(struct engine *, const char *, struct buf *),
    const char *path, struct buf *line)
{
	struct buf found = { 0 };
	int status;

	if (store_enter(s) == -1)
		return -1;
	status = get(s->engine, path, &found);
	status = ENGINE(s, leave, status);
	if (status == 1 && line != NULL)
		buf_add(line, found.p, found.len);
	buf_free(&found);
	return status;
}

int
store_file(struct store *s, const char *path, struct buf *line)
{
	return one(s, s->engine->type->file, path, line);
}

int
store_ast(struct store *s, const char *path, struct buf *line)
{
	return one(s, s->engine->type->ast, path, line);
}

/* --- spans ------------------------------------------------------------------- */

void
spans_free(struct spans *sp)
{
	buf_free(&sp->text);
	free(sp->list);
}

int
span_order(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* The row's line is set only for ROWS_CHUNKS. */
static void
add_span(struct spans *sp, const struct row *row, enum engine_rows what)
{
	size_t len = what == ROWS_CHUNKS ? row->len : 0;

	sp->list = xgrow(sp->list, &sp->cap, sp->n + 1, sizeof *sp->list);
	sp->list[sp->n++] = (struct span){ row->start, row->end, sp->text.len,
	    len };
	if (len != 0)
		buf_add(&sp->text, row->line, len);
}

/* Add the chunks of a file, or only their spans, in order: 0, -1. */
static int
read_spans(struct store *s, const char *path, struct spans *sp,
    enum engine_rows what)
{
	const struct query q = { .what = what, .path = path,
	    .start = RECORD_NONE };
	struct cursor *c = ENGINE(s, seek, &q, NULL);
	struct row row;
	size_t first = sp->n;
	int status;

	if (c == NULL)
		return -1;
	while ((status = c->type->next(c, &row)) == 1)
		add_span(sp, &row, what);
	if (c->type->end(c) == -1)
		status = -1;
	if (sp->n != first)
		qsort(sp->list + first, sp->n - first, sizeof *sp->list,
		    span_order);
	return status;
}

int
span_read(struct store *s, const char *path, struct spans *sp, struct span *p)
{
	int status;

	p->line = sp->text.len;
	status = ENGINE(s, chunk, path, p->start, p->end, &sp->text);
	p->len = sp->text.len - p->line;
	if (status == 0)
		warnx("%s: the chunk from byte %ju to %ju is missing", path,
		    (uintmax_t)p->start, (uintmax_t)p->end);
	return status == 1 ? 0 : -1;
}

/* --- files ------------------------------------------------------------------- */

/* Some files, read from the store between enter and leave. */
struct batch {
	enum { LINES, COUNTS, WHOLE } what;
	const char *below;	/* lent; only files there, or NULL */
	int alone;		/* not the files below it */
	struct buf place;	/* where the next batch begins */
	struct buf text;
	struct entry {
		size_t path, line, len;
		uint64_t chunks;	/* COUNTS */
		size_t first;		/* WHOLE: of spans; its nodes */
		size_t ast, ast_len;
	} *list;
	size_t n, cap;
	struct spans spans;
};

static int
add_entry(struct store *s, struct batch *b, const char *path,
    const void *line, size_t len)
{
	struct entry *e;

	b->list = xgrow(b->list, &b->cap, b->n + 1, sizeof *b->list);
	e = &b->list[b->n++];
	e->path = buf_text(&b->text, path);
	e->line = b->text.len;
	e->len = len;
	buf_add(&b->text, line, len);
	e->first = b->spans.n;
	if (b->what == COUNTS)
		return ENGINE(s, count, path, &e->chunks);
	if (b->what == LINES)
		return 0;
	e->ast = b->text.len;
	if (ENGINE(s, ast, path, &b->text) == -1)
		return -1;
	e->ast_len = b->text.len - e->ast;
	return read_spans(s, path, &b->spans, ROWS_CHUNKS);
}

/* Add the file of this path, if there is one: 0, -1. */
static int
add_path(struct store *s, struct batch *b, const char *path)
{
	struct buf line = { 0 };
	int status = ENGINE(s, file, path, &line);

	if (status == 1)
		status = add_entry(s, b, path, line.p, line.len);
	buf_free(&line);
	return status;
}

static int
is_full(const struct batch *b)
{
	return b->n >= READ_FILES ||
	    b->text.len + b->spans.text.len >= READ_BYTES;
}

/* Fill the batch: 1 there may be more, 0 that was all, -1. */
static int
take_batch(struct store *s, struct batch *b)
{
	/* Below "." are all paths that are not absolute. */
	int here = b->below != NULL && strcmp(b->below, ".") == 0;
	const struct query q = { .what = ROWS_FILES,
	    .path = here ? NULL : b->below };
	struct cursor *c = ENGINE(s, seek, &q, b->place.len != 0 ? &b->place :
	    NULL);
	struct row row;
	int status;

	if (c == NULL)
		return -1;
	while ((status = c->type->next(c, &row)) == 1) {
		if (here && !path_below(row.path, b->below))
			continue;
		if (is_full(b)) {
			b->place.len = 0;
			c->type->place(c, &b->place);
			break;
		}
		if (add_entry(s, b, row.path, row.line, row.len) == -1) {
			status = -1;
			break;
		}
	}
	if (c->type->end(c) == -1)
		status = -1;
	return status;
}

/* Process an entry of a batch. */
typedef int hand_fn(void *arg, const struct batch *b, const struct entry *e);

static int
each_file(struct store *s, struct batch *b, hand_fn *hand, void *arg)
{
	int status, more, first = 1;
	size_t i;

	do {
		b->n = b->text.len = b->spans.n = b->spans.text.len = 0;
		if ((status = more = store_enter(s)) == -1)
			break;
		/* A path and what is below it are not adjacent. */
		if (first && b->below != NULL && add_path(s, b,
		    b->below) == -1)
			more = -1;
		first = 0;
		if (more != -1)
			more = b->alone ? 0 : take_batch(s, b);
		more = ENGINE(s, leave, more);
		status = more == -1 ? -1 : 0;
		for (i = 0; status == 0 && i < b->n; i++)
			status = hand(arg, b, &b->list[i]);
	} while (status == 0 && more == 1);
	buf_free(&b->text);
	buf_free(&b->place);
	spans_free(&b->spans);
	free(b->list);
	return status;
}

static struct store_file
file_of(const struct batch *b, const struct entry *e)
{
	struct store_file f = { .path = b->text.p + e->path,
	    .line = b->text.p + e->line, .len = e->len, .chunks = e->chunks };

	f.skipped = record_line_type(f.line, f.len) == RECORD_SKIP;
	return f;
}

struct file_hand {
	store_file_fn *fn;
	void *arg;
};

static int
hand_file(void *arg, const struct batch *b, const struct entry *e)
{
	const struct file_hand *h = arg;
	struct store_file f = file_of(b, e);

	return h->fn(h->arg, &f);
}

int
store_files(struct store *s, store_file_fn *fn, void *arg)
{
	struct batch b = { .what = LINES };
	struct file_hand h = { fn, arg };

	return each_file(s, &b, hand_file, &h);
}

int
store_files_below(struct store *s, const char *path, store_file_fn *fn,
    void *arg)
{
	struct batch b = { .what = LINES, .below = path };
	struct file_hand h = { fn, arg };

	return each_file(s, &b, hand_file, &h);
}

static int
is_one(void *arg, const struct store_file *f)
{
	(void)arg;
	(void)f;
	return 1;
}

int
store_any_below(struct store *s, const char *path)
{
	return store_files_below(s, path, is_one, NULL);
}

int
store_counts(struct store *s, const char *path, store_file_fn *fn, void *arg)
{
	struct batch b = { .what = COUNTS, .below = path };
	struct file_hand h = { fn, arg };

	return each_file(s, &b, hand_file, &h);
}

struct whole_hand {
	store_whole_fn *fn;
	void *arg;
	struct store_chunk *chunks;
	size_t cap;
};

static int
hand_whole(void *arg, const struct batch *b, const struct entry *e)
{
	struct whole_hand *h = arg;
	const struct spans *sp = &b->spans;
	size_t i, end = e + 1 < b->list + b->n ? e[1].first : sp->n;
	struct store_whole w = { .file = file_of(b, e),
	    .nchunks = end - e->first };

	w.file.chunks = w.nchunks;
	if (e->ast_len != 0) {
		w.ast = b->text.p + e->ast;
		w.ast_len = e->ast_len;
	}
	w.chunks = h->chunks = xgrow(h->chunks, &h->cap, w.nchunks,
	    sizeof *h->chunks);
	for (i = e->first; i < end; i++)
		h->chunks[i - e->first] = (struct store_chunk){
		    sp->list[i].start, sp->list[i].end,
		    sp->text.p + sp->list[i].line, sp->list[i].len };
	meter_add(1);
	return h->fn(h->arg, &w);
}

static int
each_whole(struct store *s, struct batch *b, store_whole_fn *fn, void *arg)
{
	struct whole_hand h = { .fn = fn, .arg = arg };
	int status;

	b->what = WHOLE;
	status = each_file(s, b, hand_whole, &h);
	free(h.chunks);
	return status;
}

int
store_whole(struct store *s, const char *path, store_whole_fn *fn, void *arg)
{
	struct batch b = { .below = path, .alone = 1 };

	return each_whole(s, &b, fn, arg);
}

int
store_wholes_below(struct store *s, const char *path, store_whole_fn *fn,
    void *arg)
{
	struct batch b = { .below = path };

	return each_whole(s, &b, fn, arg);
}

int
store_wholes(struct store *s, store_whole_fn *fn, void *arg)
{
	struct batch b = { .below = NULL };

	return each_whole(s, &b, fn, arg);
}

/* --- chunks ------------------------------------------------------------------ */

int
store_chunk(struct store *s, const char *path, uint64_t start, uint64_t end,
    struct buf *line)
{
	int status;

	if (store_enter(s) == -1)
		return -1;
	status = ENGINE(s, chunk, path, start, end, line);
	return ENGINE(s, leave, status);
}

/* Choose which chunks to read and keep: 0, -1. */
typedef int pick_fn(struct store *s, const char *path, struct spans *sp,
    uint64_t a, uint64_t b);

/* Hand out the chunks of a file that the function picks. */
static int
picked(struct store *s, const char *path, pick_fn *pick, uint64_t a,
    uint64_t b, store_chunk_fn *fn, void *arg)
{
	struct spans sp = { 0 };
	size_t i;
	int status;

	if (store_enter(s) == -1)
		return -1;
	status = pick(s, path, &sp, a, b);
	status = ENGINE(s, leave, status);
	for (i = 0; status == 0 && i < sp.n; i++)
		status = fn(arg, sp.text.p + sp.list[i].line,
		    sp.list[i].len);
	spans_free(&sp);
	return status;
}

static int
pick_all(struct store *s, const char *path, struct spans *sp, uint64_t a,
    uint64_t b)
{
	(void)a;
	(void)b;
	return read_spans(s, path, sp, ROWS_CHUNKS);
}

static int
pick_bytes(struct store *s, const char *path, struct spans *sp,
    uint64_t start, uint64_t end)
{
	size_t i, n = 0;

	if (read_spans(s, path, sp, ROWS_SPANS) == -1)
		return -1;
	for (i = 0; i < sp->n; i++) {
		if (sp->list[i].start >= end || sp->list[i].end <= start)
			continue;
		sp->list[n] = sp->list[i];
		if (span_read(s, path, sp, &sp->list[n++]) == -1)
			return -1;
	}
	sp->n = n;
	return 0;
}

/* Read a chunk and get its line numbers: 0, -1. */
static int
read_lines(struct store *s, const char *path, struct spans *sp,
    struct span *p, uint64_t *first, uint64_t *last)
{
	struct record r;

	if (span_read(s, path, sp, p) == -1)
		return -1;
	if (record_read(&s->reader, &r, sp->text.p + p->line, p->len) == -1) {
		warnx("%s: %s", path, s->reader.error);
		return -1;
	}
	*first = r.start_line;
	*last = r.end_line;
	return 0;
}

/*
 * The first lines of the chunks grow with their spans, so bisection finds those
 * that begin after the line. Going backwards through the others, we can stop at
 * the first that ends before it, unless chunks lie inside others.
 */
static int
pick_line(struct store *s, const char *path, struct spans *sp, uint64_t line,
    uint64_t unused)
{
	uint64_t first, last;
	size_t i, low = 0, high, n = 0;
	int apart = 1;

	(void)unused;
	if (read_spans(s, path, sp, ROWS_SPANS) == -1)
		return -1;
	for (i = 1; i < sp->n; i++)
		apart &= sp->list[i - 1].end <= sp->list[i].start;
	for (high = sp->n; low < high; ) {
		i = low + (high - low) / 2;
		if (read_lines(s, path, sp, &sp->list[i], &first, &last) == -1)
			return -1;
		if (first > line)
			high = i;
		else
			low = i + 1;
	}
	for (i = low; i-- > 0; ) {
		if (read_lines(s, path, sp, &sp->list[i], &first, &last) == -1)
			return -1;
		if (last >= line)
			sp->list[--low] = sp->list[i], n++;
		else if (apart)
			break;
	}
	if (n != 0)
		memmove(sp->list, sp->list + low, n * sizeof *sp->list);
	sp->n = n;
	return 0;
}

/* Add a chunk that begins at this byte, and has bytes: 1, 0 there is none, -1. */
static int
read_next(struct store *s, const char *path, struct spans *sp, uint64_t start)
{
	const struct query q = { .what = ROWS_CHUNKS, .path = path,
	    .start = start };
	struct cursor *c = ENGINE(s, seek, &q, NULL);
	struct row row;
	int status;

	if (c == NULL)
		return -1;
	while ((status = c->type->next(c, &row)) == 1 && row.end == start)
		;
	if (status == 1)
		add_span(sp, &row, ROWS_CHUNKS);
	return c->type->end(c) == -1 ? -1 : status;
}

static int
pick_chain(struct store *s, const char *path, struct spans *sp,
    uint64_t first, uint64_t end)
{
	int status;

	while (first < end && (status = read_next(s, path, sp, first)) == 1)
		first = sp->list[sp->n - 1].end;
	return first < end ? status : 0;
}

int
store_chunks(struct store *s, const char *path, store_chunk_fn *fn, void *arg)
{
	return picked(s, path, pick_all, 0, 0, fn, arg);
}

int
store_chunks_at(struct store *s, const char *path, uint64_t start,
    uint64_t end, store_chunk_fn *fn, void *arg)
{
	return picked(s, path, pick_bytes, start, end, fn, arg);
}

int
store_chunks_on(struct store *s, const char *path, uint64_t line,
    store_chunk_fn *fn, void *arg)
{
	return picked(s, path, pick_line, line, 0, fn, arg);
}

int
store_chunks_from(struct store *s, const char *path, uint64_t first,
    uint64_t end, store_chunk_fn *fn, void *arg)
{
	return picked(s, path, pick_chain, first, end, fn, arg);
}
