/*
 * Records: what record_write writes, both readers read as it was, and the
 * scanner takes nothing that is not exactly what record_write would write,
 * however the line is damaged. Prints the seed when it fails; a seed can be
 * given.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/record.h"

#define ROUNDS	5000

static unsigned seed = 1, round_no;
static struct buf line;

/* xorshift: the same on every machine. */
static uint32_t
rnd(size_t n)
{
	static uint32_t x;

	if (x == 0)
		x = seed * 2654435761u + 1;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % (uint32_t)n;
}

static void __attribute__((noreturn))
failed(const char *what)
{
	errx(1, "%s: seed %u, round %u: %.*s", what, seed, round_no,
	    (int)line.len, line.p);
}

/* Text out of bytes that matter; whole UTF-8 unless bytes are asked for. */
static const char *
text(int bytes, size_t *len)
{
	static const char *const part[] = { "a", "plain text, long enough ",
	    "\n", "\t", "\"", "\\", "\x01", "\x1f", "\x7f", "/", "\b", "\f",
	    "\r", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "0", ":",
	    "\xef\xbf\xbd", "\xff", "\xc3", "\xed\xa0\x80" };
	static struct buf pool[64];
	static unsigned turn;
	struct buf *b = &pool[turn++ % 64];
	size_t n = rnd(8), all = sizeof part / sizeof *part;

	b->len = 0;
	while (n-- > 0)
		buf_puts(b, part[rnd(bytes && rnd(4) == 0 ? all : all - 3)]);
	if (len != NULL) {
		if (bytes && rnd(3) == 0)
			buf_putc(b, '\0');
		*len = b->len;
	}
	buf_putc(b, '\0');
	return b->p;
}

static const char *
path(void)
{
	static struct buf pool[4];
	static unsigned turn;
	struct buf *b = &pool[turn++ % 4];
	const char *s = text(1, NULL);

	b->len = 0;
	buf_putc(b, 'p');
	for (; *s != '\0'; s++)
		buf_putc(b, *s == '/' ? '_' : *s);
	buf_putc(b, '\0');
	return b->p;
}

static uint64_t
number(void)
{
	switch (rnd(4)) {
	case 0:
		return 0;
	case 1:
		return RECORD_NUMBER_MAX - rnd(2);
	default:
		return (uint64_t)rnd(UINT32_MAX) >> rnd(32);
	}
}

static int64_t
when(void)
{
	static const int64_t edge[] = { 0, 1, -1, INT64_MAX, -INT64_MAX,
	    1700000000123456789 };

	return edge[rnd(6)];
}

