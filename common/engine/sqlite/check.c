/*
 * We check a store in steps of some milliseconds, a file with all of its
 * chunks at a time, as others may write meanwhile. SQLite's own check of pages
 * and indexes needs a single transaction: it gives way once to a writer that
 * waits for it, which then has a log and need not wait any more.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/sqlite/sqlite.h"
#include "engine/verify.h"

#define STEP	.003		/* seconds */
#define GIVE_WAY	1000	/* times, at most; a writer may have no log */
#define FAULTS	1000		/* of SQLite's own */

struct sq_check {
	struct verify v;		/* first */
	struct sq *e;
	sqlite3_stmt *chunks, *definitions;
	int64_t file;			/* the current file */
};

/* --- SQLite's own ---------------------------------------------------------------- */

/* Is a writer waiting for us? It holds its lock, but cannot get its log. */
static int
is_waited_for(void *arg)
{
	struct sq_check *c = arg;

	return !c->e->writer && sq_writer_waits(c->e);
}

/* Run SQLite's own check: 1 it was interrupted, 0, -1. */
static int
integrity(struct sq_check *c)
{
	struct sq *e = c->e;
	char text[64];
	sqlite3_stmt *s;
	const char *said;
	int ret;

	snprintf(text, sizeof text, "PRAGMA integrity_check(%d)", FAULTS);
	if (sqlite3_prepare_v2(e->db, text, -1, &s, NULL) != SQLITE_OK)
		return sq_fail(e);
	while ((ret = sqlite3_step(s)) == SQLITE_ROW) {
		said = (const char *)sqlite3_column_text(s, 0);
		if (said != NULL && strcmp(said, "ok") != 0)
			verify_fault(&c->v, "%s", said);
	}
	if (ret == SQLITE_CORRUPT || ret == SQLITE_NOTADB)
		verify_fault(&c->v, "%s", sqlite3_errmsg(e->db));
	else if (ret != SQLITE_DONE && ret != SQLITE_INTERRUPT)
		sq_fail(e);
	sqlite3_finalize(s);
	return e->failed ? -1 : ret == SQLITE_INTERRUPT;
}

static int
check_integrity(struct sq_check *c)
{
	const struct timespec pause = { 0, 5000 * 1000 };
	int i, status;

	verify_what(&c->v, "tables", NULL);
	for (i = 0; ; i++) {
		sqlite3_progress_handler(c->e->db, 10000,
		    i < GIVE_WAY ? is_waited_for : NULL, c);
		c->v.found = 0;
		c->v.told.len = 0;
		if ((status = integrity(c)) != 1)
			break;
		nanosleep(&pause, NULL);
	}
	sqlite3_progress_handler(c->e->db, 0, NULL, NULL);
	return status == -1 ? -1 : verify_tell(&c->v);
}

/* --- a file and its chunks ----------------------------------------------------------- */

/* 0, -1. */
static int
check_chunk(struct sq_check *c, const char *path, struct sq_definitions *d)
{
	char stored[HASH_LEN + 1];
	struct record r;
	int known = sq_read_chunk(c->e, c->chunks, d, path, &r, stored);

	if (known == -1)
		return -1;
	r.byte_start = (uint64_t)sqlite3_column_int64(c->chunks, 1);
	r.byte_end = (uint64_t)sqlite3_column_int64(c->chunks, 2);
	verify_chunk(&c->v, &r, known);
	return 0;
}

/* Check all chunks of c->file, by the index. 0, -1. */
static int
check_chunks(struct sq_check *c, const char *path)
{
	struct sq_definitions d = { c->definitions, 0 };
	int status;

	verify_start(&c->v);
	sq_bind_spans(c->chunks, c->file, 0, 0, RECORD_NONE);
	sq_bind_spans(d.stmt, c->file, 0, 0, RECORD_NONE);
	if ((d.row = sq_step(c->e, d.stmt)) == -1)
		return -1;
	while ((status = sq_step(c->e, c->chunks)) == 1 &&
	    (status = check_chunk(c, path, &d)) == 0)
		;
	sqlite3_reset(c->chunks);
	sqlite3_reset(d.stmt);
	return status;
}

static int
check_nodes(struct sq_check *c, const char *path, int64_t nodes, int64_t sum)
{
	struct record r;
	int known = sq_read_nodes(c->e, c->file, path, &r);

	if (known != -1)
		verify_nodes(&c->v, &r, known && (int64_t)r.nnodes == nodes &&
		    (int64_t)sum_nodes(&r) == sum);
	return known == -1 ? -1 : 0;
}

/* Check the first file from c->file on: 1, 0 there is none, -1. */
static int
next_file(struct sq_check *c, sqlite3_stmt *s)
{
	char stored[HASH_LEN + 1];
	char *path;
	struct record r;
	int status, known, has_nodes;
	int64_t nodes, sum;

	sqlite3_bind_int64(s, 1, c->file);
	if ((status = sq_step(c->e, s)) != 1)
		return status;
	c->file = sqlite3_column_int64(s, 0);
	known = sq_read_file(c->e, s, &r, stored);
	path = xstrdup(r.path != NULL ? r.path : "");
	r.path = path;
	has_nodes = sqlite3_column_type(s, 12) != SQLITE_NULL;
	nodes = sqlite3_column_int64(s, 12);
	sum = sqlite3_column_int64(s, 13);
	if (known != -1 && check_chunks(c, path) == 0) {
		verify_file(&c->v, &r, known);
		status = has_nodes && check_nodes(c, path, nodes, sum) == -1 ?
		    -1 : 1;
	} else
		status = -1;
	sqlite3_reset(s);
	free(path);
	c->file++;
	return status;
}

