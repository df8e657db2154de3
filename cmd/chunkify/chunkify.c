/*
 * chunkify - cut source files into chunks, as JSON lines
 */
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "ast.h"
#include "cut.h"
#include "defs.h"
#include "hash.h"
#include "label.h"
#include "lang.h"
#include "manifest.h"
#include "mask.h"
#include "mem.h"
#include "parse.h"
#include "path.h"
#include "progress.h"
#include "record.h"
#include "walk.h"
#include "version.h"

#define HEAD	8000		/* bytes in which git, too, looks for a NUL */
#define RING	256		/* results that may wait for an earlier one */
#define WAITING	(32 << 20)	/* bytes of them */
#define TICK	10000000	/* ns; Linux stamps files at 100 Hz or more */
#define LARGE	(1 << 20)	/* bytes of a result worth writing early */
#define RUN	(8 << 10)	/* bytes of it that are unchanged files */

static uint32_t max_size = 1500;
static uint64_t max_file_size = 16 << 20;
static double timeout = 10;
static int definitions, with_ast, checksum, skip_generated;
static const struct language *forced;
static struct manifest *stored;	/* of --unchanged, or NULL */

/*
 * What became of a file, and of the unchanged ones that the walk gave before
 * it: lines, to be written when their turn comes.
 */
struct result {
	struct buf out;
	char *message;		/* for stderr, or NULL */
	uint64_t seen, files, chunks, skipped, errors, kept, gone, bytes;
	const char *reason;	/* of a skip */
	int left_out;		/* exit status 1 */
	uint64_t turn;		/* its place in the output */
	int ready;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t moved;	/* a result was written */
	struct walk *walk;
	int at_end;
	uint64_t taken;		/* results given to a thread to make */
	uint64_t written;
	size_t waiting;		/* bytes in ring */
	int writing;		/* a thread is at it */
	char current[256];	/* the path taken last, cut if too long */
	int lost;		/* the list of files could not be read */
	struct skips {
		const char *reason;
		uint64_t n;	/* skipped for it, now or still */
	} *skips;
	size_t nskips, capskips;
	struct result ring[RING];
	struct result sum;
} all = { .lock = PTHREAD_MUTEX_INITIALIZER,
    .moved = PTHREAD_COND_INITIALIZER };

static void
usage(void)
{
	fprintf(stderr, "usage: chunkify [-0qv] [-C dir] [-j jobs] [--ast] "
	    "[--checksum] [--definitions]\n"
	    "                [--exclude glob] [--files-from file] "
	    "[--lang name]\n"
	    "                [--max-file-size bytes] [--max-size bytes] "
	    "[--no-ignore]\n"
	    "                [--skip-generated] [--timeout seconds] "
	    "[--unchanged file]\n"
	    "                [path ...]\n"
	    "       chunkify --list-languages\n");
	exit(2);
}

/* --- writing --------------------------------------------------------------- */

static void
write_out(struct buf *b)
{
	if (b->len != 0 && fwrite(b->p, 1, b->len, stdout) != b->len)
		err(2, "standard output");
	b->len = 0;
}

/* Write what there is of a large result, if it is its turn. */
static void
write_early(struct result *r)
{
	int mine;

	pthread_mutex_lock(&all.lock);
	mine = !all.writing && all.written == r->turn;
	if (mine)
		all.writing = 1;
	pthread_mutex_unlock(&all.lock);
	if (!mine)
		return;
	write_out(&r->out);
	pthread_mutex_lock(&all.lock);
	all.writing = 0;
	pthread_mutex_unlock(&all.lock);
}

/* --- one file -------------------------------------------------------------- */

static void
message(struct result *r, const char *path, const char *reason)
{
	if (asprintf(&r->message, "%s: %s", path, reason) == -1)
		r->message = NULL;
}

static int64_t
mtime_of(const struct stat *st)
{
	return st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec;
}

