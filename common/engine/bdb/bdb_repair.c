/*
 * A store that is damaged is read page by page, past what libdb would follow:
 * each page that is whole gives what is on it. That goes, by key, into a
 * database of libdb's with no name, which is on disk only where memory is too
 * small for it; and from there, file by file, into the new store.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/bdb/bdb.h"
#include "engine/bdb/bdb_page.h"
#include "base/hash.h"

#define CACHE	(64 << 20)

struct repair {
	const char *dir;
	int dir_fd;
	DB *found;		/* key and value of all that could be read */
	struct store *into;
	store_lost_fn *lost;
	void *arg;
	int any_lost;
	uint64_t bad_pages;

	/* of the table that is being read */
	int fd;
	size_t size;		/* of a page */
	uint32_t pages;
	unsigned char *page, *more;	/* a leaf, and one it refers to */
	struct buf key, value;
	struct reader reader, chunk_reader;
};

static int
fail(const struct repair *p, const char *what, int ret)
{
	warnx("%s/%s: %s", p->dir, what, db_strerror(ret));
	return -1;
}

/* --- what is on the pages ------------------------------------------------------ */

/* Read a page, if it is whole: 1, 0. */
static int
read_page(struct repair *p, unsigned char *page, uint32_t number)
{
	return pread(p->fd, page, p->size, (off_t)number * p->size) ==
	    (ssize_t)p->size && page_is_sound(page, p->size, number) &&
	    page_is_whole(page, p->size);
}

/* What an item says, appended, wherever it lies: 1, 0 it is not all there. */
static int
item_text(struct repair *p, size_t i, struct buf *out)
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

		/* Not more steps than pages: they may go round. */
		if (steps++ > p->pages || !read_page(p, p->more, item.next) ||
		    (data = page_overflow(p->more, &n, &item.next)) == NULL)
			return 0;
		buf_add(out, data, n);
	}
	return out->len == item.len && !item.deleted;
}

/* Does a key say anything of files? Of a definition its path is enough. */
static void
keep_path(struct repair *p)
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
keep(struct repair *p, enum table t)
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

/* All pairs of the leaf at hand. */
static int
read_leaf(struct repair *p, enum table t)
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

/* All pages of a table: 0, -1. What cannot be read is passed over. */
static int
read_table(struct repair *p, enum table t)
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

/* A chunk is the path's, and has its hash. */
static int
chunk_is_whole(struct repair *p, struct record *r, const char *path,
    const DBT *value)
{
	char hash[HASH_LEN + 1];

	if (record_read(&p->chunk_reader, r, value->data, value->size) == -1 ||
	    r->type != RECORD_CHUNK || strcmp(r->path, path) != 0)
		return 0;
	hash_of(hash, r->content, r->content_len);
	return strcmp(hash, r->content_hash) == 0;
}

/* Read the chunks of a file that are whole, in order: 0, -1. */
static int
read_chunks(struct repair *p, const char *path, struct spans *sp)
{
	struct buf from = { 0 }, to = { 0 };
	struct record r;
	DBT key, value;
	DBC *cursor;
	int ret, step = DB_SET_RANGE;

	sp->n = sp->text.len = 0;
	key_chunk_range(&from, &to, path);
	bdb_set_dbt(&key, from.p, from.len);
	bdb_set_dbt(&value, NULL, 0);
	if ((ret = p->found->cursor(p->found, NULL, &cursor, 0)) == 0) {
		while ((ret = cursor->get(cursor, &key, &value, step)) == 0 &&
		    key_compare(key.data, key.size, to.p, to.len) < 0) {
			step = DB_NEXT;
			if (!chunk_is_whole(p, &r, path, &value))
				continue;
			sp->list = xgrow(sp->list, &sp->cap, sp->n + 1,
			    sizeof *sp->list);
			sp->list[sp->n++] = (struct span){ r.byte_start,
			    r.byte_end, sp->text.len, value.size };
			buf_add(&sp->text, value.data, value.size);
		}
		cursor->close(cursor);
	}
	buf_free(&from);
	buf_free(&to);
	if (sp->n != 0)
		qsort(sp->list, sp->n, sizeof *sp->list,
		    bdb_by_span);
	return ret != 0 && ret != DB_NOTFOUND ?
	    fail(p, "(what was found)", ret) : 0;
}

/* Are these all chunks of the file, and as they were? */
static int
file_is_whole(struct repair *p, const struct record *file,
    const struct spans *sp)
{
	char hash[HASH_LEN + 1];
	struct hash *h;
	struct record r;
	uint64_t at = 0;
	size_t i;

	if (sp->n != file->chunks)
		return 0;
	for (i = 0; i < sp->n && sp->list[i].start == at; i++)
		at = sp->list[i].end;
	if (i < sp->n || at != file->size || file->content_hash == NULL)
		return 1;		/* it was not made of all its bytes */
	h = hash_new();
	hash_start(h);
	for (i = 0; i < sp->n; i++)
		if (record_read(&p->chunk_reader, &r, sp->text.p +
		    sp->list[i].value, sp->list[i].len) == 0)
			hash_add(h, r.content, r.content_len);
	hash_end(h, hash);
	hash_free(h);
	return strcmp(hash, file->content_hash) == 0;
}

/* 1 found, 0, -1. */
static int
look_up(struct repair *p, const struct buf *name, struct buf *out)
{
	DBT key, value;
	int ret;

	bdb_set_dbt(&key, name->p, name->len);
	bdb_set_dbt(&value, NULL, 0);
	ret = p->found->get(p->found, NULL, &key, &value, 0);
	if (ret == 0)
		buf_add(out, value.data, value.size);
	return ret == 0 ? 1 : ret == DB_NOTFOUND ? 0 :
	    fail(p, "(what was found)", ret);
}

