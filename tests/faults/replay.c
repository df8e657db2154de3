/*
 * replay - a store as it may be after a power cut
 *
 *	replay LOG BEFORE STORE AFTER SEED
 *
 * LOG is what inject noted of a run that began with the store BEFORE/STORE, if
 * that is there; AFTER/STORE is made. The power is cut at a moment that is drawn
 * by lot. What was synced by then is there. Of the rest any part may be:
 *
 * - A block of 512 or 4096 bytes is as it was when the file was synced, or as
 *   after any of the writes that touched it since, whatever became of other
 *   blocks and of other writes.
 * - The length of a file is as it was, or as after any of the calls since.
 * - A name that was made, renamed or unlinked is so on disk once its directory
 *   is synced; before that, each of these may have happened on disk or not.
 *
 * Then a machine has another boot id: the one in the store's lock (lock.h) is
 * replaced. The outcome is told in a line: "end" when nothing was under way any
 * more, so that all that was promised has to be there.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/bdb/lock.h"
#include "log.h"
#include "base/mem.h"

/* A write or, where data is NULL, a change of the length to at. */
struct step {
	uint64_t at, len;
	const char *data;
};

struct inode {
	int dir;
	struct buf disk;		/* as it was synced */
	uint64_t size;			/* as the program sees it */
	struct step *steps;		/* since */
	size_t nsteps, cap;
};

struct name {
	char *name;
	int now, disk;			/* inode, or -1 */
};

/* What one call did to one or two names of a directory. */
struct entry {
	int dir;			/* inode */
	int n, name[2], inode[2];
};

struct state {
	struct inode *inodes;
	size_t ninodes, inodes_cap;
	struct name *names;
	size_t nnames, names_cap;
	struct entry *entries;
	size_t nentries, entries_cap;
	int *ids;			/* id of the log: inode */
	size_t ids_cap;
	uint64_t seed;
	int block;
};

/* --- lots ------------------------------------------------------------------ */

/* splitmix64, by Sebastiano Vigna: https://prng.di.unimi.it/splitmix64.c */
static uint64_t
draw(struct state *s, uint64_t below)
{
	uint64_t z = s->seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return below != 0 ? z % below : 0;
}

/* --- what is there --------------------------------------------------------- */

static int
new_inode(struct state *s, int dir)
{
	s->inodes = xgrow(s->inodes, &s->inodes_cap, s->ninodes + 1,
	    sizeof *s->inodes);
	s->inodes[s->ninodes] = (struct inode){ .dir = dir };
	return s->ninodes++;
}

static int
find_name(struct state *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->nnames; i++)
		if (strcmp(s->names[i].name, name) == 0)
			return i;
	s->names = xgrow(s->names, &s->names_cap, s->nnames + 1,
	    sizeof *s->names);
	s->names[s->nnames] = (struct name){ xstrdup(name), -1, -1 };
	return s->nnames++;
}

/* The inode of the directory that a name is in. */
static int
dir_of(struct state *s, const char *name)
{
	char *dir = xstrdup(name), *slash = strrchr(dir, '/');
	int i;

	*(slash != NULL ? slash : dir) = '\0';
	i = s->names[find_name(s, dir)].now;
	free(dir);
	if (i == -1)
		errx(2, "%s: in no directory", name);
	return i;
}

static void
resize(struct buf *b, uint64_t size)
{
	if (size > b->len) {
		memset(buf_room(b, size - b->len), 0, size - b->len);
	}
	b->len = size;
}

static void
put_at(struct buf *b, uint64_t at, const char *p, uint64_t n)
{
	if (b->len < at + n)
		resize(b, at + n);
	memcpy(b->p + at, p, n);
}

static void
read_file(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd == -1)
		err(2, "%s", path);
	do {
		if ((n = read(fd, buf_room(out, 1 << 16), 1 << 16)) == -1)
			err(2, "%s", path);
		out->len += n;
	} while (n > 0);
	close(fd);
}

