/*
 * The index tells where a definition is, but the file may have changed by the
 * time its chunks are read. So what was read counts only if the chunk still
 * lists this very definition; else we read the whole file and print what it has
 * of that name. Therefore all definitions of one name and file are read before
 * any is printed.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "define.h"
#include "base/path.h"
#include "base/scope.h"
#include "record/signature.h"

/* The definitions of one name in one file. Strings are owned. */
struct group {
	char *path, *name;
	struct place {
		struct symbol d;	/* its strings owned, except the name */
		uint64_t chunk_start;
		uint64_t from, to;	/* the bytes to read */
		size_t indent;		/* blanks before that, in text */
		struct buf text;
		int found;
	} *list;
	size_t n, cap;
};

struct define_query {
	struct store *s;
	struct show *sh;
	const char *path;	/* or NULL */
	const char *name;	/* as given */
	size_t scope_len;	/* how much of it is a scope; 0: any */
	int prefix;
	int found;
	struct group group;
	struct reader reader;
	/* what is being read for one definition, or for the file */
	struct place *place;
	uint64_t at;
};

static int
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* --- reading ----------------------------------------------------------------- */

/* Where in the chunk the blanks before a byte begin, if nothing else precedes
 * it on its line; else that byte. */
static size_t
indent(const struct record *r, size_t at)
{
	size_t i = at;

	while (i > 0 && (r->content[i - 1] == ' ' || r->content[i - 1] == '\t'))
		i--;
	return i == 0 || r->content[i - 1] == '\n' ? i : at;
}

/* Take from a chunk what follows the bytes we have. */
static void
take_bytes(struct define_query *q, const struct record *r)
{
	struct place *p = q->place;
	uint64_t end = r->byte_end < p->to ? r->byte_end : p->to;

	if (r->byte_start <= q->at && q->at < end) {
		if (q->at == p->from) {
			size_t at = (size_t)(q->at - r->byte_start);

			p->indent = at - indent(r, at);
			buf_add(&p->text, r->content + at - p->indent,
			    p->indent);
		}
		buf_add(&p->text, r->content + (q->at - r->byte_start),
		    end - q->at);
		q->at = end;
	}
}

static int
lists(const struct record *r, const struct symbol *d)
{
	const struct symbol *x;

	for (x = r->symbols; x < r->symbols + r->nsymbols; x++)
		if (x->byte_start == d->byte_start &&
		    x->byte_end == d->byte_end && strcmp(x->name, d->name) == 0)
			return 1;
	return 0;
}

static int
read_line(struct define_query *q, struct record *r, const char *line, size_t len)
{
	if (record_read(&q->reader, r, line, len) == 0)
		return 0;
	warnx("a chunk in the store: %s", q->reader.error);
	return 2;
}

static int
take_chunk(void *arg, const char *line, size_t len)
{
	struct define_query *q = arg;
	struct record r;

	if (read_line(q, &r, line, len) != 0)
		return 2;
	if (!q->place->found)
		q->place->found = lists(&r, &q->place->d);
	take_bytes(q, &r);
	return 0;
}

/* Begin to read the place, with or without the definition's documentation. */
static void
start_place(struct define_query *q, struct place *p, int documented)
{
	q->place = p;
	p->from = documented && !q->sh->signature ? symbol_doc(&p->d) :
	    p->d.byte_start;
	p->to = q->sh->signature ? signature_end(&p->d) : p->d.byte_end;
	q->at = p->from;
	p->text.len = p->indent = 0;
}

/* Read one, like read_group, but 0 also if some of its bytes are missing. */
static int
read_place(struct define_query *q, struct place *p, int documented)
{
	const char *path = q->group.path;
	uint64_t end;
	int status;

	start_place(q, p, documented);
	/* even for no bytes: we must see its chunk */
	end = p->to <= p->chunk_start ? p->chunk_start + 1 : p->to;
	status = p->from < p->chunk_start ?
	    store_chunks_at(q->s, path, p->from, end, take_chunk, q) :
	    store_chunks_from(q->s, path, p->chunk_start, end, take_chunk, q);
	return status != 0 ? status : p->found && q->at >= p->to ? 1 : 0;
}

/* Read by the index: 1, 0 it is out of date, or as callbacks. */
static int
read_group(struct define_query *q)
{
	struct group *g = &q->group;
	size_t i;
	int status;

	for (i = 0; i < g->n; i++) {
		struct place *p = &g->list[i];

		status = read_place(q, p, 1);
		/* Chunks made with --definitions have no comments. */
		if (status == 0 && p->from < p->d.byte_start)
			status = read_place(q, p, 0);
		if (status != 1)
			return status;
	}
	return 1;
}

static void
clear(struct group *g)
{
	while (g->n > 0) {
		struct place *p = &g->list[--g->n];

		free((char *)p->d.kind);
		free((char *)p->d.scope);
		free((char *)p->d.labels);
		buf_free(&p->text);
	}
}

static void
add_place(struct group *g, const struct symbol *d, uint64_t chunk_start)
{
	struct place *p;

	g->list = xgrow(g->list, &g->cap, g->n + 1, sizeof *g->list);
	p = &g->list[g->n++];
	memset(p, 0, sizeof *p);
	p->d = *d;
	p->d.name = g->name;
	p->d.kind = xstrdup(d->kind);
	p->d.scope = d->scope != NULL ? xstrdup(d->scope) : NULL;
	p->d.labels = d->labels != NULL ? xstrdup(d->labels) : NULL;
	p->chunk_start = chunk_start;
}

