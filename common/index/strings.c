#include <stdlib.h>
#include <string.h>

#include "index/inside.h"

/* Up to eight bytes as a number, unique among those of equal length. */
static uint64_t
beginning_of(const char *s, size_t n)
{
	uint64_t word = 0;
	uint32_t first, last;

	if (n >= sizeof word)
		memcpy(&word, s, sizeof word);
	else if (n >= sizeof first) {
		memcpy(&first, s, sizeof first);
		memcpy(&last, s + n - sizeof last, sizeof last);
		word = (uint64_t)last << 32 | first;
	} else if (n != 0)
		word = (uint64_t)((unsigned char)s[0] |
		    (unsigned char)s[n / 2] << 8 |
		    (unsigned char)s[n - 1] << 16);
	return word;
}

#define MIX	UINT64_C(0x9e3779b97f4a7c15)

uint32_t
strings_hash(const struct strings *t, const char *s, size_t n)
{
	uint64_t h = (beginning_of(s, n) ^ n) * MIX;

	for (; n > 8; n -= n < 16 ? n - 8 : 8) {
		s += n < 16 ? n - 8 : 8;	/* the last ones may overlap */
		h = ((h ^ h >> 29) ^ beginning_of(s, 8)) * MIX;
	}
	h >>= 32;
	if (t->nslots != 0)
		__builtin_prefetch(&t->slots[h & (t->nslots - 1)]);
	return (uint32_t)h;
}

static void
put_slot(struct strings *t, uint32_t hash, uint32_t i)
{
	size_t mask = t->nslots - 1;
	uint32_t k;

	for (k = hash; t->slots[k & mask].string != 0; k++)
		;
	t->slots[k & mask] = (struct slot){ hash, i + 1 };
}

static void
grow_slots(struct strings *t)
{
	struct slot *old = t->slots;
	size_t i, n = t->nslots;

	t->nslots = n == 0 ? 1 << 12 : 2 * n;
	t->slots = xcalloc(t->nslots, sizeof *t->slots);
	for (i = 0; i < n; i++)
		if (old[i].string != 0)
			put_slot(t, old[i].hash, old[i].string - 1);
	free(old);
}

uint32_t
strings_find(struct strings *t, const char *s, size_t n, uint32_t hash)
{
	uint64_t beginning = beginning_of(s, n);
	uint32_t k;
	const struct slot *slot;
	size_t mask;

	if (t->n * 2 >= t->nslots)
		grow_slots(t);
	mask = t->nslots - 1;
	for (k = hash; (slot = &t->slots[k & mask])->string != 0; k++) {
		const struct string *x = &t->list[slot->string - 1];

		if (slot->hash == hash && x->len == n &&
		    x->beginning == beginning && (n <= 8 ||
		    memcmp(t->text.p + x->text + 8, s + 8, n - 8) == 0))
			return slot->string - 1;
	}
	t->slots[k & mask] = (struct slot){ hash, (uint32_t)t->n + 1 };
	t->list = xgrow(t->list, &t->cap, t->n + 1, sizeof *t->list);
	t->list[t->n] = (struct string){ beginning, (uint32_t)t->text.len,
	    (uint32_t)n, 0, 0 };
	buf_add(&t->text, s, n);
	return (uint32_t)t->n++;
}

void
strings_clear(struct strings *t)
{
	t->text.len = t->n = 0;
	if (t->nslots != 0)
		memset(t->slots, 0, t->nslots * sizeof *t->slots);
}

void
strings_free(struct strings *t)
{
	buf_free(&t->text);
	free(t->list);
	free(t->slots);
	memset(t, 0, sizeof *t);
}
