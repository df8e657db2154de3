#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/sqlite/sqlite.h"

#define MAGIC	"SQLite format 3"	/* and its NUL */

#define WRITER_CACHE	32768		/* KB */
#define READER_CACHE	4096
#define CHECKPOINT	2000		/* pages */
#define PATIENCE	20.0		/* seconds for a lock of SQLite's */
#define TIDY_PATIENCE	1.0
#define LOG_HEAD	32		/* bytes (WAL file format, 4.1) */

/* The byte that the writer locks. SQLite's are at 1 GB. */
#define WRITER_BYTE	((off_t)1 << 62)

/* --- is it ours ---------------------------------------------------------------- */

static uint32_t
big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* Check the header only (SQLite's "Database File Format", 1.3): 0, -1. */
static int
check_header(const char *where, int fd)
{
	unsigned char head[100];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		goto fail;
	if (!S_ISREG(st.st_mode)) {
		warnx("%s: not a store, and not a file", where);
		return -1;
	}
	if ((n = pread(fd, head, sizeof head, 0)) == -1)
		goto fail;
	if (n == 0)
		warnx("%s: not a store, but an empty file", where);
	else if (n < (ssize_t)sizeof MAGIC ||
	    memcmp(head, MAGIC, sizeof MAGIC) != 0)
		warnx("%s: not a store", where);
	else if (n < (ssize_t)sizeof head)
		warnx("%s: damaged: it is cut off", where);
	else if (big_endian(head + 68) != SQ_APPLICATION)
		warnx("%s: a SQLite file, but not a store", where);
	else if (big_endian(head + 60) != SQ_FORMAT)
		warnx("%s: a SQLite store of format %u, this program knows "
		    "format %d%s", where, (unsigned)big_endian(head + 60),
		    SQ_FORMAT, big_endian(head + 60) < SQ_FORMAT ?
		    ": store the tree anew" : ": it is newer");
	else
		return 0;
	return -1;
fail:
	warn("%s", where);
	return -1;
}

/* Does it have a write-ahead log? */
static int
in_wal(const struct sq *e)
{
	unsigned char version;

	return pread(e->fd, &version, 1, 18) == 1 && version == 2;
}

/* --- the writer's lock ------------------------------------------------------------ */

/* Become the one writer: 1, 0 somebody else still is after wait seconds, -1. */
static int
lock_writer(int fd, double wait)
{
	const struct timespec pause = { 0, 500 * 1000 };
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_start = WRITER_BYTE, .l_len = 1 };
	double until = wait > 0 ? sq_clock() + wait : 0;

	while (fcntl(fd, F_OFD_SETLK, &lock) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != EACCES)
			return -1;
		if (wait <= 0 || sq_clock() >= until)
			return 0;
		nanosleep(&pause, NULL);
	}
	return 1;
}

/* Does the name still refer to this file? */
static int
still_there(const char *name, int fd)
{
	struct stat of, st;

	return fstat(fd, &of) == 0 && stat(name, &st) == 0 &&
	    of.st_dev == st.st_dev && of.st_ino == st.st_ino;
}

int
sq_writer_waits(const struct sq *e)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET,
	    .l_start = WRITER_BYTE, .l_len = 1 };

	return !in_wal(e) && fcntl(e->fd, F_OFD_GETLK, &lock) == 0 &&
	    lock.l_type != F_UNLCK;
}

/* --- making one --------------------------------------------------------------------- */

unsigned char *
sq_image(sqlite3_int64 *size)
{
	const char *const *sql;
	unsigned char *bytes = NULL;
	char pragmas[160];
	sqlite3 *db;

	snprintf(pragmas, sizeof pragmas, "PRAGMA page_size=%d; "
	    "PRAGMA encoding='UTF-8'; PRAGMA application_id=%d; "
	    "PRAGMA user_version=%d; BEGIN", SQ_PAGE, SQ_APPLICATION,
	    SQ_FORMAT);
	if (sqlite3_open(":memory:", &db) == SQLITE_OK &&
	    sqlite3_exec(db, pragmas, NULL, NULL, NULL) == SQLITE_OK) {
		for (sql = sq_schema; *sql != NULL; sql++)
			if (sqlite3_exec(db, *sql, NULL, NULL, NULL) !=
			    SQLITE_OK)
				break;
		if (*sql == NULL && sqlite3_exec(db, "COMMIT", NULL, NULL,
		    NULL) == SQLITE_OK)
			bytes = sqlite3_serialize(db, "main", size, 0);
	}
	if (bytes == NULL)
		warnx("SQLite: %s", sqlite3_errmsg(db));
	sqlite3_close(db);
	return bytes;
}

static int
put_image(const char *where, int fd)
{
	unsigned char *bytes;
	sqlite3_int64 size = 0;
	ssize_t n = -1;

	if ((bytes = sq_image(&size)) == NULL)
		return -1;
	if (ftruncate(fd, 0) == 0 &&
	    (n = pwrite(fd, bytes, (size_t)size, 0)) >= 0 && n < size) {
		errno = ENOSPC;
		n = -1;
	}
	sqlite3_free(bytes);
	if (n != -1 && fsync(fd) == 0)
		return 0;
	warn("%s", where);
	return -1;
}

