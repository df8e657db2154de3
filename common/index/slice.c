#include <stdlib.h>
#include <string.h>

#include "index/inside.h"

#define TIMES_MAX	255
#define PARTS_MAX	((size_t)256 << 10)	/* words of known names */

/* --- words and names ------------------------------------------------------------ */

/* The number of a word, added if new; its stem is not yet known. */
static uint32_t
find_word(struct wordlist *w, const char *s, size_t n)
{
	size_t before = w->strings.n;
	uint32_t i = strings_find(&w->strings, s, n,
	    strings_hash(&w->strings, s, n));
	struct word *new;

	if (w->strings.n == before)
		return i;
	w->words = xgrow(w->words, &w->words_cap, w->strings.n,
	    sizeof *w->words);
	new = &w->words[i];
	memset(new, 0, sizeof *new);
	new->first = new->last = new->head = new->tail = new->stem = NONE;
	return i;
}

uint32_t
wordlist_word(struct wordlist *w, const char *s, size_t n)
{
	return find_word(w, s, n);
}

static void
learn_stem(struct wordlist *w, uint32_t i)
{
	char stem[WORD_MAX + 1];
	size_t n = w->strings.list[i].len;
	uint32_t k;

	if (w->words[i].stem != NONE)
		return;
	memcpy(stem, w->strings.text.p + w->strings.list[i].text, n);
	n = word_stem(stem, n);
	stem[n] = '\0';
	k = find_word(w, stem, n);
	w->words[i].stem = k;
	w->words[k].stop = word_is_stop(stem);
}

static void
add_part(void *arg, const char *s, size_t n)
{
	struct wordlist *w = arg;

	w->parts = xgrow(w->parts, &w->parts_cap, w->nparts + 1,
	    sizeof *w->parts);
	w->parts[w->nparts++] = find_word(w, s, n);
}

/* The number of a name; if it is new, split it into words. */
static uint32_t
find_name(struct wordlist *w, const char *s, size_t n, uint32_t hash)
{
	size_t before = w->spellings.n;
	uint32_t i = strings_find(&w->spellings, s, n, hash);
	struct name *new;

	if (w->spellings.n == before)
		return i;
	w->names = xgrow(w->names, &w->names_cap, w->spellings.n,
	    sizeof *w->names);
	new = &w->names[i];
	new->first = (uint32_t)w->nparts;
	words_unstemmed(s, n, add_part, w);
	new->n = (uint32_t)w->nparts - new->first;
	return i;
}

/* --- a chunk --------------------------------------------------------------------- */

/* Append i, which is not in the list yet. */
static void
note(uint32_t **list, size_t *n, size_t *cap, uint32_t i)
{
	*list = xgrow(*list, cap, *n + 1, sizeof **list);
	(*list)[(*n)++] = i;
}

/* Names that come together. */
struct some {
	const char *s;
	size_t n;
	uint32_t hash;
};

#define SOME	32

/* Take the next few names in the text; returns how many. */
static size_t
take_some(struct some *list, const struct wordlist *w, const char **s,
    const char *end)
{
	const char *p = *s, *from;
	size_t n = 0;

	while (p < end && n < SOME) {
		if (!word_byte((unsigned char)*p)) {
			p++;
			continue;
		}
		for (from = p++; p < end && word_byte((unsigned char)*p); p++)
			;
		list[n].s = from;
		list[n].n = (size_t)(p - from);
		list[n].hash = strings_hash(&w->spellings, from, list[n].n);
		n++;
	}
	*s = p;
	return n;
}

/* Count the names in these bytes for the current chunk, times for each. */
static void
count_names(struct wordlist *w, const char *s, const char *end, uint32_t times)
{
	struct some list[SOME];
	struct string *x;
	size_t n, k;
	uint32_t i;

	while ((n = take_some(list, w, &s, end)) != 0)
		for (k = 0; k < n; k++) {
			i = find_name(w, list[k].s, list[k].n, list[k].hash);
			x = &w->spellings.list[i];
			if (x->chunk != w->chunk + 1) {
				x->chunk = w->chunk + 1;
				x->times = 0;
				note(&w->named, &w->nnamed, &w->named_cap, i);
			}
			x->times += times;
		}
}

