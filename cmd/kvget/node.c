#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node.h"

struct nodes {
	struct show *sh;
	const struct node_query *q;
	struct buf text;	/* of the file, where it is to be shown */
	int stored, found;
};

static int
wanted(const struct node_query *q, const struct ast_node *n)
{
	if (q->kind != NULL && strcmp(q->kind, n->kind) != 0)
		return 0;
	return !q->at_byte || (n->byte_start <= q->byte &&
	    q->byte < n->byte_end);
}

static uint64_t
line_of(const struct buf *text, uint64_t byte)
{
	const char *s = text->p, *end = s + byte;
	uint64_t line = 1;

	while (byte != 0 && (s = memchr(s, '\n', end - s)) != NULL) {
		line++;
		if (++s == end)
			break;
	}
	return line;
}

static int
show_node(struct nodes *x, const struct ast_node *n)
{
	struct buf line = { 0 };
	uint64_t last = n->byte_end > n->byte_start ? n->byte_end - 1 :
	    n->byte_end;

	x->found = 1;
	if (x->sh->form == RECORDS) {
		node_write(&line, x->q->path, n);
		fwrite(line.p, 1, line.len, stdout);
		buf_free(&line);
		return ferror(stdout) != 0;
	}
	if (n->byte_end > x->text.len) {
		warnx("%s: %s: its bytes are in no chunk", x->q->path,
		    n->kind);
		x->sh->status = 1;
		return 0;
	}
	if (x->sh->form == PEOPLE)
		show_heading(x->sh, x->q->path, line_of(&x->text,
		    n->byte_start), line_of(&x->text, last), n->kind, NULL,
		    NULL, NULL);
	show_text(x->sh, x->text.p + n->byte_start, n->byte_end -
	    n->byte_start);
	return ferror(stdout) != 0;
}

/* As far as chunks go without a hole. */
static int
take_text(struct nodes *x, const struct store_whole *w)
{
	const struct store_chunk *c;
	struct record r;

	for (c = w->chunks; c < w->chunks + w->nchunks; c++) {
		if (c->start > x->text.len)
			break;
		if (c->end <= x->text.len)
			continue;
		if (record_read(&x->sh->reader, &r, c->line, c->len) == -1) {
			warnx("a chunk in the store: %s",
			    x->sh->reader.error);
			return 2;
		}
		buf_add(&x->text, r.content + (x->text.len - c->start),
		    c->end - x->text.len);
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
	/* A node is behind those that hold it. */
	for (i = 0; status == 0 && i < r.nnodes; i++) {
		const struct ast_node *n = &r.nodes[x->q->at_byte ?
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
		else if (q->at_byte)
			warnx("%s: no such node holds byte %" PRIu64, q->path,
			    q->byte);
		else if (q->kind != NULL)
			warnx("%s: no node is of kind %s", q->path, q->kind);
		else
			sh->status = 0;		/* of an empty file */
	}
	buf_free(&x.text);
	return status;
}
