/*
 * We read a damaged store page by page, without following libdb's links: each
 * whole page gives what is on it. That goes, by key, into an anonymous libdb
 * database, which spills to disk only if memory is too small; and from there it
 * is handed over, path by path.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/bdb/bdb.h"
#include "engine/bdb/page.h"

#define CACHE	(64 << 20)

struct bdb_salvage {
	const char *dir;
	int dir_fd;
	DB *found;		/* key and value of all that could be read */
	engine_remains_fn *fn;
	void *arg;
	uint64_t bad_pages;

	/* of the table being read */
	int fd;
	size_t size;		/* of a page */
	uint32_t pages;
	unsigned char *page, *more;	/* a leaf, and one it refers to */
	struct buf key, value;
	struct values values;
	struct row *rows;	/* of the path being handed over */
	size_t nrows, rows_cap;
};

static int
fail(const struct bdb_salvage *p, const char *what, int ret)
{
	warnx("%s/%s: %s", p->dir, what, db_strerror(ret));
	return -1;
}

/* --- what is on the pages ------------------------------------------------------ */

/* Read a page, if it is whole: 1, 0. */
static int
read_page(struct bdb_salvage *p, unsigned char *page, uint32_t number)
{
	return pread(p->fd, page, p->size, (off_t)number * p->size) ==
	    (ssize_t)p->size && page_is_sound(page, p->size, number) &&
	    page_is_whole(page, p->size);
}

/* Append an item's data, wherever it is: 1, 0 some of it is missing. */
static int
item_text(struct bdb_salvage *p, size_t i, struct buf *out)
{
	struct page_item item;
	uint32_t steps = 0;

	page_item(&item, p->page, i);
	if (item.data != NULL) {
		buf_add(out, item.data, item.len);
		return !item.deleted;
	}
	while (item.next != 0) {
		const unsigned char *data;
		size_t n;

		/* No more steps than pages: there may be a cycle. */
		if (steps++ > p->pages || !read_page(p, p->more, item.next) ||
		    (data = page_overflow(p->more, &n, &item.next)) == NULL)
			return 0;
		buf_add(out, data, n);
	}
	return out->len == item.len && !item.deleted;
}

/* Keep the path in a key, if any: of a definition that is enough. */
static void
keep_path(struct bdb_salvage *p)
{
	struct key key = { 0 };

	if (key_parse(&key, p->key.p, p->key.len) == 0) {
		p->key.len = p->value.len = 0;
		buf_puts(&p->key, "seen:");
		buf_puts(&p->key, key.path);
	}
	key_free(&key);
}

static int
keep(struct bdb_salvage *p, enum table t)
{
	DBT key, value;
	int ret;

	if (t == SYMBOLS)
		keep_path(p);
	bdb_set_dbt(&key, p->key.p, p->key.len);
	bdb_set_dbt(&value, p->value.p, p->value.len);
	ret = p->found->put(p->found, NULL, &key, &value, 0);
	return ret != 0 ? fail(p, "(what was found)", ret) : 0;
}

/* Read all pairs of the current leaf. */
static int
read_leaf(struct bdb_salvage *p, enum table t)
{
	size_t n = page_items(p->page), i;

	for (i = 0; i + 1 < n; i += 2) {
		p->key.len = p->value.len = 0;
		if (!item_text(p, i, &p->key))
			continue;
		/* Without its value a key still tells of a file. */
		if (!item_text(p, i + 1, &p->value))
			p->value.len = 0;
		if (keep(p, t) == -1)
			return -1;
	}
	return 0;
}

