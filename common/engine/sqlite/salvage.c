/*
 * We read a damaged store around what SQLite stumbles over: tables by their row
 * numbers, each row by itself, leaving out rows whose sum is wrong. The first
 * page, without which nothing else is found, is the same in every store except
 * for some counters: if it is not sound, we use that of a new store.
 */
#include <sys/stat.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "engine/sqlite/sqlite.h"

struct owned {
	int64_t file, chunk;
};

struct known_path {
	const char *path;
	int64_t file;
};

struct sq_salvage {
	struct sq *e;
	engine_remains_fn *fn;
	void *arg;
	int bad;			/* something could not be read */
	struct pool pool;		/* paths */
	struct known_path *files;		/* by path, then number */
	struct owned *chunks;		/* by file, then number */
	size_t nfiles, files_cap, nchunks, chunks_cap;

	/* of one path */
	struct row *rows;
	size_t rows_cap;
	struct buf file, ast, lines;
};

/* --- the first page ------------------------------------------------------------ */

/* SQLite's file methods, except that reads of the first page get ours. */
struct first_page {
	sqlite3_io_methods methods;	/* first: SQLite has a pointer to it */
	const sqlite3_io_methods *real;
	unsigned char *page;
};

static int
read_first(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	const struct first_page *first =
	    (const struct first_page *)(const void *)f->pMethods;
	int ret = first->real->xRead(f, p, n, at);

	if (at >= SQ_PAGE || (ret != SQLITE_OK &&
	    ret != SQLITE_IOERR_SHORT_READ))
		return ret;
	memcpy(p, first->page + at, (size_t)(n < SQ_PAGE - at ? n :
	    SQ_PAGE - at));
	return ret;
}

/* Use the first page of a new store instead of this one's: 0, -1. */
static int
replace_first(struct sq *e, struct first_page *first)
{
	sqlite3_int64 size;
	sqlite3_file *f;
	uint32_t pages;

	if (sqlite3_file_control(e->db, "main", SQLITE_FCNTL_FILE_POINTER,
	    &f) != SQLITE_OK || f->pMethods == NULL ||
	    f->pMethods->xFileSize(f, &size) != SQLITE_OK ||
	    (first->page = sq_image(&(sqlite3_int64){ 0 })) == NULL)
		return -1;
	pages = (uint32_t)(size / SQ_PAGE);
	first->page[28] = (unsigned char)(pages >> 24);
	first->page[29] = (unsigned char)(pages >> 16);
	first->page[30] = (unsigned char)(pages >> 8);
	first->page[31] = (unsigned char)pages;
	first->real = f->pMethods;
	first->methods = *f->pMethods;
	first->methods.xRead = read_first;
	f->pMethods = &first->methods;
	return 0;
}

/* --- opening ---------------------------------------------------------------------- */

