/*
 * We keep changes until commit, which writes them server by server, each in its
 * own transaction: it deletes what goes and copies in what comes, table by
 * table.
 */
#include <endian.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/postgres/postgres.h"

#define PIECE	((size_t)1 << 16)	/* of a copy, sent at once */

/* --- where files are ----------------------------------------------------------- */

static void
add_id(struct buf *b, int64_t file)
{
	char text[24];

	snprintf(text, sizeof text, "%c%jd", b->len == 0 ? '{' : ',',
	    (intmax_t)file);
	buf_puts(b, text);
}

/* Ask for the servers of n files; ids is a PostgreSQL array. 0, -1. */
static int
ask_homes(struct pg *e, const char *ids, size_t *list, size_t n)
{
	struct pg_args a = { 0 };
	PGresult *res;
	size_t i;

	pg_text(&a, ids);
	pg_text(&a, e->modulus.p);
	pg_text(&a, e->remainder.p);
	if ((res = pg_ask(e, e->servers, PG_HOMES, &a)) == NULL)
		return -1;
	for (i = 0; i < n && i < (size_t)PQntuples(res); i++)
		list[i] = e->home[pg_int(res, (int)i, 0) - 1];
	PQclear(res);
	if (i == n)
		return 0;
	warnx("%s: a partition of its tables is missing", e->where);
	e->failed = 1;
	return -1;
}

struct pg_server *
pg_home(struct pg *e, int64_t file)
{
	struct buf id = { 0 };
	int status;

	if (e->nservers > 1 && e->at_home != file) {
		add_id(&id, file);
		buf_text(&id, "}");
		status = ask_homes(e, id.p, &e->host, 1);
		buf_free(&id);
		if (status == -1)
			return NULL;
		e->at_home = file;
	}
	return &e->servers[e->nservers > 1 ? e->host : 0];
}

/* --- a slice ------------------------------------------------------------------ */

int
pg_begin(struct engine *base)
{
	struct pg *e = (struct pg *)base;

	e->nchanges = e->nblobs = 0;
	pool_back(&e->pool, 0);
	return 0;
}

int
pg_apply(struct engine *base, const struct change *c)
{
	struct pg *e = (struct pg *)base;

	e->changes = xgrow(e->changes, &e->changes_cap, e->nchanges + 1,
	    sizeof *e->changes);
	e->changes[e->nchanges++] = (struct pg_change){ *c,
	    pg_file_id(e, c->path), 0 };
	return 0;
}

static int
note_blob(struct pg *e, const struct buf *key, const char *blob, size_t n)
{
	e->blobs = xgrow(e->blobs, &e->blobs_cap, e->nblobs + 1,
	    sizeof *e->blobs);
	e->blobs[e->nblobs] = (struct pg_blob){ pool_copy(&e->pool, key->p,
	    key->len), blob, key->len, n, e->nblobs };
	e->nblobs++;
	return 0;
}

int
pg_put_blob(struct engine *base, const struct buf *key, const void *blob,
    size_t n)
{
	struct pg *e = (struct pg *)base;

	return note_blob(e, key, pool_copy(&e->pool, blob, n), n);
}

int
pg_delete_blob(struct engine *base, const struct buf *key)
{
	return note_blob((struct pg *)base, key, NULL, 0);
}

static void
roll_back(struct pg_server *s)
{
	if (s->open && PQstatus(s->conn) == CONNECTION_OK)
		PQclear(PQexec(s->conn, "ROLLBACK"));
	s->open = 0;
}

void
pg_abort(struct engine *base)
{
	struct pg *e = (struct pg *)base;
	size_t i;

	for (i = 0; i < e->nservers; i++)
		roll_back(&e->servers[i]);
	e->nchanges = e->nblobs = 0;
	pg_forget(e);
	pg_forget_labelsets(e);
}

void
pg_hint(struct engine *base, int more)
{
	(void)base;
	(void)more;
}

