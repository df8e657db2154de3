#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"

#define TRIES	3	/* to read without a write in between */

/* Arguments of every tool. */
static const struct tool_arg common[] = {
	{ "max_bytes", ARG_INTEGER, 0, ANSWER_LEAST, ANSWER_MOST, "Of the "
	    "whole result; default 16384" },
	{ "cursor", ARG_STRING, 0, 0, 0, "From the last result" },
	{ "structured", ARG_FLAG, 0, 0, 0, "Fill hits" },
	{ NULL }
};

static const struct tool_arg *
next_arg(const struct ask_tool *t, const struct tool_arg *a)
{
	a = a == NULL ? t->args : a + 1;
	if (a->name == NULL && (a < common || a >= common + 4))
		a = common;
	return a->name != NULL ? a : NULL;
}

/* --- the list ------------------------------------------------------------------- */

static void
quote(struct buf *out, const char *before, const char *s)
{
	buf_puts(out, before);
	json_quote(out, s, strlen(s));
}

static void
list_arg(struct buf *out, const struct tool_arg *a)
{
	static const char *const types[] = { "string", "integer", "boolean" };
	char text[80];

	quote(out, "", a->name);
	quote(out, ":{\"type\":", types[a->type]);
	if (a->type == ARG_INTEGER) {
		snprintf(text, sizeof text, ",\"minimum\":%" PRId64
		    ",\"maximum\":%" PRId64, (int64_t)a->least,
		    (int64_t)a->most);
		buf_puts(out, text);
	}
	quote(out, ",\"description\":", a->help);
	buf_putc(out, '}');
}

/* With several stores one of them can be named. */
static void
list_stores(struct buf *out, const struct shelves *shelves)
{
	size_t i;

	if (shelves->n < 2)
		return;
	buf_puts(out, ",\"store\":{\"type\":\"string\",\"enum\":[");
	for (i = 0; i < shelves->n; i++)
		quote(out, i != 0 ? "," : "", shelves->list[i].place);
	buf_puts(out, "],\"description\":\"Only this one\"}");
}

static void
list_tool(struct buf *out, const struct ask_tool *t,
    const struct shelves *shelves)
{
	const struct tool_arg *a;
	int n = 0;

	quote(out, "{\"name\":", t->name);
	quote(out, ",\"description\":", t->help);
	buf_puts(out, ",\"inputSchema\":{\"type\":\"object\",\"properties\":{");
	for (a = next_arg(t, NULL); a != NULL; a = next_arg(t, a)) {
		if (n++ != 0)
			buf_putc(out, ',');
		list_arg(out, a);
	}
	list_stores(out, shelves);
	buf_putc(out, '}');
	for (a = t->args, n = 0; a->name != NULL; a++)
		if (a->needed)
			quote(out, n++ == 0 ? ",\"required\":[" : ",",
			    a->name);
	buf_puts(out, n != 0 ? "]" : "");
	buf_puts(out, ",\"additionalProperties\":false},\"outputSchema\":"
	    "{\"type\":\"object\",\"properties\":{\"hits\":{\"type\":"
	    "\"array\",\"items\":{\"type\":\"object\"}},\"shown\":{\"type\":"
	    "\"integer\"},\"total\":{\"type\":\"integer\"},\"cursor\":"
	    "{\"type\":\"string\"}},\"required\":[\"shown\",\"total\"],"
	    "\"additionalProperties\":false},\"annotations\":"
	    "{\"readOnlyHint\":true,\"openWorldHint\":false}}");
}

void
call_list(struct buf *out, const struct shelves *shelves)
{
	const struct ask_tool *t;

	for (t = ask_tools; t->name != NULL; t++) {
		buf_putc(out, t == ask_tools ? '[' : ',');
		list_tool(out, t, shelves);
	}
	buf_putc(out, ']');
}

const struct ask_tool *
call_tool(const char *name)
{
	const struct ask_tool *t;

	for (t = ask_tools; t->name != NULL; t++)
		if (strcmp(t->name, name) == 0)
			return t;
	return NULL;
}

/* --- arguments --------------------------------------------------------------------- */

/* ASK_WRONG, naming all arguments of the tool. */
static int
unknown(struct ask *q, const struct ask_tool *t, const char *name)
{
	const struct tool_arg *a;
	struct buf takes = { 0 };
	int status;

	for (a = next_arg(t, NULL); a != NULL; a = next_arg(t, a)) {
		buf_puts(&takes, takes.len != 0 ? ", " : "");
		buf_puts(&takes, a->name);
	}
	buf_putc(&takes, '\0');
	status = ask_wrong(q, "\"%.60s\" is not an argument of %s, which "
	    "takes: %s%s", name, t->name, takes.p, q->shelves->n > 1 ? ", store" :
	    "");
	buf_free(&takes);
	return status;
}

