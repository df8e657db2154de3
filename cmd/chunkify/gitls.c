#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "gitls.h"
#include "base/mem.h"

#define PIECE	(64 << 10)	/* bytes asked of a pipe */
#define WORDS	4096		/* bytes of git's messages that are kept */

extern char **environ;

/* One git ls-files. */
struct git_list {
	pid_t pid;		/* 0: not running */
	int out, err;		/* its pipes, or -1 */
	struct buf in;		/* what it gave, from at on not yet taken */
	size_t at;
	struct buf said;	/* its messages, a line */
	const char *path;	/* in in, or NULL at the end */
	int nested;
};

struct gitls {
	char *dir;
	double limit;
	struct git_list tracked, others;
	char *last;		/* to drop the stages of an unmerged path */
	size_t caplast;
	int begun;		/* the first path of both was requested */
	int failed;		/* files may be missing */
	int told;		/* and the reason was printed */
	int quiet;
};

/* --- work trees ------------------------------------------------------------ */

/* dir/name; the caller's. */
static char *
join(const char *dir, const char *name)
{
	char *p;

	if (asprintf(&p, "%s/%s", dir, name) == -1)
		errx(2, "out of memory");
	return p;
}

static int
holds(const char *dir, const char *name)
{
	char *p = join(dir, name);
	struct stat st;
	int is = lstat(p, &st) == 0;

	free(p);
	return is;
}

/* Look like git: a file that refers to the repository, or the repository with
 * at least these three; an empty .git does not count. */
int
gitls_is_top(const char *path)
{
	char *git = join(path, ".git");
	struct stat st;
	int is;

	is = stat(git, &st) == 0 && (S_ISREG(st.st_mode) ||
	    (S_ISDIR(st.st_mode) && holds(git, "HEAD") &&
	    holds(git, "objects") && holds(git, "refs")));
	free(git);
	return is;
}

/* The top of the work tree that path is in, without symbolic links; the
 * caller's. NULL if there is none. */
static char *
top_of(const char *path)
{
	char *top = realpath(path, NULL), *slash;

	if (top == NULL)
		return NULL;
	while (!gitls_is_top(top)) {
		if ((slash = strrchr(top, '/')) == NULL || slash == top) {
			free(top);
			return NULL;
		}
		*slash = '\0';
	}
	return top;
}

int
gitls_is_inside(const char *path)
{
	char *top = top_of(path);

	free(top);
	return top != NULL;
}

/* --- running git ----------------------------------------------------------- */

static char *
setting(const char *name, const char *value, const char *more)
{
	char *s;

	if (asprintf(&s, "%s=%s%s", name, value, more) == -1)
		errx(2, "out of memory");
	return s;
}

#define OURS	5		/* variables that we set */

/* The environment without git's variables, except ours, which come first and
 * must be freed; the others are lent. */
static char **
make_environment(const char *top)
{
	size_t n = 0, k = 0;
	char **env;

	while (environ[n] != NULL)
		n++;
	env = xreallocarray(NULL, OURS + n + 1, sizeof *env);
	env[k++] = setting("GIT_DIR", top, "/.git");
	env[k++] = setting("GIT_WORK_TREE", top, "");
	env[k++] = setting("GIT_ALLOW_PROTOCOL", "none", "");
	env[k++] = setting("GIT_NO_LAZY_FETCH", "1", "");
	env[k++] = setting("GIT_TERMINAL_PROMPT", "0", "");
	for (n = 0; environ[n] != NULL; n++)
		if (strncmp(environ[n], "GIT_", 4) != 0)
			env[k++] = environ[n];
	env[k] = NULL;
	return env;
}

static void
free_environment(char **env)
{
	size_t i;

	for (i = 0; i < OURS; i++)
		free(env[i]);
	free(env);
}

/*
 * Run git with its output and messages into out and err. Not posix_spawn,
 * which cannot confine. The child shares our memory until it execs, so it
 * can tell us why it could not. Returns its pid, or -1 with errno.
 */
static pid_t
run(const char *const *argv, char **env, int out, int err)
{
	volatile int error = 0;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pid_t pid;

	if (null == -1)
		return -1;
	if ((pid = vfork()) == 0) {
		if (dup2(null, 0) != -1 && dup2(out, 1) != -1 &&
		    dup2(err, 2) != -1) {
			confine();
			execvpe("git", (char *const *)argv, env);
		}
		error = errno;
		_exit(127);
	}
	if (pid == -1)
		error = errno;
	close(null);
	if (error == 0)
		return pid;
	if (pid != -1)
		(void)waitpid(pid, NULL, 0);
	errno = error;
	return -1;
}

