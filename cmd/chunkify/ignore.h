/*
 * Ignore rules as gitignore(5) has them.
 */
#ifndef IGNORE_H
#define IGNORE_H

#include <stddef.h>

/* A list of rules that hold below one directory; later ones win. */
struct ignore;

/* NULL is an empty list. */
struct ignore *ignore_add(struct ignore *list, const char *line, size_t n);

#define IGNORE_MAX	(1 << 20)	/* bytes of a file of rules */

/*
 * Add the rules in a file. Returns the list. *error is 0, also where there is
 * no such file; else an errno, and no rules were added: EFBIG for a file of
 * more than IGNORE_MAX bytes, ELOOP for a symbolic link, which is not followed
 * (nor is it by git), EINVAL for what else is no regular file; nothing of
 * that is read.
 */
struct ignore *ignore_read(struct ignore *list, const char *file, int *error);

/*
 * What do the rules say of a path, relative to their directory: 1 ignored, 0
 * not (a "!" rule), -1 nothing. That a directory above is ignored is for the
 * caller to know; ignore_below looks at those too.
 */
int ignore_match(const struct ignore *list, const char *path, int is_dir);

/* Is the file, or a directory on the way to it, ignored? */
int ignore_below(const struct ignore *list, const char *path);

void ignore_free(struct ignore *list);

/*
 * Does the text match git's wildcard pattern? "*" and "?" stop at "/", "**"
 * between slashes or at an end does not; [a-z], [!a], [[:digit:]]; a backslash
 * takes the next byte as it is. (gitignore(5), and git's tests in t3070.)
 * Takes time in proportion to the product of both lengths, at most.
 */
int wildmatch(const char *pattern, const char *text);

#endif
