#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/visible.h"
#include "refs.h"

struct uses_query {
	struct store *s;
	struct show *sh;
	enum xref_what what;
	const char *below;
	unsigned depth;
	struct buf line;
	char **names;			/* asked for so far */
	size_t nnames, names_cap;
	/* the lines of one file */
	const struct xref *from, *to;
	struct reader reader;
};

/* --- records ------------------------------------------------------------------------ */

static void
put_string(struct buf *out, const char *key, const char *s)
{
	buf_puts(out, key);
	if (s != NULL)
		json_quote(out, s, strlen(s));
	else
		buf_puts(out, "null");
}

static void
put_number(struct buf *out, const char *key, uint64_t n)
{
	char text[24], *p = text + sizeof text;

	buf_puts(out, key);
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	buf_add(out, p, (size_t)(text + sizeof text - p));
}

/* Up to the brace. */
static void
put_use(struct buf *out, const struct xref *x)
{
	const struct symbol *d = x->d;

	buf_puts(out, "{\"type\":\"ref\",");
	json_path(out, "file_path", x->path);
	put_string(out, ",\"name\":", x->name);
	put_string(out, ",\"kind\":", ref_kinds[x->kind]);
	put_number(out, ",\"byte_start\":", x->byte_start);
	put_number(out, ",\"line\":", x->line);
	put_string(out, ",\"symbol_name\":", d != NULL ? d->name : NULL);
	put_string(out, ",\"symbol_kind\":", d != NULL ? d->kind : NULL);
	put_string(out, ",\"scope\":", d != NULL ? d->scope : NULL);
}

#define FULL	((size_t)64 << 10)	/* bytes to write at once */

static void
flush(struct uses_query *q)
{
	if (q->line.len != 0)
		visible_text(q->line.p, q->line.len);
	q->line.len = 0;
}

static void
put_record(struct uses_query *q, const struct xref *x, const char *of,
    unsigned depth)
{
	struct buf *b = &q->line;

	if (q->what == XREF_USES || x->d == NULL)
		put_use(b, x);
	else {
		definition_write(b, x->path, x->d, NULL, NULL, 0);
		b->len -= 2;		/* the brace, the newline */
	}
	if (q->what != XREF_USES) {
		put_string(b, q->what == XREF_CALLERS ? ",\"calls\":" :
		    ",\"called_by\":", of);
		put_number(b, ",\"depth\":", depth);
	}
	buf_puts(b, "}\n");
	if (b->len >= FULL)
		flush(q);
}

/* --- for people --------------------------------------------------------------------- */

static void
put_definition(const struct symbol *d)
{
	visible_puts(d->kind);
	putchar(' ');
	if (d->scope != NULL) {
		visible_puts(d->scope);
		putchar(' ');
	}
	visible_puts(d->name);
}

/* A definition that calls or is called, or, if there is none, a place. */
static void
put_caller(const struct uses_query *q, const struct xref *x, unsigned depth)
{
	printf("%*s", 2 * ((int)depth - 1), "");
	if (x->d != NULL)
		put_definition(x->d);
	else if (q->what == XREF_CALLEES)
		visible_puts(x->name);
	else
		fputs("(top level)", stdout);
	fputs("  ", stdout);
	visible_puts(x->path);
	printf(":%" PRIu64 "%s\n", x->d != NULL && q->what == XREF_CALLEES ?
	    x->d->start_line : x->line, x->d == NULL && q->what ==
	    XREF_CALLEES ? " (not defined here)" : "");
}

/* The line of the use in a chunk, if it still has it, or "". */
static size_t
line_of(const struct record *r, const struct xref *x, const char **line)
{
	const char *p = r->content + (x->byte_start - r->byte_start);
	const char *end = r->content + r->content_len, *s = p;

	*line = "";
	if (strlen(x->name) > (size_t)(end - p) ||
	    memcmp(p, x->name, strlen(x->name)) != 0)
		return 0;
	while (s > r->content && s[-1] != '\n')
		s--;
	while (s < p && (*s == ' ' || *s == '\t'))
		s++;
	for (; p < end && *p != '\n'; p++)
		;
	*line = s;
	return (size_t)(p - s);
}

static void
put_line(const struct xref *x, const char *line, size_t n)
{
	visible_puts(x->path);
	printf(":%" PRIu64 ": ", x->line);
	if (x->d != NULL)
		put_definition(x->d);
	else
		fputs("(top level)", stdout);
	fputs(": ", stdout);
	visible_text(line, n);
	putchar('\n');
}

