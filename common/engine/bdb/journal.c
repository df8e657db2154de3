#include <sys/stat.h>
#include <sys/uio.h>

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <db.h>

#include "engine/bdb/journal.h"
#include "engine/bdb/page.h"
#include "base/hash.h"
#include "base/mem.h"

#define PIECE	((size_t)64 << 10)	/* read or copied at a time */

static const char *const journal_names[2] = { "journal.0", "journal.1" };

/*
 * A journal: a head, the pages, each preceded by a mark that identifies it, and
 * a tail with the hash of everything before it. In the machine's byte order,
 * like Berkeley DB's pages.
 */
struct journal_head {
	char magic[8];
	uint64_t sequence;
	uint64_t files;
};

struct journal_mark {
	uint32_t file;		/* TAIL: the hash follows */
	uint32_t size;
	uint64_t offset;
};

#define TAIL	UINT32_MAX

static const char journal_magic[8] = "ckvjrnl";

/* --- whose file is it -------------------------------------------------------- */

static pthread_mutex_t watched_lock = PTHREAD_MUTEX_INITIALIZER;
static struct journal *watched;

/* By descriptor: the journal, and the index of its file. */
static struct place {
	struct journal *journal;
	int file;
} *places;
static size_t nplaces;

static struct place
place_of(int fd)
{
	struct place p = { NULL, 0 };

	pthread_mutex_lock(&watched_lock);
	if (fd >= 0 && (size_t)fd < nplaces)
		p = places[fd];
	pthread_mutex_unlock(&watched_lock);
	return p;
}

/* The number of the journal's file with this path, or -1. */
static int
file_of(const struct journal *j, const char *path)
{
	size_t n = strlen(j->dir), i;

	if (strncmp(path, j->dir, n) != 0 || path[n] != '/')
		return -1;
	for (path += n; *path == '/'; path++)
		;
	for (i = 0; i < j->n; i++)
		if (strcmp(path, j->names[i]) == 0)
			return (int)i;
	return -1;
}

static void
remember(const char *path, int fd)
{
	struct journal *j;
	int i = -1;

	pthread_mutex_lock(&watched_lock);
	for (j = watched; j != NULL; j = j->next)
		if ((i = file_of(j, path)) != -1)
			break;
	if (j != NULL) {
		size_t had = nplaces;

		places = xgrow(places, &nplaces, fd + 1, sizeof *places);
		if (nplaces != had)
			memset(places + had, 0, (nplaces - had) *
			    sizeof *places);
		places[fd] = (struct place){ j, i };
		j->file[i].fd = fd;
	} else if ((size_t)fd < nplaces)
		places[fd].journal = NULL;
	pthread_mutex_unlock(&watched_lock);
}

static void
let_go(int fd)
{
	pthread_mutex_lock(&watched_lock);
	if (fd >= 0 && (size_t)fd < nplaces && places[fd].journal != NULL) {
		struct journal_file *f =
		    &places[fd].journal->file[places[fd].file];

		if (f->fd == fd)
			f->fd = -1;
		places[fd].journal = NULL;
	}
	pthread_mutex_unlock(&watched_lock);
}

/* --- pages in the journal ------------------------------------------------------ */

/* The slot where the page is, or would go; there is room. */
static struct journal_slot *
slot_of(const struct journal *j, int file, off_t offset)
{
	/* Pages are at least 4K; the factor is Knuth's, 2^64 over phi. */
	uint64_t h = ((uint64_t)offset >> 9 ^ (uint64_t)file) *
	    UINT64_C(0x9e3779b97f4a7c15);
	size_t i = h >> 32 & (j->cap - 1);

	while (j->slots[i].file != -1 && (j->slots[i].file != file ||
	    j->slots[i].offset != offset))
		i = (i + 1) & (j->cap - 1);
	return &j->slots[i];
}

static void
clear_slots(struct journal *j)
{
	size_t i;

	for (i = 0; i < j->cap; i++)
		j->slots[i].file = -1;
	j->nslots = 0;
}

