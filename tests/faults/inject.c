/*
 * inject - have the system calls and allocations of a program fail
 *
 * A library for LD_PRELOAD. What it does is told by the environment:
 *
 *	FAULT_STORE	the store, a file or a directory: absolute, canonical
 *	FAULT		CLASS:WHAT:N, at the Nth call of the class; N+ is that
 *			call and all after it
 *	FAULT_COUNT	a file, to which the number of calls of each class is
 *			written when the program exits
 *	FAULT_LOG	a file, to which all that changes the store is
 *			appended: see log.h
 *	FAULT_KILL	microseconds after which the program gets SIGKILL
 *
 * CLASS is open, write, sync, rename, unlink, trunc, close, mmap, malloc, or
 * change, which is every call of write, sync, rename, unlink and trunc. The
 * calls of write, sync, rename, unlink, trunc and close count where they are
 * about the store, those of open, mmap and malloc always.
 *
 * WHAT is the name of an errno; SHORT, half a write; KILL, SIGKILL in place of
 * the call; TEAR, SIGKILL after half of a write. ENOSPC from a call on begins
 * with half a write, as a disk does that gets full.
 *
 * The system is called by syscall(2): there is no other library's function in
 * between that could allocate. For 64-bit Linux.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define FDS	1024		/* descriptors that are looked after */
#define NAMES	256		/* names in the store, over a run */

enum class { OPEN, WRITE, SYNC, RENAME, UNLINK, TRUNC, CLOSE, MMAP, MALLOC,
	CHANGE, CLASSES };
static const char *const class_names[CLASSES] = { "open", "write", "sync",
	"rename", "unlink", "trunc", "close", "mmap", "malloc", "change" };

static const struct {
	const char *name;
	int number;
} errors[] = { { "EIO", EIO }, { "ENOSPC", ENOSPC }, { "EMFILE", EMFILE },
	{ "ENOMEM", ENOMEM }, { "EDQUOT", EDQUOT }, { "EFBIG", EFBIG },
	{ "EACCES", EACCES } };

enum what { NOTHING, FAIL, SHORT, KILL, TEAR };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int ready;
static unsigned long counts[CLASSES];

static enum class fault_class = CLASSES;
static enum what fault_what;
static int fault_errno, fault_on;
static unsigned long fault_n;

static char store[PATH_MAX];
static size_t store_len, root_len;	/* root: the directory it lies in */
static int log_fd = -1;

/* What a descriptor is open on: an id, 0 for what is not of the store. */
static uint32_t ids[FDS];
static struct {
	char name[NAME_MAX * 2];	/* seen from the root */
	uint32_t id;		/* 0: nothing has that name */
} names[NAMES];
static size_t nnames;
static uint32_t last_id;

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

/* --- what shall happen --------------------------------------------------- */

static void
die(void)
{
	for (;;)
		syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
}

/* One more call of the class; with the mutex held, but for MALLOC. */
static enum what
hit(enum class c)
{
	unsigned long n = __atomic_add_fetch(&counts[c], 1, __ATOMIC_RELAXED);

	if (c != fault_class || (fault_on ? n < fault_n : n != fault_n))
		return NOTHING;
	if (fault_what == KILL)
		die();
	if (fault_errno == ENOSPC && fault_on && n == fault_n)
		return SHORT;
	return fault_what;
}

static enum what
hit_change(enum class c)
{
	enum what a = hit(c), b = hit(CHANGE);

	return a != NOTHING ? a : b;
}

static int
fail(void)
{
	errno = fault_errno;
	return -1;
}

static void
complain(const char *what)
{
	fprintf(stderr, "inject: %s\n", what);
	_exit(99);
}

static void
read_fault(const char *s)
{
	char class[16], what[16], plus = '\0';
	size_t i;

	if (sscanf(s, "%15[a-z]:%15[A-Z]:%lu%c", class, what, &fault_n,
	    &plus) < 3)
		complain(s);
	for (i = 0; i < CLASSES; i++)
		if (strcmp(class, class_names[i]) == 0)
			fault_class = i;
	fault_on = plus == '+';
	fault_what = strcmp(what, "SHORT") == 0 ? SHORT :
	    strcmp(what, "KILL") == 0 ? KILL :
	    strcmp(what, "TEAR") == 0 ? TEAR : FAIL;
	for (i = 0; i < sizeof errors / sizeof *errors; i++)
		if (strcmp(what, errors[i].name) == 0)
			fault_errno = errors[i].number;
	if (fault_class == CLASSES ||
	    (fault_what == FAIL && fault_errno == 0))
		complain(s);
}

