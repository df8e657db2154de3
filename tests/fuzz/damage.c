/*
 * damage [-f] [-n rounds] [-s seed] bin store - read damaged copies of a store
 *
 * Each round copies the store, damages one of its files (a bit, some bytes, a
 * sector, a page, the end), and has every reader look at it. What they say is
 * held against what they said of the sound store:
 *	same	the same output and status
 *	told	another status than 0, with a message
 *	found	another output, but kvls --check does not call the store sound
 *	silent	another output, and kvls --check finds nothing
 *	crash	ended by a signal
 *	hang	not through after 10 seconds
 * The last three are faults, with -f "found" too; each is named as it comes,
 * with the seed that repeats it (-n 1 -s seed). Knows nothing of what is in the
 * files. Exits with 1 if there was a fault.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define LIMIT	10		/* seconds for a reader */
#define FILES	64
#define OUTPUT	((size_t)64 << 20)	/* more than any sound answer */

enum outcome { SAME, TOLD, FOUND, SILENT, CRASH, HANG, OUTCOMES };
static const char *const names[] = { "same", "told", "found", "silent",
    "crash", "hang" };

struct file {
	char *name;
	char *bytes;
	size_t n;
	unsigned long counts[OUTCOMES];
};

struct store {
	struct file file[FILES];
	size_t n;
};

/* The readers; the first says whether a store is sound. What --stat says is of
 * the files as they lie on the disk, and another for each copy. */
static const struct {
	const char *words[4];
	int varies;		/* the output does */
} readers[] = {
	{ { "kvls", "--check" }, 0 }, { { "kvget", "-a" }, 0 },
	{ { "kvls", "-l" }, 0 }, { { "kvls", "--symbols" }, 0 },
	{ { "kvls", "--labels" }, 0 }, { { "kvls", "--manifest" }, 0 },
	{ { "kvcount", "-a" }, 0 }, { { "kvls", "--stat" }, 1 },
};
#define READERS	(sizeof readers / sizeof *readers)

struct answer {
	struct buf out;
	int status;		/* as waitpid has it */
	int said;		/* something came on stderr */
	int hung;
};

/* --- the store ------------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name,
	    ((const struct file *)b)->name);
}

static void
load_file(struct file *f, const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct buf b = { 0 };
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		err(2, "%s", path);
	while ((n = read(fd, buf_room(&b, 65536), 65536)) > 0)
		b.len += (size_t)n;
	if (n == -1)
		err(2, "%s", path);
	close(fd);
	f->name = xstrdup(name);
	f->bytes = b.p;
	f->n = b.len;
}

/* A store may be one file: then it is the only one, of no name. */
static void
load(struct store *s, const char *path)
{
	struct dirent *e;
	DIR *d = opendir(path);

	if (d == NULL && errno == ENOTDIR) {
		load_file(&s->file[s->n++], path, ".");
		return;
	}
	if (d == NULL)
		err(2, "%s", path);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		if (s->n == FILES)
			errx(2, "%s: too many files", path);
		load_file(&s->file[s->n++], path, e->d_name);
	}
	closedir(d);
	qsort(s->file, s->n, sizeof *s->file, by_name);
}

static void
save_file(const char *dir, const char *name, const char *bytes, size_t n)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof path, "%s%s%s", dir, *name == '.' ? "" : "/",
	    *name == '.' ? "" : name);
	if ((f = fopen(path, "we")) == NULL ||
	    fwrite(bytes, 1, n, f) != n || fclose(f) == EOF)
		err(2, "%s", path);
}

/* Away with what is at path, and what the readers added to it. */
static void
clear(const char *path)
{
	struct dirent *e;
	DIR *d = opendir(path);

	if (d == NULL) {
		(void)unlink(path);
		return;
	}
	while ((e = readdir(d)) != NULL)
		(void)unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	if (rmdir(path) == -1)
		err(2, "%s", path);
}

