#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ignore.h"
#include "base/mem.h"

struct ignore_rule {
	char *pattern;		/* without "!", "/" at either end */
	int keep;		/* "!": not ignored after all */
	int only_dir;		/* "/" at the end */
	int anchored;		/* matches the path, else the last component */
	size_t plain;		/* bytes of pattern before the first wildcard */
};

struct ignore {
	struct ignore_rule *rule;
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
 * Match c against the bracket expression after "[". Returns what follows the
 * "]", or NULL if it does not end or is invalid; *yes is the answer.
 */
static const char *
bracket(const char *p, unsigned char c, int *yes)
{
	int negated = *p == '!' || *p == '^', found = 0, is;
	unsigned char low = 0, high;
	const char *first, *end;

	p += negated;
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
	*yes = found != negated && c != '/';
	return p + 1;
}

/* If there is a slash at p, maybe after a backslash: its length in bytes, else
 * 0. */
static int
slash(const char *p)
{
	return *p == '/' ? 1 : p[0] == '\\' && p[1] == '/' ? 2 : 0;
}

/* Match c against the one character at *p, and move past it. Returns 0 if it
 * does not match, or the pattern is invalid there and never will. */
static int
match_one(const char **p, unsigned char c)
{
	const char *s = *p;
	int yes = 1;

	if (*s == '[') {
		if ((s = bracket(s + 1, c, &yes)) == NULL)
			return 0;
	} else if (*s == '?') {
		s++;
	} else {
		if (*s == '\\')
			s++;
		yes = *s != '\0' && (unsigned char)*s++ == c;
	}
	*p = s;
	return yes;
}

/*
 * Match up to the next slash. On failure after a star, that star takes one byte
 * more; no earlier star needs to, since what is between the two was found at
 * the earliest place. *p and *t move to the slashes, or the ends.
 */
static int
match_component(const char **p, const char **t)
{
	const char *s = *p, *u = *t, *star = NULL, *tried = NULL;

	for (;;) {
		if (*s == '*') {
			while (*s == '*')
				s++;
			star = s;
			tried = u;
		} else if (*u == '\0' || *u == '/') {
			if (*s != '\0' && !slash(s))
				return 0;
			*p = s;
			*t = u;
			return 1;
		} else if (*s != '\0' && !slash(s) && match_one(&s, *u)) {
			u++;
		} else {
			if (star == NULL)
				return 0;
			s = star;
			u = ++tried;
		}
	}
}

/* If there is "**" here, alone between slashes, what follows it, at a slash or
 * the end; else NULL. */
static const char *
any_depth(const char *p)
{
	if (p[0] != '*' || p[1] != '*')
		return NULL;
	while (*p == '*')
		p++;
	return *p == '\0' || slash(p) ? p : NULL;
}

/* The same again, with "**" for the star and components for the bytes. */
int
wildmatch(const char *pattern, const char *text)
{
	const char *p = pattern, *t = text, *star = NULL, *tried = NULL;

	for (;;) {
		const char *behind = any_depth(p);

		if (behind != NULL) {
			if (*behind == '\0')
				return 1;
			star = p = behind + slash(behind);
			tried = t;
			/* in git it can match nothing only before "/" */
			if (*behind == '/')
				continue;
			if ((tried = strchr(t, '/')) == NULL)
				return 0;
			t = ++tried;
			continue;
		}
		if (match_component(&p, &t)) {
			if (*p == '\0' && *t == '\0')
				return 1;
			if (*p != '\0' && *t != '\0') {
				p += slash(p);
				t++;
				continue;
			}
		}
		if (star == NULL || (tried = strchr(tried, '/')) == NULL)
			return 0;
		p = star;
		t = ++tried;
	}
}

/* --- rules ----------------------------------------------------------------- */

struct ignore *
ignore_add(struct ignore *list, const char *s, size_t n)
{
	struct ignore_rule r = { .pattern = NULL };
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
	r.plain = strcspn(r.pattern, "*?[\\");
	if (list == NULL)
		list = xcalloc(1, sizeof *list);
	list->rule = xgrow(list->rule, &list->cap, list->n + 1, sizeof r);
	list->rule[list->n++] = r;
	return list;
}

/* Read a regular file of at most IGNORE_MAX bytes; the caller frees it. NULL,
 * with errno, if it is anything else. Never waits for a FIFO or a device. */
static char *
read_rules(const char *file, size_t *n)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY);
	char *text = NULL;
	struct stat st;
	ssize_t k = 0;
	int e;

	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0) {
		errno = S_ISDIR(st.st_mode) ? EISDIR :
		    !S_ISREG(st.st_mode) ? EINVAL :
		    st.st_size > IGNORE_MAX ? EFBIG : 0;
		if (errno == 0)
			text = xmalloc(IGNORE_MAX + 1);
	}
	for (*n = 0; text != NULL && *n <= IGNORE_MAX; *n += k) {
		k = read(fd, text + *n, IGNORE_MAX + 1 - *n);
		if (k == -1 && errno == EINTR)
			k = 0;
		else if (k <= 0)
			break;
	}
	e = k == -1 ? errno : text == NULL ? errno :
	    *n > IGNORE_MAX ? EFBIG : 0;
	close(fd);
	if (e == 0)
		return text;
	free(text);
	errno = e;
	return NULL;
}

struct ignore *
ignore_read(struct ignore *list, const char *file, int *error)
{
	size_t n = 0, at = 0, len, next;
	char *text = read_rules(file, &n);
	const char *nl;

	*error = text != NULL || errno == ENOENT || errno == ENOTDIR ||
	    errno == EISDIR ? 0 : errno;
	if (text != NULL && n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	for (; text != NULL && at < n; at = next) {
		nl = memchr(text + at, '\n', n - at);
		len = nl != NULL ? (size_t)(nl - text) - at : n - at;
		next = at + len + 1;
		if (len > 0 && text[at + len - 1] == '\r')
			len--;
		list = ignore_add(list, text + at, len);
	}
	free(text);
	return list;
}

int
ignore_match(const struct ignore *list, const char *path, int is_dir)
{
	const char *base = strrchr(path, '/');
	size_t i;

	base = base != NULL ? base + 1 : path;
	for (i = list != NULL ? list->n : 0; i-- > 0; ) {
		const struct ignore_rule *r = &list->rule[i];

		/* git, too, compares the literal prefix separately: two stars
		 * after it are then at the beginning of a pattern */
		if (r->only_dir && !is_dir)
			continue;
		if (!r->anchored ? wildmatch(r->pattern, base) :
		    strncmp(r->pattern, path, r->plain) == 0 &&
		    wildmatch(r->pattern + r->plain, path + r->plain))
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
