#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/bdb/bdb.h"

#define WRITER_CACHE	(24 << 20)

#define MEND_PATIENCE	30.0		/* seconds */

/* --- opening and closing -------------------------------------------------- */

int
bdb_open_env(struct bdb *e)
{
	DB_ENV *env;
	int ret;

	if ((ret = db_env_create(&env, 0)) != 0)
		return bdb_fail(e, "environment", ret);
	env->set_errcall(env, bdb_listen);
	if ((ret = env->set_cachesize(env, 0, WRITER_CACHE, 1)) == 0)
		ret = env->open(env, e->dir, DB_CREATE | DB_PRIVATE |
		    DB_INIT_MPOOL, 0666);
	if (ret != 0) {
		env->close(env, 0);
		return bdb_fail(e, "environment", ret);
	}
	e->env = env;
	return 0;
}

static int
close_env(struct bdb *e)
{
	int status = bdb_close_tables(e), ret;

	ret = e->env->close(e->env, 0);
	e->env = NULL;
	return ret != 0 && status == 0 ? bdb_fail(e, "environment", ret) :
	    status;
}

int
bdb_abandon(struct bdb *e)
{
	int i, ret;

	journal_abandon(&e->journal);
	for (i = 0; i < TABLES; i++)
		if (e->db[i] != NULL) {
			e->db[i]->close(e->db[i], DB_NOSYNC);
			e->db[i] = NULL;
		}
	if (e->env != NULL)
		e->env->close(e->env, 0);
	e->env = NULL;
	bdb_hear_nothing();
	if ((ret = journal_abandoned(&e->journal, e->broken)) == 0)
		return 0;
	e->broken = 1;
	return bdb_fail(e, "journal", ret);
}

/*
 * The session ends. What was shown is on disk before the state says that
 * nothing is left to be mended, and that before the journals go.
 */
static int
end_session(struct bdb *e)
{
	int ret, status = 0;

	/* The journal is needed, and whoever comes next will find it. */
	if (e->broken)
		return -1;
	/* That no page is being overwritten is known before the journals go. */
	if (lock_sync(&e->lock) == -1)
		return -1;
	if ((ret = journal_settle(&e->journal)) != 0)
		status = bdb_fail(e, "journal", ret);
	if (e->env != NULL && close_env(e) == -1)
		status = -1;
	if (status == -1 || lock_clean(&e->lock) == -1)
		return -1;
	ret = journal_remove(&e->journal);
	return ret != 0 ? bdb_fail(e, "journal", ret) : 0;
}

/* The last writer died: bring the files back to the last whole slice. */
static int
recover(struct bdb *e)
{
	int whole, ret;

	if (bdb_close_tables(e) == -1)
		return -1;
	bdb_hear_nothing();
	if ((ret = journal_whole(&e->journal, &whole)) != 0)
		return bdb_fail(e, "journal", ret);
	/* He may have died before he marked it; now it is done half for a time. */
	if (whole && !e->lock.state.slice && lock_mark(&e->lock) == -1)
		return -1;
	if (e->lock.state.slice && !whole) {
		warnx("%s: a writer died while it overwrote pages, and its "
		    "journal is damaged: kvls --repair", e->dir);
		e->failed = 1;
		return -1;
	}
	if ((ret = journal_recover(&e->journal)) != 0)
		return bdb_fail(e, "journal", ret);
	if (lock_replaced(&e->lock) == -1 || lock_clean(&e->lock) == -1)
		return -1;
	ret = journal_remove(&e->journal);
	return ret != 0 ? bdb_fail(e, "journal", ret) : 0;
}

/* A reader found that the last writer died; or another one mends it. */
static int
mend(struct bdb *e)
{
	int status;

	switch (lock_mend(&e->lock)) {
	case -1:
		warn("%s: the last writer died; mending that needs "
		    "permission to write", e->dir);
		return -1;
	case 0:
		return 0;
	}
	if ((status = lock_take(&e->lock, LOCK_TO_WRITE)) == 0) {
		if (lock_broken(&e->lock))
			status = recover(e);
		lock_give(&e->lock);
	}
	lock_mended(&e->lock);
	return status;
}

