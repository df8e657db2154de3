#include <err.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "index/inside.h"

/*
 * We merge segments of about one size when there are FAN of them; size classes
 * are powers of FAN, too. Segments over the largest stay as they are.
 */
#define FAN		8
#define SMALL		((uint64_t)16 << 10)	/* bytes */
#define LEVELS		4
#define MERGE_MAX	((uint64_t)16 << 20)	/* bytes merged at once */

#define TEXT_KEPT	((size_t)1 << 20)	/* bytes, for the next file, */
#define UNITS_KEPT	((size_t)10000)		/* definitions and chunks */

#define DELETE_AT_ONCE	32768		/* blobs */

/* --- the list of segments ------------------------------------------------------ */

static void
put_list(const struct segments *s, struct ops *ops)
{
	struct buf b = { 0 }, key = { 0 };
	size_t i;

	put_number(&b, LIST_VERSION);
	put_number(&b, s->next);
	put_number(&b, s->n);
	for (i = 0; i < s->n; i++) {
		const struct segment *g = &s->list[i];

		put_number(&b, g->number);
		put_number(&b, g->files);
		put_number(&b, g->ndead);
		put_number(&b, g->chunks);
		put_number(&b, g->bytes);
		put_number(&b, g->size);
	}
	put_number(&b, s->ngarbage);
	for (i = 0; i < s->ngarbage; i++)
		put_number(&b, s->garbage[i]);
	key_list(&key);
	ops_put(ops, &key, b.p, b.len);
	buf_free(&b);
	buf_free(&key);
}

static void
put_dead(const struct segment *g, struct ops *ops)
{
	struct buf b = { 0 }, key = { 0 };
	uint32_t i, last = NONE;

	for (i = 0; i < g->files; i++)
		if (is_dead(g, i)) {
			put_number(&b, i - last);
			last = i;
		}
	key_bytes(&key, g->number, 't', NULL, 0);
	ops_put(ops, &key, b.p, b.len);
	buf_free(&b);
	buf_free(&key);
}

/* --- a slice ---------------------------------------------------------------------- */

/* Half of a slice, for one thread. */
struct half {
	const struct change *const *changes;
	size_t n;
	struct wordlist words;
	struct text text;
	struct reader reader;
	struct buf infos;		/* of its files, */
	size_t *lens, lens_cap;		/* their lengths; 0: nothing of it */
	int status;
};

struct indexer {
	struct engine *e;
	enum { UNKNOWN, NONE_THERE, THERE } state;
	struct segments segments;
	const struct change **changes;	/* of the slice */
	size_t n, cap;
	uint32_t merged, number;	/* of a merged segment, of its own */
	struct ops ops, words_ops;
	struct segment made;
	struct half halves[2];
};

struct indexer *
indexer_new(struct engine *e)
{
	struct indexer *x = xcalloc(1, sizeof *x);

	x->e = e;
	return x;
}

void
indexer_free(struct indexer *x)
{
	int i;

	if (x == NULL)
		return;
	segments_free(&x->segments);
	ops_free(&x->ops);
	ops_free(&x->words_ops);
	for (i = 0; i < 2; i++) {
		wordlist_free(&x->halves[i].words);
		text_free(&x->halves[i].text);
		reader_free(&x->halves[i].reader);
		buf_free(&x->halves[i].infos);
		free(x->halves[i].lens);
	}
	free(x->changes);
	free(x);
}

void
indexer_add(struct indexer *x, const struct change *c)
{
	if (c->nremoved == 0 && c->nadded == 0 && c->file != REMOVE)
		return;			/* its words do not change */
	x->changes = xgrow(x->changes, &x->cap, x->n + 1, sizeof *x->changes);
	x->changes[x->n++] = c;
}

/* Is nothing stored yet? 1, 0, -1. */
static int
is_empty(struct engine *e)
{
	const struct query q = { .what = ROWS_FILES };
	struct cursor *c = e->type->seek(e, &q, NULL);
	struct row row;
	int status;

	if (c == NULL)
		return -1;
	status = c->type->next(c, &row);
	if (c->type->end(c) == -1)
		status = -1;
	return status == -1 ? -1 : !status;
}

/*
 * Read the list of segments. A store that was made without an index never gets
 * one.
 */
