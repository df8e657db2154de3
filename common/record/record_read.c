#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "record/field.h"
#include "base/path.h"
#include "record/record.h"

/* Why the line is wrong; always -1, to be returned. */
static int __attribute__((format(printf, 2, 3)))
wrong(struct reader *rd, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(rd->error, sizeof rd->error, fmt, ap);
	va_end(ap);
	return -1;
}

/*
 * Decoded text is never longer than the line: we make room once, so that
 * pointers into it stay valid.
 */
static void
start(struct reader *rd, struct record *r, size_t len)
{
	json_decref(rd->json);
	rd->json = NULL;
	rd->text.len = 0;
	buf_room(&rd->text, len + 16);
	record_init(r, RECORD_END);
}

static struct symbol *
more_symbols(struct reader *rd, size_t n)
{
	rd->symbols = xgrow(rd->symbols, &rd->symbols_cap, n,
	    sizeof *rd->symbols);
	rd->symbols[n - 1] = (struct symbol){ .doc_start = RECORD_NONE,
	    .body_start = RECORD_NONE };
	return rd->symbols;
}

/* Is it a valid label? */
static int
is_label(const char *s)
{
	return *s != '\0' && strchr(s, ':') == NULL;
}

static struct ast_node *
more_nodes(struct reader *rd, size_t n)
{
	return rd->nodes = xgrow(rd->nodes, &rd->nodes_cap, n,
	    sizeof *rd->nodes);
}

static const char **
more_strings(struct reader *rd, size_t n)
{
	return rd->strings = xgrow(rd->strings, &rd->strings_cap, n,
	    sizeof *rd->strings);
}

void
reader_free(struct reader *rd)
{
	json_decref(rd->json);
	buf_free(&rd->text);
	free(rd->symbols);
	free(rd->nodes);
	free(rd->strings);
	memset(rd, 0, sizeof *rd);
}

static int
is_hash(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!(s[i] >= '0' && s[i] <= '9') &&
		    !(s[i] >= 'a' && s[i] <= 'f'))
			return 0;
	return n == HASH_LEN;
}

/* -1: none. */
static int
base64_digit(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' :
	    c >= 'a' && c <= 'z' ? c - 'a' + 26 :
	    c >= '0' && c <= '9' ? c - '0' + 52 :
	    c == '+' ? 62 : c == '/' ? 63 : -1;
}

/*
 * Decode n base64 digits to out; returns the number of bytes, -1 if base64()
 * would not write them like this.
 */
static ptrdiff_t
base64_decode(char *out, const char *s, size_t n)
{
	char *o = out;
	size_t i, pad = 0;

	if (n % 4 != 0)
		return -1;
	while (pad < 2 && pad < n && s[n - 1 - pad] == '=')
		pad++;
	for (i = 0; i < n; i += 4) {
		uint32_t w = 0;
		size_t k, last = i + 4 == n ? 4 - pad : 4;

		for (k = 0; k < 4; k++) {
			int v = k < last ? base64_digit(s[i + k]) : 0;

			if (v < 0)
				return -1;
			w = w << 6 | v;
		}
		if ((last == 3 && (w & 0xff) != 0) ||
		    (last == 2 && (w & 0xffff) != 0))
			return -1;
		*o++ = (char)(w >> 16);
		if (last > 2)
			*o++ = (char)(w >> 8);
		if (last > 3)
			*o++ = (char)w;
	}
	return o - out;
}

/* --- the fast half: exactly the bytes of record_write --------------------- */

struct scan {
	struct reader *rd;
	const char *p, *end;
	const char *stem_end;		/* NULL: not reached yet */
};

static int
literal(struct scan *sc, const char *s, size_t n)
{
	if ((size_t)(sc->end - sc->p) < n || memcmp(sc->p, s, n) != 0)
		return 0;
	sc->p += n;
	return 1;
}

static int
byte(struct scan *sc, char c)
{
	if (sc->p == sc->end || *sc->p != c)
		return 0;
	sc->p++;
	return 1;
}

static int
scan_number(struct scan *sc, uint64_t *n, uint64_t max)
{
	const char *s = sc->p;
	uint64_t v = 0;

	/* 19 digits are below 2^64. */
	for (; sc->p < sc->end && *sc->p >= '0' && *sc->p <= '9'; sc->p++)
		if (sc->p - s < 19)
			v = v * 10 + (*sc->p - '0');
	*n = v;
	return sc->p > s && sc->p - s <= 19 && v <= max &&
	    (*s != '0' || sc->p - s == 1);
}

