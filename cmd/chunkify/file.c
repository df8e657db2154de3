#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "ast.h"
#include "cut.h"
#include "defs.h"
#include "file.h"
#include "base/hash.h"
#include "label.h"
#include "mend.h"
#include "parse.h"
#include "record/record.h"

#define HEAD	8000		/* bytes in which git, too, looks for a NUL */
#define TICK	10000000	/* ns; Linux stamps files at 100 Hz or more */
#define LARGE	(1 << 20)	/* bytes of a result worth writing early */

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

/* Skip a file. Tell the user why if it is source all the same, or a PATH; a
 * list is made by a program. */
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
	if (error != 0)		/* else a message was printed */
		message(r, f->path, strerror(error));
}

void
file_keep(struct result *r, const char *path, const struct stat *st)
{
	struct record rec = { .type = RECORD_KEEP, .path = path,
	    .mtime_ns = mtime_of(st) };

	record_write(&r->out, &rec);
}

/* From a list this is an answer; a PATH that does not exist is an error. */
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

/* Read more from fd, after the *n bytes at p, up to upto bytes or the end.
 * Returns -1 on failure. */
static int
read_on(int fd, char *p, size_t *n, size_t upto)
{
	ssize_t k;

	while (*n < upto) {
		if ((k = read(fd, p + *n, upto - *n)) == -1) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		if (k == 0)
			break;
		*n += k;
	}
	return 0;
}

/* A set of labels, a colon after each; NULL: none. In the arena. */
static const char *
joined(unsigned set)
{
	const size_t room = 16 * NLABELS;
	char *text = arena_alloc(room);
	size_t n = 0;
	unsigned bit;

	for (bit = 0; bit < NLABELS; bit++)
		if (set >> bit & 1)
			n += (size_t)snprintf(text + n, room - n, "%s:",
			    label_names[bit]);
	return n != 0 ? text : NULL;
}

/* The symbols of a chunk, into s. */
static void
symbols(struct symbol *s, const struct defs *d, const struct line_starts *l,
    const struct cut *c, unsigned of_file)
{
	size_t i;

	for (i = 0; i < c->ndefs; i++) {
		const struct def *f = &d->def[c->first + i];

		s[i] = (struct symbol){ .name = f->name, .kind = f->kind,
		    .scope = f->scope, .byte_start = f->start,
		    .byte_end = f->end, .start_line = line_of(l, f->start),
		    .end_line = line_of(l, f->end > f->start ? f->end - 1 :
		    f->start),
		    .doc_start = f->said < f->start ? f->said : RECORD_NONE,
		    .body_start = f->body > f->start && f->body < f->end ?
		    f->body : RECORD_NONE,
		    .labels = joined(f->labels | of_file) };
	}
}

/* Labels that apply only where the definition itself begins. */
#define BEGINS	(1u << LABEL_DOCUMENTED | 1u << LABEL_EXPORTED | \
	1u << LABEL_STATIC)

/* The labels of a chunk, into list: its language, its kind, and what holds
 * for its file or for the definition that it stands for; if that does not begin
 * in it, for one that does. Returns how many. */
static size_t
labels(const char **list, const struct language *lang, unsigned of_file,
    const struct defs *d, const struct cut *c)
{
	unsigned set = of_file, bit;
	size_t i, n = 0;
	int own = 0;		/* what it stands for begins in it */

	list[n++] = lang->name;
	if (c->def != -1) {
		own = d->def[c->def].doc >= c->start ||
		    (size_t)c->def - c->first < c->ndefs;
		set |= d->def[c->def].labels & (own ? ~0u : ~BEGINS);
		if (strcmp(d->def[c->def].kind, lang->name) != 0)
			list[n++] = d->def[c->def].kind;
	}
	for (i = c->first; i < c->first + c->ndefs; i++)
		set |= d->def[i].labels & (own ? ~BEGINS : ~0u);
	for (bit = 0; bit < NLABELS; bit++)	/* each once: R has tests */
		if ((set >> bit & 1) && (c->def == -1 ||
		    strcmp(d->def[c->def].kind, label_names[bit]) != 0))
			list[n++] = label_names[bit];
	return n;
}

/* The refs of a chunk at a time. */
struct chunk_refs {
	struct ref *list;
	size_t n, cap;
	struct buf text;
};

