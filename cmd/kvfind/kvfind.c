/*
 * kvfind - search a store
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/colour.h"
#include "base/mem.h"
#include "base/meter.h"
#include "base/option.h"
#include "base/path.h"
#include "base/std.h"
#include "grep.h"
#include "hits.h"
#include "out.h"
#include "search/rank.h"
#include "store/store.h"

enum { COLOUR = 256, IN, JSON, KIND, LANG, MAX_BYTES, PATHS_ONLY, SCAN };

static const struct opt opts[] = {
	{ '0', "null", NULL, "Only paths, each ended by a NUL byte." },
	{ 'E', "regexp", "REGEX", "Lines that match this regular expression." },
	{ 'F', "fixed", "STRING", "Lines that contain this string." },
	{ 'c', "count", NULL, "With -E or -F: the number of lines in each file." },
	{ 'i', "ignore-case", NULL, "With -E or -F: ignore case." },
	{ 'l', "label", "LABEL", "Only with this label; !LABEL: without it." },
	{ 'n', "hits", "N", "At most N hits (for words: 10)." },
	{ 't', "text", NULL, "Only the text of the hits." },
	{ 'w', "word", NULL, "With -E or -F: whole words." },
	COLOUR_OPTION(COLOUR),
	{ IN, "in", "PATH", "Only in this file, or below this directory." },
	{ JSON, "json", NULL, "Print JSON, one object per line." },
	{ KIND, "kind", "KIND", "Only definitions of this kind." },
	{ LANG, "lang", "LANGUAGE", "Only in this language." },
	{ MAX_BYTES, "max-bytes", "N", "Never print more bytes than this." },
	{ PATHS_ONLY, "paths", NULL, "Only paths, one per line." },
	{ SCAN, "scan", NULL, "Read all files, without the index." },
	{ 0 }
};

#define LESS	"[-l LABEL] [-n N] [--color WHEN] [--in PATH] [--kind KIND] " \
		"[--lang LANGUAGE] [--max-bytes N] [--scan]"

static const struct tool tool = {
	.what = "search a store",
	.usage = (const char *const[]){
	    "[-0t | --json | --paths] " LESS " DB WORD...",
	    "[-0t | --json | --paths] [-ciw] " LESS
	    " -E REGEX | -F STRING DB", NULL },
	.opts = opts,
	.examples = (const char *const[]){
	    "kvfind db resolve relative path      # what does that?",
	    "kvfind --max-bytes 8000 -t db lock   # the best that fits",
	    "kvfind -F 'x << 1' db                # lines, as grep -n", NULL },
};

struct kvfind_args {
	struct grep_query grep;
	struct rank_filter filter;
	const char **labels;
	size_t labels_cap;
	enum form form;
	int end;		/* of a path */
	char *below;
	int scan;
	const char *colour;
	uint64_t n, max;
};

static void
set_form(struct kvfind_args *a, enum form form)
{
	if (a->form != PEOPLE && a->form != form)
		option_wrong("only one of --json, --paths and --text");
	a->form = form;
}

static void
set_pattern(struct kvfind_args *a, int literal)
{
	if (a->grep.lines.what != NULL)
		option_wrong("only one of --fixed and --regexp, and once");
	if (*optarg == '\0')
		option_wrong("an empty string matches everywhere");
	a->grep.lines.what = optarg;
	a->grep.lines.literal = literal;
}

static void
add_label(struct kvfind_args *a)
{
	a->labels = xgrow(a->labels, &a->labels_cap, a->filter.nlabels + 1,
	    sizeof *a->labels);
	a->labels[a->filter.nlabels++] = optarg;
	a->filter.labels = a->labels;
}

