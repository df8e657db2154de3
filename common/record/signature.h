/*
 * The signature of a definition, as a line for people and models: the text
 * before its body, or all of it if it has none, each run of blanks reduced to
 * one, at most SIGNATURE_MAX bytes ("..." says that there is more).
 */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include "record/record.h"

#define SIGNATURE_MAX	240

/* Where the text it is made from ends. */
uint64_t signature_end(const struct symbol *y);

/* Append it: text is the definition's, up to there. */
void signature_add(struct buf *out, const char *text, size_t n);

/*
 * Append it from the chunk that lists the definition; what lies beyond the
 * chunk's end is left out.
 */
void signature_of(struct buf *out, const struct symbol *y,
    const struct record *chunk);

#endif