static int
scan_time(struct scan *sc, int64_t *t)
{
	uint64_t n;
	int minus = byte(sc, '-');

	if (!scan_number(sc, &n, INT64_MAX) || (minus && n == 0))
		return 0;
	*t = minus ? -(int64_t)n : (int64_t)n;
	return 1;
}

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Decode a control character, s being after its backslash, to out, where it
 * takes *bytes; returns the length read, 0 if there is none.
 */
static size_t
control(const char *s, size_t n, char *out, size_t *bytes)
{
	int high, low;

	*bytes = 1;
	switch (s[0]) {
	case 'n':
		*out = '\n';
		return 1;
	case 't':
		*out = '\t';
		return 1;
	case 'r':
		*out = '\r';
		return 1;
	case 'b':
		*out = '\b';
		return 1;
	case 'f':
		*out = '\f';
		return 1;
	}
	if (n < 5 || memcmp(s, "u00", 3) != 0 || (high = hex(s[3])) < 0 ||
	    (low = hex(s[4])) < 0)
		return 0;
	if (high == 8 || high == 9) {
		*bytes = 2;
		out[0] = (char)0xc2;
		out[1] = (char)(high << 4 | low);
		return 5;
	}
	*out = (char)(high << 4 | low);
	return high > 1 || json_brief[(unsigned char)*out] != 0 ? 0 : 5;
}

/* Scan a string, decoded to where it stays, plus a NUL; NULL: none. */
static char *
scan_string(struct scan *sc, size_t *len)
{
	const char *s = sc->p;
	char *const out = sc->rd->text.p + sc->rd->text.len, *o = out;
	size_t n = sc->end - s, i = 0, k, made;

	if (n == 0 || s[i++] != '"')
		return NULL;
	for (;;) {
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
			return NULL;
		c = s[i];
		if (c == '"')
			break;
		if (c == '\\') {
			if (n - ++i == 0)
				return NULL;
			if (s[i] == '"' || s[i] == '\\')
				*o++ = s[i++];
			else if ((k = control(s + i, n - i, o, &made)) != 0) {
				o += made;
				i += k;
			} else
				return NULL;
		} else if (c < 0x20 || (c == 0xc2 && n - i > 1 &&
		    (s[i + 1] & 0xe0) == 0x80)) {
			return NULL;
		} else if (c < 0x80) {
			*o++ = c;
			i++;
		} else if ((k = utf8_sequence(s + i, n - i)) != 0) {
			memcpy(o, s + i, k);
			o += k;
			i += k;
		} else
			return NULL;
	}
	*o = '\0';
	*len = o - out;
	sc->rd->text.len += *len + 1;
	sc->p = s + i + 1;
	return out;
}

static char *
scan_base64(struct scan *sc, size_t *len)
{
	char *s = scan_string(sc, len);
	ptrdiff_t n;

	if (s == NULL || (n = base64_decode(s, s, *len)) < 0 ||
	    utf8_valid(s, n) == (size_t)n)
		return NULL;
	s[n] = '\0';
	*len = n;
	return s;
}

/* Scan a string without NULs. */
static int
scan_text(struct scan *sc, const char **s)
{
	size_t n;

	return (*s = scan_string(sc, &n)) != NULL && strlen(*s) == n;
}

/* Scan a value under the key of f, or under its base64 key. */
static char *
scan_bytes(struct scan *sc, const struct field *f, size_t *len)
{
	if (literal(sc, f->key, f->len))
		return scan_string(sc, len);
	if (literal(sc, f->key64, f->len64))
		return scan_base64(sc, len);
	return NULL;
}

static int
scan_number_field(struct scan *sc, const struct field *f, void *base)
{
	return scan_number(sc, &MEMBER(uint64_t, base, f->at),
	    RECORD_NUMBER_MAX);
}

static int
scan_time_field(struct scan *sc, const struct field *f, void *base)
{
	return scan_time(sc, &MEMBER(int64_t, base, f->at));
}

static int
scan_parent(struct scan *sc, const struct field *f, void *base)
{
	int64_t *parent = &MEMBER(int64_t, base, f->at);
	uint64_t n;

	*parent = -1;
	if (literal(sc, "null", 4))
		return 1;
	if (!scan_number(sc, &n, RECORD_NUMBER_MAX))
		return 0;
	*parent = (int64_t)n;
	return 1;
}

static int
scan_string_field(struct scan *sc, const struct field *f, void *base)
{
	const char **s = &MEMBER(const char *, base, f->at);

	*s = NULL;
	return ((f->flags & F_NULL) != 0 && literal(sc, "null", 4)) ||
	    scan_text(sc, s);
}