/* Does it exist with all its tables? Prints nothing. */
static int
is_sound(struct sq *e)
{
	sqlite3_stmt *s;
	int i, sound = 1;

	if (sqlite3_exec(e->db, "PRAGMA writable_schema=ON; BEGIN; "
	    "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL) != SQLITE_OK)
		return 0;
	for (i = 0; sound && i < SQ_STMTS; i++) {
		sound = sqlite3_prepare_v2(e->db, sq_sql[i], -1, &s, NULL) ==
		    SQLITE_OK;
		sqlite3_finalize(s);
	}
	return sound;
}

/* The file as a URI, followed by a query. */
static void
uri(struct buf *out, const char *path, const char *question)
{
	char hex[4];

	out->len = 0;
	buf_puts(out, "file:");
	for (; *path != '\0'; path++)
		if (strchr("%?#", *path) != NULL) {
			snprintf(hex, sizeof hex, "%%%02x",
			    (unsigned char)*path);
			buf_puts(out, hex);
		} else
			buf_putc(out, *path);
	buf_text(out, question);
}

/*
 * Try three times: as it is; without a log or journal that only those who may
 * write could use; and with a substitute first page.
 */
static int
open_damaged(struct sq *e, const char *real, struct first_page *first)
{
	struct buf name = { 0 };
	int i, status = -1;

	for (i = 0; status == -1 && i < 3; i++) {
		sqlite3_close(e->db);
		uri(&name, real, i == 0 ? "?mode=ro" :
		    "?mode=ro&immutable=1");
		if (sqlite3_open_v2(name.p, &e->db, SQLITE_OPEN_READONLY |
		    SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, NULL) !=
		    SQLITE_OK)
			continue;
		sqlite3_db_config(e->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0,
		    NULL);
		sqlite3_db_config(e->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
		if (i == 2 && replace_first(e, first) == -1)
			break;
		if (is_sound(e))
			status = 0;
	}
	buf_free(&name);
	return status;
}

/* --- what there is ------------------------------------------------------------------ */

typedef void found_fn(struct sq_salvage *p, sqlite3_stmt *s);

/* Can it be read from this number on? */
static int
readable(sqlite3_stmt *s, int64_t at)
{
	int ret;

	sqlite3_bind_int64(s, 1, at);
	ret = sqlite3_step(s);
	sqlite3_reset(s);
	return ret == SQLITE_ROW || ret == SQLITE_DONE;
}

/*
 * Skip what cannot be read: by ever longer leaps to where it can, then back by
 * bisection to where that begins. 0: nowhere.
 */
static int64_t
leap(sqlite3_stmt *s, int64_t bad)
{
	int64_t gap = 1, good;

	while (!readable(s, bad + gap)) {
		bad += gap;
		gap *= 2;
		if (gap > (int64_t)1 << 48)
			return 0;
	}
	for (good = bad + gap; good - bad > 1; ) {
		gap = (good - bad) / 2;
		if (readable(s, bad + gap))
			good = bad + gap;
		else
			bad += gap;
	}
	return good;
}

/* Read all rows, by a number in column 0 from parameter 1 on. */
static void
walk(struct sq_salvage *p, const char *sql, found_fn *found)
{
	sqlite3_stmt *s;
	int64_t at = 1;
	int ret;

	if (sqlite3_prepare_v2(p->e->db, sql, -1, &s, NULL) != SQLITE_OK) {
		p->bad = 1;
		return;
	}
	do {
		sqlite3_bind_int64(s, 1, at);
		while ((ret = sqlite3_step(s)) == SQLITE_ROW &&
		    sqlite3_column_int64(s, 0) >= at &&
		    sqlite3_column_int64(s, 0) < INT64_MAX) {
			at = sqlite3_column_int64(s, 0) + 1;
			found(p, s);
		}
		sqlite3_reset(s);
		if (ret != SQLITE_DONE) {
			p->bad = 1;
			at = readable(s, at) ? at + 1 : leap(s, at);
		}
	} while (ret != SQLITE_DONE && at != 0);
	sqlite3_finalize(s);
}

static void
found_file(struct sq_salvage *p, sqlite3_stmt *s)
{
	const char *path = (const char *)sqlite3_column_text(s, 1);

	if (path == NULL)
		return;
	p->files = xgrow(p->files, &p->files_cap, p->nfiles + 1,
	    sizeof *p->files);
	p->files[p->nfiles++] = (struct known_path){ pool_string(&p->pool, path),
	    sqlite3_column_int64(s, 0) };
}

static void
found_chunk(struct sq_salvage *p, sqlite3_stmt *s)
{
	p->chunks = xgrow(p->chunks, &p->chunks_cap, p->nchunks + 1,
	    sizeof *p->chunks);
	p->chunks[p->nchunks++] = (struct owned){ sqlite3_column_int64(s, 1),
	    sqlite3_column_int64(s, 0) };
}

/* Paths are in an index, too, which can be read from either end. */
static void
walk_paths(struct sq_salvage *p, const char *sql)
{
	sqlite3_stmt *s;
	int ret = SQLITE_ERROR;

	if (sqlite3_prepare_v2(p->e->db, sql, -1, &s, NULL) == SQLITE_OK)
		while ((ret = sqlite3_step(s)) == SQLITE_ROW)
			found_file(p, s);
	if (ret != SQLITE_DONE)
		p->bad = 1;
	sqlite3_finalize(s);
}

static int
by_path(const void *a, const void *b)
{
	const struct known_path *x = a, *y = b;
	int diff = strcmp(x->path, y->path);

	return diff != 0 ? diff : (x->file > y->file) - (x->file < y->file);
}

static int
by_owner(const void *a, const void *b)
{
	const struct owned *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->chunk > y->chunk) - (x->chunk < y->chunk);
}

/* --- a path -------------------------------------------------------------------------- */

static int
by_span(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* The line of a chunk, if it is as it was stored. */
static void
read_chunk(struct sq_salvage *p, const char *path, int64_t chunk, struct row *row)
{
	struct sq *e = p->e;
	struct sq_definitions d;
	char hash[HASH_LEN + 1];
	struct record r;
	sqlite3_stmt *s = sq_stmt(e, SQ_CHUNK_BY_ID);

	memset(row, 0, sizeof *row);
	if (s == NULL || (d.stmt = sq_stmt(e, SQ_DEFINITIONS)) == NULL)
		return;
	sqlite3_bind_int64(s, 1, chunk);
	sqlite3_bind_int64(d.stmt, 1, chunk);
	if (sq_step(e, s) == 1 && (d.row = sq_step(e, d.stmt)) != -1 &&
	    sq_read_chunk(e, s, &d, path, &r, hash) == 1) {
		row->start = r.byte_start;
		row->end = r.byte_end;
		row->line = "";		/* it will still move */
		row->len = p->lines.len;
		sq_line(&p->lines, &r);
		row->len = p->lines.len - row->len;
	}
	sqlite3_reset(s);
	sqlite3_reset(d.stmt);
}

/* Read a file's chunks that are as stored, by span; returns how many. */
static size_t
read_chunks(struct sq_salvage *p, const struct known_path *k)
{
	const struct owned want = { k->file, INT64_MIN };
	size_t low = 0, high = p->nchunks, i, n = 0, at = 0;

	while (low < high) {
		i = low + (high - low) / 2;
		if (by_owner(&p->chunks[i], &want) < 0)
			low = i + 1;
		else
			high = i;
	}
	p->lines.len = 0;
	for (i = low; i < p->nchunks && p->chunks[i].file == k->file; i++) {
		p->rows = xgrow(p->rows, &p->rows_cap, n + 1, sizeof *p->rows);
		read_chunk(p, k->path, p->chunks[i].chunk, &p->rows[n]);
		if (p->rows[n].line != NULL)
			n++;
		p->chunks[i].chunk = 0;		/* it has a path */
	}
	for (i = 0; i < n; i++) {
		p->rows[i].line = p->lines.p + at;
		at += p->rows[i].len;
	}
	if (n != 0)
		qsort(p->rows, n, sizeof *p->rows, by_span);
	return n;
}

/* Read its record and nodes, if they are as they were stored. */
static void
read_file(struct sq_salvage *p, const struct known_path *k)
{
	struct sq *e = p->e;
	char hash[HASH_LEN + 1];
	struct record r;
	sqlite3_stmt *s = sq_stmt(e, SQ_FILE_BY_ID);
	int has_nodes = 0;
	int64_t nodes = 0, sum = 0;

	p->file.len = p->ast.len = 0;
	if (s == NULL)
		return;
	sqlite3_bind_int64(s, 1, k->file);
	if (sq_step(e, s) == 1) {
		if (sq_read_file(e, s, &r, hash) == 1 &&
		    strcmp(r.path, k->path) == 0)
			sq_line(&p->file, &r);
		has_nodes = sqlite3_column_type(s, 12) != SQLITE_NULL;
		nodes = sqlite3_column_int64(s, 12);
		sum = sqlite3_column_int64(s, 13);
	}
	sqlite3_reset(s);
	if (has_nodes && sq_read_nodes(e, k->file, k->path, &r) == 1 &&
	    (int64_t)r.nnodes == nodes && (int64_t)sum_nodes(&r) == sum)
		sq_line(&p->ast, &r);
}

/* Hand out a file; returns what fn returned. */
static int
hand_out(struct sq_salvage *p, const struct known_path *k)
{
	struct remains r = { .path = k->path };

	read_file(p, k);
	r.nchunks = read_chunks(p, k);
	r.chunks = p->rows;
	if (p->file.len != 0) {
		r.file = p->file.p;
		r.file_len = p->file.len;
	}
	if (p->ast.len != 0) {
		r.ast = p->ast.p;
		r.ast_len = p->ast.len;
	}
	return p->fn(p->arg, &r);
}

static int
salvage_all(struct sq_salvage *p, struct engine_about *about)
{
	size_t i;
	int status = 0;

	walk(p, "SELECT id, path FROM file WHERE id >= ?1 ORDER BY id",
	    found_file);
	walk_paths(p, "SELECT id, path FROM file ORDER BY path");
	walk_paths(p, "SELECT id, path FROM file ORDER BY path DESC");
	walk(p, "SELECT id, file FROM chunk WHERE id >= ?1 ORDER BY id",
	    found_chunk);
	if (p->nfiles != 0)
		qsort(p->files, p->nfiles, sizeof *p->files, by_path);
	if (p->nchunks != 0)
		qsort(p->chunks, p->nchunks, sizeof *p->chunks, by_owner);
	/* If a path has several numbers, take the first with a record. */
	for (i = 0; status == 0 && i < p->nfiles; i++) {
		while (i + 1 < p->nfiles && strcmp(p->files[i].path,
		    p->files[i + 1].path) == 0 && (read_file(p, &p->files[i]),
		    p->file.len == 0))
			i++;
		status = hand_out(p, &p->files[i]);
		while (i + 1 < p->nfiles && strcmp(p->files[i].path,
		    p->files[i + 1].path) == 0)
			i++;
	}
	for (i = 0; i < p->nchunks; i++)
		p->bad |= p->chunks[i].chunk != 0;
	(void)sq_about(&p->e->base, about);
	return status != 0 ? status : p->bad;
}

int
sq_salvage(const char *where, engine_remains_fn *fn, void *arg,
    struct engine_about *about)
{
	struct sq_salvage p = { .e = sq_new(where), .fn = fn, .arg = arg };
	struct first_page first = { .page = NULL };
	char *real = realpath(where, NULL);
	int status = -1;

	/* Make enter and leave do nothing, and print no failures. */
	p.e->writer = p.e->failed = 1;
	if (real == NULL)
		warn("%s", where);
	else if (open_damaged(p.e, real, &first) == -1)
		warnx("%s: damaged: nothing can be read", where);
	else
		status = salvage_all(&p, about);
	free(real);
	sq_free(p.e);
	sqlite3_free(first.page);
	pool_free(&p.pool);
	free(p.files);
	free(p.chunks);
	free(p.rows);
	buf_free(&p.file);
	buf_free(&p.ast);
	buf_free(&p.lines);
	return status;
}
