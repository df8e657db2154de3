#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "base/mem.h"
#include "record/record.h"

/* A change that waits. Its strings are consecutive in text. */
struct told_change {
	char hash[HASH_LEN + 1];
	int removed;
	size_t order;			/* as it came */
	uint64_t start, end;
	char *path, *name, *kind, *scope;	/* the last three or NULL */
};

struct changes {
	struct store *db;
	uint64_t *known;	/* prefixes of hashes; 0 is a free slot */
	size_t nknown, cap;	/* cap is a power of two */
	struct told_change *waiting;
	size_t n, capwaiting;
	int learned;
	struct reader reader;
	struct buf out;
};

/* --- known contents -------------------------------------------------------- */

/* 64 bits of a hash: of a billion chunks two share them once in forty. */
static uint64_t
prefix(const char *hash)
{
	char digits[17];
	uint64_t n;

	memcpy(digits, hash, 16);
	digits[16] = '\0';
	n = strtoull(digits, NULL, 16);
	return n != 0 ? n : 1;
}

static uint64_t *
place(const struct changes *c, uint64_t n)
{
	size_t i = n & (c->cap - 1);

	while (c->known[i] != 0 && c->known[i] != n)
		i = (i + 1) & (c->cap - 1);
	return &c->known[i];
}

/* Add a hash; was it there? */
static int
know(struct changes *c, const char *hash)
{
	uint64_t n = prefix(hash), *at;
	size_t i, cap = c->cap;
	uint64_t *old = c->known;

	if (2 * c->nknown >= cap) {
		c->cap = cap != 0 ? 2 * cap : 1024;
		c->known = xcalloc(c->cap, sizeof *c->known);
		for (i = 0; i < cap; i++)
			if (old[i] != 0)
				*place(c, old[i]) = old[i];
		free(old);
	}
	if (*(at = place(c, n)) == n)
		return 1;
	*at = n;
	c->nknown++;
	return 0;
}

static int
learn_chunk(void *arg, const char *line, size_t len)
{
	struct changes *c = arg;
	struct record r;

	if (record_read(&c->reader, &r, line, len) == 0)
		know(c, r.content_hash);
	return 0;
}

/* The files first: they cannot be walked while their chunks are. */
struct stored_files {
	char **path;
	size_t n, cap;
};

static int
learn_file(void *arg, const struct store_file *f)
{
	struct stored_files *names = arg;

	if (f->skipped)
		return 0;
	names->path = xgrow(names->path, &names->cap, names->n + 1,
	    sizeof *names->path);
	names->path[names->n++] = xstrdup(f->path);
	return 0;
}

/* --- lines ----------------------------------------------------------------- */

static void
put_member(struct buf *out, const char *key, uint64_t n)
{
	char text[32];

	buf_puts(out, key);
	buf_add(out, text, snprintf(text, sizeof text, "%ju", (uintmax_t)n));
}

static void
string(struct buf *out, const char *key, const char *s)
{
	buf_puts(out, key);
	if (s == NULL)
		buf_puts(out, "null");
	else
		json_quote(out, s, strlen(s));
}

/* from: where a moved one was; known: for an added one. */
static void
tell_change(struct changes *c, const char *type, const struct told_change *t,
    const struct told_change *from, int known)
{
	struct buf *out = &c->out;

	out->len = 0;
	string(out, "{\"type\":", type);
	buf_putc(out, ',');
	json_path(out, "file_path", t->path);
	put_member(out, ",\"byte_start\":", t->start);
	put_member(out, ",\"byte_end\":", t->end);
	string(out, ",\"content_hash\":", t->hash);
	string(out, ",\"symbol_name\":", t->name);
	string(out, ",\"symbol_kind\":", t->kind);
	string(out, ",\"scope\":", t->scope);
	if (from != NULL) {
		buf_putc(out, ',');
		json_path(out, "from_path", from->path);
		put_member(out, ",\"from_start\":", from->start);
		put_member(out, ",\"from_end\":", from->end);
	} else if (!t->removed)
		buf_puts(out, known ? ",\"new\":false" : ",\"new\":true");
	buf_puts(out, "}\n");
	if (fwrite(out->p, 1, out->len, stdout) != out->len)
		err(2, "standard output");
}

/* --- what comes and goes --------------------------------------------------- */

static char *
copy(const char *s)
{
	return s != NULL ? xstrdup(s) : NULL;
}

