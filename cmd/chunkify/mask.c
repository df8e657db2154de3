#include <ctype.h>
#include <string.h>

#include "arena.h"
#include "mask.h"

/* What is looked at ahead of a word is bounded, for any word may ask. */
#define ARGS_MAX	512	/* bytes of a macro's arguments */
#define ROW_MAX		16	/* macros in a row */

struct scan {
	const struct language *lang;
	const char *text, *end;
	char *copy;		/* made at the first word to be hidden */
	/* what was seen last, comments and directives aside */
	const char *word;	/* a word, or NULL */
	size_t len;
	char last;		/* its last byte, 0 at the beginning */
	int space;		/* the name behind one of the spaces */
	int params;		/* it was a ")", or one and then tails */
	int tails;
	int first;		/* nothing else was on this line yet */
};

static inline int
wordch(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static int
in(const char *const *list, const char *s, size_t n)
{
	for (; *list != NULL; list++)
		if (strncmp(*list, s, n) == 0 && (*list)[n] == '\0')
			return 1;
	return 0;
}

/* Behind a comment, a string or a character that begins at s; else s. */
static const char *
skip_text(const char *s, const char *end)
{
	const char *p;
	char q;

	if (s + 1 < end && *s == '/' && s[1] == '/') {
		p = memchr(s, '\n', end - s);
		return p != NULL ? p : end;
	}
	if (s + 1 < end && *s == '/' && s[1] == '*') {
		p = memmem(s + 2, end - s - 2, "*/", 2);
		return p != NULL ? p + 2 : end;
	}
	if (*s != '"' && *s != '\'')
		return s;
	for (q = *s++; s < end && *s != q && *s != '\n'; s++)
		if (*s == '\\' && s + 1 < end)
			s++;
	return s < end ? s + 1 : end;
}

/* Behind a preprocessor line, the lines that continue it included. */
static const char *
skip_directive(const char *s, const char *end)
{
	const char *t;

	while (s < end && *s != '\n')
		if ((t = skip_text(s, end)) != s && *s == '/')
			s = t;
		else if (*s == '\\' && s + 1 < end)
			s += s[1] == '\r' && s + 2 < end ? 3 : 2;
		else
			s++;
	return s;
}

static const char *
skip_blanks(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t' || *s == '\r'))
		s++;
	return s;
}

/* The next byte that means something, over lines and comments. */
static const char *
skip_space(const char *s, const char *end)
{
	for (; s < end; s++)
		if (*s == '/' && s + 1 < end && (s[1] == '/' || s[1] == '*'))
			s = skip_text(s, end) - 1;
		else if (!isspace((unsigned char)*s))
			break;
	return s;
}

/* Behind the arguments at s, if it has any, else s. */
static const char *
skip_args(const char *s, const char *end)
{
	const char *p = skip_blanks(s, end), *t;
	int depth = 0;

	if (p >= end || *p != '(')
		return s;
	for (; p < end && p - s < ARGS_MAX; p++)
		if (*p == '(')
			depth++;
		else if (*p == ')') {
			if (--depth == 0)
				return p + 1;
		} else if ((*p == '/' || *p == '"' || *p == '\'') &&
		    (t = skip_text(p, end)) != p)
			p = t - 1;
	return s;
}

static int
capitals(const char *s, size_t n)
{
	size_t i;

	while (n != 0 && *s == '_') {
		s++;
		n--;
	}
	if (n < 3 || !isupper((unsigned char)*s))
		return 0;
	for (i = 0; i < n; i++)
		if (islower((unsigned char)s[i]))
			return 0;
	return 1;
}

static size_t
word_len(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && wordch(*p))
		p++;
	return p - s;
}

/* Does a name and then what follows it in the head of a class stand at s? */
static int
class_head(const char *s, const char *end)
{
	size_t n;
	int i;

	for (i = 0; i < ROW_MAX; i++) {
		if ((n = word_len(s, end)) == 0 || (n == 5 &&
		    memcmp(s, "final", 5) == 0))
			return 0;
		s = skip_space(s + n, end);
		if (end - s > 2 && s[0] == ':' && s[1] == ':')
			s = skip_space(s + 2, end);
		else if (end - s > 5 && memcmp(s, "final", 5) == 0)
			return 1;
		else if (!capitals(s - n, n) || word_len(s, end) == 0)
			break;
	}
	return s < end && strchr("{:<;", *s) != NULL;
}

/* Does the rest of a declaration stand at s: int f, Foo &f, const Foo<T>? */
static int
declares(const char *s, const char *end)
{
	size_t n = word_len(s, end);

	if (n == 0 || isdigit((unsigned char)*s) ||
	    (n == 8 && memcmp(s, "operator", 8) == 0))
		return 0;
	s = skip_space(s + n, end);
	return s < end && (wordch(*s) || strchr("&*<", *s) != NULL);
}

/* Does the head of a function stand at s: f( */
static int
calls(const char *s, const char *end)
{
	size_t n = word_len(s, end);

	if (n == 0)
		return 0;
	s = skip_blanks(s + n, end);
	return s < end && *s == '(';
}

/* Where the name begins that ends before "::" at s: a::Foo<T>. */
static const char *
name_start(const char *s, const char *low)
{
	const char *p = s;
	int depth;

	for (;;) {
		if (p > low && p[-1] == '>') {
			depth = 0;
			do
				depth += *--p == '>' ? 1 : *p == '<' ? -1 : 0;
			while (p > low && s - p < 256 && depth != 0);
			if (depth != 0)
				return s;
		}
		while (p > low && wordch(p[-1]))
			p--;
		if (p - low < 2 || p[-1] != ':' || p[-2] != ':')
			return p;
		p -= 2;
	}
}

