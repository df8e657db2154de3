#include <sys/types.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gitls.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/stored.h"
#include "walk.h"

/* A name in a directory. */
struct dir_entry {
	char *name;
	int is_dir;
};

/* Where files come from: a path that is a file, a directory that we list, or
 * one that git lists. */
struct origin {
	enum { ONE, LIST, GIT } how;
	struct origin *below;	/* to go on with when this one is done */
	char *path;
	int root;		/* is a PATH or from the list */

	int error;		/* ONE: a directory that cannot be listed */
	struct dir_entry *entry;	/* LIST: by path */
	size_t n, at;
	struct ignore *rules;	/* in it */
	int rules_error[2];	/* errno of each of the files of rules */

	struct gitls *git;	/* NULL: could not be asked */
	int empty;		/* it has given nothing yet */
	char *checked;		/* the directory of the last path, and what */
	enum way {		/* is on the way to it */
		WAY_FREE, WAY_LINK, WAY_STORE
	} way;
};

struct walk {
	char *const *root;	/* those still to come */
	size_t nroots;
	struct walk_options o;
	char *line;		/* getdelim's */
	size_t cap;
	int in_list;		/* the present root is from the list */
	struct origin *top;
};

/* Directories of version control: never entered, nothing in them is source. */
static const char *const control[] = {
	".git", ".hg", ".svn", ".bzr", "_darcs", ".jj", "CVS", NULL
};

static const char *const rule_files[] = { ".gitignore", ".ignore", NULL };

/*
 * By the bytes of the whole path: a directory compares as if its name ended
 * in "/", so that "a.c" comes before "a/b". The keys of the store are in
 * this order too, which makes it twice as fast to fill.
 */
static int
by_path(const void *va, const void *vb)
{
	const struct dir_entry *a = va, *b = vb;
	const unsigned char *s = (const unsigned char *)a->name;
	const unsigned char *t = (const unsigned char *)b->name;
	int cs, ct;

	while (*s != '\0' && *s == *t) {
		s++;
		t++;
	}
	cs = *s != '\0' ? *s : a->is_dir ? '/' : 0;
	ct = *t != '\0' ? *t : b->is_dir ? '/' : 0;
	return cs - ct;
}

/* The place of s on the list, or -1. */
static int
place(const char *const *list, const char *s)
{
	int i;

	for (i = 0; list[i] != NULL; i++)
		if (strcmp(list[i], s) == 0)
			return i;
	return -1;
}

/* dir/name in normal form; the caller's. */
static char *
join(const char *dir, const char *name)
{
	char *p;

	if (asprintf(&p, "%s/%s", dir, name) == -1)
		errx(2, "out of memory");
	return path_normal(p);
}

static int
is_dir(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* --- sources --------------------------------------------------------------- */

static struct origin *
push(struct walk *w, int how, const char *path)
{
	struct origin *s = xcalloc(1, sizeof *s);

	s->how = how;
	s->below = w->top;
	s->path = xstrdup(path);
	w->top = s;
	return s;
}

static void
pop(struct walk *w)
{
	struct origin *s = w->top;
	size_t i;

	w->top = s->below;
	for (i = 0; i < s->n; i++)
		free(s->entry[i].name);
	free(s->entry);
	ignore_free(s->rules);
	gitls_close(s->git);
	free(s->checked);
	free(s->path);
	free(s);
}

static struct origin *
push_git(struct walk *w, const char *path)
{
	struct gitls *git = gitls_open(path, w->o.git_limit, w->o.quiet);
	struct origin *s = push(w, GIT, path);

	s->git = git;		/* NULL: to be reported in its turn */
	s->empty = 1;
	return s;
}

/* --- listing a directory --------------------------------------------------- */

static void
add_entry(struct origin *s, size_t *cap, const struct dirent *d)
{
	char *path;
	int dir = d->d_type == DT_DIR;

	if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
		return;
	if (d->d_type == DT_UNKNOWN) {
		path = join(s->path, d->d_name);
		dir = is_dir(path);
		free(path);
	}
	s->entry = xgrow(s->entry, cap, s->n + 1, sizeof *s->entry);
	s->entry[s->n].name = xstrdup(d->d_name);
	s->entry[s->n++].is_dir = dir;
}

/* Read the names in the directory and sort them. Returns 0 or an errno. */
static int
list_names(struct origin *s)
{
	int fd = open(*s->path != '\0' ? s->path : ".", O_RDONLY |
	    O_DIRECTORY | O_CLOEXEC | (s->root ? 0 : O_NOFOLLOW));
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	const struct dirent *d;
	size_t cap = 0;
	int error = errno;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return error;
	}
	for (;;) {
		errno = 0;
		if ((d = readdir(dir)) == NULL)
			break;
		add_entry(s, &cap, d);
	}
	error = errno;
	closedir(dir);
	if (s->n != 0)
		qsort(s->entry, s->n, sizeof *s->entry, by_path);
	return error;
}

