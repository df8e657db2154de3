#include <sys/file.h>
#include <sys/stat.h>

#include <assert.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/bdb/lock.h"

#define FORMAT	"format"
#define DATA	"lock"
#define GATE	"gate"
#define WRITER	"writer.lock"

/* Seconds that a writer waits for readers, and a reader for a writer. */
#define PATIENCE	1.0
#define READER_PATIENCE	20.0

static const char magic[8] = "chunkkv";

static int
complain(const struct lock *l, const char *name)
{
	if (name == NULL)
		warn("%s", l->dir);
	else
		warn("%s/%s", l->dir, name);
	return -1;
}

static int
open_in(struct lock *l, const char *name, int flags)
{
	return openat(l->dir_fd, name, flags | O_CLOEXEC | O_NOFOLLOW, 0666);
}

static void
init(struct lock *l, const char *dir)
{
	memset(l, 0, sizeof *l);
	l->dir = dir;
	l->dir_fd = l->gate_fd = l->data_fd = l->writer_fd = -1;
}

void
lock_close(struct lock *l)
{
	int *const fds[] = { &l->data_fd, &l->gate_fd, &l->writer_fd,
	    &l->dir_fd };
	size_t i;

	for (i = 0; i < sizeof fds / sizeof *fds; i++)
		if (*fds[i] != -1) {
			close(*fds[i]);
			*fds[i] = -1;
		}
}

/* --- the last run ---------------------------------------------------------- */

/* We use the time of writer.lock: a run that changes nothing writes nothing. */
void
lock_ran(struct lock *l)
{
	/* Not worth failing for: only people look at it. */
	(void)futimens(l->writer_fd, NULL);
}

int64_t
lock_last_run(const struct lock *l)
{
	struct stat st;

	return fstatat(l->dir_fd, WRITER, &st, AT_SYMLINK_NOFOLLOW) == 0 ?
	    st.st_mtim.tv_sec : 0;
}

/* --- is it ours ----------------------------------------------------------- */

/* 1: there is a store of our format, 0: there is none, -1. */
static int
check_format(struct lock *l)
{
	char text[32];
	unsigned long format;
	ssize_t n;
	int fd = open_in(l, FORMAT, O_RDONLY);

	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1 || (n = read(fd, text, sizeof text - 1)) == -1) {
		complain(l, FORMAT);
		if (fd != -1)
			close(fd);
		return -1;
	}
	close(fd);
	text[n] = '\0';
	if (sscanf(text, "chunkkv %lu", &format) != 1)
		return 0;
	if (format != LOCK_FORMAT) {
		warnx("%s: a store of format %lu, this program knows format "
		    "%d%s", l->dir, format, LOCK_FORMAT,
		    format < LOCK_FORMAT ? ": store the tree anew" : "");
		return -1;
	}
	return 1;
}

static int
open_locks(struct lock *l, int flags)
{
	l->writable = (flags & O_RDWR) != 0;
	if ((l->gate_fd = open_in(l, GATE, flags)) == -1)
		return complain(l, GATE);
	if ((l->data_fd = open_in(l, DATA, flags)) == -1)
		return complain(l, DATA);
	return 0;
}

int
lock_open(struct lock *l, const char *dir)
{
	init(l, dir);
	l->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->dir_fd == -1)
		return complain(l, NULL);
	switch (check_format(l)) {
	case 1:
		if (open_locks(l, O_RDONLY) == 0)
			return 0;
		break;
	case 0:
		warnx("%s: not a store", dir);
		break;
	}
	lock_close(l);
	return -1;
}

/* --- making one ----------------------------------------------------------- */

