/*
 * Engines: what was put in comes out again, byte for byte, by every way there
 * is, after any history of changes; and so it does when a writer is killed,
 * beside another writer, and beside readers. Each engine that is built in is
 * held against a model in memory: engine [NAMES [WHERE]], where stores are made
 * as WHERE/history and so on.
 */
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/path.h"
#include "base/pool.h"
#include "engine/engine.h"

static const char *const paths[] = {
	"a", "a:", "a:b", "a:0", "a::", "a/b", "a/b:c", "a/b/c", "a.c", "a0",
	"a/\xc3\xa9", "a/\xfe", "a/\xfe/x", "A", "\xff", "\xff/x", "\xc3\xa9",
	"..", "../x", "/abs", "/abs/y", " ", "-n", "a\nb", "zz",
};
static const char *const names[] = {
	"a", "a1", "a12", "aB", "a:", "a::b", "a1:", "a/", "a9", "b", "~",
	"\xc3\xa9", "main", "main2",
};
static const char *const labels[] = {
	"c", "function", "exported", "a b", "l0", "l1", "l2",
};
static const char *const kinds[] = { "function", "struct", "macro" };
static const char *const scopes[] = { "", "S", "S::T", "\xc3\xa9" };

#define COUNT(a)	(sizeof (a) / sizeof *(a))
#define PATHS		COUNT(paths)

/* What is stored of a file; never changed once made. */
struct stored {
	const struct record *file, *ast;	/* or NULL */
	const struct record **chunks;		/* in order */
	size_t n;
};

#define BLOBS		48

struct model {
	const struct stored *of[PATHS];
	const struct buf *blobs[BLOBS];		/* NULL: none */
};

static struct pool pool;		/* of all models, to the end */
static const struct engine_type *type;
static uint64_t seed = 1;

static unsigned
chance(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(seed >> 33) % n;
}

/* --- making records ----------------------------------------------------------- */

static const char *
some_bytes(size_t n)
{
	static const char *const bits[] = { "x", "int ", "\n", "\xc3\xa9",
	    "\xff", "\"", "\\", "\x01", "\t", "" };
	char *s = pool_take(&pool, n + 1);
	size_t i = 0;
	int text = chance(2);

	while (i < n) {
		const char *b = bits[chance(text ? 3 : COUNT(bits))];
		size_t k = strlen(b) + (*b == '\0');

		if (k > n - i)
			k = n - i;
		memcpy(s + i, b, k);
		i += k;
	}
	s[n] = '\0';
	return s;
}

static const char *
hash(const char *s, size_t n)
{
	char *h = pool_take(&pool, HASH_LEN + 1);

	hash_of(h, s, n);
	return h;
}

static const struct symbol *
some_symbols(size_t n, uint64_t start, uint64_t end)
{
	struct symbol *y = pool_take(&pool, n * sizeof *y);
	size_t i;

	for (i = 0; i < n; i++) {
		y[i].name = names[chance(COUNT(names))];
		y[i].kind = kinds[chance(COUNT(kinds))];
		y[i].scope = chance(2) ? NULL : scopes[chance(COUNT(scopes))];
		y[i].byte_start = start + chance((unsigned)(end - start));
		y[i].byte_end = y[i].byte_start + chance(100);
		y[i].start_line = 1 + chance(9);
		y[i].end_line = y[i].start_line + chance(9);
		y[i].doc_start = chance(2) || y[i].byte_start == start ?
		    RECORD_NONE : start;
		y[i].body_start = chance(2) ||
		    y[i].byte_end - y[i].byte_start < 2 ? RECORD_NONE :
		    y[i].byte_start + 1;
		y[i].labels = chance(2) ? NULL : "exported:x y:";
	}
	return y;
}

static const struct record *
some_chunk(const char *path, uint64_t start, size_t len)
{
	struct record *r = pool_take(&pool, sizeof *r);
	const char **list = pool_take(&pool, 4 * sizeof *list);

	record_init(r, RECORD_CHUNK);
	r->path = path;
	r->byte_start = start;
	r->byte_end = start + len;
	r->start_line = 1 + chance(100);
	r->end_line = r->start_line + chance(10);
	r->language = chance(2) ? "c" : "python";
	if (chance(2)) {
		r->symbol_name = names[chance(COUNT(names))];
		r->symbol_kind = kinds[chance(COUNT(kinds))];
		r->scope = chance(2) ? NULL : scopes[chance(COUNT(scopes))];
	}
	if (chance(3) == 0) {
		r->part[1] = 1 + chance(5);
		r->part[0] = 1 + chance((unsigned)r->part[1]);
	}
	if (len > 0)
		r->nsymbols = chance(4);
	r->symbols = some_symbols(r->nsymbols, start, r->byte_end);
	r->content = some_bytes(len);
	r->content_len = len;
	r->content_hash = hash(r->content, len);
	r->labels = list;
	for (r->nlabels = 0; r->nlabels < chance(5) && r->nlabels < 4;
	    r->nlabels++)
		list[r->nlabels] = labels[chance(COUNT(labels))];
	r->created_at = chance(1000000);
	return r;
}

