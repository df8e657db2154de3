/*
 * chunkify - cut source files into chunks, as JSON lines
 *
 * This is the command line. A path's way: walk.c finds it, queue.c gives it to
 * a thread, file.c processes it, with parse.c, defs.c and cut.c.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "cut.h"
#include "file.h"
#include "base/option.h"
#include "base/path.h"
#include "progress.h"
#include "queue.h"
#include "record/record.h"
#include "base/std.h"
#include "version.h"
#include "walk.h"

#define INPUT	((size_t)64 << 10)	/* bytes read at a time */
#define GIT_PATIENCE	3	/* times --timeout, that git may be silent */

enum { AST = 256, CHECKSUM, DEFINITIONS, EXCLUDE, EXT, FILES_FROM, LANG, LIST,
    MAX_FILE, MAX_SIZE, NO_IGNORE, REFS, SKIP_GENERATED, STDIN_NAME, TEXT,
    TIMEOUT, UNCHANGED };

static const struct opt opts[] = {
	{ '0', "null", NULL, "Paths in --files-from end in a NUL byte." },
	{ 'C', "directory", "DIR", "Change to DIR first." },
	{ 'j', "jobs", "N", "Parse N files at once." },
	{ 'q', "quiet", NULL, "Show no progress." },
	{ 'v', "verbose", NULL, "Print a summary when done." },
	{ AST, "ast", NULL, "Also write the syntax nodes of each file." },
	{ CHECKSUM, "checksum", NULL, "--unchanged compares contents, not times." },
	{ DEFINITIONS, "definitions", NULL, "One chunk for each definition, of any size." },
	{ EXCLUDE, "exclude", "GLOB", "Leave out what matches." },
	{ EXT, "ext", "ENDING=LANGUAGE", "Take files with this ending as this language." },
	{ FILES_FROM, "files-from", "FILE", "Take paths from FILE (- is standard input)." },
	{ LANG, "lang", "LANGUAGE", "Take every file as source in LANGUAGE." },
	{ LIST, "list-languages", NULL, "Print the languages." },
	{ MAX_FILE, "max-file-size", "BYTES", "Skip larger files (16m)." },
	{ MAX_SIZE, "max-size", "BYTES", "The budget of a chunk (1500)." },
	{ NO_IGNORE, "no-ignore", NULL, "Take all files, whatever the ignore rules." },
	{ REFS, "refs", NULL, "Also record where names are used." },
	{ SKIP_GENERATED, "skip-generated", NULL, "Skip generated files." },
	{ STDIN_NAME, "stdin-name", "PATH", "Chunk standard input as the file PATH." },
	{ TEXT, "text", NULL, "Also chunk every other text file." },
	{ TIMEOUT, "timeout", "SECONDS", "Give up parsing a file after so long (10)." },
	{ UNCHANGED, "unchanged", "FILE", "Skip what FILE lists; see kvls --manifest." },
	{ 0 }
};