static int
scan_hash(struct scan *sc, const struct field *f, void *base)
{
	const char **s = &MEMBER(const char *, base, f->at);

	return scan_string_field(sc, f, base) &&
	    (*s == NULL || is_hash(*s, strlen(*s)));
}

/* Copy up to the closing brace; the bytes are checked with the rest. */
static int
scan_refs(struct scan *sc, const struct field *f, void *base)
{
	const char *end = sc->end - sc->p < 3 ? NULL :
	    memmem(sc->p, (size_t)(sc->end - sc->p), "]}}", 3);
	char *out = sc->rd->text.p + sc->rd->text.len;
	size_t n;

	if (*sc->p != '{' || end == NULL)
		return 0;
	n = (size_t)(end + 3 - sc->p);
	memcpy(out, sc->p, n);
	out[n] = '\0';
	sc->rd->text.len += n + 1;
	sc->p += n;
	MEMBER(const char *, base, f->at) = out;
	return 1;
}

static int
scan_part(struct scan *sc, const struct field *f, void *base)
{
	uint64_t *part = &MEMBER(uint64_t, base, f->at);

	if (literal(sc, "null", 4))
		return 1;
	return byte(sc, '[') && scan_number(sc, &part[0], RECORD_NUMBER_MAX) &&
	    byte(sc, ',') && scan_number(sc, &part[1], RECORD_NUMBER_MAX) &&
	    byte(sc, ']') && part[1] != 0;
}

/* Scan an array of labels, with a colon in place of each one's NUL. */
static int
scan_joined(struct scan *sc, const struct field *f, void *base)
{
	struct buf *text = &sc->rd->text;
	const char *label;

	MEMBER(const char *, base, f->at) = text->p + text->len;
	if (!byte(sc, '['))
		return 0;
	do {
		if (!scan_text(sc, &label) || !is_label(label))
			return 0;
		text->p[text->len - 1] = ':';
	} while (byte(sc, ','));
	text->p[text->len++] = '\0';
	return byte(sc, ']');
}

/* Scan a path after its own key, which says whether it is base64. */
static int
scan_path(struct scan *sc, const struct field *f, void *base)
{
	size_t n;
	char *s = scan_bytes(sc, f, &n);

	if (s == NULL || n == 0 || strlen(s) != n)
		return 0;
	MEMBER(const char *, base, f->at) = path_normal(s);
	return strlen(s) == n && strcmp(s, ".") != 0 && strcmp(s, "/") != 0;
}

static int
scan_bytes_field(struct scan *sc, const struct field *f, void *base)
{
	return (MEMBER(const char *, base, f->at) = scan_bytes(sc, f,
	    &MEMBER(size_t, base, f->count_at))) != NULL;
}

/* Scan an array: element reads one, by number, and sets where all are. */
static int
scan_list(struct scan *sc, const struct field *f, void *base,
    int (*element)(struct scan *sc, size_t i, const void **list))
{
	const void *p = NULL;
	size_t n = 0;

	if (!byte(sc, '['))
		return 0;
	for (; !byte(sc, ']'); n++)
		if ((n != 0 && !byte(sc, ',')) || !element(sc, n, &p))
			return 0;
	MEMBER(const void *, base, f->at) = p;
	MEMBER(size_t, base, f->count_at) = n;
	return 1;
}

static int scan_fields(struct scan *, const struct field *, void *);

static int
scan_symbol(struct scan *sc, size_t i, const void **list)
{
	*list = more_symbols(sc->rd, i + 1);
	return byte(sc, '{') && scan_fields(sc, symbol_fields,
	    &sc->rd->symbols[i]) && byte(sc, '}');
}

static int
scan_node(struct scan *sc, size_t i, const void **list)
{
	*list = more_nodes(sc->rd, i + 1);
	return byte(sc, '{') && scan_fields(sc, node_fields,
	    &sc->rd->nodes[i]) && byte(sc, '}');
}

static int
scan_label(struct scan *sc, size_t i, const void **list)
{
	*list = more_strings(sc->rd, i + 1);
	return scan_text(sc, &sc->rd->strings[i]);
}

static int
scan_root(struct scan *sc, size_t i, const void **list)
{
	const char **s;
	size_t len;

	*list = more_strings(sc->rd, i + 1);
	s = &sc->rd->strings[i];
	if (!literal(sc, "{\"base64\":", 10))
		return scan_text(sc, s);
	return (*s = scan_base64(sc, &len)) != NULL && strlen(*s) == len &&
	    byte(sc, '}');
}

