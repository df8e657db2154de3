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

/* Add the rules in a file. Returns the list; a file that is not there adds
 * none, one that cannot be read is warned of. */
struct ignore *ignore_read(struct ignore *list, const char *file);

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
 */
int wildmatch(const char *pattern, const char *text);

#endif
