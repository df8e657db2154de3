#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bdb/bdb.h"
#include "base/path.h"

/* Count the chunks of a file: 0, -1. */
int
bdb_count(struct store *s, const char *path, uint64_t *n)
{
	struct range r;
	int status;

	*n = 0;
	key_chunk_range(&s->from, &s->to, path);
	if (bdb_range_open(&r, s, CHUNKS, &s->from, &s->to, 1) == -1)
		return -1;
	while ((status = bdb_range_next(&r)) == 1)
		++*n;
	return bdb_range_close(&r) == -1 ? -1 : status;
}

/* The record of a file, in s->scratch: 1, 0 not stored, -1. */
int
bdb_look_up(struct store *s, const char *path)
{
	s->from.len = s->scratch.len = 0;
	key_file(&s->from, path);
	return bdb_get(s, FILES, &s->from, &s->scratch);
}

int
store_count(struct store *s, const char *path, uint64_t *n)
{
	int status;

	if (bdb_enter(s) == -1)
		return -1;
	status = bdb_count(s, path, n);
	if (status == 0)
		status = *n > 0 ? 1 : bdb_look_up(s, path);
	return bdb_leave(s, status);
}

int
store_file(struct store *s, const char *path, struct buf *line)
{
	int status;

	if (bdb_enter(s) == -1)
		return -1;
	status = bdb_look_up(s, path);
	status = bdb_leave(s, status);
	if (status == 1 && line != NULL)
		buf_add(line, s->scratch.p, s->scratch.len);
	return status;
}

void
bdb_free_spans(struct spans *sp)
{
	buf_free(&sp->text);
	free(sp->list);
}