/* SQL must be able to read the content: only the server compresses. */
void
pg_plain(struct engine *base)
{
	(void)base;
}

/* Begin a transaction and lock the store's row. 0, -1. */
static int
start(struct pg *e, struct pg_server *s)
{
	struct pg_args a = { 0 };
	PGresult *res;
	int64_t now = -1;

	if (pg_run(e, s, "BEGIN ISOLATION LEVEL READ COMMITTED") == -1)
		return -1;
	s->open = 1;
	pg_number(&a, e->store);
	if ((res = pg_ask(e, s, PG_GENERATION, &a)) == NULL)
		return -1;
	if (PQntuples(res) == 1)
		now = pg_int(res, 0, 0);
	PQclear(res);
	if (now == s->generation)
		return 0;
	if (!e->failed)
		warnx("%s: %s", e->where, now == -1 ? "the store is gone" :
		    "another process has written to it meanwhile");
	e->failed = 1;
	return -1;
}

static int
finish(struct pg *e, struct pg_server *s)
{
	char text[160];
	PGresult *res;
	int status = 0;

	snprintf(text, sizeof text, "UPDATE chunkkv.store SET generation = "
	    "generation + 1 WHERE store = '%jd'; COMMIT", (intmax_t)e->store);
	res = PQexec(s->conn, text);
	/* COMMIT of a failed transaction rolls back without an error. */
	if (PQresultStatus(res) != PGRES_COMMAND_OK ||
	    strcmp(PQcmdStatus(res), "COMMIT") != 0)
		status = pg_fail(e, s, res);
	PQclear(res);
	if (status == 0) {
		s->open = 0;
		s->generation++;
	}
	return status;
}

/* --- what goes ------------------------------------------------------------------- */

static void
add_span(struct buf *b, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%c%ju", b->len == 0 ? '{' : ',',
	    (uintmax_t)n);
	buf_puts(b, text);
}

static int
send_with(struct pg *e, struct pg_server *s, enum pg_stmt which, int64_t file,
    const struct buf *starts, const struct buf *ends)
{
	struct pg_args a = { 0 };

	pg_number(&a, file);
	if (starts != NULL) {
		pg_text(&a, starts->p);
		pg_text(&a, ends->p);
	}
	return pg_send(e, s, which, &a);
}

static int
delete_chunks(struct pg *e, struct pg_server *s, const struct pg_change *p)
{
	struct buf starts = { 0 }, ends = { 0 };
	size_t i;
	int status;

	if (p->c.nremoved == 0)
		return 0;
	if (p->c.nkept == 0) {
		status = send_with(e, s, PG_CHUNKS_CLEAR, p->file, NULL, NULL);
		return status == -1 ? -1 : send_with(e, s,
		    PG_DEFINITIONS_CLEAR, p->file, NULL, NULL);
	}
	for (i = 0; i < p->c.nremoved; i++) {
		add_span(&starts, p->c.removed[i].start);
		add_span(&ends, p->c.removed[i].end);
	}
	buf_text(&starts, "}");
	buf_text(&ends, "}");
	status = send_with(e, s, PG_CHUNKS_DELETE, p->file, &starts, &ends);
	if (status == 0)
		status = send_with(e, s, PG_DEFINITIONS_DELETE, p->file,
		    &starts, &ends);
	buf_free(&starts);
	buf_free(&ends);
	return status;
}

static int
delete_of(struct pg *e, struct pg_server *s, const struct pg_change *p)
{
	if (p->c.file != LEAVE && send_with(e, s, PG_FILE_DELETE, p->file,
	    NULL, NULL) == -1)
		return -1;
	if (p->c.ast != LEAVE && (send_with(e, s, PG_AST_DELETE, p->file,
	    NULL, NULL) == -1 || send_with(e, s, PG_NODES_DELETE, p->file,
	    NULL, NULL) == -1))
		return -1;
	return delete_chunks(e, s, p);
}

