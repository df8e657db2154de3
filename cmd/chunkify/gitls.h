/*
 * The files of a git work tree, as git itself lists them.
 *
 * That is git ls-files, twice: tracked files, and untracked ones that are not
 * ignored. Both come sorted and are merged as they come, so memory does not
 * grow. A repository is somebody else's, and its configuration must not make
 * us run a program: core.fsmonitor is the one setting that could (a hook that
 * ls-files asks for changed files), missing objects of a partial clone could
 * be fetched by a transport of its choice; both are turned off, and the
 * environment's GIT_ variables (a hook's) are not passed on.
 */
#ifndef GITLS_H
#define GITLS_H

struct gitls;

/* Is path, a directory, the top of a work tree? Cheap: looks for .git. */
int gitls_is_top(const char *path);

/* Is path inside one? Looks upwards from where it really is. */
int gitls_is_inside(const char *path);

/*
 * List the files below dir, which is in a work tree. Returns NULL on failure
 * (message printed, unless quiet, here and below).
 */
struct gitls *gitls_open(const char *dir, int quiet);

/*
 * The next path, relative to the dir, in the order of bytes; lent until the
 * next call. *nested is set for a nested repository or a submodule, which git
 * does not look into. Returns 1, 0 at the end, -1 if git failed (message
 * printed).
 */
int gitls_next(struct gitls *g, const char **path, int *nested);

void gitls_close(struct gitls *g);

#endif
