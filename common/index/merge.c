#include <stdlib.h>
#include <string.h>

#include "index/inside.h"

/* A segment being merged. */
struct merge_source {
	const struct segment *segment;
	uint32_t *numbers;		/* its files' in the new one, or NONE */
	struct files files;
	struct file_info info;
	struct terms terms;
	struct lists lists;
	int more;
};

/* A file in a list. */
struct merge_part {
	uint32_t file;
	size_t at, len;			/* in bytes */
};

struct index_merge {
	struct engine *e;
	struct merge_source *list;
	size_t n;
	struct segment_out *out;
	struct buf read, bytes, list_out, word;
	struct merge_part *parts;
	size_t nparts, cap;
};

/* --- files ------------------------------------------------------------------- */

/* Go to the next file that is not dead: 0, -1. */
static int
next_file(struct merge_source *s)
{
	do {
		s->more = files_next(&s->files, &s->info);
	} while (s->more == 1 && s->info.number < s->segment->files &&
	    is_dead(s->segment, s->info.number));
	if (s->more == 1 && s->info.number >= s->segment->files)
		return index_damaged();
	return s->more == -1 ? -1 : 0;
}

static int
merge_files(struct index_merge *m)
{
	struct merge_source *s, *first;
	uint32_t number = 0;

	for (s = m->list; s < m->list + m->n; s++) {
		files_start(&s->files, m->e, s->segment->number);
		if (next_file(s) == -1)
			return -1;
	}
	for (;;) {
		first = NULL;
		for (s = m->list; s < m->list + m->n; s++)
			if (s->more && (first == NULL || strcmp(s->info.path,
			    first->info.path) < 0))
				first = s;
		if (first == NULL)
			return 0;
		segment_file(m->out, first->info.path, first->info.info,
		    first->info.info_len);
		first->numbers[first->info.number] = number++;
		if (next_file(first) == -1)
			return -1;
	}
}

/* --- words -------------------------------------------------------------------- */

static int
next_word(struct merge_source *s)
{
	return (s->more = terms_next(&s->terms)) == -1 ? -1 : 0;
}

/* Add what is left of the current word's list. */
static int
add_parts(struct index_merge *m, struct merge_source *s)
{
	struct posts p;
	int status;

	m->read.len = 0;
	if (lists_read(&s->lists, m->e, s->segment->number, s->terms.list,
	    s->terms.size, &m->read) == -1)
		return -1;
	posts_start_word(&p, &s->terms.word, m->read.p, m->read.len);
	while ((status = posts_next(&p)) == 1) {
		if (p.file >= s->segment->files)
			return index_damaged();
		if (s->numbers[p.file] == NONE)
			continue;
		m->parts = xgrow(m->parts, &m->cap, m->nparts + 1,
		    sizeof *m->parts);
		m->parts[m->nparts++] = (struct merge_part){ s->numbers[p.file],
		    m->bytes.len, p.len };
		buf_add(&m->bytes, p.p, p.len);
	}
	return status;
}

static int
by_file(const void *a, const void *b)
{
	const struct merge_part *x = a, *y = b;

	return (x->file > y->file) - (x->file < y->file);
}

static void
put_word(struct index_merge *m)
{
	uint32_t last = NONE;
	size_t i;

	for (i = 1; i < m->nparts; i++)
		if (m->parts[i - 1].file > m->parts[i].file)
			break;
	if (i < m->nparts)
		qsort(m->parts, m->nparts, sizeof *m->parts, by_file);
	m->list_out.len = 0;
	for (i = 0; i < m->nparts; i++) {
		put_number(&m->list_out, m->parts[i].file - last);
		buf_add(&m->list_out, m->bytes.p + m->parts[i].at,
		    m->parts[i].len);
		last = m->parts[i].file;
	}
	if (m->nparts != 0)
		segment_word(m->out, m->word.p, m->word.len, m->list_out.p,
		    m->list_out.len);
}

static int
compare_words(const struct merge_source *s, const struct buf *word)
{
	return index_compare(s->terms.word.p, s->terms.word.len, word->p, word->len);
}

static int
merge_words(struct index_merge *m)
{
	struct merge_source *s, *first;

	for (s = m->list; s < m->list + m->n; s++)
		if (terms_start(&s->terms, m->e, s->segment->number, "",
		    0) == -1 || next_word(s) == -1)
			return -1;
	for (;;) {
		first = NULL;
		for (s = m->list; s < m->list + m->n; s++)
			if (s->more && (first == NULL || compare_words(s,
			    &first->terms.word) < 0))
				first = s;
		if (first == NULL)
			return 0;
		m->word.len = m->bytes.len = m->nparts = 0;
		buf_add(&m->word, first->terms.word.p, first->terms.word.len);
		for (s = first; s < m->list + m->n; s++)
			if (s->more && compare_words(s, &m->word) == 0 &&
			    (add_parts(m, s) == -1 || next_word(s) == -1))
				return -1;
		put_word(m);
	}
}

/* ------------------------------------------------------------------------------ */

int
merge_segments(struct engine *e, struct segment *const *list, size_t n,
    struct segment_out *out)
{
	struct index_merge m = { .e = e, .n = n, .out = out,
	    .list = xcalloc(n, sizeof *m.list) };
	struct merge_source *s;
	size_t i;
	int status;

	for (i = 0; i < n; i++) {
		s = &m.list[i];
		s->segment = list[i];
		s->numbers = xreallocarray(NULL, list[i]->files + 1,
		    sizeof *s->numbers);
		memset(s->numbers, 255,
		    (list[i]->files + 1) * sizeof *s->numbers);
	}
	status = merge_files(&m) == -1 || merge_words(&m) == -1 ? -1 : 0;
	for (s = m.list; s < m.list + n; s++) {
		status = files_end(&s->files, status);
		status = terms_end(&s->terms, status);
		status = lists_end(&s->lists, status);
		free(s->numbers);
	}
	if (status == 0)
		segment_end(out);
	buf_free(&m.read);
	buf_free(&m.bytes);
	buf_free(&m.list_out);
	buf_free(&m.word);
	free(m.parts);
	free(m.list);
	return status;
}