static int
learn(struct indexer *x)
{
	int status;

	if (x->state != UNKNOWN)
		return 0;
	if ((status = segments_read(&x->segments, x->e)) == 0 &&
	    (status = is_empty(x->e)) == 0)
		x->state = NONE_THERE;
	else if (status == 1)
		x->state = THERE;
	return status == -1 ? -1 : 0;
}

/* Mark the path's previous entry dead. */
static int
bury(struct indexer *x, const char *path)
{
	struct segments *s = &x->segments;
	struct file_info info;
	struct files f = { .segment = 0 };
	size_t i;
	int status = 0;

	for (i = s->n; status == 0 && i-- > 0; ) {
		struct segment *g = &s->list[i];

		status = file_number(x->e, g, path, &info, &f);
		if (status == 1 && !is_dead(g, info.number)) {
			set_dead(g, info.number);
			g->chunks -= info.chunks;
			g->bytes -= info.bytes;
		} else if (status == 1)
			status = 0;
	}
	status = files_end(&f, status);
	return status == -1 ? -1 : 0;
}

/* Drop the segment; the next slices delete its blobs, which may be many. */
static void
drop(struct segments *s, struct segment *g)
{
	s->garbage = xgrow(s->garbage, &s->garbage_cap, s->ngarbage + 1,
	    sizeof *s->garbage);
	s->garbage[s->ngarbage++] = g->number;
	g->gone = 1;
}

static void
forget_gone(struct segments *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->n; i++)
		if (s->list[i].gone)
			free(s->list[i].dead);
		else
			s->list[n++] = s->list[i];
	s->n = n;
}

static void
add_segment(struct segments *s, const struct segment *made)
{
	if (made->files == 0)
		return;
	s->list = xgrow(s->list, &s->cap, s->n + 1, sizeof *s->list);
	s->list[s->n++] = *made;
}

static int
level(const struct segment *g)
{
	uint64_t size = SMALL;
	int n = 0;

	for (; g->size >= size && n < LEVELS; size *= FAN)
		n++;
	return n;
}

/* Choose segments to merge. Returns their number, 0: none. */
static size_t
choose(struct segments *s, struct segment **list)
{
	uint64_t size;
	size_t i, n;
	int k;

	for (k = 0; k < LEVELS; k++) {
		for (i = n = size = 0; i < s->n && size < MERGE_MAX; i++)
			if (level(&s->list[i]) == k) {
				list[n++] = &s->list[i];
				size += s->list[i].size;
			}
		if (n >= FAN || (n > 1 && size >= MERGE_MAX))
			return n;
	}
	for (i = 0; i < s->n; i++)	/* or one that is mostly dead */
		if (s->list[i].ndead > s->list[i].files / 2) {
			list[0] = &s->list[i];
			return 1;
		}
	return 0;
}

static int
merge(struct indexer *x)
{
	struct segments *s = &x->segments;
	struct segment **list = xreallocarray(NULL, s->n + 1, sizeof *list);
	struct segment_out out = { .ops = &x->ops };
	size_t n = choose(s, list), i;
	int status = 0;

	if (n != 0) {
		out.number = x->merged;
		status = merge_segments(x->e, list, n, &out);
		for (i = 0; i < n; i++)
			drop(s, list[i]);
		if (status == 0) {
			forget_gone(s);
			add_segment(s, &out.made);
		}
	}
	free(list);
	return status;
}

/* Delete some of the blobs that nobody needs any more. */
static int
sweep(struct indexer *x)
{
	struct segments *s = &x->segments;
	struct blobs b = { .c = NULL };
	size_t n = 0;
	int status = 0;

	while (status == 0 && n < DELETE_AT_ONCE && s->ngarbage != 0) {
		key_bytes(&b.from, s->garbage[0], 0, NULL, 0);
		key_bytes(&b.to, s->garbage[0] + 1, 0, NULL, 0);
		if ((status = blobs_seek(&b, x->e)) == -1)
			break;
		while (n < DELETE_AT_ONCE && (status = blobs_next(&b)) == 1) {
			ops_delete(&x->ops, b.row.key, b.row.key_len);
			n++;
		}
		if (status == 0)
			memmove(s->garbage, s->garbage + 1,
			    --s->ngarbage * sizeof *s->garbage);
		status = status == -1 ? -1 : 0;
	}
	status = blobs_end(&b, status);
	blobs_free(&b);
	return status;
}