static int
check_arg(struct ask *q, const struct tool_arg *a, const json_t *v)
{
	const char *s = json_string_value(v);
	json_int_t n = json_integer_value(v);

	switch (a->type) {
	case ARG_STRING:
		if (s == NULL)
			return ask_wrong(q, "\"%s\" is not a string", a->name);
		if (strlen(s) != json_string_length(v))
			return ask_wrong(q, "\"%s\" holds a NUL", a->name);
		return 0;
	case ARG_FLAG:
		return json_is_boolean(v) ? 0 : ask_wrong(q, "\"%s\" is "
		    "neither true nor false", a->name);
	default:
		return json_is_integer(v) && n >= a->least && n <= a->most ?
		    0 : ask_wrong(q, "\"%s\" is not an integer from %" PRId64
		    " to %" PRId64, a->name, (int64_t)a->least,
		    (int64_t)a->most);
	}
}

static int
check_store(struct ask *q, const json_t *v)
{
	const char *name = json_string_value(v);
	size_t i;

	for (i = 0; name != NULL && i < q->shelves->n; i++)
		if (strcmp(name, q->shelves->list[i].place) == 0) {
			q->store = name;
			return 0;
		}
	return ask_wrong(q, "\"store\" is not one of those in the list of "
	    "tools");
}

/* 0, or ASK_WRONG. */
static int
check_args(struct ask *q, const struct ask_tool *t)
{
	const struct tool_arg *a;
	const char *name;
	json_t *v;
	int status = 0;

	json_object_foreach(q->args, name, v) {
		for (a = next_arg(t, NULL); a != NULL &&
		    strcmp(a->name, name) != 0; a = next_arg(t, a))
			;
		if (a != NULL)
			status = check_arg(q, a, v);
		else if (q->shelves->n > 1 && strcmp(name, "store") == 0)
			status = check_store(q, v);
		else
			status = unknown(q, t, name);
		if (status != 0)
			return status;
	}
	for (a = t->args; a->name != NULL; a++)
		if (a->needed && json_object_get(q->args, a->name) == NULL)
			return ask_wrong(q, "\"%s\" is missing", a->name);
	return 0;
}

/* --- cursors ---------------------------------------------------------------------- */

/*
 * Where the next answer begins, and a hash of that, of the question, and of the
 * state of the stores: for another question, or after a change, it is void.
 */
#define CURSOR_SIZE	80

static uint64_t
hash_question(const struct ask_tool *t, const json_t *args)
{
	static const char *const apart[] = { "cursor", "max_bytes",
	    "structured" };
	json_t *copy = json_copy((json_t *)args);
	uint64_t hash = hash_bytes(HASH_START, t->name, strlen(t->name));
	char *text;
	size_t i;

	for (i = 0; i < sizeof apart / sizeof *apart; i++)
		json_object_del(copy, apart[i]);
	text = json_dumps(copy, JSON_COMPACT | JSON_SORT_KEYS);
	if (text != NULL)
		hash = hash_bytes(hash, text, strlen(text));
	free(text);
	json_decref(copy);
	return hash;
}

static void
make_cursor(char s[CURSOR_SIZE], uint64_t item, uint64_t offset,
    uint64_t hash)
{
	uint64_t at[2] = { item, offset };

	snprintf(s, CURSOR_SIZE, "%" PRIu64 ".%" PRIu64 ".%016" PRIx64, item,
	    offset, hash_bytes(hash, at, sizeof at));
}

static int
take_cursor(struct ask *q, uint64_t hash)
{
	const char *s = ask_string(q, "cursor");
	struct answer *a = q->answer;
	char right[CURSOR_SIZE];

	if (s == NULL)
		return 0;
	if (sscanf(s, "%" SCNu64 ".%" SCNu64, &a->first, &a->offset) == 2) {
		make_cursor(right, a->first, a->offset, hash);
		if (strcmp(right, s) == 0)
			return 0;
	}
	return ask_wrong(q, "\"cursor\" is stale, or of another question: the "
	    "store has changed since. Ask again without it");
}

/* --- the result --------------------------------------------------------------------- */

static void
add(struct buf *out, const char *before, uint64_t n)
{
	char text[24];

	buf_puts(out, before);
	snprintf(text, sizeof text, "%" PRIu64, n);
	buf_puts(out, text);
}