/* Is it the name of a file that we create? */
static int
known(const char *name)
{
	static const char *const names[] = { FORMAT ".new", DATA, GATE,
	    WRITER, "chunk.db", "file.db", "meta.db", "ast.db", "label.db",
	    "sym.db", "text.db", "sym.new", "built", "packed", "journal.0",
	    "journal.1" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return 1;
	return strncmp(name, "__db", 4) == 0;
}

/*
 * Go through the names in the directory; remove known ones, or only look.
 * Returns 1, 0 if something foreign is there, -1.
 */
static int
each_name(struct lock *l, int removing)
{
	struct dirent *e;
	DIR *d;
	int fd, status = 1, locks_only = 1;

	if ((fd = open_in(l, ".", O_RDONLY | O_DIRECTORY)) == -1 ||
	    (d = fdopendir(fd)) == NULL)
		return complain(l, NULL);
	while (status == 1 && (errno = 0, e = readdir(d)) != NULL) {
		const char *s = e->d_name;

		if (strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
			continue;
		if (!known(s))
			status = 0;
		else if (strcmp(s, WRITER) != 0) {
			locks_only = 0;
			if (removing && unlinkat(l->dir_fd, s, 0) == -1)
				status = complain(l, s);
		}
	}
	if (status == 1 && errno != 0)
		status = complain(l, NULL);
	closedir(d);
	if (status == 1 && !removing && !locks_only) {
		/* The rest is our leftovers only if writer.lock is ours. */
		char text[sizeof magic];

		fd = open_in(l, WRITER, O_RDONLY);
		if (fd == -1 || read(fd, text, sizeof text) != sizeof text ||
		    memcmp(text, magic, sizeof text) != 0)
			status = 0;
		if (fd != -1)
			close(fd);
	}
	return status;
}

int
lock_missing(const char *dir)
{
	struct lock l;
	int status = 0, fd;

	init(&l, dir);
	l.dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l.dir_fd == -1)
		return errno == ENOENT;
	if ((fd = open_in(&l, FORMAT, O_RDONLY)) != -1)
		close(fd);
	else if (errno == ENOENT)
		status = each_name(&l, 0) == 1;
	lock_close(&l);
	return status;
}

double
lock_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/*
 * Take a lock: 1, 0 it could not be had within wait seconds, -1. Holders
 * release it in milliseconds.
 */
static int
wait_for(int fd, int how, double wait)
{
	const struct timespec pause = { 0, 500 * 1000 };
	double until = wait > 0 ? lock_clock() + wait : 0;

	while (flock(fd, how | LOCK_NB) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return -1;
		if (wait <= 0 || lock_clock() >= until)
			return 0;
		nanosleep(&pause, NULL);
	}
	return 1;
}

static int
become_writer(struct lock *l, double wait)
{
	struct stat st;
	mode_t mode;

	if ((l->writer_fd = open_in(l, WRITER, O_RDWR | O_CREAT)) == -1)
		return complain(l, WRITER);
	/* Those who may not write must not hold it, either. */
	if (fstat(l->writer_fd, &st) == 0) {
		mode = st.st_mode & 0777;
		mode &= ~((~mode & 0222) << 1);
		if (mode != (st.st_mode & 0777))
			(void)fchmod(l->writer_fd, mode);
	}
	switch (wait_for(l->writer_fd, LOCK_EX, wait)) {
	case 1:
		return 0;
	case 0:
		warnx("%s: another process is writing to it", l->dir);
		return -1;
	}
	return complain(l, WRITER);
}

/* Leave nothing but our locks in the directory. */
static int
start_making(struct lock *l)
{
	struct lock_state state = { .generation = 1 };

	memcpy(state.magic, magic, sizeof magic);
	/* Sync this first: only it tells later files from foreign ones. */
	if (pwrite(l->writer_fd, magic, sizeof magic, 0) != sizeof magic ||
	    fsync(l->writer_fd) == -1 || fsync(l->dir_fd) == -1)
		return complain(l, WRITER);
	if (each_name(l, 1) != 1)
		return -1;
	if (open_locks(l, O_RDWR | O_CREAT | O_EXCL) == -1)
		return -1;
	if (pwrite(l->data_fd, &state, sizeof state, 0) != sizeof state)
		return complain(l, DATA);
	return 0;
}

int
lock_open_writer(struct lock *l, const char *dir, double wait)
{
	int there;

	init(l, dir);
	if (mkdir(dir, 0777) == -1 && errno != EEXIST)
		return complain(l, NULL);
	l->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->dir_fd == -1)
		return complain(l, NULL);
	if ((there = check_format(l)) == -1)
		goto fail;
	if (there == 0)
		switch (each_name(l, 0)) {
		case 0:
			/* Another writer may have made it between two looks. */
			if ((there = check_format(l)) == 0)
				warnx("%s: not a store, and not empty", dir);
			if (there != 1)
				goto fail;
			break;
		case -1:
			goto fail;
		}
	if (become_writer(l, wait) == -1)
		goto fail;
	/* Another writer may have made it meanwhile. */
	if ((there = check_format(l)) == -1)
		goto fail;
	if ((there ? open_locks(l, O_RDWR) : start_making(l)) == -1)
		goto fail;
	return !there;
fail:
	lock_close(l);
	return -1;
}

