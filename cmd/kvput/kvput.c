/*
 * kvput - store a stream of chunks
 *
 * A file counts when the next record shows that it is complete. Whatever goes
 * wrong, the files before it are stored and the one in progress stays as it
 * was.
 */
#include <sys/stat.h>

#include <err.h>
#include <stdatomic.h>
#include <stdint.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "changes.h"
#include "check.h"
#include "base/jsonl.h"
#include "base/meter.h"
#include "base/option.h"
#include "prune.h"
#include "record/record.h"
#include "base/std.h"
#include "store/store.h"

enum { CHANGES = 256, ENGINE, FORCE, PLAIN, PRUNE, WAIT };

static const struct opt opts[] = {
	{ 'v', "verbose", NULL, "Print a summary when done." },
	{ CHANGES, "changes", NULL, "Print what happened to each chunk, as JSON." },
	{ ENGINE, "engine", "NAME", "The engine of a store yet to be made." },
	{ FORCE, "force", NULL, "Prune even where --prune would refuse." },
	{ PLAIN, "plain", NULL, "Compress nothing, for other programs to read." },
	{ PRUNE, "prune", NULL, "Remove the files that are gone from the tree." },
	{ WAIT, "wait", "SECONDS", "Wait up to SECONDS for another writer." },
	{ 0 }
};

static const struct tool tool = {
	.what = "store a stream of chunks",
	.usage = (const char *const[]){ "* DB", NULL },
	.opts = opts,
	.examples = (const char *const[]){
	    "chunkify src | kvput db",
	    "kvls --manifest db | chunkify --unchanged - src | kvput --prune db",
	    NULL },
};

static void
summary(const struct store_tally *t)
{
	warnx("files: %ju new, %ju changed, %ju same, %ju removed, "
	    "%ju skipped; chunks: %ju added, %ju kept, %ju removed",
	    (uintmax_t)t->files_new, (uintmax_t)t->files_changed,
	    (uintmax_t)t->files_same, (uintmax_t)t->files_removed,
	    (uintmax_t)t->files_skipped, (uintmax_t)t->chunks_added,
	    (uintmax_t)t->chunks_kept, (uintmax_t)t->chunks_removed);
}

/* The input and where we are in it. */
struct load {
	struct store *db;
	struct jsonl in;
	struct reader reader;
	struct check check;
	struct buf begin;	/* the line, for the end */
	char options[OPTIONS_ID + 1];	/* of the stream, "" if it has none */
	int pruning, force, verbose, telling, plain;
	struct changes *changes;	/* or NULL */
	struct prune prune;
	int spelling;		/* 0 unknown; '/' paths are absolute, '.' not */
	int missing;		/* something could not be kept, or pruned */
};

/* The stream's "begin" takes effect once the stream is complete. */
static int
ran(struct load *l)
{
	struct record r;

	/* The line was read before, so it is valid. */
	if (record_read(&l->reader, &r, l->begin.p, l->begin.len) == -1)
		return -1;
	return store_ran(l->db, &r);
}

/* The record with the stream's options, if it has none of its own. */
static struct record
with_options(const struct load *l, const struct record *r)
{
	struct record with = *r;

	if (r->options == NULL) {
		with.options = l->options;
		with.stem = NULL;
	}
	return with;
}

/* The first file tells how the store spells its paths. */
static int
spelled(void *arg, const struct store_file *f)
{
	*(int *)arg = f->path[0] == '/' ? '/' : '.';
	return 1;
}

/*
 * With both absolute and relative paths the same tree would be stored twice,
 * and neither copy replace the other. 0, -1 (message printed).
 */
static int
check_spelling(struct load *l, const struct record *r)
{
	int this = r->path[0] == '/' ? '/' : '.';

	if (l->spelling == 0 && store_files(l->db, spelled, &l->spelling) == -1)
		return -1;
	if (l->spelling == 0)
		l->spelling = this;
	if (l->spelling == this)
		return 0;
	jsonl_warn(&l->in, "%s: the paths in the store are %s (chunkify -C "
	    "makes them relative to a directory)", r->path,
	    this == '/' ? "relative, this one is not" : "absolute, this one is "
	    "not");
	return -1;
}

/* What a record means for pruning. */
static int
prune(struct load *l, const struct record *r)
{
	int status = 0;

	if (!l->pruning)
		return 0;
	switch (r->type) {
	case RECORD_BEGIN:
		prune_begin(&l->prune, r);
		break;
	case RECORD_END:
		status = prune_end(&l->prune, l->db, r->errors, l->force,
		    l->verbose);
		l->missing |= status == 1;
		prune_free(&l->prune);
		break;
	case RECORD_FILE:
		prune_see(&l->prune, r->path, r->content_hash);
		break;
	case RECORD_KEEP:
	case RECORD_SKIP:
		prune_see(&l->prune, r->path, NULL);
		break;
	default:
		break;
	}
	return status == -1 ? -1 : 0;
}