static void
more_slots(struct journal *j)
{
	struct journal_slot *old = j->slots;
	size_t n = j->cap, i;

	if (j->nslots * 2 < j->cap)
		return;
	j->cap = n != 0 ? n * 2 : 1024;
	j->slots = xreallocarray(NULL, j->cap, sizeof *j->slots);
	clear_slots(j);
	for (i = 0; i < n; i++)
		if (old[i].file != -1) {
			*slot_of(j, old[i].file, old[i].offset) = old[i];
			j->nslots++;
		}
	free(old);
}

/* Write all of it, or -1 with errno. */
static int
write_all(int fd, const void *p, size_t n, off_t at)
{
	size_t done = 0;
	ssize_t k;

	while (done < n) {
		k = pwrite(fd, (const char *)p + done, n - done, at + done);
		if (k == -1 && errno == EINTR)
			continue;
		if (k <= 0) {
			if (k == 0)
				errno = ENOSPC;
			return -1;
		}
		done += k;
	}
	return 0;
}

/* Read as much as there is, or -1 with errno. */
static ssize_t
read_all(int fd, void *p, size_t n, off_t at)
{
	size_t done = 0;
	ssize_t k;

	while (done < n) {
		k = pread(fd, (char *)p + done, n - done, at + done);
		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1)
			return -1;
		if (k == 0)
			break;
		done += k;
	}
	return done;
}

/* Journal the new version of an old page: 0, -1. */
static int
put_aside(struct journal *j, int file, const void *p, size_t n, off_t offset)
{
	struct journal_mark mark = { (uint32_t)file, (uint32_t)n, (uint64_t)offset };
	struct journal_slot *slot;
	int fd = j->fd[j->turn];

	more_slots(j);
	slot = slot_of(j, file, offset);
	if (slot->file != -1)		/* written again in the same slice */
		return write_all(fd, p, n, slot->at);
	if (write_all(fd, &mark, sizeof mark, j->end) == -1 ||
	    write_all(fd, p, n, j->end + sizeof mark) == -1)
		return -1;
	*slot = (struct journal_slot){ file, offset, j->end + sizeof mark };
	j->nslots++;
	j->end += sizeof mark + n;
	return 0;
}

/* --- what libdb calls -------------------------------------------------------------- */

static int
io_open(const char *path, int flags, ...)
{
	struct stat st;
	va_list ap;
	int fd, mode = 0;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, int);
		va_end(ap);
	}
	/* O_NONBLOCK: do not hang on a FIFO; regular files ignore it. */
	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY |
	    O_NONBLOCK, mode);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	remember(path, fd);
	return fd;
}

/*
 * What counts was synced before. We hide failures from libdb, as it would free
 * the handle and then go on using it.
 */
static int
io_close(int fd)
{
	let_go(fd);
	close(fd);
	return 0;
}

static ssize_t
io_pwrite(int fd, const void *p, size_t n, off_t at)
{
	struct place where = place_of(fd);
	struct journal *j = where.journal;
	struct journal_file *f;

	if (j == NULL)
		return write_all(fd, p, n, at) == -1 ? -1 : (ssize_t)n;
	f = &j->file[where.file];
	if (j->state == JOURNAL_FORGETS)
		return n;
	if (j->state == JOURNAL_ON && at < f->size)
		return put_aside(j, where.file, p, n, at) == -1 ? -1 :
		    (ssize_t)n;
	f->unsynced = 1;
	return write_all(fd, p, n, at) == -1 ? -1 : (ssize_t)n;
}

static ssize_t
io_pread(int fd, void *p, size_t n, off_t at)
{
	struct place where = place_of(fd);
	const struct journal *j = where.journal;
	const struct journal_slot *slot;
	ssize_t k;

	if (j != NULL && j->nslots != 0 &&
	    (slot = slot_of(j, where.file, at))->file != -1)
		return read_all(j->fd[j->turn], p, n, slot->at);
	k = read_all(fd, p, n, at);
	/* A shorter read is of the head of a page, at opening. */
	if (j != NULL && k == (ssize_t)n && n == j->pages[where.file] &&
	    !page_is_sound(p, n, (uint32_t)((size_t)at / n))) {
		errno = EUCLEAN;
		return -1;
	}
	return k;
}