/* Was it already printed, with less of the name as the scope? */
static int
had(const struct define_query *q, const struct symbol *d)
{
	const char *c = q->name + 1;
	size_t k;

	if (!q->prefix || q->scope_len == 0)
		return 0;
	if (begins(d->name, q->name))
		return 1;
	for (; (c = scope_part(c, &k)) != NULL && c < q->name + q->scope_len; c += k)
		if (begins(d->name, c + k) &&
		    scope_matches(d->scope, q->name, c - q->name))
			return 1;
	return 0;
}

static int
wanted(const struct define_query *q, const struct symbol *d)
{
	return q->scope_len == 0 ||
	    (scope_matches(d->scope, q->name, q->scope_len) && !had(q, d));
}

/* Read one from a whole file, as it is now. */
static int
reread(struct define_query *q, struct place *p, int documented,
    const struct store_whole *w)
{
	struct record r;
	size_t i;

	start_place(q, p, documented);
	for (i = 0; i < w->nchunks && q->at < p->to; i++) {
		if (w->chunks[i].end <= q->at)
			continue;
		if (read_line(q, &r, w->chunks[i].line, w->chunks[i].len) != 0)
			return 2;
		take_bytes(q, &r);
	}
	return 0;
}

/* Replace the group by what the whole file has of its name. */
static int
regroup(void *arg, const struct store_whole *w)
{
	struct define_query *q = arg;
	struct group *g = &q->group;
	struct record r;
	size_t i, k;

	for (i = 0; i < w->nchunks; i++) {
		if (read_line(q, &r, w->chunks[i].line, w->chunks[i].len) != 0)
			return 2;
		for (k = 0; k < r.nsymbols; k++)
			if (strcmp(r.symbols[k].name, g->name) == 0 &&
			    wanted(q, &r.symbols[k]))
				add_place(g, &r.symbols[k], r.byte_start);
	}
	for (k = 0; k < g->n; k++) {
		struct place *p = &g->list[k];

		if (reread(q, p, 1, w) != 0 || (q->at < p->to &&
		    p->from < p->d.byte_start && reread(q, p, 0, w) != 0))
			return 2;
	}
	return 0;
}

/* --- printing ------------------------------------------------------------------ */

static int
show_place(struct define_query *q, const struct place *p)
{
	const struct symbol *d = &p->d;
	uint64_t size = p->to - p->from;
	size_t got = p->text.len - p->indent;
	const char *text = p->text.p != NULL ? p->text.p + p->indent : "";
	struct buf line = { 0 };

	q->found = 1;
	if (got != size) {
		warnx("%s: %s: %" PRIu64 " of %" PRIu64 " bytes are in no "
		    "chunk", q->group.path, d->name, size - got, size);
		q->sh->status = 1;
		return 0;
	}
	if (q->sh->signature)
		return show_signature(q->sh, q->group.path, d, text, got);
	if (q->sh->form == RECORDS) {
		definition_write(&line, q->group.path, d, NULL, text, got);
		fwrite(line.p, 1, line.len, stdout);
		buf_free(&line);
	} else {
		if (q->sh->form == PEOPLE)
			show_heading(q->sh, q->group.path, d->start_line,
			    d->end_line, d->kind, d->scope, d->name, NULL);
		show_source(q->sh, p->text.p, p->text.len,
		    p->from - p->indent, d, 1);
	}
	return ferror(stdout) != 0;
}

/* The group is complete. */
static int
finish(struct define_query *q)
{
	struct group *g = &q->group;
	size_t i;
	int status;

	if (g->n == 0)
		return 0;
	if ((status = read_group(q)) == 0) {
		clear(g);
		if ((status = store_whole(q->s, g->path, regroup, q)) != 0)
			return status;
	} else if (status != 1)
		return status;
	for (status = 0, i = 0; status == 0 && i < g->n; i++)
		status = show_place(q, &g->list[i]);
	clear(g);
	return status;
}

static int
take_symbol(void *arg, const struct store_symbol *d)
{
	struct define_query *q = arg;
	struct group *g = &q->group;
	int status;

	if (!wanted(q, &d->symbol) ||
	    (q->path != NULL && !path_below(d->path, q->path)))
		return 0;
	if (g->n != 0 && (strcmp(g->path, d->path) != 0 ||
	    strcmp(g->name, d->symbol.name) != 0) &&
	    (status = finish(q)) != 0)
		return status;
	if (g->n == 0) {
		free(g->path);
		free(g->name);
		g->path = xstrdup(d->path);
		g->name = xstrdup(d->symbol.name);
	}
	add_place(g, &d->symbol, d->chunk_start);
	return 0;
}

/* --------------------------------------------------------------------------- */

/* Show those of this name, in the query's scope. */
static int
show_named(struct define_query *q, const char *name)
{
	int status = store_symbols(q->s, name, q->prefix, take_symbol, q);

	return status != 0 ? status : finish(q);
}

int
define_show(struct store *s, struct show *sh, const char *name, int prefix,
    const char *path)
{
	struct define_query q = { .s = s, .sh = sh, .path = path, .name = name,
	    .prefix = prefix };
	const char *c = name + 1;
	size_t k;
	int status = show_named(&q, name);

	while (status == 0 && *name != '\0' && (c = scope_part(c, &k)) != NULL) {
		q.scope_len = c - name;
		status = show_named(&q, c += k);
	}
	if (status == 0 && !q.found) {
		warnx("%s: no such definition", name);
		sh->status = 1;
	}
	clear(&q.group);
	free(q.group.path);
	free(q.group.name);
	free(q.group.list);
	reader_free(&q.reader);
	return status;
}
