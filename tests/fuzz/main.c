/*
 * Feed files to a fuzz target, one after the other: a finding once more, or
 * the seeds where there is no libFuzzer.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "base/mem.h"

static void
feed(const char *name)
{
	FILE *f = fopen(name, "re");
	struct buf b = { 0 };
	uint8_t *exact;
	size_t n;

	if (f == NULL)
		err(2, "%s", name);
	while ((n = fread(buf_room(&b, 65536), 1, 65536, f)) != 0)
		b.len += n;
	if (ferror(f))
		err(2, "%s", name);
	fclose(f);
	/* no byte more, so that a sanitizer sees the end */
	exact = xmalloc(b.len);
	if (b.len != 0)
		memcpy(exact, b.p, b.len);
	printf("%s\n", name);
	fflush(stdout);		/* it may be the last we say */
	(void)LLVMFuzzerTestOneInput(exact, b.len);
	free(exact);
	buf_free(&b);
}

int
main(int argc, char *argv[])
{
	int i;

	if (argc < 2) {
		fprintf(stderr, "usage: %s file ...\n", argv[0]);
		return 2;
	}
	for (i = 1; i < argc; i++)
		feed(argv[i]);
	return 0;
}
