#include <err.h>
#include <stdio.h>

#include "dump.h"

static void
put_line(const char *line, size_t len)
{
	fwrite(line, 1, len, stdout);
	putchar('\n');
}

struct total {
	struct show *sh;
	struct record end;
};

/* Could the file not be read? */
static int
is_error(struct show *sh, const struct store_file *f)
{
	struct record r;

	return record_read(&sh->reader, &r, f->line, f->len) == 0 &&
	    r.type == RECORD_SKIP && skip_keeps(r.reason);
}

/* Print the lines as they are in the store. */
static int
put_whole(void *arg, const struct store_whole *w)
{
	struct total *t = arg;
	size_t i;

	put_line(w->file.line, w->file.len);
	for (i = 0; i < w->nchunks; i++)
		put_line(w->chunks[i].line, w->chunks[i].len);
	if (w->ast != NULL)
		put_line(w->ast, w->ast_len);
	if (w->file.skipped) {
		t->end.skipped++;
		t->end.errors += is_error(t->sh, &w->file);
	} else
		t->end.files++;
	t->end.chunks += w->nchunks;
	return ferror(stdout) != 0;	/* no point in going on */
}

static int
show_whole(void *arg, const struct store_whole *w)
{
	struct total *t = arg;

	if (w->file.skipped)
		return 0;
	t->end.files++;
	return show_file(t->sh, w);
}

static int
all(struct store *s, const char *path, store_whole_fn *fn, struct total *t)
{
	return path == NULL ? store_wholes(s, fn, t) :
	    store_wholes_below(s, path, fn, t);
}

static int
put_stream(struct store *s, const char *path, struct total *t)
{
	struct store_about about;
	struct record begin;
	int status;

	if ((status = store_about(s, &about)) == 0) {
		record_init(&begin, RECORD_BEGIN);
		begin.format = RECORD_FORMAT;
		begin.options = about.options;
		if (path == NULL) {
			begin.roots = (const char *const *)about.roots;
			begin.nroots = about.nroots;
		}
		record_print(&begin);
		if ((status = all(s, path, put_whole, t)) == 0)
			record_print(&t->end);
	}
	store_about_free(&about);
	return status;
}

int
dump(struct store *s, struct show *sh, const char *path)
{
	struct total t = { .sh = sh };
	int status;

	record_init(&t.end, RECORD_END);
	t.end.chunks = 0;
	if (sh->form == RECORDS)
		status = put_stream(s, path, &t);
	else
		status = all(s, path, show_whole, &t);
	return status;
}

int
dump_chunks(struct store *s, struct show *sh, const char *path)
{
	struct total t = { .sh = sh };

	return all(s, path, show_whole, &t);
}
