#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "defs.h"
#include "mask.h"
#include "base/mem.h"

#define NAME_MAX_BYTES	1024	/* no name is longer; a key must hold it */
#define SCOPE_MAX_BYTES	4096	/* nor a scope: nesting is the file's to choose */
#define THROUGH_MAX	64	/* declarators in declarators */

/* A node on the way from the root to where the walk is. */
struct frame {
	TSNode node;
	TSSymbol kind;
	int def;		/* innermost definition with a scope, or -1 */
	int own;		/* the same without a REST among its children */
	int sections;		/* def is one of its children, a row with until */
	int local;
	int documented;		/* prose stands right before it */
	uint32_t doc_end;	/* end of the prose among its children that no
				 * other child was behind yet, or 0 */
	uint32_t doc;		/* where what stands right before it begins,
				 * comments and attributes, or where it does */
	uint32_t aside;		/* end of the last of it that is neither, or 0 */
	uint32_t run, run_end;	/* the same among its children; or 0 */
	uint32_t run_aside;
	uint32_t prev_end;	/* of the last child, or 0 */
	size_t first;		/* definitions before this node */
};

struct descent {
	const struct grammar *g;
	const char *text, *shown;
	struct frame *stack;
	size_t depth, cap;
	struct def *def;
	size_t n, ncap;
	struct part *part;
	size_t nparts, partcap;
	const TSTreeCursor *at;
	int bare;		/* no path goes on through where it ends */
	struct uses *uses;	/* or NULL */
};

/* A name found: its node (or a text), what is right around it, and the scope
 * written before it. */
struct name_at {
	TSNode node;
	const char *text;	/* of a "=text" step, else NULL */
	uint32_t end;		/* of the name's bytes, from node's start on */
	TSSymbol around;
	struct buf scope;
};

static int
text_in(const struct descent *w, TSNode node, const char *list)
{
	uint32_t start = ts_node_start_byte(node);
	size_t n = ts_node_end_byte(node) - start, i;
	char word[64];

	if (!w->g->lang->markup || n > sizeof word)
		return in_list(list, w->text + start, n);
	for (i = 0; i < n; i++)
		word[i] = (char)tolower((unsigned char)w->text[start + i]);
	return in_list(list, word, n);
}

