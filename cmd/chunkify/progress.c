#include <err.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "progress.h"
#include "base/meter.h"

static struct {
	pthread_t counter;
	void (*fetch)(struct progress *);
	char *const *roots;
	size_t nroots;
	struct walk_options options;
	atomic_ullong total;		/* bytes found by the counter */
	atomic_int counted, quit;
} p;

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
say(struct buf *line, double seconds)
{
	struct progress now = { .files = 0 };
	double speed, left;
	char s[96];

	p.fetch(&now);
	speed = seconds > 0 ? (double)now.bytes / seconds : 0;
	snprintf(s, sizeof s, "%ju files  %.1f MB  %.1f MB/s",
	    (uintmax_t)now.files, (double)now.bytes / 1e6, speed / 1e6);
	buf_puts(line, s);
	if (p.counted && speed > 0) {
		left = p.total > now.bytes ?
		    (double)(p.total - now.bytes) / speed : 0;
		snprintf(s, sizeof s, "  %d:%02d left", (int)left / 60,
		    (int)left % 60);
		buf_puts(line, s);
	}
	buf_puts(line, "  ");
	buf_puts(line, now.current);
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
	meter_start(say, METER_MINE);
}

void
progress_stop(void)
{
	meter_stop();
	p.quit = 1;
	if (p.nroots != 0)
		pthread_join(p.counter, NULL);
}
