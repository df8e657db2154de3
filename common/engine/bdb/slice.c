#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/bdb/bdb.h"

/* A dictionary was made from the first lines: store it with them. */
static int
put_dictionary(struct bdb *e, const struct buf *dictionary)
{
	struct buf key = { 0 };
	int status;

	key_meta(&key, "dictionary");
	status = bdb_put(e, META, &key, dictionary->p, dictionary->len);
	buf_free(&key);
	return status;
}

/* Put a long record under the current key, compressed if we know how. */
static int
put_pressed(struct bdb *e, enum table t)
{
	struct buf dictionary = { 0 };
	int status = bdb_learn(e);

	if (status == 0 && t == CHUNKS && values_sample(&e->values,
	    e->value.p, e->value.len, &dictionary))
		status = put_dictionary(e, &dictionary);
	buf_free(&dictionary);
	if (status == -1)
		return -1;
	e->pressed.len = 0;
	values_press(&e->values, &e->pressed, e->value.p, e->value.len);
	return bdb_put(e, t, &e->key, e->pressed.p, e->pressed.len);
}

/* Put a record under the current key. */
static int
put_record(struct bdb *e, enum table t, const struct record *r)
{
	e->value.len = 0;
	record_write(&e->value, r);
	e->value.len--;			/* the newline */
	return t == CHUNKS || t == AST ? put_pressed(e, t) :
	    bdb_put(e, t, &e->key, e->value.p, e->value.len);
}

/* A chunk to put, or (NULL) delete; its key is in e->keys. */
struct coming {
	const struct record *chunk;
	size_t key, len;
};

static int
by_key(const void *a, const void *b, void *keys)
{
	const struct coming *x = a, *y = b;

	return key_compare((char *)keys + x->key, x->len,
	    (char *)keys + y->key, y->len);
}

static void
add_key(struct bdb *e, struct coming *at, const char *path, uint64_t start,
    uint64_t end, const struct record *chunk)
{
	at->chunk = chunk;
	at->key = e->keys.len;
	key_chunk(&e->keys, path, start, end);
	at->len = e->keys.len - at->key;
}

/* Is it removed, and not added again? */
static int
is_gone(const struct change *c, size_t *next, const struct row *r)
{
	const struct record *a;

	for (; *next < c->nadded; ++*next) {
		a = c->added[*next];
		if (a->byte_start > r->start || (a->byte_start == r->start &&
		    a->byte_end >= r->end))
			return a->byte_start != r->start ||
			    a->byte_end != r->end;
	}
	return 1;
}

/*
 * Delete and put the chunks in the order of their keys, which is not that of
 * their spans: libdb fills its pages well only when appending.
 */
static int
apply_chunks(struct bdb *e, const struct change *c)
{
	size_t i, n = 0, next = 0;
	struct coming *list;
	int status = 0;

	if (c->nremoved + c->nadded == 0)
		return 0;
	list = xreallocarray(NULL, c->nremoved + c->nadded, sizeof *list);
	e->keys.len = 0;
	for (i = 0; i < c->nremoved; i++)
		if (is_gone(c, &next, &c->removed[i]))
			add_key(e, &list[n++], c->path, c->removed[i].start,
			    c->removed[i].end, NULL);
	for (i = 0; i < c->nadded; i++)
		add_key(e, &list[n++], c->path, c->added[i]->byte_start,
		    c->added[i]->byte_end, c->added[i]);
	qsort_r(list, n, sizeof *list, by_key, e->keys.p);
	for (i = 0; status == 0 && i < n; i++) {
		e->key.len = 0;
		buf_add(&e->key, e->keys.p + list[i].key, list[i].len);
		status = list[i].chunk != NULL ?
		    put_record(e, CHUNKS, list[i].chunk) :
		    bdb_delete(e, CHUNKS, &e->key);
	}
	free(list);
	return status;
}

static int
apply_record(struct bdb *e, enum table t, int what, const struct record *r)
{
	return what == PUT ? put_record(e, t, r) :
	    what == REMOVE ? bdb_delete(e, t, &e->key) : 0;
}

int
bdb_slice_apply(struct engine *engine, const struct change *c)
{
	struct bdb *e = (struct bdb *)engine;

	if (c == NULL)
		return bdb_index_write(e);
	if (apply_chunks(e, c) == -1)
		return -1;
	e->key.len = 0;
	key_ast(&e->key, c->path);
	if (apply_record(e, AST, c->ast, c->ast_record) == -1)
		return -1;
	e->key.len = 0;
	key_file(&e->key, c->path);
	if (apply_record(e, FILES, c->file, c->file_record) == -1)
		return -1;
	return bdb_index_change(e, c);
}

int
bdb_slice_begin(struct engine *engine)
{
	struct bdb *e = (struct bdb *)engine;

	if (bdb_segments_full(e) && bdb_merge_segments(e) == -1)
		return -1;
	e->in_slice = 1;
	return bdb_begin(e);
}

int
bdb_put_blob(struct engine *engine, const struct buf *key, const void *blob,
    size_t n)
{
	return bdb_put((struct bdb *)engine, BLOBS, key, blob, n);
}

int
bdb_delete_blob(struct engine *engine, const struct buf *key)
{
	return bdb_delete((struct bdb *)engine, BLOBS, key);
}

int
bdb_slice_commit(struct engine *engine)
{
	struct bdb *e = (struct bdb *)engine;

	e->in_slice = 0;
	e->ahead.at = NULL;		/* it may have changed */
	return bdb_end(e, 0);
}

void
bdb_slice_abort(struct engine *engine)
{
	struct bdb *e = (struct bdb *)engine;

	if (e->in_slice) {
		e->in_slice = 0;
		e->failed = 1;
		bdb_abandon(e);
	}
}
