#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

/* Begin with hash_start(), then add what there is, in pieces of any size. */
uint64_t hash_start(void);
uint64_t hash_add(uint64_t h, const void *p, size_t n);

#endif
