#include <string.h>

#include "search/excerpt.h"

/* The line at s, without its end. */
static size_t
line_length(const char *s, size_t n)
{
	const char *end = memchr(s, '\n', n);
	size_t len = end != NULL ? (size_t)(end - s) : n;

	return len != 0 && s[len - 1] == '\r' ? len - 1 : len;
}

static double
line_worth(struct rank *r, const char *s, size_t n)
{
	unsigned char seen[RANK_WORDS] = { 0 };
	size_t at = 0, start, end, word;
	double sum = 0, worth;

	while (rank_next(r, s, n, at, &start, &end, &word)) {
		if (!seen[word]) {
			rank_word(r, word, &worth);
			sum += worth;
		}
		seen[word] = 1;
		at = end;
	}
	return sum;
}

/* Put the line among the best, if it is one; the first stays. */
static void
keep_best(struct excerpt_line *best, size_t *n, const struct excerpt_line *l)
{
	size_t i, worst = 1;

	if (*n < EXCERPT_LINES) {
		best[(*n)++] = *l;
		return;
	}
	for (i = 2; i < EXCERPT_LINES; i++)
		if (best[i].worth <= best[worst].worth)
			worst = i;
	if (l->worth <= best[worst].worth)
		return;
	memmove(best + worst, best + worst + 1,
	    (EXCERPT_LINES - 1 - worst) * sizeof *best);
	best[EXCERPT_LINES - 1] = *l;
}

size_t
excerpt(struct excerpt_line best[EXCERPT_LINES], struct rank *r,
    uint64_t first, const char *s, size_t n)
{
	struct excerpt_line l = { .number = first };
	size_t found = 0, len;
	const char *end;

	for (; n != 0; s += len, n -= len, l.number++) {
		end = memchr(s, '\n', n);
		len = end != NULL ? (size_t)(end + 1 - s) : n;
		l.s = s;
		l.n = line_length(s, n);
		l.worth = line_worth(r, s, l.n);
		if ((found == 0 && l.n != 0) || l.worth > 0)
			keep_best(best, &found, &l);
	}
	return found;
}
