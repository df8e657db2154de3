#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "piece.h"
#include "search/excerpt.h"
#include "search/lines.h"
#include "search/which.h"

/* As many as kvfind prints: ranking a hundred takes twice as long. */
#define HITS	10

struct searching {
	struct piece piece;
	char *path;			/* "." for all */
	struct rank_filter filter;
	struct rank *rank;
	const struct rank_hit *hit;
	struct lines *lines;
	struct lines_query query;
	struct text text;
	const char *stale;		/* of the current file; NULL: unknown */
};

static const char *
below(const struct searching *x)
{
	return ask_all(x->path) ? NULL : x->path;
}

/* Look at a file, unless the question was cancelled. */
static int
each_file(struct searching *x, store_whole_fn *fn)
{
	struct store *s = x->piece.shelf->store;

	return below(x) != NULL ? store_wholes_below(s, below(x), fn, x) :
	    store_wholes(s, fn, x);
}

/* --- words --------------------------------------------------------------------- */

static int
rank_one(void *arg, const struct store_whole *w)
{
	struct searching *x = arg;
	int status = ask_step(x->piece.q);

	return status != 0 ? status : rank_file(x->rank, w);
}

static void
put_excerpt(struct searching *x, const struct unit *u)
{
	struct excerpt_line lines[EXCERPT_LINES];
	struct buf *b = &x->piece.text;
	const char *s;
	size_t i, found, n = text_span(&x->text, u->d.byte_start,
	    u->d.byte_end, &s);

	found = excerpt(lines, x->rank, u->d.start_line, s, n);
	for (i = 0; i < found; i++) {
		n = lines[i].n < 400 ? lines[i].n : 400;
		piece_print(b, "%7" PRIu64 "  ", lines[i].number);
		buf_add(b, lines[i].s, n);
		buf_puts(b, n < lines[i].n ? " ...\n" : "\n");
	}
}

static int
put_hit(void *arg, const struct store_whole *w)
{
	struct searching *x = arg;
	struct piece *p = &x->piece;
	const struct unit *u;
	struct symbol d;
	int status = text_read(&x->text, w);

	if (status != 0)
		return status;
	u = &x->text.units[x->hit->unit];
	if (x->hit->unit >= x->text.nunits ||
	    u->d.byte_start != x->hit->start || u->d.byte_end != x->hit->end)
		return 0;		/* it has changed meanwhile */
	if (ask_stale(p->q, p->shelf, w->file.path, &x->stale) == -1)
		return -1;
	d = u->d;
	if (d.kind == NULL)
		d.kind = "chunk";
	if (d.name == NULL)
		d.name = "";
	piece_begin(p);
	piece_heading(&p->text, w->file.path, &d, x->stale);
	piece_object(p, w->file.path, &d, x->stale);
	put_excerpt(x, u);
	answer_item(p->q->answer, p->text.p, p->text.len, &p->object);
	return 0;
}

static int
put_hits(struct searching *x)
{
	struct answer *a = x->piece.q->answer;
	const struct rank_hit *hits;
	size_t i, n;
	int status = 0;

	hits = rank_hits(x->rank, &n);
	for (i = 0; status == 0 && i < n && i < HITS; i++) {
		x->hit = &hits[i];
		if (!answer_wants(a))
			answer_pass(a);
		else
			status = store_whole(x->piece.shelf->store,
			    hits[i].path, put_hit, x);
	}
	return status;
}

static int
search_words(struct searching *x, const char *words)
{
	const struct answer *a = x->piece.q->answer;
	size_t count;
	int status;

	x->rank = rank_new(&words, 1, &x->filter, 0, &count);
	if (x->rank == NULL)
		return ask_wrong(x->piece.q, count == 0 ? "no word in the "
		    "query; \"literal\" finds any string" : "too many words");
	status = rank_index(x->rank, x->piece.shelf->store, below(x), HITS);
	if (status == 1)
		status = each_file(x, rank_one);
	if (status == 0)
		status = put_hits(x);
	if (status == 0 && a->total == HITS)
		snprintf(x->piece.q->note, sizeof x->piece.q->note, "the %d "
		    "best; narrow the query for others", HITS);
	rank_free(x->rank);
	return status;
}

