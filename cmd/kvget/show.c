#include <ctype.h>
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show.h"
#include "base/colour.h"
#include "base/visible.h"
#include "record/signature.h"

void
show_init(struct show *sh, enum form form)
{
	memset(sh, 0, sizeof *sh);
	sh->form = form;
}

void
show_free(struct show *sh)
{
	reader_free(&sh->reader);
	context_free(&sh->context);
}

static void
put_word(const char *colour, const char *s)
{
	if (colour_on())
		colour_puts(colour, s);
	else
		visible_word(s);
}

void
show_heading(struct show *sh, const char *path, uint64_t start_line,
    uint64_t end_line, const char *kind, const char *scope, const char *name,
    const uint64_t part[2])
{
	char lines[64];

	if (sh->any)
		putchar('\n');
	sh->any = 1;
	snprintf(lines, sizeof lines, ":%" PRIu64 "-%" PRIu64, start_line,
	    end_line);
	put_word(COLOUR_PATH, path);
	put_word(COLOUR_PATH, lines);
	if (kind != NULL) {
		putchar(' ');
		put_word(COLOUR_KIND, kind);
	}
	if (scope != NULL) {
		putchar(' ');
		visible_word(scope);
	}
	if (name != NULL) {
		putchar(' ');
		put_word(COLOUR_NAME, name);
	}
	if (part != NULL && part[1] != 0)
		printf(" (%" PRIu64 " of %" PRIu64 ")", part[0], part[1]);
	putchar('\n');
}

static int
is_word(char c)
{
	return c == '_' || isalnum((unsigned char)c) || (unsigned char)c >= 128;
}

