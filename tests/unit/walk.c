/*
 * A walk in which any one allocation, or any one look into a directory, fails
 * gives all files of the tree, or says that it did not: by the end of the
 * program, by -1, or by a file or directory that is unreadable.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "walk.h"

#define FILES	(4 * 5 + 4 + 1)	/* that the tree has and the rules leave */

/* Which call fails, counting from 1, of those to the functions wrapped. */
static struct failing {
	long at, calls;
} memory, names;

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
struct dirent *__real_readdir(DIR *);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
struct dirent *__wrap_readdir(DIR *);

static int
fails(struct failing *f, int error)
{
	if (++f->calls != f->at)
		return 0;
	errno = error;
	return 1;
}

void *
__wrap_malloc(size_t n)
{
	return fails(&memory, ENOMEM) ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails(&memory, ENOMEM) ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails(&memory, ENOMEM) ? NULL : __real_realloc(p, n);
}

struct dirent *
__wrap_readdir(DIR *d)
{
	return fails(&names, EIO) ? NULL : __real_readdir(d);
}

static void
make(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF)
		err(1, "%s", name);
}

static void
make_tree(void)
{
	char name[64];
	int i, k;

	for (i = 0; i < 4; i++) {
		snprintf(name, sizeof name, "d%d", i);
		if (mkdir(name, 0777) == -1)
			err(1, "%s", name);
		snprintf(name, sizeof name, "d%d/.ignore", i);
		make(name, "*.o\n!f1.c\n/x/**/y\n");
		for (k = 0; k < 5; k++) {
			snprintf(name, sizeof name, "d%d/f%d.c", i, k);
			make(name, "");
		}
		snprintf(name, sizeof name, "d%d/f.o", i);
		make(name, "");
	}
	make("top.c", "");
}

/* How many files it gives, or -1 if it says that it has not given all. */
static int
walk_all(void)
{
	char root[] = ".", *roots[] = { root };
	struct walk_options o = { .separator = '\n' };
	struct walk *w = walk_open(roots, 1, &o);
	struct walk_file f;
	int n = 0, more, bad = 0;

	while ((more = walk_next(w, &f)) == 1) {
		n++;
		bad |= f.what == WALK_UNREADABLE;
		free(f.path);
	}
	walk_close(w);
	return more == -1 || bad ? -1 : n;
}

/* The same with the call numbered k failing. Returns 0 when there was none. */
static int
try(struct failing *f, long k)
{
	int status, null;
	pid_t pid = fork();

	if (pid == 0) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, 2);
		f->at = f->calls + k;
		status = walk_all();
		_exit(f->calls < f->at ? 100 : status == -1 ? 2 :
		    status == FILES ? 0 : 1);
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		err(1, "fork");
	if (!WIFEXITED(status))
		errx(1, "failure %ld: died by signal %d", k, WTERMSIG(status));
	if (WEXITSTATUS(status) == 1)
		errx(1, "failure %ld: files lost in silence", k);
	return WEXITSTATUS(status) != 100;
}

int
main(void)
{
	char dir[] = "/tmp/walk.XXXXXX";
	long k, tried = 0;

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		err(1, "%s", dir);
	make_tree();
	if (walk_all() != FILES)
		errx(1, "%d files", walk_all());
	for (k = 1; try(&memory, k); k++)
		tried++;
	if (tried < 50)
		errx(1, "%ld allocations", tried);
	for (k = 1, tried = 0; try(&names, k); k++)
		tried++;
	if (tried < FILES)
		errx(1, "%ld names", tried);
	if (chdir("/") == -1 || execlp("rm", "rm", "-r", dir, NULL) == -1)
		err(1, "%s", dir);
}