int
indexer_begin(struct indexer *x)
{
	if (learn(x) == -1)
		return -1;
	if (x->state == NONE_THERE)
		x->n = 0;
	if (x->n != 0) {
		/* In the order of writing: so engines fill pages best. */
		x->merged = x->segments.next++;
		x->number = x->segments.next++;
	}
	return 0;
}

int
indexer_tidy(struct indexer *x)
{
	struct segments *s = &x->segments;
	size_t i;

	for (i = 0; i < x->n; i++)
		if (!x->changes[i]->fresh &&
		    bury(x, x->changes[i]->path) == -1)
			return -1;
	for (i = 0; i < s->n; i++)
		if (s->list[i].ndead == s->list[i].files)
			drop(s, &s->list[i]);
	forget_gone(s);
	return x->n != 0 && (merge(x) == -1 || sweep(x) == -1) ? -1 : 0;
}

/* --- its words --------------------------------------------------------------------- */

static int
order(const struct row *row, const struct record *chunk)
{
	if (row->start != chunk->byte_start)
		return row->start < chunk->byte_start ? -1 : 1;
	return (row->end > chunk->byte_end) - (row->end < chunk->byte_end);
}

/* Is all of the file new, with no byte twice? */
static int
is_plain(const struct change *c)
{
	size_t i;

	for (i = 1; i < c->nadded; i++)
		if (c->added[i]->byte_start < c->added[i - 1]->byte_end)
			return 0;
	return c->nkept == 0;
}

/* Get the text of the file as it will be: 0, -1. */
static int
take_text(struct half *h, const struct change *c)
{
	size_t i = 0, k = 0;
	struct record r;

	text_begin(&h->text, c->path, is_plain(c));
	while (i < c->nkept || k < c->nadded) {
		if (i == c->nkept || (k < c->nadded && order(&c->kept[i],
		    c->added[k]) > 0)) {
			text_add(&h->text, c->added[k++], 1);
			continue;
		}
		if (record_read(&h->reader, &r, c->kept[i].line,
		    c->kept[i].len) == -1) {
			warnx("%s: a chunk of it: %s", c->path,
			    h->reader.error);
			return -1;
		}
		text_add(&h->text, &r, 0);
		i++;
	}
	text_end(&h->text);
	return 0;
}

/* A word of the slice, to sort by its first bytes. */
struct sorted_word {
	uint64_t beginning;
	uint32_t word;
};

static int
by_word(const void *a, const void *b, void *strings)
{
	const struct sorted_word *x = a, *y = b;
	const struct strings *t = strings;
	const struct string *p = &t->list[x->word], *q = &t->list[y->word];

	if (x->beginning != y->beginning)
		return x->beginning < y->beginning ? -1 : 1;
	return index_compare(t->text.p + p->text, p->len, t->text.p + q->text,
	    q->len);
}

static struct sorted_word *
sort_words(const struct wordlist *w)
{
	const struct strings *t = &w->strings;
	struct sorted_word *list = xreallocarray(NULL, t->n + 1, sizeof *list);
	uint32_t i, k;

	for (i = 0; i < t->n; i++) {
		const struct string *x = &t->list[i];
		uint64_t b = 0;

		for (k = 0; k < sizeof b; k++)
			b = b << 8 | (k < x->len ? (unsigned char)
			    t->text.p[x->text + k] : 0);
		list[i] = (struct sorted_word){ b, i };
	}
	if (t->n != 0)
		qsort_r(list, t->n, sizeof *list, by_word, (void *)t);
	return list;
}

/* Add the list of a word, from the file number *last on. */
static void
add_list(struct buf *b, const struct wordlist *w, const struct word *x,
    uint32_t first_file, uint32_t *last)
{
	uint32_t k;

	for (k = x->first; k != NONE; k = w->entries[k].next) {
		const struct entry *e = &w->entries[k];

		put_number(b, first_file + e->file - *last);
		buf_add(b, w->bytes.p + e->at, e->len);
		*last = first_file + e->file;
	}
}

