#ifndef PATH_H
#define PATH_H

/* Take "./", "//" and a "/" at the end out of a path, where it stands. */
char *path_normal(char *p);

#endif