/* If pread or pwrite falls short, libdb tries again with these. */
static ssize_t
io_write(int fd, const void *p, size_t n)
{
	off_t at = lseek(fd, 0, SEEK_CUR);

	if (at == -1 || io_pwrite(fd, p, n, at) == -1)
		return -1;
	return lseek(fd, at + n, SEEK_SET) == -1 ? -1 : (ssize_t)n;
}

static ssize_t
io_read(int fd, void *p, size_t n)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t k;

	if (at == -1 || (k = io_pread(fd, p, n, at)) == -1)
		return -1;
	return lseek(fd, at + k, SEEK_SET) == -1 ? -1 : k;
}

/* A reader may need what would be cut off: journal_apply does it. */
static int
io_ftruncate(int fd, off_t size)
{
	struct place where = place_of(fd);
	struct journal *j = where.journal;

	if (j != NULL && j->state == JOURNAL_FORGETS)
		return 0;
	if (j != NULL && j->state == JOURNAL_ON &&
	    size < j->file[where.file].size) {
		j->file[where.file].shrunk = 1;
		return 0;
	}
	return ftruncate(fd, size);
}

/* journal_commit syncs what counts, when it counts. */
static int
io_fsync(int fd)
{
	struct place where = place_of(fd);

	if (where.journal != NULL && where.journal->state != JOURNAL_OFF)
		return 0;
	return fdatasync(fd);
}

/*
 * A file's length. A writer may just be appending a page: count whole pages
 * only, as libdb takes a partial one for damage.
 */
static int
io_info(const char *path, int fd, u_int32_t *mbytes, u_int32_t *bytes,
    u_int32_t *io_size)
{
	struct stat st;
	unsigned char head[PAGE_META_SIZE];
	uint32_t page;

	(void)path;
	if (fstat(fd, &st) == -1)
		return errno;
	if (read_all(fd, head, sizeof head, 0) == sizeof head &&
	    (page = page_size(head)) != 0)
		st.st_size -= st.st_size % page;
	if (mbytes != NULL)
		*mbytes = (u_int32_t)(st.st_size >> 20);
	if (bytes != NULL)
		*bytes = st.st_size & ((1 << 20) - 1);
	if (io_size != NULL)
		*io_size = (u_int32_t)st.st_blksize;
	return 0;
}

/* libdb tries three times to open a file, and would sleep for seconds. */
static int
io_yield(u_long seconds, u_long microseconds)
{
	(void)seconds;
	(void)microseconds;
	return 0;
}

static void
install(void)
{
	db_env_set_func_open(io_open);
	db_env_set_func_close(io_close);
	db_env_set_func_pwrite(io_pwrite);
	db_env_set_func_pread(io_pread);
	db_env_set_func_write(io_write);
	db_env_set_func_read(io_read);
	db_env_set_func_fsync(io_fsync);
	db_env_set_func_ftruncate(io_ftruncate);
	db_env_set_func_ioinfo(io_info);
	db_env_set_func_yield(io_yield);
	/* libdb cannot handle NULL, in db_open for one. */
	db_env_set_func_malloc(xmalloc);
	db_env_set_func_realloc(xrealloc);
}

void
journal_watch(struct journal *j, const char *dir, int dir_fd,
    const char *const *names, const uint32_t *pages, size_t n)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	size_t i;

	pthread_once(&once, install);
	memset(j, 0, sizeof *j);
	j->dir = dir;
	j->dir_fd = dir_fd;
	j->fd[0] = j->fd[1] = -1;
	j->n = n;
	for (i = 0; i < n; i++) {
		j->names[i] = names[i];
		j->pages[i] = pages[i];
		j->file[i].fd = -1;
	}
	pthread_mutex_lock(&watched_lock);
	j->next = watched;
	watched = j;
	pthread_mutex_unlock(&watched_lock);
}