/* --- what belongs to nothing ----------------------------------------------------------- */

/*
 * Take the first number from c->file on that has rows in one table: does the
 * other table know it? 1, 0 there is none, -1.
 */
static int
next_owner(struct sq_check *c, sqlite3_stmt *s)
{
	int status;

	sqlite3_bind_int64(s, 1, c->file);
	if ((status = sq_step(c->e, s)) != 1)
		return status;
	status = sqlite3_column_type(s, 0) != SQLITE_NULL;
	c->file = sqlite3_column_int64(s, 0) + 1;
	if (status == 1 && sqlite3_column_type(s, 1) == SQLITE_NULL)
		verify_fault(&c->v, "number %jd is not stored, but rows of it are",
		    (intmax_t)c->file - 1);
	sqlite3_reset(s);
	return status;
}

/* Can the set be found by each of its labels? 1, 0 there are no more, -1. */
static int
next_set(struct sq_check *c, sqlite3_stmt *s)
{
	struct sq *e = c->e;
	const char *const *list;
	size_t i, n = 0;
	sqlite3_stmt *has;
	int status;

	sqlite3_bind_int64(s, 1, c->file);
	if ((status = sq_step(e, s)) != 1)
		return status;
	c->file = sqlite3_column_int64(s, 0) + 1;
	if ((has = sq_stmt(e, SQ_SET_HAS)) == NULL ||
	    (status = sq_labels(e, c->file - 1, &list, &n)) == -1)
		return -1;
	if (status == 0)
		verify_fault(&c->v, "set %jd is damaged", (intmax_t)c->file - 1);
	for (i = 0; i < n && status != -1; i++) {
		sqlite3_bind_text(has, 1, list[i], -1, SQLITE_STATIC);
		sqlite3_bind_int64(has, 2, c->file - 1);
		if ((status = sq_step(e, has)) == 0)
			verify_fault(&c->v, "set %jd is not found by its label %s",
			    (intmax_t)c->file - 1, list[i]);
		sqlite3_reset(has);
	}
	/* And by no other. */
	if (status != -1 && sqlite3_column_int64(s, 1) > (int64_t)n)
		verify_fault(&c->v, "set %jd is found by a label that it has not",
		    (intmax_t)c->file - 1);
	sqlite3_reset(s);
	return status == -1 ? -1 : 1;
}

/* --- a step at a time ---------------------------------------------------------------------- */

typedef int next_fn(struct sq_check *c, sqlite3_stmt *s);

static const struct pass {
	const char *what, *sql;
	next_fn *next;
} passes[] = {
	{ "", "SELECT " SQ_FILE_COLUMNS ", nodes, nodes_sum FROM file "
	    "WHERE id >= ?1 ORDER BY id LIMIT 1", next_file },
	{ "file", "SELECT m, (SELECT id FROM file WHERE id = m) FROM "
	    "(SELECT min(file) AS m FROM chunk WHERE file >= ?1)",
	    next_owner },
	{ "file", "SELECT m, (SELECT id FROM file WHERE id = m "
	    "AND nodes IS NOT NULL) FROM "
	    "(SELECT min(file) AS m FROM node WHERE file >= ?1)",
	    next_owner },
	{ "chunk", "SELECT m, (SELECT id FROM chunk WHERE id = m) FROM "
	    "(SELECT min(chunk) AS m FROM definition WHERE chunk >= ?1)",
	    next_owner },
	{ "labels", "SELECT id, (SELECT count(*) FROM labelset_label l "
	    "WHERE l.labelset = s.id) FROM labelset s "
	    "WHERE id >= ?1 ORDER BY id LIMIT 1", next_set },
};

/* Continue a pass for some milliseconds: 1 there is more, 0, -1. */
static int
step(struct sq_check *c, const struct pass *p, sqlite3_stmt *s)
{
	double until = sq_clock() + STEP;
	int status;

	if (sq_enter(&c->e->base) == -1)
		return -1;
	do {
		if (*p->what != '\0')
			verify_what(&c->v, p->what, NULL);
		status = p->next(c, s);
	} while (status == 1 && sq_clock() < until);
	return sq_leave(&c->e->base, status);
}

static int
run(struct sq_check *c, const struct pass *p)
{
	sqlite3_stmt *s;
	int more = 1, status = 0;

	if (sqlite3_prepare_v2(c->e->db, p->sql, -1, &s, NULL) != SQLITE_OK)
		return sq_fail(c->e);
	c->file = 0;
	while (status == 0 && more == 1) {
		more = step(c, p, s);
		status = more == -1 ? -1 : verify_tell(&c->v);
	}
	sqlite3_finalize(s);
	return status;
}

int
sq_verify(struct engine *base, engine_fault_fn *fn, void *arg)
{
	struct sq_check c = { .e = (struct sq *)base };
	size_t i;
	int status;

	verify_init(&c.v, fn, arg);
	status = check_integrity(&c);
	/* SQLite cannot read what it found fault with. */
	if (status == 0 && !c.v.found) {
		c.chunks = sq_prepare(c.e, SQ_CHUNKS);
		c.definitions = sq_prepare(c.e, SQ_CHUNK_DEFINITIONS);
		if (c.chunks == NULL || c.definitions == NULL)
			status = -1;
		else
			status = verify_options(&c.v, base);
		for (i = 0; status == 0 &&
		    i < sizeof passes / sizeof *passes; i++)
			status = run(&c, &passes[i]);
		sqlite3_finalize(c.chunks);
		sqlite3_finalize(c.definitions);
	}
	verify_free(&c.v);
	return status == 0 ? c.v.found : status;
}
