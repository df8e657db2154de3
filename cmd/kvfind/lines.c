#include <err.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "lines.h"
#include "search/pattern.h"
#include "search/rank.h"
#include "search/which.h"

#define COLOUR_PATH	"36"
#define COLOUR_MATCH	"1;31"

struct lines {
	const struct lines_query *q;
	struct out *out;
	struct pattern *pattern;
	struct pattern *raw;	/* the same as JSON has it; NULL: read all */
	int by_line;		/* it may match over the end of a line */
	struct text text;
	struct buf json;
	uint64_t found;		/* lines, or files */
	const struct unit *in;	/* where the last one was */
};

/*
 * Can the expression match no newline, and does it look no further than where
 * it matches? Then it can be looked for in the whole text at once. A list of
 * what is known to be so.
 */
static int
stays_in_line(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < 0x20)
			return 0;
		if (*s == '\\' && strchr("bBdwS.[](){}*+?^$|\\/-\"", *++s) ==
		    NULL)
			return 0;
		if (*s == '\0')
			return 1;	/* and no expression */
		if (s[0] == '[' && (s[1] == '^' || s[1] == '[' || s[1] == ':'))
			return 0;
		if (s[0] == '(' && (s[1] == '*' || (s[1] == '?' &&
		    s[2] != ':')))
			return 0;
		if (strchr("*+?}", s[0]) != NULL && s[1] == '+')
			return 0;
	}
	return 1;
}

static struct pattern *
compile(const struct lines_query *q, const char *s, size_t n, int how)
{
	char error[300];
	struct pattern *p = pattern_new(s, n, how |
	    (q->nocase ? PATTERN_NOCASE : 0), error, sizeof error);

	if (p == NULL)
		warnx("%.60s: %s", q->what, error);
	return p;
}

static int
compile_all(struct lines *l)
{
	const struct lines_query *q = l->q;
	size_t n = strlen(q->what);
	struct buf b = { 0 };

	l->by_line = !q->literal && !stays_in_line(q->what);
	l->pattern = compile(q, q->what, n, (q->words ? PATTERN_WORD : 0) |
	    (q->literal ? PATTERN_LITERAL : 0));
	if (l->pattern == NULL || !q->literal || utf8_valid(q->what, n) != n)
		return l->pattern == NULL ? 2 : 0;
	json_quote(&b, q->what, n);
	l->raw = compile(q, b.p + 1, b.len - 2, PATTERN_LITERAL);
	buf_free(&b);
	return l->raw == NULL ? 2 : 0;
}

/* --- a line -------------------------------------------------------------------- */

/* Its path and number, separated as git grep -p has it for what it stands in. */
static void
put_place(struct out *o, const char *path, uint64_t line, const char *by)
{
	out_data(o, COLOUR_PATH, path, strlen(path));
	out_number(o, by, line);
	buf_puts(&o->hit, by);
}

static void
put_words(struct out *o, const struct symbol *d)
{
	out_data(o, NULL, d->kind, strlen(d->kind));
	if (d->scope != NULL) {
		buf_putc(&o->hit, ' ');
		out_data(o, NULL, d->scope, strlen(d->scope));
	}
	buf_putc(&o->hit, ' ');
	out_data(o, NULL, d->name, strlen(d->name));
	buf_putc(&o->hit, '\n');
}

static void
member(struct buf *b, const char *before, const char *s, size_t n)
{
	buf_puts(b, before);
	if (s == NULL)
		buf_puts(b, "null");
	else
		json_quote(b, s, n);
}

static size_t
length(const char *s)
{
	return s != NULL ? strlen(s) : 0;
}

static void
put_json(struct lines *l, const struct unit *u, uint64_t byte, uint64_t line,
    const char *s, size_t n)
{
	static const struct symbol none;
	const struct symbol *d = u != NULL ? &u->d : &none;
	struct buf *b = &l->out->hit;

	buf_puts(b, "{\"type\":\"match\",");
	json_path(b, "file_path", l->text.path);
	out_number(l->out, ",\"byte\":", byte);
	out_number(l->out, ",\"line\":", line);
	member(b, ",\"text\":", s, n);
	member(b, ",\"symbol_name\":", d->name, length(d->name));
	member(b, ",\"symbol_kind\":", d->kind, length(d->kind));
	member(b, ",\"scope\":", d->scope, length(d->scope));
	buf_puts(b, "}\n");
}

/* The line of n bytes at s, a match in it from start up to end. */
static int
put_line(struct lines *l, uint64_t byte, uint64_t line, const char *s,
    size_t n, size_t start, size_t end)
{
	const struct unit *u = text_around(&l->text, byte + start);
	struct out *o = l->out;
	uint64_t more = o->more;

	if (end > n)
		end = n;
	if (o->form == RECORDS)
		put_json(l, u, byte + start, line, s, n);
	else if (o->form == TEXT) {
		out_data(o, NULL, s, n);
		buf_putc(&o->hit, '\n');
	} else {
		if (u != NULL && u != l->in) {
			put_place(o, l->text.path, u->d.start_line, "=");
			put_words(o, &u->d);
		}
		put_place(o, l->text.path, line, ":");
		out_data(o, NULL, s, start);
		out_data(o, COLOUR_MATCH, s + start, end - start);
		out_data(o, NULL, s + end, n - end);
		buf_putc(&o->hit, '\n');
	}
	if (out_hit(o) != 0)
		return 2;
	l->in = o->more == more ? u : NULL;
	return 0;
}

/* --- a file -------------------------------------------------------------------- */

