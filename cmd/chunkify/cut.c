#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "cut.h"
#include "mask.h"
#include "base/mem.h"

#define SAMPLE	64	/* bytes for each of which the blanks are counted */

/*
 * A definition has substance, and so a chunk of its own, from this share of
 * the budget on: 250 non-blank bytes by default, some eight lines. Below,
 * neighbours share a chunk, for an embedding of two lines finds little.
 */
#define SUBSTANCE	6

/* What has fewer non-blank bytes is nothing to be found alone: 50 by default,
 * and never more. */
#define TINY		30
#define TINY_MOST	50

/* Nesting is the file's to choose, the stack is ours: deeper is cut by lines. */
#define DEPTH	1000

/*
 * Where a file may be cut: an item reaches from its own start to that of the
 * next one. Comments and attributes before a node belong to its item.
 */
struct item {
	uint32_t start, end;
	TSNode node;		/* null: the head or tail of something */
	TSNode run;		/* null, or it is a run of this node's children
				 * (more than a head and a body), the last of
				 * which node is */
	uint32_t docs;		/* where node itself begins */
	int tail;		/* closing brackets: goes with what is before */
};

struct items {
	struct item *item;
	size_t n, cap;
	int loose;		/* they are in no definition of their own */
};

struct job {
	const struct grammar *g;
	const char *text, *shown;
	uint32_t len, budget;
	const struct defs *defs;
	const int *up;		/* for each the innermost around it, or -1 */
	const struct lines *lines;
	uint32_t *solid;	/* non-blank bytes before each SAMPLE */
	uint32_t *cuts;		/* where chunks end, in order */
	int depth;		/* items opened around the present one */
	size_t n, cap;
};

/* --- counting ------------------------------------------------------------ */

static inline int
blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static uint32_t
count_solid(const char *s, size_t n)
{
	uint32_t k = 0;
	size_t i;

	for (i = 0; i < n; i++)
		k += !blank(s[i]);
	return k;
}

/* Non-blank bytes in [start, end). */
static uint32_t
solid(const struct job *j, uint32_t start, uint32_t end)
{
	uint32_t a = start / SAMPLE, b = end / SAMPLE;

	if (a == b)
		return count_solid(j->text + start, end - start);
	return j->solid[b] - j->solid[a] -
	    count_solid(j->text + a * SAMPLE, start - a * SAMPLE) +
	    count_solid(j->text + b * SAMPLE, end - b * SAMPLE);
}

static int
fits(const struct job *j, uint32_t start, uint32_t end)
{
	return end - start <= j->budget || (end - start <=
	    (uint64_t)j->budget * BLANK_FACTOR &&
	    solid(j, start, end) <= j->budget);
}

static void
sample(struct job *j)
{
	uint32_t i, n = j->len / SAMPLE;

	j->solid = xreallocarray(NULL, n + 1, sizeof *j->solid);
	j->solid[0] = 0;
	for (i = 0; i < n; i++)
		j->solid[i + 1] = j->solid[i] +
		    count_solid(j->text + i * SAMPLE, SAMPLE);
}

void
lines_find(struct lines *out, const char *text, size_t n)
{
	const char *p = text, *end = text + n;
	size_t cap = n / 16 + 2;

	out->start = arena_alloc(cap * sizeof *out->start);
	out->start[0] = 0;
	out->n = 1;
	while (p < end && (p = memchr(p, '\n', end - p)) != NULL) {
		p++;
		if (out->n == cap) {
			uint32_t *more = arena_alloc(2 * cap * sizeof *more);

			memcpy(more, out->start, cap * sizeof *more);
			out->start = more;
			cap *= 2;
		}
		out->start[out->n++] = (uint32_t)(p - text);
	}
}

