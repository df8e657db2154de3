#include <string.h>

#include "engine/bdb/key.h"
#include "record/record.h"

static void
doubled(struct buf *out, const char *s)
{
	const char *colon;

	for (; (colon = strchr(s, ':')) != NULL; s = colon + 1) {
		buf_add(out, s, colon - s);
		buf_add(out, "::", 2);
	}
	buf_puts(out, s);
}

/* Write digits so that they end at end; returns where they begin. */
static char *
decimal_digits(char *end, uint64_t n)
{
	do
		*--end = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	return end;
}

static void
put_decimal(struct buf *out, uint64_t n)
{
	char text[21], *end = text + sizeof text, *d = decimal_digits(end, n);

	*--d = ':';
	buf_add(out, d, end - d);
}

/* Append a number and a blank. */
static void
word(struct buf *out, uint64_t n)
{
	char text[21], *end = text + sizeof text, *d;

	end[-1] = ' ';
	d = decimal_digits(end - 1, n);
	buf_add(out, d, end - d);
}

void
key_chunk(struct buf *out, const char *path, uint64_t start, uint64_t end)
{
	buf_puts(out, "chunk:");
	doubled(out, path);
	put_decimal(out, start);
	put_decimal(out, end);
}

void
key_file(struct buf *out, const char *path)
{
	buf_puts(out, "file:");
	doubled(out, path);
}

void
key_ast(struct buf *out, const char *path)
{
	buf_puts(out, "ast:file:");
	doubled(out, path);
}

void
key_label(struct buf *out, const char *label, const char *path,
    uint64_t start, uint64_t end)
{
	buf_puts(out, "label:");
	buf_puts(out, label);
	buf_putc(out, ':');
	doubled(out, path);
	put_decimal(out, start);
	put_decimal(out, end);
}

void
key_symbol(struct buf *out, const char *name, uint64_t start, uint64_t end,
    const char *path)
{
	buf_puts(out, "sym:");
	doubled(out, name);
	put_decimal(out, start);
	put_decimal(out, end);
	buf_putc(out, ':');
	doubled(out, path);
}

void
key_meta(struct buf *out, const char *what)
{
	buf_puts(out, "meta:");
	buf_puts(out, what);
}

void
key_symbol_value(struct buf *out, const struct symbol *y, uint64_t start,
    uint64_t end)
{
	word(out, y->start_line);
	word(out, y->end_line - y->start_line);
	word(out, y->byte_start - start);
	word(out, end - start);
	word(out, y->byte_start - symbol_doc(y));
	word(out, y->body_start == RECORD_NONE ? 0 :
	    y->body_start - y->byte_start);
	if (y->labels != NULL)
		buf_puts(out, y->labels);
	buf_putc(out, '\0');
	buf_puts(out, y->kind);
	if (y->scope != NULL) {
		buf_putc(out, '\0');
		buf_puts(out, y->scope);
	}
}

/* The range from what from has, s and a digit to the same, s and a ':'. */
static void
digits_range(struct buf *from, struct buf *to, const char *s)
{
	doubled(from, s);
	buf_add(to, from->p, from->len);
	buf_puts(from, ":0");
	buf_puts(to, "::");
}

void
key_chunk_range(struct buf *from, struct buf *to, const char *path)
{
	from->len = to->len = 0;
	buf_puts(from, "chunk:");
	digits_range(from, to, path);
}

void
key_symbol_range(struct buf *from, struct buf *to, const char *name)
{
	from->len = to->len = 0;
	buf_puts(from, "sym:");
	digits_range(from, to, name);
}

void
key_symbol_prefix_range(struct buf *from, struct buf *to, const char *prefix)
{
	from->len = to->len = 0;
	buf_puts(from, "sym:");
	doubled(from, prefix);
	buf_add(to, from->p, from->len);
	while (to->p[to->len - 1] == '\xff')
		to->len--;
	to->p[to->len - 1]++;
}

void
key_label_file_range(struct buf *from, struct buf *to, const char *label,
    const char *path)
{
	from->len = to->len = 0;
	buf_puts(from, "label:");
	buf_puts(from, label);
	buf_putc(from, ':');
	digits_range(from, to, path);
}

void
key_label_range(struct buf *from, struct buf *to, const char *label)
{
	from->len = to->len = 0;
	buf_puts(from, "label:");
	buf_puts(from, label);
	buf_add(to, from->p, from->len);
	buf_putc(from, ':');
	buf_putc(to, ':' + 1);
}

void
key_below_range(struct buf *from, struct buf *to, const char *dir)
{
	from->len = to->len = 0;
	buf_puts(from, "file:");
	if (strcmp(dir, ".") == 0) {
		buf_puts(to, "file;");
		return;
	}
	doubled(from, dir);
	if (strcmp(dir, "/") == 0)
		from->len--;
	buf_add(to, from->p, from->len);
	buf_putc(from, '/');
	buf_putc(to, '/' + 1);
}

/* --- taking apart --------------------------------------------------------- */

struct key_text {
	const char *p, *end;
};

/* Undo the doubling up to the end or a separator; the result ends in a NUL. */
static void
undouble(struct key_text *c, struct buf *out)
{
	const char *colon;

	while ((colon = memchr(c->p, ':', c->end - c->p)) != NULL &&
	    c->end - colon >= 2 && colon[1] == ':') {
		buf_add(out, c->p, colon + 1 - c->p);
		c->p = colon + 2;
	}
	if (colon == NULL)
		colon = c->end;
	buf_add(out, c->p, colon - c->p);
	buf_putc(out, '\0');
	c->p = colon;
}

