/*
 * The index has names in byte order, so "a" before "a1"; followed by a ':' it
 * is the other way round. We hold a name back until all that extend it by a
 * byte below ':' are done. Names held back are prefixes of each other: we keep
 * them as lengths in the longest one, c->chain.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/sqlite/cursor.h"

/* Must the held-back name of len bytes wait for this one? */
static int
holds(const struct sq_cursor *c, size_t len, const char *name)
{
	return strncmp(c->chain.p, name, len) == 0 && name[len] != '\0' &&
	    (unsigned char)name[len] < ':';
}

/* Read the names from this one on. */
static int
seek_names(struct sq_cursor *c, const struct buf *from)
{
	sqlite3_reset(c->stmt);
	sq_bind_lower(c->stmt, from, 0);
	return (c->ahead = sq_step(c->e, c->stmt)) == -1 ? -1 : 0;
}

/* The waiting name, NULL if it is not the query's. */
static const char *
name_ahead(struct sq_cursor *c)
{
	const char *s = !c->ahead ? NULL :
	    (const char *)sqlite3_column_text(c->stmt, 0);

	if (s == NULL || strncmp(s, c->name.p, c->name.len - 1) != 0)
		return NULL;
	return s;
}

/* Set c->now to the next name: 1, 0, -1. */
static int
next_name(struct sq_cursor *c)
{
	const char *s;
	size_t n;

	while ((s = name_ahead(c)) != NULL && (c->nheld == 0 ||
	    holds(c, c->held[c->nheld - 1], s))) {
		n = strlen(s);
		c->chain.len = 0;
		buf_text(&c->chain, s);
		c->held = xgrow(c->held, &c->held_cap, c->nheld + 1,
		    sizeof *c->held);
		c->held[c->nheld++] = n;
		if ((c->ahead = sq_step(c->e, c->stmt)) == -1)
			return -1;
	}
	if (c->nheld == 0)
		return 0;
	c->now.len = 0;
	buf_add(&c->now, c->chain.p, c->held[--c->nheld]);
	return 1;
}

/* Start the rows of c->now, from this one on. */
static void
start_name(struct sq_cursor *c, int64_t chunk, int64_t n)
{
	sqlite3_reset(c->more);
	sq_bind_lower(c->more, &c->now, 0);
	sqlite3_bind_int64(c->more, 2, chunk);
	sqlite3_bind_int64(c->more, 3, n);
	c->going = 1;
}

int
sq_seek_symbols(struct sq_cursor *c, const struct query *q,
    const struct sq_place *at, const char *bytes, size_t n)
{
	struct buf from = { 0 };
	int status;

	c->exact = q->name != NULL && !q->prefix;
	c->name.len = c->nheld = c->chain.len = c->ahead = 0;
	buf_text(&c->name, q->name != NULL ? q->name : "");
	c->going = 0;
	if (at == NULL && c->exact) {
		c->now.len = 0;
		buf_add(&c->now, c->name.p, c->name.len - 1);
		start_name(c, 0, 0);
		return 0;
	}
	if (at == NULL) {
		buf_add(&from, c->name.p, c->name.len - 1);
		status = seek_names(c, &from);
		buf_free(&from);
		return status;
	}
	c->held = xgrow(c->held, &c->held_cap, at->nheld + 1,
	    sizeof *c->held);
	c->nheld = at->nheld;
	n -= at->nheld * sizeof *c->held;
	memcpy(c->held, bytes, at->nheld * sizeof *c->held);
	bytes += at->nheld * sizeof *c->held;
	/* All held back are prefixes of the name being handed out. */
	c->now.len = 0;
	buf_add(&c->now, bytes, n);
	buf_add(&c->chain, bytes, n);
	buf_putc(&c->chain, '\0');
	start_name(c, at->a, at->b);
	if (c->exact)
		return 0;
	/* All that extend it by a byte below ':' are done. */
	buf_add(&from, bytes, n);
	buf_putc(&from, ':');
	status = seek_names(c, &from);
	buf_free(&from);
	return status;
}

int
sq_next_symbol(struct sq_cursor *c, struct row *row)
{
	sqlite3_stmt *s = c->more;
	int status;

	for (;;) {
		if (!c->going) {
			if (c->exact)
				return 0;
			if ((status = next_name(c)) != 1)
				return status;
			start_name(c, 0, 0);
		}
		if ((status = sq_step(c->e, s)) == -1)
			return -1;
		if (status == 1)
			break;
		c->going = 0;
	}
	c->chunk = sqlite3_column_int64(s, 0);
	c->n = sqlite3_column_int64(s, SQ_DEFINITION_END);
	row->path = (const char *)sqlite3_column_text(s,
	    SQ_DEFINITION_END + 3);
	if ((status = sq_read_symbol(c->e, s, &row->symbol)) != 1 ||
	    row->path == NULL)
		return status == -1 ? -1 : sq_damaged(c->e,
		    row->path != NULL ? row->path : "a file", "a definition");
	row->start = (uint64_t)sqlite3_column_int64(s, SQ_DEFINITION_END + 1);
	row->end = (uint64_t)sqlite3_column_int64(s, SQ_DEFINITION_END + 2);
	return 1;
}
