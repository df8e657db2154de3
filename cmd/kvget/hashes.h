/*
 * Chunks by the hash of their content. Finding them reads all chunks, once for
 * any number of hashes.
 */
#ifndef HASHES_H
#define HASHES_H

#include "show.h"

/* Zero it to begin with; hashes_free when done. */
struct hashes {
	struct hash_query *list;
	size_t n, cap;
	struct pool texts;
};

/* Ask for this one: 0, or -1 if it is not a hash. */
int hashes_add(struct hashes *h, const char *text);

/*
 * Show the chunks that have one of them, in the order of the store: 0 (reports
 * what is missing, and sets sh->status), or what a callback returned, or -1.
 */
int hashes_show(struct store *s, struct show *sh, struct hashes *h);
void hashes_free(struct hashes *h);

#endif
