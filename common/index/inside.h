/*
 * The text index's internals: for the files in this directory only.
 *
 *	bytes.c		numbers, keys and blobs
 *	segment.c	writing a segment, in memory
 *	strings.c	a table of strings
 *	slice.c		making a segment from the words of a slice
 *	merge.c		making one segment from several
 *	segments.c	reading the list of segments
 *	write.c		what a slice does to the index
 *	read.c		reading a segment
 *	find.c		which files a query must read
 *	names.c		which files may have a string
 *	refs.c		where names are used: another kind of words
 *	used.c		all names used, and how often
 *	check.c		is all of it there, and nothing else?
 *
 * A slice adds a segment, which never changes: files, numbered from 0 in the
 * order of their paths; the words in them, in byte order; for each word the
 * list of its files. A file stored anew is in a new segment, and its number in
 * the old one is marked dead. Many segments of about one size are merged into
 * one, without the dead files. Large ones stay, so that merging takes little
 * memory and time.
 *
 * The blobs, by their keys (numbers big-endian, of four bytes):
 *
 *	"i"			the list of segments
 *	"s" SEGMENT "d" WORD	words up to this one, and where their lists are
 *	"s" SEGMENT "f" NUMBER	files up to this one: path, chunks, their lengths
 *	"s" SEGMENT "p" NUMBER	the lists, in blobs of one size
 *	"s" SEGMENT "t"		the numbers of the dead files
 *
 * Each blob ends in a sum over its key and itself. Numbers in blobs have seven
 * bits per byte, the lowest first, the high bit set on all but the last; what
 * a word or path shares with the one before it is omitted.
 */
#ifndef INDEX_INSIDE_H
#define INDEX_INSIDE_H

#include "base/mem.h"
#include "index/index.h"
#include "index/text.h"
#include "index/words.h"

#define BLOB_SUM	4
#define BLOB_ROOM	(BLOB_SIZE - BLOB_SUM)
#define NONE		UINT32_MAX

/* --- bytes.c ------------------------------------------------------------------ */

void put_number(struct buf *b, uint64_t n);


/* Bytes being read; bad: they ended too early. */
struct in {
	const unsigned char *p, *end;
	int bad;
};

uint64_t get_number(struct in *in);

/* Append bits, a byte's low ones first; end_bits fills up the last byte. */
struct bits {
	struct buf *b;
	uint64_t word;
	int n;
};

/*
 * A number >= 1 in bits (Rice code): of the number less one, the part above
 * the low bits (at most 30 of them) as so many zeros, a one, then the low bits.
 * *bit: the bits read so far. 0: the bytes ended.
 */
void put_rice(struct bits *o, int low, uint64_t n);
void end_bits(struct bits *o);
uint64_t get_rice(const struct in *in, uint64_t *bit, int low);

/* Two small numbers: half a byte each, or 15 and the rest. */
void put_lengths(struct buf *b, uint64_t x, uint64_t y);
void get_lengths(struct in *in, uint64_t *x, uint64_t *y);

/* Add a string without what it shares with last, and make it the last. */
void put_shared(struct buf *b, struct buf *last, const char *s, size_t n);
const unsigned char *get_bytes(struct in *in, size_t n);	/* NULL if bad */

/* Compare by bytes: < 0, 0, > 0. */
int index_compare(const void *a, size_t alen, const void *b, size_t blen);

uint64_t index_hash(uint64_t seed, const void *p, size_t n);

/* Set keys. */
void key_list(struct buf *key);
void key_bytes(struct buf *key, uint32_t segment, char kind, const void *p,
    size_t n);
void key_number(struct buf *key, uint32_t segment, char kind, uint32_t n);

/* Print that the index is damaged. Returns -1. */
int index_damaged(void);

/* Blobs to put or delete; in the order of keys once sorted. */
struct ops {
	struct buf bytes;
	struct op {
		size_t key, key_len, blob, blob_len;
		int delete;
	} *list;
	size_t n, cap;
};

void ops_put(struct ops *o, const struct buf *key, const void *p, size_t n);
void ops_delete(struct ops *o, const void *key, size_t n);
int ops_write(struct ops *o, struct engine *e);	/* in the order of keys */
void ops_free(struct ops *o);

/* Blobs from one key up to another, each without its sum. */
struct blobs {
	struct engine *e;
	struct cursor *c;
	struct buf from, to;		/* keys, set before blobs_seek */
	struct row row;
	struct in in;			/* the blob's contents */
};

int blobs_seek(struct blobs *b, struct engine *e);
int blobs_next(struct blobs *b);	/* 1, 0, -1 */
int blobs_end(struct blobs *b, int status);	/* returns status, or -1 */
void blobs_free(struct blobs *b);