/* Sync the directory's own name, if we may open its parent. */
static int
sync_parent(struct lock *l)
{
	int fd = open_in(l, "..", O_RDONLY | O_DIRECTORY), status = 0;

	if (fd == -1)
		return errno == EACCES ? 0 : complain(l, NULL);
	if (fsync(fd) == -1)
		status = complain(l, NULL);
	close(fd);
	return status;
}

int
lock_made(struct lock *l)
{
	char text[32];
	int n, fd;

	n = snprintf(text, sizeof text, "chunkkv %d\n", LOCK_FORMAT);
	if ((fd = open_in(l, FORMAT ".new", O_WRONLY | O_CREAT | O_TRUNC))
	    == -1)
		return complain(l, FORMAT);
	if (write(fd, text, n) != n || fsync(fd) == -1) {
		complain(l, FORMAT);
		close(fd);
		return -1;
	}
	close(fd);
	if (sync_parent(l) == -1)
		return -1;
	if (renameat(l->dir_fd, FORMAT ".new", l->dir_fd, FORMAT) == -1 ||
	    fsync(l->dir_fd) == -1)
		return complain(l, FORMAT);
	return 0;
}

/* --- taking turns --------------------------------------------------------- */

static int
read_state(struct lock *l, struct lock_state *state)
{
	ssize_t n = pread(l->data_fd, state, sizeof *state, 0);

	if (n == sizeof *state && memcmp(state->magic, magic,
	    sizeof magic) == 0)
		return 0;
	if (n == -1)
		return complain(l, DATA);
	warnx("%s/%s: damaged", l->dir, DATA);
	return -1;
}

/* A new reader queues at the gate only while a writer waits for the data. */
static int
take_to_read(struct lock *l)
{
	int status = wait_for(l->gate_fd, LOCK_SH, PATIENCE);

	if (status != -1)
		status = wait_for(l->data_fd, LOCK_SH, READER_PATIENCE);
	flock(l->gate_fd, LOCK_UN);
	if (status == 0) {
		warnx("%s: somebody holds its lock", l->dir);
		return -1;
	}
	return status == -1 ? complain(l, DATA) : 0;
}

static int
take_to_write(struct lock *l)
{
	double start = lock_clock();
	double wait = l->impatient ? 0.01 : PATIENCE;
	int status = wait_for(l->gate_fd, LOCK_EX, wait);

	wait -= lock_clock() - start;
	if (status != -1)
		status = wait_for(l->data_fd, LOCK_EX, wait);
	flock(l->gate_fd, LOCK_UN);
	l->impatient |= status == 0;
	return status == -1 ? complain(l, DATA) : 0;
}

int
lock_take(struct lock *l, enum lock_for what)
{
	/* Waiting at the gate while holding the data may deadlock. */
	assert(!l->taken);
	if ((what == LOCK_TO_READ ? take_to_read(l) : take_to_write(l)) == -1)
		return -1;
	l->taken = 1;
	if (read_state(l, &l->state) == 0)
		return 0;
	lock_drop(l);
	return -1;
}

void
lock_drop(struct lock *l)
{
	l->taken = 0;
	flock(l->data_fd, LOCK_UN);
}

