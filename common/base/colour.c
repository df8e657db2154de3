#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/colour.h"
#include "base/option.h"
#include "base/visible.h"

static int on;

void
colour_choose(const char *when)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when == NULL || strcmp(when, "auto") == 0)
		on = visible_wanted() && (no == NULL || *no == '\0') &&
		    (term == NULL || strcmp(term, "dumb") != 0);
	else if (strcmp(when, "always") == 0) {
		visible_always();
		on = 1;
	} else if (strcmp(when, "never") != 0)
		option_wrong("--color: \"%s\" is not auto, always or never",
		    when);
}

int
colour_on(void)
{
	return on;
}

void
colour_puts(const char *colour, const char *s)
{
	if (on)
		printf("\033[%sm", colour);
	visible_puts(s);
	if (on)
		fputs("\033[m", stdout);
}

/* Colour each line separately: pagers forget a colour at the end of a line. */
void
colour_text(const char *colour, const char *s, size_t n)
{
	const char *nl;
	size_t k;

	for (; n != 0; s += k, n -= k) {
		nl = memchr(s, '\n', n);
		k = nl == NULL ? n : nl == s ? 1 : (size_t)(nl - s);
		if (on && nl != s)
			printf("\033[%sm", colour);
		visible_text(s, k);
		if (on && nl != s)
			fputs("\033[m", stdout);
	}
}
