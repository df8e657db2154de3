#include <err.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "parse.h"

/*
 * What a parse may take. Measured on real sources: 5 times the length for C,
 * 25 for JavaScript, 40 for minified JavaScript and tables of numbers; on
 * generated ones up to 100 (one-line functions), and 300 where each byte is a
 * token.
 */
#define MEMORY_BASE	((size_t)256 << 20)
#define MEMORY_FACTOR	512
#ifdef ARENA_MALLOC	/* pieces have no slack then, and are slow to make */
#define MEMORY_MOST	((size_t)384 << 20)
#else
#define MEMORY_MOST	((size_t)1 << 30)
#endif

struct parse_input {
	const char *text;
	size_t n;
	struct deadline *deadline;
};

static double
now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void
deadline_begin(struct deadline *d, double seconds)
{
	d->seconds = seconds;
	if (seconds > 0) {
		d->wall = now(CLOCK_MONOTONIC) + seconds;
		d->cpu = now(CLOCK_THREAD_CPUTIME_ID) + seconds;
	}
}

int
deadline_over(struct deadline *d)
{
	double left;

	if (d->seconds <= 0 || now(CLOCK_MONOTONIC) < d->wall)
		return 0;
	left = d->cpu - now(CLOCK_THREAD_CPUTIME_ID);
	if (left <= 0)
		return 1;
	d->wall = now(CLOCK_MONOTONIC) + left;
	return 0;
}

static const char *
feed(void *arg, uint32_t at, TSPoint point, uint32_t *n)
{
	const struct parse_input *in = arg;

	(void)point;
	*n = at < in->n ? (uint32_t)in->n - at : 0;
	return in->text + (at < in->n ? at : in->n);
}

/* Called by the parser every hundred steps; true stops it. */
static bool
too_long(TSParseState *state)
{
	struct parse_input *in = state->payload;

	return deadline_over(in->deadline);
}

/* Grammars that go by indentation want to know the column. */
static TSPoint
point_of(const char *text, uint32_t at)
{
	const char *nl = memrchr(text, '\n', at);

	return (TSPoint){ 0, nl != NULL ? (uint32_t)(text + at - (nl + 1)) :
	    at };
}

const TSTree *
parse(const struct grammar *g, const char *text, size_t n,
    uint32_t start, uint32_t end, struct deadline *deadline, const char **why)
{
	struct parse_input in = { .text = text, .n = n, .deadline = deadline };
	TSParseOptions options = { &in, too_long };
	TSInput input = { &in, feed, TSInputEncodingUTF8, NULL };
	size_t limit = MEMORY_BASE + MEMORY_FACTOR * n;
	TSParser *volatile p = NULL;
	const TSTree *tree;

	switch (setjmp(arena_jump)) {	/* the parser goes with the arena */
	case 0:
		break;
	case ARENA_FULL:
		*why = "parsing takes too much memory";
		return NULL;
	default:
		*why = "it breaks an assertion of its grammar";
		return NULL;
	}
	arena_guard(limit < MEMORY_MOST ? limit : MEMORY_MOST);
	p = ts_parser_new();
	if (!ts_parser_set_language(p, g->ts))
		errx(2, "%s: the grammar does not fit the runtime",
		    g->lang->name);
	if (start != 0 || end != n) {
		TSRange range = { point_of(text, start), point_of(text, end),
		    start, end };

		ts_parser_set_included_ranges(p, &range, 1);
	}
	tree = ts_parser_parse_with_options(p, NULL, input, options);
	arena_unguard();
	ts_parser_delete(p);
	*why = "parsing takes too long (--timeout)";
	return tree;
}
