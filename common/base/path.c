#include <string.h>

#include "base/path.h"

char *
path_normal(char *p)
{
	const char *in = p;
	char *out = p, *first;

	if (*in == '/')
		*out++ = *in++;
	first = out;
	while (*in != '\0') {
		size_t n = strchrnul(in, '/') - in;

		if (n != 0 && !(n == 1 && *in == '.')) {
			if (out != first)
				*out++ = '/';
			if (out != in)
				memmove(out, in, n);
			out += n;
		}
		in += n;
		in += *in == '/';
	}
	if (out == p && in != p)
		*out++ = '.';
	*out = '\0';
	return p;
}

static int
dotdot(const char *p)
{
	for (; *p != '\0'; p = strchrnul(p, '/'), p += *p == '/')
		if (p[0] == '.' && p[1] == '.' &&
		    (p[2] == '/' || p[2] == '\0'))
			return 1;
	return 0;
}

int
path_below(const char *path, const char *root)
{
	size_t n = strlen(root);

	if (strcmp(root, ".") == 0)
		return *path != '/' && !dotdot(path);
	if (strncmp(path, root, n) != 0)
		return 0;
	if (path[n] != '\0' && path[n] != '/' && strcmp(root, "/") != 0)
		return 0;
	return !dotdot(path + n + (path[n] == '/'));
}

char *
path_relative(char *p, const char *dir)
{
	size_t n = dir != NULL ? strlen(dir) : 0;

	if (n == 0 || *p != '/' || !path_below(p, dir))
		return p;
	if (p[n] == '\0')
		return strcpy(p, ".");
	return strcmp(dir, "/") == 0 ? p + 1 : p + n + 1;
}
