#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "index/index.h"
#include "search/pattern.h"
#include "record/asked.h"
#include "search/rank.h"
#include "index/words.h"

#define K1		2.0
#define B		0.5	/* how much length counts, */
#define B_DEAR		0.8	/* and if bytes are dear */
#define HEADER		INDEX_HEADER	/* times as much as text */
#define SHORTEST	200		/* bytes; being shorter gains nothing */
#define KEEP		(128 << 10)	/* candidates, of twice as many */

struct term {
	char word[WORD_MAX + 1];
	size_t len;
	uint64_t chunks;	/* that have it */
	double idf;
	struct pattern *root;	/* NULL: it begins with no ASCII letter */
};

/* A word of the file. */
struct spot {
	size_t at;		/* in the text */
	size_t term;
};

struct rank {
	struct term terms[RANK_WORDS];
	double b;
	size_t nterms, found;	/* found: may be more */
	struct pattern *any;	/* of the roots; NULL: look at all names */
	struct rank_filter filter;
	uint64_t chunks, bytes;	/* seen so far, */
	int counted;		/* or of all there are */
	struct text text;
	struct buf raw;
	struct spot *spots;
	size_t nspots, spots_cap, at;
	unsigned times[RANK_WORDS];	/* of the unit looked at */
	unsigned path_times[RANK_WORDS];
	struct rank_hit *hits;
	size_t nhits, hits_cap;
	struct pool pool;	/* paths and counts of the hits */
};

/* --- the words --------------------------------------------------------------- */

static size_t
find_term(const struct rank *r, const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < r->nterms; i++)
		if (r->terms[i].len == len &&
		    memcmp(r->terms[i].word, word, len) == 0)
			return i;
	return r->nterms;
}

static void
add_term(void *arg, const char *word, size_t len)
{
	struct rank *r = arg;

	if (find_term(r, word, len) != r->nterms)
		return;
	r->found++;
	if (r->nterms == RANK_WORDS)
		return;
	memcpy(r->terms[r->nterms].word, word, len + 1);
	r->terms[r->nterms++].len = len;
}

/* Drop words that say nothing, unless there are no others. */
static void
drop_stops(struct rank *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->nterms; i++)
		n += !word_is_stop(r->terms[i].word);
	if (n == 0)
		return;
	for (i = n = 0; i < r->nterms; i++)
		if (!word_is_stop(r->terms[i].word))
			r->terms[n++] = r->terms[i];
	r->nterms = n;
}

static struct pattern *
pattern(const char *s, size_t n, int how)
{
	char error[200];
	struct pattern *p = pattern_new(s, n, how | PATTERN_NOCASE |
	    PATTERN_BYTES, error, sizeof error);

	if (p == NULL)
		errx(2, "%.*s: %s", (int)n, s, error);
	return p;
}

/* Patterns to search a file for before it is read, and its text after. */
static void
make_patterns(struct rank *r)
{
	struct buf any = { 0 };
	size_t i, n;
	int all = 1;

	for (i = 0; i < r->nterms; i++) {
		struct term *t = &r->terms[i];
		size_t root = word_root(t->word, t->len);

		for (n = 0; n < root && (unsigned char)t->word[n] < 0x80; n++)
			;
		if (n == 0) {
			all = 0;
			continue;
		}
		t->root = pattern(t->word, n, PATTERN_LITERAL);
		if (any.len != 0)
			buf_putc(&any, '|');
		buf_add(&any, t->word, n);
	}
	if (all)
		r->any = pattern(any.p, any.len, 0);
	buf_free(&any);
}

struct rank *
rank_new(const char *const *strings, size_t n, const struct rank_filter *f,
    int dear, size_t *count)
{
	struct rank *r = xcalloc(1, sizeof *r);
	size_t i;

	for (i = 0; i < n; i++)
		words_each(strings[i], strlen(strings[i]), add_term, r);
	r->b = dear ? B_DEAR : B;
	*count = r->found;
	if (r->found == 0 || r->found > RANK_WORDS) {
		rank_free(r);
		return NULL;
	}
	drop_stops(r);
	make_patterns(r);
	if (f != NULL)
		r->filter = *f;
	return r;
}

