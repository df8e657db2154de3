#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/pool.h"
#include "index/inside.h"

#define CELLS_MAX	((size_t)4 << 20)	/* beyond, a scan is as good */
#define WORDS_MAX	64

/* How often a chunk, or the whole file (NONE, or PATH), may have a word. */
struct cell_found {
	uint32_t chunk;
	uint8_t word, times;
};

#define PATH	(NONE - 1)

struct file_found {
	const char *path;
	uint32_t chunks;
	const unsigned char *lengths, *longs;
	size_t longs_len;
	uint64_t nlong;
	size_t first, end;		/* cells */
};

struct index_found {
	size_t nwords;
	const char *below;		/* lent */
	struct pool pool;
	struct file_found *files;
	size_t nfiles, files_cap;
	struct cell_found *cells;
	size_t ncells, cells_cap;
	uint32_t *stamps, stamp;	/* of chunks that were counted */
	size_t stamps_cap;
};

/* --- the lists of the words ----------------------------------------------------- */

/* The list of a word that has one of the stems. */
struct word_list {
	size_t word, at, len;		/* at: in the bytes of all */
	struct posts posts;
	int more;
};

struct lists_found {
	struct buf bytes;
	struct word_list *list;
	size_t n, cap;
};

/* Add the lists of all words of the segment that have this stem. */
static int
add_lists(struct lists_found *all, struct engine *e, const struct segment *g,
    const char *stem, size_t word)
{
	size_t len = strlen(stem), root = word_root(stem, len);
	struct terms t = { .open = 0 };
	struct lists l = { .open = 0 };
	char form[WORD_MAX + 1];
	int status = terms_start(&t, e, g->number, stem, root);

	while (status == 0 && (status = terms_next(&t)) == 1 &&
	    t.word.len >= root && memcmp(t.word.p, stem, root) == 0) {
		status = 0;
		if (t.word.len > WORD_MAX)
			return index_damaged();
		memcpy(form, t.word.p, t.word.len);
		if (word_stem(form, t.word.len) != len ||
		    memcmp(form, stem, len) != 0)
			continue;
		all->list = xgrow(all->list, &all->cap, all->n + 1,
		    sizeof *all->list);
		all->list[all->n++] = (struct word_list){ .word = word,
		    .at = all->bytes.len, .len = t.size };
		status = lists_read(&l, e, g->number, t.list, t.size,
		    &all->bytes);
	}
	if (status == 1)
		status = 0;
	return terms_end(&t, lists_end(&l, status));
}

static int
next_post(struct word_list *l)
{
	return (l->more = posts_next(&l->posts)) == -1 ? -1 : 0;
}

/* --- a file that has some of them --------------------------------------------------- */

static void
add_cell(struct index_found *f, uint32_t chunk, size_t word, uint64_t times)
{
	f->cells = xgrow(f->cells, &f->cells_cap, f->ncells + 1,
	    sizeof *f->cells);
	f->cells[f->ncells++] = (struct cell_found){ chunk, (uint8_t)word,
	    (uint8_t)(times < 255 ? times : 255) };
}

/* A chunk has the word of the current stamp: 1 for the first time. */
static int
is_first(struct index_found *f, uint32_t chunk)
{
	size_t was = f->stamps_cap;

	if (chunk >= was) {
		f->stamps = xgrow(f->stamps, &f->stamps_cap,
		    (size_t)chunk + 1, sizeof *f->stamps);
		memset(f->stamps + was, 0,
		    (f->stamps_cap - was) * sizeof *f->stamps);
	}
	if (f->stamps[chunk] == f->stamp)
		return 0;
	f->stamps[chunk] = f->stamp;
	return 1;
}

/*
 * Note what the lists say about the file, word by word; counts in with how many
 * chunks have each.
 */
static int
take_file(struct index_found *f, struct lists_found *all, uint32_t file,
    const struct file_info *info, uint64_t *with)
{
	struct word_list *l = all->list, *end = l + all->n;

	while (l < end) {
		size_t word = l->word;
		uint64_t counted = 0;
		int everywhere = 0;

		f->stamp++;
		for (; l < end && l->word == word; l++) {
			struct posts *p = &l->posts;

			if (!l->more || p->file != file)
				continue;
			if (p->path != 0) {
				everywhere = 1;
				add_cell(f, PATH, word,
				    p->path * INDEX_HEADER);
			}
			if (p->dense) {
				counted += p->n;
				if (p->times != 0)
					add_cell(f, NONE, word, p->times);
			}
			while (post_next(p)) {
				if (p->chunk >= info->chunks)
					return index_damaged();
				counted += p->counted &&
				    is_first(f, p->chunk);
				add_cell(f, p->chunk, word, p->times);
			}
			if (next_post(l) == -1)
				return -1;
		}
		with[word] += everywhere ? info->chunks : counted;
	}
	return 0;
}

