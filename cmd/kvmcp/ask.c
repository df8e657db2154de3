#include <err.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "piece.h"
#include "base/path.h"
#include "base/scope.h"

#define LOOK	64	/* steps between checks for a cancellation */

const char *
ask_string(const struct ask *q, const char *name)
{
	return json_string_value(json_object_get(q->args, name));
}

uint64_t
ask_number(const struct ask *q, const char *name)
{
	return (uint64_t)json_integer_value(json_object_get(q->args, name));
}

int
ask_wrong(struct ask *q, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(q->note, sizeof q->note, fmt, ap);
	va_end(ap);
	return ASK_WRONG;
}

int
ask_step(struct ask *q)
{
	return ++q->steps % LOOK == 0 && input_cancelled(q->input, q->id) ?
	    ASK_CANCELLED : 0;
}

char *
ask_path(const struct ask *q)
{
	const char *path = ask_string(q, "path");

	return path_normal(xstrdup(path != NULL && *path != '\0' ? path :
	    "."));
}

int
ask_all(const char *path)
{
	return strcmp(path, ".") == 0;
}

/* --- items ---------------------------------------------------------------- */

void
piece_print(struct buf *out, const char *fmt, ...)
{
	char text[128];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	buf_add(out, text, (size_t)n);
}

static void
piece_member(struct buf *out, const char *key, const char *s)
{
	if (s == NULL || *s == '\0')
		return;
	piece_print(out, ",\"%s\":", key);
	json_quote(out, s, strlen(s));
}

void
piece_begin(struct piece *p)
{
	p->text.len = p->object.len = 0;
	if (p->q->shelves->n > 1 && p->q->store == NULL) {
		buf_putc(&p->text, '[');
		buf_puts(&p->text, p->shelf->place);
		buf_puts(&p->text, "] ");
	}
}

void
piece_object(struct piece *p, const char *path, const struct symbol *d,
    const char *stale)
{
	struct buf *out = &p->object;

	buf_putc(out, '{');
	json_path(out, "file_path", path);
	piece_print(out, ",\"start_line\":%" PRIu64 ",\"end_line\":%" PRIu64,
	    d->start_line, d->end_line);
	piece_member(out, "kind", d->kind);
	piece_member(out, "scope", d->scope);
	piece_member(out, "name", d->name);
	piece_member(out, "stale", stale);
	if (p->q->shelves->n > 1)
		piece_member(out, "store", p->shelf->place);
	buf_putc(out, '}');
}

void
piece_free(struct piece *p)
{
	buf_free(&p->text);
	buf_free(&p->object);
}

int
ask_stores(struct ask *q, int (*fn)(struct ask *, struct shelf *, void *),
    void *arg)
{
	struct shelf *s = q->shelves->list, *end = s + q->shelves->n;
	int status = 0;

	for (; status == 0 && s < end; s++)
		if (q->store == NULL || strcmp(q->store, s->place) == 0)
			status = fn(q, s, arg);
	return status;
}

int
ask_stale(struct ask *q, const struct shelf *s, const char *path,
    const char **stale)
{
	struct buf line = { 0 };
	struct record r;
	int status = store_file(s->store, path, &line);

	*stale = "";
	if (status == 1 && record_read(&q->reader, &r, line.p, line.len) == 0)
		*stale = shelf_stale(s, &r);
	buf_free(&line);
	return status == -1 ? -1 : 0;
}

/* --- definition ------------------------------------------------------------- */

struct definition {
	struct piece piece;
	const char *name;	/* as it was given */
	size_t scope_len;	/* how much of it is a scope; 0: none */
	const char *path;
	const struct store_symbol *at;
	uint64_t next;		/* the next byte to read */
};

static int
take_text(void *arg, const char *line, size_t len)
{
	struct definition *d = arg;
	const struct symbol *y = &d->at->symbol;
	struct record r;
	uint64_t end;

	if (record_read(&d->piece.q->reader, &r, line, len) == -1) {
		warnx("a chunk in the store: %s", d->piece.q->reader.error);
		return ASK_BROKEN;
	}
	end = r.byte_end < y->byte_end ? r.byte_end : y->byte_end;
	if (r.byte_start <= d->next && d->next < end) {
		buf_add(&d->piece.text, r.content + (d->next - r.byte_start),
		    end - d->next);
		d->next = end;
	}
	return 0;
}

