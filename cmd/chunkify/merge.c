#include <stdlib.h>
#include <string.h>

#include "cutting.h"

/* What has fewer non-blank bytes is nothing to be found alone: 50 by default,
 * and never more. */
#define TINY		30
#define TINY_MOST	50

/* --- chunks -------------------------------------------------------------- */

static void
end_chunk(struct cutting *j, uint32_t at)
{
	if (at == (j->n != 0 ? j->cuts[j->n - 1] : 0))
		return;
	j->cuts = xgrow(j->cuts, &j->cap, j->n + 1, sizeof *j->cuts);
	j->cuts[j->n++] = at;
}

/* The last place not behind high for a cut in the middle of a line: behind a
 * blank or punctuation if one is near, else between two characters. */
static uint32_t
char_cut(const struct cutting *j, uint32_t low, uint32_t high)
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
reach(const struct cutting *j, uint32_t start, uint32_t end)
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

void
cut_lines(struct cutting *j, uint32_t start, uint32_t end)
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
add_to_last(struct cutting *j, uint32_t start, uint32_t end)
{
	size_t def = first_def(j->defs, start);

	if (j->n == 0 || substantial(j, start, end) ||
	    (def < j->defs->n && j->defs->def[def].doc < end) ||
	    !fits(j, j->n > 1 ? j->cuts[j->n - 2] : 0, end))
		return 0;
	j->cuts[j->n - 1] = end;
	return 1;
}

/* In about equal ones: greedily filled, the last one would often be a single
 * bracket. */
void
merge(struct cutting *j, const struct item *it, size_t n)
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
keep_whole(const struct cutting *j, struct items *l)
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

/*
 * Does the item hold several definitions, one of substance among them, while
 * it is none itself? Then it is only their frame (#if, extern "C").
 */
static int
frame(const struct cutting *j, const struct item *it)
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

static void cut_items(struct cutting *, struct items *);

void
open_item(struct cutting *j, const struct item *it)
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
		} else
			items_inside(j, &inner, it);
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
cut_items(struct cutting *j, struct items *l)
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

/* --- what is too small to stand alone ---------------------------------------- */

static int
tiny(const struct cutting *j, uint32_t start, uint32_t end)
{
	uint32_t least = j->budget / TINY;

	return solid(j, start, end) < (least < TINY_MOST ? least : TINY_MOST);
}

/* How far a line is indented. */
static uint32_t
indent(const struct cutting *j, uint32_t at)
{
	uint32_t p = at;

	while (p < j->len && (j->text[p] == ' ' || j->text[p] == '\t'))
		p++;
	return p - at;
}

/* Does the chunk hold the beginning of something, a definition that may belong
 * to what is behind it? */
static int
begins(const struct cutting *j, uint32_t start, uint32_t end)
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
better_cut(const struct cutting *j, uint32_t start, uint32_t end, int late)
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

void
join_tiny(struct cutting *j)
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
