/*
 * Edits leave pages half empty, and Berkeley DB refills them only by chance: a
 * hundred rounds make a file half as large again. Its own compaction sends page
 * after page through the journal and reads all of the file; writing the entries
 * in order into a new file, bypassing the journal, is faster, and others wait
 * only for the renaming. We do it when a file has grown by a quarter since it
 * was last written in order, so it costs some four times what the growth did,
 * whatever the size.
 *
 * The file "packed" has the sizes as of then. If it is lost, the present sizes
 * will do.
 */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/bdb/bdb.h"

#define BUILT		"built"
#define BUILD_CACHE	(8 << 20)

#define PACKED		"packed"
#define GROWN(size)	((size) + (size) / 4 + (1 << 20))

/* Putting one entry costs as much as so many pages of a new tree. */
#define PAGES_EACH	4
#define AT_ONCE		16384		/* entries put in one slice */

/* --- a new file --------------------------------------------------------------- */

/* Put all definitions, those in segments, too. */
static int
put_symbols(struct bdb *e, struct bulk *b)
{
	struct merge m;
	const struct source *src;
	int status;

	status = bdb_merge_open(&m, e, NULL, NULL, 0);
	while (status == 0 && (status = bdb_merge_next(&m, &src)) == 1)
		status = src->deleted ? 0 : bdb_bulk_add(b, src->entry,
		    src->entry_len, src->data, src->data_len);
	bdb_merge_close(&m);
	return status;
}

static int
put_all(struct bdb *e, enum table t, struct bulk *b)
{
	struct ahead a = { 0 };
	struct buf from = { 0 };
	int status = 0, more;

	buf_putc(&from, '\0');		/* before all keys */
	while ((more = bdb_ahead_fill(&a, e, t, &from)) == 1 && status == 0)
		while (status == 0 && bdb_ahead_next(&a)) {
			from.len = 0;
			buf_add(&from, a.key, a.key_len);
			buf_putc(&from, '\0');
			status = bdb_bulk_add(b, a.key, a.key_len, a.value,
			    a.value_len);
		}
	buf_free(&a.room);
	buf_free(&from);
	return more == -1 ? -1 : status;
}

/* Remove what an interrupted build left; libdb begins with the second. */
static void
drop_built(struct bdb *e)
{
	unlinkat(e->lock.dir_fd, BUILT, 0);
	unlinkat(e->lock.dir_fd, "__db." BUILT, 0);
}

/* Build the new tree, on disk. */
static int
build(struct bdb *e, enum table t)
{
	struct buf path = { 0 };
	struct bulk b;
	DB *db;
	int ret, status = 0;

	drop_built(e);
	if ((db = bdb_new_table(e, NULL, t)) == NULL)
		return -1;
	bdb_path(e, &path, BUILT);
	if ((ret = db->set_cachesize(db, 0, BUILD_CACHE, 1)) != 0 ||
	    (ret = db->open(db, NULL, path.p, NULL, DB_BTREE, DB_CREATE,
	    0666)) != 0)
		status = bdb_fail(e, BUILT, ret);
	buf_free(&path);
	bdb_bulk_open(&b, e, BUILT, db, 0);
	if (status == 0)
		status = t == SYMBOLS ? put_symbols(e, &b) :
		    put_all(e, t, &b);
	if (bdb_bulk_close(&b) == -1)
		status = -1;
	if ((ret = db->close(db, status == 0 ? 0 : DB_NOSYNC)) != 0 &&
	    status == 0)
		status = bdb_fail(e, BUILT, ret);
	return status;
}

/* Give it the old one's owner. */
static int
adopt(struct bdb *e)
{
	int fd = openat(e->lock.dir_fd, BUILT, O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW);

	if (fd == -1)
		return bdb_fail(e, BUILT, errno);
	lock_adopt(&e->lock, fd);
	close(fd);
	return 0;
}

/*
 * Replace the old tree with the new one. The journals know pages by their
 * offset in a file: none may count from here on.
 */
static int
install(struct bdb *e, enum table t)
{
	int dir = e->lock.dir_fd, ret, old, status = 0;

	if (lock_sync(&e->lock) == -1)
		return -1;
	if ((ret = journal_settle(&e->journal)) != 0)
		return bdb_fail(e, "journal", ret);
	if (bdb_close_table(e, t) == -1)
		return -1;
	/* Freeing a large file takes time: not while readers wait. */
	old = openat(dir, bdb_tables[t].name, O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK);
	if (lock_take(&e->lock, LOCK_TO_WRITE) == 0) {
		status = renameat(dir, BUILT, dir, bdb_tables[t].name) == -1 ?
		    bdb_fail(e, BUILT, errno) : lock_replaced(&e->lock);
		lock_drop(&e->lock);
	} else
		status = -1;
	if (old != -1)
		close(old);
	/* Sync before another slice is written into it. */
	if (status == 0 && fsync(dir) == -1)
		status = bdb_fail(e, BUILT, errno);
	return status;
}

/* The segments are in the tree now. */
static int
forget_segments(struct bdb *e)
{
	if (bdb_begin(e) == -1)
		return -1;
	e->segments.n = 0;
	return bdb_end(e, bdb_put_segments(e));
}

/* Rewrite a table in order; for definitions, include the segments. */
static int
rebuild(struct bdb *e, enum table t)
{
	if (build(e, t) == 0 && adopt(e) == 0 && install(e, t) == 0 &&
	    (t != SYMBOLS || e->segments.n == 0 || forget_segments(e) == 0))
		return 0;
	drop_built(e);
	e->failed = 1;
	return -1;
}

