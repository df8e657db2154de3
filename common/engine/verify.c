#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/meter.h"
#include "engine/verify.h"

void
verify_init(struct verify *v, engine_fault_fn *fn, void *arg)
{
	*v = (struct verify){ .fn = fn, .arg = arg, .hash = hash_new(),
	    .whole = hash_new() };
}

void
verify_free(struct verify *v)
{
	buf_free(&v->told);
	buf_free(&v->what);
	buf_free(&v->line);
	reader_free(&v->reader);
	hash_free(v->hash);
	hash_free(v->whole);
}

int
verify_options(struct verify *v, struct engine *e)
{
	struct engine_about a;
	int status = e->type->about(e, &a);

	if (status == 0 && a.options != NULL &&
	    options_has(a.options, "mode=partition"))
		options_id(v->partition, a.options);
	while (a.nroots > 0)
		free(a.roots[--a.nroots]);
	free(a.roots);
	free(a.options);
	return status;
}

/* --- faults ------------------------------------------------------------------- */

void
verify_fault(struct verify *v, const char *fmt, ...)
{
	char reason[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof reason, fmt, ap);
	va_end(ap);
	buf_add(&v->told, v->what.p, v->what.len);
	buf_text(&v->told, reason);
	v->found = 1;
}

int
verify_tell(struct verify *v)
{
	const char *p = v->told.p, *end = p + v->told.len, *reason;
	int status = 0;

	while (status == 0 && p < end) {
		reason = p + strlen(p) + 1;
		status = v->fn(v->arg, p, reason);
		p = reason + strlen(reason) + 1;
	}
	v->told.len = 0;
	return status;
}

void
verify_what(struct verify *v, const char *kind, const char *path)
{
	v->what.len = 0;
	buf_puts(&v->what, kind);
	for (; path != NULL && *path != '\0'; path++) {
		if (*path == ':')
			buf_putc(&v->what, ':');
		buf_putc(&v->what, *path);
	}
	buf_putc(&v->what, '\0');
}

static void
what_chunk(struct verify *v, const struct record *r)
{
	char span[48];

	snprintf(span, sizeof span, ":%ju:%ju", (uintmax_t)r->byte_start,
	    (uintmax_t)r->byte_end);
	verify_what(v, "chunk:", r->path);
	v->what.len--;
	buf_text(&v->what, span);
}

/* --- a file ------------------------------------------------------------------- */

void
verify_start(struct verify *v)
{
	v->nchunks = v->at = 0;
	v->gap = 0;
	v->intact = 1;
	hash_start(v->whole);
}

/* Is the record made from a row one that a stream could have had? */
static int
could_come(struct verify *v, const struct record *r)
{
	struct record again;

	v->line.len = 0;
	record_write(&v->line, r);
	if (record_read(&v->reader, &again, v->line.p, v->line.len - 1) == 0)
		return 1;
	verify_fault(v, "%s", v->reader.error);
	return 0;
}

void
verify_chunk(struct verify *v, const struct record *r, int known)
{
	char hash[HASH_LEN + 1];

	what_chunk(v, r);
	meter_add(1);
	v->nchunks++;
	if (r->byte_start != v->at)
		v->gap = 1;
	else
		v->at = r->byte_end;
	if (!known) {
		verify_fault(v, "is not as it was stored");
		v->intact = 0;
		return;
	}
	if (!could_come(v, r))
		return;
	hash_start(v->hash);
	hash_add(v->hash, r->content, r->content_len);
	hash_end(v->hash, hash);
	if (strcmp(hash, r->content_hash) != 0) {
		verify_fault(v, "content and \"content_hash\" disagree");
		v->intact = 0;
	}
	if (r->created_at == RECORD_NONE)
		verify_fault(v, "no \"created_at\"");
	hash_add(v->whole, r->content, r->content_len);
}

void
verify_nodes(struct verify *v, const struct record *r, int known)
{
	verify_what(v, "ast:file:", r->path);
	if (!known)
		verify_fault(v, "is not as it was stored");
	else
		could_come(v, r);
}

/* Check what the record says about the chunks. */
static void
verify_against(struct verify *v, const struct record *r)
{
	const char *options = r->options != NULL ? r->options : "";
	uint64_t want = r->type == RECORD_FILE ? r->chunks : 0;
	char hash[HASH_LEN + 1];

	hash_end(v->whole, hash);
	if (want == RECORD_NONE)
		verify_fault(v, "no \"chunks\"");
	else if (want != v->nchunks)
		verify_fault(v, "should have %ju chunks, has %ju",
		    (uintmax_t)want, (uintmax_t)v->nchunks);
	if (r->stored_at == RECORD_NONE)
		verify_fault(v, "no \"stored_at\"");
	if (r->type != RECORD_FILE || v->nchunks == 0)
		return;
	if (v->gap || v->at != r->size) {
		if (*v->partition != '\0' &&
		    strcmp(options, v->partition) == 0)
			verify_fault(v, "byte %ju: the chunks overlap or leave "
			    "a hole", (uintmax_t)v->at);
	} else if (v->intact && r->content_hash != NULL &&
	    strcmp(r->content_hash, hash) != 0)
		verify_fault(v, "the chunks do not match its \"content_hash\"");
}

void
verify_file(struct verify *v, const struct record *r, int known)
{
	verify_what(v, "file:", r->path);
	if (!known)
		verify_fault(v, "is not as it was stored");
	else if (could_come(v, r))
		verify_against(v, r);
}