/* Is it a change for this server? */
static int
is_of(const struct pg *e, const struct pg_server *s, const struct pg_change *p)
{
	return p->server == (size_t)(s - e->servers);
}

/* Delete all that goes, sent together. */
static int
delete_all(struct pg *e, struct pg_server *s)
{
	const struct pg_change *p, *end = e->changes + e->nchanges;
	int status = 0;

	for (p = e->changes; p < end && (p->c.fresh || !is_of(e, s, p)); p++)
		;
	if (p == end)
		return 0;
	if (pg_start(e, s) == -1)
		return -1;
	for (; p < end && status == 0; p++)
		if (!p->c.fresh && is_of(e, s, p))
			status = delete_of(e, s, p);
	return pg_end(e, s, NULL) == -1 ? -1 : status;
}

/* --- what comes: the binary format of COPY ----------------------------------------- */

/* A table being copied into. */
struct copy {
	struct pg *e;
	struct pg_server *s;
	const char *table;
	int fields;
	int open;
	struct buf text;
};

static void
put_length(struct buf *b, uint32_t n)
{
	n = htobe32(n);
	buf_add(b, &n, sizeof n);
}

static void
put_null(struct buf *b)
{
	put_length(b, UINT32_MAX);
}

static void
put_bytes(struct buf *b, const char *p, size_t n)
{
	put_length(b, (uint32_t)n);
	buf_add(b, p, n);
}

static void
put_text(struct buf *b, const char *s)
{
	if (s == NULL)
		put_null(b);
	else
		put_bytes(b, s, strlen(s));
}

static void
put_int(struct buf *b, int64_t n)
{
	uint64_t k = htobe64((uint64_t)n);

	put_length(b, sizeof k);
	buf_add(b, &k, sizeof k);
}

static void
put_number(struct buf *b, uint64_t n)
{
	if (n == RECORD_NONE)
		put_null(b);
	else
		put_int(b, (int64_t)n);
}

static void
put_hash(struct buf *b, const char *hash)
{
	char bytes[HASH_LEN / 2];
	int k;

	for (k = 0; hash != NULL && k < HASH_LEN; k++) {
		int v = hash[k] >= 'a' ? hash[k] - 'a' + 10 : hash[k] - '0';

		bytes[k / 2] = (char)(k % 2 == 0 ? v << 4 :
		    bytes[k / 2] | v);
	}
	if (hash == NULL)
		put_null(b);
	else
		put_bytes(b, bytes, sizeof bytes);
}

/* Text and NULL if it is UTF-8 without a NUL, else NULL and bytes. */
static void
put_either(struct buf *b, const char *p, size_t n)
{
	int text = memchr(p, '\0', n) == NULL && utf8_valid(p, n) == n;

	if (!text)
		put_null(b);
	put_bytes(b, p, n);
	if (text)
		put_null(b);
}

static int
send_text(struct copy *c)
{
	int sent = c->text.len == 0 ? 1 :
	    PQputCopyData(c->s->conn, c->text.p, (int)c->text.len);

	c->text.len = 0;
	return sent == 1 ? 0 : pg_fail(c->e, c->s, NULL);
}

/* Begin a row; the first one begins the copy. */
static int
start_row(struct copy *c)
{
	static const char head[] = "PGCOPY\n\377\r\n";	/* and a NUL */
	char text[96];
	uint16_t n = htobe16((uint16_t)c->fields);
	PGresult *res;
	int status = 0;

	if (!c->open) {
		snprintf(text, sizeof text, "COPY chunkkv.%s FROM STDIN "
		    "(FORMAT BINARY)", c->table);
		res = PQexec(c->s->conn, text);
		if (PQresultStatus(res) != PGRES_COPY_IN)
			status = pg_fail(c->e, c->s, res);
		PQclear(res);
		if (status == -1)
			return -1;
		c->open = 1;
		buf_add(&c->text, head, sizeof head);
		put_length(&c->text, 0);	/* flags */
		put_length(&c->text, 0);	/* no header extension */
	}
	if (c->text.len >= PIECE && send_text(c) == -1)
		return -1;
	buf_add(&c->text, &n, sizeof n);
	return 0;
}

