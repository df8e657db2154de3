#include <endian.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "index/inside.h"

int
index_damaged(void)
{
	warnx("the text index is damaged: kvls --repair");
	return -1;
}

/* --- numbers ---------------------------------------------------------------- */

void
put_number(struct buf *b, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		buf_putc(b, (int)(n & 0x7f) | 0x80);
	buf_putc(b, (int)n);
}

uint64_t
get_number(struct in *in)
{
	uint64_t n = 0;
	int shift = 0;

	for (; in->p < in->end && shift < 64; shift += 7) {
		n |= (uint64_t)(*in->p & 0x7f) << shift;
		if (*in->p++ < 0x80)
			return n;
	}
	in->bad = 1;
	in->p = in->end;
	return 0;
}

const unsigned char *
get_bytes(struct in *in, size_t n)
{
	const unsigned char *p = in->p;

	if ((size_t)(in->end - in->p) < n) {
		in->bad = 1;
		in->p = in->end;
		return NULL;
	}
	in->p += n;
	return p;
}

void
put_lengths(struct buf *b, uint64_t x, uint64_t y)
{
	buf_putc(b, (int)(x < 15 ? x : 15) << 4 | (int)(y < 15 ? y : 15));
	if (x >= 15)
		put_number(b, x - 15);
	if (y >= 15)
		put_number(b, y - 15);
}

void
put_shared(struct buf *b, struct buf *last, const char *s, size_t n)
{
	size_t same = 0;

	while (same < n && same < last->len && s[same] == last->p[same])
		same++;
	put_lengths(b, same, n - same);
	buf_add(b, s + same, n - same);
	last->len = same;
	buf_add(last, s + same, n - same);
}

void
get_lengths(struct in *in, uint64_t *x, uint64_t *y)
{
	const unsigned char *p = get_bytes(in, 1);

	*x = p != NULL ? *p >> 4 : 0;
	*y = p != NULL ? *p & 15 : 0;
	if (*x == 15)
		*x += get_number(in);
	if (*y == 15)
		*y += get_number(in);
}

/* Add the n lowest bits, at most 32. */
static void
put_bits(struct bits *o, uint64_t what, int n)
{
	uint64_t word;

	o->word |= what << o->n;
	o->n += n;
	if (o->n < 32)
		return;
	word = htole64(o->word);
	memcpy(buf_room(o->b, sizeof word), &word, sizeof word);
	o->b->len += 4;
	o->word >>= 32;
	o->n -= 32;
}

void
put_rice(struct bits *o, int low, uint64_t n)
{
	uint64_t high = --n >> low;

	for (; high >= 16; high -= 16)
		put_bits(o, 0, 16);
	put_bits(o, (uint64_t)1 << high, (int)high + 1);
	put_bits(o, n & (((uint64_t)1 << low) - 1), low);
}

void
end_bits(struct bits *o)
{
	for (; o->n > 0; o->n -= 8, o->word >>= 8)
		buf_putc(o->b, (int)(o->word & 0xff));
	o->word = 0;
	o->n = 0;
}

/* The bits from bit on, lowest first; at least 57, zeros after the end. */
static uint64_t
peek(const struct in *in, uint64_t bit)
{
	const unsigned char *p = in->p + bit / 8;
	uint64_t n = 0;
	int k;

	if (in->end - p >= 8) {
		memcpy(&n, p, sizeof n);
		n = le64toh(n);
	} else
		for (k = 0; p + k < in->end; k++)
			n |= (uint64_t)p[k] << 8 * k;
	return n >> bit % 8;
}

uint64_t
get_rice(const struct in *in, uint64_t *bit, int low)
{
	uint64_t size = (uint64_t)(in->end - in->p) * 8, high = 0, n;
	int noughts;

	for (;;) {
		if (*bit >= size)
			return 0;
		if ((n = peek(in, *bit)) != 0)
			break;
		high += 56;
		*bit += 56;
	}
	noughts = __builtin_ctzll(n);
	high += (uint64_t)noughts;
	*bit += (uint64_t)noughts + 1;
	n = peek(in, *bit) & (((uint64_t)1 << low) - 1);
	*bit += (uint64_t)low;
	return *bit > size ? 0 : (high << low | n) + 1;
}

/* --- keys --------------------------------------------------------------------- */

void
key_list(struct buf *key)
{
	key->len = 0;
	buf_putc(key, 'i');
}

static void
add_number(struct buf *key, uint32_t n)
{
	int shift;

	for (shift = 24; shift >= 0; shift -= 8)
		buf_putc(key, (int)(n >> shift & 0xff));
}

