/*
 * A segment also has special words, which nobody looks up in text:
 *
 *	REFS_NAME name	for each file that uses it: where
 *	REFS_PATH path	of that file: the definitions around uses
 *
 * An entry in their lists is a byte count and that many bytes. For a name: the
 * number of uses, and for each, in order: the number of the definition around
 * it (from 1 on, 0: none) minus that of the previous use, the sign in the
 * lowest bit, times REF_KINDS, plus its kind; then byte and line, relative to
 * those of the previous use if the definition is the same, else to those where
 * the definition begins.
 *
 * For a path, for each definition: the distance of its beginning from that of
 * the previous one, in bytes and lines; its bytes and lines; then kind, scope
 * and 1 or "", and name, each without what it shares with the previous one's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index/inside.h"
#include "index/refs.h"

/* A term of either sort: long ones are cut, so that they fit into a key. */
static void
put_term(struct buf *b, char sort, const char *s, size_t n)
{
	char hash[17];

	b->len = 0;
	buf_putc(b, sort);
	if (n <= INDEX_NAME_MAX) {
		buf_add(b, s, n);
		return;
	}
	snprintf(hash, sizeof hash, "%016jx", (uintmax_t)index_hash(0, s, n));
	buf_add(b, s, INDEX_NAME_MAX - 16);
	buf_add(b, hash, 16);
}

void
index_name(struct buf *out, const char *name)
{
	put_term(out, REFS_NAME, name, strlen(name));
	memmove(out->p, out->p + 1, --out->len);
}

/* --- writing --------------------------------------------------------------------- */

struct placed_use {
	const char *name;
	size_t len;
	enum ref_kind kind;
	uint64_t byte, line;
	uint32_t in;			/* index in the table + 1; 0: none */
	uint32_t chunk;			/* its unit */
};

struct refs_out {
	struct placed_use *list;
	size_t n, cap;
	uint32_t *open;			/* definitions around the byte: units */
	size_t nopen, open_cap;
	uint32_t *numbers;		/* of units, in the table; 0: not yet */
	size_t numbers_cap;
	struct buf term, table, entry;
	struct buf kind, scope, name;	/* of the last definition */
	const struct symbol *last;
	uint32_t ndefs;
};

static uint64_t
zigzag(int64_t n)
{
	return n < 0 ? ((uint64_t)-n << 1) - 1 : (uint64_t)n << 1;
}

static void
put_definition(struct refs_out *o, const struct symbol *d)
{
	const struct symbol none = { 0 }, *last = o->last != NULL ? o->last :
	    &none;
	struct buf *b = &o->table;

	put_number(b, zigzag((int64_t)(d->byte_start - last->byte_start)));
	put_number(b, zigzag((int64_t)(d->start_line - last->start_line)));
	put_number(b, d->byte_end - d->byte_start);
	put_number(b, d->end_line - d->start_line);
	put_shared(b, &o->kind, d->kind, strlen(d->kind));
	/* tell a scope that is "" from none */
	put_number(b, d->scope != NULL);
	put_shared(b, &o->scope, d->scope != NULL ? d->scope : "",
	    d->scope != NULL ? strlen(d->scope) : 0);
	put_shared(b, &o->name, d->name, strlen(d->name));
	o->last = d;
}

static int
by_byte(const void *a, const void *b)
{
	const struct placed_use *x = a, *y = b;

	return (x->byte > y->byte) - (x->byte < y->byte);
}

static int
by_name(const void *a, const void *b)
{
	const struct placed_use *x = a, *y = b;
	int diff = memcmp(x->name, y->name, x->len < y->len ? x->len : y->len);

	if (diff != 0)
		return diff;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return by_byte(a, b);
}

/* Collect the uses of all chunks, by byte. */
static void
gather(struct refs_out *o, const struct text *t)
{
	size_t i;

	for (i = 0; i < t->nunits; i++) {
		struct refs r = { .p = t->units[i].refs };

		while (refs_next(&r) == 1) {
			o->list = xgrow(o->list, &o->cap, o->n + 1,
			    sizeof *o->list);
			o->list[o->n++] = (struct placed_use){ r.ref.name, r.ref.len,
			    r.ref.kind, r.ref.byte_start, 0, 0, (uint32_t)i };
		}
	}
	if (o->n != 0)
		qsort(o->list, o->n, sizeof *o->list, by_byte);
}

