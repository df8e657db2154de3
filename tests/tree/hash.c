#include "hash.h"

/* Fowler, Noll and Vo: FNV-1a, 64 bits. */
#define OFFSET_BASIS 0xcbf29ce484222325
#define PRIME 0x100000001b3

uint64_t
hash_start(void)
{
	return OFFSET_BASIS;
}

uint64_t
hash_add(uint64_t h, const void *p, size_t n)
{
	const unsigned char *s = p;

	while (n-- != 0) {
		h ^= *s++;
		h *= PRIME;
	}
	return h;
}
