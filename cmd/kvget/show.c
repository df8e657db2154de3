#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "show.h"
#include "base/visible.h"
#include "record/signature.h"

/* SGR: path and lines, kind, name. */
#define COLOUR_PATH	"36"
#define COLOUR_KIND	"33"
#define COLOUR_NAME	"1"

void
show_init(struct show *sh, enum form form)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	memset(sh, 0, sizeof *sh);
	sh->form = form;
	sh->colour = isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') &&
	    (term == NULL || strcmp(term, "dumb") != 0);
}

void
show_free(struct show *sh)
{
	reader_free(&sh->reader);
	context_free(&sh->context);
}

static void
put_coloured(const struct show *sh, const char *colour, const char *s)
{
	if (sh->colour)
		printf("\033[%sm", colour);
	visible_word(s);
	if (sh->colour)
		fputs("\033[m", stdout);
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
	put_coloured(sh, COLOUR_PATH, path);
	put_coloured(sh, COLOUR_PATH, lines);
	if (kind != NULL) {
		putchar(' ');
		put_coloured(sh, COLOUR_KIND, kind);
	}
	if (scope != NULL) {
		putchar(' ');
		visible_word(scope);
	}
	if (name != NULL) {
		putchar(' ');
		put_coloured(sh, COLOUR_NAME, name);
	}
	if (part != NULL && part[1] != 0)
		printf(" (%" PRIu64 " of %" PRIu64 ")", part[0], part[1]);
	putchar('\n');
}

void
show_text(struct show *sh, const char *text, size_t n)
{
	if (n == 0)
		return;			/* and text may be NULL */
	if (sh->form == TEXT) {
		visible_text(text, n);
		return;
	}
	visible_show(text, n);
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
			put_coloured(sh, COLOUR_PATH, path);
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

/* A chunk that stands for none has the names that begin in it. */
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

/* The chunk with its context: as a member, or as text before it. */
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
	show_text(sh, r.content, r.content_len);
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
		show_text(sh, r.content + (at - c->start), c->end - at);
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