static int
by_ref(const void *va, const void *vb)
{
	const struct ref *a = va, *b = vb;
	int diff;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	diff = memcmp(a->name, b->name, a->len < b->len ? a->len : b->len);
	if (diff != 0)
		return diff;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return a->byte_start < b->byte_start ? -1 : 1;
}

/* As a record has them: those that begin in the chunk, but in none of the
 * chunks inside it; NULL: none. Lent until the next call. */
static const char *
refs_of(struct chunk_refs *o, const struct uses *u, const char *text,
    const struct cuts *cuts, size_t at)
{
	const struct cut *c = &cuts->cut[at], *in = c + 1;
	const struct cut *last = cuts->cut + cuts->n;
	size_t i;

	o->n = 0;
	for (i = uses_from(u, c->start); i < u->n && u->used[i].start < c->end;
	    i++) {
		const struct used *x = &u->used[i];
		size_t len = x->end - x->start;

		while (in < last && in->start <= x->start &&
		    in->end <= x->start)
			in++;
		if ((in < last && in->start <= x->start) || x->end > c->end ||
		    !refs_can(text + x->start, len))
			continue;
		o->list = xgrow(o->list, &o->cap, o->n + 1, sizeof *o->list);
		o->list[o->n++] = (struct ref){ text + x->start, len,
		    (enum ref_kind)x->kind, x->start };
	}
	if (o->n == 0)
		return NULL;
	qsort(o->list, o->n, sizeof *o->list, by_ref);
	o->text.len = 0;
	refs_write(&o->text, o->list, o->n);
	buf_putc(&o->text, '\0');
	return o->text.p;
}

static void
write_chunks(struct result *r, const char *path, const struct language *lang,
    const char *text, size_t n, const struct cuts *cuts,
    const struct defs *d, const struct line_starts *l, const struct uses *uses)
{
	struct record rec = { .type = RECORD_CHUNK, .path = path,
	    .language = lang->name, .created_at = RECORD_NONE };
	char hash[HASH_LEN + 1];
	struct symbol *s = NULL;
	size_t cap = 0;
	const char *label[3 + NLABELS], *text_kind = NULL;
	char buf[LANG_KIND_MAX];
	unsigned of_file = 0;
	struct chunk_refs refs = { .n = 0 };
	size_t i;

	if (label_is_test(path))
		of_file |= 1u << LABEL_TEST;
	if (label_is_generated(path, text, n))
		of_file |= 1u << LABEL_GENERATED;
	if (lang == &lang_text)
		text_kind = lang_text_kind(path, text, n, buf);
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
		symbols(s, d, l, c, of_file);
		rec.nlabels = labels(label, lang, of_file, d, c);
		if (text_kind != NULL)
			label[rec.nlabels++] = text_kind;
		rec.content = text + c->start;
		rec.content_len = c->end - c->start;
		hash_of(hash, rec.content, rec.content_len);
		rec.refs = uses == NULL ? NULL : refs_of(&refs, uses, text,
		    cuts, i);
		record_write(&r->out, &rec);
		if (r->out.len > LARGE)
			r->early(r);
	}
	free(s);
	free(refs.list);
	buf_free(&refs.text);
	r->chunks += cuts->n;
}

static void
write_ast(struct result *r, const char *path, const struct ast *a)
{
	struct record rec = { .type = RECORD_AST, .path = path,
	    .nodes = a->node, .nnodes = a->n };

	record_write(&r->out, &rec);
}

/* Parse the parts of the file in other languages. */
static void
embedded(struct defs *d, const char *text, const char *shown, size_t n,
    struct uses *uses, struct deadline *deadline)
{
	const char *why;
	size_t i;

	for (i = 0; i < d->nparts; i++) {
		struct part *p = &d->part[i];
		const TSTree *tree = parse(p->g, shown, n, p->start, p->end,
		    deadline, &why);
		struct defs inner = { .def = NULL };

		if (tree == NULL)
			continue;
		p->root = ts_tree_root_node(tree);
		if (defs_find(&inner, p->g, p->root, text, shown, uses,
		    deadline) == 0)
			defs_join(d, &inner);
	}
}

