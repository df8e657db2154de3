#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "record/signature.h"

#define HEAD_MAX	65536	/* do not look for imports beyond that */

/* --- imports ------------------------------------------------------------------ */

static int
imports(const char *s, size_t n)
{
	static const char *const words[] = { "import", "from", "#include",
	    "#import", "@import", "use", "using", "require", "require_once",
	    "require_relative", "include", "package", "module", "open",
	    "extern", "library", "source", "alias", "load" };
	size_t i, k = 0;

	while (k < n && !isspace((unsigned char)s[k]) &&
	    strchr("(\"'<;", s[k]) == NULL)
		k++;
	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == k && memcmp(words[i], s, k) == 0)
			return k < n;
	return 0;
}

/* The length of the statement at s: to the end of the first line with no
 * bracket open. */
static size_t
statement(const char *s, size_t n)
{
	size_t i;
	int open = 0;

	for (i = 0; i < n && (s[i] != '\n' || open > 0); i++)
		if (strchr("({[", s[i]) != NULL && s[i] != '\0')
			open++;
		else if (strchr(")}]", s[i]) != NULL && s[i] != '\0')
			open--;
	return i;
}

static void
add_imports(struct context *c, const char *s, size_t n)
{
	size_t i, k;

	for (i = 0; i < n && c->imports.len < c->max; i += k + 1) {
		const char *nl = memchr(s + i, '\n', n - i);

		k = nl != NULL ? (size_t)(nl - (s + i)) : n - i;
		if (!imports(s + i, n - i))
			continue;
		k = statement(s + i, n - i);
		signature_add(&c->imports, s + i, k);
		buf_putc(&c->imports, '\n');
	}
}

/* --- a file -------------------------------------------------------------------- */

static void
take_chunk(struct context *c, const struct record *r)
{
	uint64_t end = r->byte_end;
	size_t i;

	for (i = 0; i < r->nsymbols; i++) {
		const struct symbol *y = &r->symbols[i];
		struct around *a;

		if (y->body_start == RECORD_NONE)
			continue;	/* nothing is inside */
		if (!c->over && end > symbol_doc(y))
			end = symbol_doc(y);
		c->list = xgrow(c->list, &c->cap, c->n + 1, sizeof *c->list);
		a = &c->list[c->n++];
		*a = (struct around){ y->byte_start, y->byte_end,
		    c->text.len, 0 };
		signature_of(&c->text, y, r);
		a->len = c->text.len - a->at;
	}
	/* A statement may continue in the next chunk. */
	if (!c->over && end > r->byte_start)
		buf_add(&c->head, r->content, (size_t)(end - r->byte_start));
	c->over |= end < r->byte_end || c->head.len > HEAD_MAX;
}

static int
take_file(void *arg, const struct store_whole *w)
{
	struct context *c = arg;
	struct record r;
	size_t i;

	for (i = 0; i < w->nchunks; i++) {
		if (record_read(&c->reader, &r, w->chunks[i].line,
		    w->chunks[i].len) == -1) {
			warnx("%s: a chunk of it: %s", w->file.path,
			    c->reader.error);
			return 2;
		}
		take_chunk(c, &r);
	}
	return 0;
}

/* --- a chunk ------------------------------------------------------------------- */

static int
is_around(const struct around *a, const struct record *r)
{
	return a->start < r->byte_start && a->end > r->byte_start;
}

int
context_of(struct context *c, const struct record *r, struct buf *out)
{
	size_t i, k, left = c->max, n = strlen(r->path);
	int status;

	if (c->path == NULL || strcmp(c->path, r->path) != 0) {
		free(c->path);
		c->path = xstrdup(r->path);
		c->n = c->text.len = c->imports.len = c->head.len = 0;
		c->over = 0;
		if ((status = store_whole(c->store, c->path, take_file,
		    c)) != 0)
			return status;
		add_imports(c, c->head.p, c->head.len);
	}
	if (n + 1 > left)
		return 0;
	buf_add(out, r->path, n);
	buf_putc(out, '\n');
	left -= n + 1;
	/* The innermost matter most: those that fit, the outermost first. */
	for (i = c->n; i-- > 0; )
		if (is_around(&c->list[i], r)) {
			if (c->list[i].len + 1 > left)
				break;
			left -= c->list[i].len + 1;
		}
	while (++i < c->n)
		if (is_around(&c->list[i], r)) {
			buf_add(out, c->text.p + c->list[i].at,
			    c->list[i].len);
			buf_putc(out, '\n');
		}
	for (i = 0; i < c->imports.len; i += k) {
		const char *s = c->imports.p + i;

		k = (size_t)((const char *)memchr(s, '\n',
		    c->imports.len - i) - s) + 1;
		if (k > left)
			break;
		buf_add(out, s, k);
		left -= k;
	}
	return 0;
}

void
context_free(struct context *c)
{
	free(c->path);
	free(c->list);
	buf_free(&c->text);
	buf_free(&c->imports);
	buf_free(&c->head);
	reader_free(&c->reader);
}
