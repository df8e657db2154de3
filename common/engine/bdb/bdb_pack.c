/*
 * Edits leave pages half empty, and Berkeley DB fills them only by chance: in
 * a hundred rounds a file becomes half as large again. Its own compaction sends
 * page after page through the journal and reads all of the file; to write the
 * entries in order into a new file, past the journal, is faster, and nobody
 * waits for it but for the renaming. It is done when a file has grown by a
 * quarter since it was last written in order, so it costs some four times what
 * the growth did, whatever the size.
 *
 * What the sizes were then is in a file of its own, "packed". If that is lost,
 * the present sizes are as good.
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

/* --- a new file --------------------------------------------------------------- */

/* Definitions, those in segments, too. */
static int
put_symbols(struct store *s, struct bulk *b)
{
	struct merge m;
	const struct source *e;
	int status;

	status = bdb_merge_open(&m, s, NULL, NULL, 0);
	while (status == 0 && (status = bdb_merge_next(&m, &e)) == 1)
		status = e->deleted ? 0 : bdb_bulk_add(b, e->entry,
		    e->entry_len, e->data, e->data_len);
	bdb_merge_close(&m);
	return status;
}

static int
put_all(struct store *s, enum table t, struct bulk *b)
{
	struct ahead a = { 0 };
	struct buf from = { 0 };
	int status = 0, more;

	buf_putc(&from, '\0');		/* before all keys */
	while ((more = bdb_ahead_fill(&a, s, t, &from)) == 1 && status == 0)
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

/* What an interrupted making left; libdb begins with the second. */
static void
drop_built(struct store *s)
{
	unlinkat(s->lock.dir_fd, BUILT, 0);
	unlinkat(s->lock.dir_fd, "__db." BUILT, 0);
}

/* Make the new tree, on disk. */
static int
build(struct store *s, enum table t)
{
	struct buf path = { 0 };
	struct bulk b;
	DB *db;
	int ret, status = 0;

	drop_built(s);
	if ((db = bdb_new_table(s, NULL, t)) == NULL)
		return -1;
	bdb_path(s, &path, BUILT);
	if ((ret = db->set_cachesize(db, 0, BUILD_CACHE, 1)) != 0 ||
	    (ret = db->open(db, NULL, path.p, NULL, DB_BTREE, DB_CREATE,
	    0666)) != 0)
		status = bdb_fail(s, BUILT, ret);
	buf_free(&path);
	bdb_bulk_open(&b, s, BUILT, db, 0);
	if (status == 0)
		status = t == SYMBOLS ? put_symbols(s, &b) :
		    put_all(s, t, &b);
	if (bdb_bulk_close(&b) == -1)
		status = -1;
	if ((ret = db->close(db, status == 0 ? 0 : DB_NOSYNC)) != 0 &&
	    status == 0)
		status = bdb_fail(s, BUILT, ret);
	return status;
}

/* It belongs to whom the old one belonged to. */
static int
adopt(struct store *s)
{
	int fd = openat(s->lock.dir_fd, BUILT, O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW);

	if (fd == -1)
		return bdb_fail(s, BUILT, errno);
	lock_adopt(&s->lock, fd);
	close(fd);
	return 0;
}

/*
 * The new tree takes the old one's place. The journals know pages by their
 * place in a file: none may count from here on.
 */
static int
install(struct store *s, enum table t)
{
	int dir = s->lock.dir_fd, ret, old, status = 0;

	if (lock_sync(&s->lock) == -1)
		return -1;
	if ((ret = journal_settle(&s->journal)) != 0)
		return bdb_fail(s, "journal", ret);
	if (bdb_close_table(s, t) == -1)
		return -1;
	/* Freeing a large file takes its time: not while readers wait. */
	old = openat(dir, bdb_tables[t].name, O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK);
	if (lock_take(&s->lock, LOCK_TO_WRITE) == 0) {
		status = renameat(dir, BUILT, dir, bdb_tables[t].name) == -1 ?
		    bdb_fail(s, BUILT, errno) : lock_replaced(&s->lock);
		lock_drop(&s->lock);
	} else
		status = -1;
	if (old != -1)
		close(old);
	/* Before another slice is written into it. */
	if (status == 0 && fsync(dir) == -1)
		status = bdb_fail(s, BUILT, errno);
	return status;
}

/* The segments are in the tree now. */
static int
forget_segments(struct store *s)
{
	if (bdb_begin(s) == -1)
		return -1;
	s->segments.n = 0;
	return bdb_end(s, bdb_put_segments(s));
}

int
bdb_rebuild(struct store *s, enum table t)
{
	if (build(s, t) == 0 && adopt(s) == 0 && install(s, t) == 0 &&
	    (t != SYMBOLS || s->segments.n == 0 || forget_segments(s) == 0))
		return 0;
	drop_built(s);
	s->failed = 1;
	return -1;
}

/* --- when ---------------------------------------------------------------------- */

/* What the sizes were, 0 where nobody knows: a line for each table. */
static void
read_sizes(struct store *s, uint64_t sizes[TABLES])
{
	char text[512], *p = text;
	int fd = openat(s->lock.dir_fd, PACKED, O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK);
	ssize_t n = fd != -1 ? read(fd, text, sizeof text - 1) : 0;
	int t;

	if (fd != -1)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (t = 0; t < TABLES; t++)
		sizes[t] = strtoull(p, &p, 10);
}

/* It is no matter if that does not work. */
static void
write_sizes(struct store *s, const uint64_t sizes[TABLES])
{
	struct buf text = { 0 };
	char line[32];
	int fd, t;

	for (t = 0; t < TABLES; t++)
		buf_add(&text, line, snprintf(line, sizeof line, "%ju\n",
		    (uintmax_t)sizes[t]));
	unlinkat(s->lock.dir_fd, PACKED, 0);	/* it may be another's */
	fd = openat(s->lock.dir_fd, PACKED, O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC, 0666);
	if (fd != -1) {
		lock_adopt(&s->lock, fd);
		if (write(fd, text.p, text.len) == -1)
			unlinkat(s->lock.dir_fd, PACKED, 0);
		close(fd);
	}
	buf_free(&text);
}

/* Is there room for another of that size? */
static int
room(struct store *s, uint64_t size)
{
	struct statvfs v;

	return fstatvfs(s->lock.dir_fd, &v) == 0 &&
	    (uint64_t)v.f_bavail * v.f_frsize > size + size / 8;
}

int
bdb_pack(struct store *s)
{
	uint64_t sizes[TABLES], size;
	struct stat st;
	int t, changed = 0, status = 0;

	drop_built(s);		/* or it might take the room */
	read_sizes(s, sizes);
	for (t = 0; t < TABLES && status == 0; t++) {
		if (fstatat(s->lock.dir_fd, bdb_tables[t].name, &st, 0) == -1)
			return bdb_fail(s, bdb_tables[t].name, errno);
		size = st.st_size;
		if (sizes[t] != 0 && (size <= GROWN(sizes[t]) ||
		    !room(s, size)))
			continue;
		if (sizes[t] != 0 && (status = bdb_rebuild(s, t)) == 0 &&
		    fstatat(s->lock.dir_fd, bdb_tables[t].name, &st, 0) == 0)
			size = st.st_size;
		sizes[t] = size;
		changed = 1;
	}
	if (status == 0 && changed)
		write_sizes(s, sizes);
	return status;
}
