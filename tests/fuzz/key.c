/*
 * Keys and paths.
 *
 * The input is texts, set apart by NUL bytes. Each is taken as a key, a path
 * and a name; every two of them are compared, and every range is held against
 * what it should hold, worked out the slow way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "engine/bdb/key.h"
#include "base/path.h"

#define TEXTS	12

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

/* --- paths ---------------------------------------------------------------- */

/* The normal form, put together from components. */
static char *
slow_normal(const char *path)
{
	char *copy = xstrdup(path), *rest = copy, *part;
	struct buf out = { 0 };
	int first = 1;

	if (*path == '/')
		buf_putc(&out, '/');
	while ((part = strsep(&rest, "/")) != NULL) {
		if (*part == '\0' || strcmp(part, ".") == 0)
			continue;
		if (!first)
			buf_putc(&out, '/');
		buf_puts(&out, part);
		first = 0;
	}
	if (out.len == 0 && *path != '\0')
		buf_putc(&out, '.');
	buf_putc(&out, '\0');
	free(copy);
	return out.p;
}

/* Is there a ".." among the components? */
static int
climbs(const char *path)
{
	char *copy = xstrdup(path), *rest = copy, *part;
	int yes = 0;

	while ((part = strsep(&rest, "/")) != NULL)
		yes |= strcmp(part, "..") == 0;
	free(copy);
	return yes;
}

/* path_below by components: both in normal form, neither empty. */
static int
slow_below(const char *path, const char *root)
{
	size_t n = strlen(root);

	if (strcmp(root, ".") == 0)
		return *path != '/' && !climbs(path);
	if (strcmp(root, "/") == 0)
		return *path == '/' && !climbs(path);
	if (strcmp(path, root) == 0)
		return 1;
	return strncmp(path, root, n) == 0 && path[n] == '/' &&
	    !climbs(path + n + 1);
}

static void
relative(const char *path, const char *dir)
{
	char *copy = xstrdup(path), *back = NULL;
	const char *rel = path_relative(copy, dir);

	if (*path != '/' || !slow_below(path, dir))
		MUST(strcmp(rel, path) == 0);
	else {
		if (asprintf(&back, "%s/%s", dir, rel) == -1)
			abort();
		MUST(*rel != '/');
		MUST(strcmp(path_normal(back), path) == 0);
		free(back);
	}
	free(copy);
}

/* --- keys ----------------------------------------------------------------- */

static void
build(struct buf *b, const struct key *k)
{
	switch (k->kind) {
	case KEY_CHUNK:
		key_chunk(b, k->path, k->start, k->end);
		break;
	case KEY_FILE:
		key_file(b, k->path);
		break;
	case KEY_AST:
		key_ast(b, k->path);
		break;
	case KEY_LABEL:
		key_label(b, k->name, k->path, k->start, k->end);
		break;
	case KEY_SYMBOL:
		key_symbol(b, k->name, k->start, k->end, k->path);
		break;
	case KEY_META:
		key_meta(b, k->name);
		break;
	}
}

/* Any bytes: what reads as a key is built as just these bytes again. */
static void
canonical(const void *bytes, size_t n)
{
	struct key k = { 0 };
	struct buf b = { 0 };

	if (key_parse(&k, bytes, n) == 0) {
		build(&b, &k);
		MUST(b.len == n && memcmp(b.p, bytes, n) == 0);
	}
	buf_free(&b);
	key_free(&k);
}

/* A key of each kind reads back as what it was built from. */
static void
round_trip(const char *path, const char *name, uint64_t start, uint64_t end)
{
	static const enum key_kind kinds[] = { KEY_CHUNK, KEY_FILE, KEY_AST,
	    KEY_LABEL, KEY_SYMBOL, KEY_META };
	struct key in = { .path = path, .name = name }, out = { 0 };
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		in.kind = kinds[i];
		if (in.kind == KEY_LABEL && strchr(name, ':') != NULL)
			continue;	/* labels hold none */
		in.start = start;
		in.end = end;
		b.len = 0;
		build(&b, &in);
		MUST(key_parse(&out, b.p, b.len) == 0);
		MUST(out.kind == in.kind);
		MUST(strcmp(out.path, in.kind == KEY_META ? "" : path) == 0);
		MUST(strcmp(out.name, in.kind >= KEY_LABEL ? name : "") == 0);
		if (in.kind != KEY_FILE && in.kind != KEY_AST &&
		    in.kind != KEY_META)
			MUST(out.start == start && out.end == end);
	}
	buf_free(&b);
	key_free(&out);
}

