#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/jsonl.h"

#define PIECE	((size_t)256 << 10)	/* bytes asked for at a time */

void
jsonl_open(struct jsonl *j, int fd, const char *name)
{
	memset(j, 0, sizeof *j);
	j->fd = fd;
	j->name = name;
	buf_room(&j->buf, PIECE);	/* so that buf.p is not NULL */
}

void
jsonl_free(struct jsonl *j)
{
	buf_free(&j->buf);
}

/* Read more into the buffer: 1, 0 at the end, -1. */
static int
fill(struct jsonl *j)
{
	ssize_t n;

	if (j->at != 0) {
		memmove(j->buf.p, j->buf.p + j->at, j->buf.len - j->at);
		j->buf.len -= j->at;
		j->at = 0;
	}
	buf_room(&j->buf, PIECE);
	do
		n = read(j->fd, j->buf.p + j->buf.len, PIECE);
	while (n == -1 && errno == EINTR);
	if (n == -1) {
		warn("%s", j->name);
		return -1;
	}
	j->buf.len += n;
	return n != 0;
}

int
jsonl_next(struct jsonl *j, const char **line, size_t *len)
{
	size_t seen = 0;	/* bytes from at on without a newline */
	const char *s, *nl;

	for (;;) {
		s = j->buf.p + j->at;
		nl = j->buf.len - j->at == seen ? NULL :
		    memchr(s + seen, '\n', j->buf.len - j->at - seen);
		seen = nl != NULL ? (size_t)(nl - s) : j->buf.len - j->at;
		if (seen > JSONL_MAX) {
			j->line++;
			jsonl_warn(j, "the line is over %zu MiB",
			    JSONL_MAX >> 20);
			return -1;
		}
		if (nl != NULL)
			break;
		if (j->eof)
			break;
		switch (fill(j)) {
		case -1:
			return -1;
		case 0:
			j->eof = 1;
		}
	}
	if (nl == NULL && seen == 0)
		return 0;
	j->cut = nl == NULL;
	j->line++;
	*line = s;
	*len = seen;
	j->at += seen + (nl != NULL);
	return 1;
}

void
jsonl_warn(const struct jsonl *j, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	warnx("%s:%ju: %s", j->name, (uintmax_t)j->line, text);
}