static const struct record *
some_ast(const char *path)
{
	struct record *r = pool_take(&pool, sizeof *r);
	struct ast_node *n = pool_take(&pool, 5 * sizeof *n);
	size_t i;

	record_init(r, RECORD_AST);
	r->path = path;
	r->nodes = n;
	r->nnodes = chance(6);
	for (i = 0; i < r->nnodes; i++)
		n[i] = (struct ast_node){ i, (int64_t)chance((unsigned)i + 1) - 1,
		    kinds[chance(COUNT(kinds))], chance(50), 50 + chance(50) };
	return r;
}

static const struct record *
some_record(const char *path, int skip, size_t chunks)
{
	static const char *const optional[] = { NULL, "", "0123456789ab" };
	struct record *r = pool_take(&pool, sizeof *r);

	record_init(r, skip ? RECORD_SKIP : RECORD_FILE);
	r->path = path;
	r->options = optional[chance(3)];
	r->stored_at = chance(1000000);
	if (!skip || chance(2))
		r->size = chance(1000);
	if (!skip || chance(2))
		r->mtime_ns = (int64_t)chance(1000) - 500;
	if (skip) {
		r->reason = "binary";
		return r;
	}
	r->language = "c";
	r->content_hash = chance(3) ? hash(path, strlen(path)) : NULL;
	r->parse_errors = chance(3);
	r->chunks = chunks;
	return r;
}

/* --- models ------------------------------------------------------------------------ */

static int
span_order(const struct record *a, const struct record *b)
{
	if (a->byte_start != b->byte_start)
		return a->byte_start < b->byte_start ? -1 : 1;
	return (a->byte_end > b->byte_end) - (a->byte_end < b->byte_end);
}

static int
by_span(const void *a, const void *b)
{
	return span_order(*(const struct record *const *)a,
	    *(const struct record *const *)b);
}

/* What a file may become: new chunks, some of the old ones, nodes or not. */
static const struct stored *
some_file(const char *path, const struct stored *old)
{
	struct stored *f = pool_take(&pool, sizeof *f);
	size_t i, k, n = chance(7), kept = old != NULL ? old->n : 0;

	memset(f, 0, sizeof *f);
	if (chance(8) == 0) {
		f->file = some_record(path, 1, 0);
		return f;
	}
	f->chunks = pool_take(&pool, (n + kept) * sizeof *f->chunks);
	for (i = 0; i < kept; i++)
		if (chance(2))
			f->chunks[f->n++] = old->chunks[i];
	for (i = 0; i < n; i++) {
		const struct record *c = some_chunk(path, chance(40),
		    chance(3) ? chance(30) : chance(3000));

		for (k = 0; k < f->n && span_order(f->chunks[k], c) != 0; k++)
			;
		f->chunks[k] = c;
		f->n += k == f->n;
	}
	if (f->n != 0)
		qsort(f->chunks, f->n, sizeof *f->chunks, by_span);
	f->file = some_record(path, 0, f->n);
	f->ast = chance(2) ? NULL : old != NULL && chance(2) ? old->ast :
	    some_ast(path);
	return f;
}

static const struct buf *
some_blob(void)
{
	static const size_t sizes[] = { 0, 1, 100, BLOB_SIZE, 20000 };
	struct buf *b = pool_take(&pool, sizeof *b);

	b->len = sizes[chance(COUNT(sizes))];
	b->p = (char *)some_bytes(b->len);
	return b;
}

static void
some_changes(struct model *m, unsigned n)
{
	while (n-- > 0) {
		unsigned i = chance(PATHS), blob = chance(BLOBS);

		m->blobs[blob] = chance(3) == 0 ? NULL : some_blob();

		m->of[i] = chance(6) == 0 ? NULL :
		    some_file(paths[i], m->of[i]);
	}
}

/* --- writing them -------------------------------------------------------------------- */

static struct row *
rows(const struct record *const *list, size_t n)
{
	struct row *r = pool_take(&pool, n * sizeof *r);
	struct buf line = { 0 };
	size_t i;

	memset(r, 0, n * sizeof *r);
	for (i = 0; i < n; i++) {
		line.len = 0;
		record_write(&line, list[i]);
		r[i].start = list[i]->byte_start;
		r[i].end = list[i]->byte_end;
		r[i].len = line.len - 1;
		r[i].line = pool_copy(&pool, line.p, r[i].len);
	}
	buf_free(&line);
	return r;
}