static void
read_rules(struct origin *s)
{
	size_t i;
	int k;

	for (k = 0; rule_files[k] != NULL; k++)
		for (i = 0; i < s->n; i++)
			if (strcmp(s->entry[i].name, rule_files[k]) == 0) {
				char *file = join(s->path, rule_files[k]);

				s->rules = ignore_read(s->rules, file,
				    &s->rules_error[k]);
				free(file);
			}
}

/*
 * Do the rules leave nothing in the directory that the user named? Then they
 * were made for something else (Debian's kernel source comes with the rules
 * of its packaging: "/" and "*"), and following them would empty an index.
 */
static int
leave_nothing(const struct origin *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (ignore_match(s->rules, s->entry[i].name,
		    s->entry[i].is_dir) != 1)
			return 0;
	return s->n != 0;
}

static int
holds(const struct origin *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->entry[i].name, name) == 0)
			return 1;
	return 0;
}

/* Go into a directory, or let git. Returns 0, or the errno for which it
 * cannot be listed. */
static int
push_dir(struct walk *w, const char *path, int root)
{
	struct origin *s = push(w, LIST, path);
	int error;

	s->root = root;
	if ((error = list_names(s)) != 0) {
		pop(w);
		return error;
	}
	if (!root && holds(s, "format") && stored_here(path)) {
		pop(w);
		return 0;
	}
	if (w->o.no_ignore)
		return 0;
	if (!root && holds(s, ".git") && gitls_is_top(path)) {
		pop(w);
		push_git(w, path);
		return 0;
	}
	read_rules(s);
	if (root && leave_nothing(s)) {
		if (!w->o.quiet)
			warnx("%s: its ignore rules leave nothing; not "
			    "followed", path);
		ignore_free(s->rules);
		s->rules = NULL;
	}
	return 0;
}

/* --- roots ----------------------------------------------------------------- */

static void
push_root(struct walk *w, const char *root)
{
	struct origin *s;
	struct stat st;
	int error = 0;

	if (stat(root, &st) == 0 && S_ISDIR(st.st_mode)) {
		if (!w->o.no_ignore && gitls_is_inside(root)) {
			push_git(w, root)->root = 1;
			return;
		}
		if ((error = push_dir(w, root, 1)) == 0)
			return;
	}
	s = push(w, ONE, root);
	s->error = error;
}

/* Begin with the next root or line. Returns like walk_next. */
static int
next_root(struct walk *w)
{
	ssize_t n;

	if (w->nroots != 0) {
		w->nroots--;
		push_root(w, *w->root++);
		return 1;
	}
	w->in_list = 1;
	do {
		if (w->o.list == NULL)
			return 0;
		errno = 0;
		n = getdelim(&w->line, &w->cap, w->o.separator, w->o.list);
		if (n == -1 && (errno != 0 || ferror(w->o.list))) {
			warn("list of files");
			return -1;
		}
		if (n == -1)
			return 0;
		if (w->line[n - 1] == w->o.separator)
			w->line[--n] = '\0';
	} while (n == 0);
	push_root(w, path_relative(path_normal(w->line), w->o.dir));
	return 1;
}

struct walk *
walk_open(char *const *roots, size_t n, const struct walk_options *o)
{
	struct walk *w = xcalloc(1, sizeof *w);

	w->root = roots;
	w->nroots = n;
	w->o = *o;
	if (n != 0)
		(void)next_root(w);
	return w;
}

/* --- the next file --------------------------------------------------------- */

/* A path for which something is wrong. */
static void
fail(struct walk_file *f, const char *path, int error)
{
	f->path = xstrdup(path);
	f->error = error;
	f->what = error == ENOENT || error == ENOTDIR ? WALK_GONE :
	    WALK_UNREADABLE;
}

/* A PATH that is no directory, or cannot be listed. */
static int
next_one(struct walk *w, struct walk_file *f)
{
	const char *path = w->top->path;
	int error = w->top->error;

	f->named = 1;
	if (error != 0) {
		fail(f, path, error);
	} else if (stat(path, &f->st) == -1) {
		error = errno;
		if (lstat(path, &f->st) == 0 && S_ISLNK(f->st.st_mode)) {
			f->path = xstrdup(path);
			f->what = WALK_SYMLINK;
		} else
			fail(f, path, error);
	} else {		/* what has become a directory is special */
		f->path = xstrdup(path);
		f->what = S_ISREG(f->st.st_mode) ? WALK_FILE : WALK_SPECIAL;
	}
	pop(w);
	return 1;
}

/* What do the rules on the way say of the path? The nearest that says
 * anything. */
