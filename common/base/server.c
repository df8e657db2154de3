#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/server.h"

int
server_place(const char *place)
{
	static const char *const begins[] = { "postgresql://", "postgres://",
	    "service=" };
	size_t i;

	for (i = 0; i < sizeof begins / sizeof *begins; i++)
		if (strncmp(place, begins[i], strlen(begins[i])) == 0)
			return 1;
	return 0;
}

char *
server_path(void)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	struct buf b = { 0 };
	int i;

	self[n > 0 ? n : 0] = '\0';
	for (i = 0; i < 2; i++)		/* out of bin */
		*(strrchr(self, '/') != NULL ? strrchr(self, '/') : self) = '\0';
	buf_puts(&b, self);
	buf_puts(&b, "/libexec/chunkkv/");
	buf_text(&b, program_invocation_short_name);
	return b.p;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* A copy of n bytes, with %41 decoded to A. */
static char *
decode(const char *s, size_t n)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] == '%' && i + 2 < n && digit(s[i + 1]) != -1 &&
		    digit(s[i + 2]) != -1) {
			buf_putc(&b, digit(s[i + 1]) << 4 | digit(s[i + 2]));
			i += 2;
		} else
			buf_putc(&b, s[i]);
	buf_putc(&b, '\0');
	return b.p;
}

/*
 * Where the password begins and ends, or NULL if there is none. libpq accepts
 * any without a slash, and so do we.
 */
static char *
find_password(char *uri, char **end)
{
	char *start = strstr(uri, "://"), *colon;
	size_t n, port;

	if (start == NULL)
		return NULL;
	start += 3;
	n = strcspn(start, "/?#");
	*end = memrchr(start, '@', n);
	colon = memchr(start, ':', *end != NULL ? (size_t)(*end - start) : n);
	if (colon == NULL || *start == '[')
		return NULL;
	if (*end != NULL)
		return colon + 1;
	/* That is a port, or a password that has one of these. */
	port = strspn(colon + 1, "0123456789");
	if (strchr(",/?#", colon[1 + port]) != NULL ||
	    strchr(colon, '@') == NULL)
		return NULL;
	if ((*end = memrchr(start, '@', strcspn(start, "/"))) == NULL)
		errx(2, "a / in the password of a URI must be written %%2F: "
		    "better put it into ~/.pgpass");
	return colon + 1;
}

void
server_hide(char *place)
{
	static char *known;
	char *end, *start = find_password(place, &end), *password;

	if (start == NULL)
		return;
	password = decode(start, end - start);
	if (known != NULL && strcmp(known, password) != 0)
		errx(2, "several passwords on a command line: put them into "
		    "~/.pgpass");
	if (setenv("PGPASSWORD", password, 1) == -1)
		errx(2, "out of memory");
	free(known);
	known = password;
	memmove(start - 1, end, strlen(end) + 1);
}

void
server_program(char *argv[])
{
	char *path = server_path();

	execv(path, argv);
	if (errno != ENOENT)
		err(2, "%s", path);
	free(path);
}
