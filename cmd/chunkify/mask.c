#include <ctype.h>
#include <string.h>

#include "arena.h"
#include "mask.h"
#include "masking.h"

/* What is looked at ahead of a word is bounded, for any word may ask. */
#define ARGS_MAX	512	/* bytes of a macro's arguments */
#define ROW_MAX		16	/* macros in a row */

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

/* Does a name and then what follows it in the head of a class stand at s? Or
 * nothing but a ";", if that may be? */
static int
class_head(const char *s, const char *end, int forward)
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
	return s < end && strchr(forward ? "{:<;" : "{:<", *s) != NULL;
}

/* Does "*name)(" stand at s? */
static int
pointer(const char *s, const char *end)
{
	if (s == end || *s != '*')
		return 0;
	s = skip_space(s + 1, end);
	s = skip_space(s + word_len(s, end), end);
	if (s == end || *s != ')')
		return 0;
	s = skip_space(s + 1, end);
	return s < end && *s == '(';
}

/* Does the rest of a declaration stand at s: int f, Foo &f, const Foo<T>? */
static int
declares(const char *s, const char *end)
{
	size_t n = word_len(s, end);

	if (n == 0 || isdigit((unsigned char)*s) ||
	    (n == 8 && memcmp(s, "operator", 8) == 0))
		return 0;
	if (n == 5 && memcmp(s, "const", 5) == 0)
		return declares(skip_space(s + n, end), end);
	s = skip_space(s + n, end);
	return s < end && (wordch(*s) || strchr("&*<", *s) != NULL ||
	    (*s == '(' && pointer(s + 1, end)));
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

/* A word of capitals that may be a macro, and what is behind it. */
struct macro {
	int head;		/* behind one of the heads */
	int begins;		/* a statement could begin with it, */
	int inner;		/* or go on behind what stands before it */
	const char *end;	/* of the word, */
	const char *args;	/* and behind its arguments; behind blanks: */
	const char *line;	/* on the same line, */
	const char *next;	/* or a later one */
};

/* Does it stand before a type and what that declares? */
static int
before_type(const struct macro *m, const char *end)
{
	return (m->begins || m->inner) && (m->args != m->end ?
	    wordch(*m->line) : declares(m->line, end));
}

/* It stands before one of the starts, of n bytes: "const" begins no statement. */
static int
before_start(const struct macro *m, size_t n, const char *end)
{
	return n != 5 || memcmp(m->next, "const", 5) != 0 ||
	    declares(m->next, end);
}

/* In Objective-C, is it alone before what a class or a method begins with? */
static int
before_member(const struct masking *c, const struct macro *m)
{
	return c->first && *m->line == '\n' && m->next[-1] == '\n' &&
	    strchr("@+-", *m->next) != NULL;
}

/* Is it alone on its line? */
static int
is_alone(const struct macro *m)
{
	return m->begins && (*m->line == '\n' || *m->line == '/') &&
	    (wordch(*m->next) || strchr("}#~[", *m->next) != NULL);
}

/* May the word of n capitals at s be hidden? Gives where it ends then. */
static const char *
hidden(const struct masking *c, const char *s, size_t n)
{
	const struct masks *masks = c->lang->masks;
	struct macro m = {
		.head = c->word != NULL && in(masks->heads, c->word, c->len),
		.inner = c->last == '>' || (c->word != NULL &&
		    in(masks->starts, c->word, c->len)),
		.begins = c->first && strchr(";{}:", c->last) != NULL,
		.end = s + n
	};
	int yes;

	if (!m.head && !m.inner && !m.begins && !c->first && !c->space &&
	    !c->params)
		return NULL;
	m.args = skip_args(m.end, c->end);
	m.line = skip_blanks(m.args, c->end);
	m.next = skip_space(m.line, c->end);
	n = word_len(m.next, c->end);
	if (m.next == c->end)
		yes = c->first && !m.head;
	else if (m.head)
		yes = class_head(m.next, c->end, masks->types == NULL &&
		    c->before == NULL);
	else if ((c->space && body(m.next, c->end)) ||
	    before_type(&m, c->end))
		yes = 1;
	else if (in(masks->starts, m.next, n))
		yes = before_start(&m, n, c->end);
	else if (c->params)
		yes = body(m.next, c->end) || (c->tails && *m.next == ';');
	else
		yes = before_member(c, &m) || is_alone(&m);
	return yes ? m.args : NULL;
}

int
directive_is(const char *s, const char *end, const char *word)
{
	size_t n = strlen(word);

	s = skip_blanks(s + 1, end);
	return (size_t)(end - s) >= n && memcmp(s, word, n) == 0;
}

static int
conditional_line(const char *s, const char *end)
{
	return directive_is(s, end, "if") || directive_is(s, end, "el") ||
	    directive_is(s, end, "endif");
}

/* Does the preprocessor line at s stand in what initialises a variable, where
 * C's grammar knows none? Of conditionals only those that begin there do, and
 * none in enumerations, where the grammar knows them. */
static int
in_initialiser(struct masking *c, const char *s, const char *end)
{
	if (c->braces == 0)
		return c->last == '=' && !conditional_line(s, end);
	if (c->enumeration)
		return !conditional_line(s, end);
	if (directive_is(s, end, "if"))
		return ++c->conditions;
	if (directive_is(s, end, "endif"))
		return c->conditions != 0 && c->conditions--;
	return c->conditions != 0 || !directive_is(s, end, "el");
}

/* Where does the conditional end of which the preprocessor line at s is part: at
 * its #endif or, if that may be, its #else? Or NULL. */
static const char *
condition_end(const char *s, const char *end, int otherwise)
{
	const char *nl;
	int depth = 0;

	for (s = skip_directive(s, end); s < end; s = nl) {
		nl = memchr(s, '\n', end - s);
		nl = nl != NULL ? nl + 1 : end;
		s = skip_blanks(s, nl);
		if (s == nl || *s != '#')
			continue;
		if (directive_is(s, nl, "if"))
			depth++;
		else if (depth == 0 && (directive_is(s, nl, "endif") ||
		    (otherwise && directive_is(s, nl, "el"))))
			return s;
		else if (directive_is(s, nl, "endif"))
			depth--;
	}
	return NULL;
}

/*
 * A conditional in place of a value, behind "=" or "[", of which the
 * preprocessor line at s is the beginning: its first value alone is shown.
 * Returns where that begins, or NULL.
 */
static const char *
show_value(struct masking *c, const char *s, const char *end)
{
	const char *other, *endif;

	if ((c->last != '=' && c->last != '[') || c->braces != 0 ||
	    !directive_is(s, end, "if") ||
	    (other = condition_end(s, c->end, 1)) == NULL ||
	    (endif = condition_end(s, c->end, 0)) == NULL)
		return NULL;
	hide(c, s, end);
	hide(c, other, skip_directive(endif, c->end));
	return end;
}

/* Count the braces of what initialises a variable, or of an enumeration. */
static void
count_brace(struct masking *c, const char *s)
{
	if (*s == '{' && c->braces == 0) {
		c->enumeration = (c->word != NULL && c->len == 4 &&
		    memcmp(c->word, "enum", 4) == 0) || (c->before != NULL &&
		    c->before_len == 4 && memcmp(c->before, "enum", 4) == 0);
		c->braces = c->enumeration || c->last == '=';
	} else if (*s == '{')
		c->braces++;
	else if (c->braces != 0 && (--c->braces == 0 || s == c->text ||
	    s[-1] == '\n'))
		c->braces = c->conditions = 0;
}

/* What the preprocessor line at s, up to end, keeps for C++ alone ends where? At
 * its #else or #endif; s where it is no such line. */
static const char *
of_cplusplus(const struct masking *c, const char *s, const char *end)
{
	const char *p;

	if (!directive_is(s, end, "if") || directive_is(s, end, "ifndef") ||
	    (p = memmem(s, end - s, "__cplusplus", 11)) == NULL ||
	    memchr(s, '!', p - s) != NULL)
		return s;
	p = condition_end(s, c->end, 1);
	return p != NULL ? p : s;
}

/* The comments in a preprocessor line, but for one that ends it, are hidden: a
 * macro would end there. Returns behind the line. */
static const char *
mask_directive(struct masking *c, const char *s)
{
	const char *end = skip_directive(s, c->end), *t, *last;

	if (c->lang->masks->no_cplusplus && (t = of_cplusplus(c, s, end)) != s) {
		hide(c, end, t);
		return t;
	}
	if ((t = show_value(c, s, end)) != NULL)
		return t;
	if (in_initialiser(c, s, end)) {
		hide(c, s, end);
		return end;
	}

	for (; s < end; s = t)
		if ((t = skip_text(s, end)) == s)
			t = s + 1;
		else if (*s == '/') {
			for (last = t; last < end &&
			    isspace((unsigned char)*last); last++)
				;
			if (last < end)
				hide(c, s, t);
		}
	return end;
}

/* --- words between those that C knows --------------------------------------- */

enum class { OTHER, NAME, TYPE, TAG, QUALIFIER, POINTER, BEGIN };

static enum class
class_of(const struct masks *m, const char *s, size_t n)
{
	if (in(m->types, s, n))
		return TYPE;
	if (in(m->heads, s, n))
		return TAG;
	if (in(m->qualifiers, s, n))
		return QUALIFIER;
	return in(m->keywords, s, n) || isdigit((unsigned char)*s) ? OTHER :
	    NAME;
}

static enum class
class_before(const struct masking *c, const char *s)
{
	if (c->word != NULL)
		return class_of(c->lang->masks, c->word, c->len);
	if (c->last == '*')
		return POINTER;
	if (c->first && (strchr(";{}:", c->last) != NULL || (c->last == ')' &&
	    (s == c->text || s[-1] == '\n'))))
		return BEGIN;
	return OTHER;
}

/* Is the last word the name of what is declared: int a, struct s a, *a? */
static int
named(const struct masking *c)
{
	enum class k;

	if (c->word == NULL ||
	    class_of(c->lang->masks, c->word, c->len) != NAME)
		return 0;
	if (c->before == NULL)
		return c->pre == '*';
	k = class_of(c->lang->masks, c->before, c->before_len);
	return k == NAME || k == TYPE;
}

/* Is the last word the type, of one word, in a typedef? */
static int
in_typedef(const struct masking *c)
{
	return c->word != NULL && c->before != NULL && c->before_len == 7 &&
	    memcmp(c->before, "typedef", 7) == 0;
}

/* Is the name of n bytes at s, before a word at next, no part of C there? */
static int
between(const struct masking *c, const char *s, int marked, const char *next)
{
	enum class prev = class_before(c, s), k;
	size_t n = word_len(next, c->end);
	const char *behind = skip_space(next + n, c->end);

	if (n > 1 && memcmp(next, "__", 2) == 0 && (!marked ||
	    (!in_typedef(c) && behind < c->end && strchr("=;,[", *behind) != NULL)))
		return 0;	/* next is the odd one */
	if (marked && c->last == '}' && !c->first)
		return 1;	/* } __packed name; */
	if (marked && (prev == TYPE || prev == NAME || prev == POINTER))
		return 1;
	if (prev == TYPE)
		return 1;
	k = class_of(c->lang->masks, next, n);
	if (prev == NAME || prev == POINTER)
		return k == NAME && behind < c->end && *behind == '(';
	if (prev != BEGIN && prev != QUALIFIER)
		return 0;
	if (k == TYPE || k == TAG)
		return 1;
	if (k == QUALIFIER && !declares(next, c->end))
		return 0;
	return marked && behind < c->end && (wordch(*behind) ||
	    *behind == '*' || k == QUALIFIER);
}

/* Are [s, end) the parameters of a function, not arguments: (void), (int a),
 * (struct s *)? */
static int
parameters(const char *s, const char *end)
{
	const char *p;
	size_t n;

	s = skip_space(s, end) + 1;
	if (*(p = skip_space(s, end)) == ')')
		return 1;
	for (; p < end; p = n != 0 ? p + n : p + 1)
		if ((n = word_len(p, end)) != 0) {
			if (n == 4 && memcmp(p, "void", 4) == 0)
				return 1;
			s = skip_space(p + n, end);
			if (s > p + n && s < end && (wordch(*s) ||
			    (*s == '*' && s[1] != ' ')))
				return 1;
		}
	return 0;
}

/* Does the line that holds s begin with a word, as at top level? */
static int
at_top(const struct masking *c, const char *s)
{
	size_t n = s - c->text < ARGS_MAX ? s - c->text : ARGS_MAX;
	const char *nl = memrchr(s - n, '\n', n);

	return nl != NULL ? wordch(nl[1]) : s - n == c->text;
}

/* Is s on a line that begins a method of Objective-C? */
static int
in_method(const struct masking *c, const char *s)
{
	size_t n = s - c->text < ARGS_MAX ? s - c->text : ARGS_MAX;
	const char *nl = memrchr(s - n, '\n', n);

	return nl != NULL && (nl[1] == '-' || nl[1] == '+') &&
	    (nl[2] == ' ' || nl[2] == '(');
}

/* Does the word look like a macro: __used, ALIGNED? */
static int
marked(const char *s, size_t n)
{
	return (n > 2 && s[0] == '_' && s[1] == '_') || capitals(s, n);
}

/* Do the tag and the body of a struct stand at s, maybe behind more macros? */
static int
tag_behind(const char *s, const char *end)
{
	const char *args = s;
	size_t n = 0;
	int i;

	for (i = 0; i < ROW_MAX && s < end && wordch(*s); i++) {
		n = word_len(s, end);
		if (n == 5 && memcmp(s, "final", 5) == 0)
			return 0;
		args = skip_args(s + n, end);
		if (args != s + n && !marked(s, n))
			return 0;	/* a function's parameters */
		s = skip_space(args, end);
	}
	return n != 0 && s < end && *s == '{';
}

/* May the word of n bytes at s be hidden because of the words around it? Gives
 * where it ends then. */
static const char *
odd(const struct masking *c, const char *s, size_t n)
{
	int odd_name = marked(s, n);
	const char *args = odd_name ? skip_args(s + n, c->end) : s + n;
	const char *next;
	enum class prev;

	if (c->word == NULL && !c->first &&
	    strchr("*()]}", c->last) == NULL)
		return NULL;
	if ((next = skip_space(args, c->end)) == c->end || (!odd_name &&
	    (next == args || !wordch(*next))) ||
	    (class_of(c->lang->masks, s, n) != NAME && (n < 11 ||
	    memcmp(s, "__attribute", 11) != 0)))
		return NULL;
	if (c->word != NULL && in(c->lang->masks->heads, c->word, c->len) &&
	    wordch(*next) && tag_behind(next, c->end))
		return args;
	if (odd_name && args != s + n && pointer(skip_blanks(s + n, c->end) + 1,
	    c->end))
		return (prev = class_before(c, s)) == TYPE || prev == NAME ||
		    prev == POINTER ? s + n : NULL;
	if (odd_name && c->word != NULL && (*next == ';' || *next == '{') &&
	    in_method(c, s))
		return args;
	if (args != s + n) {
		if (parameters(s + n, args))
			return NULL;
		if (wordch(*next))
			return class_before(c, s) != OTHER || c->params ||
			    (c->last == '}' && !c->first) ? args : NULL;
		if (*next == '{')
			return c->params ? args : NULL;
		return strchr("=;,", *next) != NULL &&
		    (c->last == ']' || named(c)) ? args : NULL;
	}
	if (wordch(*next))
		return between(c, s, odd_name, next) ? args : NULL;
	prev = class_before(c, s);
	if (*next == '*')
		return prev == NAME || prev == TYPE || (odd_name &&
		    c->last == '}' && !c->first) || (c->last == '(' &&
		    pointer(next, c->end)) ? args : NULL;
	if (c->params && (*next == '{' || (*next == ';' && odd_name &&
	    !c->first && at_top(c, s))))
		return args;
	return strchr("=;,)", *next) != NULL &&
	    (c->last == ']' || named(c)) ? args : NULL;
}

/*
 * A call of one of the macros that define a variable of a type, both of which
 * they are given, at the word of n bytes at s: only the two are shown. Returns
 * behind it, or NULL.
 */
static const char *
show_typed(struct masking *c, const char *s, size_t n)
{
	const char *const *t = c->lang->masks->typed, *args = s + n, *comma, *p;
	const char *end = skip_args(args, c->end);

	while (t != NULL && *t != NULL && (n < strlen(*t) ||
	    memcmp(s, *t, strlen(*t)) != 0))
		t++;
	if (t == NULL || *t == NULL || end == args)
		return NULL;
	if ((comma = memrchr(args, ',', end - args)) == NULL)
		return NULL;
	p = skip_space(comma + 1, end);
	if (*skip_space(p + word_len(p, end), end) != ')')
		return NULL;
	hide(c, s, skip_blanks(args, end) + 1);
	hide(c, comma, comma + 1);
	hide(c, end - 1, end);
	return end;
}

/*
 * A macro that begins an enumeration and is given its type and its name, at the
 * word of n bytes at s: "enum" and the name are shown, and no "typedef" before
 * it. Returns behind it, or NULL.
 */
static const char *
show_enum(struct masking *c, const char *s, size_t n)
{
	const char *args = s + n, *end = skip_args(args, c->end), *comma;

	if (c->lang->masks->enums == NULL || n < 4 || end == args ||
	    !in(c->lang->masks->enums, s, n) ||
	    (comma = memrchr(args, ',', end - args)) == NULL)
		return NULL;
	if (c->word != NULL && c->len == 7 && memcmp(c->word, "typedef", 7) == 0)
		hide(c, c->word, c->word + c->len);
	hide(c, s, comma + 1);
	hide(c, end - 1, end);
	memcpy(c->copy + (s - c->text), "enum", 4);
	return end;
}

/* Is the word of n bytes at s a macro that is a loop, or the end of one? */
static int
loop(const struct masking *c, const char *s, size_t n)
{
	const char *const *l = c->lang->masks->loops, *args;

	if (n < 6 || (args = skip_blanks(s + n, c->end)) == c->end ||
	    *args != '(')
		return 0;
	if (c->last == '}' && memcmp(s, "while_", 6) == 0)
		return 1;
	if (c->word != NULL ? !in(c->lang->masks->keywords, c->word, c->len) :
	    !c->first || strchr(";{}):", c->last) == NULL)
		return 0;
	for (; *l != NULL; l++)
		if (memmem(s, n, *l, strlen(*l)) != NULL)
			return 1;
	return 0;
}

/* Show a word of n bytes, 5 at least, as "while". */
static void
show_loop(struct masking *c, const char *s, size_t n)
{
	hide(c, s, s + n);
	memcpy(c->copy + (s - c->text), "while", 5);
}

/* Does the last word, "static", stand once more behind s? */
static int
twice(const struct masking *c, const char *s)
{
	s = skip_space(s, c->end);
	return c->word != NULL && word_len(s, c->end) == c->len &&
	    memcmp(s, c->word, c->len) == 0;
}

/* Is what stands before "::", behind which s is, to be hidden? */
static int
scope_hidden(const struct masking *c, const char *s)
{
	enum scopes hide_scopes = c->lang->masks->scopes;

	return hide_scopes == SCOPES_ALL ||
	    (hide_scopes == SCOPES_POINTER && *skip_space(s, c->end) == '*');
}

/* --- modules of C++ ----------------------------------------------------------- */

/* Behind the line that names or imports a module, whose first word is at s: as
 * the standard has it, what follows is a header or a name, but no "::". Or NULL. */
static const char *
module_end(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', end - s), *semicolon;

	s = skip_blanks(s + word_len(s, end), end);
	if (nl == NULL)
		nl = end;
	if (s >= nl || (semicolon = memchr(s, ';', nl - s)) == NULL)
		return NULL;
	if (*s != '<' && *s != '"')
		for (; s < semicolon; s++)
			if (!wordch(*s) && *s != '.' && *s != ' ' &&
			    (*s != ':' || s[1] == ':'))
				return NULL;
	return semicolon + 1;
}

/* The "}" that closes the "{" at s, or NULL. */
static const char *
brace_end(const char *s, const char *end)
{
	const char *t;
	int depth = 0;

	for (; s < end; s = t)
		if ((t = skip_text(s, end)) == s) {
			depth += *s == '{' ? 1 : *s == '}' ? -1 : 0;
			if (depth == 0)
				return s;
			t = s + 1;
		}
	return NULL;
}

/* Hides what is said of modules by the word of n bytes at s, which begins a line:
 * "export", its braces too, and what names or imports one. Returns behind it, or
 * NULL. */
static const char *
mask_module(struct masking *c, const char *s, size_t n)
{
	static const char *const words[] = { "module", "import", NULL };
	const char *next = skip_space(s + n, c->end), *end = s + n, *close;

	if (n == 6 && memcmp(s, "export", 6) == 0) {
		if (in(words, next, word_len(next, c->end))) {
			if ((end = module_end(next, c->end)) == NULL)
				end = s + n;
		} else if (next < c->end && *next == '{' &&
		    next >= c->exported) {
			/* There is none in another: no byte is seen twice. */
			close = brace_end(next, c->end);
			c->exported = close != NULL ? close : c->end;
			if (close != NULL) {
				hide(c, close, close + 1);
				end = next + 1;
			}
		}
	} else if (!in(words, s, n) || (s != c->text && s[-1] != '\n') ||
	    strchr(";{}", c->last) == NULL ||
	    (end = module_end(s, c->end)) == NULL)
		return NULL;
	hide(c, s, end);
	return end;
}

/* --- Haskell ----------------------------------------------------------------- */

/* An #else, with which the grammar takes all up to #endif for one word. */
static void
mask_else(struct masking *c)
{
	const char *s, *next;

	for (s = c->text; s < c->end; s = next) {
		next = memchr(s, '\n', c->end - s);
		next = next != NULL ? next + 1 : c->end;
		if (*s == '#' && directive_is(s, next, "el"))
			hide(c, s, next);
	}
}

const char *
mask(const struct language *lang, const char *text, size_t n)
{
	struct masking c = { lang, text, text + n, .first = 1 };
	const char *s, *t;

	for (s = text; (s = memchr(s, '\0', c.end - s)) != NULL; s++)
		hide(&c, s, s + 1);
	if (lang->dollar_quotes) {
		mask_dollars(&c);
		return c.copy != NULL ? c.copy : text;
	}
	if (lang->markup == LOOSE)
		mask_text(&c);
	if (lang->tabs)
		mask_make(&c);
	if (lang->directives)
		mask_else(&c);
	if (lang->masks == NULL)
		return c.copy != NULL ? c.copy : text;
	s = text;
	while (s < c.end)
		if (wordch(*s)) {
			size_t len = word_len(s, c.end);

			if (lang->masks->modules && c.first &&
			    (t = mask_module(&c, s, len)) != NULL) {
				s = t;
				continue;
			}
			if ((t = capitals(s, len) ? hidden(&c, s, len) :
			    NULL) != NULL || (lang->masks->types != NULL &&
			    (t = odd(&c, s, len)) != NULL)) {
				hide(&c, twice(&c, t) ? c.word : s, t);
				s = t;
				continue;
			}
			if (c.last != '(' && isupper((unsigned char)*s) &&
			    ((t = show_enum(&c, s, len)) != NULL ||
			    (t = show_typed(&c, s, len)) != NULL)) {
				s = t;
				c.word = NULL;
				c.last = 'a';
				c.first = 0;
				continue;
			}
			if (loop(&c, s, len))
				show_loop(&c, s, len);
			c.before = c.word;
			c.before_len = c.len;
			c.pre = c.last;
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
			s = mask_directive(&c, s);
		else if ((t = skip_text(s, c.end)) != s && *s == '/')
			s = t;
		else if (*s == ':' && c.end - s > 2 && s[1] == ':' &&
		    scope_hidden(&c, s + 2)) {
			hide(&c, name_start(s, text), s + 2);
			s += 2;
		} else {
			if (*s == '{' || *s == '}')
				count_brace(&c, s);
			c.word = NULL;
			c.last = *s;
			c.params = *s == ')';
			c.tails = c.space = 0;
			c.first = 0;
			s = t != s ? t : s + 1;
		}
	return c.copy != NULL ? c.copy : text;
}
