/*
 * Our own err(3), for every tool: visible.h says why.
 */
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/meter.h"
#include "base/visible.h"

#define PAGE	4096

/* Print s and a newline, in pieces of a page. */
static void
print(const char *s)
{
	char out[PAGE];
	size_t n = strlen(s), k;

	do {
		k = visible(out, sizeof out - 1, s, n);
		s += k;
		n -= k;
		if (n == 0)
			strcat(out, "\n");
		fputs(out, stderr);
	} while (n != 0);
}

/* "tool: text", with the reason if code is an errno, not -1. */
static void
say(int code, const char *fmt, va_list ap)
{
	int saved = errno;
	char small[PAGE], *text = NULL, *line = NULL;
	va_list again;

	va_copy(again, ap);
	if (vasprintf(&text, fmt, ap) == -1)	/* out of memory, perhaps */
		text = NULL;
	if (text != NULL && asprintf(&line, "%s: %s%s%s",
	    program_invocation_short_name, text, code != -1 ? ": " : "",
	    code != -1 ? strerror(code) : "") == -1)
		line = NULL;
	if (line == NULL)
		vsnprintf(small, sizeof small, fmt, again);
	va_end(again);
	meter_hold();
	flockfile(stderr);
	if (line == NULL)
		fprintf(stderr, "%s: ", program_invocation_short_name);
	print(line != NULL ? line : small);
	funlockfile(stderr);
	meter_resume();
	free(line);
	free(text);
	errno = saved;
}

void
vwarn(const char *fmt, va_list ap)
{
	say(errno, fmt, ap);
}

void
vwarnx(const char *fmt, va_list ap)
{
	say(-1, fmt, ap);
}

void
verr(int status, const char *fmt, va_list ap)
{
	say(errno, fmt, ap);
	exit(status);
}

void
verrx(int status, const char *fmt, va_list ap)
{
	say(-1, fmt, ap);
	exit(status);
}

void
warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarn(fmt, ap);
	va_end(ap);
}

void
warnx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarnx(fmt, ap);
	va_end(ap);
}

void
err(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	verr(status, fmt, ap);
}

void
errx(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	verrx(status, fmt, ap);
}
