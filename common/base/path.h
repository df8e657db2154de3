/*
 * The normal form of a path, the same in every tool (contract: "./src/a.c",
 * "src//a.c" and "src/a.c" are one file).
 *
 * Components "." and empty ones go, a trailing "/" goes, a leading "/" stays.
 * ".." stays too: what it means depends on symbolic links, so taking it out
 * could name another file. The result of ".", "./" is ".", and "" stays "".
 */
#ifndef PATH_H
#define PATH_H

/* Bring a path into normal form where it stands (it never grows); returns p. */
char *path_normal(char *p);

/*
 * Is the path at root or below it? Both in normal form. Not where a ".." is
 * on the way: where that leads only the file system knows.
 */
int path_below(const char *path, const char *root);

/*
 * Make a path in normal form relative to dir, an absolute one, where it is at
 * or below it ("." if it is dir itself); dir NULL: leave it. Changes the path
 * where it stands; returns where in it the result begins.
 */
char *path_relative(char *p, const char *dir);

#endif