void
rank_free(struct rank *r)
{
	size_t i;

	for (i = 0; i < r->nterms; i++)
		pattern_free(r->terms[i].root);
	pattern_free(r->any);
	text_free(&r->text);
	buf_free(&r->raw);
	free(r->spots);
	free(r->hits);
	pool_free(&r->pool);
	free(r);
}

const char *
rank_word(const struct rank *r, size_t i, double *worth)
{
	*worth = r->terms[i].idf;
	return r->terms[i].word;
}

size_t
rank_words(const struct rank *r)
{
	return r->nterms;
}

/* --- a file ------------------------------------------------------------------- */

/* The next name that may have a word in it: 1, 0 none. */
static int
next_name(struct rank *r, const char *s, size_t n, size_t at, size_t *start,
    size_t *end)
{
	size_t a = at, b;

	if (r->any != NULL) {
		if (pattern_next(r->any, s, n, at, &a, &b) != 1)
			return 0;
	} else
		while (a < n && !word_byte(s[a]))
			a++;
	if (a >= n)
		return 0;
	for (b = a; b < n && word_byte(s[b]); b++)
		;
	while (a > at && word_byte(s[a - 1]))
		a--;
	*start = a;
	*end = b;
	return 1;
}

static void
add_spot(void *arg, const char *word, size_t len)
{
	struct rank *r = arg;
	size_t term = find_term(r, word, len);

	if (term == r->nterms)
		return;
	r->spots = xgrow(r->spots, &r->spots_cap, r->nspots + 1,
	    sizeof *r->spots);
	r->spots[r->nspots++] = (struct spot){ r->at, term };
}

static void
find_spots(struct rank *r, const char *s, size_t n, size_t from)
{
	size_t at = 0, start, end;

	while (next_name(r, s, n, at, &start, &end)) {
		r->at = from + start;
		words_each(s + start, end - start, add_spot, r);
		at = end;
	}
}

int
rank_next(struct rank *r, const char *s, size_t n, size_t at, size_t *start,
    size_t *end, size_t *word)
{
	for (; next_name(r, s, n, at, start, end); at = *end) {
		r->nspots = 0;
		words_each(s + *start, *end - *start, add_spot, r);
		if (r->nspots != 0) {
			*word = r->spots[0].term;
			return 1;
		}
	}
	return 0;
}

static void
count_header(void *arg, const char *word, size_t len)
{
	struct rank *r = arg;
	size_t term = find_term(r, word, len);

	if (term != r->nterms)
		r->times[term] += HEADER;
}

static void
header(struct rank *r, const char *s)
{
	size_t n, start, end;

	if (s == NULL || (n = strlen(s)) == 0)
		return;
	if (r->any == NULL || pattern_next(r->any, s, n, 0, &start, &end) == 1)
		words_each(s, n, count_header, r);
}

/* The first spot not before this byte of the text. */
static size_t
spot_from(const struct rank *r, size_t at)
{
	size_t low = 0, high = r->nspots, i;

	while (low < high) {
		i = low + (high - low) / 2;
		if (r->spots[i].at >= at)
			high = i;
		else
			low = i + 1;
	}
	return low;
}