static void
kill_after(long us)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL,
	    .sigev_signo = SIGKILL };
	struct itimerspec when = { .it_value = { us / 1000000,
	    us % 1000000 * 1000 + 1 } };
	timer_t timer;

	if (timer_create(CLOCK_MONOTONIC, &e, &timer) == -1 ||
	    timer_settime(timer, 0, &when, NULL) == -1)
		complain("FAULT_KILL");
}

__attribute__((constructor)) static void
start(void)
{
	const char *s;
	int fd;

	if ((s = getenv("FAULT_STORE")) == NULL)
		return;
	store_len = strlen(s);
	if (*s != '/' || store_len >= sizeof store)
		complain("FAULT_STORE");
	memcpy(store, s, store_len + 1);
	root_len = strrchr(store, '/') - store;
	if ((s = getenv("FAULT_LOG")) != NULL) {
		fd = syscall(SYS_openat, AT_FDCWD, s,
		    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
		/* Out of the way of numbers that the program expects. */
		log_fd = fcntl(fd, F_DUPFD_CLOEXEC, FDS / 2);
		if (log_fd == -1)
			complain("FAULT_LOG");
		syscall(SYS_close, fd);
	}
	if ((s = getenv("FAULT")) != NULL && *s != '\0')
		read_fault(s);
	if ((s = getenv("FAULT_KILL")) != NULL && atol(s) > 0)
		kill_after(atol(s));
	ready = 1;
}

__attribute__((destructor)) static void
stop(void)
{
	char text[512];
	const char *s = getenv("FAULT_COUNT");
	int fd, i, n = 0;

	if (!ready || s == NULL)
		return;
	ready = 0;
	for (i = 0; i < CLASSES; i++)
		n += snprintf(text + n, sizeof text - n, "%s %lu\n",
		    class_names[i], counts[i]);
	fd = syscall(SYS_openat, AT_FDCWD, s, O_WRONLY | O_CREAT | O_TRUNC,
	    0666);
	if (fd == -1 || syscall(SYS_write, fd, text, n) != n)
		complain("FAULT_COUNT");
}

/* --- what is known of the store ------------------------------------------ */

static void
note(char op, uint32_t id, uint64_t at, const void *p, size_t n)
{
	struct log_entry e = { .op = op, .id = id, .at = at, .len = n };
	struct iovec v[2] = { { &e, sizeof e }, { (void *)p, n } };

	if (log_fd != -1 && syscall(SYS_writev, log_fd, v, 2) !=
	    (long)(sizeof e + n))
		complain("FAULT_LOG");
}

/* The name seen from the root, if the path is the store's; else NULL. */
static const char *
in_store(const char *path)
{
	if (store_len == 0)
		return NULL;
	if (strncmp(path, store, store_len) == 0 &&
	    strchr("/-", path[store_len]) != NULL)	/* NUL, too */
		return path + root_len + 1;
	if (strncmp(path, store, root_len) == 0 && path[root_len] == '\0')
		return "";
	return NULL;
}

/*
 * The path that a call is about, "" if that cannot be said; of dir itself if
 * path is "".
 */
static void
full(char out[PATH_MAX], int dir, const char *path)
{
	char link[64];
	ssize_t n = 0;

	out[0] = '\0';
	if (path[0] != '/') {
		snprintf(link, sizeof link, dir == AT_FDCWD ?
		    "/proc/self/cwd" : "/proc/self/fd/%d", dir);
		if ((n = readlink(link, out, PATH_MAX - 1)) == -1)
			return;
		out[n++] = '/';
	}
	if (n + strlen(path) >= PATH_MAX)
		out[0] = '\0';
	else if (path[0] == '\0')
		out[n - 1] = '\0';
	else
		strcpy(out + n, path);
}

static uint32_t *
id_of(const char *name)
{
	size_t i;

	for (i = 0; i < nnames; i++)
		if (strcmp(names[i].name, name) == 0)
			return &names[i].id;
	if (nnames == NAMES || strlen(name) >= sizeof names->name)
		complain("too many names");
	strcpy(names[nnames].name, name);
	return &names[nnames++].id;
}

static uint32_t
id_at(int fd)
{
	return fd >= 0 && fd < FDS ? ids[fd] : 0;
}

/* --- opening, closing ---------------------------------------------------- */

static int
do_open(int dir, const char *path, int flags, int mode)
{
	char whole[PATH_MAX];
	const char *name = NULL;
	struct stat st;
	uint32_t *id;
	int fd = -1, there;

	if (!ready)
		return syscall(SYS_openat, dir, path, flags, mode);
	pthread_mutex_lock(&mutex);
	there = !(flags & O_CREAT) || fstatat(dir, path, &st, 0) == 0;
	if (hit(OPEN) != NOTHING)
		fail();
	else
		fd = syscall(SYS_openat, dir, path, flags, mode);
	if (fd != -1 && fd < FDS) {
		ids[fd] = 0;
		full(whole, fd, "");
		name = in_store(whole);
	}
	if (name != NULL) {
		id = id_of(name);
		if (*id == 0) {
			*id = ++last_id;
			note(there ? LOG_OPEN : LOG_CREATE, *id, 0, name,
			    strlen(name) + 1);
		}
		ids[fd] = *id;
		if (there && flags & O_TRUNC)
			note(LOG_TRUNC, *id, 0, NULL, 0);
	}
	pthread_mutex_unlock(&mutex);
	return fd;
}

#define MODE(flags) __extension__ ({					\
	int mode_ = 0;							\
	if ((flags) & (O_CREAT | O_TMPFILE)) {				\
		va_list ap;						\
		va_start(ap, flags);					\
		mode_ = va_arg(ap, int);				\
		va_end(ap);						\
	}								\
	mode_;								\
})