static void
take_option(struct kvfind_args *a, int ch)
{
	switch (ch) {
	case '0':
		a->end = '\0';
		set_form(a, PATHS);
		break;
	case 'E':
	case 'F':
		set_pattern(a, ch == 'F');
		break;
	case 'c':
		a->grep.count = 1;
		break;
	case 'i':
		a->grep.lines.nocase = 1;
		break;
	case 'l':
		add_label(a);
		break;
	case 'n':
		a->n = option_number("--hits", optarg, 1, UINT64_MAX - 1);
		break;
	case 't':
		set_form(a, TEXT);
		break;
	case 'w':
		a->grep.lines.words = 1;
		break;
	case COLOUR:
		a->colour = optarg;
		break;
	case IN:
		if (a->below != NULL)
			option_wrong("--in: only once");
		a->below = path_normal(xstrdup(optarg));
		break;
	case JSON:
		set_form(a, RECORDS);
		break;
	case KIND:
		a->filter.kind = optarg;
		break;
	case LANG:
		a->filter.language = optarg;
		break;
	case SCAN:
		a->scan = a->grep.scan = 1;
		break;
	case MAX_BYTES:
		a->max = option_number("--max-bytes", optarg, 0, UINT64_MAX);
		break;
	case PATHS_ONLY:
		set_form(a, PATHS);
		break;
	}
}

static void
check_line(const struct kvfind_args *a, const struct cmdline *c)
{
	const struct lines_query *q = &a->grep.lines;

	if (c->argc < 1)
		option_wrong("which store? DB is missing");
	if (q->what != NULL && c->argc > 1)
		option_wrong("%s: unexpected argument; words are for a search "
		    "without -E and -F", c->argv[1]);
	if (q->what == NULL && (a->grep.count || q->nocase || q->words))
		option_wrong("-c, -i and -w are for -E and -F");
	if (q->what == NULL && c->argc < 2)
		option_wrong("which words?");
	if (a->grep.count && (a->form == TEXT || a->form == PATHS))
		option_wrong("--count prints paths and numbers: not with "
		    "--paths and --text");
}

/* The best hits for some words: the exit status, or -1. */
static int
ranked(struct store *s, struct kvfind_args *a, char *const *words, size_t n,
    struct out *o)
{
	size_t count;
	struct rank *r = rank_new((const char *const *)words, n, &a->filter,
	    a->max != UINT64_MAX, &count);
	int status;

	if (r == NULL && count == 0)
		warnx("no word in the query (kvfind -F finds any string)");
	else if (r == NULL)
		warnx("%zu different words; at most %d are allowed",
		    count, RANK_WORDS);
	if (r == NULL)
		return 2;
	status = a->scan ? 1 : rank_index(r, s, a->below, a->n != 0 ? a->n :
	    10);
	if (status == 1)
		status = a->below != NULL ? store_wholes_below(s, a->below,
		    rank_file, r) : store_wholes(s, rank_file, r);
	if (status == 0)
		status = hits_print(s, r, a->n != 0 ? a->n : 10, o);
	rank_free(r);
	return status;
}

int
main(int argc, char *argv[])
{
	struct cmdline c;
	struct kvfind_args a = { .form = PEOPLE, .end = '\n', .max = UINT64_MAX };
	struct store *s;
	struct out out;
	int ch, status;

	std_hold();
	option_start(&c, &tool, argc, argv);
	while ((ch = option_next(&c)) != -1)
		take_option(&a, ch);
	check_line(&a, &c);
	colour_choose(a.colour);
	option_store(c.argv);
	if ((s = store_open(c.argv[0])) == NULL)
		return 2;
	if (a.below != NULL && strcmp(a.below, ".") != 0)
		a.grep.below = a.below;
	else {
		free(a.below);
		a.below = NULL;
	}
	a.grep.most = a.n != 0 ? a.n : UINT64_MAX;
	if (a.filter.kind != NULL || a.filter.language != NULL ||
	    a.filter.nlabels != 0)
		a.grep.lines.filter = &a.filter;
	out_init(&out, a.form, a.end, a.max);
	meter_step("files");
	meter_start(NULL, METER_MINE);
	status = a.grep.lines.what != NULL ? grep_print(s, &a.grep, &out) :
	    ranked(s, &a, c.argv + 1, c.argc - 1, &out);
	meter_stop();
	if (store_close(s) == -1 || status == -1)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	free(a.labels);
	free(a.below);
	return status;
}
