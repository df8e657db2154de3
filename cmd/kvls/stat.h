/*
 * kvls --stat: the store at a glance.
 */
#ifndef STAT_H
#define STAT_H

#include "store/store.h"

/* Returns 0, or what a callback returned (1: stdout fails, 2), or -1. */
int stat_show(struct store *s, int json);

/* A time in UTC as people and machines read it; "-" for RECORD_NONE. */
#define WHEN	sizeof "2026-11-22T11:22:33Z"
const char *stat_when(char text[WHEN], uint64_t when);

#endif
