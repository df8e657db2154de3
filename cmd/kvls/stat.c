#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stat.h"
#include "base/visible.h"

const char *
stat_when(char text[WHEN], uint64_t when)
{
	time_t t = when;
	struct tm tm;

	if (when == RECORD_NONE || gmtime_r(&t, &tm) == NULL ||
	    strftime(text, WHEN, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		strcpy(text, "-");
	return text;
}

/* Count and bytes per language, or per reason. */
struct tally {
	struct one {
		char *name;
		uint64_t files, bytes;
	} *list;		/* by name */
	size_t n, cap;
};

struct sums {
	uint64_t files, chunks, bytes, definitions;
	struct tally languages, reasons;
	struct reader reader;
};

static void
count(struct tally *t, const char *name, uint64_t bytes)
{
	size_t i = 0;

	while (i < t->n && strcmp(t->list[i].name, name) < 0)
		i++;
	if (i == t->n || strcmp(t->list[i].name, name) != 0) {
		t->list = xgrow(t->list, &t->cap, t->n + 1, sizeof *t->list);
		memmove(t->list + i + 1, t->list + i, (t->n - i) *
		    sizeof *t->list);
		t->list[i] = (struct one){ xstrdup(name), 0, 0 };
		t->n++;
	}
	t->list[i].files++;
	t->list[i].bytes += bytes;
}

static void
free_tally(struct tally *t)
{
	while (t->n > 0)
		free(t->list[--t->n].name);
	free(t->list);
}

static int
add_file(void *arg, const struct store_file *f)
{
	struct sums *sum = arg;
	struct record r;

	if (record_read(&sum->reader, &r, f->line, f->len) == -1) {
		warnx("%s: its record: %s", f->path, sum->reader.error);
		return 2;
	}
	if (f->skipped) {
		count(&sum->reasons, r.reason, 0);
		return 0;
	}
	sum->files++;
	sum->bytes += r.size;
	if (r.chunks != RECORD_NONE)
		sum->chunks += r.chunks;
	count(&sum->languages, r.language, r.size);
	return 0;
}

static int
add_definition(void *arg, const struct store_symbol *d)
{
	struct sums *sum = arg;

	(void)d;
	sum->definitions++;
	return 0;
}

static uint64_t
skipped(const struct sums *sum)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < sum->reasons.n; i++)
		n += sum->reasons.list[i].files;
	return n;
}

static void
put_text(const struct sums *sum, const struct store_about *a)
{
	const struct one *x;
	char when[WHEN];
	size_t i;

	printf("files: %" PRIu64 "\nchunks: %" PRIu64 "\nbytes: %" PRIu64
	    "\ndefinitions: %" PRIu64 "\n", sum->files, sum->chunks,
	    sum->bytes, sum->definitions);
	puts("languages:");
	for (x = sum->languages.list, i = 0; i < sum->languages.n; i++, x++) {
		putchar('\t');
		visible_puts(x->name);
		printf(": %" PRIu64 " files, %" PRIu64 " bytes\n", x->files,
		    x->bytes);
	}
	printf("skipped: %" PRIu64 "\n", skipped(sum));
	for (x = sum->reasons.list, i = 0; i < sum->reasons.n; i++, x++) {
		putchar('\t');
		visible_puts(x->name);
		printf(": %" PRIu64 "\n", x->files);
	}
	printf("engine: %s\n", a->engine);
	printf("on disk: %" PRIu64 " bytes", a->disk);
	if (sum->bytes != 0)
		printf(", %.2f times the content", (double)a->disk /
		    (double)sum->bytes);
	printf("\nlast run: %s\noptions: ", a->last_run == 0 ? "-" :
	    stat_when(when, a->last_run));
	visible_puts(a->options);
	printf("\nroots:");
	for (i = 0; i < a->nroots; i++) {
		putchar(' ');
		visible_puts(a->roots[i]);
	}
	putchar('\n');
}

static void
put_json(const struct sums *sum, const struct store_about *a)
{
	const struct one *x;
	struct buf b = { 0 };
	char text[128];
	size_t i;

	buf_add(&b, text, snprintf(text, sizeof text, "{\"files\":%" PRIu64
	    ",\"chunks\":%" PRIu64 ",\"bytes\":%" PRIu64, sum->files,
	    sum->chunks, sum->bytes));
	buf_add(&b, text, snprintf(text, sizeof text, ",\"definitions\":%"
	    PRIu64 ",\"languages\":{", sum->definitions));
	for (x = sum->languages.list, i = 0; i < sum->languages.n; i++, x++) {
		if (i != 0)
			buf_putc(&b, ',');
		json_quote(&b, x->name, strlen(x->name));
		buf_add(&b, text, snprintf(text, sizeof text, ":{\"files\":%"
		    PRIu64 ",\"bytes\":%" PRIu64 "}", x->files, x->bytes));
	}
	buf_puts(&b, "},\"skipped\":{");
	for (x = sum->reasons.list, i = 0; i < sum->reasons.n; i++, x++) {
		if (i != 0)
			buf_putc(&b, ',');
		json_quote(&b, x->name, strlen(x->name));
		buf_add(&b, text, snprintf(text, sizeof text, ":%" PRIu64,
		    x->files));
	}
	buf_puts(&b, "},\"engine\":");
	json_quote(&b, a->engine, strlen(a->engine));
	buf_add(&b, text, snprintf(text, sizeof text, ",\"disk\":%" PRIu64
	    ",\"last_run\":", a->disk));
	if (a->last_run == 0)
		buf_puts(&b, "null");
	else
		buf_add(&b, text, snprintf(text, sizeof text, "%" PRId64,
		    a->last_run));
	buf_puts(&b, ",\"options\":");
	json_quote(&b, a->options, strlen(a->options));
	buf_puts(&b, ",\"roots\":");
	json_roots(&b, (const char *const *)a->roots, a->nroots);
	buf_puts(&b, "}\n");
	fwrite(b.p, 1, b.len, stdout);
	buf_free(&b);
}

int
stat_show(struct store *s, int json)
{
	struct sums sum = { .files = 0 };
	struct store_about about;
	int status;

	if ((status = store_about(s, &about)) == 0 &&
	    (status = store_files(s, add_file, &sum)) == 0 &&
	    (status = store_symbols(s, "", 1, add_definition, &sum)) == 0) {
		if (json)
			put_json(&sum, &about);
		else
			put_text(&sum, &about);
	}
	store_about_free(&about);
	free_tally(&sum.languages);
	free_tally(&sum.reasons);
	reader_free(&sum.reader);
	return status;
}
