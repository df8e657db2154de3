/*
 * The stream: lines, records, and what holds between them.
 *
 * Lines come out as memchr finds them, however the bytes arrive. The two
 * readers agree on every line, and what is written of a record reads back as
 * the same bytes. What kvput accepts as a whole file is one, counted here
 * anew. The first byte says how many bytes a read gives.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fuzz.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/path.h"
#include "record/record.h"

/* A file as we count it, beside check.c. */
struct count {
	uint64_t files, chunks, size, next;
	int partition;		/* the chunks of this stream are a file's bytes */
	int open;		/* a "file" is in progress, and counts here */
	char *path;		/* its */
	char options[OPTIONS_ID + 1];
};

static char *
written(const struct record *r, size_t *n)
{
	struct record plain = *r;
	struct buf b = { 0 };

	plain.stem = NULL;
	record_write(&b, &plain);
	MUST(b.len > 0 && b.p[b.len - 1] == '\n');
	MUST(memchr(b.p, '\n', b.len) == b.p + b.len - 1);
	MUST(utf8_valid(b.p, b.len) == b.len);
	*n = b.len - 1;
	return b.p;
}

/* Is the record, once written, read as the same again, the fast way? */
static void
round_trip(const struct record *r)
{
	struct reader rd = { 0 };
	struct record again;
	size_t n, k;
	char *first = written(r, &n), *second;

	MUST(record_scan(&rd, &again, first, n) == 1);
	MUST(again.stem == first && record_is_line(&again, first, n));
	second = written(&again, &k);
	MUST(n == k && memcmp(first, second, n) == 0);
	free(second);
	MUST(record_load(&rd, &again, first, n) == 0);
	second = written(&again, &k);
	MUST(n == k && memcmp(first, second, n) == 0);
	free(second);
	free(first);
	reader_free(&rd);
}

/* What holds for every record that was read. */
static void
sound(const struct record *r)
{
	char *copy;
	size_t i;

	if (r->type != RECORD_BEGIN && r->type != RECORD_END) {
		MUST(r->path != NULL && *r->path != '\0');
		copy = xstrdup(r->path);
		MUST(strcmp(path_normal(copy), r->path) == 0);
		free(copy);
	}
	if (r->type == RECORD_CHUNK) {
		MUST(r->byte_end - r->byte_start == r->content_len);
		MUST(r->byte_end <= RECORD_NUMBER_MAX);
		for (i = 0; i < r->nsymbols; i++)
			MUST(r->symbols[i].byte_start >= r->byte_start &&
			    r->symbols[i].byte_start < r->byte_end);
	}
	for (i = 0; r->type == RECORD_AST && i < r->nnodes; i++)
		MUST(r->nodes[i].id == i &&
		    r->nodes[i].parent_id < (int64_t)i);
}

/* One line through both readers. Returns whether it is a record. */
static int
read_line(struct reader *rd, struct record *r, const char *line, size_t n)
{
	struct reader other = { 0 };
	struct record slow;
	size_t a, b;
	char *s, *t;
	int ok = record_read(rd, r, line, n) == 0, fast;

	fast = record_scan(&other, &slow, line, n);
	if (fast) {
		s = written(&slow, &a);
		MUST(a == n && memcmp(s, line, n) == 0);
		MUST(record_load(&other, &slow, line, n) == 0);
		t = written(&slow, &b);
		MUST(a == b && memcmp(s, t, a) == 0);
		free(s);
		free(t);
	}
	reader_free(&other);
	if (!ok) {
		MUST(*rd->error != '\0');
		return 0;
	}
	MUST(fast == (r->stem != NULL));
	sound(r);
	round_trip(r);
	return 1;
}

/* The file in progress is said to be complete. */
static void
complete(const struct count *c)
{
	if (c->open && c->partition)
		MUST(c->next == c->size);
}

static void
count(struct count *c, const struct record *r)
{
	char hash[HASH_LEN + 1];

	switch (r->type) {
	case RECORD_BEGIN:
		c->files = c->chunks = 0;
		c->open = 0;
		c->partition = options_has(r->options, "mode=partition");
		options_id(c->options, r->options);
		break;
	case RECORD_CHUNK:
		hash_of(hash, r->content, r->content_len);
		MUST(strcmp(hash, r->content_hash) == 0);
		c->chunks++;
		/* one of another file, where that is allowed, is an update */
		if (c->open && strcmp(c->path, r->path) != 0)
			c->open = 0;
		if (c->open)
			MUST(r->byte_end <= c->size);
		if (c->open && c->partition)
			MUST(r->byte_start == c->next);
		c->next = r->byte_end;
		break;
	case RECORD_FILE:
		c->files++;
		c->size = r->size;
		c->next = 0;
		free(c->path);
		c->path = xstrdup(r->path);
		/* files that were made otherwise have gaps as they like */
		c->open = r->options == NULL ||
		    strcmp(r->options, c->options) == 0;
		break;
	case RECORD_END:
		MUST(r->files == c->files && r->chunks == c->chunks);
		c->open = 0;
		break;
	case RECORD_AST:
		break;
	default:
		c->open = 0;
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct check check = { 0 };
	struct count seen = { 0 };
	struct reader rd = { 0 };
	struct record r;
	struct jsonl in;
	const char *line, *p, *end, *nl;
	uint64_t lines = 0;
	size_t len;
	int good = 1;

	if (n == 0)
		return 0;
	p = (const char *)data + 1;
	end = (const char *)data + n;
	fuzz_input(p, n - 1, data[0] + 1u);
	jsonl_open(&in, FUZZ_FD, "input");
	while (jsonl_next(&in, &line, &len) == 1) {
		lines++;
		MUST(in.line == lines);
		nl = memchr(p, '\n', (size_t)(end - p));
		MUST(len == (size_t)((nl != NULL ? nl : end) - p));
		MUST(memcmp(line, p, len) == 0);
		MUST(in.cut == (nl == NULL));
		p = nl != NULL ? nl + 1 : end;
		if (!read_line(&rd, &r, line, len) || !good)
			continue;
		if (check_record(&check, &r) == -1) {
			MUST(*check.error != '\0');
			good = 0;
			continue;
		}
		if (check.completes)
			complete(&seen);
		count(&seen, &r);
	}
	MUST(p == end);
	if (good && check_end(&check) == 0 && check.completes)
		complete(&seen);
	free(seen.path);
	check_free(&check);
	reader_free(&rd);
	jsonl_free(&in);
	return 0;
}