int
bdb_by_span(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* Add the chunks of a file, in order, or their spans alone: 0, -1. */
int
bdb_read_spans(struct store *s, const char *path, struct spans *sp, int keys_only)
{
	struct range r;
	struct key key = { 0 };
	size_t first = sp->n;
	int status;

	key_chunk_range(&s->from, &s->to, path);
	if (bdb_range_open(&r, s, CHUNKS, &s->from, &s->to, keys_only) == -1)
		return -1;
	while ((status = bdb_range_next(&r)) == 1) {
		if (key_parse(&key, r.key.data, r.key.size) == -1) {
			status = bdb_fail(s, bdb_tables[CHUNKS].name, EINVAL);
			break;
		}
		sp->list = xgrow(sp->list, &sp->cap, sp->n + 1,
		    sizeof *sp->list);
		sp->list[sp->n++] = (struct span){ key.start, key.end,
		    sp->text.len, r.value.size };
		buf_add(&sp->text, r.value.data, r.value.size);
	}
	if (bdb_range_close(&r) == -1)
		status = -1;
	if (sp->n != first)
		qsort(sp->list + first, sp->n - first, sizeof *sp->list,
		    bdb_by_span);
	key_free(&key);
	return status;
}

/* Some files, taken out of the store under the lock. */
struct batch {
	enum { LINES, COUNTS, WHOLE } what;
	const char *below;	/* lent; only what is there, or NULL */
	int alone;		/* not what is below it */
	struct buf next, to;	/* where the next batch begins; the end */
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
is_skip(const char *line, size_t len)
{
	static const char head[] = "{\"type\":\"skip\"";

	return len >= sizeof head - 1 &&
	    memcmp(line, head, sizeof head - 1) == 0;
}

static int
add_entry(struct store *s, struct batch *b, const char *path,
    const void *line, size_t len)
{
	struct entry *e;

	b->list = xgrow(b->list, &b->cap, b->n + 1, sizeof *b->list);
	e = &b->list[b->n++];
	e->path = b->text.len;
	buf_add(&b->text, path, strlen(path) + 1);
	e->line = b->text.len;
	e->len = len;
	buf_add(&b->text, line, len);
	e->first = b->spans.n;
	if (b->what == COUNTS)
		return bdb_count(s, path, &e->chunks);
	if (b->what == LINES)
		return 0;
	e->ast = b->text.len;
	s->from.len = 0;
	key_ast(&s->from, path);
	if (bdb_get(s, AST, &s->from, &b->text) == -1)
		return -1;
	e->ast_len = b->text.len - e->ast;
	return bdb_read_spans(s, path, &b->spans, 0);
}

/* Add the file of this path, if there is one: 0, -1. */
static int
add_path(struct store *s, struct batch *b, const char *path)
{
	struct buf line = { 0 };
	int status;

	s->from.len = 0;
	key_file(&s->from, path);
	if ((status = bdb_get(s, FILES, &s->from, &line)) == 1)
		status = add_entry(s, b, path, line.p, line.len);
	buf_free(&line);
	return status;
}

/* Fill the batch: 1 there may be more, 0 that was all, -1. */
static int
take_batch(struct store *s, struct batch *b)
{
	struct range r;
	struct key key = { 0 };
	int status = 1;		/* the batch may be full already */

	if (bdb_range_open(&r, s, FILES, &b->next, &b->to, 0) == -1)
		return -1;
	while (b->n < READ_FILES && b->text.len + b->spans.text.len <
	    READ_BYTES && (status = bdb_range_next(&r)) == 1) {
		if (key_parse(&key, r.key.data, r.key.size) == -1 ||
		    key.kind != KEY_FILE) {
			status = bdb_fail(s, bdb_tables[FILES].name, EINVAL);
			break;
		}
		b->next.len = 0;
		buf_add(&b->next, r.key.data, r.key.size);
		buf_putc(&b->next, '\0');	/* the least key behind it */
		if ((b->below == NULL || path_below(key.path, b->below)) &&
		    (status = add_entry(s, b, key.path, r.value.data,
		    r.value.size)) == -1)
			break;
		status = 1;
	}
	if (bdb_range_close(&r) == -1)
		status = -1;
	key_free(&key);
	return status;
}

/* What becomes of each entry of a batch. */
typedef int hand_fn(void *arg, const struct batch *b, const struct entry *e);

static int
each_file(struct store *s, struct batch *b, hand_fn *hand, void *arg)
{
	int status, more, first = 1;
	size_t i;

	key_below_range(&b->next, &b->to, b->below != NULL ? b->below : ".");
	do {
		b->n = b->text.len = b->spans.n = b->spans.text.len = 0;
		if ((status = more = bdb_enter(s)) == -1)
			break;
		/* A path and what is below it are not neighbours. */
		if (first && b->below != NULL && add_path(s, b,
		    b->below) == -1)
			more = -1;
		first = 0;
		if (more != -1)
			more = b->alone ? 0 : take_batch(s, b);
		more = bdb_leave(s, more);
		status = more == -1 ? -1 : 0;
		for (i = 0; status == 0 && i < b->n; i++)
			status = hand(arg, b, &b->list[i]);
	} while (status == 0 && more == 1);
	buf_free(&b->text);
	buf_free(&b->next);
	buf_free(&b->to);
	bdb_free_spans(&b->spans);
	free(b->list);
	return status;
}

struct file_hand {
	store_file_fn *fn;
	void *arg;
};

static int
hand_file(void *arg, const struct batch *b, const struct entry *e)
{
	const struct file_hand *h = arg;
	struct store_file f = { .path = b->text.p + e->path,
	    .line = b->text.p + e->line, .len = e->len, .chunks = e->chunks };

	f.skipped = is_skip(f.line, f.len);
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

int
store_counts(struct store *s, store_file_fn *fn, void *arg)
{
	struct batch b = { .what = COUNTS };
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
	struct store_whole w = { .file = { .path = b->text.p + e->path,
	    .line = b->text.p + e->line, .len = e->len },
	    .nchunks = end - e->first };

	w.file.skipped = is_skip(w.file.line, w.file.len);
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
		    sp->text.p + sp->list[i].value, sp->list[i].len };
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

	if (bdb_enter(s) == -1)
		return -1;
	s->from.len = 0;
	key_chunk(&s->from, path, start, end);
	status = bdb_get(s, CHUNKS, &s->from, line);
	return bdb_leave(s, status);
}

/* Read the value of a span whose key was read: 0, -1. */
int
bdb_read_value(struct store *s, const char *path, struct spans *sp, struct span *p)
{
	p->value = sp->text.len;
	s->from.len = 0;
	key_chunk(&s->from, path, p->start, p->end);
	switch (bdb_get(s, CHUNKS, &s->from, &sp->text)) {
	case -1:
		return -1;
	case 0:
		return bdb_fail(s, bdb_tables[CHUNKS].name, DB_NOTFOUND);
	}
	p->len = sp->text.len - p->value;
	return 0;
}

/* What of the spans is to be read and kept: 0, -1. */
typedef int pick_fn(struct store *s, const char *path, struct spans *sp,
    uint64_t a, uint64_t b);

/* The chunks of a file that the function picks out of all spans. */
static int
picked(struct store *s, const char *path, pick_fn *pick, uint64_t a,
    uint64_t b, store_chunk_fn *fn, void *arg)
{
	struct spans sp = { 0 };
	size_t i;
	int status;

	if (bdb_enter(s) == -1)
		return -1;
	status = pick(s, path, &sp, a, b);
	status = bdb_leave(s, status);
	for (i = 0; status == 0 && i < sp.n; i++)
		status = fn(arg, sp.text.p + sp.list[i].value,
		    sp.list[i].len);
	bdb_free_spans(&sp);
	return status;
}

static int
pick_all(struct store *s, const char *path, struct spans *sp, uint64_t a,
    uint64_t b)
{
	(void)a;
	(void)b;
	return bdb_read_spans(s, path, sp, 0);
}

static int
pick_bytes(struct store *s, const char *path, struct spans *sp,
    uint64_t start, uint64_t end)
{
	size_t i, n = 0;

	if (bdb_read_spans(s, path, sp, 1) == -1)
		return -1;
	for (i = 0; i < sp->n; i++) {
		if (sp->list[i].start >= end || sp->list[i].end <= start)
			continue;
		sp->list[n] = sp->list[i];
		if (bdb_read_value(s, path, sp, &sp->list[n++]) == -1)
			return -1;
	}
	sp->n = n;
	return 0;
}

/* Read a chunk and tell its lines: 0, -1. */
static int
read_lines(struct store *s, const char *path, struct spans *sp,
    struct span *p, uint64_t *first, uint64_t *last)
{
	struct record r;

	if (bdb_read_value(s, path, sp, p) == -1)
		return -1;
	if (record_read(&s->reader, &r, sp->text.p + p->value, p->len) == -1) {
		warnx("%s/%s: %s: %s", s->dir, bdb_tables[CHUNKS].name, path,
		    s->reader.error);
		return -1;
	}
	*first = r.start_line;
	*last = r.end_line;
	return 0;
}

/*
 * The first lines of the chunks grow with their spans, so those that begin
 * behind the line are found by halves. Of the others, from behind, all that
 * end before it can be left out at the first one, unless chunks lie inside of
 * others.
 */
static int
pick_line(struct store *s, const char *path, struct spans *sp, uint64_t line,
    uint64_t unused)
{
	uint64_t first, last;
	size_t i, low = 0, high, n = 0;
	int apart = 1;

	(void)unused;
	if (bdb_read_spans(s, path, sp, 1) == -1)
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

/* The chunk that begins at this byte, added: 1, 0 there is none, -1. */
static int
read_next(struct store *s, const char *path, struct spans *sp, uint64_t start)
{
	struct range r;
	struct key key = { 0 };
	int status;

	/* The end is what follows: "chunk:{p}:{start}:" and a digit. */
	s->from.len = s->to.len = 0;
	key_chunk(&s->from, path, start, 0);
	key_chunk(&s->to, path, start, 0);
	s->to.p[s->to.len - 1] = ':';
	if (bdb_range_open(&r, s, CHUNKS, &s->from, &s->to, 0) == -1)
		return -1;
	while ((status = bdb_range_next(&r)) == 1) {
		if (key_parse(&key, r.key.data, r.key.size) == -1) {
			status = bdb_fail(s, bdb_tables[CHUNKS].name, EINVAL);
			break;
		}
		if (key.end == start)
			continue;	/* of no bytes */
		sp->list = xgrow(sp->list, &sp->cap, sp->n + 1,
		    sizeof *sp->list);
		sp->list[sp->n++] = (struct span){ key.start, key.end,
		    sp->text.len, r.value.size };
		buf_add(&sp->text, r.value.data, r.value.size);
		break;
	}
	if (bdb_range_close(&r) == -1)
		status = -1;
	key_free(&key);
	return status;
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


int
store_ast(struct store *s, const char *path, struct buf *line)
{
	int status;

	if (bdb_enter(s) == -1)
		return -1;
	s->from.len = s->scratch.len = 0;
	key_ast(&s->from, path);
	status = bdb_get(s, AST, &s->from, &s->scratch);
	status = bdb_leave(s, status);
	if (status == 1)
		buf_add(line, s->scratch.p, s->scratch.len);
	return status;
}

/* --- what holds for the whole store ---------------------------------------- */

static int
read_meta(struct store *s, struct store_about *a)
{
	struct range r;
	struct key key = { 0 };
	size_t cap = 0;
	int status;

	s->from.len = 0;
	key_meta(&s->from, "");
	if (bdb_range_open(&r, s, META, &s->from, NULL, 0) == -1)
		return -1;
	while ((status = bdb_range_next(&r)) == 1) {
		if (key_parse(&key, r.key.data, r.key.size) == -1 ||
		    key.kind != KEY_META) {
			status = bdb_fail(s, bdb_tables[META].name, EINVAL);
			break;
		}
		if (strcmp(key.name, "options") == 0) {
			free(a->options);
			a->options = xmemdup(r.value.data, r.value.size);
		} else if (strncmp(key.name, "root:", 5) == 0) {
			a->roots = xgrow(a->roots, &cap, a->nroots + 1,
			    sizeof *a->roots);
			a->roots[a->nroots++] = xstrdup(key.name + 5);
		}
	}
	if (bdb_range_close(&r) == -1)
		status = -1;
	key_free(&key);
	return status;
}

/* What the directory takes on disk: 0, -1. */
static int
disk_use(struct store *s, uint64_t *bytes)
{
	struct dirent *e;
	struct stat st;
	DIR *d;
	int status = 0;

	if ((d = opendir(s->dir)) == NULL) {
		warn("%s", s->dir);
		return -1;
	}
	while (status == 0 && (errno = 0, e = readdir(d)) != NULL)
		/* A writer makes and removes files meanwhile. */
		if (strcmp(e->d_name, "..") != 0 && fstatat(dirfd(d),
		    e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			*bytes += st.st_blocks * UINT64_C(512);
	if (errno != 0) {
		warn("%s", s->dir);
		status = -1;
	}
	closedir(d);
	return status;
}

int
store_about(struct store *s, struct store_about *a)
{
	int status;

	memset(a, 0, sizeof *a);
	if (bdb_enter(s) == -1)
		return -1;
	status = read_meta(s, a);
	status = bdb_leave(s, status);
	if (status == 0)
		status = disk_use(s, &a->disk);
	if (a->options != NULL)
		a->last_run = lock_last_run(&s->lock);
	if (a->options == NULL)
		a->options = xstrdup("");
	return status;
}

void
store_about_free(struct store_about *a)
{
	while (a->nroots > 0)
		free(a->roots[--a->nroots]);
	free(a->roots);
	free(a->options);
	memset(a, 0, sizeof *a);
}

