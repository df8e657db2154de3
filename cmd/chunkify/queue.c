#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "queue.h"

#define RING	256		/* results that may wait for an earlier one */
#define WAITING	(32 << 20)	/* bytes of them */
#define RUN	(8 << 10)	/* bytes of a result that are unchanged files */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t moved;	/* a result was written */
	struct walk *walk;
	struct manifest *stored;
	const struct options *options;
	int at_end;
	uint64_t taken;		/* results given to a thread to make */
	uint64_t written;
	size_t waiting;		/* bytes in ring */
	int writing;		/* a thread is at it */
	char current[256];	/* the path taken last, cut if too long */
	struct outcome all;
	size_t capskips;
	struct result ring[RING];
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER,
    .moved = PTHREAD_COND_INITIALIZER };

void
queue_write(struct buf *b)
{
	if (b->len != 0 && fwrite(b->p, 1, b->len, stdout) != b->len)
		err(2, "standard output");
	b->len = 0;
}

/* Write what there is of a large result, if it is its turn. */
static void
write_early(struct result *r)
{
	int mine;

	pthread_mutex_lock(&queue.lock);
	mine = !queue.writing && queue.written == r->turn;
	if (mine)
		queue.writing = 1;
	pthread_mutex_unlock(&queue.lock);
	if (!mine)
		return;
	queue_write(&r->out);
	pthread_mutex_lock(&queue.lock);
	queue.writing = 0;
	pthread_mutex_unlock(&queue.lock);
}

/* Write one result out. */
static void
put(struct result *r)
{
	queue_write(&r->out);
	if (r->message != NULL)
		warnx("%s", r->message);
	free(r->message);
	buf_free(&r->out);
}

/* The two that follow are called with the lock held. */
static void
count_skip(const char *reason)
{
	size_t i;

	for (i = 0; i < queue.all.nskips; i++)
		if (strcmp(queue.all.skips[i].reason, reason) == 0)
			break;
	if (i == queue.all.nskips) {
		queue.all.skips = xgrow(queue.all.skips, &queue.capskips, i + 1,
		    sizeof *queue.all.skips);
		queue.all.skips[i].reason = reason;
		queue.all.skips[i].n = 0;
		queue.all.nskips++;
	}
	queue.all.skips[i].n++;
}

static void
add_up(const struct result *r)
{
	queue.all.sum.seen += r->seen;
	queue.all.sum.files += r->files;
	queue.all.sum.chunks += r->chunks;
	queue.all.sum.skipped += r->skipped;
	queue.all.sum.errors += r->errors;
	queue.all.sum.kept += r->kept;
	queue.all.sum.gone += r->gone;
	queue.all.sum.bytes += r->bytes;
	if (r->reason != NULL)
		count_skip(r->reason);
	queue.all.sum.left_out |= r->left_out;
}

/*
 * Results leave in the order in which the walk gave the files. Whoever brings
 * the next one due writes it and all that follow; nobody waits for a pipe but
 * him. Called and left with the lock held.
 */
static void
write_ready(void)
{
	struct result *r;

	if (queue.writing)
		return;
	queue.writing = 1;
	while ((r = &queue.ring[queue.written % RING])->ready) {
		struct result due = *r;
		size_t len = due.out.len;

		memset(r, 0, sizeof *r);
		pthread_mutex_unlock(&queue.lock);
		put(&due);
		pthread_mutex_lock(&queue.lock);
		add_up(&due);
		queue.waiting -= len;
		queue.written++;
		pthread_cond_broadcast(&queue.moved);
	}
	queue.writing = 0;
}

/* For progress; called with the lock held. */
static void
set_current(const char *path)
{
	snprintf(queue.current, sizeof queue.current, "%s", path);
}

/*
 * Take files from the walk, up to one that needs more than a look at its
 * stat; those before it, unchanged, are done with at once. To hand each to a
 * thread would cost several times what it takes itself. Called with the lock
 * held. Returns 1; 0 when the walk is through, or the run is long enough.
 */
static int
take_file(struct result *r, struct walk_file *f, const struct manifest_file **was)
{
	int got;

	r->turn = queue.taken++;
	while (r->out.len < RUN) {
		if ((got = walk_next(queue.walk, f)) != 1) {
			queue.at_end = 1;
			queue.all.lost = got == -1;
			pthread_cond_broadcast(&queue.moved);
			return 0;
		}
		r->seen++;
		*was = NULL;
		if (queue.stored == NULL)
			return 1;
		file_look(f);
		if (f->what != WALK_FILE)
			return 1;
		*was = manifest_find(queue.stored, f->path);
		if (*was == NULL || queue.options->checksum ||
		    !manifest_unchanged(*was, &f->st))
			return 1;
		file_keep(r, f->path, &f->st);
		if ((*was)->reason != NULL)
			count_skip((*was)->reason);
		else
			r->kept++;
		r->bytes += f->st.st_size;
		if (r->out.len >= RUN)
			set_current(f->path);
		free(f->path);
	}
	return 0;
}

static void *
work(void *arg)
{
	const struct manifest_file *was;
	struct walk_file f;

	(void)arg;
	pthread_mutex_lock(&queue.lock);
	for (;;) {
		struct result r = { .options = queue.options,
		    .early = write_early, .ready = 1 };

		while (!queue.at_end && (queue.taken - queue.written >= RING ||
		    (queue.waiting > WAITING && queue.taken != queue.written)))
			pthread_cond_wait(&queue.moved, &queue.lock);
		if (queue.at_end)
			break;
		if (take_file(&r, &f, &was)) {
			set_current(f.path);
			pthread_mutex_unlock(&queue.lock);
			file_look(&f);
			file_process(&r, &f, was);
			if (f.what == WALK_FILE)
				r.bytes += f.st.st_size;
			free(f.path);
			pthread_mutex_lock(&queue.lock);
		}
		queue.waiting += r.out.len;
		queue.ring[r.turn % RING] = r;
		write_ready();
	}
	pthread_mutex_unlock(&queue.lock);
	arena_end();
	return NULL;
}

void
queue_progress(struct progress *p)
{
	pthread_mutex_lock(&queue.lock);
	p->files = queue.all.sum.seen;
	p->bytes = queue.all.sum.bytes;
	memcpy(p->current, queue.current, sizeof p->current);
	pthread_mutex_unlock(&queue.lock);
}

void
queue_run(struct walk *walk, struct manifest *stored, const struct options *o,
    int jobs, struct outcome *out)
{
	pthread_t *t = xreallocarray(NULL, jobs, sizeof *t);
	int i, e;

	queue.walk = walk;
	queue.stored = stored;
	queue.options = o;
	for (i = 1; i < jobs; i++)
		if ((e = pthread_create(&t[i], NULL, work, NULL)) != 0) {
			errno = e;
			err(2, "thread");
		}
	work(NULL);
	for (i = 1; i < jobs; i++)
		pthread_join(t[i], NULL);
	free(t);
	*out = queue.all;
}
