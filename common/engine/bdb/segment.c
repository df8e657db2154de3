/*
 * The names of definitions come in no order: each slice of a large stream
 * would change most pages of their tree. So such a stream appends them, slice
 * by slice, as sorted segments to a file, sym.new. At its end tree and segments
 * are merged, in order and bypassing the journal, into a new tree that replaces
 * the old one; or, if there turned out to be few entries, they are put one by
 * one. The list of segments is in meta:segments, which is written with the
 * chunks: a segment counts when they do. Meanwhile readers look into both.
 * Merging a segment twice does no harm, so a writer that was killed leaves the
 * rest to the next.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/bdb/bdb.h"

#define SEGMENTS_MAX	1024		/* more would make readers slow */

/* How much of a segment to read at a time; most readers want few entries. */
#define WINDOW_MIN	512
#define WINDOW_MAX	(16 << 10)

/* --- definitions in segments, read ----------------------------------------- */

/* Precedes the key and the value of an entry. */
struct entry_head {
	uint32_t key_len, value_len;
};

#define DELETED	UINT32_MAX		/* value_len: delete the key */

int
bdb_read_segments(struct bdb *e)
{
	struct symbol_segments *g = &e->segments;
	struct buf key = { 0 }, text = { 0 };
	const char *p;
	char *end;
	int status;

	g->n = 0;
	key_meta(&key, "segments");
	status = bdb_get(e, META, &key, &text);
	buf_putc(&text, '\0');
	for (p = text.p; *p != '\0' && status == 1; p = end) {
		g->end = xgrow(g->end, &g->cap, g->n + 1, sizeof *g->end);
		g->end[g->n] = strtoull(p, &end, 10);
		if (end == p || (*end != '\0' && *end++ != ' ') ||
		    g->end[g->n] < (g->n != 0 ? g->end[g->n - 1] : 0))
			status = bdb_fail(e, bdb_tables[META].name, EINVAL);
		g->n++;
	}
	buf_free(&key);
	buf_free(&text);
	return status == -1 ? -1 : 0;
}

static void
source_close(struct source *src)
{
	buf_free(&src->window);
	buf_free(&src->ahead.room);
	buf_free(&src->last);
	free(src);
}

/* Look at n bytes of a segment, lent until the next look; NULL on failure. */
static const char *
look(struct merge *m, struct source *src, size_t at, size_t n)
{
	struct buf *w = &src->window;
	size_t want = n > src->window_size ? n : src->window_size;
	ssize_t got = 1;

	if (at > src->size || n > src->size - at) {
		bdb_fail(m->e, SEGMENTS, EINVAL);
		return NULL;
	}
	if (at >= src->window_at && at + n <= src->window_at + w->len)
		return w->p + (at - src->window_at);
	if (want > src->size - at)
		want = src->size - at;
	src->window_at = at;
	w->len = 0;
	while (w->len < want && (got = pread(m->fd, buf_room(w,
	    want - w->len), want - w->len, src->base + at + w->len)) > 0)
		w->len += got;
	if (w->len < want) {
		bdb_fail(m->e, SEGMENTS, got == -1 ? errno : EINVAL);
		return NULL;
	}
	return w->p;
}

/* Read the entry that begins at at: 0, -1. */
static int
segment_entry(struct merge *m, struct source *src, size_t at)
{
	struct entry_head head;
	const char *p;
	size_t len;

	if ((p = look(m, src, at, sizeof head)) == NULL)
		return -1;
	memcpy(&head, p, sizeof head);
	src->deleted = head.value_len == DELETED;
	src->entry_len = head.key_len;
	src->data_len = src->deleted ? 0 : head.value_len;
	len = sizeof head + src->entry_len + src->data_len;
	if ((p = look(m, src, at, len)) == NULL)
		return -1;
	src->entry = p + sizeof head;
	src->data = src->entry + src->entry_len;
	src->next = at + len;
	return 0;
}

/* 1, 0 at the end, -1. */
static int
segment_next(struct merge *m, struct source *src)
{
	if (src->next == src->end)
		return 0;
	if (src->window_size < WINDOW_MAX)
		src->window_size *= 2;
	return segment_entry(m, src, src->next) == -1 ? -1 : 1;
}

/*
 * Begin at the first entry not before m->from, or at the one preceding it,
 * which was looked at last: 0, -1.
 */
static int
segment_seek(struct merge *m, struct source *src, uint64_t base, size_t size)
{
	uint32_t low = 0, high, at;
	const char *p;

	src->base = base;
	src->size = size;
	src->window_size = WINDOW_MIN;
	if ((p = look(m, src, size - sizeof high, sizeof high)) == NULL)
		return -1;
	memcpy(&high, p, sizeof high);
	src->end = size - (high + UINT64_C(1)) * sizeof high;
	while (m->from != NULL && low < high) {
		uint32_t mid = low + (high - low) / 2;

		if ((p = look(m, src, src->end + mid * sizeof at,
		    sizeof at)) == NULL)
			return -1;
		memcpy(&at, p, sizeof at);
		if (segment_entry(m, src, at) == -1)
			return -1;
		if (key_compare(src->entry, src->entry_len, m->from->p,
		    m->from->len) < 0)
			low = mid + 1;
		else
			high = mid;
		src->next = at;
	}
	return 0;
}

