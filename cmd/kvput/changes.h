/*
 * --changes: what happened to the chunks, as JSON lines on standard output, for
 * programs that keep data beside them (an embedder). chunk(5) has the lines.
 *
 * A line is written after the commit that made it true. A chunk with the hash
 * of something stored waits until the end, as it may turn out to be a move;
 * content that the store never had is reported at once.
 */
#ifndef CHANGES_H
#define CHANGES_H

#include <stddef.h>

#include "store/store.h"

struct changes;

struct changes *changes_start(struct store *db);

/*
 * Something may be added now: learn which contents are stored, by reading all
 * of the store, unless done already. 0, -1 (message printed).
 */
int changes_learn(struct changes *c);

/* The run is over and flushed: report what waited. */
void changes_end(struct changes *c);

#endif
