/*
 * kvget - print chunks and definitions, as records or as text
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "define.h"
#include "dump.h"
#include "from.h"
#include "hashes.h"
#include "node.h"
#include "base/colour.h"
#include "base/option.h"
#include "base/path.h"
#include "place.h"
#include "record/asked.h"
#include "refs.h"
#include "show.h"
#include "base/std.h"

enum { PATH, DEFINITION = 's', PREFIX = 'S', LABEL = 'l', HASH = 'H',
	ALL = 'a', BELOW = 'r', AST = 256, AST_KIND, COLOUR, FROM, SIGNATURE,
	REFS, CALLERS, CALLEES, DEPTH, CONTEXT };

static const struct opt opts[] = {
	{ '0', "null", NULL, "Questions in FILE end in a NUL byte." },
	{ HASH, "hash", "HASH", "The chunks with this hash." },
	{ PREFIX, "prefix", "NAME", "The definitions whose names begin with NAME." },
	{ ALL, "all", NULL, "Everything, as a stream that kvput takes." },
	{ LABEL, "label", "LABEL", "The chunks with this label; !LABEL: without it." },
	{ 'p', "pretty", NULL, "Text for people, with place, kind and name." },
	{ DEFINITION, "symbol", "NAME", "The definitions of this name: add or Foo::add." },
	{ 'r', "below", "PATH", "Only this file, or those below this directory." },
	{ 't', "text", NULL, "Only the text, byte for byte." },
	{ AST, "ast", NULL, "The syntax nodes of a file, or of a byte in it." },
	{ AST_KIND, "ast-kind", "KIND", "Only nodes of this kind." },
	{ CALLEES, "callees", "NAME", "What the definitions of this name call." },
	{ CALLERS, "callers", "NAME", "The definitions that call this name." },
	COLOUR_OPTION(COLOUR),
	{ CONTEXT, "context", "N", "Before each chunk its path, scopes, imports: N bytes." },
	{ DEPTH, "depth", "N", "With --callers or --callees: N levels (1)." },
	{ FROM, "from", "FILE", "Each line is a question (- is standard input)." },
	{ REFS, "refs", "NAME", "Where this name is used (chunkify --refs)." },
	{ SIGNATURE, "signature", NULL, "Only signatures of definitions, one per line." },
	{ 0 }
};

static const struct tool tool = {
	.what = "print chunks and definitions, as records or as text",
	.usage = (const char *const[]){
	    "[-p | -t] [--color WHEN] [--context N] DB PATH [START END]",
	    "[-p | -t] [--context N] -r PATH DB",
	    "[-p | -t] [--context N] DB PATH@BYTE | PATH:LINE",
	    "[-p | -t] [--signature] -s NAME | -S NAME [-r PATH] DB",
	    "[-p] --refs NAME [-r PATH] DB",
	    "[-p] --callers NAME | --callees NAME [--depth N] [-r PATH] DB",
	    "[-p | -t] [--context N] -l LABEL ... DB",
	    "[-p | -t] [--context N] -H HASH DB",
	    "[-p | -t] --ast [--ast-kind KIND] DB PATH [BYTE]",
	    "[-p | -t] -a [-r PATH] DB",
	    "[-0] [-p | -t] [--context N] --from FILE DB", NULL },
	.opts = opts,
	.examples = (const char *const[]){
	    "kvget -t db src/a.c          # a file, as it was stored",
	    "kvget -p -s main db          # the definitions of main", NULL },
};

static int
by_hash(struct store *s, struct show *sh, const char *hash)
{
	struct hashes h = { .n = 0 };
	int status;

	if (hashes_add(&h, hash) == -1)
		errx(2, "%s: not a hash of %d hexadecimal digits", hash,
		    HASH_LEN);
	status = hashes_show(s, sh, &h);
	hashes_free(&h);
	return status;
}

/* --- by labels ---------------------------------------------------------------- */

struct shown_labels {
	struct show *sh;
	const char *const *asked;
	size_t n;
	int found;
	struct reader reader;
};

static int
show_labelled(void *arg, const char *line, size_t len)
{
	struct shown_labels *x = arg;
	struct record r;

	if (record_read(&x->reader, &r, line, len) == -1) {
		warnx("a chunk in the store: %s", x->reader.error);
		return 2;
	}
	if (!labels_fit(x->asked, x->n, r.labels, r.nlabels))
		return 0;
	x->found = 1;
	return show_chunk(x->sh, line, len);
}

