#include <err.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/colour.h"
#include "base/path.h"
#include "record/asked.h"
#include "record/signature.h"
#include "symbols.h"
#include "base/visible.h"

/* chunk is the one that lists it, or NULL. */
typedef int symbol_fn(void *arg, const char *path, const struct symbol *d,
    const struct record *chunk);

/* A walk through the definitions of files, in order. */
struct symbol_walk {
	struct reader reader;
	symbol_fn *fn;
	void *arg;
};

static int
walk_file(void *arg, const struct store_whole *w)
{
	struct symbol_walk *k = arg;
	struct record r;
	size_t i, n;
	int status;

	for (i = 0; i < w->nchunks; i++) {
		if (record_read(&k->reader, &r, w->chunks[i].line,
		    w->chunks[i].len) == -1) {
			warnx("%s: a chunk of it: %s", w->file.path,
			    k->reader.error);
			return 2;
		}
		for (n = 0; n < r.nsymbols; n++)
			if ((status = k->fn(k->arg, w->file.path,
			    &r.symbols[n], &r)) != 0)
				return status;
	}
	return 0;
}

static int
walk(struct store *s, const char *path, symbol_fn *fn, void *arg)
{
	struct symbol_walk k = { .fn = fn, .arg = arg };
	int status = path == NULL ? store_wholes(s, walk_file, &k) :
	    store_wholes_below(s, path, walk_file, &k);

	reader_free(&k.reader);
	return status;
}

/* --- a list ---------------------------------------------------------------- */

struct symbol_list {
	const struct symbols_query *q;
	struct store *s;
	int indexed;		/* names are read pattern by pattern: */
	size_t pattern;		/* the current one */
	int found;
	struct reader reader;
	struct buf line, chunk, signature;
};

static void
put_symbol(const char *path, const struct symbol *d)
{
	colour_puts(COLOUR_PATH, path);
	printf(":%" PRIu64 ": ", d->start_line);
	colour_puts(COLOUR_KIND, d->kind);
	putchar(' ');
	if (d->scope != NULL) {
		visible_puts(d->scope);
		putchar(' ');
	}
	colour_puts(COLOUR_NAME, d->name);
	putchar('\n');
}

static void
put_json(struct buf *line, const char *path, const struct symbol *d,
    const struct buf *signature)
{
	line->len = 0;
	definition_write(line, path, d, signature, NULL, 0);
	visible_text(line->p, line->len);
}

void
symbols_put(struct buf *line, const char *path, const struct symbol *d,
    int json)
{
	if (json)
		put_json(line, path, d, NULL);
	else
		put_symbol(path, d);
}

static int
is_named(const struct symbols_query *q, const char *pattern, const char *name)
{
	return fnmatch(pattern, name, q->nocase ? FNM_CASEFOLD : 0) == 0;
}

/* Does it match, and is not listed for another pattern? */
static int
fits(const struct symbol_list *l, const char *path, const struct symbol *d)
{
	const struct symbols_query *q = l->q;
	size_t i;

	for (i = 0; i < q->nnames && !is_named(q, q->names[i], d->name); i++)
		;
	if (q->nnames != 0 && (i == q->nnames || (l->indexed && i != l->pattern)))
		return 0;
	for (i = 0; i < q->nkinds && strcmp(q->kinds[i], d->kind) != 0; i++)
		;
	if (q->nkinds != 0 && i == q->nkinds)
		return 0;
	return (q->path == NULL || path_below(path, q->path)) &&
	    labels_fit_symbol(q->labels, q->nlabels, d);
}

static int
list_symbol(void *arg, const char *path, const struct symbol *d,
    const struct record *chunk)
{
	struct symbol_list *l = arg;

	if (!fits(l, path, d))
		return 0;
	l->found = 1;
	l->signature.len = 0;
	if (chunk != NULL && l->q->json)
		signature_of(&l->signature, d, chunk);
	if (l->q->json)
		put_json(&l->line, path, d, chunk != NULL ? &l->signature :
		    NULL);
	else
		put_symbol(path, d);
	return ferror(stdout) != 0;
}