/* Read all pages of a table: 0, -1. Skips what cannot be read. */
static int
read_table(struct bdb_salvage *p, enum table t)
{
	struct stat st;
	uint32_t number;
	int status = 0;

	p->fd = openat(p->dir_fd, bdb_tables[t].name, O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK);
	if (p->fd == -1 || fstat(p->fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		warn("%s/%s", p->dir, bdb_tables[t].name);
		if (p->fd != -1)
			close(p->fd);
		return 0;
	}
	p->size = bdb_tables[t].page;
	p->pages = (uint32_t)(((size_t)st.st_size + p->size - 1) / p->size);
	p->page = xmalloc(p->size);
	p->more = xmalloc(p->size);
	for (number = 1; status == 0 && number < p->pages; number++) {
		if (!read_page(p, p->page, number))
			p->bad_pages++;
		else if (page_is_leaf(p->page))
			status = read_leaf(p, t);
	}
	free(p->page);
	free(p->more);
	close(p->fd);
	return status;
}

/* --- files ------------------------------------------------------------------------ */

static int
by_row(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* Append a value's line, or nothing if it is damaged. */
static void
add_value(struct bdb_salvage *p, const DBT *value, struct buf *out)
{
	size_t was = out->len, len;
	const char *line;

	if (values_unpress(&p->values, out, value->data, value->size, &line,
	    &len) == 0 && out->len == was)
		buf_add(out, line, len);
}

/* Load the dictionary, if it was found: 0, -1. */
static int
learn(struct bdb_salvage *p)
{
	struct buf name = { 0 };
	DBT key, value;
	int ret;

	key_meta(&name, "dictionary");
	bdb_set_dbt(&key, name.p, name.len);
	bdb_set_dbt(&value, NULL, 0);
	ret = p->found->get(p->found, NULL, &key, &value, 0);
	if (ret == 0 && values_learn(&p->values, value.data, value.size) == -1)
		warnx("%s/%s: the dictionary is damaged", p->dir,
		    bdb_tables[META].name);
	buf_free(&name);
	return ret != 0 && ret != DB_NOTFOUND ?
	    fail(p, "(what was found)", ret) : 0;
}

/* Find the chunks of a path, their lines in text: 0, -1. */
static int
find_chunks(struct bdb_salvage *p, const char *path, struct buf *text)
{
	struct buf from = { 0 }, to = { 0 };
	struct key k = { 0 };
	DBT key, value;
	DBC *cursor;
	size_t i, at = 0, was;
	int ret, step = DB_SET_RANGE;

	p->nrows = 0;
	key_chunk_range(&from, &to, path);
	bdb_set_dbt(&key, from.p, from.len);
	bdb_set_dbt(&value, NULL, 0);
	if ((ret = p->found->cursor(p->found, NULL, &cursor, 0)) == 0) {
		while ((ret = cursor->get(cursor, &key, &value, step)) == 0 &&
		    key_compare(key.data, key.size, to.p, to.len) < 0) {
			step = DB_NEXT;
			if (key_parse(&k, key.data, key.size) == -1)
				continue;
			was = text->len;
			add_value(p, &value, text);
			p->rows = xgrow(p->rows, &p->rows_cap, p->nrows + 1,
			    sizeof *p->rows);
			p->rows[p->nrows++] = (struct row){ .start = k.start,
			    .end = k.end, .len = text->len - was };
		}
		cursor->close(cursor);
	}
	for (i = 0; i < p->nrows; at += p->rows[i++].len)
		p->rows[i].line = text->p + at;
	if (p->nrows != 0)
		qsort(p->rows, p->nrows, sizeof *p->rows, by_row);
	key_free(&k);
	buf_free(&from);
	buf_free(&to);
	return ret != 0 && ret != DB_NOTFOUND ?
	    fail(p, "(what was found)", ret) : 0;
}

/* 1 found, 0, -1. */
static int
look_up(struct bdb_salvage *p, const struct buf *name, struct buf *out)
{
	DBT key, value;
	int ret;

	bdb_set_dbt(&key, name->p, name->len);
	bdb_set_dbt(&value, NULL, 0);
	ret = p->found->get(p->found, NULL, &key, &value, 0);
	if (ret == 0)
		add_value(p, &value, out);
	return ret == 0 ? 1 : ret == DB_NOTFOUND ? 0 :
	    fail(p, "(what was found)", ret);
}

/* Hand over what was found of one path: 0, -1, or what fn returned. */
static int
hand_over(struct bdb_salvage *p, const char *path)
{
	struct buf file_key = { 0 }, ast_key = { 0 };
	struct buf file = { 0 }, ast = { 0 }, text = { 0 };
	struct remains r = { .path = path };
	int has_file, has_ast, status = -1;

	key_file(&file_key, path);
	key_ast(&ast_key, path);
	if ((has_file = look_up(p, &file_key, &file)) != -1 &&
	    (has_ast = look_up(p, &ast_key, &ast)) != -1 &&
	    find_chunks(p, path, &text) != -1) {
		r.file = has_file ? file.p : NULL;
		r.file_len = file.len;
		r.ast = has_ast ? ast.p : NULL;
		r.ast_len = ast.len;
		r.chunks = p->rows;
		r.nchunks = p->nrows;
		status = p->fn(p->arg, &r);
	}
	buf_free(&file_key);
	buf_free(&ast_key);
	buf_free(&file);
	buf_free(&ast);
	buf_free(&text);
	return status;
}

/* --- all of it ---------------------------------------------------------------------- */

/* Paths, each once. */
struct path_set {
	char **list;
	size_t n, cap;
};

static int
by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Add a path taken from a key, unless it is the last one. */
static void
add_path(struct path_set *all, const char *path)
{
	if (all->n != 0 && strcmp(all->list[all->n - 1], path) == 0)
		return;
	all->list = xgrow(all->list, &all->cap, all->n + 1,
	    sizeof *all->list);
	all->list[all->n++] = xstrdup(path);
}

static int
find_paths(struct bdb_salvage *p, struct path_set *all, struct engine_about *about)
{
	struct buf text = { 0 };
	struct key k = { 0 };
	DBT key, value;
	DBC *cursor;
	size_t i, n = 0;
	int ret;

	bdb_set_dbt(&key, NULL, 0);
	bdb_set_dbt(&value, NULL, 0);
	if ((ret = p->found->cursor(p->found, NULL, &cursor, 0)) != 0)
		return fail(p, "(what was found)", ret);
	while ((ret = cursor->get(cursor, &key, &value, DB_NEXT)) == 0)
		if (key.size > 5 && memcmp(key.data, "seen:", 5) == 0) {
			text.len = 0;
			buf_add(&text, (char *)key.data + 5, key.size - 5);
			buf_putc(&text, '\0');
			add_path(all, text.p);
		} else if (key_parse(&k, key.data, key.size) == 0) {
			if (k.kind == KEY_FILE || k.kind == KEY_CHUNK)
				add_path(all, k.path);
			else if (k.kind == KEY_META)
				bdb_about_entry(about, &k, value.data,
				    value.size);
		}
	cursor->close(cursor);
	key_free(&k);
	buf_free(&text);
	if (all->n != 0)
		qsort(all->list, all->n, sizeof *all->list, by_path);
	for (i = 0; i < all->n; i++)
		if (n == 0 || strcmp(all->list[n - 1], all->list[i]) != 0)
			all->list[n++] = all->list[i];
		else
			free(all->list[i]);
	all->n = n;
	return ret != DB_NOTFOUND ? fail(p, "(what was found)", ret) : 0;
}

static int
find_all(struct bdb_salvage *p, struct engine_about *about)
{
	static const enum table tables[] = { META, FILES, CHUNKS, AST,
	    SYMBOLS };
	struct path_set all = { 0 };
	size_t i;
	int status = 0;

	for (i = 0; status == 0 && i < sizeof tables / sizeof *tables; i++)
		status = read_table(p, tables[i]);
	if (p->bad_pages != 0)
		warnx("%s: %ju pages are damaged", p->dir,
		    (uintmax_t)p->bad_pages);
	if (status == 0)
		status = learn(p);
	if (status == 0)
		status = find_paths(p, &all, about);
	for (i = 0; i < all.n; i++) {
		if (status == 0)
			status = hand_over(p, all.list[i]);
		free(all.list[i]);
	}
	free(all.list);
	return status;
}

/* Make sure that nobody writes to it: 0, -1. */
static int
hold(const struct bdb_salvage *p, int *fd)
{
	*fd = openat(p->dir_fd, "writer.lock", O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK);
	if (*fd == -1 || flock(*fd, LOCK_SH | LOCK_NB) == 0 ||
	    errno != EWOULDBLOCK)
		return 0;
	warnx("%s: another process is writing to it", p->dir);
	return -1;
}

int
bdb_salvage(const char *dir, engine_remains_fn *fn, void *arg,
    struct engine_about *about)
{
	struct bdb_salvage p = { .dir = dir, .fn = fn, .arg = arg };
	int lock = -1, ret, status = -1;

	p.dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p.dir_fd == -1) {
		warn("%s", dir);
		return -1;
	}
	if ((ret = db_create(&p.found, NULL, 0)) != 0 ||
	    (ret = p.found->set_cachesize(p.found, 0, CACHE, 1)) != 0 ||
	    (ret = p.found->open(p.found, NULL, NULL, NULL, DB_BTREE,
	    DB_CREATE, 0600)) != 0)
		fail(&p, "(what was found)", ret);
	else if (hold(&p, &lock) == 0)
		status = find_all(&p, about);
	if (p.found != NULL)
		p.found->close(p.found, DB_NOSYNC);
	if (lock != -1)
		close(lock);
	close(p.dir_fd);
	buf_free(&p.key);
	buf_free(&p.value);
	free(p.rows);
	values_free(&p.values);
	return status != 0 ? status : p.bad_pages != 0;
}
