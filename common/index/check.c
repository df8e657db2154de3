/*
 * For each file we compute a number from all its words and what their lists say
 * about it, once from the index and once from its chunks. So both are read
 * once, each in its own order. Segments never change; if the list of them does,
 * because somebody writes, we start again.
 */
#include <stdlib.h>
#include <string.h>

#include "index/inside.h"

#define WORDS_AT_ONCE	2000		/* between enter and leave */
#define WORDS_KEPT	200000

/* A file as the index has it. */
struct known_file {
	char *path;
	uint64_t sum;
	uint64_t chunks, bytes;
	int dead, seen;
};

struct index_check {
	struct engine *e;
	struct segments segments;
	struct buf list;		/* the blob of the list */
	struct known_file **files;		/* of each segment */
	struct known_file **slots;		/* by path */
	size_t nslots;
	struct wordlist words;
};

/* --- the index ---------------------------------------------------------------- */

int
index_list(struct engine *e, struct buf *out)
{
	struct blobs b = { .c = NULL };
	int status;

	key_list(&b.from);
	buf_puts(&b.to, "j");
	status = blobs_seek(&b, e) == -1 ? -1 : blobs_next(&b);
	if (status == 1)
		buf_add(out, b.in.p, (size_t)(b.in.end - b.in.p));
	status = blobs_end(&b, status);
	blobs_free(&b);
	return status;
}

/* Enter, if the index is still the same: 1, 0, -1. */
static int
enter(struct index_check *c)
{
	struct buf now = { 0 };
	int status;

	if (c->e->type->enter(c->e) == -1)
		return -1;
	status = index_list(c->e, &now);
	if (status == 1)
		status = now.len == c->list.len &&
		    memcmp(now.p, c->list.p, now.len) == 0;
	buf_free(&now);
	return status == 1 ? 1 : c->e->type->leave(c->e, status);
}

static struct known_file **
slot_of(struct index_check *c, const char *path)
{
	size_t i = index_hash(0, path, strlen(path));

	while (c->slots[i &= c->nslots - 1] != NULL &&
	    strcmp(c->slots[i]->path, path) != 0)
		i++;
	return &c->slots[i];
}

static void
make_slots(struct index_check *c)
{
	size_t i, n = 1;

	for (i = 0; i < c->segments.n; i++)
		n += c->segments.list[i].files;
	for (c->nslots = 2; c->nslots < 2 * n; c->nslots *= 2)
		;
	c->slots = xcalloc(c->nslots, sizeof(struct known_file *));
}

/* Read the files of a segment: 1, 0 the index has changed, -1. */
static int
read_files(struct index_check *c, const struct segment *g,
    struct known_file *list, index_fault_fn *fn, void *arg)
{
	struct files f = { .segment = 0 };
	struct file_info info;
	uint32_t n = 0;
	int status = enter(c);

	if (status != 1)
		return status;
	files_start(&f, c->e, g->number);
	while ((status = files_next(&f, &info)) == 1 && n < g->files) {
		struct known_file *k = &list[n], **slot;

		k->path = xstrdup(info.path);
		k->sum = index_hash(0, info.info, info.info_len);
		k->chunks = info.chunks;
		k->bytes = info.bytes;
		k->dead = is_dead(g, n++);
		slot = slot_of(c, k->path);
		if (!k->dead && *slot != NULL)
			fn(arg, k->path, "the text index has it twice");
		if (!k->dead)
			*slot = k;
	}
	if (status == 0 && n < g->files)
		status = index_damaged();
	status = files_end(&f, status == -1 ? -1 : 1);
	return c->e->type->leave(c->e, status);
}

static uint64_t
entry_sum(const char *word, size_t n, const void *entry, size_t len)
{
	return index_hash(index_hash(1, word, n), entry, len);
}

/* Add some words of a segment: 1 there are more, 0, -1. */
static int
add_words(struct index_check *c, const struct segment *g, struct known_file *list,
    struct terms *t, struct lists *l)
{
	struct buf b = { 0 };
	struct posts p;
	int i, status = 1;

	for (i = 0; i < WORDS_AT_ONCE && (status = terms_next(t)) == 1; i++) {
		b.len = 0;
		if (lists_read(l, c->e, g->number, t->list, t->size, &b) == -1)
			break;
		posts_start_word(&p, &t->word, b.p, b.len);
		while ((status = posts_next(&p)) == 1) {
			if (p.file >= g->files) {
				status = index_damaged();
				break;
			}
			list[p.file].sum += entry_sum(t->word.p, t->word.len,
			    p.p, p.len);
		}
		if (status == -1)
			break;
	}
	buf_free(&b);
	return i == WORDS_AT_ONCE ? 1 : status == 0 ? 0 : -1;
}

