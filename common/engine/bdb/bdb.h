/*
 * The Berkeley DB 5.3 engine's internals: for the files in this directory,
 * the only ones that know it.
 *
 *	open.c		opening and closing; the engine's functions
 *	check.c		checking all of it
 *	salvage.c	reading what can be read of a damaged store
 *	scan.c		files and chunks, and the cursors of engine.h
 *	symbol.c	definitions by name
 *	label.c		chunks by label
 *	slice.c		writing files
 *	index.c		what that does to definitions and labels
 *	meta.c		facts about the whole store
 *	pack.c		merging segments; rewriting files in order
 *	recover.c	readers' and writers' sessions; recovery
 *	txn.c		beginning and ending a slice
 *	segment.c	names of definitions, while many are written
 *	bulk.c		many keys put or deleted together
 *	table.c		its files; single keys and ranges of them
 *	delta.c		entries as differences from the last
 *	lock.c		who may touch the store when
 *	journal.c	what libdb reads and writes, on its way to the disk
 *	page.c		pages, as they are on disk
 *	value.c		compressed values
 *	key.c		the keys of the store
 *
 * A file uses those below it, never one above (tests/circles.py).
 *
 * Of the ways to share such files between processes this one survives kills:
 * the writer has a private environment, in its own memory; readers have none;
 * and between processes there are only the locks of lock.h. The shared
 * environment that Berkeley DB offers leaves dead processes' locks behind, on
 * which others hang.
 *
 * The writer has libdb write a slice; what libdb would overwrite goes to a
 * journal (journal.h). When all of that is on disk, the writer takes the data
 * and overwrites the old pages; readers wait only for that.
 *
 * Keys come in order as far as possible, and each kind of key has a file of
 * its own: Berkeley DB fills its pages well only when appending.
 *
 * Unless stated otherwise, functions return 0, or -1 after printing the reason
 * and setting failed.
 */
#ifndef BDB_H
#define BDB_H

#include <pthread.h>

#include <db.h>

#include "engine/bdb/journal.h"
#include "engine/bdb/key.h"
#include "engine/bdb/lock.h"
#include "engine/bdb/value.h"
#include "engine/engine.h"

enum table { CHUNKS, FILES, META, AST, LABELS, SYMBOLS, BLOBS, TABLES };

#define SEGMENTS	"sym.new"	/* one more file: segment.c */

extern const struct bdb_table {
	const char *name;	/* of the file */
	u_int32_t page;		/* bytes */
	enum { WHOLE, PREFIXES, DELTAS } keeps;	/* of an entry: all, or what it
						   does not share with the last
						   key; or entry (delta.h) */
	u_int32_t least;	/* entries per page; 0: libdb's 2 */
} bdb_tables[TABLES];

/* A put or a delete in an index; offsets into the slice's bytes. */
struct op {
	enum table table;
	int delete;
	size_t key, key_len;
	size_t value, value_len;
};

/* An index key, followed by its value, that a chunk calls for. */
struct posting {
	enum table table;
	size_t key, key_len, value_len;
	uint64_t start, end;		/* of the chunk */
};

struct postings {
	struct posting *list;
	size_t n, cap;
};

/* What the slice in progress will do to the indexes. */
struct pending {
	struct buf bytes;		/* of the ops, and of the postings */
	struct op *ops;
	size_t n, cap;
	struct postings old, new;	/* of the file being applied */
	struct reader reader;
};

/* Entries read together: few at first, then ever more. */
struct ahead {
	size_t size;			/* how much was read last */
	struct buf room;
	DBT list;
	void *at;			/* the next of them; NULL: no more */
	const void *key, *value;	/* the current one, lent */
	size_t key_len, value_len;
};

/* Where each segment ends in sym.new; the first begins at 0. */
struct symbol_segments {
	uint64_t *end;
	size_t n, cap;
};

extern const struct engine_type bdb_engine;