/* From one to the other: records that are the same stay. */
static void
difference(struct change *c, const struct stored *old, const struct stored *new)
{
	static const struct stored nothing;
	const struct record **removed, **kept, **added;
	size_t i = 0, k = 0, nr = 0, nk = 0, na = 0;

	c->fresh = old == NULL;
	if (old == NULL)
		old = &nothing;
	if (new == NULL)
		new = &nothing;
	removed = pool_take(&pool, old->n * sizeof *removed);
	kept = pool_take(&pool, old->n * sizeof *kept);
	added = pool_take(&pool, new->n * sizeof *added);
	while (i < old->n || k < new->n) {
		int diff = i == old->n ? 1 : k == new->n ? -1 :
		    span_order(old->chunks[i], new->chunks[k]);

		if (diff == 0 && old->chunks[i] == new->chunks[k]) {
			kept[nk++] = old->chunks[i++];
			k++;
			continue;
		}
		if (diff <= 0)
			removed[nr++] = old->chunks[i++];
		if (diff >= 0)
			added[na++] = new->chunks[k++];
	}
	c->removed = rows(removed, nr);
	c->nremoved = nr;
	c->kept = rows(kept, nk);
	c->nkept = nk;
	c->added = added;
	c->nadded = na;
	c->file = new->file == NULL ? REMOVE :
	    new->file == old->file ? LEAVE : PUT;
	c->file_record = new->file;
	c->ast = new->ast == old->ast ? LEAVE : new->ast == NULL ? REMOVE :
	    PUT;
	c->ast_record = new->ast;
}

/* Keys with every byte in them, some the beginnings of others. */
static struct buf
blob_key(size_t i)
{
	static char key[160];
	struct buf b = { key, 1 + (i % 3 == 2 ? 159 : i % 3), 0 };

	memset(key, 255, sizeof key);
	key[0] = (char)(i / 3 * 255 / (BLOBS / 3 - 1));
	key[1] = '\0';
	return b;
}

static void
write_blobs(struct engine *e, const struct model *from, const struct model *to)
{
	size_t i;

	for (i = 0; i < BLOBS; i++) {
		const struct buf *b = to->blobs[i];
		struct buf key = blob_key(i);

		if (b != from->blobs[i] && (b != NULL ? type->put_blob(e, &key,
		    b->p, b->len) : type->delete_blob(e, &key)) == -1)
			errx(1, "a blob");
		/* To delete what is not there is no fault. */
		if (b == NULL && chance(4) == 0 &&
		    type->delete_blob(e, &key) == -1)
			errx(1, "no blob");
	}
}

/* Begin, and apply what makes one model of the other. */
static void
write_model(struct engine *e, const struct model *from, const struct model *to)
{
	struct change c;
	size_t i;

	if (type->begin(e) == -1)
		errx(1, "begin");
	for (i = 0; i < PATHS; i++) {
		if (from->of[i] == to->of[i])
			continue;
		memset(&c, 0, sizeof c);
		c.path = paths[i];
		difference(&c, from->of[i], to->of[i]);
		if (type->apply(e, &c) == -1)
			errx(1, "apply");
	}
	if (type->apply(e, NULL) == -1)
		errx(1, "apply, the end");
	write_blobs(e, from, to);
}

static void
commit_model(struct engine *e, const struct model *from,
    const struct model *to)
{
	write_model(e, from, to);
	if (type->commit(e) == -1)
		errx(1, "commit");
}

/* --- reading them, and what is expected ------------------------------------------------ */

/* Lines, each ending in a NUL. */
struct lines {
	struct buf text;
	size_t *at, n, cap;
};

static void
add_line(struct lines *l)
{
	buf_putc(&l->text, '\0');
	l->n++;
}

static void
start_line(struct lines *l)
{
	l->at = xgrow(l->at, &l->cap, l->n + 1, sizeof *l->at);
	l->at[l->n] = l->text.len;
}

static int
by_text(const void *a, const void *b, void *text)
{
	return strcmp((const char *)text + *(const size_t *)a,
	    (const char *)text + *(const size_t *)b);
}

static void
sort_lines(struct lines *l)
{
	if (l->n != 0)
		qsort_r(l->at, l->n, sizeof *l->at, by_text, l->text.p);
}

static void
free_lines(struct lines *l)
{
	buf_free(&l->text);
	free(l->at);
	memset(l, 0, sizeof *l);
}

static void
add_span(struct lines *l, const char *path, uint64_t start, uint64_t end,
    const char *line, size_t len)
{
	char text[64];

	start_line(l);
	buf_add(&l->text, text, (size_t)snprintf(text, sizeof text, "%ju %ju ",
	    (uintmax_t)start, (uintmax_t)end));
	buf_puts(&l->text, path);
	buf_add(&l->text, line, len);
	add_line(l);
}

