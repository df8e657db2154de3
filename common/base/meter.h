/*
 * A progress line for people. A thread draws it on standard error, from one
 * second after the start, and only if that is a terminal.
 *
 * Several programs in one pipe may share a terminal. One of them draws: the
 * first, and the next one when that has ended.
 */
#ifndef METER_H
#define METER_H

#include <stdint.h>

#include "base/mem.h"

/* Append what to show, seconds after the start. No newline. */
typedef void meter_fn(struct buf *line, double seconds);

/*
 * Draw what the function says until meter_stop; the thread calls it. NULL:
 * draw what meter_step and meter_add are told. MINE: take precedence over
 * other programs; AFTER: draw only if none of them does.
 */
enum meter_turn { METER_MINE, METER_AFTER };
void meter_start(meter_fn *fn, enum meter_turn turn);
void meter_stop(void);		/* and wipe the line; may be called twice */

/* The current step, a string constant; and progress within it. */
void meter_step(const char *what);
void meter_add(uint64_t n);

/*
 * Call these around anything else printed on the terminal, so that it does
 * not end up behind the line. Messages (visible.h) do so themselves.
 */
void meter_hold(void);
void meter_resume(void);

#endif
