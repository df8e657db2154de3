#include <sys/stat.h>

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/option.h"
#include "base/release.h"
#include "base/server.h"
#include "base/stored.h"

/* The formats of the built-in engines. */
enum {
	format_of_bdb = STORE_FORMAT_BDB,
	format_of_sqlite = STORE_FORMAT_SQLITE,
	format_of_postgres = STORE_FORMAT_POSTGRES
};

static const struct {
	const char *name;
	int format;
} engines[] = {
#define ENGINE(name)	{ #name, format_of_##name },
#include "engines.h"
#undef ENGINE
};

#define WIDTH	79		/* of a line of usage */
#define LONGEST	40		/* name that we compare with others */
#define NONE	256		/* codes from here on have no letter */

enum { HELP = 'h', ABOUT = 'V' };

/* Options of every tool. */
static const struct opt common[] = {
	{ HELP, "help", NULL, "Show this help." },
	{ ABOUT, "version", NULL, "Show the version." },
	{ 0 }
};

#define NAME	program_invocation_short_name

/* --- help ----------------------------------------------------------------- */

/* Do the forms mention the option, by its letter or its name? */
static int
is_named(const struct tool *t, const struct opt *o)
{
	char word[LONGEST + 3];
	const char *const *u;
	const char *s;
	size_t n;

	if (o->code < NONE)
		snprintf(word, sizeof word, "-%c", o->code);
	else
		snprintf(word, sizeof word, "--%s", o->name);
	n = strlen(word);
	for (u = t->usage; *u != NULL; u++)
		for (s = *u; (s = strstr(s, word)) != NULL; s += n)
			if ((s == *u || s[-1] != '-') && !isalnum(
			    (unsigned char)s[n]) && s[n] != '-')
				return 1;
	return 0;
}

/* "[-qv] [-j N] [--ast] ...": the options that no form names. */
static void
add_rest(struct buf *b, const struct tool *t)
{
	const struct opt *o;
	size_t start = b->len;

	for (o = t->opts; o->code != 0; o++)
		if (o->code < NONE && o->arg == NULL && !is_named(t, o)) {
			buf_puts(b, b->len == start ? "[-" : "");
			buf_putc(b, o->code);
		}
	buf_puts(b, b->len != start ? "]" : "");
	for (o = t->opts; o->code != 0; o++) {
		if ((o->code < NONE && o->arg == NULL) || is_named(t, o))
			continue;
		buf_puts(b, b->len != start ? " [-" : "[-");
		if (o->code < NONE)
			buf_putc(b, o->code);
		else {
			buf_putc(b, '-');
			buf_puts(b, o->name);
		}
		buf_puts(b, o->arg != NULL ? " " : "");
		buf_puts(b, o->arg != NULL ? o->arg : "");
		buf_putc(b, ']');
	}
}

/* The length of a word; a bracketed group is one. */
static size_t
word_length(const char *s)
{
	size_t n;
	int depth = 0;

	for (n = 0; s[n] != '\0' && (s[n] != ' ' || depth > 0); n++)
		depth += (s[n] == '[') - (s[n] == ']');
	return n;
}

/* Print words, in lines that begin under the first one. */
static void
put_words(int indent, const char *s)
{
	int column = indent;

	while (*s != '\0') {
		int n = (int)word_length(s);

		if (column > indent && column + 1 + n > WIDTH) {
			printf("\n%*s", indent, "");
			column = indent;
		}
		column += printf("%s%.*s", column > indent ? " " : "", n, s);
		s += n;
		s += *s == ' ';
	}
	putchar('\n');
}

static void
put_usage(const struct tool *t)
{
	const char *const *u;

	for (u = t->usage; *u != NULL; u++) {
		int indent = printf("%s %s ", u == t->usage ? "usage:" :
		    "      ", NAME);
		struct buf b = { 0 };
		const char *s;

		for (s = *u; *s != '\0'; s++)
			if (*s == '*')
				add_rest(&b, t);
			else
				buf_putc(&b, *s);
		buf_putc(&b, '\0');
		put_words(indent, b.p);
		buf_free(&b);
	}
}

static void
put_options(const struct opt *o, int width)
{
	for (; o->code != 0; o++) {
		int n = printf(o->code < NONE ? "  -%c, " : "      ", o->code);

		n += printf("--%s%s%s", o->name, o->arg != NULL ? " " : "",
		    o->arg != NULL ? o->arg : "");
		printf("%*s%s\n", width - n, "", o->help);
	}
}

static int
options_width(const struct opt *o)
{
	int width = 0;

	for (; o->code != 0; o++) {
		int n = (int)(strlen(o->name) + (o->arg != NULL ?
		    strlen(o->arg) + 1 : 0)) + 10;

		width = n > width ? n : width;
	}
	return width;
}

static void
done(void)
{
	if (ferror(stdout) || fclose(stdout) == EOF)
		err(2, "standard output");
	exit(0);
}

