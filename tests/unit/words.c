/*
 * Words: names fall into the parts that people see in them; endings of one
 * word are one; and what is looked for before a name is split is in it.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "index/words.h"

static void
add(void *arg, const char *word, size_t len)
{
	struct buf *b = arg;

	if (strlen(word) != len)
		errx(1, "%s: its length is not %zu", word, len);
	if (b->len != 0)
		buf_putc(b, ' ');
	buf_puts(b, word);
}

static void
expect(const char *text, const char *words)
{
	struct buf b = { 0 };

	words_each(text, strlen(text), add, &b);
	buf_putc(&b, '\0');
	if (strcmp(b.p, words) != 0)
		errx(1, "\"%s\": \"%s\", not \"%s\"", text, b.p, words);
	buf_free(&b);
}

/* All of them are one word. */
static void
same(const char *const *forms)
{
	struct buf first = { 0 }, b = { 0 };

	for (words_each(*forms, strlen(*forms), add, &first); *forms != NULL;
	    forms++) {
		b.len = 0;
		words_each(*forms, strlen(*forms), add, &b);
		if (b.len != first.len || memcmp(b.p, first.p, b.len) != 0)
			errx(1, "%s: \"%.*s\", not \"%.*s\"", *forms,
			    (int)b.len, b.p, (int)first.len, first.p);
	}
	buf_free(&first);
	buf_free(&b);
}

struct root {
	const char *text;
	size_t n;
};

static void
has_root(void *arg, const char *word, size_t len)
{
	const struct root *r = arg;
	size_t n = word_root(word, len), i;

	for (i = 0; i + n <= r->n; i++)
		if (strncasecmp(r->text + i, word, n) == 0)
			return;
	errx(1, "%.*s: no %.*s in it", (int)r->n, r->text, (int)n, word);
}

/* Names by chance, of pieces that matter. */
static void
roots(void)
{
	static const char *const pieces[] = { "quer", "ies", "ied", "s", "ss",
	    "ing", "ed", "e", "y", "_", "A", "B", "7", "tion", "l", "\xc3\xa4" };
	char text[200];
	int i, k;

	srand(1);
	for (i = 0; i < 200000; i++) {
		struct root r = { text, 0 };

		*text = '\0';
		for (k = rand() % 9; k >= 0; k--)
			strcat(text, pieces[rand() %
			    (sizeof pieces / sizeof *pieces)]);
		r.n = strlen(text);
		words_each(text, r.n, has_root, &r);
	}
}

int
main(void)
{
	char longer[1000];
	struct root r = { longer, sizeof longer };

	expect("", "");
	expect("+ -> ()", "");
	expect("_ __", "");
	expect("x", "x");
	expect("readLine", "read lin readlin");
	expect("read_line", "read lin read_lin");
	expect("HTMLBuffer", "html buffer htmlbuffer");
	expect("utf8Decode", "utf 8 decod utf8decod");
	expect("__init__", "init __init__");
	expect("a.b->c_d", "a b c d c_d");
	expect("XMLHttpRequest2", "xml http request 2 xmlhttprequest2");
	expect("gr\xc3\xb6\xc3\x9f" "eWert", "gr\xc3\xb6\xc3\x9f wert "
	    "gr\xc3\xb6\xc3\x9f" "ewert");
	same((const char *const[]){ "cache", "caches", "cached", "caching",
	    "CACHE", NULL });
	same((const char *const[]){ "query", "queries", "queried", NULL });
	same((const char *const[]){ "run", "runs", "running", NULL });
	same((const char *const[]){ "add", "adds", "added", "adding", NULL });
	same((const char *const[]){ "class", "classes", NULL });
	same((const char *const[]){ "create", "creates", "creation", NULL });
	expect("string bus this", "string bus this");
	if (!word_is_stop("the") || word_is_stop("lock"))
		errx(1, "stop words");
	memset(longer, 'x', sizeof longer);
	words_each(longer, sizeof longer, has_root, &r);
	roots();
	return 0;
}
