#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/bdb/bdb.h"
#include "engine/bdb/delta.h"

#define READER_CACHE	(1 << 20)
#define COMPARE_CACHE	(8 << 20)

const struct bdb_table bdb_tables[TABLES] = {
	/*
	 * A value over a quarter of a page needs pages of its own: with 32K
	 * pages 1.6 % of chunks, headers full of macros, took a seventh.
	 */
	[CHUNKS] = { "chunk.db", 16384 },
	[FILES] = { "file.db", 8192 },
	[META] = { "meta.db", 4096 },
	[AST] = { "ast.db", 4096 },
	[LABELS] = { "label.db", 4096, PREFIXES },
	/*
	 * libdb keeps compressed entries in pieces and, when it appends, leaves
	 * room for one piece per page: so pieces must be small.
	 */
	[SYMBOLS] = { "sym.db", 4096, DELTAS, .least = 4 },
	/* Eight of BLOB_SIZE: libdb leaves room for one when appending. */
	[BLOBS] = { "text.db", 32768 },
};

/* --- errors --------------------------------------------------------------- */

/*
 * libdb's first message about a failure, which says more than its return value.
 * Static, as a DB without an environment has no place for it.
 * Of "BDB0137 write: 0x7f1c24227b72, 380822: No space left on device" only
 * the end is worth reading.
 */
static char said[256];

void
bdb_listen(const DB_ENV *env, const char *prefix, const char *text)
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

void
bdb_hear_nothing(void)
{
	said[0] = '\0';
}

int
bdb_fail(struct bdb *e, const char *what, int ret)
{
	const char *why = ret == EUCLEAN ? "a page is damaged" :
	    (ret < 0 || ret == EINVAL) && said[0] != '\0' ? said :
	    db_strerror(ret);

	if (!e->failed)
		warnx("%s/%s: %s", e->dir, what, why);
	e->failed = 1;
	said[0] = '\0';
	return -1;
}

/* --- tables ----------------------------------------------------------------- */

int
bdb_close_table(struct bdb *e, enum table t)
{
	int ret = e->db[t] != NULL ? e->db[t]->close(e->db[t], 0) : 0;

	e->db[t] = NULL;
	return ret != 0 ? bdb_fail(e, bdb_tables[t].name, ret) : 0;
}

int
bdb_close_tables(struct bdb *e)
{
	int i, status = 0;

	for (i = 0; i < TABLES; i++)
		if (bdb_close_table(e, i) == -1)
			status = -1;
	return status;
}

void
bdb_path(const struct bdb *e, struct buf *out, const char *name)
{
	buf_puts(out, e->dir);
	buf_putc(out, '/');
	buf_text(out, name);
}

/* NULL on failure. */
static DB *
new_handle(struct bdb *e, DB_ENV *env, enum table t)
{
	DB *db;
	int ret;

	if ((ret = db_create(&db, env, 0)) != 0) {
		bdb_fail(e, bdb_tables[t].name, ret);
		return NULL;
	}
	if (env == NULL)
		db->set_errcall(db, bdb_listen);
	if (bdb_tables[t].keeps == PREFIXES)
		ret = db->set_bt_compress(db, NULL, NULL);
	if (bdb_tables[t].keeps == DELTAS)
		ret = db->set_bt_compress(db, delta_press, delta_unpress);
	if (ret == 0)
		return db;
	db->close(db, 0);
	bdb_fail(e, bdb_tables[t].name, ret);
	return NULL;
}

DB *
bdb_new_table(struct bdb *e, DB_ENV *env, enum table t)
{
	DB *db = new_handle(e, env, t);
	int ret;

	if (db == NULL)
		return NULL;
	if ((ret = db->set_pagesize(db, bdb_tables[t].page)) == 0)
		ret = db->set_flags(db, DB_CHKSUM);
	if (ret == 0 && bdb_tables[t].least != 0)
		ret = db->set_bt_minkey(db, bdb_tables[t].least);
	if (ret == 0)
		return db;
	db->close(db, 0);
	bdb_fail(e, bdb_tables[t].name, ret);
	return NULL;
}

/* Open the file for reading only. */
static int
open_file(struct bdb *e, DB *db, enum table t)
{
	struct buf path = { 0 };
	int ret = db->set_cachesize(db, 0,
	    e->writer ? COMPARE_CACHE : READER_CACHE, 1);

	bdb_path(e, &path, bdb_tables[t].name);
	if (ret == 0)
		ret = db->open(db, NULL, path.p, NULL, DB_BTREE, DB_RDONLY, 0);
	buf_free(&path);
	return ret;
}

int
bdb_open_table(struct bdb *e, enum table t)
{
	DB *db;
	int ret;

	if (e->db[t] != NULL)
		return 0;
	db = e->making ? bdb_new_table(e, e->env, t) :
	    new_handle(e, e->env, t);
	if (db == NULL)
		return -1;
	ret = e->env == NULL ? open_file(e, db, t) :
	    db->open(db, NULL, bdb_tables[t].name, NULL, DB_BTREE,
	    e->making ? DB_CREATE : 0, 0666);
	if (ret == 0) {
		e->db[t] = db;
		return 0;
	}
	db->close(db, 0);
	return bdb_fail(e, bdb_tables[t].name, ret);
}

/* --- looking -------------------------------------------------------------- */

