/* What of a makefile make's grammar is not shown. */
#include <string.h>

#include "mask.h"
#include "masking.h"

/* Behind a line and those that continue it. */
static const char *
skip_line(const char *s, const char *end)
{
	const char *nl;
	int goes_on;

	do {
		nl = memchr(s, '\n', end - s);
		goes_on = nl != NULL && nl != s && nl[-1] == '\\';
		s = nl != NULL ? nl + 1 : end;
	} while (goes_on && s < end);
	return s;
}

/* Is a word of make's conditionals at s? */
static int
conditional(const char *s, const char *end)
{
	static const char *const words[] = { "ifdef", "ifndef", "ifeq",
	    "ifneq", "else", "endif", NULL };

	return in(words, s, word_len(s, end));
}

/* Does the line at s set a variable? Gives its "=". Or is it a rule, with a ":"
 * that is no part of the "="? */
static int
sets(const char *s, const char *end, const char **eq)
{
	int depth = 0;

	for (*eq = NULL; s < end && *s != '\n' && *s != '#'; s++)
		if (*s == '(' || *s == '{')
			depth++;
		else if (*s == ')' || *s == '}')
			depth--;
		else if (depth == 0 && *s == '=') {
			*eq = s;
			return 1;
		} else if (depth == 0 && *s == ':' && s + 1 < end &&
		    s[1] != '=' && s[1] != ':')
			return 0;
	return 0;
}

/* Is there in [s, end) what make's grammar does not know: a shell command? */
static int
shell(const char *s, const char *end)
{
	for (; s < end; s++)
		if (strchr("'\"`;<|", *s) != NULL || (*s == '#' &&
		    s[-1] == '\\') || (*s == '(' && s[-1] != '$') ||
		    (*s == '=' && s[-1] == ':'))
			return 1;
	return 0;
}

/* Show [s, end) as n bytes of text, and the rest as blanks. */
static void
show_as(struct masking *c, const char *s, const char *end, const char *text,
    size_t n)
{
	hide(c, s, end);
	memcpy(c->copy + (s - c->text), text, n);
}

/* A conditional that asks a shell is one that asks for a variable. */
static void
show_ifdef(struct masking *c, const char *s, const char *end)
{
	while (isspace((unsigned char)end[-1]))
		end--;
	show_as(c, s, end, "ifdef", 5);
	c->copy[end - 1 - c->text] = '_';
}

/* The name at s, without a "+" or "?" before the "=" at eq, as one word if it is
 * made of others: obj-$(X); its value only if that is no shell command. */
static void
show_variable(struct masking *c, const char *s, const char *eq, const char *end)
{
	int depth = 0;

	if (eq > s && strchr("+?", eq[-1]) != NULL)
		hide(c, eq - 1, eq);
	for (; s < eq; s++) {
		depth += *s == '(' ? 1 : *s == ')' ? -1 : 0;
		if (depth != 0 || strchr("$(){}", *s) != NULL)
			show_as(c, s, s + 1, "_", 1);
	}
	if (shell(eq + 1, end))
		hide(c, eq + 1, end);
}

/*
 * A tab begins a line of a recipe only behind a rule; elsewhere, as inside a
 * conditional, it is a blank. Of what sets a variable the grammar wants a plain
 * name and value.
 */
void
mask_make(struct masking *c)
{
	const char *s, *next, *p, *eq;
	int rule = 0;

	for (s = c->text; s < c->end; s = next) {
		next = skip_line(s, c->end);
		if (*s == '\t' && rule)
			continue;
		p = skip_blanks(s, next);
		if (*s == '\t' && p < next && *p != '\n')
			hide(c, s, p);
		if (p == next || *p == '\n' || *p == '#')
			continue;
		if (conditional(p, next)) {
			if (*p == 'i' && (memchr(p, '|', next - p) != NULL ||
			    memchr(p, ';', next - p) != NULL))
				show_ifdef(c, p, next);
			continue;
		}
		rule = !sets(p, next, &eq);
		if (!rule)
			show_variable(c, p, eq, next);
	}
}