static int
scan_symbols(struct scan *sc, const struct field *f, void *base)
{
	return scan_list(sc, f, base, scan_symbol);
}

static int
scan_nodes(struct scan *sc, const struct field *f, void *base)
{
	return scan_list(sc, f, base, scan_node);
}

static int
scan_labels(struct scan *sc, const struct field *f, void *base)
{
	return scan_list(sc, f, base, scan_label);
}

static int
scan_roots(struct scan *sc, const struct field *f, void *base)
{
	return scan_list(sc, f, base, scan_root);
}

/* How to scan a kind of field, after its comma and key. */
static const struct scanned {
	int (*scan)(struct scan *sc, const struct field *f, void *base);
	int keyed;			/* it takes its key itself */
} scanned[] = {
	[F_NUMBER] = { scan_number_field, 0 },
	[F_TIME] = { scan_time_field, 0 },
	[F_PARENT] = { scan_parent, 0 },
	[F_STRING] = { scan_string_field, 0 },
	[F_HASH] = { scan_hash, 0 },
	[F_REFS] = { scan_refs, 0 },
	[F_PATH] = { scan_path, 1 },
	[F_BYTES] = { scan_bytes_field, 1 },
	[F_PART] = { scan_part, 0 },
	[F_JOINED] = { scan_joined, 0 },
	[F_ROOTS] = { scan_roots, 0 },
	[F_LABELS] = { scan_labels, 0 },
	[F_SYMBOLS] = { scan_symbols, 0 },
	[F_NODES] = { scan_nodes, 0 },
};

static int
scan_field(struct scan *sc, const struct field *f, void *base)
{
	const struct scanned *k = &scanned[f->kind];

	return (k->keyed || literal(sc, f->key, f->len)) &&
	    k->scan(sc, f, base);
}

/* Is the next member, after its comma, that of f? */
static int
ahead(const struct scan *sc, const struct field *f)
{
	return (size_t)(sc->end - sc->p) > f->len && sc->p[0] == ',' &&
	    memcmp(sc->p + 1, f->key, f->len) == 0;
}

static int
scan_fields(struct scan *sc, const struct field *f, void *base)
{
	int first = sc->p[-1] == '{';

	for (; f->key != NULL; f++) {
		if ((f->flags & F_ADDED) != 0 && sc->stem_end == NULL)
			sc->stem_end = sc->p;
		/* Labels may be missing on a line, but we write them. */
		if ((f->flags & F_OPTIONAL) != 0 && f->kind != F_LABELS &&
		    !ahead(sc, f))
			continue;
		if ((!first && !byte(sc, ',')) || !scan_field(sc, f, base))
			return 0;
		first = 0;
	}
	return 1;
}

int
record_scan(struct reader *rd, struct record *r, const char *line, size_t len)
{
	struct scan sc = { rd, line, line + len, NULL };
	const char *name;
	size_t i, n;

	start(rd, r, len);
	if (!literal(&sc, "{\"type\":\"", 9))
		return 0;
	for (i = 0; (name = record_names[i]) != NULL; i++) {
		n = strlen(name);
		if ((size_t)(sc.end - sc.p) > n && sc.p[n] == '"' &&
		    memcmp(sc.p, name, n) == 0)
			break;
	}
	if (name == NULL)
		return 0;
	r->type = i;
	sc.p += n + 1;
	if (!scan_fields(&sc, record_fields[i], r) || !byte(&sc, '}') ||
	    sc.p != sc.end)
		return 0;
	r->stem = line;
	r->stem_len = (sc.stem_end != NULL ? sc.stem_end : sc.end - 1) - line;
	return 1;
}

/* --- the thorough half: any JSON, through jansson ------------------------- */

/* The key of a field as people write it: printf's arguments. */
#define NAME(f)	(int)((f)->len - 3), (f)->key + 1
#define NAME64(f) (int)((f)->len64 - 3), (f)->key64 + 1

static json_t *
member(json_t *object, const char *key, size_t len)
{
	return json_object_getn(object, key, len);
}

static int
load_number(struct reader *rd, json_t *v, const char *name, uint64_t *n)
{
	if (json_is_real(v))
		return wrong(rd, "%s is not a whole number", name);
	if (!json_is_integer(v))
		return wrong(rd, "%s is not a number", name);
	if (json_integer_value(v) < 0)
		return wrong(rd, "%s is negative", name);
	if ((uint64_t)json_integer_value(v) > RECORD_NUMBER_MAX)
		return wrong(rd, "%s is over 2^53", name);
	*n = json_integer_value(v);
	return 0;
}

