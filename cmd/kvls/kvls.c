/*
 * kvls - list what a store has
 */
#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "record/record.h"
#include "stat.h"
#include "base/std.h"
#include "store/store.h"
#include "symbols.h"
#include "base/visible.h"

static void
usage(void)
{
	fputs("usage: kvls [-0 | --json] [-l] [-r PATH] DB\n"
	    "       kvls --labels [--json] DB\n"
	    "       kvls --symbols | --tags [--json] DB [PATH]\n"
	    "       kvls --check | --stat [--json] DB\n"
	    "       kvls --manifest DB\n"
	    "       kvls [-0] --repair NEW DB\n", stderr);
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
	visible_puts(f->path);
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
	struct buf what = { 0 };
	char when[WHEN];

	if (record_read(reader, &r, f->line, f->len) == -1) {
		warnx("%s: its record: %s", f->path, reader->error);
		return 2;
	}
	if (f->skipped)
		buf_putc(&what, '(');
	buf_puts(&what, f->skipped ? r.reason : r.language);
	if (f->skipped)
		buf_putc(&what, ')');
	buf_putc(&what, '\0');
	put_number(6, f->skipped ? RECORD_NONE : r.chunks);
	put_number(10, r.size);
	printf("  ");
	visible_puts(what.p);
	printf("%*s %-20s  ", what.len < 14 ? 14 - (int)what.len : 0, "",
	    stat_when(when, r.stored_at));
	visible_puts(f->path);
	putchar(separator);
	buf_free(&what);
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
		record_print(&begin);
		if (s != NULL)
			status = store_files(s, put_manifest, &end);
	}
	if (status == 0)
		record_print(&end);
	store_about_free(&about);
	return status;
}

/* --- labels --------------------------------------------------------- */

static int
put_label(void *arg, const char *label, uint64_t chunks)
{
	const int *json = arg;
	struct buf b = { 0 };

	if (*json) {
		json_quote(&b, label, strlen(label));
		printf("{\"label\":%.*s,\"chunks\":%" PRIu64 "}\n", (int)b.len,
		    b.p, chunks);
		buf_free(&b);
	} else {
		printf("%" PRIu64 "\t", chunks);
		visible_puts(label);
		putchar('\n');
	}
	return ferror(stdout) != 0;
}

/* --- proving ---------------------------------------------------------- */

static int
put_fault(void *arg, const char *what, const char *fault)
{
	const int *json = arg;
	struct buf b = { 0 };

	if (*json) {
		buf_puts(&b, "{\"what\":");
		json_quote(&b, what, strlen(what));
		buf_puts(&b, ",\"fault\":");
		json_quote(&b, fault, strlen(fault));
		buf_puts(&b, "}\n");
		fwrite(b.p, 1, b.len, stdout);
		buf_free(&b);
	} else {
		visible_puts(what);
		fputs(": ", stdout);
		visible_puts(fault);
		putchar('\n');
	}
	return ferror(stdout) != 0;
}

static int
put_lost(void *arg, const char *path)
{
	(void)arg;
	visible_puts(path);
	putchar(separator);
	return ferror(stdout) != 0;
}

/* Save what can be saved into a new store: the exit status. */
static int
repair(const char *new, const char *dir)
{
	struct store *into;
	int status;

	if (!store_missing(new)) {
		warnx("%s: is there already", new);
		return 2;
	}
	if ((into = store_open_writer(new, NULL, 0)) == NULL)
		return 2;
	status = store_repair(into, dir, put_lost, NULL);
	if (store_close(into) == -1 || status == -1)
		return 2;
	return status;
}

/* -------------------------------------------------------------------------- */

enum what { PATHS, LABELS = 256, SYMBOLS, TAGS, STAT, CHECK, MANIFEST, JSON,
    REPAIR };

struct asked {
	enum what what;
	int json, details;
	char *path;		/* or NULL */
};

/* 0, or what a callback returned, or -1. */
static int
answer(struct store *s, struct asked *a)
{
	switch (a->what) {
	case LABELS:
		return store_labels(s, put_label, &a->json);
	case SYMBOLS:
		return symbols_list(s, a->path, a->json);
	case TAGS:
		return symbols_tags(s, a->path, a->json);
	case STAT:
		return stat_show(s, a->json);
	case CHECK:
		return store_check(s, put_fault, &a->json);
	case MANIFEST:
		return manifest(s);
	default:
		return files(s, a->path, a->json ? put_line : a->details ?
		    put_long : put_path);
	}
}

int
main(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "check", no_argument, NULL, CHECK },
		{ "json", no_argument, NULL, JSON },
		{ "labels", no_argument, NULL, LABELS },
		{ "manifest", no_argument, NULL, MANIFEST },
		{ "repair", required_argument, NULL, REPAIR },
		{ "stat", no_argument, NULL, STAT },
		{ "symbols", no_argument, NULL, SYMBOLS },
		{ "tags", no_argument, NULL, TAGS },
		{ NULL, 0, NULL, 0 }
	};
	struct asked a = { .what = PATHS };
	struct store *s = NULL;
	const char *new = NULL;
	int ch, status;

	std_hold();
	while ((ch = getopt_long(argc, argv, "+:0lr:", options, NULL)) != -1)
		switch (ch) {
		case '0':
			separator = '\0';
			break;
		case 'l':
			a.details = 1;
			break;
		case 'r':
			if (a.path != NULL)	/* not to pass over one */
				usage();
			a.path = path_normal(xstrdup(optarg));
			break;
		case JSON:
			a.json = 1;
			break;
		case REPAIR:
			if (a.what != PATHS)
				usage();
			a.what = ch;
			new = optarg;
			break;
		case ':':
		case '?':
			std_wrong(ch, argv);
			usage();
			break;
		default:
			if (a.what != PATHS)
				usage();
			a.what = ch;
			break;
		}
	argc -= optind;
	argv += optind;
	if (a.what != PATHS && (a.path != NULL || a.details ||
	    (separator != '\n' && a.what != REPAIR)))
		usage();
	if (a.json && (separator != '\n' || a.what == MANIFEST ||
	    a.what == REPAIR))
		usage();
	if (argc == 2 && (a.what == SYMBOLS || a.what == TAGS))
		a.path = path_normal(xstrdup(argv[1]));
	else if (argc != 1)
		usage();

	if (a.what == REPAIR) {
		status = repair(new, argv[0]);
		if (ferror(stdout) || fclose(stdout) == EOF)
			err(2, "standard output");
		return status;
	}
	if ((a.what != MANIFEST || !store_missing(argv[0])) &&
	    (s = store_open(argv[0])) == NULL)
		return 2;
	status = answer(s, &a);
	if (store_close(s) == -1 || status == -1)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	free(a.path);
	return status;
}
