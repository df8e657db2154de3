/*
 * The manifest: whatever comes as one, each of its files is found again with
 * what the records said, and nothing else is. The first byte says how many
 * bytes a read gives.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "base/jsonl.h"
#include "manifest.h"
#include "base/mem.h"
#include "record/record.h"

#define OPTIONS	"mode=partition max-size=1500"

/* Does the manifest know the file as this record has it? There may be several
 * records of one path, of which it keeps any. */
static int
known(struct manifest *m, const struct record *r)
{
	const struct manifest_file *f = manifest_find(m, r->path);

	MUST(f != NULL && strcmp(f->path, r->path) == 0);
	MUST(f->reason == NULL || *f->hash == '\0');
	return f->size == r->size && f->mtime_ns == r->mtime_ns &&
	    f->stored_at == r->stored_at;
}

static void
compare(struct manifest *m, const uint8_t *data, size_t n)
{
	struct reader rd = { 0 };
	struct record r;
	struct jsonl in;
	const char *line;
	size_t len, files = 0, wrong = 0, twice = 0;
	struct buf seen = { 0 };

	fuzz_input(data, n, n + 1);
	jsonl_open(&in, FUZZ_FD, "input");
	while (jsonl_next(&in, &line, &len) == 1) {
		MUST(record_read(&rd, &r, line, len) == 0);
		if ((r.type != RECORD_FILE && r.type != RECORD_SKIP) ||
		    r.size == RECORD_NONE || r.mtime_ns == INT64_MIN ||
		    r.stored_at == RECORD_NONE)
			continue;
		files++;
		twice += seen.len != 0 && memmem(seen.p, seen.len, r.path,
		    strlen(r.path) + 1) != NULL;
		buf_text(&seen, r.path);
		wrong += !known(m, &r);
	}
	MUST(wrong == 0 || twice != 0);
	MUST(files != 0 || manifest_find(m, "a") == NULL);
	MUST(manifest_find(m, "\x01 not there") == NULL || seen.len == 0 ||
	    memmem(seen.p, seen.len, "\x01 not there", 11) != NULL);
	buf_free(&seen);
	jsonl_free(&in);
	reader_free(&rd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct manifest *m;

	if (n == 0)
		return 0;
	fuzz_input(data + 1, n - 1, data[0] + 1u);
	if ((m = manifest_read(FUZZ_FD, "input", OPTIONS)) != NULL)
		compare(m, data + 1, n - 1);
	manifest_free(m);
	return 0;
}
