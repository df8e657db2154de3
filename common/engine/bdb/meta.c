#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/bdb/bdb.h"

int
bdb_put_meta(struct bdb *e, const char *what, const char *value)
{
	e->key.len = 0;
	key_meta(&e->key, what);
	return bdb_put(e, META, &e->key, value, strlen(value));
}

void
bdb_about_entry(struct engine_about *a, const struct key *key,
    const void *value, size_t n)
{
	if (strcmp(key->name, "options") == 0) {
		free(a->options);
		a->options = xmemdup(value, n);
	} else if (strncmp(key->name, "root:", 5) == 0) {
		a->roots = xreallocarray(a->roots, a->nroots + 1,
		    sizeof *a->roots);
		a->roots[a->nroots++] = xstrdup(key->name + 5);
	}
}

static int
read_meta(struct bdb *e, struct engine_about *a)
{
	struct range r;
	struct key key = { 0 };
	struct buf from = { 0 };
	int status;

	key_meta(&from, "");
	status = bdb_range_open(&r, e, META, &from, NULL, 0);
	while (status != -1 && (status = bdb_range_next(&r)) == 1) {
		if (key_parse(&key, r.key.data, r.key.size) == -1 ||
		    key.kind != KEY_META) {
			status = bdb_fail(e, bdb_tables[META].name, EINVAL);
			break;
		}
		bdb_about_entry(a, &key, r.value.data, r.value.size);
	}
	if (bdb_range_close(&r) == -1)
		status = -1;
	key_free(&key);
	buf_free(&from);
	return status;
}

/* The directory's disk usage: 0, -1. */
static int
disk_use(struct bdb *e, uint64_t *bytes)
{
	struct dirent *entry;
	struct stat st;
	DIR *d;
	int status = 0;

	if ((d = opendir(e->dir)) == NULL) {
		warn("%s", e->dir);
		return -1;
	}
	while ((errno = 0, entry = readdir(d)) != NULL)
		/* A writer may create and remove files meanwhile. */
		if (strcmp(entry->d_name, "..") != 0 && fstatat(dirfd(d),
		    entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			*bytes += st.st_blocks * UINT64_C(512);
	if (errno != 0) {
		warn("%s", e->dir);
		status = -1;
	}
	closedir(d);
	return status;
}

int
bdb_about(struct engine *engine, struct engine_about *a)
{
	struct bdb *e = (struct bdb *)engine;
	int status;

	memset(a, 0, sizeof *a);
	if (bdb_enter(e) == -1)
		return -1;
	status = read_meta(e, a);
	status = bdb_leave(e, status);
	if (status == 0)
		status = disk_use(e, &a->disk);
	a->last_run = lock_last_run(&e->lock);
	return status;
}

/* Is this value stored already? 1, 0, -1. */
static int
has_meta(struct bdb *e, const char *what, const char *value)
{
	int status;

	e->key.len = e->value.len = 0;
	key_meta(&e->key, what);
	status = bdb_get(e, META, &e->key, &e->value);
	return status != 1 ? status : key_compare(e->value.p, e->value.len,
	    value, strlen(value)) == 0;
}

/* Store it if it is new; the first new value begins a slice: 0, -1. */
static int
note(struct bdb *e, const char *what, const char *value, int *begun)
{
	int there = has_meta(e, what, value);

	if (there != 0)
		return there == -1 ? -1 : 0;
	if (!*begun && bdb_begin(e) == -1)
		return -1;
	*begun = 1;
	return bdb_put_meta(e, what, value);
}

int
bdb_ran(struct engine *engine, const struct record *begin)
{
	struct bdb *e = (struct bdb *)engine;
	struct buf name = { 0 };
	size_t i;
	int begun = 0, status = 0;

	if (*begin->options != '\0')
		status = note(e, "options", begin->options, &begun);
	for (i = 0; status == 0 && i < begin->nroots; i++) {
		name.len = 0;
		buf_puts(&name, "root:");
		buf_text(&name, begin->roots[i]);
		status = note(e, name.p, "", &begun);
	}
	buf_free(&name);
	if (begun && bdb_end(e, status) == -1)
		status = -1;
	if (status == 0)
		lock_ran(&e->lock);
	return status;
}
