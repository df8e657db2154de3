/*
 * What is stored of a file, as a store hands it out.
 */
#ifndef WHOLE_H
#define WHOLE_H

#include <stddef.h>
#include <stdint.h>

/* One file, lent until the callback returns. */
struct store_file {
	const char *path;
	const char *line;	/* its record: a file, or a skip */
	size_t len;
	int skipped;		/* it is a skip */
	uint64_t chunks;	/* counted by their keys; store_counts only */
};

/* Everything stored of a file, at one moment; lent until fn returns. */
struct store_whole {
	struct store_file file;
	const struct store_chunk {
		uint64_t start, end;
		const char *line;
		size_t len;
	} *chunks;		/* in the order of their spans, numerically */
	size_t nchunks;
	const char *ast;	/* the record of its nodes; NULL: none */
	size_t ast_len;
};

#endif
