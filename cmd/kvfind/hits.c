#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/colour.h"
#include "hits.h"
#include "record/signature.h"
#include "search/excerpt.h"

struct print {
	struct out *out;
	struct rank *rank;
	const struct rank_hit *hit;
	struct text text;
};

/* --- for people ------------------------------------------------------------- */

static void
put_string(struct out *o, const char *colour, const char *s)
{
	if (s == NULL)
		return;
	buf_putc(&o->hit, ' ');
	out_word(o, colour, s, strlen(s));
}

static void
put_heading(struct print *p, const struct unit *u)
{
	struct out *o = p->out;
	char score[64];

	if (o->any)
		buf_putc(&o->hit, '\n');
	out_word(o, COLOUR_PATH, p->hit->path, strlen(p->hit->path));
	out_number(o, ":", u->d.start_line);
	out_number(o, "-", u->d.end_line);
	put_string(o, COLOUR_KIND, u->d.kind);
	put_string(o, NULL, u->d.scope);
	put_string(o, COLOUR_NAME, u->d.name);
	snprintf(score, sizeof score, " (%.2f)\n", p->hit->score);
	buf_puts(&o->hit, score);
}

/* Print the line, its words marked. Cut a long one after the first of them. */
static void
put_line(struct print *p, const struct excerpt_line *l)
{
	struct out *o = p->out;
	size_t at = 0, start, end, word, n = l->n < 400 ? l->n : 400;
	char number[32];

	snprintf(number, sizeof number, "%7ju  ", (uintmax_t)l->number);
	buf_puts(&o->hit, number);
	while (rank_next(p->rank, l->s, n, at, &start, &end, &word)) {
		out_word(o, NULL, l->s + at, start - at);
		out_word(o, COLOUR_MATCH, l->s + start, end - start);
		at = end;
	}
	out_word(o, NULL, l->s + at, n - at);
	if (n < l->n)
		buf_puts(&o->hit, " ...");
	buf_putc(&o->hit, '\n');
}

/* Print its signature or first line, and the lines with the most words. */
static void
put_lines(struct print *p, const struct unit *u, const char *s, size_t n)
{
	struct excerpt_line lines[EXCERPT_LINES];
	size_t i = 0, found = excerpt(lines, p->rank, u->d.start_line, s, n);
	struct buf signature = { 0 };

	if (!u->is_chunk && signature_end(&u->d) - u->d.byte_start <= n)
		signature_add(&signature, s,
		    (size_t)(signature_end(&u->d) - u->d.byte_start));
	if (signature.len != 0) {
		struct excerpt_line l = { signature.p, signature.len,
		    u->d.start_line, 0 };

		put_line(p, &l);
		i = 1;
	}
	for (; i < found; i++)
		put_line(p, &lines[i]);
	buf_free(&signature);
}

/* --- records ----------------------------------------------------------------- */

/* Put score and words before the closing brace of the record in o->hit. */
static void
put_why(struct print *p)
{
	struct buf *b = &p->out->hit;
	const char *word, *comma = "";
	char s[64];
	double worth;
	size_t i;

	while (b->len != 0 && b->p[--b->len] != '}')
		;
	snprintf(s, sizeof s, ",\"score\":%.4f,\"why\":{", p->hit->score);
	buf_puts(b, s);
	for (i = 0; i < rank_words(p->rank); i++) {
		if (p->hit->counts[i] == 0)
			continue;
		word = rank_word(p->rank, i, &worth);
		buf_puts(b, comma);
		json_quote(b, word, strlen(word));
		out_number(p->out, ":", p->hit->counts[i]);
		comma = ",";
	}
	buf_puts(b, "}}\n");
}

/* -------------------------------------------------------------------------- */

/* The unit, if it is still the one that was found. */
static const struct unit *
find_unit(const struct print *p)
{
	const struct unit *u = &p->text.units[p->hit->unit];

	return p->hit->unit < p->text.nunits &&
	    u->d.byte_start == p->hit->start &&
	    u->d.byte_end == p->hit->end ? u : NULL;
}

/* The text; a definition's with its documentation, if that is there. */
static size_t
whole_text(const struct print *p, const struct unit *u, const char **s)
{
	uint64_t from = u->is_chunk ? u->d.byte_start : symbol_doc(&u->d);
	size_t n = text_span(&p->text, from, u->d.byte_end, s);

	return n == u->d.byte_end - from ? n :
	    text_span(&p->text, u->d.byte_start, u->d.byte_end, s);
}

/* The indentation of a definition's first line, before s: as kvget -t. */
static size_t
indent(const struct print *p, const char *s)
{
	const char *from = s;

	while (from > p->text.bytes.p && (from[-1] == ' ' || from[-1] == '\t'))
		from--;
	return from == p->text.bytes.p || from[-1] == '\n' ?
	    (size_t)(s - from) : 0;
}

static int
put_hit(void *arg, const struct store_whole *w)
{
	struct print *p = arg;
	struct out *o = p->out;
	const struct unit *u;
	const char *s;
	size_t n, k;
	int status;

	if ((status = text_read(&p->text, w)) != 0)
		return status;
	if ((u = find_unit(p)) == NULL)
		return 0;		/* it has changed meanwhile */
	n = text_span(&p->text, u->d.byte_start, u->d.byte_end, &s);
	switch (o->form) {
	case PATHS:
		buf_add(&o->hit, w->file.path, strlen(w->file.path));
		buf_putc(&o->hit, o->end);
		break;
	case TEXT:
		n = whole_text(p, u, &s);
		k = u->is_chunk ? 0 : indent(p, s);
		out_data(o, NULL, s - k, n + k);
		if (n != 0 && s[n - 1] != '\n')
			buf_putc(&o->hit, '\n');
		break;
	case RECORDS:
		if (u->is_chunk)
			buf_add(&o->hit, w->chunks[u->chunk].line,
			    w->chunks[u->chunk].len);
		else {
			n = whole_text(p, u, &s);
			definition_write(&o->hit, w->file.path, &u->d, NULL,
			    s, n);
		}
		put_why(p);
		break;
	case PEOPLE:
		put_heading(p, u);
		put_lines(p, u, s, n);
		break;
	}
	return out_hit(o) != 0 ? 2 : 0;
}

/* Was the path of the hit among those before it? */
static int
is_again(const struct rank_hit *hits, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (strcmp(hits[k].path, hits[i].path) == 0)
			return 1;
	return 0;
}

int
hits_print(struct store *s, struct rank *r, uint64_t n, struct out *o)
{
	struct print p = { .out = o, .rank = r };
	size_t i, found;
	const struct rank_hit *hits = rank_hits(r, &found);
	int status = 0;

	for (i = 0; status == 0 && i < found && i < n; i++) {
		if (o->form == PATHS && is_again(hits, i))
			continue;
		p.hit = &hits[i];
		status = store_whole(s, hits[i].path, put_hit, &p);
	}
	text_free(&p.text);
	if (status == 0)
		status = out_finish(o) ? 2 : found == 0;
	return status;
}
