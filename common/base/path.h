/*
 * The normal form of a path, the same in every tool ("./src/a.c", "src//a.c"
 * and "src/a.c" are one file, by contract).
 *
 * "." and empty components and a trailing "/" are dropped; a leading "/"
 * stays. ".." stays too: its meaning depends on symbolic links, so removing it
 * could name another file. "." and "./" become ".", and "" stays "".
 */
#ifndef PATH_H
#define PATH_H

/* Normalise a path in place (it never grows); returns p. */
char *path_normal(char *p);

/*
 * Is the path at root or below it? Both in normal form. No if there is a ".."
 * on the way: only the file system knows where that leads.
 */
int path_below(const char *path, const char *root);

/*
 * Make a path in normal form relative to dir, an absolute one, if it is at or
 * below it ("." if it is dir itself); dir NULL: leave it alone. Works in place;
 * returns where in p the result begins.
 */
char *path_relative(char *p, const char *dir);

#endif
