#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "search/which.h"
#include "index/words.h"

/* Names that must be there. */
struct needed_names {
	struct index_name *list;
	size_t n, cap;
	struct index_paths *paths;
	int nocase;
};

/* Add the names in a string; those at its ends may be longer. */
static void
add_names(struct needed_names *m, const char *s, size_t n, int closed)
{
	size_t i = 0, k;

	for (; i < n; i = k + 1) {
		for (k = i; k < n && word_byte((unsigned char)s[k]); k++)
			;
		if (k == i)
			continue;
		m->list = xgrow(m->list, &m->cap, m->n + 1, sizeof *m->list);
		m->list[m->n++] = (struct index_name){ s + i, k - i,
		    closed ? 0 : (i == 0 ? INDEX_OPEN_LEFT : 0) |
		    (k == n ? INDEX_OPEN_RIGHT : 0) };
	}
}

static int
look_up(void *arg, struct engine *e)
{
	struct needed_names *m = arg;

	return index_files(m->paths, e, m->list, m->n, m->nocase);
}

static int
find(struct needed_names *m, struct store *s)
{
	int status = store_moment(s, look_up, m);

	free(m->list);
	return status;
}

int
which_string(struct index_paths *paths, struct store *s, const char *string,
    size_t n, int nocase)
{
	struct needed_names m = { .paths = paths, .nocase = nocase };

	add_names(&m, string, n, 0);
	return find(&m, s);
}

int
which_name(struct index_paths *paths, struct store *s, const char *name,
    size_t n)
{
	struct needed_names m = { .paths = paths };

	add_names(&m, name, n, 1);
	return find(&m, s);
}

/* --- expressions ---------------------------------------------------------------- */

/* Skip a class in brackets, or what is in parentheses. NULL: no end. */
static const char *
skip_class(const char *s)
{
	for (s++; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0')
			s++;
		else if (*s == ']')
			return s + 1;
	}
	return NULL;
}

static const char *
skip_group(const char *s)
{
	int depth = 0;

	while (s != NULL && *s != '\0') {
		if (*s == '\\' && s[1] != '\0')
			s += 2;
		else if (*s == '[')
			s = skip_class(s);
		else {
			depth += (*s == '(') - (*s == ')');
			s++;
			if (depth == 0)
				return s;
		}
	}
	return NULL;
}

/* A piece of text that must be there, as collected so far. */
struct text_piece {
	struct buf bytes;		/* of all pieces */
	size_t *ends, n, cap;
	size_t start;
};

static void
end_piece(struct text_piece *p)
{
	if (p->bytes.len == p->start)
		return;
	p->ends = xgrow(p->ends, &p->cap, p->n + 1, sizeof *p->ends);
	p->ends[p->n++] = p->bytes.len;
	p->start = p->bytes.len;
}

/* The last character is optional: drop it. */
static void
drop_last(struct text_piece *p)
{
	while (p->bytes.len > p->start &&
	    ((unsigned char)p->bytes.p[p->bytes.len - 1] & 0xc0) == 0x80)
		p->bytes.len--;
	if (p->bytes.len > p->start)
		p->bytes.len--;
	end_piece(p);
}

/* Collect what a match must contain: 0, or -1 if that is unclear. */
static int
take_pieces(struct text_piece *p, const char *s)
{
	while (s != NULL && *s != '\0')
		switch (*s) {
		case '|':
			return -1;
		case '\\':
			if (s[1] == '\0')
				return -1;
			if (strchr(".[](){}*+?^$|\\/-\"", s[1]) != NULL)
				buf_putc(&p->bytes, s[1]);
			else if (strchr("bBdDwWsS", s[1]) != NULL)
				end_piece(p);
			else
				return -1;
			s += 2;
			break;
		case '[':
			end_piece(p);
			if (s[1] == ']' || s[1] == '^' || s[1] == '[')
				return -1;
			s = skip_class(s);
			break;
		case '(':
			end_piece(p);
			if (s[1] == '?' || s[1] == '*')
				return -1;
			s = skip_group(s);
			break;
		case '*':
		case '?':
			drop_last(p);
			s++;
			break;
		case '{':
			drop_last(p);
			if ((s = strchr(s, '}')) != NULL)
				s++;
			break;
		case '+':
		case '.':
		case '^':
		case '$':
			end_piece(p);
			s++;
			break;
		default:
			buf_putc(&p->bytes, *s++);
			break;
		}
	end_piece(p);
	return s != NULL ? 0 : -1;
}

int
which_regex(struct index_paths *paths, struct store *s, const char *regex,
    int nocase)
{
	struct needed_names m = { .paths = paths, .nocase = nocase };
	struct text_piece p = { .n = 0 };
	size_t i, start = 0;
	int status = 0;

	if (take_pieces(&p, regex) == 0) {
		for (i = 0; i < p.n; start = p.ends[i++])
			add_names(&m, p.bytes.p + start, p.ends[i] - start,
			    0);
		status = find(&m, s);
	}
	buf_free(&p.bytes);
	free(p.ends);
	return status;
}
