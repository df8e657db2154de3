#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "base/visible.h"

/* The code point of a valid sequence of n bytes. */
static uint32_t
decode(const unsigned char *s, size_t n)
{
	uint32_t c = n == 1 ? *s : *s & (0x7fu >> n);

	while (--n != 0)
		c = c << 6 | (*++s & 0x3f);
	return c;
}

static int
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	    c == 0x061c || c == 0x200e || c == 0x200f ||
	    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Format the character at s for display. Returns its length in bytes. */
static size_t
show(char form[VISIBLE_MIN], const char *s, size_t n)
{
	size_t len = utf8_sequence(s, n);
	uint32_t c = len != 0 ? decode((const unsigned char *)s, len) : 0;

	if (len != 0 && !is_control(c)) {
		memcpy(form, s, len);
		form[len] = '\0';
		return len;
	}
	if (c == '\n' || c == '\t' || c == '\r')
		snprintf(form, VISIBLE_MIN, "\\%c",
		    c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
	else if (c < 0x80)
		snprintf(form, VISIBLE_MIN, "\\x%02x", *(unsigned char *)s);
	else
		snprintf(form, VISIBLE_MIN, "\\u%04x", (unsigned)c);
	return len != 0 ? len : 1;
}

size_t
visible(char *out, size_t size, const char *s, size_t n)
{
	char form[VISIBLE_MIN];
	size_t at = 0, used = 0, len, k;

	while (at < n) {
		k = show(form, s + at, n - at);
		len = strlen(form);
		if (used + len >= size)
			break;
		memcpy(out + used, form, len);
		used += len;
		at += k;
	}
	out[used] = '\0';
	return at;
}

static void
put(const char *s, size_t n)
{
	char out[1024];
	size_t k;

	for (; n != 0; s += k, n -= k) {
		k = visible(out, sizeof out, s, n);
		fputs(out, stdout);
	}
}

void
visible_show(const char *s, size_t n)
{
	size_t k;

	while (n != 0) {
		for (k = 0; k < n && s[k] != '\n' && s[k] != '\t' &&
		    !(s[k] == '\r' && k + 1 < n && s[k + 1] == '\n'); k++)
			;
		put(s, k);
		if (k == n)
			break;
		if (s[k] != '\r')	/* it ends a line as well */
			putchar(s[k]);
		s += k + 1;
		n -= k + 1;
	}
}

static int wanted = -1;		/* not known yet */

int
visible_wanted(void)
{
	if (wanted == -1)
		wanted = isatty(STDOUT_FILENO);
	return wanted;
}

void
visible_always(void)
{
	wanted = 1;
}

void
visible_word(const char *s)
{
	put(s, strlen(s));
}

void
visible_puts(const char *s)
{
	if (visible_wanted())
		visible_word(s);
	else
		fputs(s, stdout);
}

void
visible_text(const char *s, size_t n)
{
	if (visible_wanted())
		visible_show(s, n);
	else
		fwrite(s, 1, n, stdout);
}