static void *
arena_dup(const char *s, size_t n)
{
	char *p = arena_alloc(n + 1);

	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

static int
wordch(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c > 127;
}

/* One blank behind the keyword, if the name begins with it, and else only
 * between words. Returns the new length. */
static size_t
space_out(const char *keyword, char *name, size_t n)
{
	size_t i, k = strlen(keyword), to = k;

	if (n <= k || n == NAME_MAX_BYTES || memcmp(name, keyword, k) != 0 ||
	    wordch(name[k]))
		return n;
	for (i = k; i < n; i++)		/* out what is not between words */
		if (name[i] != ' ' || (to > k && wordch(name[to - 1]) &&
		    wordch(name[i + 1])))
			name[to++] = name[i];
	memmove(name + k + 1, name + k, to - k);
	name[k] = ' ';
	return to + 1;
}

/* Where the text ends without what is to be trimmed behind a blank. */
static const char *
trim_end(const char *trim, const char *s, const char *e)
{
	const char *p = e;

	while (trim != NULL && p > s && strchr(trim, p[-1]) != NULL)
		p--;
	return p != e && p > s && isspace((unsigned char)p[-1]) ? p : e;
}

/* Where the text begins without such a word. */
static const char *
skip_modifier(const char *const *words, const char *s, const char *e)
{
	size_t n;

	for (; words != NULL && *words != NULL; words++) {
		n = strlen(*words);
		if (n < (size_t)(e - s) && strncasecmp(s, *words, n) == 0)
			return s + n;
	}
	return s;
}

/*
 * The text of a name, tidied: without quotes or what the language trims, runs
 * of blanks as one, none behind a destructor's "~". Returns how long it is in
 * out, which has NAME_MAX_BYTES.
 */
static size_t
tidy(const struct descent *w, const struct name_at *f, char *out)
{
	const char *s = w->text + ts_node_start_byte(f->node);
	const char *e = w->text + f->end;
	const char *trim = w->g->lang->trim;
	size_t n = 0;

	while (trim != NULL && s < e && strchr(trim, *s) != NULL)
		s++;
	s = skip_modifier(w->g->lang->modifiers, s, e);
	e = trim_end(trim, s, e);
	if (e - s >= 2 && *s == e[-1] && strchr("\"'`", *s) != NULL) {
		s++;
		e--;
	}
	for (; s < e && n < NAME_MAX_BYTES; s++)
		if (!isspace((unsigned char)*s) && *s != '\0')
			out[n++] = *s;
		else if (n != 0 && out[n - 1] != ' ' && out[n - 1] != '~')
			out[n++] = ' ';
	while (n != 0 && out[n - 1] == ' ')
		n--;
	return w->g->lang->keyword != NULL ?
	    space_out(w->g->lang->keyword, out, n) : n;
}

/* --- following a path ---------------------------------------------------- */

static int has_child(const struct descent *, TSNode, const struct test *);

static int
fits(const struct descent *w, const struct step *st, TSTreeCursor *c)
{
	TSNode node = ts_tree_cursor_current_node(c);

	if (st->how == STEP_FIELD)	/* the commas of a list are in it too */
		return ts_tree_cursor_current_field_id(c) == st->field &&
		    (!st->every || ts_node_is_named(node));
	if (st->how == STEP_TYPE)
		return typeset_has(&st->type, kind_of(w->g, node)) &&
		    (st->has == NULL || has_child(w, node, st->has));
	return ts_node_is_named(node) &&
	    (w->g->flags[kind_of(w->g, node)] & DOC) == 0;
}

typedef void found_fn(struct descent *, const struct name_at *, void *);

static int row_holds(struct descent *, TSNode, const struct crule *);
static int tests_hold(struct descent *, TSNode, const struct test *, size_t);
static void resolve(struct descent *, TSNode, TSSymbol, struct buf *, found_fn *,
    void *, int);
static int take_step(struct descent *, TSNode, const struct step *, size_t,
    struct buf *, found_fn *, void *, int);

/* A step led to the child: take those behind it, or that was the last. */
static int
take_rest(struct descent *w, TSNode node, TSNode child, const struct step *st,
    size_t n, struct buf *scope, found_fn *fn, void *arg, int depth)
{
	if (n > 1)
		return take_step(w, child, st + 1, n - 1, scope, fn, arg, depth);
	resolve(w, child, kind_of(w->g, node), scope, fn, arg, depth);
	return 1;
}

/* The DOC nodes right before a node, the nearest first. */
static int
take_before(struct descent *w, TSNode node, const struct step *st, size_t n,
    struct buf *scope, found_fn *fn, void *arg, int depth)
{
	TSNode top = node;
	int found = 0;

	for (node = ts_node_prev_sibling(node); !ts_node_is_null(node) &&
	    (w->g->flags[kind_of(w->g, node)] & DOC);
	    node = ts_node_prev_sibling(node)) {
		found += take_rest(w, top, node, st, n, scope, fn, arg, depth);
		if (found != 0 && !st->every)
			break;
	}
	return found;
}

/* The same for nodes of a type anywhere below. */
static int
take_below(struct descent *w, TSNode top, const struct step *st, size_t n,
    struct buf *scope, found_fn *fn, void *arg, int depth)
{
	TSTreeCursor c = ts_tree_cursor_new(top);
	int found = 0, level = 0, down = 1;

	for (;;) {
		TSNode node = ts_tree_cursor_current_node(&c);

		if (down && level != 0 &&
		    typeset_has(&st->type, kind_of(w->g, node))) {
			found += take_rest(w, top, node, st, n, scope, fn,
			    arg, depth);
			if (found != 0 && !st->every)
				break;
		}
		if (down && ts_tree_cursor_goto_first_child(&c)) {
			level++;
			continue;
		}
		for (down = 1; level != 0 &&
		    !ts_tree_cursor_goto_next_sibling(&c); level--)
			ts_tree_cursor_goto_parent(&c);
		if (level == 0)
			break;
	}
	ts_tree_cursor_delete(&c);
	return found;
}

/* Take the steps from node; calls fn for what is found. Returns how many. */
static int
take_step(struct descent *w, TSNode node, const struct step *st, size_t n,
    struct buf *scope, found_fn *fn, void *arg, int depth)
{
	TSNode last = { .tree = NULL };
	TSTreeCursor c;
	int found = 0;

	if (st->how == STEP_BEFORE)
		return take_before(w, node, st, n, scope, fn, arg, depth);
	if (st->how == STEP_BELOW)
		return take_below(w, node, st, n, scope, fn, arg, depth);
	c = ts_tree_cursor_new(node);
	if (ts_tree_cursor_goto_first_child(&c))
		do {
			TSNode child = ts_tree_cursor_current_node(&c);

			if (!fits(w, st, &c) || ts_node_is_missing(child))
				continue;
			last = child;
			if (st->last)
				continue;
			found += take_rest(w, node, child, st, n, scope, fn,
			    arg, depth);
			if (!st->every && (found != 0 ||
			    st->how == STEP_FIRST))
				break;
		} while (ts_tree_cursor_goto_next_sibling(&c));
	ts_tree_cursor_delete(&c);
	if (st->last && !ts_node_is_null(last))
		found = take_rest(w, node, last, st, n, scope, fn, arg,
		    depth);
	return found;
}

/* What is found goes on, but as the text up to where another node begins. */
struct upto {
	uint32_t end;
	found_fn *fn;
	void *arg;
};

static void
note_start(struct descent *w, const struct name_at *f, void *arg)
{
	struct upto *u = arg;

	(void)w;
	u->end = ts_node_start_byte(f->node);
}

static void
found_upto(struct descent *w, const struct name_at *f, void *arg)
{
	const struct upto *u = arg;
	struct name_at g = *f;

	if (u->end > ts_node_start_byte(f->node))
		g.end = u->end;
	u->fn(w, &g, u->arg);
}

/*
 * What is found is one name together, with a blank where one stands between
 * words; but for markup none behind a colon, which ends part of a selector.
 */
struct joined {
	struct buf b;
	uint32_t end;		/* of the last one */
	int blank;		/* it was one that cannot be broken */
};

/* Those of XML, and what they stand for; a blank for what is one. */
static const struct {
	const char *name, *text;
} entities[] = {
	{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" },
	{ "&apos;", "'" }, { "&nbsp;", " " }
};

/* Of ASCII alone, other than control characters: 0, -1. */
static int
number_entity(const char *s, size_t n, char *out)
{
	char digits[8], *end;
	unsigned long c;
	int hex = n > 3 && (s[2] | 0x20) == 'x';

	if (n < 4 || n - 2 >= sizeof digits || s[1] != '#')
		return -1;
	memcpy(digits, s + 2, n - 2);
	digits[n - 2] = '\0';
	c = strtoul(digits + hex, &end, hex ? 16 : 10);
	if (strcmp(end, ";") != 0 || ((c < ' ' || c > '~') && c != 0xa0))
		return -1;
	*out = c == 0xa0 ? ' ' : (char)c;
	return 0;
}

/* In the place of an entity that is known what it stands for. */
static size_t
decode(char *text, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof entities / sizeof *entities; i++)
		if (strlen(entities[i].name) == n &&
		    memcmp(entities[i].name, text, n) == 0) {
			*text = *entities[i].text;
			return 1;
		}
	return number_entity(text, n, text) == 0 ? 1 : n;
}

static void
found_joined(struct descent *w, const struct name_at *f, void *arg)
{
	struct joined *j = arg;
	char text[NAME_MAX_BYTES];
	uint32_t start = ts_node_start_byte(f->node);
	size_t n = tidy(w, f, text);
	int markup = w->g->lang->markup;

	if (markup && n != 0 && *text == '&')
		n = decode(text, n);
	if (n == 0 || j->b.len + n + 1 > NAME_MAX_BYTES)
		return;
	if (start > j->end && (isspace((unsigned char)w->text[start - 1]) ||
	    isspace((unsigned char)w->text[j->end])))
		j->blank = 1;
	j->end = f->end;
	if (n == 1 && *text == ' ') {
		j->blank = 1;
		return;
	}
	if (j->b.len != 0 && j->blank &&
	    (markup || j->b.p[j->b.len - 1] != ':'))
		buf_puts(&j->b, " ");
	j->blank = 0;
	buf_add(&j->b, text, n);
}

static int
take_joined(struct descent *w, TSNode node, const struct step *st, size_t n,
    struct buf *scope, found_fn *fn, void *arg, int depth)
{
	struct joined j = { .end = 0 };
	struct name_at f = { .node = node, .end = ts_node_end_byte(node),
	    .around = kind_of(w->g, node), .scope = *scope };

	take_step(w, node, st, n, scope, found_joined, &j, depth);
	if (j.b.len != 0) {
		f.text = arena_dup(j.b.p, j.b.len);
		fn(w, &f, arg);
	}
	buf_free(&j.b);
	return f.text != NULL;
}

static int
follow(struct descent *w, TSNode node, const struct path *p, struct buf *scope,
    found_fn *fn, void *arg, int depth)
{
	size_t i;
	int found = 0;

	for (i = 0; i < p->n && found == 0; i++) {
		if (p->steps[i]->how == STEP_TEXT) {
			struct name_at f = { .node = node,
			    .text = p->steps[i]->text,
			    .end = ts_node_end_byte(node),
			    .around = kind_of(w->g, node), .scope = *scope };

			fn(w, &f, arg);
			return 1;
		}
		if (p->joined[i])
			found = take_joined(w, node, p->steps[i],
			    p->nsteps[i], scope, fn, arg, depth);
		else if (p->upto[i] != NULL) {
			struct upto u = { 0, fn, arg };

			if (follow(w, node, p->upto[i], scope, note_start, &u,
			    depth))
				found = take_step(w, node, p->steps[i],
				    p->nsteps[i], scope, found_upto, &u,
				    depth);
		} else
			found = take_step(w, node, p->steps[i], p->nsteps[i],
			    scope, fn, arg, depth);
	}
	return found;
}

static void
add_scope(struct descent *w, const struct name_at *f, void *arg)
{
	struct buf *scope = arg;
	char text[NAME_MAX_BYTES];
	size_t n;

	/* the scope's own scope stands in f (a::b::c) */
	if (f->scope.len != 0 && scope->len == 0)
		buf_add(scope, f->scope.p, f->scope.len);
	n = tidy(w, f, text);
	if (n == 0)
		return;
	if (scope->len != 0)
		buf_puts(scope, w->g->lang->separator);
	buf_add(scope, text, n);
}

/* A path ended on node: go on if its type leads through. */
static void
resolve(struct descent *w, TSNode node, TSSymbol around, struct buf *scope,
    found_fn *fn, void *arg, int depth)
{
	const struct crule *t = w->g->through[kind_of(w->g, node)];
	struct name_at f = { .node = node, .end = ts_node_end_byte(node),
	    .around = around, .scope = *scope };

	while (t != NULL && !row_holds(w, node, t))
		t = t->next;
	if (t != NULL && !w->bare && depth < THROUGH_MAX) {
		struct buf inner = { 0 }, none = { 0 };

		buf_add(&inner, scope->p, scope->len);
		if (t->scope.n != 0)
			follow(w, node, &t->scope, &none, add_scope, &inner,
			    depth + 1);
		if (follow(w, node, &t->name, &inner, fn, arg, depth + 1)) {
			buf_free(&inner);
			return;
		}
		buf_free(&inner);
	}
	fn(w, &f, arg);
}

/* --- does a row hold ----------------------------------------------------- */

struct pathtest {
	const char *text;
	int holds;
};

static void
path_text(struct descent *w, const struct name_at *f, void *arg)
{
	struct pathtest *p = arg;

	if (p->text == NULL || (f->text == NULL &&
	    text_in(w, f->node, p->text)))
		p->holds = 1;
}

static int
has_child(const struct descent *w, TSNode node, const struct test *t)
{
	TSTreeCursor c = ts_tree_cursor_new(node);
	int found = 0;

	if (ts_tree_cursor_goto_first_child(&c))
		do {
			TSNode child = ts_tree_cursor_current_node(&c);

			found = typeset_has(&t->type, kind_of(w->g, child)) &&
			    (t->text == NULL || text_in(w, child, t->text));
		} while (!found && ts_tree_cursor_goto_next_sibling(&c));
	ts_tree_cursor_delete(&c);
	return found;
}

static int
sibling_is(const struct descent *w, TSNode node, const struct test *t)
{
	return !ts_node_is_null(node) &&
	    typeset_has(&t->type, kind_of(w->g, node));
}

/* Tests of the node alone; those of its name hold for now. */
static int
node_holds(struct descent *w, TSNode node, const struct test *t)
{
	size_t up = t->up + (t->what == TEST_GRAND ? 2 :
	    t->what == TEST_PARENT);
	int around;
	unsigned deep;
	TSNode child;

	if (up != 0) {
		if (w->depth <= up)
			return 0;
		node = w->stack[w->depth - up - 1].node;
	}
	switch (t->what) {
	case TEST_PARENT:
	case TEST_GRAND:
		return typeset_has(&t->type, kind_of(w->g, node));
	case TEST_NEXT:
		return sibling_is(w, ts_node_next_sibling(node), t);
	case TEST_PREV:
		return sibling_is(w, ts_node_prev_sibling(node), t);
	case TEST_FIELD:
		child = ts_node_child_by_field_id(node, t->field);
		return !ts_node_is_null(child) && (t->anytype ||
		    typeset_has(&t->type, kind_of(w->g, child)));
	case TEST_CHILD:
		return has_child(w, node, t);
	case TEST_WITHIN:
		around = w->depth > t->up + 1 ?
		    w->stack[w->depth - t->up - 2].def : -1;
		return around != -1 && in_list(t->text, w->def[around].kind,
		    strlen(w->def[around].kind));
	case TEST_DEPTH:
		around = w->depth > 1 ? w->stack[w->depth - 2].def : -1;
		for (deep = 0; around != -1 && deep < t->depth; deep++)
			around = w->def[around].outer;
		return deep < t->depth;
	case TEST_PATH: {
		struct pathtest p = { t->text, 0 };
		struct buf none = { 0 };

		follow(w, node, &t->path, &none, path_text, &p, 0);
		return p.holds;
	}
	default:
		return !t->not;
	}
}

static int
tests_hold(struct descent *w, TSNode node, const struct test *t, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (node_holds(w, node, &t[i]) == t[i].not)
			return 0;
	return 1;
}

static int
row_holds(struct descent *w, TSNode node, const struct crule *r)
{
	return tests_hold(w, node, r->tests, r->ntests);
}

static int
begins(const char *name, const char *list)
{
	for (;; list++) {
		size_t n = strcspn(list, "|");

		if (strncmp(name, list, n) == 0)
			return 1;
		list += n;
		if (*list == '\0')
			return 0;
	}
}

/* Tests of the name's text. */
static int
text_holds(const char *name, const struct test *t)
{
	switch (t->what) {
	case TEST_UPPER:
		for (; *name != '\0'; name++)
			if (islower((unsigned char)*name))
				return 0;
		return 1;
	case TEST_CAPITAL:
		return isupper((unsigned char)*name);
	case TEST_BEGINS:
		return begins(name, t->text);
	case TEST_IS:
		return in_list(t->text, name, strlen(name));
	default:
		return !t->not;
	}
}

/* And of the node it stands at, in the definition outer. */
static int
name_holds(const struct descent *w, const struct name_at *f, const char *name,
    int outer, const struct test *t)
{
	switch (t->what) {
	case TEST_SAME:
		return outer != -1 && strcmp(w->def[outer].name, name) == 0;
	case TEST_NAMED:
		return typeset_has(&t->type, f->around);
	case TEST_NAMETYPE:
		return typeset_has(&t->type, kind_of(w->g, f->node));
	default:
		return text_holds(name, t);
	}
}

/* --- definitions --------------------------------------------------------- */

struct adding {
	const struct crule *rule;
	TSNode node;
	int outer;
	size_t added;
	int def;		/* the last one added, or added to */
};

/* The scope of what stands inside a definition. */
static const char *
scope_inside(const struct descent *w, int def, const char *more, size_t nmore)
{
	const char *sep = w->g->lang->separator;
	struct buf b = { 0 };
	const char *s;

	if (def != -1) {
		const struct def *d = &w->def[def];

		if (d->scope != NULL) {
			buf_puts(&b, d->scope);
			buf_puts(&b, sep);
		}
		if (b.len < SCOPE_MAX_BYTES)
			buf_puts(&b, d->name);
		else
			b.len -= strlen(sep);
	}
	if (nmore != 0) {
		if (b.len != 0)
			buf_puts(&b, sep);
		buf_add(&b, more, nmore);
	}
	s = b.len != 0 ? arena_dup(b.p, b.len) : NULL;
	buf_free(&b);
	return s;
}

/*
 * Would definition i, if it went on to the byte at end, leave one that it stands
 * in? Where the parser was led astray that may be of any kind; it is among the
 * last few, as all that is between the two stands in it.
 */
static int
leaves(const struct descent *w, size_t i, uint32_t end)
{
	const struct def *d = &w->def[i];
	size_t k;

	for (k = 0; k < 256 && i-- != 0; k++)
		if (w->def[i].end > d->start && w->def[i].end < end)
			return 1;
	return 0;
}

/* The definition of the same name right before this one, or -1. */
static int
same_before(const struct descent *w, const struct adding *a, const char *name)
{
	size_t i = w->n;

	while (i-- != 0 && w->def[i].outer >= a->outer)
		if (w->def[i].outer == a->outer)
			return w->def[i].kind == a->rule->rule->kind &&
			    strcmp(w->def[i].name, name) == 0 &&
			    !leaves(w, i, ts_node_end_byte(a->node)) ?
			    (int)i : -1;
	return -1;
}

/* Where what begins with the node, at which the walk is, ends by its rule. */
static uint32_t
section_end(struct descent *w, TSNode node, const struct crule *r)
{
	TSTreeCursor c = ts_tree_cursor_copy(w->at);
	uint32_t end = ts_node_end_byte(node);

	while (ts_tree_cursor_goto_next_sibling(&c)) {
		node = ts_tree_cursor_current_node(&c);
		if (tests_hold(w, node, r->until, r->nuntil))
			break;
		end = ts_node_end_byte(node);
	}
	ts_tree_cursor_delete(&c);
	return end;
}

/* From doc, or behind what stands aside there, but not behind start. */
static uint32_t
behind(const struct descent *w, uint32_t doc, uint32_t aside, uint32_t start)
{
	if (doc >= aside)
		return doc;
	while (aside < start && isspace((unsigned char)w->text[aside]))
		aside++;
	return aside < start ? aside : start;
}

static void
note_node(struct descent *w, const struct name_at *f, void *arg)
{
	TSNode *node = arg;

	(void)w;
	*node = f->node;
}

/* The body of a node in a language that does not say where it is; or null. */
static TSNode
usual_body(const struct descent *w, TSNode node)
{
	TSNode body = { .tree = NULL };
	TSTreeCursor c = ts_tree_cursor_new(node);

	if (ts_tree_cursor_goto_first_child(&c))
		do {
			TSNode child = ts_tree_cursor_current_node(&c);
			TSSymbol kind = kind_of(w->g, child);

			if (w->g->body_field != 0 && w->g->body_field ==
			    ts_tree_cursor_current_field_id(&c)) {
				body = child;
				break;
			}
			if (ts_node_is_null(body) && (kind == w->g->brace ||
			    w->g->flags[kind] & BLOCK))
				body = child;
		} while (ts_tree_cursor_goto_next_sibling(&c));
	ts_tree_cursor_delete(&c);
	return body;
}

/* Where a definition at a node, up to end, has its body; 0: it has none. */
static uint32_t
body_start(struct descent *w, TSNode node, uint32_t end)
{
	TSNode body = { .tree = NULL }, head = body, before;
	struct buf none = { 0 };
	uint32_t at = end;

	w->bare = 1;
	if (w->g->head.n != 0)
		follow(w, node, &w->g->head, &none, note_node, &head, 0);
	if (w->g->body.n != 0)
		follow(w, node, &w->g->body, &none, note_node, &body, 0);
	w->bare = 0;
	if (w->g->head.n + w->g->body.n == 0)
		body = usual_body(w, node);
	if (!ts_node_is_null(head))
		at = ts_node_end_byte(head);
	else if (!ts_node_is_null(body)) {
		at = ts_node_start_byte(body);
		/* A comment above the first statement is in the body, too. */
		while (before = ts_node_prev_sibling(body),
		    !ts_node_is_null(before) &&
		    w->g->flags[kind_of(w->g, before)] & COMMENT) {
			body = before;
			at = ts_node_start_byte(body);
		}
	} else if (ts_node_end_byte(node) < end)	/* a heading's */
		at = ts_node_end_byte(node);
	while (at < end && isspace((unsigned char)w->text[at]))
		at++;
	return at > ts_node_start_byte(node) && at < end ? at : 0;
}

static void
add_def(struct descent *w, const struct name_at *f, void *arg)
{
	struct adding *a = arg;
	const struct crule *r = a->rule;
	char text[NAME_MAX_BYTES];
	const char *name = f->text;
	struct def *d;
	size_t i, n;

	if (name == NULL) {
		if ((n = tidy(w, f, text)) == 0)
			return;
		name = arena_dup(text, n);
	}
	for (i = 0; i < r->ntests; i++)
		if (name_holds(w, f, name, a->outer, &r->tests[i]) ==
		    r->tests[i].not)
			return;
	a->added++;
	if (w->uses != NULL && f->text == NULL)
		uses_define(w->uses, ts_node_start_byte(f->node));
	if (r->rule->flags & MORE && (a->def = same_before(w, a, name)) != -1) {
		d = &w->def[a->def];
		d->end = ts_node_end_byte(a->node);
		if (d->body == 0)
			d->body = ts_node_start_byte(a->node);
		return;
	}
	w->def = xgrow(w->def, &w->ncap, w->n + 1, sizeof *w->def);
	a->def = (int)w->n;
	d = &w->def[w->n++];
	d->name = name;
	d->kind = r->rule->kind;
	d->scope = scope_inside(w, a->outer, f->scope.p, f->scope.len);
	d->start = mask_start(w->text, w->shown, a->node);
	d->end = ts_node_end_byte(a->node);
	d->body = 0;
	if (r->rule->flags & NEXT) {
		TSNode next = ts_node_next_sibling(a->node);

		if (!ts_node_is_null(next)) {
			d->end = ts_node_end_byte(next);
			d->body = ts_node_start_byte(next);
		}
	}
	if (r->nuntil != 0)
		d->end = section_end(w, a->node, r);
	if (d->body == 0)
		d->body = body_start(w, a->node, d->end);
	d->outer = a->outer;
	d->doc = w->stack[w->depth - 1].doc;
	if (d->doc > d->start)
		d->doc = d->start;
	d->said = behind(w, d->doc, w->stack[w->depth - 1].aside, d->start);
	d->local = (r->rule->flags & LOCAL) != 0;
	d->labels = 0;
	if (r->rule->flags & NESTS)
		a->outer = (int)w->n - 1;
}

/* Is this node a definition? Adds it, and says which and by which row; else
 * NULL. */
static const struct crule *
define(struct descent *w, TSNode node, TSSymbol kind, int outer, int local,
    int *def)
{
	const struct crule *r, *first = NULL;

	for (r = w->g->defs[kind]; r != NULL; r = r->next) {
		struct adding a = { .rule = r, .node = node, .outer = outer };
		struct buf scope = { 0 };

		if (local && (r->rule->flags & OUTER))
			continue;
		if (!row_holds(w, node, r))
			continue;
		if (r->rule->flags & REST && w->depth > 1)
			a.outer = w->stack[w->depth - 2].own;
		if (r->scope.n != 0) {
			struct buf none = { 0 };

			follow(w, node, &r->scope, &none, add_scope, &scope,
			    0);
		}
		follow(w, node, &r->name, &scope, add_def, &a, 0);
		buf_free(&scope);
		if (a.added == 0)
			continue;
		if (first == NULL) {
			*def = a.def;
			first = r;
		}
		if ((r->rule->flags & ALSO) == 0)
			break;
	}
	return first;
}

/* Label the definitions from the first one on, made at this node. */
static void
label_defs(struct descent *w, TSNode node, TSSymbol kind, int documented,
    size_t first)
{
	const struct crule *r;
	size_t i, k;

	for (i = first; documented && i < w->n; i++)
		w->def[i].labels |= 1u << LABEL_DOCUMENTED;
	for (r = w->g->labels[kind]; r != NULL; r = r->next) {
		if (!row_holds(w, node, r))
			continue;
		for (i = first; i < w->n; i++) {
			for (k = 0; k < r->ntests; k++)
				if (text_holds(w->def[i].name, &r->tests[k])
				    == r->tests[k].not)
					break;
			if (k == r->ntests)
				w->def[i].labels |= r->label;
		}
	}
}

/* Is there an empty line between two bytes? */
static int
apart(const struct descent *w, uint32_t from, uint32_t to)
{
	int n = 0;

	if (from > 0 && w->text[from - 1] == '\n')
		from--;
	for (; from < to && n < 2; from++)
		if (w->text[from] == '\n')
			n++;
		else if (!isspace((unsigned char)w->text[from]))
			n = 0;		/* a hidden word */
	return n > 1;
}

/*
 * Does prose stand right before this node? It may be before the node that
 * it is the first of, and attributes may stand between.
 */
static int
documented(struct descent *w, const struct frame *f, struct frame *up)
{
	uint32_t start = ts_node_start_byte(f->node);
	uint16_t flags = w->g->flags[f->kind];
	int is;

	is = up->doc_end != 0 && !apart(w, up->doc_end, start);
	if ((flags & (DOC | COMMENT)) == (DOC | COMMENT) || (flags & DOC && is))
		up->doc_end = ts_node_end_byte(f->node);
	else if (ts_node_is_named(f->node))
		up->doc_end = 0;
	return is || (up->documented && ts_node_start_byte(up->node) == start);
}

/*
 * Where the comments and attributes begin that stand right before this node, or
 * before the node that it is the first of; its own beginning if there are
 * none. What follows code on its line belongs to that.
 */
static uint32_t
doc_start(struct descent *w, struct frame *f, struct frame *up)
{
	uint32_t start = ts_node_start_byte(f->node), doc = start;
	uint32_t end = ts_node_end_byte(f->node);
	int is = up->run_end != 0 && !apart(w, up->run_end, start);

	if (is)
		doc = up->run;
	f->aside = is ? up->run_aside : 0;
	if (w->g->flags[f->kind] & DOC) {
		up->run = doc;
		up->run_aside = w->g->flags[f->kind] & PLAIN ? end : f->aside;
		up->run_end = up->prev_end != 0 && !is && memchr(w->text +
		    up->prev_end - 1, '\n', start - up->prev_end + 1) == NULL ?
		    0 : end;
	} else if (ts_node_is_named(f->node))
		up->run_end = 0;
	else if (up->run_aside != 0 && up->run_aside == up->prev_end)
		up->run_aside = end;	/* the colon of "public:" */
	up->prev_end = end;
	if (up->doc >= doc || ts_node_start_byte(up->node) != start)
		return doc;
	f->aside = up->aside;
	return up->doc;
}

/* What a WRAP node holds, if it is one thing, has the node's span. */
static void
wrap(struct descent *w, const struct frame *f)
{
	uint32_t start = mask_start(w->text, w->shown, f->node);
	uint32_t end = ts_node_end_byte(f->node);
	struct def *first = NULL, *d;

	for (d = w->def + f->first; d < w->def + w->n; d++) {
		if (first == NULL)
			first = d;
		else if (d->start >= first->end)
			return;		/* a second one beside it */
	}
	if (first != NULL) {
		uint32_t s = first->start, e = first->end;

		for (d = first; d < w->def + w->n; d++)
			if (d->start == s && d->end == e) {
				d->start = start;
				d->end = end;
				d->doc = f->doc < start ? f->doc : start;
				d->said = behind(w, d->doc, f->aside, start);
				if (f->documented)
					d->labels |= 1u << LABEL_DOCUMENTED;
			}
	}
}

/* Note a node in which another language stands. */
static void
embed(struct descent *w, const struct frame *f)
{
	const struct crule *r = w->g->embeds[f->kind];
	uint32_t start = ts_node_start_byte(f->node);
	uint32_t end = ts_node_end_byte(f->node);

	while (r != NULL && !row_holds(w, f->node, r))
		r = r->next;
	if (r == NULL || r->embed == NULL || start == end)
		return;
	w->part = xgrow(w->part, &w->partcap, w->nparts + 1, sizeof *w->part);
	w->part[w->nparts++] = (struct part){ .g = grammar_of(r->embed),
	    .start = start, .end = end };
}

/* The definitions of rows with until, among a node's children, that end
 * before the next child. */
static void
leave_sections(const struct descent *w, struct frame *up, uint32_t start)
{
	while (up->def != up->own && w->def[up->def].end <= start)
		up->def = w->def[up->def].outer;
}

static void
enter(struct descent *w, TSNode node, struct defs *out, int broken)
{
	struct frame *f, *up;
	const struct crule *r;
	uint16_t flags;
	int def, scope = 0;

	w->stack = xgrow(w->stack, &w->cap, w->depth + 1, sizeof *w->stack);
	f = &w->stack[w->depth++];
	f->node = node;
	f->kind = kind_of(w->g, node);
	f->first = w->n;
	up = w->depth > 1 ? f - 1 : NULL;
	f->sections = 0;
	if (up != NULL && up->sections)
		leave_sections(w, up, ts_node_start_byte(node));
	f->def = up != NULL ? up->def : -1;
	f->local = up != NULL ? up->local : 0;
	f->doc_end = 0;
	f->run_end = f->prev_end = f->run_aside = f->aside = 0;
	f->documented = up != NULL && documented(w, f, up);
	f->doc = up != NULL ? doc_start(w, f, up) : ts_node_start_byte(node);
	flags = w->g->flags[f->kind];
	if (broken && (ts_node_is_error(node) || ts_node_is_missing(node)))
		out->errors++;
	if (w->g->defs[f->kind] != NULL && (r = define(w, node, f->kind,
	    f->def, f->local, &def)) != NULL) {
		label_defs(w, node, f->kind, f->documented, f->first);
		if (r->rule->flags & LOCAL)
			f->local = scope = 1;
		if ((r->rule->flags & PLAIN) == 0) {
			f->def = def;
			if (up != NULL && (r->rule->flags & REST ||
			    r->nuntil != 0)) {
				up->def = def;
				up->sections = r->nuntil != 0;
			}
		}
	} else if (flags & LOCAL)
		f->local = scope = 1;
	f->own = f->def;
	if (w->g->embeds[f->kind] != NULL)
		embed(w, f);
	if (w->uses != NULL)
		uses_enter(w->uses, w->at, node, f->kind, scope);
}

static void
leave(struct descent *w)
{
	const struct frame *f = &w->stack[--w->depth];

	if ((w->g->flags[f->kind] & WRAP) && w->n > f->first)
		wrap(w, f);
	/* What is itself a definition says nothing of the next one. */
	if ((w->g->flags[f->kind] & DOC) && w->n > f->first && w->depth != 0)
		w->stack[w->depth - 1].run_aside = ts_node_end_byte(f->node);
	if (w->uses != NULL)
		uses_leave(w->uses);
}

static int
by_start(const void *va, const void *vb)
{
	const struct def *a = *(struct def *const *)va;
	const struct def *b = *(struct def *const *)vb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end > b->end ? -1 : 1;
	return a < b ? -1 : a > b;	/* as they stand in the file */
}

/* The walk gives them nearly always in order; see to it. */
static void
sort(struct defs *w)
{
	struct def **order, *sorted;
	int *place;
	size_t i;

	for (i = 1; i < w->n; i++)
		if (w->def[i - 1].start > w->def[i].start ||
		    (w->def[i - 1].start == w->def[i].start &&
		    w->def[i - 1].end < w->def[i].end))
			break;
	if (i >= w->n)
		return;
	order = xreallocarray(NULL, w->n, sizeof *order);
	place = xreallocarray(NULL, w->n, sizeof *place);
	sorted = xreallocarray(NULL, w->n, sizeof *sorted);
	for (i = 0; i < w->n; i++)
		order[i] = &w->def[i];
	qsort(order, w->n, sizeof *order, by_start);
	for (i = 0; i < w->n; i++) {
		place[order[i] - w->def] = (int)i;
		sorted[i] = *order[i];
	}
	for (i = 0; i < w->n; i++)
		if (sorted[i].outer != -1)
			sorted[i].outer = place[sorted[i].outer];
	free(order);
	free(place);
	free(w->def);
	w->def = sorted;
}

/* Macros that are defined where the grammar knows no directives, and that the
 * parser was not shown (mask.h). */
static void
add_hidden(struct descent *w, uint32_t len)
{
	const char *s = w->text, *end = s + len, *name, *e;
	struct def *d;

	for (; (s = memchr(s, '#', end - s)) != NULL; s++) {
		if (w->shown[s - w->text] == '#' ||
		    !directive_is(s, end, "define"))
			continue;
		for (e = s; e > w->text && (e[-1] == ' ' || e[-1] == '\t'); e--)
			;
		if (e > w->text && e[-1] != '\n')
			continue;	/* in a comment */
		name = strstr(s, "define") + 6;
		while (name < end && (*name == ' ' || *name == '\t'))
			name++;
		for (e = name; e < end && wordch(*e); e++)
			;
		if (e == name || e - name >= NAME_MAX_BYTES)
			continue;
		w->def = xgrow(w->def, &w->ncap, w->n + 1, sizeof *w->def);
		d = &w->def[w->n++];
		*d = (struct def){ .name = arena_dup(name, e - name),
		    .kind = "macro", .outer = -1,
		    .start = (uint32_t)(s - w->text),
		    .doc = (uint32_t)(s - w->text),
		    .said = (uint32_t)(s - w->text),
		    .end = (uint32_t)(skip_directive(s, end) - w->text) };
	}
}

int
defs_find(struct defs *out, const struct grammar *g, TSNode root,
    const char *text, const char *shown, struct uses *uses,
    struct deadline *deadline)
{
	struct descent w = { .g = g, .text = text, .shown = shown, .uses = uses };
	TSTreeCursor c = ts_tree_cursor_new(root);
	int broken = ts_node_has_error(root), over = 0;
	uint32_t nodes = 0;

	w.at = &c;
	if (uses != NULL)
		uses_tree(uses, g);
	out->errors = 0;
	enter(&w, root, out, broken);
	for (;;) {
		const struct frame *f = &w.stack[w.depth - 1];

		if (++nodes % 256 == 0 && (over = deadline_over(deadline)))
			break;

		if (((g->flags[f->kind] & LEAF) == 0 ||
		    (broken && ts_node_has_error(f->node))) &&
		    ts_tree_cursor_goto_first_child(&c)) {
			enter(&w, ts_tree_cursor_current_node(&c), out,
			    broken);
			continue;
		}
		if (uses != NULL && (g->flags[f->kind] & LEAF) != 0)
			uses_below(uses, &c);
		for (;;) {
			leave(&w);
			if (w.depth == 0)
				break;
			if (ts_tree_cursor_goto_next_sibling(&c)) {
				enter(&w, ts_tree_cursor_current_node(&c),
				    out, broken);
				break;
			}
			ts_tree_cursor_goto_parent(&c);
		}
		if (w.depth == 0)
			break;
	}
	ts_tree_cursor_delete(&c);
	free(w.stack);
	if (over) {
		free(w.def);
		free(w.part);
		return -1;
	}
	if (text != shown && g->lang->masks != NULL)
		add_hidden(&w, ts_node_end_byte(root));
	out->def = w.def;
	out->n = w.n;
	out->part = w.part;
	out->nparts = w.nparts;
	sort(out);
	return 0;
}

void
defs_join(struct defs *d, struct defs *part)
{
	size_t i;

	d->def = xreallocarray(d->def, d->n + part->n, sizeof *d->def);
	for (i = 0; i < part->n; i++) {
		d->def[d->n + i] = part->def[i];
		if (part->def[i].outer != -1)
			d->def[d->n + i].outer += (int)d->n;
	}
	d->n += part->n;
	d->errors += part->errors;
	sort(d);
	defs_free(part);
}

void
defs_free(struct defs *d)
{
	free(d->def);
	free(d->part);
}