/* All that is at and below this name, as it was before. */
static void
load(struct state *s, const char *root, const char *name)
{
	char path[PATH_MAX], below[PATH_MAX];
	struct dirent *e;
	struct stat st;
	DIR *d;
	int i, at;

	snprintf(path, sizeof path, "%s/%s", root, name);
	if (stat(path, &st) == -1)
		return;
	i = new_inode(s, S_ISDIR(st.st_mode));
	at = find_name(s, name);
	s->names[at].now = s->names[at].disk = i;
	if (S_ISREG(st.st_mode)) {
		read_file(path, &s->inodes[i].disk);
		s->inodes[i].size = s->inodes[i].disk.len;
		return;
	}
	if ((d = opendir(path)) == NULL)
		err(2, "%s", path);
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
			snprintf(below, sizeof below, "%s/%s", name, e->d_name);
			load(s, root, below);
		}
	closedir(d);
}

/* The store, a directory or a file, and what lies beside it as "STORE-wal". */
static void
load_store(struct state *s, const char *root, const char *store)
{
	size_t len = strlen(store);
	struct dirent *e;
	DIR *d;

	if ((d = opendir(root)) == NULL)
		err(2, "%s", root);
	while ((e = readdir(d)) != NULL)
		if (strncmp(e->d_name, store, len) == 0 &&
		    strchr("-", e->d_name[len]) != NULL)	/* NUL, too */
			load(s, root, e->d_name);
	closedir(d);
}

/* --- what was done --------------------------------------------------------- */

static void
add_step(struct inode *f, struct step step)
{
	f->steps = xgrow(f->steps, &f->cap, f->nsteps + 1, sizeof *f->steps);
	f->steps[f->nsteps++] = step;
	if (step.data == NULL)
		f->size = step.at;
	else if (f->size < step.at + step.len)
		f->size = step.at + step.len;
}

static void
add_entry(struct state *s, struct entry e)
{
	int i;

	s->entries = xgrow(s->entries, &s->entries_cap, s->nentries + 1,
	    sizeof *s->entries);
	s->entries[s->nentries++] = e;
	for (i = 0; i < e.n; i++)
		s->names[e.name[i]].now = e.inode[i];
}

static void
happen_on_disk(struct state *s, const struct entry *e)
{
	int i;

	for (i = 0; i < e->n; i++)
		s->names[e->name[i]].disk = e->inode[i];
}

static void
sync_inode(struct state *s, int i)
{
	struct inode *f = &s->inodes[i];
	size_t k, n = 0;

	for (k = 0; k < f->nsteps; k++)
		if (f->steps[k].data == NULL)
			resize(&f->disk, f->steps[k].at);
		else
			put_at(&f->disk, f->steps[k].at, f->steps[k].data,
			    f->steps[k].len);
	f->nsteps = 0;
	for (k = 0; f->dir && k < s->nentries; k++)
		if (s->entries[k].dir == i)
			happen_on_disk(s, &s->entries[k]);
		else
			s->entries[n++] = s->entries[k];
	if (f->dir)
		s->nentries = n;
}

static void
bind(struct state *s, uint32_t id, int inode)
{
	s->ids = xgrow(s->ids, &s->ids_cap, id + 1, sizeof *s->ids);
	s->ids[id] = inode;
}