/* --- definitions in segments, merged into their table ------------------------ */

/* Put some entries into the tree: 1 there are more, 0, -1. */
static int
put_some(struct bdb *e, struct merge *m)
{
	DB *db = e->db[SYMBOLS];
	DBT key, value;
	const struct source *src;
	int n, ret, status = 1;

	for (n = 0; n < AT_ONCE; n++) {
		if ((status = bdb_merge_next(m, &src)) != 1)
			break;
		bdb_set_dbt(&key, src->entry, src->entry_len);
		bdb_set_dbt(&value, src->data, src->data_len);
		ret = src->deleted ? db->del(db, NULL, &key, 0) :
		    db->put(db, NULL, &key, &value, 0);
		if (ret != 0 && !(src->deleted && ret == DB_NOTFOUND))
			return bdb_fail(e, bdb_tables[SYMBOLS].name, ret);
	}
	if (status == 0) {
		e->segments.n = 0;	/* they no longer count */
		status = bdb_put_segments(e);
	}
	return status;
}

static int
put_each(struct bdb *e)
{
	struct merge m;
	int more = 1;

	if (bdb_merge_open(&m, e, NULL, NULL, 1) == -1)
		more = -1;
	while (more == 1) {
		if (bdb_begin(e) == -1) {
			more = -1;
			break;
		}
		more = put_some(e, &m);
		if (bdb_end(e, more == -1 ? -1 : 0) == -1)
			more = -1;
	}
	bdb_merge_close(&m);
	return more;
}

/* Do the segments have too few entries for a new tree? 1, 0, -1. */
static int
few(struct bdb *e)
{
	struct merge m;
	struct stat st = { 0 };
	uint64_t entries = 0;
	size_t i;
	int status;

	if ((status = bdb_merge_open(&m, e, NULL, NULL, 1)) == 0 &&
	    fstatat(e->lock.dir_fd, bdb_tables[SYMBOLS].name, &st, 0) == -1)
		status = bdb_fail(e, bdb_tables[SYMBOLS].name, errno);
	for (i = 0; i < m.n; i++)
		entries += (m.heap[i]->size - m.heap[i]->end) /
		    sizeof(uint32_t);
	bdb_merge_close(&m);
	return status == -1 ? -1 : entries < (uint64_t)st.st_size /
	    bdb_tables[SYMBOLS].page / PAGES_EACH;
}

int
bdb_merge_segments(struct bdb *e)
{
	int status;

	if (faccessat(e->lock.dir_fd, SEGMENTS, F_OK, 0) == -1)
		return 0;
	if (bdb_read_segments(e) == -1)
		return -1;
	if (e->segments.n != 0 && ((status = few(e)) == -1 ||
	    (status == 1 ? put_each(e) : rebuild(e, SYMBOLS)) == -1)) {
		e->failed = 1;
		return -1;
	}
	/* A reader who has it open does not mind. */
	unlinkat(e->lock.dir_fd, SEGMENTS, 0);
	return 0;
}

/* --- when ---------------------------------------------------------------------- */

/* The sizes as they were, 0 if unknown: a line for each table. */
static void
read_sizes(struct bdb *e, uint64_t sizes[TABLES])
{
	char text[512], *p = text;
	int fd = openat(e->lock.dir_fd, PACKED, O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK);
	ssize_t n = fd != -1 ? read(fd, text, sizeof text - 1) : 0;
	int t;

	if (fd != -1)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (t = 0; t < TABLES; t++)
		sizes[t] = strtoull(p, &p, 10);
}

/* Failure does not matter. */
static void
write_sizes(struct bdb *e, const uint64_t sizes[TABLES])
{
	struct buf text = { 0 };
	char line[32];
	int fd, t;

	for (t = 0; t < TABLES; t++)
		buf_add(&text, line, snprintf(line, sizeof line, "%ju\n",
		    (uintmax_t)sizes[t]));
	unlinkat(e->lock.dir_fd, PACKED, 0);	/* it may be someone else's */
	fd = openat(e->lock.dir_fd, PACKED, O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC, 0666);
	if (fd != -1) {
		lock_adopt(&e->lock, fd);
		if (write(fd, text.p, text.len) == -1)
			unlinkat(e->lock.dir_fd, PACKED, 0);
		close(fd);
	}
	buf_free(&text);
}

/* Is there disk space for another one of that size? */
static int
room(struct bdb *e, uint64_t size)
{
	struct statvfs v;

	return fstatvfs(e->lock.dir_fd, &v) == 0 &&
	    (uint64_t)v.f_bavail * v.f_frsize > size + size / 8;
}

int
bdb_pack(struct bdb *e)
{
	uint64_t sizes[TABLES], size;
	struct stat st;
	int t, changed = 0, status = 0;

	drop_built(e);		/* it might take the space */
	read_sizes(e, sizes);
	for (t = 0; t < TABLES && status == 0; t++) {
		if (fstatat(e->lock.dir_fd, bdb_tables[t].name, &st, 0) == -1)
			return bdb_fail(e, bdb_tables[t].name, errno);
		size = st.st_size;
		if (sizes[t] != 0 && (size <= GROWN(sizes[t]) ||
		    !room(e, size)))
			continue;
		if (sizes[t] != 0 && (status = rebuild(e, t)) == 0 &&
		    fstatat(e->lock.dir_fd, bdb_tables[t].name, &st, 0) == 0)
			size = st.st_size;
		sizes[t] = size;
		changed = 1;
	}
	if (status == 0 && changed)
		write_sizes(e, sizes);
	return status;
}
