/*
 * A store is checked in steps of some milliseconds, a file with all of its
 * chunks at a time, as others may write meanwhile. SQLite's own check of pages
 * and indexes needs one moment for all of it: it gives way once to a writer
 * that waits for it, who then has a log and need not wait any more.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "engine/sqlite/sqlite.h"

#define STEP	.003		/* seconds */
#define GIVE_WAY	1000	/* times, at most; a writer may have no log */
#define FAULTS	1000		/* of SQLite's own */

struct check {
	struct sq *e;
	engine_fault_fn *fn;
	void *arg;
	struct buf told;		/* faults: what NUL reason NUL */
	struct buf what;
	int found;
	char partition[OPTIONS_ID + 1];	/* options that leave no byte out */

	struct reader reader;
	struct buf line;
	struct hash *hash, *whole;	/* of a chunk, of its file */
	sqlite3_stmt *chunks, *definitions;

	/* the file at hand */
	int64_t file;
	uint64_t nchunks, at;		/* so far; where the last one ended */
	int gap;			/* one does not begin there */
	int intact;			/* each is as it was stored */
};

/* --- faults ------------------------------------------------------------------- */

static void __attribute__((format(printf, 2, 3)))
fault(struct check *c, const char *fmt, ...)
{
	char reason[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof reason, fmt, ap);
	va_end(ap);
	buf_add(&c->told, c->what.p, c->what.len);
	buf_text(&c->told, reason);
	c->found = 1;
}

/* Hand them over: what the function returned. */
static int
tell(struct check *c)
{
	const char *p = c->told.p, *end = p + c->told.len, *reason;
	int status = 0;

	while (status == 0 && p < end) {
		reason = p + strlen(p) + 1;
		status = c->fn(c->arg, p, reason);
		p = reason + strlen(reason) + 1;
	}
	c->told.len = 0;
	return status;
}

/* What the next faults are of: as a key of a store, ':' in a path doubled. */
static void
set_what(struct check *c, const char *kind, const char *path)
{
	c->what.len = 0;
	buf_puts(&c->what, kind);
	for (; path != NULL && *path != '\0'; path++) {
		if (*path == ':')
			buf_putc(&c->what, ':');
		buf_putc(&c->what, *path);
	}
	buf_putc(&c->what, '\0');
}

static void
set_chunk(struct check *c, const char *path, uint64_t start, uint64_t end)
{
	char span[48];

	snprintf(span, sizeof span, ":%ju:%ju", (uintmax_t)start,
	    (uintmax_t)end);
	set_what(c, "chunk:", path);
	c->what.len--;
	buf_text(&c->what, span);
}

/* --- SQLite's own ---------------------------------------------------------------- */

/* Does a writer wait for us? It has its lock, and cannot have its log. */
static int
is_waited_for(void *arg)
{
	struct check *c = arg;

	return !c->e->writer && sq_writer_waits(c->e);
}

/* 1 it was interrupted, 0, -1. */
static int
integrity(struct check *c)
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
			fault(c, "%s", said);
	}
	if (ret == SQLITE_CORRUPT || ret == SQLITE_NOTADB)
		fault(c, "%s", sqlite3_errmsg(e->db));
	else if (ret != SQLITE_DONE && ret != SQLITE_INTERRUPT)
		sq_fail(e);
	sqlite3_finalize(s);
	return e->failed ? -1 : ret == SQLITE_INTERRUPT;
}

static int
check_integrity(struct check *c)
{
	const struct timespec pause = { 0, 5000 * 1000 };
	int i, status;

	set_what(c, "tables", NULL);
	for (i = 0; ; i++) {
		sqlite3_progress_handler(c->e->db, 10000,
		    i < GIVE_WAY ? is_waited_for : NULL, c);
		c->found = 0;
		c->told.len = 0;
		if ((status = integrity(c)) != 1)
			break;
		nanosleep(&pause, NULL);
	}
	sqlite3_progress_handler(c->e->db, 0, NULL, NULL);
	return status == -1 ? -1 : tell(c);
}

/* --- a file and its chunks ----------------------------------------------------------- */