int
lock_give(struct lock *l)
{
	struct lock_state now;
	int status = 0;

	if (l->writer_fd == -1) {
		status = read_state(l, &now);
		if (status == 0 && now.generation != l->state.generation) {
			warnx("%s: a writer waited for a second, then went "
			    "ahead: read again", l->dir);
			status = -1;
		}
	}
	lock_drop(l);
	return status;
}

/* --- what a dead writer leaves -------------------------------------------- */

/* The id of this boot: what an earlier one did not sync is lost. */
static void
boot_id(char id[40])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, id, 36);

	if (fd != -1)
		close(fd);
	if (n < 0)
		n = 0;
	memset(id + n, 0, 40 - n);
	if (n == 0)
		id[0] = '?';	/* no /proc: only the mark tells */
}

/*
 * Is a writer alive? The boot id alone does not tell: on a file system shared
 * by two kernels the writer may be on the other one.
 */
static int
writer_lives(const struct lock *l)
{
	int fd = openat(l->dir_fd, WRITER, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int lives = fd != -1 && wait_for(fd, LOCK_SH, 0) == 0;

	if (fd != -1)
		close(fd);
	return lives;
}

int
lock_broken(const struct lock *l)
{
	char id[40];

	if (l->writer_fd != -1)
		return l->state.slice != 0 || l->state.session[0] != '\0';
	if (l->state.slice != 0)
		return writer_lives(l) ? -1 : 1;
	if (l->state.session[0] == '\0')
		return 0;
	boot_id(id);
	return id[0] != '?' && l->state.session[0] != '?' &&
	    memcmp(id, l->state.session, sizeof id) != 0 && !writer_lives(l);
}

int
lock_mend(struct lock *l)
{
	int fd, status;

	if (l->writable == 0) {
		/* A second file description would not share our lock. */
		if ((fd = open_in(l, DATA, O_RDWR)) == -1)
			return -1;
		close(l->data_fd);
		l->data_fd = fd;
		l->writable = 1;
	}
	if ((fd = open_in(l, WRITER, O_RDWR | O_CREAT)) == -1)
		return -1;
	if ((status = wait_for(fd, LOCK_EX, 0)) == 1)
		l->writer_fd = fd;
	else
		close(fd);
	return status;
}

void
lock_mended(struct lock *l)
{
	close(l->writer_fd);
	l->writer_fd = -1;
}

static int
put_state(struct lock *l)
{
	if (pwrite(l->data_fd, &l->state, sizeof l->state, 0) !=
	    sizeof l->state)
		return complain(l, DATA);
	return 0;
}

int
lock_sync(struct lock *l)
{
	return fdatasync(l->data_fd) == -1 ? complain(l, DATA) : 0;
}

int
lock_begin(struct lock *l)
{
	if (read_state(l, &l->state) == -1)
		return -1;
	boot_id(l->state.session);
	return put_state(l) == -1 ? -1 : lock_sync(l);
}

int
lock_mark(struct lock *l)
{
	l->state.slice = 1;
	l->state.generation++;
	return put_state(l);
}

int
lock_unmark(struct lock *l)
{
	l->state.slice = 0;
	return put_state(l);
}

int
lock_replaced(struct lock *l)
{
	l->state.generation++;
	return put_state(l);
}

int
lock_clean(struct lock *l)
{
	l->state.slice = 0;
	memset(l->state.session, 0, sizeof l->state.session);
	return put_state(l) == -1 ? -1 : lock_sync(l);
}

void
lock_adopt(const struct lock *l, int fd)
{
	struct stat of, st;

	if (fstat(l->data_fd, &of) == -1 || fstat(fd, &st) == -1)
		return;
	if ((of.st_uid != st.st_uid || of.st_gid != st.st_gid) &&
	    fchown(fd, of.st_uid, of.st_gid) == -1)
		return;
	if ((of.st_mode & 0666) != (st.st_mode & 0777))
		(void)fchmod(fd, of.st_mode & 0666);
}