static void
chunk_text(struct result *r, const char *path, const struct stat *st,
    const struct language *lang, const char *text, size_t n)
{
	const struct options *o = r->options;
	const struct grammar *g = NULL;
	const char *shown = text;
	const TSTree *tree = NULL;
	const char *why;
	char reason[96];
	struct deadline deadline;
	struct defs d = { .def = NULL, .n = 0 };
	struct uses found = { .n = 0 }, *uses = NULL;
	struct cuts cuts;
	struct line_starts l;
	struct ast ast = { .node = NULL, .n = 0 };
	char hash[HASH_LEN + 1];
	struct record rec = { .type = RECORD_FILE, .path = path,
	    .language = lang->name, .size = n,
	    .mtime_ns = mtime_of(st), .chunks = RECORD_NONE,
	    .stored_at = RECORD_NONE };
	uint64_t hidden = 0;
	TSNode root;

	lines_find(&l, text, n);
	deadline_begin(&deadline, o->timeout);
	if (o->refs && lang->grammar != NULL)
		uses_begin(uses = &found, text, n);
	if (lang->grammar != NULL) {
		g = grammar_of(lang);
		tree = mend_parse(g, text, n, &shown, &hidden, &deadline,
		    &why);
	}
	if (tree != NULL) {
		root = ts_tree_root_node(tree);
		if (defs_find(&d, g, root, text, shown, uses, &deadline) == -1)
			tree = NULL;
		else
			embedded(&d, text, shown, n, uses, &deadline);
		if (tree != NULL)
			label_exports(&d, lang, text, n);
		if (tree != NULL && o->ast)
			ast_list(&ast, g, root);
	}
	if (uses != NULL && tree != NULL)
		uses_end(uses, lang, shown, n);
	if (tree == NULL && g != NULL) {
		d.errors = 1;
		snprintf(reason, sizeof reason, "cut between lines: %s", why);
		message(r, path, reason);
	}
	if (o->definitions)
		cut_definitions(&cuts, &d, &l);
	else
		cut_partition(&cuts, g, tree != NULL ? &root : NULL, &d, &l,
		    text, shown, n, o->max_size);
	d.errors += hidden;
	arena_drop_tree();
	hash_of(hash, text, n);
	rec.content_hash = hash;
	rec.parse_errors = d.errors;
	record_write(&r->out, &rec);
	write_chunks(r, path, lang, text, n, &cuts, &d, &l, uses);
	if (o->ast)
		write_ast(r, path, &ast);
	ast_free(&ast);
	defs_free(&d);
	uses_free(&found);
	r->files++;
}

/* Was it stored with exactly these bytes, and as we would chunk it? */
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
 * A change within a tick of the file system's clock after we have read would
 * leave the file with the time that we recorded. So do not read before the tick
 * of its last change is over.
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

/* Does the path have this ending after something, or this name? */
static int
ends_so(const char *path, const struct ending *e)
{
	size_t n = strlen(path);

	return n >= e->len && memcmp(path + n - e->len, e->text, e->len) == 0 &&
	    (*e->text == '.' || n == e->len || path[n - e->len - 1] == '/');
}

/* Why it is not text, by its first bytes, or NULL. */
static const char *
no_text(const char *text, size_t n)
{
	if (n >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 ||
	    memcmp(text, "\xfe\xff", 2) == 0))
		return "utf-16";
	return memchr(text, '\0', n < HEAD ? n : HEAD) != NULL ? "binary" :
	    NULL;
}

static const struct language *
language(const struct result *r, const struct walk_file *f, const char *text,
    size_t n)
{
	const struct options *o = r->options;
	const struct language *lang;
	size_t i;

	if (o->forced != NULL)
		return o->forced;
	for (i = o->nendings; i-- > 0; )
		if (ends_so(f->path, &o->endings[i]))
			return o->endings[i].lang;
	lang = lang_of(f->path, text, n);
	return lang == NULL && o->text && no_text(text, n) == NULL ?
	    &lang_text : lang;
}

/* Skip a file that is in no language, by what was read of it. */
static void
unsupported(struct result *r, const struct walk_file *f, const char *text,
    size_t n, const struct stat *st)
{
	const char *why = no_text(text, n);

	skip(r, f, why != NULL ? why : "unsupported", st, 0);
}

