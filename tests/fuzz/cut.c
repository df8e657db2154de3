/*
 * The cutter, in every language.
 *
 * The input is a line "LANGUAGE BUDGET" and a text; if the line is none, its
 * first byte picks both and is the text's. What chunk(5) promises of chunks and definitions is
 * counted anew, and a second run gives the same.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "ast.h"
#include "cut.h"
#include "defs.h"
#include "fuzz.h"
#include "label.h"
#include "lang.h"
#include "mend.h"
#include "base/mem.h"
#include "parse.h"
#include "record/record.h"

struct input {
	const struct language *lang;
	uint32_t budget;
	char *text;
	size_t n;
};

static void
pick(struct input *in, const uint8_t *data, size_t n)
{
	static const uint32_t budgets[] = { 16, 60, 300, 1500 };
	const char *s = (const char *)data, *nl = memchr(s, '\n', n);
	char head[40], name[20];
	size_t k = nl != NULL ? (size_t)(nl + 1 - s) : n, langs;

	in->lang = NULL;
	if (k < sizeof head) {
		memcpy(head, s, k);
		head[k] = '\0';
		if (sscanf(head, "%19s %u", name, &in->budget) == 2)
			in->lang = lang_by_name(name);
	}
	if (in->lang == NULL || in->budget < 16 || in->budget > 100000) {
		for (langs = 0; languages[langs] != NULL; langs++)
			;
		MUST(langs != 0);
		in->lang = languages[data[0] % langs];
		in->budget = budgets[data[0] / langs % 4];
		k = 0;
	}
	in->n = n - k;
	in->text = xmemdup(s + k, in->n);
}

/* --- the promises, counted the slow way ------------------------------------ */

static uint32_t
solid(const char *s, size_t n)
{
	uint32_t k = 0;

	while (n-- != 0)
		k += s[n] == '\0' || strchr(" \t\n\v\f\r", s[n]) == NULL;
	return k;
}

static int
fits(const struct input *in, uint32_t start, uint32_t end)
{
	return solid(in->text + start, end - start) <= in->budget &&
	    end - start <= (uint64_t)in->budget * BLANK_FACTOR;
}

/* Is the byte inside a sequence of valid UTF-8? */
static int
splits(const struct input *in, uint32_t at)
{
	uint32_t back, k;

	for (back = 1; back < 4 && back <= at; back++) {
		const char *s = in->text + at - back;

		if ((*s & 0xc0) == 0x80)
			continue;
		for (k = back + 1; k <= 4 && k <= in->n - (at - back); k++)
			if ((*s & 0x80) != 0 && utf8_valid(s, k) == k &&
			    utf8_valid(s, back) == 0)
				return 1;
		return 0;
	}
	return 0;
}

static uint32_t
slow_line(const struct input *in, uint32_t at)
{
	uint32_t i, line = 1;

	for (i = 0; i < at; i++)
		line += in->text[i] == '\n';
	return line;
}

static void
definitions(const struct input *in, const struct defs *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct def *f = &d->def[i];

		MUST(f->name != NULL && f->kind != NULL && *f->kind != '\0');
		MUST(f->doc <= f->start && f->start < f->end);
		MUST(f->end <= in->n);
		MUST(!splits(in, f->start) && !splits(in, f->end));
		MUST(f->labels >> NLABELS == 0);
		if (i != 0)
			MUST(f[-1].start < f->start ||
			    (f[-1].start == f->start && f[-1].end >= f->end));
		MUST(f->outer >= -1 && (f->outer == -1 ||
		    (size_t)f->outer < i));
	}
}

/* What every chunk is, partition or not. */
static void
chunk(const struct input *in, const struct defs *d, const struct cut *c)
{
	size_t i;

	MUST(c->start < c->end && c->end <= in->n);
	MUST(c->start_line == slow_line(in, c->start));
	MUST(c->end_line == slow_line(in, c->end - 1));
	MUST(c->def >= -1 && (c->def == -1 || (size_t)c->def < d->n));
	MUST(c->parts == 0 ? c->part == 0 :
	    c->part >= 1 && c->part <= c->parts);
	for (i = c->first; i < c->first + c->ndefs; i++)
		MUST(d->def[i].start >= c->start && d->def[i].start < c->end);
}