/* Its nodes, where they can be read: they can be had anew. 0, -1. */
static int
put_nodes(struct repair *p, const char *path)
{
	struct buf name = { 0 }, line = { 0 };
	struct record r;
	int status;

	key_ast(&name, path);
	status = look_up(p, &name, &line);
	if (status == 1 && record_read(&p->chunk_reader, &r, line.p,
	    line.len) == 0 && r.type == RECORD_AST &&
	    strcmp(r.path, path) == 0)
		store_add_ast(p->into, &r);
	buf_free(&name);
	buf_free(&line);
	return status == -1 ? -1 : 0;
}

/* Store the file: 0, -1. */
static int
put_file(struct repair *p, const struct record *file, const struct spans *sp)
{
	struct record r;
	size_t i;

	if (file->type == RECORD_SKIP)
		return store_skip(p->into, file);
	if (store_begin(p->into, file) == -1)
		return -1;
	for (i = 0; i < sp->n; i++)
		if (record_read(&p->chunk_reader, &r, sp->text.p +
		    sp->list[i].value, sp->list[i].len) == 0)
			store_add(p->into, &r);
	return put_nodes(p, file->path) == -1 ? -1 : store_done(p->into);
}

/* One path that was found, however: 0, or -1, or what lost returned. */
static int
save(struct repair *p, const char *path)
{
	struct buf name = { 0 }, line = { 0 };
	struct spans sp = { 0 };
	struct record file;
	int status, whole = 0;

	key_file(&name, path);
	status = look_up(p, &name, &line);
	if (status == 1 && record_read(&p->reader, &file, line.p,
	    line.len) == 0 && strcmp(file.path, path) == 0) {
		if (file.type == RECORD_SKIP)
			whole = 1;
		else if (file.type == RECORD_FILE &&
		    (status = read_chunks(p, path, &sp)) == 0)
			whole = file_is_whole(p, &file, &sp);
	}
	if (status != -1) {
		status = whole ? put_file(p, &file, &sp) :
		    p->lost(p->arg, path);
		p->any_lost |= !whole;
	}
	buf_free(&name);
	buf_free(&line);
	bdb_free_spans(&sp);
	return status;
}

/* --- all of it ---------------------------------------------------------------------- */

/* Paths, each once. */
struct paths {
	char **list;
	size_t n, cap;
};

static int
by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Add the path that a key of what was found tells of, if it is another. */
static void
add_path(struct paths *all, const char *path)
{
	if (all->n != 0 && strcmp(all->list[all->n - 1], path) == 0)
		return;
	all->list = xgrow(all->list, &all->cap, all->n + 1,
	    sizeof *all->list);
	all->list[all->n++] = xstrdup(path);
}

static int
find_paths(struct repair *p, struct paths *all, struct paths *roots)
{
	struct buf text = { 0 };
	struct key k = { 0 };
	DBT key, value;
	DBC *cursor;
	size_t i, n = 0;
	int ret;

	bdb_set_dbt(&key, NULL, 0);
	bdb_set_dbt(&value, NULL, 0);
	value.flags = DB_DBT_PARTIAL;
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
			else if (k.kind == KEY_META && strncmp(k.name,
			    "root:", 5) == 0)
				add_path(roots, k.name + 5);
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

/* What was known of the runs. */
static int
put_about(struct repair *p, const struct paths *roots)
{
	struct buf name = { 0 }, options = { 0 };
	struct record begin;
	int status;

	key_meta(&name, "options");
	status = look_up(p, &name, &options);
	buf_putc(&options, '\0');
	record_init(&begin, RECORD_BEGIN);
	begin.options = options.p;
	begin.roots = (const char *const *)roots->list;
	begin.nroots = roots->n;
	if (status == 1)
		status = store_ran(p->into, &begin);
	buf_free(&name);
	buf_free(&options);
	return status;
}

static int
save_all(struct repair *p)
{
	static const enum table tables[] = { META, FILES, CHUNKS, AST,
	    SYMBOLS };
	struct paths all = { 0 }, roots = { 0 };
	size_t i;
	int status = 0;

	for (i = 0; status == 0 && i < sizeof tables / sizeof *tables; i++)
		status = read_table(p, tables[i]);
	if (p->bad_pages != 0)
		warnx("%s: %ju pages are damaged", p->dir,
		    (uintmax_t)p->bad_pages);
	if (status == 0)
		status = find_paths(p, &all, &roots);
	for (i = 0; i < all.n; i++) {
		if (status == 0)
			status = save(p, all.list[i]);
		free(all.list[i]);
	}
	free(all.list);
	if (status == 0)
		status = put_about(p, &roots);
	while (roots.n > 0)
		free(roots.list[--roots.n]);
	free(roots.list);
	return status;
}

/* Nobody may be writing to it: 0, -1. */
static int
hold(const struct repair *p, int *fd)
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
store_repair(struct store *into, const char *dir, store_lost_fn *lost,
    void *arg)
{
	struct repair p = { .dir = dir, .into = into, .lost = lost,
	    .arg = arg };
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
		status = save_all(&p);
	if (p.found != NULL)
		p.found->close(p.found, DB_NOSYNC);
	if (lock != -1)
		close(lock);
	close(p.dir_fd);
	buf_free(&p.key);
	buf_free(&p.value);
	reader_free(&p.reader);
	reader_free(&p.chunk_reader);
	return status != 0 ? status : p.any_lost || p.bad_pages != 0;
}