/* The file is not wanted: move the lists past it. */
static int
pass(struct lists_found *all, uint32_t file)
{
	struct word_list *l;

	for (l = all->list; l < all->list + all->n; l++)
		if (l->more && l->posts.file == file && next_post(l) == -1)
			return -1;
	return 0;
}

static int
add_file(struct index_found *f, struct lists_found *all, uint32_t file,
    const struct file_info *info, uint64_t *with)
{
	struct file_found *x;
	size_t first = f->ncells;

	if (info->chunks >= PATH)
		return index_damaged();
	if (take_file(f, all, file, info, with) == -1)
		return -1;
	f->files = xgrow(f->files, &f->files_cap, f->nfiles + 1,
	    sizeof *f->files);
	x = &f->files[f->nfiles++];
	x->path = pool_string(&f->pool, info->path);
	x->chunks = (uint32_t)info->chunks;
	x->lengths = (unsigned char *)pool_copy(&f->pool, info->lengths,
	    info->chunks);
	x->nlong = info->nlong;
	x->longs_len = (size_t)(info->longs.end - info->longs.p);
	x->longs = (unsigned char *)pool_copy(&f->pool, info->longs.p,
	    x->longs_len);
	x->first = first;
	x->end = f->ncells;
	return 0;
}

/* --- a segment ---------------------------------------------------------------------- */

/* The next file that is in a list; NONE: there is none. */
static uint32_t
next_in(const struct lists_found *all)
{
	const struct word_list *l;
	uint32_t file = NONE;

	for (l = all->list; l < all->list + all->n; l++)
		if (l->more && l->posts.file < file)
			file = l->posts.file;
	return file;
}

/* Look up the words in a segment: 1, 0 there is too much, -1. */
static int
find_in(struct index_found *f, struct engine *e, const struct segment *g,
    const char *const *words, uint64_t *with)
{
	struct lists_found all = { .n = 0 };
	struct files files = { .segment = 0 };
	struct file_info info;
	struct word_list *l;
	uint32_t file;
	size_t i;
	int status = 0;

	for (i = 0; status == 0 && i < f->nwords; i++)
		status = add_lists(&all, e, g, words[i], i);
	for (l = all.list; status == 0 && l < all.list + all.n; l++) {
		posts_start(&l->posts, all.bytes.p + l->at, l->len);
		status = next_post(l);
	}
	files_start(&files, e, g->number);
	while (status == 0 && f->ncells < CELLS_MAX &&
	    (file = next_in(&all)) != NONE) {
		if (file >= g->files)
			status = index_damaged();
		else if (is_dead(g, file))
			status = pass(&all, file);
		else if ((status = files_get(&files, file, &info)) != 1)
			status = status == 0 ? index_damaged() : -1;
		else if (f->below != NULL && !path_below(info.path, f->below))
			status = pass(&all, file);
		else
			status = add_file(f, &all, file, &info, with);
	}
	status = files_end(&files, status);
	buf_free(&all.bytes);
	free(all.list);
	return status == -1 ? -1 : f->ncells < CELLS_MAX;
}

/* Count chunks and bytes of all files, or those below a path. */
static int
count_all(struct index_found *f, struct engine *e, const struct segment *g,
    struct index_totals *t)
{
	struct files files = { .segment = 0 };
	struct file_info info;
	int status;

	if (f->below == NULL) {
		t->chunks += g->chunks;
		t->bytes += g->bytes;
		return 0;
	}
	files_start(&files, e, g->number);
	while ((status = files_next(&files, &info)) == 1)
		if (info.number < g->files && !is_dead(g, info.number) &&
		    path_below(info.path, f->below)) {
			t->chunks += info.chunks;
			t->bytes += info.bytes;
		}
	return files_end(&files, status);
}

int
index_find(struct index_found **out, struct engine *e,
    const char *const *words, size_t n, const char *below,
    struct index_totals *t)
{
	struct index_found *f = *out = xcalloc(1, sizeof *f);
	struct segments s;
	size_t i;
	int status;

	f->nwords = n;
	f->below = below;
	for (i = 0; i < n; i++)
		if (n > WORDS_MAX || word_is_stop(words[i]))
			return 0;
	status = segments_read(&s, e);
	for (i = 0; status == 1 && i < s.n; i++) {
		if ((status = count_all(f, e, &s.list[i], t)) == 0)
			status = find_in(f, e, &s.list[i], words, t->with);
	}
	segments_free(&s);
	return status;
}