/* Put the words of both halves, in order. */
static void
put_words(const struct indexer *x, struct segment_out *out)
{
	const struct wordlist *a = &x->halves[0].words,
	    *b = &x->halves[1].words;
	struct sorted_word *alist = sort_words(a), *blist = sort_words(b);
	struct buf list = { 0 };
	size_t i = 0, k = 0;

	while (i < a->strings.n || k < b->strings.n) {
		const struct string *p = i == a->strings.n ? NULL :
		    &a->strings.list[alist[i].word];
		const struct string *q = k == b->strings.n ? NULL :
		    &b->strings.list[blist[k].word];
		const char *s = p != NULL ? a->strings.text.p + p->text : NULL;
		const char *z = q != NULL ? b->strings.text.p + q->text : NULL;
		int diff = p == NULL ? 1 : q == NULL ? -1 :
		    index_compare(s, p->len, z, q->len);
		uint32_t last = NONE;

		list.len = 0;
		if (diff <= 0)
			add_list(&list, a, &a->words[alist[i].word], 0, &last);
		if (diff >= 0)
			add_list(&list, b, &b->words[blist[k].word], a->file,
			    &last);
		if (list.len != 0)	/* else it is only a stem */
			segment_word(out, diff <= 0 ? s : z, p != NULL &&
			    diff <= 0 ? p->len : q != NULL ? q->len : 0,
			    list.p, list.len);
		i += diff <= 0;
		k += diff >= 0;
	}
	buf_free(&list);
	free(alist);
	free(blist);
}

static void *
find_words(void *arg)
{
	struct half *h = arg;
	size_t i;

	wordlist_clear(&h->words);
	h->infos.len = 0;
	h->status = 0;
	h->lens = xgrow(h->lens, &h->lens_cap, h->n + 1, sizeof *h->lens);
	for (i = 0; h->status == 0 && i < h->n; i++) {
		const struct change *c = h->changes[i];

		h->lens[i] = 0;
		if (c->nkept + c->nadded == 0)
			continue;
		if ((h->status = take_text(h, c)) == -1)
			break;
		wordlist_file(&h->words, &h->text);
		refs_file(&h->words, &h->text);
		h->words.file++;
		h->lens[i] = h->words.info.len;
		buf_add(&h->infos, h->words.info.p, h->words.info.len);
		if (h->text.bytes.cap > TEXT_KEPT ||
		    h->text.units_cap > UNITS_KEPT)
			text_free(&h->text);
	}
	return NULL;
}

static void
put_files(const struct half *h, struct segment_out *out)
{
	size_t i, at = 0;

	for (i = 0; i < h->n; at += h->lens[i++])
		if (h->lens[i] != 0)
			segment_file(out, h->changes[i]->path,
			    h->infos.p + at, h->lens[i]);
}

/* Where half of the chunks are before, half after. */
static size_t
middle(const struct indexer *x)
{
	size_t i, chunks = 0, sum = 0;

	for (i = 0; i < x->n; i++)
		chunks += x->changes[i]->nkept + x->changes[i]->nadded;
	for (i = 0; i < x->n && sum < chunks / 2; i++)
		sum += x->changes[i]->nkept + x->changes[i]->nadded;
	return i;
}

int
indexer_words(struct indexer *x)
{
	struct segment_out out = { .number = x->number,
	    .ops = &x->words_ops };
	struct half *h = x->halves;
	pthread_t thread;
	size_t n = middle(x);

	h[0].changes = x->changes;
	h[0].n = n;
	h[1].changes = x->changes + n;
	h[1].n = x->n - n;
	if (h[1].n == 0 || pthread_create(&thread, NULL, find_words,
	    &h[1]) != 0) {
		find_words(&h[1]);
		find_words(&h[0]);
	} else {
		find_words(&h[0]);
		pthread_join(thread, NULL);
	}
	if (h[0].status == -1 || h[1].status == -1)
		return -1;
	put_files(&h[0], &out);
	put_files(&h[1], &out);
	put_words(x, &out);
	segment_end(&out);
	wordlist_trim(&h[0].words);
	wordlist_trim(&h[1].words);
	x->made = out.made;
	return 0;
}

int
indexer_write(struct indexer *x)
{
	struct segments *s = &x->segments;
	size_t i;

	if (x->state == NONE_THERE || (x->n == 0 && s->next != 0))
		return 0;
	for (i = 0; i < s->n; i++)
		if (s->list[i].touched) {
			put_dead(&s->list[i], &x->ops);
			s->list[i].touched = 0;
		}
	add_segment(s, &x->made);
	memset(&x->made, 0, sizeof x->made);
	put_list(s, &x->ops);
	x->n = 0;
	return ops_write(&x->ops, x->e) == -1 ? -1 :
	    ops_write(&x->words_ops, x->e);
}
