/*
 * Ranking: a file that is passed over after a glance has none of the words in
 * it. Files by chance, searched with and without the glance.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "search/rank.h"

#define FILES	40
#define CHUNKS	3

static const char *const pieces[] = { "cache", "Cach", "ed", "ing", "quer",
    "ies", "y", "_", " ", "\n", "\"", "\\", "\t", "\x01", "(", "X", "HTML",
    "7", "\xc3\xa4", "\xc2\x85", "\xff", "lock" };

static const char *const asked[] = { "cache", "queries", "query", "html",
    "x", "cacheX", "lock_cache", "7", "\xc3\xa4", "quer\xc3\xa4", "lock",
    "nothing" };

#define SIZE(a)	(sizeof (a) / sizeof *(a))

struct file {
	char path[20];
	struct buf lines[CHUNKS];
	struct store_chunk chunks[CHUNKS];
	struct store_whole whole;
};

static void
fill(char *s, size_t size)
{
	int i;

	*s = '\0';
	for (i = rand() % 8; i >= 0 && strlen(s) + 10 < size; i--)
		strcat(s, pieces[(unsigned)rand() % SIZE(pieces)]);
}

static void
make(struct file *f, int number)
{
	char text[200], name[200], hash[HASH_LEN + 1];
	uint64_t at = 0;
	int i;

	snprintf(f->path, sizeof f->path, "f%d", number);
	for (i = 0; i < CHUNKS; i++) {
		struct symbol d = { .name = name, .kind = "function",
		    .doc_start = RECORD_NONE, .body_start = RECORD_NONE };
		struct record r;

		fill(text, sizeof text);
		fill(name, sizeof name);
		hash_of(hash, text, strlen(text));
		record_init(&r, RECORD_CHUNK);
		r.path = f->path;
		r.language = "c";
		r.content = text;
		r.content_len = strlen(text);
		r.content_hash = hash;
		r.byte_start = d.byte_start = at;
		r.byte_end = d.byte_end = at += r.content_len;
		r.start_line = r.end_line = d.start_line = d.end_line = 1;
		r.symbols = &d;
		r.nsymbols = 1;
		record_write(&f->lines[i], &r);
		f->chunks[i] = (struct store_chunk){ r.byte_start, r.byte_end,
		    f->lines[i].p, f->lines[i].len - 1 };
	}
	f->whole = (struct store_whole){ .file = { .path = f->path },
	    .chunks = f->chunks, .nchunks = CHUNKS };
}

static size_t
compare(const struct file *files, const char *word)
{
	size_t count, n, m, i;
	struct rank *a = rank_new(&word, 1, NULL, 0, &count);
	struct rank *b = rank_new(&word, 1, NULL, 0, &count);
	const struct rank_hit *x, *y;

	for (i = 0; i < FILES; i++)
		if (rank_file(a, &files[i].whole) != 0 ||
		    rank_file_slowly(b, &files[i].whole) != 0)
			errx(1, "cannot be read");
	x = rank_hits(a, &n);
	y = rank_hits(b, &m);
	if (n != m)
		errx(1, "%s: %zu hits, not %zu", word, n, m);
	for (i = 0; i < n; i++)
		if (strcmp(x[i].path, y[i].path) != 0 || x[i].start !=
		    y[i].start || x[i].end != y[i].end || x[i].score !=
		    y[i].score)
			errx(1, "%s: hit %zu differs", word, i);
	rank_free(a);
	rank_free(b);
	return n;
}

int
main(void)
{
	static struct file files[FILES];
	size_t i, k, n = 0;

	srand(1);
	for (k = 0; k < 30; k++) {
		for (i = 0; i < FILES; i++)
			make(&files[i], (int)i);
		for (i = 0; i < SIZE(asked); i++)
			n += compare(files, asked[i]);
		for (i = 0; i < FILES * CHUNKS; i++)
			buf_free(&files[i / CHUNKS].lines[i % CHUNKS]);
	}
	if (n == 0)
		errx(1, "nothing was found");
	return 0;
}
