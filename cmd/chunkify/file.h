/*
 * One file: what to say about it, as the lines of a stream.
 */
#ifndef FILE_H
#define FILE_H

#include <stdint.h>

#include "lang.h"
#include "manifest.h"
#include "base/mem.h"
#include "walk.h"

/* The command line's options; constant once read. */
struct options {
	uint32_t max_size;		/* of a chunk, non-blank bytes */
	uint64_t max_file_size;		/* bytes */
	double timeout;			/* seconds a file may take; 0: any */
	int definitions, ast, refs, checksum, skip_generated, text;
	const struct language *forced;	/* of every file, or NULL */
	struct ending {		/* --ext tells the language: the last wins */
		const char *text;	/* ".inc", or a whole name; the caller's */
		size_t len;
		const struct language *lang;
	} *endings;
	size_t nendings, cap_endings;
};

/*
 * What happened to a file, and to the unchanged ones before it in the walk:
 * lines, to be written when their turn comes.
 */
struct result {
	const struct options *options;
	struct buf out;
	char *message;		/* for stderr, or NULL */
	uint64_t seen, files, chunks, skipped, errors, kept, gone, bytes;
	const char *reason;	/* of a skip */
	int left_out;		/* exit status 1 */
	uint64_t turn;		/* its place in the output */
	int ready;
	/* called when out has grown large; may write it and empty it */
	void (*early)(struct result *);
};

/* It may no longer be what git says: find out what it is. */
void file_look(struct walk_file *f);

/* Say that the file is as it was stored. */
void file_keep(struct result *r, const char *path, const struct stat *st);

/*
 * Process a file that must be read, or cannot be. was is how it was stored, or
 * NULL.
 */
void file_process(struct result *r, const struct walk_file *f,
    const struct manifest_file *was);

/* The same for n bytes of text standing for a file of this name. */
void file_text(struct result *r, const char *path, const char *text,
    size_t n);

#endif