/* List one from the index; reads its chunk only if the signature is wanted. */
static int
list_indexed(void *arg, const struct store_symbol *y)
{
	struct symbol_list *l = arg;
	struct record r;
	int there;

	if (!l->q->json || !fits(l, y->path, &y->symbol))
		return list_symbol(arg, y->path, &y->symbol, NULL);
	l->chunk.len = 0;
	there = store_chunk(l->s, y->path, y->chunk_start, y->chunk_end,
	    &l->chunk);
	if (there == -1)
		return -1;
	if (there == 1 && record_read(&l->reader, &r, l->chunk.p,
	    l->chunk.len) == -1) {
		warnx("%s: a chunk of it: %s", y->path, l->reader.error);
		return 2;
	}
	return list_symbol(arg, y->path, &y->symbol, there == 1 ? &r : NULL);
}

/* List all whose names can match the pattern. */
static int
list_pattern(struct symbol_list *l, const char *pattern)
{
	size_t n = l->q->nocase ? 0 : strcspn(pattern, "*?[\\");
	char *prefix = xmemdup(pattern, n);
	int status = store_symbols(l->s, prefix,
	    l->q->nocase || pattern[n] != '\0', list_indexed, l);

	free(prefix);
	return status;
}

int
symbols_list(struct store *s, const struct symbols_query *q)
{
	struct symbol_list l = { .q = q, .s = s };
	int filtered = q->nnames + q->nkinds + q->nlabels != 0, status = 0;

	if (!filtered || (q->path != NULL && (q->nnames == 0 || q->nocase)))
		status = walk(s, q->path, list_symbol, &l);
	else if (q->nnames == 0 || q->nocase)
		status = store_symbols(s, "", 1, list_indexed, &l);
	else
		for (l.indexed = 1; status == 0 && l.pattern < q->nnames; l.pattern++)
			status = list_pattern(&l, q->names[l.pattern]);
	reader_free(&l.reader);
	buf_free(&l.line);
	buf_free(&l.chunk);
	buf_free(&l.signature);
	return status != 0 ? status : filtered && !l.found;
}

/* --- tags -------------------------------------------------------------------- */

/*
 * Lines are sorted by the bytes of the names, for bisection. The store has the
 * names in the order of its keys, which differs: there "f" is "f:", after "f2".
 * But only names that begin with the same bytes above ':' can change places,
 * and those are consecutive: so we hold only a few lines.
 */
struct tags {
	int json;
	struct buf text;
	struct tag {
		size_t at, len;
	} *list;
	size_t n, cap;
	char *stem;		/* of the names that are held; NULL: any */
	size_t stem_len;
};

/* Escape as in tags(5) for "u-ctags": a path, the value of a field. */
static void
escape(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = *s;
		char hex[5];

		snprintf(hex, sizeof hex, "\\x%02X", c);
		if (c == '\\')
			buf_puts(out, "\\\\");
		else if (c < 0x20)
			buf_puts(out, c == '\t' ? "\\t" : c == '\n' ? "\\n" :
			    c == '\r' ? "\\r" : hex);
		else
			buf_putc(out, c);
	}
}

/*
 * A name. If escapes changed its position among the others, readtags would not
 * find its neighbours: so a control character becomes a blank, and "!" stays,
 * before the pseudo-tags, as vim expects.
 */
static void
tag_name(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			buf_putc(out, '\\');
		buf_putc(out, (unsigned char)*s < 0x20 ? ' ' : *s);
	}
}

static void
put_member(struct buf *out, const char *before, uint64_t n)
{
	char text[64];

	buf_add(out, text, snprintf(text, sizeof text, "%s%" PRIu64, before,
	    n));
}

static void
tag_line(struct buf *out, const char *path, const struct symbol *d)
{
	tag_name(out, d->name);
	buf_putc(out, '\t');
	escape(out, path);
	put_member(out, "\t", d->start_line);
	buf_puts(out, ";\"\tkind:");
	escape(out, d->kind);
	put_member(out, "\tline:", d->start_line);
	if (d->scope != NULL) {
		buf_puts(out, "\tscope:");
		escape(out, d->scope);
	}
	put_member(out, "\tend:", d->end_line);
	buf_putc(out, '\n');
}

