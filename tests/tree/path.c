#include <string.h>	/* memmove, strcspn */

#include "path.h"

char *
path_normal(char *p)
{
	const char *in = p;
	char *out = p, *first;

	if (*in == '/')
		*out++ = *in++;
	first = out;
	while (*in != '\0') {
		size_t n = strcspn(in, "/");

		if (n != 0 && !(n == 1 && *in == '.')) {
			if (out != first)
				*out++ = '/';
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
