#include <err.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "prune.h"

/* A file that came whole, to find by its hash. The path follows. */
struct arrival {
	char hash[HASH_LEN + 1];
	char path[];
};

/* What store_files finds, to remove when it is done. */
struct absent {
	struct prune *p;
	const char **named;	/* p->paths, sorted */
	size_t next;		/* after the one found last */
	struct {
		char *path;
		char hash[HASH_LEN + 1];
	} *file;
	size_t n, cap;
	struct reader reader;
};

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
by_hash(const void *a, const void *b)
{
	return memcmp(((const struct arrival *)a)->hash,
	    ((const struct arrival *)b)->hash, HASH_LEN);
}

void
prune_begin(struct prune *p, const struct record *begin)
{
	size_t i;

	prune_free(p);
	p->roots = xcalloc(begin->nroots, sizeof *p->roots);
	p->nroots = begin->nroots;
	for (i = 0; i < p->nroots; i++)
		p->roots[i].path = xstrdup(begin->roots[i]);
}

/* Insert it into a tree, or free it if it is there already. */
static void
insert(void **tree, void *what, int (*order)(const void *, const void *))
{
	void **at = tsearch(what, tree, order);

	if (at == NULL)
		errx(2, "out of memory");
	if (*at != what)
		free(what);
}

void
prune_see(struct prune *p, const char *path, const char *hash)
{
	size_t i, n = strlen(path) + 1;
	struct arrival *w;

	for (i = 0; i < p->nroots; i++)
		if (!p->roots[i].seen && path_below(path, p->roots[i].path))
			p->roots[i].seen = 1;
	buf_add(&p->paths, path, n);
	p->npaths++;
	if (hash != NULL) {
		w = xmalloc(sizeof *w + n);
		memcpy(w->hash, hash, sizeof w->hash);
		memcpy(w->path, path, n);
		insert(&p->hashes, w, by_hash);
	}
}

/* The paths named, sorted; they mostly came so. The caller frees the array. */
static const char **
sorted(const struct prune *p)
{
	const char **list = xreallocarray(NULL, p->npaths, sizeof *list);
	const char *s = p->paths.p;
	size_t i;
	int unsorted = 0;

	for (i = 0; i < p->npaths; i++, s += strlen(s) + 1) {
		list[i] = s;
		unsorted |= i != 0 && strcmp(list[i - 1], s) > 0;
	}
	if (unsorted)
		qsort(list, p->npaths, sizeof *list, by_text);
	return list;
}

/* The store lists its files in order too: it is mostly the next one. */
static int
was_named(struct absent *a, const char *path)
{
	size_t n = a->p->npaths;
	const char **s;

	if (a->next < n && strcmp(a->named[a->next], path) == 0)
		s = &a->named[a->next];
	else if (n == 0 || (s = bsearch(&path, a->named, n, sizeof *s,
	    by_text)) == NULL)
		return 0;
	a->next = s - a->named + 1;
	return 1;
}

/* Is a stored file below a root, and not named? */
static int
look(void *arg, const struct store_file *f)
{
	struct absent *a = arg;
	struct record r;
	size_t i;
	int in = 0;

	for (i = 0; i < a->p->nroots; i++)
		if (path_below(f->path, a->p->roots[i].path))
			in = a->p->roots[i].stored = 1;
	if (!in || was_named(a, f->path))
		return 0;
	a->file = xgrow(a->file, &a->cap, a->n + 1, sizeof *a->file);
	a->file[a->n].path = xstrdup(f->path);
	a->file[a->n].hash[0] = '\0';
	if (!f->skipped && record_read(&a->reader, &r, f->line, f->len) == 0 &&
	    r.content_hash != NULL)
		memcpy(a->file[a->n].hash, r.content_hash, HASH_LEN + 1);
	a->n++;
	return 0;
}

static int
refused(const struct prune *p, uint64_t errors, int force)
{
	size_t i;

	if (force)
		return 0;
	if (errors != 0) {
		warnx("--prune: not done: the stream had read errors");
		return 1;
	}
	for (i = 0; i < p->nroots; i++)
		if (p->roots[i].stored && !p->roots[i].seen) {
			warnx("--prune: not done: %s came up empty, but files "
			    "below it are stored", p->roots[i].path);
			return 1;
		}
	return 0;
}

/* Where is a file of the same content now? */
static void
say_renamed(const struct prune *p, const char *path, const char *hash)
{
	struct arrival key, **w;

	if (*hash == '\0')
		return;
	memcpy(key.hash, hash, sizeof key.hash);
	if ((w = tfind(&key, &p->hashes, by_hash)) != NULL)
		warnx("%s: renamed to %s", path, (*w)->path);
}

int
prune_end(struct prune *p, struct store *db, uint64_t errors, int force,
    int verbose)
{
	struct absent a = { .p = p };
	size_t i;
	int status = 0;

	if (p->nroots == 0) {
		warnx("--prune: not done: the stream names no roots");
		return 1;
	}
	a.named = sorted(p);
	if (store_flush(db) == -1 || store_files(db, look, &a) == -1)
		status = -1;
	else
		status = refused(p, errors, force);
	for (i = 0; i < a.n; i++) {
		if (status == 0 && verbose)
			say_renamed(p, a.file[i].path, a.file[i].hash);
		if (status == 0 && store_remove(db, a.file[i].path) == -1)
			status = -1;
		free(a.file[i].path);
	}
	free(a.file);
	free(a.named);
	reader_free(&a.reader);
	return status;
}

void
prune_free(struct prune *p)
{
	size_t i;

	buf_free(&p->paths);
	tdestroy(p->hashes, free);
	for (i = 0; i < p->nroots; i++)
		free(p->roots[i].path);
	free(p->roots);
	memset(p, 0, sizeof *p);
}
