/*
 * soak BIN DIR SECONDS - the programs side by side on one store
 *
 * DIR has the streams "a" and "b", two states of one tree with the directories
 * kernel and lib, and "load", of other files. For SECONDS a writer stores the
 * one and the other in turn, with a deletion between them, beside four readers
 * and kvls --check; then two loads each alone, beside one reader, and beside
 * four of them. What is no file's old state and no file's new one is a fault,
 * as are a status or a word that was not to be expected, a run of more than 30
 * seconds, and a store in the end that differs from a fresh one.
 *
 * Prints figures and faults. Status 0, or 1 where there were faults.
 */
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define PATIENCE	30	/* seconds */
#define PAIRS		7	/* of a load alone and one beside readers */
#define ARGS		6

extern char **environ;

/* What is run again and again. Filled in but for the last three. */
struct command {
	const char *input;		/* a file, or NULL */
	const char *argv[ARGS];		/* NULL behind them */
	int known;			/* prints what one of may does */
	struct buf may[2];		/* where the state is a, or b */
	double *ms;			/* of each run */
	size_t n, cap;
};

/* Commands in turn, until told to stop. */
struct actor {
	struct command *c;
	size_t n;
	const atomic_int *stop;
	pthread_t thread;
};

static atomic_int faults;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
fault(const struct command *c, const char *what, const struct buf *said)
{
	size_t i;

	atomic_fetch_add(&faults, 1);
	flockfile(stdout);
	printf("fault:");
	for (i = 0; c->argv[i] != NULL; i++)
		printf(" %s", c->argv[i]);
	printf(": %s", what);
	if (said != NULL)
		printf(": %.*s", (int)said->len, said->p);
	printf("\n");
	fflush(stdout);
	funlockfile(stdout);
}

/* --- one run --------------------------------------------------------------- */

static int
scratch(void)
{
	int fd = memfd_create("soak", MFD_CLOEXEC);

	if (fd == -1)
		err(2, "memfd_create");
	return fd;
}

/* Start it, with its output and messages going to these. */
static pid_t
start(const struct command *c, int out, int words)
{
	posix_spawn_file_actions_t fa;
	pid_t pid;
	int e;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0,
	    c->input != NULL ? c->input : "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&fa, out, 1);
	posix_spawn_file_actions_adddup2(&fa, words, 2);
	if ((e = posix_spawnp(&pid, c->argv[0], &fa, NULL, (char *const *)c->argv, environ)) != 0) {
		errno = e;
		err(2, "%s", c->argv[0]);
	}
	posix_spawn_file_actions_destroy(&fa);
	return pid;
}

/* Wait for its end, but not for ever. Returns what waitpid says, -1: killed. */
static int
ended(pid_t pid)
{
	struct pollfd p = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	int status, hangs;

	if (p.fd == -1)
		err(2, "pidfd_open");
	if ((hangs = poll(&p, 1, PATIENCE * 1000) == 0))
		kill(pid, SIGKILL);
	close(p.fd);
	if (waitpid(pid, &status, 0) == -1)
		err(2, "waitpid");
	return hangs ? -1 : status;
}

/* What was written to fd, which is closed. */
static void
collect(int fd, struct buf *b)
{
	struct stat st;
	ssize_t n;

	b->len = 0;
	if (fstat(fd, &st) == -1)
		err(2, "fstat");
	while ((off_t)b->len < st.st_size) {
		if ((n = pread(fd, buf_room(b, (size_t)st.st_size - b->len),
		    (size_t)st.st_size - b->len, (off_t)b->len)) <= 0)
			err(2, "what a program printed");
		b->len += (size_t)n;
	}
	close(fd);
}

static int
same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(a->p, b->p, a->len) == 0);
}

/* Run it once, with what it prints in out; its time, in milliseconds. */
static double
once(const struct command *c, struct buf *out)
{
	int outfd = scratch(), words = scratch(), status;
	struct buf said = { 0 };
	double from = now(), ms;

	status = ended(start(c, outfd, words));
	ms = now() - from;
	collect(outfd, out);
	collect(words, &said);
	if (status == -1)
		fault(c, "hangs", &said);
	else if (WIFSIGNALED(status))
		fault(c, strsignal(WTERMSIG(status)), &said);
	else if (WEXITSTATUS(status) != 0)
		fault(c, "fails", &said);
	else if (said.len != 0)
		fault(c, "says", &said);
	else if (c->known && !same(out, &c->may[0]) && !same(out, &c->may[1]))
		fault(c, "neither old nor new", NULL);
	buf_free(&said);
	return ms;
}

