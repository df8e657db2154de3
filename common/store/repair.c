#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/meter.h"
#include "store/inside.h"

struct repair {
	struct store *into;
	store_lost_fn *lost;
	void *arg;
	int any_lost;
	struct reader reader, chunk_reader;
	const struct row **chunks;	/* the whole ones */
	size_t n, cap;
};

/* Does the chunk belong to the path, with the right hash? */
static int
chunk_is_whole(struct repair *p, const char *path, const struct row *row)
{
	char hash[HASH_LEN + 1];
	struct record r;

	if (record_read(&p->chunk_reader, &r, row->line, row->len) == -1 ||
	    r.type != RECORD_CHUNK || strcmp(r.path, path) != 0 ||
	    r.byte_start != row->start || r.byte_end != row->end)
		return 0;
	hash_of(hash, r.content, r.content_len);
	return strcmp(hash, r.content_hash) == 0;
}

static void
whole_chunks(struct repair *p, const struct remains *r)
{
	size_t i;

	p->n = 0;
	for (i = 0; i < r->nchunks; i++)
		if (chunk_is_whole(p, r->path, &r->chunks[i])) {
			p->chunks = xgrow(p->chunks, &p->cap, p->n + 1,
			    sizeof *p->chunks);
			p->chunks[p->n++] = &r->chunks[i];
		}
}

/* Are these all chunks of the file, unchanged? */
static int
file_is_whole(struct repair *p, const struct record *file)
{
	char hash[HASH_LEN + 1];
	struct hash *h;
	struct record r;
	uint64_t at = 0;
	size_t i;

	if (p->n != file->chunks)
		return 0;
	for (i = 0; i < p->n && p->chunks[i]->start == at; i++)
		at = p->chunks[i]->end;
	if (i < p->n || at != file->size || file->content_hash == NULL)
		return 1;		/* it was not made from all its bytes */
	h = hash_new();
	hash_start(h);
	for (i = 0; i < p->n; i++)
		if (record_read(&p->chunk_reader, &r, p->chunks[i]->line,
		    p->chunks[i]->len) == 0)
			hash_add(h, r.content, r.content_len);
	hash_end(h, hash);
	hash_free(h);
	return strcmp(hash, file->content_hash) == 0;
}

/* Store the file, and its nodes if readable: 0, -1. */
static int
put_file(struct repair *p, const struct record *file, const struct remains *rm)
{
	struct record r;
	size_t i;

	if (file->type == RECORD_SKIP)
		return store_skip(p->into, file);
	if (store_begin(p->into, file) == -1)
		return -1;
	for (i = 0; i < p->n; i++)
		if (record_read(&p->chunk_reader, &r, p->chunks[i]->line,
		    p->chunks[i]->len) == 0)
			store_add(p->into, &r);
	if (rm->ast != NULL && record_read(&p->chunk_reader, &r, rm->ast,
	    rm->ast_len) == 0 && r.type == RECORD_AST &&
	    strcmp(r.path, rm->path) == 0)
		store_add_ast(p->into, &r);
	return store_done(p->into);
}

/* Save one path that was found somehow: 0, or -1, or what lost returned. */
static int
save(void *arg, const struct remains *rm)
{
	struct repair *p = arg;
	struct record file;
	int whole = 0;

	meter_add(1);
	if (rm->file != NULL && record_read(&p->reader, &file, rm->file,
	    rm->file_len) == 0 && strcmp(file.path, rm->path) == 0) {
		whole_chunks(p, rm);
		whole = file.type == RECORD_SKIP ||
		    (file.type == RECORD_FILE && file_is_whole(p, &file));
	}
	if (whole)
		return put_file(p, &file, rm);
	p->any_lost = 1;
	return p->lost(p->arg, rm->path);
}

int
store_repair(struct store *into, const char *place, store_lost_fn *lost,
    void *arg)
{
	struct repair p = { .into = into, .lost = lost, .arg = arg };
	struct engine_about about = { 0 };
	struct record begin;
	const char *where;
	const struct engine_type *type = engine_find(place, NULL, &where);
	int status = type != NULL ? type->salvage(where, save, &p, &about) : -1;

	if (status == 1) {		/* something of unknown path */
		p.any_lost = 1;
		status = 0;
	}
	if (status == 0 && about.options != NULL) {
		record_init(&begin, RECORD_BEGIN);
		begin.options = about.options;
		begin.roots = (const char *const *)about.roots;
		begin.nroots = about.nroots;
		if (store_ran(into, &begin) == -1)
			status = -1;
	}
	while (about.nroots > 0)
		free(about.roots[--about.nroots]);
	free(about.roots);
	free(about.options);
	reader_free(&p.reader);
	reader_free(&p.chunk_reader);
	free(p.chunks);
	return status != 0 ? status : p.any_lost;
}
