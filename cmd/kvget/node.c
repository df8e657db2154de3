#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node.h"

/*
 * Bytes of the file, and the line of the first: those of a chunk that no
 * earlier one had. There may be gaps between pieces.
 */
struct node_piece {
	uint64_t start, end, line;
	size_t at;		/* in nodes.text */
};

struct nodes {
	struct show *sh;
	const struct node_query *q;
	struct buf text;	/* of the file, if it is to be shown */
	struct node_piece *pieces;	/* in the order of their spans */
	size_t n, cap;
	int stored, found;
};

static int
wanted(const struct node_query *q, const struct ast_node *n)
{
	if (q->kind != NULL && strcmp(q->kind, n->kind) != 0)
		return 0;
	return q->byte == NULL || (n->byte_start <= q->byte->n &&
	    q->byte->n < n->byte_end);
}

static uint64_t
newlines(const char *s, size_t n)
{
	const char *end = s + n;
	uint64_t lines = 0;

	while (s < end && (s = memchr(s, '\n', end - s)) != NULL) {
		lines++;
		s++;
	}
	return lines;
}

/* The first piece that ends after this byte; maybe the end of the list. */
static const struct node_piece *
piece_at(const struct nodes *x, uint64_t byte)
{
	size_t low = 0, high = x->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (x->pieces[mid].end <= byte)
			low = mid + 1;
		else
			high = mid;
	}
	return x->pieces + low;
}

/* The line of a byte that we have. */
static uint64_t
line_of(const struct nodes *x, uint64_t byte)
{
	const struct node_piece *p = piece_at(x, byte);

	return p->line + newlines(x->text.p + p->at, byte - p->start);
}

/* How many of the node's bytes are missing? */
static uint64_t
missing(const struct nodes *x, const struct ast_node *n)
{
	const struct node_piece *p = piece_at(x, n->byte_start);
	uint64_t there = 0;

	for (; p < x->pieces + x->n && p->start < n->byte_end; p++)
		there += (p->end < n->byte_end ? p->end : n->byte_end) -
		    (p->start > n->byte_start ? p->start : n->byte_start);
	return n->byte_end - n->byte_start - there;
}

static int
show_node(struct nodes *x, const struct ast_node *n)
{
	struct buf line = { 0 };
	uint64_t size = n->byte_end - n->byte_start, none;

	x->found = 1;
	if (x->sh->form == RECORDS) {
		node_write(&line, x->q->path, n);
		fwrite(line.p, 1, line.len, stdout);
		buf_free(&line);
		return ferror(stdout) != 0;
	}
	if (size == 0)
		return 0;		/* the parser only assumed it */
	if ((none = missing(x, n)) != 0) {
		warnx("%s: %s: %" PRIu64 " of %" PRIu64 " bytes are in no "
		    "chunk", x->q->path, n->kind, none, size);
		x->sh->status = 1;
		return 0;
	}
	if (x->sh->form == PEOPLE)
		show_heading(x->sh, x->q->path, line_of(x, n->byte_start),
		    line_of(x, n->byte_end - 1), n->kind, NULL, NULL, NULL);
	/* Pieces without gaps between them are consecutive. */
	show_text(x->sh, x->text.p + piece_at(x, n->byte_start)->at +
	    (n->byte_start - piece_at(x, n->byte_start)->start), size);
	return ferror(stdout) != 0;
}

/* Each byte once. */
static int
take_text(struct nodes *x, const struct store_whole *w)
{
	const struct store_chunk *c;
	struct record r;
	uint64_t at = 0;

	for (c = w->chunks; c < w->chunks + w->nchunks; c++) {
		uint64_t skip = c->start < at ? at - c->start : 0;

		if (c->end <= at)
			continue;
		if (record_read(&x->sh->reader, &r, c->line, c->len) == -1) {
			warnx("a chunk in the store: %s",
			    x->sh->reader.error);
			return 2;
		}
		x->pieces = xgrow(x->pieces, &x->cap, x->n + 1,
		    sizeof *x->pieces);
		x->pieces[x->n++] = (struct node_piece){ c->start + skip, c->end,
		    r.start_line + newlines(r.content, skip), x->text.len };
		buf_add(&x->text, r.content + skip, r.content_len - skip);
		at = c->end;
	}
	return 0;
}

static int
show_nodes(void *arg, const struct store_whole *w)
{
	struct nodes *x = arg;
	struct record r;
	size_t i;
	int status = 0;

	x->stored = 1;
	if (w->file.skipped) {
		show_skipped(x->sh, x->q->path, w->file.line, w->file.len);
		x->found = 1;
		return 0;
	}
	if (x->sh->form != RECORDS && (status = take_text(x, w)) != 0)
		return status;
	if (w->ast == NULL) {
		warnx("%s: no nodes are stored (chunkify --ast)", x->q->path);
		x->sh->status = x->found = 1;
		return 0;
	}
	if (record_read(&x->sh->reader, &r, w->ast, w->ast_len) == -1) {
		warnx("%s: its nodes: %s", x->q->path, x->sh->reader.error);
		return 2;
	}
	/* A node comes after those around it. */
	for (i = 0; status == 0 && i < r.nnodes; i++) {
		const struct ast_node *n = &r.nodes[x->q->byte != NULL ?
		    r.nnodes - 1 - i : i];

		if (wanted(x->q, n))
			status = show_node(x, n);
	}
	return status;
}

int
node_show(struct store *s, struct show *sh, const struct node_query *q)
{
	struct nodes x = { .sh = sh, .q = q };
	int status = store_whole(s, q->path, show_nodes, &x);

	if (status == 0 && !x.found) {
		sh->status = 1;
		if (!x.stored)
			warnx("%s: not stored", q->path);
		else if (q->byte != NULL)
			warnx("%s: no such node holds byte %s", q->path,
			    q->byte->text);
		else if (q->kind != NULL)
			warnx("%s: no node is of kind %s", q->path, q->kind);
		else
			sh->status = 0;		/* of an empty file */
	}
	buf_free(&x.text);
	free(x.pieces);
	return status;
}
