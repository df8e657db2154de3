/*
 * kvcount - count the chunks of files, by their keys
 *
 * With -a every file that has been chunked is listed, those with no chunks
 * (empty files) too, but not what was seen and skipped.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/option.h"
#include "base/path.h"
#include "base/std.h"
#include "store/store.h"
#include "base/visible.h"

static const struct opt opts[] = {
	{ 'a', "all", NULL, "List every file with its number of chunks." },
	{ 0 }
};

static const struct tool tool = {
	.what = "count the chunks of files",
	.usage = (const char *const[]){ "DB [PATH ...]", "-a DB", NULL },
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
	return ferror(stdout);	/* no use going on */
}

static int
sum(void *arg, const struct store_file *f)
{
	*(uint64_t *)arg += f->chunks;
	return 0;
}

static int
is_one(void *arg, const struct store_file *f)
{
	(void)arg;
	(void)f;
	return 1;
}

/* Say why a path has no chunks: 0, -1. */
static int
say_none(struct store *s, const char *path)
{
	int below = store_files_below(s, path, is_one, NULL);

	if (below == 1)
		warnx("%s: a directory; files are counted (kvls -r %s lists "
		    "them)", path, path);
	else if (below == 0)
		warnx("%s: not stored", path);
	return below == -1 ? -1 : 0;
}

/* The number for one path, with the path behind it when there are several. */
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

/* What the operands ask for: 0, -1 (message printed). */
static int
answer(struct store *s, char *path[], int n, int all)
{
	uint64_t total = 0;
	int i;

	if (all)
		return store_counts(s, list, NULL) == -1 ? -1 : 0;
	if (n == 0) {
		if (store_counts(s, sum, &total) == -1)
			return -1;
		printf("%" PRIu64 "\n", total);
	}
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
	int status, all = 0;

	std_hold();
	option_start(&c, &tool, argc, argv);
	while (option_next(&c) != -1)
		all = 1;
	if (c.argc < 1)
		option_wrong("which store? DB is missing");
	if (all && c.argc > 1)
		option_wrong("--all counts all files: %s is too much",
		    c.argv[1]);

	option_store(c.argv);
	if ((s = store_open(c.argv[0])) == NULL)
		return 2;
	status = answer(s, c.argv + 1, c.argc - 1, all);
	if (store_close(s) == -1 || status == -1)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	return 0;
}