/* Count each word in the unit. Returns how many words occur. */
static size_t
count_unit(struct rank *r, const struct unit *u)
{
	const struct text *t = &r->text;
	const struct unit *v;
	const char *s;
	size_t i, at, n = text_span(t, u->d.byte_start, u->d.byte_end, &s);

	memcpy(r->times, r->path_times, sizeof r->times);
	header(r, u->d.scope);
	header(r, u->d.name);
	for (v = u; v > t->units && v[-1].d.byte_start == u->d.byte_start; v--)
		;
	for (; u->is_chunk && v < t->units + t->nunits &&
	    v->d.byte_start < u->d.byte_end; v++)
		if (!v->is_chunk && (u->d.name == NULL ||
		    strcmp(u->d.name, v->d.name) != 0))
			header(r, v->d.name);
	if (n != 0) {
		at = s - t->bytes.p;
		for (i = spot_from(r, at); i < r->nspots &&
		    r->spots[i].at < at + n; i++)
			r->times[r->spots[i].term]++;
	}
	for (i = n = 0; i < r->nterms; i++)
		n += r->times[i] != 0;
	return n;
}

int
rank_passes(const struct rank_filter *f, const struct unit *u)
{
	if (f->language != NULL && strcmp(f->language, u->language) != 0)
		return 0;
	if (f->kind != NULL && (u->d.kind == NULL ||
	    strcmp(f->kind, u->d.kind) != 0))
		return 0;
	return labels_fit(f->labels, f->nlabels, u->labels, u->nlabels);
}

/* --- those that were found ------------------------------------------------- */

/* The share of a word's weight for so many times in so many bytes. */
static double
share(const struct rank *r, unsigned times, double len)
{
	double typical =
	    (double)r->bytes / (double)(r->chunks + (r->chunks == 0)) + 1;

	if (len < SHORTEST)
		len = SHORTEST;
	return times * (K1 + 1) /
	    (times + K1 * (1 - r->b + r->b * len / typical));
}

static double
score(const struct rank *r, const struct rank_hit *h)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < r->nterms; i++)
		sum += r->terms[i].idf * share(r, h->counts[i],
		    (double)(h->end - h->start));
	return sum;
}

static int
by_score(const void *a, const void *b)
{
	const struct rank_hit *x = a, *y = b;
	int diff;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if ((diff = strcmp(x->path, y->path)) != 0)
		return diff;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return (x->unit > y->unit) - (x->unit < y->unit);
}

static void
set_worth(struct rank *r)
{
	size_t i;

	for (i = 0; i < r->nterms; i++) {
		struct term *t = &r->terms[i];

		t->idf = log(1 + ((double)(r->chunks - t->chunks) + .5) /
		    ((double)t->chunks + .5));
	}
}

/* Sort the hits from the first one on. */
static void
sort(struct rank *r, size_t first)
{
	size_t i;

	set_worth(r);
	for (i = first; i < r->nhits; i++)
		r->hits[i].score = score(r, &r->hits[i]);
	if (r->nhits != first)
		qsort(r->hits + first, r->nhits - first, sizeof *r->hits,
		    by_score);
}

/* Drop the worse half of what was found so far. */
static void
forget(struct rank *r)
{
	struct pool old = r->pool;
	size_t i;

	sort(r, 0);
	r->nhits = KEEP;
	memset(&r->pool, 0, sizeof r->pool);
	for (i = 0; i < r->nhits; i++) {
		struct rank_hit *h = &r->hits[i];

		h->path = pool_string(&r->pool, h->path);
		h->counts = (unsigned char *)pool_copy(&r->pool, h->counts,
		    r->nterms);
	}
	pool_free(&old);
}

static const char *
add_hit(struct rank *r, const struct unit *u, const char *path)
{
	unsigned char counts[RANK_WORDS];
	struct rank_hit *h;
	size_t i;

	if (path == NULL)
		path = pool_string(&r->pool, r->text.path);
	for (i = 0; i < r->nterms; i++)
		counts[i] = (unsigned char)(r->times[i] < 255 ? r->times[i] :
		    255);
	r->hits = xgrow(r->hits, &r->hits_cap, r->nhits + 1, sizeof *r->hits);
	h = &r->hits[r->nhits++];
	h->path = path;
	h->start = u->d.byte_start;
	h->end = u->d.byte_end;
	h->unit = u - r->text.units;
	h->counts = (unsigned char *)pool_copy(&r->pool, counts, r->nterms);
	return path;
}

