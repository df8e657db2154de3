/*
 * Keys: over all names of up to four characters out of those that matter,
 * every key reads back as it was built, and the range of a file holds its own
 * keys and nobody else's.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bdb/key.h"
#include "base/path.h"

static const char *const alphabet[] = { "a", ":", "0", "/", "\xff", "9" };

#define LETTERS	(sizeof alphabet / sizeof *alphabet)
#define NAMES	(6 + 36 + 216 + 1296)

static char names[NAMES][8];
static size_t n;

static void
generate(const char *prefix, int depth)
{
	size_t i;

	for (i = 0; i < LETTERS; i++) {
		char name[8];

		strcpy(name, prefix);
		strcat(name, alphabet[i]);
		strcpy(names[n++], name);
		if (depth > 1)
			generate(name, depth - 1);
	}
}

static void
expect(int ok, const char *what, const char *a, const char *b)
{
	if (!ok)
		errx(1, "%s: \"%s\" \"%s\"", what, a, b);
}

static void
round_trip(const char *path, const char *name)
{
	struct buf b = { 0 };
	struct key k = { 0 };

	key_chunk(&b, path, 0, 12);
	expect(key_parse(&k, b.p, b.len) == 0 && k.kind == KEY_CHUNK &&
	    strcmp(k.path, path) == 0 && k.start == 0 && k.end == 12,
	    "chunk", path, "");
	b.len = 0;
	key_file(&b, path);
	expect(key_parse(&k, b.p, b.len) == 0 && k.kind == KEY_FILE &&
	    strcmp(k.path, path) == 0, "file", path, "");
	b.len = 0;
	key_ast(&b, path);
	expect(key_parse(&k, b.p, b.len) == 0 && k.kind == KEY_AST &&
	    strcmp(k.path, path) == 0, "ast", path, "");
	b.len = 0;
	key_symbol(&b, name, 7, 2097152, path);
	expect(key_parse(&k, b.p, b.len) == 0 && k.kind == KEY_SYMBOL &&
	    strcmp(k.path, path) == 0 && strcmp(k.name, name) == 0 &&
	    k.start == 7 && k.end == 2097152, "sym", name, path);
	b.len = 0;
	key_label(&b, "a b", path, 1, 2);
	expect(key_parse(&k, b.p, b.len) == 0 && k.kind == KEY_LABEL &&
	    strcmp(k.path, path) == 0 && strcmp(k.name, "a b") == 0 &&
	    k.start == 1 && k.end == 2, "label", path, "");
	b.len = 0;
	key_meta(&b, name);
	expect(key_parse(&k, b.p, b.len) == 0 && k.kind == KEY_META &&
	    strcmp(k.name, name) == 0, "meta", name, "");
	buf_free(&b);
	key_free(&k);
}

static int
within(const struct buf *key, const struct buf *from, const struct buf *to)
{
	return key_compare(from->p, from->len, key->p, key->len) <= 0 &&
	    key_compare(key->p, key->len, to->p, to->len) < 0;
}

int
main(void)
{
	static const uint64_t spans[][2] = { { 0, 0 }, { 0, 1 }, { 9, 10 },
	    { 100, 200 }, { 999999999, 9007199254740992 } };
	static const char *const wrong[] = { "", "chunk:", "chunk:a",
	    "chunk:a:0", "chunk:a:0:", "chunk:a:00:1", "chunk:a:1:0",
	    "chunk:a:0:1:2", "chunk:a:0:1x", "chunk:a:b:0:1", "chunk::0:1",
	    "chunk:a:0:9007199254740993", "file:", "file:a:b", "file:a:",
	    "sym:f:0:1", "sym:f:0:1:", "label:x", "label:x:a", "nonsense",
	    "filea", "chunk:a::0:1:2x" };
	struct buf key = { 0 }, other = { 0 };
	struct buf *from, *to;
	struct key k = { 0 };
	size_t i, j, s;

	generate("", 4);
	for (i = 0; i < n; i++)
		round_trip(names[i], names[n - 1 - i]);
	round_trip("x", "");

	from = xcalloc(n, sizeof *from);
	to = xcalloc(n, sizeof *to);
	for (i = 0; i < n; i++)
		key_chunk_range(&from[i], &to[i], names[i]);
	for (i = 0; i < n; i++)
		for (s = 0; s < sizeof spans / sizeof *spans; s++) {
			key.len = 0;
			key_chunk(&key, names[i], spans[s][0], spans[s][1]);
			for (j = 0; j < n; j++)
				expect(within(&key, &from[j], &to[j]) ==
				    (i == j), "range", names[i], names[j]);
		}

	/* The same of symbols' names, and labels. */
	for (i = 0; i < n; i += 7)
		for (j = 0; j < n; j++) {
			key.len = 0;
			key_symbol(&key, names[i], 3, 4, names[j]);
			key_symbol_range(&from[0], &to[0], names[j]);
			expect(within(&key, &from[0], &to[0]) == (i == j),
			    "symbol range", names[i], names[j]);
		}
	key.len = 0;
	key_label(&key, "ab", "a", 0, 1);
	key_label_range(&from[0], &to[0], "a");
	expect(!within(&key, &from[0], &to[0]), "label range", "a", "ab");
	key_label_range(&from[0], &to[0], "ab");
	expect(within(&key, &from[0], &to[0]), "label range", "ab", "ab");

	/* What is below a directory is one range, but for the directory. */
	for (i = 0; i < n; i += 3)
		for (j = 0; j < n; j++) {
			size_t len = strlen(names[j]);

			if (strcmp(names[j], "/") == 0 ||
			    (len > 1 && names[j][len - 1] == '/'))
				continue;	/* not in normal form */
			key.len = 0;
			key_file(&key, names[i]);
			key_below_range(&from[0], &to[0], names[j]);
			expect((within(&key, &from[0], &to[0]) || i == j) ==
			    path_below(names[i], names[j]), "below", names[i],
			    names[j]);
		}

	/* Paths sort as their keys do. */
	for (i = 0; i < n; i += 3)
		for (j = 0; j < n; j++) {
			int a, b;

			key.len = other.len = 0;
			key_file(&key, names[i]);
			key_file(&other, names[j]);
			a = strcmp(names[i], names[j]);
			b = key_compare(key.p, key.len, other.p, other.len);
			expect((a < 0) == (b < 0) && (a > 0) == (b > 0),
			    "order", names[i], names[j]);
		}

	for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
		expect(key_parse(&k, wrong[i], strlen(wrong[i])) == -1,
		    "parsed", wrong[i], "");
	expect(key_parse(&k, "file:a\0b", 8) == -1, "parsed", "NUL", "");

	for (i = 0; i < n; i++) {
		buf_free(&from[i]);
		buf_free(&to[i]);
	}
	free(from);
	free(to);
	buf_free(&key);
	buf_free(&other);
	key_free(&k);
	return 0;
}