void
journal_forget(struct journal *j)
{
	struct journal **at;
	size_t i;

	pthread_mutex_lock(&watched_lock);
	for (at = &watched; *at != NULL; at = &(*at)->next)
		if (*at == j) {
			*at = j->next;
			break;
		}
	for (i = 0; i < nplaces; i++)
		if (places[i].journal == j)
			places[i].journal = NULL;
	if (watched == NULL) {
		free(places);
		places = NULL;
		nplaces = 0;
	}
	pthread_mutex_unlock(&watched_lock);
	for (i = 0; i < 2; i++)
		if (j->fd[i] != -1)
			close(j->fd[i]);
	free(j->slots);
	memset(j, 0, sizeof *j);
	j->fd[0] = j->fd[1] = -1;
}

/* --- a slice -------------------------------------------------------------------------- */

/* Open one of the journals; an existing file may be somebody else's. */
static int
open_journal(struct journal *j, int which)
{
	int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	const char *name = journal_names[which];
	int fd = openat(j->dir_fd, name, flags, 0666);

	if (fd == -1 && (errno == EACCES || errno == ELOOP) &&
	    unlinkat(j->dir_fd, name, 0) == 0)
		fd = openat(j->dir_fd, name, flags, 0666);
	if (fd == -1)
		return errno;
	j->fd[which] = fd;
	return fsync(j->dir_fd) == -1 ? errno : 0;
}

/*
 * The session's first slice. Nothing needs recovery, but on disk the journals
 * may still be whole, as their unlinking may not have got there: it must before
 * any page is written. open_journal syncs the directory.
 */
static int
start_session(struct journal *j)
{
	int i;

	for (i = 0; i < 2; i++)
		if (unlinkat(j->dir_fd, journal_names[i], 0) == -1 &&
		    errno != ENOENT)
			return errno;
	return open_journal(j, j->turn);
}

int
journal_begin(struct journal *j)
{
	struct journal_head head = { .sequence = ++j->sequence,
	    .files = j->n };
	struct stat st;
	size_t i;
	int ret;

	memcpy(head.magic, journal_magic, sizeof head.magic);
	ret = j->fd[j->turn] != -1 ? 0 : j->fd[!j->turn] == -1 ?
	    start_session(j) : open_journal(j, j->turn);
	if (ret != 0)
		return ret;
	if (write_all(j->fd[j->turn], &head, sizeof head, 0) == -1)
		return errno;
	for (i = 0; i < j->n; i++) {
		if (j->file[i].fd == -1 || fstat(j->file[i].fd, &st) == -1)
			return j->file[i].fd == -1 ? EBADF : errno;
		j->file[i].size = st.st_size;
		j->file[i].shrunk = 0;
	}
	j->end = sizeof head;
	clear_slots(j);
	j->state = JOURNAL_ON;
	return 0;
}

static int
sync_files(struct journal *j)
{
	size_t i;

	for (i = 0; i < j->n; i++)
		if (j->file[i].unsynced) {
			if (fdatasync(j->file[i].fd) == -1)
				return errno;
			j->file[i].unsynced = 0;
		}
	return 0;
}

/* Hash the first end bytes: 0, errno. */
static int
hash_journal(int fd, off_t end, char hash[HASH_LEN + 1])
{
	struct hash *h = hash_new();
	char *piece = xmalloc(PIECE);
	off_t at = 0;
	ssize_t k = 1;
	int ret = 0;

	hash_start(h);
	for (; at < end; at += k) {
		size_t n = (off_t)PIECE < end - at ? PIECE :
		    (size_t)(end - at);

		if ((k = read_all(fd, piece, n, at)) != (ssize_t)n) {
			ret = k == -1 ? errno : EIO;
			break;
		}
		hash_add(h, piece, n);
	}
	hash_end(h, hash);
	hash_free(h);
	free(piece);
	return ret;
}

int
journal_commit(struct journal *j)
{
	struct journal_mark tail = { .file = TAIL };
	char hash[HASH_LEN + 1];
	int fd = j->fd[j->turn], ret;

	if ((ret = sync_files(j)) != 0)
		return ret;
	if (j->nslots == 0)
		return 0;
	if (write_all(fd, &tail, sizeof tail, j->end) == -1)
		return errno;
	j->end += sizeof tail;
	if ((ret = hash_journal(fd, j->end, hash)) != 0)
		return ret;
	if (write_all(fd, hash, HASH_LEN, j->end) == -1)
		return errno;
	return fdatasync(fd) == -1 ? errno : 0;
}

