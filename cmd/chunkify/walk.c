#include <sys/types.h>

#include <err.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gitls.h"
#include "mem.h"
#include "path.h"
#include "walk.h"

/* Where files come from: a directory we walk, or one that git lists. */
struct source {
	struct source *below;	/* to go on with when this one is done */
	FTS *fts;
	struct gitls *git;
	char *dir;		/* of git, or what cannot be walked: */
	int error;
	int empty;		/* git has given nothing yet */
	int root;		/* is a PATH or from the list */
};

struct walk {
	char *const *root;	/* those still to come */
	size_t nroots;
	struct walk_options o;
	char *line;		/* getdelim's */
	size_t cap;
	int in_list;		/* the present root is from the list */
	struct source *top;
};

/* Directories of version control: never entered, nothing in them is source. */
static const char *const control[] = {
	".git", ".hg", ".svn", ".bzr", "_darcs", ".jj", "CVS", NULL
};

/*
 * By the bytes of the whole path: a directory compares as if its name ended
 * in "/", so that "a.c" comes before "a/b". The keys of the store are in
 * this order too, which makes it twice as fast to fill.
 */
static int
by_path(const FTSENT **a, const FTSENT **b)
{
	const unsigned char *s = (const unsigned char *)(*a)->fts_name;
	const unsigned char *t = (const unsigned char *)(*b)->fts_name;
	int cs, ct;

	while (*s != '\0' && *s == *t) {
		s++;
		t++;
	}
	cs = *s != '\0' ? *s : (*a)->fts_info == FTS_D ? '/' : 0;
	ct = *t != '\0' ? *t : (*b)->fts_info == FTS_D ? '/' : 0;
	return cs - ct;
}

static int
listed(const char *const *list, const char *s)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, s) == 0)
			return 1;
	return 0;
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

/* --- sources --------------------------------------------------------------- */

static struct source *
push(struct walk *w)
{
	struct source *s = xcalloc(1, sizeof *s);

	s->below = w->top;
	w->top = s;
	return s;
}

static void
pop(struct walk *w)
{
	struct source *s = w->top;

	w->top = s->below;
	if (s->fts != NULL)
		fts_close(s->fts);
	gitls_close(s->git);
	free(s->dir);
	free(s);
}

static struct source *
push_git(struct walk *w, const char *dir)
{
	struct gitls *git = gitls_open(dir, w->o.quiet);
	struct source *s = push(w);

	s->dir = xstrdup(dir);
	s->git = git;		/* NULL: to be reported in its turn */
	s->empty = 1;
	return s;
}