struct bdb {
	struct engine engine;		/* first */
	char *dir;
	struct lock lock;
	int writer;
	int failed;			/* the reason has been printed */

	DB_ENV *env;			/* the writer's, from its first slice */
	DB *db[TABLES];			/* opened when needed */
	uint64_t generation;		/* of what is open */

	struct pending pending;
	struct buf key, value, keys, pressed;	/* of what is being put */
	struct values values;
	int looked;			/* for the dictionary */
	int in_slice;			/* between begin and commit */
	int more;			/* more slices will follow */
	struct journal journal;
	int session;			/* lock_begin was called */
	int broken;			/* only a recovery lets us go on */
	int making;			/* the tables are yet to be made */
	struct symbol_segments segments;

	struct ahead ahead;		/* files' records, for callers that */
	struct buf asked;		/* want all in order: the last key, */
	int in_order;			/* how many came in order */
};

/* --- table.c -------------------------------------------------------------- */

/*
 * Say why, unless something was said already: ret is from libdb or errno, what
 * names the file. Returns -1.
 */
int bdb_fail(struct bdb *e, const char *what, int ret);

/* Catch libdb's errors: keep the first until it is printed or forgotten. */
void bdb_listen(const DB_ENV *env, const char *prefix, const char *text);
void bdb_hear_nothing(void);

/* Append the path of a file in the store, with its NUL. */
void bdb_path(const struct bdb *e, struct buf *out, const char *name);

DB *bdb_new_table(struct bdb *e, DB_ENV *env, enum table t);

/* Open the table unless it is open. */
int bdb_open_table(struct bdb *e, enum table t);
int bdb_close_table(struct bdb *e, enum table t);
int bdb_close_tables(struct bdb *e);


void bdb_set_dbt(DBT *d, const void *p, size_t n);

/* Append a key's value to out: 1, 0 there is none, -1. */
int bdb_get(struct bdb *e, enum table t, const struct buf *key,
    struct buf *out);

/*
 * The line of a stored value, in place or appended to room: 0, -1.
 */
int bdb_line(struct bdb *e, enum table t, const DBT *value, struct buf *room,
    const char **line, size_t *len);

/* Load the dictionary, if there is one. */
int bdb_learn(struct bdb *e);

/* Put or delete one key; deleting a missing one is no failure. */
int bdb_put(struct bdb *e, enum table t, const struct buf *key,
    const void *value, size_t n);
int bdb_delete(struct bdb *e, enum table t, const struct buf *key);

/* The keys from <= key < to, in order. */
struct range {
	struct bdb *e;
	enum table table;
	DBC *cursor;
	const struct buf *to;		/* lent; NULL: up to the end */
	DBT key, value;			/* lent by libdb until the next step */
	u_int32_t step;
};

int bdb_range_open(struct range *r, struct bdb *e, enum table t,
    const struct buf *from, const struct buf *to, int keys_only);
int bdb_range_next(struct range *r);	/* 1; 0 at the end; -1 */
int bdb_range_close(struct range *r);

/* Read as many entries as fit into some room: 1, 0 there are none, -1. */
int bdb_ahead_fill(struct ahead *a, struct bdb *e, enum table t,
    const struct buf *from);
int bdb_ahead_next(struct ahead *a);	/* 1, 0 that was all */

/* --- bulk.c ---------------------------------------------------------------- */

/*
 * Many keys, best in order, put or deleted together: half the work, and much
 * less if libdb compresses key prefixes. A key to be deleted must exist.
 */
struct bulk {
	struct bdb *e;
	const char *what;		/* the file; for errors */
	DB *db;
	int delete;
	struct buf room[2];
	int filling;			/* which room is being filled */
	DBT keys;			/* in that one, */
	void *at;			/* where the next key goes, */
	size_t n;			/* and how many there are */
	DBT full;			/* in the other, */
	pthread_t thread;		/* applied meanwhile */
	int applying;			/* the thread exists */
	int ret;			/* its result */
};