static int
load_string(struct reader *rd, json_t *v, const char *name, const char **s)
{
	if (!json_is_string(v))
		return wrong(rd, "%s is not a string", name);
	*s = json_string_value(v);
	if (strlen(*s) != json_string_length(v))
		return wrong(rd, "%s holds a NUL", name);
	return 0;
}

static int
load_base64(struct reader *rd, json_t *v, const char *name, const char **s,
    size_t *len)
{
	char *out = rd->text.p + rd->text.len;
	ptrdiff_t n;

	if (!json_is_string(v))
		return wrong(rd, "%s is not a string", name);
	n = base64_decode(out, json_string_value(v), json_string_length(v));
	if (n < 0)
		return wrong(rd, "%s is not base64", name);
	out[n] = '\0';
	rd->text.len += n + 1;
	*s = out;
	*len = n;
	return 0;
}

/* Text under the field's own name, or base64 under the other; not both. */
static int
load_bytes(struct reader *rd, json_t *object, const struct field *f,
    const char **s, size_t *len)
{
	json_t *v = member(object, f->key + 1, f->len - 3);
	json_t *v64 = member(object, f->key64 + 1, f->len64 - 3);
	char name[32];

	if (v != NULL && v64 != NULL)
		return wrong(rd, "both \"%.*s\" and \"%.*s\" are there",
		    NAME(f), NAME64(f));
	if (v64 != NULL) {
		snprintf(name, sizeof name, "\"%.*s\"", NAME64(f));
		return load_base64(rd, v64, name, s, len);
	}
	if (v == NULL)
		return wrong(rd, "\"%.*s\" is missing", NAME(f));
	if (!json_is_string(v))
		return wrong(rd, "\"%.*s\" is not a string", NAME(f));
	*s = json_string_value(v);
	*len = json_string_length(v);
	return 0;
}

/* The object's one path: its value has two possible keys. */
static int
load_path(struct reader *rd, json_t *object, const struct field *f,
    void *base)
{
	const char **path = &MEMBER(const char *, base, f->at);
	char *copy;
	size_t n = 0;

	if (load_bytes(rd, object, f, path, &n) == -1)
		return -1;
	if (n == 0)
		return wrong(rd, "\"%.*s\" is empty", NAME(f));
	if (strlen(*path) != n)
		return wrong(rd, "\"%.*s\" holds a NUL", NAME(f));
	copy = rd->text.p + rd->text.len;
	memmove(copy, *path, n + 1);
	rd->text.len += n + 1;
	*path = path_normal(copy);
	if (strcmp(copy, ".") == 0 || strcmp(copy, "/") == 0)
		return wrong(rd, "\"%.*s\" names no file", NAME(f));
	return 0;
}

static int
load_bytes_field(struct reader *rd, json_t *object, const struct field *f,
    void *base)
{
	return load_bytes(rd, object, f, &MEMBER(const char *, base, f->at),
	    &MEMBER(size_t, base, f->count_at));
}

/* Load a value; name is its field's name for messages. */

static int
load_number_field(struct reader *rd, json_t *v, const char *name,
    const struct field *f, void *base)
{
	return load_number(rd, v, name, &MEMBER(uint64_t, base, f->at));
}

static int
load_time(struct reader *rd, json_t *v, const char *name,
    const struct field *f, void *base)
{
	if (!json_is_integer(v) || json_integer_value(v) == INT64_MIN)
		return wrong(rd, "%s is not a number", name);
	MEMBER(int64_t, base, f->at) = json_integer_value(v);
	return 0;
}

static int
load_parent(struct reader *rd, json_t *v, const char *name,
    const struct field *f, void *base)
{
	uint64_t n = 0;

	MEMBER(int64_t, base, f->at) = -1;
	if (json_is_null(v))
		return 0;
	if (load_number(rd, v, name, &n) == -1)
		return -1;
	MEMBER(int64_t, base, f->at) = (int64_t)n;
	return 0;
}

static int
load_string_field(struct reader *rd, json_t *v, const char *name,
    const struct field *f, void *base)
{
	const char **s = &MEMBER(const char *, base, f->at);

	*s = NULL;
	return (f->flags & F_NULL) != 0 && json_is_null(v) ? 0 :
	    load_string(rd, v, name, s);
}