static void
save(const struct store *s, const char *path, const struct file *other)
{
	size_t i;

	clear(path);
	if (s->file[0].name[0] != '.' && mkdir(path, 0700) == -1)
		err(2, "%s", path);
	for (i = 0; i < s->n; i++) {
		const struct file *f = &s->file[i];

		if (strcmp(f->name, other->name) == 0)
			f = other;
		save_file(path, f->name, f->bytes, f->n);
	}
}

/* --- damage ---------------------------------------------------------------- */

/* xorshift64: the same everywhere. */
static uint64_t
chance(uint64_t *seed, uint64_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed % below;
}

/* Damage the copy f; what is said of it goes to how. */
static void
damage(struct file *f, uint64_t *seed, char *how, size_t size)
{
	static const size_t units[] = { 512, 4096, 16384 };
	size_t at = chance(seed, f->n), unit = units[chance(seed, 3)];
	size_t from = at / unit * unit, n, i;

	n = f->n - from < unit ? f->n - from : unit;
	switch (chance(seed, 6)) {
	case 0:
	case 1:
		i = chance(seed, 8);
		f->bytes[at] ^= (char)(1 << i);
		snprintf(how, size, "bit %zu of byte %zu", i, at);
		break;
	case 2:
		for (i = 0; i < 4 && at + i < f->n; i++)
			f->bytes[at + i] = (char)chance(seed, 256);
		snprintf(how, size, "4 bytes from %zu", at);
		break;
	case 3:
		memset(f->bytes + from, 0, n);
		snprintf(how, size, "zeros from %zu, %zu", from, n);
		break;
	case 4:	/* another page of the same file in its place */
		i = chance(seed, f->n) / unit * unit;
		if (f->n - i < n)
			n = f->n - i;
		memmove(f->bytes + from, f->bytes + i, n);
		snprintf(how, size, "%zu bytes from %zu at %zu", n, i, from);
		break;
	default:
		f->n = chance(seed, 2) ? at : from;
		snprintf(how, size, "cut to %zu", f->n);
		break;
	}
}

/* --- readers --------------------------------------------------------------- */

static void
start(const char *const *words, const char *bin, const char *store, int out,
    int errors)
{
	char path[PATH_MAX];
	const char *argv[6] = { words[0] };
	int n = 1;

	snprintf(path, sizeof path, "%s/%s", bin, words[0]);
	for (; words[n] != NULL; n++)
		argv[n] = words[n];
	argv[n++] = store;
	argv[n] = NULL;
	if (dup2(out, STDOUT_FILENO) == -1 || dup2(errors, STDERR_FILENO) == -1)
		_exit(126);
	execv(path, (char *const *)argv);
	_exit(127);
}

/* Take what comes until both ends are closed, or time is over. */
static void
collect(struct answer *a, int out, int errors)
{
	struct pollfd p[2] = { { out, POLLIN, 0 }, { errors, POLLIN, 0 } };
	time_t end = time(NULL) + LIMIT;
	char text[4096];
	ssize_t n;

	while (p[0].fd != -1 || p[1].fd != -1) {
		if (time(NULL) > end || a->out.len > OUTPUT) {
			a->hung = 1;
			return;
		}
		if (poll(p, 2, 1000) <= 0)
			continue;
		if (p[0].revents != 0) {
			n = read(out, buf_room(&a->out, 65536), 65536);
			if (n <= 0)
				p[0].fd = -1;
			else
				a->out.len += (size_t)n;
		}
		if (p[1].revents != 0) {
			n = read(errors, text, sizeof text);
			if (n <= 0)
				p[1].fd = -1;
			else
				a->said = 1;
		}
	}
}

static void
ask(struct answer *a, const char *const *words, const char *bin,
    const char *store)
{
	int out[2], errors[2];
	pid_t pid;

	a->out.len = 0;
	a->said = a->hung = 0;
	if (pipe2(out, O_CLOEXEC) == -1 || pipe2(errors, O_CLOEXEC) == -1)
		err(2, "pipe");
	if ((pid = fork()) == -1)
		err(2, "fork");
	if (pid == 0)
		start(words, bin, store, out[1], errors[1]);
	close(out[1]);
	close(errors[1]);
	collect(a, out[0], errors[0]);
	if (a->hung)
		(void)kill(pid, SIGKILL);
	if (waitpid(pid, &a->status, 0) == -1)
		err(2, "wait");
	close(out[0]);
	close(errors[0]);
	if (WIFEXITED(a->status) && WEXITSTATUS(a->status) == 127)
		errx(2, "%s/%s: cannot be run", bin, words[0]);
}

