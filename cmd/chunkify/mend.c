#include <ctype.h>
#include <string.h>

#include "arena.h"
#include "mask.h"
#include "mend.h"

struct mend {
	const struct grammar *g;
	const char *text, *end;
	char *copy;		/* of what is shown */
	struct deadline *deadline;
	uint64_t hidden;
};

/* A piece of text that is one thing at top level. */
struct top_unit {
	const char *start;	/* or NULL: none has begun */
	const char *body;	/* behind its first "{", or NULL */
	const char *close;	/* the "}" in column 0, or NULL */
	int depth;		/* conditionals open in it */
	int rest;		/* only the end of something */
	int braces;		/* it has a "{" */
	int params;		/* a line of it ended with ")" */
};

/* --- where the parser was led astray ---------------------------------------- */

/* Does a line in [s, end), not the last one, begin with "}", outside a macro? */
static int
column0(const char *s, const char *end)
{
	while (s < end && (s = memmem(s, end - s, "\n}", 2)) != NULL)
		if (s[-1] == '\\' || (s[-1] == '\r' && s[-2] == '\\'))
			s++;
		else
			return memchr(s + 1, '\n', end - (s + 1)) != NULL;
	return 0;
}

static int
astray(const struct mend *m, TSNode node)
{
	const char *s = m->text + ts_node_start_byte(node);
	uint32_t n = ts_node_end_byte(node) - ts_node_start_byte(node);

	return n > 3 && column0(s + 2, s + n);
}

/* --- a piece ----------------------------------------------------------------- */

static void
hide(struct mend *m, const char *s, const char *end)
{
	char *p = m->copy + (s - m->text);

	for (; s < end; s++, p++)
		if (*p != '\n' && *p != '\r')
			*p = ' ';
}

/* Hide the last #if before a piece: its #endif is in the piece. */
static void
hide_if(struct mend *m, const char *s)
{
	const char *nl;

	while (s > m->text) {
		nl = memrchr(m->text, '\n', s - 1 - m->text);
		nl = nl != NULL ? nl + 1 : m->text;
		if (*nl == '}')
			break;
		if (*nl == '#' && directive_is(nl, s, "if")) {
			hide(m, nl, skip_directive(nl, m->end));
			break;
		}
		s = nl;
	}
}

/* Hide the body of a function, but for its directives; of those the ones, too,
 * that belong to a conditional around its head. In other languages than C's
 * there are none. */
static void
hide_body(struct mend *m, const struct top_unit *u)
{
	const char *s, *next;
	int depth = 0;

	for (s = u->body; s < u->close; s = next) {
		const char *t = s;

		while (t < u->close && (*t == ' ' || *t == '\t'))
			t++;
		if (t < u->close && *t == '#' && s[-1] == '\n' &&
		    m->g->lang->masks != NULL) {
			next = skip_directive(t, u->close);
			depth += directive_is(t, next, "if");
			if (depth == 0 && (directive_is(t, next, "el") ||
			    directive_is(t, next, "endif")))
				hide(m, t, next);
			if (directive_is(t, next, "endif") && depth-- == 0) {
				hide_if(m, u->start);
				depth = 0;
			}
		} else {
			next = t < u->close ? memchr(t, '\n', u->close - t) :
			    NULL;
			next = next != NULL ? next + 1 : u->close;
			hide(m, s, next);
		}
		if (next < u->close && *next == '\n')
			next++;
	}
}

/* Hide the directives in what initialises a variable, where C's grammar knows
 * none. */
static void
hide_directives(struct mend *m, const struct top_unit *u)
{
	const char *s = u->body, *next;

	for (; s != NULL && s < u->close; s = next) {
		next = memchr(s, '\n', u->close - s);
		next = next != NULL ? next + 1 : u->close;
		if (*s == '#') {
			next = skip_directive(s, u->close);
			hide(m, s, next);
		}
	}
}

/* A piece has been found: is it understood? */
static void
look(struct mend *m, const struct top_unit *u, const char *end)
{
	const TSTree *tree;
	const char *why;

	if (u->rest || (u->body == NULL && u->braces))
		return;
	tree = parse(m->g, m->copy, m->end - m->text,
	    (uint32_t)(u->start - m->text), (uint32_t)(end - m->text),
	    m->deadline, &why);
	if (tree != NULL && !ts_node_has_error(ts_tree_root_node(tree)))
		return;
	if (u->body == NULL)
		hide(m, u->start, end);
	else if (memchr(u->start, '(', u->body - u->start) != NULL)
		hide_body(m, u);
	else if (memchr(u->start, '=', u->body - u->start) != NULL)
		hide_directives(m, u);
	else
		return;		/* what is in it counts: a class */
	m->hidden++;
}

/* --- taking the text apart ---------------------------------------------------- */

/* Behind a character in quotation marks at s, else s: in other languages than C
 * they may stand alone. */
static const char *
skip_char(const char *s, const char *end)
{
	int n = s + 1 < end && s[1] == '\\' ? 3 : 2;

	return end - s > n && s[n] == '\'' ? s + n + 1 : s;
}