static void
follow(struct state *s, const struct log_entry *e, const char *data)
{
	int name, to, i;

	switch (e->op) {
	case LOG_OPEN:
		name = find_name(s, data);
		if (s->names[name].now == -1)
			errx(2, "%s: opened, but never made", data);
		bind(s, e->id, s->names[name].now);
		break;
	case LOG_CREATE:
	case LOG_MKDIR:
		i = new_inode(s, e->op == LOG_MKDIR);
		name = find_name(s, data);
		add_entry(s, (struct entry){ dir_of(s, data), 1, { name },
		    { i } });
		bind(s, e->id, i);
		break;
	case LOG_WRITE:
		add_step(&s->inodes[s->ids[e->id]],
		    (struct step){ e->at, e->len, data });
		break;
	case LOG_TRUNC:
		add_step(&s->inodes[s->ids[e->id]],
		    (struct step){ e->at, 0, NULL });
		break;
	case LOG_SYNC:
		sync_inode(s, s->ids[e->id]);
		break;
	case LOG_RENAME:
		name = find_name(s, data);
		to = find_name(s, data + strlen(data) + 1);
		add_entry(s, (struct entry){ dir_of(s, data), 2, { name, to },
		    { -1, s->names[name].now } });
		break;
	case LOG_UNLINK:
		name = find_name(s, data);
		add_entry(s, (struct entry){ dir_of(s, data), 1, { name },
		    { -1 } });
		break;
	}
}

/* --- what is left of it ---------------------------------------------------- */

enum mode { ALL, NONE, ALL_BUT_ONE, ONE, SOME, BLOCKS, UP_TO, MODES };

/* How much of a write got there: from, to, in blocks of it. */
struct part {
	uint64_t from, to;
	int each;			/* of 256 is drawn for each block */
};

static struct part
part_of(struct state *s, enum mode mode, size_t i, size_t one, int chance)
{
	const struct part all = { 0, UINT64_MAX, 256 }, none = { 0, 0, 0 };
	struct part torn = { 0, draw(s, 1 << draw(s, 8)), 256 };

	if (draw(s, 2))		/* its end is there, not its beginning */
		torn = (struct part){ torn.to, UINT64_MAX, 256 };
	switch (mode) {
	case ALL:
		return all;
	case ALL_BUT_ONE:
		return i != one ? all : draw(s, 2) ? torn : none;
	case ONE:
		return i != one ? none : draw(s, 2) ? torn : all;
	case SOME:
		return (int)draw(s, 256) >= chance ? none :
		    draw(s, 8) ? all : torn;
	case BLOCKS:
		return (struct part){ 0, UINT64_MAX, chance };
	case UP_TO:
		return i < one ? all : i == one ? torn : none;
	default:
		return none;
	}
}

/* The length after the first n steps. */
static uint64_t
size_after(const struct inode *f, size_t n)
{
	uint64_t size = f->disk.len;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct step *t = &f->steps[i];

		if (t->data == NULL)
			size = t->at;
		else if (size < t->at + t->len)
			size = t->at + t->len;
	}
	return size;
}

/*
 * Have the file as it is found, in f->disk. The first nsized steps did what
 * they do to the length; behind a truncation that did not come to pass nothing
 * else did.
 */
static void
settle(struct state *s, struct inode *f, enum mode mode)
{
	struct buf cache = { 0 };
	size_t one = draw(s, f->nsteps), i, nsized;
	uint64_t size, b, last, block = s->block;
	int chance = draw(s, 257);

	nsized = mode == ALL || mode == ALL_BUT_ONE ? f->nsteps :
	    mode == NONE ? 0 : mode == UP_TO ? one + 1 :
	    draw(s, f->nsteps + 1);
	size = size_after(f, nsized);
	buf_add(&cache, f->disk.p, f->disk.len);
	for (i = 0; i < f->nsteps; i++) {
		const struct step *t = &f->steps[i];
		struct part part = part_of(s, mode, i, one, chance);

		if (t->data == NULL) {
			if (i >= nsized)
				break;
			resize(&cache, t->at);
			resize(&f->disk, t->at);
			continue;
		}
		put_at(&cache, t->at, t->data, t->len);
		b = t->at / block;
		last = (t->at + t->len - 1) / block;
		part.from += b;
		part.to = part.to == UINT64_MAX ? part.to : part.to + b;
		for (; b <= last; b++) {
			uint64_t end = (b + 1) * block;

			if (b < part.from || b >= part.to ||
			    (int)draw(s, 256) >= part.each)
				continue;
			if (end > cache.len)
				end = cache.len;
			put_at(&f->disk, b * block, cache.p + b * block,
			    end - b * block);
		}
	}
	resize(&f->disk, size);
	buf_free(&cache);
}

