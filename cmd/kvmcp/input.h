/*
 * A client's messages, one per line, from a file descriptor; and what it
 * cancels while it waits.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>

#include <jansson.h>

#include "base/mem.h"

/* The longest line; also how much we read ahead. */
#define INPUT_MAX	((size_t)1 << 20)

/* Zero it and set fd; input_free when done. */
struct input {
	int fd;
	struct buf buf;
	size_t at;		/* where the next line begins */
	size_t seen;		/* searched up to here for this request */
	int eof;
};

/*
 * Wait for a line: 1 and *line, lent until the next call, without its newline;
 * 0 at the end (a last line may lack its newline); -1 when reading failed
 * (message printed). For a line over INPUT_MAX 1 with *line NULL.
 */
int input_next(struct input *in, const char **line, size_t *len);

/*
 * Has the client cancelled the request of this id, which was the last line?
 * Looks at what has arrived so far, without waiting.
 */
int input_cancelled(struct input *in, const json_t *id);

void input_free(struct input *in);

#endif
