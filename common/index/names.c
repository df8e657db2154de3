/*
 * Which files may have a string? Each name in it is a whole word of the index
 * if both its ends are in the string, else part of one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "index/inside.h"

#define TOO_SHORT	3		/* bytes that are in too many words */

struct name_query {
	struct engine *e;
	const struct index_name *names;
	size_t n;
	int nocase;
	const struct segment *g;
	unsigned char *files, *all;	/* of a name; of all so far: bits */
	struct buf folded, list;
	struct lists lists;
};

/* --- does a word fit? ---------------------------------------------------------- */

/*
 * Ignoring case, two letters match more than their capitals: U+017F is an s,
 * U+212A a k.
 */
static void
fold(struct buf *out, const char *s, size_t n)
{
	size_t i;

	out->len = 0;
	for (i = 0; i < n; i++)
		if (n - i >= 2 && memcmp(s + i, "\xc5\xbf", 2) == 0) {
			buf_putc(out, 's');
			i++;
		} else if (n - i >= 3 && memcmp(s + i, "\xe2\x84\xaa",
		    3) == 0) {
			buf_putc(out, 'k');
			i += 2;
		} else
			buf_putc(out, s[i]);
}

/* Like memmem(3), which sets up too much for a single word. */
static int
has(const char *s, size_t n, const char *what, size_t len)
{
	const char *end = s + n - len + 1;

	for (; s < end && (s = memchr(s, *what, (size_t)(end - s))) != NULL;
	    s++)
		if (memcmp(s, what, len) == 0)
			return 1;
	return 0;
}

/*
 * Can the word have the name in it? If it was cut, it can; so can a piece if the
 * name can go past its ends: ignoring case, a letter may be three bytes.
 */
static int
fits(struct name_query *a, const struct index_name *m, const struct buf *word)
{
	const char *s = word->p;
	size_t n = word->len;

	if (n >= WORD_MAX || (n == WORD_PIECE &&
	    m->n > (a->nocase ? WORD_SHARED / 3 : WORD_SHARED)))
		return 1;
	if (a->nocase) {
		fold(&a->folded, s, n);
		s = a->folded.p;
		n = a->folded.len;
	}
	if (n < m->n)
		return 0;
	switch (m->open) {
	case 0:
		return n == m->n && memcmp(s, m->s, n) == 0;
	case INDEX_OPEN_RIGHT:
		return memcmp(s, m->s, m->n) == 0;
	case INDEX_OPEN_LEFT:
		return memcmp(s + n - m->n, m->s, m->n) == 0;
	default:
		return has(s, n, m->s, m->n);
	}
}

/* --- a segment -------------------------------------------------------------------- */

static int
add_files(struct name_query *a, const struct terms *t)
{
	struct posts p;
	int status;

	a->list.len = 0;
	if (lists_read(&a->lists, a->e, a->g->number, t->list, t->size,
	    &a->list) == -1)
		return -1;
	posts_start(&p, a->list.p, a->list.len);
	while ((status = posts_next(&p)) == 1) {
		if (p.file >= a->g->files)
			return index_damaged();
		a->files[p.file / 8] |= (unsigned char)(1 << p.file % 8);
	}
	return status;
}

/*
 * Find the files of all words that fit. Names at least as long as what we keep
 * of a word are not next to the others: then we look at all words.
 */
static int
find_name(struct name_query *a, const struct index_name *m)
{
	const char first[] = { REFS_BEHIND };
	struct terms t = { .open = 0 };
	int near = !a->nocase && !(m->open & INDEX_OPEN_LEFT) &&
	    m->n < WORD_MAX, status;

	if (near && m->open == 0)
		near = 2;
	status = near ? terms_start(&t, a->e, a->g->number, m->s, m->n) :
	    terms_start(&t, a->e, a->g->number, first, 1);
	while (status == 0 && (status = terms_next(&t)) == 1) {
		status = 0;
		if (near && (t.word.len < m->n ||
		    memcmp(t.word.p, m->s, m->n) != 0 ||
		    (near == 2 && t.word.len != m->n)))
			break;
		if (fits(a, m, &t.word))
			status = add_files(a, &t);
	}
	if (status == 1)
		status = 0;
	return terms_end(&t, status);
}

