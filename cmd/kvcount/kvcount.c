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
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/std.h"
#include "store/store.h"
#include "base/visible.h"

static void
usage(void)
{
	fputs("usage: kvcount DB [PATH...]\n       kvcount -a DB\n", stderr);
	exit(2);
}

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

/* The number for one path, with the path behind it when there are several. */
static int
count(struct store *s, const char *path, int several)
{
	char *normal = path_normal(xstrdup(path));
	uint64_t n;
	int status = store_count(s, normal, &n);

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
	struct store *s;
	int ch, status, all = 0;

	std_hold();
	while ((ch = getopt(argc, argv, "+:a")) != -1)
		switch (ch) {
		case 'a':
			all = 1;
			break;
		default:
			std_wrong(ch, argv);
			usage();
		}
	argc -= optind;
	argv += optind;
	if (argc < 1 || (all && argc > 1))
		usage();

	if ((s = store_open(argv[0])) == NULL)
		return 2;
	status = answer(s, argv + 1, argc - 1, all);
	if (store_close(s) == -1 || status == -1)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	return 0;
}
