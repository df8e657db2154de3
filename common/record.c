#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "record.h"

#define ONES	UINT64_C(0x0101010101010101)
#define HIGHS	UINT64_C(0x8080808080808080)

static uint64_t
word(const char *s)
{
	uint64_t w;

	memcpy(&w, s, sizeof w);
	return w;
}

/* The length of the valid UTF-8 sequence at s, 0 if there is none. */
static size_t
sequence(const unsigned char *s, size_t n)
{
	size_t len, i;
	unsigned char lo = 0x80, hi = 0xbf;	/* of the second byte */

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		len = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		len = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (n < len)
		return 0;
	switch (s[0]) {
	case 0xe0:	/* overlong below */
		lo = 0xa0;
		break;
	case 0xed:	/* surrogates above */
		hi = 0x9f;
		break;
	case 0xf0:
		lo = 0x90;
		break;
	case 0xf4:	/* over U+10FFFF above */
		hi = 0x8f;
		break;
	}
	if (s[1] < lo || s[1] > hi)
		return 0;
	for (i = 2; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

size_t
utf8_valid(const char *s, size_t n)
{
	size_t i = 0, k;

	while (i < n) {
		while (n - i >= 8 && (word(s + i) & HIGHS) == 0)
			i += 8;
		if (i == n)
			break;
		if ((k = sequence((const unsigned char *)s + i, n - i)) == 0)
			break;
		i += k;
	}
	return i;
}

/* Does a byte of w need a second look: a control, '"', '\\', or over 127? */
static int
special(uint64_t w)
{
	uint64_t quote = w ^ (ONES * '"'), slash = w ^ (ONES * '\\');

	return (((w - ONES * 0x20) | (quote - ONES) | (slash - ONES) | w) &
	    HIGHS) != 0;
}

void
json_string(struct buf *out, const char *s, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	static const char brief[32] = { ['\b'] = 'b', ['\f'] = 'f',
	    ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };
	size_t i = 0, k;
	char *o;

	/* No byte becomes more than six; room once keeps the loop tight. */
	o = buf_room(out, 6 * n + 2);
	*o++ = '"';
	while (i < n) {
		unsigned char c;

		while (n - i >= 8 && !special(word(s + i))) {
			memcpy(o, s + i, 8);
			o += 8;
			i += 8;
		}
		if (i == n)
			break;
		c = s[i];
		if (c == '"' || c == '\\') {
			*o++ = '\\';
			*o++ = c;
			i++;
		} else if (c >= 0x20 && c < 0x80) {
			*o++ = c;
			i++;
		} else if (c < 0x20 && brief[c] != 0) {
			*o++ = '\\';
			*o++ = brief[c];
			i++;
		} else if (c < 0x20) {
			memcpy(o, "\\u00", 4);
			o[4] = hex[c >> 4];
			o[5] = hex[c & 15];
			o += 6;
			i++;
		} else if ((k = sequence((const unsigned char *)s + i,
		    n - i)) != 0) {
			memcpy(o, s + i, k);
			o += k;
			i += k;
		} else {
			memcpy(o, "\xef\xbf\xbd", 3);	/* U+FFFD */
			o += 3;
			i++;
		}
	}
	*o++ = '"';
	out->len = o - out->p;
}

static void
base64(struct buf *out, const char *s, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *u = (const unsigned char *)s;
	char *o = buf_room(out, n / 3 * 4 + 6);

	*o++ = '"';
	for (; n >= 3; n -= 3, u += 3) {
		*o++ = digit[u[0] >> 2];
		*o++ = digit[(u[0] & 3) << 4 | u[1] >> 4];
		*o++ = digit[(u[1] & 15) << 2 | u[2] >> 6];
		*o++ = digit[u[2] & 63];
	}
	if (n != 0) {
		*o++ = digit[u[0] >> 2];
		*o++ = digit[(u[0] & 3) << 4 | (n == 2 ? u[1] >> 4 : 0)];
		*o++ = n == 2 ? digit[(u[1] & 15) << 2] : '=';
		*o++ = '=';
	}
	*o++ = '"';
	out->len = o - out->p;
}

/*
 * The members of an object. The key is a literal that brings its comma or
 * brace along, so that the text of a record is its code.
 */
static void
string(struct buf *out, const char *key, const char *s)
{
	buf_puts(out, key);
	if (s == NULL)
		buf_add(out, "null", 4);
	else
		json_string(out, s, strlen(s));
}

static void
decimal(struct buf *out, uint64_t n)
{
	char digits[20], *d = digits + sizeof digits;

	do
		*--d = '0' + n % 10;
	while ((n /= 10) != 0);
	buf_add(out, d, digits + sizeof digits - d);
}

static void
number(struct buf *out, const char *key, uint64_t n)
{
	buf_puts(out, key);
	decimal(out, n);
}

static void
optional(struct buf *out, const char *key, uint64_t n)
{
	if (n != RECORD_NONE)
		number(out, key, n);
}

static void
mtime(struct buf *out, int64_t ns)
{
	if (ns < 0) {
		number(out, ",\"mtime_ns\":-", -(uint64_t)ns);
	} else
		number(out, ",\"mtime_ns\":", ns);
}

/* Text where it is UTF-8, base64 under another name where it is not. */
static void
bytes(struct buf *out, const char *key, const char *key64, const char *s,
    size_t n)
{
	if (utf8_valid(s, n) == n) {
		buf_puts(out, key);
		json_string(out, s, n);
	} else {
		buf_puts(out, key64);
		base64(out, s, n);
	}
}

static void
path(struct buf *out, const struct record *r)
{
	bytes(out, ",\"file_path\":", ",\"file_path_base64\":", r->path,
	    strlen(r->path));
}

static void
begin(struct buf *out, const struct record *r)
{
	size_t i;

	number(out, ",\"format\":", r->format);
	buf_puts(out, ",\"roots\":[");
	for (i = 0; i < r->nroots; i++) {
		const char *s = r->roots[i];

		if (i != 0)
			buf_putc(out, ',');
		if (utf8_valid(s, strlen(s)) == strlen(s))
			json_string(out, s, strlen(s));
		else {
			buf_puts(out, "{\"base64\":");
			base64(out, s, strlen(s));
			buf_putc(out, '}');
		}
	}
	string(out, "],\"options\":", r->options);
}

static void
symbols(struct buf *out, const struct symbol *s, size_t n)
{
	buf_puts(out, ",\"symbols\":[");
	for (; n != 0; n--, s++) {
		string(out, "{\"name\":", s->name);
		string(out, ",\"kind\":", s->kind);
		string(out, ",\"scope\":", s->scope);
		number(out, ",\"byte_start\":", s->byte_start);
		number(out, ",\"byte_end\":", s->byte_end);
		number(out, ",\"start_line\":", s->start_line);
		number(out, ",\"end_line\":", s->end_line);
		buf_puts(out, n > 1 ? "}," : "}");
	}
	buf_putc(out, ']');
}

static void
chunk(struct buf *out, const struct record *r)
{
	size_t i;

	number(out, ",\"byte_start\":", r->byte_start);
	number(out, ",\"byte_end\":", r->byte_end);
	number(out, ",\"start_line\":", r->start_line);
	number(out, ",\"end_line\":", r->end_line);
	string(out, ",\"language\":", r->language);
	string(out, ",\"symbol_name\":", r->symbol_name);
	string(out, ",\"symbol_kind\":", r->symbol_kind);
	string(out, ",\"scope\":", r->scope);
	if (r->part[1] == 0)
		buf_puts(out, ",\"part\":null");
	else {
		number(out, ",\"part\":[", r->part[0]);
		number(out, ",", r->part[1]);
		buf_putc(out, ']');
	}
	symbols(out, r->symbols, r->nsymbols);
	bytes(out, ",\"content\":", ",\"content_base64\":", r->content,
	    r->content_len);
	string(out, ",\"content_hash\":", r->content_hash);
	buf_puts(out, ",\"labels\":[");
	for (i = 0; i < r->nlabels; i++)
		string(out, i == 0 ? "" : ",", r->labels[i]);
	buf_putc(out, ']');
	optional(out, ",\"created_at\":", r->created_at);
}

static void
ast(struct buf *out, const struct record *r)
{
	const struct ast_node *n = r->nodes, *end = n + r->nnodes;

	buf_puts(out, ",\"nodes\":[");
	for (; n < end; n++) {
		number(out, "{\"id\":", n->id);
		if (n->parent_id < 0)
			buf_puts(out, ",\"parent_id\":null");
		else
			number(out, ",\"parent_id\":", n->parent_id);
		string(out, ",\"kind\":", n->kind);
		number(out, ",\"byte_start\":", n->byte_start);
		number(out, ",\"byte_end\":", n->byte_end);
		buf_puts(out, n + 1 < end ? "}," : "}");
	}
	buf_putc(out, ']');
}

void
record_write(struct buf *out, const struct record *r)
{
	static const char *const head[] = {
		[RECORD_BEGIN] = "{\"type\":\"begin\"",
		[RECORD_FILE] = "{\"type\":\"file\"",
		[RECORD_CHUNK] = "{\"type\":\"chunk\"",
		[RECORD_AST] = "{\"type\":\"ast\"",
		[RECORD_KEEP] = "{\"type\":\"keep\"",
		[RECORD_SKIP] = "{\"type\":\"skip\"",
		[RECORD_GONE] = "{\"type\":\"gone\"",
		[RECORD_END] = "{\"type\":\"end\"",
	};

	buf_puts(out, head[r->type]);
	if (r->type != RECORD_BEGIN && r->type != RECORD_END)
		path(out, r);
	switch (r->type) {
	case RECORD_BEGIN:
		begin(out, r);
		break;
	case RECORD_FILE:
		string(out, ",\"language\":", r->language);
		number(out, ",\"size\":", r->size);
		mtime(out, r->mtime_ns);
		string(out, ",\"content_hash\":", r->content_hash);
		number(out, ",\"parse_errors\":", r->parse_errors);
		optional(out, ",\"chunks\":", r->chunks);
		optional(out, ",\"stored_at\":", r->stored_at);
		break;
	case RECORD_CHUNK:
		chunk(out, r);
		break;
	case RECORD_AST:
		ast(out, r);
		break;
	case RECORD_KEEP:
		mtime(out, r->mtime_ns);
		break;
	case RECORD_SKIP:
		string(out, ",\"reason\":", r->reason);
		optional(out, ",\"size\":", r->size);
		if (r->mtime_ns != INT64_MIN)
			mtime(out, r->mtime_ns);
		optional(out, ",\"stored_at\":", r->stored_at);
		break;
	case RECORD_GONE:
		break;
	case RECORD_END:
		number(out, ",\"files\":", r->files);
		number(out, ",\"chunks\":", r->chunks);
		number(out, ",\"skipped\":", r->skipped);
		number(out, ",\"errors\":", r->errors);
		break;
	}
	buf_add(out, "}\n", 2);
}