static void
count_header(struct wordlist *w, const char *s)
{
	if (s != NULL)
		count_names(w, s, s + strlen(s), INDEX_HEADER);
}

/* Note that the word is in the current chunk. */
static struct string *
find_here(struct wordlist *w, uint32_t i)
{
	struct string *x = &w->strings.list[i];

	if (x->chunk != w->chunk + 1) {
		x->chunk = w->chunk + 1;
		x->times = 0;
		w->words[i].extra = w->words[i].most = 0;
		note(&w->here, &w->nhere, &w->here_cap, i);
	}
	return x;
}

/* Count the words of the counted names, prefetching memory. */
static void
count_words(struct wordlist *w)
{
	size_t i, at = 0;
	uint32_t k;

	w->nqueue = 0;
	for (i = 0; i < w->nnamed; i++) {
		const struct name *x = &w->names[w->named[i]];

		w->queue = xgrow(w->queue, &w->queue_cap, w->nqueue + x->n,
		    sizeof *w->queue);
		for (k = 0; k < x->n; k++) {
			uint32_t word = w->parts[x->first + k];

			w->queue[w->nqueue++] = word;
			__builtin_prefetch(&w->strings.list[word]);
		}
	}
	for (i = 0; i < w->nnamed; i++) {
		uint32_t times = w->spellings.list[w->named[i]].times;

		for (k = w->names[w->named[i]].n; k != 0; k--)
			find_here(w, w->queue[at++])->times += times;
	}
	w->nnamed = 0;
}

static void
count_extra(void *arg, const char *s, size_t n)
{
	struct wordlist *w = arg;
	uint32_t i = find_word(w, s, n);
	struct word *x;

	find_here(w, i);
	x = &w->words[i];
	x->extra += INDEX_HEADER;
	if (x->most < x->extra)
		x->most = x->extra;
}

/* Start a definition: its scope and name are counted separately. */
static void
start_extra(struct wordlist *w)
{
	size_t i;

	for (i = 0; i < w->nhere; i++)
		w->words[w->here[i]].extra = 0;
}

static void
words_of(struct wordlist *w, const char *s, word_fn *fn)
{
	if (s != NULL)
		words_unstemmed(s, strlen(s), fn, w);
}

static size_t
name_length(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n && word_byte((unsigned char)s[i]); i++)
		;
	return i;
}

/* The same in an assembled text. */
static void
run_names(struct wordlist *w, const struct text *t, const struct unit *u)
{
	const struct run *r = text_run(t, u->d.byte_start);
	const char *s, *end, *first, *last;
	size_t n = text_span(t, u->d.byte_start, u->d.byte_end, &s);

	if (n == 0)
		return;
	end = s + n;
	first = t->bytes.p + r->at;
	last = first + (r->end - r->start);
	if (s > first && word_byte((unsigned char)s[-1]))
		s += name_length(s, n);
	if (s < end && word_byte((unsigned char)end[-1]))
		end += name_length(end, (size_t)(last - end));
	count_names(w, s, end, 1);
}

static size_t
span(const struct unit *u)
{
	return (size_t)(u->d.byte_end - u->d.byte_start);
}

/* Does a name extend from chunk i - 1 into chunk i? */
static int
goes_on(const struct wordlist *w, const struct text *t, size_t i)
{
	size_t n = span(w->chunks[i - 1]);

	return w->chunks[i - 1]->d.byte_end == w->chunks[i]->d.byte_start &&
	    (n == 0 ? i > 1 && goes_on(w, t, i - 1) :
	    word_byte((unsigned char)t->lent[i - 1][n - 1]));
}

/*
 * Count the names that begin in chunk i. The last one may end after it; then we
 * assemble it.
 */
static void
text_names(struct wordlist *w, const struct text *t, size_t i)
{
	const char *s = t->lent[i], *end;
	size_t n = span(w->chunks[i]), skip, k = n;

	skip = i > 0 && goes_on(w, t, i) ? name_length(s, n) : 0;
	if (n != 0 && i + 1 < t->nchunks && goes_on(w, t, i + 1))
		while (k > skip && word_byte((unsigned char)s[k - 1]))
			k--;
	count_names(w, s + skip, s + k, 1);
	if (k == n)
		return;
	w->joined.len = 0;
	buf_add(&w->joined, s + k, n - k);
	while (++i < t->nchunks && goes_on(w, t, i)) {
		n = span(w->chunks[i]);
		k = name_length(t->lent[i], n);
		buf_add(&w->joined, t->lent[i], k);
		if (k < n)
			break;
	}
	end = w->joined.p + w->joined.len;
	count_names(w, w->joined.p, end, 1);
}

