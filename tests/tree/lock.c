#include <sys/file.h>

#include <err.h>
#include <fcntl.h>

/* One at a time: wait until nobody else holds the lock. Never returns it. */
int
lock_take(const char *file)
{
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd == -1 || flock(fd, LOCK_EX) == -1)
		err(2, "%s", file);
	return fd;
}
