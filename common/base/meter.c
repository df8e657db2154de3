#include <sys/ioctl.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/hold.h"
#include "base/meter.h"
#include "base/visible.h"

#define FIRST	1000	/* ms until the line is drawn, */
#define EVERY	200	/* and redrawn */

static struct {
	pthread_t drawer;
	pthread_cond_t stop;
	meter_fn *fn;
	enum meter_turn turn;
	int running, stopping;
	int mine;			/* no other program draws */
	struct buf line;
	const char *_Atomic what;
	atomic_ullong done;
} m = { .stop = PTHREAD_COND_INITIALIZER };

/*
 * A lock on the terminal itself, released when the process ends. If there are
 * no such locks, everybody draws.
 */
static int
is_mine(void)
{
	struct flock whole = { .l_type = F_WRLCK };

	if (!m.mine)
		m.mine = fcntl(STDERR_FILENO, F_SETLK, &whole) == 0;
	return m.mine;
}

static void
steps(struct buf *line, double seconds)
{
	const char *what = m.what;
	char s[64];

	buf_puts(line, what != NULL ? what : "");
	snprintf(s, sizeof s, "  %llu  %d:%02d", m.done, (int)seconds / 60,
	    (int)seconds % 60);
	buf_puts(line, s);
}

/* Draw as much of the line as fits on the terminal. */
static void
draw(double seconds)
{
	struct winsize size = { .ws_col = 80 };
	char text[512];
	size_t room;

	if (!is_mine())
		return;
	m.line.len = 0;
	m.fn(&m.line, seconds);
	ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
	room = size.ws_col > VISIBLE_MIN && size.ws_col <= sizeof text ?
	    size.ws_col : 80;
	visible(text, room, m.line.p, m.line.len);
	fprintf(stderr, "\r%s\033[K", text);
	fflush(stderr);
	meter_drawn = 1;
}

static double
since(const struct timespec *start, const struct timespec *t)
{
	return (double)(t->tv_sec - start->tv_sec) +
	    (double)(t->tv_nsec - start->tv_nsec) * 1e-9;
}

static void *
draw_all(void *arg)
{
	struct timespec start, t;
	long ms = FIRST;

	(void)arg;
	clock_gettime(CLOCK_REALTIME, &start);
	t = start;
	pthread_mutex_lock(&meter_lock);
	while (!m.stopping) {
		t.tv_nsec += ms % 1000 * 1000000;
		t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
		t.tv_nsec %= 1000000000;
		ms = EVERY;
		if (pthread_cond_timedwait(&m.stop, &meter_lock, &t) != 0)
			draw(since(&start, &t));
	}
	pthread_mutex_unlock(&meter_lock);
	return NULL;
}

void
meter_start(meter_fn *fn, enum meter_turn turn)
{
	if (!isatty(STDERR_FILENO))
		return;
	m.fn = fn != NULL ? fn : steps;
	m.stopping = m.mine = 0;
	if (turn == METER_MINE)
		is_mine();
	/* without a thread there is no line, but all else works */
	m.running = pthread_create(&m.drawer, NULL, draw_all, NULL) == 0;
}

void
meter_stop(void)
{
	if (!m.running)
		return;
	pthread_mutex_lock(&meter_lock);
	m.stopping = 1;
	pthread_cond_signal(&m.stop);
	pthread_mutex_unlock(&meter_lock);
	pthread_join(m.drawer, NULL);
	m.running = 0;
	meter_hold();
	meter_resume();
	buf_free(&m.line);
}

void
meter_step(const char *what)
{
	m.what = what;
	m.done = 0;
}

void
meter_add(uint64_t n)
{
	atomic_fetch_add_explicit(&m.done, n, memory_order_relaxed);
}