/* Behind the line at s, and a comment that begins on it. Gives the first and
 * the last byte of it that count, 0 if there are none, and its first "{". */
static const char *
line(const char *s, const char *end, char *first, char *last,
    const char **open)
{
	const char *t;

	*first = *last = 0;
	*open = NULL;
	while (s < end && *s != '\n') {
		if (*first == '#')
			return skip_directive(s - 1, end);
		if (isspace((unsigned char)*s)) {
			s++;
			continue;
		}
		t = *s == '\'' ? skip_char(s, end) : skip_text(s, end);
		if (*s != '/' || t == s) {
			if (*first == 0)
				*first = *s;
			if (*s == '{')
				*open = s + 1;
			*last = *s;
		}
		if (t != s && t[-1] == '\n')
			t--;		/* a quotation mark alone */
		s = t != s ? t : s + 1;
	}
	return s < end ? s + 1 : end;
}

/* One more line of a piece. Is it the last? */
static int
add_line(struct top_unit *u, const char *s, const char *next, char first,
    char last, const char *open)
{
	if (first == '#') {
		while (*s != '#')
			s++;
		u->depth += directive_is(s, next, "if");
		u->depth -= directive_is(s, next, "endif");
		return u->close != NULL && u->depth <= 0;
	}
	u->braces |= open != NULL;
	if (u->body == NULL) {
		if (last == '{' || *s == '{')
			u->body = *s == '{' ? s + 1 : open;
		else if (last == '}' || (last == ';' && (!u->params ||
		    !isspace((unsigned char)*s))))	/* not f(a) int a; */
			return 1;
		u->params |= last == ')';
		if (*s == '{' && last == '}')
			u->close = next - 1;
	} else if (*s == '}' && last != '{')	/* not } x[] = { */
		u->close = s;
	return u->close != NULL && u->depth <= 0;
}

/* Look at the pieces that begin in [s, upto). Returns behind the last. */
static const char *
take_apart(struct mend *m, const char *s, const char *upto)
{
	struct top_unit u = { NULL };
	const char *next, *open;
	char first, last;

	while (s > m->text && strchr(" \t", m->copy[s - 1 - m->text]) != NULL)
		s--;			/* what is hidden before it */
	if (s != m->text && s[-1] != '\n')	/* in the middle of something */
		u = (struct top_unit){ .start = s, .body = s, .rest = 1 };
	for (; s < m->end && (s < upto || u.start != NULL); s = next) {
		next = line(s, m->end, &first, &last, &open);
		if (u.start == NULL) {
			if (first == 0 || first == '#')
				continue;
			u = (struct top_unit){ .start = s };
		}
		if (add_line(&u, s, next, first, last, open)) {
			look(m, &u, next);
			u.start = NULL;
		}
	}
	return s;
}

/* Look for where the parser was led astray, from the top down. */
static void
mend(struct mend *m, TSNode root)
{
	TSTreeCursor c = ts_tree_cursor_new(root);
	const char *done = m->text;
	int depth = 0, down;

	for (;;) {
		TSNode node = ts_tree_cursor_current_node(&c);
		const char *s = m->text + ts_node_start_byte(node);

		down = ts_node_has_error(node);
		if (down && (m->g->flags[kind_of(m->g, node)] & TOP)) {
			if (s >= done && astray(m, node))
				done = take_apart(m, s, m->text +
				    ts_node_end_byte(node));
			down = 0;
		}
		if (down && ts_tree_cursor_goto_first_child(&c)) {
			depth++;
			continue;
		}
		for (; depth != 0 && !ts_tree_cursor_goto_next_sibling(&c);
		    depth--)
			ts_tree_cursor_goto_parent(&c);
		if (depth == 0)
			break;
	}
	ts_tree_cursor_delete(&c);
}

/* --- statements of SQL ------------------------------------------------------- */

/* Behind the name of n bytes of a relation at s: a.b, "a b", [a b], `a b`. */
static const char *
skip_name(const char *s, const char *end)
{
	const char *t;

	while (s < end && (isalnum((unsigned char)*s) || (unsigned char)*s > 127 ||
	    strchr("_$#@.\"[`", *s) != NULL))
		if (*s == '[' || *s == '`') {
			t = memchr(s + 1, *s == '[' ? ']' : '`', end - s - 1);
			s = t != NULL ? t + 1 : end;
		} else
			s = *s == '"' ? skip_sql(s, end) : s + 1;
	return s;
}

static const char *
skip_spaces(const char *s, const char *end)
{
	while (s < end && isspace((unsigned char)*s))
		s++;
	return s;
}

/* Is the word at s, before end, one of the list, whatever its case? */
static int
word_is(const char *s, const char *end, const char *list)
{
	char word[16];
	size_t n = 0;

	while (s + n < end && n < sizeof word &&
	    (isalpha((unsigned char)s[n]) || s[n] == '_')) {
		word[n] = (char)toupper((unsigned char)s[n]);
		n++;
	}
	return n != 0 && n < sizeof word && in_list(list, word, n);
}

