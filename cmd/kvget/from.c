#include <err.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "define.h"
#include "from.h"
#include "hashes.h"
#include "base/path.h"
#include "place.h"

struct from {
	struct store *s;
	struct show *sh;
	const char *name;	/* of the file */
	uint64_t line;		/* from 1 */
	struct hashes hashes;
	struct reader reader;
};

/* Print what is wrong; returns 2. */
static int __attribute__((format(printf, 2, 3)))
wrong(const struct from *f, const char *fmt, ...)
{
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	warnx("%s:%" PRIu64 ": %s", f->name, f->line, why);
	return 2;
}

static int
by_hash(struct from *f, const char *hash)
{
	return hashes_add(&f->hashes, hash) == 0 ? 0 :
	    wrong(f, "%.80s: not a hash of %d hexadecimal digits", hash,
	    HASH_LEN);
}

static int
by_json(struct from *f, const char *line, size_t n)
{
	struct place_number start, end;
	struct record r;
	char a[24], b[24];

	if (record_read_named(&f->reader, &r, line, n) == -1)
		return wrong(f, "%s", f->reader.error);
	if (r.symbol_name != NULL)
		return define_show(f->s, f->sh, r.symbol_name, 0, r.path);
	if ((r.byte_start == RECORD_NONE) != (r.byte_end == RECORD_NONE))
		return wrong(f, "only one of \"byte_start\" and \"byte_end\"");
	if (r.path == NULL && r.content_hash != NULL)
		return by_hash(f, r.content_hash);
	if (r.path == NULL)
		return wrong(f, "neither \"file_path\", \"name\" nor "
		    "\"content_hash\"");
	if (r.byte_start == RECORD_NONE)
		return place_file(f->s, f->sh, r.path);
	snprintf(a, sizeof a, "%" PRIu64, r.byte_start);
	snprintf(b, sizeof b, "%" PRIu64, r.byte_end);
	place_number(&start, a);
	place_number(&end, b);
	return place_span(f->s, f->sh, r.path, &start, &end);
}

/* If the last word of the line is a number, cut it off: 1; or 0. */
static int
take_number(char *line, struct place_number *number)
{
	char *mark = line + strlen(line);

	while (mark > line && *mark != ' ' && *mark != '\t')
		mark--;
	if (mark == line || place_number(number, mark + 1) == -1)
		return 0;
	*mark = '\0';
	return 1;
}

/* PATH START END, unless that is a file's name: 1 shown, 0 it is not that. */
static int
by_span(struct from *f, const char *line, int *status)
{
	char *words = xstrdup(line), *whole = path_normal(xstrdup(line));
	struct place_number start, end;
	int is_span;

	is_span = take_number(words, &end) && take_number(words, &start);
	if (is_span && (*status = store_file(f->s, whole, NULL)) != 0) {
		is_span = *status == -1;
		*status = *status == -1 ? -1 : 0;
	} else if (is_span)
		*status = place_span(f->s, f->sh, path_normal(words), &start,
		    &end);
	free(words);
	free(whole);
	return is_span;
}

static int
answer(struct from *f, char *line, size_t n)
{
	int status = 0;

	if (strncmp(line, "{\"", 2) == 0)
		return by_json(f, line, n);
	if (strlen(line) != n)
		return wrong(f, "a NUL in it (see -0)");
	if (n == 0)
		return 0;
	if (line[0] == '-' && line[1] != '\0' &&
	    (line[2] == ' ' || line[2] == '\t'))
		switch (line[1]) {
		case 's':
			return define_show(f->s, f->sh, line + 3, 0, NULL);
		case 'H':
			return by_hash(f, line + 3);
		}
	return by_span(f, line, &status) ? status :
	    place_show(f->s, f->sh, line);
}

int
from_show(struct store *s, struct show *sh, const char *file, int separator)
{
	struct from f = { .s = s, .sh = sh, .name = file };
	FILE *in = stdin;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int status = 0;

	if (strcmp(file, "-") == 0)
		f.name = "stdin";
	else if ((in = fopen(file, "r")) == NULL)
		err(2, "%s", file);
	while (status == 0 &&
	    (n = getdelim(&line, &cap, separator, in)) != -1) {
		if (line[n - 1] == separator)
			line[--n] = '\0';
		f.line++;
		status = answer(&f, line, n);
	}
	if (status == 0 && !feof(in))	/* memory may have run out, too */
		err(2, "%s", f.name);
	if (status == 0)
		status = hashes_show(s, sh, &f.hashes);
	free(line);
	if (in != stdin)
		fclose(in);
	hashes_free(&f.hashes);
	reader_free(&f.reader);
	return status;
}
