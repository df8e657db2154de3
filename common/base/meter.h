/*
 * A line about what takes long, for a person: drawn on the standard error,
 * where that is a terminal, from a second after the start on, by a thread of
 * its own. Elsewhere nothing is drawn, ever.
 *
 * Several programs in one pipe may share a terminal. One of them draws: the
 * first, or when that has ended the next.
 */
#ifndef METER_H
#define METER_H

#include <stdint.h>

#include "base/mem.h"

/* Append what is to be shown, so many seconds after the start. No newline. */
typedef void meter_fn(struct buf *line, double seconds);

/*
 * Draw what the function says until meter_stop; it is called from the thread.
 * NULL: what meter_step and meter_add are told. MINE: before other programs;
 * AFTER: only where none of them draws.
 */
enum meter_turn { METER_MINE, METER_AFTER };
void meter_start(meter_fn *fn, enum meter_turn turn);
void meter_stop(void);		/* and wipe the line; does nothing twice */

/* What is being done now, a string constant; and so much of it has been. */
void meter_step(const char *what);
void meter_add(uint64_t n);

/*
 * Whatever else is printed on the terminal stands between these, so that it
 * does not end up behind the line. Messages (visible.h) do so themselves.
 */
void meter_hold(void);
void meter_resume(void);

#endif