static int
load_hash(struct reader *rd, json_t *v, const char *name,
    const struct field *f, void *base)
{
	const char **s = &MEMBER(const char *, base, f->at);

	if (load_string_field(rd, v, name, f, base) == -1)
		return -1;
	if (*s != NULL && !is_hash(*s, strlen(*s)))
		return wrong(rd, "%s is not %d lower-case hexadecimal digits",
		    name, HASH_LEN);
	return 0;
}

static int
load_part(struct reader *rd, json_t *v, const char *name,
    const struct field *f, void *base)
{
	uint64_t *part = &MEMBER(uint64_t, base, f->at);

	if (json_is_null(v))
		return 0;
	if (!json_is_array(v) || json_array_size(v) != 2)
		return wrong(rd, "%s is not a pair of numbers", name);
	if (load_number(rd, json_array_get(v, 0), name, &part[0]) == -1 ||
	    load_number(rd, json_array_get(v, 1), name, &part[1]) == -1)
		return -1;
	if (part[1] == 0)
		return wrong(rd, "%s is of none", name);
	return 0;
}

static int
load_joined(struct reader *rd, json_t *v, const char *name,
    const struct field *f, void *base)
{
	const char **s = &MEMBER(const char *, base, f->at), *label = "";
	struct buf *text = &rd->text;
	size_t i;

	if (!json_is_array(v))
		return wrong(rd, "%s is not an array", name);
	*s = json_array_size(v) == 0 ? NULL : text->p + text->len;
	for (i = 0; i < json_array_size(v); i++) {
		if (load_string(rd, json_array_get(v, i), name, &label) == -1)
			return -1;
		if (!is_label(label))
			return wrong(rd, "%s[%zu] is empty or holds a colon",
			    name, i);
		buf_puts(text, label);
		buf_putc(text, ':');
	}
	if (*s != NULL)
		buf_putc(text, '\0');
	return 0;
}

/* Written anew, without JSON's optional blanks. */
static int
load_refs(struct reader *rd, json_t *v, const char *name,
    const struct field *f, void *base)
{
	char *out = rd->text.p + rd->text.len;
	size_t n, room = rd->text.cap - rd->text.len - 1;

	if (!json_is_object(v))
		return wrong(rd, "%s is not an object", name);
	n = json_dumpb(v, out, room, JSON_COMPACT);
	if (n == 0 || n > room)
		return wrong(rd, "%s cannot be read", name);
	out[n] = '\0';
	rd->text.len += n + 1;
	MEMBER(const char *, base, f->at) = out;
	return 0;
}

/* Load array elements; list is set to where all of them are. */

static int
load_label(struct reader *rd, json_t *v, const char *name, size_t i,
    const void **list)
{
	*list = more_strings(rd, i + 1);
	return load_string(rd, v, name, &rd->strings[i]);
}

static int
load_root(struct reader *rd, json_t *v, const char *name, size_t i,
    const void **list)
{
	const char **s;
	size_t n = 0;

	*list = more_strings(rd, i + 1);
	s = &rd->strings[i];
	if (!json_is_object(v))
		return load_string(rd, v, name, s);
	if (load_base64(rd, json_object_get(v, "base64"), name, s, &n) == -1)
		return -1;
	return strlen(*s) == n ? 0 : wrong(rd, "%s holds a NUL", name);
}

static int load_fields(struct reader *, json_t *, const struct field *,
    void *);

static int
load_object_of(struct reader *rd, json_t *v, const char *name,
    const struct field *members, void *base)
{
	char why[sizeof rd->error];

	if (!json_is_object(v))
		return wrong(rd, "%s is not an object", name);
	if (load_fields(rd, v, members, base) == 0)
		return 0;
	memcpy(why, rd->error, sizeof why);
	return wrong(rd, "%s: %.100s", name, why);
}

static int
load_symbol(struct reader *rd, json_t *v, const char *name, size_t i,
    const void **list)
{
	*list = more_symbols(rd, i + 1);
	return load_object_of(rd, v, name, symbol_fields, &rd->symbols[i]);
}

static int
load_node(struct reader *rd, json_t *v, const char *name, size_t i,
    const void **list)
{
	*list = more_nodes(rd, i + 1);
	return load_object_of(rd, v, name, node_fields, &rd->nodes[i]);
}

