/*
 * The fields of the records, in stream order: the one list that the writer
 * (record.c) and both readers (record_read.c) work from. Nobody else needs it.
 */
#ifndef FIELD_H
#define FIELD_H

#include <stdint.h>
#include <string.h>

#include "record/record.h"

enum field_kind {
	F_NUMBER,	/* uint64_t, up to RECORD_NUMBER_MAX */
	F_TIME,		/* int64_t, nanoseconds, any value */
	F_PARENT,	/* int64_t, -1 means null */
	F_STRING,	/* const char * */
	F_HASH,		/* const char *, HASH_LEN digits */
	F_REFS,		/* const char *, verbatim from the line */
	F_PATH,		/* const char *, any bytes; base64 if not UTF-8 */
	F_BYTES,	/* pointer and count; base64 if not UTF-8 */
	F_PART,		/* uint64_t[2], {0, 0} means null */
	F_JOINED,	/* const char *, array of labels, a colon after each */
	F_ROOTS,	/* pointer and count, as in all that follow */
	F_LABELS,
	F_SYMBOLS,
	F_NODES
};

enum {
	F_OPTIONAL = 1,		/* may be left out */
	F_NULL = 2,		/* may be null */
	F_ADDED = 4		/* by a store; after all others; optional */
};

struct field {
	const char *key;	/* as written in the line: "size": */
	const char *key64;	/* the same for base64 */
	size_t len, len64;
	enum field_kind kind;
	unsigned flags;
	size_t at, count_at;	/* where in the struct */
};

#define KEYS(name) "\"" name "\":", "\"" name "_base64\":", \
	sizeof name + 2, sizeof name + 9

extern const char *const record_names[];		/* by record_type */
extern const struct field *const record_fields[];	/* key NULL ends each */
extern const struct field symbol_fields[], node_fields[];

/* A member of the struct that the fields describe. */
#define MEMBER(type, base, offset) (*(type *)((char *)(base) + (offset)))
#define CMEMBER(type, base, offset) \
	(*(type const *)((const char *)(base) + (offset)))

/* --- eight bytes of a string at a time ------------------------------------ */

#define ONES	UINT64_C(0x0101010101010101)
#define HIGHS	UINT64_C(0x8080808080808080)

/* The first byte is the lowest. */
static inline uint64_t
word(const char *s)
{
	uint64_t w;

	memcpy(&w, s, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

/*
 * How many of the eight bytes at s come before the first that needs a second
 * look: a control, '"', '\\', or over 127. (A borrow can only flag bytes after
 * one that is flagged rightly.)
 */
static inline size_t
plain(const char *s)
{
	uint64_t w = word(s), quote = w ^ (ONES * '"'), m;
	uint64_t slash = w ^ (ONES * '\\');

	m = ((w - ONES * 0x20) | (quote - ONES) | (slash - ONES) | w) & HIGHS;
	return m == 0 ? 8 : (size_t)__builtin_ctzll(m) / 8;
}

/* Append a number. */
void decimal(struct buf *out, uint64_t n);

/* The letter after the backslash for a control, 0 if none. */
extern const char json_brief[32];

#endif
