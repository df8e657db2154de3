/*
 * The store in Berkeley DB 5.3, inside: for bdb*.c alone, the only files that
 * know it.
 *
 *	bdb.c		opening, closing, recovery; single keys and ranges
 *	bdb_read.c	files and chunks, for readers
 *	bdb_symbol.c	definitions by name
 *	bdb_label.c	chunks by label
 *	bdb_check.c	is all of it right?
 *	bdb_repair.c	what can be saved if it is not
 *	bdb_page.c	pages, as they lie on the disk
 *	bdb_note.c	what a writer is told, kept in memory
 *	bdb_compare.c	what of that is to be written
 *	bdb_slice.c	writing it
 *	bdb_segment.c	names of definitions, while many are written
 *	bdb_pack.c	files written anew, in order
 *	bdb_journal.c	what libdb reads and writes, on its way to the disk
 *
 * Of the ways to share such files between processes the one that survives
 * kills is this: the writer has an environment of its own, in its own memory;
 * readers have none; and between processes there are only the locks of
 * lock.h. The shared environment that Berkeley DB offers leaves locks of the
 * dead behind on which others hang.
 *
 * The writer keeps what it is told in memory, as puts and deletes, until a
 * slice is full. Comparing with what is stored needs no lock, as nobody else
 * writes. Then it has libdb write the slice; what libdb would overwrite goes
 * to a journal (bdb_journal.h). When all of that is on disk it takes the data
 * and overwrites the old pages: only for that readers wait. Half of the time
 * goes by waiting for the disk, so a thread does it while the next slice is
 * read in.
 *
 * Keys come in order as far as possible, and each kind of key has a file of
 * its own: Berkeley DB fills its pages well only where it appends.
 *
 * Unless said otherwise functions return 0, or -1 when the reason has been
 * printed and s->failed set.
 */
#ifndef BDB_H
#define BDB_H

#include <pthread.h>
#include <stdatomic.h>

#include <db.h>

#include "engine/bdb/bdb_journal.h"
#include "engine/bdb/key.h"
#include "engine/bdb/lock.h"
#include "store/store.h"

/* A slice: what is stored together, or not at all. */
#define SLICE_FILES	256
#define SLICE_BYTES	((size_t)16 << 20)

/* What a reader takes at a time: it holds the lock for a few ms. */
#define READ_FILES	512
#define READ_BYTES	((size_t)1 << 20)
#define READ_LOOKS	20000	/* keys alone */

enum table { CHUNKS, FILES, META, AST, LABELS, SYMBOLS, TABLES };

extern const struct bdb_table {
	const char *name;	/* of the file */
	u_int32_t page;		/* bytes */
	int prefixes;		/* leave out what a key shares with the last */
} bdb_tables[TABLES];

/* A put or a delete; offsets into the slice's bytes. */
struct op {
	enum table table;
	int delete;
	size_t key, key_len;
	size_t value, value_len;
};

/* What is to be done for one file, and what it will have been. */
struct change {
	size_t first, count;		/* of the ops */
	size_t key, key_len;		/* "file:..." */
	size_t first_event, nevents;
	int fresh;			/* nothing was stored of the file */
	struct store_tally tally;
};

/* A chunk that comes or goes, for store_watch; offsets as above. */
struct event {
	int removed;
	size_t line, len;
};

/* A key of an index, with the value behind it, that a chunk asks for. */
struct posting {
	enum table table;
	size_t key, key_len, value_len;
	uint64_t start, end;		/* of the chunk */
};

struct postings {
	struct posting *list;
	size_t n, cap;
};

/* A chunk that was handed over; offsets into the slice's bytes. */
struct item {
	size_t key, key_len;
	size_t value, value_len;
	size_t stem_len;		/* the value up to created_at */
	uint64_t start, end;
	size_t posting, npostings;	/* of the slice's */
};

/* A file that was handed over, to be compared with what is stored. */
struct file {
	enum { REPLACE, UPDATE, SKIP, NOTHING } what;
	size_t path;			/* NUL-terminated; the first of its bytes */
	size_t line, line_len;		/* its record up to what we add to it */
	uint64_t stored_at;
	char hash[HASH_LEN + 1];	/* of its content, or "" */
	size_t first, count;		/* of the items */
	size_t posting;			/* the first */
	size_t ast, ast_len;		/* its nodes; 0, 0: none */
	uint64_t size;			/* update: where the last chunk ends */
	size_t language;		/* and in which one that is */
	int keeps;			/* skip: what is stored stays */
};

/*
 * What is to be written in one go, and behind it what is yet to be compared:
 * files, the last of which may be in progress.
 */
struct slice {
	struct buf bytes;		/* of all that follows */
	struct op *ops;
	size_t nops, ops_cap;
	struct change *changes;
	size_t nchanges, changes_cap;
	size_t done;			/* changes that are on disk */
	struct event *events;
	size_t nevents, events_cap;
	size_t told;			/* events that belong to a change */
	struct file *files;
	size_t nfiles, files_cap;
	struct item *items;
	size_t nitems, items_cap;
	struct postings postings;
};

