/*
 * Whose turn it is to write to the terminal: for meter.c and hold.c alone.
 */
#ifndef HOLD_H
#define HOLD_H

#include <pthread.h>

/* Held by whoever writes there; a message may come while drawing. */
extern pthread_mutex_t meter_lock;
extern int meter_drawn;			/* there is a line to be wiped */

#endif
