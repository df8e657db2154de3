#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/inside.h"

/* NULL if there is no engine (message printed). */
static struct store *
new_store(struct engine *e, int writer)
{
	struct store *s;

	if (e == NULL)
		return NULL;
	s = xcalloc(1, sizeof *s);
	s->engine = e;
	s->writer = writer;
	s->cur = &s->slice[0];
	return s;
}

struct store *
store_open(const char *place)
{
	return new_store(engine_open(place), 0);
}

struct store *
store_open_writer(const char *place, const char *engine, double wait)
{
	return new_store(engine_open_writer(place, engine, wait), 1);
}

int
store_missing(const char *place)
{
	const char *where;
	const struct engine_type *type = engine_find(place, NULL, &where);

	return type != NULL ? type->missing(where) : -1;
}

int
store_close(struct store *s)
{
	int status;

	if (s == NULL)
		return 0;
	store_drop(s);
	status = s->writer ? store_flush(s) : s->failed ? -1 : 0;
	if (ENGINE(s, close, status == -1) == -1)
		status = -1;
	slice_free(&s->slice[0]);
	slice_free(&s->slice[1]);
	indexer_free(s->indexer);
	buf_free(&s->line);
	reader_free(&s->reader);
	free(s);
	return status;
}

/* --- what holds for all of it ------------------------------------------------ */

int
store_about(struct store *s, struct store_about *a)
{
	struct engine_about e = { 0 };
	int status;

	memset(a, 0, sizeof *a);
	if (s->writer && slice_join(s) == -1)
		return -1;
	status = ENGINE(s, about, &e);
	a->engine = s->engine->type->title;
	a->last_run = e.options != NULL ? e.last_run : 0;
	a->options = e.options != NULL ? e.options : xstrdup("");
	a->roots = e.roots;
	a->nroots = e.nroots;
	a->disk = e.disk;
	return status;
}

int
store_state(struct store *s, uint64_t *state)
{
	if (s->writer && slice_join(s) == -1)
		return -1;
	return ENGINE(s, state, state);
}

void
store_about_free(struct store_about *a)
{
	while (a->nroots > 0)
		free(a->roots[--a->nroots]);
	free(a->roots);
	free(a->options);
	memset(a, 0, sizeof *a);
}

void
store_plain(struct store *s)
{
	ENGINE(s, plain);
}

int
store_ran(struct store *s, const struct record *begin)
{
	if (s->failed || store_flush(s) == -1)
		return -1;
	if (ENGINE(s, ran, begin) == 0)
		return 0;
	s->failed = 1;
	return -1;
}

const struct store_tally *
store_tally(const struct store *s)
{
	return &s->tally;
}
