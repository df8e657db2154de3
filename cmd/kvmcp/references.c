/*
 * The tool references: who uses what, by name.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "piece.h"
#include "search/xref.h"

struct references_asked {
	struct piece piece;
	enum xref_what what;
	const char *name, *below;
	int told;		/* some store has references */
	uint64_t definitions;
};

static int
put(struct references_asked *a, const struct xref *x)
{
	struct piece *p = &a->piece;
	struct symbol d = { .name = "", .kind = "" };
	const char *stale;
	int status;

	if ((status = ask_step(p->q)) != 0)
		return status;
	if (!answer_wants(p->q->answer)) {
		answer_pass(p->q->answer);
		return 0;
	}
	if (ask_stale(p->q, p->shelf, x->path, &stale) == -1)
		return -1;
	if (x->d != NULL)
		d = *x->d;
	if (a->what == XREF_USES || x->d == NULL)
		d.start_line = d.end_line = x->line;
	piece_begin(p);
	if (a->what == XREF_CALLEES && x->d == NULL) {
		d.name = x->name;	/* called there, and defined nowhere */
		d.kind = "undefined";
	}
	piece_heading(&p->text, x->path, &d, stale);
	if (a->what == XREF_USES) {
		p->text.len--;
		buf_puts(&p->text, ": ");
		buf_puts(&p->text, ref_kinds[x->kind]);
		buf_putc(&p->text, '\n');
	}
	piece_object(p, x->path, &d, stale);
	answer_item(p->q->answer, p->text.p, p->text.len, &p->object);
	return 0;
}

static int
references_in(struct ask *q, struct shelf *s, void *arg)
{
	struct references_asked *a = arg;
	struct xrefs found = { .n = 0 };
	int status = xref_find(&found, s->store, a->what, a->name, a->below);
	size_t i;

	(void)q;
	a->piece.shelf = s;
	if (status == 1) {
		a->told = 1;
		status = 0;
	}
	a->definitions += found.definitions;
	for (i = 0; status == 0 && i < found.n; i++)
		status = put(a, &found.list[i]);
	xrefs_free(&found);
	return status;
}

/* 0, or ASK_WRONG. */
static int
direction(struct ask *q, enum xref_what *what)
{
	const char *s = ask_string(q, "direction");

	if (s == NULL || strcmp(s, "uses") == 0)
		*what = XREF_USES;
	else if (strcmp(s, "callers") == 0)
		*what = XREF_CALLERS;
	else if (strcmp(s, "callees") == 0)
		*what = XREF_CALLEES;
	else
		return ask_wrong(q, "\"direction\" is uses, callers or callees");
	return 0;
}

int
references(struct ask *q)
{
	char *path = ask_path(q);
	struct references_asked a = { .piece.q = q, .name = ask_string(q, "name"),
	    .below = ask_all(path) ? NULL : path };
	int status = direction(q, &a.what);

	if (status == 0)
		status = *a.name == '\0' ? ask_wrong(q, "\"name\" is empty") :
		    ask_stores(q, references_in, &a);
	if (status == 0 && !a.told)
		status = ask_wrong(q, "cannot tell: the store has no "
		    "references (chunkify --refs records them)");
	else if (status == 0 && q->answer->total == 0)
		status = ask_wrong(q, "no reference found%s; %" PRIu64
		    " definitions have that name. Names are exact, without "
		    "scope", a.below != NULL ? " at or below that path" : "",
		    a.definitions);
	else if (status == 0 && a.definitions != 1)
		snprintf(q->note, sizeof q->note, "by name alone: %" PRIu64
		    " definitions have it", a.definitions);
	piece_free(&a.piece);
	free(path);
	return status;
}
