#include <err.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "hash.h"
#include "mem.h"

struct hash {
	EVP_MD *md;	/* fetched once: looking it up costs more than a chunk */
	EVP_MD_CTX *ctx;
};

static void
must(int ok)
{
	if (!ok)
		errx(2, "libcrypto: SHA-256 failed");
}

struct hash *
hash_new(void)
{
	struct hash *h = xmalloc(sizeof *h);

	h->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	h->ctx = EVP_MD_CTX_new();
	must(h->md != NULL && h->ctx != NULL);
	return h;
}

void
hash_free(struct hash *h)
{
	if (h == NULL)
		return;
	EVP_MD_CTX_free(h->ctx);
	EVP_MD_free(h->md);
	free(h);
}

void
hash_start(struct hash *h)
{
	must(EVP_DigestInit_ex2(h->ctx, h->md, NULL));
}

void
hash_add(struct hash *h, const void *p, size_t n)
{
	must(EVP_DigestUpdate(h->ctx, p, n));
}

void
hash_end(struct hash *h, char out[HASH_LEN + 1])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char md[HASH_LEN / 2];
	size_t i;

	must(EVP_DigestFinal_ex(h->ctx, md, NULL));
	for (i = 0; i < sizeof md; i++) {
		out[2 * i] = hex[md[i] >> 4];
		out[2 * i + 1] = hex[md[i] & 15];
	}
	out[HASH_LEN] = '\0';
}