static void
help(const struct tool *t)
{
	int width = options_width(t->opts), least = options_width(common);
	const char *const *e;

	width = width > least ? width : least;
	printf("%s - %s\n\n", NAME, t->what);
	put_usage(t);
	putchar('\n');
	put_options(t->opts, width);
	put_options(common, width);
	puts("\nExamples:");
	for (e = t->examples; *e != NULL; e++)
		printf("  %s\n", *e);
	printf("\nThe manual: man %s\n", NAME);
	done();
}

static void
version(void)
{
	size_t i;

	printf("%s (chunkkv) " VERSION "\nstream format %d\nengines:", NAME,
	    STREAM_FORMAT);
	for (i = 0; i < sizeof engines / sizeof *engines; i++)
		printf("%s %s, store format %d", i == 0 ? "" : ";",
		    engines[i].name, engines[i].format);
	puts("\nlicence: " LICENCE);
	done();
}

/* --- mistakes ------------------------------------------------------------- */

void
option_wrong(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		errx(2, "out of memory");
	va_end(ap);
	errx(2, "%s (see %s --help)", text, NAME);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edit distance: letters to add, remove, change or swap in n at a to get b. */
static size_t
distance(const char *a, size_t n, const char *b)
{
	size_t d[LONGEST + 1][LONGEST + 1], i, k, m = strlen(b);

	if (n > LONGEST || m > LONGEST)
		return SIZE_MAX;
	for (i = 0; i <= n; i++)
		for (k = 0; k <= m; k++) {
			if (i == 0 || k == 0) {
				d[i][k] = i + k;
				continue;
			}
			d[i][k] = least(least(d[i - 1][k], d[i][k - 1]) + 1,
			    d[i - 1][k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1])
				d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1);
		}
	return d[n][m];
}

/* The long option probably meant by the n letters at s, or NULL. */
static const char *
nearest(const struct cmdline *c, const char *s, size_t n)
{
	const struct option *o;
	const char *best = NULL;
	size_t most = n / 3 + 2;

	for (o = c->longs; o->name != NULL; o++) {
		size_t d = distance(s, n, o->name);

		if (d < most) {
			most = d;
			best = o->name;
		}
	}
	return best;
}

/* An unknown or ambiguous long option. */
static void
wrong_long(const struct cmdline *c, const char *arg)
{
	size_t n = strcspn(arg + 2, "=");
	const struct option *o;
	const char *one = NULL, *near;

	for (o = c->longs; n != 0 && o->name != NULL; o++) {
		if (strncmp(o->name, arg + 2, n) != 0)
			continue;
		if (one != NULL)
			option_wrong("%.*s: could be --%s or --%s", (int)n + 2,
			    arg, one, o->name);
		one = o->name;
	}
	if ((near = nearest(c, arg + 2, n)) != NULL)
		option_wrong("%.*s: no such option; did you mean --%s?",
		    (int)n + 2, arg, near);
	option_wrong("%.*s: no such option", (int)n + 2, arg);
}

/* An unknown letter; perhaps a long option after a single dash. */
static void
wrong_letter(const struct cmdline *c, int letter)
{
	const char *arg = c->argv[optind - 1], *near;

	if (arg[0] != '-' || arg[1] == '-' || strchr(arg, letter) == NULL)
		arg = optind < c->argc ? c->argv[optind] : "-";
	if (strlen(arg) > 2 && (near = nearest(c, arg + 1,
	    strcspn(arg + 1, "="))) != NULL)
		option_wrong("%s: no such option; did you mean --%s?", arg,
		    near);
	if (isalpha((unsigned char)letter) && strchr(c->letters + 2,
	    letter ^ 32) != NULL)
		option_wrong("-%c: no such option; did you mean -%c?", letter,
		    letter ^ 32);
	option_wrong("-%c: no such option", letter);
}

/* Report what getopt_long(3) complains about with '?' or ':'. */
static void
wrong(const struct cmdline *c, int what)
{
	const struct opt *o;

	if (optopt == 0)
		wrong_long(c, c->argv[optind - 1]);
	for (o = c->tool->opts; o->code != 0 && o->code != optopt; o++)
		;
	if (o->code == 0)
		for (o = common; o->code != 0 && o->code != optopt; o++)
			;
	if (o->code == 0)
		wrong_letter(c, optopt);
	if (what == ':')
		option_wrong("--%s: its argument %s is missing", o->name,
		    o->arg);
	option_wrong("--%s: takes no argument", o->name);
}

/* --- reading -------------------------------------------------------------- */

static size_t
add_options(struct cmdline *c, size_t n, char **letter, const struct opt *o)
{
	for (; o->code != 0; o++) {
		c->longs[n++] = (struct option){ o->name, o->arg != NULL ?
		    required_argument : no_argument, NULL, o->code };
		if (o->code < NONE) {
			*(*letter)++ = (char)o->code;
			if (o->arg != NULL)
				*(*letter)++ = ':';
		}
	}
	return n;
}