void
bdb_set_dbt(DBT *d, const void *p, size_t n)
{
	memset(d, 0, sizeof *d);
	d->data = (void *)p;
	d->size = (u_int32_t)n;	/* a line is JSONL_MAX at most */
}

/* Append a value, decompressed if necessary. */
static int
take_value(struct bdb *e, enum table t, const DBT *v, struct buf *out)
{
	const char *line = v->data;
	size_t n = v->size, was = out->len;

	if ((t == CHUNKS || t == AST) &&
	    bdb_line(e, t, v, out, &line, &n) == -1)
		return -1;
	if (out->len == was)
		buf_add(out, line, n);
	return 0;
}

int
bdb_get(struct bdb *e, enum table t, const struct buf *key, struct buf *out)
{
	DBT k, v;
	int ret;

	if (bdb_open_table(e, t) == -1)
		return -1;
	bdb_set_dbt(&k, key->p, key->len);
	bdb_set_dbt(&v, NULL, 0);
	ret = e->db[t]->get(e->db[t], NULL, &k, &v, 0);
	if (ret == DB_NOTFOUND)
		return 0;
	if (ret != 0)
		return bdb_fail(e, bdb_tables[t].name, ret);
	return take_value(e, t, &v, out) == -1 ? -1 : 1;
}

int
bdb_learn(struct bdb *e)
{
	struct buf key = { 0 }, dictionary = { 0 };
	int status;

	if (e->looked)
		return 0;
	key_meta(&key, "dictionary");
	status = bdb_get(e, META, &key, &dictionary);
	if (status == 1 && values_learn(&e->values, dictionary.p,
	    dictionary.len) == -1)
		status = bdb_fail(e, bdb_tables[META].name, EUCLEAN);
	e->looked = status == 1;
	buf_free(&key);
	buf_free(&dictionary);
	return status == -1 ? -1 : 0;
}

int
bdb_line(struct bdb *e, enum table t, const DBT *value, struct buf *room,
    const char **line, size_t *len)
{
	if (value_is_pressed(value->data, value->size) && bdb_learn(e) == -1)
		return -1;
	if (values_unpress(&e->values, room, value->data, value->size, line,
	    len) == 0)
		return 0;
	return bdb_fail(e, bdb_tables[t].name, EUCLEAN);
}

int
bdb_put(struct bdb *e, enum table t, const struct buf *key, const void *value,
    size_t n)
{
	DBT k, v;
	int ret;

	bdb_set_dbt(&k, key->p, key->len);
	bdb_set_dbt(&v, value, n);
	ret = e->db[t]->put(e->db[t], NULL, &k, &v, 0);
	return ret != 0 ? bdb_fail(e, bdb_tables[t].name, ret) : 0;
}

int
bdb_delete(struct bdb *e, enum table t, const struct buf *key)
{
	DBT k;
	int ret;

	bdb_set_dbt(&k, key->p, key->len);
	ret = e->db[t]->del(e->db[t], NULL, &k, 0);
	return ret != 0 && ret != DB_NOTFOUND ?
	    bdb_fail(e, bdb_tables[t].name, ret) : 0;
}

int
bdb_range_open(struct range *r, struct bdb *e, enum table t,
    const struct buf *from, const struct buf *to, int keys_only)
{
	int ret;

	memset(r, 0, sizeof *r);
	r->e = e;
	r->table = t;
	r->to = to;
	r->step = DB_SET_RANGE;
	bdb_set_dbt(&r->key, from->p, from->len);
	if (keys_only)
		r->value.flags = DB_DBT_PARTIAL;	/* of no bytes */
	if (bdb_open_table(e, t) == -1)
		return -1;
	if ((ret = e->db[t]->cursor(e->db[t], NULL, &r->cursor, 0)) != 0)
		return bdb_fail(e, bdb_tables[t].name, ret);
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
		return bdb_fail(r->e, bdb_tables[r->table].name, ret);
	return r->to == NULL || key_compare(r->key.data, r->key.size,
	    r->to->p, r->to->len) < 0;
}

int
bdb_range_close(struct range *r)
{
	int ret;

	if (r->cursor != NULL && (ret = r->cursor->close(r->cursor)) != 0)
		return bdb_fail(r->e, bdb_tables[r->table].name, ret);
	return 0;
}

#define AHEAD_MAX	((size_t)128 << 10)

int
bdb_ahead_fill(struct ahead *a, struct bdb *e, enum table t,
    const struct buf *from)
{
	DBC *cursor;
	DBT key;
	int ret;

	a->at = NULL;
	if (bdb_open_table(e, t) == -1)
		return -1;
	if ((ret = e->db[t]->cursor(e->db[t], NULL, &cursor, 0)) != 0)
		return bdb_fail(e, bdb_tables[t].name, ret);
	a->size = a->size == 0 ? bdb_tables[t].page : a->size >= AHEAD_MAX ?
	    AHEAD_MAX : a->size * 2;	/* at least a page */
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
	    bdb_fail(e, bdb_tables[t].name, ret);
}

int
bdb_ahead_next(struct ahead *a)
{
	if (a->at != NULL)
		DB_MULTIPLE_KEY_NEXT(a->at, &a->list, a->key, a->key_len,
		    a->value, a->value_len);
	return a->at != NULL;
}

