#include <stdlib.h>
#include <string.h>

#include "index/inside.h"

/* Read a string that shares its beginning with the last one: 0, -1. */
static int
get_string(struct in *in, struct buf *s)
{
	uint64_t same, n;
	const unsigned char *p;

	get_lengths(in, &same, &n);
	p = get_bytes(in, n);
	if (p == NULL || same > s->len)
		return index_damaged();
	s->len = same;
	buf_add(s, p, n);
	buf_putc(s, '\0');
	s->len--;
	return 0;
}

/* --- files ------------------------------------------------------------------- */

void
files_start(struct files *f, struct engine *e, uint32_t segment)
{
	f->blobs.e = e;
	f->segment = segment;
	f->open = 0;
	f->blobs.in = (struct in){ NULL, NULL, 0 };
}

/* Go to the blob that has this number, before its first file. */
static int
seek_file(struct files *f, uint32_t number)
{
	key_number(&f->blobs.from, f->segment, 'f', number);
	key_bytes(&f->blobs.to, f->segment, 'f' + 1, NULL, 0);
	f->open = 1;
	return blobs_seek(&f->blobs, f->blobs.e);
}

/* The next blob: 1, 0, -1. */
static int
next_blob(struct files *f)
{
	int status = blobs_next(&f->blobs);

	if (status == 1)
		f->next = (uint32_t)get_number(&f->blobs.in);
	f->path.len = 0;
	return status;
}

static int
take_file(struct files *f, struct file_info *info)
{
	struct in *in = &f->blobs.in, all;

	if (get_string(in, &f->path) == -1)
		return -1;
	info->number = f->next++;
	info->path = f->path.p;
	info->info_len = get_number(in);
	if ((info->info = get_bytes(in, info->info_len)) == NULL)
		return index_damaged();
	all = (struct in){ info->info, info->info + info->info_len, 0 };
	info->chunks = get_number(&all);
	info->bytes = get_number(&all);
	if ((info->lengths = get_bytes(&all, info->chunks)) == NULL)
		return index_damaged();
	info->nlong = get_number(&all);
	info->longs = all;
	return all.bad ? index_damaged() : 1;
}

int
files_next(struct files *f, struct file_info *info)
{
	int status;

	if (!f->open && seek_file(f, 0) == -1)
		return -1;
	while (f->blobs.in.p == f->blobs.in.end)
		if ((status = next_blob(f)) != 1)
			return status;
	return take_file(f, info);
}

/* The number of the last file in the current blob. */
static uint32_t
last_in_blob(const struct files *f)
{
	const unsigned char *p = f->blobs.row.key;
	size_t n = f->blobs.row.key_len;

	return n < 4 ? 0 : (uint32_t)p[n - 4] << 24 | (uint32_t)p[n - 3] << 16 |
	    (uint32_t)p[n - 2] << 8 | p[n - 1];
}

int
files_get(struct files *f, uint32_t number, struct file_info *info)
{
	int status;

	if (f->open && f->blobs.in.p != NULL && (number < f->next ||
	    number > last_in_blob(f)))
		f->open = f->next <= number && number - last_in_blob(f) < 64 &&
		    next_blob(f) == 1 && number >= f->next &&
		    number <= last_in_blob(f);
	if (!f->open) {
		if (seek_file(f, number) == -1)
			return -1;
		if ((status = next_blob(f)) != 1)
			return status;
	}
	do {
		if (f->blobs.in.p == f->blobs.in.end)
			return index_damaged();
		if ((status = take_file(f, info)) != 1)
			return status;
	} while (info->number < number);
	return info->number == number;
}

int
files_end(struct files *f, int status)
{
	status = blobs_end(&f->blobs, status);
	blobs_free(&f->blobs);
	buf_free(&f->path);
	f->open = 0;
	return status;
}

/* Look for the path in one blob: 1, 0, -1; *diff: before or after it. */
static int
in_blob(struct files *f, uint32_t number, const char *path,
    struct file_info *info, int *diff)
{
	int status, first = 1;

	*diff = 0;
	if (seek_file(f, number) == -1)
		return -1;
	if ((status = next_blob(f)) != 1)
		return status == 0 ? index_damaged() : -1;
	while (f->blobs.in.p < f->blobs.in.end) {
		int d;

		if (take_file(f, info) == -1)
			return -1;
		if ((d = strcmp(path, info->path)) == 0)
			return 1;
		if (d < 0) {
			*diff = first ? -1 : 0;
			return 0;
		}
		first = 0;
	}
	*diff = 1;
	return 0;
}

int
file_number(struct engine *e, const struct segment *s, const char *path,
    struct file_info *info, struct files *f)
{
	uint32_t low = 0, high = s->files, i;
	int status, diff;

	files_start(f, e, s->number);
	while (low < high) {
		i = low + (high - low) / 2;
		if ((status = in_blob(f, i, path, info, &diff)) != 0)
			return status;
		if (diff == 0)
			return 0;
		if (diff < 0)
			high = i;
		else
			low = info->number + 1;
	}
	return 0;
}

/* --- words -------------------------------------------------------------------- */

int
terms_start(struct terms *t, struct engine *e, uint32_t segment,
    const char *from, size_t n)
{
	t->open = 0;
	key_bytes(&t->blobs.from, segment, 'd', from, n);
	key_bytes(&t->blobs.to, segment, 'd' + 1, NULL, 0);
	return blobs_seek(&t->blobs, e);
}