static void
release(struct told_change *t)
{
	free(t->path);
	free(t->name);
	free(t->kind);
	free(t->scope);
}

static void
watch(void *arg, int removed, const char *line, size_t len)
{
	struct changes *c = arg;
	struct record r;
	struct told_change t = { .removed = removed, .order = c->n };

	if (record_read(&c->reader, &r, line, len) == -1)
		return;		/* it was stored; a reader will report it */
	memcpy(t.hash, r.content_hash, sizeof t.hash);
	t.start = r.byte_start;
	t.end = r.byte_end;
	t.path = copy(r.path);
	t.name = copy(r.symbol_name);
	t.kind = copy(r.symbol_kind);
	t.scope = copy(r.scope);
	/* removed content is known too: it may come back elsewhere */
	if (!know(c, t.hash) && !removed) {
		tell_change(c, "added", &t, NULL, 0);
		release(&t);
		return;
	}
	c->waiting = xgrow(c->waiting, &c->capwaiting, c->n + 1,
	    sizeof *c->waiting);
	c->waiting[c->n++] = t;
}

struct changes *
changes_start(struct store *db)
{
	struct changes *c = xcalloc(1, sizeof *c);

	c->db = db;
	store_watch(db, watch, c);
	return c;
}

int
changes_learn(struct changes *c)
{
	struct stored_files names = { NULL, 0, 0 };
	size_t i;
	int status;

	if (c->learned)
		return 0;
	c->learned = 1;
	status = store_flush(c->db) == -1 ||
	    store_files(c->db, learn_file, &names) == -1 ? -1 : 0;
	for (i = 0; i < names.n; i++) {
		if (status == 0 && store_chunks(c->db, names.path[i],
		    learn_chunk, c) == -1)
			status = -1;
		free(names.path[i]);
	}
	free(names.path);
	return status;
}

/* By hash; for one hash first what stays in its file, then by arrival. */
static int
by_hash(const void *va, const void *vb)
{
	const struct told_change *a = va, *b = vb;
	int d = strcmp(a->hash, b->hash);

	if (d == 0)
		d = strcmp(a->path, b->path);
	if (d == 0)
		d = b->removed - a->removed;
	return d != 0 ? d : (a->order > b->order) - (a->order < b->order);
}

/* Match a removed chunk with an added one. */
static void
pair(struct changes *c, struct told_change *from, struct told_change *to)
{
	/* if only other things than the content changed, it stays */
	if (strcmp(from->path, to->path) != 0 || from->start != to->start ||
	    from->end != to->end)
		tell_change(c, "moved", to, from, 0);
	release(from);
	release(to);
	from->path = to->path = NULL;
}

/* Pair each added one with the first removed one, while there is one. */
static void
pair_all(struct changes *c, struct told_change *t, size_t n)
{
	size_t i, went = 0;

	for (i = 0; i < n; i++) {
		if (t[i].removed || t[i].path == NULL)
			continue;
		while (went < n && (!t[went].removed || t[went].path == NULL))
			went++;
		if (went == n)
			break;
		pair(c, &t[went], &t[i]);
	}
}

/* The n changes share a hash: pair removed chunks with added ones. */
static void
tell_group(struct changes *c, struct told_change *t, size_t n)
{
	size_t i, k;

	/* within its file first, then with any other */
	for (i = 0; i < n; i = k) {
		for (k = i + 1; k < n && strcmp(t[k].path, t[i].path) == 0;
		    k++)
			;
		pair_all(c, t + i, k - i);
	}
	pair_all(c, t, n);
	for (i = 0; i < n; i++)
		if (t[i].path != NULL) {
			tell_change(c, t[i].removed ? "removed" : "added", &t[i],
			    NULL, 1);
			release(&t[i]);
		}
}

void
changes_end(struct changes *c)
{
	size_t i, k;

	if (c == NULL)
		return;
	if (c->n != 0)
		qsort(c->waiting, c->n, sizeof *c->waiting, by_hash);
	for (i = 0; i < c->n; i = k) {
		for (k = i + 1; k < c->n && strcmp(c->waiting[k].hash,
		    c->waiting[i].hash) == 0; k++)
			;
		tell_group(c, c->waiting + i, k - i);
	}
	store_watch(c->db, NULL, NULL);
	free(c->waiting);
	free(c->known);
	reader_free(&c->reader);
	buf_free(&c->out);
	free(c);
}