/* status: the rows'. */
static int
end_copy(struct copy *c, int status)
{
	uint16_t end = UINT16_MAX;
	PGresult *res;

	if (c->open) {
		if (status == 0) {
			buf_add(&c->text, &end, sizeof end);
			status = send_text(c);
		}
		if (PQputCopyEnd(c->s->conn, status == 0 ? NULL :
		    "given up") != 1)
			status = pg_fail(c->e, c->s, NULL);
		while ((res = PQgetResult(c->s->conn)) != NULL) {
			if (PQresultStatus(res) != PGRES_COMMAND_OK)
				status = pg_fail(c->e, c->s, res);
			PQclear(res);
			if (PQstatus(c->s->conn) == CONNECTION_BAD)
				break;
		}
	}
	buf_free(&c->text);
	return status;
}

static int
put_file(struct copy *c, const struct pg_change *p)
{
	const struct record *r = p->c.file_record;
	int skip = r->type == RECORD_SKIP;
	struct buf *b = &c->text;
	size_t n = strlen(r->path);

	if (start_row(c) == -1)
		return -1;
	put_int(b, p->file);
	put_int(b, c->e->store);
	put_bytes(b, r->path, n);
	put_text(b, utf8_valid(r->path, n) == n ? r->path : NULL);
	put_text(b, skip ? NULL : r->language);
	put_text(b, skip ? r->reason : NULL);
	put_number(b, r->size);
	if (r->mtime_ns == INT64_MIN)
		put_null(b);
	else
		put_int(b, r->mtime_ns);
	put_hash(b, skip ? NULL : r->content_hash);
	put_number(b, skip ? RECORD_NONE : r->parse_errors);
	put_text(b, r->options);
	put_number(b, skip ? RECORD_NONE : r->chunks);
	put_number(b, r->stored_at);
	put_int(b, (int64_t)sum_file(r));
	return 0;
}

static int
put_chunk(struct copy *c, int64_t file, const struct record *r, int64_t set)
{
	struct buf *b = &c->text;
	int part = r->part[1] != 0;

	if (start_row(c) == -1)
		return -1;
	put_int(b, file);
	put_number(b, r->byte_start);
	put_number(b, r->byte_end);
	put_int(b, c->e->store);
	put_int(b, set);
	put_number(b, r->start_line);
	put_number(b, r->end_line);
	put_number(b, part ? r->part[0] : RECORD_NONE);
	put_number(b, part ? r->part[1] : RECORD_NONE);
	put_number(b, r->created_at);
	put_int(b, (int64_t)sum_chunk(r));
	put_text(b, r->language);
	put_text(b, r->symbol_name);
	put_text(b, r->symbol_kind);
	put_text(b, r->scope);
	put_hash(b, r->content_hash);
	put_either(b, r->content != NULL ? r->content : "", r->content_len);
	put_text(b, r->refs);
	return 0;
}

static int
put_definitions(struct copy *c, int64_t file, const struct record *r)
{
	struct buf *b = &c->text;
	size_t i;

	for (i = 0; i < r->nsymbols; i++) {
		const struct symbol *y = &r->symbols[i];

		if (start_row(c) == -1)
			return -1;
		put_int(b, file);
		put_number(b, r->byte_start);
		put_number(b, r->byte_end);
		put_int(b, (int64_t)i);
		put_int(b, c->e->store);
		put_number(b, y->byte_start);
		put_number(b, y->byte_end);
		put_number(b, y->start_line);
		put_number(b, y->end_line);
		put_text(b, y->name);
		put_text(b, y->kind);
		put_text(b, y->scope);
		put_number(b, y->doc_start);
		put_number(b, y->body_start);
		put_text(b, y->labels);
	}
	return 0;
}

