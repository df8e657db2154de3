/*
 * stream - write records for the tests: the functions of helper.bash that are
 * called so
 *
 * The numbers are computed, so that they are right unless a test makes them
 * wrong. Everything is C, and line 1.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "record/record.h"

static uint64_t
count(const char *s)
{
	char *end;
	uint64_t n = strtoull(s, &end, 10);

	if (end == s || *end != '\0')
		errx(2, "%s: not a number", s);
	return n;
}

static void
begin(const char *mode)
{
	struct record r;
	char options[100];
	const char *root = ".";

	record_init(&r, RECORD_BEGIN);
	r.format = RECORD_FORMAT;
	r.roots = &root;
	r.nroots = 1;
	snprintf(options, sizeof options, "mode=%s", mode);
	r.options = options;
	record_print(&r);
}

static void
end(uint64_t files, uint64_t chunks)
{
	struct record r;

	record_init(&r, RECORD_END);
	r.files = files;
	r.chunks = chunks;
	record_print(&r);
}

static void
file(const char *path, const char *text, const char *mtime)
{
	struct record r;
	char hash[HASH_LEN + 1];

	hash_of(hash, text, strlen(text));
	record_init(&r, RECORD_FILE);
	r.path = path;
	r.language = "c";
	r.size = strlen(text);
	r.mtime_ns = strtoll(mtime, NULL, 10);
	r.content_hash = hash;
	record_print(&r);
}

static void
chunk(const char *path, uint64_t start, const char *text)
{
	struct record r;
	char hash[HASH_LEN + 1];

	hash_of(hash, text, strlen(text));
	record_init(&r, RECORD_CHUNK);
	r.path = path;
	r.byte_start = start;
	r.byte_end = start + strlen(text);
	r.start_line = r.end_line = 1;
	r.language = "c";
	r.content = text;
	r.content_len = strlen(text);
	r.content_hash = hash;
	record_print(&r);
}

/* A file that is made of these texts, one a chunk. */
static void
whole(const char *path, char *const *text)
{
	struct buf all = { 0 };
	uint64_t at = 0;
	char *const *t;

	for (t = text; *t != NULL; t++)
		buf_puts(&all, *t);
	buf_putc(&all, '\0');
	file(path, all.p, "1");
	for (t = text; *t != NULL; at += strlen(*t++))
		chunk(path, at, *t);
	buf_free(&all);
}

/* Files of so many chunks of one text each, all of a stream. */
static void
many(uint64_t files, uint64_t chunks, const char *text)
{
	char path[32];
	uint64_t i, k, len = strlen(text);
	struct record r;
	struct hash *whole = hash_new();
	char hash[HASH_LEN + 1];

	hash_start(whole);
	for (k = 0; k < chunks; k++)
		hash_add(whole, text, len);
	hash_end(whole, hash);
	hash_free(whole);
	begin("partition");
	for (i = 0; i < files; i++) {
		snprintf(path, sizeof path, "f%05ju", (uintmax_t)i);
		record_init(&r, RECORD_FILE);
		r.path = path;
		r.language = "c";
		r.size = len * chunks;
		r.mtime_ns = 1;
		r.content_hash = hash;
		record_print(&r);
		for (k = 0; k < chunks; k++)
			chunk(path, len * k, text);
	}
	end(files, files * chunks);
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";

	argc -= 2;
	argv += 2;
	if (strcmp(what, "begin") == 0 && argc <= 1)
		begin(argc == 1 ? argv[0] : "partition");
	else if (strcmp(what, "end") == 0 && argc == 2)
		end(count(argv[0]), count(argv[1]));
	else if (strcmp(what, "file") == 0 && (argc == 2 || argc == 3))
		file(argv[0], argv[1], argc == 3 ? argv[2] : "1");
	else if (strcmp(what, "chunk") == 0 && argc == 3)
		chunk(argv[0], count(argv[1]), argv[2]);
	else if (strcmp(what, "whole") == 0 && argc >= 1)
		whole(argv[0], argv + 1);
	else if (strcmp(what, "many") == 0 && argc == 3)
		many(count(argv[0]), count(argv[1]), argv[2]);
	else
		errx(2, "%s: not so", what);
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	return 0;
}
