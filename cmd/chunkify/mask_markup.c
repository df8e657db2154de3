/*
 * What stands in HTML's text and is no tag: browsers take it for text, where
 * the grammar stops to understand what follows.
 */
#include <strings.h>

#include "mask.h"
#include "masking.h"

static const char *
behind(const char *s, const char *end, const char *what)
{
	const char *p = memmem(s, end - s, what, strlen(what));

	return p != NULL ? p + strlen(what) : end;
}

/* Behind a tag; quotes count where a value begins. */
static const char *
skip_tag(const char *s, const char *end)
{
	const char *p;

	for (; s < end && *s != '>'; s++) {
		if (*s != '=')
			continue;
		p = skip_blanks(s + 1, end);
		if (p < end && (*p == '"' || *p == '\'') &&
		    (p = memchr(p + 1, *p, end - p - 1)) != NULL)
			s = p;
	}
	return s < end ? s + 1 : end;
}

/* What a script or a style has in it, up to the tag that ends it. */
static const char *
skip_raw(const char *s, const char *end, const char *name, size_t len)
{
	for (; (s = memmem(s, end - s, "</", 2)) != NULL; s += 2)
		if ((size_t)(end - s) > len + 2 &&
		    strncasecmp(s + 2, name, len) == 0)
			return s;
	return end;
}

/* Behind a tag or a comment that begins at s; s: it is none. */
static const char *
skip_markup(const char *s, const char *end)
{
	size_t len;
	const char *t;

	if (end - s < 2)
		return s;
	if (end - s >= 4 && memcmp(s, "<!--", 4) == 0)
		return behind(s + 4, end, "-->");
	if (!isalpha((unsigned char)s[1]) && strchr("/!?", s[1]) == NULL)
		return s;
	t = skip_tag(s + 1, end);
	len = word_len(s + 1, end);
	if ((len == 6 && strncasecmp(s + 1, "script", len) == 0) ||
	    (len == 5 && strncasecmp(s + 1, "style", len) == 0))
		t = t[-1] == '>' && t[-2] == '/' ? t :
		    skip_raw(t, end, s + 1, len);
	return t;
}

static int
begins_entity(const char *s, const char *end)
{
	if (end - s < 2)
		return 0;
	if (s[1] != '#')
		return isalpha((unsigned char)s[1]);
	return end - s >= 4 && (s[2] | 0x20) == 'x' ?
	    isxdigit((unsigned char)s[3]) :
	    end - s >= 3 && isdigit((unsigned char)s[2]);
}

void
mask_text(struct masking *c)
{
	const char *s = c->text, *t;

	while (s < c->end) {
		if (*s == '<' && (t = skip_markup(s, c->end)) != s) {
			s = t;
			continue;
		}
		if (*s == '<' || *s == '>' ||
		    (*s == '&' && !begins_entity(s, c->end))) {
			hide(c, s, s + 1);
			c->copy[s - c->text] = '-';
		}
		s++;
	}
}
