#include <string.h>

#include "record/field.h"
#include "base/utf8.h"
#include "record/record.h"

const char *const ref_kinds[REF_KINDS] = { "call", "type", "use" };

int
refs_can(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] == '"' || s[i] == '\\' || (unsigned char)s[i] < ' ' ||
		    ((unsigned char)s[i] == 0xc2 && n - i > 1 &&
		    (s[i + 1] & 0xe0) == 0x80))
			return 0;
	return n != 0 && utf8_valid(s, n) == n;
}

/* --- writing -------------------------------------------------------------------- */

static int
same_name(const struct ref *a, const struct ref *b)
{
	return a->kind == b->kind && a->len == b->len &&
	    memcmp(a->name, b->name, a->len) == 0;
}

void
refs_write(struct buf *out, const struct ref *r, size_t n)
{
	const struct ref *last = NULL, *end = r + n;

	for (; r < end; last = r++) {
		if (last != NULL && same_name(last, r)) {
			buf_putc(out, ',');
			decimal(out, r->byte_start);
			continue;
		}
		if (last == NULL)
			buf_putc(out, '{');
		else
			buf_puts(out, last->kind == r->kind ? "]," : "]},");
		if (last == NULL || last->kind != r->kind) {
			buf_putc(out, '"');
			buf_puts(out, ref_kinds[r->kind]);
			buf_puts(out, "\":{");
		}
		buf_putc(out, '"');
		buf_add(out, r->name, r->len);
		buf_puts(out, "\":[");
		decimal(out, r->byte_start);
	}
	if (last != NULL)
		buf_puts(out, "]}}");
}

/* --- reading -------------------------------------------------------------------- */

static int
literal(const char **p, const char *s)
{
	size_t n = strlen(s);

	if (strncmp(*p, s, n) != 0)
		return 0;
	*p += n;
	return 1;
}

/* Read the beginning of a kind that follows those before: 1, 0. */
static int
next_kind(struct refs *r, int first)
{
	int k = first ? 0 : (int)r->ref.kind + 1;

	if (*r->p++ != '"')
		return 0;
	for (; k < REF_KINDS; k++) {
		const char *p = r->p;

		if (literal(&p, ref_kinds[k]) && literal(&p, "\":{")) {
			r->p = p;
			r->ref.kind = (enum ref_kind)k;
			r->ref.name = NULL;
			return 1;
		}
	}
	return 0;
}

/* Read a name: 1, or 0 if it does not follow the last one of its kind. */
static int
next_name(struct refs *r)
{
	const char *s = r->p + 1, *end;
	size_t n;
	int diff;

	if (*r->p != '"' || (end = strchr(s, '"')) == NULL)
		return 0;
	n = (size_t)(end - s);
	if (r->ref.name != NULL) {
		diff = memcmp(r->ref.name, s, n < r->ref.len ? n : r->ref.len);
		if (diff > 0 || (diff == 0 && n <= r->ref.len))
			return 0;
	}
	r->p = end + 1;
	r->ref.name = s;
	r->ref.len = n;
	return literal(&r->p, ":[");
}

static int
next_number(struct refs *r)
{
	const char *s = r->p;
	uint64_t n = 0;

	for (; *r->p >= '0' && *r->p <= '9' && r->p - s < 17; r->p++)
		n = n * 10 + (uint64_t)(*r->p - '0');
	r->ref.byte_start = n;
	return r->p > s && n <= RECORD_NUMBER_MAX &&
	    (*s != '0' || r->p - s == 1);
}

int
refs_next(struct refs *r)
{
	uint64_t last = r->ref.byte_start;

	if (r->p == NULL)
		return 0;
	if (*r->p == '{') {
		r->p++;
		return next_kind(r, 1) && next_name(r) && next_number(r) ? 1 :
		    -1;
	}
	if (*r->p == ',') {
		r->p++;
		return next_number(r) && r->ref.byte_start > last ? 1 : -1;
	}
	if (*r->p++ != ']')
		return -1;
	if (*r->p == ',') {
		r->p++;
		return next_name(r) && next_number(r) ? 1 : -1;
	}
	if (*r->p++ != '}')
		return -1;
	if (*r->p == ',') {
		r->p++;
		return next_kind(r, 0) && next_name(r) && next_number(r) ? 1 :
		    -1;
	}
	return *r->p == '}' ? 0 : -1;
}
