/*
 * kvcount - count the chunks of files, by their keys
 *
 * With -a it lists every chunked file, including those without chunks (empty
 * files), but not those that were skipped.
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
#include "base/visible.h"

static const struct opt opts[] = {
	{ 'a', "all", NULL, "List every file with its number of chunks." },
	{ 'r', "below", "PATH", "Count the chunks of this file, or below this directory." },
	{ 0 }
};

static const struct tool tool = {
	.what = "count the chunks of files",
	.usage = (const char *const[]){ "DB [PATH ...]", "-a DB", "[-a] -r PATH DB", NULL },
	.opts = opts,
	.examples = (const char *const[]){
	    "kvcount db src/a.c           # the chunks of a file",
	    "kvcount -a db | sort -rn     # those of all, most first", NULL },
};

static void
put_count(uint64_t n, const char *path)
{
	printf("%" PRIu64 "\t", n);
	visible_puts(path);
	putchar('\n');
}

static int
list(void *arg, const struct store_file *f)
{
	(void)arg;
	if (!f->skipped)
		put_count(f->chunks, f->path);
	return ferror(stdout);	/* no point in going on */
}

static int
sum(void *arg, const struct store_file *f)
{
	*(uint64_t *)arg += f->chunks;
	return 0;
}

/* Say why a path has no chunks: 0, -1. */
static int
say_none(struct store *s, const char *path)
{
	int below = store_any_below(s, path);

	if (below == 1)
		warnx("%s: a directory; --below counts what is in it", path);
	else if (below == 0)
		warnx("%s: not stored", path);
	return below == -1 ? -1 : 0;
}

/* Print the number for one path, then the path if there are several. */
static int
count(struct store *s, const char *path, int several)
{
	char *normal = path_normal(xstrdup(path));
	uint64_t n;
	int status = store_count(s, normal, &n);

	if (status == 0)
		status = say_none(s, normal);
	free(normal);
	if (status == -1)
		return -1;
	if (several)
		put_count(n, path);
	else
		printf("%" PRIu64 "\n", n);
	return 0;
}

/* Count all, or what is below a path: 0, -1 (message printed). */
static int
count_all(struct store *s, const char *below, int each)
{
	uint64_t total = 0;
	int there = 1;

	if (below != NULL && strcmp(below, ".") != 0 &&
	    (there = store_any_below(s, below)) == 0)
		warnx("%s: not stored, nor anything below it", below);
	if (there == -1 || store_counts(s, below, each ? list : sum,
	    &total) == -1)
		return -1;
	if (!each)
		printf("%" PRIu64 "\n", total);
	return 0;
}

/* Do what the operands ask for: 0, -1 (message printed). */
static int
answer(struct store *s, char *path[], int n, const char *below, int all)
{
	int i;

	if (all || n == 0)
		return count_all(s, below, all);
	for (i = 0; i < n; i++)
		if (count(s, path[i], n > 1) == -1)
			return -1;
	return 0;
}

int
main(int argc, char *argv[])
{
	struct cmdline c;
	struct store *s;
	char *below = NULL;
	int ch, status, all = 0;

	std_hold();
	option_start(&c, &tool, argc, argv);
	while ((ch = option_next(&c)) != -1)
		switch (ch) {
		case 'a':
			all = 1;
			break;
		case 'r':
			if (below != NULL)	/* do not ignore one */
				option_wrong("--below: only once");
			below = path_normal(optarg);
			break;
		}
	if (c.argc < 1)
		option_wrong("which store? DB is missing");
	if ((all || below != NULL) && c.argc > 1)
		option_wrong("--all and --below count many files: unexpected "
		    "argument %s", c.argv[1]);

	option_store(c.argv);
	if ((s = store_open(c.argv[0])) == NULL)
		return 2;
	status = answer(s, c.argv + 1, c.argc - 1, below, all);
	if (store_close(s) == -1 || status == -1)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	return 0;
}