/* 1, 0 at the end, -1. */
static int
table_next(struct merge *m, struct source *src)
{
	struct ahead *a = &src->ahead;
	int status;

	if (!bdb_ahead_next(a)) {
		if (src->entry != NULL) {
			src->last.len = 0;
			buf_add(&src->last, src->entry, src->entry_len);
			buf_putc(&src->last, '\0');
		} else if (m->from != NULL)
			buf_add(&src->last, m->from->p, m->from->len);
		else
			buf_putc(&src->last, '\0');
		if ((status = bdb_ahead_fill(a, m->e, SYMBOLS,
		    &src->last)) != 1)
			return status;
		bdb_ahead_next(a);
	}
	src->entry = a->key;
	src->entry_len = a->key_len;
	src->data = a->value;
	src->data_len = a->value_len;
	return 1;
}

/* 1, 0 at the end of the range, -1. */
static int
source_next(struct merge *m, struct source *src)
{
	int status;

	do
		status = src->segment != 0 ? segment_next(m, src) :
		    table_next(m, src);
	while (status == 1 && m->from != NULL && key_compare(src->entry,
	    src->entry_len, m->from->p, m->from->len) < 0);
	if (status == 1 && m->to != NULL && key_compare(src->entry,
	    src->entry_len, m->to->p, m->to->len) >= 0)
		return 0;
	return status;
}

/* Of equal keys the newest comes first. */
static int
before(const struct source *a, const struct source *b)
{
	int diff = key_compare(a->entry, a->entry_len, b->entry, b->entry_len);

	return diff != 0 ? diff < 0 : a->segment > b->segment;
}

/* The top may be too high up: sift it down. */
static void
sink(struct merge *m)
{
	struct source **h = m->heap, *top = h[0];
	size_t i = 0, k;

	while ((k = 2 * i + 1) < m->n) {
		if (k + 1 < m->n && before(h[k + 1], h[k]))
			k++;
		if (!before(h[k], top))
			break;
		h[i] = h[k];
		i = k;
	}
	h[i] = top;
}

/* Advance the top to its next entry: 0, -1. */
static int
merge_step(struct merge *m)
{
	int status = source_next(m, m->heap[0]);

	if (status == 0) {
		source_close(m->heap[0]);
		m->heap[0] = m->heap[--m->n];
	}
	if (status != -1 && m->n > 1)
		sink(m);
	return status == -1 ? -1 : 0;
}

void
bdb_merge_close(struct merge *m)
{
	while (m->n > 0)
		source_close(m->heap[--m->n]);
	free(m->heap);
	buf_free(&m->last);
	if (m->fd != -1)
		close(m->fd);
	memset(m, 0, sizeof *m);
}

/*
 * Add sym.db (0) or a segment, which is at base, unless empty: 0, -1.
 */
static int
merge_add(struct merge *m, size_t segment, uint64_t base, size_t size)
{
	struct source *src = xcalloc(1, sizeof *src);
	size_t i, parent;
	int status;

	src->segment = segment;
	status = segment != 0 ? segment_seek(m, src, base, size) : 0;
	if (status == 0)
		status = source_next(m, src);
	if (status != 1) {
		source_close(src);
		return status;
	}
	m->heap = xgrow(m->heap, &m->cap, m->n + 1, sizeof *m->heap);
	for (i = m->n++; i > 0; i = parent) {
		parent = (i - 1) / 2;
		if (!before(src, m->heap[parent]))
			break;
		m->heap[i] = m->heap[parent];
	}
	m->heap[i] = src;
	return 0;
}

/* Add all segments: 0, -1. */
static int
merge_add_segments(struct merge *m, const struct symbol_segments *g)
{
	uint64_t from = 0;
	size_t i;
	int status = 0;

	if (g->n == 0)
		return 0;
	m->fd = openat(m->e->lock.dir_fd, SEGMENTS, O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK);
	if (m->fd == -1)
		return bdb_fail(m->e, SEGMENTS, errno);
	for (i = 0; status == 0 && i < g->n; from = g->end[i++])
		status = merge_add(m, i + 1, from, g->end[i] - from);
	return status;
}

int
bdb_merge_open(struct merge *m, struct bdb *e, const struct buf *from,
    const struct buf *to, int new)
{
	memset(m, 0, sizeof *m);
	m->fd = -1;
	m->e = e;
	m->from = from;
	m->to = to;
	if (bdb_read_segments(e) == -1 || (!new && merge_add(m, 0, 0, 0) == -1))
		return -1;
	return merge_add_segments(m, &e->segments);
}