/* How a kind of field is loaded: one of the three. */
static const struct loaded {
	int (*value)(struct reader *rd, json_t *v, const char *name,
	    const struct field *f, void *base);
	int (*element)(struct reader *rd, json_t *v, const char *name,
	    size_t i, const void **list);
	int (*keyed)(struct reader *rd, json_t *object,
	    const struct field *f, void *base);
} loaded[] = {
	[F_NUMBER] = { .value = load_number_field },
	[F_TIME] = { .value = load_time },
	[F_PARENT] = { .value = load_parent },
	[F_STRING] = { .value = load_string_field },
	[F_HASH] = { .value = load_hash },
	[F_REFS] = { .value = load_refs },
	[F_PATH] = { .keyed = load_path },
	[F_BYTES] = { .keyed = load_bytes_field },
	[F_PART] = { .value = load_part },
	[F_JOINED] = { .value = load_joined },
	[F_ROOTS] = { .element = load_root },
	[F_LABELS] = { .element = load_label },
	[F_SYMBOLS] = { .element = load_symbol },
	[F_NODES] = { .element = load_node },
};

static int
load_list(struct reader *rd, json_t *v, const struct field *f, void *base)
{
	const void *list = NULL;
	size_t i, n = json_array_size(v);
	char name[64];

	if (!json_is_array(v))
		return wrong(rd, "\"%.*s\" is not an array", NAME(f));
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof name, "\"%.*s\"[%zu]", NAME(f), i);
		if (loaded[f->kind].element(rd, json_array_get(v, i), name, i,
		    &list) == -1)
			return -1;
	}
	MEMBER(const void *, base, f->at) = list;
	MEMBER(size_t, base, f->count_at) = n;
	return 0;
}

static int
load_field(struct reader *rd, json_t *object, const struct field *f,
    void *base)
{
	const struct loaded *k = &loaded[f->kind];
	char name[32];
	json_t *v;

	if (k->keyed != NULL)
		return k->keyed(rd, object, f, base);
	snprintf(name, sizeof name, "\"%.*s\"", NAME(f));
	if ((v = member(object, f->key + 1, f->len - 3)) == NULL)
		return (f->flags & F_OPTIONAL) != 0 ? 0 :
		    wrong(rd, "%s is missing", name);
	return k->value != NULL ? k->value(rd, v, name, f, base) :
	    load_list(rd, v, f, base);
}

static int
load_fields(struct reader *rd, json_t *object, const struct field *f,
    void *base)
{
	for (; f->key != NULL; f++)
		if (load_field(rd, object, f, base) == -1)
			return -1;
	return 0;
}

