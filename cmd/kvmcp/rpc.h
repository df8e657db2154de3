/*
 * The Model Context Protocol, one JSON-RPC 2.0 message per line.
 *
 * It has two eras (modelcontextprotocol.io/specification, Versioning), and a
 * server may serve both. From 2026-07-28 on, each request says in its _meta
 * which version it speaks; before, initialize agreed on one for all that
 * followed.
 */
#ifndef RPC_H
#define RPC_H

#include "input.h"
#include "shelf.h"

struct rpc {
	struct shelves *shelves;
	struct input *input;
	int initialized;	/* by a client of the older era */
	struct buf out;
};

/* Answer a line (NULL: it was too long) on stdout. */
void rpc_answer(struct rpc *r, const char *line, size_t len);

#endif
