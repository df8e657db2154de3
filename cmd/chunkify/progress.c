#include <sys/ioctl.h>

#include <err.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"
#include "base/visible.h"

#define EVERY	200000000	/* ns between two drawings */

static struct {
	pthread_t drawer, counter;
	pthread_mutex_t lock;
	pthread_cond_t stop;
	int stopping, drawn;
	void (*fetch)(struct progress *);
	char *const *roots;
	size_t nroots;
	struct walk_options options;
	atomic_ullong total;		/* bytes found by the counter */
	atomic_int counted, quit;
} p = { .lock = PTHREAD_MUTEX_INITIALIZER,
    .stop = PTHREAD_COND_INITIALIZER };

static void *
count(void *arg)
{
	struct walk *w = walk_open(p.roots, p.nroots, &p.options);
	struct walk_file f;
	int r = 0;

	(void)arg;
	while (!p.quit && (r = walk_next(w, &f)) == 1) {
		if (f.what == WALK_FILE || (f.what == WALK_UNKNOWN &&
		    lstat(f.path, &f.st) == 0 && S_ISREG(f.st.st_mode)))
			p.total += f.st.st_size;
		free(f.path);
	}
	walk_close(w);
	p.counted = r == 0 && p.options.list == NULL;
	return NULL;
}

static void
draw(double seconds)
{
	struct progress now = { .files = 0 };
	struct winsize size = { .ws_col = 80 };
	double speed, left;
	char line[512];
	size_t room;
	int n;

	p.fetch(&now);
	ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
	speed = seconds > 0 ? (double)now.bytes / seconds : 0;
	n = snprintf(line, sizeof line, "%ju files  %.1f MB  %.1f MB/s",
	    (uintmax_t)now.files, (double)now.bytes / 1e6, speed / 1e6);
	if (p.counted && speed > 0) {
		left = p.total > now.bytes ?
		    (double)(p.total - now.bytes) / speed : 0;
		n += snprintf(line + n, sizeof line - n, "  %d:%02d left",
		    (int)left / 60, (int)left % 60);
	}
	n += snprintf(line + n, sizeof line - n, "  ");
	room = size.ws_col > 1 && size.ws_col < sizeof line ? size.ws_col : 80;
	if ((size_t)n < room)
		visible(line + n, room - n, now.current, strlen(now.current));
	fprintf(stderr, "\r%.*s\033[K", (int)room - 1, line);
	fflush(stderr);
	p.drawn = 1;
}

static void *
draw_all(void *arg)
{
	struct timespec start, t;

	(void)arg;
	clock_gettime(CLOCK_REALTIME, &start);
	t = start;
	pthread_mutex_lock(&p.lock);
	while (!p.stopping) {
		t.tv_nsec += EVERY;
		t.tv_sec += t.tv_nsec / 1000000000;
		t.tv_nsec %= 1000000000;
		if (pthread_cond_timedwait(&p.stop, &p.lock, &t) != 0)
			draw((double)(t.tv_sec - start.tv_sec) +
			    (double)(t.tv_nsec - start.tv_nsec) * 1e-9);
	}
	pthread_mutex_unlock(&p.lock);
	return NULL;
}

void
progress_start(char *const *roots, size_t n, const struct walk_options *o,
    void (*fetch)(struct progress *))
{
	p.fetch = fetch;
	p.roots = roots;
	p.nroots = n;
	p.options = *o;
	p.options.quiet = 1;
	if (p.options.list != NULL)	/* is read by the real walk */
		p.options.list = NULL, p.nroots = 0;
	else if (pthread_create(&p.counter, NULL, count, NULL) != 0)
		errx(2, "cannot start a thread");
	if (pthread_create(&p.drawer, NULL, draw_all, NULL) != 0)
		errx(2, "cannot start a thread");
}

void
progress_stop(void)
{
	pthread_mutex_lock(&p.lock);
	p.stopping = 1;
	pthread_cond_signal(&p.stop);
	pthread_mutex_unlock(&p.lock);
	pthread_join(p.drawer, NULL);
	p.quit = 1;
	if (p.nroots != 0)
		pthread_join(p.counter, NULL);
	if (p.drawn)
		fprintf(stderr, "\r\033[K");
}
