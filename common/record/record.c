#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "record/field.h"
#include "base/hash.h"
#include "record/record.h"

const char json_brief[32] = { ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n',
    ['\r'] = 'r', ['\t'] = 't' };

void
json_quote(struct buf *out, const char *s, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t i = 0, k;
	char *o;

	/* No byte becomes more than six; room once keeps the loop tight. */
	o = buf_room(out, 6 * n + 8);
	*o++ = '"';
	while (i < n) {
		unsigned char c;

		while (n - i >= 8) {
			memcpy(o, s + i, 8);
			k = plain(s + i);
			o += k;
			i += k;
			if (k < 8)
				break;
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
		} else if (c < 0x20 && json_brief[c] != 0) {
			*o++ = '\\';
			*o++ = json_brief[c];
			i++;
		} else if (c < 0x20) {
			memcpy(o, "\\u00", 4);
			o[4] = hex[c >> 4];
			o[5] = hex[c & 15];
			o += 6;
			i++;
		} else if (c == 0xc2 && n - i > 1 && (s[i + 1] & 0xe0) == 0x80) {
			/* U+0080 to U+009F: a terminal would obey them */
			memcpy(o, "\\u00", 4);
			o[4] = hex[(unsigned char)s[i + 1] >> 4];
			o[5] = hex[s[i + 1] & 15];
			o += 6;
			i += 2;
		} else if ((k = utf8_sequence(s + i, n - i)) != 0) {
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

void
decimal(struct buf *out, uint64_t n)
{
	char digits[20], *d = digits + sizeof digits;

	do
		*--d = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	buf_add(out, d, digits + sizeof digits - d);
}

void
record_init(struct record *r, enum record_type type)
{
	memset(r, 0, sizeof *r);
	r->type = type;
	r->size = r->chunks = r->stored_at = r->created_at = RECORD_NONE;
	r->mtime_ns = INT64_MIN;
}

int
skip_keeps(const char *reason)
{
	static const char *const names[] = { "unreadable", "vanished",
	    "changed" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(reason, names[i]) == 0)
			return 1;
	return 0;
}

/* --- the fields ----------------------------------------------------------- */

const char *const record_names[] = {
	[RECORD_BEGIN] = "begin", [RECORD_FILE] = "file",
	[RECORD_CHUNK] = "chunk", [RECORD_AST] = "ast",
	[RECORD_KEEP] = "keep", [RECORD_SKIP] = "skip",
	[RECORD_GONE] = "gone", [RECORD_END] = "end", NULL
};

#define ONE(name, kind, flags, type, member) \
	{ KEYS(name), kind, flags, offsetof(struct type, member), 0 }
#define LIST(name, kind, flags, member, count) \
	{ KEYS(name), kind, flags, offsetof(struct record, member), \
	    offsetof(struct record, count) }
#define REC(name, kind, flags, member) ONE(name, kind, flags, record, member)
#define SYM(name, kind, flags, member) ONE(name, kind, flags, symbol, member)
#define NODE(name, kind, member) ONE(name, kind, 0, ast_node, member)
#define LAST { NULL, NULL, 0, 0, 0, 0, 0, 0 }

static const struct field begin_fields[] = {
	REC("format", F_NUMBER, 0, format),
	LIST("roots", F_ROOTS, 0, roots, nroots),
	REC("options", F_STRING, 0, options),
	LAST
};

static const struct field file_fields[] = {
	REC("file_path", F_PATH, 0, path),
	REC("language", F_STRING, 0, language),
	REC("size", F_NUMBER, 0, size),
	REC("mtime_ns", F_TIME, 0, mtime_ns),
	REC("content_hash", F_HASH, F_NULL, content_hash),
	REC("parse_errors", F_NUMBER, 0, parse_errors),
	REC("options", F_STRING, F_OPTIONAL, options),
	REC("chunks", F_NUMBER, F_OPTIONAL | F_ADDED, chunks),
	REC("stored_at", F_NUMBER, F_OPTIONAL | F_ADDED, stored_at),
	LAST
};

static const struct field chunk_fields[] = {
	REC("file_path", F_PATH, 0, path),
	REC("byte_start", F_NUMBER, 0, byte_start),
	REC("byte_end", F_NUMBER, 0, byte_end),
	REC("start_line", F_NUMBER, 0, start_line),
	REC("end_line", F_NUMBER, 0, end_line),
	REC("language", F_STRING, 0, language),
	REC("symbol_name", F_STRING, F_NULL, symbol_name),
	REC("symbol_kind", F_STRING, F_NULL, symbol_kind),
	REC("scope", F_STRING, F_NULL, scope),
	REC("part", F_PART, 0, part),
	LIST("symbols", F_SYMBOLS, 0, symbols, nsymbols),
	LIST("content", F_BYTES, 0, content, content_len),
	REC("content_hash", F_HASH, 0, content_hash),
	LIST("labels", F_LABELS, F_OPTIONAL, labels, nlabels),
	REC("refs", F_REFS, F_OPTIONAL, refs),
	REC("created_at", F_NUMBER, F_OPTIONAL | F_ADDED, created_at),
	LAST
};

static const struct field ast_fields[] = {
	REC("file_path", F_PATH, 0, path),
	LIST("nodes", F_NODES, 0, nodes, nnodes),
	LAST
};

static const struct field keep_fields[] = {
	REC("file_path", F_PATH, 0, path),
	REC("mtime_ns", F_TIME, 0, mtime_ns),
	LAST
};

static const struct field skip_fields[] = {
	REC("file_path", F_PATH, 0, path),
	REC("reason", F_STRING, 0, reason),
	REC("size", F_NUMBER, F_OPTIONAL, size),
	REC("mtime_ns", F_TIME, F_OPTIONAL, mtime_ns),
	REC("options", F_STRING, F_OPTIONAL, options),
	REC("stored_at", F_NUMBER, F_OPTIONAL | F_ADDED, stored_at),
	LAST
};

static const struct field gone_fields[] = {
	REC("file_path", F_PATH, 0, path),
	LAST
};

static const struct field end_fields[] = {
	REC("files", F_NUMBER, 0, files),
	REC("chunks", F_NUMBER, 0, chunks),
	REC("skipped", F_NUMBER, 0, skipped),
	REC("errors", F_NUMBER, 0, errors),
	LAST
};

const struct field *const record_fields[] = {
	[RECORD_BEGIN] = begin_fields, [RECORD_FILE] = file_fields,
	[RECORD_CHUNK] = chunk_fields, [RECORD_AST] = ast_fields,
	[RECORD_KEEP] = keep_fields, [RECORD_SKIP] = skip_fields,
	[RECORD_GONE] = gone_fields, [RECORD_END] = end_fields,
};

const struct field symbol_fields[] = {
	SYM("name", F_STRING, 0, name),
	SYM("kind", F_STRING, 0, kind),
	SYM("scope", F_STRING, F_NULL, scope),
	SYM("byte_start", F_NUMBER, 0, byte_start),
	SYM("byte_end", F_NUMBER, 0, byte_end),
	SYM("start_line", F_NUMBER, 0, start_line),
	SYM("end_line", F_NUMBER, 0, end_line),
	SYM("doc_start", F_NUMBER, F_OPTIONAL, doc_start),
	SYM("body_start", F_NUMBER, F_OPTIONAL, body_start),
	SYM("labels", F_JOINED, F_OPTIONAL, labels),
	LAST
};

const struct field node_fields[] = {
	NODE("id", F_NUMBER, id),
	NODE("parent_id", F_PARENT, parent_id),
	NODE("kind", F_STRING, kind),
	NODE("byte_start", F_NUMBER, byte_start),
	NODE("byte_end", F_NUMBER, byte_end),
	LAST
};

/* --- writing them --------------------------------------------------------- */

static void
null(struct buf *out)
{
	buf_add(out, "null", 4);
}

static void
string(struct buf *out, const char *s)
{
	if (s == NULL)
		null(out);
	else
		json_quote(out, s, strlen(s));
}

static void
integer(struct buf *out, int64_t n)
{
	if (n < 0)
		buf_putc(out, '-');
	decimal(out, n < 0 ? -(uint64_t)n : (uint64_t)n);
}

/* Text if it is UTF-8, else base64 under another name. */
static void
bytes(struct buf *out, const struct field *f, const char *s, size_t n)
{
	if (utf8_valid(s, n) == n) {
		buf_add(out, f->key, f->len);
		json_quote(out, s, n);
	} else {
		buf_add(out, f->key64, f->len64);
		base64(out, s, n);
	}
}

void
json_path(struct buf *out, const char *key, const char *path)
{
	size_t n = strlen(path);
	int text = utf8_valid(path, n) == n;

	buf_putc(out, '"');
	buf_puts(out, key);
	buf_puts(out, text ? "\":" : "_base64\":");
	if (text)
		json_quote(out, path, n);
	else
		base64(out, path, n);
}

/* Values written after their keys. */

static void
write_number(struct buf *out, const struct field *f, const void *base)
{
	decimal(out, CMEMBER(uint64_t, base, f->at));
}

static void
write_time(struct buf *out, const struct field *f, const void *base)
{
	integer(out, CMEMBER(int64_t, base, f->at));
}

static void
write_parent(struct buf *out, const struct field *f, const void *base)
{
	if (CMEMBER(int64_t, base, f->at) < 0)
		null(out);
	else
		write_time(out, f, base);
}

static void
write_string(struct buf *out, const struct field *f, const void *base)
{
	string(out, CMEMBER(const char *, base, f->at));
}

static void
write_refs(struct buf *out, const struct field *f, const void *base)
{
	buf_puts(out, CMEMBER(const char *, base, f->at));
}

static void
write_part(struct buf *out, const struct field *f, const void *base)
{
	const uint64_t *part = &CMEMBER(uint64_t, base, f->at);

	if (part[1] == 0) {
		null(out);
		return;
	}
	buf_putc(out, '[');
	decimal(out, part[0]);
	buf_putc(out, ',');
	decimal(out, part[1]);
	buf_putc(out, ']');
}

static void
write_joined(struct buf *out, const struct field *f, const void *base)
{
	const char *s = CMEMBER(const char *, base, f->at), *colon;
	int before = '[';

	for (; (colon = strchr(s, ':')) != NULL; s = colon + 1) {
		buf_putc(out, before);
		json_quote(out, s, colon - s);
		before = ',';
	}
	buf_putc(out, ']');
}

void
json_roots(struct buf *out, const char *const *root, size_t n)
{
	size_t i, len;

	buf_putc(out, '[');
	for (i = 0; i < n; i++) {
		len = strlen(root[i]);
		if (i != 0)
			buf_putc(out, ',');
		if (utf8_valid(root[i], len) == len)
			json_quote(out, root[i], len);
		else {
			buf_puts(out, "{\"base64\":");
			base64(out, root[i], len);
			buf_putc(out, '}');
		}
	}
	buf_putc(out, ']');
}

static void
write_roots(struct buf *out, const struct field *f, const void *base)
{
	json_roots(out, CMEMBER(const char *const *, base, f->at),
	    CMEMBER(size_t, base, f->count_at));
}

static void
write_labels(struct buf *out, const struct field *f, const void *base)
{
	const char *const *label = CMEMBER(const char *const *, base, f->at);
	size_t i, n = CMEMBER(size_t, base, f->count_at);

	buf_putc(out, '[');
	for (i = 0; i < n; i++) {
		if (i != 0)
			buf_putc(out, ',');
		string(out, label[i]);
	}
	buf_putc(out, ']');
}

static void fields(struct buf *, const struct field *, const void *, int);

static void
objects(struct buf *out, const struct field *f, const void *base,
    const struct field *members, size_t size)
{
	const char *p = CMEMBER(const char *, base, f->at);
	size_t i, n = CMEMBER(size_t, base, f->count_at);

	buf_putc(out, '[');
	for (i = 0; i < n; i++) {
		if (i != 0)
			buf_putc(out, ',');
		fields(out, members, p + i * size, '{');
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void
write_symbols(struct buf *out, const struct field *f, const void *base)
{
	objects(out, f, base, symbol_fields, sizeof(struct symbol));
}

static void
write_nodes(struct buf *out, const struct field *f, const void *base)
{
	objects(out, f, base, node_fields, sizeof(struct ast_node));
}

/* Values whose key says whether they are base64. */

static void
write_path(struct buf *out, const struct field *f, const void *base)
{
	const char *s = CMEMBER(const char *, base, f->at);

	bytes(out, f, s, strlen(s));
}

static void
write_bytes(struct buf *out, const struct field *f, const void *base)
{
	bytes(out, f, CMEMBER(const char *, base, f->at),
	    CMEMBER(size_t, base, f->count_at));
}

/* Tests for absent optional fields. */

static int
no_number(const struct field *f, const void *base)
{
	return CMEMBER(uint64_t, base, f->at) == RECORD_NONE;
}

static int
no_time(const struct field *f, const void *base)
{
	return CMEMBER(int64_t, base, f->at) == INT64_MIN;
}

static int
no_string(const struct field *f, const void *base)
{
	return CMEMBER(const char *, base, f->at) == NULL;
}

/* Copies: the copy owns what a field points to. */

static void
copy_string(struct pool *p, const struct field *f, struct record *r)
{
	const char **s = &MEMBER(const char *, r, f->at);

	*s = pool_string(p, *s);
}

static void
copy_bytes(struct pool *p, const struct field *f, struct record *r)
{
	const void **s = &MEMBER(const void *, r, f->at);

	*s = pool_copy(p, *s, MEMBER(size_t, r, f->count_at));
}

static void
copy_strings(struct pool *p, const struct field *f, struct record *r)
{
	const char *const **s = &MEMBER(const char *const *, r, f->at);
	size_t i, n = MEMBER(size_t, r, f->count_at);
	const char **copy;

	if (*s == NULL)
		return;
	copy = pool_take(p, n * sizeof *copy);
	for (i = 0; i < n; i++)
		copy[i] = pool_string(p, (*s)[i]);
	*s = copy;
}

static void
copy_symbols(struct pool *p, const struct field *f, struct record *r)
{
	const struct symbol **s = &MEMBER(const struct symbol *, r, f->at);
	size_t i, n = MEMBER(size_t, r, f->count_at);
	struct symbol *copy = pool_take(p, n * sizeof *copy);

	for (i = 0; i < n; i++) {
		copy[i] = (*s)[i];
		copy[i].name = pool_string(p, copy[i].name);
		copy[i].kind = pool_string(p, copy[i].kind);
		copy[i].scope = pool_string(p, copy[i].scope);
		copy[i].labels = pool_string(p, copy[i].labels);
	}
	*s = copy;
}

static void
copy_nodes(struct pool *p, const struct field *f, struct record *r)
{
	const struct ast_node **s = &MEMBER(const struct ast_node *, r, f->at);
	size_t i, n = MEMBER(size_t, r, f->count_at);
	struct ast_node *copy = pool_take(p, n * sizeof *copy);

	for (i = 0; i < n; i++) {
		copy[i] = (*s)[i];
		copy[i].kind = pool_string(p, copy[i].kind);
	}
	*s = copy;
}

/*
 * All about a kind of field, except how to read it (record_read.c). absent: for
 * optional ones, else never called. copy: for those that point somewhere.
 */
static const struct written {
	void (*write)(struct buf *out, const struct field *f,
	    const void *base);
	int keyed;			/* it writes the key as well */
	int (*absent)(const struct field *f, const void *base);
	void (*copy)(struct pool *p, const struct field *f, struct record *r);
} written[] = {
	[F_NUMBER] = { write_number, 0, no_number, NULL },
	[F_TIME] = { write_time, 0, no_time, NULL },
	[F_PARENT] = { write_parent, 0, NULL, NULL },
	[F_STRING] = { write_string, 0, no_string, copy_string },
	[F_HASH] = { write_string, 0, NULL, copy_string },
	[F_REFS] = { write_refs, 0, no_string, copy_string },
	[F_PATH] = { write_path, 1, NULL, copy_string },
	[F_BYTES] = { write_bytes, 1, NULL, copy_bytes },
	[F_PART] = { write_part, 0, NULL, NULL },
	[F_JOINED] = { write_joined, 0, no_string, copy_string },
	[F_ROOTS] = { write_roots, 0, NULL, copy_strings },
	[F_LABELS] = { write_labels, 0, NULL, copy_strings },
	[F_SYMBOLS] = { write_symbols, 0, NULL, copy_symbols },
	[F_NODES] = { write_nodes, 0, NULL, copy_nodes },
};

/* Write the members of an object; before precedes the first. */
static void
fields(struct buf *out, const struct field *f, const void *base, int before)
{
	const struct written *w;

	for (; f->key != NULL; f++) {
		w = &written[f->kind];
		if ((f->flags & F_OPTIONAL) != 0 && w->absent != NULL &&
		    w->absent(f, base))
			continue;
		buf_putc(out, before);
		before = ',';
		if (!w->keyed)
			buf_add(out, f->key, f->len);
		w->write(out, f, base);
	}
}

/* The first field that a store adds, or the end. */
static const struct field *
added_fields(enum record_type type)
{
	const struct field *f = record_fields[type];

	while (f->key != NULL && (f->flags & F_ADDED) == 0)
		f++;
	return f;
}

void
record_write(struct buf *out, const struct record *r)
{
	const struct field *f = record_fields[r->type];

	if (r->stem != NULL) {
		buf_add(out, r->stem, r->stem_len);
		f = added_fields(r->type);
	} else {
		buf_puts(out, "{\"type\":\"");
		buf_puts(out, record_names[r->type]);
		buf_putc(out, '"');
	}
	fields(out, f, r, ',');
	buf_add(out, "}\n", 2);
}

int
record_is_line(const struct record *r, const char *line, size_t len)
{
	const struct field *f;
	size_t n = r->stem_len;

	if (len <= n || memcmp(line, r->stem, n) != 0)
		return 0;
	if (line[n] == '}')
		return 1;
	for (f = added_fields(r->type); f->key != NULL; f++)
		if (len - n > f->len && memcmp(line + n + 1, f->key,
		    f->len) == 0)
			return line[n] == ',';
	return 0;
}

enum record_type
record_line_type(const char *line, size_t len)
{
	static const char head[] = "{\"type\":\"";
	size_t i, n, at = sizeof head - 1;

	for (i = 0; i < RECORD_END; i++) {
		n = strlen(record_names[i]);
		if (len > at + n && memcmp(line, head, at) == 0 &&
		    memcmp(line + at, record_names[i], n) == 0 &&
		    line[at + n] == '"')
			return i;
	}
	return RECORD_END;
}

/* --- copies --------------------------------------------------------------- */

struct record *
record_copy(struct pool *p, const struct record *r)
{
	struct record *copy = pool_take(p, sizeof *copy), bare = *r;
	const struct field *f;
	struct buf line = { 0 };

	*copy = *r;
	for (f = record_fields[r->type]; f->key != NULL; f++)
		if (written[f->kind].copy != NULL)
			written[f->kind].copy(p, f, copy);
	if (r->stem != NULL)
		copy->stem = pool_copy(p, r->stem, r->stem_len);
	else {
		for (f = added_fields(r->type); f->key != NULL; f++)
			MEMBER(uint64_t, &bare, f->at) = RECORD_NONE;
		record_write(&line, &bare);
		copy->stem_len = line.len - 2;	/* the brace, the newline */
		copy->stem = pool_copy(p, line.p, copy->stem_len);
		buf_free(&line);
	}
	return copy;
}

void
record_print(const struct record *r)
{
	struct buf line = { 0 };

	record_write(&line, r);
	fwrite(line.p, 1, line.len, stdout);
	buf_free(&line);
}

void
definition_write(struct buf *out, const char *path, const struct symbol *d,
    const struct buf *signature, const char *content, size_t n)
{
	static const struct field text = { KEYS("content"), F_BYTES, 0, 0, 0 };

	buf_puts(out, "{\"type\":\"definition\",");
	json_path(out, "file_path", path);
	fields(out, symbol_fields, d, ',');
	if (signature != NULL) {
		buf_puts(out, ",\"signature\":");
		json_quote(out, signature->p, signature->len);
	}
	if (content != NULL) {
		buf_putc(out, ',');
		bytes(out, &text, content, n);
	}
	buf_add(out, "}\n", 2);
}

void
node_write(struct buf *out, const char *path, const struct ast_node *n)
{
	buf_puts(out, "{\"type\":\"node\",");
	json_path(out, "file_path", path);
	fields(out, node_fields, n, ',');
	buf_add(out, "}\n", 2);
}

int
options_has(const char *options, const char *word)
{
	size_t n = strlen(word);
	const char *s;

	for (s = options; (s = strstr(s, word)) != NULL; s++)
		if ((s == options || s[-1] == ' ') &&
		    (s[n] == '\0' || s[n] == ' '))
			return 1;
	return 0;
}

void
options_id(char id[OPTIONS_ID + 1], const char *options)
{
	char hash[HASH_LEN + 1];

	id[0] = '\0';
	if (*options == '\0')
		return;
	hash_of(hash, options, strlen(options));
	memcpy(id, hash, OPTIONS_ID);
	id[OPTIONS_ID] = '\0';
}