/* Not chunked. What is wrong with it is for the user to know when it is source
 * all the same, or a PATH; a list is made by a program. */
static void
skip(struct result *r, const struct walk_file *f, const char *reason,
    const struct stat *st, int left_out)
{
	struct record rec = { .type = RECORD_SKIP, .path = f->path,
	    .reason = reason, .size = RECORD_NONE, .mtime_ns = INT64_MIN,
	    .stored_at = RECORD_NONE };

	if (st != NULL) {
		rec.size = st->st_size;
		rec.mtime_ns = mtime_of(st);
	}
	record_write(&r->out, &rec);
	r->skipped++;
	r->reason = reason;
	if (left_out || (f->named && !f->listed)) {
		r->left_out = 1;
		message(r, f->path, reason);
	}
}

static void
unreadable(struct result *r, const struct walk_file *f, int error)
{
	skip(r, f, "unreadable", NULL, 0);
	r->errors++;
	r->reason = NULL;	/* it is counted as a failure */
	r->left_out = 1;
	free(r->message);
	r->message = NULL;
	if (error != 0)		/* else it was said already */
		message(r, f->path, strerror(error));
}

static void
keep(struct result *r, const char *path, const struct stat *st)
{
	struct record rec = { .type = RECORD_KEEP, .path = path,
	    .mtime_ns = mtime_of(st) };

	record_write(&r->out, &rec);
}

/* On a list it is an answer; a PATH that is not there is an error. */
static void
gone(struct result *r, const struct walk_file *f)
{
	struct record rec = { .type = RECORD_GONE, .path = f->path };

	if (f->named && !f->listed) {
		unreadable(r, f, ENOENT);
		return;
	}
	record_write(&r->out, &rec);
	r->gone++;
}

/* Read from fd until there are n bytes or no more. Returns how many, or -1. */
static ssize_t
read_all(int fd, char *p, size_t n)
{
	size_t have = 0;
	ssize_t k;

	while (have < n) {
		if ((k = read(fd, p + have, n - have)) == -1) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		if (k == 0)
			break;
		have += k;
	}
	return have;
}

/* The symbols of a chunk, into s. */
static void
symbols(struct symbol *s, const struct defs *d, const struct lines *l,
    const struct cut *c)
{
	size_t i;

	for (i = 0; i < c->ndefs; i++) {
		const struct def *f = &d->def[c->first + i];

		s[i] = (struct symbol){ .name = f->name, .kind = f->kind,
		    .scope = f->scope, .byte_start = f->start,
		    .byte_end = f->end, .start_line = line_of(l, f->start),
		    .end_line = line_of(l, f->end > f->start ? f->end - 1 :
		    f->start) };
	}
}

/* The labels of a chunk, into list: its language, its kind, and what holds
 * for its file or for a definition that begins in it. Returns how many. */
static size_t
labels(const char **list, const struct language *lang, unsigned of_file,
    const struct defs *d, const struct cut *c)
{
	unsigned set = of_file, bit;
	size_t i, n = 0;

	list[n++] = lang->name;
	if (c->def != -1) {
		set |= d->def[c->def].labels;
		if (strcmp(d->def[c->def].kind, lang->name) != 0)
			list[n++] = d->def[c->def].kind;
	}
	for (i = c->first; i < c->first + c->ndefs; i++)
		set |= d->def[i].labels;
	for (bit = 0; bit < NLABELS; bit++)
		if (set >> bit & 1)
			list[n++] = label_names[bit];
	return n;
}

