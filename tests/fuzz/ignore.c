/*
 * Ignore rules: the input is a path, a NUL byte, and lines of rules.
 *
 * The matcher agrees with one that tries every way, as long as that can be
 * afforded; a list agrees with its rules asked one by one; nothing said of a
 * path depends on rules that do not match it.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ignore.h"
#include "base/mem.h"

#define STEPS	20000	/* of the slow matcher, before we do without it */

struct slow {
	const char *start;	/* of the pattern */
	int steps;
};

/*
 * One bracket expression against c, the slow matcher's own reading of it;
 * returns what is behind, NULL if it is wrong. Classes are left to the code
 * under test: *known is cleared.
 */
static const char *
set(const char *p, unsigned char c, int *yes, int *known)
{
	int turned = *p == '!' || *p == '^', found = 0, first = 1;
	unsigned char low, high;

	for (p += turned; *p != '\0' && (*p != ']' || first); first = 0) {
		if (p[0] == '[' && p[1] == ':')
			*known = 0;
		if (*p == '\\' && *++p == '\0')
			return NULL;
		low = high = (unsigned char)*p++;
		if (p[0] == '-' && p[1] != ']' && p[1] != '\0') {
			if (*++p == '\\' && *++p == '\0')
				return NULL;
			high = (unsigned char)*p++;
		}
		found |= low <= c && c <= high;
	}
	*yes = c != '/' && found != turned;
	return *p == ']' ? p + 1 : NULL;
}

/* 1, 0, or -1: not known. */
static int
slow_match(struct slow *s, const char *p, const char *t)
{
	const char *behind;
	int yes, known = 1, r, wide;

	if (s->steps-- <= 0)
		return -1;
	switch (*p) {
	case '\0':
		return *t == '\0';
	case '?':
		return *t != '\0' && *t != '/' ? slow_match(s, p + 1, t + 1) :
		    0;
	case '[':
		if (*t == '\0')
			return 0;
		behind = set(p + 1, (unsigned char)*t, &yes, &known);
		if (!known)
			return -1;
		return behind != NULL && yes ? slow_match(s, behind, t + 1) :
		    0;
	case '*':
		behind = p + strspn(p, "*");
		wide = behind - p >= 2 && (p == s->start || p[-1] == '/') &&
		    (*behind == '\0' || *behind == '/' ||
		    (behind[0] == '\\' && behind[1] == '/'));
		if (wide && *behind == '/' &&
		    (r = slow_match(s, behind + 1, t)) != 0)
			return r;
		for (;; t++) {
			if ((r = slow_match(s, behind, t)) != 0)
				return r;
			if (*t == '\0' || (!wide && *t == '/'))
				return 0;
		}
	case '\\':
		if (*++p == '\0')
			return 0;
		/* FALLTHROUGH */
	default:
		return *p == *t ? slow_match(s, p + 1, t + 1) : 0;
	}
}

static void
compare(const char *pattern, const char *text)
{
	struct slow s = { pattern, STEPS };
	int r = slow_match(&s, pattern, text);

	if (r != -1)
		MUST(wildmatch(pattern, text) == r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *path = (const char *)data, *line, *end = path + n, *nl;
	struct ignore *all = NULL, *one;
	int want[2] = { -1, -1 }, got, dir;
	char *copy, *rule;
	size_t len;

	len = strnlen(path, n);
	if (len == n || len == 0)
		return 0;
	copy = xmemdup(path, len);
	for (line = path + len + 1; line < end; line = nl + 1) {
		if ((nl = memchr(line, '\n', (size_t)(end - line))) == NULL)
			nl = end;
		all = ignore_add(all, line, (size_t)(nl - line));
		one = ignore_add(NULL, line, (size_t)(nl - line));
		for (dir = 0; dir < 2; dir++) {
			got = ignore_match(one, copy, dir);
			MUST(got == -1 || got == (*line != '!'));
			if (got != -1)
				want[dir] = got;
		}
		ignore_free(one);
		rule = xmemdup(line, (size_t)(nl - line));
		compare(rule, copy);
		free(rule);
	}
	for (dir = 0; dir < 2; dir++)
		MUST(ignore_match(all, copy, dir) == want[dir]);
	if (want[0] == 1)
		MUST(ignore_below(all, copy) == 1);
	if (strchr(copy, '/') == NULL)
		MUST(ignore_below(all, copy) == (want[0] == 1));
	ignore_free(all);
	free(copy);
	return 0;
}
