#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ignore.h"
#include "mem.h"

struct rule {
	char *pattern;		/* without "!", "/" at either end */
	int keep;		/* "!": not ignored after all */
	int only_dir;		/* "/" behind */
	int anchored;		/* matches the path, else the last component */
};

struct ignore {
	struct rule *rule;
	size_t n, cap;
};

/* --- matching -------------------------------------------------------------- */

static int
in_class(const char *name, size_t n, int c)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} class[] = {
		{ "alnum", isalnum }, { "alpha", isalpha },
		{ "blank", isblank }, { "cntrl", iscntrl },
		{ "digit", isdigit }, { "graph", isgraph },
		{ "lower", islower }, { "print", isprint },
		{ "punct", ispunct }, { "space", isspace },
		{ "upper", isupper }, { "xdigit", isxdigit },
	};
	size_t i;

	for (i = 0; i < sizeof class / sizeof *class; i++)
		if (strlen(class[i].name) == n &&
		    memcmp(class[i].name, name, n) == 0)
			return class[i].is(c) != 0;
	return -1;
}

/*
 * Match c against the bracket expression behind "[". Returns what follows the
 * "]", or NULL if it does not end or is wrong; *yes is the answer.
 */
static const char *
bracket(const char *p, unsigned char c, int *yes)
{
	int not = *p == '!' || *p == '^', found = 0, is;
	unsigned char low = 0, high;
	const char *first, *end;

	p += not;
	for (first = p; *p != ']' || p == first; ) {
		if (*p == '\0')
			return NULL;
		if (p[0] == '[' && p[1] == ':') {
			end = strstr(p + 2, ":]");
			if (end == NULL)
				return NULL;
			if ((is = in_class(p + 2, end - (p + 2), c)) == -1)
				return NULL;
			found |= is;
			p = end + 2;
			continue;
		}
		if (*p == '\\' && *++p == '\0')
			return NULL;
		low = high = *p++;
		if (p[0] == '-' && p[1] != ']' && p[1] != '\0') {
			p++;
			if (*p == '\\' && *++p == '\0')
				return NULL;
			high = *p++;
		}
		found |= c >= low && c <= high;
	}
	*yes = found != not && c != '/';
	return p + 1;
}

/*
 * Match from p, where start is the pattern's begin. Patterns like a*a*a*b on
 * a long name would take for ever if every star were tried anew: when what
 * follows a star fails at the end of the text, no earlier star can help
 * (ABORT), and one that stops at "/" gives back to "**" alone (ABORT_STAR).
 */
enum { NO, YES, ABORT, ABORT_STAR };

static int
match(const char *start, const char *p, const char *t)
{
	int yes, any, r;

	for (; *p != '\0'; p++, t++) {
		const char *stars = p;

		if (*t == '\0' && *p != '*')
			return ABORT;
		switch (*p) {
		case '?':
			if (*t == '/')
				return NO;
			continue;
		case '[':
			if ((p = bracket(p + 1, *t, &yes)) == NULL)
				return ABORT;
			if (!yes)
				return NO;
			p--;
			continue;
		case '*':
			break;
		case '\\':
			if (p[1] == '\0')
				return ABORT;
			p++;
			/* FALLTHROUGH */
		default:
			if (*p != *t)
				return NO;
			continue;
		}
		while (*p == '*')
			p++;
		any = p - stars >= 2 && (stars == start || stars[-1] == '/') &&
		    (*p == '\0' || *p == '/' || (p[0] == '\\' && p[1] == '/'));
		/* "a/ ** /b" matches "a/b" too */
		if (any && *p == '/' && match(start, p + 1, t) == YES)
			return YES;
		if (*p == '\0')
			return any || strchr(t, '/') == NULL ? YES : ABORT_STAR;
		for (; *t != '\0'; t++) {
			if ((r = match(start, p, t)) != NO &&
			    (!any || r != ABORT_STAR))
				return r;
			if (!any && *t == '/')
				return ABORT_STAR;
		}
		return ABORT;
	}
	return *t == '\0' ? YES : NO;
}

int
wildmatch(const char *pattern, const char *text)
{
	return match(pattern, pattern, text) == YES;
}

/* --- rules ----------------------------------------------------------------- */

struct ignore *
ignore_add(struct ignore *list, const char *s, size_t n)
{
	struct rule r = { .pattern = NULL };
	size_t i, end;

	/* blanks at the end do not count, unless after a backslash */
	for (i = end = 0; i < n; i++)
		if (s[i] == '\\' && i + 1 < n)
			end = ++i + 1;
		else if (s[i] != ' ')
			end = i + 1;
	n = end;
	if (n == 0 || *s == '#' || memchr(s, '\0', n) != NULL)
		return list;
	if (*s == '!') {
		r.keep = 1;
		s++;
		n--;
	}
	if (n != 0 && s[n - 1] == '/') {
		r.only_dir = 1;
		n--;
	}
	r.anchored = memchr(s, '/', n) != NULL;
	if (n != 0 && *s == '/') {
		s++;
		n--;
	}
	if (n == 0)
		return list;
	r.pattern = xmemdup(s, n);
	if (list == NULL)
		list = xcalloc(1, sizeof *list);
	list->rule = xgrow(list->rule, &list->cap, list->n + 1, sizeof r);
	list->rule[list->n++] = r;
	return list;
}

struct ignore *
ignore_read(struct ignore *list, const char *file)
{
	FILE *f = fopen(file, "re");
	char *line = NULL, *s;
	size_t cap = 0;
	ssize_t n;
	int first = 1;

	if (f == NULL) {
		if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
			warn("%s", file);
		return list;
	}
	while ((n = getline(&line, &cap, f)) != -1) {
		s = line;
		if (first && n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
			s += 3;
			n -= 3;
		}
		first = 0;
		if (n > 0 && s[n - 1] == '\n')
			n--;
		if (n > 0 && s[n - 1] == '\r')
			n--;
		list = ignore_add(list, s, n);
	}
	if (ferror(f) && errno != EISDIR)
		warn("%s", file);
	free(line);
	fclose(f);
	return list;
}

int
ignore_match(const struct ignore *list, const char *path, int is_dir)
{
	const char *base = strrchr(path, '/');
	size_t i;

	base = base != NULL ? base + 1 : path;
	for (i = list != NULL ? list->n : 0; i-- > 0; ) {
		const struct rule *r = &list->rule[i];

		if ((!r->only_dir || is_dir) &&
		    wildmatch(r->pattern, r->anchored ? path : base))
			return !r->keep;
	}
	return -1;
}

int
ignore_below(const struct ignore *list, const char *path)
{
	char *p, *slash;
	int is = 0;

	if (list == NULL)
		return 0;
	p = xstrdup(path);
	for (slash = p; !is && (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		is = *p != '\0' && ignore_match(list, p, 1) == 1;
		*slash = '/';
	}
	if (!is)
		is = ignore_match(list, p, 0) == 1;
	free(p);
	return is;
}

void
ignore_free(struct ignore *list)
{
	size_t i;

	if (list == NULL)
		return;
	for (i = 0; i < list->n; i++)
		free(list->rule[i].pattern);
	free(list->rule);
	free(list);
}
