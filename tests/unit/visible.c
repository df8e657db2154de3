/*
 * What is shown holds no control character, loses nothing, and is the same
 * whatever the room; messages are shown so.
 */
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/field.h"
#include "base/visible.h"

static void
fail(const char *what, const char *got)
{
	errx(1, "%s: \"%s\"", what, got);
}

static void
becomes(const char *s, size_t n, const char *want)
{
	char out[256], piece[VISIBLE_MIN], all[256] = "";
	size_t at = 0;

	if (visible(out, sizeof out, s, n) != n || strcmp(out, want) != 0)
		fail(want, out);
	while (at < n) {
		at += visible(piece, sizeof piece, s + at, n - at);
		strcat(all, piece);
	}
	if (strcmp(all, want) != 0)
		fail("in pieces", all);
}

/* Every pair of bytes: nothing that a terminal, of whatever kind, obeys. */
static void
pairs(void)
{
	char s[2], out[64];
	int i;
	const char *p;

	for (i = 0; i < 65536; i++) {
		s[0] = (char)(i >> 8);
		s[1] = (char)(i);
		if (visible(out, sizeof out, s, 2) != 2)
			fail("cut", out);
		if (utf8_valid(out, strlen(out)) != strlen(out))
			fail("no UTF-8", out);
		for (p = out; *p != '\0'; p++)
			if (*p < ' ' && *p >= 0)
				fail("control", out);
		if ((p = strchr(out, '\xc2')) != NULL &&
		    (unsigned char)p[1] < 0xa0)
			fail("C1", out);
	}
}

/* What warn and its kin print, through a file in place of stderr. */
static void
messages(void)
{
	static const char want[] = "visible: a\\x1b]0;x\\x07\\u009b: "
	    "No such file or directory\nvisible: two\\nlines\n"
	    "visible: \\x01\\x01";
	static char big[20000];
	char *got;
	FILE *f = tmpfile();
	size_t n;
	int saved = dup(2);

	if (f == NULL || saved == -1)
		err(1, "tmpfile");
	dup2(fileno(f), 2);
	errno = ENOENT;
	warn("a\033]0;x\a%s", "\xc2\x9b");
	if (errno != ENOENT)
		fail("errno", "");
	warnx("%s", "two\nlines");
	memset(big, '\1', sizeof big - 1);
	warnx("%s", big);
	dup2(saved, 2);
	n = ftell(f) == -1 ? 0 : lseek(fileno(f), 0, SEEK_END);
	got = calloc(1, n + 1);
	if (got == NULL || pread(fileno(f), got, n, 0) != (ssize_t)n)
		err(1, "read");
	if (strncmp(got, want, sizeof want - 1) != 0) {
		got[sizeof want] = '\0';
		fail("message", got);
	}
	if (n < 4 * (sizeof big - 1) || strchr(got, '\1') != NULL ||
	    got[n - 1] != '\n' || strchr(got, '\n') == got + n - 1)
		fail("long message", "");
	free(got);
	fclose(f);
}

int
main(void)
{
	becomes("plain \\ caf\xc3\xa9", 13, "plain \\ caf\xc3\xa9");
	becomes("\0\t\n\r\033\177", 6, "\\x00\\t\\n\\r\\x1b\\x7f");
	becomes("\x9b\xff\xc2\x9b\xc2", 5, "\\x9b\\xff\\u009b\\xc2");
	becomes("\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8", 9,
	    "\\u202e\\u2066\\u2028");
	becomes("\xed\xa0\x80", 3, "\\xed\\xa0\\x80");
	becomes("\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80");
	pairs();
	messages();
	return 0;
}