/* Print the uses in one file, with their lines, in the order of the chunks. */
static int
put_file(void *arg, const struct store_whole *w)
{
	struct uses_query *q = arg;
	const struct xref *x = q->from;
	struct record r;
	const char *line;
	size_t i, n;

	for (i = 0; i < w->nchunks && x < q->to; i++) {
		if (w->chunks[i].end <= x->byte_start)
			continue;
		if (record_read(&q->reader, &r, w->chunks[i].line,
		    w->chunks[i].len) == -1) {
			warnx("%s: a chunk of it: %s", x->path,
			    q->reader.error);
			return 2;
		}
		for (; x < q->to && x->byte_start < r.byte_end; x++) {
			n = x->byte_start < r.byte_start ? 0 :
			    line_of(&r, x, &line);
			put_line(x, n != 0 ? line : "", n);
		}
	}
	q->from = x;
	return ferror(stdout) != 0;
}

static int
put_lines(struct uses_query *q, const struct xrefs *found)
{
	const struct xref *end = found->list + found->n;
	int status = 0;

	for (q->from = found->list; status == 0 && q->from < end; ) {
		for (q->to = q->from + 1; q->to < end &&
		    strcmp(q->to->path, q->from->path) == 0; q->to++)
			;
		status = store_whole(q->s, q->from->path, put_file, q);
		for (; status == 0 && q->from < q->to; q->from++)
			put_line(q->from, "", 0);	/* it has changed */
	}
	return status;
}

/* --------------------------------------------------------------------------------------- */

/* Was the name asked for already? Notes it. */
static int
had(struct uses_query *q, const char *name)
{
	size_t i;

	for (i = 0; i < q->nnames; i++)
		if (strcmp(q->names[i], name) == 0)
			return 1;
	q->names = xgrow(q->names, &q->names_cap, q->nnames + 1,
	    sizeof *q->names);
	q->names[q->nnames++] = xstrdup(name);
	return 0;
}

static void
summary(struct uses_query *q, const char *name, const struct xrefs *found)
{
	if (q->sh->form == PEOPLE)
		return;
	put_string(&q->line, "{\"type\":\"name\",\"name\":", name);
	put_number(&q->line, ",\"definitions\":", found->definitions);
	put_number(&q->line, ",\"found\":", found->n);
	buf_puts(&q->line, "}\n");
}

static int
show(struct uses_query *q, const char *name, unsigned depth)
{
	struct xrefs found = { .n = 0 };
	int status = xref_find(&found, q->s, q->what, name, q->below);
	const char *next;
	size_t i;

	if (status == 0) {
		warnx("%s: cannot tell: the store has no references (chunkify "
		    "--refs records them)", name);
		status = 2;
	} else if (status == 1) {
		status = 0;
		if (depth == 1) {
			summary(q, name, &found);
			if (q->sh->form == PEOPLE && found.definitions != 1)
				warnx("%s: has %" PRIu64 " definitions", name,
				    found.definitions);
		}
		if (depth == 1 && found.n == 0) {
			warnx("%s: no reference found", name);
			q->sh->status = 1;
		}
		if (q->what == XREF_USES && q->sh->form == PEOPLE)
			status = put_lines(q, &found);
		else for (i = 0; status == 0 && i < found.n; i++) {
			const struct xref *x = &found.list[i];

			if (q->sh->form == PEOPLE)
				put_caller(q, x, depth);
			else
				put_record(q, x, name, depth);
			next = x->d == NULL ? NULL : x->d->name;
			if (depth < q->depth && next != NULL &&
			    (i + 1 == found.n || q->what == XREF_CALLERS ||
			    strcmp(found.list[i + 1].name, x->name) != 0) &&
			    !had(q, next))
				status = show(q, next, depth + 1);
			if (ferror(stdout))
				status = 1;
		}
	}
	xrefs_free(&found);
	return status;
}

int
refs_show(struct store *s, struct show *sh, enum xref_what what,
    const char *name, unsigned depth, const char *below)
{
	struct uses_query q = { .s = s, .sh = sh, .what = what, .below = below,
	    .depth = depth };
	int status;

	had(&q, name);
	status = show(&q, name, 1);
	flush(&q);
	if (status == 0 && ferror(stdout))
		status = 1;
	while (q.nnames > 0)
		free(q.names[--q.nnames]);
	free(q.names);
	buf_free(&q.line);
	reader_free(&q.reader);
	return status;
}