static int
start(const struct gitls *g, struct git_list *l, char **env,
    const char *const *what)
{
	const char *argv[32] = { "git", "--no-pager", "--no-optional-locks",
	    "--literal-pathspecs", "-C", g->dir, "-c", "core.fsmonitor=false",
	    "-c", "core.hooksPath=/dev/null", "ls-files", "-z" };
	int out[2], err[2] = { -1, -1 };
	size_t n = 0;
	pid_t pid = -1;
	int e;

	while (argv[n] != NULL)
		n++;
	while (*what != NULL)
		argv[n++] = *what++;
	if (pipe2(out, O_CLOEXEC) == -1)
		return -1;
	if (pipe2(err, O_CLOEXEC) == 0)
		pid = run(argv, env, out[1], err[1]);
	e = errno;
	close(out[1]);
	close(err[1]);
	l->out = out[0];
	l->err = err[0];
	errno = e;
	if (pid == -1)
		return -1;
	l->pid = pid;
	return 0;
}

/* Collect its messages, up to a limit. */
static void
listen_to(struct git_list *l)
{
	char words[WORDS];
	ssize_t n = read(l->err, words, sizeof words);

	if (n == 0 || (n == -1 && errno != EINTR)) {
		close(l->err);
		l->err = -1;
	}
	if (n > 0 && l->said.len + n > WORDS)
		n = WORDS - l->said.len;
	if (n > 0)
		buf_add(&l->said, words, n);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/*
 * Wait until there is something to read from out (or only from err, once out is
 * closed). Returns 1; 0 when both are at their end; -1 when git was silent for
 * too long or we cannot wait for it.
 */
static int
await(const struct gitls *g, struct git_list *l)
{
	double end = now() + g->limit, left = 0;
	int n;

	while (l->out != -1 || l->err != -1) {
		struct pollfd fd[2] = { { l->out, POLLIN, 0 },
		    { l->err, POLLIN, 0 } };

		if (g->limit > 0 && (left = end - now()) < 0)
			left = 0;
		n = poll(fd, 2, g->limit > 0 ? (int)(left * 1000) + 1 : -1);
		if (n == -1 && errno != EINTR)
			return -1;
		if (n == 0 && left <= 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		if (n > 0 && fd[1].revents != 0)
			listen_to(l);
		if (n > 0 && fd[0].revents != 0)
			return 1;
	}
	return 0;
}

static void
stop(struct git_list *l)
{
	if (l->pid != 0)
		kill(l->pid, SIGKILL);
}

/* It cannot go on. Then neither can the other: the list is incomplete. */
static void
give_up(struct gitls *g)
{
	if (!g->told && !g->quiet && errno == ETIMEDOUT)
		warnx("%s: git was silent for %g seconds and was stopped",
		    g->dir, g->limit);
	else if (!g->told && !g->quiet)
		warn("%s: git", g->dir);
	g->failed = g->told = 1;
	stop(&g->tracked);
	stop(&g->others);
}

/* Read more. Returns 1, 0 at the end, -1. */
static int
fill(struct gitls *g, struct git_list *l)
{
	ssize_t n;

	if (l->out == -1)
		return 0;
	do {
		if (await(g, l) == -1)
			return -1;
		n = read(l->out, buf_room(&l->in, PIECE), PIECE);
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return -1;
	l->in.len += n;
	if (n == 0) {
		close(l->out);
		l->out = -1;
	}
	return n != 0;
}

/* The next string it gives, lent until the next call; NULL at the end. */
static char *
next_string(struct gitls *g, struct git_list *l)
{
	char *s, *end;
	int more = 1;

	while ((end = memchr(l->in.p + l->at, '\0', l->in.len - l->at)) ==
	    NULL && more == 1) {
		if (l->at != 0)
			memmove(l->in.p, l->in.p + l->at, l->in.len - l->at);
		l->in.len -= l->at;
		l->at = 0;
		more = g->failed ? 0 : fill(g, l);
	}
	if (end == NULL) {
		if (more == -1)
			give_up(g);
		else if (l->in.len != 0)	/* cut off */
			g->failed = 1;
		return NULL;
	}
	s = l->in.p + l->at;
	l->at = end + 1 - l->in.p;
	return s;
}

/* Go to the next path. With --stage it is "mode hash stage TAB path". */
static void
advance(struct gitls *g, struct git_list *l)
{
	char *s = next_string(g, l), *tab;
	size_t n;

	l->path = s;
	l->nested = 0;
	if (s == NULL)
		return;
	n = strlen(s);
	if (l == &g->tracked) {
		if ((tab = strchr(s, '\t')) == NULL) {
			g->failed = 1;
			l->path = NULL;
			return;
		}
		l->nested = strncmp(s, "160000 ", 7) == 0;
		l->path = tab + 1;
	} else if (n > 1 && s[n - 1] == '/') {
		l->nested = 1;
		s[n - 1] = '\0';
	}
}

/* --- from outside ---------------------------------------------------------- */

struct gitls *
gitls_open(const char *dir, double limit, int quiet)
{
	static const char *const tracked[] = { "--cached", "--stage", NULL };
	static const char *const others[] = { "--others",
	    "--exclude-standard", NULL };
	struct gitls *g = xcalloc(1, sizeof *g);
	char *top = top_of(dir), **env;
	int ok;

	g->dir = xstrdup(dir);
	g->limit = limit;
	g->quiet = quiet;
	g->tracked.out = g->tracked.err = -1;
	g->others.out = g->others.err = -1;
	/* memchr must not get NULL */
	(void)buf_room(&g->tracked.in, PIECE);
	(void)buf_room(&g->others.in, PIECE);
	env = make_environment(top != NULL ? top : dir);
	ok = start(g, &g->tracked, env, tracked) == 0 &&
	    start(g, &g->others, env, others) == 0;
	if (!ok && !quiet)
		warn("%s: is a git work tree, but git", g->dir);
	free_environment(env);
	free(top);
	if (ok)
		return g;
	gitls_close(g);
	return NULL;
}

/* Wait for it to exit. Returns -1 unless it succeeded, without messages. */
static int
finish(struct gitls *g, struct git_list *l)
{
	int status;

	if (l->out != -1) {		/* its output is of no use */
		close(l->out);
		l->out = -1;
	}
	if (await(g, l) == -1)
		give_up(g);
	while (waitpid(l->pid, &status, 0) == -1)
		if (errno != EINTR) {
			status = -1;
			break;
		}
	l->pid = 0;
	return status == 0 && l->said.len == 0 ? 0 : -1;
}

/* Print what git said, in one line. */
static void
complain(const struct gitls *g, struct buf *said)
{
	char *nl;

	while (said->len != 0 && said->p[said->len - 1] == '\n')
		said->len--;
	buf_putc(said, '\0');
	for (nl = said->p; (nl = strchr(nl, '\n')) != NULL; nl++)
		*nl = ' ';
	warnx("%s: git ls-files failed%s%s", g->dir,
	    *said->p != '\0' ? ": " : "", said->p);
}

/* Both are done. Returns like gitls_next. */
static int
end(struct gitls *g)
{
	int a = finish(g, &g->tracked), b = finish(g, &g->others);

	if (a == -1 || b == -1)
		g->failed = 1;
	if (g->failed && !g->told && !g->quiet)
		complain(g, a == -1 ? &g->tracked.said : &g->others.said);
	return g->failed ? -1 : 0;
}

int
gitls_next(struct gitls *g, const char **path, int *nested)
{
	struct git_list *l;
	size_t n;

	if (!g->begun) {
		g->begun = 1;
		advance(g, &g->tracked);
		advance(g, &g->others);
	}
	do {
		if (g->tracked.path == NULL && g->others.path == NULL)
			return end(g);
		l = g->others.path == NULL || (g->tracked.path != NULL &&
		    strcmp(g->tracked.path, g->others.path) <= 0) ?
		    &g->tracked : &g->others;
		n = strlen(l->path) + 1;
		if (g->last != NULL && strcmp(g->last, l->path) == 0) {
			advance(g, l);
			continue;
		}
		g->last = xgrow(g->last, &g->caplast, n, 1);
		memcpy(g->last, l->path, n);
		*nested = l->nested;
		*path = g->last;
		advance(g, l);
		return 1;
	} while (1);
}

static void
list_free(struct git_list *l)
{
	stop(l);
	if (l->out != -1)
		close(l->out);
	if (l->err != -1)
		close(l->err);
	while (l->pid != 0 && waitpid(l->pid, NULL, 0) == -1 && errno == EINTR)
		;
	buf_free(&l->in);
	buf_free(&l->said);
}

void
gitls_close(struct gitls *g)
{
	if (g == NULL)
		return;
	list_free(&g->tracked);
	list_free(&g->others);
	free(g->last);
	free(g->dir);
	free(g);
}