/* --- many ------------------------------------------------------------------ */

static void *
act(void *arg)
{
	struct actor *a = arg;
	struct buf out = { 0 };
	size_t i;

	for (i = 0; !atomic_load(a->stop); i = (i + 1) % a->n) {
		struct command *c = &a->c[i];

		c->ms = xgrow(c->ms, &c->cap, c->n + 1, sizeof *c->ms);
		c->ms[c->n++] = once(c, &out);
	}
	buf_free(&out);
	return NULL;
}

static void
begin(struct actor *a, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (pthread_create(&a[i].thread, NULL, act, &a[i]) != 0)
			errx(2, "no thread");
}

static void
join(struct actor *a, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		pthread_join(a[i].thread, NULL);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
figures(const char *what, double *ms, size_t n)
{
	if (n == 0)
		return;
	qsort(ms, n, sizeof *ms, by_size);
	printf("%s: %zu, median %.1f ms, 99th percentile %.1f, longest %.1f\n",
	    what, n, ms[n / 2], ms[n * 99 / 100], ms[n - 1]);
}

/* The figures of each command, and of all of them. */
static void
report(const char *who, struct command *c, size_t n)
{
	double *all = NULL;
	size_t i, len = 0, cap = 0;
	char what[64];

	for (i = 0; i < n; i++) {
		all = xgrow(all, &cap, len + c[i].n + 1, sizeof *all);
		if (c[i].n != 0)
			memcpy(all + len, c[i].ms, c[i].n * sizeof *all);
		len += c[i].n;
		snprintf(what, sizeof what, "  %s %s", c[i].argv[0],
		    c[i].argv[1][0] == '-' ? c[i].argv[1] : "");
		figures(what, c[i].ms, c[i].n);
		free(c[i].ms);
	}
	figures(who, all, len);
	free(all);
}

/* --- side by side ----------------------------------------------------------- */

static void
put(const char *stream, const char *db)
{
	struct command c = { stream, { "kvput", "--prune", "--force", (char *)db } };
	struct buf out = { 0 };

	once(&c, &out);
	buf_free(&out);
}

/* All that is stored, but for the times at which it was. */
static void
contents(const char *db, struct buf *b)
{
	struct command c = { NULL, { "kvget", "-a", (char *)db } };
	struct buf all = { 0 };
	char *p, *end, *cut;

	b->len = 0;
	once(&c, &all);
	for (p = all.p; p < all.p + all.len; p = end + 1) {
		end = memchr(p, '\n', (size_t)(all.p + all.len - p));
		cut = memmem(p, (size_t)(end - p), ",\"created_at\":", 14);
		if (cut == NULL)
			cut = memmem(p, (size_t)(end - p), ",\"stored_at\":", 13);
		buf_add(b, p, (size_t)((cut != NULL ? cut : end) - p));
		buf_putc(b, '\n');
	}
	buf_free(&all);
}

/* What a command prints while the store is as a stream leaves it. */
static void
learn(struct command *c, size_t n, int state)
{
	size_t i;
	int known;

	for (i = 0; i < n; i++) {
		known = c[i].known;
		c[i].known = 0;
		once(&c[i], &c[i].may[state]);
		c[i].known = known;
	}
}

static void
side_by_side(unsigned seconds)
{
	struct command writes[] = {
		{ "a", { "kvput", "db" } },
		{ NULL, { "kvdel", "-r", "lib", "db" } },
		{ "b", { "kvput", "--prune", "--force", "db" } },
	};
	struct command reads[] = {
		{ NULL, { "kvcount", "db", "kernel/fork.c" }, .known = 1 },
		{ NULL, { "kvget", "-s", "copy_process", "-t", "db" }, .known = 1 },
		{ NULL, { "kvls", "-r", "kernel", "db" } },
		{ NULL, { "kvget", "-a", "db", "kernel/sched" } },
		{ NULL, { "kvls", "--check", "db" } },
	};
	enum { READS = sizeof reads / sizeof *reads };
	struct actor actors[READS + 1];
	struct buf is = { 0 }, should = { 0 };
	atomic_int stop = 0;
	size_t i;

	put("b", "db");
	learn(reads, READS, 1);
	put("a", "db");
	learn(reads, READS, 0);
	for (i = 0; i < READS; i++)
		actors[i] = (struct actor){ &reads[i], 1, &stop, 0 };
	actors[READS] = (struct actor){ writes, 3, &stop, 0 };
	begin(actors, READS + 1);
	sleep(seconds);
	atomic_store(&stop, 1);
	join(actors, READS + 1);

	printf("side by side for %u s\n", seconds);
	report("writer", writes, 3);
	report("readers", reads, READS - 1);
	report("check", &reads[READS - 1], 1);
	put("a", "db");
	put("a", "fresh");
	contents("db", &is);
	contents("fresh", &should);
	if (is.len == 0 || !same(&is, &should))
		fault(&reads[READS - 1], "not as a fresh store", NULL);
	buf_free(&is);
	buf_free(&should);
	for (i = 0; i < READS; i++) {
		buf_free(&reads[i].may[0]);
		buf_free(&reads[i].may[1]);
	}
}

/* --- beside a load ------------------------------------------------------------ */

static void
discard(const char *db)
{
	struct command c = { NULL, { "rm", "-rf", (char *)db } };
	struct buf out = { 0 };

	once(&c, &out);
	buf_free(&out);
}

/* Milliseconds of a load into a small store, beside so many running c. */
static double
load(struct command *c, size_t n)
{
	static const char *const db = "loaded";
	struct command l = { "load", { "kvput", (char *)db } };
	struct command *own = xcalloc(n + 1, sizeof *own);
	struct actor *a = xcalloc(n + 1, sizeof *a);
	struct buf out = { 0 };
	atomic_int stop = 0;
	double ms;
	size_t i;

	discard(db);
	put("a", db);
	for (i = 0; i < n; i++) {
		memcpy(own[i].argv, c->argv, sizeof own[i].argv);
		a[i] = (struct actor){ &own[i], 1, &stop, 0 };
	}
	begin(a, n);
	ms = once(&l, &out);
	atomic_store(&stop, 1);
	join(a, n);
	for (i = 0; i < n; i++) {
		c->ms = xgrow(c->ms, &c->cap, c->n + own[i].n, sizeof *c->ms);
		if (own[i].n != 0)
			memcpy(c->ms + c->n, own[i].ms, own[i].n * sizeof *c->ms);
		c->n += own[i].n;
		free(own[i].ms);
	}
	free(own);
	free(a);
	buf_free(&out);
	return ms;
}

/* The median of loads alone over loads beside n of them, a pair each. */
static double
speed(struct command *c, size_t n)
{
	double ratio[PAIRS], alone, beside;
	int i;

	for (i = 0; i < PAIRS; i++) {
		alone = load(c, 0);
		beside = load(c, n);
		ratio[i] = alone / beside;
	}
	qsort(ratio, PAIRS, sizeof *ratio, by_size);
	return ratio[PAIRS / 2];
}

static void
beside_a_load(void)
{
	struct command one = { NULL, { "kvcount", "loaded", "lib/string.c" } };
	struct command four = one;
	/* As busy, but not with the store: what the processors make of it. */
	struct command idle = { NULL, { "kvcount", "fresh", "lib/string.c" } };
	double s;

	s = speed(&one, 1);
	figures("kvcount beside a load (99th percentile at most 20 ms)", one.ms, one.n);
	printf("  the load's speed beside it: %.2f of alone\n", s);
	s = speed(&four, 4);
	figures("4 readers beside a load", four.ms, four.n);
	printf("  the load's speed beside them: %.2f of alone (at least .5)\n", s);
	s = speed(&idle, 4);
	printf("  beside 4 readers of another store: %.2f\n", s);
	free(one.ms);
	free(four.ms);
	free(idle.ms);
}

int
main(int argc, char *argv[])
{
	char *path, *end;
	unsigned long seconds;

	if (argc != 4) {
		fprintf(stderr, "usage: soak bin dir seconds\n");
		return 2;
	}
	seconds = strtoul(argv[3], &end, 10);
	if (*argv[3] == '\0' || *end != '\0' || seconds > 1000000)
		errx(2, "%s: not a number of seconds", argv[3]);
	if (asprintf(&path, "%s:%s", argv[1], getenv("PATH")) == -1 ||
	    setenv("PATH", path, 1) == -1)
		err(2, "PATH");
	free(path);
	if (chdir(argv[2]) == -1)
		err(2, "%s", argv[2]);
	side_by_side((unsigned)seconds);
	beside_a_load();
	printf("faults: %d\n", atomic_load(&faults));
	return atomic_load(&faults) != 0;
}