static void
write_chunks(struct result *r, const char *path, const struct language *lang,
    const char *text, size_t n, const struct cuts *cuts,
    const struct defs *d, const struct lines *l)
{
	struct record rec = { .type = RECORD_CHUNK, .path = path,
	    .language = lang->name, .created_at = RECORD_NONE };
	char hash[HASH_LEN + 1];
	struct symbol *s = NULL;
	size_t cap = 0;
	const char *label[2 + NLABELS];
	unsigned of_file = 0;
	size_t i;

	if (label_is_test(path))
		of_file |= 1u << LABEL_TEST;
	if (label_is_generated(path, text, n))
		of_file |= 1u << LABEL_GENERATED;
	rec.content_hash = hash;
	rec.labels = label;
	for (i = 0; i < cuts->n; i++) {
		const struct cut *c = &cuts->cut[i];
		const struct def *f = c->def != -1 ? &d->def[c->def] : NULL;

		rec.byte_start = c->start;
		rec.byte_end = c->end;
		rec.start_line = c->start_line;
		rec.end_line = c->end_line;
		rec.symbol_name = f != NULL ? f->name : NULL;
		rec.symbol_kind = f != NULL ? f->kind : NULL;
		rec.scope = f != NULL ? f->scope : NULL;
		rec.part[0] = c->part;
		rec.part[1] = c->parts;
		rec.nsymbols = c->ndefs;
		rec.symbols = s = xgrow(s, &cap, c->ndefs, sizeof *s);
		symbols(s, d, l, c);
		rec.nlabels = labels(label, lang, of_file, d, c);
		rec.content = text + c->start;
		rec.content_len = c->end - c->start;
		hash_of(hash, rec.content, rec.content_len);
		record_write(&r->out, &rec);
		if (r->out.len > LARGE)
			write_early(r);
	}
	free(s);
	r->chunks += cuts->n;
}

static void
write_ast(struct result *r, const char *path, const struct ast *a)
{
	struct record rec = { .type = RECORD_AST, .path = path,
	    .nodes = a->node, .nnodes = a->n };

	record_write(&r->out, &rec);
}

/* Parse what stands in the file in other languages. */
static void
parts(struct defs *d, const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < d->nparts; i++) {
		struct part *p = &d->part[i];
		const TSTree *tree = parse(p->g, text, n, p->start, p->end,
		    timeout);
		struct defs inner;

		if (tree == NULL)
			continue;
		p->root = ts_tree_root_node(tree);
		defs_find(&inner, p->g, p->root, text, text, n);
		defs_join(d, &inner);
	}
}

static void
chunk_text(struct result *r, const char *path, const struct stat *st,
    const struct language *lang, const char *text, size_t n)
{
	const struct grammar *g = grammar_of(lang);
	const char *shown = mask(lang, text, n);
	const TSTree *tree = parse(g, shown, n, 0, n, timeout);
	struct defs d = { .def = NULL, .n = 0, .errors = 1 };
	struct cuts cuts;
	struct lines l;
	struct ast ast = { .node = NULL, .n = 0 };
	char hash[HASH_LEN + 1];
	struct record rec = { .type = RECORD_FILE, .path = path,
	    .language = lang->name, .size = n,
	    .mtime_ns = mtime_of(st), .chunks = RECORD_NONE,
	    .stored_at = RECORD_NONE };
	TSNode root;

	lines_find(&l, text, n);
	if (tree != NULL) {
		root = ts_tree_root_node(tree);
		defs_find(&d, g, root, text, shown, n);
		parts(&d, text, n);
		if (with_ast)
			ast_list(&ast, g, root);
	}
	if (definitions)
		cut_definitions(&cuts, &d, &l);
	else
		cut_partition(&cuts, g, tree != NULL ? &root : NULL, &d, &l,
		    text, shown, n, max_size);
	arena_drop_tree();
	hash_of(hash, text, n);
	rec.content_hash = hash;
	rec.parse_errors = d.errors;
	record_write(&r->out, &rec);
	write_chunks(r, path, lang, text, n, &cuts, &d, &l);
	if (with_ast)
		write_ast(r, path, &ast);
	ast_free(&ast);
	defs_free(&d);
	r->files++;
}