/* Is the record that was made of a row one that could have come? */
static int
check_record(struct check *c, const struct record *r)
{
	struct record again;

	c->line.len = 0;
	sq_line(&c->line, r);
	if (record_read(&c->reader, &again, c->line.p, c->line.len) == 0)
		return 1;
	fault(c, "%s", c->reader.error);
	return 0;
}

/* 0, -1. */
static int
check_chunk(struct check *c, const char *path, struct sq_definitions *d)
{
	sqlite3_stmt *s = c->chunks;
	char stored[HASH_LEN + 1], hash[HASH_LEN + 1];
	struct record r;
	int known;

	set_chunk(c, path, (uint64_t)sqlite3_column_int64(s, 1),
	    (uint64_t)sqlite3_column_int64(s, 2));
	if ((known = sq_read_chunk(c->e, s, d, path, &r, stored)) == -1)
		return -1;
	c->nchunks++;
	if ((uint64_t)sqlite3_column_int64(s, 1) != c->at)
		c->gap = 1;
	else
		c->at = (uint64_t)sqlite3_column_int64(s, 2);
	if (!known) {
		fault(c, "is not as it was stored");
		c->intact = 0;
		return 0;
	}
	if (!check_record(c, &r))
		return 0;
	hash_start(c->hash);
	hash_add(c->hash, r.content, r.content_len);
	hash_end(c->hash, hash);
	if (strcmp(hash, r.content_hash) != 0) {
		fault(c, "content and \"content_hash\" disagree");
		c->intact = 0;
	}
	if (r.created_at == RECORD_NONE)
		fault(c, "no \"created_at\"");
	hash_add(c->whole, r.content, r.content_len);
	return 0;
}

/* All chunks of c->file, by its index. 0, -1. */
static int
check_chunks(struct check *c, const char *path)
{
	struct sq_definitions d = { c->definitions, 0 };
	int status;

	c->nchunks = c->at = 0;
	c->gap = 0;
	c->intact = 1;
	hash_start(c->whole);
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

/* What the record says of the chunks. */
static void
check_against(struct check *c, const struct record *r)
{
	const char *options = r->options != NULL ? r->options : "";
	uint64_t want = r->type == RECORD_FILE ? r->chunks : 0;
	char hash[HASH_LEN + 1];

	hash_end(c->whole, hash);
	if (want == RECORD_NONE)
		fault(c, "no \"chunks\"");
	else if (want != c->nchunks)
		fault(c, "is to have %ju chunks, has %ju", (uintmax_t)want,
		    (uintmax_t)c->nchunks);
	if (r->stored_at == RECORD_NONE)
		fault(c, "no \"stored_at\"");
	if (r->type != RECORD_FILE || c->nchunks == 0)
		return;
	if (c->gap || c->at != r->size) {
		if (*c->partition != '\0' &&
		    strcmp(options, c->partition) == 0)
			fault(c, "byte %ju: the chunks overlap or leave a hole",
			    (uintmax_t)c->at);
	} else if (c->intact && r->content_hash != NULL &&
	    strcmp(r->content_hash, hash) != 0)
		fault(c, "the chunks are not of its \"content_hash\"");
}

static int
check_nodes(struct check *c, const char *path, int64_t nodes, int64_t sum)
{
	struct record r;
	int known = sq_read_nodes(c->e, c->file, path, &r);

	set_what(c, "ast:file:", path);
	if (known == 0 || (known == 1 && ((int64_t)r.nnodes != nodes ||
	    (int64_t)sum_nodes(&r) != sum)))
		fault(c, "is not as it was stored");
	else if (known == 1)
		check_record(c, &r);
	return known == -1 ? -1 : 0;
}

/* The first file from c->file on: 1, 0 there is none, -1. */
static int
next_file(struct check *c, sqlite3_stmt *s)
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
		set_what(c, "file:", path);
		if (!known)
			fault(c, "is not as it was stored");
		else if (check_record(c, &r))
			check_against(c, &r);
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
 * The first number from c->file on that has rows in one table; is it known to
 * the other? 1, 0 there is none, -1.
 */
static int
next_owner(struct check *c, sqlite3_stmt *s)
{
	int status;

	sqlite3_bind_int64(s, 1, c->file);
	if ((status = sq_step(c->e, s)) != 1)
		return status;
	status = sqlite3_column_type(s, 0) != SQLITE_NULL;
	c->file = sqlite3_column_int64(s, 0) + 1;
	if (status == 1 && sqlite3_column_type(s, 1) == SQLITE_NULL)
		fault(c, "number %jd is not stored, but rows of it are",
		    (intmax_t)c->file - 1);
	sqlite3_reset(s);
	return status;
}

/* Are a set's labels found by each of them? 1, 0 there is no more, -1. */
static int
next_set(struct check *c, sqlite3_stmt *s)
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
		fault(c, "set %jd is damaged", (intmax_t)c->file - 1);
	for (i = 0; i < n && status != -1; i++) {
		sqlite3_bind_text(has, 1, list[i], -1, SQLITE_STATIC);
		sqlite3_bind_int64(has, 2, c->file - 1);
		if ((status = sq_step(e, has)) == 0)
			fault(c, "set %jd is not found by its label %s",
			    (intmax_t)c->file - 1, list[i]);
		sqlite3_reset(has);
	}
	/* And by no other. */
	if (status != -1 && sqlite3_column_int64(s, 1) > (int64_t)n)
		fault(c, "set %jd is found by a label that it has not",
		    (intmax_t)c->file - 1);
	sqlite3_reset(s);
	return status == -1 ? -1 : 1;
}

