/*
 * The files of a git work tree, as git itself lists them.
 *
 * We run git ls-files twice: for tracked files, and for untracked ones that are
 * not ignored. Both lists are sorted, and we merge them as they come, so memory
 * does not grow.
 *
 * A repository may be a stranger's, and its configuration must not make us run
 * a program, talk to a network, look outside the tree or wait for ever. So we
 * confine git (confine.h): it can start nothing. Also, we forbid all
 * transports, so that it fetches nothing for a partial clone; we pass the
 * repository and the top of its work tree, so that core.worktree does not
 * count; we do not pass on GIT_ variables (a hook's); and we kill git when it
 * is silent for too long (it reads a FIFO, or matches a pattern that takes for
 * ever). Its standard error passes through us.
 */
#ifndef GITLS_H
#define GITLS_H

struct gitls;

/* Is path, a directory, the top of a work tree? Cheap: looks for .git. */
int gitls_is_top(const char *path);

/* Is path inside one? Looks upwards from its real location. */
int gitls_is_inside(const char *path);

/*
 * List the files below dir, which is in a work tree. git may be silent for
 * limit seconds; 0: for ever. Returns NULL on failure (message printed, unless
 * quiet, here and below).
 */
struct gitls *gitls_open(const char *dir, double limit, int quiet);

/*
 * The next path, relative to the dir, in byte order; lent until the next call.
 * Sets *nested for a nested repository or a submodule, which git does not look
 * into. Returns 1, 0 at the end, -1 if git failed or complained, so that files
 * may be missing (message printed).
 */
int gitls_next(struct gitls *g, const char **path, int *nested);

/* Kills git if it is still running. */
void gitls_close(struct gitls *g);

#endif
