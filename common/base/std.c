#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/std.h"

/*
 * What is written at once, bytes, and what a pipe holds. The system's own pipe
 * holds 64K, and whoever writes as much at once waits until it is empty again:
 * kvget -a into wc takes a third longer than with stdio's 4K, an eighth less
 * with both of these.
 */
#define PIECE	(64 << 10)
#define PIPE	(512 << 10)

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
}

void
std_stream(void)
{
	static char out[PIECE];

	fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE);	/* if it is one */
	setvbuf(stdout, out, _IOFBF, sizeof out);
}