static void
add_symbol(struct lines *l, const char *path, const struct symbol *y,
    uint64_t start, uint64_t end)
{
	char text[64];

	start_line(l);
	definition_write(&l->text, path, y, NULL, NULL, 0);
	buf_add(&l->text, text, (size_t)snprintf(text, sizeof text, "%ju %ju",
	    (uintmax_t)start, (uintmax_t)end));
	add_line(l);
}

static void
add_record(struct lines *l, const struct record *r)
{
	start_line(l);
	record_write(&l->text, r);
	l->text.len--;
	add_line(l);
}

static int
has_label(const struct record *c, const char *label)
{
	size_t i;

	for (i = 0; i < c->nlabels; i++)
		if (strcmp(c->labels[i], label) == 0)
			return 1;
	return 0;
}

static int
compare(const struct buf *a, const struct buf *b)
{
	int diff = memcmp(a->p, b->p, a->len < b->len ? a->len : b->len);

	return diff != 0 ? diff : (a->len > b->len) - (a->len < b->len);
}

/* As hexadecimal digits: the order of lines is then that of bytes. */
static void
add_hex(struct buf *b, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	size_t i;

	for (i = 0; i < n; i++) {
		buf_putc(b, "0123456789abcdef"[p[i] >> 4]);
		buf_putc(b, "0123456789abcdef"[p[i] & 15]);
	}
}

static void
add_blob(struct lines *l, const void *key, size_t key_len, const void *blob,
    size_t n)
{
	start_line(l);
	add_hex(&l->text, key, key_len);
	buf_putc(&l->text, ' ');
	add_hex(&l->text, blob, n);
	add_line(l);
}

static void
expect_chunk(struct lines *l, const struct query *q, const struct record *c)
{
	struct buf line = { 0 };
	size_t i;

	switch (q->what) {
	case ROWS_CHUNKS:
		record_write(&line, c);
		if (q->start == RECORD_NONE || q->start == c->byte_start)
			add_span(l, c->path, c->byte_start, c->byte_end,
			    line.p, line.len - 1);
		break;
	case ROWS_SPANS:
		add_span(l, c->path, c->byte_start, c->byte_end, "", 0);
		break;
	case ROWS_SYMBOLS:
		for (i = 0; i < c->nsymbols; i++) {
			const struct symbol *y = &c->symbols[i];

			if (q->prefix ? strncmp(y->name, q->name,
			    strlen(q->name)) == 0 :
			    strcmp(y->name, q->name) == 0)
				add_symbol(l, c->path, y, c->byte_start,
				    c->byte_end);
		}
		break;
	case ROWS_LABELLED:
		for (i = 0; i < q->nlabels; i++)
			if (!has_label(c, q->labels[i]))
				return;
		add_span(l, c->path, c->byte_start, c->byte_end, "", 0);
		break;
	default:
		break;
	}
	buf_free(&line);
}

static void
expect_rows(struct lines *l, const struct query *q, const struct model *m)
{
	size_t i, k;

	for (i = 0; q->what == ROWS_BLOBS && i < BLOBS; i++) {
		struct buf key = blob_key(i);

		if (m->blobs[i] != NULL && compare(&key, q->from) >= 0 &&
		    compare(&key, q->to) < 0)
			add_blob(l, key.p, key.len, m->blobs[i]->p,
			    m->blobs[i]->len);
	}
	for (i = 0; q->what != ROWS_BLOBS && i < PATHS; i++) {
		const struct stored *f = m->of[i];

		if (f == NULL)
			continue;
		if (q->what == ROWS_FILES) {
			if (q->path == NULL || (path_below(paths[i], q->path) &&
			    strcmp(paths[i], q->path) != 0))
				add_record(l, f->file);
			continue;
		}
		if (q->path != NULL && strcmp(q->path, paths[i]) != 0)
			continue;
		for (k = 0; k < f->n; k++)
			expect_chunk(l, q, f->chunks[k]);
	}
}

/* Names come in the order of their bytes, a ':' behind them. */
static void
check_names(struct buf *last, const char *name)
{
	struct buf b = { 0 };

	buf_puts(&b, name);
	buf_text(&b, ":");
	if (last->len != 0 && strcmp(last->p, b.p) > 0)
		errx(1, "%s: %s is behind %s", type->name, name, last->p);
	buf_free(last);
	*last = b;
}

static void
check_path(struct buf *last, const char *path)
{
	if (last->len != 0 && strcmp(last->p, path) >= 0)
		errx(1, "%s: %s is behind %s", type->name, path, last->p);
	last->len = 0;
	buf_text(last, path);
}