static void
push_root(struct walk *w, char *root)
{
	char *argv[2] = { root, NULL };
	struct source *s;
	struct stat st;

	if (!w->o.no_ignore && stat(root, &st) == 0 && S_ISDIR(st.st_mode) &&
	    gitls_is_inside(root)) {
		push_git(w, root)->root = 1;
		return;
	}
	s = push(w);
	s->root = 1;
	s->fts = fts_open(argv, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW,
	    by_path);
	if (s->fts == NULL) {
		s->error = errno;
		s->dir = xstrdup(root);
	}
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
		n = getdelim(&w->line, &w->cap, w->o.separator, w->o.list);
		if (n == -1 && ferror(w->o.list)) {
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

/* --- walking a directory --------------------------------------------------- */

/* What a directory may hold that we must know of before what is in it. */
enum { HAS_GIT = 1, HAS_GITIGNORE = 2, HAS_IGNORE = 4 };

/* By its list of names, which the walk needs anyway: to ask for each would
 * cost three calls a directory, in vain mostly. One that cannot be listed may
 * have anything. */
static int
holds(FTS *fts)
{
	static const char *const names[] = { ".git", ".gitignore", ".ignore" };
	const FTSENT *e = fts_children(fts, 0);
	int what = 0, i;

	if (e == NULL)
		return HAS_GIT | HAS_GITIGNORE | HAS_IGNORE;
	for (; e != NULL; e = e->fts_link)
		for (i = 0; e->fts_name[0] == '.' && i < 3; i++)
			if (strcmp(e->fts_name, names[i]) == 0)
				what |= 1 << i;
	return what;
}

/* The rules in the directory e, which fts_pointer keeps. */
static struct ignore *
rules_in(const FTSENT *e, int what)
{
	static const char *const files[] = { ".gitignore", ".ignore" };
	struct ignore *list = NULL;
	size_t i;

	/* of a closed directory the walk will speak */
	if ((what & (HAS_GITIGNORE | HAS_IGNORE)) == 0 ||
	    access(e->fts_accpath, R_OK | X_OK) == -1)
		return NULL;
	for (i = 0; i < 2; i++) {
		char *file;

		if ((what & HAS_GITIGNORE << i) == 0)
			continue;
		file = join(e->fts_accpath, files[i]);
		list = ignore_read(list, file);
		free(file);
	}
	return list;
}

/*
 * Do the rules leave nothing in the directory that the user named? Then they
 * were made for something else (Debian's kernel source comes with the rules
 * of its packaging: "/" and "*"), and following them would empty an index.
 */
static int
leave_nothing(const struct walk *w, const FTSENT *dir,
    const struct ignore *rules)
{
	const FTSENT *e = fts_children(w->top->fts, 0);

	if (rules == NULL || e == NULL)
		return 0;
	for (; e != NULL; e = e->fts_link)
		if (ignore_match(rules, e->fts_name, e->fts_info == FTS_D) != 1)
			return 0;
	if (!w->o.quiet)
		warnx("%.*s: its ignore rules leave nothing; not followed",
		    (int)(dir->fts_pathlen - (dir->fts_pathlen > 1 &&
		    dir->fts_path[dir->fts_pathlen - 1] == '/')),
		    dir->fts_path);
	return 1;
}

/* What do the rules on the way say of e? The nearest that says anything. */
static int
ignored(const FTSENT *e)
{
	const FTSENT *up = e;
	size_t skip;
	int is;

	while ((up = up->fts_parent) != NULL && up->fts_level >= 0) {
		if (up->fts_pointer == NULL)
			continue;
		skip = up->fts_pathlen;
		while (e->fts_path[skip] == '/')
			skip++;
		is = ignore_match(up->fts_pointer, e->fts_path + skip,
		    e->fts_info == FTS_D);
		if (is != -1)
			return is;
	}
	return 0;
}

static int
what_is(const FTSENT *e)
{
	switch (e->fts_info) {
	case FTS_F:
		return WALK_FILE;
	case FTS_SL:
	case FTS_SLNONE:
		return WALK_SYMLINK;
	case FTS_DEFAULT:
		return WALK_SPECIAL;
	default:
		return e->fts_errno == ENOENT || e->fts_errno == ENOTDIR ?
		    WALK_GONE : WALK_UNREADABLE;
	}
}

/* A directory is entered; or not, or git lists it. */
static void
enter(struct walk *w, FTSENT *e)
{
	FTS *fts = w->top->fts;
	int what;

	e->fts_pointer = NULL;
	if (e->fts_level > 0 && (listed(control, e->fts_name) ||
	    (!w->o.no_ignore && ignored(e)))) {
		fts_set(fts, e, FTS_SKIP);
		return;
	}
	if (w->o.no_ignore)
		return;
	what = holds(fts);
	if (e->fts_level > 0 && (what & HAS_GIT) != 0 &&
	    gitls_is_top(e->fts_accpath)) {
		char *dir = path_normal(xstrdup(e->fts_path));

		fts_set(fts, e, FTS_SKIP);
		push_git(w, dir);
		free(dir);
	} else {
		struct ignore *rules = rules_in(e, what);

		if (e->fts_level == 0 && leave_nothing(w, e, rules)) {
			ignore_free(rules);
			rules = NULL;
		}
		e->fts_pointer = rules;
	}
}

/* The next file of the walk on top. 1; 0 when it is through, or another came
 * on top; -1. */
static int
next_fts(struct walk *w, struct walk_file *f)
{
	struct source *s = w->top;
	FTSENT *e;

	while (w->top == s) {
		errno = 0;
		if ((e = fts_read(s->fts)) == NULL) {
			if (errno != 0) {
				warn("reading a directory");
				return -1;
			}
			pop(w);
			return 0;
		}
		if (e->fts_info == FTS_DP) {
			ignore_free(e->fts_pointer);
			e->fts_pointer = NULL;
		} else if (e->fts_info == FTS_D) {
			enter(w, e);
		} else {
			if (e->fts_info == FTS_DNR) {
				ignore_free(e->fts_pointer);
				e->fts_pointer = NULL;
			}
			f->named = e->fts_level == 0;
			if (!f->named && !w->o.no_ignore && ignored(e))
				continue;
			/* without the "./" that a walk of "." gives */
			f->path = path_normal(xmemdup(e->fts_path,
			    e->fts_pathlen));
			f->what = what_is(e);
			f->error = e->fts_errno;
			if (f->what == WALK_FILE)
				f->st = *e->fts_statp;
			return 1;
		}
	}
	return 0;
}

/* The same for a work tree. A failure of git is the directory's. */
static int
next_git(struct walk *w, struct walk_file *f)
{
	struct source *s = w->top;
	const char *path;
	int nested, r;

	r = s->git != NULL ? gitls_next(s->git, &path, &nested) : -1;
	if (r == 1) {
		s->empty = 0;
		f->path = join(s->dir, path);
		f->named = 0;
		if (!nested) {
			f->what = WALK_UNKNOWN;
			return 1;
		}
		if (gitls_is_top(f->path))	/* else not checked out */
			push_git(w, f->path);
		free(f->path);
		return 0;
	}
	if (r == -1) {
		f->path = xstrdup(s->dir);
		f->named = s->root;
		f->what = WALK_UNREADABLE;
		f->error = s->error;
	} else if (s->empty && s->root && !w->o.quiet)
		warnx("%s: git has no files there, or ignores them", s->dir);
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
		r = w->top->fts != NULL ? next_fts(w, f) : next_git(w, f);
		if (r == -1)
			return -1;
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