static int
show_labelled_in(void *arg, const struct store_whole *w)
{
	size_t i;
	int status = 0;

	for (i = 0; status == 0 && i < w->nchunks; i++)
		status = show_labelled(arg, w->chunks[i].line,
		    w->chunks[i].len);
	return status;
}

/* Labels that must be absent do not tell where to look. */
static int
by_labels(struct store *s, struct show *sh, const char *const *labels,
    size_t n)
{
	struct shown_labels x = { .sh = sh, .asked = labels, .n = n };
	const char **there = xcalloc(n, sizeof *there);
	size_t i, nthere = 0;
	int status;

	for (i = 0; i < n; i++)
		if (labels[i][0] != '!')
			there[nthere++] = labels[i];
	status = nthere != 0 ?
	    store_labelled(s, there, nthere, show_labelled, &x) :
	    store_wholes(s, show_labelled_in, &x);
	free(there);
	reader_free(&x.reader);
	if (status == 0 && !x.found) {
		if (n == 1)
			warnx("%s: no chunk has this label", labels[0]);
		else
			warnx("no chunk has all these labels");
		sh->status = 1;
	}
	return status;
}

/* --------------------------------------------------------------------------- */

struct kvget_args {
	int what;
	const char *name;	/* DEFINITION, PREFIX, HASH; the FILE */
	int separator;		/* FROM: after each question */
	const char **labels;
	size_t nlabels, labels_cap;
	const char *kind;
	unsigned depth;		/* 0: not given */
	char *below;		/* a path; or NULL */
};

/* May n operands follow DB? A path among them may mean --below. */
static void
check_operands(struct kvget_args *a, int n, char *path)
{
	static const struct {
		int what, least, most;
	} may[] = {
		{ PATH, 1, 3 }, { DEFINITION, 0, 1 }, { PREFIX, 0, 1 },
		{ LABEL, 0, 0 }, { HASH, 0, 0 }, { ALL, 0, 1 }, { AST, 1, 2 },
		{ REFS, 0, 1 }, { CALLERS, 0, 1 }, { CALLEES, 0, 1 },
		{ FROM, 0, 0 }, { BELOW, 0, 0 },
	};
	size_t i;
	int whole = a->what == DEFINITION || a->what == PREFIX ||
	    a->what == ALL || a->what == REFS || a->what == CALLERS ||
	    a->what == CALLEES;

	if (a->below != NULL && a->what == PATH)
		a->what = BELOW;
	else if (a->below != NULL && !whole)
		option_wrong("--below does not apply here");
	if (a->below != NULL && whole && n > 0)
		option_wrong("%s: unexpected argument", path);

	if (n < 0)
		option_wrong("which store? DB is missing");
	for (i = 0; may[i].what != a->what; i++)
		;
	if (n < may[i].least)
		option_wrong("which file? PATH is missing");
	if (n > may[i].most)
		option_wrong("too many arguments: %d", n + 1);
	if (a->what == PATH && n == 2)
		option_wrong("START without END");
	if (whole && n == 1)
		a->below = path_normal(path);
}

/* Parse a number among the operands. */
static struct place_number
parse_place(const char *s)
{
	struct place_number n;

	if (place_number(&n, s) == -1)
		option_wrong("%s: not a number", s);
	return n;
}

static int
by_path(struct store *s, struct show *sh, char *argv[])
{
	struct place_number start, end;

	if (argv[1] == NULL)
		return place_show(s, sh, argv[0]);
	start = parse_place(argv[1]);
	end = parse_place(argv[2]);
	return place_span(s, sh, path_normal(argv[0]), &start, &end);
}

static int
by_node(struct store *s, struct show *sh, const char *kind, char *argv[])
{
	struct node_query q = { .path = path_normal(argv[0]), .kind = kind };
	struct place_number byte;

	if (argv[1] != NULL) {
		byte = parse_place(argv[1]);
		q.byte = &byte;
	}
	return node_show(s, sh, &q);
}

