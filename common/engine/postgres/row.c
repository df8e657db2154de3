/*
 * Records from rows of tables; write.c does the reverse.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/postgres.h"

/* --- sets of labels ------------------------------------------------------------ */

void
pg_remember(struct pg *e, int64_t file, int there, int ast)
{
	e->last = file;
	e->last_there = there;
	e->last_ast = ast;
}

void
pg_forget(struct pg *e)
{
	e->last_there = e->last_ast = 1;
}

int
pg_absent(const struct pg *e, int64_t file)
{
	return e->last == file && !e->last_there;
}

void
pg_forget_labelsets(struct pg *e)
{
	while (e->nsets > 0)
		free(e->sets[--e->nsets].labels);
	e->sets_known = 0;
}

int
pg_labelsets(struct pg *e)
{
	struct pg_args a = { 0 };
	PGresult *res;
	int i;

	pg_number(&a, e->store);
	if ((res = pg_ask(e, e->servers, PG_LABELSETS, &a)) == NULL)
		return -1;
	pg_forget_labelsets(e);
	for (i = 0; i < PQntuples(res); i++) {
		e->sets = xgrow(e->sets, &e->sets_cap, e->nsets + 1,
		    sizeof *e->sets);
		e->sets[e->nsets++] = (struct pg_labelset){ pg_int(res, i, 0),
		    xstrdup(pg_string(res, i, 1)) };
	}
	PQclear(res);
	e->sets_known = 1;
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	const struct pg_labelset *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

int
pg_labelset(struct pg *e, int64_t id, const char **labels)
{
	const struct pg_labelset key = { id, NULL }, *found;
	int i;

	/* An unknown set may be new. */
	for (i = 0; i < 2; i++) {
		if ((!e->sets_known || i == 1) && pg_labelsets(e) == -1)
			return -1;
		found = e->nsets == 0 ? NULL : bsearch(&key, e->sets, e->nsets,
		    sizeof key, by_id);
		if (found != NULL) {
			*labels = found->labels;
			return 1;
		}
	}
	return 0;
}

void
pg_split(struct pg *e, const char *labels, size_t *n)
{
	char *p, *end;

	e->text.len = 0;
	buf_text(&e->text, labels);
	for (*n = 0, p = e->text.p; (end = strchr(p, ':')) != NULL;
	    p = end + 1) {
		*end = '\0';
		e->labels = xgrow(e->labels, &e->labels_cap, *n + 1,
		    sizeof *e->labels);
		e->labels[(*n)++] = p;
	}
}

/* --- rows ---------------------------------------------------------------------- */

static int
read_hash(const PGresult *res, int row, int col, char hash[HASH_LEN + 1])
{
	static const char digit[] = "0123456789abcdef";
	const unsigned char *p =
	    (const unsigned char *)PQgetvalue(res, row, col);
	int k;

	if (PQgetlength(res, row, col) != HASH_LEN / 2)
		return 0;
	for (k = 0; k < HASH_LEN / 2; k++) {
		hash[2 * k] = digit[p[k] >> 4];
		hash[2 * k + 1] = digit[p[k] & 15];
	}
	hash[HASH_LEN] = '\0';
	return 1;
}

int
pg_read_file(const PGresult *res, int row, struct record *r,
    char hash[HASH_LEN + 1])
{
	record_init(r, PQgetisnull(res, row, 2) ? RECORD_FILE : RECORD_SKIP);
	r->path = PQgetvalue(res, row, 0);
	r->language = pg_string(res, row, 1);
	r->reason = pg_string(res, row, 2);
	r->size = pg_uint(res, row, 3);
	if (!PQgetisnull(res, row, 4))
		r->mtime_ns = pg_int(res, row, 4);
	if (!PQgetisnull(res, row, 5)) {
		if (!read_hash(res, row, 5, hash))
			return 0;
		r->content_hash = hash;
	}
	r->parse_errors = pg_uint(res, row, 6);
	r->options = pg_string(res, row, 7);
	r->chunks = pg_uint(res, row, 8);
	r->stored_at = pg_uint(res, row, 9);
	return (r->type == RECORD_SKIP || r->language != NULL) &&
	    sum_file(r) == (uint64_t)pg_int(res, row, 10);
}

void
pg_read_symbol(const PGresult *res, int row, struct symbol *y)
{
	*y = (struct symbol){ .name = pg_string(res, row, 6),
	    .kind = pg_string(res, row, 7), .scope = pg_string(res, row, 8),
	    .byte_start = pg_uint(res, row, 2),
	    .byte_end = pg_uint(res, row, 3),
	    .start_line = pg_uint(res, row, 4),
	    .end_line = pg_uint(res, row, 5),
	    .doc_start = pg_uint(res, row, 9),
	    .body_start = pg_uint(res, row, 10),
	    .labels = pg_string(res, row, 11) };
}

/* Read the chunk's definitions, from row *def on, and move it past them. */
static void
read_symbols(struct pg *e, const PGresult *defs, int *def, struct record *r)
{
	for (; *def < PQntuples(defs); ++*def) {
		uint64_t start = pg_uint(defs, *def, 0);
		uint64_t end = pg_uint(defs, *def, 1);

		if (start > r->byte_start ||
		    (start == r->byte_start && end > r->byte_end))
			break;
		if (start != r->byte_start || end != r->byte_end)
			continue;
		e->symbols = xgrow(e->symbols, &e->symbols_cap,
		    r->nsymbols + 1, sizeof *e->symbols);
		pg_read_symbol(defs, *def, &e->symbols[r->nsymbols++]);
	}
	r->symbols = e->symbols;
}

int
pg_read_chunk(struct pg *e, const PGresult *res, int row,
    const PGresult *defs, int *def, const char *path, struct record *r,
    char hash[HASH_LEN + 1])
{
	const char *labels;
	int status, text = !PQgetisnull(res, row, 14);

	record_init(r, RECORD_CHUNK);
	r->path = path;
	r->byte_start = pg_uint(res, row, 0);
	r->byte_end = pg_uint(res, row, 1);
	read_symbols(e, defs, def, r);
	if ((status = pg_labelset(e, pg_int(res, row, 2), &labels)) != 1)
		return status;
	pg_split(e, labels, &r->nlabels);
	r->labels = e->labels;
	r->start_line = pg_uint(res, row, 3);
	r->end_line = pg_uint(res, row, 4);
	r->part[0] = (uint64_t)pg_int(res, row, 5);
	r->part[1] = (uint64_t)pg_int(res, row, 6);
	r->created_at = pg_uint(res, row, 7);
	r->language = pg_string(res, row, 9);
	r->symbol_name = pg_string(res, row, 10);
	r->symbol_kind = pg_string(res, row, 11);
	r->scope = pg_string(res, row, 12);
	if (!read_hash(res, row, 13, hash))
		return 0;
	r->content_hash = hash;
	r->content = PQgetvalue(res, row, text ? 14 : 15);
	r->content_len = (size_t)PQgetlength(res, row, text ? 14 : 15);
	r->refs = pg_string(res, row, 16);
	return sum_chunk(r) == (uint64_t)pg_int(res, row, 8);
}

void
pg_read_nodes(struct pg *e, const PGresult *res, const char *path,
    struct record *r)
{
	int i;

	record_init(r, RECORD_AST);
	r->path = path;
	r->nnodes = PQntuples(res) == 0 || PQgetisnull(res, 0, 0) ? 0 :
	    (size_t)PQntuples(res);
	e->nodes = xgrow(e->nodes, &e->nodes_cap, r->nnodes,
	    sizeof *e->nodes);
	for (i = 0; i < (int)r->nnodes; i++)
		e->nodes[i] = (struct ast_node){ pg_uint(res, i, 0),
		    PQgetisnull(res, i, 1) ? -1 : pg_int(res, i, 1),
		    pg_string(res, i, 4), pg_uint(res, i, 2),
		    pg_uint(res, i, 3) };
	r->nodes = e->nodes;
}

void
pg_line(struct buf *line, const struct record *r)
{
	record_write(line, r);
	line->len--;
}
