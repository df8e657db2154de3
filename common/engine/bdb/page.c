#include <string.h>

#include "engine/bdb/page.h"

/* Offsets, in bytes. */
enum {
	NUMBER = 8,
	NEXT = 16,
	ENTRIES = 20,		/* 2 bytes: how many offsets at ITEMS */
	LENGTH = 22,		/* 2 bytes: of the data on an overflow page */
	LEVEL = 24,
	TYPE = 25,
	SUM = 28,
	ITEMS = 32,
	META_PAGE_SIZE = 20,
	META_LAST = 32,
	META_SUM = 492
};

enum { FREE = 0, INTERNAL = 3, LEAF = 5, OVERFLOW = 7, META = 9 };

/* A leaf's item begins with its length, 2 bytes, and its type. */
enum { ITEM_HEAD = 3, ITEM_DATA = 1, ITEM_ELSEWHERE = 12, NODE_HEAD = 12 };

static uint32_t
four(const unsigned char *p, size_t at)
{
	uint32_t n;

	memcpy(&n, p + at, sizeof n);
	return n;
}

static uint16_t
two(const unsigned char *p, size_t at)
{
	uint16_t n;

	memcpy(&n, p + at, sizeof n);
	return n;
}

uint32_t
page_size(const unsigned char *meta)
{
	uint32_t n = four(meta, META_PAGE_SIZE);

	return n >= 512 && n <= 65536 && (n & (n - 1)) == 0 ? n : 0;
}

uint32_t
page_last(const unsigned char *meta)
{
	return four(meta, META_LAST);
}

/* The length of the item at this offset, which is within the page. */
static size_t
item_size(const unsigned char *p, size_t at, int leaf)
{
	if (!leaf)
		return NODE_HEAD + (size_t)two(p, at);
	return (p[at + 2] & 0x7f) == ITEM_DATA ? ITEM_HEAD +
	    (size_t)two(p, at) : ITEM_ELSEWHERE;
}

static int
items_are_sound(const unsigned char *p, size_t size, int leaf)
{
	size_t n = two(p, ENTRIES), least = leaf ? ITEM_HEAD : NODE_HEAD;
	size_t first = ITEMS + 2 * n, i, at;

	if (first > size || (leaf ? p[LEVEL] != 1 || n % 2 != 0 :
	    p[LEVEL] < 2 || n == 0))
		return 0;
	for (i = 0; i < n; i++) {
		at = two(p, ITEMS + 2 * i);
		if (at < first || at + least > size ||
		    at + item_size(p, at, leaf) > size)
			return 0;
	}
	return 1;
}

int
page_is_sound(const unsigned char *p, size_t size, uint32_t number)
{
	if (four(p, NUMBER) != number)
		return 0;
	switch (p[TYPE]) {
	case META:
		return number == 0 && page_size(p) == size;
	case INTERNAL:
	case LEAF:
		return number != 0 && items_are_sound(p, size,
		    p[TYPE] == LEAF);
	case OVERFLOW:
		return number != 0 && (size_t)two(p, LENGTH) + ITEMS <= size;
	case FREE:
		return number != 0;
	}
	return 0;
}

/* The checksum that DB_CHKSUM asks for (libdb's __ham_func4). */
static uint32_t
sum(const unsigned char *p, size_t n)
{
	uint32_t h = 0;

	while (n-- > 0)
		h = h * 33 + *p++;
	return h;
}

int
page_is_whole(unsigned char *p, size_t size)
{
	int meta = p[TYPE] == META;
	size_t at = meta ? META_SUM : SUM, n = meta ? PAGE_META_SIZE : size;
	uint32_t wanted = four(p, at);

	memset(p + at, 0, sizeof wanted);
	return sum(p, n) == wanted;
}

int
page_is_leaf(const unsigned char *p)
{
	return p[TYPE] == LEAF;
}

size_t
page_items(const unsigned char *p)
{
	return two(p, ENTRIES);
}

void
page_item(struct page_item *item, const unsigned char *p, size_t i)
{
	const unsigned char *at = p + two(p, ITEMS + 2 * i);

	item->deleted = (at[2] & 0x80) != 0;
	item->next = 0;
	if ((at[2] & 0x7f) == ITEM_DATA) {
		item->data = at + ITEM_HEAD;
		item->len = two(at, 0);
	} else {		/* its page, and its length, 4 bytes each */
		item->data = NULL;
		item->next = four(at, 4);
		item->len = four(at, 8);
	}
}

const unsigned char *
page_overflow(const unsigned char *p, size_t *n, uint32_t *next)
{
	*n = two(p, LENGTH);
	*next = four(p, NEXT);
	return p[TYPE] == OVERFLOW ? p + ITEMS : NULL;
}
