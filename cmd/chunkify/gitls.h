/*
 * The files of a git work tree, as git itself lists them.
 *
 * That is git ls-files, twice: tracked files, and untracked ones that are not
 * ignored. Both come sorted and are merged as they come, so memory does not
 * grow.
 *
 * A repository is somebody else's, and its configuration must not make us run
 * a program, talk to a network, look outside the tree or wait for ever. So git
 * is confined (confine.h): it can start nothing. Besides, nothing is to be
 * fetched for a partial clone by any transport; the repository and the top of
 * its work tree are told, so that core.worktree does not count; the
 * environment's GIT_ variables (a hook's) are not passed on; and when git says
 * nothing for too long (it reads a FIFO, or matches a pattern that takes for
 * ever) it is killed. What it says on its standard error passes through us.
 */
#ifndef GITLS_H
#define GITLS_H

struct gitls;

/* Is path, a directory, the top of a work tree? Cheap: looks for .git. */
int gitls_is_top(const char *path);

/* Is path inside one? Looks upwards from where it really is. */
int gitls_is_inside(const char *path);

/*
 * List the files below dir, which is in a work tree. git may be silent for
 * limit seconds; 0: for ever. Returns NULL on failure (message printed, unless
 * quiet, here and below).
 */
struct gitls *gitls_open(const char *dir, double limit, int quiet);

/*
 * The next path, relative to the dir, in the order of bytes; lent until the
 * next call. *nested is set for a nested repository or a submodule, which git
 * does not look into. Returns 1, 0 at the end, -1 if git failed or had
 * something to complain of, so that files may be missing (message printed).
 */
int gitls_next(struct gitls *g, const char **path, int *nested);

/* Ends git if it is still at work. */
void gitls_close(struct gitls *g);

#endif