static int
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/*
 * Count what rank.c counts of the chunk, and what the headers of the
 * definitions in its list may add.
 */
static void
chunk_words(struct wordlist *w, const struct text *t, const struct unit *u)
{
	const struct unit *v, *end = t->units + t->nunits;
	const char *scope = u->d.scope;
	uint32_t i;

	if (w->nparts > PARTS_MAX) {
		strings_clear(&w->spellings);
		w->nparts = 0;
	}
	w->chunk++;
	w->nhere = 0;
	if (t->lends)
		text_names(w, t, u->chunk);
	else
		run_names(w, t, u);
	count_header(w, u->d.scope);
	count_header(w, u->d.name);
	for (v = u; v > t->units && v[-1].d.byte_start == u->d.byte_start; v--)
		;
	for (; v < end && v->d.byte_start < u->d.byte_end; v++)
		if (!v->is_chunk && !same(u->d.name, v->d.name))
			count_header(w, v->d.name);
	count_words(w);
	for (i = w->firsts[u->chunk]; i != NONE; i = w->nexts[i]) {
		int outside;

		v = &t->units[i];
		outside = v->d.byte_start < u->d.byte_start ||
		    v->d.byte_start >= u->d.byte_end;
		if (!outside && (same(v->d.scope, scope) ||
		    same(v->d.scope, u->d.scope)))
			continue;
		start_extra(w);
		words_of(w, v->d.scope, count_extra);
		if (outside)
			words_of(w, v->d.name, count_extra);
		scope = v->d.scope;
	}
}

/* Add the words of the chunk to those of the file. */
static void
keep_chunk(struct wordlist *w, uint32_t chunk)
{
	size_t i;

	for (i = 0; i < w->nhere; i++)
		__builtin_prefetch(&w->words[w->here[i]]);
	for (i = 0; i < w->nhere; i++) {
		struct word *x = &w->words[w->here[i]];
		uint32_t in = w->strings.list[w->here[i]].times;
		uint32_t times = in + x->most;

		if (x->head == NONE && x->path == 0)
			note(&w->found, &w->nfound, &w->found_cap,
			    w->here[i]);
		w->cells = xgrow(w->cells, &w->cells_cap, w->ncells + 1,
		    sizeof *w->cells);
		w->cells[w->ncells] = (struct cell){ NONE, chunk,
		    (uint8_t)(times < TIMES_MAX ? times : TIMES_MAX),
		    in != 0 };
		if (x->head == NONE)
			x->head = (uint32_t)w->ncells;
		else
			w->cells[x->tail].next = (uint32_t)w->ncells;
		x->tail = (uint32_t)w->ncells++;
		x->cells++;
		x->counted += in != 0;
	}
}

/* --- a file ------------------------------------------------------------------------ */

static void
count_path(void *arg, const char *s, size_t n)
{
	struct wordlist *w = arg;
	uint32_t i = find_word(w, s, n);

	if (w->words[i].path++ == 0)
		note(&w->found, &w->nfound, &w->found_cap, i);
}

static unsigned
step_of(uint32_t times)
{
	unsigned step = 1;

	while (times > 1U << (step - 1))
		step++;
	return step;
}

/* Append the chunks that have a word, one by one. */
static void
put_cells(struct wordlist *w, const struct word *x)
{
	struct bits o = { .b = &w->bytes };
	uint32_t i, last = NONE;
	int low = 0;

	put_number(&w->bytes, (uint64_t)x->cells << 2 | 1);
	while ((uint64_t)x->cells << (low + 1) <= w->cells[x->tail].chunk)
		low++;
	put_rice(&o, 0, (uint64_t)low + 1);
	for (i = x->head; i != NONE; i = w->cells[i].next) {
		const struct cell *c = &w->cells[i];

		put_rice(&o, low, (uint64_t)(c->chunk - last));
		if (!c->counted)
			put_rice(&o, 0, STEP_UNCOUNTED);
		put_rice(&o, 0, step_of(c->times));
		last = c->chunk;
	}
	end_bits(&o);
}