int
rank_file_slowly(void *arg, const struct store_whole *w)
{
	struct rank *r = arg;
	const struct text *t = &r->text;
	const char *path = NULL;
	size_t i, k;
	int status;

	if ((status = text_read(&r->text, w)) != 0)
		return status;
	memset(r->times, 0, sizeof r->times);
	header(r, t->path);
	memcpy(r->path_times, r->times, sizeof r->times);
	r->nspots = 0;
	for (i = 0; i < t->nruns; i++)
		find_spots(r, t->bytes.p + t->runs[i].at,
		    t->runs[i].end - t->runs[i].start, t->runs[i].at);
	for (i = 0; i < t->nunits; i++) {
		const struct unit *u = &t->units[i];

		if (u->is_chunk && !r->counted) {
			r->chunks++;
			r->bytes += u->d.byte_end - u->d.byte_start;
		}
		if (count_unit(r, u) == 0)
			continue;
		for (k = 0; k < r->nterms && !r->counted; k++)
			r->terms[k].chunks += u->is_chunk && r->times[k] != 0;
		if (rank_passes(&r->filter, u))
			path = add_hit(r, u, path);
	}
	if (r->nhits >= 2 * KEEP)
		forget(r);
	return 0;
}

/* Can any of the words be in it? */
static int
may_have(struct rank *r, const struct store_whole *w)
{
	size_t i, start, end;

	r->raw.len = 0;
	if (r->any == NULL || !text_raw(&r->raw, w))
		return 1;
	for (i = 0; i < r->nterms; i++)
		if (pattern_next(r->terms[i].root, r->raw.p, r->raw.len, 0,
		    &start, &end) != 0)
			return 1;
	return 0;
}

int
rank_file(void *arg, const struct store_whole *w)
{
	struct rank *r = arg;
	size_t i;

	if (w->nchunks == 0)
		return 0;
	if (may_have(r, w))
		return rank_file_slowly(r, w);
	r->chunks += w->nchunks;
	for (i = 0; i < w->nchunks; i++)
		r->bytes += w->chunks[i].end - w->chunks[i].start;
	return 0;
}

/* Does it overlap one of the first n of its file that we kept? */
static int
overlaps(const struct rank_hit *hits, const size_t *next, size_t i,
    const struct rank_hit *h)
{
	for (; i != SIZE_MAX; i = next[i])
		if (hits[i].start < h->end && h->start < hits[i].end)
			return 1;
	return 0;
}

static int
by_path(const void *a, const void *b, void *hits)
{
	const struct rank_hit *x = (struct rank_hit *)hits + *(size_t *)a,
	    *y = (struct rank_hit *)hits + *(size_t *)b;
	int diff = strcmp(x->path, y->path);

	return diff != 0 ? diff : x < y ? -1 : x > y;
}

/* Which overlap a better one of their file? */
static void
mark_overlaps(struct rank_hit *hits, size_t n, char *dropped)
{
	size_t *order = xreallocarray(NULL, n + 1, sizeof *order);
	size_t *next = xreallocarray(NULL, n + 1, sizeof *next);
	size_t i, kept = SIZE_MAX;

	for (i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof *order, by_path, hits);
	for (i = 0; i < n; i++) {
		struct rank_hit *h = &hits[order[i]];

		if (i != 0 && strcmp(hits[order[i - 1]].path, h->path) != 0)
			kept = SIZE_MAX;
		if (overlaps(hits, next, kept, h))
			dropped[order[i]] = 1;
		else {
			next[order[i]] = kept;
			kept = order[i];
		}
	}
	free(order);
	free(next);
}