/* In the order of their keys, whose line it is. */
static void
check_key(struct buf *last, const struct lines *l)
{
	const char *line = l->text.p + l->at[l->n - 1];

	if (last->len != 0 && strcmp(last->p, line) >= 0)
		errx(1, "%s: a blob is behind %.320s", type->name, last->p);
	last->len = 0;
	buf_text(last, line);
}

static void
add_row(struct lines *l, const struct query *q, const struct row *r,
    struct buf *last)
{
	switch (q->what) {
	case ROWS_BLOBS:
		add_blob(l, r->key, r->key_len, r->blob, r->blob_len);
		check_key(last, l);
		break;
	case ROWS_FILES:
		check_path(last, r->path);
		start_line(l);
		buf_add(&l->text, r->line, r->len);
		add_line(l);
		break;
	case ROWS_SYMBOLS:
		check_names(last, r->symbol.name);
		add_symbol(l, r->path, &r->symbol, r->start, r->end);
		break;
	case ROWS_CHUNKS:
		add_span(l, r->path, r->start, r->end, r->line, r->len);
		break;
	default:
		add_span(l, r->path, r->start, r->end, "", 0);
		break;
	}
}

/* All rows of a query, so many at a time. */
static void
read_rows(struct engine *e, const struct query *q, size_t batch,
    struct lines *l)
{
	struct buf place = { 0 }, last = { 0 };
	struct cursor *c;
	struct row r;
	size_t n;
	int status;

	do {
		if (type->enter(e) == -1 || (c = type->seek(e, q,
		    place.len != 0 ? &place : NULL)) == NULL)
			errx(1, "seek");
		for (n = 0; (status = type->next(c, &r)) == 1; n++) {
			if (n == batch) {
				place.len = 0;
				type->place(c, &place);
				break;
			}
			add_row(l, q, &r, &last);
		}
		if (type->end(c) == -1 || type->leave(e, status) == -1)
			errx(1, "next");
	} while (status == 1);
	buf_free(&place);
	buf_free(&last);
}

static void
check_rows(struct engine *e, const struct query *q, const struct model *m)
{
	struct lines want = { 0 }, have = { 0 };
	size_t i, batch = 1 + chance(7);

	expect_rows(&want, q, m);
	read_rows(e, q, batch, &have);
	sort_lines(&want);
	sort_lines(&have);
	for (i = 0; i < want.n && i < have.n && strcmp(want.text.p + want.at[i],
	    have.text.p + have.at[i]) == 0; i++)
		;
	if (i < want.n || i < have.n)
		errx(1, "%s: query %d (path %s, name %s, %zu at a time):\n"
		    "want %zu: %s\nhave %zu: %s", type->name, q->what,
		    q->path != NULL ? q->path : "-",
		    q->name != NULL ? q->name : "-", batch,
		    want.n, i < want.n ? want.text.p + want.at[i] : "-",
		    have.n, i < have.n ? have.text.p + have.at[i] : "-");
	free_lines(&want);
	free_lines(&have);
}

/* Each label with its chunks, and those with all of two, of one file or all. */
static void
check_labels(struct engine *e, const struct model *m)
{
	struct query q = { .what = ROWS_LABELLED, .nlabels = 1 };
	uint64_t want[COUNT(labels)] = { 0 };
	struct buf place = { 0 };
	const char *two[2];
	struct cursor *c;
	struct row r;
	size_t i, k, n;
	int status;

	for (i = 0; i < COUNT(labels); i++) {
		q.labels = &labels[i];
		check_rows(e, &q, m);
		two[0] = labels[i];
		two[1] = labels[chance(COUNT(labels))];
		q.labels = two;
		q.nlabels = 2;
		check_rows(e, &q, m);
		q.path = paths[chance(PATHS)];
		check_rows(e, &q, m);
		q.path = NULL;
		q.nlabels = 1;
		for (k = 0; k < PATHS; k++)
			for (n = 0; m->of[k] != NULL && n < m->of[k]->n; n++)
				want[i] += has_label(m->of[k]->chunks[n],
				    labels[i]);
	}
	q = (struct query){ .what = ROWS_LABELS };
	do {
		if (type->enter(e) == -1 || (c = type->seek(e, &q,
		    place.len != 0 ? &place : NULL)) == NULL)
			errx(1, "seek");
		for (n = 0; (status = type->next(c, &r)) == 1; n++) {
			if (n == 3) {
				place.len = 0;
				type->place(c, &place);
				break;
			}
			for (i = 0; strcmp(labels[i], r.label) != 0; i++)
				;
			want[i] -= r.chunks;
		}
		if (type->end(c) == -1 || type->leave(e, status) == -1)
			errx(1, "next");
	} while (status == 1);
	for (i = 0; i < COUNT(labels); i++)
		if (want[i] != 0)
			errx(1, "%s: label %s: %jd chunks too few", type->name,
			    labels[i], (intmax_t)want[i]);
	buf_free(&place);
}