static int
put_ast(struct copy *c, int64_t file, const struct record *r)
{
	if (start_row(c) == -1)
		return -1;
	put_int(&c->text, file);
	put_int(&c->text, c->e->store);
	put_int(&c->text, (int64_t)r->nnodes);
	put_int(&c->text, (int64_t)sum_nodes(r));
	return 0;
}

static int
put_nodes(struct copy *c, int64_t file, const struct record *r)
{
	struct buf *b = &c->text;
	size_t i;

	for (i = 0; i < r->nnodes; i++) {
		const struct ast_node *n = &r->nodes[i];

		if (start_row(c) == -1)
			return -1;
		put_int(b, file);
		put_number(b, n->id);
		put_number(b, n->parent_id < 0 ? RECORD_NONE :
		    (uint64_t)n->parent_id);
		put_number(b, n->byte_start);
		put_number(b, n->byte_end);
		put_text(b, n->kind);
	}
	return 0;
}

/* --- sets of labels ------------------------------------------------------------------ */

/* "c:exported:", lent until the next call. */
static const char *
labels_of(struct pg *e, const struct record *chunk)
{
	size_t i;

	e->key.len = 0;
	for (i = 0; i < chunk->nlabels; i++) {
		buf_puts(&e->key, chunk->labels[i]);
		buf_putc(&e->key, ':');
	}
	buf_putc(&e->key, '\0');
	return e->key.p;
}

