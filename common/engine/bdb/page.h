/*
 * The pages of Berkeley DB's B-trees, as far as one has to know them to tell
 * a damaged one. libdb believes what it reads: an offset that leads out of a
 * page, or a page that lies where another belongs, makes it crash or run
 * without end. The layout is that of libdb's db_page.h, with DB_CHKSUM.
 */
#ifndef BDB_PAGE_H
#define BDB_PAGE_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_META_SIZE	512		/* of page 0, that which counts */

/* What page 0 says: how large pages are, 0 if that cannot be; the last one. */
uint32_t page_size(const unsigned char *meta);
uint32_t page_last(const unsigned char *meta);

/*
 * Can libdb work with it: is it page number, and does all that it points to
 * lie within it?
 */
int page_is_sound(const unsigned char *p, size_t size, uint32_t number);

/* Is its checksum right? The checksum is gone then. */
int page_is_whole(unsigned char *p, size_t size);

/* Of a page that is sound: is it a leaf, and how many items has it? */
int page_is_leaf(const unsigned char *p);
size_t page_items(const unsigned char *p);

/* An item of a leaf: keys and values in turn. */
struct page_item {
	int deleted;
	const unsigned char *data;	/* lent by the page; NULL: elsewhere */
	size_t len;			/* bytes in all */
	uint32_t next;			/* the first page they are on, then */
};
void page_item(struct page_item *item, const unsigned char *p, size_t i);

/*
 * What an overflow page has, n bytes, and where it goes on, 0 if it does not;
 * NULL: it is none.
 */
const unsigned char *page_overflow(const unsigned char *p, size_t *n,
    uint32_t *next);

#endif
