#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shelf.h"

/* If the place is not a path, we can tell nothing about it. */
static void
look(const struct shelf *s, struct stat *st)
{
	if (stat(s->place, st) == -1)
		memset(st, 0, sizeof *st);
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int
shelf_open(struct shelf *s)
{
	struct stat st;

	look(s, &st);
	if (s->store != NULL && (s->dev != st.st_dev || s->ino != st.st_ino))
		shelf_drop(s);
	if (s->store == NULL) {
		s->dev = st.st_dev;
		s->ino = st.st_ino;
		s->opened = now();
		s->store = store_open(s->place);
	}
	return s->store != NULL ? 0 : -1;
}

void
shelf_drop(struct shelf *s)
{
	store_close(s->store);
	s->store = NULL;
}

uint64_t
hash_bytes(uint64_t hash, const void *p, size_t n)
{
	const unsigned char *s = p;

	while (n-- != 0)
		hash = (hash ^ *s++) * UINT64_C(1099511628211);
	return hash;
}

int
shelves_state(struct shelves *all, uint64_t *hash)
{
	struct shelf *s;
	uint64_t state[2];

	for (s = all->list; s < all->list + all->n; s++) {
		if (shelf_open(s) == -1)
			return -1;
		/* The server may have restarted since, or closed an idle
		 * connection. */
		if (store_state(s->store, &state[0]) == -1) {
			shelf_drop(s);
			if (shelf_open(s) == -1)
				return -1;
			if (store_state(s->store, &state[0]) == -1) {
				shelf_drop(s);
				return -1;
			}
		}
		state[1] = (uint64_t)s->opened;
		*hash = hash_bytes(*hash, state, sizeof state);
	}
	return 0;
}

const char *
shelf_stale(const struct shelf *s, const struct record *file)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
	struct stat st;
	int fd, status;

	if (s->root_fd == -1 || file->mtime_ns == INT64_MIN)
		return "";
	fd = (int)syscall(SYS_openat2, s->root_fd, file->path, &how,
	    sizeof how);
	if (fd == -1)
		return errno == ENOENT || errno == ENOTDIR ? "gone" : "";
	status = fstat(fd, &st);
	close(fd);
	if (status == -1)
		return "";
	return (uint64_t)st.st_size == file->size && S_ISREG(st.st_mode) &&
	    (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec ==
	    file->mtime_ns ? "" : "changed";
}

void
shelves_close(struct shelves *all)
{
	size_t i;

	for (i = 0; i < all->n; i++) {
		store_close(all->list[i].store);
		if (all->list[i].root_fd != -1)
			close(all->list[i].root_fd);
	}
	free(all->list);
}
