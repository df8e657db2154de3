#include <string.h>

#include "base/scope.h"

/* What languages put between a scope and a name. */
static const char *const separators[] = { "::", ".", "\\", "#", "/", NULL };

/* The length of the separator at s, 0 if there is none. */
static size_t
separator_at(const char *s)
{
	size_t i;

	for (i = 0; separators[i] != NULL; i++)
		if (strncmp(s, separators[i], strlen(separators[i])) == 0)
			return strlen(separators[i]);
	return 0;
}

const char *
scope_part(const char *c, size_t *k)
{
	for (; *c != '\0'; c++)
		if ((*k = separator_at(c)) != 0)
			return c[*k] != '\0' ? c : NULL;
	return NULL;
}

int
scope_matches(const char *scope, const char *want, size_t n)
{
	size_t i, k, len;

	if (scope == NULL)
		return 0;
	for (i = 0; scope[i] != '\0'; i += k) {
		const char *a = scope + i, *b = want, *end = want + n;

		k = 1;
		if (i != 0) {
			if ((k = separator_at(scope + i)) == 0) {
				k = 1;
				continue;
			}
			a += k;
		}
		while (*a != '\0' && b < end) {
			size_t x = separator_at(a), y = separator_at(b);

			if ((x == 0) != (y == 0) || (x == 0 && *a != *b))
				break;
			a += x != 0 ? x : 1;
			b += y != 0 ? y : 1;
		}
		if (*a == '\0' && b == end)
			return 1;
	}
	len = strlen(scope);
	return len == n && memcmp(scope, want, n) == 0;
}
