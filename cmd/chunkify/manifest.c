#include <err.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonl.h"
#include "manifest.h"
#include "base/mem.h"

/* The coarsest clock of a file system in use: FAT's two seconds. */
#define GRANULARITY	2

struct manifest {
	struct manifest_file *file;	/* by path */
	size_t n, cap;
	int unsorted;			/* until all was read */
	char **reason;			/* each once; there are few */
	size_t nreasons, capreasons;
	atomic_size_t next;		/* behind what was found last */
};

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct manifest_file *)a)->path,
	    ((const struct manifest_file *)b)->path);
}

/* Name the first word in which two fingerprints differ. */
static void
say_why(const char *theirs, const char *ours)
{
	size_t n, k;

	for (;;) {
		n = strcspn(theirs, " ");
		k = strcspn(ours, " ");
		if (n != k || memcmp(theirs, ours, n) != 0)
			break;
		theirs += n + (theirs[n] == ' ');
		ours += k + (ours[k] == ' ');
	}
	warnx("the store was made with %.*s, this is %.*s: everything is "
	    "chunked again", n != 0 ? (int)n : 4, n != 0 ? theirs : "less",
	    k != 0 ? (int)k : 4, k != 0 ? ours : "less");
}

/* The reason, kept as long as the manifest. */
static const char *
keep_reason(struct manifest *m, const char *reason)
{
	size_t i;

	for (i = 0; i < m->nreasons; i++)
		if (strcmp(m->reason[i], reason) == 0)
			return m->reason[i];
	m->reason = xgrow(m->reason, &m->capreasons, i + 1,
	    sizeof *m->reason);
	m->nreasons++;
	return m->reason[i] = xstrdup(reason);
}

static void
add(struct manifest *m, const struct record *r, const char *id)
{
	struct manifest_file *f;

	if (r->size == RECORD_NONE || r->mtime_ns == INT64_MIN ||
	    r->stored_at == RECORD_NONE)
		return;
	m->file = xgrow(m->file, &m->cap, m->n + 1, sizeof *m->file);
	f = &m->file[m->n++];
	f->path = xstrdup(r->path);
	f->size = r->size;
	f->mtime_ns = r->mtime_ns;
	f->stored_at = r->stored_at;
	f->hash[0] = '\0';
	f->reason = r->type == RECORD_SKIP ? keep_reason(m, r->reason) : NULL;
	if (r->type == RECORD_FILE && r->content_hash != NULL)
		memcpy(f->hash, r->content_hash, sizeof f->hash);
	f->same_options = r->options != NULL && strcmp(r->options, id) == 0;
	if (m->n > 1 && by_path(f - 1, f) > 0)
		m->unsorted = 1;	/* not from kvls */
}

struct manifest *
manifest_read(int fd, const char *name, const char *options)
{
	struct manifest *m = xcalloc(1, sizeof *m);
	struct reader reader = { 0 };
	struct jsonl in;
	struct record r;
	const char *line;
	char id[OPTIONS_ID + 1];
	size_t len;
	int more;

	jsonl_open(&in, fd, name);
	options_id(id, options);
	while ((more = jsonl_next(&in, &line, &len)) == 1) {
		if (record_read(&reader, &r, line, len) == -1) {
			jsonl_warn(&in, "%s", reader.error);
			more = -1;
			break;
		}
		if (r.type == RECORD_BEGIN && *r.options != '\0' &&
		    strcmp(r.options, options) != 0)
			say_why(r.options, options);
		else if (r.type == RECORD_FILE || r.type == RECORD_SKIP)
			add(m, &r, id);
	}
	jsonl_free(&in);
	reader_free(&reader);
	if (more == -1) {
		manifest_free(m);
		return NULL;
	}
	if (m->unsorted)
		qsort(m->file, m->n, sizeof *m->file, by_path);
	return m;
}

/*
 * Those who ask go mostly through the same files in the same order, so the
 * next is looked at first. Which that is may be any thread's: it is a guess.
 */
const struct manifest_file *
manifest_find(struct manifest *m, const char *path)
{
	struct manifest_file key = { .path = path };
	const struct manifest_file *f;
	size_t next;

	if (m == NULL || m->n == 0)
		return NULL;
	next = atomic_load_explicit(&m->next, memory_order_relaxed);
	if (next < m->n && by_path(&key, &m->file[next]) == 0)
		f = &m->file[next];
	else
		f = bsearch(&key, m->file, m->n, sizeof *m->file, by_path);
	if (f != NULL)
		atomic_store_explicit(&m->next, f - m->file + 1,
		    memory_order_relaxed);
	return f;
}

int
manifest_unchanged(const struct manifest_file *f, const struct stat *st)
{
	return f->same_options && f->size == (uint64_t)st->st_size &&
	    f->mtime_ns == st->st_mtim.tv_sec * INT64_C(1000000000) +
	    st->st_mtim.tv_nsec &&
	    st->st_mtim.tv_sec + GRANULARITY < (int64_t)f->stored_at;
}

void
manifest_free(struct manifest *m)
{
	size_t i;

	if (m == NULL)
		return;
	for (i = 0; i < m->n; i++)
		free((char *)m->file[i].path);
	free(m->file);
	for (i = 0; i < m->nreasons; i++)
		free(m->reason[i]);
	free(m->reason);
	free(m);
}