/* Was it stored with just these bytes, and as we would chunk it? */
static int
same_content(const struct manifest_file *was, const char *text, size_t n)
{
	char hash[HASH_LEN + 1];

	if (was == NULL || !was->same_options || was->size != n)
		return 0;
	hash_of(hash, text, n);
	return strcmp(was->hash, hash) == 0;
}

/*
 * A change that comes within a tick of the file system's clock after we have
 * read would leave the file with the time that we wrote down. So do not read
 * before the tick of its last change is over.
 */
static void
let_settle(int fd, struct stat *st)
{
	struct timespec now, wait = { 0, TICK };
	int64_t age;

	clock_gettime(CLOCK_REALTIME, &now);
	age = now.tv_sec * INT64_C(1000000000) + now.tv_nsec - mtime_of(st);
	if (age >= 0 && age < TICK) {
		nanosleep(&wait, NULL);
		(void)fstat(fd, st);
	}
}

/*
 * Read the open file and chunk it. All that is said of it comes from one
 * buffer, so it agrees whatever happens to the file meanwhile. When it
 * changes under our hands we read again, twice at most; the time written is
 * the one from before the reading, so a later change is never missed.
 */
static void
chunk_file(struct result *r, const struct walk_file *f,
    const struct manifest_file *was, int fd)
{
	const struct language *lang = forced;
	struct stat st, after;
	char head[HEAD], *text = NULL;
	ssize_t n;
	int tries = 0;

	if (fstat(fd, &st) == -1) {
		unreadable(r, f, errno);
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		skip(r, f, "special", NULL, 0);
		return;
	}
	if (lang == NULL) {
		if ((n = read_all(fd, head, sizeof head)) == -1) {
			unreadable(r, f, errno);
			return;
		}
		if ((lang = lang_of(f->path, head, n)) == NULL) {
			skip(r, f, memchr(head, '\0', n) != NULL ? "binary" :
			    "unsupported", &st, 0);
			return;
		}
	}
	do {
		if ((tries != 0 && fstat(fd, &st) == -1) ||
		    lseek(fd, 0, SEEK_SET) == -1) {
			unreadable(r, f, errno);
			goto out;
		}
		let_settle(fd, &st);
		if ((uint64_t)st.st_size > max_file_size) {
			skip(r, f, "too-large", &st, 1);
			goto out;
		}
		text = xrealloc(text, st.st_size + 1);
		/* one byte more than there should be shows growth */
		if ((n = read_all(fd, text, st.st_size + 1)) == -1 ||
		    fstat(fd, &after) == -1) {
			unreadable(r, f, errno);
			goto out;
		}
	} while ((n != st.st_size || after.st_size != st.st_size ||
	    after.st_mtim.tv_sec != st.st_mtim.tv_sec ||
	    after.st_mtim.tv_nsec != st.st_mtim.tv_nsec) && ++tries < 3);
	if (n > st.st_size)
		n = st.st_size;
	if (same_content(was, text, n)) {
		keep(r, f->path, &st);
		r->kept++;
		goto out;
	}
	if (memchr(text, '\0', n) != NULL) {
		skip(r, f, "binary", &st, 1);
		goto out;
	}
	if (skip_generated && label_is_generated(f->path, text, n)) {
		skip(r, f, "generated", &st, 0);
		goto out;
	}
	if (forced == NULL)	/* now by all of it, not just its head */
		lang = lang_of(f->path, text, n);
	chunk_text(r, f->path, &st, lang, text, n);
	arena_reset();
out:
	free(text);
}

/* What git names it need not be any more. */
static void
look_at(struct walk_file *f)
{
	if (f->what != WALK_UNKNOWN)
		return;
	f->what = WALK_FILE;
	if (lstat(f->path, &f->st) == -1) {
		f->error = errno;
		f->what = errno == ENOENT || errno == ENOTDIR ?
		    WALK_GONE : WALK_UNREADABLE;
	} else if (S_ISLNK(f->st.st_mode))
		f->what = WALK_SYMLINK;
	else if (S_ISDIR(f->st.st_mode))	/* was a file once */
		f->what = WALK_GONE;
	else if (!S_ISREG(f->st.st_mode))
		f->what = WALK_SPECIAL;
}

