/*
 * Whose turn it is to write to the terminal: for meter.c and hold.c only.
 */
#ifndef HOLD_H
#define HOLD_H

#include <pthread.h>

/* Held while writing there; a message may arrive during drawing. */
extern pthread_mutex_t meter_lock;
extern int meter_drawn;			/* there is a line to wipe */

#endif