static void
check_blobs(struct engine *e, const struct model *m)
{
	struct query q = { .what = ROWS_BLOBS };
	struct buf from, to;
	char low[160], high[160];
	int i;

	for (i = 0; i < 8; i++) {
		from = blob_key(chance(BLOBS));
		from.p = memcpy(low, from.p, from.len);
		to = blob_key(chance(BLOBS));
		to.p = memcpy(high, to.p, to.len);
		q.from = &from;
		q.to = &to;
		check_rows(e, &q, m);
	}
	from = (struct buf){ low, 0, 0 };
	to = (struct buf){ memset(high, 255, sizeof high), 160, 0 };
	check_rows(e, &q, m);
}

/* What one of the functions for one record says, NULL: nothing. */
static void
check_line(const char *what, const char *path, int status,
    const struct buf *line, const struct record *want)
{
	struct buf b = { 0 };

	if (want != NULL)
		record_write(&b, want);
	if (status != (want != NULL) || (status == 1 &&
	    (line->len != b.len - 1 || memcmp(line->p, b.p, line->len) != 0)))
		errx(1, "%s: %s %s: %d\n%.*s\n%.*s", type->name, what, path,
		    status, (int)line->len, line->p, (int)b.len, b.p);
	buf_free(&b);
}

static void
check_file(struct engine *e, const char *path, const struct stored *f)
{
	struct query q = { .path = path, .start = RECORD_NONE };
	struct model m = { .of = { NULL } };
	struct buf line = { 0 };
	size_t i;
	uint64_t n;
	int status;

	for (i = 0; paths[i] != path; i++)
		;
	m.of[i] = f;
	check_rows(e, (q.what = ROWS_CHUNKS, &q), &m);
	check_rows(e, (q.what = ROWS_SPANS, &q), &m);
	q.what = ROWS_CHUNKS;
	q.start = chance(40);
	check_rows(e, &q, &m);
	if (type->enter(e) == -1)
		errx(1, "enter");
	status = type->file(e, path, &line);
	check_line("file", path, status, &line, f != NULL ? f->file : NULL);
	line.len = 0;
	status = type->ast(e, path, &line);
	check_line("ast", path, status, &line, f != NULL ? f->ast : NULL);
	if (type->count(e, path, &n) != 0 || n != (f != NULL ? f->n : 0))
		errx(1, "%s: count %s: %ju", type->name, path, (uintmax_t)n);
	for (i = 0; f != NULL && i < f->n; i++) {
		const struct record *c = f->chunks[i];

		line.len = 0;
		status = type->chunk(e, path, c->byte_start, c->byte_end,
		    &line);
		check_line("chunk", path, status, &line, c);
	}
	line.len = 0;
	check_line("chunk", path, type->chunk(e, path, 5000, 6000, &line),
	    &line, NULL);
	if (type->leave(e, 0) == -1)
		errx(1, "leave");
	buf_free(&line);
}

/* Is the store what the model says? */
static void
check_model(struct engine *e, const struct model *m)
{
	struct query q = { .what = ROWS_FILES };
	size_t i;

	check_rows(e, &q, m);
	for (i = 0; i < PATHS; i++) {
		q.path = paths[i];
		check_rows(e, &q, m);
		check_file(e, paths[i], m->of[i]);
	}
	q.path = "/";
	check_rows(e, &q, m);
	q = (struct query){ .what = ROWS_SYMBOLS, .name = "", .prefix = 1 };
	check_rows(e, &q, m);
	for (i = 0; i < COUNT(names); i++) {
		q.name = names[i];
		q.prefix = 0;
		check_rows(e, &q, m);
		q.prefix = 1;
		check_rows(e, &q, m);
	}
	check_labels(e, m);
	check_blobs(e, m);
}

static struct engine *
must_open(const char *where, int writer)
{
	struct engine *e = writer ? type->open_writer(where, 10) :
	    type->open(where);

	if (e == NULL)
		errx(1, "%s: cannot be opened", where);
	e->type = type;
	return e;
}

static void
must_close(struct engine *e)
{
	if (type->close(e, 0) == -1)
		errx(1, "close");
}

/* --- histories ------------------------------------------------------------------------------ */