static enum outcome
judge(const struct answer *a, const struct answer *sound, int varies,
    int unsound)
{
	if (a->hung)
		return HANG;
	if (WIFSIGNALED(a->status) || WEXITSTATUS(a->status) > 2)
		return CRASH;
	if (a->status == sound->status && (varies ||
	    (a->out.len == sound->out.len && (a->out.len == 0 ||
	    memcmp(a->out.p, sound->out.p, a->out.len) == 0))))
		return SAME;
	/* what --check has found it prints */
	if (WEXITSTATUS(a->status) != 0 && (a->said || a->out.len != 0))
		return TOLD;
	return unsound ? FOUND : SILENT;
}

/* --- rounds ---------------------------------------------------------------- */

/* One round; returns how many faults it showed. */
static int
attempt(struct store *s, const char *bin, const char *copy, uint64_t seed,
    const struct answer *sound, enum outcome fault)
{
	static struct answer a[READERS];
	uint64_t r = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	struct file *f, bad;
	enum outcome o;
	char how[100];
	size_t i;
	int faults = 0;

	(void)chance(&r, 2);
	do
		f = &s->file[chance(&r, s->n)];
	while (f->n == 0);
	bad = *f;
	bad.bytes = xmemdup(f->bytes, f->n);
	damage(&bad, &r, how, sizeof how);
	for (i = 0; i < READERS; i++) {
		save(s, copy, &bad);
		ask(&a[i], readers[i].words, bin, copy);
		o = judge(&a[i], &sound[i], readers[i].varies,
		    a[0].status != 0);
		f->counts[o]++;
		if (o < fault)
			continue;
		faults++;
		printf("seed %ju: %s, %s: %s %s: %s\n", (uintmax_t)seed,
		    f->name, how, readers[i].words[0], readers[i].words[1],
		    names[o]);
		fflush(stdout);
	}
	free(bad.bytes);
	return faults;
}

static void
summary(const struct store *s)
{
	size_t i, o;

	printf("%-20s", "");
	for (o = 0; o < OUTCOMES; o++)
		printf(" %7s", names[o]);
	putchar('\n');
	for (i = 0; i < s->n; i++) {
		printf("%-20s", s->file[i].name);
		for (o = 0; o < OUTCOMES; o++)
			printf(" %7lu", s->file[i].counts[o]);
		putchar('\n');
	}
}

static void
usage(void)
{
	fprintf(stderr, "usage: damage [-f] [-n rounds] [-s seed] bin store\n");
	exit(2);
}

int
main(int argc, char *argv[])
{
	static struct store s;
	static struct answer sound[READERS];
	unsigned long rounds = 200, i;
	enum outcome fault = SILENT;
	uint64_t seed = 1;
	char copy[] = "damage.XXXXXX";
	int ch, faults = 0;
	size_t k;

	while ((ch = getopt(argc, argv, "fn:s:")) != -1)
		switch (ch) {
		case 'f':
			fault = FOUND;
			break;
		case 'n':
			rounds = strtoul(optarg, NULL, 10);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 10);
			break;
		default:
			usage();
		}
	if (argc - optind != 2)
		usage();
	load(&s, argv[optind + 1]);
	if (mkdtemp(copy) == NULL)
		err(2, "%s", copy);
	for (k = 0; k < READERS; k++) {
		save(&s, copy, &s.file[0]);
		ask(&sound[k], readers[k].words, argv[optind], copy);
		if (sound[k].status != 0)
			errx(2, "%s %s fails on the sound store",
			    readers[k].words[0], readers[k].words[1]);
	}
	for (i = 0; i < rounds; i++)
		faults += attempt(&s, argv[optind], copy, seed + i, sound,
		    fault);
	clear(copy);
	summary(&s);
	return faults != 0;
}
