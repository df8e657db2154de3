/*
 * SHA-256, as lower-case hexadecimal digits.
 */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>

#define HASH_LEN	64	/* digits */

struct hash;

struct hash *hash_new(void);		/* hash_free when done */
void hash_free(struct hash *h);

/* In pieces: start, any number of adds, end. out ends in a NUL. */
void hash_start(struct hash *h);
void hash_add(struct hash *h, const void *p, size_t n);
void hash_end(struct hash *h, char out[HASH_LEN + 1]);

/* The hash of n bytes at once. */
void hash_of(char out[HASH_LEN + 1], const void *p, size_t n);

#endif
