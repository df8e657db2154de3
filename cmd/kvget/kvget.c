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

#include "dump.h"
#include "path.h"
#include "place.h"
#include "show.h"

static void
usage(void)
{
	fputs("usage: kvget [-p | -t] DB PATH [START END]\n"
	    "       kvget [-p | -t] DB PATH@BYTE | PATH:LINE\n"
	    "       kvget [-p | -t] -H HASH DB\n"
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

/* --------------------------------------------------------------------------- */

/* What the operands behind DB name. */
static int
by_path(struct store *s, struct show *sh, char *argv[])
{
	uint64_t start, end;

	if (argv[1] == NULL)
		return place_show(s, sh, argv[0]);
	if (place_number(argv[1], &start) == -1 ||
	    place_number(argv[2], &end) == -1)
		usage();
	return place_span(s, sh, path_normal(argv[0]), start, end);
}

int
main(int argc, char *argv[])
{
	struct store *s;
	struct show sh;
	const char *hash = NULL;
	enum form form = RECORDS;
	int ch, status, all = 0;

	while ((ch = getopt(argc, argv, "+aH:pt")) != -1)
		switch (ch) {
		case 'a':
			all = 1;
			break;
		case 'H':
			hash = optarg;
			break;
		case 'p':
			form = PEOPLE;
			break;
		case 't':
			form = TEXT;
			break;
		default:
			usage();
		}
	argc -= optind;
	argv += optind;
	if (all + (hash != NULL) > 1 || argc < 1 ||
	    (all ? argc > 2 : hash != NULL ? argc != 1 :
	    argc != 2 && argc != 4))
		usage();

	show_init(&sh, form);
	if ((s = store_open(argv[0])) == NULL)
		return 2;
	if (all)
		status = dump(s, &sh, argc == 2 ? path_normal(argv[1]) : NULL);
	else if (hash != NULL)
		status = by_hash(s, &sh, hash);
	else
		status = by_path(s, &sh, argv + 1);
	if (store_close(s) == -1 || status == -1)
		return 2;
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	show_free(&sh);
	return status != 0 ? status : sh.status;
}
