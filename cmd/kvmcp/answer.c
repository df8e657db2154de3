#include <string.h>

#include "answer.h"
#include "base/visible.h"
#include "record/record.h"

/* The rest of a result, besides its items: the JSON around them, and the
 * remarks at the end. */
#define AROUND	640

int
answer_wants(const struct answer *a)
{
	return !a->full && a->total >= a->first;
}

void
answer_pass(struct answer *a)
{
	a->total++;
}

void
answer_visible(struct buf *out, const char *s, size_t n)
{
	char piece[512];
	size_t k;

	while (n != 0) {
		for (k = 0; k < n && s[k] != '\n' && s[k] != '\t' &&
		    !(s[k] == '\r' && k + 1 < n && s[k + 1] == '\n'); k++)
			;
		if (k == 0) {
			if (*s != '\r')		/* it ends a line as well */
				buf_putc(out, *s);
			k = 1;
		} else {
			k = visible(piece, sizeof piece, s, k);
			buf_puts(out, piece);
		}
		s += k;
		n -= k;
	}
}

static void
quote(struct buf *out, const char *s, size_t n)
{
	out->len = 0;
	json_quote(out, s, n);
}

/*
 * How many bytes of the text, once quoted, fit into the room? Whole lines if
 * possible, else whole characters. The text is visible, so a character takes
 * its bytes and at most a backslash.
 */
static size_t
fitting(const char *s, size_t n, size_t room)
{
	size_t i, used = 0, line = 0;

	for (i = 0; i < n; i++) {
		used += s[i] == '\n' || s[i] == '\t' || s[i] == '"' ||
		    s[i] == '\\' ? 2 : 1;
		if (used > room)
			break;
		if (s[i] == '\n')
			line = i + 1;
	}
	if (i == n || line != 0)
		return i == n ? n : line;
	while (i > 0 && ((unsigned char)s[i] & 0xc0) == 0x80)
		i--;
	return i;
}

void
answer_item(struct answer *a, const char *text, size_t n,
    const struct buf *object)
{
	size_t used = AROUND + a->text.len + a->hits.len, extra, k;
	size_t room = a->max > used ? a->max - used : 0;
	int first = a->text.len == 0;

	a->total++;
	a->raw.len = 0;
	answer_visible(&a->raw, text, n);
	if (a->offset > a->raw.len)
		a->offset = a->raw.len;
	text = a->raw.p + a->offset;
	n = a->raw.len - a->offset;
	extra = a->structured && object != NULL ? object->len + 1 : 0;
	if (extra > room / 2 && first)
		extra = 0;		/* a monster; the text has it as well */
	k = extra <= room ? fitting(text, n, room - extra) : 0;
	if (k < n && !first)
		k = 0;
	if (k != 0) {
		quote(&a->quoted, text, k);
		buf_add(&a->text, a->quoted.p + 1, a->quoted.len - 2);
	}
	if (extra != 0 && (k == n || first)) {
		if (a->hits.len != 0)
			buf_putc(&a->hits, ',');
		buf_add(&a->hits, object->p, object->len);
	}
	if (k < n) {
		a->full = 1;
		a->next = a->total - 1;
		a->next_offset = k != 0 ? a->offset + k : 0;
	} else
		a->shown++;
	a->offset = 0;
}

void
answer_free(struct answer *a)
{
	buf_free(&a->text);
	buf_free(&a->hits);
	buf_free(&a->raw);
	buf_free(&a->quoted);
}