/* Chunks that were read, the values in a text of their own. */
struct spans {
	struct buf text;
	struct span {
		uint64_t start, end;
		size_t value, len;
	} *list;
	size_t n, cap;
};

/* Entries that were read together: few at first, then ever more. */
struct ahead {
	size_t size;			/* how much was read last */
	struct buf room;
	DBT list;
	void *at;			/* the next of them; NULL: no more */
	const void *key, *value;	/* the one at hand, lent */
	size_t key_len, value_len;
};

/* Where each segment ends in sym.new; the first begins at 0. */
struct segments {
	uint64_t *end;
	size_t n, cap;
};

struct store {
	char *dir;
	struct lock lock;
	int writer;
	atomic_int failed;

	DB_ENV *env;			/* the writer's, from its first slice */
	DB *db[TABLES];			/* opened when needed */
	uint64_t generation;		/* of what is open */

	/*
	 * While one slice is being written by a thread, which then is the
	 * only one to touch the database, the other is filled: at most as
	 * far as that goes without looking at what is stored.
	 */
	struct slice slice[2], *cur;
	int in_progress;		/* the last file of cur */
	pthread_t thread;
	int writing;			/* there is a thread */
	atomic_int written;		/* and it is done */
	struct journal journal;
	int session;			/* lock_begin was called */
	int broken;			/* it takes a recovery to go on */

	struct store_tally tally;
	store_watch_fn *watch;		/* or NULL */
	void *watch_arg;
	struct reader reader, chunk_reader;
	struct buf from, to, scratch, line, ast;
	struct postings old, new;	/* of the file that is being compared */
	struct spans spans;
	struct segments segments;

	struct ahead ahead;		/* records of files, for who keeps them */
	struct buf asked;		/* the key that was last looked for */
	int in_order;			/* how many came in order */
	int making;			/* the tables are yet to be made */
};

/* --- bdb.c ---------------------------------------------------------------- */

/*
 * Say why, if nothing was said yet: ret as libdb or errno has it, what is the
 * file. Returns -1.
 */
int bdb_fail(struct store *s, const char *what, int ret);

/* Append the path of a file of the store, with its NUL. */
void bdb_path(const struct store *s, struct buf *out, const char *name);

/* The handle of a table that is to be made; env may be NULL. NULL on failure. */
DB *bdb_new_table(struct store *s, DB_ENV *env, enum table t);

/* Have the table open. */
int bdb_open_table(struct store *s, enum table t);
int bdb_close_table(struct store *s, enum table t);
int bdb_close_tables(struct store *s);

/* Give its memory back; it is empty, and ready for use. */
void bdb_free_slice(struct slice *w);

/* The writer's environment. */
int bdb_open_env(struct store *s);

/* The slice in progress is given up, and what libdb has open is closed. */
int bdb_abandon(struct store *s);

/*
 * What a reader does before it looks, and after; bdb_leave returns the status
 * that it is given, or -1 if what was read does not count. The writer needs
 * no lock, as nobody else writes; but its own thread must not be at it. No
 * function of store.h may be called between them.
 */
int bdb_enter(struct store *s);
int bdb_leave(struct store *s, int status);

void bdb_set_dbt(DBT *d, const void *p, size_t n);

/* The value of a key, appended to out: 1, 0 there is none, -1. */
int bdb_get(struct store *s, enum table t, const struct buf *key,
    struct buf *out);

/* The keys from <= key < to, in their order. */
struct range {
	struct store *s;
	enum table table;
	DBC *cursor;
	const struct buf *to;		/* lent; NULL: up to the end */
	DBT key, value;			/* lent by libdb until the next step */
	u_int32_t step;
};

int bdb_range_open(struct range *r, struct store *s, enum table t,
    const struct buf *from, const struct buf *to, int keys_only);
int bdb_range_next(struct range *r);	/* 1; 0 at the end; -1 */
int bdb_range_close(struct range *r);

/* Read as many entries as go into some room: 1, 0 there are none, -1. */
int bdb_ahead_fill(struct ahead *a, struct store *s, enum table t,
    const struct buf *from);
int bdb_ahead_next(struct ahead *a);	/* 1, 0 that was all */

/*
 * Many keys, best in their order, that are put or deleted together: half the
 * work, and much less of it where libdb leaves out the beginnings of keys. A
 * key that is to be deleted has to be there.
 */
struct bulk {
	struct store *s;
	const char *what;		/* the file; for errors */
	DB *db;
	int delete;
	struct buf room[2];
	int filling;			/* which of the two */
	DBT keys;			/* in that, */
	void *at;			/* where the next one goes, */
	size_t n;			/* so many */
	DBT full;			/* in the other, */
	pthread_t thread;		/* which are put meanwhile */
	int applying;			/* there is a thread */
	int ret;			/* how it ended */
};

/* bdb_bulk_close in any case. db is lent. */
void bdb_bulk_open(struct bulk *b, struct store *s, const char *what, DB *db,
    int delete);
int bdb_bulk_add(struct bulk *b, const char *key, size_t key_len,
    const char *value, size_t value_len);
int bdb_bulk_close(struct bulk *b);

