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

#endif
