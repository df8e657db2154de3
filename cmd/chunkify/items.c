#include <ctype.h>

#include "cutting.h"
#include "mask.h"

/* --- what the tree and its table say ---------------------------------------- */

/*
 * Where the definition that begins with this node and extends beyond it, though
 * not beyond its parent (a NEXT row), ends; 0 if there is none.
 */
static uint32_t
goes_on(const struct cutting *j, TSNode node, TSNode parent)
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

/* The part that begins at the node, if it has a tree. */
static const struct part *
part_at(const struct cutting *j, TSNode node)
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

/* The node's flags in the table of its language. */
static uint16_t
flags_of(const struct cutting *j, TSNode node)
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

/* --- where a cut goes -------------------------------------------------------- */

uint32_t
line_start(const struct cutting *j, uint32_t at, uint32_t low)
{
	uint32_t p = at;

	if (at <= low)
		return low;
	while (p > low && (j->text[p - 1] == ' ' || j->text[p - 1] == '\t'))
		p--;
	return p == low || j->text[p - 1] == '\n' ? p : at;
}

uint32_t
line_end(const struct cutting *j, uint32_t at, uint32_t high)
{
	uint32_t p = at;

	if (at > 0 && j->text[at - 1] == '\n')
		return at;
	while (p < high && j->text[p] != '\n' && blank(j->text[p]))
		p++;
	return p < high && j->text[p] == '\n' ? p + 1 : at;
}

/* Newlines from the end of one node to the start of the next, including one
 * that the first may end with. */
static int
newlines(const struct cutting *j, uint32_t from, uint32_t to)
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
torn(const struct cutting *j, uint32_t at, uint32_t start)
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

/* Is there nothing between two bytes, not even an empty line? */
static int
adjoin(const struct cutting *j, uint32_t from, uint32_t to)
{
	return solid(j, from, to) == 0 && newlines(j, from, to) <= 1;
}

void
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

/* Where a node ends, without the blanks of the next line, which some grammars
 * include. */
static uint32_t
node_end(const struct cutting *j, TSNode node)
{
	uint32_t end = ts_node_end_byte(node), p = end;
	uint32_t start = ts_node_start_byte(node);

	while (p > start && (j->text[p - 1] == ' ' || j->text[p - 1] == '\t'))
		p--;
	return p > start && j->text[p - 1] == '\n' ? p : end;
}

/* --- what stands in a block ------------------------------------------------- */

/*
 * A BLOCK node, whose children become items in turn. Comments and attributes
 * wait for what they belong to.
 */
struct block {
	struct cutting *j;
	struct items *l;
	TSNode parent;
	const struct item *run;		/* only what it has counts; NULL: all */
	int only_lines;			/* cuts are at the beginning of lines */

	uint32_t prev;			/* where the child before ends, any */
	uint32_t last;			/* ... the one before that is no comment;
					 * 0: there was none */
	int waiting;			/* comments wait, from here on: */
	uint32_t docs;
	uint32_t until;			/* the last item's definition goes on
					 * over its next siblings up to there; */
	uint32_t part;			/* its last part so far begins here */
};

static struct item *
last_item(const struct block *b)
{
	return &b->l->item[b->l->n - 1];
}

/* Continue what has begun with its body: a run of siblings, if any. */
static void
go_on(struct block *b, TSNode node, uint32_t start)
{
	if (last_item(b)->docs != b->part)
		last_item(b)->run = b->parent;
	b->part = start;
	last_item(b)->node = node;
}

/* Join one thing that the parser took for two. */
static void
join_last(struct block *b, TSNode node, uint32_t start)
{
	last_item(b)->node = node;
	if (b->j->text[start] != '{')
		last_item(b)->docs = start;
}

static void
begin_item(struct block *b, TSNode node, uint32_t at, uint32_t start)
{
	add_item(b->l, at, node, start, 0);
	b->waiting = 0;
	b->part = start;
	b->until = goes_on(b->j, node, b->parent);
	if (b->run != NULL && start == b->run->docs)
		b->until = 0;		/* that is the run itself */
}

/* Comments that wait belong to nothing. */
static void
end_docs(struct block *b)
{
	if (b->waiting)
		add_item(b->l, b->docs, no_node, b->docs, 0);
	b->waiting = 0;
}

/* Is there no place for a cut before the child, or is it a comment after
 * code? */
static int
placeless(const struct block *b, uint32_t at, uint32_t start, int doc)
{
	if (b->only_lines && at != 0 && b->j->text[at - 1] != '\n')
		return 1;
	return doc && !b->waiting && b->last != 0 &&
	    newlines(b->j, b->prev, start) == 0;
}

static void items_in(struct cutting *, struct items *, TSNode);

/* Look into a child before which there is no cut, if it is too large. */
static void
look_into(struct block *b, TSNode node, uint32_t start, uint32_t end)
{
	if (fits(b->j, start, end) || b->j->depth >= DEPTH)
		return;
	b->j->depth++;
	items_in(b->j, b->l, node);
	b->j->depth--;
	b->last = end;
}