/* argv: what follows DB. 0, or what a callback returned, or -1. */
static int
answer(struct store *s, struct show *sh, const struct kvget_args *a, char *argv[])
{
	int there = 1;

	if (a->below != NULL && strcmp(a->below, ".") != 0 &&
	    (there = store_any_below(s, a->below)) == 0) {
		warnx("%s: not stored, nor anything below it", a->below);
		sh->status = 1;
	}
	if (there != 1)
		return there;
	switch (a->what) {
	case DEFINITION:
	case PREFIX:
		return define_show(s, sh, a->name, a->what == PREFIX,
		    a->below);
	case LABEL:
		return by_labels(s, sh, a->labels, a->nlabels);
	case HASH:
		return by_hash(s, sh, a->name);
	case ALL:
		return dump(s, sh, a->below);
	case BELOW:
		return dump_chunks(s, sh, a->below);
	case REFS:
		return refs_show(s, sh, XREF_USES, a->name, 1, a->below);
	case CALLERS:
	case CALLEES:
		return refs_show(s, sh, a->what == CALLERS ? XREF_CALLERS :
		    XREF_CALLEES, a->name, a->depth != 0 ? a->depth : 1,
		    a->below);
	case FROM:
		return from_show(s, sh, a->name, a->separator);
	case AST:
		return by_node(s, sh, a->kind, argv);
	default:
		return by_path(s, sh, argv);
	}
}

/* Only one thing may be asked for at a time, except several labels. */
static void
ask(struct kvget_args *a, int what)
{
	if (a->what != PATH && (a->what != what || what == DEFINITION ||
	    what == PREFIX || what == HASH || what >= FROM))
		option_wrong("only one question at a time");
	a->what = what;
}

int
main(int argc, char *argv[])
{
	struct cmdline c;
	struct store *s;
	struct show sh;
	struct kvget_args a = { .what = PATH, .separator = '\n' };
	enum form form = RECORDS;
	size_t context = 0;
	const char *colour = NULL;
	int ch, signature = 0, status;

	std_hold();
	option_start(&c, &tool, argc, argv);
	while ((ch = option_next(&c)) != -1)
		switch (ch) {
		case '0':
			a.separator = '\0';
			break;
		case ALL:
		case AST:
			ask(&a, ch);
			break;
		case HASH:
		case DEFINITION:
		case PREFIX:
		case FROM:
		case REFS:
		case CALLERS:
		case CALLEES:
			ask(&a, ch);
			a.name = optarg;
			break;
		case LABEL:
			ask(&a, ch);
			a.labels = xgrow(a.labels, &a.labels_cap,
			    a.nlabels + 1, sizeof *a.labels);
			a.labels[a.nlabels++] = optarg;
			break;
		case AST_KIND:
			ask(&a, AST);
			if (a.kind != NULL)
				option_wrong("--ast-kind: only once");
			a.kind = optarg;
			break;
		case BELOW:
			if (a.below != NULL)	/* do not ignore one */
				option_wrong("--below: only once");
			a.below = path_normal(optarg);
			break;
		case CONTEXT:
			context = (size_t)option_number("--context", optarg,
			    1, 1 << 20);
			break;
		case COLOUR:
			colour = optarg;
			break;
		case SIGNATURE:
			signature = 1;
			break;
		case DEPTH:
			a.depth = (unsigned)option_number("--depth", optarg,
			    1, 100);
			break;
		case 'p':
			form = PEOPLE;
			break;
		case 't':
			form = TEXT;
			break;
		}
	if (a.separator == '\0' && a.what != FROM)
		option_wrong("--null is for --from");
	if (signature && a.what != DEFINITION && a.what != PREFIX &&
	    a.what != FROM)
		option_wrong("--signature is for --symbol and --prefix");
	if (a.depth != 0 && a.what != CALLERS && a.what != CALLEES)
		option_wrong("--depth is for --callers and --callees");
	if (form == TEXT && a.what >= REFS)
		option_wrong("-t does not apply to references");
	if (context != 0 && (a.what == DEFINITION || a.what == PREFIX ||
	    a.what == ALL || a.what >= AST) && a.what != FROM)
		option_wrong("--context is for chunks");
	check_operands(&a, c.argc - 1, c.argc > 1 ? c.argv[1] : NULL);

	colour_choose(colour);
	option_store(c.argv);
	show_init(&sh, form);
	sh.signature = signature;
	if ((s = store_open(c.argv[0])) == NULL)
		return 2;
	if (a.what == ALL)
		std_stream();
	sh.context.store = s;
	sh.context.max = context;
	status = answer(s, &sh, &a, c.argv + 1);
	if (store_close(s) == -1 || status == -1)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	show_free(&sh);
	free(a.labels);
	return status != 0 ? status : sh.status;
}
