#include <stdlib.h>
#include <string.h>

#include "index/inside.h"

#define TIMES_MAX	255

/* --- words, by a hash table ---------------------------------------------------- */

/* Up to eight bytes. */
static uint64_t
beginning_of(const char *s, size_t n)
{
	uint64_t word = 0;

	if (n >= sizeof word)
		memcpy(&word, s, sizeof word);
	else
		while (n-- > 0)
			word = word << 8 | (unsigned char)s[n];
	return word;
}

static uint32_t
hash_word(const char *s, size_t n)
{
	uint64_t h = n;

	for (; n > 8; s += 8, n -= 8) {
		h = (h ^ beginning_of(s, 8)) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	h = (h ^ beginning_of(s, n)) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(h >> 32);
}

static void
grow_slots(struct wordlist *w)
{
	size_t mask;
	uint32_t i, k;

	free(w->slots);
	w->nslots = w->nslots == 0 ? 1 << 12 : 2 * w->nslots;
	w->slots = xcalloc(w->nslots, sizeof *w->slots);
	mask = w->nslots - 1;
	for (i = 0; i < w->n; i++) {
		for (k = w->words[i].hash; w->slots[k & mask].word != 0; k++)
			;
		w->slots[k & mask] = (struct slot){ w->words[i].hash, i + 1 };
	}
}

static void
add_word(struct wordlist *w, const char *s, size_t n, uint32_t hash)
{
	struct word *new;

	w->words = xgrow(w->words, &w->cap, w->n + 1, sizeof *w->words);
	w->places = xgrow(w->places, &w->places_cap, w->n + 1,
	    sizeof *w->places);
	new = &w->words[w->n];
	memset(new, 0, sizeof *new);
	new->text = (uint32_t)w->text.len;
	new->len = (uint32_t)n;
	new->hash = hash;
	new->first = new->last = new->head = new->tail = new->stem = NONE;
	w->places[w->n++] = (struct place){ beginning_of(s, n), new->text,
	    new->len, 0, 0 };
	buf_add(&w->text, s, n);
}

/* The number of a word, which is new if need be; its stem is not yet known. */
static uint32_t
find_word(struct wordlist *w, const char *s, size_t n)
{
	uint32_t hash = hash_word(s, n), k;
	uint64_t beginning = beginning_of(s, n);
	const struct slot *slot;
	size_t mask;

	if (w->n * 2 >= w->nslots)
		grow_slots(w);
	mask = w->nslots - 1;
	for (k = hash; (slot = &w->slots[k & mask])->word != 0; k++) {
		const struct place *x = &w->places[slot->word - 1];

		if (slot->hash == hash && x->len == n &&
		    x->beginning == beginning && (n <= 8 ||
		    memcmp(w->text.p + x->text + 8, s + 8, n - 8) == 0))
			return slot->word - 1;
	}
	add_word(w, s, n, hash);
	w->slots[k & mask] = (struct slot){ hash, (uint32_t)w->n };
	return (uint32_t)w->n - 1;
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
	size_t n = w->words[i].len;
	uint32_t k;

	if (w->words[i].stem != NONE)
		return;
	memcpy(stem, w->text.p + w->words[i].text, n);
	n = word_stem(stem, n);
	stem[n] = '\0';
	k = find_word(w, stem, n);
	w->words[i].stem = k;
	w->words[k].stop = word_is_stop(stem);
}

/* --- a chunk --------------------------------------------------------------------- */

/* The word is in the chunk at hand. */
static uint32_t
find_here(struct wordlist *w, const char *s, size_t n)
{
	uint32_t i = find_word(w, s, n);
	struct place *x = &w->places[i];

	if (x->chunk != w->chunk + 1) {
		x->chunk = w->chunk + 1;
		x->times = 0;
		w->words[i].extra = w->words[i].most = 0;
		w->here = xgrow(w->here, &w->here_cap, w->nhere + 1,
		    sizeof *w->here);
		w->here[w->nhere++] = i;
	}
	return i;
}

static void
count_text(void *arg, const char *s, size_t n)
{
	struct wordlist *w = arg;
	uint32_t i = find_here(w, s, n);

	w->places[i].times++;
}

static void
count_header(void *arg, const char *s, size_t n)
{
	struct wordlist *w = arg;
	uint32_t i = find_here(w, s, n);

	w->places[i].times += INDEX_HEADER;
}

static void
count_extra(void *arg, const char *s, size_t n)
{
	struct wordlist *w = arg;
	uint32_t i = find_here(w, s, n);
	struct word *x = &w->words[i];

	x->extra += INDEX_HEADER;
	if (x->most < x->extra)
		x->most = x->extra;
}

/* Another definition: its scope and name are counted by themselves. */
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

/* Names that begin in the chunk; the last one may end behind it. */
static void
text_words(struct wordlist *w, const struct text *t, const struct unit *u)
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
		while (s < end && word_byte((unsigned char)*s))
			s++;
	if (s < end && word_byte((unsigned char)end[-1]))
		while (end < last && word_byte((unsigned char)*end))
			end++;
	words_unstemmed(s, (size_t)(end - s), count_text, w);
}