static void
history(const char *where)
{
	struct model m = { .of = { NULL } }, next;
	struct engine *e;
	int i;

	if (type->missing(where) != 1)
		errx(1, "%s: not missing", where);
	e = must_open(where, 1);
	for (i = 0; i < 40; i++) {
		next = m;
		some_changes(&next, 1 + chance(8));
		if (chance(6) == 0) {
			write_model(e, &m, &next);
			type->abort(e);
			(void)type->close(e, 1);
			e = must_open(where, 1);
		} else {
			commit_model(e, &m, &next);
			m = next;
		}
		if (i % 8 == 0)
			check_model(e, &m);
		if (i % 8 == 4) {
			must_close(e);
			e = must_open(where, 0);
			check_model(e, &m);
			must_close(e);
			e = must_open(where, 1);
		}
	}
	must_close(e);
	if (type->missing(where) != 0)
		errx(1, "%s: missing", where);
}

/* What holds for all of a store: nothing at first, then what was noted. */
static void
about(const char *where)
{
	static const char *const roots[] = { "b", "a\xff" };
	struct engine *e = must_open(where, 1);
	struct engine_about a;
	struct record begin;

	record_init(&begin, RECORD_BEGIN);
	begin.roots = roots;
	begin.nroots = 2;
	begin.options = "mode=partition";
	if (type->about(e, &a) == -1 || a.options != NULL || a.nroots != 0)
		errx(1, "%s: about nothing", type->name);
	if (type->ran(e, &begin) == -1)
		errx(1, "ran");
	begin.options = "";
	begin.nroots = 1;
	if (type->ran(e, &begin) == -1)
		errx(1, "ran");
	must_close(e);
	e = must_open(where, 0);
	if (type->about(e, &a) == -1 || strcmp(a.options, "mode=partition") != 0 ||
	    a.nroots != 2 || strcmp(a.roots[0], "a\xff") != 0 ||
	    strcmp(a.roots[1], "b") != 0 || a.last_run == 0 || a.disk == 0)
		errx(1, "%s: about", type->name);
	free(a.options);
	free(a.roots[0]);
	free(a.roots[1]);
	free(a.roots);
	must_close(e);
}

/*
 * Where a cursor begins again when what it stood at is gone: at the next one.
 */
static void
resume(const char *where)
{
	struct query q = { .what = ROWS_FILES };
	struct model none = { .of = { NULL } }, m = none, less;
	struct lines want = { 0 }, have = { 0 };
	struct buf place = { 0 };
	struct engine *e = must_open(where, 1);
	struct cursor *c;
	struct row r;
	size_t i, gone = 0;

	for (i = 0; i < PATHS; i++)
		m.of[i] = some_file(paths[i], NULL);
	commit_model(e, &none, &m);
	if (type->enter(e) == -1 || (c = type->seek(e, &q, NULL)) == NULL)
		errx(1, "seek");
	for (i = 0; i < PATHS / 2; i++)
		if (type->next(c, &r) != 1)
			errx(1, "next");
	while (strcmp(paths[gone], r.path) != 0)
		gone++;
	type->place(c, &place);
	if (type->end(c) == -1 || type->leave(e, 0) == -1)
		errx(1, "end");
	less = m;
	less.of[gone] = NULL;
	commit_model(e, &m, &less);
	for (i = 0; i < PATHS; i++)
		if (strcmp(paths[i], paths[gone]) > 0)
			add_record(&want, less.of[i]->file);
	if ((c = type->seek(e, &q, &place)) == NULL)
		errx(1, "seek");
	while (type->next(c, &r) == 1) {
		start_line(&have);
		buf_add(&have.text, r.line, r.len);
		add_line(&have);
	}
	if (type->end(c) == -1)
		errx(1, "end");
	sort_lines(&want);
	sort_lines(&have);
	for (i = 0; i < want.n || i < have.n; i++)
		if (i == want.n || i == have.n || strcmp(want.text.p +
		    want.at[i], have.text.p + have.at[i]) != 0)
			errx(1, "%s: resumed at %s", type->name, paths[gone]);
	buf_free(&place);
	free_lines(&want);
	free_lines(&have);
	must_close(e);
}

/* --- several processes ------------------------------------------------------------------------ */

/*
 * A child that does what it is told: one byte to it, one back. It is made
 * before this process opens anything, as an engine is not to be carried over.
 */
struct child {
	pid_t pid;
	int to, from;
};

/* 0 in the child: child.to and child.from are then its own ends. */
static pid_t
spawn(struct child *c)
{
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC) == -1 || pipe2(from, O_CLOEXEC) == -1 ||
	    (c->pid = fork()) == -1)
		err(1, "fork");
	c->to = c->pid == 0 ? from[1] : to[1];
	c->from = c->pid == 0 ? to[0] : from[0];
	close(c->pid == 0 ? to[1] : to[0]);
	close(c->pid == 0 ? from[0] : from[1]);
	return c->pid;
}

static void
tell(const struct child *c)
{
	if (write(c->to, "", 1) != 1)
		err(1, "tell");
}

