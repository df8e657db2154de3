/*
 * A tool's command line, from one table: its options, --help, the usage line,
 * and the messages for mistakes.
 *
 * Options may come before or after operands, whatever POSIXLY_CORRECT says;
 * "--" ends them. A long one may be abbreviated as long as that is unique. -h,
 * --help, -V and --version need not be in the table.
 *
 * Shell completion reads --help, so the name of an argument says what it can
 * be: DB, DIR, FILE, KIND, LABEL, LANGUAGE, NAME, PATH and WHEN are completed,
 * others are not.
 */
#ifndef OPTION_H
#define OPTION_H

#include <getopt.h>
#include <stdint.h>

struct opt {
	int code;		/* its letter; 256 and up: it has none */
	const char *name;	/* the long form, without dashes */
	const char *arg;	/* the name of its argument; NULL: takes none */
	const char *help;	/* one line */
};

struct tool {
	const char *what;	/* what it does, in one line */
	/*
	 * What may follow its name, one form each, ended by NULL. A "*" stands
	 * for the options that no form names.
	 */
	const char *const *usage;
	const struct opt *opts;	/* ended by the code 0 */
	const char *const *examples;	/* lines, ended by NULL */
};

struct cmdline {
	const struct tool *tool;
	int argc;		/* after the last option: the operands, */
	char **argv;		/* followed by NULL */
	int seen;		/* operands seen between options so far */
	char *letters;		/* for getopt_long(3); owned */
	struct option *longs;
};

void option_start(struct cmdline *c, const struct tool *t, int argc,
    char *argv[]);

/*
 * The code of the next option, its argument in optarg, or -1 when there are
 * no more; argc and argv are then the operands. Does not return on --help,
 * --version or a mistake.
 */
int option_next(struct cmdline *c);

/* Say what is wrong with the command line and where to find help; exit 2. */
void option_wrong(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/*
 * Parse an option's numeric argument, or exit with 2. A suffix k, m or g
 * multiplies by powers of 1024.
 */
uint64_t option_number(const char *option, const char *arg, uint64_t low,
    uint64_t high);

/* The same for seconds, at most 1e9. */
double option_seconds(const char *option, const char *arg);

/*
 * Check the operands of a tool that reads a store; the store comes first. If
 * argv[0] is plainly no store, say what to do and exit with 2; otherwise there
 * may still be none.
 */
void option_store(char *const argv[]);

#endif