/* Always call bdb_bulk_close. db is lent. */
void bdb_bulk_open(struct bulk *b, struct bdb *e, const char *what, DB *db,
    int delete);
int bdb_bulk_add(struct bulk *b, const char *key, size_t key_len,
    const char *value, size_t value_len);
int bdb_bulk_close(struct bulk *b);

/* --- txn.c ------------------------------------------------------------------ */

/* The writer's environment. */
int bdb_open_env(struct bdb *e);
int bdb_close_env(struct bdb *e);

/* Open all tables and begin a slice. */
int bdb_begin(struct bdb *e);

/*
 * End the slice. If status is 0 and this returns 0, it is on disk and readers
 * see it; otherwise it is given up, and failed set.
 */
int bdb_end(struct bdb *e, int status);

/* Give up the slice in progress, and close all that libdb has open. */
int bdb_abandon(struct bdb *e);

/* --- recover.c --------------------------------------------------------------- */

/* Enter and leave of engine.h. */
int bdb_enter(struct bdb *e);
int bdb_leave(struct bdb *e, int status);

/* The last writer died: restore the files to the last complete slice. */
int bdb_recover(struct bdb *e);

/*
 * End a writer's session. First sync what readers have seen, then mark the
 * state clean on disk, and only then remove the journals.
 */
int bdb_end_session(struct bdb *e);

/* --- meta.c ------------------------------------------------------------------- */

int bdb_put_meta(struct bdb *e, const char *what, const char *value);

/* See engine.h. */
int bdb_about(struct engine *e, struct engine_about *a);
int bdb_ran(struct engine *e, const struct record *begin);

/* Take from an entry of meta.db what it says about the runs. */
void bdb_about_entry(struct engine_about *a, const struct key *key,
    const void *value, size_t n);

/* --- scan.c ----------------------------------------------------------------- */

/* A cursor of engine.h; which members it uses depends on the query. */
struct bdb_cursor {
	struct cursor cursor;		/* first */
	struct bdb *e;
	enum engine_rows what;
	struct buf from, to;
	struct key key;			/* of the current row */
	struct range range;		/* FILES, CHUNKS, SPANS, LABELS, BLOBS */
	const char *below;		/* FILES; lent, NULL: all */
	struct symbols *symbols;	/* SYMBOLS */
	struct buf value;		/* of the current key, and a NUL */
	struct labelled *labels;	/* LABELLED */
	size_t nlabels;
	int none;			/* some label has no chunk */
	int uncounted;			/* LABELS */
	int stepped;			/* a row was handed out */
};

/* See engine.h. */
int bdb_ast(struct engine *e, const char *path, struct buf *line);
int bdb_chunk(struct engine *e, const char *path, uint64_t start,
    uint64_t end, struct buf *line);
struct cursor *bdb_seek(struct engine *e, const struct query *q,
    const struct buf *place);
int bdb_next(struct cursor *c, struct row *row);
void bdb_place(const struct cursor *c, struct buf *place);
int bdb_end_cursor(struct cursor *c);

/* Append a file's record: 1, 0 not stored, -1. */
int bdb_file(struct bdb *e, const char *path, struct buf *line);

int bdb_count(struct bdb *e, const char *path, uint64_t *n);

/* --- symbol.c, label.c --------------------------------------------------------- */

/* Cursors for SYMBOLS and LABELLED. */
int bdb_symbols_open(struct bdb_cursor *c, const struct query *q,
    const struct buf *place);
int bdb_symbols_next(struct bdb_cursor *c, struct row *row);
void bdb_symbols_place(const struct bdb_cursor *c, struct buf *place);
void bdb_symbols_close(struct bdb_cursor *c);

int bdb_labelled_open(struct bdb_cursor *c, const struct query *q,
    const struct buf *place);