/* Sync its name, if we may open the directory it is in. */
static int
sync_parent(const char *where)
{
	char *dir = xstrdup(where), *slash = strrchr(dir, '/');
	int fd, status = 0;

	if (slash != NULL)
		slash[slash == dir] = '\0';
	fd = open(slash != NULL ? dir : ".", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	if (fd == -1 ? errno != EACCES : fsync(fd) == -1) {
		warn("%s", where);
		status = -1;
	}
	if (fd != -1)
		close(fd);
	free(dir);
	return status;
}

/*
 * Create it under a temporary name, and rename it when it is complete. Its
 * creator is its writer from the first byte on. Returns the descriptor; -1
 * (message printed); -2, another process made it.
 */
static int
make(const char *where, double wait)
{
	struct buf name = { 0 };
	struct stat st, there;
	int fd, status = -1;

	buf_puts(&name, where);
	buf_text(&name, "-new");
	fd = open(name.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK, 0666);
	if (fd == -1 || fstat(fd, &st) == -1)
		warn("%s", where);
	else if (!S_ISREG(st.st_mode))
		warnx("%s: not a file", name.p);
	else if ((status = lock_writer(fd, wait)) == -1)
		warn("%s", where);
	else if (status == 0) {
		warnx("%s: another process is writing to it", where);
		status = -1;
	} else if (!still_there(name.p, fd))
		status = -2;	/* another process has made and named it */
	else if (stat(where, &there) == 0) {
		unlink(name.p);	/* so has one, before we got the lock */
		status = -2;
	} else if ((status = put_image(where, fd)) == 0 &&
	    renameat2(AT_FDCWD, name.p, AT_FDCWD, where, RENAME_NOREPLACE) ==
	    -1 && (errno != EINVAL || rename(name.p, where) == -1)) {
		warn("%s", where);
		status = -1;
	}
	if (status == -1 && fd != -1 && S_ISREG(st.st_mode) &&
	    still_there(name.p, fd) && lock_writer(fd, 0) == 1)
		unlink(name.p);
	buf_free(&name);
	if (status == 0 && sync_parent(where) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return status == -2 ? -2 : -1;
}

/* --- opening --------------------------------------------------------------------------- */

static int
busy(void *arg, int times)
{
	const struct timespec pause = { 0, 500 * 1000 };
	struct sq *e = arg;

	(void)times;
	if (e->until == 0)
		e->until = sq_clock() + PATIENCE;
	if (sq_clock() >= e->until)
		return 0;
	nanosleep(&pause, NULL);
	return 1;
}

/* Does it have the tables of our format? 1, 0, -1. */
static int
check_schema(struct sq *e)
{
	sqlite3_stmt *s;
	const char *sql;
	size_t i, found = 0, want = 0;

	if (sqlite3_prepare_v2(e->db, "SELECT sql FROM sqlite_schema "
	    "WHERE type IN ('table', 'index')", -1, &s, NULL) != SQLITE_OK)
		return sq_fail(e);
	while (sq_step(e, s) == 1) {
		sql = (const char *)sqlite3_column_text(s, 0);
		for (i = 0; sql != NULL && sq_schema[i] != NULL; i++)
			if (strcmp(sql, sq_schema[i]) == 0)
				found++;
	}
	sqlite3_finalize(s);
	if (e->failed)
		return -1;
	for (i = 0; sq_schema[i] != NULL; i++)
		want += strncmp(sq_schema[i], "CREATE VIEW", 11) != 0;
	if (found == want)
		return 0;
	warnx("%s: damaged: its tables are not those of a store", e->where);
	e->failed = 1;
	return -1;
}

static int
configure(struct sq *e)
{
	char pragmas[160];

	sqlite3_busy_handler(e->db, busy, e);
	/* Never run what a stranger put into the file besides tables. */
	sqlite3_db_config(e->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(e->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(e->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(e->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_limit(e->db, SQLITE_LIMIT_ATTACHED, 0);
	snprintf(pragmas, sizeof pragmas, "PRAGMA cache_size=-%d; "
	    "PRAGMA cell_size_check=1; PRAGMA synchronous=FULL; "
	    "PRAGMA wal_autocheckpoint=%d",
	    e->writer ? WRITER_CACHE : READER_CACHE, CHECKPOINT);
	if (sqlite3_exec(e->db, pragmas, NULL, NULL, NULL) != SQLITE_OK)
		return sq_fail(e);
	return check_schema(e);
}

int
sq_use_log(struct sq *e)
{
	sqlite3_stmt *s;
	int status;

	if (sqlite3_prepare_v2(e->db, "PRAGMA journal_mode=WAL", -1, &s,
	    NULL) != SQLITE_OK)
		return sq_fail(e);
	status = sq_run(e, s);
	sqlite3_finalize(s);
	/* The log appears at the first query; readers look for it now. */
	if (status == 0 && sqlite3_exec(e->db, "SELECT 1 FROM meta", NULL,
	    NULL, NULL) != SQLITE_OK)
		status = sq_fail(e);
	return status;
}

struct sq *
sq_new(const char *where)
{
	struct sq *e = xcalloc(1, sizeof *e);

	e->where = xstrdup(where);
	e->fd = -1;
	return e;
}

void
sq_free(struct sq *e)
{
	int i;

	sq_free_cursors(e);
	for (i = 0; i < SQ_STMTS; i++)
		sqlite3_finalize(e->stmt[i]);
	sqlite3_close(e->db);
	if (e->fd != -1)
		close(e->fd);
	sq_names_free(&e->strs);
	sq_names_free(&e->sets);
	buf_free(&e->text);
	buf_free(&e->set);
	free(e->symbols);
	free(e->nodes);
	free(e->names);
	free(e->labels);
	free(e->where);
	free(e);
}

/*
 * Was a writer killed after writing only the head of its log? If it may not
 * write, SQLite then looks for the rest for ten seconds.
 */
static int
log_is_head(const struct sq *e)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET,
	    .l_start = WRITER_BYTE, .l_len = 1 };
	struct buf name = { 0 };
	struct stat st;
	int head;

	buf_puts(&name, e->where);
	buf_text(&name, "-wal");
	head = stat(name.p, &st) == 0 && st.st_size == LOG_HEAD &&
	    fcntl(e->fd, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_UNLCK;
	buf_free(&name);
	return head;
}

/* fd is the file; the engine owns it from now on. NULL on failure. */
static struct engine *
connect(const char *where, int fd, int writer)
{
	struct sq *e = sq_new(where);
	char *real = realpath(where, NULL);

	e->fd = fd;
	e->writer = writer;
	if (real == NULL) {
		warn("%s", where);
		e->failed = 1;
	} else if (sqlite3_open_v2(real, &e->db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
		sq_fail(e);
	free(real);
	if (!e->failed && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY &&
	    log_is_head(e)) {
		warnx("%s: %s", where, sq_left);
		e->failed = 1;
	}
	if (!e->failed && configure(e) == 0 &&
	    (!writer || sq_use_log(e) == 0))
		return &e->base;
	sq_free(e);
	return NULL;
}

struct engine *
sq_open(const char *where)
{
	int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(where, O_RDWR | flags);

	if (fd == -1 && (errno == EACCES || errno == EROFS || errno == EPERM))
		fd = open(where, O_RDONLY | flags);
	if (fd == -1) {
		warn("%s", where);
		return NULL;
	}
	if (check_header(where, fd) == 0)
		return connect(where, fd, 0);
	close(fd);
	return NULL;
}

struct engine *
sq_open_writer(const char *where, double wait)
{
	double until = sq_clock() + wait;
	int fd, status;

	for (;;) {
		fd = open(where, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (fd == -1 && errno == ENOENT) {
			fd = make(where, until - sq_clock());
			if (fd == -2)
				continue;
			return fd != -1 ? connect(where, fd, 1) : NULL;
		}
		if (fd == -1) {
			warn("%s", where);
			return NULL;
		}
		status = -1;
		if (check_header(where, fd) == 0) {
			status = lock_writer(fd, until - sq_clock());
			if (status == 1 && still_there(where, fd))
				return connect(where, fd, 1);
			if (status == -1)
				warn("%s", where);
			else if (status == 0)
				warnx("%s: another process is writing to it",
				    where);
		}
		close(fd);
		if (status != 1)
			return NULL;
	}
}

int
sq_missing(const char *where)
{
	struct stat st;

	return lstat(where, &st) == -1 && errno == ENOENT;
}

/* --- closing ------------------------------------------------------------------------------- */

/*
 * Copy the log into the file and remove it, so that only the file is left. If
 * somebody reads, or the disk is full, the log stays, and whoever closes the
 * store next does this: all is on disk in any case.
 */
static void
tidy(struct sq *e)
{
	sqlite3_stmt *s;

	e->until = sq_clock() + TIDY_PATIENCE;
	if (sqlite3_prepare_v2(e->db, "PRAGMA journal_mode=DELETE", -1, &s,
	    NULL) == SQLITE_OK)
		(void)sqlite3_step(s);
	sqlite3_finalize(s);
}

int
sq_close(struct engine *base, int failed)
{
	struct sq *e = (struct sq *)base;
	int status = 0;

	if (e->writing)
		sq_abort(base);
	if (e->writer && !failed && !e->failed)
		status = sq_sweep(e);
	/* A reader cleans up after a writer that died. */
	if (in_wal(e) && !sqlite3_db_readonly(e->db, "main") &&
	    (e->writer || lock_writer(e->fd, 0) == 1))
		tidy(e);
	sq_free(e);
	return status;
}