static int
next_term(struct terms *t)
{
	struct in *in = &t->blobs.in;
	int status;

	while (in->p == in->end) {
		if ((status = blobs_next(&t->blobs)) != 1)
			return status;
		t->next = get_number(in);
		t->word.len = 0;
	}
	if (get_string(in, &t->word) == -1)
		return -1;
	t->list = t->next;
	t->size = get_number(in);
	t->next += t->size;
	return in->bad ? index_damaged() : 1;
}

/* A blob's first word need not be the one asked for. */
int
terms_next(struct terms *t)
{
	const size_t head = 6;		/* of the key, before the word */
	int status = next_term(t);

	while (!t->open && status == 1 && index_compare(t->word.p, t->word.len,
	    t->blobs.from.p + head, t->blobs.from.len - head) < 0)
		status = next_term(t);
	t->open = 1;
	return status;
}

int
terms_end(struct terms *t, int status)
{
	status = blobs_end(&t->blobs, status);
	blobs_free(&t->blobs);
	buf_free(&t->word);
	return status;
}

/* --- lists -------------------------------------------------------------------- */

int
lists_read(struct lists *l, struct engine *e, uint32_t segment, uint64_t at,
    uint64_t size, struct buf *out)
{
	uint64_t skip, n;

	while (size != 0) {
		uint64_t blob = at / BLOB_ROOM;

		if (!l->open || segment != l->segment || blob < l->at ||
		    blob > l->at + 16) {
			key_number(&l->blobs.from, segment, 'p',
			    (uint32_t)blob);
			key_bytes(&l->blobs.to, segment, 'p' + 1, NULL, 0);
			l->open = 1;
			l->segment = segment;
			l->at = blob - 1;
			if (blobs_seek(&l->blobs, e) == -1)
				return -1;
		}
		while (blob != l->at) {
			int status = blobs_next(&l->blobs);

			if (status != 1)
				return status == 0 ? index_damaged() : -1;
			l->at++;
		}
		skip = at % BLOB_ROOM;
		n = (uint64_t)(l->blobs.in.end - l->blobs.in.p);
		if (skip >= n)
			return index_damaged();
		n -= skip;
		if (n > size)
			n = size;
		buf_add(out, l->blobs.in.p + skip, n);
		at += n;
		size -= n;
	}
	return 0;
}

int
lists_end(struct lists *l, int status)
{
	status = blobs_end(&l->blobs, status);
	blobs_free(&l->blobs);
	l->open = 0;
	return status;
}

/* --- what is in a list ----------------------------------------------------------- */

void
posts_start(struct posts *p, const void *list, size_t n)
{
	memset(p, 0, sizeof *p);
	p->in = (struct in){ list, (const unsigned char *)list + n, 0 };
	p->file = NONE;
}

void
posts_start_word(struct posts *p, const struct buf *word, const void *list,
    size_t n)
{
	posts_start(p, list, n);
	p->sized = word->len != 0 && (unsigned char)*word->p < REFS_BEHIND;
}

/* A number of times from its step. */
static unsigned
times_of(uint64_t step)
{
	return step == 0 ? 0 : step > 8 ? 255 : 1U << (step - 1);
}

int
post_next(struct posts *p)
{
	uint64_t behind, step;

	if (p->left == 0)
		return 0;
	p->left--;
	p->counted = 1;
	if (p->single)
		return 1;
	behind = get_rice(&p->cells, &p->bits, p->low);
	step = get_rice(&p->cells, &p->bits, 0);
	if (step == STEP_UNCOUNTED) {
		p->counted = 0;
		step = get_rice(&p->cells, &p->bits, 0);
	}
	if (behind == 0 || step == 0)
		p->in.bad = 1;
	p->chunk += (uint32_t)behind;
	p->times = times_of(step);
	return 1;
}

static void
start_cells(struct posts *p)
{
	p->bits = 0;
	p->low = (int)get_rice(&p->cells, &p->bits, 0) - 1;
	if (p->low < 0 || p->low > 30)
		p->in.bad = 1;
	p->chunk = NONE;
	p->left = p->n;
}

/* Skip a file's chunks to find their end, and go back. */
static void
skip_cells(struct posts *p)
{
	p->cells = p->in;
	start_cells(p);
	while (!p->in.bad && post_next(p))
		;
	p->in.p += (p->bits + 7) / 8;
	start_cells(p);
}

int
posts_next(struct posts *p)
{
	struct in *in = &p->in;
	uint64_t head;

	if (in->p == in->end)
		return 0;
	p->file += (uint32_t)get_number(in);
	p->p = in->p;
	head = get_number(in);
	if (p->sized) {
		p->body.p = get_bytes(in, head);
		p->body.end = in->p;
		p->body.bad = 0;
		p->len = (size_t)(in->p - p->p);
		return in->bad ? index_damaged() : 1;
	}
	p->n = head >> 2;
	p->path = p->left = 0;
	p->single = p->dense = 0;
	switch (head & 3) {
	case 0:
		p->single = 1;
		p->chunk = (uint32_t)p->n;
		p->n = p->left = p->times = 1;
		break;
	case 1:
		skip_cells(p);
		break;
	case 3:
		p->path = get_number(in);
		/* FALLTHROUGH */
	default:
		p->dense = 1;
		p->times = times_of(get_number(in));
		break;
	}
	p->len = (size_t)(in->p - p->p);
	return in->bad ? index_damaged() : 1;
}
