/*
 * tools/list and tools/call.
 */
#ifndef CALL_H
#define CALL_H

#include "ask.h"

/* Append the array of tools. */
void call_list(struct buf *out, const struct shelves *shelves);

/* The tool of this name, or NULL. */
const struct ask_tool *call_tool(const char *name);

/*
 * Call a tool with these arguments (an object, or NULL: none), and append the
 * members of its result, except what the caller adds. 1, or 0 if the request
 * was cancelled and must not be answered.
 */
int call_answer(struct buf *out, const struct ask_tool *tool, json_t *args,
    struct shelves *shelves, struct input *in, const json_t *id);

#endif
