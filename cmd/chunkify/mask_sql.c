/* What of SQL its grammar is not shown. */
#include <string.h>

#include "mask.h"
#include "masking.h"

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

const char *
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

void
mask_dollars(struct masking *c)
{
	const char *s = c->text, *t;
	size_t len;

	while (s < c->end)
		if ((t = skip_sql(s, c->end)) != s)
			s = t;
		else if ((len = dollar_tag(s, c->end)) != 0 && (t =
		    memmem(s + len, c->end - s - len, s, len)) != NULL) {
			t += len;
			hide(c, s, t);
			c->copy[s - c->text] = c->copy[t - 1 - c->text] = '\'';
			s = t;
		} else
			s++;
}
