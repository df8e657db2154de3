/*
 * libcrypto's SHA256_*, not its EVP: EVP costs as much per call as hashing a
 * small chunk, and linked statically it pulls in a module loader, which a
 * static program cannot use. The functions are deprecated for being low-level,
 * not for being wrong.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <stdlib.h>

#include <openssl/sha.h>

#include "base/hash.h"
#include "base/mem.h"

struct hash {
	SHA256_CTX ctx;
};

struct hash *
hash_new(void)
{
	return xmalloc(sizeof(struct hash));
}

void
hash_free(struct hash *h)
{
	free(h);
}

void
hash_start(struct hash *h)
{
	SHA256_Init(&h->ctx);
}

void
hash_add(struct hash *h, const void *p, size_t n)
{
	SHA256_Update(&h->ctx, p, n);
}

void
hash_end(struct hash *h, char out[HASH_LEN + 1])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char md[HASH_LEN / 2];
	size_t i;

	SHA256_Final(md, &h->ctx);
	for (i = 0; i < sizeof md; i++) {
		out[2 * i] = hex[md[i] >> 4];
		out[2 * i + 1] = hex[md[i] & 15];
	}
	out[HASH_LEN] = '\0';
}

void
hash_of(char out[HASH_LEN + 1], const void *p, size_t n)
{
	struct hash h;

	hash_start(&h);
	hash_add(&h, p, n);
	hash_end(&h, out);
}
