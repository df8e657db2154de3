/*
 * kvdel - remove files from a store
 *
 * Removals are on disk before we count what is left.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/option.h"
#include "base/path.h"
#include "base/std.h"
#include "store/store.h"

enum { FILES_FROM = 256, WAIT };

static const struct opt opts[] = {
	{ '0', "null", NULL, "Paths in FILE end in a NUL byte." },
	{ 'r', "below", "PATH", "Remove this file, or all below this directory." },
	{ 'v', "verbose", NULL, "Say what was removed." },
	{ FILES_FROM, "files-from", "FILE", "Remove the files listed in FILE (- is standard input)." },
	{ WAIT, "wait", "SECONDS", "Wait up to SECONDS for another writer." },
	{ 0 }
};

static const struct tool tool = {
	.what = "remove files from a store",
	.usage = (const char *const[]){ "* DB [PATH ...]", NULL },
	.opts = opts,
	.examples = (const char *const[]){
	    "kvdel db src/a.c src/b.c     # two files",
	    "kvdel -v -r src/old db       # all below a directory", NULL },
};

/* The paths to remove; owned. */
struct removals {
	char **path;
	size_t n, cap;
};

static void
add(struct removals *l, const char *path)
{
	l->path = xgrow(l->path, &l->cap, l->n + 1, sizeof *l->path);
	l->path[l->n++] = path_normal(xstrdup(path));
}

static void
add_from(struct removals *l, const char *name, int separator)
{
	FILE *f = stdin;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (strcmp(name, "-") == 0)
		name = "stdin";
	else if ((f = fopen(name, "r")) == NULL)
		err(2, "%s", name);
	while ((n = getdelim(&line, &cap, separator, f)) != -1) {
		if (line[n - 1] == separator)
			line[--n] = '\0';
		if (strlen(line) != (size_t)n)
			errx(2, "%s: a NUL in a path (see -0)", name);
		if (n != 0)
			add(l, line);
	}
	if (!feof(f))		/* memory may have run out, too */
		err(2, "%s", name);
	free(line);
	if (f != stdin)
		fclose(f);
}

static int
add_file(void *arg, const struct store_file *f)
{
	add(arg, f->path);
	return 0;
}

/* Add all that is at dir and below: 1, 0 if that is nothing, -1. */
static int
add_below(struct removals *l, struct store *s, char *dir)
{
	size_t before = l->n;

	if (store_files_below(s, path_normal(dir), add_file, l) == -1)
		return -1;
	if (l->n != before)
		return 1;
	warnx("%s: nothing is stored below it", dir);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sort the paths in the store's order, without duplicates. */
static void
sort(struct removals *l)
{
	size_t i, n = 0;

	if (l->n != 0)
		qsort(l->path, l->n, sizeof *l->path, by_name);
	for (i = 0; i < l->n; i++)
		if (n != 0 && strcmp(l->path[n - 1], l->path[i]) == 0)
			free(l->path[i]);
		else
			l->path[n++] = l->path[i];
	l->n = n;
}

/*
 * Remove all files on the list, and drop from it those that are not stored: 0,
 * 1 some were not, -1. The removals are on disk when it returns.
 */
static int
remove_all(struct store *s, struct removals *l)
{
	size_t i, n = 0;
	int status = 0, there;

	for (i = 0; i < l->n; i++) {
		if ((there = store_remove(s, l->path[i])) == -1)
			return -1;
		if (there) {
			l->path[n++] = l->path[i];
			continue;
		}
		warnx("%s: not stored", l->path[i]);
		free(l->path[i]);
		status = 1;
	}
	l->n = n;
	return store_flush(s) == -1 ? -1 : status;
}

/* Count what is left of the removed files: 0 if nothing, or -1. */
static int
count_again(struct store *s, const struct removals *l, int verbose)
{
	uint64_t n;
	size_t i;
	int status = 0;

	for (i = 0; i < l->n; i++) {
		if (store_count(s, l->path[i], &n) == -1)
			return -1;
		if (n != 0)
			status = -1;
		if (n != 0 || verbose)
			warnx("%s: removed, %" PRIu64 " chunks left",
			    l->path[i], n);
	}
	return status;
}

/* Remove what is on the list and below dir, unless NULL: the exit status. */
static int
do_it(struct store *s, struct removals *l, char *dir, int verbose)
{
	int status = 0, some_not;

	if (dir != NULL)
		switch (add_below(l, s, dir)) {
		case -1:
			return 2;
		case 0:
			status = 1;
		}
	sort(l);
	if ((some_not = remove_all(s, l)) == -1 ||
	    count_again(s, l, verbose) == -1)
		return 2;
	return status | some_not;
}

int
main(int argc, char *argv[])
{
	struct cmdline c;
	struct store *s;
	static struct removals list;	/* goes with the program */
	const char *from = NULL;
	char *dir = NULL;
	double wait = 0;
	int ch, status, separator = '\n', verbose = 0;

	std_hold();
	option_start(&c, &tool, argc, argv);
	while ((ch = option_next(&c)) != -1)
		switch (ch) {
		case '0':
			separator = '\0';
			break;
		case 'r':
			if (dir != NULL)	/* do not ignore one */
				option_wrong("--below: only once");
			dir = optarg;
			break;
		case 'v':
			verbose = 1;
			break;
		case FILES_FROM:
			if (from != NULL)
				option_wrong("--files-from: only once");
			from = optarg;
			break;
		case WAIT:
			wait = option_seconds("--wait", optarg);
			break;
		}
	argv = c.argv;
	if (c.argc < 1)
		option_wrong("which store? DB is missing");
	if (c.argc == 1 && dir == NULL && from == NULL)
		option_wrong("which files? PATH is missing");

	option_store(argv);
	/* A writer would make a store where there is none: look first. */
	if ((s = store_open(argv[0])) == NULL)
		return 2;
	store_close(s);
	for (; c.argc > 1; c.argc--)
		add(&list, argv[c.argc - 1]);
	if (from != NULL)
		add_from(&list, from, separator);
	if ((s = store_open_writer(argv[0], NULL, wait)) == NULL)
		return 2;
	status = do_it(s, &list, dir, verbose);
	if (store_close(s) == -1)
		return 2;
	return status;
}
