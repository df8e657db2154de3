/*
 * The text index, inside: for the files in this directory alone.
 *
 *	bytes.c		numbers, keys and blobs
 *	segment.c	a segment is written, in memory
 *	strings.c	a table of strings
 *	slice.c		the words of a slice become one
 *	merge.c		several of them become one
 *	segments.c	the list of segments is read
 *	write.c		what a slice does to it
 *	read.c		what is in a segment
 *	find.c		which files a query has to read
 *	names.c		which files may have a string
 *	refs.c		where names are used: words of another kind
 *	used.c		all that are, and how often
 *	check.c		is all of it there, and nothing else?
 *
 * A slice adds a segment, which is never changed: files, numbered from 0 in
 * the order of their paths; the words in them, in the order of bytes; for each
 * the list of files that it is in. A file that is stored anew is in a new
 * segment, and its number in the old one is noted as dead. When there are many
 * segments of about one size they become one, without the dead. Those that are
 * large stay, so that merging takes little memory and time.
 *
 * The blobs, by their keys (numbers big-endian, of four bytes):
 *
 *	"i"			the list of segments
 *	"s" SEGMENT "d" WORD	words up to this one, and where their lists are
 *	"s" SEGMENT "f" NUMBER	files up to this one: path, chunks, their lengths
 *	"s" SEGMENT "p" NUMBER	the lists, in blobs of one size
 *	"s" SEGMENT "t"		the numbers of the dead files
 *
 * Each blob ends in a sum over its key and itself. In them a number is seven
 * bits a byte, the lowest first, the high bit set on all but the last; and what
 * a word or path shares with the one before it is left out.
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


/* Bytes that are read; bad: they came to an end too early. */
struct in {
	const unsigned char *p, *end;
	int bad;
};

uint64_t get_number(struct in *in);

/* Bits that are appended, the low ones of a byte first; end_bits fills it up. */
struct bits {
	struct buf *b;
	uint64_t word;
	int n;
};

/*
 * A number from 1 on in bits: what is above so many low ones of the number that
 * is one less, as noughts, a one, and those; at most 30. *bit: how many were
 * read. 0: the bytes came to an end.
 */
void put_rice(struct bits *o, int low, uint64_t n);
void end_bits(struct bits *o);
uint64_t get_rice(const struct in *in, uint64_t *bit, int low);

/* Two of them, which are small: half a byte each, or 15 and what is more. */
void put_lengths(struct buf *b, uint64_t x, uint64_t y);
void get_lengths(struct in *in, uint64_t *x, uint64_t *y);

/* Add a string without what it shares with the last one, which it becomes. */
void put_shared(struct buf *b, struct buf *last, const char *s, size_t n);
const unsigned char *get_bytes(struct in *in, size_t n);	/* NULL if bad */

/* In the order of bytes: less than, 0, more than 0. */
int index_compare(const void *a, size_t alen, const void *b, size_t blen);

uint64_t index_hash(uint64_t seed, const void *p, size_t n);

/* Keys, set. */
void key_list(struct buf *key);
void key_bytes(struct buf *key, uint32_t segment, char kind, const void *p,
    size_t n);
void key_number(struct buf *key, uint32_t segment, char kind, uint32_t n);

/* Say that the index is damaged. Returns -1. */
int index_damaged(void);

/* Blobs that are to be put, or deleted; in the order of keys when sorted. */
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

/* Blobs from one key up to another; the bytes of each without the sum. */
struct blobs {
	struct engine *e;
	struct cursor *c;
	struct buf from, to;		/* keys, set before blobs_seek */
	struct row row;
	struct in in;			/* what the blob says */
};

int blobs_seek(struct blobs *b, struct engine *e);
int blobs_next(struct blobs *b);	/* 1, 0, -1 */
int blobs_end(struct blobs *b, int status);	/* returns status, or -1 */
void blobs_free(struct blobs *b);

/* --- the list of segments: segments.c; write.c writes it ------------------------ */

struct segment {
	uint32_t number, files, ndead;
	uint64_t chunks, bytes;		/* of those that are not dead */
	uint64_t size;			/* bytes of its blobs */
	unsigned char *dead;		/* a bit for each file; NULL: none */
	int touched, gone;		/* by the slice in progress */
};

struct segments {
	struct segment *list;
	size_t n, cap;
	uint32_t next;			/* number */
	uint32_t *garbage;		/* segments that are to be deleted */
	size_t ngarbage, garbage_cap;
};

/* 1 read, 0 there is no index, -1. */
int segments_read(struct segments *s, struct engine *e);
void segments_free(struct segments *s);
int is_dead(const struct segment *s, uint32_t file);
void set_dead(struct segment *s, uint32_t file);

#define LIST_VERSION		1

/* Append the blob that says so (check.c), which is another whenever any of it
 * is: 1, 0 there is none, -1. */
int index_list(struct engine *e, struct buf *out);

/* --- segment.c --------------------------------------------------------------------- */

/* One that is being written; zero it, set number and ops. */
struct segment_out {
	uint32_t number;
	struct ops *ops;
	struct segment made;		/* what is known of it at the end */
	struct buf files, words, lists, key;	/* blobs in progress */
	struct buf last_path, last_word;
	uint32_t nlists;
};

/* Files first, in the order of paths; then words, in that of bytes. */
void segment_file(struct segment_out *o, const char *path, const void *info,
    size_t n);
void segment_word(struct segment_out *o, const char *word, size_t len,
    const void *list, size_t n);
void segment_end(struct segment_out *o);

/* --- read.c -------------------------------------------------------------------------- */

