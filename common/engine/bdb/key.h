/*
 * The keys of the store, bytes:
 *
 *	chunk:{p}:{start}:{end}		a chunk
 *	file:{p}			a file's record
 *	ast:file:{p}			its syntax nodes
 *	label:{label}:{p}:{start}:{end}	a label of a chunk
 *	sym:{name}:{start}:{end}:{p}	where a definition lies
 *	meta:{what}			format, options, roots
 *
 * In {p} (a path) and {name} every ':' is doubled; numbers are plain
 * decimal; a label holds no ':'. After the separator that ends a doubled
 * string there always comes a digit, never a ':', so that every key can be
 * read in one way only and the chunks of a file are ONE range that holds
 * nothing else: from chunk:{p}:0 up to, not including, chunk:{p}::
 * (':' is the byte behind '9'). Without that upper bound a scan for "a" would
 * find the chunks of "a:b", "a:" and "a:0" as well.
 *
 * Doubling keeps the order: two paths sort as their keys do.
 *
 * The value under sym: is "{line} {lines} {into} {length} {doc} {body} {labels}",
 * a NUL byte, the kind and, if there is a scope, a NUL byte and the scope. line
 * is the definition's first; lines, how many it has behind that; into, how far
 * inside its chunk it begins; length, that of the chunk; doc, how far before it
 * what documents it begins; body, how far behind its beginning its body does,
 * 0 without one; labels has a colon behind each. So one look tells what a
 * definition is and which chunk to read.
 *
 * All functions that take a struct buf append to it, but for those that make
 * a range.
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

/* The value of a definition that is listed in the chunk from start to end. */
void key_symbol_value(struct buf *out, const struct symbol *y, uint64_t start,
    uint64_t end);

/* The range that holds exactly the chunks of a file: from <= key < to. */
void key_chunk_range(struct buf *from, struct buf *to, const char *path);

/* The same for all definitions of a name, and for a label, in all files. */
void key_symbol_range(struct buf *from, struct buf *to, const char *name);
void key_label_range(struct buf *from, struct buf *to, const char *label);

/* The definitions whose names begin so; a label's chunks in one file. */
void key_symbol_prefix_range(struct buf *from, struct buf *to,
    const char *prefix);
void key_label_file_range(struct buf *from, struct buf *to, const char *label,
    const char *path);

/*
 * The range that holds exactly the files below dir (path_below, but for its
 * word on ".."), not dir itself; for "." it is all files.
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
 * A key taken apart. path and name (the label, the symbol's name, what comes
 * behind meta:) end in a NUL and are owned by the struct; what a kind has
 * not is "" or 0. Zero it before the first key_parse; key_free when done.
 */
struct key {
	enum key_kind kind;
	const char *path, *name;
	uint64_t start, end;
	struct buf text;
};

/* Returns 0, or -1 if these n bytes are no key that is written above. */
int key_parse(struct key *k, const void *bytes, size_t n);
void key_free(struct key *k);

/*
 * A definition from its key, taken apart, and its value: 0, or -1 if it is
 * none. start and end are the span of its chunk. Strings are lent by the key
 * and by the value, behind whose n bytes there has to be a NUL.
 */
int key_symbol_parse(struct symbol *y, uint64_t *start, uint64_t *end,
    const struct key *k, const char *value, size_t n);

/* In the store's order: bytes, as unsigned; less than, 0, more than 0. */
int key_compare(const void *a, size_t alen, const void *b, size_t blen);

#endif