/* The index of a set, or where it would be inserted. */
static size_t
find_set(const struct pg *e, int64_t id)
{
	size_t low = 0, high = e->nsets;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (e->sets[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The number of the chunk's set, added if new. 0, -1. */
static int
labelset(struct copy *c, const struct record *chunk, int64_t *id)
{
	struct pg *e = c->e;
	const char *labels = labels_of(e, chunk);
	size_t i;

	*id = pg_labelset_id(labels);
	i = find_set(e, *id);
	if (i < e->nsets && e->sets[i].id == *id)
		return 0;
	e->sets = xgrow(e->sets, &e->sets_cap, e->nsets + 1, sizeof *e->sets);
	memmove(e->sets + i + 1, e->sets + i,
	    (e->nsets - i) * sizeof *e->sets);
	e->nsets++;
	e->sets[i] = (struct pg_labelset){ *id, xstrdup(labels) };
	if (start_row(c) == -1)
		return -1;
	put_int(&c->text, e->store);
	put_int(&c->text, *id);
	put_text(&c->text, labels);
	return 0;
}

/* --- blobs ------------------------------------------------------------------------------ */

static int
by_key(const void *a, const void *b)
{
	const struct pg_blob *x = a, *y = b;
	int diff = memcmp(x->key, y->key, x->key_len < y->key_len ?
	    x->key_len : y->key_len);

	if (diff != 0)
		return diff;
	if (x->key_len != y->key_len)
		return x->key_len < y->key_len ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

/* Sort the blobs, keeping the last for each key. */
static void
sort_blobs(struct pg *e)
{
	size_t i, n = 0;

	qsort(e->blobs, e->nblobs, sizeof *e->blobs, by_key);
	for (i = 0; i < e->nblobs; i++) {
		const struct pg_blob *p = &e->blobs[i], *next = p + 1;

		if (i + 1 == e->nblobs || p->key_len != next->key_len ||
		    memcmp(p->key, next->key, p->key_len) != 0)
			e->blobs[n++] = *p;
	}
	e->nblobs = n;
}

static int
delete_blobs(struct pg *e, struct pg_server *s)
{
	struct pg_args a = { 0 };
	struct buf keys = { 0 };
	PGresult *res;
	size_t i, k;

	for (i = 0; i < e->nblobs; i++) {
		const struct pg_blob *p = &e->blobs[i];

		buf_puts(&keys, i == 0 ? "{\"\\\\x" : ",\"\\\\x");
		for (k = 0; k < p->key_len; k++) {
			buf_putc(&keys, "0123456789abcdef"[p->key[k] >> 4 & 15]);
			buf_putc(&keys, "0123456789abcdef"[p->key[k] & 15]);
		}
		buf_putc(&keys, '"');
	}
	buf_text(&keys, "}");
	pg_number(&a, e->store);
	pg_text(&a, keys.p);
	res = pg_ask(e, s, PG_BLOBS_DELETE, &a);
	buf_free(&keys);
	PQclear(res);
	return res == NULL ? -1 : 0;
}

static int
write_blobs(struct pg *e, struct pg_server *s)
{
	struct copy c = { .e = e, .s = s, .table = "text", .fields = 3 };
	const struct pg_blob *p;
	int status = 0;

	if (e->nblobs == 0)
		return 0;
	sort_blobs(e);
	if (delete_blobs(e, s) == -1)
		return -1;
	for (p = e->blobs; p < e->blobs + e->nblobs && status == 0; p++) {
		if (p->blob == NULL)
			continue;
		if ((status = start_row(&c)) == 0) {
			put_int(&c.text, e->store);
			put_bytes(&c.text, p->key, p->key_len);
			put_bytes(&c.text, p->blob, p->blob_len);
		}
	}
	return end_copy(&c, status);
}

/* --- all of it -------------------------------------------------------------------------- */

enum table { FILES, LABELSETS, CHUNKS, DEFINITIONS, ASTS, NODES, TABLES };

static const struct {
	const char *name;
	int fields;
} tables[] = {
	[FILES] = { "file", 14 },
	[LABELSETS] = { "labelset", 3 },
	[CHUNKS] = { "chunk", 19 },
	[DEFINITIONS] = { "definition", 15 },
	[ASTS] = { "ast", 4 },
	[NODES] = { "node", 6 },
};

static int
put_chunks(struct copy *c, const struct pg_change *p, enum table table)
{
	size_t i;
	int64_t set;
	int status = 0;

	for (i = 0; i < p->c.nadded && status == 0; i++) {
		const struct record *r = p->c.added[i];

		if (table == LABELSETS)
			status = labelset(c, r, &set);
		else if (table == CHUNKS)
			status = put_chunk(c, p->file, r,
			    pg_labelset_id(labels_of(c->e, r)));
		else
			status = put_definitions(c, p->file, r);
	}
	return status;
}

static int
put_change(struct copy *c, const struct pg_change *p, enum table table)
{
	switch (table) {
	case FILES:
		return p->c.file == PUT ? put_file(c, p) : 0;
	case ASTS:
		return p->c.ast == PUT ? put_ast(c, p->file,
		    p->c.ast_record) : 0;
	case NODES:
		return p->c.ast == PUT ? put_nodes(c, p->file,
		    p->c.ast_record) : 0;
	default:
		return put_chunks(c, p, table);
	}
}

static int
copy(struct pg *e, struct pg_server *s, enum table table)
{
	struct copy c = { .e = e, .s = s, .table = tables[table].name,
	    .fields = tables[table].fields };
	size_t i;
	int status = 0;

	for (i = 0; i < e->nchanges && status == 0; i++)
		if (is_of(e, s, &e->changes[i]) ||
		    (table == LABELSETS && s == e->servers))
			status = put_change(&c, &e->changes[i], table);
	return end_copy(&c, status);
}

static int
write_to(struct pg *e, struct pg_server *s)
{
	int table, status = delete_all(e, s);

	for (table = 0; table < TABLES && status == 0; table++)
		status = copy(e, s, (enum table)table);
	return status;
}

/* Find out which server has which file. 0, -1. */
static int
find_homes(struct pg *e)
{
	struct buf ids = { 0 };
	size_t i, *list;
	int status;

	if (e->nservers == 1)
		return 0;
	for (i = 0; i < e->nchanges; i++)
		add_id(&ids, e->changes[i].file);
	buf_text(&ids, "}");
	list = xcalloc(e->nchanges, sizeof *list);
	status = ask_homes(e, ids.p, list, e->nchanges);
	for (i = 0; i < e->nchanges && status == 0; i++)
		e->changes[i].server = list[i];
	free(list);
	buf_free(&ids);
	return status;
}

/* Is any set of labels not stored yet? */
static int
has_new_set(struct pg *e)
{
	const struct pg_change *p;
	size_t i, k;

	for (p = e->changes; p < e->changes + e->nchanges; p++)
		for (i = 0; i < p->c.nadded; i++) {
			int64_t id = pg_labelset_id(labels_of(e,
			    p->c.added[i]));

			k = find_set(e, id);
			if (k == e->nsets || e->sets[k].id != id)
				return 1;
		}
	return 0;
}

static int
has_any(const struct pg *e, const struct pg_server *s)
{
	size_t i;

	for (i = 0; i < e->nchanges; i++)
		if (is_of(e, s, &e->changes[i]))
			return 1;
	return 0;
}

/*
 * We lock the front first, so that one writer at a time works. We commit
 * nothing before everything has been written everywhere: so we notice a missing
 * server in time, and a slice is left half done only if one goes away between
 * two commits. The front commits last, which tells readers who ask for the
 * store's state. What chunks on other servers refer to must be there before
 * them.
 */
int
pg_commit(struct engine *base)
{
	struct pg *e = (struct pg *)base;
	struct pg_server *front = e->servers, *s;

	pg_forget(e);
	if (e->nchanges == 0 && e->nblobs == 0)
		return 0;
	if (find_homes(e) == -1 ||
	    (!e->sets_known && pg_labelsets(e) == -1))
		return -1;
	if (e->nservers > 1 && has_new_set(e) && (start(e, front) == -1 ||
	    copy(e, front, LABELSETS) == -1 || finish(e, front) == -1))
		return -1;
	if (start(e, front) == -1 || write_to(e, front) == -1 ||
	    write_blobs(e, front) == -1)
		return -1;
	for (s = front + 1; s < front + e->nservers; s++)
		if (has_any(e, s) && (start(e, s) == -1 ||
		    write_to(e, s) == -1))
			return -1;
	for (s = front + 1; s < front + e->nservers; s++)
		if (s->open && finish(e, s) == -1)
			return -1;
	if (finish(e, front) == -1)
		return -1;
	e->nchanges = e->nblobs = 0;
	return 0;
}

/* --- what holds for all of it -------------------------------------------------------- */

static int
set(struct pg *e, enum pg_stmt which, const struct pg_args *a)
{
	PGresult *res = pg_ask(e, e->servers, which, a);

	PQclear(res);
	return res == NULL ? -1 : 0;
}

static int
put_about(struct pg *e, const struct record *begin)
{
	struct pg_args a = { 0 };
	size_t i;

	pg_number(&a, e->store);
	pg_number(&a, (int64_t)time(NULL));
	if (set(e, PG_RAN, &a) == -1)
		return -1;
	a.n = 1;
	if (begin->options != NULL && *begin->options != '\0') {
		pg_bytes(&a, begin->options, strlen(begin->options));
		if (set(e, PG_OPTIONS, &a) == -1)
			return -1;
	}
	for (i = 0; i < begin->nroots; i++) {
		const char *path = begin->roots[i];

		a.n = 1;
		pg_bytes(&a, path, strlen(path));
		pg_number(&a, (int64_t)sum_text(path, strlen(path)));
		if (set(e, PG_ROOT_PUT, &a) == -1)
			return -1;
	}
	return 0;
}

int
pg_ran(struct engine *base, const struct record *begin)
{
	struct pg *e = (struct pg *)base;

	if (start(e, e->servers) == 0 && put_about(e, begin) == 0 &&
	    finish(e, e->servers) == 0)
		return 0;
	pg_abort(base);
	return -1;
}
