#include <stdlib.h>
#include <string.h>

#include "engine/sqlite/sqlite.h"

/* Beyond so many names, or bytes, we forget all and start again. */
#define NAMES	(1 << 17)
#define BYTES	(16 << 20)

static uint64_t
hash(const char *s)
{
	return sum_text(s, strlen(s));
}

/* Where a search for these bits begins. */
static size_t
slot(const struct sq_names *m, uint64_t bits)
{
	return (size_t)(bits * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
	    (m->slots - 1);
}

const char *
sq_names_get(const struct sq_names *m, int64_t id)
{
	size_t i;

	if (m->slots == 0)
		return NULL;
	for (i = slot(m, (uint64_t)id); m->by_id[i] != 0;
	    i = (i + 1) & (m->slots - 1))
		if (m->list[m->by_id[i] - 1].id == id)
			return m->list[m->by_id[i] - 1].s;
	return NULL;
}

int64_t
sq_names_id(const struct sq_names *m, const char *s)
{
	uint64_t h = hash(s);
	size_t i;

	if (m->slots == 0)
		return 0;
	for (i = slot(m, h); m->by_hash[i] != 0; i = (i + 1) & (m->slots - 1)) {
		const struct sq_name *p = &m->list[m->by_hash[i] - 1];

		if (p->hash == h && strcmp(p->s, s) == 0)
			return p->id;
	}
	return 0;
}

static void
enter(struct sq_names *m, uint32_t *table, uint64_t bits, size_t n)
{
	size_t i = slot(m, bits);

	while (table[i] != 0)
		i = (i + 1) & (m->slots - 1);
	table[i] = (uint32_t)n + 1;
}

/* Grow the tables to at least twice as many slots as names. */
static void
grow(struct sq_names *m)
{
	size_t i;

	m->slots = m->slots == 0 ? 256 : 2 * m->slots;
	free(m->by_id);
	free(m->by_hash);
	m->by_id = xcalloc(m->slots, sizeof *m->by_id);
	m->by_hash = xcalloc(m->slots, sizeof *m->by_hash);
	for (i = 0; i < m->n; i++) {
		enter(m, m->by_id, (uint64_t)m->list[i].id, i);
		enter(m, m->by_hash, m->list[i].hash, i);
	}
}

const char *
sq_names_add(struct sq_names *m, int64_t id, const char *s)
{
	struct sq_name *p;

	if (2 * (m->n + 1) > m->slots)
		grow(m);
	m->list = xgrow(m->list, &m->cap, m->n + 1, sizeof *m->list);
	p = &m->list[m->n];
	*p = (struct sq_name){ id, xstrdup(s), hash(s) };
	m->bytes += strlen(s);
	enter(m, m->by_id, (uint64_t)id, m->n);
	enter(m, m->by_hash, p->hash, m->n);
	m->n++;
	return p->s;
}

void
sq_names_free(struct sq_names *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		free(m->list[i].s);
	free(m->list);
	free(m->by_id);
	free(m->by_hash);
	memset(m, 0, sizeof *m);
}

void
sq_names_trim(struct sq_names *m)
{
	if (m->n > NAMES || m->bytes > BYTES)
		sq_names_free(m);
}