/* A file that must be read, or of which there is something else to say. */
static void
process(struct result *r, const struct walk_file *f,
    const struct manifest_file *was)
{
	int fd;

	switch (f->what) {
	case WALK_FILE:
		/* not to hang on a FIFO that has taken the file's place */
		fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
		    O_NOCTTY);
		if (fd != -1) {
			chunk_file(r, f, was, fd);
			close(fd);
		} else if (errno == ENOENT || errno == ENOTDIR)
			gone(r, f);
		else
			unreadable(r, f, errno);
		break;
	case WALK_GONE:
		gone(r, f);
		break;
	case WALK_UNREADABLE:
		unreadable(r, f, f->error);
		break;
	case WALK_SYMLINK:
		skip(r, f, "symlink", NULL, 0);
		break;
	case WALK_SPECIAL:
	case WALK_UNKNOWN:
		skip(r, f, "special", NULL, 0);
		break;
	}
}

/* --- all files ------------------------------------------------------------- */

/* Write one result out. */
static void
put(struct result *r)
{
	write_out(&r->out);
	if (r->message != NULL)
		warnx("%s", r->message);
	free(r->message);
	buf_free(&r->out);
}

/* The two that follow are called with the lock held. */
static void
count_skip(const char *reason)
{
	size_t i;

	for (i = 0; i < all.nskips; i++)
		if (strcmp(all.skips[i].reason, reason) == 0)
			break;
	if (i == all.nskips) {
		all.skips = xgrow(all.skips, &all.capskips, i + 1,
		    sizeof *all.skips);
		all.skips[i].reason = reason;
		all.skips[i].n = 0;
		all.nskips++;
	}
	all.skips[i].n++;
}

static void
add_up(const struct result *r)
{
	all.sum.seen += r->seen;
	all.sum.files += r->files;
	all.sum.chunks += r->chunks;
	all.sum.skipped += r->skipped;
	all.sum.errors += r->errors;
	all.sum.kept += r->kept;
	all.sum.gone += r->gone;
	all.sum.bytes += r->bytes;
	if (r->reason != NULL)
		count_skip(r->reason);
	all.sum.left_out |= r->left_out;
}

/*
 * Results leave in the order in which the walk gave the files. Whoever brings
 * the next one due writes it and all that follow; nobody waits for a pipe but
 * him. Called and left with the lock held.
 */
static void
write_ready(void)
{
	struct result *r;

	if (all.writing)
		return;
	all.writing = 1;
	while ((r = &all.ring[all.written % RING])->ready) {
		struct result due = *r;
		size_t len = due.out.len;

		memset(r, 0, sizeof *r);
		pthread_mutex_unlock(&all.lock);
		put(&due);
		pthread_mutex_lock(&all.lock);
		add_up(&due);
		all.waiting -= len;
		all.written++;
		pthread_cond_broadcast(&all.moved);
	}
	all.writing = 0;
}

/* For progress; called with the lock held. */
static void
set_current(const char *path)
{
	snprintf(all.current, sizeof all.current, "%s", path);
}

/*
 * Take files from the walk, up to one that needs more than a look at its
 * stat; those before it, unchanged, are done with at once. To hand each to a
 * thread would cost several times what it takes itself. Called with the lock
 * held. Returns 1; 0 when the walk is through, or the run is long enough.
 */