static int
load_object(struct reader *rd, struct record *r, const char *line, size_t len)
{
	json_error_t error;

	/* Twice: jansson unescapes, but base64 and paths are copied. */
	start(rd, r, 2 * len);
	rd->json = json_loadb(line, len, JSON_REJECT_DUPLICATES |
	    JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
	if (rd->json == NULL)
		return wrong(rd, "not JSON at byte %d: %.120s", error.position,
		    error.text);
	if (!json_is_object((json_t *)rd->json))
		return wrong(rd, "not an object");
	return 0;
}

#define NAMED(name, kind, flags, member) \
	{ KEYS(name), kind, flags, offsetof(struct record, member), 0 }

/* The path is the first. */
static const struct field named_fields[] = {
	NAMED("file_path", F_PATH, 0, path),
	NAMED("byte_start", F_NUMBER, F_OPTIONAL, byte_start),
	NAMED("byte_end", F_NUMBER, F_OPTIONAL, byte_end),
	NAMED("name", F_STRING, F_OPTIONAL, symbol_name),
	NAMED("content_hash", F_HASH, F_OPTIONAL | F_NULL, content_hash),
	{ NULL, NULL, 0, 0, 0, 0, 0, 0 }
};

int
record_read_named(struct reader *rd, struct record *r, const char *line,
    size_t len)
{
	const struct field *f = named_fields;

	if (load_object(rd, r, line, len) == -1)
		return -1;
	r->byte_start = r->byte_end = RECORD_NONE;
	if (member(rd->json, f->key + 1, f->len - 3) == NULL &&
	    member(rd->json, f->key64 + 1, f->len64 - 3) == NULL)
		f++;
	return load_fields(rd, rd->json, f, r);
}

int
record_load(struct reader *rd, struct record *r, const char *line, size_t len)
{
	json_t *v;
	const char *type;
	size_t i;

	if (load_object(rd, r, line, len) == -1)
		return -1;
	if ((v = json_object_get(rd->json, "type")) == NULL)
		return wrong(rd, "\"type\" is missing");
	if (load_string(rd, v, "\"type\"", &type) == -1)
		return -1;
	for (i = 0; record_names[i] != NULL; i++)
		if (strcmp(record_names[i], type) == 0)
			break;
	if (record_names[i] == NULL)
		return wrong(rd, "type \"%.40s\" is unknown", type);
	r->type = i;
	return load_fields(rd, rd->json, record_fields[i], r);
}

/* --- what holds between the fields ---------------------------------------- */

static int
check_span(struct reader *rd, uint64_t start_byte, uint64_t end_byte,
    uint64_t start_line, uint64_t end_line)
{
	if (end_byte < start_byte)
		return wrong(rd, "\"byte_end\" is less than \"byte_start\"");
	if (start_line == 0)
		return wrong(rd, "\"start_line\" is 0, lines count from 1");
	if (end_line < start_line)
		return wrong(rd, "\"end_line\" is less than \"start_line\"");
	return 0;
}

/* Are the names at the bytes given, in order? */
static int
check_refs(struct reader *rd, const struct record *r)
{
	struct refs in = { .p = r->refs };
	const struct ref *x = &in.ref;
	int status;

	while ((status = refs_next(&in)) == 1)
		if (x->byte_start < r->byte_start ||
		    x->byte_start >= r->byte_end ||
		    r->byte_end - x->byte_start < x->len ||
		    memcmp(r->content + (x->byte_start - r->byte_start),
		    x->name, x->len) != 0 || !refs_can(x->name, x->len))
			return wrong(rd, "\"refs\": %.*s is not at byte %ju",
			    (int)(x->len < 80 ? x->len : 80), x->name,
			    (uintmax_t)x->byte_start);
	return status == 0 ? 0 : wrong(rd, "\"refs\" are not names and bytes "
	    "in order");
}

static int
check_chunk(struct reader *rd, const struct record *r)
{
	const struct symbol *s;
	size_t i;

	if (check_span(rd, r->byte_start, r->byte_end, r->start_line,
	    r->end_line) == -1)
		return -1;
	if (r->byte_end - r->byte_start != r->content_len)
		return wrong(rd, "the span is of %ju bytes, the content of "
		    "%zu", (uintmax_t)(r->byte_end - r->byte_start),
		    r->content_len);
	if (r->part[1] != 0 && (r->part[0] == 0 || r->part[0] > r->part[1]))
		return wrong(rd, "\"part\" is %ju of %ju",
		    (uintmax_t)r->part[0], (uintmax_t)r->part[1]);
	for (i = 0; i < r->nsymbols; i++) {
		s = &r->symbols[i];
		if (check_span(rd, s->byte_start, s->byte_end, s->start_line,
		    s->end_line) == -1)
			return -1;
		if (s->byte_start < r->byte_start ||
		    s->byte_start >= r->byte_end)
			return wrong(rd, "symbol %.80s does not begin in this "
			    "chunk", s->name);
		if (s->doc_start != RECORD_NONE &&
		    s->doc_start >= s->byte_start)
			return wrong(rd, "symbol %.80s: \"doc_start\" is "
			    "not before \"byte_start\"", s->name);
		if (s->body_start != RECORD_NONE &&
		    (s->body_start <= s->byte_start ||
		    s->body_start >= s->byte_end))
			return wrong(rd, "symbol %.80s: \"body_start\" is "
			    "not inside it", s->name);
	}
	for (i = 0; i < r->nlabels; i++)
		if (!is_label(r->labels[i]))
			return wrong(rd, "\"labels\"[%zu] is empty or holds a "
			    "colon", i);
	return check_refs(rd, r);
}

static int
check_ast(struct reader *rd, const struct record *r)
{
	size_t i;

	for (i = 0; i < r->nnodes; i++) {
		const struct ast_node *n = &r->nodes[i];

		if (n->id != i)
			return wrong(rd, "\"nodes\"[%zu]: \"id\" is not %zu",
			    i, i);
		if (n->parent_id >= (int64_t)i)
			return wrong(rd, "\"nodes\"[%zu]: \"parent_id\" is "
			    "not an earlier node", i);
		if (n->byte_end < n->byte_start)
			return wrong(rd, "\"nodes\"[%zu]: \"byte_end\" is "
			    "less than \"byte_start\"", i);
	}
	return 0;
}

int
record_read(struct reader *rd, struct record *r, const char *line, size_t len)
{
	if (!record_scan(rd, r, line, len) &&
	    record_load(rd, r, line, len) == -1)
		return -1;
	if (r->type == RECORD_CHUNK)
		return check_chunk(rd, r);
	if (r->type == RECORD_AST)
		return check_ast(rd, r);
	return 0;
}