/* Does a body stand at s, or other macros and then a body? */
static int
body(const char *s, const char *end)
{
	size_t n;
	int i;

	for (i = 0; i < ROW_MAX && capitals(s, n = word_len(s, end)); i++)
		s = skip_space(skip_args(s + n, end), end);
	return s < end && *s == '{';
}

/* May the word of n capitals at s be hidden? Gives where it ends then. */
static const char *
hidden(const struct scan *c, const char *s, size_t n)
{
	const struct masks *m = c->lang->masks;
	const char *args, *next, *line;
	int head = c->word != NULL && in(m->heads, c->word, c->len);
	int inner = c->last == '>' ||
	    (c->word != NULL && in(m->starts, c->word, c->len));
	int begins = c->first && strchr(";{}:", c->last) != NULL;

	if (!head && !inner && !begins && !c->first && !c->space && !c->params)
		return NULL;
	args = skip_args(s + n, c->end);
	line = skip_blanks(args, c->end);
	if ((next = skip_space(line, c->end)) == c->end)
		return NULL;
	if (head)
		return class_head(next, c->end) ? args : NULL;
	if (c->space && body(next, c->end))
		return args;
	if ((begins || inner) &&
	    (args != s + n ? wordch(*line) : declares(line, c->end)))
		return args;
	if (in(m->starts, next, word_len(next, c->end)))
		return args;
	if (c->params)
		return body(next, c->end) || (c->tails && *next == ';') ?
		    args : NULL;
	if (begins && (*line == '\n' || *line == '/') && (wordch(*next) ||
	    strchr("}#~[", *next) != NULL) &&
	    (args != s + n || !calls(next, c->end)))
		return args;	/* not the type of a function below it */
	return NULL;
}

static void
hide(struct scan *c, const char *s, const char *end)
{
	char *p;

	if (c->copy == NULL) {
		c->copy = arena_alloc(c->end - c->text + 1);
		memcpy(c->copy, c->text, c->end - c->text);
	}
	for (p = c->copy + (s - c->text); s < end; s++, p++)
		if (*p != '\n' && *p != '\r')
			*p = ' ';
}

/* The length of the $tag$ at s, or 0. */
static size_t
dollar_tag(const char *s, const char *end)
{
	const char *p = s + 1;

	if (*s != '$')
		return 0;
	p += word_len(p, end);
	return p < end && *p == '$' && !isdigit((unsigned char)s[1]) ?
	    (size_t)(p + 1 - s) : 0;
}

/* Behind an SQL comment, a string or a quoted name that begins at s; else s. */
static const char *
skip_sql(const char *s, const char *end)
{
	const char *p;

	if (end - s > 1 && *s == '-' && s[1] == '-') {
		p = memchr(s, '\n', end - s);
		return p != NULL ? p : end;
	}
	if (end - s > 1 && *s == '/' && s[1] == '*')
		return skip_text(s, end);
	if (*s != '\'' && *s != '"')
		return s;
	p = memchr(s + 1, *s, end - s - 1);
	return p != NULL ? p + 1 : end;
}

static const char *
mask_dollars(const struct language *lang, const char *text, size_t n)
{
	struct scan c = { lang, text, text + n, .first = 1 };
	const char *s = text, *t;
	size_t len;

	while (s < c.end)
		if ((t = skip_sql(s, c.end)) != s)
			s = t;
		else if ((len = dollar_tag(s, c.end)) != 0 && (t =
		    memmem(s + len, c.end - s - len, s, len)) != NULL) {
			t += len;
			hide(&c, s, t);
			c.copy[s - text] = c.copy[t - 1 - text] = '\'';
			s = t;
		} else
			s++;
	return c.copy != NULL ? c.copy : text;
}

const char *
mask(const struct language *lang, const char *text, size_t n)
{
	struct scan c = { lang, text, text + n, .first = 1 };
	const char *s = text, *t;

	if (lang->dollar_quotes)
		return mask_dollars(lang, text, n);
	if (lang->masks == NULL)
		return text;
	while (s < c.end)
		if (wordch(*s)) {
			size_t len = word_len(s, c.end);

			if (capitals(s, len) &&
			    (t = hidden(&c, s, len)) != NULL) {
				hide(&c, s, t);
				s = t;
				continue;
			}
			c.space = c.word != NULL &&
			    in(lang->masks->spaces, c.word, c.len);
			c.word = s;
			c.len = len;
			c.tails = c.params = c.params &&
			    in(lang->masks->tails, s, len);
			c.last = 'a';
			c.first = 0;
			s += len;
		} else if (*s == '\n') {
			c.first = 1;
			s++;
		} else if (isspace((unsigned char)*s))
			s++;
		else if (*s == '#' && c.first)
			s = skip_directive(s, c.end);
		else if ((t = skip_text(s, c.end)) != s && *s == '/')
			s = t;
		else if (*s == ':' && c.end - s > 2 && s[1] == ':' &&
		    lang->masks->members && *skip_space(s + 2, c.end) == '*') {
			hide(&c, name_start(s, text), s + 2);
			s += 2;
		} else {
			c.word = NULL;
			c.last = *s;
			c.params = *s == ')';
			c.tails = c.space = 0;
			c.first = 0;
			s = t != s ? t : s + 1;
		}
	return c.copy != NULL ? c.copy : text;
}
