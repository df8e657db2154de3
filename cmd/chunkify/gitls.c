#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gitls.h"
#include "mem.h"

extern char **environ;

/* One git ls-files. */
struct list {
	pid_t pid;
	FILE *out;
	char *line;
	size_t cap;
	const char *path;	/* in line, or NULL at the end */
	int nested;
};

struct gitls {
	char *dir;
	struct list tracked, others;
	char *last;		/* to drop the stages of an unmerged path */
	size_t caplast;
	int begun;		/* both have been asked for their first */
	int failed, quiet;
};

int
gitls_is_top(const char *path)
{
	char *git;
	struct stat st;
	int is;

	if (asprintf(&git, "%s/.git", path) == -1)
		errx(2, "out of memory");
	is = stat(git, &st) == 0;
	if (is && S_ISDIR(st.st_mode)) {	/* an empty .git is none */
		free(git);
		if (asprintf(&git, "%s/.git/HEAD", path) == -1)
			errx(2, "out of memory");
		is = lstat(git, &st) == 0;
	}
	free(git);
	return is;
}

int
gitls_is_inside(const char *path)
{
	char *real = realpath(path, NULL), *slash;
	int is = 0;

	if (real == NULL)
		return 0;
	while (!(is = gitls_is_top(real)) &&
	    (slash = strrchr(real, '/')) != NULL && slash != real)
		*slash = '\0';
	free(real);
	return is;
}

/* The environment without git's variables. The strings are lent. */
static char **
clean_environment(void)
{
	size_t n = 0, k = 0;
	char **env;

	while (environ[n] != NULL)
		n++;
	env = xreallocarray(NULL, n + 1, sizeof *env);
	for (n = 0; environ[n] != NULL; n++)
		if (strncmp(environ[n], "GIT_", 4) != 0)
			env[k++] = environ[n];
	env[k] = NULL;
	return env;
}

static int
start(const struct gitls *g, struct list *l, const char *const *what)
{
	const char *argv[32] = { "git", "--no-pager", "--no-optional-locks",
	    "--literal-pathspecs", "-C", g->dir, "-c", "core.fsmonitor=false",
	    "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
	    "-c", "safe.directory=*", "ls-files", "-z" };
	char **env = clean_environment();
	posix_spawn_file_actions_t act;
	size_t n = 0;
	int fd[2], e;

	while (argv[n] != NULL)
		n++;
	while (*what != NULL)
		argv[n++] = *what++;
	if (pipe2(fd, O_CLOEXEC) == -1)
		err(2, "pipe");
	posix_spawn_file_actions_init(&act);
	posix_spawn_file_actions_addopen(&act, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&act, fd[1], 1);
	e = posix_spawnp(&l->pid, "git", &act, NULL, (char **)argv, env);
	posix_spawn_file_actions_destroy(&act);
	free(env);
	close(fd[1]);
	if (e != 0) {
		close(fd[0]);
		l->pid = 0;
		errno = e;
		if (!g->quiet)
			warn("%s: is a git work tree, but git", g->dir);
		return -1;
	}
	l->out = fdopen(fd[0], "r");
	return 0;
}

/* Go to the next path. With --stage it is "mode hash stage TAB path". */
static void
advance(struct gitls *g, struct list *l)
{
	ssize_t n = getdelim(&l->line, &l->cap, '\0', l->out);
	char *tab;

	if (n == -1) {
		l->path = NULL;
		return;
	}
	l->nested = 0;
	l->path = l->line;
	if (l == &g->tracked) {
		if ((tab = strchr(l->line, '\t')) == NULL) {
			g->failed = 1;
			l->path = NULL;
			return;
		}
		l->nested = strncmp(l->line, "160000 ", 7) == 0;
		l->path = tab + 1;
	} else if (n > 1 && l->line[n - 2] == '/') {
		l->nested = 1;
		l->line[n - 2] = '\0';
	}
}

struct gitls *
gitls_open(const char *dir, int quiet)
{
	static const char *const tracked[] = { "--cached", "--stage", NULL };
	static const char *const others[] = { "--others",
	    "--exclude-standard", NULL };
	struct gitls *g = xcalloc(1, sizeof *g);

	g->dir = xstrdup(dir);
	g->quiet = quiet;
	if (start(g, &g->tracked, tracked) == -1 ||
	    start(g, &g->others, others) == -1) {
		gitls_close(g);
		return NULL;
	}
	return g;
}

/* Wait for git; did it do what it was asked? */
static int
finish(struct list *l)
{
	int status, bad;

	if (l->out == NULL)
		return 0;
	bad = ferror(l->out);
	fclose(l->out);
	l->out = NULL;
	while (waitpid(l->pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	return bad || !WIFEXITED(status) || WEXITSTATUS(status) != 0 ? -1 : 0;
}

int
gitls_next(struct gitls *g, const char **path, int *nested)
{
	struct list *l;
	size_t n;

	if (!g->begun) {
		g->begun = 1;
		advance(g, &g->tracked);
		advance(g, &g->others);
	}
	do {
		if (g->tracked.path == NULL && g->others.path == NULL) {
			g->failed |= finish(&g->tracked) == -1;
			g->failed |= finish(&g->others) == -1;
			if (g->failed && !g->quiet)
				warnx("%s: git ls-files failed", g->dir);
			return g->failed ? -1 : 0;
		}
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

void
gitls_close(struct gitls *g)
{
	if (g == NULL)
		return;
	finish(&g->tracked);
	finish(&g->others);
	free(g->tracked.line);
	free(g->others.line);
	free(g->last);
	free(g->dir);
	free(g);
}
