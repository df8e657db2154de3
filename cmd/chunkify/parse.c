#include <err.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "parse.h"

/*
 * What a parse may take. Measured on real sources: 5 times the length for C,
 * 25 for JavaScript, 40 for minified JavaScript and tables of numbers.
 */
#define MEMORY_BASE	((size_t)64 << 20)
#define MEMORY_FACTOR	48

struct input {
	const char *text;
	size_t n;
	double deadline, timeout;
};

static double
now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static const char *
feed(void *arg, uint32_t at, TSPoint point, uint32_t *n)
{
	const struct input *in = arg;

	(void)point;
	*n = at < in->n ? in->n - at : 0;
	return in->text + (at < in->n ? at : in->n);
}

/*
 * Called by the parser every hundred steps; true stops it. The time counts
 * that this thread has used, so that a busy machine does not change the
 * chunks; it is asked for only when the wall clock, which is cheap, says so.
 */
static bool
too_long(TSParseState *state)
{
	struct input *in = state->payload;
	double left;

	if (now(CLOCK_MONOTONIC) < in->deadline)
		return false;
	left = in->timeout - now(CLOCK_THREAD_CPUTIME_ID);
	if (left <= 0)
		return true;
	in->deadline = now(CLOCK_MONOTONIC) + left;
	return false;
}

/* Grammars that go by indentation want to know the column. */
static TSPoint
point_of(const char *text, uint32_t at)
{
	const char *nl = memrchr(text, '\n', at);

	return (TSPoint){ 0, nl != NULL ? text + at - (nl + 1) : at };
}

const TSTree *
parse(const struct grammar *g, const char *text, size_t n, uint32_t start,
    uint32_t end, double timeout)
{
	struct input in = { .text = text, .n = n };
	TSParseOptions options = { &in, too_long };
	TSInput input = { &in, feed, TSInputEncodingUTF8, NULL };
	TSParser *volatile p = NULL;
	const TSTree *tree;

	if (timeout > 0) {
		in.deadline = now(CLOCK_MONOTONIC) + timeout;
		in.timeout = now(CLOCK_THREAD_CPUTIME_ID) + timeout;
	} else
		options.progress_callback = NULL;
	if (arena_guard(MEMORY_BASE + MEMORY_FACTOR * n) != 0)
		return NULL;	/* the parser goes with the arena */
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
	return tree;
}