/*
 * What is known of a file: chunks, bytes in them; a length for each chunk, in
 * units of LENGTH_UNIT, that nothing in it is shorter than; and definitions
 * that are not in one chunk.
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
	uint32_t next;			/* in the blob at hand */
	struct buf path;
	int open;
};

/* All of a segment one by one, or the one of this number: 1, 0, -1. */
void files_start(struct files *f, struct engine *e, uint32_t segment);
int files_next(struct files *f, struct file_info *info);
int files_get(struct files *f, uint32_t number, struct file_info *info);
int files_end(struct files *f, int status);

/* The number of a path: 1, 0 there is none, -1. */
int file_number(struct engine *e, const struct segment *s, const char *path,
    struct file_info *info, struct files *f);

/* Words from one on; where their lists are. */
struct terms {
	struct blobs blobs;
	struct buf word;		/* a NUL behind it */
	uint64_t list, size;
	uint64_t next;
	int open;
};

int terms_start(struct terms *t, struct engine *e, uint32_t segment,
    const char *from, size_t n);
int terms_next(struct terms *t);	/* 1, 0, -1 */
int terms_end(struct terms *t, int status);

/* Append a list to out: 0, -1. Several in order are read on from one to the next. */
struct lists {
	struct blobs blobs;
	struct engine *e;
	uint32_t segment;
	uint64_t at;			/* of the blob at hand; */
	int open;
};

int lists_read(struct lists *l, struct engine *e, uint32_t segment,
    uint64_t at, uint64_t size, struct buf *out);
int lists_end(struct lists *l, int status);

/*
 * A list: for each file how far its number is behind the last one, then its
 * entry. That begins with a number, whose lowest two bits say what it is:
 *
 *	0	one chunk has the word, once; the number is which
 *	1	so many chunks; then in bits (put_rice) a number, one more than
 *		what is low; for each how far it is behind the last one, and,
 *		nothing being low, a step (below) for the number of times
 *	2	so many chunks, of which nobody knows which; then the step that
 *		none is above
 *	3	the same; then how often the path has the word, so that each chunk
 *		has it, and the step
 *
 * Steps are 1, 2, 4, 8 and so on, from 1. STEP_UNCOUNTED, followed by one, is
 * of a chunk that has not the word, but may have in a definition's header.
 * The last byte of bits is filled up.
 *
 * Where several words of a file have one stem, all but 3 say which chunks: how
 * many have any of them could not be told else. Of words that say nothing
 * (word_is_stop) nobody asks that.
 */
#define STEP_UNCOUNTED	12

struct posts {
	struct in in;
	int sized;			/* of refs.c: entries are bytes, */
	struct in body;			/* these */
	uint32_t file;
	const unsigned char *p;		/* the entry of the file */
	size_t len;
	int dense;			/* nobody knows which chunks */
	uint64_t path;			/* times in the path */
	uint64_t n;			/* chunks; where they are dense, that count */
	unsigned times;			/* at most, in any, or in the one at hand */
	uint32_t chunk;			/* at hand: post_next */
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
 * The number of a string, which is added as the last one if need be, by its
 * hash. Most of the time that takes is waiting for memory: whoever asks for the
 * hashes of some first has it fetched meanwhile.
 */
uint32_t strings_hash(const struct strings *t, const char *s, size_t n);
uint32_t strings_find(struct strings *t, const char *s, size_t n,
    uint32_t hash);
void strings_clear(struct strings *t);
void strings_free(struct strings *t);

/* --- slice.c: the words of files ----------------------------------------------------- */

/* A file in a chunk of which a word is: the list's entry without the number. */
struct entry {
	uint32_t word, file, next;
	uint32_t at;			/* in bytes */
	uint32_t len;
};

struct word {
	uint32_t first, last;		/* entries */
	uint32_t extra, most;		/* times in scopes alone; at most */
	uint32_t head, tail, cells;	/* of the file at hand */
	uint32_t counted, path;
	uint32_t stem, variants;	/* the word that it is then; there */
	int stop;			/* of stems: it says nothing */
};

/* A name as it is written: its words, in a list of all. */
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
	uint32_t *named, *queue;	/* names of it, and all their words */
	size_t nfound, found_cap, nhere, here_cap;
	size_t nnamed, named_cap, nqueue, queue_cap;
	uint32_t file, chunk;
	const struct unit **chunks;
	uint64_t *ends;			/* of all chunks up to one */
	uint32_t *firsts, *nexts;	/* definitions in their lists: units */
	size_t chunks_cap, ends_cap, firsts_cap, nexts_cap;
};

/* The number of a word, which is new if need be; and an entry for it, of the
 * bytes from one on, in the file at hand. */
uint32_t wordlist_word(struct wordlist *w, const char *s, size_t n);
void wordlist_entry(struct wordlist *w, uint32_t word, uint32_t at);

/* Add a file: its entries; and in info what a segment knows of it. */
void wordlist_file(struct wordlist *w, const struct text *t);
void wordlist_clear(struct wordlist *w);
void wordlist_trim(struct wordlist *w);	/* give back what is much */
void wordlist_free(struct wordlist *w);

/* --- refs.c -------------------------------------------------------------------------- */

/* What such words begin with: before all that are in a text. */
#define REFS_NAME	'\1'
#define REFS_PATH	'\2'
#define REFS_BEHIND	'\3'

/* The entries of the file at hand. */
void refs_file(struct wordlist *w, const struct text *t);

/* --- merge.c --------------------------------------------------------------------------- */

/* Make one of these segments, without what is dead. */
int merge_segments(struct engine *e, struct segment *const *list, size_t n,
    struct segment_out *out);

#endif
