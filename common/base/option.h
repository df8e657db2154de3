/*
 * The command line of a tool, from one table: what it takes, --help, the usage
 * line, and what is said of a mistake.
 *
 * Options stand before or behind operands, whatever POSIXLY_CORRECT says; "--"
 * ends them. A long one may be shortened as long as it cannot be another. -h,
 * --help, -V and --version are taken without being in the table.
 *
 * Completion in the shells reads --help, so the name of an argument says what
 * it can be: DB, DIR, FILE, KIND, LABEL, LANGUAGE, NAME, PATH and WHEN are offered,
 * and for others nothing.
 */
#ifndef OPTION_H
#define OPTION_H

#include <getopt.h>
#include <stdint.h>

struct opt {
	int code;		/* its letter; from 256 on it has none */
	const char *name;	/* the long form, without dashes */
	const char *arg;	/* the name of its argument; NULL: it takes none */
	const char *help;	/* one line */
};

struct tool {
	const char *what;	/* it does, in a line */
	/*
	 * What may follow its name, a form each, ended by NULL. A "*" stands
	 * for the options that no form names.
	 */
	const char *const *usage;
	const struct opt *opts;	/* ended by the code 0 */
	const char *const *examples;	/* lines, ended by NULL */
};

struct cmdline {
	const struct tool *tool;
	int argc;		/* when all options are read: the operands, */
	char **argv;		/* with a NULL behind them */
	int seen;		/* operands between the options so far */
	char *letters;		/* for getopt_long(3); owned */
	struct option *longs;
};

void option_start(struct cmdline *c, const struct tool *t, int argc,
    char *argv[]);

/*
 * The code of the next option, its argument in optarg, or -1 when there is
 * none; argc and argv are then the operands alone. Does not come back from
 * --help and --version, nor from a mistake.
 */
int option_next(struct cmdline *c);

/* Say what is wrong with the command line, and where help is; exits with 2. */
void option_wrong(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/*
 * The number that is the argument of an option, or exit with 2. k, m and g
 * behind it stand for 1024s.
 */
uint64_t option_number(const char *option, const char *arg, uint64_t low,
    uint64_t high);

/* The same for seconds, at most a thousand million of them. */
double option_seconds(const char *option, const char *arg);

/*
 * The operands of a tool that reads a store, which comes first. Exits with 2
 * where argv[0] is plainly none, and says what to do; else there may still be
 * no store.
 */
void option_store(char *const argv[]);

#endif
