#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "search/lines.h"
#include "search/pattern.h"

struct lines {
	const struct lines_query *q;
	struct pattern *pattern;
	struct pattern *raw;	/* the same in JSON form; NULL: read all */
	int by_line;		/* it may match across the end of a line */
	struct text text;
	struct buf json;
};

/*
 * Does the expression match no newline and look at nothing beyond its match?
 * Then we can search the whole text at once. Allows only what is known to be
 * safe.
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
			return 1;	/* it is not a valid expression */
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
compile(const struct lines_query *q, const char *s, size_t n, int how,
    char *error, size_t size)
{
	return pattern_new(s, n, how | (q->nocase ? PATTERN_NOCASE : 0),
	    error, size);
}

struct lines *
lines_new(const struct lines_query *q, char *error, size_t size)
{
	struct lines *l = xcalloc(1, sizeof *l);
	size_t n = strlen(q->what);
	struct buf b = { 0 };

	l->q = q;
	l->by_line = !q->literal && !stays_in_line(q->what);
	l->pattern = compile(q, q->what, n, (q->words ? PATTERN_WORD : 0) |
	    (q->literal ? PATTERN_LITERAL : 0), error, size);
	if (l->pattern != NULL && q->literal &&
	    utf8_valid(q->what, n) == n) {
		json_quote(&b, q->what, n);
		l->raw = compile(q, b.p + 1, b.len - 2, PATTERN_LITERAL,
		    error, size);
		buf_free(&b);
		if (l->raw != NULL)
			return l;
	} else if (l->pattern != NULL)
		return l;
	lines_free(l);
	return NULL;
}

void
lines_free(struct lines *l)
{
	pattern_free(l->pattern);
	pattern_free(l->raw);
	text_free(&l->text);
	buf_free(&l->json);
	free(l);
}

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

/* Filter by what is around it: the chunk, if no kind is asked for. */
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

/* Hand over the line of the run from bol up to eol, which matches at start. */
static int
hand_over(struct lines *l, const struct run *r, struct line *line, size_t bol,
    size_t eol, line_fn *fn, void *arg)
{
	line->s = l->text.bytes.p + r->at + bol;
	line->n = eol - bol;
	line->byte = r->start + line->start;
	line->in = text_around(&l->text, line->byte);
	line->start -= bol;
	line->end = line->end < eol ? line->end - bol : line->n;
	return fn(arg, line);
}

static int
search_run(struct lines *l, const struct run *r, line_fn *fn, void *arg)
{
	const char *s = l->text.bytes.p + r->at, *p, *nl;
	size_t len = r->end - r->start, at = 0, bol, eol;
	struct line line = { .path = l->text.path, .number = r->line };
	int status = 0;

	for (bol = 0; at < len && status == 0; at = bol) {
		status = next(l, s, len, at, &line.start, &line.end);
		if (status == -1)
			return LINES_TOO_HARD;
		if (status == 0 || (line.start == len && s[len - 1] == '\n'))
			return 0;
		status = 0;
		while ((p = memchr(s + bol, '\n', line.start - bol)) != NULL) {
			bol = p + 1 - s;
			line.number++;
		}
		nl = memchr(s + line.start, '\n', len - line.start);
		eol = nl != NULL ? (size_t)(nl - s) : len;
		if (passes_filter(l, r->start + line.start))
			status = hand_over(l, r, &line, bol, eol, fn, arg);
		bol = eol + 1;
		line.number++;
	}
	return status;
}

int
lines_each(struct lines *l, const struct store_whole *w, line_fn *fn,
    void *arg)
{
	size_t i, start, end;
	int status;

	l->json.len = 0;
	if (w->nchunks == 0)
		return 0;
	if (l->raw != NULL && text_raw(&l->json, w) && pattern_next(l->raw,
	    l->json.p, l->json.len, 0, &start, &end) == 0)
		return 0;
	status = text_read(&l->text, w);
	for (i = 0; status == 0 && i < l->text.nruns; i++)
		status = search_run(l, &l->text.runs[i], fn, arg);
	return status == LINES_ENOUGH ? 0 : status;
}

const char *
lines_error(const struct lines *l)
{
	return pattern_error(l->pattern);
}