static int
ignored(const struct origin *s, const char *path, int dir)
{
	size_t skip;
	int is;

	for (; s != NULL && s->how == LIST; s = s->root ? NULL : s->below) {
		if (s->rules == NULL)
			continue;
		skip = strcmp(s->path, ".") == 0 ? 0 : strlen(s->path);
		while (path[skip] == '/')
			skip++;
		if ((is = ignore_match(s->rules, path + skip, dir)) != -1)
			return is;
	}
	return 0;
}

/* Is the file one of rules that could not be followed? Says so. */
static int
unfollowed(const struct walk *w, const struct origin *s, const char *name,
    const char *path)
{
	int k = place(rule_files, name);
	int error = k != -1 ? s->rules_error[k] : 0;

	if (error != 0 && !w->o.quiet)
		warnx("%s: its rules are not followed: %s", path,
		    error == EINVAL ? "not a regular file" :
		    error == ELOOP ? "a symbolic link" : strerror(error));
	return error != 0;
}

/* The next file of the directory on top. 1; 0 when it is through, or another
 * came on top. */
static int
next_name(struct walk *w, struct walk_file *f)
{
	struct origin *s = w->top;
	const struct dir_entry *e;
	char *path;
	int error;

	while (s->at < s->n) {
		e = &s->entry[s->at++];
		path = join(s->path, e->name);
		f->named = 0;
		f->path = path;
		if (!e->is_dir && unfollowed(w, s, e->name, path)) {
			f->what = WALK_UNREADABLE;
			f->error = 0;
			return 1;
		}
		if ((e->is_dir && place(control, e->name) != -1) ||
		    (!w->o.no_ignore && ignored(s, path, e->is_dir))) {
			free(path);
			continue;
		}
		if (!e->is_dir) {
			f->what = WALK_UNKNOWN;
			return 1;
		}
		error = push_dir(w, path, 0);
		if (error != 0)
			fail(f, path, error);
		free(path);
		return error != 0;
	}
	pop(w);
	return 0;
}

/*
 * What is wrong with the directories of a path that git gave. To git what is
 * behind a symbolic link is not there; what its index names, or a link made
 * since, could lead anywhere. A store is not for us.
 */
static enum way
way_to(struct origin *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash != NULL ? slash - path : 0, i, same = 0;
	struct stat st;
	char *p;

	if (n == 0)
		return 0;
	if (s->checked != NULL) {
		while (same < n && s->checked[same] == path[same])
			same++;
		if (same == n && s->checked[n] == '\0')
			return s->way;
		while (same > 0 && path[same - 1] != '/')
			same--;
		if (s->way != WAY_FREE)
			same = 0;
	}
	free(s->checked);
	s->checked = xmemdup(path, n);
	s->way = WAY_FREE;
	for (i = same; i <= n && s->way == WAY_FREE; i++)
		if (i == n || path[i] == '/') {
			s->checked[i] = '\0';
			p = join(s->path, s->checked);
			if (lstat(p, &st) == 0 && S_ISLNK(st.st_mode))
				s->way = WAY_LINK;
			else if (stored_here(p))
				s->way = WAY_STORE;
			free(p);
			if (i < n)
				s->checked[i] = '/';
		}
	return s->way;
}

/* The same for a work tree. A failure of git is the directory's. */
static int
next_git(struct walk *w, struct walk_file *f)
{
	struct origin *s = w->top;
	const char *path;
	int nested, r;

	r = s->git != NULL ? gitls_next(s->git, &path, &nested) : -1;
	if (r == 1) {
		s->empty = 0;
		f->path = join(s->path, path);
		f->named = 0;
		f->what = WALK_UNKNOWN;
		switch (way_to(s, path)) {
		case WAY_FREE:
			break;
		case WAY_LINK:
			f->error = ENOENT;
			f->what = WALK_GONE;
			break;
		case WAY_STORE:
			free(f->path);
			return 0;
		}
		if (!nested)
			return 1;
		/* else not checked out */
		if (f->what == WALK_UNKNOWN && is_dir(f->path) &&
		    gitls_is_top(f->path))
			push_git(w, f->path);
		free(f->path);
		return 0;
	}
	if (r == -1) {
		f->named = s->root;
		f->path = xstrdup(s->path);
		f->what = WALK_UNREADABLE;
		f->error = 0;
	} else if (s->empty && s->root && !w->o.quiet)
		warnx("%s: git has no files there, or ignores them", s->path);
	pop(w);
	return r != 0;
}

int
walk_next(struct walk *w, struct walk_file *f)
{
	int r;

	for (;;) {
		if (w->top == NULL && (r = next_root(w)) != 1)
			return r;
		r = w->top->how == LIST ? next_name(w, f) :
		    w->top->how == GIT ? next_git(w, f) : next_one(w, f);
		if (r == 0)
			continue;
		f->listed = w->in_list;
		if (f->named || !ignore_below(w->o.exclude, f->path))
			return 1;
		free(f->path);
	}
}

void
walk_close(struct walk *w)
{
	while (w->top != NULL)
		pop(w);
	free(w->line);
	free(w);
}