/* The definition around the byte, of the units up to *next; or NONE. */
static uint32_t
around(struct refs_out *o, const struct text *t, uint64_t byte, size_t *next)
{
	const struct unit *u = t->units;

	for (; *next < t->nunits && u[*next].d.byte_start <= byte; ++*next) {
		if (u[*next].is_chunk)
			continue;
		while (o->nopen != 0 && u[o->open[o->nopen - 1]].d.byte_end <=
		    u[*next].d.byte_start)
			o->nopen--;
		o->open = xgrow(o->open, &o->open_cap, o->nopen + 1,
		    sizeof *o->open);
		o->open[o->nopen++] = (uint32_t)*next;
	}
	while (o->nopen != 0 && u[o->open[o->nopen - 1]].d.byte_end <= byte)
		o->nopen--;
	return o->nopen != 0 ? o->open[o->nopen - 1] : NONE;
}

/* A chunk's content from its beginning up to a byte; n: its length. */
static const char *
content(const struct text *t, const struct unit *u, uint64_t to, size_t *n)
{
	const char *s;

	if (t->lends) {
		*n = (size_t)(to - u->d.byte_start);
		return t->lent[u->chunk];
	}
	*n = text_span(t, u->d.byte_start, to, &s);
	return s;
}

/* Find each one's definition and line, and make the table of definitions. */
static void
place(struct refs_out *o, const struct text *t, uint32_t *units)
{
	const char *p, *to, *s;
	size_t next = 0, i, n, done = 0;
	uint64_t line = 0;
	uint32_t unit, chunk = NONE;

	o->numbers = xgrow(o->numbers, &o->numbers_cap, t->nunits + 1,
	    sizeof *o->numbers);
	memset(o->numbers, 0, t->nunits * sizeof *o->numbers);
	for (i = 0; i < o->n; i++) {
		struct placed_use *x = &o->list[i];

		if (x->chunk != chunk) {
			chunk = x->chunk;
			line = t->units[chunk].d.start_line;
			done = 0;
		}
		p = content(t, &t->units[chunk], x->byte, &n);
		for (to = p + n, p += done; (s = memchr(p, '\n',
		    (size_t)(to - p))) != NULL; p = s + 1)
			line++;
		done = n;
		x->line = line;
		if ((unit = around(o, t, x->byte, &next)) == NONE)
			continue;
		if (o->numbers[unit] == 0) {
			o->numbers[unit] = ++o->ndefs;
			units[o->ndefs - 1] = unit;
			put_definition(o, &t->units[unit].d);
		}
		x->in = o->numbers[unit];
	}
}

static void
put_use(struct buf *b, const struct placed_use *x, const struct placed_use *last,
    const struct text *t, const uint32_t *units)
{
	uint32_t in = last != NULL ? last->in : 0;
	uint64_t byte = 0, line = 0;

	if (last != NULL && x->in == in) {
		byte = last->byte;
		line = last->line;
	} else if (x->in != 0) {
		byte = t->units[units[x->in - 1]].d.byte_start;
		line = t->units[units[x->in - 1]].d.start_line;
	}
	put_number(b, zigzag((int64_t)x->in - (int64_t)in) * REF_KINDS +
	    x->kind);
	put_number(b, x->byte - byte);
	put_number(b, zigzag((int64_t)(x->line - line)));
}

static void
put_entry(struct refs_out *o, struct wordlist *w, char sort, const char *s,
    size_t n, const struct buf *body)
{
	uint32_t at;

	put_term(&o->term, sort, s, n);
	at = (uint32_t)w->bytes.len;
	put_number(&w->bytes, body->len);
	buf_add(&w->bytes, body->p, body->len);
	wordlist_entry(w, wordlist_word(w, o->term.p, o->term.len), at);
}

void
refs_file(struct wordlist *w, const struct text *t)
{
	struct refs_out o = { .n = 0 };
	const struct placed_use *list;
	uint32_t *units;
	size_t i, k, n;

	gather(&o, t);
	if (o.n == 0)
		return;
	units = xreallocarray(NULL, t->nunits + 1, sizeof *units);
	place(&o, t, units);
	put_entry(&o, w, REFS_PATH, t->path, strlen(t->path), &o.table);
	qsort(o.list, o.n, sizeof *o.list, by_name);
	list = o.list;
	n = o.n;
	for (i = 0; i < n; i = k) {
		const struct placed_use *x = &list[i];

		for (k = i + 1; k < n && list[k].len == x->len &&
		    memcmp(list[k].name, x->name, x->len) == 0; k++)
			;
		o.entry.len = 0;
		put_number(&o.entry, k - i);
		for (; x < list + k; x++)
			put_use(&o.entry, x, x > list + i ? x - 1 : NULL, t,
			    units);
		put_entry(&o, w, REFS_NAME, list[i].name, list[i].len,
		    &o.entry);
	}
	free(units);
	free(o.list);
	free(o.open);
	free(o.numbers);
	buf_free(&o.term);
	buf_free(&o.table);
	buf_free(&o.entry);
	buf_free(&o.kind);
	buf_free(&o.scope);
	buf_free(&o.name);
}