static void
settle_names(struct state *s)
{
	size_t i, upto = draw(s, s->nentries + 1);
	enum mode mode = draw(s, MODES);

	for (i = 0; i < s->nentries; i++)
		if (mode == ALL || (mode == UP_TO && i < upto) ||
		    (mode != ALL && mode != UP_TO && mode != NONE &&
		    draw(s, 2)))
			happen_on_disk(s, &s->entries[i]);
}

/* --- the store as it is found ------------------------------------------------ */

static void
write_file(const char *path, const struct buf *b)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd == -1 || (b->len != 0 &&
	    write(fd, b->p, b->len) != (ssize_t)b->len))
		err(2, "%s", path);
	close(fd);
}

static int
by_name(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* Directories come before what is in them; without them it cannot be found. */
static void
write_out(struct state *s, const char *root)
{
	char path[PATH_MAX], *slash;
	size_t i;

	qsort(s->names, s->nnames, sizeof *s->names, by_name);
	for (i = 0; i < s->nnames; i++) {
		struct name *n = &s->names[i];

		if (n->disk == -1 || n->name[0] == '\0')
			continue;
		snprintf(path, sizeof path, "%s/%s", root, n->name);
		slash = strrchr(path, '/');
		*slash = '\0';
		if (access(path, F_OK) == -1)
			continue;
		*slash = '/';
		if (!s->inodes[n->disk].dir)
			write_file(path, &s->inodes[n->disk].disk);
		else if (mkdir(path, 0777) == -1)
			err(2, "%s", path);
	}
}

static void
boot_anew(const char *root, const char *store)
{
	struct lock_state state;
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof path, "%s/%s/lock", root, store);
	if ((fd = open(path, O_RDWR)) == -1)
		return;			/* another engine, or not made yet */
	if (pread(fd, &state, sizeof state, 0) == sizeof state &&
	    state.session[0] != '\0') {
		memset(state.session, 0, sizeof state.session);
		memcpy(state.session, "another boot", 12);
		if (pwrite(fd, &state, sizeof state, 0) != sizeof state)
			err(2, "%s", path);
	}
	close(fd);
}

int
main(int argc, char *argv[])
{
	struct state s = { 0 };
	struct log_entry e;
	struct buf log = { 0 };
	size_t at, n = 0, cut, i;
	enum mode mode;
	int own;

	if (argc != 6)
		errx(2, "usage: replay LOG BEFORE STORE AFTER SEED");
	s.seed = strtoull(argv[5], NULL, 10);
	draw(&s, 0);
	read_file(argv[1], &log);
	for (at = 0; at < log.len; at += sizeof e + e.len, n++)
		memcpy(&e, log.p + at, sizeof e);
	i = find_name(&s, "");
	s.names[i].now = s.names[i].disk = new_inode(&s, 1);
	load_store(&s, argv[2], argv[3]);

	cut = draw(&s, 8) == 0 ? n : draw(&s, n);
	for (at = i = 0; i < cut; at += sizeof e + e.len, i++) {
		memcpy(&e, log.p + at, sizeof e);
		follow(&s, &e, log.p + at + sizeof e);
	}
	s.block = draw(&s, 2) ? 512 : 4096;
	mode = draw(&s, MODES);
	own = draw(&s, 2);
	settle_names(&s);
	for (i = 0; i < s.ninodes; i++)
		if (s.inodes[i].nsteps != 0)
			settle(&s, &s.inodes[i],
			    own ? draw(&s, MODES) : mode);
	write_out(&s, argv[4]);
	boot_anew(argv[4], argv[3]);
	if (cut == n)
		puts("end");
	else
		printf("%zu of %zu\n", cut, n);
	return 0;
}