/* Sort the hits from the first one on, without those that overlap. */
static void
settle(struct rank *r, size_t first)
{
	struct rank_hit *hits = r->hits + first;
	size_t n, i, kept = 0;
	char *dropped;

	if (r->nhits == first)
		return;
	sort(r, first);
	n = r->nhits - first;
	dropped = xcalloc(n, 1);
	mark_overlaps(hits, n, dropped);
	for (i = 0; i < n; i++)
		if (!dropped[i])
			hits[kept++] = hits[i];
	r->nhits = first + kept;
	free(dropped);
}

const struct rank_hit *
rank_hits(struct rank *r, size_t *n)
{
	settle(r, 0);
	*n = r->nhits;
	return r->hits;
}

/* --- by the index ------------------------------------------------------------- */

/* A lookup within one enter and leave. */
struct lookup {
	struct rank *r;
	const char *below;
	struct index_found *found;
};

static int
look_up(void *arg, struct engine *e)
{
	struct lookup *l = arg;
	struct rank *r = l->r;
	const char *words[RANK_WORDS];
	uint64_t with[RANK_WORDS] = { 0 };
	struct index_totals t = { .with = with };
	size_t i;
	int status;

	for (i = 0; i < r->nterms; i++)
		words[i] = r->terms[i].word;
	status = index_find(&l->found, e, words, r->nterms, l->below, &t);
	if (status != 1)
		return status;
	for (i = 0; i < r->nterms; i++)
		r->terms[i].chunks = with[i];
	r->chunks = t.chunks;
	r->bytes = t.bytes;
	r->counted = 1;
	return 1;
}

static double
best_score(void *arg, const unsigned *times, uint64_t len)
{
	const struct rank *r = arg;
	double sum = 0;
	size_t i;

	for (i = 0; i < r->nterms; i++)
		if (times[i] != 0)
			sum += r->terms[i].idf * share(r, times[i],
			    (double)len);
	return sum;
}

/* A heap of the n best scores, the least of them on top. */
struct best {
	double *heap;
	size_t n, max, cap;
};

static void
add_score(struct best *b, double score)
{
	size_t i, k;

	if (b->n < b->max) {
		b->heap = xgrow(b->heap, &b->cap, b->n + 1, sizeof *b->heap);
		for (i = b->n++; i != 0 && b->heap[(i - 1) / 2] > score;
		    i = (i - 1) / 2)
			b->heap[i] = b->heap[(i - 1) / 2];
	} else if (b->n == 0 || score <= b->heap[0])
		return;
	else
		for (i = 0; (k = 2 * i + 1) < b->n; i = k) {
			if (k + 1 < b->n && b->heap[k + 1] < b->heap[k])
				k++;
			if (b->heap[k] >= score)
				break;
			b->heap[i] = b->heap[k];
		}
	b->heap[i] = score;
}

/* Sums of the same numbers may differ in the last bits. */
#define ABOUT	(1 + 1e-9)

static int
read_files(struct rank *r, struct store *s, const struct index_file *list,
    size_t count, size_t n)
{
	struct best best = { .max = n };
	size_t i, k;
	int status = 0;

	for (i = 0; status == 0 && i < count; i++) {
		size_t first = r->nhits;

		if (best.n != 0 && best.n == n &&
		    list[i].bound * ABOUT < best.heap[0])
			break;
		status = store_whole(s, list[i].path, rank_file_slowly, r);
		if (r->nhits < first)
			first = 0;	/* some were forgotten */
		settle(r, first);
		for (k = first; k < r->nhits; k++)
			add_score(&best, r->hits[k].score);
	}
	free(best.heap);
	return status;
}

int
rank_index(struct rank *r, struct store *s, const char *below, size_t n)
{
	struct lookup l = { r, below, NULL };
	struct index_file *list;
	size_t count;
	int status = store_moment(s, look_up, &l);

	if (status == 1) {
		set_worth(r);
		list = index_bounds(l.found, best_score, r, &count);
		status = read_files(r, s, list, count, n);
		free(list);
	} else if (status == 0)
		status = 1;
	index_found_free(l.found);
	return status;
}
