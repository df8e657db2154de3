#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/meter.h"
#include "index/text.h"
#include "store/inside.h"

#define TRIES	5

/* Checking the text index against the files. */
struct words_check {
	struct index_check *index;
	struct text text;
	struct buf told;		/* faults: what NUL reason NUL */
};

static void
note(void *arg, const char *path, const char *fault)
{
	struct words_check *c = arg;

	buf_text(&c->told, path);
	buf_text(&c->told, fault);
}

static int
tell_words(const struct words_check *c, store_fault_fn *fn, void *arg)
{
	const char *p = c->told.p, *end = p + c->told.len, *reason;
	int status = 0;

	for (; status == 0 && p < end; p = reason + strlen(reason) + 1) {
		reason = p + strlen(p) + 1;
		status = fn(arg, p, reason);
	}
	return status;
}

static int
check_file(void *arg, const struct store_whole *w)
{
	struct words_check *c = arg;

	if (w->nchunks == 0)
		return 0;
	if (text_read(&c->text, w) != 0)
		return 3;
	index_check_file(c->index, &c->text, note, c);
	return 0;
}

/* 1 it is done, 0 somebody wrote meanwhile, 2 there is no index, -1. */
static int
check_once(struct store *s, struct words_check *c)
{
	int status;

	c->told.len = 0;
	status = index_check_begin(&c->index, s->engine, note, c);
	if (status == 1) {
		status = store_wholes(s, check_file, c);
		status = status == 3 || status == -1 ? -1 :
		    index_check_end(c->index, note, c);
	}
	index_check_free(c->index);
	return status;
}

static int
has_chunks(void *arg, const struct store_whole *w)
{
	(void)arg;
	return w->nchunks != 0;
}

static int
check_words(struct store *s, store_fault_fn *fn, void *arg)
{
	struct words_check c = { .told = { 0 } };
	int i, done = 0, status;

	meter_step("words of files");
	for (i = 0; done == 0 && i < TRIES; i++)
		done = check_once(s, &c);
	if (done == 0)
		warnx("the store is written to all the time: the text "
		    "index was not checked");
	/* Without an index we find words by reading everything. */
	if (done == 2 && (done = store_wholes(s, has_chunks, NULL)) == 1)
		note(&c, "text index", "missing: kvls --repair makes it");
	status = done == -1 ? -1 : tell_words(&c, fn, arg);
	if (status == 0 && c.told.len != 0)
		status = 1;
	buf_free(&c.told);
	text_free(&c.text);
	return status;
}

int
store_check(struct store *s, store_fault_fn *fn, void *arg)
{
	int status = ENGINE(s, verify, fn, arg);

	return status == 0 ? check_words(s, fn, arg) : status;
}