uint32_t
line_of(const struct lines *l, uint32_t at)
{
	size_t lo = 0, hi = l->n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->start[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	return (uint32_t)lo + 1;
}

/* --- definitions in a span ------------------------------------------------ */

/* The first definition that begins at or behind the byte at. */
static size_t
first_def(const struct defs *d, uint32_t at)
{
	size_t lo = 0, hi = d->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (d->def[mid].start < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Is there a definition with just this span? */
static int
is_def(const struct job *j, uint32_t start, uint32_t end)
{
	size_t i;

	for (i = first_def(j->defs, start);
	    i < j->defs->n && j->defs->def[i].start == start; i++)
		if (j->defs->def[i].end == end)
			return 1;
	return 0;
}

/* The same for an item. */
static int
item_is_def(const struct job *j, const struct item *it)
{
	return !ts_node_is_null(it->node) &&
	    is_def(j, it->docs, ts_node_end_byte(it->node));
}

/*
 * Where the definition ends that begins with this node and goes on behind it,
 * though not beyond its parent (a NEXT row); 0 if none does.
 */
static uint32_t
goes_on(const struct job *j, TSNode node, TSNode parent)
{
	uint32_t start = mask_start(j->text, j->shown, node);
	uint32_t end = ts_node_end_byte(node);
	uint32_t high = ts_node_end_byte(parent);
	const struct defs *d = j->defs;
	size_t i;

	if (start == mask_start(j->text, j->shown, parent))
		high--;		/* that would be the parent itself */
	for (i = first_def(d, start); i < d->n && d->def[i].start == start; i++)
		if (d->def[i].end > end && d->def[i].end <= high)
			return d->def[i].end;
	return 0;
}

/* The outermost definition that fits and in which the byte is, or NULL. */
static const struct def *
whole_at(const struct job *j, uint32_t at)
{
	const struct def *whole = NULL, *d;
	int i = (int)first_def(j->defs, at) - 1;

	for (; i != -1; i = j->up[i]) {
		d = &j->defs->def[i];
		if (d->end <= at)
			continue;
		if (!fits(j, d->start, d->end))
			break;
		whole = d;
	}
	return whole;
}

static int
tiny(const struct job *j, uint32_t start, uint32_t end)
{
	uint32_t least = j->budget / TINY;

	return solid(j, start, end) < (least < TINY_MOST ? least : TINY_MOST);
}

static int
substantial(const struct job *j, uint32_t start, uint32_t end)
{
	return solid(j, start, end) >= j->budget / SUBSTANCE;
}

/*
 * Does the item hold several definitions, one of substance among them, while
 * it is none itself? Then it is only their frame (#if, extern "C").
 */
static int
frame(const struct job *j, const struct item *it)
{
	const struct defs *d = j->defs;
	uint32_t end = 0;
	size_t i, n = 0;
	int big = 0;

	if (ts_node_is_null(it->node) || item_is_def(j, it))
		return 0;
	for (i = first_def(d, it->docs);
	    i < d->n && d->def[i].start < it->end; i++)
		if (d->def[i].start >= end) {
			end = d->def[i].end;
			n++;
			big |= substantial(j, d->def[i].start, end);
		}
	return big && n > 1;
}

/* --- languages in languages ---------------------------------------------- */

/* The part that begins at the node, if what stands there has a tree. */
static const struct part *
part_at(const struct job *j, TSNode node)
{
	const struct defs *d = j->defs;
	uint32_t start;
	size_t lo = 0, hi = d->nparts;

	if (hi == 0 || ts_node_language(node) != j->g->ts)
		return NULL;
	start = ts_node_start_byte(node);
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (d->part[mid].start <= start)
			lo = mid;
		else
			hi = mid;
	}
	return d->part[lo].start == start &&
	    d->part[lo].end == ts_node_end_byte(node) &&
	    !ts_node_is_null(d->part[lo].root) ? &d->part[lo] : NULL;
}

/* What the table of the node's language says of it. */
static uint16_t
flags_of(const struct job *j, TSNode node)
{
	const struct defs *d = j->defs;
	const struct grammar *g = j->g;
	size_t i;

	if (d->nparts != 0) {
		const TSLanguage *ts = ts_node_language(node);

		for (i = 0; g->ts != ts && i < d->nparts; i++)
			g = d->part[i].g;
	}
	return g->flags[kind_of(g, node)];
}

/* --- items --------------------------------------------------------------- */

/* Where a cut before the node at byte at goes: the start of its line, if only
 * blanks are between, but not before low. */
static uint32_t
line_start(const struct job *j, uint32_t at, uint32_t low)
{
	uint32_t p = at;

	if (at <= low)
		return low;
	while (p > low && (j->text[p - 1] == ' ' || j->text[p - 1] == '\t'))
		p--;
	return p == low || j->text[p - 1] == '\n' ? p : at;
}

/* Where a cut behind the node that ends at byte at goes: behind the newline,
 * if there are only blanks before it. */
static uint32_t
line_end(const struct job *j, uint32_t at, uint32_t high)
{
	uint32_t p = at;

	if (at > 0 && j->text[at - 1] == '\n')
		return at;
	while (p < high && j->text[p] != '\n' && blank(j->text[p]))
		p++;
	return p < high && j->text[p] == '\n' ? p + 1 : at;
}

/* Newlines from the end of one node to the start of the next, the one that
 * the first may end with included. */
static int
newlines(const struct job *j, uint32_t from, uint32_t to)
{
	int n = 0, most = 0;

	if (from > 0 && j->text[from - 1] == '\n')
		from--;
	for (; from < to; from++)
		if (j->text[from] != '\n')
			n = blank(j->text[from]) ? n : 0; /* a hidden word */
		else if (++n > most)
			most = n;
	return most;
}

/* Would a cut at the byte come between words of a line, or between a head and
 * its brace? Nothing that a grammar knows as a statement ends so; "static
 * __init" before a type it lacks does, and TEST("it") { }. */
static int
torn(const struct job *j, uint32_t at, uint32_t start)
{
	if (j->text[start] == '{') {
		uint32_t p = start;

		while (p > 0 && blank(j->text[p - 1]))
			p--;
		if (p > 0 && j->text[p - 1] == ')')
			return 1;
	}
	while (at > 0 && (j->text[at - 1] == ' ' || j->text[at - 1] == '\t'))
		at--;
	return at > 0 && (isalnum((unsigned char)j->text[at - 1]) ||
	    j->text[at - 1] == '_');
}

/* Is there nothing, not even an empty line, between two bytes? */
static int
adjoin(const struct job *j, uint32_t from, uint32_t to)
{
	return solid(j, from, to) == 0 && newlines(j, from, to) <= 1;
}

static const TSNode no_node;

/* End the last item at a byte and begin another there. */
static void
add_item(struct items *l, uint32_t start, TSNode node, uint32_t docs, int tail)
{
	struct item *it;

	if (l->n != 0) {
		it = &l->item[l->n - 1];
		if (start <= it->start) {	/* nothing before: its head */
			it->node = node;
			it->run = no_node;
			it->docs = docs;
			it->tail = tail;
			return;
		}
		it->end = start;
	}
	l->item = xgrow(l->item, &l->cap, l->n + 1, sizeof *l->item);
	l->item[l->n++] = (struct item){ .start = start, .end = start,
	    .node = node, .docs = docs, .tail = tail };
}

/* Where a node ends: the blanks of the next line, which some grammars count
 * to it, left out. */
static uint32_t
node_end(const struct job *j, TSNode node)
{
	uint32_t end = ts_node_end_byte(node), p = end;
	uint32_t start = ts_node_start_byte(node);

	while (p > start && (j->text[p - 1] == ' ' || j->text[p - 1] == '\t'))
		p--;
	return p > start && j->text[p - 1] == '\n' ? p : end;
}

static void items_in(struct job *, struct items *, TSNode);

/*
 * The items right inside a BLOCK node, at which the cursor stands. Comments
 * and attributes wait for what they belong to. When only lines can be cut
 * before, what begins in the middle of one is looked into instead. Docs may
 * stand right before the node, from docs up to docs_end, or that is 0. Of a
 * run only what it has counts.
 */
static void
block_items(struct job *j, struct items *l, TSTreeCursor *c, int only_lines,
    uint32_t docs, uint32_t docs_end, const struct item *run)
{
	TSNode parent = ts_tree_cursor_current_node(c);
	uint32_t prev = mask_start(j->text, j->shown, parent);
	uint32_t last = 0, doc_start = docs, until = 0, last_start = 0;
	int waiting = docs_end != 0;	/* docs wait, from doc_start on */

	if (waiting)
		prev = docs_end;
	if (l->item[l->n - 1].start > prev)
		prev = l->item[l->n - 1].start;
	if (!ts_tree_cursor_goto_first_child(c))
		return;
	do {
		TSNode node = ts_tree_cursor_current_node(c);
		uint32_t start = mask_start(j->text, j->shown, node);
		uint32_t end = node_end(j, node), at;
		int doc = flags_of(j, node) & DOC;

		if (run != NULL && start < run->docs)
			continue;
		if (run != NULL && start >= run->end)
			break;
		if (!ts_node_is_named(node) || end == start) {
			if (!waiting && end > prev)
				prev = end;
			continue;
		}
		if (start < until) {	/* the body of what has begun */
			if (l->item[l->n - 1].docs != last_start)
				l->item[l->n - 1].run = parent;
			last_start = start;
			l->item[l->n - 1].node = node;
			last = prev = end;
			continue;
		}
		if (waiting && newlines(j, prev, start) > 1) {
			add_item(l, doc_start, no_node, doc_start, 0);
			waiting = 0;
		}
		at = line_start(j, start, prev);
		if (waiting)
			at = doc_start;
		if (torn(j, at, start) && !waiting && last != 0 && !doc) {
			/* one thing that the parser took for two */
			l->item[l->n - 1].node = node;
			if (j->text[start] != '{')
				l->item[l->n - 1].docs = start;
			prev = last = end;
			continue;
		}
		if ((only_lines && at != 0 && j->text[at - 1] != '\n') ||
		    (doc && !waiting && last != 0 &&
		    newlines(j, prev, start) == 0)) {
			/* no place for a cut; or a comment behind code */
			prev = end;
			if (!doc && !fits(j, start, end) &&
			    j->depth < DEPTH) {
				j->depth++;
				items_in(j, l, node);
				j->depth--;
				last = end;
			}
			continue;
		}
		if (doc) {
			if (!waiting)
				doc_start = at;
			waiting = 1;
		} else {
			add_item(l, at, node, start, 0);
			waiting = 0;
			last = end;
			until = goes_on(j, node, parent);
			last_start = start;
			if (run != NULL && start == run->docs)
				until = 0;	/* that is the run itself */
		}
		prev = end;
	} while (ts_tree_cursor_goto_next_sibling(c));
	if (waiting)
		add_item(l, doc_start, no_node, doc_start, 0);
	ts_tree_cursor_goto_parent(c);
	if (last != 0) {
		uint32_t end = ts_node_end_byte(
		    ts_tree_cursor_current_node(c));
		uint32_t at = line_end(j, prev, end);

		if (at < end && solid(j, at, end) != 0)
			add_item(l, at, no_node, at, 1);
	}
}

/*
 * The items inside a node: those of the outermost BLOCK nodes in it, and the
 * definitions that stand elsewhere (a function in an expression). The node
 * itself is opened in any case. Items are appended to l, whose last one may
 * be the head.
 */
static void
items_in(struct job *j, struct items *l, TSNode top)
{
	TSTreeCursor c = ts_tree_cursor_new(top);
	int depth = 0, down = 1;
	uint32_t docs = 0, docs_end = 0;	/* the last ones seen */

	for (;;) {
		TSNode node = ts_tree_cursor_current_node(&c);
		uint16_t flags = flags_of(j, node);
		const struct part *part;
		uint32_t start, end, at;

		if (!down)
			;
		else if ((part = part_at(j, node)) != NULL) {
			items_in(j, l, part->root);
			down = 0;
		} else if (flags & (BLOCK | LINES)) {
			start = ts_node_start_byte(node);
			if (!adjoin(j, docs_end, start))
				docs = docs_end = 0;
			block_items(j, l, &c, (flags & (BLOCK | LINES)) ==
			    LINES, docs, docs_end, NULL);
			down = 0;
		} else if (flags & DOC) {
			start = ts_node_start_byte(node);
			at = line_start(j, start, l->item[l->n - 1].start);
			if (docs_end == 0 || !adjoin(j, docs_end, start))
				docs = at;
			docs_end = at != 0 && j->text[at - 1] == '\n' ?
			    ts_node_end_byte(node) : 0;
			down = 0;
		} else if (depth != 0 && is_def(j,
		    (start = mask_start(j->text, j->shown, node)),
		    (end = ts_node_end_byte(node))) && fits(j, start, end)) {
			add_item(l, line_start(j, start,
			    l->item[l->n - 1].start), node, start, 0);
			end = line_end(j, end, ts_node_end_byte(top));
			add_item(l, end, no_node, end, 0);
			down = 0;
		}
		if (down && ts_tree_cursor_goto_first_child(&c)) {
			depth++;
			continue;
		}
		for (down = 1; depth != 0 &&
		    !ts_tree_cursor_goto_next_sibling(&c); depth--)
			ts_tree_cursor_goto_parent(&c);
		if (depth == 0)
			break;
	}
	ts_tree_cursor_delete(&c);
}

/* The items of a run of siblings. */
static void
run_items(struct job *j, struct items *l, const struct item *run)
{
	TSTreeCursor c = ts_tree_cursor_new(run->run);
	int flags = flags_of(j, run->run);

	block_items(j, l, &c, (flags & BLOCK) == 0, 0, 0, run);
	ts_tree_cursor_delete(&c);
}

/* --- chunks -------------------------------------------------------------- */

static void
end_chunk(struct job *j, uint32_t at)
{
	if (at == (j->n != 0 ? j->cuts[j->n - 1] : 0))
		return;
	j->cuts = xgrow(j->cuts, &j->cap, j->n + 1, sizeof *j->cuts);
	j->cuts[j->n++] = at;
}

/* The last place not behind high for a cut in the middle of a line: behind a
 * blank or punctuation if one is near, else between two characters. */
static uint32_t
char_cut(const struct job *j, uint32_t low, uint32_t high)
{
	uint32_t at = high, near = high - (high - low) / 4;

	while (at > near && strchr(" \t,;{}()", j->text[at - 1]) == NULL)
		at--;
	if (at > near)
		return at;
	/* not inside a UTF-8 sequence; it has at most 3 bytes to follow */
	for (at = high; at > low + 1 && high - at < 4 &&
	    (j->text[at] & 0xc0) == 0x80; at--)
		;
	return high - at < 4 ? at : high;
}

/* How far the budget reaches from start: the largest end that fits. */
static uint32_t
reach(const struct job *j, uint32_t start, uint32_t end)
{
	uint64_t most = start + (uint64_t)j->budget * BLANK_FACTOR;
	uint32_t p, left = j->budget;

	if (end > most)
		end = (uint32_t)most;
	for (p = start; p < end; p++)
		if (!blank(j->text[p]) && left-- == 0)
			break;
	return p;
}

/* Cut [start, end) between lines, and what is too long between characters, but
 * not in a definition that fits. */
static void
cut_lines(struct job *j, uint32_t start, uint32_t end)
{
	const struct def *whole;

	while (!fits(j, start, end)) {
		uint32_t high = reach(j, start, end);
		uint32_t at = j->lines->start[line_of(j->lines, high) - 1];

		/* a cut at high itself is one too, if a line begins there */
		at = at > start ? at : char_cut(j, start, high);
		if ((whole = whole_at(j, at)) != NULL)
			at = whole->start > start ? whole->start : whole->end;
		start = at;
		end_chunk(j, start);
	}
	end_chunk(j, end);
}

/*
 * A little in which no definition begins, nor what documents one, goes with
 * what is before it: the "return 0; }" behind a long loop, a function's
 * EXPORT_SYMBOL.
 */
static int
add_to_last(struct job *j, uint32_t start, uint32_t end)
{
	size_t def = first_def(j->defs, start);

	if (j->n == 0 || substantial(j, start, end) ||
	    (def < j->defs->n && j->defs->def[def].doc < end) ||
	    !fits(j, j->n > 1 ? j->cuts[j->n - 2] : 0, end))
		return 0;
	j->cuts[j->n - 1] = end;
	return 1;
}

/*
 * Put the items [i, k), which may share chunks, into as few as the budget
 * allows, and those into about equal ones: greedily filled, the last one
 * would often be a single bracket.
 */
static void
merge(struct job *j, const struct item *it, size_t n)
{
	uint32_t total, share, have;
	size_t i, from, k, pass;

	if (n == 0 || add_to_last(j, it[0].start, it[n - 1].end))
		return;
	for (k = 1, from = 0, i = 1; i < n; i++)
		if (!fits(j, it[from].start, it[i].end)) {
			k++;
			from = i;
		}
	total = solid(j, it[0].start, it[n - 1].end);
	share = total / (uint32_t)k;
	share += share / 8;
	for (pass = 0; pass < 2; pass++) {
		size_t before = j->n, used = 1;

		for (from = 0, i = 1; i < n; i++) {
			have = solid(j, it[from].start, it[i].end);
			if (!fits(j, it[from].start, it[i].end) ||
			    (pass == 0 && used < k && have > share)) {
				end_chunk(j, it[i].start);
				from = i;
				used++;
			}
		}
		if (used <= k)
			break;
		j->n = before;		/* equal ones took more: fill them */
	}
	end_chunk(j, it[n - 1].end);
}

/* No item begins inside a definition that fits: what the parser took apart is
 * one. */
static void
keep_whole(const struct job *j, struct items *l)
{
	size_t i, n = 1;

	for (i = 1; i < l->n; i++)
		if (whole_at(j, l->item[i].start) == NULL)
			l->item[n++] = l->item[i];
		else {
			l->item[n - 1].end = l->item[i].end;
			l->item[n - 1].node = no_node;
		}
	l->n = n;
}

static void cut_items(struct job *, struct items *);

/* Cut inside an item that is too large or only a frame. */
static void
open_item(struct job *j, const struct item *it)
{
	struct items inner = { 0 };

	add_item(&inner, it->start, no_node, it->start, 0);
	if (!ts_node_is_null(it->node) && j->depth < DEPTH) {
		uint32_t end = ts_node_end_byte(it->node);

		if (!fits(j, it->start, it->end) && !frame(j, it) &&
		    fits(j, it->docs, end)) {
			/* too large only with what is around it */
			add_item(&inner, line_start(j, it->docs, it->start),
			    it->node, it->docs, 0);
			end = line_end(j, end, it->end);
			if (!fits(j, it->docs, it->end))
				add_item(&inner, end, no_node, end, 0);
		} else if (!ts_node_is_null(it->run))
			run_items(j, &inner, it);
		else
			items_in(j, &inner, it->node);
	}
	inner.item[inner.n - 1].end = it->end;
	keep_whole(j, &inner);
	j->depth++;
	inner.loose = !item_is_def(j, it);
	if (inner.n > 1 || !ts_node_eq(inner.item->node, it->node))
		cut_items(j, &inner);
	else if (fits(j, it->start, it->end))
		end_chunk(j, it->end);
	else
		cut_lines(j, it->start, it->end);
	j->depth--;
	free(inner.item);
}

/* Make chunks of a sequence of items. */
static void
cut_items(struct job *j, struct items *l)
{
	struct item *it = l->item;
	size_t i, from = 0;		/* [from, i) wait to be merged */

	for (i = 0; i < l->n; i++) {
		uint32_t start = it[i].start, end = it[i].end;
		int big = !fits(j, start, end);
		int own = !big && item_is_def(j, &it[i]) &&
		    substantial(j, start, end);

		if (!big && !own && !frame(j, &it[i]))
			continue;
		/* a little before it becomes its head: "#ifdef X" */
		if (i == from + 1 && ts_node_is_null(it[from].node) &&
		    !substantial(j, it[from].start, it[from].end) &&
		    (!own || (l->loose && fits(j, it[from].start, end))))
			start = it[i].start = it[from].start;
		else
			merge(j, it + from, i - from);
		if (!own)
			open_item(j, &it[i]);
		else if (i + 1 < l->n && it[i + 1].tail &&
		    fits(j, start, it[i + 1].end))
			end_chunk(j, it[++i].end);
		else
			end_chunk(j, end);
		from = i + 1;
	}
	merge(j, it + from, l->n - from);
}

/* --- text in no language --------------------------------------------------- */

/* Behind the blanks at the byte, on its line. */
static uint32_t
skip_indent(const struct job *j, uint32_t at, uint32_t end)
{
	while (at < end && (j->text[at] == ' ' || j->text[at] == '\t' ||
	    j->text[at] == '\r'))
		at++;
	return at;
}

/* Where the line at the byte ends, its newline left out. */
static uint32_t
end_of_line(const struct job *j, uint32_t at)
{
	const char *nl = memchr(j->text + at, '\n', j->len - at);

	return nl != NULL ? (uint32_t)(nl - j->text) : j->len;
}

static int
empty_line(const struct job *j, uint32_t at)
{
	uint32_t end = end_of_line(j, at);

	return skip_indent(j, at, end) == end;
}

/* Is the line one byte again and again, three times at least? */
static int
underline(const struct job *j, uint32_t at)
{
	uint32_t end = end_of_line(j, at), p = at;

	if (at == end || strchr("=-~^#*\"+", j->text[at]) == NULL)
		return 0;
	while (p < end && j->text[p] == j->text[at])
		p++;
	return p - at >= 3 && skip_indent(j, p, end) == end;
}

/* Is the line numbered as a heading is: "1.2 Name", "Chapter 3"? */
static int
numbered(const struct job *j, uint32_t at)
{
	static const char *const words[] = { "chapter ", "section ", "part ",
	    "appendix ", "article ", NULL };
	const char *const *w, *s = j->text + at;
	uint32_t end = end_of_line(j, at), p = at;
	int dots = 0;

	if (end - at > 80)
		return 0;
	for (w = words; *w != NULL; w++)
		if (end - at > strlen(*w) &&
		    strncasecmp(s, *w, strlen(*w)) == 0)
			return 1;
	for (; p < end && (isdigit((unsigned char)j->text[p]) ||
	    j->text[p] == '.'); p++)
		dots += j->text[p] == '.';
	if (dots == 0 || !isdigit((unsigned char)*s) || p == end ||
	    j->text[p] != ' ')
		return 0;
	p = skip_indent(j, p, end);
	return p < end && isupper((unsigned char)j->text[p]);
}

/* Does a heading stand at the line, behind an empty one or at the beginning? */
static int
heading(const struct job *j, uint32_t at)
{
	uint32_t next = end_of_line(j, at) + 1;

	if (at != 0 && !empty_line(j, j->lines->start[line_of(j->lines,
	    at - 1) - 1]))
		return 0;
	if (empty_line(j, at))
		return 0;
	return numbered(j, at) || (next < j->len && !underline(j, at) &&
	    underline(j, next));
}

/* May a text be cut before the line: at headings, at paragraphs? What a heading
 * is of stays with it. */
static int
text_cut(const struct job *j, uint32_t at, int paragraphs)
{
	uint32_t before = j->lines->start[line_of(j->lines, at - 1) - 1];

	if (!paragraphs)
		return heading(j, at);
	return empty_line(j, before) && !empty_line(j, at) && before != 0 &&
	    !underline(j, j->lines->start[line_of(j->lines, before - 1) - 1]);
}

/* Cut [start, end), whole lines, at headings, what is too large at empty lines,
 * and then between lines. */
static void
cut_text(struct job *j, uint32_t start, uint32_t end, int paragraphs)
{
	struct items l = { 0 };
	size_t i, from = 0, line = line_of(j->lines, start);
	uint32_t at;

	add_item(&l, start, no_node, start, 0);
	for (; line < j->lines->n && (at = j->lines->start[line]) < end; line++)
		if (text_cut(j, at, paragraphs))
			add_item(&l, at, no_node, at, 0);
	l.item[l.n - 1].end = end;
	for (i = 0; i < l.n; i++) {
		if (fits(j, l.item[i].start, l.item[i].end))
			continue;
		merge(j, l.item + from, i - from);
		if (paragraphs)
			cut_lines(j, l.item[i].start, l.item[i].end);
		else
			cut_text(j, l.item[i].start, l.item[i].end, 1);
		from = i + 1;
	}
	merge(j, l.item + from, l.n - from);
	free(l.item);
}

/* --- what is too small to stand alone ---------------------------------------- */

/* How far a line is indented. */
static uint32_t
indent(const struct job *j, uint32_t at)
{
	uint32_t p = at;

	while (p < j->len && (j->text[p] == ' ' || j->text[p] == '\t'))
		p++;
	return p - at;
}

/* Does the chunk hold the beginning of something, a definition that may belong
 * to what is behind it? */
static int
begins(const struct job *j, uint32_t start, uint32_t end)
{
	size_t i = first_def(j->defs, start);

	return i < j->defs->n && j->defs->def[i].doc < end;
}

/*
 * The place for a cut between [start, end) that leaves more than a little on
 * both sides, near to that end of it where there is too little: before the line
 * that is indented least, among some. 0 if there is none.
 */
static uint32_t
better_cut(const struct job *j, uint32_t start, uint32_t end, int late)
{
	size_t line = line_of(j->lines, late ? end - 1 : start);
	uint32_t best = 0, least = UINT32_MAX, at, in;
	int tried;

	for (tried = 0; tried < 16; line = late ? line - 1 : line + 1) {
		if (line == 0 || line > j->lines->n ||
		    (at = j->lines->start[line - 1]) >= end)
			break;
		if (at <= start) {
			if (late)
				break;
			continue;
		}
		tried++;
		if (tiny(j, start, at) || tiny(j, at, end) ||
		    (in = indent(j, at)) >= least || whole_at(j, at) != NULL ||
		    !fits(j, start, at) || !fits(j, at, end))
			continue;
		least = in;
		best = at;
	}
	return best;
}

/*
 * What is tiny joins the chunk that it belongs to, behind it when it begins
 * something, else before it; or the other one. Where neither has room, a line
 * or some come over.
 */
static void
join_tiny(struct job *j)
{
	size_t i, n = 0;

	for (i = 0; i < j->n; i++) {
		uint32_t start = n != 0 ? j->cuts[n - 1] : 0, end = j->cuts[i];
		uint32_t before = n > 1 ? j->cuts[n - 2] : 0, at, next;
		int last = i + 1 == j->n, first = n == 0, room;

		next = last ? end : j->cuts[i + 1];
		j->cuts[n++] = end;
		if (!tiny(j, start, end) || (first && last))
			continue;
		room = !first && fits(j, before, end);
		if (!last && fits(j, start, next) &&
		    (!room || begins(j, start, end)))
			n--;
		else if (room) {
			j->cuts[n - 2] = end;
			n--;
		} else if (!first && (last || !begins(j, start, end)) &&
		    (at = better_cut(j, before, end, 1)) != 0)
			j->cuts[n - 2] = at;
		else if (!last && (at = better_cut(j, start, next, 0)) != 0)
			j->cuts[n - 1] = at;
	}
	j->n = n;
}

/* --- what the chunks stand for -------------------------------------------- */

/* How many bytes of the definition, and of what documents it, are in the
 * chunk. */
static uint32_t
overlap(const struct def *d, const struct cut *c)
{
	uint32_t start = d->doc > c->start ? d->doc : c->start;
	uint32_t end = d->end < c->end ? d->end : c->end;

	return end > start ? end - start : 0;
}

/* Is the definition at least one in share of what the chunk holds? */
static int
weighs(const struct job *j, const struct def *d, const struct cut *c,
    uint32_t share)
{
	return (uint64_t)solid(j, d->doc > c->start ? d->doc : c->start,
	    d->end) * share >=
	    solid(j, c->start, c->end);
}

/*
 * The definition a chunk stands for: the only one at its outermost level, if
 * it is whole and more than a byword (a header is not its guard's macro), or
 * most of the chunk beside bywords; or
 * that of which the chunk is a piece, or whose comment it is. A piece of a
 * class that holds one definition stands for that; of a function only, if that
 * is most of it.
 */
static int
stands_for(const struct job *j, const struct cut *c, const int *up,
    int around)
{
	const struct defs *d = j->defs;
	int whole = -1, piece = -1;
	uint32_t end = 0, share;
	size_t i, n = 0, all = 0;

	for (; around != -1; around = up[around])
		if (overlap(&d->def[around], c) != 0) {
			piece = around;
			break;
		}
	for (i = c->first; i < c->first + c->ndefs; i++) {
		const struct def *f = &d->def[i];

		if (f->end > c->end && overlap(f, c) * 2 > c->end - c->start)
			piece = (int)i;
		else if (f->end <= c->end && f->start >= end) {
			end = f->end;
			all++;
			if (whole == -1 || weighs(j, f, c, 8)) {
				n = whole == -1 || weighs(j, &d->def[whole],
				    c, 8) ? n + 1 : 1;
				whole = (int)i;
			}
		}
	}
	share = all == 1 && (piece == -1 || !d->def[piece].local) ? 8 : 2;
	if (n == 1 && (piece == -1 || (size_t)piece < c->first) &&
	    weighs(j, &d->def[whole], c, share))
		return whole;
	i = c->first + c->ndefs;
	if (n == 0 && i < d->n && (piece == -1 || (size_t)piece < c->first) &&
	    overlap(&d->def[i], c) * 2 > c->end - c->start)
		return (int)i;
	return piece;
}

/* Which part of its definition each chunk is: k of the n chunks over which
 * the definition reaches. */
static void
number_part(const struct cuts *out, size_t i, const struct defs *d)
{
	struct cut *c = &out->cut[i];
	const struct def *f;
	size_t lo = i, hi = i;

	if (c->def == -1)
		return;
	f = &d->def[c->def];
	if (f->doc >= c->start && f->end <= c->end)
		return;
	while (lo > 0 && out->cut[lo - 1].end > f->doc)
		lo--;
	while (hi + 1 < out->n && out->cut[hi + 1].start < f->end)
		hi++;
	c->part = (uint32_t)(i - lo + 1);
	c->parts = (uint32_t)(hi - lo + 1);
}

/* For each definition the innermost one around it, or -1. */
static int *
nesting(const struct defs *d)
{
	int *up = xreallocarray(NULL, d->n, sizeof *up), top = -1;
	size_t i;

	for (i = 0; i < d->n; i++) {
		while (top != -1 && d->def[top].end <= d->def[i].start)
			top = up[top];
		up[i] = top;
		top = (int)i;
	}
	return up;
}

static void
number_lines(struct cut *c, const struct lines *l)
{
	c->start_line = line_of(l, c->start);
	c->end_line = line_of(l, c->end > c->start ? c->end - 1 : c->start);
}

void
cut_partition(struct cuts *out, const struct grammar *g, const TSNode *root,
    const struct defs *d, const struct lines *l, const char *text,
    const char *shown, size_t n, uint32_t budget)
{
	struct job j = { .g = g, .text = text, .shown = shown, .len = (uint32_t)n,
	    .budget = budget, .defs = d, .lines = l };
	struct item whole = { .start = 0, .end = (uint32_t)n };
	uint32_t start = 0;
	int around = -1, *up = nesting(d);
	size_t i, def = 0;

	sample(&j);
	j.up = up;
	if (root != NULL)
		whole.node = *root;
	if (n != 0 && g == NULL)
		cut_text(&j, 0, (uint32_t)n, 0);
	else if (n != 0)
		open_item(&j, &whole);
	join_tiny(&j);
	out->n = j.n;
	out->cut = arena_alloc(j.n * sizeof *out->cut);
	for (i = 0; i < j.n; i++) {
		struct cut *c = &out->cut[i];

		*c = (struct cut){ .start = start, .end = j.cuts[i],
		    .first = def };
		while (def < d->n && d->def[def].start < c->end)
			def++;
		c->ndefs = def - c->first;
		number_lines(c, l);
		/* the last definition begun reaches in here, or one around */
		c->def = stands_for(&j, c, up, around);
		if (def != 0)
			around = (int)def - 1;
		start = c->end;
	}
	for (i = 0; i < out->n; i++)
		number_part(out, i, d);
	free(up);
	free(j.solid);
	free(j.cuts);
}

void
cut_definitions(struct cuts *out, const struct defs *d, const struct lines *l)
{
	size_t i;

	out->cut = arena_alloc(d->n * sizeof *out->cut);
	out->n = 0;
	for (i = 0; i < d->n; i++) {
		const struct def *f = &d->def[i];
		struct cut *c = &out->cut[out->n];

		/* "int a, b;" is two definitions and one chunk */
		if (i != 0 && f[-1].start == f->start && f[-1].end == f->end) {
			c[-1].ndefs++;
			continue;
		}
		*c = (struct cut){ .start = f->start, .end = f->end,
		    .def = (int)i, .first = i, .ndefs = 1 };
		number_lines(c, l);
		out->n++;
	}
}