int bdb_labelled_next(struct bdb_cursor *c, struct row *row);
void bdb_labelled_place(const struct bdb_cursor *c, struct buf *place);
int bdb_labelled_close(struct bdb_cursor *c);

/* --- slice.c ------------------------------------------------------------------- */

/* See engine.h. */
int bdb_slice_begin(struct engine *e);
int bdb_slice_apply(struct engine *e, const struct change *c);
int bdb_slice_commit(struct engine *e);
int bdb_put_blob(struct engine *e, const struct buf *key, const void *blob,
    size_t n);
int bdb_delete_blob(struct engine *e, const struct buf *key);
void bdb_slice_abort(struct engine *e);

/* --- index.c -------------------------------------------------------------------- */

/* List what the indexes should have of a chunk; keys and values go to b. */
void bdb_add_postings(struct postings *list, struct buf *b,
    const struct record *chunk);

/*
 * Sort them by table and key, without duplicates: if chunks overlap, the
 * innermost wins. bytes is where they are.
 */
void bdb_sort_postings(struct postings *p, char *bytes);

/* Note in e->pending what the change does to the indexes. */
int bdb_index_change(struct bdb *e, const struct change *c);

/* Do what was noted, and forget it. */
int bdb_index_write(struct bdb *e);

void bdb_pending_free(struct pending *p);

/* --- segment.c ------------------------------------------------------------------ */

/* The definitions of sym.db, or of a segment, in the order of their keys. */
struct source {
	size_t segment;			/* from 1; 0: sym.db */

	struct ahead ahead;		/* of sym.db */
	struct buf last;		/* key, and what follows it */

	/* of a segment: bytes in the file, and in the segment */
	uint64_t base;
	size_t size, end;		/* end: of the entries */
	size_t next;
	struct buf window;		/* what was read of it */
	size_t window_at, window_size;

	/* the entry, lent until the next step */
	const char *entry, *data;
	size_t entry_len, data_len;
	int deleted;
};

/*
 * The definitions from <= key < to of all sources, each key once: the newest
 * segment wins.
 */
struct merge {
	struct bdb *e;
	const struct buf *from, *to;	/* lent; NULL: all */
	struct source **heap;		/* the one with the next entry on top */
	size_t n, cap;
	int fd;				/* of sym.new, or -1 */
	struct buf last;		/* key */
	int taken;			/* the top was handed out */
};

/* Call bdb_merge_close either way. new: only what is in segments. */
int bdb_merge_open(struct merge *m, struct bdb *e, const struct buf *from,
    const struct buf *to, int new);
/* The next entry, lent until the next call: 1, 0 at the end, -1. */
int bdb_merge_next(struct merge *m, const struct source **src);
void bdb_merge_close(struct merge *m);

/* Read the list of segments from meta:segments into e->segments. */
int bdb_read_segments(struct bdb *e);

/* An op on an index and its key, to sort by. */
struct sorted_op {
	const char *key;
	uint64_t beginning;
	const struct op *op;
};

/* Write these as a segment, which takes effect with the slice. */
int bdb_put_segment(struct bdb *e, const char *bytes,
    const struct sorted_op *list, size_t n);

/* Are there enough segments to merge them? */
int bdb_segments_full(const struct bdb *e);

/* Write the list of segments to meta:segments. */
int bdb_put_segments(struct bdb *e);

/* --- pack.c ---------------------------------------------------------------------- */

/* Merge the segments into sym.db. */
int bdb_merge_segments(struct bdb *e);

/* Rewrite, in order, the tables that have grown too much. */
int bdb_pack(struct bdb *e);

/* --- check.c, salvage.c ----------------------------------------------------------- */

/* See engine.h. */
int bdb_verify(struct engine *e, engine_fault_fn *fn, void *arg);
int bdb_salvage(const char *where, engine_remains_fn *fn, void *arg,
    struct engine_about *about);

#endif
