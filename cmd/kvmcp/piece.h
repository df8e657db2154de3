/*
 * What answers are made of, for the tools only.
 */
#ifndef PIECE_H
#define PIECE_H

#include "ask.h"

/* An item being made: a text for people, and an object. */
struct piece {
	struct ask *q;
	const struct shelf *shelf;
	struct buf text, object;
};

/* Begin one. With several stores each item names its store. */
void piece_begin(struct piece *p);
void piece_free(struct piece *p);

/* path:lines kind scope name; and the same as an object. stale may be "". */
void piece_heading(struct buf *out, const char *path, const struct symbol *d,
    const char *stale);
void piece_object(struct piece *p, const char *path, const struct symbol *d,
    const char *stale);

/* Append at most 127 bytes. */
void piece_print(struct buf *out, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Has the question been cancelled? 0, or ASK_CANCELLED. */
int ask_step(struct ask *q);

/* A path as the stores have it; "." for all. Owned by the caller. */
char *ask_path(const struct ask *q);
int ask_all(const char *path);

/* Ask each store in turn: what fn returned, or 0. */
int ask_stores(struct ask *q, int (*fn)(struct ask *, struct shelf *, void *),
    void *arg);

/* Has the file changed since? path in normal form. 0, -1. */
int ask_stale(struct ask *q, const struct shelf *s, const char *path,
    const char **stale);

/* ask.c, search.c, references.c: the tools of these names. */
int definition(struct ask *q);
int outline(struct ask *q);
int read_lines(struct ask *q);
int status(struct ask *q);
int search(struct ask *q);
int references(struct ask *q);

#endif
