/*
 * kvls - list what a store has
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mem.h"
#include "path.h"
#include "record.h"
#include "store.h"

static void
usage(void)
{
	fputs("usage: kvls [-0l] [-r PATH] [--json] DB\n"
	    "       kvls --manifest DB\n", stderr);
	exit(2);
}

/* --- files ---------------------------------------------------------------- */

static int separator = '\n';

/* What can be read: not what was skipped. */
static int
put_path(void *arg, const struct store_file *f)
{
	(void)arg;
	if (f->skipped)
		return 0;
	fputs(f->path, stdout);
	putchar(separator);
	return ferror(stdout);	/* no use going on */
}

/* A file's record, as it is stored. */
static int
put_line(void *arg, const struct store_file *f)
{
	(void)arg;
	fwrite(f->line, 1, f->len, stdout);
	putchar('\n');
	return ferror(stdout);
}

static void
put_number(int width, uint64_t n)
{
	if (n == RECORD_NONE)
		printf("%*s", width, "-");
	else
		printf("%*" PRIu64, width, n);
}

/* Chunks, bytes, language or reason, when stored, path. */
static int
put_long(void *arg, const struct store_file *f)
{
	struct reader *reader = arg;
	struct record r;
	char when[sizeof "2026-11-22T11:22:33Z"] = "-", what[64];
	time_t t;
	struct tm tm;

	if (record_read(reader, &r, f->line, f->len) == -1) {
		warnx("%s: its record: %s", f->path, reader->error);
		return 2;
	}
	t = r.stored_at;
	if (r.stored_at != RECORD_NONE && gmtime_r(&t, &tm) != NULL)
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	snprintf(what, sizeof what, f->skipped ? "(%s)" : "%s",
	    f->skipped ? r.reason : r.language);
	put_number(6, f->skipped ? RECORD_NONE : r.chunks);
	put_number(10, r.size);
	printf("  %-13s %-20s  %s%c", what, when, f->path, separator);
	return ferror(stdout);
}

/* All files, or that of the path and those below it. */
static int
files(struct store *s, const char *path, store_file_fn *fn)
{
	struct reader reader = { 0 };
	int status = path == NULL ? store_files(s, fn, &reader) :
	    store_files_below(s, path, fn, &reader);

	reader_free(&reader);
	return status;
}

/* --- the manifest --------------------------------------------------------- */

static void
put_record(const struct record *r)
{
	struct buf line = { 0 };

	record_write(&line, r);
	fwrite(line.p, 1, line.len, stdout);
	buf_free(&line);
}

static int
put_manifest(void *arg, const struct store_file *f)
{
	struct record *end = arg;

	if (f->skipped)
		end->skipped++;
	else
		end->files++;
	return put_line(NULL, f);
}

/*
 * What is stored of each file but its chunks, for chunkify --unchanged. Of no
 * store (s is NULL) it is a stream of nothing.
 */
static int
manifest(struct store *s)
{
	struct store_about about = { 0 };
	struct record begin, end;
	int status = 0;

	record_init(&begin, RECORD_BEGIN);
	record_init(&end, RECORD_END);
	end.chunks = 0;
	begin.format = RECORD_FORMAT;
	begin.options = "";
	if (s != NULL && (status = store_about(s, &about)) == 0) {
		begin.options = about.options;
		begin.roots = (const char *const *)about.roots;
		begin.nroots = about.nroots;
	}
	if (status == 0) {
		put_record(&begin);
		if (s != NULL)
			status = store_files(s, put_manifest, &end);
	}
	if (status == 0)
		put_record(&end);
	store_about_free(&about);
	return status;
}

/* -------------------------------------------------------------------------- */

int
main(int argc, char *argv[])
{
	enum { PATHS = 256, JSON, MANIFEST };
	static const struct option options[] = {
		{ "json", no_argument, NULL, JSON },
		{ "manifest", no_argument, NULL, MANIFEST },
		{ NULL, 0, NULL, 0 }
	};
	struct store *s = NULL;
	char *path = NULL;
	int ch, status, what = PATHS, json = 0, details = 0;

	while ((ch = getopt_long(argc, argv, "+0lr:", options, NULL)) != -1)
		switch (ch) {
		case '0':
			separator = '\0';
			break;
		case 'l':
			details = 1;
			break;
		case 'r':
			path = path_normal(xstrdup(optarg));
			break;
		case JSON:
			json = 1;
			break;
		case MANIFEST:
			if (what != PATHS)
				usage();
			what = ch;
			break;
		default:
			usage();
		}
	argc -= optind;
	argv += optind;
	if (argc != 1 || ((path != NULL || details || json ||
	    separator != '\n') && what != PATHS) ||
	    (json && separator != '\n'))
		usage();

	if ((what != MANIFEST || !store_missing(argv[0])) &&
	    (s = store_open(argv[0])) == NULL)
		return 2;
	if (what == MANIFEST)
		status = manifest(s);
	else
		status = files(s, path, json ? put_line : details ? put_long :
		    put_path);
	if (store_close(s) == -1 || status == -1)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	free(path);
	return status;
}