/* --- bdb_read.c ------------------------------------------------------------ */

/* The record of a file, in s->scratch: 1, 0 not stored, -1. */
int bdb_look_up(struct store *s, const char *path);

/* Count the chunks of a file. */
int bdb_count(struct store *s, const char *path, uint64_t *n);

/* Add the chunks of a file, in order, or their spans alone. */
int bdb_read_spans(struct store *s, const char *path, struct spans *sp,
    int keys_only);

/* Read the value of a span whose key was read. */
int bdb_read_value(struct store *s, const char *path, struct spans *sp,
    struct span *p);

int bdb_by_span(const void *a, const void *b);		/* for qsort */
void bdb_free_spans(struct spans *sp);

/* --- bdb_segment.c ---------------------------------------------------------- */

/* The definitions of sym.db, or of a segment, in the order of their keys. */
struct source {
	size_t segment;			/* from 1; 0: sym.db */

	struct ahead ahead;		/* of sym.db */
	struct buf last;		/* key, and what follows it */

	/* of a segment, bytes in the file, and in the segment */
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
 * segment has the last word.
 */
struct merge {
	struct store *s;
	const struct buf *from, *to;	/* lent; NULL: all */
	struct source **heap;		/* the one with the next entry on top */
	size_t n, cap;
	int fd;				/* of sym.new, or -1 */
	struct buf last;		/* key */
	int taken;			/* the top was handed out */
};

/* bdb_merge_close either way. new: only what is in segments. */
int bdb_merge_open(struct merge *m, struct store *s, const struct buf *from,
    const struct buf *to, int new);
/* The next entry, lent until the next call: 1, 0 at the end, -1. */
int bdb_merge_next(struct merge *m, const struct source **e);
void bdb_merge_close(struct merge *m);

/* Learn from meta:segments which there are, into s->segments. */
int bdb_read_segments(struct store *s);

/* An op and its key, to be sorted by that. */
struct sorted {
	const char *key;
	uint64_t beginning;
	const struct op *op;
};

/* Write these as a segment, which counts with the slice. */
int bdb_put_segment(struct store *s, const struct slice *w,
    const struct sorted *list, size_t n);

/* Are there so many segments that it is time to merge them? */
int bdb_segments_full(const struct store *s);

/* meta:segments is to say which there are. */
int bdb_put_segments(struct store *s);

/* Merge what segments there are into sym.db. */
int bdb_merge_segments(struct store *s);

/* --- bdb_pack.c ------------------------------------------------------------- */

/* Write a table anew, in order; with definitions, what is in segments, too. */
int bdb_rebuild(struct store *s, enum table t);

/* Do that with those that have grown too much. */
int bdb_pack(struct store *s);

/* --- bdb_note.c ------------------------------------------------------------ */

size_t bdb_keep_bytes(struct store *s, const void *p, size_t n);
struct op *bdb_new_op(struct store *s);
void bdb_op_put(struct store *s, enum table t, size_t key, size_t key_len,
    size_t value, size_t value_len);
void bdb_op_delete(struct store *s, enum table t, const void *key, size_t len);

/* Remember a chunk that comes or goes. */
void bdb_event(struct store *s, int removed, size_t line, size_t len);

/* The ops from first on are one change. */
void bdb_new_change(struct store *s, size_t first, size_t key, size_t key_len,
    const struct store_tally *t);

/* A put that is a change by itself. */
void bdb_add_op(struct store *s, enum table t, const void *key,
    size_t key_len, const void *value, size_t value_len);

/* What the indexes are to have of a chunk. */
void bdb_add_postings(struct postings *list, struct buf *b,
    const struct record *chunk);

/* Append ,"name":n} to the bytes, in place of the brace that closed them. */
void bdb_stamp(struct buf *b, const char *name, uint64_t n);

/* A record's line without its newline. */
void bdb_add_line(struct buf *b, const struct record *r);

uint64_t bdb_or_now(uint64_t when);

/*
 * Before anything is noted for a file: write what is noted already if that
 * is enough for a slice, or of the same file.
 */
int bdb_admit(struct store *s, const char *path);

/* --- bdb_compare.c ---------------------------------------------------------- */

/* Compare all files. None is in progress, and nothing is being written. */
int bdb_compare(struct store *s);

/*
 * Put them in the order of tables and keys, each once: where chunks overlap,
 * the innermost has its way. They are in the bytes of s->cur.
 */
void bdb_sort_postings(struct store *s, struct postings *p);

/* --- bdb_slice.c ------------------------------------------------------------ */

void bdb_add_tally(struct store_tally *sum, const struct store_tally *t);

/* Wait until nothing is being written. */
int bdb_join(struct store *s);

/* And then compare what had to wait for that. */
int bdb_settle(struct store *s);

/* Have the slice written while the next one is filled. */
int bdb_start_writing(struct store *s);

/* Have all tables open, and begin a slice. */
int bdb_begin(struct store *s);

/*
 * The slice ends. If status is 0 it is on disk, and readers see it, when
 * that is what is returned; else it is given up, and s->failed set.
 */
int bdb_end(struct store *s, int status);

#endif