static void
put_error(struct buf *out, const char *why)
{
	struct buf text = { 0 };

	answer_visible(&text, why, strlen(why));
	buf_puts(out, "\"content\":[{\"type\":\"text\",\"text\":");
	json_quote(out, text.p, text.len);
	buf_puts(out, "}],\"isError\":true");
	buf_free(&text);
}

/* The remarks at the end: how much more there is, and notes. */
static void
put_tail(struct buf *text, const struct answer *a, const char *cursor,
    const char *note)
{
	if (text->len > 1 && memcmp(text->p + text->len - 2, "\\n", 2) != 0)
		buf_puts(text, "\\n");
	if (*note != '\0') {
		buf_puts(text, "[");
		buf_puts(text, note);
		buf_puts(text, "]\\n");
	}
	if (a->total == 0)
		buf_puts(text, "[nothing]\\n");
	else if (a->full || a->first != 0) {
		add(text, "[shown ", a->shown);
		add(text, " of ", a->total);
		if (a->full && a->next_offset != 0)
			buf_puts(text, " and a part of the next");
		if (a->full) {
			buf_puts(text, "; more with cursor ");
			buf_puts(text, cursor);
		}
		buf_puts(text, "]\\n");
	}
}

static void
put_answer(struct buf *out, struct answer *a, uint64_t hash,
    const char *note)
{
	char cursor[CURSOR_SIZE];

	make_cursor(cursor, a->next, a->next_offset, hash);
	put_tail(&a->text, a, cursor, note);
	buf_puts(out, "\"content\":[{\"type\":\"text\",\"text\":\"");
	buf_add(out, a->text.p, a->text.len);
	buf_puts(out, "\"}],\"structuredContent\":{");
	if (a->structured) {
		buf_puts(out, "\"hits\":[");
		buf_add(out, a->hits.p, a->hits.len);
		buf_puts(out, "],");
	}
	add(out, "\"shown\":", a->shown);
	add(out, ",\"total\":", a->total);
	if (a->full)
		quote(out, ",\"cursor\":", cursor);
	buf_puts(out, "},\"isError\":false");
}

/* --- calling ------------------------------------------------------------------------- */

static void
start_answer(struct answer *a, const struct ask *q)
{
	uint64_t max = ask_number(q, "max_bytes");

	answer_free(a);
	memset(a, 0, sizeof *a);
	a->max = max != 0 ? max : ANSWER_USUAL;
	a->structured = json_is_true(json_object_get(q->args, "structured"));
}

/* Answer from one state of the stores, if possible: like a tool's function. */
static int
ask(struct ask *q, const struct ask_tool *t, uint64_t question,
    uint64_t *hash)
{
	uint64_t after;
	int try, status = ASK_BROKEN;

	for (try = 0; try < TRIES; try++) {
		start_answer(q->answer, q);
		q->note[0] = '\0';
		*hash = question;
		if (shelves_state(q->shelves, hash) == -1)
			return ASK_BROKEN;
		if ((status = take_cursor(q, *hash)) != 0)
			return status;
		status = t->answer(q);
		if (status == ASK_CANCELLED)
			return status;
		after = question;
		if (status == -1 || status == ASK_BROKEN) {
			size_t i;

			for (i = 0; i < q->shelves->n; i++)
				shelf_drop(&q->shelves->list[i]);
			status = ASK_BROKEN;
		} else if (shelves_state(q->shelves, &after) == 0 &&
		    after == *hash)
			return status;
	}
	if (status == ASK_DONE)
		snprintf(q->note, sizeof q->note, "the store is being written "
		    "to: not all of this may be of one moment");
	return status;
}

int
call_answer(struct buf *out, const struct ask_tool *tool, json_t *args,
    struct shelves *shelves, struct input *in, const json_t *id)
{
	struct answer a = { 0 };
	struct ask q = { .shelves = shelves, .answer = &a, .input = in,
	    .id = id };
	uint64_t hash = 0;
	int status;

	q.args = args != NULL ? json_incref(args) : json_object();
	if ((status = check_args(&q, tool)) == 0)
		status = ask(&q, tool, hash_question(tool, q.args), &hash);
	if (status == ASK_DONE)
		put_answer(out, &a, hash, q.note);
	else if (status == ASK_WRONG)
		put_error(out, q.note);
	else if (status == ASK_BROKEN)
		put_error(out, "the store could not be read; the server's "
		    "standard error says why. If it is not there yet, kvindex "
		    "makes it; kvls --check looks for damage");
	answer_free(&a);
	reader_free(&q.reader);
	json_decref(q.args);
	return status != ASK_CANCELLED;
}