/* 1, or 0 at the end. */
static int
hear(const struct child *c)
{
	char byte;
	ssize_t n = read(c->from, &byte, 1);

	if (n == -1)
		err(1, "hear");
	return (int)n;
}

static void
part(const struct child *c, int want)
{
	int status;

	close(c->to);
	close(c->from);
	if (waitpid(c->pid, &status, 0) == -1)
		err(1, "wait");
	if (WIFSIGNALED(status) ? WTERMSIG(status) != want :
	    WEXITSTATUS(status) != 0 || want != 0)
		errx(1, "%s: a child ended with status %#x", type->name,
		    (unsigned)status);
}

/* Readers see what was before until commit, and what is then. */
static void
beside(const char *where)
{
	struct model none = { .of = { NULL } }, old = none, new;
	struct child c;
	struct engine *e;

	some_changes(&old, 20);
	new = old;
	some_changes(&new, 20);
	if (spawn(&c) == 0) {
		hear(&c);
		e = must_open(where, 0);
		check_model(e, &old);
		tell(&c);
		hear(&c);
		check_model(e, &new);
		must_close(e);
		tell(&c);
		exit(0);
	}
	e = must_open(where, 1);
	commit_model(e, &none, &old);
	write_model(e, &old, &new);
	tell(&c);
	if (!hear(&c))
		errx(1, "%s: a reader beside a writer", type->name);
	if (type->commit(e) == -1)
		errx(1, "commit");
	tell(&c);
	hear(&c);
	must_close(e);
	part(&c, 0);
}

/* One writer at a time; another one waits as long as it is told. */
static void
alone(const char *where)
{
	struct child c;
	struct engine *e;

	if (spawn(&c) == 0) {
		hear(&c);
		if (freopen("/dev/null", "w", stderr) == NULL ||
		    type->open_writer(where, 0) != NULL)
			exit(1);
		tell(&c);
		if ((e = type->open_writer(where, 60)) == NULL)
			exit(2);
		exit(type->close(e, 0) == 0 ? 0 : 3);
	}
	e = must_open(where, 1);
	tell(&c);
	if (!hear(&c))
		errx(1, "%s: two writers", type->name);
	must_close(e);
	part(&c, 0);
}

/*
 * A writer that is killed leaves what it has committed, wholly, and nothing
 * of what it has not.
 */
static void
killed(const char *where)
{
	enum { STEPS = 6 };
	struct model m[STEPS + 1] = { { .of = { NULL } } };
	struct child c;
	struct engine *e;
	int i;

	for (i = 1; i <= STEPS; i++) {
		m[i] = m[i - 1];
		some_changes(&m[i], 12);
	}
	if (spawn(&c) == 0) {
		e = must_open(where, 1);
		for (i = 0; i < STEPS - 1; i++)
			commit_model(e, &m[i], &m[i + 1]);
		write_model(e, &m[i], &m[i + 1]);
		tell(&c);
		hear(&c);
		exit(1);
	}
	hear(&c);
	kill(c.pid, SIGKILL);
	part(&c, SIGKILL);
	e = must_open(where, 0);
	check_model(e, &m[STEPS - 1]);
	must_close(e);
	e = must_open(where, 1);
	check_model(e, &m[STEPS - 1]);
	commit_model(e, &m[STEPS - 1], &m[STEPS]);
	check_model(e, &m[STEPS]);
	must_close(e);
	e = must_open(where, 0);
	check_model(e, &m[STEPS]);
	must_close(e);
}

static void
in_dir(const char *dir, const char *name, void (*fn)(const char *))
{
	struct buf where = { 0 };

	buf_puts(&where, dir);
	buf_putc(&where, '/');
	buf_puts(&where, type->name);
	buf_putc(&where, '-');
	buf_text(&where, name);
	fn(where.p);
	buf_free(&where);
}

int
main(int argc, char *argv[])
{
	char dir[] = "/tmp/engine.XXXXXX", command[64], *list, *name, *rest;
	const char *where, *in = argc > 2 ? argv[2] : dir;

	if (mkdtemp(dir) == NULL)
		err(1, "%s", dir);
	list = xstrdup(argc > 1 ? argv[1] : engine_names());
	for (rest = list; (name = strsep(&rest, " ")) != NULL; ) {
		if ((type = engine_find(argc > 2 ? in : "nothing", name,
		    &where)) == NULL)
			return 1;
		in_dir(in, "history", history);
		in_dir(in, "about", about);
		in_dir(in, "resume", resume);
		in_dir(in, "beside", beside);
		in_dir(in, "alone", alone);
		in_dir(in, "killed", killed);
	}
	free(list);
	pool_free(&pool);
	snprintf(command, sizeof command, "rm -r '%s'", dir);
	return system(command) == 0 ? 0 : 1;
}
