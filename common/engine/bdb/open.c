#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/bdb/bdb.h"

static struct bdb *
new_engine(const char *dir)
{
	struct bdb *e = xcalloc(1, sizeof *e);

	e->dir = xstrdup(dir);
	e->journal.fd[0] = e->journal.fd[1] = -1;	/* for free_engine */
	return e;
}

static void
free_engine(struct bdb *e)
{
	journal_forget(&e->journal);
	lock_close(&e->lock);
	free(e->dir);
	bdb_pending_free(&e->pending);
	buf_free(&e->key);
	buf_free(&e->value);
	buf_free(&e->keys);
	buf_free(&e->pressed);
	values_free(&e->values);
	buf_free(&e->asked);
	buf_free(&e->ahead.room);
	free(e->segments.end);
	free(e);
}

/* Everything that libdb does to the tables goes through the journal. */
static void
watch_tables(struct bdb *e)
{
	const char *names[TABLES];
	uint32_t pages[TABLES];
	int t;

	for (t = 0; t < TABLES; t++) {
		names[t] = bdb_tables[t].name;
		pages[t] = bdb_tables[t].page;
	}
	journal_watch(&e->journal, e->dir, e->lock.dir_fd, names, pages,
	    TABLES);
}

static struct engine *
open_reader(const char *dir)
{
	struct bdb *e = new_engine(dir);

	if (lock_open(&e->lock, e->dir) == 0) {
		watch_tables(e);
		return &e->engine;
	}
	free_engine(e);
	return NULL;
}

/* The first writer creates the tables and notes the format. */
static int
make(struct bdb *e)
{
	char format[16];
	int i;

	if (bdb_open_env(e) == -1)
		return -1;
	e->making = 1;
	for (i = 0; i < TABLES; i++)
		if (bdb_open_table(e, i) == -1)
			return -1;
	e->making = 0;
	/* libdb creates them under other names: reopen them. */
	if (bdb_close_env(e) == -1)
		return -1;
	snprintf(format, sizeof format, "%d", LOCK_FORMAT);
	if (bdb_begin(e) == -1 ||
	    bdb_end(e, bdb_put_meta(e, "format", format)) == -1)
		return -1;
	return lock_made(&e->lock);
}

static int
close_engine(struct engine *engine, int failed)
{
	struct bdb *e = (struct bdb *)engine;
	int status = failed || e->failed ? -1 : 0;

	if (e->writer && status == 0)
		status = bdb_merge_segments(e);
	if (e->env != NULL && status == 0)
		status = bdb_pack(e);
	if (e->failed)
		status = -1;
	/* Earlier slices are stored, whatever happened since. */
	if (e->session ? bdb_end_session(e) == -1 : bdb_close_tables(e) == -1)
		status = -1;
	free_engine(e);
	return status;
}

static struct engine *
open_writer(const char *dir, double wait)
{
	struct bdb *e = new_engine(dir);
	int status = lock_open_writer(&e->lock, e->dir, wait);

	e->writer = 1;
	if (status == -1) {
		free_engine(e);
		return NULL;
	}
	watch_tables(e);
	if (status == 1)
		status = make(e);
	else if ((status = lock_take(&e->lock, LOCK_TO_WRITE)) == 0) {
		if (lock_broken(&e->lock))
			status = bdb_recover(e);
		lock_give(&e->lock);
	}
	if (status == 0)
		return &e->engine;
	close_engine(&e->engine, 1);
	return NULL;
}

static int
enter(struct engine *e)
{
	return bdb_enter((struct bdb *)e);
}

static int
leave(struct engine *e, int status)
{
	return bdb_leave((struct bdb *)e, status);
}

static int
state(struct engine *engine, uint64_t *n)
{
	struct bdb *e = (struct bdb *)engine;

	if (bdb_enter(e) == -1)
		return -1;
	*n = e->lock.state.generation;
	return bdb_leave(e, 0);
}

static void
hint(struct engine *e, int more)
{
	((struct bdb *)e)->more = more;
}

static void
plain(struct engine *e)
{
	((struct bdb *)e)->values.plain = 1;
}

static int
get_file(struct engine *e, const char *path, struct buf *line)
{
	return bdb_file((struct bdb *)e, path, line);
}

static int
count(struct engine *e, const char *path, uint64_t *n)
{
	return bdb_count((struct bdb *)e, path, n);
}

const struct engine_type bdb_engine = {
	.name = "bdb",
	.title = "Berkeley DB",
	.open = open_reader,
	.open_writer = open_writer,
	.close = close_engine,
	.missing = lock_missing,
	.enter = enter,
	.leave = leave,
	.file = get_file,
	.ast = bdb_ast,
	.chunk = bdb_chunk,
	.count = count,
	.seek = bdb_seek,
	.next = bdb_next,
	.place = bdb_place,
	.end = bdb_end_cursor,
	.state = state,
	.about = bdb_about,
	.begin = bdb_slice_begin,
	.apply = bdb_slice_apply,
	.commit = bdb_slice_commit,
	.put_blob = bdb_put_blob,
	.delete_blob = bdb_delete_blob,
	.abort = bdb_slice_abort,
	.hint = hint,
	.plain = plain,
	.ran = bdb_ran,
	.verify = bdb_verify,
	.salvage = bdb_salvage,
};
