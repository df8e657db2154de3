/*
 * How often each name is used in total: read in steps, as others may write.
 */
#include <stdlib.h>
#include <string.h>

#include "index/inside.h"
#include "index/refs.h"

#define AT_ONCE		2000		/* names between enter and leave */

static struct index_used_name *
slot(const struct index_used *u, const char *name, size_t n)
{
	size_t i = index_hash(0, name, n);
	struct index_used_name *x;

	for (;; i++) {
		x = &u->slots[i & (u->nslots - 1)];
		if (x->len == 0 || (x->len == n &&
		    memcmp(u->text.p + x->at, name, n) == 0))
			return x;
	}
}

static void
grow(struct index_used *u)
{
	struct index_used_name *old = u->slots;
	size_t i, n = u->nslots;

	u->nslots = n == 0 ? 1024 : 2 * n;
	u->slots = xcalloc(u->nslots, sizeof *u->slots);
	for (i = 0; i < n; i++)
		if (old[i].len != 0)
			*slot(u, u->text.p + old[i].at, old[i].len) = old[i];
	free(old);
}

static void
add(struct index_used *u, const char *name, size_t n, uint64_t uses)
{
	struct index_used_name *x;

	if (2 * (u->n + 1) > u->nslots)
		grow(u);
	x = slot(u, name, n);
	if (x->len == 0) {
		x->at = u->text.len;
		x->len = n;
		buf_add(&u->text, name, n);
		u->n++;
	}
	x->uses += uses;
}

struct index_used_name *
index_used_of(const struct index_used *u, const char *name)
{
	struct buf b = { 0 };
	struct index_used_name *x;

	if (u->n == 0 || *name == '\0')
		return NULL;
	index_name(&b, name);
	x = slot(u, b.p, b.len);
	buf_free(&b);
	return x->len != 0 ? x : NULL;
}

/* Count uses in files that are not dead: 0, -1. */
static int
count(struct engine *e, const struct segment *g, struct lists *l,
    const struct terms *t, struct buf *list, uint64_t *n)
{
	struct posts p;
	int status;

	*n = 0;
	list->len = 0;
	if (lists_read(l, e, g->number, t->list, t->size, list) == -1)
		return -1;
	posts_start_word(&p, &t->word, list->p, list->len);
	while ((status = posts_next(&p)) == 1)
		if (p.file >= g->files)
			return index_damaged();
		else if (!is_dead(g, p.file))
			*n += get_number(&p.body);
	return status;
}

/* Add some names of a segment after one, and move that: 1 maybe more, 0, -1. */
static int
add_some(struct index_used *u, struct engine *e, const struct segment *g,
    struct buf *from)
{
	struct terms t = { .open = 0 };
	struct lists l = { .open = 0 };
	struct buf list = { 0 };
	uint64_t n;
	int i, status = terms_start(&t, e, g->number, from->p, from->len);

	for (i = 0; status != -1 && i < AT_ONCE; i++) {
		if ((status = terms_next(&t)) != 1)
			break;
		if (i == 0 && index_compare(t.word.p, t.word.len, from->p,
		    from->len) == 0)
			continue;	/* the last one of the previous step */
		if (*t.word.p != REFS_NAME) {
			status = 0;
			break;
		}
		u->any = 1;
		status = count(e, g, &l, &t, &list, &n);
		if (status == 0 && n != 0)
			add(u, t.word.p + 1, t.word.len - 1, n);
	}
	if (i == AT_ONCE && status != -1) {
		from->len = 0;
		buf_add(from, t.word.p, t.word.len);
		status = 1;
	}
	status = terms_end(&t, lists_end(&l, status));
	buf_free(&list);
	return status;
}

/* Read in one go (at_once), or in steps: 1, 0 somebody wrote meanwhile, -1. */
static int
read_all(struct index_used *u, struct engine *e, int at_once)
{
	struct segments s = { .n = 0 };
	struct buf from = { 0 };
	struct buf list = { 0 }, now = { 0 };
	size_t i = 0;
	int first = 1, changed = 0, status;

	buf_putc(&from, REFS_NAME);
	if ((status = e->type->enter(e)) == -1)
		goto done;
	for (;;) {
		now.len = 0;
		status = index_list(e, first ? &list : &now);
		if (status == 1 && first)
			status = segments_read(&s, e);
		changed = status != -1 && !first && (now.len != list.len ||
		    memcmp(now.p, list.p, now.len) != 0);
		first = 0;
		if (status == -1 || changed || i == s.n)
			break;
		status = add_some(u, e, &s.list[i], &from);
		if (status == 0) {
			i++;
			from.len = 1;
		}
		if (status == -1)
			break;
		if (!at_once && (e->type->leave(e, 0) == -1 ||
		    e->type->enter(e) == -1)) {
			status = -1;
			goto done;
		}
	}
	status = e->type->leave(e, status == -1 ? -1 : 0);
done:
	segments_free(&s);
	buf_free(&from);
	buf_free(&list);
	buf_free(&now);
	return status == -1 ? -1 : !changed;
}

/* With a writer that never rests there would be no end to it. */
#define TRIES	3

int
index_used(struct index_used *u, struct engine *e)
{
	int i, status = 0;

	for (i = 0; status == 0; i++) {
		index_used_free(u);
		status = read_all(u, e, i == TRIES);
	}
	return status == -1 ? -1 : u->any;
}

void
index_used_free(struct index_used *u)
{
	free(u->slots);
	buf_free(&u->text);
	memset(u, 0, sizeof *u);
}
