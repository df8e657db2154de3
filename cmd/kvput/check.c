#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static int __attribute__((format(printf, 2, 3)))
wrong(struct check *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->error, sizeof c->error, fmt, ap);
	va_end(ap);
	return -1;
}

void
check_free(struct check *c)
{
	free(c->path);
	free(c->spans);
	hash_free(c->hash);
	hash_free(c->whole);
	memset(c, 0, sizeof *c);
}

static int
by_span(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* The file in progress has no more chunks: is it whole? */
static int
complete(struct check *c)
{
	char hash[HASH_LEN + 1];
	size_t i;

	if (c->path == NULL)
		return 0;
	if (c->gapless && c->next != c->size)
		return wrong(c, "%s: the chunks end at byte %ju, the file at "
		    "%ju", c->path, (uintmax_t)c->next, (uintmax_t)c->size);
	if (c->gapless && *c->wanted != '\0') {
		hash_end(c->whole, hash);
		if (strcmp(hash, c->wanted) != 0)
			return wrong(c, "%s: its chunks and its "
			    "\"content_hash\" disagree", c->path);
	}
	if (c->nspans != 0 && !c->update)
		qsort(c->spans, c->nspans, sizeof *c->spans, by_span);
	for (i = 1; i < c->nspans; i++)
		if (by_span(&c->spans[i - 1], &c->spans[i]) == 0)
			return wrong(c, "%s: two chunks have the span %ju to "
			    "%ju", c->path, (uintmax_t)c->spans[i].start,
			    (uintmax_t)c->spans[i].end);
	c->completes = 1;
	free(c->path);
	c->path = NULL;
	return 0;
}

static void
start(struct check *c, const char *path, int update)
{
	c->starts = 1;
	c->path = xstrdup(path);
	c->update = update;
	c->gapless = 0;
	c->nspans = 0;
	c->next = 0;
}

static int
check_begin(struct check *c, const struct record *r)
{
	if (r->format != RECORD_FORMAT)
		return wrong(c, "a stream of format %ju, this program knows "
		    "format %d", (uintmax_t)r->format, RECORD_FORMAT);
	c->begun = 1;
	c->ended = 0;
	c->files = c->chunks = 0;
	c->partition = options_has(r->options, "mode=partition");
	options_id(c->options, r->options);
	return 0;
}

static int
check_chunk(struct check *c, const struct record *r)
{
	char hash[HASH_LEN + 1];
	size_t i;

	hash_start(c->hash);
	hash_add(c->hash, r->content, r->content_len);
	hash_end(c->hash, hash);
	if (strcmp(hash, r->content_hash) != 0)
		return wrong(c, "content and \"content_hash\" disagree");
	c->chunks++;

	if (c->path == NULL || strcmp(c->path, r->path) != 0) {
		if (c->begun)
			return wrong(c, "a chunk of %s, which is not the file "
			    "in progress", r->path);
		if (complete(c) == -1)
			return -1;
		start(c, r->path, 1);
	}
	if (c->update)
		return 0;

	if (r->byte_end > c->size)
		return wrong(c, "the chunk ends at byte %ju, the file at %ju",
		    (uintmax_t)r->byte_end, (uintmax_t)c->size);
	for (i = 0; i < r->nsymbols; i++)
		if (r->symbols[i].byte_end > c->size)
			return wrong(c, "symbol %.80s ends at byte %ju, the "
			    "file at %ju", r->symbols[i].name,
			    (uintmax_t)r->symbols[i].byte_end,
			    (uintmax_t)c->size);
	if (c->gapless) {
		if (r->byte_start != c->next)
			return wrong(c, "the chunk begins at byte %ju, the one "
			    "before it ended at %ju", (uintmax_t)r->byte_start,
			    (uintmax_t)c->next);
		c->next = r->byte_end;
		if (*c->wanted != '\0')
			hash_add(c->whole, r->content, r->content_len);
		return 0;
	}
	c->spans = xgrow(c->spans, &c->spans_cap, c->nspans + 1,
	    sizeof *c->spans);
	c->spans[c->nspans++] = (struct span){ r->byte_start, r->byte_end };
	return 0;
}

static int
check_ast(struct check *c, const struct record *r)
{
	size_t i;

	if (c->path == NULL || c->update || strcmp(c->path, r->path) != 0)
		return wrong(c, "nodes of %s, which is not the file in "
		    "progress", r->path);
	for (i = 0; i < r->nnodes; i++)
		if (r->nodes[i].byte_end > c->size)
			return wrong(c, "\"nodes\"[%zu] ends at byte %ju, the "
			    "file at %ju", i,
			    (uintmax_t)r->nodes[i].byte_end,
			    (uintmax_t)c->size);
	return 0;
}

static int
check_totals(struct check *c, const struct record *r)
{
	if (!c->begun)
		return wrong(c, "an \"end\" with no \"begin\"");
	if (r->files != c->files || r->chunks != c->chunks)
		return wrong(c, "\"end\" counts %ju files and %ju chunks, "
		    "there were %ju and %ju", (uintmax_t)r->files,
		    (uintmax_t)r->chunks, (uintmax_t)c->files,
		    (uintmax_t)c->chunks);
	c->ended = 1;
	return 0;
}

int
check_record(struct check *c, const struct record *r)
{
	int first = !c->any;

	c->any = 1;
	c->completes = c->starts = 0;
	if (c->hash == NULL) {
		c->hash = hash_new();
		c->whole = hash_new();
	}
	if (r->type == RECORD_BEGIN) {
		if (c->begun ? !c->ended : !first)
			return wrong(c, "\"begin\" in the middle of a stream");
		return check_begin(c, r);
	}
	if (c->ended)
		return wrong(c, "a record after \"end\"");
	if (r->type == RECORD_CHUNK)
		return check_chunk(c, r);
	if (r->type == RECORD_AST)
		return check_ast(c, r);
	if (complete(c) == -1)
		return -1;
	if (r->type == RECORD_END)
		return check_totals(c, r);
	if (r->type == RECORD_FILE) {
		c->files++;
		start(c, r->path, 0);
		c->size = r->size;
		/* A dump has files made with other options, and says so. */
		c->gapless = c->partition && (r->options == NULL ||
		    strcmp(r->options, c->options) == 0);
		strcpy(c->wanted, r->content_hash != NULL ? r->content_hash :
		    "");
		hash_start(c->whole);
	}
	return 0;
}

int
check_end(struct check *c)
{
	c->completes = c->starts = 0;
	if (c->begun && !c->ended)
		return wrong(c, "cut off: the stream has no \"end\"");
	return complete(c);
}
