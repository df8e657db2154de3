#include <string.h>

#include "mask.h"

const char *
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

const char *
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
