/*
 * How kvget prints what it found: as records, as plain text, or for people.
 */
#ifndef SHOW_H
#define SHOW_H

#include <stddef.h>
#include <stdint.h>

#include "context.h"
#include "record/record.h"
#include "store/store.h"

enum form { RECORDS, TEXT, PEOPLE };

struct show {
	enum form form;
	int signature;		/* of definitions only that */
	struct context context;	/* what goes before a chunk */
	int any;		/* something was printed */
	int status;		/* so far; 1: something was left out */
	struct reader reader;
};

void show_init(struct show *sh, enum form form);
void show_free(struct show *sh);

/*
 * These return like a store's callback: 0 to go on, 1 when stdout fails, -1
 * when the store does, 2 when a record cannot be read (message printed).
 */

/* A chunk, by its line. */
int show_chunk(struct show *sh, const char *line, size_t len);

/*
 * All chunks of a file. As text each of its bytes comes once, even if chunks
 * are nested; reports on stderr what no chunk has.
 */
int show_file(struct show *sh, const struct store_whole *w);

/* A heading for some text; scope and what may be NULL. PEOPLE only. */
void show_heading(struct show *sh, const char *path, uint64_t start_line,
    uint64_t end_line, const char *kind, const char *scope, const char *name,
    const uint64_t part[2]);
void show_text(struct show *sh, const char *text, size_t n);

/* The same for text that begins at this byte of its file, with its marks. */
void show_source(struct show *sh, const char *text, size_t n, uint64_t start,
    const struct symbol *d, size_t nsymbols);

/* A definition's signature, of n bytes up to its body; returns as above. */
int show_signature(struct show *sh, const char *path, const struct symbol *d,
    const char *text, size_t n);

/* Say that the file was seen but skipped, by its line; sh->status is set. */
void show_skipped(struct show *sh, const char *path, const char *line,
    size_t len);

#endif
