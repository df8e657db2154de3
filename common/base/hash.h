/*
 * SHA-256 as the records have it: HASH_LEN lower-case hexadecimal digits.
 */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>

#include "record/record.h"

struct hash;

struct hash *hash_new(void);		/* hash_free when done */
void hash_free(struct hash *h);

/* Bit by bit: start, any number of adds, end. out ends in a NUL. */
void hash_start(struct hash *h);
void hash_add(struct hash *h, const void *p, size_t n);
void hash_end(struct hash *h, char out[HASH_LEN + 1]);

/* The hash of n bytes at once. */
void hash_of(char out[HASH_LEN + 1], const void *p, size_t n);

#endif