/* --- reading --------------------------------------------------------------------- */

static int64_t
unzigzag(uint64_t n)
{
	return n & 1 ? -(int64_t)(n / 2) - 1 : (int64_t)(n / 2);
}

/* State for getting from the names of a segment to their uses. */
struct asked {
	struct engine *e;
	const struct segment *g;
	struct index_uses *out;
	struct terms paths;		/* the current one */
	int open;
	struct lists lists;
	struct files files;
	struct buf term, list, table;
	struct buf kind, scope, name;
	struct symbol *defs;		/* in the pool */
	size_t ndefs;
};

/* Go on to the table of the path; paths come in order: 1, 0, -1. */
static int
seek_table(struct asked *a, const char *path)
{
	int i, diff, status;

	put_term(&a->term, REFS_PATH, path, strlen(path));
	for (i = 0; a->open && i < 64; i++) {
		if ((status = terms_next(&a->paths)) != 1)
			return status;
		diff = index_compare(a->paths.word.p, a->paths.word.len,
		    a->term.p, a->term.len);
		if (diff == 0)
			return 1;
		if (diff > 0)
			break;
	}
	if (a->open && terms_end(&a->paths, 0) == -1)
		return -1;
	a->open = 1;
	memset(&a->paths, 0, sizeof a->paths);
	if (terms_start(&a->paths, a->e, a->g->number, a->term.p,
	    a->term.len) == -1 || (status = terms_next(&a->paths)) == -1)
		return -1;
	return status == 1 && index_compare(a->paths.word.p, a->paths.word.len,
	    a->term.p, a->term.len) == 0;
}

/* Read and keep a string that shares a prefix with the last; NULL: damaged. */
static const char *
take_shared(struct asked *a, struct in *in, struct buf *last)
{
	uint64_t same, n;
	const unsigned char *p;
	const char *s;

	get_lengths(in, &same, &n);
	if ((p = get_bytes(in, n)) == NULL || same > last->len) {
		in->bad = 1;
		return NULL;
	}
	if (n == 0 && same == last->len && last->cap > same)
		return NULL;		/* the same as before */
	last->len = same;
	buf_add(last, p, n);
	s = pool_copy(&a->out->pool, last->p != NULL ? last->p : "", last->len);
	return s;
}

/* The strings of the last definition. */
struct last {
	const char *kind, *scope, *name;
};

static const char *
take_string(struct asked *a, struct in *in, struct buf *buf, const char **last)
{
	const char *s = take_shared(a, in, buf);

	if (s != NULL)
		*last = s;
	return *last;
}

/* Read the definitions of a file: 0, -1. */
static int
take_table(struct asked *a, const char *path)
{
	struct last last = { "", "", "" };
	struct symbol d = { .doc_start = RECORD_NONE,
	    .body_start = RECORD_NONE };
	struct posts p;
	struct in in;
	uint64_t scoped;
	size_t cap = 0;
	int status = seek_table(a, path);

	a->ndefs = 0;
	a->kind.len = a->scope.len = a->name.len = a->table.len = 0;
	if (status != 1)
		return status == 0 ? index_damaged() : -1;
	if (lists_read(&a->lists, a->e, a->g->number, a->paths.list,
	    a->paths.size, &a->table) == -1)
		return -1;
	posts_start(&p, a->table.p, a->table.len);
	p.sized = 1;
	if ((status = posts_next(&p)) != 1)
		return status == 0 ? index_damaged() : -1;
	in = p.body;
	/* each takes at least nine bytes */
	cap = (size_t)(in.end - in.p) / 8 + 1;
	a->defs = pool_take(&a->out->pool, cap * sizeof *a->defs);
	while (in.p < in.end && !in.bad && a->ndefs < cap) {
		d.byte_start += (uint64_t)unzigzag(get_number(&in));
		d.start_line += (uint64_t)unzigzag(get_number(&in));
		d.byte_end = d.byte_start + get_number(&in);
		d.end_line = d.start_line + get_number(&in);
		d.kind = take_string(a, &in, &a->kind, &last.kind);
		scoped = get_number(&in);
		d.scope = take_string(a, &in, &a->scope, &last.scope);
		if (!scoped)
			d.scope = NULL;
		d.name = take_string(a, &in, &a->name, &last.name);
		a->defs[a->ndefs++] = d;
	}
	return in.bad || in.p < in.end ? index_damaged() : 0;
}

