#include <ctype.h>
#include <string.h>

#include "record/signature.h"

uint64_t
signature_end(const struct symbol *y)
{
	return y->body_start == RECORD_NONE ? y->byte_end : y->body_start;
}

void
signature_add(struct buf *out, const char *text, size_t n)
{
	size_t at = out->len, i, k;

	for (i = 0; i < n; i++) {
		int blank = isspace((unsigned char)text[i]) || text[i] == '\0';

		if (blank && (out->len == at || out->p[out->len - 1] == ' '))
			continue;
		buf_putc(out, blank ? ' ' : text[i]);
		if (out->len - at > SIGNATURE_MAX)
			break;
	}
	while (out->len > at && out->p[out->len - 1] == ' ')
		out->len--;
	if (out->len - at <= SIGNATURE_MAX)
		return;
	k = SIGNATURE_MAX - 4;
	while (k > 0 && ((unsigned char)out->p[at + k] & 0xc0) == 0x80)
		k--;			/* between characters */
	out->len = at + k;
	buf_puts(out, " ...");
}

void
signature_of(struct buf *out, const struct symbol *y,
    const struct record *chunk)
{
	uint64_t end = signature_end(y);

	if (end > chunk->byte_end)
		end = chunk->byte_end;
	if (y->byte_start >= chunk->byte_start && y->byte_start < end)
		signature_add(out, chunk->content +
		    (y->byte_start - chunk->byte_start),
		    (size_t)(end - y->byte_start));
}
