/*
 * The pages of Berkeley DB's B-trees, as far as needed to detect damaged ones.
 * libdb trusts what it reads: an offset that points out of a page, or a page in
 * another's place, makes it crash or loop for ever. The layout is that of
 * libdb's db_page.h, with DB_CHKSUM.
 */
#ifndef BDB_PAGE_H
#define BDB_PAGE_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_META_SIZE	512		/* the bytes of page 0 that count */

/* From page 0: the size of pages, 0 if impossible; the last one's number. */
uint32_t page_size(const unsigned char *meta);
uint32_t page_last(const unsigned char *meta);

/*
 * Can libdb work with it: is it page number, and does it point only inside
 * itself?
 */
int page_is_sound(const unsigned char *p, size_t size, uint32_t number);

/* Is its checksum right? Destroys the checksum. */
int page_is_whole(unsigned char *p, size_t size);

/* For a sound page: is it a leaf, and how many items has it? */
int page_is_leaf(const unsigned char *p);
size_t page_items(const unsigned char *p);

/* An item of a leaf: keys and values alternate. */
struct page_item {
	int deleted;
	const unsigned char *data;	/* lent by the page; NULL: elsewhere */
	size_t len;			/* bytes in all */
	uint32_t next;			/* then: the first page they are on */
};
void page_item(struct page_item *item, const unsigned char *p, size_t i);

/*
 * The n bytes on an overflow page, and the page where they continue, 0 if
 * nowhere; NULL: it is no overflow page.
 */
const unsigned char *page_overflow(const unsigned char *p, size_t *n,
    uint32_t *next);

#endif