/* Append the file's entry to the list of a word. */
static void
put_entry(struct wordlist *w, const struct word *x, size_t chunks)
{
	struct buf *b = &w->bytes;
	uint32_t i, most = 0;

	if (x->path == 0 && x->cells == 1 && x->counted == 1 &&
	    w->cells[x->head].times == 1) {
		put_number(b, (uint64_t)w->cells[x->head].chunk << 2);
		return;
	}
	if (x->path == 0 && !w->words[x->stem].stop &&
	    (w->words[x->stem].variants > 1 || x->cells < chunks / 2)) {
		put_cells(w, x);
		return;
	}
	for (i = x->head; i != NONE; i = w->cells[i].next)
		if (most < w->cells[i].times)
			most = w->cells[i].times;
	put_number(b, (uint64_t)x->counted << 2 | (x->path != 0 ? 3 : 2));
	if (x->path != 0)
		put_number(b, x->path);
	put_number(b, most == 0 ? 0 : step_of(most));
}

void
wordlist_entry(struct wordlist *w, uint32_t word, uint32_t at)
{
	struct word *x = &w->words[word];

	w->entries = xgrow(w->entries, &w->entries_cap, w->nentries + 1,
	    sizeof *w->entries);
	w->entries[w->nentries] = (struct entry){ word, w->file, NONE, at,
	    (uint32_t)w->bytes.len - at };
	if (x->first == NONE)
		x->first = (uint32_t)w->nentries;
	else
		w->entries[x->last].next = (uint32_t)w->nentries;
	x->last = (uint32_t)w->nentries++;
}

/* Note all words of the file, and get ready for the next. */
static void
keep_file(struct wordlist *w, size_t chunks)
{
	size_t i;

	for (i = 0; i < w->nfound; i++) {
		learn_stem(w, w->found[i]);
		w->words[w->words[w->found[i]].stem].variants++;
	}
	for (i = 0; i < w->nfound; i++) {
		struct word *x = &w->words[w->found[i]];
		uint32_t at = (uint32_t)w->bytes.len;

		put_entry(w, x, chunks);
		wordlist_entry(w, w->found[i], at);
		x->head = x->tail = NONE;
		x->cells = x->counted = x->path = 0;
	}
	for (i = 0; i < w->nfound; i++)
		w->words[w->words[w->found[i]].stem].variants = 0;
	w->nfound = w->ncells = 0;
}

/* The first chunk that ends after the byte, or the number of chunks. */
static size_t
chunk_behind(const struct wordlist *w, size_t n, uint64_t byte)
{
	size_t low = 0, high = n, i;

	while (low < high) {
		i = low + (high - low) / 2;
		if (w->ends[i] > byte)
			high = i;
		else
			low = i + 1;
	}
	return low;
}

/* The first chunk that begins at or after the byte, or the number of chunks. */
static size_t
chunk_from(const struct wordlist *w, size_t n, uint64_t byte)
{
	size_t low = 0, high = n, i;

	while (low < high) {
		i = low + (high - low) / 2;
		if (w->chunks[i]->d.byte_start >= byte)
			high = i;
		else
			low = i + 1;
	}
	return low;
}

static void
put_long(struct wordlist *w, const struct text *t, const struct unit *u,
    struct buf *longs)
{
	uint64_t len = u->d.byte_end - u->d.byte_start;
	size_t first = chunk_behind(w, t->nchunks, u->d.byte_start);
	size_t last = chunk_from(w, t->nchunks, u->d.byte_end);

	if (first > u->chunk)
		first = u->chunk;
	if (last <= u->chunk)
		last = u->chunk + 1;
	put_number(longs, first);
	put_number(longs, last - first);
	put_number(longs, u->d.byte_end < u->d.byte_start ? 0 :
	    len / LENGTH_UNIT);
}