/* Do what one valid record says. 0, -1 (message printed). */
static int
put(struct load *l, const struct record *r)
{
	struct record with;

	if (l->check.completes && store_done(l->db) == -1)
		return -1;
	if (prune(l, r) == -1)
		return -1;
	/* only now: a run that adds nothing need not read the store */
	if (l->changes != NULL && (r->type == RECORD_FILE ||
	    r->type == RECORD_CHUNK) && changes_learn(l->changes) == -1)
		return -1;
	switch (r->type) {
	case RECORD_BEGIN:
		l->begin.len = 0;
		record_write(&l->begin, r);
		l->begin.len--;			/* the newline */
		options_id(l->options, r->options);
		return 0;
	case RECORD_FILE:
		if (check_spelling(l, r) == -1)
			return -1;
		with = with_options(l, r);
		return store_begin(l->db, &with);
	case RECORD_CHUNK:
		if (l->check.starts &&
		    store_begin_update(l->db, r->path) == -1)
			return -1;
		store_add(l->db, r);
		return 0;
	case RECORD_AST:
		store_add_ast(l->db, r);
		return 0;
	case RECORD_KEEP:
		switch (store_keep(l->db, r->path, r->mtime_ns)) {
		case -1:
			return -1;
		case 0:
			jsonl_warn(&l->in, "%s: not stored, so it cannot be "
			    "kept", r->path);
			l->missing = 1;
		}
		return 0;
	case RECORD_SKIP:
		with = with_options(l, r);
		return store_skip(l->db, &with);
	case RECORD_GONE:
		return store_remove(l->db, r->path) == -1 ? -1 : 0;
	case RECORD_END:
		return ran(l);
	}
	return 0;
}

/* For the progress line: bytes read; how many there are, or 0. */
static atomic_ullong bytes, all_bytes;

static void
progress(struct buf *out, double seconds)
{
	double done = (double)bytes, all = (double)all_bytes;
	double left = done > 0 && all > done ? seconds * (all / done - 1) : 0;
	char s[96];

	snprintf(s, sizeof s, "stored %.1f MB  %.1f MB/s", done / 1e6,
	    done / 1e6 / seconds);
	buf_puts(out, s);
	if (all == 0)
		return;
	snprintf(s, sizeof s, "  %d:%02d left", (int)left / 60,
	    (int)left % 60);
	buf_puts(out, s);
}

/* In a pipe only the writer knows how much is to come. */
static void
progress_start(void)
{
	struct stat st;
	int file = fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode);

	if (isatty(STDIN_FILENO))
		return;
	all_bytes = file ? (unsigned long long)st.st_size : 0;
	meter_start(progress, file ? METER_MINE : METER_AFTER);
}

/* Read and store all there is: 0, -1 (message printed). */
static int
load(struct load *l)
{
	struct record r;
	const char *line;
	size_t len;
	int more;

	while ((more = jsonl_next(&l->in, &line, &len)) == 1) {
		bytes += len + 1;
		if (l->in.cut && l->check.begun) {
			jsonl_warn(&l->in, "cut off: the line has no end");
			return -1;
		}
		if (record_read(&l->reader, &r, line, len) == -1) {
			jsonl_warn(&l->in, "%s", l->reader.error);
			return -1;
		}
		if (check_record(&l->check, &r) == -1) {
			jsonl_warn(&l->in, "%s", l->check.error);
			return -1;
		}
		if (put(l, &r) == -1)
			return -1;
	}
	if (more == -1)
		return -1;
	if (check_end(&l->check) == -1) {
		jsonl_warn(&l->in, "%s", l->check.error);
		return -1;
	}
	return l->check.completes ? store_done(l->db) : 0;
}

int
main(int argc, char *argv[])
{
	struct cmdline c;
	struct load l = { 0 };
	const char *engine = NULL;
	double wait = 0;
	int ch, status;

	std_hold();
	/* return a large file's memory to the system before the next one */
	mallopt(M_MMAP_THRESHOLD, 256 << 10);
	option_start(&c, &tool, argc, argv);
	while ((ch = option_next(&c)) != -1)
		switch (ch) {
		case CHANGES:
			l.telling = 1;
			break;
		case ENGINE:
			engine = optarg;
			break;
		case FORCE:
			l.force = 1;
			break;
		case PLAIN:
			l.plain = 1;
			break;
		case PRUNE:
			l.pruning = 1;
			break;
		case 'v':
			l.verbose = 1;
			break;
		case WAIT:
			wait = option_seconds("--wait", optarg);
			break;
		}
	if (c.argc < 1)
		option_wrong("which store? DB is missing");
	if (c.argc > 1)
		option_wrong("%s: unexpected argument; the records come from "
		    "the standard input", c.argv[1]);
	if (isatty(STDIN_FILENO))
		warnx("reading records from the terminal, up to ^D; \"chunkify "
		    "PATH | kvput %s\" stores a tree", c.argv[0]);

	if ((l.db = store_open_writer(c.argv[0], engine, wait)) == NULL)
		return 2;
	if (l.plain)
		store_plain(l.db);
	if (l.telling)
		l.changes = changes_start(l.db);
	jsonl_open(&l.in, STDIN_FILENO, "stdin");
	progress_start();
	status = load(&l) == -1 ? 2 : l.missing;
	if (l.pruning && status != 2 && !l.check.begun)
		warnx("--prune: not done: the stream has no begin");
	if (l.pruning && !l.check.begun && status == 0)
		status = 1;
	store_drop(l.db);
	if (store_flush(l.db) == -1)
		status = 2;
	meter_stop();
	changes_end(l.changes);
	if (l.verbose)
		summary(store_tally(l.db));
	if (store_close(l.db) == -1)
		status = 2;
	jsonl_free(&l.in);
	reader_free(&l.reader);
	if (l.telling && (ferror(stdout) || fclose(stdout) == EOF))
		err(2, "standard output");
	check_free(&l.check);
	prune_free(&l.prune);
	buf_free(&l.begin);
	return status;
}
