#include <err.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "input.h"

#define PIECE	((size_t)64 << 10)	/* bytes asked for at a time */

/* Read more into the buffer: 1, 0 at the end, -1. */
static int
fill(struct input *in)
{
	ssize_t n;

	buf_room(&in->buf, PIECE);
	do
		n = read(in->fd, in->buf.p + in->buf.len, PIECE);
	while (n == -1 && errno == EINTR);
	if (n == -1) {
		warn("stdin");
		return -1;
	}
	in->buf.len += (size_t)n;
	in->eof = n == 0;
	return n != 0;
}

static void
drop(struct input *in, size_t n)
{
	memmove(in->buf.p, in->buf.p + n, in->buf.len - n);
	in->buf.len -= n;
	in->at = in->seen = 0;
}

/* Skip the rest of a line that is too long: like input_next. */
static int
pass_line(struct input *in)
{
	const char *nl = NULL;
	int status = 1;

	do {
		in->buf.len = 0;
		if ((status = fill(in)) == 1)
			nl = memchr(in->buf.p, '\n', in->buf.len);
	} while (status == 1 && nl == NULL);
	in->at = nl != NULL ? (size_t)(nl + 1 - in->buf.p) : in->buf.len;
	in->seen = in->at;
	return status == -1 ? -1 : 1;
}

int
input_next(struct input *in, const char **line, size_t *len)
{
	const char *nl;
	size_t n = 0;		/* bytes without a newline */
	int status = 1;

	if (in->at != 0)
		drop(in, in->at);
	*line = NULL;
	while ((nl = in->buf.len == n ? NULL :
	    memchr(in->buf.p + n, '\n', in->buf.len - n)) == NULL) {
		n = in->buf.len;
		if (n > INPUT_MAX)
			return pass_line(in);
		if (in->eof || (status = fill(in)) != 1)
			break;
	}
	if (status == -1 || (nl == NULL && in->buf.len == 0))
		return status == -1 ? -1 : 0;
	*len = nl != NULL ? (size_t)(nl - in->buf.p) : in->buf.len;
	in->at = in->seen = *len + (nl != NULL);
	if (*len <= INPUT_MAX)
		*line = in->buf.p;
	return 1;
}

static int
takes_back(const char *line, size_t len, const json_t *id)
{
	const json_t *given;
	const char *method;
	json_t *message;
	int same;

	if (memmem(line, len, "cancelled", 9) == NULL ||
	    (message = json_loadb(line, len, JSON_ALLOW_NUL, NULL)) == NULL)
		return 0;
	method = json_string_value(json_object_get(message, "method"));
	given = json_object_get(json_object_get(message, "params"),
	    "requestId");
	same = method != NULL && strcmp(method, "notifications/cancelled") ==
	    0 && json_equal(given, id);
	json_decref(message);
	return same;
}

int
input_cancelled(struct input *in, const json_t *id)
{
	struct pollfd p = { .fd = in->fd, .events = POLLIN };
	const char *nl;
	size_t from;

	while (!in->eof && in->buf.len - in->at < INPUT_MAX &&
	    poll(&p, 1, 0) == 1 && fill(in) == 1)
		;
	while (in->seen < in->buf.len && (nl = memchr(in->buf.p + in->seen,
	    '\n', in->buf.len - in->seen)) != NULL) {
		from = in->seen;
		in->seen = (size_t)(nl + 1 - in->buf.p);
		if (takes_back(in->buf.p + from, in->seen - from, id))
			return 1;
	}
	return 0;
}

void
input_free(struct input *in)
{
	buf_free(&in->buf);
}