/* Copy a page from the journal to its file: 0, errno. */
static int
copy_page(int from, off_t at, int to, off_t offset, size_t n, char *room)
{
	ssize_t k = read_all(from, room, n, at);

	if (k != (ssize_t)n)
		return k == -1 ? errno : EIO;
	return write_all(to, room, n, offset) == -1 ? errno : 0;
}

/*
 * Go through a journal whose tail is at end, and copy its pages to these
 * files: 0, errno.
 */
static int
replay(int fd, off_t end, const int *files, size_t n)
{
	struct journal_mark mark;
	off_t at = sizeof(struct journal_head);
	char *room = xmalloc(PIECE);
	int ret = 0;

	while (ret == 0 && at < end) {
		if (read_all(fd, &mark, sizeof mark, at) != sizeof mark) {
			ret = EIO;
			break;
		}
		at += sizeof mark;
		if (mark.file == TAIL)
			break;
		if (mark.file >= n || mark.size > PIECE)
			ret = EINVAL;
		else
			ret = copy_page(fd, at, files[mark.file], mark.offset,
			    mark.size, room);
		at += mark.size;
	}
	free(room);
	return ret;
}

/* Truncate the file after the last page that it knows of itself. */
static int
cut_tail(int fd)
{
	unsigned char head[PAGE_META_SIZE];
	struct stat st;
	off_t size;

	if (fstat(fd, &st) == -1)
		return errno;
	if (read_all(fd, head, sizeof head, 0) != sizeof head)
		return 0;
	size = ((off_t)page_last(head) + 1) * page_size(head);
	if (size == 0 || st.st_size <= size)
		return 0;
	return ftruncate(fd, size) == -1 ? errno : 0;
}

int
journal_apply(struct journal *j)
{
	int files[JOURNAL_FILES], ret;
	size_t i;

	for (i = 0; i < j->n; i++)
		files[i] = j->file[i].fd;
	if (j->nslots != 0) {
		ret = replay(j->fd[j->turn], j->end, files, j->n);
		if (ret != 0)
			return ret;
		for (i = 0; i < j->cap; i++)
			if (j->slots[i].file != -1)
				j->file[j->slots[i].file].unsynced = 1;
		j->turn = !j->turn;
	}
	for (i = 0; i < j->n; i++)
		if (j->file[i].shrunk) {
			if ((ret = cut_tail(files[i])) != 0)
				return ret;
			j->file[i].shrunk = 0;
		}
	clear_slots(j);
	j->state = JOURNAL_OFF;
	return 0;
}

void
journal_abandon(struct journal *j)
{
	j->state = j->state == JOURNAL_ON ? JOURNAL_FORGETS : JOURNAL_OFF;
}

static int
open_file(const struct journal *j, size_t i)
{
	return openat(j->dir_fd, j->names[i], O_RDWR | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK);
}

/* The journal may be whole on disk although syncing it failed: spoil it. */
static int
spoil(struct journal *j)
{
	int fd = j->fd[j->turn];

	return fd == -1 || (ftruncate(fd, 0) == 0 && fdatasync(fd) == 0) ? 0 :
	    errno;
}

/* Remove the new pages. */
static int
cut_back(struct journal *j)
{
	int fd, ret = 0;
	size_t i;

	for (i = 0; i < j->n; i++) {
		if ((fd = open_file(j, i)) == -1) {
			ret = errno;
			continue;
		}
		if (ftruncate(fd, j->file[i].size) == -1)
			ret = errno;
		if (j->file[i].unsynced && fdatasync(fd) == -1)
			ret = errno;
		j->file[i].unsynced = 0;
		close(fd);
	}
	return ret;
}

int
journal_abandoned(struct journal *j, int applying)
{
	int ret = 0;

	/* This order matters: a whole journal needs the new pages. */
	if (j->state == JOURNAL_FORGETS && !applying &&
	    (ret = spoil(j)) == 0)
		ret = cut_back(j);
	clear_slots(j);
	j->state = JOURNAL_OFF;
	return ret;
}

