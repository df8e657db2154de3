#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zdict.h>
#include <zstd.h>

#include "base/jsonl.h"
#include "engine/bdb/value.h"

#define PRESSED		'z'
#define LEVEL		1
#define DICTIONARY	((size_t)32 << 10)	/* a larger one does no better */
#define SAMPLES		((size_t)4 << 20)	/* some 100 times that */
#define LEAST		64		/* bytes; shorter ones stay as they are */

int
value_is_pressed(const void *value, size_t n)
{
	return n != 0 && *(const char *)value == PRESSED;
}

static void *
have(void *p)
{
	if (p == NULL)
		errx(2, "%s", strerror(ENOMEM));
	return p;
}

/* --- the dictionary --------------------------------------------------------- */

int
values_learned(const struct values *v)
{
	return v->dictionary.len != 0;
}

int
values_learn(struct values *v, const void *dictionary, size_t n)
{
	if (ZDICT_getDictID(dictionary, n) == 0)
		return -1;
	ZSTD_freeCDict(v->press_dict);
	ZSTD_freeDDict(v->unpress_dict);
	v->press_dict = NULL;
	v->unpress_dict = NULL;
	v->dictionary.len = 0;
	buf_add(&v->dictionary, dictionary, n);
	return 0;
}

/* Make a dictionary from the samples, and free them: 1, 0 none fits. */
static int
train(struct values *v, struct buf *dictionary)
{
	size_t n = ZDICT_trainFromBuffer(buf_room(dictionary, DICTIONARY),
	    DICTIONARY, v->samples.p, v->sizes, (unsigned)v->n);

	buf_free(&v->samples);
	free(v->sizes);
	v->sizes = NULL;
	v->n = v->cap = 0;
	if (ZDICT_isError(n) || values_learn(v, dictionary->p, n) == -1) {
		v->plain = 1;		/* they have nothing in common */
		return 0;
	}
	dictionary->len = n;
	return 1;
}

int
values_sample(struct values *v, const void *line, size_t n,
    struct buf *dictionary)
{
	if (v->plain || values_learned(v))
		return 0;
	v->sizes = xgrow(v->sizes, &v->cap, v->n + 1, sizeof *v->sizes);
	v->sizes[v->n++] = n;
	buf_add(&v->samples, line, n);
	return v->samples.len >= SAMPLES ? train(v, dictionary) : 0;
}

/* --- values ------------------------------------------------------------------- */

void
values_press(struct values *v, struct buf *out, const void *line, size_t n)
{
	char *room;
	size_t got, bound = ZSTD_compressBound(n);

	if (!v->plain && values_learned(v) && n >= LEAST) {
		if (v->press == NULL)
			v->press = have(ZSTD_createCCtx());
		if (v->press_dict == NULL)
			v->press_dict = have(ZSTD_createCDict(
			    v->dictionary.p, v->dictionary.len, LEVEL));
		room = buf_room(out, bound + 1);
		got = ZSTD_compress_usingCDict(v->press, room + 1, bound,
		    line, n, v->press_dict);
		if (!ZSTD_isError(got) && got + 1 < n) {
			*room = PRESSED;
			out->len += got + 1;
			return;
		}
	}
	buf_add(out, line, n);
}

/* Only compressed values need the dictionary, and few may ask for those. */
static int
unpress(struct values *v, struct buf *out, const char *frame, size_t n,
    size_t size)
{
	size_t got;

	if (!values_learned(v))
		return -1;
	if (v->unpress == NULL)
		v->unpress = have(ZSTD_createDCtx());
	if (v->unpress_dict == NULL)
		v->unpress_dict = have(ZSTD_createDDict(v->dictionary.p,
		    v->dictionary.len));
	got = ZSTD_decompress_usingDDict(v->unpress, buf_room(out, size), size,
	    frame, n, v->unpress_dict);
	if (ZSTD_isError(got) || got != size)
		return -1;
	out->len += size;
	return 0;
}

int
values_unpress(struct values *v, struct buf *out, const void *value, size_t n,
    const char **line, size_t *len)
{
	const char *frame = (const char *)value + 1;
	unsigned long long size;

	if (!value_is_pressed(value, n)) {
		*line = value;
		*len = n;
		return 0;
	}
	size = ZSTD_getFrameContentSize(frame, n - 1);
	if (size > JSONL_MAX)		/* also if unknown, or no frame */
		return -1;
	if (unpress(v, out, frame, n - 1, (size_t)size) == -1)
		return -1;
	*line = out->p + out->len - size;
	*len = (size_t)size;
	return 0;
}

void
values_free(struct values *v)
{
	ZSTD_freeCCtx(v->press);
	ZSTD_freeDCtx(v->unpress);
	ZSTD_freeCDict(v->press_dict);
	ZSTD_freeDDict(v->unpress_dict);
	buf_free(&v->dictionary);
	buf_free(&v->samples);
	free(v->sizes);
	memset(v, 0, sizeof *v);
}