void
index_found_free(struct index_found *f)
{
	if (f == NULL)
		return;
	pool_free(&f->pool);
	free(f->files);
	free(f->cells);
	free(f->stamps);
	free(f);
}

/* --- how good can a file be at most? ---------------------------------------------------- */

/* The state for computing a file's bound. */
struct bounds {
	struct index_found *f;
	index_score_fn *score;
	void *arg;
	unsigned path[WORDS_MAX], any[WORDS_MAX], times[WORDS_MAX];
};

static unsigned
most(uint64_t n)
{
	return n < 255 ? (unsigned)n : 255;
}

static int
by_chunk(const void *a, const void *b)
{
	const struct cell_found *x = a, *y = b;

	if (x->chunk != y->chunk)
		return x->chunk < y->chunk ? -1 : 1;
	return (x->word > y->word) - (x->word < y->word);
}

static double
worth(struct bounds *b, uint64_t spans, const unsigned *times, uint64_t len)
{
	unsigned all[WORDS_MAX];
	size_t i;

	for (i = 0; i < b->f->nwords; i++)
		all[i] = most(b->path[i] + b->any[i] * spans + times[i]);
	return b->score(b->arg, all, len * LENGTH_UNIT);
}

/* The bound of definitions that span several chunks. */
static double
long_bound(struct bounds *b, const struct file_found *x, size_t ncells)
{
	const struct cell_found *c = b->f->cells + x->first, *end = c + ncells;
	struct in in = { x->longs, x->longs + x->longs_len, 0 };
	double max = 0, w;
	uint64_t i;

	for (i = 0; i < x->nlong && !in.bad; i++) {
		uint64_t first = get_number(&in), n = get_number(&in);
		uint64_t len = get_number(&in);
		size_t low = 0, high = ncells, mid;
		const struct cell_found *p;

		while (low < high) {
			mid = low + (high - low) / 2;
			if (c[mid].chunk >= first)
				high = mid;
			else
				low = mid + 1;
		}
		memset(b->times, 0, sizeof b->times);
		for (p = c + low; p < end && p->chunk < first + n; p++)
			b->times[p->word] += p->times;
		if ((w = worth(b, n, b->times, len)) > max)
			max = w;
	}
	return max;
}

static double
file_bound(struct bounds *b, struct file_found *x)
{
	struct cell_found *c = b->f->cells + x->first,
	    *end = b->f->cells + x->end, *p;
	static const unsigned none[WORDS_MAX];
	double max, w;
	uint64_t shortest = 255;
	uint32_t i;

	qsort(c, x->end - x->first, sizeof *c, by_chunk);
	memset(b->path, 0, sizeof b->path);
	memset(b->any, 0, sizeof b->any);
	for (; end > c && end[-1].chunk >= PATH; end--)
		if (end[-1].chunk == PATH)
			b->path[end[-1].word] += end[-1].times;
		else
			b->any[end[-1].word] += end[-1].times;
	for (i = 0; i < x->chunks; i++)
		if (x->lengths[i] < shortest)
			shortest = x->lengths[i];
	max = worth(b, 1, none, shortest);
	for (p = c; p < end; ) {
		uint32_t chunk = p->chunk;

		memset(b->times, 0, b->f->nwords * sizeof *b->times);
		for (; p < end && p->chunk == chunk; p++)
			b->times[p->word] += p->times;
		if ((w = worth(b, 1, b->times, x->lengths[chunk])) > max)
			max = w;
	}
	w = long_bound(b, x, (size_t)(end - c));
	return w > max ? w : max;
}

static int
by_bound(const void *a, const void *b)
{
	const struct index_file *x = a, *y = b;

	if (x->bound != y->bound)
		return x->bound > y->bound ? -1 : 1;
	return strcmp(x->path, y->path);
}

struct index_file *
index_bounds(struct index_found *f, index_score_fn *score, void *arg,
    size_t *n)
{
	struct index_file *list = xcalloc(f->nfiles + 1, sizeof *list);
	struct bounds b = { .f = f, .score = score, .arg = arg };
	size_t i;

	for (i = 0; i < f->nfiles; i++)
		list[i] = (struct index_file){ f->files[i].path,
		    file_bound(&b, &f->files[i]) };
	if (f->nfiles != 0)
		qsort(list, f->nfiles, sizeof *list, by_bound);
	*n = f->nfiles;
	return list;
}