/* Where the definition's name is in the n bytes at s, or NULL. */
static const char *
find_name(const struct symbol *d, const char *s, size_t n)
{
	size_t len = strlen(d->name);
	const char *at = s, *end = s + n;

	while (len != 0 && (at = memmem(at, end - at, d->name, len)) != NULL) {
		if ((at == s || !is_word(at[-1])) &&
		    (at + len == end || !is_word(at[len])))
			return at;
		at++;
	}
	return NULL;
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Print text with doc comments and the definitions' names in colour. */
static void
show_marked(const char *text, size_t n, uint64_t start,
    const struct symbol *d, size_t nsymbols)
{
	const char *at = text, *name;
	uint64_t end = start + n, from, to;

	for (; colour_on() && nsymbols != 0; d++, nsymbols--) {
		from = start + (at - text);
		if (symbol_doc(d) >= from && symbol_doc(d) < end) {
			from = symbol_doc(d);
			to = least(d->byte_start, end);
			visible_show(at, text + (from - start) - at);
			at = text + (to - start);
			colour_text(COLOUR_DOC, text + (from - start), to - from);
		}
		from = start + (at - text);
		if (from < d->byte_start)
			from = d->byte_start;
		to = least(least(d->byte_end, d->body_start), end);
		if (from >= to || (name = find_name(d, text + (from - start),
		    to - from)) == NULL)
			continue;
		visible_show(at, name - at);
		at = name + strlen(d->name);
		colour_text(COLOUR_NAME, name, at - name);
	}
	visible_show(at, n - (at - text));
}

void
show_text(struct show *sh, const char *text, size_t n)
{
	show_source(sh, text, n, 0, NULL, 0);
}

void
show_source(struct show *sh, const char *text, size_t n, uint64_t start,
    const struct symbol *d, size_t nsymbols)
{
	if (n == 0)
		return;			/* and text may be NULL */
	if (sh->form == TEXT) {
		visible_text(text, n);
		return;
	}
	show_marked(text, n, start, d, nsymbols);
	if (text[n - 1] != '\n')
		putchar('\n');
}

int
show_signature(struct show *sh, const char *path, const struct symbol *d,
    const char *text, size_t n)
{
	struct buf signature = { 0 }, line = { 0 };

	signature_add(&signature, text, n);
	if (sh->form == RECORDS)
		definition_write(&line, path, d, &signature, NULL, 0);
	else {
		if (sh->form == PEOPLE) {
			put_word(COLOUR_PATH, path);
			printf(":%" PRIu64 ": ", d->start_line);
		}
		buf_add(&line, signature.p, signature.len);
		buf_putc(&line, '\n');
	}
	visible_text(line.p, line.len);
	buf_free(&line);
	buf_free(&signature);
	return ferror(stdout) != 0;
}

/* A heading; a chunk that stands for no definition has the names in it. */
static void
head_chunk(struct show *sh, const struct record *r)
{
	struct buf names = { 0 };
	size_t i;

	for (i = 0; r->symbol_name == NULL && i < r->nsymbols; i++) {
		if (i != 0)
			buf_puts(&names, ", ");
		buf_puts(&names, r->symbols[i].name);
	}
	if (i != 0)
		buf_putc(&names, '\0');
	show_heading(sh, r->path, r->start_line, r->end_line, r->symbol_kind,
	    r->scope, i != 0 ? names.p : r->symbol_name, r->part);
	buf_free(&names);
}

static int
read_chunk(struct show *sh, struct record *r, const char *line, size_t len)
{
	if (record_read(&sh->reader, r, line, len) == 0 &&
	    r->type == RECORD_CHUNK)
		return 0;
	warnx("a chunk in the store: %s", sh->reader.error);
	return 2;
}

/* Show the chunk with its context: as a member, or as text before it. */
static int
show_context(struct show *sh, const struct record *r, const char *line,
    size_t len)
{
	struct buf context = { 0 }, out = { 0 };
	int status = context_of(&sh->context, r, &context);

	if (status != 0)
		goto done;
	if (sh->form == RECORDS) {
		buf_add(&out, line, len - 1);	/* but the brace */
		buf_puts(&out, ",\"context\":");
		json_quote(&out, context.p != NULL ? context.p : "",
		    context.len);
		buf_puts(&out, "}\n");
		fwrite(out.p, 1, out.len, stdout);
	} else {
		if (sh->form == PEOPLE)
			head_chunk(sh, r);
		show_text(sh, context.p, context.len);
		show_text(sh, r->content, r->content_len);
	}
	status = ferror(stdout) != 0;
done:
	buf_free(&context);
	buf_free(&out);
	return status;
}

int
show_chunk(struct show *sh, const char *line, size_t len)
{
	struct record r;

	if (sh->context.max != 0)
		return read_chunk(sh, &r, line, len) != 0 ? 2 :
		    show_context(sh, &r, line, len);
	if (sh->form == RECORDS) {
		fwrite(line, 1, len, stdout);
		putchar('\n');
		return ferror(stdout) != 0;
	}
	if (read_chunk(sh, &r, line, len) != 0)
		return 2;
	if (sh->form == PEOPLE)
		head_chunk(sh, &r);
	show_source(sh, r.content, r.content_len, r.byte_start, r.symbols,
	    r.nsymbols);
	return ferror(stdout) != 0;
}

/* Each byte once. */
static int
show_bytes(struct show *sh, const struct store_whole *w)
{
	const struct store_chunk *c = w->chunks, *end = c + w->nchunks;
	struct record r;
	uint64_t at = 0, missing = 0, size;

	if (record_read(&sh->reader, &r, w->file.line, w->file.len) == -1) {
		warnx("%s: its record: %s", w->file.path, sh->reader.error);
		return 2;
	}
	size = r.size;
	for (; c < end; c++) {
		if (c->end <= at)
			continue;
		if (read_chunk(sh, &r, c->line, c->len) != 0)
			return 2;
		if (c->start > at) {
			missing += c->start - at;
			at = c->start;
		}
		visible_text(r.content + (at - c->start), c->end - at);
		at = c->end;
	}
	if (size > at)
		missing += size - at;
	if (missing != 0) {
		warnx("%s: %" PRIu64 " of %" PRIu64 " bytes are in no chunk",
		    w->file.path, missing, size);
		sh->status = 1;
	}
	return ferror(stdout) != 0;
}

int
show_file(struct show *sh, const struct store_whole *w)
{
	size_t i;
	int status = 0;

	if (sh->form == TEXT && sh->context.max == 0)
		return show_bytes(sh, w);
	for (i = 0; status == 0 && i < w->nchunks; i++)
		status = show_chunk(sh, w->chunks[i].line, w->chunks[i].len);
	return status;
}

void
show_skipped(struct show *sh, const char *path, const char *line, size_t len)
{
	struct record r;

	if (record_read(&sh->reader, &r, line, len) == -1)
		warnx("%s: its record: %s", path, sh->reader.error);
	else
		warnx("%s: skipped: %s", path, r.reason);
	sh->status = 1;
}