void
piece_heading(struct buf *out, const char *path, const struct symbol *d,
    const char *stale)
{
	buf_puts(out, path);
	piece_print(out, ":%" PRIu64 "-%" PRIu64 " ", d->start_line, d->end_line);
	buf_puts(out, d->kind);
	if (d->scope != NULL) {
		buf_putc(out, ' ');
		buf_puts(out, d->scope);
	}
	buf_putc(out, ' ');
	buf_puts(out, d->name);
	if (*stale != '\0') {
		buf_puts(out, " [");
		buf_puts(out, stale);
		buf_puts(out, " since]");
	}
	buf_putc(out, '\n');
}

static int
take_definition(void *arg, const struct store_symbol *at)
{
	struct definition *d = arg;
	struct piece *p = &d->piece;
	const struct symbol *y = &at->symbol;
	const char *stale;
	int status;

	if ((status = ask_step(p->q)) != 0)
		return status;
	if ((d->scope_len != 0 && !scope_matches(y->scope, d->name,
	    d->scope_len)) || (!ask_all(d->path) && !path_below(at->path,
	    d->path)))
		return 0;
	if (!answer_wants(p->q->answer)) {
		answer_pass(p->q->answer);
		return 0;
	}
	if (ask_stale(p->q, p->shelf, at->path, &stale) == -1)
		return -1;
	piece_begin(p);
	piece_heading(&p->text, at->path, y, stale);
	piece_object(p, at->path, y, stale);
	d->at = at;
	d->next = y->byte_start;
	status = store_chunks_from(p->shelf->store, at->path, at->chunk_start,
	    y->byte_end, take_text, d);
	if (status != 0)
		return status;
	if (d->next < y->byte_end)
		piece_print(&p->text, "[%" PRIu64 " bytes are in no chunk]",
		    y->byte_end - d->next);
	if (p->text.p[p->text.len - 1] != '\n')
		buf_putc(&p->text, '\n');
	answer_item(p->q->answer, p->text.p, p->text.len, &p->object);
	return 0;
}

/* Look up the name literally, and as each scope and name it can be. */
static int
definitions_in(struct ask *q, struct shelf *s, void *arg)
{
	struct definition *d = arg;
	const char *c = d->name + 1;
	size_t k;
	int status;

	(void)q;
	d->piece.shelf = s;
	d->scope_len = 0;
	status = store_symbols(s->store, d->name, 0, take_definition, d);
	while (status == 0 && (c = scope_part(c, &k)) != NULL) {
		d->scope_len = (size_t)(c - d->name);
		c += k;
		status = store_symbols(s->store, c, 0, take_definition, d);
	}
	return status;
}

int
definition(struct ask *q)
{
	char *path = ask_path(q);
	struct definition d = { .piece.q = q, .path = path,
	    .name = ask_string(q, "name") };
	int status = *d.name == '\0' ? ask_wrong(q, "\"name\" is empty") :
	    ask_stores(q, definitions_in, &d);

	if (status == 0 && q->answer->total == 0)
		status = ask_wrong(q, "no definition of that name is stored%s;"
		    " names are exact, and may have their scope before them, "
		    "as Foo::bar or Foo.bar. outline lists those of a file",
		    ask_all(path) ? "" : " at or below that path");
	piece_free(&d.piece);
	free(path);
	return status;
}

/* --- outline ----------------------------------------------------------------- */

struct outline {
	struct piece piece;
	const char *path;
	const char *stale;
	int any;		/* a file */
};

static void
outline_item(struct outline *o, const char *path, const struct symbol *d)
{
	struct piece *p = &o->piece;

	piece_begin(p);
	buf_puts(&p->text, path);
	piece_print(&p->text, ":%" PRIu64 ": ", d->start_line);
	buf_puts(&p->text, d->kind);
	buf_putc(&p->text, ' ');
	if (d->scope != NULL) {
		buf_puts(&p->text, d->scope);
		buf_putc(&p->text, ' ');
	}
	buf_puts(&p->text, d->name);
	if (*o->stale != '\0') {
		buf_puts(&p->text, " [");
		buf_puts(&p->text, o->stale);
		buf_puts(&p->text, " since]");
	}
	buf_putc(&p->text, '\n');
	piece_object(p, path, d, o->stale);
	answer_item(p->q->answer, p->text.p, p->text.len, &p->object);
}

