/*
 * Ignore rules as in gitignore(5).
 */
#ifndef IGNORE_H
#define IGNORE_H

#include <stddef.h>

/* A list of rules for one directory and below; later ones win. */
struct ignore;

/* NULL is an empty list. */
struct ignore *ignore_add(struct ignore *list, const char *line, size_t n);

#define IGNORE_MAX	(1 << 20)	/* bytes of a file of rules */

/*
 * Add the rules in a file. Returns the list. *error is 0, also if there is no
 * such file; else an errno, and no rules were added: EFBIG for a file of more
 * than IGNORE_MAX bytes, ELOOP for a symbolic link, which we, like git, do not
 * follow, EINVAL for anything else that is not a regular file, which we do not
 * read.
 */
struct ignore *ignore_read(struct ignore *list, const char *file, int *error);

/*
 * What do the rules say about a path, relative to their directory: 1 ignored, 0
 * not (a "!" rule), -1 nothing. The caller must know whether a directory above
 * is ignored; ignore_below looks at those too.
 */
int ignore_match(const struct ignore *list, const char *path, int is_dir);

/* Is the file, or a directory on the way to it, ignored? */
int ignore_below(const struct ignore *list, const char *path);

void ignore_free(struct ignore *list);

/*
 * Does the text match git's wildcard pattern? "*" and "?" stop at "/", "**"
 * between slashes or at an end does not; [a-z], [!a], [[:digit:]]; a backslash
 * makes the next byte literal. (gitignore(5), and git's tests in t3070.) Takes
 * time at most proportional to the product of both lengths.
 */
int wildmatch(const char *pattern, const char *text);

#endif
