#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/std.h"

void
std_wrong(int what, char *const argv[])
{
	const char *arg = argv[optind - 1];

	if (strncmp(arg, "--", 2) != 0)
		warnx(what == ':' ? "option requires an argument -- '%c'" :
		    "invalid option -- '%c'", optopt);
	else if (what == ':')
		warnx("option '%s' requires an argument", arg);
	else
		warnx(optopt == 0 ? "unrecognized option '%s'" :
		    "option '%s' doesn't allow an argument", arg);
}

void
std_hold(void)
{
	int fd;

	/* The lowest that is free is the one that open gives. */
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null",
		    fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			exit(2);	/* with nobody there to be told, maybe */
	signal(SIGXFSZ, SIG_IGN);
	opterr = 0;
}
