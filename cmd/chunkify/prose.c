#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cutting.h"

/* Behind the blanks at the byte, on its line. */
static uint32_t
skip_indent(const struct cutting *j, uint32_t at, uint32_t end)
{
	while (at < end && (j->text[at] == ' ' || j->text[at] == '\t' ||
	    j->text[at] == '\r'))
		at++;
	return at;
}

/* Where the line at the byte ends, its newline left out. */
static uint32_t
end_of_line(const struct cutting *j, uint32_t at)
{
	const char *nl = memchr(j->text + at, '\n', j->len - at);

	return nl != NULL ? (uint32_t)(nl - j->text) : j->len;
}

static int
empty_line(const struct cutting *j, uint32_t at)
{
	uint32_t end = end_of_line(j, at);

	return skip_indent(j, at, end) == end;
}

/* Is the line one byte again and again, three times at least? */
static int
underline(const struct cutting *j, uint32_t at)
{
	uint32_t end = end_of_line(j, at), p = at;

	if (at == end || strchr("=-~^#*\"+", j->text[at]) == NULL)
		return 0;
	while (p < end && j->text[p] == j->text[at])
		p++;
	return p - at >= 3 && skip_indent(j, p, end) == end;
}

/* Is the line numbered as a heading is: "1.2 Name", "Chapter 3"? */
static int
numbered(const struct cutting *j, uint32_t at)
{
	static const char *const words[] = { "chapter ", "section ", "part ",
	    "appendix ", "article ", NULL };
	const char *const *w, *s = j->text + at;
	uint32_t end = end_of_line(j, at), p = at;
	int dots = 0;

	if (end - at > 80)
		return 0;
	for (w = words; *w != NULL; w++)
		if (end - at > strlen(*w) &&
		    strncasecmp(s, *w, strlen(*w)) == 0)
			return 1;
	for (; p < end && (isdigit((unsigned char)j->text[p]) ||
	    j->text[p] == '.'); p++)
		dots += j->text[p] == '.';
	if (dots == 0 || !isdigit((unsigned char)*s) || p == end ||
	    j->text[p] != ' ')
		return 0;
	p = skip_indent(j, p, end);
	return p < end && isupper((unsigned char)j->text[p]);
}

/* Does a heading stand at the line, behind an empty one or at the beginning? */
static int
heading(const struct cutting *j, uint32_t at)
{
	uint32_t next = end_of_line(j, at) + 1;

	if (at != 0 && !empty_line(j, j->lines->start[line_of(j->lines,
	    at - 1) - 1]))
		return 0;
	if (empty_line(j, at))
		return 0;
	return numbered(j, at) || (next < j->len && !underline(j, at) &&
	    underline(j, next));
}

/* May a text be cut before the line: at headings, at paragraphs? What a heading
 * is of stays with it. */
static int
may_cut(const struct cutting *j, uint32_t at, int paragraphs)
{
	uint32_t before = j->lines->start[line_of(j->lines, at - 1) - 1];

	if (!paragraphs)
		return heading(j, at);
	return empty_line(j, before) && !empty_line(j, at) && before != 0 &&
	    !underline(j, j->lines->start[line_of(j->lines, before - 1) - 1]);
}

/* Paragraphs: not at headings any more. */
static void
cut_between(struct cutting *j, uint32_t start, uint32_t end, int paragraphs)
{
	struct items l = { 0 };
	size_t i, from = 0, line = line_of(j->lines, start);
	uint32_t at;

	add_item(&l, start, no_node, start, 0);
	for (; line < j->lines->n && (at = j->lines->start[line]) < end; line++)
		if (may_cut(j, at, paragraphs))
			add_item(&l, at, no_node, at, 0);
	l.item[l.n - 1].end = end;
	for (i = 0; i < l.n; i++) {
		if (fits(j, l.item[i].start, l.item[i].end))
			continue;
		merge(j, l.item + from, i - from);
		if (paragraphs)
			cut_lines(j, l.item[i].start, l.item[i].end);
		else
			cut_between(j, l.item[i].start, l.item[i].end, 1);
		from = i + 1;
	}
	merge(j, l.item + from, l.n - from);
	free(l.item);
}

void
cut_prose(struct cutting *j, uint32_t start, uint32_t end)
{
	cut_between(j, start, end, 0);
}
