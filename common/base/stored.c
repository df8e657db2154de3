#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/stored.h"

/* Does the file have these n bytes, at most 32, at this offset? */
static int
has(const char *path, off_t at, const char *with, size_t n)
{
	char text[32];
	int fd, same;

	/* do not wait on a FIFO */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY);
	if (fd == -1)
		return 0;
	same = pread(fd, text, n, at) == (ssize_t)n && memcmp(text, with, n) == 0;
	close(fd);
	return same;
}

int
stored_here(const char *path)
{
	static const char format[] = "chunkkv ", application[] = "ckv1";
	static const char sqlite[] = "SQLite format 3";
	char *file;
	int is;

	if (asprintf(&file, "%s/format", path) == -1)
		errx(2, "out of memory");
	is = has(file, 0, format, sizeof format - 1);
	free(file);
	/* SQLite's header, with our application_id. */
	return is || (has(path, 0, sqlite, sizeof sqlite) &&
	    has(path, 68, application, sizeof application - 1));
}