/* --- lines --------------------------------------------------------------------- */

static int
put_line(void *arg, const struct line *l)
{
	struct searching *x = arg;
	struct piece *p = &x->piece;
	struct answer *a = p->q->answer;
	struct symbol d = { .start_line = l->number, .end_line = l->number };
	size_t n = l->n < 400 ? l->n : 400;

	if (!answer_wants(a)) {
		answer_pass(a);
		return ask_step(p->q);
	}
	if (x->stale == NULL &&
	    ask_stale(p->q, p->shelf, l->path, &x->stale) == -1)
		return -1;
	if (l->in != NULL) {
		d.kind = l->in->d.kind;
		d.scope = l->in->d.scope;
		d.name = l->in->d.name;
	}
	piece_begin(p);
	buf_puts(&p->text, l->path);
	piece_print(&p->text, ":%" PRIu64 ":", l->number);
	if (*x->stale != '\0') {
		buf_puts(&p->text, " [");
		buf_puts(&p->text, x->stale);
		buf_puts(&p->text, " since]");
	}
	buf_putc(&p->text, ' ');
	buf_add(&p->text, l->s, n);
	buf_puts(&p->text, n < l->n ? " ...\n" : "\n");
	piece_object(p, l->path, &d, x->stale);
	answer_item(a, p->text.p, p->text.len, &p->object);
	return 0;
}

static int
search_file(void *arg, const struct store_whole *w)
{
	struct searching *x = arg;
	int status = ask_step(x->piece.q);

	x->stale = NULL;
	if (status == 0)
		status = lines_each(x->lines, w, put_line, x);
	return status == LINES_TOO_HARD ? ask_wrong(x->piece.q, "%s: %s",
	    w->file.path, lines_error(x->lines)) : status;
}

static int
search_lines(struct searching *x)
{
	struct store *s = x->piece.shelf->store;
	const struct lines_query *q = &x->query;
	struct index_paths p = { .n = 0 };
	char error[200];
	size_t i;
	int known, status = 0;

	if ((x->lines = lines_new(q, error, sizeof error)) == NULL)
		return ask_wrong(x->piece.q, "%s", error);
	known = q->literal ? which_string(&p, s, q->what, strlen(q->what),
	    q->nocase) : which_regex(&p, s, q->what, q->nocase);
	if (known == -1)
		status = -1;
	else if (!known)
		status = each_file(x, search_file);
	for (i = 0; known == 1 && status == 0 && i < p.n; i++)
		if (below(x) == NULL || path_below(p.list[i], below(x)))
			status = store_whole(s, p.list[i], search_file, x);
	index_paths_free(&p);
	lines_free(x->lines);
	return status;
}

/* -------------------------------------------------------------------------------- */

static int
search_store(struct ask *q, struct shelf *s, void *arg)
{
	struct searching *x = arg;

	x->piece.shelf = s;
	return x->query.what != NULL ? search_lines(x) :
	    search_words(x, ask_string(q, "words"));
}

int
search(struct ask *q)
{
	const char *literal = ask_string(q, "literal");
	const char *regex = ask_string(q, "regex");
	struct searching x = { .piece.q = q, .filter.kind = ask_string(q,
	    "kind"), .filter.language = ask_string(q, "language") };
	int status;

	if ((ask_string(q, "words") != NULL) + (literal != NULL) +
	    (regex != NULL) != 1)
		return ask_wrong(q, "one of \"words\", \"literal\" and "
		    "\"regex\"");
	x.query.what = literal != NULL ? literal : regex;
	if (x.query.what != NULL && *x.query.what == '\0')
		return ask_wrong(q, "an empty string matches everywhere");
	x.query.literal = literal != NULL;
	x.query.nocase = json_is_true(json_object_get(q->args,
	    "ignore_case"));
	if (x.filter.kind != NULL || x.filter.language != NULL)
		x.query.filter = &x.filter;
	x.path = ask_path(q);
	status = ask_stores(q, search_store, &x);
	if (status == 0 && q->answer->total == 0)
		status = ask_wrong(q, "nothing found%s", ask_all(x.path) ?
		    "" : " at or below that path");
	text_free(&x.text);
	piece_free(&x.piece);
	free(x.path);
	return status;
}
