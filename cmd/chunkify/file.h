/*
 * One file: what is to be said of it, as the lines of a stream.
 */
#ifndef FILE_H
#define FILE_H

#include <stdint.h>

#include "lang.h"
#include "manifest.h"
#include "base/mem.h"
#include "walk.h"

/* What the command line asks for; nobody changes it once it is read. */
struct options {
	uint32_t max_size;		/* of a chunk, non-blank bytes */
	uint64_t max_file_size;		/* bytes */
	double timeout;			/* seconds a file may take; 0: any */
	int definitions, ast, refs, checksum, skip_generated, text;
	const struct language *forced;	/* of every file, or NULL */
	struct ending {		/* what else tells the language: the last wins */
		const char *text;	/* ".inc", or a whole name; the caller's */
		size_t len;
		const struct language *lang;
	} *endings;
	size_t nendings, cap_endings;
};

/*
 * What became of a file, and of the unchanged ones that the walk gave before
 * it: lines, to be written when their turn comes.
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

/* What git names it need not be any more: find out what it is. */
void file_look(struct walk_file *f);

/* Say that the file is as it was stored. */
void file_keep(struct result *r, const char *path, const struct stat *st);

/*
 * Say what is to be said of a file that must be read, or cannot be. was is how
 * it was stored, or NULL.
 */
void file_process(struct result *r, const struct walk_file *f,
    const struct manifest_file *was);

/* The same of n bytes of text that are the file of this name, from nowhere. */
void file_text(struct result *r, const char *path, const char *text,
    size_t n);

#endif
