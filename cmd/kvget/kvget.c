/*
 * kvget - print chunks and definitions, as records or as text
 */
#include <ctype.h>
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "define.h"
#include "dump.h"
#include "node.h"
#include "base/path.h"
#include "place.h"
#include "show.h"
#include "base/std.h"

static void
usage(void)
{
	fputs("usage: kvget [-p | -t] DB PATH [START END]\n"
	    "       kvget [-p | -t] DB PATH@BYTE | PATH:LINE\n"
	    "       kvget [-p | -t] -s NAME | -S PREFIX DB [PATH]\n"
	    "       kvget [-p | -t] -l LABEL ... DB\n"
	    "       kvget [-p | -t] -H HASH DB\n"
	    "       kvget [-p | -t] --ast [--ast-kind KIND] DB PATH [BYTE]\n"
	    "       kvget [-p | -t] -a DB [PATH]\n", stderr);
	exit(2);
}

/* --- by content ------------------------------------------------------------ */

struct wanted {
	struct show *sh;
	struct buf hash;	/* as it stands in a chunk's line */
	int found;
};

static int
show_equal(void *arg, const struct store_whole *w)
{
	struct wanted *x = arg;
	size_t i;
	int status = 0;

	/* In a string the quotes would have backslashes before them. */
	for (i = 0; status == 0 && i < w->nchunks; i++)
		if (memmem(w->chunks[i].line, w->chunks[i].len, x->hash.p,
		    x->hash.len) != NULL) {
			x->found = 1;
			status = show_chunk(x->sh, w->chunks[i].line,
			    w->chunks[i].len);
		}
	return status;
}

static int
by_hash(struct store *s, struct show *sh, const char *hash)
{
	struct wanted x = { .sh = sh };
	const char *c;
	int status;

	buf_puts(&x.hash, "\"content_hash\":\"");
	for (c = hash; isxdigit((unsigned char)*c); c++)
		buf_putc(&x.hash, tolower((unsigned char)*c));
	if (*c != '\0' || c - hash != HASH_LEN)
		errx(2, "%s: not a hash of %d hexadecimal digits", hash,
		    HASH_LEN);
	buf_putc(&x.hash, '"');
	if ((status = store_wholes(s, show_equal, &x)) == 0 && !x.found) {
		warnx("%s: no chunk has this hash", hash);
		sh->status = 1;
	}
	buf_free(&x.hash);
	return status;
}

/* --- by labels ---------------------------------------------------------------- */

struct labelled {
	struct show *sh;
	int found;
};

static int
show_labelled(void *arg, const char *line, size_t len)
{
	struct labelled *x = arg;

	x->found = 1;
	return show_chunk(x->sh, line, len);
}

static int
by_labels(struct store *s, struct show *sh, const char *const *labels,
    size_t n)
{
	struct labelled x = { .sh = sh };
	int status = store_labelled(s, labels, n, show_labelled, &x);

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

enum { PATH, DEFINITION = 's', PREFIX = 'S', LABEL = 'l', HASH = 'H',
	ALL = 'a', AST = 256, AST_KIND };

struct asked {
	int what;
	const char *name;	/* DEFINITION, PREFIX, HASH */
	const char **labels;
	size_t nlabels, labels_cap;
	const char *kind;
};

/* How many operands may follow DB? */
static int
operands_fit(const struct asked *a, int n)
{
	switch (a->what) {
	case LABEL:
	case HASH:
		return n == 0;
	case AST:
		return n == 1 || n == 2;
	case PATH:
		return n == 1 || n == 3;
	default:
		return n <= 1;
	}
}

static int
by_path(struct store *s, struct show *sh, char *argv[])
{
	struct place_number start, end;

	if (argv[1] == NULL)
		return place_show(s, sh, argv[0]);
	if (place_number(&start, argv[1]) == -1 ||
	    place_number(&end, argv[2]) == -1)
		usage();
	return place_span(s, sh, path_normal(argv[0]), &start, &end);
}

static int
by_node(struct store *s, struct show *sh, const char *kind, char *argv[])
{
	struct node_query q = { .path = path_normal(argv[0]), .kind = kind };
	struct place_number byte;

	if (argv[1] != NULL) {
		if (place_number(&byte, argv[1]) == -1)
			usage();
		q.byte = &byte;
	}
	return node_show(s, sh, &q);
}

/* argv: what follows DB. 0, or what a callback returned, or -1. */
static int
answer(struct store *s, struct show *sh, const struct asked *a, char *argv[])
{
	char *path = argv[0] != NULL ? path_normal(argv[0]) : NULL;

	switch (a->what) {
	case DEFINITION:
	case PREFIX:
		return define_show(s, sh, a->name, a->what == PREFIX, path);
	case LABEL:
		return by_labels(s, sh, a->labels, a->nlabels);
	case HASH:
		return by_hash(s, sh, a->name);
	case ALL:
		return dump(s, sh, path);
	case AST:
		return by_node(s, sh, a->kind, argv);
	default:
		return by_path(s, sh, argv);
	}
}

/* One thing at a time is asked for. */
static void
ask(struct asked *a, int what)
{
	if (a->what != PATH && a->what != what)
		usage();
	a->what = what;
}

int
main(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "ast", no_argument, NULL, AST },
		{ "ast-kind", required_argument, NULL, AST_KIND },
		{ NULL, 0, NULL, 0 }
	};
	struct store *s;
	struct show sh;
	struct asked a = { .what = PATH };
	enum form form = RECORDS;
	int ch, status;

	std_hold();
	while ((ch = getopt_long(argc, argv, "+:aH:l:ps:S:t", options,
	    NULL)) != -1)
		switch (ch) {
		case ALL:
		case AST:
			ask(&a, ch);
			break;
		case HASH:
		case DEFINITION:
		case PREFIX:
			if (a.what == ch)
				usage();
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
			if (a.kind != NULL)
				usage();
			ask(&a, AST);
			a.kind = optarg;
			break;
		case 'p':
			form = PEOPLE;
			break;
		case 't':
			form = TEXT;
			break;
		default:
			std_wrong(ch, argv);
			usage();
		}
	argc -= optind;
	argv += optind;
	if (argc < 1 || !operands_fit(&a, argc - 1))
		usage();

	show_init(&sh, form);
	if ((s = store_open(argv[0])) == NULL)
		return 2;
	status = answer(s, &sh, &a, argv + 1);
	if (store_close(s) == -1 || status == -1)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	show_free(&sh);
	free(a.labels);
	return status != 0 ? status : sh.status;
}
