/*
 * The text of a stored file, assembled from its chunks, with what they say
 * about it, in the form that searching needs.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>

#include "base/mem.h"
#include "record/record.h"
#include "record/whole.h"

/* Consecutive bytes of the file. */
struct run {
	uint64_t start, end;		/* in the file */
	uint64_t line;			/* of the first */
	size_t at;			/* in the text */
};

/* A definition, or a chunk. Strings are lent by the text. */
struct unit {
	struct symbol d;		/* name, kind: NULL in some chunks */
	const char *language;
	const char *const *labels;	/* of the chunk it begins in */
	size_t nlabels;
	const char *refs;		/* of a chunk, or NULL */
	size_t chunk;			/* that chunk's index in the file */
	int is_chunk;
};

/* Zero it to begin with. */
struct text {
	const char *path;
	struct buf bytes;		/* each byte once */
	struct run *runs;
	size_t nruns, runs_cap;
	struct unit *units;		/* by position, the outer one first */
	size_t nunits, units_cap;
	size_t nchunks;
	int lends;			/* bytes stay where they are: no runs */
	const char **lent;		/* then, per chunk; units have spans */
	size_t lent_cap;
	struct pool pool;
	struct reader reader;
};

/* Read a file, replacing what t had. 0, or 2: a message was printed. */
int text_read(struct text *t, const struct store_whole *w);

/*
 * The same chunk by chunk, in the order of spans. The path is lent; what is
 * added is copied, except its strings if they are said to stay. lends: chunks
 * do not overlap and their contents stay, too, so they are not assembled.
 */
void text_begin(struct text *t, const char *path, int lends);
void text_add(struct text *t, const struct record *chunk, int stays);
void text_end(struct text *t);
void text_free(struct text *t);

/*
 * Find the bytes from start up to end of the file in the text, as far as they
 * are there without a gap; returns their number.
 */
size_t text_span(const struct text *t, uint64_t start, uint64_t end,
    const char **s);

/* The run with this byte, or NULL. */
const struct run *text_run(const struct text *t, uint64_t byte);

/* The innermost definition around this byte of the file, or NULL. */
const struct unit *text_around(const struct text *t, uint64_t byte);

/*
 * Append what searching needs to see of a file, in JSON form: the contents,
 * joined (1), then the rest of the records. Text without control characters,
 * quotes or backslashes appears as it is, anything else as json_quote writes
 * it. 0 if that is impossible: there is base64, or the records are not as the
 * store writes them. Then they must be read.
 */
int text_raw(struct buf *out, const struct store_whole *w);

#endif
