#include <string.h>

#include "key.h"
#include "mem.h"

static char *
escape(char *out, const char *s)
{
	for (; *s != '\0'; s++) {
		*out++ = *s;
		if (*s == ':')
			*out++ = *s;
	}
	*out = '\0';
	return out;
}

char *
key_file(const char *path)
{
	char *key = xmalloc(sizeof("file:") + 2 * strlen(path));

	escape(stpcpy(key, "file:"), path);
	return key;
}