/* Read the uses in a file: 0, -1. */
static int
take_uses(struct asked *a, const char *path, struct in in)
{
	uint64_t n = get_number(&in), i, head;
	struct index_use x = { .path = path };
	int64_t in_def = 0, step;

	for (i = 0; i < n && !in.bad; i++) {
		head = get_number(&in);
		step = unzigzag(head / REF_KINDS);
		in_def += step;
		if (in_def < 0 || (uint64_t)in_def > a->ndefs)
			return index_damaged();
		x.kind = (enum ref_kind)(head % REF_KINDS);
		x.in = in_def != 0 ? &a->defs[in_def - 1] : NULL;
		if (i == 0 || step != 0) {
			x.byte_start = x.in != NULL ? x.in->byte_start : 0;
			x.line = x.in != NULL ? x.in->start_line : 0;
		}
		x.byte_start += get_number(&in);
		x.line += (uint64_t)unzigzag(get_number(&in));
		a->out->list = xgrow(a->out->list, &a->out->cap,
		    a->out->n + 1, sizeof *a->out->list);
		a->out->list[a->out->n++] = x;
	}
	return in.bad ? index_damaged() : 0;
}

/* Read the list of a name in a segment: 0, -1. */
static int
take_list(struct asked *a)
{
	struct file_info info = { .path = NULL };
	const char *path;
	struct posts p;
	int status;

	posts_start(&p, a->list.p, a->list.len);
	p.sized = 1;
	files_start(&a->files, a->e, a->g->number);
	while ((status = posts_next(&p)) == 1) {
		if (p.file >= a->g->files)
			status = index_damaged();
		else if (is_dead(a->g, p.file))
			continue;
		else if ((status = files_get(&a->files, p.file, &info)) == 0)
			status = index_damaged();
		if (status != 1)
			break;
		path = pool_string(&a->out->pool, info.path);
		if (take_table(a, path) == -1 ||
		    take_uses(a, path, p.body) == -1)
			status = -1;
		if (status == -1)
			break;
	}
	status = files_end(&a->files, status);
	if (a->open) {
		status = terms_end(&a->paths, status);
		memset(&a->paths, 0, sizeof a->paths);
		a->open = 0;
	}
	return status;
}

/* Look up the name in a segment: 1 it has uses of any name, 0, -1. */
static int
find_name(struct asked *a, const char *name)
{
	struct terms t = { .open = 0 };
	struct buf term = { 0 };
	int status, any = 0;

	put_term(&term, REFS_NAME, name, strlen(name));
	status = terms_start(&t, a->e, a->g->number, term.p, term.len);
	if (status == 0 && (status = terms_next(&t)) == 1) {
		/* or the first path: where there are names there is one */
		any = *t.word.p == REFS_NAME || *t.word.p == REFS_PATH;
		a->list.len = 0;
		if (index_compare(t.word.p, t.word.len, term.p, term.len) != 0)
			status = 0;
		else
			status = lists_read(&a->lists, a->e, a->g->number,
			    t.list, t.size, &a->list) == -1 ? -1 : 1;
	}
	status = terms_end(&t, status);
	buf_free(&term);
	if (status == 1 && take_list(a) == -1)
		return -1;
	return status == -1 ? -1 : any;
}

static int
by_place(const void *a, const void *b)
{
	const struct index_use *x = a, *y = b;
	int diff = x->path == y->path ? 0 : strcmp(x->path, y->path);

	return diff != 0 ? diff : (x->byte_start > y->byte_start) -
	    (x->byte_start < y->byte_start);
}

int
index_uses(struct index_uses *out, struct engine *e, const char *name)
{
	struct asked a = { .e = e, .out = out };
	struct segments s = { .n = 0 };
	int status = segments_read(&s, e), any = 0;
	size_t i;

	for (i = 0; status != -1 && i < s.n; i++) {
		a.g = &s.list[i];
		if ((status = find_name(&a, name)) == 1)
			any = 1;
	}
	status = lists_end(&a.lists, status);
	segments_free(&s);
	buf_free(&a.term);
	buf_free(&a.list);
	buf_free(&a.table);
	buf_free(&a.kind);
	buf_free(&a.scope);
	buf_free(&a.name);
	for (i = 1; i < out->n; i++)
		if (by_place(&out->list[i - 1], &out->list[i]) > 0)
			break;
	if (i < out->n)
		qsort(out->list, out->n, sizeof *out->list, by_place);
	return status == -1 ? -1 : any;
}

void
index_uses_free(struct index_uses *u)
{
	free(u->list);
	pool_free(&u->pool);
	memset(u, 0, sizeof *u);
}
