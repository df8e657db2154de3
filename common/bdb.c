/*
 * The store in Berkeley DB 5.3: the only file that knows it.
 *
 * Of the ways to share such files between processes the one that survives
 * kills is this: the writer has a transactional environment of its own, in
 * its own memory; readers have none; and between processes there are only
 * the locks of lock.h. The shared environment that Berkeley DB offers leaves
 * locks of the dead behind on which others hang.
 *
 * The writer keeps what it is told in memory, as puts and deletes, until a
 * slice is full. Comparing with what is stored needs no lock, as nobody else
 * writes. Then it takes the data, marks it, and writes the slice in one
 * transaction and a checkpoint, after which the files are whole without the
 * log: that is what readers need. Half of that time goes by waiting for the
 * disk, so a thread does it while the next slice is read in.
 *
 * Keys come in order as far as possible, and each kind of key has a file of
 * its own: Berkeley DB fills its pages well only where it appends.
 *
 * The names of definitions come in no order: each slice of a large stream
 * would change most pages of their tree. So such a stream appends them, slice
 * by slice, as sorted segments to a file, sym.new; at the end all segments are
 * merged into sym.db in one sweep, and the file goes. Which segments there are
 * is known from meta:segments, which is written with the chunks: a segment
 * counts with their transaction. Readers meanwhile look into both. As the
 * segments stay until the last of them is merged, merging one twice does no
 * harm: a writer that was killed leaves the rest to the next.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <db.h>

#include "key.h"
#include "lock.h"
#include "path.h"
#include "store.h"

/* A slice: as much as is written while readers wait, some 100 ms. */
#define SLICE_FILES	256
#define SLICE_BYTES	((size_t)16 << 20)
#define AT_ONCE_MIN	((size_t)512 << 10)	/* while they do wait */

/* What a reader takes at a time: it holds the lock for a few ms. */
#define READ_FILES	512
#define READ_BYTES	((size_t)1 << 20)
#define READ_LOOKS	20000	/* keys alone */

#define WRITER_CACHE	(32 << 20)
#define READER_CACHE	(1 << 20)
#define COMPARE_CACHE	(8 << 20)
#define LOG_BUFFER	(1 << 20)
#define LOG_FILE	(8 << 20)

#define SEGMENTS	"sym.new"
#define SEGMENTS_MAX	256	/* more of them would make readers slow */

/* What merging an entry costs beside its bytes: it may have a page to itself. */
#define FAR_APART	256

/* Fewer definitions than this in a slice are written where they belong. */
#define FEW		1024

#define RACY		2	/* seconds; the coarsest clock of a file system */

#define RESERVE		"reserve"	/* file, see reserve() */
#define RESERVE_SIZE	(1 << 20)

enum table { CHUNKS, FILES, META, AST, LABELS, SYMBOLS, TABLES };

static const struct {
	const char *name;
	u_int32_t page;		/* a value over a quarter of it needs pages of
				 * its own: with 32K for chunks 1.6 % of them,
				 * headers full of macros, took a seventh */
	int prefixes;		/* leave out what a key shares with the last */
} tables[TABLES] = {
	[CHUNKS] = { "chunk.db", 65536 },
	[FILES] = { "file.db", 8192 },
	[META] = { "meta.db", 4096 },
	[AST] = { "ast.db", 4096 },
	[LABELS] = { "label.db", 4096, .prefixes = 1 },
	[SYMBOLS] = { "sym.db", 4096 },
};

/* A put or a delete; offsets into the slice's bytes. */
struct op {
	enum table table;
	int delete;
	size_t key, key_len;
	size_t value, value_len;
};

/* What is to be done for one file, and what it will have been. */
struct change {
	size_t first, count;		/* of the ops */
	size_t key, key_len;		/* "file:..." */
	size_t first_event, nevents;
	int fresh;			/* nothing was stored of the file */
	struct store_tally tally;
};

/* A chunk that comes or goes, for store_watch; offsets as above. */
struct event {
	int removed;
	size_t line, len;
};

/* A key of an index, with the value behind it, that a chunk asks for. */
struct posting {
	enum table table;
	size_t key, key_len, value_len;
	uint64_t start, end;		/* of the chunk */
};

struct postings {
	struct posting *list;
	size_t n, cap;
};

/* A chunk that was handed over; offsets into the slice's bytes. */
struct item {
	size_t key, key_len;
	size_t value, value_len;
	size_t stem_len;		/* the value up to created_at */
	uint64_t start, end;
	size_t posting, npostings;	/* of the slice's */
};

/* A file that was handed over, to be compared with what is stored. */
struct file {
	enum { REPLACE, UPDATE, SKIP } what;
	size_t path;			/* NUL-terminated; the first of its bytes */
	size_t line, line_len;		/* its record up to what we add to it */
	uint64_t stored_at;
	char hash[HASH_LEN + 1];	/* of its content, or "" */
	size_t first, count;		/* of the items */
	size_t posting;			/* the first */
	size_t ast, ast_len;		/* its nodes; 0, 0: none */
	uint64_t size;			/* update: where the last chunk ends */
	size_t language;		/* and in which one that is */
	int keeps;			/* skip: what is stored stays */
};

/*
 * What is to be written in one go, and behind it what is yet to be compared:
 * files, the last of which may be in progress.
 */
struct slice {
	struct buf bytes;		/* of all that follows */
	struct op *ops;
	size_t nops, ops_cap;
	struct change *changes;
	size_t nchanges, changes_cap;
	size_t done;			/* changes that are on disk */
	struct event *events;
	size_t nevents, events_cap;
	size_t told;			/* events that belong to a change */
	struct file *files;
	size_t nfiles, files_cap;
	struct item *items;
	size_t nitems, items_cap;
	struct postings postings;
};

/* Chunks that were read, the values in a text of their own. */
struct spans {
	struct buf text;
	struct span {
		uint64_t start, end;
		size_t value, len;
	} *list;
	size_t n, cap;
};

/* Where each segment ends in sym.new; the first begins at 0. */
struct segments {
	uint64_t *end;
	size_t n, cap;
};

struct store {
	char *dir;
	struct lock lock;
	int writer;
	atomic_int failed;

	DB_ENV *env;			/* the writer's, from its first slice */
	DB *db[TABLES];			/* opened when needed */
	uint64_t generation;		/* of what is open */

	/*
	 * While one slice is being written by a thread, which then is the
	 * only one to touch the database, the other is filled: at most as
	 * far as that goes without looking at what is stored.
	 */
	struct slice slice[2], *cur;
	int in_progress;		/* the last file of cur */
	pthread_t thread;
	int writing;			/* there is a thread */
	atomic_int written;		/* and it is done */
	double reader_seen;		/* when somebody last waited for us */
	char **old_logs;		/* to be removed; one block, or NULL */

	struct store_tally tally;
	store_watch_fn *watch;		/* or NULL */
	void *watch_arg;
	struct reader reader, chunk_reader;
	struct buf from, to, scratch, line, ast;
	struct postings old, new;	/* of the file that is being compared */
	struct spans spans;
	struct segments segments;
	int making;			/* the tables are yet to be made */
};

/* --- errors --------------------------------------------------------------- */

/*
 * The first thing that libdb had to say of a failure; it says more than its
 * return value. Static, as a DB without an environment has no place for it.
 * Of "BDB0137 write: 0x7f1c24227b72, 380822: No space left on device" only
 * the end is worth reading.
 */
static char said[256];

static void
listen(const DB_ENV *env, const char *prefix, const char *text)
{
	(void)env;
	(void)prefix;
	if (said[0] != '\0')
		return;
	if (strncmp(text, "BDB", 3) == 0)
		text += strcspn(text, " ") + 1;
	if (strncmp(text, "write: ", 7) == 0)
		text = strrchr(text, ':') + 2;
	snprintf(said, sizeof said, "%s", text);
}

static int
fail(struct store *s, const char *what, int ret)
{
	const char *why = (ret < 0 || ret == EINVAL) && said[0] != '\0' ?
	    said : db_strerror(ret);

	if (!s->failed)
		warnx("%s/%s: %s", s->dir, what, why);
	s->failed = 1;
	said[0] = '\0';
	return -1;
}

/* --- opening and closing -------------------------------------------------- */

static int
close_tables(struct store *s, u_int32_t flags)
{
	int i, ret, status = 0;

	for (i = 0; i < TABLES; i++) {
		if (s->db[i] == NULL)
			continue;
		ret = s->db[i]->close(s->db[i], flags);
		s->db[i] = NULL;
		if (ret != 0 && flags == 0 && status == 0)
			status = fail(s, tables[i].name, ret);
	}
	return status;
}

/* Have the table open: 0, -1. */
static int
open_table(struct store *s, enum table t)
{
	DB *db;
	struct buf path = { 0 };
	const char *name = tables[t].name;
	int ret;

	if (s->db[t] != NULL)
		return 0;
	if ((ret = db_create(&db, s->env, 0)) != 0)
		return fail(s, name, ret);
	if (s->env != NULL) {
		ret = db->set_pagesize(db, tables[t].page);
		if (ret == 0 && tables[t].prefixes)
			ret = db->set_bt_compress(db, NULL, NULL);
		if (ret == 0)
			ret = db->open(db, NULL, name, NULL, DB_BTREE,
			    DB_AUTO_COMMIT | (s->making ? DB_CREATE : 0),
			    0666);
	} else {
		buf_puts(&path, s->dir);
		buf_putc(&path, '/');
		buf_add(&path, name, strlen(name) + 1);
		db->set_errcall(db, listen);
		ret = db->set_cachesize(db, 0,
		    s->writer ? COMPARE_CACHE : READER_CACHE, 1);
		if (ret == 0)
			ret = db->open(db, NULL, path.p, NULL, DB_BTREE,
			    DB_RDONLY, 0);
		buf_free(&path);
	}
	if (ret == 0) {
		s->db[t] = db;
		return 0;
	}
	db->close(db, 0);
	return fail(s, name, ret);
}

/* The writer's environment; recover is 0 or DB_RECOVER. */
static int
open_env(struct store *s, u_int32_t recover)
{
	DB_ENV *env;
	int ret;

	if ((ret = db_env_create(&env, 0)) != 0)
		return fail(s, "environment", ret);
	env->set_errcall(env, listen);
	if ((ret = env->set_cachesize(env, 0, WRITER_CACHE, 1)) == 0 &&
	    (ret = env->set_lg_bsize(env, LOG_BUFFER)) == 0 &&
	    (ret = env->set_lg_max(env, LOG_FILE)) == 0)
		ret = env->open(env, s->dir, DB_CREATE | DB_PRIVATE |
		    DB_INIT_TXN | DB_INIT_LOG | DB_INIT_MPOOL | recover, 0666);
	if (ret != 0) {
		env->close(env, 0);
		return fail(s, "log", ret);
	}
	s->env = env;
	return 0;
}

static void
release(struct store *s)
{
	unlinkat(s->lock.dir_fd, RESERVE, 0);
}

/*
 * Room for a recovery on a full disk, held while there may be one to do.
 * Where there is no room for that, nothing has been touched yet. 0 or -1.
 */
static int
reserve(struct store *s)
{
	int fd, ret;

	fd = openat(s->lock.dir_fd, RESERVE, O_WRONLY | O_CREAT | O_CLOEXEC,
	    0666);
	ret = fd == -1 ? errno : posix_fallocate(fd, 0, RESERVE_SIZE);
	if (fd != -1)
		close(fd);
	if (ret == 0)
		return 0;
	release(s);
	return fail(s, RESERVE, ret);
}

/*
 * The last log file stays behind. libdb makes it LOG_FILE long, most of that
 * a hole: cut it behind its end (and some, in case libdb has a last word).
 */
static int
log_end(struct store *s, char name[32], off_t *end)
{
	DB_LOG_STAT *stat;
	int ret = s->env->log_stat(s->env, &stat, 0);

	if (ret != 0)
		return ret;
	snprintf(name, 32, "log.%010lu", (unsigned long)stat->st_cur_file);
	*end = stat->st_cur_offset + 16384;
	free(stat);
	return 0;
}

static void
cut_log(struct store *s, const char *name, off_t end)
{
	struct stat st;
	int fd = openat(s->lock.dir_fd, name, O_WRONLY | O_CLOEXEC);

	/* It only saves room: no matter if it does not work. */
	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && st.st_size > end && ftruncate(fd, end)) {
	}
	close(fd);
}

/* All pages to disk, no log left that is not needed. */
static int
close_env(struct store *s)
{
	char log[32];
	off_t end = 0;
	int ret, status;

	if ((status = close_tables(s, 0)) == 0) {
		ret = s->env->txn_checkpoint(s->env, 0, 0, DB_FORCE);
		if (ret == 0)
			ret = s->env->log_archive(s->env, NULL,
			    DB_ARCH_REMOVE);
		if (ret == 0)
			ret = log_end(s, log, &end);
		if (ret != 0)
			status = fail(s, "log", ret);
	}
	ret = s->env->close(s->env, 0);
	s->env = NULL;
	if (ret != 0 && status == 0)
		status = fail(s, "environment", ret);
	if (status == 0)
		cut_log(s, log, end);
	return status;
}

/*
 * A page that was written in part, when the disk was full or the writer was
 * killed, leaves a file that libdb refuses to open, even to recover it. Such
 * a page is the last one, new, and in the log: it can go.
 */
static int
whole_pages(struct store *s)
{
	struct stat st;
	off_t end;
	int t;

	for (t = 0; t < TABLES; t++) {
		if (fstatat(s->lock.dir_fd, tables[t].name, &st, 0) == -1 ||
		    (end = st.st_size - st.st_size % tables[t].page) ==
		    st.st_size)
			continue;
		int fd = openat(s->lock.dir_fd, tables[t].name,
		    O_WRONLY | O_CLOEXEC);

		if (fd == -1 || ftruncate(fd, end) == -1)
			return fail(s, tables[t].name, errno);
		close(fd);
	}
	return 0;
}

/*
 * Bring the data, taken exclusively, back to the last whole slice. What the
 * environment had open is lost.
 */