static int
take(struct result *r, struct walk_file *f, const struct manifest_file **was)
{
	int got;

	r->turn = all.taken++;
	while (r->out.len < RUN) {
		if ((got = walk_next(all.walk, f)) != 1) {
			all.at_end = 1;
			all.lost = got == -1;
			pthread_cond_broadcast(&all.moved);
			return 0;
		}
		r->seen++;
		*was = NULL;
		if (stored == NULL)
			return 1;
		look_at(f);
		if (f->what != WALK_FILE)
			return 1;
		*was = manifest_find(stored, f->path);
		if (*was == NULL || checksum ||
		    !manifest_unchanged(*was, &f->st))
			return 1;
		keep(r, f->path, &f->st);
		if ((*was)->reason != NULL)
			count_skip((*was)->reason);
		else
			r->kept++;
		r->bytes += f->st.st_size;
		if (r->out.len >= RUN)
			set_current(f->path);
		free(f->path);
	}
	return 0;
}

static void *
work(void *arg)
{
	const struct manifest_file *was;
	struct walk_file f;

	(void)arg;
	pthread_mutex_lock(&all.lock);
	for (;;) {
		struct result r = { .ready = 1 };

		while (!all.at_end && (all.taken - all.written >= RING ||
		    (all.waiting > WAITING && all.taken != all.written)))
			pthread_cond_wait(&all.moved, &all.lock);
		if (all.at_end)
			break;
		if (take(&r, &f, &was)) {
			set_current(f.path);
			pthread_mutex_unlock(&all.lock);
			look_at(&f);
			process(&r, &f, was);
			if (f.what == WALK_FILE)
				r.bytes += f.st.st_size;
			free(f.path);
			pthread_mutex_lock(&all.lock);
		}
		all.waiting += r.out.len;
		all.ring[r.turn % RING] = r;
		write_ready();
	}
	pthread_mutex_unlock(&all.lock);
	arena_end();
	return NULL;
}

static void
fetch_progress(struct progress *p)
{
	pthread_mutex_lock(&all.lock);
	p->files = all.sum.seen;
	p->bytes = all.sum.bytes;
	memcpy(p->current, all.current, sizeof p->current);
	pthread_mutex_unlock(&all.lock);
}

static void
work_all(int jobs)
{
	pthread_t *t = xreallocarray(NULL, jobs, sizeof *t);
	int i, e;

	for (i = 1; i < jobs; i++)
		if ((e = pthread_create(&t[i], NULL, work, NULL)) != 0) {
			errno = e;
			err(2, "thread");
		}
	work(NULL);
	for (i = 1; i < jobs; i++)
		pthread_join(t[i], NULL);
	free(t);
}

/* --- the command line ------------------------------------------------------ */

/* A number of at least low and at most high; k, m and g stand for 1024s. */
static uint64_t
number(const char *what, const char *s, uint64_t low, uint64_t high)
{
	static const char units[] = "kmg";
	char *end;
	const char *u;
	unsigned long long n;

	errno = 0;
	n = strtoull(s, &end, 10);
	if (errno != 0 || end == s || *s == '-' || *s == ' ')
		errx(2, "%s: \"%s\" is not a number", what, s);
	if (*end != '\0' && (u = strchr(units, *end | 32)) != NULL) {
		int shift = 10 * (u - units + 1);

		end++;
		if (n > high >> shift)
			n = high + 1;
		else
			n <<= shift;
	}
	if (*end != '\0')
		errx(2, "%s: \"%s\" is not a number", what, s);
	if (n < low || n > high)
		errx(2, "%s: %s is not between %llu and %llu", what, s,
		    (unsigned long long)low, (unsigned long long)high);
	return n;
}