/* Put what a segment knows of the file; see file_info. */
static void
put_info(struct wordlist *w, const struct text *t)
{
	struct buf longs = { 0 };
	uint64_t bytes = 0, nlong = 0, len;
	unsigned char *lengths;
	size_t i;

	w->info.len = 0;
	for (i = 0; i < t->nchunks; i++)
		bytes += w->chunks[i]->d.byte_end - w->chunks[i]->d.byte_start;
	put_number(&w->info, t->nchunks);
	put_number(&w->info, bytes);
	lengths = (unsigned char *)buf_room(&w->info, t->nchunks);
	memset(lengths, 255, t->nchunks);
	w->info.len += t->nchunks;
	for (i = 0; i < t->nunits; i++) {
		const struct unit *u = &t->units[i];
		const struct symbol *c = &w->chunks[u->chunk]->d;

		len = (u->d.byte_end - u->d.byte_start) / LENGTH_UNIT;
		if (u->d.byte_start >= c->byte_start &&
		    u->d.byte_end <= c->byte_end &&
		    u->d.byte_end >= u->d.byte_start) {
			if (len < lengths[u->chunk])
				lengths[u->chunk] = (unsigned char)len;
		} else {
			put_long(w, t, u, &longs);
			nlong++;
		}
	}
	put_number(&w->info, nlong);
	if (longs.len != 0)
		buf_add(&w->info, longs.p, longs.len);
	buf_free(&longs);
}

/* For each chunk: its unit, where all up to it end, its list. */
static void
list_chunks(struct wordlist *w, const struct text *t)
{
	size_t i, n = t->nchunks + 1;

	w->chunks = xgrow(w->chunks, &w->chunks_cap, n, sizeof *w->chunks);
	w->ends = xgrow(w->ends, &w->ends_cap, n, sizeof *w->ends);
	w->firsts = xgrow(w->firsts, &w->firsts_cap, n, sizeof *w->firsts);
	w->nexts = xgrow(w->nexts, &w->nexts_cap, t->nunits + 1,
	    sizeof *w->nexts);
	memset(w->firsts, 255, n * sizeof *w->firsts);
	for (i = t->nunits; i-- > 0; ) {
		const struct unit *u = &t->units[i];

		if (u->is_chunk)
			w->chunks[u->chunk] = u;
		else {
			w->nexts[i] = w->firsts[u->chunk];
			w->firsts[u->chunk] = (uint32_t)i;
		}
	}
	for (i = 0; i < t->nchunks; i++) {
		w->ends[i] = w->chunks[i]->d.byte_end;
		if (i != 0 && w->ends[i] < w->ends[i - 1])
			w->ends[i] = w->ends[i - 1];
	}
}

void
wordlist_file(struct wordlist *w, const struct text *t)
{
	uint32_t i;

	list_chunks(w, t);
	words_of(w, t->path, count_path);
	for (i = 0; i < t->nchunks; i++) {
		chunk_words(w, t, w->chunks[i]);
		keep_chunk(w, i);
	}
	put_info(w, t);
	keep_file(w, t->nchunks);
}

void
wordlist_clear(struct wordlist *w)
{
	strings_clear(&w->strings);
	strings_clear(&w->spellings);
	w->nparts = w->nentries = w->bytes.len = 0;
	w->file = 0;
}

#define WORDS_KEPT	((size_t)64 << 10)
#define CELLS_KEPT	((size_t)256 << 10)

void
wordlist_trim(struct wordlist *w)
{
	uint32_t chunk = w->chunk, file = w->file;

	if (w->strings.cap <= WORDS_KEPT && w->cells_cap <= CELLS_KEPT &&
	    w->entries_cap <= 2 * CELLS_KEPT)
		return;
	wordlist_free(w);
	w->chunk = chunk;
	w->file = file;
}

void
wordlist_free(struct wordlist *w)
{
	strings_free(&w->strings);
	strings_free(&w->spellings);
	buf_free(&w->joined);
	buf_free(&w->bytes);
	buf_free(&w->info);
	free(w->words);
	free(w->names);
	free(w->parts);
	free(w->entries);
	free(w->cells);
	free(w->found);
	free(w->here);
	free(w->named);
	free(w->queue);
	free(w->chunks);
	free(w->ends);
	free(w->firsts);
	free(w->nexts);
	memset(w, 0, sizeof *w);
}
