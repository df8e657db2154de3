/*
 * The text of a stored file, put together from its chunks, with what they say
 * of it: as searching wants it.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>

#include "base/mem.h"
#include "record/record.h"
#include "record/whole.h"

/* Bytes that follow one another in the file. */
struct run {
	uint64_t start, end;		/* in the file */
	uint64_t line;			/* of the first */
	size_t at;			/* in the text */
};

/* A definition, or a chunk. Strings are lent by the text. */
struct unit {
	struct symbol d;		/* of a chunk name and kind may be NULL */
	const char *language;
	const char *const *labels;	/* of the chunk it begins in */
	size_t nlabels;
	const char *refs;		/* of a chunk, or NULL */
	size_t chunk;			/* which one that is, among those of the file */
	int is_chunk;
};

/* Zero it to begin with. */
struct text {
	const char *path;
	struct buf bytes;		/* each byte once */
	struct run *runs;
	size_t nruns, runs_cap;
	struct unit *units;		/* by their place, the outer one first */
	size_t nunits, units_cap;
	size_t nchunks;
	int lends;			/* bytes stay where they are: no runs */
	const char **lent;		/* of each chunk, then; units have spans */
	size_t lent_cap;
	struct pool pool;
	struct reader reader;
};

/* Read a file; what t had before is gone. 0, or 2: a message was printed. */
int text_read(struct text *t, const struct store_whole *w);

/*
 * The same by its chunks, in the order of their spans. The path is lent; what is
 * added is copied, but for its strings, where they are said to stay. lends:
 * chunks do not overlap, and their contents stay, too: they are not put together.
 */
void text_begin(struct text *t, const char *path, int lends);
void text_add(struct text *t, const struct record *chunk, int stays);
void text_end(struct text *t);
void text_free(struct text *t);

/*
 * Where the bytes from start up to end of the file are in the text, as many as
 * are in it without a gap; returns their number.
 */
size_t text_span(const struct text *t, uint64_t start, uint64_t end,
    const char **s);

/* The run that has the byte, or NULL. */
const struct run *text_run(const struct text *t, uint64_t byte);

/* The innermost definition that holds the byte of the file, or NULL. */
const struct unit *text_around(const struct text *t, uint64_t byte);

/*
 * Append what searching needs to see of a file, as JSON has it: the contents,
 * put together (1), then the rest of the records. Text without a control
 * character, quote or backslash is in it as it is, anything else as
 * json_quote writes it. 0 where that cannot be: there is base64, or the
 * records are not as the store writes them. They have to be read then.
 */
int text_raw(struct buf *out, const struct store_whole *w);

#endif
