/*
 * limit - what chunkify is held against: read the C files named on standard
 * input, a line each, and parse them; nothing else
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_c(void);

int
main(void)
{
	TSParser *p = ts_parser_new();
	char *line = NULL, *text = NULL;
	size_t cap = 0, total = 0;
	ssize_t n;

	ts_parser_set_language(p, tree_sitter_c());
	while ((n = getline(&line, &cap, stdin)) > 0) {
		struct stat st;
		TSTree *tree;
		int fd;

		line[n - 1] = '\0';
		if ((fd = open(line, O_RDONLY)) == -1 || fstat(fd, &st) == -1)
			err(2, "%s", line);
		free(text);
		if ((text = malloc((size_t)st.st_size + 1)) == NULL)
			err(2, "%s", line);
		n = read(fd, text, st.st_size);
		close(fd);
		tree = ts_parser_parse_string(p, NULL, text, (uint32_t)n);
		ts_tree_delete(tree);
		total += n;
	}
	ts_parser_delete(p);
	free(text);
	free(line);
	fprintf(stderr, "%zu bytes\n", total);
	return 0;
}
