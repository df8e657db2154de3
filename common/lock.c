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

#include "lock.h"

#define FORMAT	"format"
#define DATA	"lock"
#define GATE	"gate"
#define WRITER	"writer.lock"

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

/* It is the time of writer.lock: a run that changes nothing writes nothing. */
int
lock_ran(struct lock *l)
{
	return futimens(l->writer_fd, NULL);
}

int
lock_last_run(struct lock *l, int64_t *when)
{
	struct stat st;

	if (fstatat(l->dir_fd, WRITER, &st, 0) == -1)
		return -1;
	*when = st.st_mtim.tv_sec;
	return 0;
}

/* --- is it ours ----------------------------------------------------------- */

/* Returns 1 there is a store of our format, 0 there is none, -1. */
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
	if (format != RECORD_FORMAT) {
		warnx("%s: a store of format %lu, this program knows format "
		    "%d", l->dir, format, RECORD_FORMAT);
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

/* Does the directory hold a file that kvput would have made? */
static int
known(const char *name)
{
	static const char *const names[] = { FORMAT ".new", DATA, GATE,
	    WRITER, "chunk.db", "file.db", "meta.db", "ast.db", "label.db",
	    "sym.db", "sym.new", "built", "packed", "reserve" };
	size_t i, n = strlen(name);

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return 1;
	return (n == 14 && strncmp(name, "log.", 4) == 0 &&
	    strspn(name + 4, "0123456789") == 10) ||
	    strncmp(name, "__db", 4) == 0;
}

/*
 * Call for each name in the directory; remove what is known, or only look.
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
		/* Only our own writer.lock makes the rest our leavings. */
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
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int
become_writer(struct lock *l, double wait)
{
	const struct timespec pause = { 0, 10 * 1000 * 1000 };
	double until = lock_clock() + wait;

	if ((l->writer_fd = open_in(l, WRITER, O_RDWR | O_CREAT)) == -1)
		return complain(l, WRITER);
	while (flock(l->writer_fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return complain(l, WRITER);
		if (lock_clock() >= until) {
			warnx("%s: another process is writing to it", l->dir);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* Nothing but our locks in the directory. */
static int
start_making(struct lock *l)
{
	struct lock_state state = { .generation = 1 };

	memcpy(state.magic, magic, sizeof magic);
	if (pwrite(l->writer_fd, magic, sizeof magic, 0) != sizeof magic)
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
			warnx("%s: not a store, and not empty", dir);
			goto fail;
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

int
lock_made(struct lock *l)
{
	char text[32];
	int n, fd;

	n = snprintf(text, sizeof text, "chunkkv %d\n", RECORD_FORMAT);
	if ((fd = open_in(l, FORMAT ".new", O_WRONLY | O_CREAT | O_TRUNC))
	    == -1)
		return complain(l, FORMAT);
	if (write(fd, text, n) != n || fsync(fd) == -1) {
		complain(l, FORMAT);
		close(fd);
		return -1;
	}
	close(fd);
	if (renameat(l->dir_fd, FORMAT ".new", l->dir_fd, FORMAT) == -1 ||
	    fsync(l->dir_fd) == -1)
		return complain(l, FORMAT);
	return 0;
}

/* --- taking turns --------------------------------------------------------- */

static int
wait_for(struct lock *l, int fd, int how)
{
	while (flock(fd, how) == -1)
		if (errno != EINTR)
			return complain(l, NULL);
	return 0;
}

int
lock_take(struct lock *l, int exclusive)
{
	ssize_t n;

	/* Who comes to the gate with the data in hand may wait for himself. */
	assert(!l->taken);
	if (wait_for(l, l->gate_fd, LOCK_EX) == -1 ||
	    wait_for(l, l->data_fd, exclusive ? LOCK_EX : LOCK_SH) == -1)
		return -1;
	l->taken = 1;
	flock(l->gate_fd, LOCK_UN);
	n = pread(l->data_fd, &l->state, sizeof l->state, 0);
	if (n == sizeof l->state && memcmp(l->state.magic, magic,
	    sizeof magic) == 0)
		return 0;
	if (n == -1)
		complain(l, DATA);
	else
		warnx("%s/%s: damaged", l->dir, DATA);
	lock_give(l);
	return -1;
}

void
lock_give(struct lock *l)
{
	l->taken = 0;
	flock(l->data_fd, LOCK_UN);
}

int
lock_wanted(struct lock *l)
{
	if (flock(l->gate_fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK;
	flock(l->gate_fd, LOCK_UN);
	return 0;
}

/* --- what a dead writer leaves -------------------------------------------- */

/* This boot's name: what was not synced before it is lost. */
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
		id[0] = '?';	/* no /proc: then only the mark tells */
}

int
lock_broken(const struct lock *l)
{
	char id[40];

	if (l->state.slice != 0)
		return 1;
	if (l->state.session[0] == '\0')
		return 0;
	if (l->writer_fd != -1)
		return 1;
	boot_id(id);
	return id[0] != '?' && l->state.session[0] != '?' &&
	    memcmp(id, l->state.session, sizeof id) != 0;
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
lock_mark(struct lock *l)
{
	int first = l->state.session[0] == '\0';

	l->state.slice = 1;
	l->state.generation++;
	if (first)
		boot_id(l->state.session);
	if (put_state(l) == -1)
		return -1;
	if (first && fdatasync(l->data_fd) == -1)
		return complain(l, DATA);
	return 0;
}

int
lock_unmark(struct lock *l)
{
	l->state.slice = 0;
	return put_state(l);
}

int
lock_clean(struct lock *l)
{
	l->state.slice = 0;
	l->state.generation++;
	memset(l->state.session, 0, sizeof l->state.session);
	return put_state(l);
}

int
lock_upgrade(struct lock *l)
{
	int fd;

	if (l->writable)
		return 0;
	/* A second description would not share our lock: give it up first. */
	if ((fd = open_in(l, DATA, O_RDWR)) == -1)
		return -1;
	close(l->data_fd);
	l->data_fd = fd;
	l->writable = 1;
	return 0;
}