void
key_bytes(struct buf *key, uint32_t segment, char kind, const void *p,
    size_t n)
{
	key->len = 0;
	buf_putc(key, 's');
	add_number(key, segment);
	buf_putc(key, kind);
	if (n != 0)
		buf_add(key, p, n);
}

void
key_number(struct buf *key, uint32_t segment, char kind, uint32_t n)
{
	key_bytes(key, segment, kind, NULL, 0);
	add_number(key, n);
}

/* --- sums ----------------------------------------------------------------------- */

uint64_t
index_hash(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t word;

	h += n;
	for (; n >= sizeof word; p += sizeof word, n -= sizeof word) {
		memcpy(&word, p, sizeof word);
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	for (; n != 0; n--)
		h = (h ^ *p++) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

static void
sum(unsigned char out[BLOB_SUM], const void *key, size_t key_len,
    const void *p, size_t n)
{
	uint64_t h = index_hash(index_hash(n, key, key_len), p, n);
	int i;

	for (i = 0; i < BLOB_SUM; i++)
		out[i] = (unsigned char)(h >> 8 * i);
}

/* --- blobs that are written ----------------------------------------------------- */

static struct op *
new_op(struct ops *o, const void *key, size_t n)
{
	struct op *op;

	o->list = xgrow(o->list, &o->cap, o->n + 1, sizeof *o->list);
	op = &o->list[o->n++];
	*op = (struct op){ .key = o->bytes.len, .key_len = n };
	buf_add(&o->bytes, key, n);
	return op;
}

void
ops_put(struct ops *o, const struct buf *key, const void *p, size_t n)
{
	struct op *op = new_op(o, key->p, key->len);
	unsigned char s[BLOB_SUM];

	op->blob = o->bytes.len;
	op->blob_len = n + sizeof s;
	sum(s, key->p, key->len, p, n);
	if (n != 0)
		buf_add(&o->bytes, p, n);
	buf_add(&o->bytes, s, sizeof s);
}

void
ops_delete(struct ops *o, const void *key, size_t n)
{
	new_op(o, key, n)->delete = 1;
}

int
index_compare(const void *a, size_t alen, const void *b, size_t blen)
{
	int diff = memcmp(a, b, alen < blen ? alen : blen);

	return diff != 0 ? diff : (alen > blen) - (alen < blen);
}

static int
by_key(const void *a, const void *b, void *bytes)
{
	const struct op *x = a, *y = b;
	const char *p = bytes;

	return index_compare(p + x->key, x->key_len, p + y->key, y->key_len);
}

int
ops_write(struct ops *o, struct engine *e)
{
	size_t i;
	int status = 0;

	if (o->n != 0)
		qsort_r(o->list, o->n, sizeof *o->list, by_key, o->bytes.p);
	for (i = 0; status == 0 && i < o->n; i++) {
		const struct op *op = &o->list[i];
		struct buf key = { o->bytes.p + op->key, op->key_len, 0 };

		status = op->delete ? e->type->delete_blob(e, &key) :
		    e->type->put_blob(e, &key, o->bytes.p + op->blob,
		    op->blob_len);
	}
	o->n = o->bytes.len = 0;
	return status;
}

void
ops_free(struct ops *o)
{
	buf_free(&o->bytes);
	free(o->list);
	memset(o, 0, sizeof *o);
}

/* --- blobs that are read --------------------------------------------------------- */

int
blobs_seek(struct blobs *b, struct engine *e)
{
	struct query q = { .what = ROWS_BLOBS, .from = &b->from,
	    .to = &b->to };

	if (b->c != NULL && blobs_end(b, 0) == -1)
		return -1;
	b->e = e;
	b->in = (struct in){ NULL, NULL, 0 };
	b->c = e->type->seek(e, &q, NULL);
	return b->c != NULL ? 0 : -1;
}

int
blobs_next(struct blobs *b)
{
	int status = b->c->type->next(b->c, &b->row);
	unsigned char s[BLOB_SUM];
	const unsigned char *p = b->row.blob;
	size_t n = b->row.blob_len;

	if (status != 1)
		return status;
	if (n < BLOB_SUM)
		return index_damaged();
	n -= BLOB_SUM;
	sum(s, b->row.key, b->row.key_len, p, n);
	if (memcmp(s, p + n, sizeof s) != 0)
		return index_damaged();
	b->in = (struct in){ p, p + n, 0 };
	return 1;
}

int
blobs_end(struct blobs *b, int status)
{
	if (b->c != NULL && b->c->type->end(b->c) == -1)
		status = -1;
	b->c = NULL;
	return status;
}

void
blobs_free(struct blobs *b)
{
	buf_free(&b->from);
	buf_free(&b->to);
}