static const char hash[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static void
generate(struct record *r)
{
	static struct symbol symbols[3];
	static struct ast_node nodes[3];
	static const char *strings[3];
	size_t i;

	record_init(r, rnd(8));
	for (i = 0; i < 3; i++) {
		symbols[i] = (struct symbol){ text(0, NULL), text(0, NULL),
		    rnd(2) ? text(0, NULL) : NULL, number(), number(),
		    number(), number(), rnd(2) ? RECORD_NONE : number(),
		    rnd(2) ? RECORD_NONE : number(),
		    rnd(2) ? NULL : rnd(2) ? "a:" : "a b:\"\303\244\\:" };
		nodes[i] = (struct ast_node){ number(), rnd(2) ? -1 :
		    (int64_t)number(), text(0, NULL), number(), number() };
		strings[i] = text(r->type == RECORD_BEGIN, NULL);
	}
	switch (r->type) {
	case RECORD_BEGIN:
		r->format = number();
		if ((r->nroots = rnd(4)) != 0)
			r->roots = strings;
		r->options = text(0, NULL);
		return;
	case RECORD_END:
		r->files = number();
		r->chunks = number();
		r->skipped = number();
		r->errors = number();
		return;
	case RECORD_FILE:
		r->language = text(0, NULL);
		r->size = number();
		r->mtime_ns = when();
		r->content_hash = rnd(4) ? hash : NULL;
		r->parse_errors = number();
		if (rnd(2))
			r->chunks = number();
		if (rnd(2))
			r->stored_at = number();
		break;
	case RECORD_CHUNK:
		r->byte_start = number();
		r->byte_end = number();
		r->start_line = number();
		r->end_line = number();
		r->language = text(0, NULL);
		r->symbol_name = rnd(2) ? text(0, NULL) : NULL;
		r->symbol_kind = rnd(2) ? text(0, NULL) : NULL;
		r->scope = rnd(2) ? text(0, NULL) : NULL;
		if (rnd(2)) {
			r->part[0] = number();
			r->part[1] = number() | 1;
			if (r->part[1] > RECORD_NUMBER_MAX)
				r->part[1] = 1;
		}
		if ((r->nsymbols = rnd(4)) != 0)
			r->symbols = symbols;
		r->content = text(1, &r->content_len);
		r->content_hash = hash;
		if ((r->nlabels = rnd(4)) != 0)
			r->labels = strings;
		if (rnd(2))
			r->created_at = number();
		break;
	case RECORD_AST:
		if ((r->nnodes = rnd(4)) != 0)
			r->nodes = nodes;
		break;
	case RECORD_KEEP:
		r->mtime_ns = when();
		break;
	case RECORD_SKIP:
		r->reason = text(0, NULL);
		if (rnd(2))
			r->size = number();
		if (rnd(2))
			r->mtime_ns = when();
		if (rnd(2))
			r->stored_at = number();
		break;
	case RECORD_GONE:
		break;
	}
	r->path = path();
}

/* Does r, read from the line, write it again? */
static void
writes(const struct record *r, const struct buf *want, const char *what)
{
	static struct buf out;

	out.len = 0;
	record_write(&out, r);
	if (out.len != want->len || memcmp(out.p, want->p, out.len) != 0) {
		fprintf(stderr, "%.*s", (int)out.len, out.p);
		failed(what);
	}
}

/* A copy writes the same with its stem and without, and has nothing lent. */
static void
copied(const struct record *r, const struct buf *want)
{
	struct pool p = { 0 };
	struct buf was = { 0 };
	struct record bare = *r, *copy;
	int round;

	for (round = 0; round < 2; round++, bare.stem = NULL) {
		copy = record_copy(&p, &bare);
		writes(copy, want, "a copy is another");
		if (r->type != RECORD_END && copy->stem == r->stem)
			failed("a copy's stem is lent");
		if (!record_is_line(copy, want->p, want->len - 1))
			failed("a line is not that of its record's copy");
		copy->stem = NULL;
		writes(copy, want, "a copy without its stem is another");
	}
	/* Another line is not taken for it. */
	copy = record_copy(&p, r);
	if (copy->stem_len > 20) {
		buf_add(&was, want->p, want->len - 1);
		was.p[copy->stem_len - 1] ^= 1;
		if (record_is_line(copy, was.p, was.len))
			failed("another line is taken for the record's");
	}
	buf_free(&was);
	pool_free(&p);
}

/* Change one place of the line; what is taken must be taken by both. */
static void
damage(struct reader *fast, struct reader *slow)
{
	static const char odd[] = "\"\\{}[],:0123456789eE+-.nulltrue \n/u\xff";
	struct record r, s;
	struct buf bad = { 0 };
	size_t at = rnd(line.len - 1);

	buf_add(&bad, line.p, line.len);
	switch (rnd(3)) {
	case 0:
		bad.p[at] = odd[rnd(sizeof odd - 1)];
		break;
	case 1:
		memmove(bad.p + at, bad.p + at + 1, bad.len - at - 1);
		bad.len--;
		break;
	default:
		buf_putc(&bad, 0);
		memmove(bad.p + at + 1, bad.p + at, bad.len - at - 1);
		bad.p[at] = odd[rnd(sizeof odd - 1)];
		break;
	}
	if (record_scan(fast, &r, bad.p, bad.len - 1)) {
		writes(&r, &bad, "the scanner took what nobody writes");
		if (record_load(slow, &s, bad.p, bad.len - 1) == -1)
			failed(slow->error);
		writes(&s, &bad, "the readers disagree");
	} else if (record_load(slow, &s, bad.p, bad.len - 1) == 0) {
		/* Fine: another way to say it. It must not crash to write. */
		struct buf out = { 0 };

		record_write(&out, &s);
		buf_free(&out);
	}
	buf_free(&bad);
}

int
main(int argc, char *argv[])
{
	struct reader fast = { 0 }, slow = { 0 };
	struct record r, s;
	int i;

	if (argc > 1)
		seed = atoi(argv[1]);
	for (round_no = 0; round_no < ROUNDS; round_no++) {
		generate(&r);
		line.len = 0;
		record_write(&line, &r);
		if (memchr(line.p, '\n', line.len) != line.p + line.len - 1 ||
		    utf8_valid(line.p, line.len) != line.len)
			failed("no line of UTF-8");
		if (!record_scan(&fast, &s, line.p, line.len - 1))
			failed("the scanner does not know it");
		writes(&s, &line, "the scanner reads otherwise");
		if (s.stem != line.p || !record_is_line(&s, line.p, line.len - 1))
			failed("the stem is not kept");
		if (record_line_type(line.p, line.len - 1) != s.type)
			failed("the line's type is another");
		copied(&s, &line);
		if (record_load(&slow, &s, line.p, line.len - 1) == -1)
			failed(slow.error);
		writes(&s, &line, "jansson reads otherwise");
		for (i = 0; i < 10; i++)
			damage(&fast, &slow);
	}
	reader_free(&fast);
	reader_free(&slow);
	buf_free(&line);
	return 0;
}
