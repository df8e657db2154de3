/*
 * How the values of chunks and nodes are kept: a line as it is, which begins
 * with a '{'; or, once a store is large, compressed by Zstandard, after a
 * byte 'z'. Both can be read at any time, side by side.
 *
 * Lines are short and alike, so they are compressed with a dictionary made
 * from the first few megabytes that a writer stores; from then on it is under
 * meta:dictionary, and a store without one has no compressed values. (Measured
 * on the kernel, 1.09 million chunks: .24 of the bytes
 * at 390 MB/s, and back at 1.1 GB/s; without a dictionary .32.)
 */
#ifndef BDB_VALUE_H
#define BDB_VALUE_H

#include <stddef.h>

#include "base/mem.h"

/* Zero it to begin with. */
struct values {
	int plain;			/* compress nothing */
	struct ZSTD_CCtx_s *press;
	struct ZSTD_DCtx_s *unpress;
	struct buf dictionary;
	struct ZSTD_CDict_s *press_dict;	/* made when first needed */
	struct ZSTD_DDict_s *unpress_dict;
	struct buf samples;		/* for the future dictionary */
	size_t *sizes;			/* of each of them */
	size_t n, cap;
};

/* Use this dictionary: 0, -1 if it is not one. */
int values_learn(struct values *v, const void *dictionary, size_t n);
int values_learned(const struct values *v);

/*
 * A line is about to be stored. Returns 1 when a dictionary was made, in
 * *dictionary, which is used from now on and must be stored with the line.
 */
int values_sample(struct values *v, const void *line, size_t n,
    struct buf *dictionary);

/* Append the line in its stored form. */
void values_press(struct values *v, struct buf *out, const void *line,
    size_t n);

/*
 * A stored value's line: 0 and *line, the value itself or appended to out; -1
 * if it is damaged, or needs a dictionary that was not learned.
 */
int values_unpress(struct values *v, struct buf *out, const void *value,
    size_t n, const char **line, size_t *len);

/* Is the value compressed? */
int value_is_pressed(const void *value, size_t n);

void values_free(struct values *v);

#endif