static int
recover(struct store *s)
{
	if (s->env != NULL) {
		close_tables(s, DB_NOSYNC);
		s->env->close(s->env, 0);
		s->env = NULL;
	} else
		close_tables(s, 0);
	said[0] = '\0';
	release(s);
	if (whole_pages(s) == -1 || open_env(s, DB_RECOVER) == -1 ||
	    close_env(s) == -1)
		return -1;
	return lock_clean(&s->lock);
}

/* A reader found that the last writer died. */
static int
mend(struct store *s)
{
	int status = 0;

	if (lock_upgrade(&s->lock) == -1) {
		warn("%s: the last writer died; mending that needs "
		    "permission to write", s->dir);
		return -1;
	}
	if (lock_take(&s->lock, 1) == -1)
		return -1;
	if (lock_broken(&s->lock))
		status = recover(s);
	lock_give(&s->lock);
	return status;
}

static int join(struct store *);

/*
 * What a reader does before it looks, and after. The writer needs no lock, as
 * nobody else writes; but its own thread must not be at it.
 */
static int
enter(struct store *s)
{
	if (s->writer)
		return join(s);
	if (lock_take(&s->lock, 0) == -1)
		return -1;
	while (lock_broken(&s->lock)) {
		lock_give(&s->lock);
		if (mend(s) == -1 || lock_take(&s->lock, 0) == -1)
			return -1;
	}
	if (s->generation != s->lock.state.generation) {
		if (close_tables(s, 0) == -1) {
			lock_give(&s->lock);
			return -1;
		}
		s->generation = s->lock.state.generation;
	}
	return 0;
}

static void
leave(struct store *s)
{
	if (!s->writer)
		lock_give(&s->lock);
}

static void
free_spans(struct spans *sp)
{
	buf_free(&sp->text);
	free(sp->list);
}

static struct store *
new_store(const char *dir)
{
	struct store *s = xcalloc(1, sizeof *s);

	s->dir = xstrdup(dir);
	s->cur = &s->slice[0];
	s->reader_seen = -1e9;
	return s;
}

static void
free_store(struct store *s)
{
	int i;

	lock_close(&s->lock);
	free(s->dir);
	for (i = 0; i < 2; i++) {
		buf_free(&s->slice[i].bytes);
		free(s->slice[i].ops);
		free(s->slice[i].changes);
		free(s->slice[i].events);
		free(s->slice[i].files);
		free(s->slice[i].items);
		free(s->slice[i].postings.list);
	}
	buf_free(&s->line);
	free(s->old_logs);
	buf_free(&s->from);
	buf_free(&s->to);
	buf_free(&s->scratch);
	buf_free(&s->ast);
	free(s->old.list);
	free(s->new.list);
	free(s->segments.end);
	free_spans(&s->spans);
	reader_free(&s->reader);
	reader_free(&s->chunk_reader);
	free(s);
}

struct store *
store_open(const char *dir)
{
	struct store *s = new_store(dir);

	if (lock_open(&s->lock, s->dir) == 0)
		return s;
	free_store(s);
	return NULL;
}

int
store_missing(const char *dir)
{
	return lock_missing(dir);
}

static void add_op(struct store *, enum table, const void *, size_t,
    const void *, size_t);
static int merge_segments(struct store *);

/* The first writer makes the tables, and notes the format. */
static int
make(struct store *s)
{
	char format[16];
	int n, i;

	if (lock_take(&s->lock, 1) == -1)
		return -1;
	if (reserve(s) == -1 || lock_mark(&s->lock) == -1 ||
	    open_env(s, 0) == -1)
		goto fail;
	s->making = 1;
	for (i = 0; i < TABLES; i++)
		if (open_table(s, i) == -1)
			goto fail;
	s->making = 0;
	lock_give(&s->lock);
	n = snprintf(format, sizeof format, "%d", RECORD_FORMAT);
	add_op(s, META, "meta:format", 11, format, n);
	if (store_flush(s) == -1)
		return -1;
	return lock_made(&s->lock);
fail:
	lock_give(&s->lock);
	return -1;
}

struct store *
store_open_writer(const char *dir, double wait)
{
	struct store *s = new_store(dir);
	int status;

	s->writer = 1;
	switch (lock_open_writer(&s->lock, s->dir, wait)) {
	case 1:
		if (make(s) == 0)
			return s;
		s->failed = 1;
		store_close(s);
		return NULL;
	case 0:
		if (lock_take(&s->lock, 1) == -1)
			break;
		status = lock_broken(&s->lock) ? recover(s) : 0;
		lock_give(&s->lock);
		if (status == 0)
			return s;
	}
	free_store(s);
	return NULL;
}

int
store_close(struct store *s)
{
	int status;

	if (s == NULL)
		return 0;
	store_drop(s);
	status = s->writer ? store_flush(s) : s->failed ? -1 : 0;
	if (s->writer && status == 0)
		status = merge_segments(s);
	if (s->env != NULL && !s->failed) {
		/* Here the last pages and the end of the log are written. */
		release(s);
		if (lock_take(&s->lock, 1) == -1 || close_env(s) == -1 ||
		    lock_clean(&s->lock) == -1)
			status = -1;
	} else if (s->env != NULL) {
		close_tables(s, DB_NOSYNC);
		s->env->close(s->env, 0);
	} else if (close_tables(s, 0) == -1)
		status = -1;
	free_store(s);
	return status;
}

/* --- looking -------------------------------------------------------------- */

static void
set_dbt(DBT *d, const void *p, size_t n)
{
	memset(d, 0, sizeof *d);
	d->data = (void *)p;
	d->size = n;
}

/* The value of a key, appended to out: 1, 0 there is none, -1. */
static int
get(struct store *s, enum table t, const struct buf *key, struct buf *out)
{
	DBT k, v;
	int ret;

	if (open_table(s, t) == -1)
		return -1;
	set_dbt(&k, key->p, key->len);
	set_dbt(&v, NULL, 0);
	ret = s->db[t]->get(s->db[t], NULL, &k, &v, 0);
	if (ret == DB_NOTFOUND)
		return 0;
	if (ret != 0)
		return fail(s, tables[t].name, ret);
	buf_add(out, v.data, v.size);
	return 1;
}

/* The keys from <= key < to, in their order. */
struct range {
	struct store *s;
	enum table table;
	DBC *cursor;
	const struct buf *to;		/* lent; NULL: up to the end */
	DBT key, value;			/* lent by libdb until the next step */
	u_int32_t step;
};

static int
range_open(struct range *r, struct store *s, enum table t,
    const struct buf *from, const struct buf *to, int keys_only)
{
	int ret;

	memset(r, 0, sizeof *r);
	r->s = s;
	r->table = t;
	r->to = to;
	r->step = DB_SET_RANGE;
	set_dbt(&r->key, from->p, from->len);
	if (keys_only)
		r->value.flags = DB_DBT_PARTIAL;	/* of no bytes */
	if (open_table(s, t) == -1)
		return -1;
	if ((ret = s->db[t]->cursor(s->db[t], NULL, &r->cursor, 0)) != 0)
		return fail(s, tables[t].name, ret);
	return 0;
}

/* 1 and r->key, r->value; 0 at the end; -1. */
static int
range_next(struct range *r)
{
	int ret;

	if (r->cursor == NULL)
		return 0;
	ret = r->cursor->get(r->cursor, &r->key, &r->value, r->step);
	r->step = DB_NEXT;
	if (ret == DB_NOTFOUND)
		return 0;
	if (ret != 0)
		return fail(r->s, tables[r->table].name, ret);
	return r->to == NULL || key_compare(r->key.data, r->key.size,
	    r->to->p, r->to->len) < 0;
}

static int
range_close(struct range *r)
{
	int ret;

	if (r->cursor != NULL && (ret = r->cursor->close(r->cursor)) != 0)
		return fail(r->s, tables[r->table].name, ret);
	return 0;
}

/* Count the chunks of a file: 0, -1. */
static int
count(struct store *s, const char *path, uint64_t *n)
{
	struct range r;
	int status;

	*n = 0;
	key_chunk_range(&s->from, &s->to, path);
	if (range_open(&r, s, CHUNKS, &s->from, &s->to, 1) == -1)
		return -1;
	while ((status = range_next(&r)) == 1)
		++*n;
	return range_close(&r) == -1 ? -1 : status;
}

/* The record of a file, in s->scratch: 1, 0 not stored, -1. */
static int
look_up(struct store *s, const char *path)
{
	s->from.len = s->scratch.len = 0;
	key_file(&s->from, path);
	return get(s, FILES, &s->from, &s->scratch);
}

int
store_count(struct store *s, const char *path, uint64_t *n)
{
	int status;

	if (enter(s) == -1)
		return -1;
	status = count(s, path, n);
	if (status == 0)
		status = *n > 0 ? 1 : look_up(s, path);
	leave(s);
	return status;
}

int
store_file(struct store *s, const char *path, struct buf *line)
{
	int status;

	if (enter(s) == -1)
		return -1;
	status = look_up(s, path);
	leave(s);
	if (status == 1 && line != NULL)
		buf_add(line, s->scratch.p, s->scratch.len);
	return status;
}