static double
seconds(const char *what, const char *s)
{
	char *end;
	double d;

	errno = 0;
	d = strtod(s, &end);
	if (errno != 0 || end == s || *end != '\0' || !(d >= 0) || d > 1e9)
		errx(2, "%s: \"%s\" is not a number of seconds", what, s);
	return d;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * Bring the PATHs into their normal form and into order, relative to -C's dir
 * where they are below it, and drop those inside another: no file comes
 * twice. Returns how many are left.
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
fingerprint(void)
{
	char *s;

	if (asprintf(&s, "mode=%s max-size=%u max-file-size=%llu timeout=%g"
	    "%s%s%s%s sources=%s",
	    definitions ? "definitions" : "partition", max_size,
	    (unsigned long long)max_file_size, timeout,
	    forced != NULL ? " lang=" : "",
	    forced != NULL ? forced->name : "", with_ast ? " ast" : "",
	    skip_generated ? " skip-generated" : "", SOURCES) == -1)
		errx(2, "out of memory");
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
	write_out(&b);
	buf_free(&b);
	/* now, not with the first chunk: it tells the reader when we began */
	if (fflush(stdout) == EOF)
		err(2, "standard output");
}

static void
write_end(void)
{
	struct record rec = { .type = RECORD_END, .files = all.sum.files,
	    .chunks = all.sum.chunks, .skipped = all.sum.skipped,
	    .errors = all.sum.errors };
	struct buf b = { 0 };

	record_write(&b, &rec);
	write_out(&b);
	buf_free(&b);
}

static int
by_reason(const void *a, const void *b)
{
	return strcmp(((const struct skips *)a)->reason,
	    ((const struct skips *)b)->reason);
}

/* For -v: what became of each file, once. One that was skipped and has not
 * changed is a keep in the stream, and skipped to whoever reads this. */
static void
summary(void)
{
	uint64_t skipped = 0;
	size_t i;

	if (all.nskips != 0)
		qsort(all.skips, all.nskips, sizeof *all.skips, by_reason);
	for (i = 0; i < all.nskips; i++)
		skipped += all.skips[i].n;
	fprintf(stderr, "chunkify: %ju files chunked into %ju chunks, %ju "
	    "kept, %ju skipped", (uintmax_t)all.sum.files,
	    (uintmax_t)all.sum.chunks, (uintmax_t)all.sum.kept,
	    (uintmax_t)skipped);
	for (i = 0; i < all.nskips; i++)
		fprintf(stderr, "%s%ju %s", i == 0 ? " (" : ", ",
		    (uintmax_t)all.skips[i].n, all.skips[i].reason);
	fprintf(stderr, "%s, %ju failed", i != 0 ? ")" : "",
	    (uintmax_t)all.sum.errors);
	if (all.sum.gone != 0)
		fprintf(stderr, ", %ju gone", (uintmax_t)all.sum.gone);
	putc('\n', stderr);
}

static void
list_languages(void)
{
	const struct language *const *l;

	for (l = languages; *l != NULL; l++)
		puts((*l)->name);
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

int
main(int argc, char *argv[])
{
	enum { AST = 256, CHECKSUM, DEFINITIONS, EXCLUDE, FILES_FROM, LANG, LIST, MAX_FILE, MAX_SIZE,
	    NO_IGNORE, SKIP_GENERATED, TIMEOUT, UNCHANGED };
	static const struct option longs[] = {
		{ "ast", no_argument, NULL, AST },
		{ "checksum", no_argument, NULL, CHECKSUM },
		{ "definitions", no_argument, NULL, DEFINITIONS },
		{ "exclude", required_argument, NULL, EXCLUDE },
		{ "files-from", required_argument, NULL, FILES_FROM },
		{ "lang", required_argument, NULL, LANG },
		{ "list-languages", no_argument, NULL, LIST },
		{ "max-file-size", required_argument, NULL, MAX_FILE },
		{ "max-size", required_argument, NULL, MAX_SIZE },
		{ "no-ignore", no_argument, NULL, NO_IGNORE },
		{ "skip-generated", no_argument, NULL, SKIP_GENERATED },
		{ "timeout", required_argument, NULL, TIMEOUT },
		{ "unchanged", required_argument, NULL, UNCHANGED },
		{ NULL, 0, NULL, 0 }
	};
	const char *dir = NULL, *list_name = NULL, *manifest_name = NULL;
	char *options;
	struct walk_options walk = { .separator = '\n' };
	struct ignore *exclude = NULL;
	long jobs = sysconf(_SC_NPROCESSORS_ONLN);
	int ch, manifest_fd = -1, quiet = 0, verbose = 0;

	while ((ch = getopt_long(argc, argv, "+0C:j:qv", longs, NULL)) != -1)
		switch (ch) {
		case '0':
			walk.separator = '\0';
			break;
		case 'C':
			dir = optarg;
			break;
		case 'j':
			jobs = number("-j", optarg, 1, 1024);
			break;
		case 'q':
			quiet = 1;
			break;
		case 'v':
			verbose = 1;
			break;
		case AST:
			with_ast = 1;
			break;
		case CHECKSUM:
			checksum = 1;
			break;
		case DEFINITIONS:
			definitions = 1;
			break;
		case EXCLUDE:
			exclude = ignore_add(exclude, optarg, strlen(optarg));
			walk.exclude = exclude;
			break;
		case FILES_FROM:
			list_name = optarg;
			break;
		case LANG:
			if ((forced = lang_by_name(optarg)) == NULL)
				errx(2, "--lang: %s: no such language "
				    "(--list-languages)", optarg);
			break;
		case LIST:
			list_languages();
			if (fclose(stdout) == EOF)
				err(2, "standard output");
			return 0;
		case MAX_FILE:
			max_file_size = number("--max-file-size", optarg, 0,
			    INT32_MAX);
			break;
		case MAX_SIZE:
			max_size = number("--max-size", optarg, 16,
			    INT32_MAX / BLANK_FACTOR);
			break;
		case NO_IGNORE:
			walk.no_ignore = 1;
			break;
		case SKIP_GENERATED:
			skip_generated = 1;
			break;
		case UNCHANGED:
			manifest_name = optarg;
			break;
		case TIMEOUT:
			timeout = seconds("--timeout", optarg);
			break;
		default:
			usage();
		}
	argc -= optind;
	argv += optind;
	if (argc == 0 && list_name == NULL)
		usage();
	if (list_name != NULL)
		walk.list = open_list(list_name);
	if (list_name != NULL && manifest_name != NULL &&
	    strcmp(list_name, "-") == 0 && strcmp(manifest_name, "-") == 0)
		errx(2, "--files-from and --unchanged: both are standard input");
	options = fingerprint();
	/* the names of lists are the shell's, not -C's */
	if (manifest_name != NULL)
		manifest_fd = open_manifest(&manifest_name);
	if (dir != NULL && chdir(dir) == -1)
		err(2, "%s", dir);

	arena_install();
	/* what one large file took goes back before the next one comes */
	mallopt(M_MMAP_THRESHOLD, 128 << 10);
	setvbuf(stdout, NULL, _IOFBF, 1 << 17);
	walk.dir = dir != NULL ? realpath(".", NULL) : NULL;
	argc = tidy_roots(argv, argc, walk.dir);
	/* git, where there is one, gets to work while we read the manifest */
	all.walk = walk_open(argv, argc, &walk);
	if (manifest_name != NULL)
		stored = manifest_read(manifest_fd, manifest_name, options);
	write_begin(argv, argc, options);
	quiet |= !isatty(STDERR_FILENO);
	if (!quiet)
		progress_start(argv, argc, &walk, fetch_progress);
	work_all(jobs > 0 ? jobs : 1);
	if (!quiet)
		progress_stop();
	walk_close(all.walk);
	ignore_free(exclude);
	if (verbose)
		summary();
	free(all.skips);	/* the reasons are the manifest's, or ours */
	manifest_free(stored);
	free(walk.dir);
	free(options);
	if (all.lost)		/* no end: the reader must not trust it */
		return 2;
	write_end();
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	return all.sum.left_out ? 1 : 0;
}