static const struct tool tool = {
	.what = "cut source files into chunks, as JSON lines",
	.usage = (const char *const[]){ "* [PATH ...]",
	    "[OPTIONS] --stdin-name PATH", "--list-languages", NULL },
	.opts = opts,
	.examples = (const char *const[]){
	    "chunkify src | kvput db",
	    "kvls --manifest db | chunkify --unchanged - src | kvput --prune db",
	    NULL },
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * Normalise and sort the PATHs, relative to -C's dir if they are below it, and
 * drop those inside another, so that no file comes twice. Returns how many are
 * left.
 */
static size_t
tidy_roots(char **root, size_t n, const char *dir)
{
	size_t i, k, left = 0;

	for (i = 0; i < n; i++)
		root[i] = path_relative(path_normal(root[i]), dir);
	qsort(root, n, sizeof *root, by_name);
	for (i = 0; i < n; i++) {
		for (k = 0; k < left && !path_below(root[i], root[k]); k++)
			;
		if (k == left)
			root[left++] = root[i];
	}
	return left;
}

/* All that shapes chunks; SOURCES is a hash of grammars and tables. The
 * caller's. */
static char *
fingerprint(const struct options *o)
{
	char *s;

	struct buf endings = { 0 };
	size_t i;

	for (i = 0; i < o->nendings; i++) {
		buf_puts(&endings, " ext=");
		buf_add(&endings, o->endings[i].text, o->endings[i].len);
		buf_putc(&endings, ':');
		buf_puts(&endings, o->endings[i].lang->name);
	}
	buf_putc(&endings, '\0');
	if (asprintf(&s, "mode=%s max-size=%u max-file-size=%llu timeout=%g"
	    "%s%s%s%s%s%s%s sources=%s",
	    o->definitions ? "definitions" : "partition", o->max_size,
	    (unsigned long long)o->max_file_size, o->timeout,
	    o->forced != NULL ? " lang=" : "",
	    o->forced != NULL ? o->forced->name : "", o->ast ? " ast" : "",
	    o->refs ? " refs" : "",
	    o->skip_generated ? " skip-generated" : "",
	    o->text ? " text" : "", endings.p,
	    SOURCES) == -1)
		errx(2, "out of memory");
	buf_free(&endings);
	return s;
}

static void
write_begin(char *const *root, size_t n, const char *options)
{
	struct record rec = { .type = RECORD_BEGIN, .format = RECORD_FORMAT,
	    .roots = (const char *const *)root, .nroots = n,
	    .options = options };
	struct buf b = { 0 };

	record_write(&b, &rec);
	queue_write(&b);
	buf_free(&b);
	/* now, not with the first chunk: the reader learns when we began */
	if (fflush(stdout) == EOF)
		err(2, "standard output");
}

static void
write_end(const struct outcome *all)
{
	struct record rec = { .type = RECORD_END, .files = all->sum.files,
	    .chunks = all->sum.chunks, .skipped = all->sum.skipped,
	    .errors = all->sum.errors };
	struct buf b = { 0 };

	record_write(&b, &rec);
	queue_write(&b);
	buf_free(&b);
}

static int
by_reason(const void *a, const void *b)
{
	return strcmp(((const struct skips *)a)->reason,
	    ((const struct skips *)b)->reason);
}

/* For -v: what happened to each file, once. One that was skipped and has not
 * changed is a keep in the stream, but counts as skipped here. */
static void
summary(const struct outcome *all)
{
	uint64_t skipped = 0;
	size_t i;

	if (all->nskips != 0)
		qsort(all->skips, all->nskips, sizeof *all->skips, by_reason);
	for (i = 0; i < all->nskips; i++)
		skipped += all->skips[i].n;
	fprintf(stderr, "chunkify: %ju files chunked into %ju chunks, %ju "
	    "kept, %ju skipped", (uintmax_t)all->sum.files,
	    (uintmax_t)all->sum.chunks, (uintmax_t)all->sum.kept,
	    (uintmax_t)skipped);
	for (i = 0; i < all->nskips; i++)
		fprintf(stderr, "%s%ju %s", i == 0 ? " (" : ", ",
		    (uintmax_t)all->skips[i].n, all->skips[i].reason);
	fprintf(stderr, "%s, %ju failed", i != 0 ? ")" : "",
	    (uintmax_t)all->sum.errors);
	if (all->sum.gone != 0)
		fprintf(stderr, ", %ju gone", (uintmax_t)all->sum.gone);
	putc('\n', stderr);
}

/* For people at a terminal: which share is in no language, and what to do. */
static void
say_unsupported(const struct outcome *all)
{
	uint64_t n = 0, seen = all->sum.files + all->sum.kept;
	size_t i;

	for (i = 0; i < all->nskips; i++) {
		seen += all->skips[i].n;
		if (strcmp(all->skips[i].reason, "unsupported") == 0)
			n = all->skips[i].n;
	}
	if (n != 0)
		warnx("%ju of %ju files are in no known language "
		    "(--text takes them, --ext sets it)", (uintmax_t)n,
		    (uintmax_t)seen);
}

static void
list_languages(void)
{
	const struct language *const *l;

	for (l = languages; *l != NULL; l++)
		lang_print(*l, stdout);
}

static FILE *
open_list(const char *name)
{
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");

	if (f == NULL)
		err(2, "%s", name);
	return f;
}

/* Open the manifest; its name becomes the one for messages. */
static int
open_manifest(const char **name)
{
	int fd;

	if (strcmp(*name, "-") == 0) {
		*name = "stdin";
		return STDIN_FILENO;
	}
	if ((fd = open(*name, O_RDONLY | O_CLOEXEC)) == -1)
		err(2, "%s", *name);
	return fd;
}

static const struct language *
named_language(const char *option, const char *name)
{
	const struct language *l = lang_by_name(name);

	if (l == NULL)
		errx(2, "%s: %s: no such language (--list-languages)", option,
		    name);
	return l;
}

/* --ext ENDING=LANGUAGE */
static void
add_ending(struct options *o, const char *arg)
{
	const char *equals = strrchr(arg, '=');
	struct ending *e;

	if (equals == NULL || equals == arg ||
	    strcspn(arg, " /") < (size_t)(equals - arg))
		errx(2, "--ext: %s: not an ending and a language, as in "
		    ".inc=php", arg);
	o->endings = xgrow(o->endings, &o->cap_endings, o->nendings + 1,
	    sizeof *o->endings);
	e = &o->endings[o->nendings++];
	e->text = arg;
	e->len = (size_t)(equals - arg);
	e->lang = named_language("--ext", equals + 1);
}

/* Chunk standard input as a file of that name. */
static void
chunk_input(const struct options *o, const char *name, struct outcome *all)
{
	struct buf text = { 0 };
	ssize_t n;

	memset(all, 0, sizeof *all);
	all->sum.options = o;
	/* reading one byte more shows whether it is too large */
	while (text.len <= o->max_file_size && (n = read(STDIN_FILENO,
	    buf_room(&text, INPUT), INPUT)) != 0) {
		if (n == -1)
			err(2, "standard input");
		text.len += (size_t)n;
	}
	file_text(&all->sum, name, text.len != 0 ? text.p : "", text.len);
	queue_write(&all->sum.out);
	if (all->sum.message != NULL)
		warnx("%s", all->sum.message);
	free(all->sum.message);
	buf_free(&all->sum.out);
	buf_free(&text);
}

/* Is an operand the standard input? */
static int
is_input(const struct cmdline *c)
{
	int i;

	for (i = 0; i < c->argc && strcmp(c->argv[i], "-") != 0; i++)
		;
	return i < c->argc;
}

/* With --stdin-name there is nothing else to chunk. */
static void
check_input(const struct cmdline *c, const char *name, const char *list,
    const char *manifest)
{
	if (*name == '\0')
		option_wrong("--stdin-name: an empty name");
	if (c->argc > 1 || (c->argc == 1 && !is_input(c)))
		option_wrong("--stdin-name: unexpected argument %s",
		    c->argv[c->argc - 1]);
	if (list != NULL || manifest != NULL)
		option_wrong("--stdin-name: not with --%s", list != NULL ?
		    "files-from" : "unchanged");
}

int
main(int argc, char *argv[])
{
	struct cmdline c;
	const char *dir = NULL, *list_name = NULL, *manifest_name = NULL;
	char *stdin_name = NULL;
	struct options o = { .max_size = 1500, .max_file_size = 16 << 20,
	    .timeout = 10 };
	struct manifest *stored = NULL;
	struct outcome all;
	struct walk *files;
	char *options;
	struct walk_options walk = { .separator = '\n' };
	struct ignore *exclude = NULL;
	long jobs = sysconf(_SC_NPROCESSORS_ONLN);
	int ch, manifest_fd = -1, quiet = 0, verbose = 0, listing = 0;

	std_hold();
	option_start(&c, &tool, argc, argv);
	while ((ch = option_next(&c)) != -1)
		switch (ch) {
		case '0':
			walk.separator = '\0';
			break;
		case 'C':
			dir = optarg;
			break;
		case 'j':
			jobs = (long)option_number("--jobs", optarg, 1, 1024);
			break;
		case 'q':
			quiet = 1;
			break;
		case 'v':
			verbose = 1;
			break;
		case AST:
			o.ast = 1;
			break;
		case CHECKSUM:
			o.checksum = 1;
			break;
		case DEFINITIONS:
			o.definitions = 1;
			break;
		case EXCLUDE:
			exclude = ignore_add(exclude, optarg, strlen(optarg));
			walk.exclude = exclude;
			break;
		case FILES_FROM:
			list_name = optarg;
			break;
		case LANG:
			o.forced = named_language("--lang", optarg);
			break;
		case EXT:
			add_ending(&o, optarg);
			break;
		case STDIN_NAME:
			stdin_name = optarg;
			break;
		case LIST:
			listing = 1;
			break;
		case MAX_FILE:
			o.max_file_size = option_number("--max-file-size",
			    optarg, 0, INT32_MAX);
			break;
		case MAX_SIZE:
			o.max_size = (uint32_t)option_number("--max-size",
			    optarg, 16, INT32_MAX / BLANK_FACTOR);
			break;
		case NO_IGNORE:
			walk.no_ignore = 1;
			break;
		case REFS:
			o.refs = 1;
			break;
		case SKIP_GENERATED:
			o.skip_generated = 1;
			break;
		case UNCHANGED:
			manifest_name = optarg;
			break;
		case TEXT:
			o.text = 1;
			break;
		case TIMEOUT:
			o.timeout = option_seconds("--timeout", optarg);
			break;
		}
	if (listing) {
		list_languages();
		if (fclose(stdout) == EOF)
			err(2, "standard output");
		return 0;
	}
	argc = c.argc;
	argv = c.argv;
	if (stdin_name != NULL) {
		check_input(&c, stdin_name, list_name, manifest_name);
		argv = &stdin_name;	/* the one PATH there is */
		argc = 1;
	} else if (is_input(&c))
		option_wrong("-: standard input needs a name, as in "
		    "--stdin-name a.c; ./- is a file");
	if (argc == 0 && list_name == NULL)
		option_wrong("which files? PATH is missing");
	if (list_name != NULL)
		walk.list = open_list(list_name);
	if (list_name != NULL && manifest_name != NULL &&
	    strcmp(list_name, "-") == 0 && strcmp(manifest_name, "-") == 0)
		option_wrong("--files-from and --unchanged: both are standard "
		    "input");
	options = fingerprint(&o);
	/* the names of lists are the shell's, not -C's */
	if (manifest_name != NULL)
		manifest_fd = open_manifest(&manifest_name);
	if (dir != NULL && chdir(dir) == -1)
		err(2, "%s", dir);

	arena_install();
	/* return a large file's memory to the system before the next one */
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	std_stream();
	walk.git_limit = GIT_PATIENCE * o.timeout;
	walk.dir = dir != NULL ? realpath(".", NULL) : NULL;
	argc = (int)tidy_roots(argv, argc, walk.dir);
	if (stdin_name != NULL) {
		write_begin(argv, argc, options);
		chunk_input(&o, argv[0], &all);
		write_end(&all);
		goto done;
	}
	/* git, if needed, gets to work while we read the manifest */
	files = walk_open(argv, argc, &walk);
	if (manifest_name != NULL && (stored = manifest_read(manifest_fd,
	    manifest_name, options)) == NULL)
		exit(2);
	write_begin(argv, argc, options);
	quiet |= !isatty(STDERR_FILENO);
	if (!quiet)
		progress_start(argv, argc, &walk, queue_progress);
	queue_run(files, stored, &o, jobs > 0 ? (int)jobs : 1, &all);
	if (!quiet)
		progress_stop();
	walk_close(files);
	ignore_free(exclude);
	if (verbose)
		summary(&all);
	else if (!quiet)
		say_unsupported(&all);
	free(all.skips);	/* the reasons are the manifest's, or ours */
	manifest_free(stored);
	if (!all.lost)		/* no end: the reader must not trust it */
		write_end(&all);
done:
	free(walk.dir);
	free(options);
	free(o.endings);
	if (all.lost)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	return all.sum.left_out ? 1 : 0;
}