/*
 * A statement that is not understood is not shown; but what creates something
 * is shown as "CREATE TYPE name ( )", "TYPE" over the first letters of the word
 * that says what it is, which the rows of the table ask for.
 */
static void
show_create(struct mend *m, const char *s, const char *end)
{
	const char *word = skip_spaces(s + 6, end), *name;
	char *at = m->copy - (m->text - s);

	while (word_is(word, end, "OR|REPLACE|ALTER|TEMP|TEMPORARY|UNLOGGED|GLOBAL|"
	    "LOCAL|RECURSIVE|UNIQUE|FOREIGN|CONSTRAINT|EVENT|MATERIALIZED|"
	    "PROCEDURAL|TRUSTED|CLUSTERED|NONCLUSTERED|VIRTUAL|EXTERNAL|"
	    "DEFINER"))
		word = skip_spaces(skip_name(word, end), end);
	name = skip_spaces(skip_name(word, end), end);
	while (word_is(name, end, "IF|NOT|EXISTS|CONCURRENTLY"))
		name = skip_spaces(skip_name(name, end), end);
	hide(m, s, end);
	if (name - word < 5 || name == skip_name(name, end) ||
	    word_is(name, end, "ON|FOR|AS"))
		return;
	memcpy(at, "CREATE", 6);
	memcpy(at + (word - s), "TYPE", 4);
	for (s = name; s < skip_name(name, end); s++)
		m->copy[s - m->text] = *s;
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	if (end - s > 1) {
		m->copy[s - m->text] = '(';
		m->copy[end - 1 - m->text] = ')';
	}
}

/* Behind the statement at s, without its ";": it may end at a line with "GO". Of
 * psql's own commands it is the line. */
static const char *
statement_end(const struct mend *m, const char *s)
{
	const char *t, *from = s;

	while (s < m->end && *s != ';') {
		if (*s == '\n' && (*from == '\\' || (word_is(s + 1, m->end,
		    "GO") && s + 3 < m->end && isspace((unsigned char)s[3]))))
			break;
		t = skip_sql(m->copy + (s - m->text), m->copy + (m->end -
		    m->text));
		t = m->text + (t - m->copy);
		s = t != s ? t : s + 1;
	}
	return s;
}

/* Hide the rows behind a COPY in a dump. Returns behind them. */
static const char *
hide_rows(struct mend *m, const char *s, const char *end)
{
	const char *rows;

	if (!word_is(s, end, "COPY") || end == m->end || *end != ';' ||
	    (memmem(s, end - s, "stdin", 5) == NULL &&
	    memmem(s, end - s, "STDIN", 5) == NULL) ||
	    (rows = memmem(end, m->end - end, "\n\\.", 3)) == NULL)
		return end;
	hide(m, end + 1, rows + 3);
	return rows + 3;
}

static void
mend_statements(struct mend *m)
{
	const char *s = m->text, *end, *t, *why;
	const TSTree *tree;
	int bad;

	for (; s < m->end; s = end < m->end ? end + 1 : end) {
		for (; s < m->end; s = t) {
			t = isspace((unsigned char)*s) ? s + 1 :
			    strchr("-/", *s) != NULL ? skip_sql(s, m->end) : s;
			if (t == s)
				break;
		}
		if (word_is(s, m->end, "GO"))
			hide(m, s, s + 2);
		end = statement_end(m, s);
		tree = parse(m->g, m->copy, m->end - m->text,
		    (uint32_t)(s - m->text), (uint32_t)(end - m->text),
		    m->deadline, &why);
		if (tree == NULL)
			break;
		bad = ts_node_has_error(ts_tree_root_node(tree));
		arena_drop_tree();
		if (!bad)
			continue;
		m->hidden++;
		t = hide_rows(m, s, end);
		if (word_is(s, end, "CREATE"))
			show_create(m, s, end);
		else
			hide(m, s, end);
		end = t;
	}
}

const TSTree *
mend_parse(const struct grammar *g, const char *text, size_t n,
    const char **shown, uint64_t *hidden, struct deadline *deadline,
    const char **why)
{
	struct mend m = { g, text, text + n, .deadline = deadline };
	const TSTree *tree;
	TSNode root;

	*hidden = 0;
	*shown = mask(g->lang, text, n);
	tree = parse(g, *shown, n, 0, (uint32_t)n, deadline, why);
	if (tree == NULL || (!g->tops && !g->lang->dollar_quotes) ||
	    !ts_node_has_error(root = ts_tree_root_node(tree)))
		return tree;
	m.copy = arena_alloc(n + 1);
	memcpy(m.copy, *shown, n);
	if (g->tops)
		mend(&m, root);
	else
		mend_statements(&m);
	if (m.hidden == 0 && g->tops)
		return tree;		/* else it is gone */
	*hidden = m.hidden;
	*shown = m.copy;
	arena_drop_tree();
	return parse(g, *shown, n, 0, (uint32_t)n, deadline, why);
}
