/*
 * Read lines from a file descriptor, and say which one was wrong.
 */
#ifndef JSONL_H
#define JSONL_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

/* The longest line we accept: a whole file of some 100 MB, escaped. */
#define JSONL_MAX	((size_t)256 << 20)

/* Owned by the caller; jsonl_open sets it up, jsonl_free when done. */
struct jsonl {
	const char *name;	/* lent; "stdin", for the messages */
	int fd;
	uint64_t line;		/* the number of the last line read, from 1 */
	int cut;		/* the last line had no newline */
	struct buf buf;		/* read but not yet handed out */
	size_t at;		/* where the next line begins */
	int eof;
};

void jsonl_open(struct jsonl *j, int fd, const char *name);
void jsonl_free(struct jsonl *j);

/*
 * Returns 1 and points *line at len bytes, without the newline, valid until
 * the next call; 0 at the end; -1 when reading failed or the line is longer
 * than JSONL_MAX (message already printed).
 */
int jsonl_next(struct jsonl *j, const char **line, size_t *len);

/* Say what is wrong with the last line read: "stdin:17: ...". */
void jsonl_warn(const struct jsonl *j, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
