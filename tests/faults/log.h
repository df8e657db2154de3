/*
 * What inject writes and replay reads: all that was done to a store. Names are
 * seen from the directory that the store lies in, and end in NUL; "" is that
 * directory itself.
 */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>

enum log_op {
	LOG_OPEN,	/* id is from now on the file of that name */
	LOG_CREATE,	/* the same, and it was not there before */
	LOG_MKDIR,
	LOG_WRITE,	/* len bytes to id, at */
	LOG_TRUNC,	/* id has at bytes now */
	LOG_SYNC,	/* id, a file or a directory */
	LOG_RENAME,	/* two names */
	LOG_UNLINK
};

struct log_entry {
	uint32_t op, id;
	uint64_t at, len;	/* len bytes follow: name, names or data */
};

#endif