static int
read_words(struct index_check *c, const struct segment *g, struct known_file *list)
{
	struct buf from = { 0 };
	int status, more = 1;

	while (more == 1) {
		struct terms t = { .open = 0 };
		struct lists l = { .open = 0 };

		if ((status = enter(c)) != 1)
			break;
		more = terms_start(&t, c->e, g->number, from.p, from.len);
		/* The first was the last one of the previous step. */
		if (more == 0 && from.len != 0 && (more = terms_next(&t)) == 0)
			more = index_damaged();
		if (more != -1)
			more = add_words(c, g, list, &t, &l);
		from.len = 0;
		if (more == 1)
			buf_add(&from, t.word.p, t.word.len);
		more = terms_end(&t, lists_end(&l, more));
		status = c->e->type->leave(c->e, more) == -1 ? -1 : 1;
		if (status == -1)
			break;
	}
	buf_free(&from);
	return status;
}

static void
check_sums(const struct index_check *c, index_fault_fn *fn, void *arg)
{
	size_t i, k;

	for (i = 0; i < c->segments.n; i++) {
		const struct segment *g = &c->segments.list[i];
		uint64_t chunks = 0, bytes = 0;

		for (k = 0; k < g->files; k++)
			if (!c->files[i][k].dead) {
				chunks += c->files[i][k].chunks;
				bytes += c->files[i][k].bytes;
			}
		if (chunks != g->chunks || bytes != g->bytes)
			fn(arg, "text index", "its sums are wrong");
	}
}

/* ------------------------------------------------------------------------------ */

int
index_check_begin(struct index_check **out, struct engine *e,
    index_fault_fn *fn, void *arg)
{
	struct index_check *c = *out = xcalloc(1, sizeof *c);
	size_t i;
	int status;

	c->e = e;
	if (e->type->enter(e) == -1)
		return -1;
	if ((status = index_list(e, &c->list)) == 1)
		status = segments_read(&c->segments, e);
	if ((status = e->type->leave(e, status == 0 ? 2 : status)) != 1)
		return status;
	make_slots(c);
	c->files = xcalloc(c->segments.n + 1, sizeof(struct known_file *));
	for (i = 0; status == 1 && i < c->segments.n; i++) {
		const struct segment *g = &c->segments.list[i];

		c->files[i] = xcalloc(g->files + 1, sizeof **c->files);
		if ((status = read_files(c, g, c->files[i], fn, arg)) == 1)
			status = read_words(c, g, c->files[i]);
	}
	if (status == 1)
		check_sums(c, fn, arg);
	return status;
}

void
index_check_file(struct index_check *c, const struct text *t,
    index_fault_fn *fn, void *arg)
{
	struct wordlist *w = &c->words;
	struct known_file *k = *slot_of(c, t->path);
	uint64_t sum;
	size_t i = w->nentries;

	if (k == NULL) {
		fn(arg, t->path, "is not in the text index");
		return;
	}
	k->seen = 1;
	wordlist_file(w, t);
	refs_file(w, t);
	w->file++;
	sum = index_hash(0, w->info.p, w->info.len);
	for (; i < w->nentries; i++) {
		const struct entry *e = &w->entries[i];
		const struct string *x = &w->strings.list[e->word];

		sum += entry_sum(w->strings.text.p + x->text, x->len,
		    w->bytes.p + e->at, e->len);
	}
	if (sum != k->sum)
		fn(arg, t->path, "the text index has other words for it");
	if (w->strings.n > WORDS_KEPT)
		wordlist_clear(w);
}

int
index_check_end(struct index_check *c, index_fault_fn *fn, void *arg)
{
	size_t i;
	int status = enter(c);

	if (status == 1)
		status = c->e->type->leave(c->e, 1);
	for (i = 0; status == 1 && i < c->nslots; i++)
		if (c->slots[i] != NULL && !c->slots[i]->seen)
			fn(arg, c->slots[i]->path, "is in the text index, but "
			    "not stored");
	return status;
}

void
index_check_free(struct index_check *c)
{
	size_t i, k;

	for (i = 0; c->files != NULL && i < c->segments.n; i++) {
		for (k = 0; c->files[i] != NULL &&
		    k < c->segments.list[i].files; k++)
			free(c->files[i][k].path);
		free(c->files[i]);
	}
	free(c->files);
	free(c->slots);
	segments_free(&c->segments);
	buf_free(&c->list);
	wordlist_free(&c->words);
	free(c);
}
