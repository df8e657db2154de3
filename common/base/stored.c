#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/stored.h"

/* How the files begin that every store has. */
static const char magic[] = "chunkkv ";

/* Does the file begin so? */
static int
begins(int dir_fd, const char *name, const char *with, size_t n)
{
	char text[32];
	int fd, same;

	/* a FIFO would have us wait */
	fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK | O_NOCTTY);
	if (fd == -1)
		return 0;
	same = read(fd, text, n) == (ssize_t)n && memcmp(text, with, n) == 0;
	close(fd);
	return same;
}

/* An engine that keeps a store in one file is to be told here as well. */
int
stored_here(int dir_fd, const char *name)
{
	int fd, is;

	fd = openat(dir_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	is = begins(fd, "format", magic, sizeof magic - 1);
	close(fd);
	return is;
}
