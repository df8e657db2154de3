#include <string.h>

#include "base/mem.h"
#include "engine/bdb/bdb.h"

#define BULK		(256 << 10)

void
bdb_bulk_open(struct bulk *b, struct bdb *e, const char *what, DB *db,
    int delete)
{
	memset(b, 0, sizeof *b);
	b->e = e;
	b->what = what;
	b->db = db;
	b->delete = delete;
}

/* Start a list with room for at least n bytes. */
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

/* Wait until nothing is being put: 0, -1. */
static int
bulk_wait(struct bulk *b)
{
	if (b->applying)
		pthread_join(b->thread, NULL);
	b->applying = 0;
	return b->ret != 0 ? bdb_fail(b->e, b->what, b->ret) : 0;
}

/* Start putting them while others are collected: 0, -1. */
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

	if (status == 0 && b->n != 0 && !b->e->failed &&
	    (b->ret = bulk_apply(b, &b->keys)) != 0)
		status = bdb_fail(b->e, b->what, b->ret);
	buf_free(&b->room[0]);
	buf_free(&b->room[1]);
	return status;
}