static void
string(struct buf *out, const char *before, const char *s)
{
	buf_puts(out, before);
	json_quote(out, s, strlen(s));
}

/* The members of ctags --output-format=json; invalid paths as ctags can. */
static void
tag_json(struct buf *out, const char *path, const struct symbol *d)
{
	string(out, "{\"_type\":\"tag\",\"name\":", d->name);
	buf_putc(out, ',');
	json_path(out, "path", path);
	put_member(out, ",\"line\":", d->start_line);
	string(out, ",\"kind\":", d->kind);
	if (d->scope != NULL)
		string(out, ",\"scope\":", d->scope);
	put_member(out, ",\"end\":", d->end_line);
	buf_puts(out, "}\n");
}

static const char *tag_text;	/* for qsort */

static int
by_bytes(const void *a, const void *b)
{
	const struct tag *x = a, *y = b;
	int diff = memcmp(tag_text + x->at, tag_text + y->at,
	    x->len < y->len ? x->len : y->len);

	return diff != 0 ? diff : (x->len > y->len) - (x->len < y->len);
}

static void
put_tags(struct tags *t)
{
	size_t i;

	tag_text = t->text.p;
	if (t->n != 0)
		qsort(t->list, t->n, sizeof *t->list, by_bytes);
	for (i = 0; i < t->n; i++)
		visible_text(t->text.p + t->list[i].at, t->list[i].len);
	t->n = t->text.len = 0;
}

static struct tag *
new_tag(struct tags *t)
{
	t->list = xgrow(t->list, &t->cap, t->n + 1, sizeof *t->list);
	t->list[t->n].at = t->text.len;
	return &t->list[t->n++];
}

static int
add_tag(void *arg, const char *path, const struct symbol *d,
    const struct record *chunk)
{
	struct tags *t = arg;
	struct tag *tag = new_tag(t);

	(void)chunk;
	if (t->json)
		tag_json(&t->text, path, d);
	else
		tag_line(&t->text, path, d);
	tag->len = t->text.len - tag->at;
	return 0;
}

static int
take_symbol(void *arg, const struct store_symbol *d)
{
	struct tags *t = arg;
	const char *name = d->symbol.name;
	size_t n = 0;

	while ((unsigned char)name[n] > ':')
		n++;
	if (t->stem == NULL || n != t->stem_len ||
	    memcmp(name, t->stem, n) != 0) {
		put_tags(t);
		free(t->stem);
		t->stem = xmemdup(name, n);
		t->stem_len = n;
	}
	add_tag(t, d->path, &d->symbol, NULL);
	return ferror(stdout) != 0;
}

/* The header sorts like other lines. */
static void
add_header(struct tags *t)
{
	static const char *const lines[] = {
		"!_TAG_FILE_FORMAT\t2\t/extended format/\n",
		"!_TAG_FILE_SORTED\t1\t/0=unsorted, 1=sorted, 2=foldcase/\n",
		"!_TAG_OUTPUT_FILESEP\tslash\t/slash or backslash/\n",
		"!_TAG_OUTPUT_MODE\tu-ctags\t/u-ctags or e-ctags/\n",
		"!_TAG_PROGRAM_NAME\tkvls\t/chunkkv/\n",
	};
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct tag *tag = new_tag(t);

		buf_puts(&t->text, lines[i]);
		tag->len = t->text.len - tag->at;
	}
	t->stem = xstrdup("");		/* of "!" */
}

int
symbols_tags(struct store *s, const char *path, int json)
{
	struct tags t = { .json = json };
	int status;

	if (!json)
		add_header(&t);
	if (path == NULL)
		status = store_symbols(s, "", 1, take_symbol, &t);
	else
		status = walk(s, path, add_tag, &t);
	if (status == 0)
		put_tags(&t);
	buf_free(&t.text);
	free(t.list);
	free(t.stem);
	return status;
}