static void
take_child(struct block *b, TSNode node, uint32_t start)
{
	const struct cutting *j = b->j;
	uint32_t end = node_end(j, node), at;
	int doc = flags_of(j, node) & DOC;

	if (!ts_node_is_named(node) || end == start) {
		if (!b->waiting && end > b->prev)
			b->prev = end;
		return;
	}
	if (start < b->until) {
		go_on(b, node, start);
		b->last = b->prev = end;
		return;
	}
	if (b->waiting && newlines(j, b->prev, start) > 1)
		end_docs(b);
	at = b->waiting ? b->docs : line_start(j, start, b->prev);
	if (!b->waiting && b->last != 0 && !doc && torn(j, at, start)) {
		join_last(b, node, start);
		b->last = end;
	} else if (placeless(b, at, start, doc)) {
		if (!doc)
			look_into(b, node, start, end);
	} else if (doc) {
		b->docs = at;
		b->waiting = 1;
	} else {
		begin_item(b, node, at, start);
		b->last = end;
	}
	b->prev = end;
}

/* Add what follows the last child, if anything: closing brackets. */
static void
add_tail(struct block *b)
{
	uint32_t end = ts_node_end_byte(b->parent);
	uint32_t at = line_end(b->j, b->prev, end);

	if (b->last != 0 && at < end && solid(b->j, at, end) != 0)
		add_item(b->l, at, no_node, at, 1);
}

/* Comments, from the first one's line to the last one's end. */
struct docs {
	uint32_t start, end;		/* 0: there are none */
};

/*
 * The items directly inside the BLOCK node at the cursor. Comments may come
 * right before it.
 */
static void
block_items(struct cutting *j, struct items *l, TSTreeCursor *c,
    const struct docs *docs, const struct item *run)
{
	struct block b = { .j = j, .l = l, .run = run,
	    .parent = ts_tree_cursor_current_node(c),
	    .waiting = docs->end != 0, .docs = docs->start };
	TSNode node;
	uint32_t start;

	b.only_lines = !(flags_of(j, b.parent) & BLOCK);
	b.prev = b.waiting ? docs->end :
	    mask_start(j->text, j->shown, b.parent);
	if (last_item(&b)->start > b.prev)
		b.prev = last_item(&b)->start;
	if (!ts_tree_cursor_goto_first_child(c))
		return;
	do {
		node = ts_tree_cursor_current_node(c);
		start = mask_start(j->text, j->shown, node);
		if (run != NULL && start >= run->end)
			break;
		if (run == NULL || start >= run->docs)
			take_child(&b, node, start);
	} while (ts_tree_cursor_goto_next_sibling(c));
	ts_tree_cursor_goto_parent(c);
	end_docs(&b);
	add_tail(&b);
}

/* --- what stands anywhere ---------------------------------------------------- */

/* A comment outside of blocks may come right before one. */
static void
see_docs(const struct cutting *j, const struct items *l, struct docs *docs,
    TSNode node)
{
	uint32_t start = ts_node_start_byte(node);
	uint32_t at = line_start(j, start, l->item[l->n - 1].start);

	if (docs->end == 0 || !adjoin(j, docs->end, start))
		docs->start = at;
	docs->end = at != 0 && j->text[at - 1] == '\n' ?
	    ts_node_end_byte(node) : 0;
}

/* Add a definition outside of blocks, from its line to that of top's end. */
static void
add_definition(struct items *l, const struct cutting *j, TSNode node,
    uint32_t start, uint32_t high)
{
	uint32_t end = line_end(j, ts_node_end_byte(node), high);

	add_item(l, line_start(j, start, l->item[l->n - 1].start), node,
	    start, 0);
	add_item(l, end, no_node, end, 0);
}

/* Take the node at the cursor: 1, or leave it for what is in it: 0. */
static int
take_node(struct cutting *j, struct items *l, TSTreeCursor *c, TSNode top,
    struct docs *docs)
{
	TSNode node = ts_tree_cursor_current_node(c);
	uint16_t flags = flags_of(j, node);
	const struct part *part = part_at(j, node);
	uint32_t start;

	if (part != NULL) {
		items_in(j, l, part->root);
		return 1;
	}
	if (flags & (BLOCK | LINES)) {
		if (!adjoin(j, docs->end, ts_node_start_byte(node)))
			*docs = (struct docs){ 0, 0 };
		block_items(j, l, c, docs, NULL);
		return 1;
	}
	if (flags & DOC) {
		see_docs(j, l, docs, node);
		return 1;
	}
	start = mask_start(j->text, j->shown, node);
	if (ts_node_eq(node, top) || !is_def(j, start, ts_node_end_byte(node)) ||
	    !fits(j, start, ts_node_end_byte(node)))
		return 0;
	add_definition(l, j, node, start, ts_node_end_byte(top));
	return 1;
}

/* Always opens the node itself. */
static void
items_in(struct cutting *j, struct items *l, TSNode top)
{
	TSTreeCursor c = ts_tree_cursor_new(top);
	struct docs docs = { 0, 0 };
	int depth = 0, taken;

	do {
		taken = take_node(j, l, &c, top, &docs);
		if (!taken && ts_tree_cursor_goto_first_child(&c)) {
			depth++;
			continue;
		}
		for (; depth != 0 && !ts_tree_cursor_goto_next_sibling(&c);
		    depth--)
			ts_tree_cursor_goto_parent(&c);
	} while (depth != 0);
	ts_tree_cursor_delete(&c);
}

void
items_inside(struct cutting *j, struct items *l, const struct item *it)
{
	const struct docs none = { 0, 0 };
	TSTreeCursor c;

	if (ts_node_is_null(it->run)) {
		items_in(j, l, it->node);
		return;
	}
	c = ts_tree_cursor_new(it->run);
	block_items(j, l, &c, &none, it);
	ts_tree_cursor_delete(&c);
}
