#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/bdb/bdb.h"

#define WRITER_CACHE	(24 << 20)
#define READER_CACHE	(1 << 20)
#define COMPARE_CACHE	(8 << 20)
#define BULK		(256 << 10)

#define MEND_PATIENCE	30.0		/* seconds */

const struct bdb_table bdb_tables[TABLES] = {
	/*
	 * A value over a quarter of a page needs pages of its own: with 32K
	 * for chunks 1.6 % of them, headers full of macros, took a seventh.
	 */
	[CHUNKS] = { "chunk.db", 65536 },
	[FILES] = { "file.db", 8192 },
	[META] = { "meta.db", 4096 },
	[AST] = { "ast.db", 4096 },
	[LABELS] = { "label.db", 4096, .prefixes = 1 },
	[SYMBOLS] = { "sym.db", 4096 },
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

int
bdb_fail(struct store *s, const char *what, int ret)
{
	const char *why = ret == EUCLEAN ? "a page is damaged" :
	    (ret < 0 || ret == EINVAL) && said[0] != '\0' ? said :
	    db_strerror(ret);

	if (!s->failed)
		warnx("%s/%s: %s", s->dir, what, why);
	s->failed = 1;
	said[0] = '\0';
	return -1;
}

/* --- opening and closing -------------------------------------------------- */

int
bdb_close_table(struct store *s, enum table t)
{
	int ret = s->db[t] != NULL ? s->db[t]->close(s->db[t], 0) : 0;

	s->db[t] = NULL;
	return ret != 0 ? bdb_fail(s, bdb_tables[t].name, ret) : 0;
}

int
bdb_close_tables(struct store *s)
{
	int i, status = 0;

	for (i = 0; i < TABLES; i++)
		if (bdb_close_table(s, i) == -1)
			status = -1;
	return status;
}

void
bdb_path(const struct store *s, struct buf *out, const char *name)
{
	buf_puts(out, s->dir);
	buf_putc(out, '/');
	buf_text(out, name);
}

/* NULL on failure. */
static DB *
new_handle(struct store *s, DB_ENV *env, enum table t)
{
	DB *db;
	int ret;

	if ((ret = db_create(&db, env, 0)) != 0) {
		bdb_fail(s, bdb_tables[t].name, ret);
		return NULL;
	}
	if (env == NULL)
		db->set_errcall(db, listen);
	return db;
}

DB *
bdb_new_table(struct store *s, DB_ENV *env, enum table t)
{
	DB *db = new_handle(s, env, t);
	int ret;

	if (db == NULL)
		return NULL;
	if ((ret = db->set_pagesize(db, bdb_tables[t].page)) == 0)
		ret = db->set_flags(db, DB_CHKSUM);
	if (ret == 0 && bdb_tables[t].prefixes)
		ret = db->set_bt_compress(db, NULL, NULL);
	if (ret == 0)
		return db;
	db->close(db, 0);
	bdb_fail(s, bdb_tables[t].name, ret);
	return NULL;
}

/* As it is in a file; for who only reads. */
static int
open_file(struct store *s, DB *db, enum table t)
{
	struct buf path = { 0 };
	int ret = db->set_cachesize(db, 0,
	    s->writer ? COMPARE_CACHE : READER_CACHE, 1);

	bdb_path(s, &path, bdb_tables[t].name);
	if (ret == 0)
		ret = db->open(db, NULL, path.p, NULL, DB_BTREE, DB_RDONLY, 0);
	buf_free(&path);
	return ret;
}

int
bdb_open_table(struct store *s, enum table t)
{
	DB *db;
	int ret;

	if (s->db[t] != NULL)
		return 0;
	db = s->making ? bdb_new_table(s, s->env, t) :
	    new_handle(s, s->env, t);
	if (db == NULL)
		return -1;
	ret = s->env == NULL ? open_file(s, db, t) :
	    db->open(db, NULL, bdb_tables[t].name, NULL, DB_BTREE,
	    s->making ? DB_CREATE : 0, 0666);
	if (ret == 0) {
		s->db[t] = db;
		return 0;
	}
	db->close(db, 0);
	return bdb_fail(s, bdb_tables[t].name, ret);
}

int
bdb_open_env(struct store *s)
{
	DB_ENV *env;
	int ret;

	if ((ret = db_env_create(&env, 0)) != 0)
		return bdb_fail(s, "environment", ret);
	env->set_errcall(env, listen);
	if ((ret = env->set_cachesize(env, 0, WRITER_CACHE, 1)) == 0)
		ret = env->open(env, s->dir, DB_CREATE | DB_PRIVATE |
		    DB_INIT_MPOOL, 0666);
	if (ret != 0) {
		env->close(env, 0);
		return bdb_fail(s, "environment", ret);
	}
	s->env = env;
	return 0;
}

static int
close_env(struct store *s)
{
	int status = bdb_close_tables(s), ret;

	ret = s->env->close(s->env, 0);
	s->env = NULL;
	return ret != 0 && status == 0 ? bdb_fail(s, "environment", ret) :
	    status;
}

int
bdb_abandon(struct store *s)
{
	int i, ret;

	journal_abandon(&s->journal);
	for (i = 0; i < TABLES; i++)
		if (s->db[i] != NULL) {
			s->db[i]->close(s->db[i], DB_NOSYNC);
			s->db[i] = NULL;
		}
	if (s->env != NULL)
		s->env->close(s->env, 0);
	s->env = NULL;
	said[0] = '\0';
	if ((ret = journal_abandoned(&s->journal, s->broken)) == 0)
		return 0;
	s->broken = 1;
	return bdb_fail(s, "journal", ret);
}

/*
 * The session ends. What was shown is on disk before the state says that
 * nothing is left to be mended, and that before the journals go.
 */
static int
end_session(struct store *s)
{
	int ret, status = 0;

	/* The journal is needed, and whoever comes next will find it. */
	if (s->broken)
		return -1;
	/* That no page is being overwritten is known before the journals go. */
	if (lock_sync(&s->lock) == -1)
		return -1;
	if ((ret = journal_settle(&s->journal)) != 0)
		status = bdb_fail(s, "journal", ret);
	if (s->env != NULL && close_env(s) == -1)
		status = -1;
	if (status == -1 || lock_clean(&s->lock) == -1)
		return -1;
	ret = journal_remove(&s->journal);
	return ret != 0 ? bdb_fail(s, "journal", ret) : 0;
}

/* The last writer died: bring the files back to the last whole slice. */
static int
recover(struct store *s)
{
	int whole, ret;

	if (bdb_close_tables(s) == -1)
		return -1;
	said[0] = '\0';
	if ((ret = journal_whole(&s->journal, &whole)) != 0)
		return bdb_fail(s, "journal", ret);
	/* He may have died before he marked it; now it is done half for a time. */
	if (whole && !s->lock.state.slice && lock_mark(&s->lock) == -1)
		return -1;
	if (s->lock.state.slice && !whole) {
		warnx("%s: a writer died while it overwrote pages, and its "
		    "journal is damaged: kvls --repair", s->dir);
		s->failed = 1;
		return -1;
	}
	if ((ret = journal_recover(&s->journal)) != 0)
		return bdb_fail(s, "journal", ret);
	if (lock_replaced(&s->lock) == -1 || lock_clean(&s->lock) == -1)
		return -1;
	ret = journal_remove(&s->journal);
	return ret != 0 ? bdb_fail(s, "journal", ret) : 0;
}

/* A reader found that the last writer died; or another one mends it. */
static int
mend(struct store *s)
{
	int status;

	switch (lock_mend(&s->lock)) {
	case -1:
		warn("%s: the last writer died; mending that needs "
		    "permission to write", s->dir);
		return -1;
	case 0:
		return 0;
	}
	if ((status = lock_take(&s->lock, LOCK_TO_WRITE)) == 0) {
		if (lock_broken(&s->lock))
			status = recover(s);
		lock_give(&s->lock);
	}
	lock_mended(&s->lock);
	return status;
}

/* Take the data, whole: 0, -1. */
static int
take_whole(struct store *s)
{
	const struct timespec pause = { 0, 1000 * 1000 };
	double until = lock_clock() + MEND_PATIENCE;
	int broken;

	for (;;) {
		if (lock_take(&s->lock, LOCK_TO_READ) == -1)
			return -1;
		if ((broken = lock_broken(&s->lock)) == 0)
			return 0;
		lock_drop(&s->lock);
		if (broken == 1 && mend(s) == -1)
			return -1;
		if (lock_clock() >= until) {
			warnx("%s: a writer does not come to an end", s->dir);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
}

/*
 * What a reader does before it looks, and after. The writer needs no lock, as
 * nobody else writes; but its own thread must not be at it.
 */
int
bdb_enter(struct store *s)
{
	if (s->writer)
		return bdb_join(s);
	if (take_whole(s) == -1)
		return -1;
	if (s->generation != s->lock.state.generation) {
		if (bdb_close_tables(s) == -1) {
			lock_drop(&s->lock);
			return -1;
		}
		s->generation = s->lock.state.generation;
	}
	return 0;
}

int
bdb_leave(struct store *s, int status)
{
	if (!s->writer && lock_give(&s->lock) == -1)
		return -1;
	return status;
}

static struct store *
new_store(const char *dir)
{
	struct store *s = xcalloc(1, sizeof *s);

	s->dir = xstrdup(dir);
	s->cur = &s->slice[0];
	return s;
}

void
bdb_free_slice(struct slice *w)
{
	buf_free(&w->bytes);
	free(w->ops);
	free(w->changes);
	free(w->events);
	free(w->files);
	free(w->items);
	free(w->postings.list);
	memset(w, 0, sizeof *w);
}

static void
free_store(struct store *s)
{
	int i;

	journal_forget(&s->journal);
	lock_close(&s->lock);
	free(s->dir);
	for (i = 0; i < 2; i++)
		bdb_free_slice(&s->slice[i]);
	buf_free(&s->line);
	buf_free(&s->from);
	buf_free(&s->to);
	buf_free(&s->scratch);
	buf_free(&s->ast);
	buf_free(&s->asked);
	buf_free(&s->ahead.room);
	free(s->old.list);
	free(s->new.list);
	free(s->segments.end);
	bdb_free_spans(&s->spans);
	reader_free(&s->reader);
	reader_free(&s->chunk_reader);
	free(s);
}

/* Everything that libdb does to the tables goes through the journal. */
static void
watch_tables(struct store *s)
{
	const char *names[TABLES];
	uint32_t pages[TABLES];
	int t;

	for (t = 0; t < TABLES; t++) {
		names[t] = bdb_tables[t].name;
		pages[t] = bdb_tables[t].page;
	}
	journal_watch(&s->journal, s->dir, s->lock.dir_fd, names, pages,
	    TABLES);
}

struct store *
store_open(const char *dir)
{
	struct store *s = new_store(dir);

	if (lock_open(&s->lock, s->dir) == 0) {
		watch_tables(s);
		return s;
	}
	free_store(s);
	return NULL;
}

int
store_missing(const char *dir)
{
	return lock_missing(dir);
}


/* The first writer makes the tables, and notes the format. */
static int
make(struct store *s)
{
	char format[16];
	int n, i;

	if (bdb_open_env(s) == -1)
		return -1;
	s->making = 1;
	for (i = 0; i < TABLES; i++)
		if (bdb_open_table(s, i) == -1)
			return -1;
	s->making = 0;
	/* libdb makes them under other names: open them anew. */
	if (close_env(s) == -1)
		return -1;
	n = snprintf(format, sizeof format, "%d", LOCK_FORMAT);
	bdb_add_op(s, META, "meta:format", 11, format, n);
	if (store_flush(s) == -1)
		return -1;
	return lock_made(&s->lock);
}

struct store *
store_open_writer(const char *dir, double wait)
{
	struct store *s = new_store(dir);
	int status = lock_open_writer(&s->lock, s->dir, wait);

	s->writer = 1;
	if (status == -1) {
		free_store(s);
		return NULL;
	}
	watch_tables(s);
	if (status == 1)
		status = make(s);
	else if ((status = lock_take(&s->lock, LOCK_TO_WRITE)) == 0) {
		if (lock_broken(&s->lock))
			status = recover(s);
		lock_give(&s->lock);
	}
	if (status == 0)
		return s;
	s->failed = 1;
	store_close(s);
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
		status = bdb_merge_segments(s);
	if (s->env != NULL && status == 0)
		status = bdb_pack(s);
	if (s->failed)
		status = -1;
	/* The slices that came before are stored, whatever happened since. */
	if (s->session ? end_session(s) == -1 : bdb_close_tables(s) == -1)
		status = -1;
	free_store(s);
	return status;
}

/* --- looking -------------------------------------------------------------- */

void
bdb_set_dbt(DBT *d, const void *p, size_t n)
{
	memset(d, 0, sizeof *d);
	d->data = (void *)p;
	d->size = (u_int32_t)n;	/* a line is JSONL_MAX at most */
}

/* The value of a key, appended to out: 1, 0 there is none, -1. */
int
bdb_get(struct store *s, enum table t, const struct buf *key, struct buf *out)
{
	DBT k, v;
	int ret;

	if (bdb_open_table(s, t) == -1)
		return -1;
	bdb_set_dbt(&k, key->p, key->len);
	bdb_set_dbt(&v, NULL, 0);
	ret = s->db[t]->get(s->db[t], NULL, &k, &v, 0);
	if (ret == DB_NOTFOUND)
		return 0;
	if (ret != 0)
		return bdb_fail(s, bdb_tables[t].name, ret);
	buf_add(out, v.data, v.size);
	return 1;
}

int
bdb_range_open(struct range *r, struct store *s, enum table t,
    const struct buf *from, const struct buf *to, int keys_only)
{
	int ret;

	memset(r, 0, sizeof *r);
	r->s = s;
	r->table = t;
	r->to = to;
	r->step = DB_SET_RANGE;
	bdb_set_dbt(&r->key, from->p, from->len);
	if (keys_only)
		r->value.flags = DB_DBT_PARTIAL;	/* of no bytes */
	if (bdb_open_table(s, t) == -1)
		return -1;
	if ((ret = s->db[t]->cursor(s->db[t], NULL, &r->cursor, 0)) != 0)
		return bdb_fail(s, bdb_tables[t].name, ret);
	return 0;
}

/* 1 and r->key, r->value; 0 at the end; -1. */
int
bdb_range_next(struct range *r)
{
	int ret;

	if (r->cursor == NULL)
		return 0;
	ret = r->cursor->get(r->cursor, &r->key, &r->value, r->step);
	r->step = DB_NEXT;
	if (ret == DB_NOTFOUND)
		return 0;
	if (ret != 0)
		return bdb_fail(r->s, bdb_tables[r->table].name, ret);
	return r->to == NULL || key_compare(r->key.data, r->key.size,
	    r->to->p, r->to->len) < 0;
}

int
bdb_range_close(struct range *r)
{
	int ret;

	if (r->cursor != NULL && (ret = r->cursor->close(r->cursor)) != 0)
		return bdb_fail(r->s, bdb_tables[r->table].name, ret);
	return 0;
}

#define AHEAD_MAX	((size_t)128 << 10)

int
bdb_ahead_fill(struct ahead *a, struct store *s, enum table t,
    const struct buf *from)
{
	DBC *cursor;
	DBT key;
	int ret;

	a->at = NULL;
	if (bdb_open_table(s, t) == -1)
		return -1;
	if ((ret = s->db[t]->cursor(s->db[t], NULL, &cursor, 0)) != 0)
		return bdb_fail(s, bdb_tables[t].name, ret);
	a->size = a->size == 0 ? bdb_tables[t].page : a->size >= AHEAD_MAX ?
	    AHEAD_MAX : a->size * 2;	/* a page is the least */
	bdb_set_dbt(&a->list, buf_room(&a->room, a->size), 0);
	a->list.ulen = (u_int32_t)a->size;
	a->list.flags = DB_DBT_USERMEM;
	do {
		bdb_set_dbt(&key, from->p, from->len);
		ret = cursor->get(cursor, &key, &a->list,
		    DB_SET_RANGE | DB_MULTIPLE_KEY);
		if (ret != DB_BUFFER_SMALL)
			break;
		/* One entry is larger than the room. */
		a->list.ulen = (a->list.size + 2047) & ~(u_int32_t)1023;
		a->list.data = buf_room(&a->room, a->list.ulen);
	} while (1);
	if (ret == 0)
		DB_MULTIPLE_INIT(a->at, &a->list);
	cursor->close(cursor);
	return ret == 0 ? 1 : ret == DB_NOTFOUND ? 0 :
	    bdb_fail(s, bdb_tables[t].name, ret);
}

int
bdb_ahead_next(struct ahead *a)
{
	if (a->at != NULL)
		DB_MULTIPLE_KEY_NEXT(a->at, &a->list, a->key, a->key_len,
		    a->value, a->value_len);
	return a->at != NULL;
}

/* --- many keys -------------------------------------------------------------- */

void
bdb_bulk_open(struct bulk *b, struct store *s, const char *what, DB *db,
    int delete)
{
	memset(b, 0, sizeof *b);
	b->s = s;
	b->what = what;
	b->db = db;
	b->delete = delete;
}

/* Have room for n bytes at least, and nothing in it. */
static void
bulk_start(struct bulk *b, size_t n)
{
	n = n > BULK ? (n + 3) & ~(size_t)3 : BULK;
	bdb_set_dbt(&b->keys, buf_room(&b->room[b->filling], n), 0);
	b->keys.ulen = (u_int32_t)n;
	b->keys.flags = DB_DBT_USERMEM;
	DB_MULTIPLE_WRITE_INIT(b->at, &b->keys);
}

static int
bulk_apply(struct bulk *b, DBT *keys)
{
	DBT none;

	bdb_set_dbt(&none, NULL, 0);
	return b->delete ? b->db->del(b->db, NULL, keys, DB_MULTIPLE) :
	    b->db->put(b->db, NULL, keys, &none, DB_MULTIPLE_KEY);
}

static void *
bulk_thread(void *arg)
{
	struct bulk *b = arg;

	b->ret = bulk_apply(b, &b->full);
	return NULL;
}

/* Until nothing is being put: 0, -1. */
static int
bulk_wait(struct bulk *b)
{
	if (b->applying)
		pthread_join(b->thread, NULL);
	b->applying = 0;
	return b->ret != 0 ? bdb_fail(b->s, b->what, b->ret) : 0;
}

/* Have them put while others are gathered: 0, -1. */
static int
bulk_hand_over(struct bulk *b)
{
	if (bulk_wait(b) == -1)
		return -1;
	b->full = b->keys;
	b->filling = !b->filling;
	b->n = 0;
	b->applying = pthread_create(&b->thread, NULL, bulk_thread, b) == 0;
	if (!b->applying)
		bulk_thread(b);
	return 0;
}

int
bdb_bulk_add(struct bulk *b, const char *key, size_t key_len,
    const char *value, size_t value_len)
{
	/* libdb adds four numbers, and one at the end. */
	size_t need = key_len + value_len + 32;

	if (b->at == NULL)
		bulk_start(b, need);
	for (;;) {
		if (b->delete)
			DB_MULTIPLE_WRITE_NEXT(b->at, &b->keys, key, key_len);
		else
			DB_MULTIPLE_KEY_WRITE_NEXT(b->at, &b->keys, key,
			    key_len, value, value_len);
		if (b->at != NULL)
			break;
		if (bulk_hand_over(b) == -1)
			return -1;
		bulk_start(b, need);
	}
	b->n++;
	return 0;
}

int
bdb_bulk_close(struct bulk *b)
{
	int status = bulk_wait(b);

	if (status == 0 && b->n != 0 && !b->s->failed &&
	    (b->ret = bulk_apply(b, &b->keys)) != 0)
		status = bdb_fail(b->s, b->what, b->ret);
	buf_free(&b->room[0]);
	buf_free(&b->room[1]);
	return status;
}
