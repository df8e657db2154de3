#include <stdlib.h>

#include "base/mem.h"
#include "engine/bdb/bdb.h"

#define WRITER_CACHE	(24 << 20)

/* --- the writer's environment ------------------------------------------------ */

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

int
bdb_close_env(struct bdb *e)
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

/* --- a slice ---------------------------------------------------------------- */

int
bdb_begin(struct bdb *e)
{
	int ret, t;

	if (!e->session && lock_begin(&e->lock) == -1)
		return -1;
	e->session = 1;
	if (e->env == NULL && (bdb_close_tables(e) == -1 ||
	    bdb_open_env(e) == -1))
		return -1;
	for (t = 0; t < TABLES; t++)
		if (bdb_open_table(e, t) == -1)
			return -1;
	if (bdb_read_segments(e) == -1)
		return -1;
	ret = journal_begin(&e->journal);
	return ret != 0 ? bdb_fail(e, "journal", ret) : 0;
}

/* Have libdb write its pages, and get everything on disk. */
static int
commit(struct bdb *e)
{
	int ret, t;

	for (t = 0; t < TABLES; t++)
		if ((ret = e->db[t]->sync(e->db[t], 0)) != 0)
			return bdb_fail(e, bdb_tables[t].name, ret);
	ret = journal_commit(&e->journal);
	return ret != 0 ? bdb_fail(e, "journal", ret) : 0;
}

/*
 * Make it visible to readers. Once we overwrite pages (broken) there is no way
 * back, and none is needed: the next process continues from the journal.
 */
static int
show(struct bdb *e)
{
	int ret = 0, status;

	if (lock_take(&e->lock, LOCK_TO_WRITE) == -1)
		return -1;
	e->broken = 1;
	if ((status = lock_mark(&e->lock)) == 0 &&
	    (ret = journal_apply(&e->journal)) != 0)
		status = bdb_fail(e, "journal", ret);
	if (status == 0 && (status = lock_unmark(&e->lock)) == 0)
		e->broken = 0;
	lock_drop(&e->lock);
	return status;
}

int
bdb_end(struct bdb *e, int status)
{
	if (status == 0 && (status = commit(e)) == 0)
		status = show(e);
	if (status == 0)
		return 0;
	e->failed = 1;
	bdb_abandon(e);
	return -1;
}
