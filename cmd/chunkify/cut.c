#include <stdlib.h>

#include "arena.h"
#include "cutting.h"

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
number_lines(struct cut *c, const struct line_starts *l)
{
	c->start_line = line_of(l, c->start);
	c->end_line = line_of(l, c->end > c->start ? c->end - 1 : c->start);
}

void
cut_partition(struct cuts *out, const struct grammar *g, const TSNode *root,
    const struct defs *d, const struct line_starts *l, const char *text,
    const char *shown, size_t n, uint32_t budget)
{
	struct cutting j = { .g = g, .text = text, .shown = shown,
	    .len = (uint32_t)n, .budget = budget, .defs = d, .lines = l };
	struct item whole = { .start = 0, .end = (uint32_t)n };
	uint32_t start = 0;
	int *up = nesting(d);
	size_t i, def = 0;

	sample_solid(&j);
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
cut_definitions(struct cuts *out, const struct defs *d, const struct line_starts *l)
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
