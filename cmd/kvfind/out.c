#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/colour.h"
#include "base/meter.h"
#include "base/visible.h"
#include "out.h"

void
out_init(struct out *o, enum form form, int end, uint64_t max)
{
	memset(o, 0, sizeof *o);
	o->form = form;
	o->end = end;
	o->room = max;
	o->colour = form == PEOPLE && colour_on();
}

static int
print(struct out *o, struct buf *b)
{
	if (b->len != 0) {
		meter_hold();
		fwrite(b->p, 1, b->len, stdout);
		meter_resume();
	}
	o->room -= b->len;
	o->any |= b->len != 0;
	b->len = 0;
	return ferror(stdout) != 0;
}

/* The last line, which says how many hits were left out; none for paths. */
static int
more(const struct out *o, char *s, size_t size, uint64_t n)
{
	if (o->form == PATHS)
		return 0;
	return snprintf(s, size, o->form == RECORDS ?
	    "{\"type\":\"more\",\"hits\":%" PRIu64 "}\n" :
	    "more: %" PRIu64 "\n", n);
}

/* Something is left out, so make room to say so. */
static void
drop_last(struct out *o)
{
	o->more += o->nlast;
	o->nlast = 0;
	o->last.len = 0;
}

int
out_hit(struct out *o)
{
	char s[64];
	size_t keep = more(o, s, sizeof s, UINT64_MAX);

	if (o->hit.len + o->last.len + keep <= o->room && o->nlast == 0)
		return print(o, &o->hit);
	if (o->hit.len + o->last.len <= o->room && o->more == 0) {
		buf_add(&o->last, o->hit.p, o->hit.len);
		o->nlast++;
		o->hit.len = 0;
		return 0;
	}
	drop_last(o);
	if (o->hit.len + keep <= o->room)
		return print(o, &o->hit);
	o->more++;
	o->hit.len = 0;
	return 0;
}

int
out_finish(struct out *o)
{
	char s[64];
	size_t n;
	int status = 0;

	if (o->more == 0)
		status = print(o, &o->last);
	n = o->more != 0 ? more(o, s, sizeof s, o->more) : 0;
	if (n != 0 && n <= o->room) {
		fwrite(s, 1, n, stdout);
		o->any = 1;
	} else if (o->more != 0)
		warnx("%" PRIu64 " more do not fit", o->more);
	buf_free(&o->hit);
	buf_free(&o->last);
	return status != 0 || ferror(stdout);
}

static void
add_visible(struct buf *b, const char *s, size_t n)
{
	char part[1024];
	size_t k;

	for (; n != 0; s += k, n -= k) {
		k = visible(part, sizeof part, s, n);
		buf_puts(b, part);
	}
}

static void
add(struct out *o, const char *colour, const char *s, size_t n, int raw)
{
	const char *tab;

	if (o->colour && colour != NULL) {
		buf_puts(&o->hit, "\033[");
		buf_puts(&o->hit, colour);
		buf_putc(&o->hit, 'm');
	}
	while (!raw && (tab = memchr(s, '\t', n)) != NULL) {
		add_visible(&o->hit, s, tab - s);
		buf_putc(&o->hit, '\t');
		n -= tab + 1 - s;
		s = tab + 1;
	}
	if (raw)
		buf_add(&o->hit, s, n);
	else
		add_visible(&o->hit, s, n);
	if (o->colour && colour != NULL)
		buf_puts(&o->hit, "\033[m");
}

void
out_word(struct out *o, const char *colour, const char *s, size_t n)
{
	add(o, colour, s, n, 0);
}

void
out_data(struct out *o, const char *colour, const char *s, size_t n)
{
	add(o, colour, s, n, !visible_wanted());
}

void
out_number(struct out *o, const char *before, uint64_t n)
{
	char s[64];

	buf_add(&o->hit, s, snprintf(s, sizeof s, "%s%" PRIu64, before, n));
}