int
open(const char *path, int flags, ...)
{
	return do_open(AT_FDCWD, path, flags, MODE(flags));
}

int
open64(const char *path, int flags, ...)
{
	return do_open(AT_FDCWD, path, flags, MODE(flags));
}

int
openat(int dir, const char *path, int flags, ...)
{
	return do_open(dir, path, flags, MODE(flags));
}

int
openat64(int dir, const char *path, int flags, ...)
{
	return do_open(dir, path, flags, MODE(flags));
}

int
creat(const char *path, mode_t mode)
{
	return do_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int
creat64(const char *path, mode_t mode)
{
	return creat(path, mode);
}

int
mkdir(const char *path, mode_t mode)
{
	char whole[PATH_MAX];
	const char *name;
	uint32_t *id;
	int ret = syscall(SYS_mkdirat, AT_FDCWD, path, mode);

	if (!ready || ret == -1)
		return ret;
	pthread_mutex_lock(&mutex);
	full(whole, AT_FDCWD, path);
	if ((name = in_store(whole)) != NULL) {
		id = id_of(name);
		*id = ++last_id;
		note(LOG_MKDIR, *id, 0, name, strlen(name) + 1);
	}
	pthread_mutex_unlock(&mutex);
	return ret;
}

/* What fails has closed it all the same, as Linux does. */
int
close(int fd)
{
	int ret;

	if (!ready || id_at(fd) == 0)
		return syscall(SYS_close, fd);
	pthread_mutex_lock(&mutex);
	ids[fd] = 0;
	ret = syscall(SYS_close, fd);
	if (hit(CLOSE) != NOTHING)
		ret = fail();
	pthread_mutex_unlock(&mutex);
	return ret;
}

/* --- writing ------------------------------------------------------------- */

static ssize_t
do_write(int fd, const void *p, size_t n, off_t at)
{
	ssize_t ret;
	enum what what;
	uint32_t id = id_at(fd);
	int here = at == -1;

	if (!ready || id == 0)
		return here ? syscall(SYS_write, fd, p, n) :
		    syscall(SYS_pwrite64, fd, p, n, at);
	pthread_mutex_lock(&mutex);
	what = hit_change(WRITE);
	if (what == FAIL) {
		ret = fail();
		goto out;
	}
	if (what != NOTHING && n > 1)
		n /= 2;
	if (here)
		at = fcntl(fd, F_GETFL) & O_APPEND ?
		    lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
	ret = here ? syscall(SYS_write, fd, p, n) :
	    syscall(SYS_pwrite64, fd, p, n, at);
	if (ret > 0)
		note(LOG_WRITE, id, at, p, ret);
	if (what == TEAR)
		die();
out:
	pthread_mutex_unlock(&mutex);
	return ret;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	return do_write(fd, p, n, -1);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	return do_write(fd, p, n, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return do_write(fd, p, n, at);
}

static ssize_t
do_writev(int fd, const struct iovec *v, int n, off_t at)
{
	ssize_t done = 0, k;
	int i;

	if (!ready || id_at(fd) == 0)
		return at == -1 ? syscall(SYS_writev, fd, v, n) :
		    syscall(SYS_pwritev, fd, v, n, at, 0);
	for (i = 0; i < n; i++) {
		k = do_write(fd, v[i].iov_base, v[i].iov_len,
		    at == -1 ? -1 : at + done);
		if (k == -1)
			return done != 0 ? done : -1;
		done += k;
		if ((size_t)k != v[i].iov_len)
			break;
	}
	return done;
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	return do_writev(fd, v, n, -1);
}

ssize_t
pwritev(int fd, const struct iovec *v, int n, off_t at)
{
	return do_writev(fd, v, n, at);
}

ssize_t
pwritev64(int fd, const struct iovec *v, int n, off64_t at)
{
	return do_writev(fd, v, n, at);
}

static int
do_truncate(int fd, long call, off_t from, off_t size)
{
	struct stat st;
	int ret = -1;

	if (ready && id_at(fd) != 0) {
		pthread_mutex_lock(&mutex);
		if (hit_change(TRUNC) != NOTHING)
			fail();
		else if (call == SYS_ftruncate)
			ret = syscall(call, fd, size);
		else
			ret = syscall(call, fd, 0, from, size);
		if (ret == 0 && fstat(fd, &st) == 0)
			note(LOG_TRUNC, id_at(fd), st.st_size, NULL, 0);
		pthread_mutex_unlock(&mutex);
		return ret;
	}
	return call == SYS_ftruncate ? syscall(call, fd, size) :
	    syscall(call, fd, 0, from, size);
}

int
ftruncate(int fd, off_t size)
{
	return do_truncate(fd, SYS_ftruncate, 0, size);
}

int
ftruncate64(int fd, off64_t size)
{
	return do_truncate(fd, SYS_ftruncate, 0, size);
}

int
posix_fallocate(int fd, off_t from, off_t size)
{
	return do_truncate(fd, SYS_fallocate, from, size) == -1 ? errno : 0;
}

int
posix_fallocate64(int fd, off64_t from, off64_t size)
{
	return posix_fallocate(fd, from, size);
}

static int
do_sync(int fd, long call)
{
	int ret = -1;

	if (!ready || id_at(fd) == 0)
		return syscall(call, fd);
	pthread_mutex_lock(&mutex);
	if (hit_change(SYNC) != NOTHING)
		fail();
	else
		ret = syscall(call, fd);
	if (ret == 0)
		note(LOG_SYNC, id_at(fd), 0, NULL, 0);
	pthread_mutex_unlock(&mutex);
	return ret;
}

int
fsync(int fd)
{
	return do_sync(fd, SYS_fsync);
}

int
fdatasync(int fd)
{
	return do_sync(fd, SYS_fdatasync);
}

/* --- names --------------------------------------------------------------- */

int
renameat2(int fromdir, const char *from, int todir, const char *to,
    unsigned int flags)
{
	char a[PATH_MAX], b[PATH_MAX], both[2 * PATH_MAX];
	const char *x, *y;
	uint32_t *id;
	size_t n;
	int ret = -1;

	full(a, fromdir, from);
	full(b, todir, to);
	if (!ready || (x = in_store(a)) == NULL || (y = in_store(b)) == NULL)
		return syscall(SYS_renameat2, fromdir, from, todir, to,
		    flags);
	pthread_mutex_lock(&mutex);
	if (hit_change(RENAME) != NOTHING)
		fail();
	else
		ret = syscall(SYS_renameat2, fromdir, from, todir, to,
		    flags);
	if (ret == 0) {
		id = id_of(x);
		*id_of(y) = *id;	/* 0, if it was never opened */
		*id = 0;
		n = strlen(x) + 1;
		memcpy(both, x, n);
		strcpy(both + n, y);
		note(LOG_RENAME, 0, 0, both, n + strlen(y) + 1);
	}
	pthread_mutex_unlock(&mutex);
	return ret;
}

int
renameat(int fromdir, const char *from, int todir, const char *to)
{
	return renameat2(fromdir, from, todir, to, 0);
}

int
rename(const char *from, const char *to)
{
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlinkat(int dir, const char *path, int flags)
{
	char whole[PATH_MAX];
	const char *name;
	int ret = -1;

	full(whole, dir, path);
	if (!ready || (name = in_store(whole)) == NULL)
		return syscall(SYS_unlinkat, dir, path, flags);
	pthread_mutex_lock(&mutex);
	if (hit_change(UNLINK) != NOTHING)
		fail();
	else
		ret = syscall(SYS_unlinkat, dir, path, flags);
	if (ret == 0) {
		*id_of(name) = 0;
		note(LOG_UNLINK, 0, 0, name, strlen(name) + 1);
	}
	pthread_mutex_unlock(&mutex);
	return ret;
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

/* --- memory -------------------------------------------------------------- */

static int
no_memory(void)
{
	if (!ready || hit(MALLOC) == NOTHING)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	return no_memory() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return no_memory() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return no_memory() ? NULL : __libc_realloc(p, n);
}

int
posix_memalign(void **p, size_t align, size_t n)
{
	void *q = no_memory() ? NULL : __libc_memalign(align, n);

	if (q == NULL)
		return ENOMEM;
	*p = q;
	return 0;
}

void *
mmap(void *p, size_t n, int prot, int flags, int fd, off_t at)
{
	if (ready && hit(MMAP) != NOTHING) {
		errno = fault_errno;
		return MAP_FAILED;
	}
	return (void *)syscall(SYS_mmap, p, n, prot, flags, fd, at);
}

void *
mmap64(void *p, size_t n, int prot, int flags, int fd, off64_t at)
{
	return mmap(p, n, prot, flags, fd, at);
}