/* --- the list of segments: segments.c; write.c writes it ------------------------ */

struct segment {
	uint32_t number, files, ndead;
	uint64_t chunks, bytes;		/* of files that are not dead */
	uint64_t size;			/* bytes of its blobs */
	unsigned char *dead;		/* a bit for each file; NULL: none */
	int touched, gone;		/* in the slice in progress */
};

struct segments {
	struct segment *list;
	size_t n, cap;
	uint32_t next;			/* number */
	uint32_t *garbage;		/* segments to delete */
	size_t ngarbage, garbage_cap;
};

/* 1 read, 0 there is no index, -1. */
int segments_read(struct segments *s, struct engine *e);
void segments_free(struct segments *s);
int is_dead(const struct segment *s, uint32_t file);
void set_dead(struct segment *s, uint32_t file);

#define LIST_VERSION		1

/* Append the list's blob (check.c), which changes whenever the index does: 1,
 * 0 there is none, -1. */
int index_list(struct engine *e, struct buf *out);

/* --- segment.c --------------------------------------------------------------------- */

/* A segment being written; zero it, set number and ops. */
struct segment_out {
	uint32_t number;
	struct ops *ops;
	struct segment made;		/* what is known of it at the end */
	struct buf files, words, lists, key;	/* blobs in progress */
	struct buf last_path, last_word;
	uint32_t nlists;
};

/* Files first, in the order of paths; then words, in byte order. */
void segment_file(struct segment_out *o, const char *path, const void *info,
    size_t n);
void segment_word(struct segment_out *o, const char *word, size_t len,
    const void *list, size_t n);
void segment_end(struct segment_out *o);

/* --- read.c -------------------------------------------------------------------------- */

/*
 * What we know of a file: chunks, bytes in them; for each chunk a length, in
 * units of LENGTH_UNIT, that nothing in it is shorter than; and the definitions
 * that span several chunks.
 */
#define LENGTH_UNIT	32

struct file_info {
	uint32_t number;
	const char *path;
	const unsigned char *info;	/* all that follows */
	size_t info_len;
	uint64_t chunks, bytes;
	const unsigned char *lengths;
	uint64_t nlong;
	struct in longs;		/* for each: first chunk, chunks, length */
};

struct files {
	struct blobs blobs;
	uint32_t segment;
	uint32_t next;			/* in the current blob */
	struct buf path;
	int open;
};

/* A segment's files one by one, or the one of this number: 1, 0, -1. */
void files_start(struct files *f, struct engine *e, uint32_t segment);
int files_next(struct files *f, struct file_info *info);
int files_get(struct files *f, uint32_t number, struct file_info *info);
int files_end(struct files *f, int status);

/* The number of a path: 1, 0 there is none, -1. */
int file_number(struct engine *e, const struct segment *s, const char *path,
    struct file_info *info, struct files *f);

/* Words from a given one on, and where their lists are. */
struct terms {
	struct blobs blobs;
	struct buf word;		/* followed by a NUL */
	uint64_t list, size;
	uint64_t next;
	int open;
};

int terms_start(struct terms *t, struct engine *e, uint32_t segment,
    const char *from, size_t n);
int terms_next(struct terms *t);	/* 1, 0, -1 */
int terms_end(struct terms *t, int status);

/* Append a list to out: 0, -1. Reads several in order without seeking anew. */
struct lists {
	struct blobs blobs;
	struct engine *e;
	uint32_t segment;
	uint64_t at;			/* of the current blob */
	int open;
};

int lists_read(struct lists *l, struct engine *e, uint32_t segment,
    uint64_t at, uint64_t size, struct buf *out);
int lists_end(struct lists *l, int status);

/*
 * A list: for each file the distance of its number from the last one, then its
 * entry. That begins with a number, whose lowest two bits say what it is:
 *
 *	0	one chunk has the word, once; the number is which
 *	1	so many chunks; then in bits (put_rice) the number of low bits,
 *		plus one; for each chunk its distance from the last one, and,
 *		with no low bits, a step (below) for the number of times
 *	2	so many chunks, but not which; then the highest step of any
 *	3	the same; then how often the path has the word, so that each chunk
 *		has it, and the step
 *
 * Steps are 1, 2, 4, 8 and so on, from 1. STEP_UNCOUNTED, followed by one,
 * marks a chunk that does not have the word, but may have it in a definition's
 * header. The last byte of bits is filled up.
 *
 * If several words of a file have one stem, all entries but 3 say which chunks:
 * otherwise we could not tell how many have any of them. For words that say
 * nothing (word_is_stop) nobody asks that.
 */
#define STEP_UNCOUNTED	12

