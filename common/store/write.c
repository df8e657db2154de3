#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "store/inside.h"

static uint64_t
or_now(uint64_t when)
{
	return when != RECORD_NONE ? when : (uint64_t)time(NULL);
}

/* Wait until nothing is being written; then compare what is pending. */
static int
settle(struct store *s)
{
	return slice_join(s) == -1 ? -1 : compare_updates(s);
}

static int
full(const struct slice *w)
{
	return w->nplan + w->nupdates >= SLICE_FILES ||
	    w->pool.size >= SLICE_BYTES;
}

/*
 * Before noting anything for a file: write what is pending if that is enough
 * for a slice, or of the same file. But single chunks of a file may wait for
 * others of it: they are combined.
 */
static int
admit(struct store *s, const char *path, int chunks)
{
	const struct slice *w;
	size_t i;

	store_drop(s);
	if (s->failed)
		return -1;
	/* After comparing, little may be left. */
	if (full(s->cur) && (settle(s) == -1 ||
	    (full(s->cur) && slice_start(s) == -1)))
		return -1;
	w = s->cur;
	for (i = 0; i < w->nupdates; i++)
		if (strcmp(w->updates[i].path, path) == 0 &&
		    !(chunks && w->updates[i].what == UPDATE_CHUNKS))
			return store_flush(s);
	for (i = 0; i < w->nplan; i++)
		if (strcmp(w->plan[i].change.path, path) == 0)
			return store_flush(s);
	return 0;
}

/* Begin a file; record: the file's, or NULL. */
static void
start(struct store *s, int what, const char *path, const struct record *record)
{
	struct slice *w = s->cur;
	struct update *u;

	w->updates = xgrow(w->updates, &w->updates_cap, w->nupdates + 1,
	    sizeof *w->updates);
	u = &w->updates[w->nupdates++];
	memset(u, 0, sizeof *u);
	u->what = what;
	u->pool_size = w->pool.size;
	if (record != NULL) {
		u->record = record_copy(&w->pool, record);
		u->path = u->record->path;
	} else
		u->path = pool_string(&w->pool, path);
	s->in_progress = 1;
}

static struct update *
in_progress(struct store *s)
{
	return &s->cur->updates[s->cur->nupdates - 1];
}

int
store_begin(struct store *s, const struct record *file)
{
	if (admit(s, file->path, 0) == -1)
		return -1;
	start(s, UPDATE_FILE, file->path, file);
	return 0;
}

int
store_begin_update(struct store *s, const char *path)
{
	if (admit(s, path, 1) == -1)
		return -1;
	start(s, UPDATE_CHUNKS, path, NULL);
	return 0;
}

void
store_add(struct store *s, const struct record *chunk)
{
	struct slice *w = s->cur;
	struct update *u = in_progress(s);
	struct record *copy;

	/* Huge generated files come in a row: keep one at a time in memory. */
	if (w->pool.size >= SLICE_BYTES && s->writing)
		slice_join(s);
	copy = record_copy(&w->pool, chunk);
	copy->created_at = or_now(chunk->created_at);
	u->chunks = xgrow(u->chunks, &u->cap, u->nchunks + 1,
	    sizeof *u->chunks);
	u->chunks[u->nchunks++] = copy;
}

void
store_add_ast(struct store *s, const struct record *ast)
{
	in_progress(s)->ast = record_copy(&s->cur->pool, ast);
}

void
store_drop(struct store *s)
{
	struct update *u;

	if (!s->in_progress)
		return;
	u = in_progress(s);
	free(u->chunks);
	pool_back(&s->cur->pool, u->pool_size);
	s->cur->nupdates--;
	s->in_progress = 0;
}

int
store_done(struct store *s)
{
	const struct slice *w = s->cur;

	s->in_progress = 0;
	if (s->failed)
		return -1;
	if (w->nupdates != 0 &&
	    w->updates[w->nupdates - 1].what == UPDATE_CHUNKS)
		return 0;	/* more of it may come, with others between */
	/* While the thread writes, comparing must wait. */
	return s->writing && !s->written ? 0 : settle(s);
}

int
store_skip(struct store *s, const struct record *skip)
{
	if (admit(s, skip->path, 0) == -1)
		return -1;
	start(s, UPDATE_SKIP, skip->path, skip);
	return store_done(s);
}

int
store_keep(struct store *s, const char *path, int64_t mtime_ns)
{
	return admit(s, path, 0) == -1 || settle(s) == -1 ? -1 :
	    compare_keep(s, path, mtime_ns);
}

int
store_remove(struct store *s, const char *path)
{
	return admit(s, path, 0) == -1 || settle(s) == -1 ? -1 :
	    compare_removal(s, path);
}

int
store_flush(struct store *s)
{
	store_drop(s);
	return settle(s) == -1 ? -1 : slice_write(s);
}
