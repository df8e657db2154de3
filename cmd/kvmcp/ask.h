/*
 * The tools: what each takes, and how it answers from the stores.
 */
#ifndef ASK_H
#define ASK_H

#include <jansson.h>

#include "answer.h"
#include "input.h"
#include "shelf.h"

/* A question; all of it is lent. */
struct ask {
	struct shelves *shelves;
	const char *store;	/* only this one; NULL: all */
	json_t *args;		/* checked against the tool's */
	struct answer *answer;
	struct input *input;	/* says when it is cancelled */
	const json_t *id;
	unsigned steps;
	struct reader reader;
	/* appended to the text, or replaces it if the question is wrong */
	char note[400];
};

/* What an answering function returns, like a store's callback. */
enum { ASK_DONE = 0, ASK_WRONG = 1, ASK_BROKEN = 2, ASK_CANCELLED = 3 };

struct tool_arg {
	const char *name;
	enum { ARG_STRING, ARG_INTEGER, ARG_FLAG } type;
	int needed;
	json_int_t least, most;	/* ARG_INTEGER */
	const char *help;
};

struct ask_tool {
	const char *name, *help;
	const struct tool_arg *args;	/* ended by a NULL name */
	int (*answer)(struct ask *q);	/* one of the above, -1 is BROKEN */
};

extern const struct ask_tool ask_tools[];	/* ended by a NULL name */

/* An argument of the question, or NULL, or 0. */
const char *ask_string(const struct ask *q, const char *name);
uint64_t ask_number(const struct ask *q, const char *name);

/* Note why the question cannot be answered; returns ASK_WRONG. */
int ask_wrong(struct ask *q, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
