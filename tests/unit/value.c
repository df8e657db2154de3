/*
 * Compressed values: whatever goes in comes out, and what is damaged, or needs
 * another dictionary, is never taken for something else without a word.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/bdb/value.h"

static struct buf line;

/* A line like those of chunks, a different one for each number. */
static void
make_line(unsigned n)
{
	char text[80];
	unsigned i;

	line.len = 0;
	buf_add(&line, text, snprintf(text, sizeof text, "{\"type\":\"chunk\","
	    "\"file_path\":\"src/module%u/file%u.c\"", n % 7, n % 100));
	for (i = 0; i < 10 + n % 30; i++)
		buf_add(&line, text, snprintf(text, sizeof text,
		    ",\"static int value_%u = function_%u(%u);\\n\"",
		    n * 31 % 1009, i * n % 613, n ^ i));
	buf_putc(&line, '}');
}

/* Sample lines until there is a dictionary. */
static void
learn(struct values *v, struct buf *dictionary, unsigned from)
{
	unsigned i;

	for (i = from; i < from + 100000; i++) {
		make_line(i);
		if (values_sample(v, line.p, line.len, dictionary))
			return;
	}
	errx(1, "no dictionary");
}

static int
back(struct values *v, const struct buf *pressed, struct buf *room)
{
	const char *p;
	size_t n;

	room->len = 0;
	if (values_unpress(v, room, pressed->p, pressed->len, &p, &n) == -1)
		return -1;
	return n == line.len && memcmp(p, line.p, n) == 0;
}

int
main(void)
{
	struct values writer = { 0 }, reader = { 0 }, other = { 0 };
	struct values plain = { .plain = 1 };
	struct buf dictionary = { 0 }, wrong = { 0 }, pressed = { 0 };
	struct buf room = { 0 };
	size_t in = 0, out = 0, i;
	unsigned n;

	/* Without a dictionary a value is its line. */
	make_line(1);
	values_press(&writer, &pressed, line.p, line.len);
	if (value_is_pressed(pressed.p, pressed.len) ||
	    back(&reader, &pressed, &room) != 1)
		errx(1, "compressed with no dictionary");

	learn(&writer, &dictionary, 0);
	learn(&other, &wrong, 500000);
	for (n = 0; n < 2000; n++) {
		make_line(n * 77);
		pressed.len = 0;
		values_press(&writer, &pressed, line.p, line.len);
		in += line.len;
		out += pressed.len;
		if (back(&writer, &pressed, &room) != 1)
			errx(1, "line %u is not what it was", n);
	}
	if (out * 3 > in)
		errx(1, "%zu bytes of %zu are left", out, in);

	/* A reader needs the very dictionary. */
	if (back(&reader, &pressed, &room) != -1)
		errx(1, "read without a dictionary");
	if (values_learn(&reader, "no dictionary at all", 20) != -1)
		errx(1, "anything is taken for a dictionary");
	if (back(&other, &pressed, &room) == 1)
		errx(1, "read with another dictionary");
	if (values_learn(&reader, dictionary.p, dictionary.len) == -1 ||
	    back(&reader, &pressed, &room) != 1)
		errx(1, "not read with its dictionary");

	/* Cut off, it is damaged. */
	for (i = 1, n = (unsigned)pressed.len; i < n; i++) {
		pressed.len = i;
		if (back(&reader, &pressed, &room) != -1)
			errx(1, "%zu bytes of %u are enough", i, n);
	}

	/* Short lines, and all when that is asked for, stay as they are. */
	line.len = pressed.len = 0;
	buf_puts(&line, "{\"type\":\"gone\"}");
	values_press(&writer, &pressed, line.p, line.len);
	if (pressed.len != line.len)
		errx(1, "a short line is compressed");
	if (values_learn(&plain, dictionary.p, dictionary.len) == -1)
		errx(1, "not learned");
	make_line(3);
	pressed.len = 0;
	values_press(&plain, &pressed, line.p, line.len);
	if (value_is_pressed(pressed.p, pressed.len))
		errx(1, "compressed though nothing was to be");

	values_free(&writer);
	values_free(&reader);
	values_free(&other);
	values_free(&plain);
	buf_free(&dictionary);
	buf_free(&wrong);
	buf_free(&pressed);
	buf_free(&room);
	buf_free(&line);
	return 0;
}