/* --- a step at a time ---------------------------------------------------------------------- */

typedef int next_fn(struct check *c, sqlite3_stmt *s);

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

/* What is left to do of a pass, for some milliseconds: 1 there is more, 0, -1. */
static int
step(struct check *c, const struct pass *p, sqlite3_stmt *s)
{
	double until = sq_clock() + STEP;
	int status;

	if (sq_enter(&c->e->base) == -1)
		return -1;
	do {
		if (*p->what != '\0')
			set_what(c, p->what, NULL);
		status = p->next(c, s);
	} while (status == 1 && sq_clock() < until);
	return sq_leave(&c->e->base, status);
}

static int
run(struct check *c, const struct pass *p)
{
	sqlite3_stmt *s;
	int more = 1, status = 0;

	if (sqlite3_prepare_v2(c->e->db, p->sql, -1, &s, NULL) != SQLITE_OK)
		return sq_fail(c->e);
	c->file = 0;
	while (status == 0 && more == 1) {
		more = step(c, p, s);
		status = more == -1 ? -1 : tell(c);
	}
	sqlite3_finalize(s);
	return status;
}

/* What holds for all of it. */
static int
check_about(struct check *c)
{
	struct engine_about a;
	int status = sq_about(&c->e->base, &a);

	if (status == 0 && a.options != NULL &&
	    options_has(a.options, "mode=partition"))
		options_id(c->partition, a.options);
	while (a.nroots > 0)
		free(a.roots[--a.nroots]);
	free(a.roots);
	free(a.options);
	return status;
}

int
sq_verify(struct engine *base, engine_fault_fn *fn, void *arg)
{
	struct check c = { .e = (struct sq *)base, .fn = fn, .arg = arg,
	    .hash = hash_new(), .whole = hash_new() };
	size_t i;
	int status = check_integrity(&c);

	/* What SQLite found fault with, it cannot read. */
	if (status == 0 && !c.found) {
		c.chunks = sq_prepare(c.e, SQ_CHUNKS);
		c.definitions = sq_prepare(c.e, SQ_CHUNK_DEFINITIONS);
		if (c.chunks == NULL || c.definitions == NULL)
			status = -1;
		else
			status = check_about(&c);
		for (i = 0; status == 0 &&
		    i < sizeof passes / sizeof *passes; i++)
			status = run(&c, &passes[i]);
		sqlite3_finalize(c.chunks);
		sqlite3_finalize(c.definitions);
	}
	buf_free(&c.told);
	buf_free(&c.what);
	buf_free(&c.line);
	reader_free(&c.reader);
	hash_free(c.hash);
	hash_free(c.whole);
	return status == 0 ? c.found : status;
}
