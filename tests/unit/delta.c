/*
 * Entries of sym.db: each is read back as it was stored, behind any other one;
 * what is damaged is refused or read as another, never past its end.
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/bdb/delta.h"
#include "engine/bdb/key.h"

static const char *const names[] = { "a", "a:b", "::", "a:0", "ab", "abc",
    "9", "\xff", "REG__SHIFT", "REG_MASK", "", "operator:" };
static const char *const paths[] = { "a", "a:", "a:0:1", "d/a", "d/ab", "d/b",
    "drivers/gpu/dcn_3_0_sh_mask.h", "drivers/gpu/dcn_3_2_sh_mask.h" };
static const uint64_t spans[][2] = { { 0, 0 }, { 0, 1 }, { 127, 255 },
    { 128, 20000 }, { 0, 9007199254740992 } };
static const char *const values[] = { "", "x", "1 0 0 57 0 0 \0constant",
    "2 0 0 57 0 0 \0constant" };

#define MANY(a)	(sizeof (a) / sizeof *(a))

struct entry {
	struct buf key, value;
};

static void
make(struct entry *e, size_t i)
{
	const char *v = values[i % MANY(values)];
	const uint64_t *span = spans[i / 3 % MANY(spans)];

	e->key.len = e->value.len = 0;
	key_symbol(&e->key, names[i % MANY(names)], span[0], span[1],
	    paths[i / 5 % MANY(paths)]);
	buf_add(&e->value, v, i % MANY(values) < 2 ? strlen(v) : 22);
}

static DBT
lent(const void *p, size_t n)
{
	DBT d;

	memset(&d, 0, sizeof d);
	d.data = (void *)p;
	d.size = d.ulen = (u_int32_t)n;
	d.flags = DB_DBT_USERMEM;
	return d;
}

/* Exactly so large that a byte too far is seen by who looks. */
static DBT
room(size_t n)
{
	return lent(xmalloc(n), n);
}

static int
unpress(const struct entry *last, const DBT *pressed, DBT *key, DBT *value)
{
	DBT k = lent(last->key.p, last->key.len);
	DBT v = lent(last->value.p, last->value.len);
	DBT p = lent(pressed->data, pressed->size);
	int ret = delta_unpress(NULL, &k, &v, &p, key, value);

	if (ret == 0 && p.size > pressed->size)
		errx(1, "more was read than is there");
	return ret;
}

static void
damage(const struct entry *last, const DBT *pressed)
{
	DBT key = room(200), value = room(60), part;
	size_t i;
	int bit, ret;

	for (i = 0; i < pressed->size; i++) {
		part = room(i);
		memcpy(part.data, pressed->data, i);
		if (unpress(last, &part, &key, &value) != EINVAL)
			errx(1, "cut at %zu: not noticed", i);
		free(part.data);
		for (bit = 0; bit < 8; bit++) {
			((char *)pressed->data)[i] ^= (char)(1 << bit);
			ret = unpress(last, pressed, &key, &value);
			if (ret != 0 && ret != EINVAL && ret != DB_BUFFER_SMALL)
				errx(1, "damaged: %d", ret);
			((char *)pressed->data)[i] ^= (char)(1 << bit);
		}
	}
	free(key.data);
	free(value.data);
}

static void
round_trip(const struct entry *last, const struct entry *e)
{
	DBT lk = lent(last->key.p, last->key.len);
	DBT lv = lent(last->value.p, last->value.len);
	DBT k = lent(e->key.p, e->key.len), v = lent(e->value.p, e->value.len);
	DBT pressed = room(1), key = room(1), value = room(1);

	if (delta_press(NULL, &lk, &lv, &k, &v, &pressed) != DB_BUFFER_SMALL)
		errx(1, "%s: into one byte", e->key.p);
	free(pressed.data);
	pressed = room(pressed.size);
	if (delta_press(NULL, &lk, &lv, &k, &v, &pressed) != 0)
		errx(1, "%s: not pressed", e->key.p);
	if (unpress(last, &pressed, &key, &value) != DB_BUFFER_SMALL ||
	    key.size != k.size || value.size != v.size)
		errx(1, "%s: its size", e->key.p);
	free(key.data);
	free(value.data);
	key = room(k.size);
	value = room(v.size);
	if (unpress(last, &pressed, &key, &value) != 0 ||
	    memcmp(key.data, k.data, k.size) != 0 ||
	    (v.size != 0 && memcmp(value.data, v.data, v.size) != 0))
		errx(1, "%s: read back as another", e->key.p);
	damage(last, &pressed);
	free(pressed.data);
	free(key.data);
	free(value.data);
}

int
main(void)
{
	static const char *const wrong[] = { "", "sym", "sym:", "sym:a",
	    "sym:a:1", "sym:a:1:2", "sym:a:2:1:p", "sym:a:01:2:p",
	    "sym:a:1:99999999999999999999:p", "label:a:p:1:2" };
	struct entry last = { .key = { 0 } }, e = { .key = { 0 } };
	DBT k, v = lent("", 0), dest = room(64);
	size_t i, j, n = MANY(names) * MANY(paths);

	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++) {
			make(&last, i);
			make(&e, j);
			round_trip(&last, &e);
		}
	for (i = 0; i < MANY(wrong); i++) {
		k = lent(wrong[i], strlen(wrong[i]));
		if (delta_press(NULL, &k, &v, &k, &v, &dest) != EINVAL)
			errx(1, "%s: stored", wrong[i]);
	}
	free(dest.data);
	buf_free(&last.key);
	buf_free(&last.value);
	buf_free(&e.key);
	buf_free(&e.value);
	return 0;
}
