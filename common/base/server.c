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

/* A copy of n bytes, in which %41 has become A. */
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
 * The URI without the password in it, which goes into the environment: a copy,
 * or the URI where there is none. Of several there can be only one.
 */
static char *
without_password(char *uri, char **known)
{
	char *start = strstr(uri, "://"), *at, *colon, *password;
	size_t n;
	struct buf b = { 0 };

	if (start == NULL)
		return uri;
	start += 3;
	n = strcspn(start, "/?#");
	if ((at = memrchr(start, '@', n)) == NULL ||
	    (colon = memchr(start, ':', at - start)) == NULL)
		return uri;
	password = decode(colon + 1, at - colon - 1);
	if (*known != NULL && strcmp(*known, password) != 0)
		errx(2, "several passwords on a command line: put them into "
		    "~/.pgpass");
	if (setenv("PGPASSWORD", password, 1) == -1)
		errx(2, "out of memory");
	if (*known == NULL)
		*known = password;
	else
		free(password);
	buf_add(&b, uri, colon - uri);
	buf_text(&b, at);
	return b.p;
}

void
server_program(char *argv[])
{
	char **p, *password = NULL, *path;
	int any = 0;

	for (p = argv; *p != NULL; p++)
		if (p != argv && server_place(*p)) {
			*p = without_password(*p, &password);
			any = 1;
		}
	if (!any)
		return;
	path = server_path();
	execv(path, argv);
	if (errno != ENOENT)
		err(2, "%s", path);
	free(path);
	free(password);
}
