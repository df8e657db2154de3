/*
 * The keys of the store, as bytes:
 *
 *	chunk:{p}:{start}:{end}		a chunk
 *	file:{p}			a file's record
 *	ast:file:{p}			its syntax nodes
 *	label:{label}:{p}:{start}:{end}	a label of a chunk
 *	sym:{name}:{start}:{end}:{p}	where a definition is
 *	meta:{what}			format, options, roots
 *
 * In {p} (a path) and {name} every ':' is doubled; numbers are plain
 * decimal; a label holds no ':'. The separator that ends a doubled string is
 * always followed by a digit, never by a ':', so that every key parses in one
 * way only and the chunks of a file are ONE range that holds nothing else:
 * from chunk:{p}:0 up to, not including, chunk:{p}:: (':' is the byte after
 * '9'). Without that upper bound a scan for "a" would also find the chunks of
 * "a:b", "a:" and "a:0".
 *
 * Doubling keeps the order: two paths sort as their keys do.
 *
 * The value under sym: is
 * "{line} {lines} {into} {length} {doc} {body} {labels}", a NUL byte, the kind
 * and, if there is a scope, a NUL byte and the scope. line is the definition's
 * first; lines, how many follow it; into, the offset of the definition in its
 * chunk; length, the chunk's; doc, how far before the definition its
 * documentation begins; body, the offset of its body from its beginning, 0
 * without one; labels, a colon after each. So one lookup tells what a
 * definition is and which chunk to read.
 *
 * All functions that take a struct buf append to it, except those that make a
 * range.
 */
#ifndef KEY_H
#define KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "record/record.h"

void key_chunk(struct buf *out, const char *path, uint64_t start,
    uint64_t end);
void key_file(struct buf *out, const char *path);
void key_ast(struct buf *out, const char *path);
void key_label(struct buf *out, const char *label, const char *path,
    uint64_t start, uint64_t end);
void key_symbol(struct buf *out, const char *name, uint64_t start,
    uint64_t end, const char *path);
void key_meta(struct buf *out, const char *what);

/* The value of a definition listed in the chunk from start to end. */
void key_symbol_value(struct buf *out, const struct symbol *y, uint64_t start,
    uint64_t end);

/* The range that holds exactly the chunks of a file: from <= key < to. */
void key_chunk_range(struct buf *from, struct buf *to, const char *path);

/* The same for all definitions of a name, and for a label, in all files. */
void key_symbol_range(struct buf *from, struct buf *to, const char *name);
void key_label_range(struct buf *from, struct buf *to, const char *label);

/* Definitions by prefix of their names; a label's chunks in one file. */
void key_symbol_prefix_range(struct buf *from, struct buf *to,
    const char *prefix);
void key_label_file_range(struct buf *from, struct buf *to, const char *label,
    const char *path);

/*
 * The range that holds exactly the files below dir (as path_below, except for
 * ".."), not dir itself; for "." all files.
 */
void key_below_range(struct buf *from, struct buf *to, const char *dir);

enum key_kind {
	KEY_CHUNK,
	KEY_FILE,
	KEY_AST,
	KEY_LABEL,
	KEY_SYMBOL,
	KEY_META
};

/*
 * A parsed key. path and name (the label, the symbol's name, what follows
 * meta:) end in a NUL and are owned by the struct; what a kind lacks is "" or
 * 0. Zero it before the first key_parse; key_free when done.
 */
struct key {
	enum key_kind kind;
	const char *path, *name;
	uint64_t start, end;
	struct buf text;
};

/* Returns 0, or -1 if these n bytes are none of the keys above. */
int key_parse(struct key *k, const void *bytes, size_t n);
void key_free(struct key *k);

/*
 * A definition from its parsed key and its value: 0, or -1 if it is none.
 * start and end are its chunk's span. Strings are lent by the key and by the
 * value, whose n bytes must be followed by a NUL.
 */
int key_symbol_parse(struct symbol *y, uint64_t *start, uint64_t *end,
    const struct key *k, const char *value, size_t n);

/* Compare in the store's order, by unsigned bytes: < 0, 0, > 0. */
int key_compare(const void *a, size_t alen, const void *b, size_t blen);

#endif