/* The value of a definition, from numbers and from any bytes. */
static void
value(const char *name, const char *text, const uint8_t *data, size_t n)
{
	uint64_t from = data[0], into = data[n / 2], len = data[n - 1];
	struct symbol y = { .name = name, .kind = text,
	    .byte_start = from + into, .byte_end = from + into + len,
	    .start_line = 1 + from, .end_line = 1 + from + len,
	    .doc_start = into % 2 ? RECORD_NONE : from / 2,
	    .body_start = len < 2 ? RECORD_NONE : from + into + 1,
	    .labels = len % 3 ? NULL : "a:b c:" }, z;
	struct key k = { .name = name, .start = y.byte_start,
	    .end = y.byte_end };
	struct buf b = { 0 };
	uint64_t start, end;

	y.scope = len % 2 != 0 ? name : NULL;
	key_symbol_value(&b, &y, from, from + into + len);
	buf_putc(&b, '\0');
	MUST(key_symbol_parse(&z, &start, &end, &k, b.p, b.len - 1) == 0);
	MUST(start == from && end == from + into + len);
	MUST(z.start_line == y.start_line && z.end_line == y.end_line);
	MUST(symbol_doc(&z) == symbol_doc(&y) && z.body_start == y.body_start);
	MUST((z.labels == NULL) == (y.labels == NULL));
	MUST(z.labels == NULL || strcmp(z.labels, y.labels) == 0);
	MUST(strcmp(z.kind, y.kind) == 0);
	MUST((z.scope == NULL) == (y.scope == NULL));
	MUST(z.scope == NULL || strcmp(z.scope, y.scope) == 0);
	b.len = 0;
	buf_add(&b, data, n);
	buf_putc(&b, '\0');
	if (key_symbol_parse(&z, &start, &end, &k, b.p, n) == 0)
		MUST(start <= k.start && start <= end && z.start_line >= 1 &&
		    z.start_line <= z.end_line &&
		    symbol_doc(&z) <= z.byte_start &&
		    (z.body_start == RECORD_NONE ||
		    (z.body_start > z.byte_start &&
		    z.body_start < z.byte_end)));
	buf_free(&b);
}

static int
inside(const struct buf *from, const struct buf *to, const struct buf *key)
{
	return key_compare(from->p, from->len, key->p, key->len) <= 0 &&
	    key_compare(key->p, key->len, to->p, to->len) < 0;
}

/* Two texts, as the paths or names of two keys. */
static void
ranges(const char *a, const char *b, const char *norm_a, const char *norm_b)
{
	struct buf from = { 0 }, to = { 0 }, k = { 0 }, l = { 0 };
	int same = strcmp(a, b) == 0;

	key_file(&k, a);
	key_file(&l, b);
	MUST(sign(key_compare(k.p, k.len, l.p, l.len)) == sign(strcmp(a, b)));

	key_chunk_range(&from, &to, a);
	k.len = 0;
	key_chunk(&k, b, 0, RECORD_NUMBER_MAX);
	MUST(inside(&from, &to, &k) == same);

	key_symbol_range(&from, &to, a);
	k.len = 0;
	key_symbol(&k, b, 9, 10, a);
	MUST(inside(&from, &to, &k) == same);

	key_symbol_prefix_range(&from, &to, a);
	MUST(inside(&from, &to, &k) == (strncmp(a, b, strlen(a)) == 0));

	if (strchr(a, ':') == NULL && strchr(b, ':') == NULL) {
		k.len = 0;
		key_label(&k, b, a, 1, 2);
		key_label_range(&from, &to, a);
		MUST(inside(&from, &to, &k) == same);
		key_label_file_range(&from, &to, a, a);
		MUST(inside(&from, &to, &k) == same);
		k.len = 0;
		key_label(&k, a, b, 1, 2);
		MUST(inside(&from, &to, &k) == same);
	}

	key_below_range(&from, &to, norm_a);
	k.len = 0;
	key_file(&k, norm_b);
	/* what is no file's name, and the words on ".." and ".", are apart */
	if (strcmp(norm_b, "/") != 0 && strcmp(norm_b, ".") != 0 &&
	    !climbs(norm_b) && strcmp(norm_a, ".") != 0)
		MUST(inside(&from, &to, &k) == (slow_below(norm_b, norm_a) &&
		    strcmp(norm_a, norm_b) != 0));
	if (strcmp(norm_a, ".") == 0)
		MUST(inside(&from, &to, &k));
	buf_free(&from);
	buf_free(&to);
	buf_free(&k);
	buf_free(&l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text[TEXTS], *normal[TEXTS];
	size_t i, k, nt;

	if (n == 0)
		return 0;
	canonical(data, n);
	nt = fuzz_split(text, TEXTS, data, n);
	for (i = 0; i < nt; i++) {
		char *slow = slow_normal(text[i]);

		canonical(text[i], strlen(text[i]));
		normal[i] = path_normal(xstrdup(text[i]));
		MUST(strcmp(normal[i], slow) == 0);
		free(slow);
	}
	for (i = 0; i < nt; i++)
		for (k = 0; k < nt; k++) {
			if (*text[i] == '\0' || *text[k] == '\0')
				continue;
			round_trip(text[i], text[k], data[0],
			    data[0] + (uint64_t)data[n - 1]);
			value(text[i], text[k], data, n);
			ranges(text[i], text[k], normal[i], normal[k]);
			MUST(path_below(normal[i], normal[k]) ==
			    slow_below(normal[i], normal[k]));
			if (*normal[k] == '/')
				relative(normal[i], normal[k]);
		}
	fuzz_free(text, nt);
	fuzz_free(normal, nt);
	return 0;
}