static int
outline_file(void *arg, const struct store_whole *w)
{
	struct outline *o = arg;
	struct ask *q = o->piece.q;
	struct record r;
	size_t i, k;
	int status;

	o->any = 1;
	if (w->file.skipped)
		return ask_step(q);
	if (record_read(&q->reader, &r, w->file.line, w->file.len) == -1)
		return ASK_BROKEN;
	o->stale = answer_wants(q->answer) ? shelf_stale(o->piece.shelf, &r) :
	    "";
	for (i = 0; i < w->nchunks; i++) {
		if ((status = ask_step(q)) != 0)
			return status;
		if (record_read(&q->reader, &r, w->chunks[i].line,
		    w->chunks[i].len) == -1) {
			warnx("%s: a chunk of it: %s", w->file.path,
			    q->reader.error);
			return ASK_BROKEN;
		}
		for (k = 0; k < r.nsymbols; k++)
			if (answer_wants(q->answer))
				outline_item(o, w->file.path, &r.symbols[k]);
			else
				answer_pass(q->answer);
	}
	return 0;
}

static int
outline_of(struct ask *q, struct shelf *s, void *arg)
{
	struct outline *o = arg;

	(void)q;
	o->piece.shelf = s;
	return store_wholes_below(s->store, o->path, outline_file, o);
}

int
outline(struct ask *q)
{
	char *path = ask_path(q);
	struct outline o = { .piece.q = q, .path = path };
	int status = ask_stores(q, outline_of, &o);

	if (status == 0 && !o.any && !ask_all(path))
		status = ask_wrong(q, "nothing is stored at that path or below "
		    "it; paths are as the store has them; without \"path\" it "
		    "is the whole store");
	piece_free(&o.piece);
	free(path);
	return status;
}

/* --- read ---------------------------------------------------------------------- */

struct reading {
	struct ask *q;
	struct shelf *shelf;
	const char *path;
	uint64_t first, last;	/* lines */
	uint64_t line, at;
	struct buf text;	/* of the current line */
	int found;
};

static void
end_line(struct reading *x)
{
	if (x->line >= x->first && x->line <= x->last) {
		if (answer_wants(x->q->answer))
			answer_item(x->q->answer, x->text.p, x->text.len,
			    NULL);
		else
			answer_pass(x->q->answer);
	}
	x->text.len = 0;
	x->line++;
}

/* Keep only the lines wanted. */
static void
take_lines(struct reading *x, const char *s, size_t n)
{
	const char *nl;
	size_t k;

	for (; n != 0; s += k, n -= k) {
		nl = memchr(s, '\n', n);
		k = nl != NULL ? (size_t)(nl + 1 - s) : n;
		if (x->line >= x->first && x->line <= x->last)
			buf_add(&x->text, s, k);
		if (nl != NULL)
			end_line(x);
	}
}

static int
read_whole(void *arg, const struct store_whole *w)
{
	struct reading *x = arg;
	struct ask *q = x->q;
	struct record r;
	const char *stale;
	uint64_t skip, size;
	size_t i;
	int status;

	x->found = 1;
	if (record_read(&q->reader, &r, w->file.line, w->file.len) == -1)
		return ASK_BROKEN;
	if (w->file.skipped)
		return ask_wrong(q, "that file was not chunked, so its text is "
		    "not stored: %.80s", r.reason);
	stale = shelf_stale(x->shelf, &r);
	size = r.size;
	for (i = 0; i < w->nchunks; i++) {
		if ((status = ask_step(q)) != 0)
			return status;
		if (w->chunks[i].end <= x->at)
			continue;
		if (record_read(&q->reader, &r, w->chunks[i].line,
		    w->chunks[i].len) == -1)
			return ASK_BROKEN;
		if (r.byte_start > x->at)
			return ask_wrong(q, "only parts of that file are "
			    "stored, single definitions: ask for these");
		skip = x->at - r.byte_start;
		take_lines(x, r.content + skip, r.content_len - skip);
		x->at = r.byte_end;
	}
	if (x->at < size)
		return ask_wrong(q, "only parts of that file are stored, "
		    "single definitions: ask for these");
	if (x->text.len != 0)
		end_line(x);
	if (*stale != '\0')
		snprintf(q->note, sizeof q->note, "the file is %s since it "
		    "was stored", stale);
	if (x->first > 1 && q->answer->total == 0)
		return ask_wrong(q, "that file has %" PRIu64 " lines",
		    x->line - 1);
	return 0;
}

static int
read_from(struct ask *q, struct shelf *s, void *arg)
{
	struct reading *x = arg;

	(void)q;
	x->shelf = s;
	return x->found ? 0 : store_whole(s->store, x->path, read_whole, x);
}