/* Find the files that have all of the names. */
static int
find_all(struct name_query *a)
{
	size_t size = a->g->files / 8 + 1, i, k;
	int status = 0;

	a->files = xcalloc(size, 1);
	a->all = xmalloc(size);
	memset(a->all, 255, size);
	for (i = 0; status == 0 && i < a->n; i++) {
		memset(a->files, 0, size);
		status = find_name(a, &a->names[i]);
		for (k = 0; k < size; k++)
			a->all[k] &= a->files[k];
	}
	free(a->files);
	return status;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
add_paths(struct name_query *a, struct index_paths *out)
{
	struct files f = { .segment = 0 };
	struct file_info info;
	uint32_t i;
	int status = 1;

	files_start(&f, a->e, a->g->number);
	for (i = 0; status == 1 && i < a->g->files; i++) {
		if (!(a->all[i / 8] >> i % 8 & 1) || is_dead(a->g, i))
			continue;
		if ((status = files_get(&f, i, &info)) != 1) {
			status = status == 0 ? index_damaged() : -1;
			break;
		}
		out->list = xgrow(out->list, &out->cap, out->n + 1,
		    sizeof *out->list);
		out->list[out->n++] = pool_string(&out->pool, info.path);
	}
	return files_end(&f, status) == -1 ? -1 : 0;
}

/* --------------------------------------------------------------------------------- */

/* Choose names that are not in too many words; in lower case. */
static size_t
choose(struct index_name *list, const struct index_name *names, size_t n,
    int nocase, struct pool *p)
{
	size_t i, k, kept = 0;

	for (i = 0; i < n; i++) {
		struct index_name m = names[i];
		char *s;
		int wide = 0;

		/* If it begins a word, its bytes up to the cut are there. */
		if (m.n > WORD_MAX && !(m.open & INDEX_OPEN_LEFT))
			m.n = WORD_MAX;
		s = pool_copy(p, m.s, m.n);
		for (k = 0; k < m.n; k++) {
			wide |= (unsigned char)s[k] >= 0x80;
			if (s[k] >= 'A' && s[k] <= 'Z')
				s[k] = (char)(s[k] | 0x20);
		}
		m.s = s;
		if ((wide && nocase) || strspn(s, "_") == m.n ||
		    (m.open != 0 && m.n < TOO_SHORT) || m.n >= WORD_MAX)
			continue;
		list[kept++] = m;
	}
	return kept;
}

int
index_files(struct index_paths *out, struct engine *e,
    const struct index_name *names, size_t n, int nocase)
{
	struct index_name *list = xreallocarray(NULL, n + 1, sizeof *list);
	struct name_query a = { .e = e, .names = list, .nocase = nocase };
	struct segments s = { .n = 0 };
	size_t i, files = 0;
	int status = 0;

	a.n = choose(list, names, n, nocase, &out->pool);
	if (a.n != 0)
		status = segments_read(&s, e);
	for (i = 0; status == 1 && i < s.n; i++) {
		a.g = &s.list[i];
		if ((status = find_all(&a)) == 0)
			status = add_paths(&a, out) == -1 ? -1 : 1;
		free(a.all);
		files += a.g->files - a.g->ndead;
	}
	status = lists_end(&a.lists, status);
	segments_free(&s);
	buf_free(&a.folded);
	buf_free(&a.list);
	free(list);
	if (status == 1 && out->n != 0)
		qsort(out->list, out->n, sizeof *out->list, by_path);
	return status == 1 && out->n > 64 && out->n > files / 2 ? 0 : status;
}

void
index_paths_free(struct index_paths *p)
{
	free(p->list);
	pool_free(&p->pool);
	memset(p, 0, sizeof *p);
}