/* Is this the program that server_program execs? */
static int
speaks_to_servers(void)
{
	size_t i;

	for (i = 0; i < sizeof engines / sizeof *engines; i++)
		if (strcmp(engines[i].name, "postgres") == 0)
			return 1;
	return 0;
}

/* Does this operand, by number, or option name a store? */
static int
names_store(const struct tool *t, int code, int operand)
{
	const struct opt *o;

	if (code == 1)
		return operand == 1 || strstr(t->usage[0], "DB ...") != NULL;
	for (o = t->opts; o->code != 0 && o->code != code; o++)
		;
	return o->code != 0 && o->arg != NULL && strcmp(o->arg, "NEW") == 0;
}

/*
 * If one of the stores is on a server, we may have to exec another program.
 * Looks only at stores: a search string can be a URI, too.
 */
static void
reach_servers(const struct cmdline *c)
{
	int code, ended = 0, operand = 0, any = 0;

	while (!ended || optind < c->argc) {
		code = ended ? 1 : getopt_long(c->argc, c->argv, c->letters,
		    c->longs, NULL);
		if (code == -1) {
			ended = 1;
			continue;
		}
		if (ended)
			optarg = c->argv[optind++];
		operand += code == 1;
		if (names_store(c->tool, code, operand) &&
		    server_place(optarg)) {
			server_hide(optarg);
			any = 1;
		}
	}
	optind = 0;
	if (any && !speaks_to_servers())
		server_program(c->argv);
}

void
option_start(struct cmdline *c, const struct tool *t, int argc, char *argv[])
{
	const struct opt *o;
	size_t n = sizeof common / sizeof *common;
	char *letter;

	for (o = t->opts; o->code != 0; o++)
		n++;
	*c = (struct cmdline){ .tool = t, .argc = argc, .argv = argv };
	c->longs = xcalloc(n, sizeof *c->longs);
	letter = c->letters = xcalloc(n + 1, 2);
	/* '-': return operands, too; ':': tell missing arguments apart */
	*letter++ = '-';
	*letter++ = ':';
	n = add_options(c, 0, &letter, t->opts);
	add_options(c, n, &letter, common);
	opterr = 0;
	reach_servers(c);
}

int
option_next(struct cmdline *c)
{
	int ch;

	while ((ch = getopt_long(c->argc, c->argv, c->letters, c->longs,
	    NULL)) == 1)
		c->argv[++c->seen] = optarg;
	switch (ch) {
	case HELP:
		help(c->tool);
		break;
	case ABOUT:
		version();
		break;
	case ':':
	case '?':
		wrong(c, ch);
		break;
	case -1:
		while (optind < c->argc)
			c->argv[++c->seen] = c->argv[optind++];
		c->argv[++c->seen] = NULL;
		c->argc = c->seen - 1;
		c->argv++;
		free(c->longs);
		free(c->letters);
		break;
	}
	return ch;
}

uint64_t
option_number(const char *option, const char *arg, uint64_t low, uint64_t high)
{
	static const char units[] = "kmg";
	unsigned long long n;
	const char *u;
	char *end;

	errno = 0;
	n = strtoull(arg, &end, 10);
	if (errno == ERANGE)
		n = high + 1;
	if (!isdigit((unsigned char)*arg))
		option_wrong("%s: \"%s\" is not a number", option, arg);
	if (*end != '\0' && (u = strchr(units, *end | 32)) != NULL) {
		int shift = 10 * (int)(u - units + 1);

		end++;
		n = n > high >> shift ? high + 1 : n << shift;
	}
	if (*end != '\0')
		option_wrong("%s: \"%s\" is not a number; k, m or g may "
		    "follow one", option, arg);
	if (n < low || n > high)
		option_wrong("%s: %s is not between %llu and %llu", option,
		    arg, (unsigned long long)low, (unsigned long long)high);
	return n;
}

double
option_seconds(const char *option, const char *arg)
{
	double d;
	char *end;

	errno = 0;
	d = strtod(arg, &end);
	if (errno != 0 || end == arg || *end != '\0' || !(d >= 0) || d > 1e9)
		option_wrong("%s: \"%s\" is not a number of seconds", option,
		    arg);
	return d;
}

void
option_store(char *const argv[])
{
	struct stat st;

	if (server_place(argv[0]))
		return;
	if (stat(argv[0], &st) == -1) {
		if (errno == ENOENT && strchr(argv[0], ':') == NULL)
			errx(2, "%s: No such file or directory (\"chunkify "
			    "PATH | kvput %s\" makes a store)", argv[0],
			    argv[0]);
		return;
	}
	if (S_ISDIR(st.st_mode) || stored_here(argv[0]))
		return;
	if (argv[1] != NULL && stored_here(argv[1]))
		errx(2, "%s is a file, not a store; the store comes first",
		    argv[0]);
	errx(2, "%s is a file, not a store", argv[0]);
}