/* Take the data, whole: 0, -1. */
static int
take_whole(struct bdb *e)
{
	const struct timespec pause = { 0, 1000 * 1000 };
	double until = lock_clock() + MEND_PATIENCE;
	int broken;

	for (;;) {
		if (lock_take(&e->lock, LOCK_TO_READ) == -1)
			return -1;
		if ((broken = lock_broken(&e->lock)) == 0)
			return 0;
		lock_drop(&e->lock);
		if (broken == 1 && mend(e) == -1)
			return -1;
		if (lock_clock() >= until) {
			warnx("%s: a writer does not come to an end", e->dir);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
}

/* The writer needs no lock, as nobody else writes. */
int
bdb_enter(struct bdb *e)
{
	if (e->writer)
		return 0;
	if (take_whole(e) == -1)
		return -1;
	if (e->generation != e->lock.state.generation) {
		if (bdb_close_tables(e) == -1) {
			lock_drop(&e->lock);
			return -1;
		}
		e->generation = e->lock.state.generation;
	}
	return 0;
}

int
bdb_leave(struct bdb *e, int status)
{
	if (!e->writer && lock_give(&e->lock) == -1)
		return -1;
	return status;
}

static struct bdb *
new_engine(const char *dir)
{
	struct bdb *e = xcalloc(1, sizeof *e);

	e->engine.type = &bdb_engine;
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

static int
put_meta(struct bdb *e, const char *what, const char *value)
{
	e->key.len = 0;
	key_meta(&e->key, what);
	return bdb_put(e, META, &e->key, value, strlen(value));
}

/* The first writer makes the tables, and notes the format. */
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
	/* libdb makes them under other names: open them anew. */
	if (close_env(e) == -1)
		return -1;
	snprintf(format, sizeof format, "%d", LOCK_FORMAT);
	if (bdb_begin(e) == -1 ||
	    bdb_end(e, put_meta(e, "format", format)) == -1)
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
	/* The slices that came before are stored, whatever happened since. */
	if (e->session ? end_session(e) == -1 : bdb_close_tables(e) == -1)
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
			status = recover(e);
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

/* --- what holds for all of a store ------------------------------------------ */

void
bdb_about_entry(struct engine_about *a, const struct key *key,
    const void *value, size_t n)
{
	if (strcmp(key->name, "options") == 0) {
		free(a->options);
		a->options = xmemdup(value, n);
	} else if (strncmp(key->name, "root:", 5) == 0) {
		a->roots = xreallocarray(a->roots, a->nroots + 1,
		    sizeof *a->roots);
		a->roots[a->nroots++] = xstrdup(key->name + 5);
	}
}

static int
read_meta(struct bdb *e, struct engine_about *a)
{
	struct range r;
	struct key key = { 0 };
	struct buf from = { 0 };
	int status;

	key_meta(&from, "");
	status = bdb_range_open(&r, e, META, &from, NULL, 0);
	while (status != -1 && (status = bdb_range_next(&r)) == 1) {
		if (key_parse(&key, r.key.data, r.key.size) == -1 ||
		    key.kind != KEY_META) {
			status = bdb_fail(e, bdb_tables[META].name, EINVAL);
			break;
		}
		bdb_about_entry(a, &key, r.value.data, r.value.size);
	}
	if (bdb_range_close(&r) == -1)
		status = -1;
	key_free(&key);
	buf_free(&from);
	return status;
}

/* What the directory takes on disk: 0, -1. */
static int
disk_use(struct bdb *e, uint64_t *bytes)
{
	struct dirent *entry;
	struct stat st;
	DIR *d;
	int status = 0;

	if ((d = opendir(e->dir)) == NULL) {
		warn("%s", e->dir);
		return -1;
	}
	while ((errno = 0, entry = readdir(d)) != NULL)
		/* A writer makes and removes files meanwhile. */
		if (strcmp(entry->d_name, "..") != 0 && fstatat(dirfd(d),
		    entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			*bytes += st.st_blocks * UINT64_C(512);
	if (errno != 0) {
		warn("%s", e->dir);
		status = -1;
	}
	closedir(d);
	return status;
}

static int
about(struct engine *engine, struct engine_about *a)
{
	struct bdb *e = (struct bdb *)engine;
	int status;

	memset(a, 0, sizeof *a);
	if (bdb_enter(e) == -1)
		return -1;
	status = read_meta(e, a);
	status = bdb_leave(e, status);
	if (status == 0)
		status = disk_use(e, &a->disk);
	a->last_run = lock_last_run(&e->lock);
	return status;
}

/* Is it stored so already? 1, 0, -1. */
static int
has_meta(struct bdb *e, const char *what, const char *value)
{
	int status;

	e->key.len = e->value.len = 0;
	key_meta(&e->key, what);
	status = bdb_get(e, META, &e->key, &e->value);
	return status != 1 ? status : key_compare(e->value.p, e->value.len,
	    value, strlen(value)) == 0;
}

/* Note it, in a slice that begins with what is the first news: 0, -1. */
static int
note(struct bdb *e, const char *what, const char *value, int *begun)
{
	int there = has_meta(e, what, value);

	if (there != 0)
		return there == -1 ? -1 : 0;
	if (!*begun && bdb_begin(e) == -1)
		return -1;
	*begun = 1;
	return put_meta(e, what, value);
}

static int
ran(struct engine *engine, const struct record *begin)
{
	struct bdb *e = (struct bdb *)engine;
	struct buf name = { 0 };
	size_t i;
	int begun = 0, status = 0;

	if (*begin->options != '\0')
		status = note(e, "options", begin->options, &begun);
	for (i = 0; status == 0 && i < begin->nroots; i++) {
		name.len = 0;
		buf_puts(&name, "root:");
		buf_text(&name, begin->roots[i]);
		status = note(e, name.p, "", &begun);
	}
	buf_free(&name);
	if (begun && bdb_end(e, status) == -1)
		status = -1;
	if (status == 0)
		lock_ran(&e->lock);
	return status;
}

/* ------------------------------------------------------------------------------ */

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
	.about = about,
	.begin = bdb_slice_begin,
	.apply = bdb_slice_apply,
	.commit = bdb_slice_commit,
	.put_blob = bdb_put_blob,
	.delete_blob = bdb_delete_blob,
	.abort = bdb_slice_abort,
	.hint = hint,
	.plain = plain,
	.ran = ran,
	.verify = bdb_verify,
	.salvage = bdb_salvage,
};
