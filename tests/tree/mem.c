#include <err.h>
#include <stdlib.h>

#include "mem.h"

void *
xmalloc(size_t n)
{
	void *p = malloc(n != 0 ? n : 1);

	if (p == NULL)
		errx(2, "out of memory (%zu bytes)", n);
	return p;
}
