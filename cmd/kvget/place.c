#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "place.h"

int
place_number(struct place_number *n, const char *s)
{
	n->n = 0;
	n->text = s;
	if (*s == '\0')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++)
		if ((n->n = n->n * 10 + (*s - '0')) > RECORD_NUMBER_MAX)
			n->n = RECORD_NUMBER_MAX + 1;
	return *s == '\0' ? 0 : -1;
}

static int
is_skip(struct show *sh, const struct buf *line)
{
	struct record r;

	return record_read(&sh->reader, &r, line->p, line->len) == 0 &&
	    r.type == RECORD_SKIP;
}

/*
 * Say why nothing was found in the file of this path: 0, -1. If the file is
 * stored, what says what it lacks, as "holds line" or "from", and where.
 */
static int
say_none(struct store *s, struct show *sh, const char *path, const char *what,
    const struct place_number *at, const struct place_number *to)
{
	struct buf line = { 0 };
	int there = store_file(s, path, &line);

	if (there == 0)
		warnx("%s: not stored", path);
	else if (there == 1 && is_skip(sh, &line))
		show_skipped(sh, path, line.p, line.len);
	else if (there == 1)
		warnx("%s: no chunk %s %s%s%s", path, what, at->text,
		    to != NULL ? " to " : "", to != NULL ? to->text : "");
	buf_free(&line);
	sh->status = 1;
	return there == -1 ? -1 : 0;
}

static int
could_be_name(const char *s)
{
	for (; isalnum((unsigned char)*s) || *s == '_'; s++)
		;
	return *s == '\0';
}

/* Say that there is no such file, perhaps what else there is: 0, -1. */
static int
say_no_file(struct store *s, struct show *sh, const char *name,
    const char *path)
{
	int below = store_any_below(s, path);

	if (below == 1)
		warnx("%s: a directory; --below prints the files in it", path);
	else if (below == 0)
		warnx(could_be_name(name) ? "%s: not stored (for a "
		    "definition: kvget -s %s)" : "%s: not stored", name, name);
	sh->status = 1;
	return below == -1 ? -1 : 0;
}

/* --- all ------------------------------------------------------------------ */

struct whole_show {
	struct show *sh;
	int found;
};

static int
show_whole(void *arg, const struct store_whole *w)
{
	struct whole_show *f = arg;

	f->found = 1;
	if (!w->file.skipped)
		return show_file(f->sh, w);
	show_skipped(f->sh, w->file.path, w->file.line, w->file.len);
	return 0;
}

/* --- at a place ------------------------------------------------------------ */

/* Chunks of one file that were found, copied. */
struct copies {
	struct reader reader;
	struct buf text;
	struct one {
		uint64_t start, end;
		size_t line, len;
	} *list;
	size_t n, cap;
};

static int
take_chunk(void *arg, const char *line, size_t len)
{
	struct copies *f = arg;
	struct record r;

	if (record_read(&f->reader, &r, line, len) == -1) {
		warnx("a chunk in the store: %s", f->reader.error);
		return 2;
	}
	if (r.byte_start == r.byte_end)
		return 0;		/* holds nothing of a line */
	f->list = xgrow(f->list, &f->cap, f->n + 1, sizeof *f->list);
	f->list[f->n++] = (struct one){ r.byte_start, r.byte_end, f->text.len,
	    len };
	buf_add(&f->text, line, len);
	return 0;
}

static int
holds_another(const struct copies *f, const struct one *a)
{
	const struct one *b;

	for (b = f->list; b < f->list + f->n; b++)
		if (b != a && b->start >= a->start && b->end <= a->end)
			return 1;
	return 0;
}

static int
show_innermost(struct show *sh, const struct copies *f)
{
	size_t i;
	int status = 0;

	for (i = 0; status == 0 && i < f->n; i++)
		if (!holds_another(f, &f->list[i]))
			status = show_chunk(sh, f->text.p + f->list[i].line,
			    f->list[i].len);
	return status;
}

/* Show path, the first part of the name, at the byte or line after it. */
static int
show_at(struct store *s, struct show *sh, char *path, int byte,
    const struct place_number *at)
{
	struct copies f = { .n = 0 };
	int status;

	path_normal(path);
	if (byte)
		status = store_chunks_at(s, path, at->n, at->n + 1, take_chunk, &f);
	else
		status = store_chunks_on(s, path, at->n, take_chunk, &f);
	if (status == 0 && f.n == 0)
		status = say_none(s, sh, path, byte ? "holds byte" :
		    "holds line", at, NULL);
	if (status == 0)
		status = show_innermost(sh, &f);
	reader_free(&f.reader);
	buf_free(&f.text);
	free(f.list);
	return status;
}

/* ------------------------------------------------------------------------- */

int
place_file(struct store *s, struct show *sh, const char *path)
{
	struct whole_show w = { .sh = sh };
	int status = store_whole(s, path, show_whole, &w);

	return status != 0 || w.found ? status :
	    say_no_file(s, sh, path, path);
}

int
place_show(struct store *s, struct show *sh, const char *name)
{
	struct whole_show w = { .sh = sh };
	char *path = path_normal(xstrdup(name)), *mark;
	struct place_number n;
	int status = store_whole(s, path, show_whole, &w);

	if (status != 0 || w.found)
		goto out;
	strcpy(path, name);
	mark = path + strlen(path);
	while (mark > path && *mark != '@' && *mark != ':')
		mark--;
	if (mark > path && place_number(&n, mark + 1) == 0) {
		int byte = *mark == '@';

		*mark = '\0';
		status = show_at(s, sh, path, byte, &n);
	} else
		status = say_no_file(s, sh, name, path_normal(path));
out:
	free(path);
	return status;
}

int
place_span(struct store *s, struct show *sh, const char *path,
    const struct place_number *start, const struct place_number *end)
{
	struct buf line = { 0 };
	int status = store_chunk(s, path, start->n, end->n, &line);

	if (status == 1)
		status = show_chunk(sh, line.p, line.len);
	else if (status == 0)
		status = say_none(s, sh, path, "from", start, end);
	buf_free(&line);
	return status;
}