static int
by_span(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* Add the chunks of a file, in order, or their spans alone: 0, -1. */
static int
read_spans(struct store *s, const char *path, struct spans *sp, int keys_only)
{
	struct range r;
	struct key key = { 0 };
	size_t first = sp->n;
	int status;

	key_chunk_range(&s->from, &s->to, path);
	if (range_open(&r, s, CHUNKS, &s->from, &s->to, keys_only) == -1)
		return -1;
	while ((status = range_next(&r)) == 1) {
		if (key_parse(&key, r.key.data, r.key.size) == -1) {
			status = fail(s, tables[CHUNKS].name, EINVAL);
			break;
		}
		sp->list = xgrow(sp->list, &sp->cap, sp->n + 1,
		    sizeof *sp->list);
		sp->list[sp->n++] = (struct span){ key.start, key.end,
		    sp->text.len, r.value.size };
		buf_add(&sp->text, r.value.data, r.value.size);
	}
	if (range_close(&r) == -1)
		status = -1;
	if (sp->n != first)
		qsort(sp->list + first, sp->n - first, sizeof *sp->list,
		    by_span);
	key_free(&key);
	return status;
}

/* Some files, taken out of the store under the lock. */
struct batch {
	enum { LINES, COUNTS, WHOLE } what;
	const char *below;	/* lent; only what is there, or NULL */
	int alone;		/* not what is below it */
	struct buf next, to;	/* where the next batch begins; the end */
	struct buf text;
	struct entry {
		size_t path, line, len;
		uint64_t chunks;	/* COUNTS */
		size_t first;		/* WHOLE: of spans; its nodes */
		size_t ast, ast_len;
	} *list;
	size_t n, cap;
	struct spans spans;
};

static int
is_skip(const char *line, size_t len)
{
	static const char head[] = "{\"type\":\"skip\"";

	return len >= sizeof head - 1 &&
	    memcmp(line, head, sizeof head - 1) == 0;
}

static int
add_entry(struct store *s, struct batch *b, const char *path,
    const void *line, size_t len)
{
	struct entry *e;

	b->list = xgrow(b->list, &b->cap, b->n + 1, sizeof *b->list);
	e = &b->list[b->n++];
	e->path = b->text.len;
	buf_add(&b->text, path, strlen(path) + 1);
	e->line = b->text.len;
	e->len = len;
	buf_add(&b->text, line, len);
	e->first = b->spans.n;
	if (b->what == COUNTS)
		return count(s, path, &e->chunks);
	if (b->what == LINES)
		return 0;
	e->ast = b->text.len;
	s->from.len = 0;
	key_ast(&s->from, path);
	if (get(s, AST, &s->from, &b->text) == -1)
		return -1;
	e->ast_len = b->text.len - e->ast;
	return read_spans(s, path, &b->spans, 0);
}

/* Add the file of this path, if there is one: 0, -1. */
static int
add_path(struct store *s, struct batch *b, const char *path)
{
	struct buf line = { 0 };
	int status;

	s->from.len = 0;
	key_file(&s->from, path);
	if ((status = get(s, FILES, &s->from, &line)) == 1)
		status = add_entry(s, b, path, line.p, line.len);
	buf_free(&line);
	return status;
}

/* Fill the batch: 1 there may be more, 0 that was all, -1. */
static int
take_batch(struct store *s, struct batch *b)
{
	struct range r;
	struct key key = { 0 };
	int status;

	if (range_open(&r, s, FILES, &b->next, &b->to, 0) == -1)
		return -1;
	while (b->n < READ_FILES && b->text.len + b->spans.text.len <
	    READ_BYTES && (status = range_next(&r)) == 1) {
		if (key_parse(&key, r.key.data, r.key.size) == -1 ||
		    key.kind != KEY_FILE) {
			status = fail(s, tables[FILES].name, EINVAL);
			break;
		}
		b->next.len = 0;
		buf_add(&b->next, r.key.data, r.key.size);
		buf_putc(&b->next, '\0');	/* the least key behind it */
		if ((b->below == NULL || path_below(key.path, b->below)) &&
		    (status = add_entry(s, b, key.path, r.value.data,
		    r.value.size)) == -1)
			break;
		status = 1;
	}
	if (range_close(&r) == -1)
		status = -1;
	key_free(&key);
	return status;
}

/* What becomes of each entry of a batch. */
typedef int hand_fn(void *arg, const struct batch *b, const struct entry *e);

static int
each_file(struct store *s, struct batch *b, hand_fn *hand, void *arg)
{
	int status, more, first = 1;
	size_t i;

	key_below_range(&b->next, &b->to, b->below != NULL ? b->below : ".");
	do {
		b->n = b->text.len = b->spans.n = b->spans.text.len = 0;
		if ((status = more = enter(s)) == -1)
			break;
		/* A path and what is below it are not neighbours. */
		if (first && b->below != NULL && add_path(s, b,
		    b->below) == -1)
			more = -1;
		first = 0;
		if (more != -1)
			more = b->alone ? 0 : take_batch(s, b);
		leave(s);
		status = more == -1 ? -1 : 0;
		for (i = 0; status == 0 && i < b->n; i++)
			status = hand(arg, b, &b->list[i]);
	} while (status == 0 && more == 1);
	buf_free(&b->text);
	buf_free(&b->next);
	buf_free(&b->to);
	free_spans(&b->spans);
	free(b->list);
	return status;
}

struct file_hand {
	store_file_fn *fn;
	void *arg;
};

static int
hand_file(void *arg, const struct batch *b, const struct entry *e)
{
	const struct file_hand *h = arg;
	struct store_file f = { .path = b->text.p + e->path,
	    .line = b->text.p + e->line, .len = e->len, .chunks = e->chunks };

	f.skipped = is_skip(f.line, f.len);
	return h->fn(h->arg, &f);
}

int
store_files(struct store *s, store_file_fn *fn, void *arg)
{
	struct batch b = { .what = LINES };
	struct file_hand h = { fn, arg };

	return each_file(s, &b, hand_file, &h);
}

int
store_files_below(struct store *s, const char *path, store_file_fn *fn,
    void *arg)
{
	struct batch b = { .what = LINES, .below = path };
	struct file_hand h = { fn, arg };

	return each_file(s, &b, hand_file, &h);
}

int
store_counts(struct store *s, store_file_fn *fn, void *arg)
{
	struct batch b = { .what = COUNTS };
	struct file_hand h = { fn, arg };

	return each_file(s, &b, hand_file, &h);
}

struct whole_hand {
	store_whole_fn *fn;
	void *arg;
	struct store_chunk *chunks;
	size_t cap;
};

static int
hand_whole(void *arg, const struct batch *b, const struct entry *e)
{
	struct whole_hand *h = arg;
	const struct spans *sp = &b->spans;
	size_t i, end = e + 1 < b->list + b->n ? e[1].first : sp->n;
	struct store_whole w = { .file = { .path = b->text.p + e->path,
	    .line = b->text.p + e->line, .len = e->len },
	    .nchunks = end - e->first };

	w.file.skipped = is_skip(w.file.line, w.file.len);
	w.file.chunks = w.nchunks;
	if (e->ast_len != 0) {
		w.ast = b->text.p + e->ast;
		w.ast_len = e->ast_len;
	}
	w.chunks = h->chunks = xgrow(h->chunks, &h->cap, w.nchunks,
	    sizeof *h->chunks);
	for (i = e->first; i < end; i++)
		h->chunks[i - e->first] = (struct store_chunk){
		    sp->list[i].start, sp->list[i].end,
		    sp->text.p + sp->list[i].value, sp->list[i].len };
	return h->fn(h->arg, &w);
}

static int
each_whole(struct store *s, struct batch *b, store_whole_fn *fn, void *arg)
{
	struct whole_hand h = { .fn = fn, .arg = arg };
	int status;

	b->what = WHOLE;
	status = each_file(s, b, hand_whole, &h);
	free(h.chunks);
	return status;
}

int
store_whole(struct store *s, const char *path, store_whole_fn *fn, void *arg)
{
	struct batch b = { .below = path, .alone = 1 };

	return each_whole(s, &b, fn, arg);
}

int
store_wholes_below(struct store *s, const char *path, store_whole_fn *fn,
    void *arg)
{
	struct batch b = { .below = path };

	return each_whole(s, &b, fn, arg);
}

int
store_wholes(struct store *s, store_whole_fn *fn, void *arg)
{
	struct batch b = { .below = NULL };

	return each_whole(s, &b, fn, arg);
}

/* --- chunks ------------------------------------------------------------------ */

int
store_chunk(struct store *s, const char *path, uint64_t start, uint64_t end,
    struct buf *line)
{
	int status;

	if (enter(s) == -1)
		return -1;
	s->from.len = 0;
	key_chunk(&s->from, path, start, end);
	status = get(s, CHUNKS, &s->from, line);
	leave(s);
	return status;
}

/* Read the value of a span whose key was read: 0, -1. */
static int
read_value(struct store *s, const char *path, struct spans *sp, struct span *p)
{
	p->value = sp->text.len;
	s->from.len = 0;
	key_chunk(&s->from, path, p->start, p->end);
	switch (get(s, CHUNKS, &s->from, &sp->text)) {
	case -1:
		return -1;
	case 0:
		return fail(s, tables[CHUNKS].name, DB_NOTFOUND);
	}
	p->len = sp->text.len - p->value;
	return 0;
}

/* What of the spans is to be read and kept: 0, -1. */
typedef int pick_fn(struct store *s, const char *path, struct spans *sp,
    uint64_t a, uint64_t b);

/* The chunks of a file that the function picks out of all spans. */
static int
picked(struct store *s, const char *path, pick_fn *pick, uint64_t a,
    uint64_t b, store_chunk_fn *fn, void *arg)
{
	struct spans sp = { 0 };
	size_t i;
	int status;

	if (enter(s) == -1)
		return -1;
	status = pick(s, path, &sp, a, b);
	leave(s);
	for (i = 0; status == 0 && i < sp.n; i++)
		status = fn(arg, sp.text.p + sp.list[i].value,
		    sp.list[i].len);
	free_spans(&sp);
	return status;
}

static int
pick_all(struct store *s, const char *path, struct spans *sp, uint64_t a,
    uint64_t b)
{
	(void)a;
	(void)b;
	return read_spans(s, path, sp, 0);
}

static int
pick_bytes(struct store *s, const char *path, struct spans *sp,
    uint64_t start, uint64_t end)
{
	size_t i, n = 0;

	if (read_spans(s, path, sp, 1) == -1)
		return -1;
	for (i = 0; i < sp->n; i++) {
		if (sp->list[i].start >= end || sp->list[i].end <= start)
			continue;
		sp->list[n] = sp->list[i];
		if (read_value(s, path, sp, &sp->list[n++]) == -1)
			return -1;
	}
	sp->n = n;
	return 0;
}

/* Read a chunk and tell its lines: 0, -1. */
static int
read_lines(struct store *s, const char *path, struct spans *sp,
    struct span *p, uint64_t *first, uint64_t *last)
{
	struct record r;

	if (read_value(s, path, sp, p) == -1)
		return -1;
	if (record_read(&s->reader, &r, sp->text.p + p->value, p->len) == -1) {
		warnx("%s/%s: %s: %s", s->dir, tables[CHUNKS].name, path,
		    s->reader.error);
		return -1;
	}
	*first = r.start_line;
	*last = r.end_line;
	return 0;
}

/*
 * The first lines of the chunks grow with their spans, so those that begin
 * behind the line are found by halves. Of the others, from behind, all that
 * end before it can be left out at the first one, unless chunks lie inside of
 * others.
 */
static int
pick_line(struct store *s, const char *path, struct spans *sp, uint64_t line,
    uint64_t unused)
{
	uint64_t first, last;
	size_t i, low = 0, high, n = 0;
	int apart = 1;

	(void)unused;
	if (read_spans(s, path, sp, 1) == -1)
		return -1;
	for (i = 1; i < sp->n; i++)
		apart &= sp->list[i - 1].end <= sp->list[i].start;
	for (high = sp->n; low < high; ) {
		i = low + (high - low) / 2;
		if (read_lines(s, path, sp, &sp->list[i], &first, &last) == -1)
			return -1;
		if (first > line)
			high = i;
		else
			low = i + 1;
	}
	for (i = low; i-- > 0; ) {
		if (read_lines(s, path, sp, &sp->list[i], &first, &last) == -1)
			return -1;
		if (last >= line)
			sp->list[--low] = sp->list[i], n++;
		else if (apart)
			break;
	}
	if (n != 0)
		memmove(sp->list, sp->list + low, n * sizeof *sp->list);
	sp->n = n;
	return 0;
}

/* The chunk that begins at this byte, added: 1, 0 there is none, -1. */
static int
read_next(struct store *s, const char *path, struct spans *sp, uint64_t start)
{
	struct range r;
	struct key key = { 0 };
	int status;

	/* The end is what follows: "chunk:{p}:{start}:" and a digit. */
	s->from.len = s->to.len = 0;
	key_chunk(&s->from, path, start, 0);
	key_chunk(&s->to, path, start, 0);
	s->to.p[s->to.len - 1] = ':';
	if (range_open(&r, s, CHUNKS, &s->from, &s->to, 0) == -1)
		return -1;
	while ((status = range_next(&r)) == 1) {
		if (key_parse(&key, r.key.data, r.key.size) == -1) {
			status = fail(s, tables[CHUNKS].name, EINVAL);
			break;
		}
		if (key.end == start)
			continue;	/* of no bytes */
		sp->list = xgrow(sp->list, &sp->cap, sp->n + 1,
		    sizeof *sp->list);
		sp->list[sp->n++] = (struct span){ key.start, key.end,
		    sp->text.len, r.value.size };
		buf_add(&sp->text, r.value.data, r.value.size);
		break;
	}
	if (range_close(&r) == -1)
		status = -1;
	key_free(&key);
	return status;
}

static int
pick_chain(struct store *s, const char *path, struct spans *sp,
    uint64_t first, uint64_t end)
{
	int status;

	while (first < end && (status = read_next(s, path, sp, first)) == 1)
		first = sp->list[sp->n - 1].end;
	return first < end ? status : 0;
}

int
store_chunks(struct store *s, const char *path, store_chunk_fn *fn, void *arg)
{
	return picked(s, path, pick_all, 0, 0, fn, arg);
}

int
store_chunks_at(struct store *s, const char *path, uint64_t start,
    uint64_t end, store_chunk_fn *fn, void *arg)
{
	return picked(s, path, pick_bytes, start, end, fn, arg);
}

int
store_chunks_on(struct store *s, const char *path, uint64_t line,
    store_chunk_fn *fn, void *arg)
{
	return picked(s, path, pick_line, line, 0, fn, arg);
}

int
store_chunks_from(struct store *s, const char *path, uint64_t first,
    uint64_t end, store_chunk_fn *fn, void *arg)
{
	return picked(s, path, pick_chain, first, end, fn, arg);
}

/* --- definitions in segments, read ----------------------------------------- */

/* What stands before the key and the value of an entry. */
struct entry_head {
	uint32_t key_len, value_len;
};

#define DELETED	UINT32_MAX		/* value_len: the key is to go */

/* Learn which segments there are: 0, -1. */
static int
read_segments(struct store *s, struct segments *g)
{
	struct buf key = { 0 }, text = { 0 };
	const char *p;
	char *end;
	int status;

	g->n = 0;
	key_meta(&key, "segments");
	status = get(s, META, &key, &text);
	buf_putc(&text, '\0');
	for (p = text.p; *p != '\0' && status == 1; p = end) {
		g->end = xgrow(g->end, &g->cap, g->n + 1, sizeof *g->end);
		g->end[g->n] = strtoull(p, &end, 10);
		if (end == p || (*end != '\0' && *end++ != ' ') ||
		    g->end[g->n] < (g->n != 0 ? g->end[g->n - 1] : 0))
			status = fail(s, tables[META].name, EINVAL);
		g->n++;
	}
	buf_free(&key);
	buf_free(&text);
	return status == -1 ? -1 : 0;
}

/* The definitions of sym.db, or of a segment, in the order of their keys. */
struct source {
	size_t segment;			/* from 1; 0: sym.db */

	/* of sym.db */
	DBC *cursor;
	u_int32_t step;
	DBT key, value;

	/* of a segment */
	const char *base;		/* where it is mapped, its bytes, */
	size_t len;			/* up to the offsets of the entries */
	uint32_t next, count;		/* entries */

	/* the entry, lent until the next step */
	const char *entry, *data;
	size_t entry_len, data_len;
	int deleted;
};

/*
 * The definitions from <= key < to of all sources, each key once: the newest
 * segment has the last word.
 */
struct merge {
	struct store *s;
	const struct buf *from, *to;	/* lent; NULL: all */
	struct source **heap;		/* the one with the next entry on top */
	size_t n, cap;
	char *map;			/* of sym.new */
	size_t mapped;
	int taken;			/* the top was handed out */
};

static int
source_close(struct store *s, struct source *src)
{
	int ret = src->cursor != NULL ? src->cursor->close(src->cursor) : 0;

	free(src);
	return ret != 0 ? fail(s, tables[SYMBOLS].name, ret) : 0;
}

/* Have the ith entry of a segment: 0, -1. */
static int
segment_entry(struct merge *m, struct source *src, uint32_t i)
{
	struct entry_head head;
	uint32_t at;
	size_t left;

	memcpy(&at, src->base + src->len + i * sizeof at, sizeof at);
	if (at > src->len || (left = src->len - at) < sizeof head)
		return fail(m->s, SEGMENTS, EINVAL);
	memcpy(&head, src->base + at, sizeof head);
	left -= sizeof head;
	src->deleted = head.value_len == DELETED;
	src->entry = src->base + at + sizeof head;
	src->entry_len = head.key_len;
	src->data = src->entry + head.key_len;
	src->data_len = src->deleted ? 0 : head.value_len;
	if (left < src->entry_len || left - src->entry_len < src->data_len)
		return fail(m->s, SEGMENTS, EINVAL);
	return 0;
}

/* 1, 0 at the end, -1. */
static int
segment_next(struct merge *m, struct source *src)
{
	if (src->next == src->count)
		return 0;
	return segment_entry(m, src, src->next++) == -1 ? -1 : 1;
}

/* Begin at the first entry that is not before m->from: 0, -1. */
static int
segment_seek(struct merge *m, struct source *src, const char *base, size_t len)
{
	uint32_t low = 0, high;

	if (len < sizeof high)
		return fail(m->s, SEGMENTS, EINVAL);
	src->base = base;
	memcpy(&high, base + len - sizeof high, sizeof high);
	if (high > (len - sizeof high) / sizeof high)
		return fail(m->s, SEGMENTS, EINVAL);
	src->count = high;
	src->len = len - (high + 1) * sizeof high;
	while (m->from != NULL && low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (segment_entry(m, src, mid) == -1)
			return -1;
		if (key_compare(src->entry, src->entry_len, m->from->p,
		    m->from->len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	src->next = low;
	return 0;
}

static int
table_next(struct merge *m, struct source *src)
{
	int ret = src->cursor->get(src->cursor, &src->key, &src->value,
	    src->step);

	src->step = DB_NEXT;
	if (ret == DB_NOTFOUND)
		return 0;
	if (ret != 0)
		return fail(m->s, tables[SYMBOLS].name, ret);
	src->entry = src->key.data;
	src->entry_len = src->key.size;
	src->data = src->value.data;
	src->data_len = src->value.size;
	return 1;
}

/* 1, 0 at the end of the range, -1. */
static int
source_next(struct merge *m, struct source *src)
{
	int status;

	do
		status = src->segment != 0 ? segment_next(m, src) :
		    table_next(m, src);
	while (status == 1 && m->from != NULL && key_compare(src->entry,
	    src->entry_len, m->from->p, m->from->len) < 0);
	if (status == 1 && m->to != NULL && key_compare(src->entry,
	    src->entry_len, m->to->p, m->to->len) >= 0)
		return 0;
	return status;
}

/* Of equal keys the newest comes first. */
static int
before(const struct source *a, const struct source *b)
{
	int diff = key_compare(a->entry, a->entry_len, b->entry, b->entry_len);

	return diff != 0 ? diff < 0 : a->segment > b->segment;
}

/* The top may be too far up: let it sink. */
static void
sink(struct merge *m)
{
	struct source **h = m->heap, *top = h[0];
	size_t i = 0, k;

	while ((k = 2 * i + 1) < m->n) {
		if (k + 1 < m->n && before(h[k + 1], h[k]))
			k++;
		if (!before(h[k], top))
			break;
		h[i] = h[k];
		i = k;
	}
	h[i] = top;
}

/* Have the top's next entry: 0, -1. */
static int
merge_step(struct merge *m)
{
	int status = source_next(m, m->heap[0]);

	if (status == 0) {
		status = source_close(m->s, m->heap[0]);
		m->heap[0] = m->heap[--m->n];
	}
	if (status != -1 && m->n > 1)
		sink(m);
	return status == -1 ? -1 : 0;
}

static int
merge_close(struct merge *m)
{
	int status = 0;

	while (m->n > 0)
		if (source_close(m->s, m->heap[--m->n]) == -1)
			status = -1;
	free(m->heap);
	if (m->map != NULL)
		munmap(m->map, m->mapped);
	memset(m, 0, sizeof *m);
	return status;
}

static int
table_seek(struct merge *m, struct source *src)
{
	DB *db = m->s->db[SYMBOLS];
	int ret = db->cursor(db, NULL, &src->cursor, 0);

	src->step = DB_SET_RANGE;
	if (m->from != NULL)
		set_dbt(&src->key, m->from->p, m->from->len);
	return ret != 0 ? fail(m->s, tables[SYMBOLS].name, ret) : 0;
}

/*
 * Add sym.db (0) or a segment, which is at base, if it has anything: 0, -1.
 */
static int
merge_add(struct merge *m, size_t segment, const char *base, size_t len)
{
	struct source *src = xcalloc(1, sizeof *src);
	size_t i, parent;
	int status;

	src->segment = segment;
	status = segment != 0 ? segment_seek(m, src, base, len) :
	    table_seek(m, src);
	if (status == 0)
		status = source_next(m, src);
	if (status != 1)
		return source_close(m->s, src) == -1 ? -1 : status;
	m->heap = xgrow(m->heap, &m->cap, m->n + 1, sizeof *m->heap);
	for (i = m->n++; i > 0; i = parent) {
		parent = (i - 1) / 2;
		if (!before(src, m->heap[parent]))
			break;
		m->heap[i] = m->heap[parent];
	}
	m->heap[i] = src;
	return 0;
}

/* Add all segments: 0, -1. */
static int
merge_add_segments(struct merge *m, const struct segments *g)
{
	struct stat st;
	uint64_t from = 0;
	size_t i;
	int fd, status = 0;

	if (g->n == 0)
		return 0;
	m->mapped = g->end[g->n - 1];
	fd = openat(m->s->lock.dir_fd, SEGMENTS, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1)
		status = fail(m->s, SEGMENTS, errno);
	else if ((uint64_t)st.st_size < m->mapped)
		status = fail(m->s, SEGMENTS, EINVAL);
	else {
		m->map = mmap(NULL, m->mapped, PROT_READ, MAP_SHARED, fd, 0);
		if (m->map == MAP_FAILED) {
			m->map = NULL;
			status = fail(m->s, SEGMENTS, errno);
		}
	}
	if (fd != -1)
		close(fd);
	for (i = 0; status == 0 && i < g->n; from = g->end[i++])
		status = merge_add(m, i + 1, m->map + from, g->end[i] - from);
	return status;
}

/* merge_close either way. with_table: sym.db, too, not only the segments. */
static int
merge_open(struct merge *m, struct store *s, const struct buf *from,
    const struct buf *to, int with_table)
{
	memset(m, 0, sizeof *m);
	m->s = s;
	m->from = from;
	m->to = to;
	if (read_segments(s, &s->segments) == -1 ||
	    open_table(s, SYMBOLS) == -1 ||
	    (with_table && merge_add(m, 0, NULL, 0) == -1))
		return -1;
	return merge_add_segments(m, &s->segments);
}

/* The next entry, lent until the next call: 1, 0 at the end, -1. */
static int
merge_next(struct merge *m, const struct source **e)
{
	struct buf last = { 0 };
	int status = 0;

	if (m->taken && m->n > 0) {
		/* Older ones of the same key go with it. */
		buf_add(&last, m->heap[0]->entry, m->heap[0]->entry_len);
		do
			status = merge_step(m);
		while (status == 0 && m->n > 0 && key_compare(
		    m->heap[0]->entry, m->heap[0]->entry_len, last.p,
		    last.len) == 0);
		buf_free(&last);
	}
	m->taken = 1;
	if (status == -1)
		return -1;
	if (m->n == 0)
		return 0;
	*e = m->heap[0];
	return 1;
}

/* --- definitions ----------------------------------------------------------- */

/* Some of them, taken out under the lock; offsets into text. */
struct found {
	struct buf text;
	struct definition {
		size_t name, path, kind, scope;	/* scope 0: none */
		size_t rank;			/* of the name, as found */
		struct symbol symbol;		/* but for its strings */
		uint64_t start, end;		/* of the chunk */
	} *list;
	size_t n, cap, ranks;
};

static size_t
keep_text(struct buf *b, const char *s)
{
	size_t at = b->len;

	buf_add(b, s, strlen(s) + 1);
	return at;
}

/* Add a definition: 0, -1. */
static int
add_found(struct found *f, const struct key *k, const char *value, size_t len)
{
	struct definition *d;

	f->list = xgrow(f->list, &f->cap, f->n + 1, sizeof *f->list);
	d = &f->list[f->n];
	if (key_symbol_parse(&d->symbol, &d->start, &d->end, k, value,
	    len) == -1)
		return -1;
	if (f->n == 0 || strcmp(f->text.p + d[-1].name, k->name) != 0) {
		f->ranks++;
		d->name = keep_text(&f->text, k->name);
	} else
		d->name = d[-1].name;
	d->rank = f->ranks;
	d->path = keep_text(&f->text, k->path);
	d->kind = keep_text(&f->text, d->symbol.kind);
	d->scope = d->symbol.scope != NULL ?
	    keep_text(&f->text, d->symbol.scope) : 0;
	f->n++;
	return 0;
}

static const char *found_text;

static int
by_place(const void *a, const void *b)
{
	const struct definition *x = a, *y = b;
	int diff;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	diff = strcmp(found_text + x->path, found_text + y->path);
	if (diff != 0)
		return diff;
	if (x->symbol.byte_start != y->symbol.byte_start)
		return x->symbol.byte_start < y->symbol.byte_start ? -1 : 1;
	return (x->symbol.byte_end > y->symbol.byte_end) -
	    (x->symbol.byte_end < y->symbol.byte_end);
}

/*
 * Take some, all of those of a name together, from *from on, which moves on:
 * 1 there may be more, 0, -1.
 */
static int
find(struct store *s, struct found *f, struct buf *from, const struct buf *to)
{
	struct merge m;
	struct key key = { 0 };
	struct buf value = { 0 };
	const struct source *e;
	int status;

	f->n = f->ranks = f->text.len = 0;
	buf_putc(&f->text, '\0');
	status = merge_open(&m, s, from, to, 1);
	while (status == 0 && (status = merge_next(&m, &e)) == 1) {
		status = 0;
		if (e->deleted)
			continue;
		value.len = 0;
		buf_add(&value, e->data, e->data_len);
		buf_putc(&value, '\0');
		if (key_parse(&key, e->entry, e->entry_len) == -1 ||
		    key.kind != KEY_SYMBOL) {
			status = fail(s, tables[SYMBOLS].name, EINVAL);
			break;
		}
		if (f->text.len >= READ_BYTES && strcmp(key.name,
		    f->text.p + f->list[f->n - 1].name) != 0) {
			from->len = 0;
			buf_add(from, e->entry, e->entry_len);
			status = 1;
			break;
		}
		if (add_found(f, &key, value.p, e->data_len) == -1)
			status = fail(s, tables[SYMBOLS].name, EINVAL);
	}
	if (merge_close(&m) == -1)
		status = -1;
	key_free(&key);
	buf_free(&value);
	found_text = f->text.p;
	if (f->n != 0)
		qsort(f->list, f->n, sizeof *f->list, by_place);
	return status;
}

int
store_symbols(struct store *s, const char *name, int prefix,
    store_symbol_fn *fn, void *arg)
{
	struct found f = { 0 };
	struct buf from = { 0 }, to = { 0 };
	size_t i;
	int status, more;

	if (prefix)
		key_symbol_prefix_range(&from, &to, name);
	else
		key_symbol_range(&from, &to, name);
	do {
		if ((status = more = enter(s)) == -1)
			break;
		more = find(s, &f, &from, &to);
		leave(s);
		status = more == -1 ? -1 : 0;
		for (i = 0; status == 0 && i < f.n; i++) {
			const struct definition *d = &f.list[i];
			struct store_symbol y = { f.text.p + d->path,
			    d->symbol, d->start, d->end };

			y.symbol.name = f.text.p + d->name;
			y.symbol.kind = f.text.p + d->kind;
			y.symbol.scope = d->scope != 0 ?
			    f.text.p + d->scope : NULL;
			status = fn(arg, &y);
		}
	} while (status == 0 && more == 1);
	free(f.list);
	buf_free(&f.text);
	buf_free(&from);
	buf_free(&to);
	return status;
}

/* --- labels ---------------------------------------------------------------- */

/* The chunks of one label in turn, as the text behind it in the key. */
struct labelled {
	DBC *cursor;
	struct buf prefix, from, to;	/* "label:{label}:"; the range */
	DBT key, value;
	const char *rest;		/* lent until the next step */
	size_t rest_len;
};

/* Go to the first chunk at or behind key: 1, 0 at the end, -1. */
static int
label_seek(struct store *s, struct labelled *l, u_int32_t step)
{
	int ret = l->cursor->get(l->cursor, &l->key, &l->value, step);

	if (ret != 0 && ret != DB_NOTFOUND)
		return fail(s, tables[LABELS].name, ret);
	if (ret == DB_NOTFOUND || key_compare(l->key.data, l->key.size,
	    l->to.p, l->to.len) >= 0)
		return 0;
	if (l->key.size < l->prefix.len)
		return fail(s, tables[LABELS].name, EINVAL);
	l->rest = (char *)l->key.data + l->prefix.len;
	l->rest_len = l->key.size - l->prefix.len;
	return 1;
}

/* Go to the first one at or behind this text: 1, 0, -1. */
static int
label_seek_rest(struct store *s, struct labelled *l, const char *rest,
    size_t len)
{
	/* Often it is the next one; looking it up costs much more. */
	int status = label_seek(s, l, DB_NEXT);

	if (status != 1 || key_compare(l->rest, l->rest_len, rest, len) >= 0)
		return status;
	l->from.len = l->prefix.len;
	buf_add(&l->from, rest, len);
	set_dbt(&l->key, l->from.p, l->from.len);
	return label_seek(s, l, DB_SET_RANGE);
}

/*
 * What n labels have in common: the first of them at or behind where the
 * first label is. 1, 0 there is none, -1.
 */
static int
label_common(struct store *s, struct labelled *l, size_t n)
{
	size_t i = 1, agree = 1;
	const struct labelled *top = &l[0];
	int status;

	while (agree < n) {
		struct labelled *next = &l[i];

		i = (i + 1) % n;
		if (key_compare(next->rest, next->rest_len, top->rest,
		    top->rest_len) < 0 && (status = label_seek_rest(s, next,
		    top->rest, top->rest_len)) != 1)
			return status;
		if (key_compare(next->rest, next->rest_len, top->rest,
		    top->rest_len) == 0) {
			agree++;
			continue;
		}
		top = next;
		agree = 1;
	}
	return 1;
}

static int
labels_close(struct store *s, struct labelled *l, size_t n)
{
	size_t i;
	int ret, status = 0;

	for (i = 0; i < n; i++) {
		if (l[i].cursor != NULL &&
		    (ret = l[i].cursor->close(l[i].cursor)) != 0)
			status = fail(s, tables[LABELS].name, ret);
		buf_free(&l[i].prefix);
		buf_free(&l[i].from);
		buf_free(&l[i].to);
	}
	free(l);
	return status;
}

/*
 * The labels' chunks, of one file or, where path is NULL, of all, from those
 * behind the text from on. *all is to be closed with labels_close, in any
 * case. 1 all have one, 0, -1.
 */
static int
labels_open(struct store *s, const char *const *labels, size_t n,
    const char *path, const struct buf *from, struct labelled **all)
{
	size_t i;
	int ret, status;

	*all = xcalloc(n, sizeof **all);
	if (open_table(s, LABELS) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		struct labelled *l = &(*all)[i];

		if (path != NULL)
			key_label_file_range(&l->from, &l->to, labels[i], path);
		else
			key_label_range(&l->from, &l->to, labels[i]);
		buf_puts(&l->prefix, "label:");
		buf_puts(&l->prefix, labels[i]);
		buf_putc(&l->prefix, ':');
		if (from != NULL)
			buf_add(&l->from, from->p, from->len);
		set_dbt(&l->key, l->from.p, l->from.len);
		l->value.flags = DB_DBT_PARTIAL;
		if ((ret = s->db[LABELS]->cursor(s->db[LABELS], NULL,
		    &l->cursor, 0)) != 0)
			return fail(s, tables[LABELS].name, ret);
		if ((status = label_seek(s, l, DB_SET_RANGE)) != 1)
			return status;
	}
	return 1;
}

/* Paths, each ending in a NUL. */
struct paths {
	struct buf text, from;
	size_t *list;
	size_t n, cap;
};

/* Learn of some more files that have such chunks: 1 there may be more, 0, -1. */
static int
labelled_files(struct store *s, const char *const *labels, size_t n,
    struct paths *p)
{
	struct labelled *l;
	struct key key = { 0 };
	size_t looks = 0;
	int status;

	status = labels_open(s, labels, n, NULL, &p->from, &l);
	while (status == 1 && (status = label_common(s, l, n)) == 1) {
		if (key_parse(&key, l[0].key.data, l[0].key.size) == -1) {
			status = fail(s, tables[LABELS].name, EINVAL);
			break;
		}
		if (p->n == 0 || strcmp(key.path,
		    p->text.p + p->list[p->n - 1]) != 0) {
			p->list = xgrow(p->list, &p->cap, p->n + 1,
			    sizeof *p->list);
			p->list[p->n++] = keep_text(&p->text, key.path);
		}
		if (++looks == READ_LOOKS) {
			p->from.len = 0;
			buf_add(&p->from, l[0].rest, l[0].rest_len);
			break;
		}
		status = label_seek(s, &l[0], DB_NEXT);
	}
	if (labels_close(s, l, n) == -1)
		status = -1;
	key_free(&key);
	return status;
}

/* The chunks of a file that have all labels. */
struct pick {
	const char *const *labels;
	size_t n;
};

static int
pick_labelled(struct store *s, const char *path, struct spans *sp,
    const struct pick *p)
{
	struct labelled *l;
	struct key key = { 0 };
	size_t i;
	int status;

	status = labels_open(s, p->labels, p->n, path, NULL, &l);
	while (status == 1 && (status = label_common(s, l, p->n)) == 1) {
		if (key_parse(&key, l[0].key.data, l[0].key.size) == -1) {
			status = fail(s, tables[LABELS].name, EINVAL);
			break;
		}
		sp->list = xgrow(sp->list, &sp->cap, sp->n + 1,
		    sizeof *sp->list);
		sp->list[sp->n++] = (struct span){ key.start, key.end, 0, 0 };
		status = label_seek(s, &l[0], DB_NEXT);
	}
	if (labels_close(s, l, p->n) == -1)
		status = -1;
	key_free(&key);
	if (sp->n != 0)
		qsort(sp->list, sp->n, sizeof *sp->list, by_span);
	for (i = 0; status == 0 && i < sp->n; i++)
		if (read_value(s, path, sp, &sp->list[i]) == -1)
			status = -1;
	return status;
}

static const char *path_text;

static int
by_path(const void *a, const void *b)
{
	return strcmp(path_text + *(const size_t *)a,
	    path_text + *(const size_t *)b);
}

int
store_labelled(struct store *s, const char *const *labels, size_t n,
    store_chunk_fn *fn, void *arg)
{
	struct paths p = { 0 };
	struct pick pick = { labels, n };
	size_t i, k;
	int status;

	do {
		if ((status = enter(s)) == -1)
			break;
		status = labelled_files(s, labels, n, &p);
		leave(s);
	} while (status == 1);
	/* Keys are not quite in the order of paths: "a.c" is behind "a". */
	path_text = p.text.p;
	if (p.n != 0)
		qsort(p.list, p.n, sizeof *p.list, by_path);
	for (i = 0; status == 0 && i < p.n; i++) {
		struct spans sp = { 0 };

		if ((status = enter(s)) == -1)
			break;
		status = pick_labelled(s, p.text.p + p.list[i], &sp, &pick);
		leave(s);
		for (k = 0; status == 0 && k < sp.n; k++)
			status = fn(arg, sp.text.p + sp.list[k].value,
			    sp.list[k].len);
		free_spans(&sp);
	}
	buf_free(&p.text);
	buf_free(&p.from);
	free(p.list);
	return status;
}

int
store_labels(struct store *s, int (*fn)(void *arg, const char *label,
    uint64_t chunks), void *arg)
{
	struct buf from = { 0 }, text = { 0 };
	struct {
		size_t label;
		uint64_t chunks;
	} *list = NULL;
	size_t i, n = 0, cap = 0, looks;
	struct key key = { 0 };
	struct range r;
	int status;

	buf_puts(&from, "label:");
	do {
		if ((status = enter(s)) == -1)
			break;
		status = range_open(&r, s, LABELS, &from, NULL, 1);
		for (looks = 0; status != -1 && looks < READ_LOOKS; looks++) {
			if ((status = range_next(&r)) != 1)
				break;
			if (key_parse(&key, r.key.data, r.key.size) == -1 ||
			    key.kind != KEY_LABEL) {
				status = fail(s, tables[LABELS].name, EINVAL);
				break;
			}
			if (n == 0 || strcmp(key.name,
			    text.p + list[n - 1].label) != 0) {
				list = xgrow(list, &cap, n + 1, sizeof *list);
				list[n].label = keep_text(&text, key.name);
				list[n++].chunks = 0;
			}
			list[n - 1].chunks++;
		}
		if (status == 1) {
			from.len = 0;
			buf_add(&from, r.key.data, r.key.size);
			buf_putc(&from, '\0');	/* the least behind it */
		}
		if (range_close(&r) == -1)
			status = -1;
		leave(s);
	} while (status == 1);
	for (i = 0; status == 0 && i < n; i++)
		status = fn(arg, text.p + list[i].label, list[i].chunks);
	buf_free(&from);
	buf_free(&text);
	key_free(&key);
	free(list);
	return status;
}

int
store_ast(struct store *s, const char *path, struct buf *line)
{
	int status;

	if (enter(s) == -1)
		return -1;
	s->from.len = s->scratch.len = 0;
	key_ast(&s->from, path);
	status = get(s, AST, &s->from, &s->scratch);
	leave(s);
	if (status == 1)
		buf_add(line, s->scratch.p, s->scratch.len);
	return status;
}

/* --- what holds for the whole store ---------------------------------------- */

static int
read_meta(struct store *s, struct store_about *a)
{
	struct range r;
	struct key key = { 0 };
	size_t cap = 0;
	int status;

	s->from.len = 0;
	key_meta(&s->from, "");
	if (range_open(&r, s, META, &s->from, NULL, 0) == -1)
		return -1;
	while ((status = range_next(&r)) == 1) {
		if (key_parse(&key, r.key.data, r.key.size) == -1 ||
		    key.kind != KEY_META) {
			status = fail(s, tables[META].name, EINVAL);
			break;
		}
		if (strcmp(key.name, "options") == 0) {
			free(a->options);
			a->options = xmemdup(r.value.data, r.value.size);
		} else if (strncmp(key.name, "root:", 5) == 0) {
			a->roots = xgrow(a->roots, &cap, a->nroots + 1,
			    sizeof *a->roots);
			a->roots[a->nroots++] = xstrdup(key.name + 5);
		}
	}
	if (range_close(&r) == -1)
		status = -1;
	key_free(&key);
	return status;
}

/* What the directory takes on disk: 0, -1. */
static int
disk_use(struct store *s, uint64_t *bytes)
{
	struct dirent *e;
	struct stat st;
	DIR *d;
	int status = 0;

	if ((d = opendir(s->dir)) == NULL) {
		warn("%s", s->dir);
		return -1;
	}
	while (status == 0 && (errno = 0, e = readdir(d)) != NULL)
		/* A writer makes and removes files meanwhile. */
		if (strcmp(e->d_name, "..") != 0 && fstatat(dirfd(d),
		    e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			*bytes += st.st_blocks * UINT64_C(512);
	if (errno != 0) {
		warn("%s", s->dir);
		status = -1;
	}
	closedir(d);
	return status;
}

int
store_about(struct store *s, struct store_about *a)
{
	int status;

	memset(a, 0, sizeof *a);
	if (enter(s) == -1)
		return -1;
	status = read_meta(s, a);
	leave(s);
	if (status == 0)
		status = disk_use(s, &a->disk);
	if (status == 0 && a->options != NULL &&
	    lock_last_run(&s->lock, &a->last_run) == -1) {
		warn("%s", s->dir);
		status = -1;
	}
	if (a->options == NULL)
		a->options = xstrdup("");
	return status;
}

void
store_about_free(struct store_about *a)
{
	while (a->nroots > 0)
		free(a->roots[--a->nroots]);
	free(a->roots);
	free(a->options);
	memset(a, 0, sizeof *a);
}

/* --- noting what is to be done -------------------------------------------- */

static size_t
keep_bytes(struct store *s, const void *p, size_t n)
{
	size_t at = s->cur->bytes.len;

	buf_add(&s->cur->bytes, p, n);
	return at;
}

static struct op *
new_op(struct store *s)
{
	s->cur->ops = xgrow(s->cur->ops, &s->cur->ops_cap,
	    s->cur->nops + 1, sizeof *s->cur->ops);
	return &s->cur->ops[s->cur->nops++];
}

static void
op_put(struct store *s, enum table t, size_t key, size_t key_len,
    size_t value, size_t value_len)
{
	*new_op(s) = (struct op){ t, 0, key, key_len, value, value_len };
}

static void
op_delete(struct store *s, enum table t, const void *key, size_t len)
{
	*new_op(s) = (struct op){ t, 1, keep_bytes(s, key, len), len, 0, 0 };
}

/* Remember a chunk that comes or goes. */
static void
event(struct store *s, int removed, size_t line, size_t len)
{
	struct slice *w = s->cur;

	w->events = xgrow(w->events, &w->events_cap, w->nevents + 1,
	    sizeof *w->events);
	w->events[w->nevents++] = (struct event){ removed, line, len };
}

/* The ops from first on are one change. */
static void
new_change(struct store *s, size_t first, size_t key, size_t key_len,
    const struct store_tally *t)
{
	s->cur->changes = xgrow(s->cur->changes,
	    &s->cur->changes_cap, s->cur->nchanges + 1,
	    sizeof *s->cur->changes);
	s->cur->changes[s->cur->nchanges++] = (struct change){ first,
	    s->cur->nops - first, key, key_len, s->cur->told,
	    s->cur->nevents - s->cur->told, 0, *t };
	s->cur->told = s->cur->nevents;
}

/* A put that is a change by itself. */
static void
add_op(struct store *s, enum table t, const void *key, size_t key_len,
    const void *value, size_t value_len)
{
	static const struct store_tally nothing;
	size_t k = keep_bytes(s, key, key_len);
	size_t v = keep_bytes(s, value, value_len);

	op_put(s, t, k, key_len, v, value_len);
	new_change(s, s->cur->nops - 1, k, key_len, &nothing);
}

static uint64_t
digits(uint64_t n)
{
	uint64_t d = 1;

	while ((n /= 10) != 0)
		d++;
	return d;
}

/* Append ,"name":n} to the bytes, in place of the brace that closed them. */
static void
stamp(struct buf *b, const char *name, uint64_t n)
{
	char text[64];

	buf_add(b, text, snprintf(text, sizeof text, ",\"%s\":%ju}", name,
	    (uintmax_t)n));
}

/* A record's line without its newline. */
static void
add_line(struct buf *b, const struct record *r)
{
	if (r->line != NULL)
		buf_add(b, r->line, r->line_len);
	else {
		record_write(b, r);
		b->len--;
	}
}

static uint64_t
or_now(uint64_t when)
{
	return when != RECORD_NONE ? when : (uint64_t)time(NULL);
}

static int settle(struct store *);
static int start_writing(struct store *);

/*
 * Before anything is noted for a file: write what is noted already if that
 * is enough for a slice, or of the same file.
 */
static int
admit(struct store *s, const char *path)
{
	struct slice *w = s->cur;
	size_t i;

	store_drop(s);
	if (s->failed)
		return -1;
	if (w->nchanges + w->nfiles >= SLICE_FILES ||
	    w->bytes.len >= SLICE_BYTES)
		return start_writing(s);
	for (i = 0; i < w->nfiles; i++)
		if (strcmp(w->bytes.p + w->files[i].path, path) == 0)
			return store_flush(s);
	s->from.len = 0;
	key_file(&s->from, path);
	for (i = 0; i < w->nchanges; i++) {
		const struct change *c = &w->changes[i];

		if (c->key_len == s->from.len && memcmp(w->bytes.p + c->key,
		    s->from.p, c->key_len) == 0)
			return store_flush(s);
	}
	return 0;
}

/* A file is in progress; line: its record, or NULL. */
static struct file *
start_file(struct store *s, int what, const char *path,
    const struct record *line)
{
	struct slice *w = s->cur;
	struct file *f;

	w->files = xgrow(w->files, &w->files_cap, w->nfiles + 1,
	    sizeof *w->files);
	f = &w->files[w->nfiles++];
	memset(f, 0, sizeof *f);
	f->what = what;
	f->path = keep_bytes(s, path, strlen(path) + 1);
	f->first = w->nitems;
	f->posting = w->postings.n;
	f->stored_at = RECORD_NONE;
	if (line != NULL) {
		struct record r = *line;

		r.line = NULL;
		r.chunks = r.stored_at = RECORD_NONE;
		f->stored_at = line->stored_at;
		f->line = w->bytes.len;
		add_line(&w->bytes, &r);
		f->line_len = w->bytes.len - f->line - 1;  /* no brace */
	}
	s->in_progress = 1;
	return f;
}

int
store_begin(struct store *s, const struct record *file)
{
	struct file *f;

	if (admit(s, file->path) == -1)
		return -1;
	f = start_file(s, REPLACE, file->path, file);
	if (file->content_hash != NULL)
		memcpy(f->hash, file->content_hash, HASH_LEN + 1);
	return 0;
}

int
store_begin_update(struct store *s, const char *path)
{
	if (admit(s, path) == -1)
		return -1;
	start_file(s, UPDATE, path, NULL);
	return 0;
}

static struct posting *
new_posting(struct postings *list, enum table t, size_t key,
    const struct record *chunk)
{
	struct posting *p;

	list->list = xgrow(list->list, &list->cap, list->n + 1,
	    sizeof *list->list);
	p = &list->list[list->n++];
	*p = (struct posting){ t, key, 0, 0, chunk->byte_start,
	    chunk->byte_end };
	return p;
}

/* What the indexes are to have of a chunk. */
static void
add_postings(struct postings *list, struct buf *b, const struct record *chunk)
{
	const struct symbol *y;
	struct posting *p;
	size_t i;

	for (y = chunk->symbols; y < chunk->symbols + chunk->nsymbols; y++) {
		p = new_posting(list, SYMBOLS, b->len, chunk);
		key_symbol(b, y->name, y->byte_start, y->byte_end,
		    chunk->path);
		p->key_len = b->len - p->key;
		key_symbol_value(b, y, chunk->byte_start, chunk->byte_end);
		p->value_len = b->len - p->key - p->key_len;
	}
	for (i = 0; i < chunk->nlabels; i++) {
		p = new_posting(list, LABELS, b->len, chunk);
		key_label(b, chunk->labels[i], chunk->path,
		    chunk->byte_start, chunk->byte_end);
		p->key_len = b->len - p->key;
	}
}

void
store_add(struct store *s, const struct record *chunk)
{
	struct slice *w = s->cur;
	struct buf *b = &w->bytes;
	struct file *f = &w->files[w->nfiles - 1];
	struct item *i;
	size_t n;

	w->items = xgrow(w->items, &w->items_cap, w->nitems + 1,
	    sizeof *w->items);
	i = &w->items[w->nitems++];
	f->count++;
	i->key = b->len;
	key_chunk(b, chunk->path, chunk->byte_start, chunk->byte_end);
	i->key_len = b->len - i->key;
	i->value = b->len;
	add_line(b, chunk);
	b->len--;				/* the brace */
	if (chunk->created_at != RECORD_NONE)
		b->len -= strlen(",\"created_at\":") +
		    digits(chunk->created_at);
	i->stem_len = b->len - i->value;
	stamp(b, "created_at", or_now(chunk->created_at));
	i->value_len = b->len - i->value;
	i->start = chunk->byte_start;
	i->end = chunk->byte_end;
	i->posting = w->postings.n;
	add_postings(&w->postings, b, chunk);
	i->npostings = w->postings.n - i->posting;
	if (f->what == UPDATE) {
		f->language = keep_bytes(s, chunk->language,
		    strlen(chunk->language) + 1);
		if (f->size < chunk->byte_end)
			f->size = chunk->byte_end;
		/* A definition may end in a chunk that we do not have. */
		for (n = 0; n < chunk->nsymbols; n++)
			if (f->size < chunk->symbols[n].byte_end)
				f->size = chunk->symbols[n].byte_end;
	}
}

void
store_add_ast(struct store *s, const struct record *ast)
{
	struct slice *w = s->cur;
	struct file *f = &w->files[w->nfiles - 1];

	f->ast = w->bytes.len;
	add_line(&w->bytes, ast);
	f->ast_len = w->bytes.len - f->ast;
}

void
store_drop(struct store *s)
{
	struct slice *w = s->cur;

	if (!s->in_progress)
		return;
	w->nfiles--;
	w->nitems = w->files[w->nfiles].first;
	w->postings.n = w->files[w->nfiles].posting;
	w->bytes.len = w->files[w->nfiles].path;
	s->in_progress = 0;
}

int
store_done(struct store *s)
{
	s->in_progress = 0;
	if (s->failed)
		return -1;
	/* As long as the thread writes, comparing has to wait. */
	return s->writing && !s->written ? 0 : settle(s);
}

int
store_skip(struct store *s, const struct record *skip)
{
	struct file *f;

	if (admit(s, skip->path) == -1)
		return -1;
	f = start_file(s, SKIP, skip->path, skip);
	f->keeps = skip_keeps(skip->reason);
	return store_done(s);
}

/* --- comparing ------------------------------------------------------------ */

/* The bytes that items are sorted by, for qsort. */
static const char *item_bytes;

static int
by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int diff = key_compare(item_bytes + x->key, x->key_len,
	    item_bytes + y->key, y->key_len);

	/* The same span twice: the later one, further on, wins. */
	return diff != 0 ? diff : (x->key > y->key) - (x->key < y->key);
}

/* In the order of keys, each once. */
static void
sort_items(struct store *s, struct file *f)
{
	struct item *list = s->cur->items + f->first;
	size_t i, n = 0;

	item_bytes = s->cur->bytes.p;
	if (f->count != 0)
		qsort(list, f->count, sizeof *list, by_key);
	for (i = 0; i < f->count; i++) {
		if (i + 1 < f->count && key_compare(item_bytes + list[i].key,
		    list[i].key_len, item_bytes + list[i + 1].key,
		    list[i + 1].key_len) == 0)
			continue;
		list[n++] = list[i];
	}
	f->count = n;
}

/* Is the stored value the item's, but for the time behind the stem? */
static int
equal(const struct store *s, const struct item *i, const DBT *value)
{
	static const char time_key[] = ",\"created_at\":";
	const char *stored = value->data;

	return value->size > i->stem_len + sizeof time_key - 1 &&
	    memcmp(stored, s->cur->bytes.p + i->value, i->stem_len) == 0 &&
	    memcmp(stored + i->stem_len, time_key, sizeof time_key - 1) == 0;
}

/* The item's postings are to be there. */
static void
want_postings(struct store *s, const struct item *i)
{
	struct postings *new = &s->new;

	if (i->npostings == 0)
		return;
	new->list = xgrow(new->list, &new->cap, new->n + i->npostings,
	    sizeof *new->list);
	memcpy(new->list + new->n, s->cur->postings.list + i->posting,
	    i->npostings * sizeof *new->list);
	new->n += i->npostings;
}

/* Those of a chunk that is stored; which is in list. 0, -1. */
static int
stored_postings(struct store *s, struct postings *list, const void *value,
    size_t len)
{
	struct record r;

	if (record_read(&s->chunk_reader, &r, value, len) == -1 ||
	    r.type != RECORD_CHUNK)
		return fail(s, tables[CHUNKS].name, EINVAL);
	add_postings(list, &s->cur->bytes, &r);
	return 0;
}

static void
put_item(struct store *s, const struct item *i, struct store_tally *t)
{
	op_put(s, CHUNKS, i->key, i->key_len, i->value, i->value_len);
	want_postings(s, i);
	if (s->watch != NULL)
		event(s, 0, i->value, i->value_len);
	t->chunks_added++;
}

/* What was stored of a chunk goes: 0, -1. */
static int
lost(struct store *s, const DBT *value)
{
	if (s->watch != NULL)
		event(s, 1, keep_bytes(s, value->data, value->size),
		    value->size);
	return stored_postings(s, &s->old, value->data, value->size);
}

/* In the order of keys; of equal ones that of the innermost chunk is first. */
static int
by_posting(const void *a, const void *b)
{
	const struct posting *x = a, *y = b;
	int diff;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	diff = key_compare(item_bytes + x->key, x->key_len,
	    item_bytes + y->key, y->key_len);
	if (diff != 0)
		return diff;
	if (x->start != y->start)
		return x->start > y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return (x->key > y->key) - (x->key < y->key);
}

static int
same_key(const struct posting *x, const struct posting *y)
{
	return x->table == y->table && key_compare(item_bytes + x->key,
	    x->key_len, item_bytes + y->key, y->key_len) == 0;
}

static void
sort_postings(struct postings *p)
{
	size_t i, n = 0;

	if (p->n != 0)
		qsort(p->list, p->n, sizeof *p->list, by_posting);
	for (i = 0; i < p->n; i++)
		if (n == 0 || !same_key(&p->list[n - 1], &p->list[i]))
			p->list[n++] = p->list[i];
	p->n = n;
}

/* Note what turns the old postings into the new ones. */
static void
diff_postings(struct store *s)
{
	const struct posting *o, *n, *oend, *nend;

	item_bytes = s->cur->bytes.p;
	sort_postings(&s->old);
	sort_postings(&s->new);
	o = s->old.list;
	n = s->new.list;
	for (oend = o + s->old.n, nend = n + s->new.n; o < oend || n < nend;) {
		struct posting both[2] = { 0 };
		int diff;

		if (o == oend || n == nend)
			diff = o == oend ? 1 : -1;
		else {
			both[0] = *o;
			both[1] = *n;
			diff = same_key(o, n) ? 0 : by_posting(o, n);
		}
		if (diff < 0) {
			*new_op(s) = (struct op){ o->table, 1, o->key,
			    o->key_len, 0, 0 };
			o++;
			continue;
		}
		if (diff > 0 || key_compare(
		    item_bytes + both[0].key + both[0].key_len,
		    both[0].value_len,
		    item_bytes + both[1].key + both[1].key_len,
		    both[1].value_len) != 0)
			op_put(s, n->table, n->key, n->key_len,
			    n->key + n->key_len, n->value_len);
		n++;
		o += diff == 0;
	}
}

/* Do two of the chunks have bytes in common? In order or not. */
static int
overlap(struct spans *sp)
{
	size_t i;

	if (sp->n != 0)
		qsort(sp->list, sp->n, sizeof *sp->list, by_span);
	for (i = 1; i < sp->n; i++)
		if (sp->list[i].start < sp->list[i - 1].end)
			return 1;
	return 0;
}

/* Is a chunk of this span among the items, which are in the order of keys? */
static int
among(const struct store *s, const char *path, const struct span *p,
    const struct item *items, size_t n)
{
	const char *bytes = s->cur->bytes.p;
	struct buf key = { 0 };
	size_t low = 0, high = n;
	int diff = 1;

	key_chunk(&key, path, p->start, p->end);
	while (diff != 0 && low < high) {
		size_t mid = low + (high - low) / 2;

		diff = key_compare(key.p, key.len, bytes + items[mid].key,
		    items[mid].key_len);
		if (diff < 0)
			high = mid;
		else
			low = mid + 1;
	}
	buf_free(&key);
	return diff == 0;
}

/*
 * Where chunks overlap, a definition may be in several of them, and what
 * becomes of its key depends on them all. Begin anew: s->old from all that is
 * stored of the file, s->new from all that will be. 0, -1.
 */
static int
all_postings(struct store *s, const char *path, const struct item *items,
    size_t n, int update)
{
	struct spans all = { 0 };
	size_t i;
	int status;

	s->old.n = s->new.n = 0;
	for (i = 0; i < n; i++)
		want_postings(s, &items[i]);
	status = read_spans(s, path, &all, 0);
	for (i = 0; status == 0 && i < all.n; i++) {
		const struct span *p = &all.list[i];

		status = stored_postings(s, &s->old, all.text.p + p->value,
		    p->len);
		if (status == 0 && update && !among(s, path, p, items, n))
			status = stored_postings(s, &s->new,
			    all.text.p + p->value, p->len);
	}
	free_spans(&all);
	return status;
}

/* Do chunks overlap, those stored or the items? 1, 0, -1. */
static int
mixed(struct store *s, const char *path, const struct item *items, size_t n)
{
	struct spans *sp = &s->spans;
	size_t i;

	sp->n = 0;
	if (read_spans(s, path, sp, 1) == -1)
		return -1;
	if (overlap(sp))
		return 1;
	sp->n = 0;
	for (i = 0; i < n; i++) {
		sp->list = xgrow(sp->list, &sp->cap, sp->n + 1,
		    sizeof *sp->list);
		sp->list[sp->n++] = (struct span){ items[i].start,
		    items[i].end, 0, 0 };
	}
	return overlap(sp);
}

/* Note what becomes of the indexes: 0, -1. */
static int
compare_postings(struct store *s, const char *path, const struct item *items,
    size_t n, int update)
{
	int all = update;

	if (s->old.n == 0 && s->new.n == 0)
		return 0;
	if (!all && (all = mixed(s, path, items, n)) == -1)
		return -1;
	if (all && all_postings(s, path, items, n, update) == -1)
		return -1;
	diff_postings(s);
	return 0;
}

/*
 * Go through what is stored of a file and through the count items at i, both
 * in the order of keys, and note the difference. With an update what is
 * stored and is no item stays. total: how many the file will have.
 */
static int
compare_chunks(struct store *s, const char *path, const struct item *i,
    size_t count_items, int update, struct store_tally *t, uint64_t *total)
{
	struct range r;
	const struct item *const items = i, *end = i + count_items;
	int status;

	*total = 0;
	s->old.n = s->new.n = 0;
	key_chunk_range(&s->from, &s->to, path);
	if (range_open(&r, s, CHUNKS, &s->from, &s->to, 0) == -1)
		return -1;
	while ((status = range_next(&r)) == 1) {
		int diff = -1;

		for (; i < end; i++) {
			diff = key_compare(r.key.data, r.key.size,
			    s->cur->bytes.p + i->key, i->key_len);
			if (diff <= 0)
				break;
			put_item(s, i, t);
			++*total;
		}
		if (i == end || diff < 0) {
			if (!update) {
				op_delete(s, CHUNKS, r.key.data, r.key.size);
				if ((status = lost(s, &r.value)) == -1)
					break;
				t->chunks_removed++;
				continue;
			}
			t->chunks_kept++;
		} else if (equal(s, i, &r.value)) {
			t->chunks_kept++;
			i++;
		} else {
			if ((status = lost(s, &r.value)) == -1)
				break;
			put_item(s, i++, t);
			t->chunks_removed++;
		}
		++*total;
	}
	if (range_close(&r) == -1 || status == -1)
		return -1;
	for (; i < end; i++, ++*total)
		put_item(s, i, t);
	return compare_postings(s, path, items, count_items, update);
}

/*
 * Note the record of a file, unless it is stored so already but for the time
 * it was stored. stem: the record up to that. What is stored, or nothing, is
 * in s->scratch.
 */
static void
put_file(struct store *s, const char *path, const struct buf *stem,
    uint64_t when)
{
	static const char time_key[] = ",\"stored_at\":";
	const struct buf *stored = &s->scratch;
	struct buf *b = &s->cur->bytes;
	size_t key, key_len, value;

	if (stored->len > stem->len + sizeof time_key - 1 &&
	    memcmp(stored->p, stem->p, stem->len) == 0 &&
	    memcmp(stored->p + stem->len, time_key, sizeof time_key - 1) == 0)
		return;
	key = b->len;
	key_file(b, path);
	key_len = b->len - key;
	value = keep_bytes(s, stem->p, stem->len);
	stamp(b, "stored_at", or_now(when));
	op_put(s, FILES, key, key_len, value, b->len - value);
}

static void
add_tally(struct store_tally *sum, const struct store_tally *t)
{
	sum->files_new += t->files_new;
	sum->files_changed += t->files_changed;
	sum->files_same += t->files_same;
	sum->files_removed += t->files_removed;
	sum->files_skipped += t->files_skipped;
	sum->chunks_added += t->chunks_added;
	sum->chunks_kept += t->chunks_kept;
	sum->chunks_removed += t->chunks_removed;
}

/* What the ops from first on do is all for this file. */
static void
finish_file(struct store *s, const char *path, size_t first,
    const struct store_tally *t)
{
	struct buf *b = &s->cur->bytes;
	size_t key = b->len;

	if (s->cur->nops == first) {		/* nothing is to be written */
		add_tally(&s->tally, t);
		return;
	}
	key_file(b, path);
	new_change(s, first, key, b->len - key, t);
}

/*
 * Read the stored record of a file: 1, 0 there is none, -1. It is lent by
 * s->reader; the line is in s->scratch.
 */
static int
stored_file(struct store *s, const char *path, struct record *r)
{
	int status;

	status = look_up(s, path);
	if (status == 1 && record_read(&s->reader, r, s->scratch.p,
	    s->scratch.len) == -1) {
		warnx("%s/%s: %s: %s", s->dir, tables[FILES].name, path,
		    s->reader.error);
		s->failed = 1;
		return -1;
	}
	return status;
}

/* Note what becomes of a file's nodes: 0, -1. line: 0 bytes for none. */
static int
compare_ast(struct store *s, const char *path, size_t line, size_t len)
{
	int there;

	s->from.len = s->ast.len = 0;
	key_ast(&s->from, path);
	if ((there = get(s, AST, &s->from, &s->ast)) == -1)
		return -1;
	if (len == 0 && there)
		op_delete(s, AST, s->from.p, s->from.len);
	else if (len != 0 && !(there && s->ast.len == len &&
	    memcmp(s->ast.p, s->cur->bytes.p + line, len) == 0))
		op_put(s, AST, keep_bytes(s, s->from.p, s->from.len),
		    s->from.len, line, len);
	return 0;
}

/* The record, in s->line, of a file of which single chunks were set. */
static void
update_record(struct store *s, const struct file *f, const char *path,
    const struct record *old)
{
	struct record r;

	if (old != NULL && old->type == RECORD_FILE) {
		r = *old;
		if (r.size < f->size)
			r.size = f->size;
	} else {
		record_init(&r, RECORD_FILE);
		r.path = path;
		r.language = s->cur->bytes.p + f->language;
		r.size = f->size;
		r.mtime_ns = 0;
	}
	r.options = "";
	r.line = NULL;
	r.chunks = r.stored_at = RECORD_NONE;
	add_line(&s->line, &r);
	s->line.len--;				/* the brace */
}

static int
compare_file(struct store *s, struct file *f)
{
	/* A copy: the bytes may move while they grow. */
	char *path = xstrdup(s->cur->bytes.p + f->path);
	struct store_tally t = { 0 };
	struct record old;
	size_t first = s->cur->nops;
	uint64_t total;
	int there, was_file, status = -1;

	if ((there = stored_file(s, path, &old)) == -1)
		goto out;
	was_file = there && old.type == RECORD_FILE;
	if (f->what == SKIP) {
		t.files_skipped++;
		if (was_file && f->keeps) {
			add_tally(&s->tally, &t);
			status = 0;
			goto out;
		}
		t.files_removed += was_file;
	}
	sort_items(s, f);
	if (compare_chunks(s, path, s->cur->items + f->first, f->count,
	    f->what == UPDATE, &t, &total) == -1)
		goto out;
	if (f->what != UPDATE &&
	    compare_ast(s, path, f->ast, f->ast_len) == -1)
		goto out;
	s->line.len = 0;
	if (f->what != UPDATE)
		buf_add(&s->line, s->cur->bytes.p + f->line, f->line_len);
	else if (!was_file || s->cur->nops != first)
		update_record(s, f, path, there ? &old : NULL);
	else {
		t.files_same++;		/* and its record, too */
		finish_file(s, path, first, &t);
		status = 0;
		goto out;
	}
	if (f->what != SKIP) {
		if (!was_file)
			t.files_new++;
		else if (s->cur->nops != first || (f->what == REPLACE &&
		    strcmp(old.content_hash != NULL ? old.content_hash : "",
		    f->hash) != 0))
			t.files_changed++;
		else
			t.files_same++;
		stamp(&s->line, "chunks", total);
		s->line.len--;			/* the brace */
	}
	put_file(s, path, &s->line, f->stored_at);
	finish_file(s, path, first, &t);
	if (s->cur->nops != first)
		s->cur->changes[s->cur->nchanges - 1].fresh = !there &&
		    t.chunks_removed == 0;
	status = 0;
out:
	free(path);
	return status;
}

/* Compare all files. None is in progress, and nothing is being written. */
static int
compare(struct store *s)
{
	struct slice *w = s->cur;
	size_t i, first = w->nops;

	for (i = 0; i < w->nfiles; i++)
		if (compare_file(s, &w->files[i]) == -1) {
			s->failed = 1;
			return -1;
		}
	if (w->nfiles != 0 && w->nops == first)
		w->bytes.len = w->files[0].path;	/* all is the same */
	w->nfiles = w->nitems = w->postings.n = 0;
	return 0;
}

int
store_keep(struct store *s, const char *path, int64_t mtime_ns)
{
	struct store_tally t = { 0 };
	struct record old;
	size_t first, len;
	int there, racy;

	if (admit(s, path) == -1 || settle(s) == -1)
		return -1;
	if ((there = stored_file(s, path, &old)) != 1)
		return there;
	first = s->cur->nops;
	len = s->cur->bytes.len;
	if (old.type == RECORD_SKIP)
		t.files_skipped++;
	else {
		t.files_same++;
		t.chunks_kept += old.chunks != RECORD_NONE ? old.chunks : 0;
	}
	/*
	 * A time too near to that of the storing is trusted by nobody
	 * (chunkify --unchanged compares the content then): now that it has
	 * been compared, say so, or it would be for ever.
	 */
	racy = old.stored_at != RECORD_NONE && old.stored_at <= INT64_MAX &&
	    mtime_ns / 1000000000 + RACY >= (int64_t)old.stored_at &&
	    mtime_ns / 1000000000 + RACY < (int64_t)time(NULL);
	if (old.mtime_ns != mtime_ns || racy) {
		old.line = NULL;
		old.stored_at = RECORD_NONE;
		old.mtime_ns = mtime_ns;
		s->line.len = 0;
		add_line(&s->line, &old);
		s->line.len--;			/* the brace */
		if (racy)
			s->scratch.len = 0;	/* so that it is written */
		put_file(s, path, &s->line, RECORD_NONE);
	}
	finish_file(s, path, first, &t);
	if (s->cur->nops == first)
		s->cur->bytes.len = len;
	return 1;
}

int
store_remove(struct store *s, const char *path)
{
	struct store_tally t = { 0 };
	struct record old;
	size_t first;
	uint64_t total;
	int there;

	if (admit(s, path) == -1 || settle(s) == -1 ||
	    (there = stored_file(s, path, &old)) == -1)
		return -1;
	first = s->cur->nops;
	if (compare_chunks(s, path, NULL, 0, 0, &t, &total) == -1 ||
	    compare_ast(s, path, 0, 0) == -1)
		return -1;
	if (there) {
		s->from.len = 0;
		key_file(&s->from, path);
		op_delete(s, FILES, s->from.p, s->from.len);
		t.files_removed += old.type == RECORD_FILE;
	}
	finish_file(s, path, first, &t);
	return there || t.chunks_removed != 0;
}

/* --- what becomes of a run ------------------------------------------------- */

static int
put_meta(struct store *s, const char *what, const char *value)
{
	int status;

	s->from.len = s->scratch.len = 0;
	key_meta(&s->from, what);
	status = get(s, META, &s->from, &s->scratch);
	if (status == -1)
		return -1;
	if (status == 0 || s->scratch.len != strlen(value) ||
	    memcmp(s->scratch.p, value, s->scratch.len) != 0)
		add_op(s, META, s->from.p, s->from.len, value,
		    strlen(value));
	return 0;
}

int
store_ran(struct store *s, const struct record *begin)
{
	struct buf name = { 0 };
	size_t i;
	int status;

	if (s->failed || store_flush(s) == -1)
		return -1;
	status = *begin->options == '\0' ? 0 :
	    put_meta(s, "options", begin->options);
	for (i = 0; status == 0 && i < begin->nroots; i++) {
		name.len = 0;
		buf_puts(&name, "root:");
		buf_add(&name, begin->roots[i], strlen(begin->roots[i]) + 1);
		status = put_meta(s, name.p, "");
	}
	buf_free(&name);
	/* Not worth failing for: it is for people to see. */
	if (status == 0)
		lock_ran(&s->lock);
	return status;
}

const struct store_tally *
store_tally(const struct store *s)
{
	return &s->tally;
}

/* --- writing a slice ------------------------------------------------------ */

/* One put or delete. */
static int
apply_op(struct store *s, DB_TXN *txn, const struct slice *w,
    const struct op *op)
{
	DB *db = s->db[op->table];
	DBT key, value;
	int ret;

	set_dbt(&key, w->bytes.p + op->key, op->key_len);
	if (op->delete) {
		ret = db->del(db, txn, &key, 0);
		if (ret == DB_NOTFOUND)
			ret = 0;
	} else {
		set_dbt(&value, w->bytes.p + op->value, op->value_len);
		ret = db->put(db, txn, &key, &value, 0);
	}
	return ret != 0 ? fail(s, tables[op->table].name, ret) : 0;
}

/* All of one change but what goes into the indexes. */
static int
apply(struct store *s, DB_TXN *txn, const struct slice *w,
    const struct change *c)
{
	const struct op *op = w->ops + c->first, *end = op + c->count;

	for (; op < end; op++)
		if (op->table != LABELS && op->table != SYMBOLS &&
		    apply_op(s, txn, w, op) == -1)
			return -1;
	return 0;
}

/* How much is written for a change. */
static size_t
weight(const struct slice *w, const struct change *c)
{
	const struct op *op = w->ops + c->first, *end = op + c->count;
	size_t n = 0;

	for (; op < end; op++)
		n += op->key_len + op->value_len;
	return n;
}

/* Ops of an index, to be sorted. */
struct sorted {
	const char *key;
	const struct op *op;
};

static int
by_op(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	return key_compare(x->key, x->op->key_len, y->key, y->op->key_len);
}

/* What the changes do to one table, in the order of keys, which are unique. */
static size_t
sort_ops(const struct slice *w, size_t change, size_t end, enum table t,
    struct sorted **list)
{
	size_t cap = 0, n = 0;

	*list = NULL;
	for (; change < end; change++) {
		const struct change *c = &w->changes[change];
		const struct op *op = w->ops + c->first;
		const struct op *last = op + c->count;

		for (; op < last; op++) {
			if (op->table != t)
				continue;
			*list = xgrow(*list, &cap, n + 1, sizeof **list);
			(*list)[n++] = (struct sorted){ w->bytes.p + op->key,
			    op };
		}
	}
	if (n != 0)
		qsort(*list, n, sizeof **list, by_op);
	return n;
}

/*
 * Delete keys of the table, or put them with no values, at once: what leaves
 * out the beginnings of keys is slow otherwise.
 */
static int
apply_bulk(struct store *s, DB_TXN *txn, enum table t,
    const struct sorted *list, size_t n, int delete)
{
	DB *db = s->db[t];
	DBT bulk, none;
	struct buf room = { 0 };
	size_t i, k = 0, bytes = 16;
	void *at;
	int ret = 0;

	for (i = 0; i < n; i++)
		if (list[i].op->delete == delete) {
			bytes += list[i].op->key_len + 4 * sizeof(u_int32_t);
			k++;
		}
	if (k == 0)
		return 0;
	set_dbt(&bulk, buf_room(&room, bytes), 0);
	bulk.ulen = bytes & ~(size_t)3;
	bulk.flags = DB_DBT_USERMEM;
	set_dbt(&none, NULL, 0);
	DB_MULTIPLE_WRITE_INIT(at, &bulk);
	for (i = 0; i < n; i++) {
		const struct op *op = list[i].op;

		if (op->delete != delete)
			continue;
		if (delete)
			DB_MULTIPLE_WRITE_NEXT(at, &bulk, list[i].key,
			    op->key_len);
		else
			DB_MULTIPLE_KEY_WRITE_NEXT(at, &bulk, list[i].key,
			    op->key_len, "", 0);
	}
	if (delete)
		ret = db->del(db, txn, &bulk, DB_MULTIPLE);
	else
		ret = db->put(db, txn, &bulk, &none, DB_MULTIPLE_KEY);
	buf_free(&room);
	return ret != 0 ? fail(s, tables[t].name, ret) : 0;
}


/* --- definitions in segments, written -------------------------------------- */

/* meta:segments is to say which there are: 0, -1. */
static int
put_segments(struct store *s, DB_TXN *txn)
{
	const struct segments *g = &s->segments;
	DB *db = s->db[META];
	struct buf name = { 0 }, text = { 0 };
	char digits[24];
	DBT key, value;
	size_t i;
	int ret;

	key_meta(&name, "segments");
	set_dbt(&key, name.p, name.len);
	for (i = 0; i < g->n; i++)
		buf_add(&text, digits, snprintf(digits, sizeof digits, "%s%ju",
		    i == 0 ? "" : " ", (uintmax_t)g->end[i]));
	set_dbt(&value, text.p, text.len);
	ret = g->n != 0 ? db->put(db, txn, &key, &value, 0) :
	    db->del(db, txn, &key, 0);
	buf_free(&name);
	buf_free(&text);
	return ret != 0 ? fail(s, tables[META].name, ret) : 0;
}

/* Write it behind the last segment, on disk: 0, -1. */
static int
append_segment(struct store *s, const struct buf *text)
{
	struct segments *g = &s->segments;
	uint64_t at = g->n != 0 ? g->end[g->n - 1] : 0;
	size_t done = 0;
	ssize_t n = 0;
	int fd, status = 0;

	fd = openat(s->lock.dir_fd, SEGMENTS, O_WRONLY | O_CREAT | O_CLOEXEC |
	    (g->n == 0 ? O_TRUNC : 0), 0666);
	while (fd != -1 && done < text->len && n != -1) {
		n = pwrite(fd, text->p + done, text->len - done, at + done);
		done += n != -1 ? n : 0;
	}
	if (fd == -1 || n == -1 || fdatasync(fd) == -1 ||
	    (g->n == 0 && fsync(s->lock.dir_fd) == -1))
		status = fail(s, SEGMENTS, errno);
	if (fd != -1)
		close(fd);
	g->end = xgrow(g->end, &g->cap, g->n + 1, sizeof *g->end);
	g->end[g->n++] = at + text->len;
	return status;
}

static int
put_segment(struct store *s, DB_TXN *txn, const struct slice *w,
    const struct sorted *list, size_t n)
{
	struct buf text = { 0 }, ends = { 0 };
	uint32_t at, count = n;
	size_t i;
	int status;

	for (i = 0; i < n; i++) {
		const struct op *op = list[i].op;
		struct entry_head head = { op->key_len,
		    op->delete ? DELETED : op->value_len };

		at = text.len;
		buf_add(&ends, &at, sizeof at);
		buf_add(&text, &head, sizeof head);
		buf_add(&text, list[i].key, op->key_len);
		if (!op->delete)
			buf_add(&text, w->bytes.p + op->value,
			    op->value_len);
	}
	buf_add(&text, ends.p, ends.len);
	buf_add(&text, &count, sizeof count);
	status = append_segment(s, &text) == -1 ||
	    put_segments(s, txn) == -1 ? -1 : 0;
	buf_free(&text);
	buf_free(&ends);
	return status;
}

/* --- a slice, whole ------------------------------------------------------- */

/*
 * The data is taken: mark it, have all tables open, and begin. 0, -1.
 *
 * With DB_TXN_BULK libdb does not log what it puts on new pages, but does log
 * what it deletes or replaces there, and then cannot undo that after a crash
 * ("Recovery function for LSN ... failed on backward pass"): it is for
 * transactions that do nothing but add keys.
 */
static int
begin(struct store *s, DB_TXN **txn, u_int32_t bulk)
{
	int ret, t;

	if (s->env == NULL && (close_tables(s, 0) == -1 ||
	    reserve(s) == -1))
		return -1;
	if (lock_mark(&s->lock) == -1)
		return -1;
	if (s->env == NULL && open_env(s, 0) == -1)
		return -1;
	for (t = 0; t < TABLES; t++)
		if (open_table(s, t) == -1)
			return -1;
	if (read_segments(s, &s->segments) == -1)
		return -1;
	ret = s->env->txn_begin(s->env, NULL, txn, bulk);
	return ret != 0 ? fail(s, "log", ret) : 0;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/*
 * How many bytes to write in one transaction. Who comes while it is committed
 * has to wait for that, so they are small for a second after there was a
 * reader.
 */
static size_t
at_once(const struct store *s)
{
	return seconds() - s->reader_seen > 1 ? SLICE_BYTES : AT_ONCE_MIN;
}

/* On disk when it returns 0, and whole without the log. */
static int
commit(struct store *s, DB_TXN *txn)
{
	int ret;

	if ((ret = txn->commit(txn, DB_TXN_SYNC)) != 0)
		return fail(s, "log", ret);
	if ((ret = s->env->txn_checkpoint(s->env, 0, 0, 0)) != 0)
		return fail(s, "checkpoint", ret);
	if (lock_unmark(&s->lock) == -1)
		return -1;
	if (lock_wanted(&s->lock))
		s->reader_seen = seconds();
	return 0;
}

/* Does the slice have many definitions? */
static int
many(const struct slice *w)
{
	size_t i, n = 0;

	for (i = 0; i < w->nops && n < FEW; i++)
		n += w->ops[i].table == SYMBOLS;
	return n >= FEW;
}

/* What the changes from first on do to the indexes. */
static int
apply_indexes(struct store *s, DB_TXN *txn, const struct slice *w,
    size_t first, size_t end)
{
	struct sorted *list;
	size_t i, n;
	int status;

	n = sort_ops(w, first, end, LABELS, &list);
	status = apply_bulk(s, txn, LABELS, list, n, 1) == -1 ||
	    apply_bulk(s, txn, LABELS, list, n, 0) == -1 ? -1 : 0;
	free(list);
	if (status == -1)
		return -1;
	n = sort_ops(w, first, end, SYMBOLS, &list);
	/* More is to come when this is not the slice that is being filled. */
	if (n != 0 && (s->segments.n != 0 || (w != s->cur && many(w))))
		status = put_segment(s, txn, w, list, n);
	else
		for (i = 0; status == 0 && i < n; i++)
			status = apply_op(s, txn, w, list[i].op);
	free(list);
	return status;
}

/* The same in a transaction within txn: to pack keys is to replace. */
static int
nest_indexes(struct store *s, DB_TXN *txn, const struct slice *w,
    size_t first, size_t end)
{
	DB_TXN *child;
	int ret = s->env->txn_begin(s->env, txn, &child, 0);

	if (ret != 0)
		return fail(s, "log", ret);
	if (apply_indexes(s, child, w, first, end) == -1) {
		child->abort(child);
		return -1;
	}
	ret = child->commit(child, 0);
	return ret != 0 ? fail(s, "log", ret) : 0;
}

/* Do the changes from first on nothing but add keys? */
static u_int32_t
bulk_flag(const struct slice *w, size_t first)
{
	for (; first < w->nchanges; first++)
		if (!w->changes[first].fresh)
			return 0;
	return DB_TXN_BULK;
}

/*
 * Write changes from *next on until it is enough or somebody waits, in one
 * transaction; on disk when it returns 0. The data is taken.
 */
static int
write_some(struct store *s, const struct slice *w, size_t *next)
{
	DB_TXN *txn;
	size_t i = *next, written = 0;

	if (begin(s, &txn, bulk_flag(w, i)) == -1)
		return -1;
	do {
		if (apply(s, txn, w, &w->changes[i]) == -1) {
			txn->abort(txn);
			return -1;
		}
		written += weight(w, &w->changes[i]);
	} while (++i < w->nchanges && written < at_once(s) &&
	    !lock_wanted(&s->lock));
	if (nest_indexes(s, txn, w, *next, i) == -1) {
		txn->abort(txn);
		return -1;
	}
	if (commit(s, txn) == -1)
		return -1;
	for (; *next < i; ++*next)
		add_tally(&s->tally, &w->changes[*next].tally);
	return 0;
}

/* Something that was begun may be half done: 0, or -1 after cleaning up. */
static int
ended(struct store *s, int status)
{
	if (status == -1 && s->lock.state.slice)
		recover(s);	/* or the next one who comes does */
	lock_give(&s->lock);
	if (status == -1)
		s->failed = 1;
	return status;
}

/*
 * Put the segments' entries where they belong, one slice of them; with the
 * last the segments are gone. 1 there is more, 0, -1.
 */
static int
merge_some(struct store *s, struct merge *m)
{
	DB_TXN *txn;
	DB *db;
	DBT key, value;
	const struct source *e;
	size_t bytes = 0, n = 0;
	int ret, status = 0;

	if (begin(s, &txn, 0) == -1)
		return -1;
	if (m->s == NULL)
		status = merge_open(m, s, NULL, NULL, 0);
	db = s->db[SYMBOLS];
	while (status == 0 && (status = merge_next(m, &e)) == 1) {
		set_dbt(&key, e->entry, e->entry_len);
		set_dbt(&value, e->data, e->data_len);
		ret = e->deleted ? db->del(db, txn, &key, 0) :
		    db->put(db, txn, &key, &value, 0);
		if (ret != 0 && !(e->deleted && ret == DB_NOTFOUND)) {
			status = fail(s, tables[SYMBOLS].name, ret);
			break;
		}
		bytes += e->entry_len + e->data_len + FAR_APART;
		if (++n % 256 == 0 && (bytes >= at_once(s) ||
		    lock_wanted(&s->lock)))
			break;
		status = 0;
	}
	if (status == 0) {
		s->segments.n = 0;
		status = put_segments(s, txn);
	}
	if (status == -1) {
		txn->abort(txn);
		return -1;
	}
	return commit(s, txn) == -1 ? -1 : status;
}

/* Merge what there is: 0, or -1 and s->failed. */
static int
merge_segments(struct store *s)
{
	struct merge m = { 0 };
	int more;

	if (faccessat(s->lock.dir_fd, SEGMENTS, F_OK, 0) == -1)
		return 0;
	if (s->env == NULL && read_segments(s, &s->segments) == -1)
		return -1;
	for (more = s->segments.n != 0; more == 1;)
		if ((more = lock_take(&s->lock, 1)) == 0)
			more = ended(s, merge_some(s, &m));
	if (merge_close(&m) == -1 || more == -1) {
		s->failed = 1;
		return -1;
	}
	/* A reader who has it open does not mind. */
	unlinkat(s->lock.dir_fd, SEGMENTS, 0);
	return 0;
}

static const char *change_bytes;

static int
by_file(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	return key_compare(change_bytes + x->key, x->key_len,
	    change_bytes + y->key, y->key_len);
}

/* Tell of what is on disk now, and empty the slice. */
static void
tell(struct store *s, struct slice *w)
{
	const struct change *c;
	const struct event *e;

	for (c = w->changes; s->watch != NULL && c < w->changes + w->done; c++)
		for (e = w->events + c->first_event;
		    e < w->events + c->first_event + c->nevents; e++)
			s->watch(s->watch_arg, e->removed,
			    w->bytes.p + e->line, e->len);
	w->bytes.len = 0;
	w->nops = w->nchanges = w->nevents = w->told = w->done = 0;
}

/* Write the slice; w->done says how far it got. 0, or -1 and s->failed. */
static int
write_slice(struct store *s, struct slice *w)
{
	size_t next = 0;
	int status = 0;

	change_bytes = w->bytes.p;
	if (w->nchanges != 0)
		qsort(w->changes, w->nchanges, sizeof *w->changes, by_file);
	while (status == 0 && next < w->nchanges) {
		if ((status = lock_take(&s->lock, 1)) == -1)
			break;
		status = ended(s, write_some(s, w, &next));
	}
	if (status == 0 && s->segments.n >= SEGMENTS_MAX)
		status = merge_segments(s);
	if (status == 0 && s->env != NULL) {
		int ret;

		free(s->old_logs);
		s->old_logs = NULL;
		ret = s->env->log_archive(s->env, &s->old_logs, 0);
		if (ret != 0)
			status = fail(s, "log", ret);
	}
	w->done = next;
	if (status == -1)
		s->failed = 1;
	return status;
}

static struct slice *
other(struct store *s)
{
	return s->cur == &s->slice[0] ? &s->slice[1] : &s->slice[0];
}

static void *
write_other(void *arg)
{
	struct store *s = arg;

	write_slice(s, other(s));
	s->written = 1;
	return NULL;
}

/* Wait until nothing is being written. */
static int
join(struct store *s)
{
	if (s->writing) {
		pthread_join(s->thread, NULL);
		s->writing = s->written = 0;
		tell(s, other(s));
	}
	return s->failed ? -1 : 0;
}

/*
 * Remove the log files that the slice before left behind. With TRIM that
 * takes as long as writing them, so the thread leaves it to us.
 */
static void
remove_logs(struct store *s, char **names)
{
	char **name;

	for (name = names; name != NULL && *name != NULL; name++)
		unlinkat(s->lock.dir_fd, *name, 0);
	free(names);
}

/* And then compare what had to wait for that. */
static int
settle(struct store *s)
{
	return join(s) == -1 ? -1 : compare(s);
}

/* Have the slice written while the next one is filled. */
static int
start_writing(struct store *s)
{
	struct slice *w = s->cur;
	char **old;

	if (settle(s) == -1)
		return -1;
	if (w->nchanges < SLICE_FILES && w->bytes.len < SLICE_BYTES)
		return 0;	/* much of it turned out to be the same */
	s->cur = other(s);
	old = s->old_logs;
	s->old_logs = NULL;
	if (pthread_create(&s->thread, NULL, write_other, s) != 0) {
		int status = write_slice(s, w);

		tell(s, w);
		return status;
	}
	s->writing = 1;
	remove_logs(s, old);
	return 0;
}

int
store_flush(struct store *s)
{
	int status;

	store_drop(s);
	if (settle(s) == -1)
		return -1;
	status = write_slice(s, s->cur);
	tell(s, s->cur);
	return status;
}

void
store_watch(struct store *s, store_watch_fn *fn, void *arg)
{
	s->watch = fn;
	s->watch_arg = arg;
}