/* A definition that fits is never cut. */
static void
whole(const struct input *in, const struct defs *d, const struct cuts *c)
{
	size_t i, k = 0;

	for (i = 0; i < d->n; i++) {
		const struct def *f = &d->def[i];

		while (k < c->n && c->cut[k].end <= f->start)
			k++;
		MUST(k < c->n);
		if (fits(in, f->start, f->end))
			MUST(c->cut[k].end >= f->end);
	}
}

static void
partition(const struct input *in, const struct defs *d, const struct cuts *c)
{
	uint32_t at = 0;
	size_t i, def = 0;

	for (i = 0; i < c->n; i++) {
		MUST(c->cut[i].start == at);
		chunk(in, d, &c->cut[i]);
		MUST(fits(in, at, c->cut[i].end));
		MUST(!splits(in, at));
		MUST(c->cut[i].first == def);
		def += c->cut[i].ndefs;
		at = c->cut[i].end;
	}
	MUST(at == in->n && def == d->n);
	whole(in, d, c);
}

static void
tree(const struct input *in, const struct ast *a)
{
	size_t i;

	for (i = 0; i < a->n; i++) {
		const struct ast_node *n = &a->node[i];

		MUST(n->id == i && n->parent_id < (int64_t)i);
		MUST(n->byte_start <= n->byte_end && n->byte_end <= in->n);
		if (n->parent_id != -1)
			MUST(n->byte_start >=
			    a->node[n->parent_id].byte_start &&
			    n->byte_end <= a->node[n->parent_id].byte_end);
	}
}

/* --- a run ------------------------------------------------------------------ */

static void __attribute__((format(printf, 2, 3)))
tell(struct buf *b, const char *fmt, ...)
{
	char *s;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		abort();
	va_end(ap);
	buf_puts(b, s);
	free(s);
}

static void
tell_cuts(struct buf *b, const struct cuts *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		tell(b, "%u-%u %d %u/%u\n", c->cut[i].start, c->cut[i].end,
		    c->cut[i].def, c->cut[i].part, c->cut[i].parts);
}

static void
tell_defs(struct buf *b, const struct defs *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		tell(b, "%s %s %s %u-%u %d %x\n", d->def[i].kind,
		    d->def[i].scope != NULL ? d->def[i].scope : "-",
		    d->def[i].name, d->def[i].start, d->def[i].end,
		    d->def[i].outer, d->def[i].labels);
}

static void
run(const struct input *in, struct buf *out)
{
	const struct grammar *g = NULL;
	const char *shown = in->text;
	uint64_t hidden;
	struct deadline never;
	const TSTree *t = NULL;
	const char *why;
	struct defs d = { .errors = 1 };
	struct cuts cuts;
	struct line_starts l;
	struct ast ast = { NULL, 0 };
	TSNode root;

	deadline_begin(&never, 0);
	if (in->lang->grammar != NULL) {
		g = grammar_of(in->lang);
		t = mend_parse(g, in->text, in->n, &shown, &hidden, &never,
		    &why);
	}
	lines_find(&l, in->text, in->n);
	if (t != NULL) {
		root = ts_tree_root_node(t);
		defs_find(&d, g, root, in->text, shown, NULL, &never);
		ast_list(&ast, g, root);
	}
	definitions(in, &d);
	tree(in, &ast);
	cut_partition(&cuts, g, t != NULL ? &root : NULL, &d, &l, in->text,
	    shown, in->n, in->budget);
	partition(in, &d, &cuts);
	tell_cuts(out, &cuts);
	cut_definitions(&cuts, &d, &l);
	for (size_t i = 0; i < cuts.n; i++)
		chunk(in, &d, &cuts.cut[i]);
	tell_cuts(out, &cuts);
	tell_defs(out, &d);
	tell(out, "%ju errors, %zu nodes\n", (uintmax_t)d.errors, ast.n);
	ast_free(&ast);
	defs_free(&d);
	arena_reset();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int installed;
	struct input in;
	struct buf one = { 0 }, two = { 0 };

	if (n == 0)
		return 0;
	if (!installed)
		arena_install();
	installed = 1;
	pick(&in, data, n);
	(void)lang_of("a.h", in.text, in.n);	/* decided by the text */
	(void)lang_of("a", in.text, in.n);
	(void)label_is_generated("a", in.text, in.n);
	run(&in, &one);
	run(&in, &two);
	MUST(one.len == two.len && memcmp(one.p, two.p, one.len) == 0);
	buf_free(&one);
	buf_free(&two);
	free(in.text);
	return 0;
}
