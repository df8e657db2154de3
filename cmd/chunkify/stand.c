#include "cutting.h"

/* How many bytes of the definition, and of what documents it, are in the
 * chunk. */
static uint32_t
overlap(const struct def *d, const struct cut *c)
{
	uint32_t start = d->doc > c->start ? d->doc : c->start;
	uint32_t end = d->end < c->end ? d->end : c->end;

	return end > start ? end - start : 0;
}

/* Is the definition at least one in share of what the chunk holds? */
static int
weighs(const struct cutting *j, const struct def *d, const struct cut *c,
    uint32_t share)
{
	return (uint64_t)solid(j, d->doc > c->start ? d->doc : c->start,
	    d->end) * share >=
	    solid(j, c->start, c->end);
}

/* What a chunk has of the definitions that begin in it, or around it. */
struct held {
	int piece;	/* the one that it is a piece of, or -1 */
	int whole;	/* the one that is whole in it, and outermost, or -1: of
			 * several the first, but for those that are bywords */
	size_t equals;	/* so many weigh like it, itself included */
	size_t wholes;	/* so many are whole and outermost in all */
};

static struct held
look_inside(const struct cutting *j, const struct cut *c)
{
	const struct def *def = j->defs->def, *d;
	struct held h = { .piece = -1, .whole = -1 };
	uint32_t end = 0;
	int i;

	for (i = (int)c->first - 1; i != -1; i = j->up[i])
		if (overlap(&def[i], c) != 0) {
			h.piece = i;
			break;
		}
	for (i = (int)c->first; i < (int)(c->first + c->ndefs); i++) {
		d = &def[i];
		if (d->end > c->end && overlap(d, c) * 2 > c->end - c->start)
			h.piece = i;
		if (d->end > c->end || d->start < end)
			continue;
		end = d->end;
		h.wholes++;
		if (h.whole != -1 && !weighs(j, d, c, 8))
			continue;
		if (h.whole != -1 && !weighs(j, &def[h.whole], c, 8))
			h.equals = 0;
		h.equals++;
		h.whole = i;
	}
	return h;
}

/*
 * The only definition at the chunk's outermost level, if it is whole and more
 * than a byword (a header is not its guard's macro), or most of the chunk
 * beside bywords; or that of which the chunk is a piece, or whose comment it
 * is. A piece of a class that holds one definition stands for that; of a
 * function only, if that is most of it.
 */
static int
stands_for(const struct cutting *j, const struct cut *c)
{
	const struct def *def = j->defs->def;
	struct held h = look_inside(j, c);
	size_t next = c->first + c->ndefs;
	uint32_t share;

	if (h.piece >= (int)c->first)
		return h.piece;
	share = h.wholes == 1 && (h.piece == -1 || !def[h.piece].local) ? 8 : 2;
	if (h.equals == 1 && weighs(j, &def[h.whole], c, share))
		return h.whole;
	if (h.equals == 0 && next < j->defs->n &&
	    overlap(&def[next], c) * 2 > c->end - c->start)
		return (int)next;
	return h.piece;
}

/* Which part of its definition the chunk is: k of those over which the
 * definition reaches. */
static void
number_part(const struct cuts *out, size_t i, const struct defs *d)
{
	struct cut *c = &out->cut[i];
	const struct def *f;
	size_t lo = i, hi = i;

	if (c->def == -1)
		return;
	f = &d->def[c->def];
	if (f->doc >= c->start && f->end <= c->end)
		return;
	while (lo > 0 && out->cut[lo - 1].end > f->doc)
		lo--;
	while (hi + 1 < out->n && out->cut[hi + 1].start < f->end)
		hi++;
	c->part = (uint32_t)(i - lo + 1);
	c->parts = (uint32_t)(hi - lo + 1);
}

void
stand_for(const struct cutting *j, struct cuts *out)
{
	size_t i;

	for (i = 0; i < out->n; i++)
		out->cut[i].def = stands_for(j, &out->cut[i]);
	for (i = 0; i < out->n; i++)
		number_part(out, i, j->defs);
}