int
journal_settle(struct journal *j)
{
	int i, ret = sync_files(j);

	for (i = 0; i < 2 && ret == 0; i++)
		if (j->fd[i] != -1 && (ftruncate(j->fd[i], 0) == -1 ||
		    fdatasync(j->fd[i]) == -1))
			ret = errno;
	return ret;
}

int
journal_remove(struct journal *j)
{
	int i, ret = 0;

	for (i = 0; i < 2; i++) {
		if (j->fd[i] != -1)
			close(j->fd[i]);
		j->fd[i] = -1;
		if (unlinkat(j->dir_fd, journal_names[i], 0) == -1 &&
		    errno != ENOENT)
			ret = errno;
	}
	j->turn = 0;
	return ret;
}

/* --- after a death ------------------------------------------------------------------- */

/* A journal that was found. */
struct leftover {
	int fd;
	uint64_t sequence;
	off_t end;			/* of the tail */
};

/*
 * Is the journal whole? 1 and f, 0, or -errno. Reads it to its tail, then
 * checks its hash.
 */
static int
look_at(const struct journal *j, int which, struct leftover *f)
{
	struct journal_head head;
	struct journal_mark mark;
	char hash[HASH_LEN + 1], want[HASH_LEN];
	off_t at = sizeof head;
	int ret;

	f->fd = openat(j->dir_fd, journal_names[which], O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK);
	if (f->fd == -1)
		return errno == ENOENT || errno == ELOOP ? 0 : -errno;
	if (read_all(f->fd, &head, sizeof head, 0) != sizeof head ||
	    memcmp(head.magic, journal_magic, sizeof head.magic) != 0 ||
	    head.files != j->n)
		return 0;
	do {
		if (read_all(f->fd, &mark, sizeof mark, at) != sizeof mark)
			return 0;
		at += sizeof mark;
		if (mark.file == TAIL)
			break;
		if (mark.file >= j->n || mark.size > PIECE)
			return 0;
		at += mark.size;
	} while (1);
	if (read_all(f->fd, want, sizeof want, at) != sizeof want)
		return 0;
	if ((ret = hash_journal(f->fd, at, hash)) != 0)
		return -ret;
	f->end = at;
	f->sequence = head.sequence;
	return memcmp(hash, want, sizeof want) == 0;
}

/* Copy into the files, older first; then sync. */
static int
replay_all(const struct journal *j, const struct leftover *list, size_t n)
{
	int files[JOURNAL_FILES], ret = 0;
	size_t i;

	for (i = 0; i < j->n; i++)
		if ((files[i] = open_file(j, i)) == -1 && ret == 0)
			ret = errno;
	for (i = 0; i < n && ret == 0; i++)
		ret = replay(list[i].fd, list[i].end, files, j->n);
	for (i = 0; i < j->n; i++)
		if (files[i] != -1) {
			if (ret == 0)
				ret = cut_tail(files[i]);
			if (ret == 0 && fdatasync(files[i]) == -1)
				ret = errno;
			close(files[i]);
		}
	return ret;
}

/* Find the whole journals, older first, and how many: 0, errno. */
static int
find(const struct journal *j, struct leftover f[2], size_t *n)
{
	struct leftover later;
	int i, is, ret = 0;

	*n = 0;
	for (i = 0; i < 2; i++) {
		is = look_at(j, i, &f[*n]);
		if (is < 0 && ret == 0)
			ret = -is;
		if (is == 1)
			++*n;
		else if (f[*n].fd != -1)
			close(f[*n].fd);
	}
	if (*n == 2 && f[0].sequence > f[1].sequence) {
		later = f[0];
		f[0] = f[1];
		f[1] = later;
	}
	return ret;
}

int
journal_whole(const struct journal *j, int *whole)
{
	struct leftover f[2];
	size_t n;
	int ret = find(j, f, &n);

	*whole = n != 0;
	while (n > 0)
		close(f[--n].fd);
	return ret;
}

int
journal_recover(const struct journal *j)
{
	struct leftover f[2];
	size_t n;
	int ret = find(j, f, &n);

	if (ret == 0)
		ret = replay_all(j, f, n);
	while (n > 0)
		close(f[--n].fd);
	return ret;
}
