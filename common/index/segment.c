#include <string.h>

#include "index/inside.h"

/* Finish the blob in progress; its key is set. */
static void
put(struct segment_out *o, struct buf *b)
{
	ops_put(o->ops, &o->key, b->p, b->len);
	o->made.size += o->key.len + b->len + BLOB_SUM;
	b->len = 0;
}

/* --- files ------------------------------------------------------------------- */

static void
end_files(struct segment_out *o)
{
	if (o->files.len == 0)
		return;
	key_number(&o->key, o->number, 'f', o->made.files - 1);
	put(o, &o->files);
}

void
segment_file(struct segment_out *o, const char *path, const void *info,
    size_t n)
{
	size_t len = strlen(path);
	struct in in = { info, (const unsigned char *)info + n, 0 };

	if (o->files.len + len + n + 16 > BLOB_ROOM)
		end_files(o);
	if (o->files.len == 0) {
		put_number(&o->files, o->made.files);
		o->last_path.len = 0;
	}
	put_shared(&o->files, &o->last_path, path, len);
	put_number(&o->files, n);
	buf_add(&o->files, info, n);
	o->made.files++;
	o->made.chunks += get_number(&in);
	o->made.bytes += get_number(&in);
}

/* --- words -------------------------------------------------------------------- */

static void
end_words(struct segment_out *o)
{
	if (o->words.len == 0)
		return;
	key_bytes(&o->key, o->number, 'd', o->last_word.p, o->last_word.len);
	put(o, &o->words);
}

static void
end_list(struct segment_out *o)
{
	key_number(&o->key, o->number, 'p', o->nlists++);
	put(o, &o->lists);
}

void
segment_word(struct segment_out *o, const char *word, size_t len,
    const void *list, size_t n)
{
	const char *p = list;
	size_t room;

	if (o->words.len + len + 16 > BLOB_ROOM)
		end_words(o);
	if (o->words.len == 0) {
		put_number(&o->words, (uint64_t)o->nlists * BLOB_ROOM +
		    o->lists.len);
		o->last_word.len = 0;
	}
	put_shared(&o->words, &o->last_word, word, len);
	put_number(&o->words, n);
	while (n >= (room = BLOB_ROOM - o->lists.len)) {
		buf_add(&o->lists, p, room);
		p += room;
		n -= room;
		end_list(o);
	}
	buf_add(&o->lists, p, n);
}

void
segment_end(struct segment_out *o)
{
	end_files(o);
	end_words(o);
	if (o->lists.len != 0)
		end_list(o);
	o->made.number = o->number;
	buf_free(&o->files);
	buf_free(&o->words);
	buf_free(&o->lists);
	buf_free(&o->key);
	buf_free(&o->last_path);
	buf_free(&o->last_word);
}
