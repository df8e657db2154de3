/*
 * kvls - list the contents of a store
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/colour.h"
#include "base/mem.h"
#include "base/meter.h"
#include "base/option.h"
#include "base/path.h"
#include "record/record.h"
#include "stat.h"
#include "base/std.h"
#include "store/store.h"
#include "symbols.h"
#include "unused.h"
#include "base/visible.h"

enum what { PATHS, LABELS = 256, SYMBOLS, TAGS, STAT, CHECK, MANIFEST, JSON,
    REPAIR, NAMES, COLOUR, UNUSED, MAP, MAX_BYTES, KIND, LABEL };

static const struct opt opts[] = {
	{ '0', "null", NULL, "End each path in a NUL byte." },
	{ 'i', "ignore-case", NULL, "With --name: ignore case." },
	{ 'l', "long", NULL, "Chunks, bytes, language, time and path." },
	{ 'n', "name", "NAME", "Definitions of this name, or matching a pattern." },
	{ 'r', "below", "PATH", "Only this file, or those below this directory." },
	{ CHECK, "check", NULL, "Check the store; silent if all is well." },
	COLOUR_OPTION(COLOUR),
	{ JSON, "json", NULL, "Print JSON, one object per line." },
	{ KIND, "kind", "KIND", "Definitions of this kind." },
	{ LABEL, "label", "LABEL", "Definitions with this label; !LABEL: without it." },
	{ LABELS, "labels", NULL, "Every label, and how many chunks have it." },
	{ MAP, "map", NULL, "The most used definitions, under their files." },
	{ MANIFEST, "manifest", NULL, "The input of chunkify --unchanged." },
	{ MAX_BYTES, "max-bytes", "N", "Limit of a map, in all (8000)." },
	{ NAMES, "names", NULL, "Every definition name, or label, once." },
	{ REPAIR, "repair", "NEW", "Save what is intact into the store NEW." },
	{ STAT, "stat", NULL, "A summary of the store." },
	{ SYMBOLS, "symbols", NULL, "Every definition, with its place." },
	{ TAGS, "tags", NULL, "The same as a tags file, for editors." },
	{ UNUSED, "unused", NULL, "Definitions whose names are used nowhere." },
	{ 0 }
};

static const struct tool tool = {
	.what = "list the contents of a store",
	.usage = (const char *const[]){
	    "[-0 | --json] [-l] [-r PATH] [--color WHEN] DB",
	    "--labels [--names] [--json] DB",
	    "--names [--json] DB [PREFIX]",
	    "--symbols [--json] [-i] [-n NAME] [--kind KIND] [--label LABEL] [-r PATH] DB",
	    "--tags [--json] [-r PATH] DB",
	    "--unused [--json] [-r PATH] DB",
	    "--map [--max-bytes N] [-r PATH] DB",
	    "--check | --stat [--json] DB",
	    "--manifest DB",
	    "[-0] --repair NEW DB", NULL },
	.opts = opts,
	.examples = (const char *const[]){
	    "kvls -l db                   # what is stored, and what was left out",
	    "kvls --symbols -r src db     # the definitions below a directory",
	    "kvls --symbols -n 'key_*' --kind function db", NULL },
};

/* --- files ---------------------------------------------------------------- */

static int separator = '\n';

/* Print a path, unless it was skipped. */
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

/* Print a file's record, as it is stored. */
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
	colour_puts(COLOUR_KIND, what.p);
	printf("%*s %-20s  ", what.len < 14 ? 14 - (int)what.len : 0, "",
	    stat_when(when, r.stored_at));
	colour_puts(COLOUR_PATH, f->path);
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
 * What is stored of each file except its chunks, for chunkify --unchanged. For
 * no store (s is NULL) it is an empty stream.
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

/* Printing only names. */
struct naming {
	int json;
	const char *key;
};

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

