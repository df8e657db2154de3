#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "base/mem.h"

static struct {
	const char *p;
	size_t left, piece;
} input;

void
fuzz_broken(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: broken: %s\n", file, line, what);
	abort();
}

void
fuzz_input(const void *bytes, size_t n, size_t piece)
{
	input.p = bytes;
	input.left = n;
	input.piece = piece;
}

/* The linker's --wrap=read puts these two in place of read(2). */
ssize_t __real_read(int fd, void *buf, size_t n);
ssize_t __wrap_read(int fd, void *buf, size_t n);

ssize_t
__wrap_read(int fd, void *buf, size_t n)
{
	if (fd != FUZZ_FD)
		return __real_read(fd, buf, n);
	if (n > input.piece)
		n = input.piece;
	if (n > input.left)
		n = input.left;
	memcpy(buf, input.p, n);
	input.p += n;
	input.left -= n;
	return (ssize_t)n;
}

size_t
fuzz_split(char **text, size_t max, const uint8_t *data, size_t n)
{
	const char *s = (const char *)data, *end = s + n;
	size_t k, len;

	for (k = 0; k < max && s < end; k++) {
		len = strnlen(s, (size_t)(end - s));
		text[k] = xmemdup(s, len);
		s += len + (s + len < end);
	}
	return k;
}

void
fuzz_free(char **text, size_t n)
{
	while (n-- != 0)
		free(text[n]);
}
