#include <sys/stat.h>
#include <sys/types.h>

#include <err.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "path.h"
#include "walk.h"

struct walk {
	char *const *root;	/* those still to come */
	size_t nroots;
	FILE *list;
	int sep;
	char *line;		/* getdelim's */
	size_t cap;
	FTS *fts;		/* the tree we are in, or NULL */
	int in_list;		/* its root is from the list */
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

struct walk *
walk_open(char *const *roots, size_t n, FILE *list, int sep)
{
	struct walk *w = xcalloc(1, sizeof *w);

	w->root = roots;
	w->nroots = n;
	w->list = list;
	w->sep = sep;
	return w;
}

/* Begin with the next root or line. Returns like walk_next. */
static int
next_root(struct walk *w)
{
	char *argv[2] = { NULL, NULL };
	ssize_t n;

	if (w->nroots != 0) {
		argv[0] = *w->root++;
		w->nroots--;
	} else {
		do {
			if (w->list == NULL)
				return 0;
			n = getdelim(&w->line, &w->cap, w->sep, w->list);
			if (n == -1 && ferror(w->list)) {
				warn("list of files");
				return -1;
			}
			if (n == -1)
				return 0;
			if (w->line[n - 1] == w->sep)
				w->line[--n] = '\0';
		} while (n == 0);
		argv[0] = path_normal(w->line);
		w->in_list = 1;
	}
	w->fts = fts_open(argv, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW,
	    by_path);
	if (w->fts == NULL) {
		warn("%s", argv[0]);
		return -1;
	}
	return 1;
}

/* The path without the "./" that a walk of "." puts before it. */
static char *
plain(const FTSENT *e)
{
	return path_normal(xmemdup(e->fts_path, e->fts_pathlen));
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

int
walk_next(struct walk *w, struct walk_file *f)
{
	FTSENT *e;
	int r;

	for (;;) {
		if (w->fts == NULL && (r = next_root(w)) != 1)
			return r;
		errno = 0;
		if ((e = fts_read(w->fts)) == NULL) {
			if (errno != 0) {
				warn("reading a directory");
				return -1;
			}
			fts_close(w->fts);
			w->fts = NULL;
			continue;
		}
		if (e->fts_info == FTS_D) {
			if (e->fts_level > 0 && listed(control, e->fts_name))
				fts_set(w->fts, e, FTS_SKIP);
		} else if (e->fts_info != FTS_DP) {
			f->path = plain(e);
			f->what = what_is(e);
			f->error = e->fts_errno;
			f->named = e->fts_level == 0;
			f->listed = w->in_list;
			return 1;
		}
	}
}

void
walk_close(struct walk *w)
{
	if (w->fts != NULL)
		fts_close(w->fts);
	free(w->line);
	free(w);
}