static int
put_name(void *arg, const char *name)
{
	const struct naming *x = arg;
	struct buf b = { 0 };

	if (x->json) {
		json_quote(&b, name, strlen(name));
		printf("{\"%s\":%.*s}\n", x->key, (int)b.len, b.p);
		buf_free(&b);
	} else {
		visible_puts(name);
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

	meter_hold();
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
	meter_resume();
	return ferror(stdout) != 0;
}

static int
put_lost(void *arg, const char *path)
{
	(void)arg;
	meter_hold();
	visible_puts(path);
	putchar(separator);
	meter_resume();
	return ferror(stdout) != 0;
}

/* Save what can be saved into a new store: the exit status. */
static int
repair(const char *new, const char *dir)
{
	struct store *into;
	int status = store_missing(new);

	if (status != 1) {
		if (status == 0)
			warnx("%s: already exists", new);
		return 2;
	}
	if ((into = store_open_writer(new, NULL, 0)) == NULL)
		return 2;
	meter_step("files");
	meter_start(NULL, METER_MINE);
	status = store_repair(into, dir, put_lost, NULL);
	meter_stop();
	if (store_close(into) == -1 || status == -1)
		return 2;
	return status;
}

/* -------------------------------------------------------------------------- */

struct kvls_args {
	enum what what;
	int json, details, names;
	size_t max_bytes;	/* 0: not given */
	char *path;		/* or NULL */
	struct symbols_query symbols;
	const char *prefix;	/* NAMES */
};

/* Is anything stored at the path or below it? 1, 0 (message printed), -1. */
static int
is_stored(struct store *s, const char *path)
{
	int status = store_any_below(s, path);

	if (status == 0)
		warnx("%s: not stored, nor anything below it", path);
	return status;
}

/* 0, or what a callback returned, or -1. */
static int
answer(struct store *s, struct kvls_args *a)
{
	struct naming naming = { a->json, a->what == NAMES ? "name" : "label" };
	int there = 1;

	if (a->path != NULL && strcmp(a->path, ".") != 0)
		there = is_stored(s, a->path);
	if (there != 1)
		return there == 0 ? 1 : -1;
	switch (a->what) {
	case NAMES:
		return store_names(s, a->prefix, put_name, &naming);
	case LABELS:
		return a->names ? store_label_names(s, put_name, &naming) :
		    store_labels(s, put_label, &a->json);
	case SYMBOLS:
		a->symbols.path = a->path;
		a->symbols.json = a->json;
		return symbols_list(s, &a->symbols);
	case TAGS:
		return symbols_tags(s, a->path, a->json);
	case UNUSED:
		return unused_list(s, a->path, a->json);
	case MAP:
		return map_show(s, a->path, a->max_bytes != 0 ? a->max_bytes :
		    8000);
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

static void
ask(struct kvls_args *a, enum what what)
{
	if (a->what != PATHS)
		option_wrong("only one question at a time");
	a->what = what;
}

/* Append optarg to a list. */
static void
add(const char ***list, size_t *n)
{
	*list = xreallocarray(*list, *n + 1, sizeof **list);
	(*list)[(*n)++] = optarg;
}

/* Check that options and operands go together. Takes the PATH. */
static void
check_line(struct kvls_args *a, const struct cmdline *c)
{
	int below = a->what == SYMBOLS || a->what == TAGS ||
	    a->what == UNUSED || a->what == MAP;
	int most = below || a->what == NAMES ? 2 : 1;

	if (a->names && a->what != NAMES && a->what != LABELS)
		option_wrong("only one question at a time");
	if (a->what != PATHS && (a->details || (a->path != NULL && !below)))
		option_wrong("--long is for lists of files, --below for them "
		    "and for definitions");
	if (separator != '\n' && a->what != PATHS && a->what != REPAIR)
		option_wrong("--null is for paths");
	if (a->what != SYMBOLS && a->symbols.nnames + a->symbols.nkinds +
	    a->symbols.nlabels != 0)
		option_wrong("--name, --kind and --label are for --symbols");
	if (a->symbols.nocase && a->symbols.nnames == 0)
		option_wrong("--ignore-case is for --name");
	if (a->json && separator != '\n')
		option_wrong("--json has a line for each object: not with "
		    "--null");
	if (a->max_bytes != 0 && a->what != MAP)
		option_wrong("--max-bytes is for --map");
	if (a->json && (a->what == MANIFEST || a->what == REPAIR ||
	    a->what == MAP))
		option_wrong("--json does not apply here");
	if (c->argc < 1)
		option_wrong("which store? DB is missing");
	if (c->argc > most)
		option_wrong(most == 1 && a->what == PATHS ?
		    "%s: unexpected argument; --below takes a directory" :
		    "%s: unexpected argument", c->argv[most]);
	if (c->argc == 2 && a->path != NULL)
		option_wrong("%s: unexpected argument", c->argv[1]);
	a->prefix = c->argc == 2 ? c->argv[1] : "";
	if (c->argc == 2 && below)
		a->path = path_normal(xstrdup(c->argv[1]));
}

int
main(int argc, char *argv[])
{
	struct cmdline c;
	struct kvls_args a = { .what = PATHS };
	struct store *s = NULL;
	const char *new = NULL, *colour = NULL;
	int ch, status;

	std_hold();
	option_start(&c, &tool, argc, argv);
	while ((ch = option_next(&c)) != -1)
		switch (ch) {
		case '0':
			separator = '\0';
			break;
		case 'l':
			a.details = 1;
			break;
		case 'r':
			if (a.path != NULL)	/* do not ignore one */
				option_wrong("--below: only once");
			a.path = path_normal(xstrdup(optarg));
			break;
		case COLOUR:
			colour = optarg;
			break;
		case JSON:
			a.json = 1;
			break;
		case MAX_BYTES:
			a.max_bytes = (size_t)option_number("--max-bytes",
			    optarg, 100, INT32_MAX);
			break;
		case NAMES:
			a.names = 1;
			break;
		case 'i':
			a.symbols.nocase = 1;
			break;
		case 'n':
			add(&a.symbols.names, &a.symbols.nnames);
			break;
		case KIND:
			add(&a.symbols.kinds, &a.symbols.nkinds);
			break;
		case LABEL:
			add(&a.symbols.labels, &a.symbols.nlabels);
			break;
		case REPAIR:
			new = optarg;
			ask(&a, ch);
			break;
		default:
			ask(&a, ch);
			break;
		}
	if (a.names && a.what == PATHS)
		a.what = NAMES;
	check_line(&a, &c);
	colour_choose(colour);

	if (a.what == REPAIR) {
		status = repair(new, c.argv[0]);
		if (ferror(stdout) || fclose(stdout) == EOF)
			err(2, "standard output");
		return status;
	}
	if (a.what == MANIFEST && (status = store_missing(c.argv[0])) == -1)
		return 2;
	if (a.what != MANIFEST || status == 0) {
		option_store(c.argv);
		if ((s = store_open(c.argv[0])) == NULL)
			return 2;
	}
	if (a.what == CHECK)
		meter_start(NULL, METER_MINE);
	status = answer(s, &a);
	meter_stop();
	if (store_close(s) == -1 || status == -1)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	free(a.path);
	free(a.symbols.names);
	free(a.symbols.kinds);
	free(a.symbols.labels);
	return status;
}
