#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/inside.h"

void
tally_add(struct store_tally *sum, const struct store_tally *t)
{
	sum->files_new += t->files_new;
	sum->files_changed += t->files_changed;
	sum->files_same += t->files_same;
	sum->files_removed += t->files_removed;
	sum->files_skipped += t->files_skipped;
	sum->chunks_added += t->chunks_added;
	sum->chunks_kept += t->chunks_kept;
	sum->chunks_removed += t->chunks_removed;
}

void
slice_free(struct slice *w)
{
	while (w->nupdates > 0)
		free(w->updates[--w->nupdates].chunks);
	free(w->updates);
	free(w->plan);
	pool_free(&w->pool);
	memset(w, 0, sizeof *w);
}

/* Report what is on disk now, and empty the slice. */
static void
empty(struct store *s, struct slice *w)
{
	const struct planned *p;
	struct buf line = { 0 };
	size_t i;

	for (p = w->plan; w->stored && s->watch != NULL &&
	    p < w->plan + w->nplan; p++) {
		const struct change *c = &p->change;

		for (i = 0; i < c->nremoved; i++)
			s->watch(s->watch_arg, 1, c->removed[i].line,
			    c->removed[i].len);
		for (i = 0; i < c->nadded; i++) {
			line.len = 0;
			record_write(&line, c->added[i]);
			s->watch(s->watch_arg, 0, line.p, line.len - 1);
		}
	}
	buf_free(&line);
	w->nplan = 0;
	w->stored = 0;
	pool_back(&w->pool, 0);
}

static int
by_path(const void *a, const void *b)
{
	const struct planned *x = a, *y = b;

	return strcmp(x->change.path, y->change.path);
}

static void *
find_words(void *arg)
{
	struct store *s = arg;

	s->unread = indexer_words(s->indexer) == -1;
	return NULL;
}

/* Have the engine write the changes, while a thread indexes them. */
static int
apply(struct store *s, struct slice *w)
{
	pthread_t thread;
	size_t i;
	int large = w->pool.size > 2 * SLICE_BYTES;	/* it takes memory */
	int alone, status;

	if (s->indexer == NULL)
		s->indexer = indexer_new(s->engine);
	for (i = 0; i < w->nplan; i++)
		indexer_add(s->indexer, &w->plan[i].change);
	if (indexer_begin(s->indexer) == -1)
		return -1;
	alone = large || pthread_create(&thread, NULL, find_words, s) != 0;
	if (alone)
		find_words(s);
	status = indexer_tidy(s->indexer) == -1 ? -1 : ENGINE(s, begin);
	for (i = 0; status == 0 && i < w->nplan; i++)
		status = ENGINE(s, apply, &w->plan[i].change);
	if (status == 0)
		status = ENGINE(s, apply, NULL);
	if (!alone)
		pthread_join(thread, NULL);
	if (status == 0)
		status = s->unread ? -1 : indexer_write(s->indexer);
	return status == 0 ? ENGINE(s, commit) : -1;
}

/* Write what is planned: 0, or -1 and s->failed. */
static int
write_slice(struct store *s, struct slice *w)
{
	size_t i;

	if (w->nplan == 0)
		return 0;
	qsort(w->plan, w->nplan, sizeof *w->plan, by_path);
	ENGINE(s, hint, w != s->cur);
	if (apply(s, w) == -1) {
		ENGINE(s, abort);
		s->failed = 1;
		return -1;
	}
	for (i = 0; i < w->nplan; i++)
		tally_add(&s->tally, &w->plan[i].tally);
	w->stored = 1;
	return 0;
}

static struct slice *
other(struct store *s)
{
	return s->cur == &s->slice[0] ? &s->slice[1] : &s->slice[0];
}

static void *
write_other(void *arg)
{
	struct store *s = arg;

	write_slice(s, other(s));
	s->written = 1;
	return NULL;
}

int
slice_join(struct store *s)
{
	if (s->writing) {
		pthread_join(s->thread, NULL);
		s->writing = 0;
		s->written = 0;
		empty(s, other(s));
	}
	return s->failed ? -1 : 0;
}

int
slice_start(struct store *s)
{
	struct slice *w = s->cur;

	s->cur = other(s);
	if (pthread_create(&s->thread, NULL, write_other, s) != 0) {
		int status = write_slice(s, w);

		empty(s, w);
		return status;
	}
	s->writing = 1;
	return 0;
}

int
slice_write(struct store *s)
{
	int status = write_slice(s, s->cur);

	empty(s, s->cur);
	return status;
}

void
store_watch(struct store *s, store_watch_fn *fn, void *arg)
{
	s->watch = fn;
	s->watch_arg = arg;
}