static int
any_below(struct ask *q, struct shelf *s, void *arg)
{
	(void)q;
	return store_any_below(s->store, arg);
}

int
read_lines(struct ask *q)
{
	char *path = ask_path(q);
	struct reading x = { .q = q, .path = path, .line = 1,
	    .first = ask_number(q, "first_line"),
	    .last = ask_number(q, "last_line") };
	int status;

	if (x.last == 0)
		x.last = UINT64_MAX;
	if (x.first > x.last)
		status = ask_wrong(q, "\"last_line\" is before "
		    "\"first_line\"");
	else if ((status = ask_stores(q, read_from, &x)) == 0 && !x.found &&
	    (status = ask_stores(q, any_below, path)) == 1)
		status = ask_wrong(q, "that is a directory: outline lists "
		    "what is in it");
	else if (status == 0 && !x.found)
		status = ask_wrong(q, "no file of that path is stored; paths "
		    "are as outline lists them");
	buf_free(&x.text);
	free(path);
	return status;
}

/* --- status --------------------------------------------------------------------- */

struct counting {
	struct ask *q;
	const struct shelf *shelf;
	uint64_t files, chunks, bytes, skipped, stale;
};

static int
count_file(void *arg, const struct store_file *f)
{
	struct counting *x = arg;
	struct record r;
	int status;

	if ((status = ask_step(x->q)) != 0)
		return status;
	if (f->skipped) {
		x->skipped++;
		return 0;
	}
	if (record_read(&x->q->reader, &r, f->line, f->len) == -1)
		return ASK_BROKEN;
	x->files++;
	x->bytes += r.size;
	if (r.chunks != RECORD_NONE)
		x->chunks += r.chunks;
	x->stale += *shelf_stale(x->shelf, &r) != '\0';
	return 0;
}

static void
put_status(struct piece *p, const struct counting *x,
    const struct store_about *a)
{
	char when[sizeof "2026-11-22T11:22:33Z"] = "never";
	time_t t = a->last_run;
	struct tm tm;
	size_t i;

	if (t != 0 && gmtime_r(&t, &tm) != NULL)
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	piece_begin(p);
	buf_puts(&p->text, p->shelf->place);
	buf_puts(&p->text, ": ");
	buf_puts(&p->text, a->engine);
	piece_print(&p->text, "\nfiles: %" PRIu64 "\nchunks: %" PRIu64 "\nbytes: %"
	    PRIu64 "\nskipped: %" PRIu64 "\nlast run: %s\n", x->files,
	    x->chunks, x->bytes, x->skipped, when);
	buf_puts(&p->text, "roots:");
	for (i = 0; i < a->nroots; i++) {
		buf_putc(&p->text, ' ');
		buf_puts(&p->text, a->roots[i]);
	}
	if (p->shelf->root_fd != -1)
		piece_print(&p->text, "\nchanged or gone since: %" PRIu64
		    " of these files", x->stale);
	buf_putc(&p->text, '\n');

	piece_print(&p->object, "{\"files\":%" PRIu64 ",\"chunks\":%" PRIu64
	    ",\"bytes\":%" PRIu64, x->files, x->chunks, x->bytes);
	piece_print(&p->object, ",\"skipped\":%" PRIu64 ",\"last_run\":%" PRId64,
	    x->skipped, a->last_run);
	if (p->shelf->root_fd != -1)
		piece_print(&p->object, ",\"stale_files\":%" PRIu64, x->stale);
	piece_member(&p->object, "store", p->shelf->place);
	buf_putc(&p->object, '}');
}

static int
status_of(struct ask *q, struct shelf *s, void *arg)
{
	struct piece *p = arg;
	struct counting x = { .q = q, .shelf = s };
	struct store_about about = { 0 };
	int status;

	if (!answer_wants(q->answer)) {
		answer_pass(q->answer);
		return 0;
	}
	if ((status = store_files(s->store, count_file, &x)) == 0 &&
	    (status = store_about(s->store, &about)) == 0) {
		p->shelf = s;
		put_status(p, &x, &about);
		answer_item(q->answer, p->text.p, p->text.len, &p->object);
	}
	store_about_free(&about);
	return status;
}

int
status(struct ask *q)
{
	struct piece p = { .q = q };
	int done = ask_stores(q, status_of, &p);

	piece_free(&p);
	return done;
}
