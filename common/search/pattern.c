#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"
#include "record/record.h"
#include "search/pattern.h"

/* Some tenths of a second in one place of the text. */
#define MATCH_LIMIT	1000000
#define HEAP_LIMIT	(64 << 10)	/* KB */

struct pattern {
	char *bytes;			/* to find verbatim, or NULL */
	size_t n;
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *limits;
	char error[256];
};

static uint32_t
options(const char *s, size_t n, int how)
{
	uint32_t o = PCRE2_MULTILINE;

	if (how & PATTERN_LITERAL)
		o = PCRE2_LITERAL;
	if (how & PATTERN_NOCASE)
		o |= PCRE2_CASELESS;
	if ((how & PATTERN_BYTES) || ((how & PATTERN_LITERAL) &&
	    utf8_valid(s, n) != n))
		return o;
	o |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
	return how & PATTERN_LITERAL ? o : o | PCRE2_UCP;
}

/*
 * The expression for whole words, as in grep -w: next to it is nothing that
 * could be part of a word.
 */
#define ALONE	"(?<!\\w)(?:"

static void
word(struct buf *b, const char *s, size_t n, int *how)
{
	size_t i;

	buf_puts(b, ALONE);
	for (i = 0; i < n; i++) {
		if ((*how & PATTERN_LITERAL) && (unsigned char)s[i] < 0x80 &&
		    !isalnum((unsigned char)s[i]))
			buf_putc(b, '\\');
		buf_putc(b, s[i]);
	}
	buf_puts(b, ")(?!\\w)");
	if (utf8_valid(s, n) != n && (*how & PATTERN_LITERAL))
		*how |= PATTERN_BYTES;
	*how &= ~PATTERN_LITERAL;
}

struct pattern *
pattern_new(const char *s, size_t n, int how, char *error, size_t size)
{
	struct pattern *p = xcalloc(1, sizeof *p);
	pcre2_compile_context *c = pcre2_compile_context_create(NULL);
	PCRE2_UCHAR why[200];
	PCRE2_SIZE at;
	struct buf b = { 0 };
	int code;

	if ((how & ~PATTERN_BYTES) == PATTERN_LITERAL) {
		pcre2_compile_context_free(c);
		p->bytes = xmemdup(s, n);
		p->n = n;
		return p;
	}
	if (c == NULL || (p->limits = pcre2_match_context_create(NULL)) == NULL)
		goto memory;
	pcre2_set_newline(c, PCRE2_NEWLINE_LF);
	if (how & PATTERN_WORD)
		word(&b, s, n, &how);
	p->code = pcre2_compile((PCRE2_SPTR)(b.p != NULL ? b.p : s),
	    b.p != NULL ? b.len : n, options(s, n, how), &code, &at, c);
	if (p->code == NULL) {
		pcre2_get_error_message(code, why, sizeof why);
		snprintf(error, size, "at byte %zu: %s", (size_t)at -
		    (b.p != NULL && at >= sizeof ALONE ? sizeof ALONE - 1 : 0),
		    why);
		buf_free(&b);
		goto fail;
	}
	buf_free(&b);
	/* If there is no room for machine code, it is interpreted. */
	(void)pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
	pcre2_set_match_limit(p->limits, MATCH_LIMIT);
	pcre2_set_heap_limit(p->limits, HEAP_LIMIT);
	if ((p->match = pcre2_match_data_create(1, NULL)) == NULL)
		goto memory;
	pcre2_compile_context_free(c);
	return p;
memory:
	snprintf(error, size, "Cannot allocate memory");
fail:
	pcre2_compile_context_free(c);
	pattern_free(p);
	return NULL;
}

void
pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	pcre2_match_data_free(p->match);
	pcre2_match_context_free(p->limits);
	pcre2_code_free(p->code);
	free(p->bytes);
	free(p);
}

int
pattern_next(struct pattern *p, const char *s, size_t n, size_t at,
    size_t *start, size_t *end)
{
	PCRE2_SIZE *span;
	const char *found;
	int code;

	if (p->bytes != NULL) {
		if ((found = memmem(s + at, n - at, p->bytes, p->n)) == NULL)
			return 0;
		*start = found - s;
		*end = *start + p->n;
		return 1;
	}
	code = pcre2_match(p->code, (PCRE2_SPTR)s, n, at, 0, p->match,
	    p->limits);
	if (code == PCRE2_ERROR_NOMATCH)
		return 0;
	if (code < 0) {
		pcre2_get_error_message(code, (PCRE2_UCHAR *)p->error,
		    sizeof p->error);
		return -1;
	}
	span = pcre2_get_ovector_pointer(p->match);
	*start = span[0];
	*end = span[1] > span[0] ? span[1] : span[0];
	return 1;
}

const char *
pattern_error(struct pattern *p)
{
	return p->error;
}
