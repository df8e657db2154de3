#include <errno.h>
#include <string.h>

#include "engine/bdb/delta.h"

/* A definition's key in parts; lent. */
struct parts {
	const unsigned char *name, *path;
	size_t name_len, path_len;
	uint64_t start, len;
};

/* Parse a colon and a plain number. */
static int
number(const unsigned char **p, const unsigned char *end, uint64_t *n)
{
	const unsigned char *s = *p;
	const unsigned char *first = s + 1;

	if (s == end || *s++ != ':')
		return -1;
	for (*n = 0; s < end && *s >= '0' && *s <= '9'; s++)
		if ((*n = *n * 10 + (*s - '0')) > UINT64_MAX / 16)
			return -1;
	*p = s;
	return s == first || (*first == '0' && s - first > 1) ? -1 : 0;
}

static int
take_apart(struct parts *k, const DBT *key)
{
	const unsigned char *p = key->data, *end = p + key->size;
	uint64_t to;

	/* The first colon of "sym:" is not doubled either. */
	k->name = p;
	if (key->size < 4 || memcmp(p, "sym:", 4) != 0)
		return -1;
	for (p += 4; (p = memchr(p, ':', end - p)) != NULL; p += 2)
		if (p + 1 == end || p[1] != ':')
			break;
	if (p == NULL)
		return -1;
	k->name_len = p - k->name;
	if (number(&p, end, &k->start) == -1 || number(&p, end, &to) == -1 ||
	    to < k->start || p == end || *p++ != ':')
		return -1;
	k->len = to - k->start;
	k->path = p;
	k->path_len = end - p;
	return 0;
}

static size_t
shared_before(const unsigned char *a, size_t alen, const unsigned char *b,
    size_t blen)
{
	size_t n = alen < blen ? alen : blen, i = 0;

	while (i < n && a[i] == b[i])
		i++;
	return i;
}

static size_t
shared_behind(const unsigned char *a, size_t alen, const unsigned char *b,
    size_t blen)
{
	size_t n = alen < blen ? alen : blen, i = 0;

	while (i < n && a[alen - i - 1] == b[blen - i - 1])
		i++;
	return i;
}

/* --- written ---------------------------------------------------------------- */

/* Beyond the end it only counts and writes nothing. */
struct out {
	unsigned char *p;
	size_t n, room;
};

static void
put_number(struct out *o, uint64_t n)
{
	do {
		if (o->n < o->room)
			o->p[o->n] = (n & 0x7f) | (n > 0x7f ? 0x80 : 0);
		o->n++;
	} while ((n >>= 7) != 0);
}

static void
put_bytes(struct out *o, const unsigned char *p, size_t n)
{
	put_number(o, n);
	if (n != 0 && o->n <= o->room && n <= o->room - o->n)
		memcpy(o->p + o->n, p, n);
	o->n += n;
}

static void
put_between(struct out *o, const unsigned char *last, size_t last_len,
    const unsigned char *p, size_t n)
{
	size_t first = shared_before(last, last_len, p, n);
	size_t end = shared_behind(last + first, last_len - first, p + first,
	    n - first);

	put_number(o, first);
	put_number(o, end);
	put_bytes(o, p + first, n - first - end);
}

int
delta_press(DB *db, const DBT *last_key, const DBT *last_value,
    const DBT *key, const DBT *value, DBT *dest)
{
	struct out o = { dest->data, 0, dest->ulen };
	struct parts last, k;
	size_t first;

	(void)db;
	if (take_apart(&last, last_key) == -1 || take_apart(&k, key) == -1)
		return EINVAL;
	first = shared_before(last.name, last.name_len, k.name, k.name_len);
	put_number(&o, first);
	put_bytes(&o, k.name + first, k.name_len - first);
	put_number(&o, k.start);
	put_number(&o, k.len);
	put_between(&o, last.path, last.path_len, k.path, k.path_len);
	put_between(&o, last_value->data, last_value->size, value->data,
	    value->size);
	dest->size = (u_int32_t)o.n;
	return o.n > o.room ? DB_BUFFER_SMALL : 0;
}

/* --- read ------------------------------------------------------------------- */

struct in {
	const unsigned char *p, *end;
};

static int
take_number(struct in *in, uint64_t *n)
{
	int shift = 0;

	for (*n = 0; in->p < in->end && shift < 63; shift += 7) {
		*n |= (uint64_t)(*in->p & 0x7f) << shift;
		if ((*in->p++ & 0x80) == 0)
			return 0;
	}
	return -1;
}

/* A text that shares its beginning and end with another. */
struct between {
	size_t first, n, end;
	const unsigned char *p;		/* n bytes; lent */
};

static int
take_between(struct in *in, struct between *b, size_t last_len, int behind)
{
	uint64_t first, end = 0, n;

	if (take_number(in, &first) == -1 ||
	    (behind && take_number(in, &end) == -1) ||
	    take_number(in, &n) == -1 || first > last_len ||
	    end > last_len - first || n > (size_t)(in->end - in->p))
		return -1;
	b->first = first;
	b->end = end;
	b->n = n;
	b->p = in->p;
	in->p += n;
	return 0;
}

static size_t
between_size(const struct between *b)
{
	return b->first + b->n + b->end;
}

static unsigned char *
fill_in(unsigned char *to, const struct between *b, const unsigned char *last,
    size_t last_len)
{
	if (b->first != 0)
		memcpy(to, last, b->first);
	if (b->n != 0)
		memcpy(to + b->first, b->p, b->n);
	if (b->end != 0)
		memcpy(to + b->first + b->n, last + last_len - b->end, b->end);
	return to + between_size(b);
}

/* Put a colon and the number before the end; returns where they begin. */
static char *
colon_number(char *end, uint64_t n)
{
	do
		*--end = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	*--end = ':';
	return end;
}

int
delta_unpress(DB *db, const DBT *last_key, const DBT *last_value,
    DBT *pressed, DBT *key, DBT *value)
{
	const unsigned char *begin = pressed->data;
	struct in in = { begin, begin + pressed->size };
	struct between name, path, v;
	char digits[48], *end = digits + sizeof digits, *span;
	struct parts last;
	unsigned char *p;
	uint64_t start, len;

	(void)db;
	if (take_apart(&last, last_key) == -1 ||
	    take_between(&in, &name, last.name_len, 0) == -1 ||
	    take_number(&in, &start) == -1 || take_number(&in, &len) == -1 ||
	    take_between(&in, &path, last.path_len, 1) == -1 ||
	    take_between(&in, &v, last_value->size, 1) == -1)
		return EINVAL;
	span = colon_number(colon_number(end, start + len), start);
	key->size = (u_int32_t)(between_size(&name) + (size_t)(end - span) +
	    1 + between_size(&path));
	value->size = (u_int32_t)between_size(&v);
	if (key->size > key->ulen || value->size > value->ulen)
		return DB_BUFFER_SMALL;
	p = fill_in(key->data, &name, last.name, last.name_len);
	memcpy(p, span, (size_t)(end - span));
	p += end - span;
	*p++ = ':';
	fill_in(p, &path, last.path, last.path_len);
	fill_in(value->data, &v, last_value->data, last_value->size);
	pressed->size = (u_int32_t)(in.p - begin);
	return 0;
}
