#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "cutting.h"

#define SAMPLE		64	/* bytes for each of which the blanks are counted */
#define SUBSTANCE	6	/* parts of the budget */

/* --- counting ------------------------------------------------------------ */

static uint32_t
count_solid(const char *s, size_t n)
{
	uint32_t k = 0;
	size_t i;

	for (i = 0; i < n; i++)
		k += !blank(s[i]);
	return k;
}

uint32_t
solid(const struct cutting *j, uint32_t start, uint32_t end)
{
	uint32_t a = start / SAMPLE, b = end / SAMPLE;

	if (a == b)
		return count_solid(j->text + start, end - start);
	return j->solid[b] - j->solid[a] -
	    count_solid(j->text + a * SAMPLE, start - a * SAMPLE) +
	    count_solid(j->text + b * SAMPLE, end - b * SAMPLE);
}

int
fits(const struct cutting *j, uint32_t start, uint32_t end)
{
	return end - start <= j->budget || (end - start <=
	    (uint64_t)j->budget * BLANK_FACTOR &&
	    solid(j, start, end) <= j->budget);
}

static void
sample(struct cutting *j)
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

size_t
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

int
is_def(const struct cutting *j, uint32_t start, uint32_t end)
{
	size_t i;

	for (i = first_def(j->defs, start);
	    i < j->defs->n && j->defs->def[i].start == start; i++)
		if (j->defs->def[i].end == end)
			return 1;
	return 0;
}

int
item_is_def(const struct cutting *j, const struct item *it)
{
	return !ts_node_is_null(it->node) &&
	    is_def(j, it->docs, ts_node_end_byte(it->node));
}

const struct def *
whole_at(const struct cutting *j, uint32_t at)
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

int
substantial(const struct cutting *j, uint32_t start, uint32_t end)
{
	return solid(j, start, end) >= j->budget / SUBSTANCE;
}

/* --- chunks --------------------------------------------------------------- */

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
	struct cutting j = { .g = g, .text = text, .shown = shown,
	    .len = (uint32_t)n, .budget = budget, .defs = d, .lines = l };
	struct item whole = { .start = 0, .end = (uint32_t)n };
	uint32_t start = 0;
	int *up = nesting(d);
	size_t i, def = 0;

	sample(&j);
	j.up = up;
	if (root != NULL)
		whole.node = *root;
	if (n != 0 && g == NULL)
		cut_prose(&j, 0, (uint32_t)n);
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
		start = c->end;
	}
	stand_for(&j, out);
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