int
bdb_merge_next(struct merge *m, const struct source **src)
{
	int status = 0;

	if (m->taken && m->n > 0) {
		/* Older ones of the same key go with it. */
		m->last.len = 0;
		buf_add(&m->last, m->heap[0]->entry, m->heap[0]->entry_len);
		do
			status = merge_step(m);
		while (status == 0 && m->n > 0 && key_compare(
		    m->heap[0]->entry, m->heap[0]->entry_len, m->last.p,
		    m->last.len) == 0);
	}
	m->taken = 1;
	if (status == -1)
		return -1;
	if (m->n == 0)
		return 0;
	*src = m->heap[0];
	return 1;
}

/* --- definitions in segments, written -------------------------------------- */

int
bdb_put_segments(struct bdb *e)
{
	const struct symbol_segments *g = &e->segments;
	DB *db = e->db[META];
	struct buf name = { 0 }, text = { 0 };
	char digits[24];
	DBT key, value;
	size_t i;
	int ret;

	key_meta(&name, "segments");
	bdb_set_dbt(&key, name.p, name.len);
	for (i = 0; i < g->n; i++)
		buf_add(&text, digits, snprintf(digits, sizeof digits, "%s%ju",
		    i == 0 ? "" : " ", (uintmax_t)g->end[i]));
	bdb_set_dbt(&value, text.p, text.len);
	ret = g->n != 0 ? db->put(db, NULL, &key, &value, 0) :
	    db->del(db, NULL, &key, 0);
	if (ret == DB_NOTFOUND)
		ret = 0;
	buf_free(&name);
	buf_free(&text);
	return ret != 0 ? bdb_fail(e, bdb_tables[META].name, ret) : 0;
}

/* Write and empty the buffer: 0, -1. */
static int
write_out(struct bdb *e, int fd, struct buf *b, uint64_t *at)
{
	size_t done = 0;
	ssize_t n;

	for (; done < b->len; done += n, *at += n)
		if ((n = pwrite(fd, b->p + done, b->len - done, *at)) == -1)
			return bdb_fail(e, SEGMENTS, errno);
	b->len = 0;
	return 0;
}

/* Write the entries, then the offset of each: 0, -1. */
static int
write_entries(struct bdb *e, int fd, const char *bytes,
    const struct sorted_op *list, uint32_t n, uint64_t *end)
{
	struct buf text = { 0 }, places = { 0 };
	uint64_t base = *end;
	uint32_t i, at;
	int status = 0;

	for (i = 0; status == 0 && i < n; i++) {
		const struct op *op = list[i].op;
		struct entry_head head = { (uint32_t)op->key_len,
		    op->delete ? DELETED : (uint32_t)op->value_len };

		at = (uint32_t)(*end + text.len - base);
		buf_add(&places, &at, sizeof at);
		buf_add(&text, &head, sizeof head);
		buf_add(&text, list[i].key, op->key_len);
		if (!op->delete)
			buf_add(&text, bytes + op->value, op->value_len);
		if (text.len >= WINDOW_MAX)
			status = write_out(e, fd, &text, end);
	}
	buf_add(&places, &n, sizeof n);
	if (status == 0)
		status = write_out(e, fd, &text, end);
	if (status == 0 && *end - base > UINT32_MAX)
		status = bdb_fail(e, SEGMENTS, EFBIG);
	if (status == 0)
		status = write_out(e, fd, &places, end);
	buf_free(&text);
	buf_free(&places);
	return status;
}

int
bdb_put_segment(struct bdb *e, const char *bytes,
    const struct sorted_op *list, size_t n)
{
	struct symbol_segments *g = &e->segments;
	uint64_t end = g->n != 0 ? g->end[g->n - 1] : 0;
	int fd, status;

	if (g->n == 0)			/* a leftover, maybe foreign */
		unlinkat(e->lock.dir_fd, SEGMENTS, 0);
	fd = openat(e->lock.dir_fd, SEGMENTS, O_WRONLY | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK, 0666);
	if (fd == -1)
		return bdb_fail(e, SEGMENTS, errno);
	lock_adopt(&e->lock, fd);
	status = write_entries(e, fd, bytes, list, (uint32_t)n, &end);
	if (status == 0 && (fdatasync(fd) == -1 ||
	    (g->n == 0 && fsync(e->lock.dir_fd) == -1)))
		status = bdb_fail(e, SEGMENTS, errno);
	close(fd);
	if (status == -1)
		return -1;
	g->end = xgrow(g->end, &g->cap, g->n + 1, sizeof *g->end);
	g->end[g->n++] = end;
	return bdb_put_segments(e);
}

int
bdb_segments_full(const struct bdb *e)
{
	return e->segments.n >= SEGMENTS_MAX;
}
