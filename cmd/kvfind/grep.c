#include <err.h>
#include <string.h>

#include "base/colour.h"
#include "base/path.h"
#include "grep.h"
#include "search/which.h"

struct grep {
	const struct grep_query *q;
	struct out *out;
	struct lines *lines;
	uint64_t found;		/* lines, or files */
	uint64_t here;		/* lines in this file */
	const struct unit *in;	/* where the last one was */
};

/* --- a line -------------------------------------------------------------------- */

/* A line's path and number; by is the separator, as in git grep -p. */
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
put_json(struct out *o, const struct line *l)
{
	static const struct symbol none;
	const struct symbol *d = l->in != NULL ? &l->in->d : &none;
	struct buf *b = &o->hit;

	buf_puts(b, "{\"type\":\"match\",");
	json_path(b, "file_path", l->path);
	out_number(o, ",\"byte\":", l->byte);
	out_number(o, ",\"line\":", l->number);
	member(b, ",\"text\":", l->s, l->n);
	member(b, ",\"symbol_name\":", d->name, length(d->name));
	member(b, ",\"symbol_kind\":", d->kind, length(d->kind));
	member(b, ",\"scope\":", d->scope, length(d->scope));
	buf_puts(b, "}\n");
}

static int
put_line(struct grep *g, const struct line *l)
{
	struct out *o = g->out;
	uint64_t more = o->more;

	if (o->form == RECORDS)
		put_json(o, l);
	else if (o->form == TEXT) {
		out_data(o, NULL, l->s, l->n);
		buf_putc(&o->hit, '\n');
	} else {
		if (l->in != NULL && l->in != g->in) {
			put_place(o, l->path, l->in->d.start_line, "=");
			put_words(o, &l->in->d);
		}
		put_place(o, l->path, l->number, ":");
		out_data(o, NULL, l->s, l->start);
		out_data(o, COLOUR_MATCH, l->s + l->start, l->end - l->start);
		out_data(o, NULL, l->s + l->end, l->n - l->end);
		buf_putc(&o->hit, '\n');
	}
	if (out_hit(o) != 0)
		return 2;
	g->in = o->more == more ? l->in : NULL;
	return 0;
}

/* --- a file -------------------------------------------------------------------- */

static int
take_line(void *arg, const struct line *l)
{
	struct grep *g = arg;

	g->here++;
	if (g->out->form == PATHS)
		return LINES_ENOUGH;
	return g->q->count || g->found + g->here > g->q->most ? 0 :
	    put_line(g, l);
}

static int
put_file(struct out *o, const char *path, uint64_t n)
{

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
	struct grep *g = arg;
	int status;

	g->here = 0;
	g->in = NULL;
	status = lines_each(g->lines, w, take_line, g);
	if (status == LINES_TOO_HARD) {
		warnx("%s: %s", w->file.path, lines_error(g->lines));
		return 2;
	}
	if (status != 0 || g->here == 0)
		return status;
	if (!g->q->count && g->out->form != PATHS) {
		g->found += g->here;
		return 0;
	}
	return g->found++ < g->q->most ? put_file(g->out, w->file.path,
	    g->here) : 0;
}

/* Search the files from the index, like all of them. */
static int
search_some(struct grep *g, struct store *s, const struct index_paths *p)
{
	size_t i;
	int status = 0;

	for (i = 0; status == 0 && i < p->n; i++)
		if (g->q->below == NULL || path_below(p->list[i],
		    g->q->below))
			status = store_whole(s, p->list[i], search_file, g);
	return status;
}

static int
search_files(struct grep *g, struct store *s)
{
	const struct lines_query *q = &g->q->lines;
	struct index_paths p = { .n = 0 };
	int known = g->q->scan ? 0 : q->literal ? which_string(&p, s, q->what,
	    strlen(q->what), q->nocase) : which_regex(&p, s, q->what,
	    q->nocase), status;

	if (known == -1)
		status = -1;
	else if (known)
		status = search_some(g, s, &p);
	else
		status = g->q->below != NULL ? store_wholes_below(s,
		    g->q->below, search_file, g) : store_wholes(s,
		    search_file, g);
	index_paths_free(&p);
	return status;
}

int
grep_print(struct store *s, const struct grep_query *q, struct out *o)
{
	struct grep g = { .q = q, .out = o };
	char error[300];
	int status;

	g.lines = lines_new(&q->lines, error, sizeof error);
	if (g.lines == NULL) {
		warnx("%.60s: %s", q->lines.what, error);
		return 2;
	}
	status = search_files(&g, s);
	if (status == 0)
		status = out_finish(o) ? 2 : g.found == 0;
	lines_free(g.lines);
	return status;
}