/*
 * Read the open file into *text, which the caller owns, as it was at the time
 * in *st. If it changes while we read, we read again, twice at most; the time
 * is from before reading, so a later change is never missed. If it is in no
 * language, we read only the head. Returns 1, or 0 when the file is done.
 */
static int
read_file(struct result *r, const struct walk_file *f, int fd, char **text,
    size_t *n, struct stat *st)
{
	struct stat after;
	size_t all_of_it, tries = 0;

	do {
		*n = 0;
		if (fstat(fd, st) == -1 || lseek(fd, 0, SEEK_SET) == -1) {
			unreadable(r, f, errno);
			return 0;
		}
		let_settle(fd, st);
		/* reading one byte more shows whether it has grown */
		all_of_it = (uint64_t)st->st_size <= r->options->max_file_size ?
		    st->st_size + 1 : HEAD;
		*text = xrealloc(*text, all_of_it);
		if (read_on(fd, *text, n, all_of_it < HEAD ? all_of_it :
		    HEAD) == -1) {
			unreadable(r, f, errno);
			return 0;
		}
		if (language(r, f, *text, *n) == NULL) {
			unsupported(r, f, *text, *n, st);
			return 0;
		}
		if ((uint64_t)st->st_size > r->options->max_file_size) {
			skip(r, f, "too-large", st, 1);
			return 0;
		}
		if (read_on(fd, *text, n, all_of_it) == -1 ||
		    fstat(fd, &after) == -1) {
			unreadable(r, f, errno);
			return 0;
		}
	} while ((*n != (size_t)st->st_size ||
	    after.st_size != st->st_size ||
	    after.st_mtim.tv_sec != st->st_mtim.tv_sec ||
	    after.st_mtim.tv_nsec != st->st_mtim.tv_nsec) && ++tries < 3);
	if (*n > (size_t)st->st_size)
		*n = st->st_size;
	return 1;
}

/*
 * Chunk what was read of a file. Everything in the records comes from one
 * buffer, even the language, so it agrees whatever happens to the file
 * meanwhile.
 */
static void
chunk_buffer(struct result *r, const struct walk_file *f,
    const struct manifest_file *was, const char *text, size_t n,
    const struct stat *st)
{
	const struct language *lang;
	const char *why;

	if (same_content(was, text, n)) {
		file_keep(r, f->path, st);
		r->kept++;
	} else if ((why = no_text(text, n)) != NULL)
		skip(r, f, why, st, 1);
	else if (r->options->skip_generated &&
	    label_is_generated(f->path, text, n))
		skip(r, f, "generated", st, 0);
	else if ((lang = language(r, f, text, n)) == NULL)
		unsupported(r, f, text, n, st);
	else {
		chunk_text(r, f->path, st, lang, text, n);
		arena_reset();
	}
}

static void
chunk_file(struct result *r, const struct walk_file *f,
    const struct manifest_file *was, int fd)
{
	struct stat st;
	char *text = NULL;
	size_t n;

	if (fstat(fd, &st) == -1)
		unreadable(r, f, errno);
	else if (!S_ISREG(st.st_mode))
		skip(r, f, "special", NULL, 0);
	else if (read_file(r, f, fd, &text, &n, &st))
		chunk_buffer(r, f, was, text, n, &st);
	free(text);
}

void
file_text(struct result *r, const char *path, const char *text, size_t n)
{
	struct walk_file f = { .path = (char *)path, .named = 1 };
	struct stat st = { .st_size = (off_t)n };

	if (n > r->options->max_file_size)
		skip(r, &f, "too-large", NULL, 1);
	else
		chunk_buffer(r, &f, NULL, text, n, &st);
}

void
file_look(struct walk_file *f)
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

void
file_process(struct result *r, const struct walk_file *f,
    const struct manifest_file *was)
{
	int fd;

	switch (f->what) {
	case WALK_FILE:
		/* do not hang on a FIFO that has replaced the file, nor follow
		 * a link */
		fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
		    O_NOCTTY | (f->named ? 0 : O_NOFOLLOW));
		if (fd != -1) {
			chunk_file(r, f, was, fd);
			close(fd);
		} else if (errno == ENOENT || errno == ENOTDIR)
			gone(r, f);
		else if (errno == ELOOP && !f->named)
			skip(r, f, "symlink", NULL, 0);
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
