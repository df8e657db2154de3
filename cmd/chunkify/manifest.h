/*
 * What a store has, as kvls --manifest lists it: for --unchanged.
 */
#ifndef MANIFEST_H
#define MANIFEST_H

#include <sys/stat.h>

#include <stdint.h>

#include "record/record.h"

struct manifest;

/* A file that is stored, or was skipped. */
struct manifest_file {
	const char *path;
	uint64_t size;			/* bytes */
	int64_t mtime_ns;
	uint64_t stored_at;		/* Unix seconds */
	char hash[HASH_LEN + 1];	/* "" of a skipped one */
	const char *reason;		/* for which it was skipped, or NULL */
	int same_options;		/* chunked as we would */
};

/*
 * Read all of a manifest: its writer must not have to wait for the reader of
 * our output. name is for messages. options is our own fingerprint; if the
 * store's differs, says on stderr how. Returns NULL if it cannot be read or is
 * not a manifest (message already printed). An empty or truncated one just has
 * fewer files: that costs time, never correctness.
 */
struct manifest *manifest_read(int fd, const char *name,
    const char *options);

/* NULL if the path is not in it (or m is NULL). Lent. */
const struct manifest_file *manifest_find(struct manifest *m,
    const char *path);

/*
 * Is the file surely as it was stored, by its size and time? Not if it was
 * changed so shortly before it was stored that a later change may have the same
 * time (git's "racy" entries).
 */
int manifest_unchanged(const struct manifest_file *f, const struct stat *st);

void manifest_free(struct manifest *m);

#endif