static int
next(struct lines *l, const char *s, size_t n, size_t at, size_t *start,
    size_t *end)
{
	const char *eol;
	size_t k;
	int status;

	if (!l->by_line)
		return pattern_next(l->pattern, s, n, at, start, end);
	for (; at < n; at += k + 1) {
		eol = memchr(s + at, '\n', n - at);
		k = eol != NULL ? (size_t)(eol - s) - at : n - at;
		status = pattern_next(l->pattern, s + at, k, 0, start, end);
		if (status == 0)
			continue;
		*start += at;
		*end += at;
		return status;
	}
	return 0;
}

/* Of the whole file: where only it counts, the first is enough. */
static int
is_enough(const struct lines *l)
{
	return l->out->form == PATHS;
}

static int
passes_filter(const struct lines *l, uint64_t byte)
{
	const struct unit *u, *chunk = NULL;

	if (l->q->filter == NULL)
		return 1;
	u = text_around(&l->text, byte);
	if (u == NULL || l->q->filter->kind == NULL)
		for (u = l->text.units; u < l->text.units + l->text.nunits &&
		    u->d.byte_start <= byte; u++)
			if (u->is_chunk && u->d.byte_end > byte)
				chunk = u;
	return rank_passes(l->q->filter, chunk != NULL ? chunk : u);
}

/* How many lines match, printed unless it is the number that is asked for. */
static int
search_run(struct lines *l, const struct run *r, uint64_t *n)
{
	const char *s = l->text.bytes.p + r->at, *p, *eol;
	size_t len = r->end - r->start, at = 0, start, end, bol;
	uint64_t line = r->line;
	int status = 0;

	for (bol = 0; at < len && status == 0; at = bol) {
		status = next(l, s, len, at, &start, &end);
		if (status == -1) {
			warnx("%s: %s", l->text.path,
			    pattern_error(l->pattern));
			return 2;
		}
		if (status == 0 || (start == len && s[len - 1] == '\n'))
			return 0;
		status = 0;
		while ((p = memchr(s + bol, '\n', start - bol)) != NULL) {
			bol = p + 1 - s;
			line++;
		}
		eol = memchr(s + start, '\n', len - start);
		if (eol == NULL)
			eol = s + len;
		if (passes_filter(l, r->start + start)) {
			++*n;
			if (is_enough(l))
				return 0;
			if (!l->q->count && l->found + *n <= l->q->most)
				status = put_line(l, r->start + bol, line,
				    s + bol, eol - (s + bol), start - bol,
				    end - bol);
		}
		bol = eol + 1 - s;
		line++;
	}
	return status;
}

static int
put_file(struct lines *l, uint64_t n)
{
	struct out *o = l->out;
	const char *path = l->text.path;

	if (o->form == RECORDS) {
		buf_puts(&o->hit, "{\"type\":\"count\",");
		json_path(&o->hit, "file_path", path);
		out_number(o, ",\"lines\":", n);
		buf_puts(&o->hit, "}\n");
	} else if (o->form == PATHS) {
		out_data(o, NULL, path, strlen(path));
		buf_putc(&o->hit, o->end);
	} else {
		out_data(o, COLOUR_PATH, path, strlen(path));
		out_number(o, ":", n);
		buf_putc(&o->hit, '\n');
	}
	return out_hit(o) != 0 ? 2 : 0;
}

static int
search_file(void *arg, const struct store_whole *w)
{
	struct lines *l = arg;
	size_t i, start, end;
	uint64_t n = 0;
	int status;

	l->json.len = 0;
	if (w->nchunks == 0)
		return 0;
	if (l->raw != NULL && text_raw(&l->json, w) && pattern_next(l->raw,
	    l->json.p, l->json.len, 0, &start, &end) == 0)
		return 0;
	if ((status = text_read(&l->text, w)) != 0)
		return status;
	l->in = NULL;
	for (i = 0; status == 0 && i < l->text.nruns; i++) {
		if (n != 0 && is_enough(l))
			break;
		status = search_run(l, &l->text.runs[i], &n);
	}
	if (status != 0 || n == 0)
		return status;
	if (!l->q->count && !is_enough(l)) {
		l->found += n;
		return 0;
	}
	return l->found++ < l->q->most ? put_file(l, n) : 0;
}

/* The files that the index knows of: as all of them. */
static int
search_some(struct lines *l, struct store *s, const struct index_paths *p)
{
	size_t i;
	int status = 0;

	for (i = 0; status == 0 && i < p->n; i++)
		if (l->q->below == NULL || path_below(p->list[i],
		    l->q->below))
			status = store_whole(s, p->list[i], search_file, l);
	return status;
}

static int
search_files(struct lines *l, struct store *s)
{
	const struct lines_query *q = l->q;
	struct index_paths p = { .n = 0 };
	int known = q->scan ? 0 : q->literal ? which_string(&p, s, q->what,
	    strlen(q->what), q->nocase) : which_regex(&p, s, q->what,
	    q->nocase), status;

	if (known == -1)
		status = -1;
	else if (known)
		status = search_some(l, s, &p);
	else
		status = q->below != NULL ? store_wholes_below(s, q->below,
		    search_file, l) : store_wholes(s, search_file, l);
	index_paths_free(&p);
	return status;
}

int
lines_print(struct store *s, const struct lines_query *q, struct out *o)
{
	struct lines l = { .q = q, .out = o };
	int status = compile_all(&l);

	if (status == 0)
		status = search_files(&l, s);
	if (status == 0)
		status = out_finish(o) ? 2 : l.found == 0;
	pattern_free(l.pattern);
	pattern_free(l.raw);
	text_free(&l.text);
	buf_free(&l.json);
	return status;
}