static int
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/*
 * What rank.c counts of the chunk, and what may be more in the headers of the
 * definitions in its list.
 */
static void
chunk_words(struct wordlist *w, const struct text *t, const struct unit *u)
{
	const struct unit *v, *end = t->units + t->nunits;
	const char *scope = u->d.scope;
	uint32_t i;

	w->chunk++;
	w->nhere = 0;
	text_words(w, t, u);
	words_of(w, u->d.scope, count_header);
	words_of(w, u->d.name, count_header);
	for (v = u; v > t->units && v[-1].d.byte_start == u->d.byte_start; v--)
		;
	for (; v < end && v->d.byte_start < u->d.byte_end; v++)
		if (!v->is_chunk && !same(u->d.name, v->d.name))
			words_of(w, v->d.name, count_header);
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

/* Note the words of the chunk with those of the file. */
static void
keep_chunk(struct wordlist *w, uint32_t chunk)
{
	size_t i;

	for (i = 0; i < w->nhere; i++) {
		struct word *x = &w->words[w->here[i]];
		uint32_t in = w->places[w->here[i]].times;
		uint32_t times = in + x->most;

		if (x->head == NONE && x->path == 0) {
			w->found = xgrow(w->found, &w->found_cap,
			    w->nfound + 1, sizeof *w->found);
			w->found[w->nfound++] = w->here[i];
		}
		w->cells = xgrow(w->cells, &w->cells_cap, w->ncells + 1,
		    sizeof *w->cells);
		w->cells[w->ncells] = (struct cell){ NONE, chunk,
		    times < TIMES_MAX ? times : TIMES_MAX, in != 0 };
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

	if (w->words[i].path++ == 0) {
		w->found = xgrow(w->found, &w->found_cap, w->nfound + 1,
		    sizeof *w->found);
		w->found[w->nfound++] = i;
	}
}

static unsigned
step_of(uint32_t times)
{
	unsigned step = 1;

	while (times > 1U << (step - 1))
		step++;
	return step;
}

/* The chunks that have a word, one by one. */
static void
put_cells(struct wordlist *w, const struct word *x)
{
	struct buf *b = &w->bytes;
	uint32_t i, last = NONE;
	int bits = 0, low = 0;

	put_number(b, (uint64_t)x->cells << 2 | 1);
	while ((uint64_t)x->cells << (low + 1) <= w->cells[x->tail].chunk)
		low++;
	put_rice(b, &bits, 0, (uint64_t)low + 1);
	for (i = x->head; i != NONE; i = w->cells[i].next) {
		const struct cell *c = &w->cells[i];

		put_rice(b, &bits, low, (uint64_t)(c->chunk - last));
		if (!c->counted)
			put_rice(b, &bits, 0, STEP_UNCOUNTED);
		put_rice(b, &bits, 0, step_of(c->times));
		last = c->chunk;
	}
}

/* The entry of a file in the list of a word, appended. */
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

/* Note all words of the file, and be ready for the next. */
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
	w->file++;
}

/* The first chunk that ends behind the byte, or the number of them. */
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

/* The first chunk that begins there or behind it, or the number of them. */
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

/* What a segment knows of the file; file_info has it. */
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

/* Which unit each chunk is, where all up to it end, what is in its list. */
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
	refs_file(w, t);
	keep_file(w, t->nchunks);
}

void
wordlist_clear(struct wordlist *w)
{
	w->text.len = w->bytes.len = 0;
	w->n = w->nentries = 0;
	w->file = 0;
	if (w->nslots != 0)
		memset(w->slots, 0, w->nslots * sizeof *w->slots);
}

#define WORDS_KEPT	((size_t)64 << 10)
#define CELLS_KEPT	((size_t)256 << 10)

void
wordlist_trim(struct wordlist *w)
{
	uint32_t chunk = w->chunk, file = w->file;

	if (w->cap <= WORDS_KEPT && w->cells_cap <= CELLS_KEPT &&
	    w->entries_cap <= 2 * CELLS_KEPT)
		return;
	wordlist_free(w);
	w->chunk = chunk;
	w->file = file;
}

void
wordlist_free(struct wordlist *w)
{
	buf_free(&w->text);
	buf_free(&w->bytes);
	buf_free(&w->info);
	free(w->words);
	free(w->places);
	free(w->slots);
	free(w->entries);
	free(w->cells);
	free(w->found);
	free(w->here);
	free(w->chunks);
	free(w->ends);
	free(w->firsts);
	free(w->nexts);
	memset(w, 0, sizeof *w);
}