/* Parse a plain number. */
static int
parse_digits(struct key_text *c, uint64_t *n)
{
	const char *s = c->p;

	*n = 0;
	for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++)
		if ((*n = *n * 10 + (*c->p - '0')) > RECORD_NUMBER_MAX)
			return -1;
	return c->p == s || (*s == '0' && c->p - s > 1) ? -1 : 0;
}

static int
parse_number(struct key_text *c, uint64_t *n)
{
	if (c->p == c->end || *c->p++ != ':')
		return -1;
	return parse_digits(c, n);
}

static int
parse_span(struct key_text *c, struct key *k)
{
	if (parse_number(c, &k->start) == -1 ||
	    parse_number(c, &k->end) == -1)
		return -1;
	return k->start <= k->end ? 0 : -1;
}

static int
literal(struct key_text *c, const char *s)
{
	size_t n = strlen(s);

	if ((size_t)(c->end - c->p) < n || memcmp(c->p, s, n) != 0)
		return 0;
	c->p += n;
	return 1;
}

int
key_parse(struct key *k, const void *bytes, size_t n)
{
	struct key_text c = { bytes, (const char *)bytes + n };
	const char *colon;
	size_t path_at, name_at;
	int status = 0;

	k->text.len = 0;
	k->start = k->end = 0;
	buf_putc(&k->text, '\0');	/* "" for what is absent */
	path_at = name_at = 0;
	if (n == 0 || memchr(bytes, '\0', n) != NULL)
		return -1;
	if (literal(&c, "chunk:")) {
		k->kind = KEY_CHUNK;
		path_at = k->text.len;
		undouble(&c, &k->text);
		status = parse_span(&c, k);
	} else if (literal(&c, "file:")) {
		k->kind = KEY_FILE;
		path_at = k->text.len;
		undouble(&c, &k->text);
	} else if (literal(&c, "ast:file:")) {
		k->kind = KEY_AST;
		path_at = k->text.len;
		undouble(&c, &k->text);
	} else if (literal(&c, "label:")) {
		k->kind = KEY_LABEL;
		if ((colon = memchr(c.p, ':', c.end - c.p)) == NULL)
			return -1;
		name_at = k->text.len;
		buf_add(&k->text, c.p, colon - c.p);
		buf_putc(&k->text, '\0');
		c.p = colon + 1;
		path_at = k->text.len;
		undouble(&c, &k->text);
		status = parse_span(&c, k);
	} else if (literal(&c, "sym:")) {
		k->kind = KEY_SYMBOL;
		name_at = k->text.len;
		undouble(&c, &k->text);
		status = parse_span(&c, k);
		if (status == -1 || c.p == c.end || *c.p++ != ':')
			return -1;
		path_at = k->text.len;
		undouble(&c, &k->text);
	} else if (literal(&c, "meta:")) {
		k->kind = KEY_META;
		name_at = k->text.len;
		buf_add(&k->text, c.p, c.end - c.p);
		buf_putc(&k->text, '\0');
		c.p = c.end;
	} else
		return -1;
	if (status == -1 || c.p != c.end)
		return -1;
	k->path = k->text.p + path_at;
	k->name = k->text.p + name_at;
	if (k->kind != KEY_META && *k->path == '\0')
		return -1;
	return 0;
}

static int
parse_word(struct key_text *c, uint64_t *n)
{
	if (parse_digits(c, n) == -1)
		return -1;
	return c->p < c->end && *c->p++ == ' ' ? 0 : -1;
}

int
key_symbol_parse(struct symbol *y, uint64_t *start, uint64_t *end,
    const struct key *k, const char *value, size_t n)
{
	struct key_text c = { value, value + n };
	const char *nul;
	uint64_t lines, into, len, doc, body;

	if (parse_word(&c, &y->start_line) == -1 ||
	    parse_word(&c, &lines) == -1 || parse_word(&c, &into) == -1 ||
	    parse_word(&c, &len) == -1 || parse_word(&c, &doc) == -1 ||
	    parse_word(&c, &body) == -1 || into > k->start ||
	    doc > k->start || (body != 0 && body >= k->end - k->start) ||
	    y->start_line == 0 ||
	    (nul = memchr(c.p, '\0', c.end - c.p)) == NULL ||
	    (nul != c.p && nul[-1] != ':'))
		return -1;
	y->name = k->name;
	y->labels = nul != c.p ? c.p : NULL;
	y->doc_start = doc != 0 ? k->start - doc : RECORD_NONE;
	y->body_start = body != 0 ? k->start + body : RECORD_NONE;
	c.p = nul + 1;
	y->kind = c.p;
	nul = memchr(c.p, '\0', c.end - c.p);
	y->scope = nul != NULL ? nul + 1 : NULL;
	y->byte_start = k->start;
	y->byte_end = k->end;
	y->end_line = y->start_line + lines;
	*start = k->start - into;
	*end = *start + len;
	return nul != NULL && memchr(nul + 1, '\0', c.end - nul - 1) != NULL ?
	    -1 : 0;
}

void
key_free(struct key *k)
{
	buf_free(&k->text);
}

int
key_compare(const void *a, size_t alen, const void *b, size_t blen)
{
	size_t n = alen < blen ? alen : blen;
	int diff = n != 0 ? memcmp(a, b, n) : 0;	/* NULL may be empty */

	return diff != 0 ? diff : (alen > blen) - (alen < blen);
}