struct posts {
	struct in in;
	int sized;			/* for refs.c: entries are bytes, */
	struct in body;			/* these */
	uint32_t file;
	const unsigned char *p;		/* the entry of the file */
	size_t len;
	int dense;			/* it is not known which chunks */
	uint64_t path;			/* times in the path */
	uint64_t n;			/* chunks; if dense, those that count */
	unsigned times;			/* at most, in any or the current one */
	uint32_t chunk;			/* the current one: post_next */
	int counted;
	uint64_t left;
	struct in cells;
	uint64_t bits;			/* read so far, of those */
	int low, single;
};

void posts_start(struct posts *p, const void *list, size_t n);
void posts_start_word(struct posts *p, const struct buf *word,
    const void *list, size_t n);
int posts_next(struct posts *p);	/* 1, 0; -1 it is damaged (said) */
int post_next(struct posts *p);		/* 1, 0 */

/* --- strings.c: each once, by a hash table ------------------------------------------- */

/* What is looked at for each word of a text is together. */
struct string {
	uint64_t beginning;		/* its first bytes */
	uint32_t text, len;
	uint32_t chunk;			/* the last one it was found in, and 1 */
	uint32_t times;			/* there */
};

struct slot {
	uint32_t hash, string;		/* and 1; 0: free */
};

struct strings {
	struct buf text;
	struct string *list;
	size_t n, cap;
	struct slot *slots;
	size_t nslots;
};

/*
 * The number of a string, found by its hash, and appended if new. That mostly
 * waits for memory: callers that first ask for the hashes of several have it
 * prefetched.
 */
uint32_t strings_hash(const struct strings *t, const char *s, size_t n);
uint32_t strings_find(struct strings *t, const char *s, size_t n,
    uint32_t hash);
void strings_clear(struct strings *t);
void strings_free(struct strings *t);

/* --- slice.c: the words of files ----------------------------------------------------- */

/* A file with a word in some chunk: the list's entry without the number. */
struct entry {
	uint32_t word, file, next;
	uint32_t at;			/* in bytes */
	uint32_t len;
};

struct word {
	uint32_t first, last;		/* entries */
	uint32_t extra, most;		/* times in scopes alone; at most */
	uint32_t head, tail, cells;	/* of the current file */
	uint32_t counted, path;
	uint32_t stem, variants;	/* the word that it is then; there */
	int stop;			/* of stems: it says nothing */
};

/* A name as written: its words, in a list of all. */
struct name {
	uint32_t first, n;
};

struct cell {
	uint32_t next, chunk;
	uint8_t times, counted;
};

/* Words, and where they are; zero it. */
struct wordlist {
	struct strings strings;		/* words, */
	struct word *words;		/* as many */
	size_t words_cap;
	struct strings spellings;	/* names: each is split once, */
	struct name *names;		/* as many */
	uint32_t *parts;		/* into these */
	size_t names_cap, nparts, parts_cap;
	struct buf bytes, info, joined;
	struct entry *entries;
	size_t nentries, entries_cap;
	struct cell *cells;
	size_t ncells, cells_cap;
	uint32_t *found, *here;		/* words of the file, of the chunk; */
	uint32_t *named, *queue;	/* its names, and all their words */
	size_t nfound, found_cap, nhere, here_cap;
	size_t nnamed, named_cap, nqueue, queue_cap;
	uint32_t file, chunk;
	const struct unit **chunks;
	uint64_t *ends;			/* of all chunks up to one */
	uint32_t *firsts, *nexts;	/* definitions in their lists: units */
	size_t chunks_cap, ends_cap, firsts_cap, nexts_cap;
};

/* The number of a word, added if new; and an entry for it in the current file,
 * of the bytes from at on. */
uint32_t wordlist_word(struct wordlist *w, const char *s, size_t n);
void wordlist_entry(struct wordlist *w, uint32_t word, uint32_t at);

/* Add a file: its entries, and to info what a segment knows of it. */
void wordlist_file(struct wordlist *w, const struct text *t);
void wordlist_clear(struct wordlist *w);
void wordlist_trim(struct wordlist *w);	/* free what is large */
void wordlist_free(struct wordlist *w);

/* --- refs.c -------------------------------------------------------------------------- */

/* How these words begin: they sort before all words of a text. */
#define REFS_NAME	'\1'
#define REFS_PATH	'\2'
#define REFS_BEHIND	'\3'

/* Add the entries of the current file. */
void refs_file(struct wordlist *w, const struct text *t);

/* --- merge.c --------------------------------------------------------------------------- */

/* Merge these segments into one, without dead files. */
int merge_segments(struct engine *e, struct segment *const *list, size_t n,
    struct segment_out *out);

#endif
