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

void
sample_solid(struct cutting *j)
{
	uint32_t i, n = j->len / SAMPLE;

	j->solid = xreallocarray(NULL, n + 1, sizeof *j->solid);
	j->solid[0] = 0;
	for (i = 0; i < n; i++)
		j->solid[i + 1] = j->solid[i] +
		    count_solid(j->text + i * SAMPLE, SAMPLE);
}

void
lines_find(struct line_starts *out, const char *text, size_t n)
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
line_of(const struct line_starts *l, uint32_t at)
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
