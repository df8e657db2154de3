/*
 * The messages of a client, a line each, from a file descriptor; and what it
 * takes back while it waits.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>

#include <jansson.h>

#include "base/mem.h"

/* A line may be this long; so much is read ahead. */
#define INPUT_MAX	((size_t)1 << 20)

/* Zero it and set fd; input_free when done. */
struct input {
	int fd;
	struct buf buf;
	size_t at;		/* the next line begins here */
	size_t seen;		/* looked through for the request at hand */
	int eof;
};

/*
 * Wait for a line: 1 and *line is lent until the next call, without its
 * newline; 0 at the end, where what has no newline is a line, too; -1 when
 * reading failed (message printed). A line over INPUT_MAX is 1 with *line NULL.
 */
int input_next(struct input *in, const char **line, size_t *len);

/*
 * Has the client cancelled the request of this id, which was the last line?
 * Looks at what has come in so far, and waits for nothing.
 */
int input_cancelled(struct input *in, const json_t *id);

void input_free(struct input *in);

#endif
