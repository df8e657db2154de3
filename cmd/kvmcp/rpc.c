#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/release.h"
#include "call.h"
#include "rpc.h"

#define MODERN	"2026-07-28"
#define META	"io.modelcontextprotocol/"

/* Versions of the older era, the latest first. */
static const char *const older[] = { "2025-11-25", "2025-06-18" };

/* JSON-RPC 2.0, 5.1, and the table of codes of the protocol. */
enum { NOT_JSON = -32700, NO_REQUEST = -32600, NO_METHOD = -32601,
	WRONG_PARAMS = -32602 };	/* and -32022, another version */

static const char server[] = "{\"name\":\"kvmcp\",\"version\":\"" VERSION
    "\"}";
static const char about[] = "\"capabilities\":{\"tools\":{}},"
    "\"instructions\":\"An index of source code: ask it where something is "
    "defined and what a file holds before searching files. Paths are as "
    "outline prints them. Read from the tree what is marked as changed or "
    "gone since.\"";

/* --- sending ----------------------------------------------------------------------- */

static void
send_line(struct rpc *r)
{
	buf_putc(&r->out, '\n');
	if (fwrite(r->out.p, 1, r->out.len, stdout) != r->out.len ||
	    fflush(stdout) == EOF)
		err(2, "standard output");
}

/* Begin a message that answers the request of this id (NULL: unknown). */
static void
begin(struct rpc *r, const json_t *id)
{
	char *text;

	r->out.len = 0;
	buf_puts(&r->out, "{\"jsonrpc\":\"2.0\"");
	if (id == NULL)
		return;
	text = json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT);
	if (text == NULL)
		errx(2, "out of memory");
	buf_puts(&r->out, ",\"id\":");
	buf_puts(&r->out, text);
	free(text);
}

static void __attribute__((format(printf, 4, 5)))
refuse(struct rpc *r, const json_t *id, int code, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	begin(r, id);
	snprintf(text, sizeof text, ",\"error\":{\"code\":%d,\"message\":",
	    code);
	buf_puts(&r->out, text);
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	json_quote(&r->out, text, strlen(text));
	buf_puts(&r->out, "}}");
	send_line(r);
}

/* Finish a result: add what the newer era wants in each. */
static void
finish(struct rpc *r, int modern)
{
	if (modern) {
		buf_puts(&r->out, ",\"resultType\":\"complete\",\"_meta\":{\""
		    META "serverInfo\":");
		buf_puts(&r->out, server);
		buf_putc(&r->out, '}');
	}
	buf_puts(&r->out, "}}");
	send_line(r);
}

/* The string, or NULL if it is none, or holds a NUL. */
static const char *
string(const json_t *v)
{
	const char *s = json_string_value(v);

	return s != NULL && strlen(s) == json_string_length(v) ? s : NULL;
}

/* --- the methods ---------------------------------------------------------------------- */

struct request {
	const json_t *id, *params;	/* an object or NULL */
	int modern;
};

static void
initialize(struct rpc *r, const struct request *q)
{
	const char *asked = string(json_object_get(q->params,
	    "protocolVersion")), *version = older[0];
	const json_t *v;
	size_t i;

	if (asked == NULL) {
		refuse(r, q->id, WRONG_PARAMS, "\"protocolVersion\" is not a "
		    "string");
		return;
	}
	if (((v = json_object_get(q->params, "capabilities")) != NULL &&
	    !json_is_object(v)) || ((v = json_object_get(q->params,
	    "clientInfo")) != NULL && !json_is_object(v))) {
		refuse(r, q->id, WRONG_PARAMS, "\"capabilities\" or "
		    "\"clientInfo\" is not an object");
		return;
	}
	for (i = 0; i < sizeof older / sizeof *older; i++)
		if (strcmp(asked, older[i]) == 0)
			version = older[i];
	r->initialized = 1;
	begin(r, q->id);
	buf_puts(&r->out, ",\"result\":{\"protocolVersion\":\"");
	buf_puts(&r->out, version);
	buf_puts(&r->out, "\",\"serverInfo\":");
	buf_puts(&r->out, server);
	buf_putc(&r->out, ',');
	buf_puts(&r->out, about);
	finish(r, 0);
}

static void
ping(struct rpc *r, const struct request *q)
{
	begin(r, q->id);
	buf_puts(&r->out, ",\"result\":{");
	finish(r, 0);
}

/* A client may cache it for an hour, but only for the user who started us. */
static void
cacheable(struct rpc *r)
{
	buf_puts(&r->out, ",\"ttlMs\":3600000,\"cacheScope\":\"private\"");
}

static void
discover(struct rpc *r, const struct request *q)
{
	begin(r, q->id);
	buf_puts(&r->out, ",\"result\":{\"supportedVersions\":[\"" MODERN
	    "\"],");
	buf_puts(&r->out, about);
	cacheable(r);
	finish(r, 1);
}

static void
list_tools(struct rpc *r, const struct request *q)
{
	if (json_object_get(q->params, "cursor") != NULL) {
		refuse(r, q->id, WRONG_PARAMS, "\"cursor\": there is only one "
		    "page of tools");
		return;
	}
	begin(r, q->id);
	buf_puts(&r->out, ",\"result\":{\"tools\":");
	call_list(&r->out, r->shelves);
	if (q->modern)
		cacheable(r);
	finish(r, q->modern);
}

static void
call(struct rpc *r, const struct request *q)
{
	const char *name = string(json_object_get(q->params, "name"));
	json_t *args = json_object_get(q->params, "arguments");
	const struct ask_tool *tool;

	if (name == NULL)
		refuse(r, q->id, WRONG_PARAMS, "\"name\" of the tool is not a "
		    "string");
	else if ((tool = call_tool(name)) == NULL)
		refuse(r, q->id, WRONG_PARAMS, "Unknown tool: %.80s", name);
	else if (args != NULL && !json_is_object(args))
		refuse(r, q->id, WRONG_PARAMS, "\"arguments\" is not an "
		    "object");
	else {
		begin(r, q->id);
		buf_puts(&r->out, ",\"result\":{");
		if (call_answer(&r->out, tool, args, r->shelves, r->input,
		    q->id))
			finish(r, q->modern);
	}
}

enum { OLD = 1, NEW = 2 };

static const struct method {
	const char *name;
	int eras;
	void (*answer)(struct rpc *r, const struct request *q);
} methods[] = {
	{ "initialize", OLD, initialize },
	{ "ping", OLD, ping },
	{ "server/discover", NEW, discover },
	{ "tools/call", OLD | NEW, call },
	{ "tools/list", OLD | NEW, list_tools },
};

/* --- which era is it? -------------------------------------------------------------------- */

/* Check a request that names its version, or should: 0, -1 refused. */
static int
check_meta(struct rpc *r, const struct request *q, const json_t *meta)
{
	const json_t *version = json_object_get(meta, META "protocolVersion");
	const json_t *info = json_object_get(meta, META "clientInfo");

	if (!json_is_string(version))
		refuse(r, q->id, WRONG_PARAMS, "_meta has no \"" META
		    "protocolVersion\", and there was no initialize");
	else if (strcmp(json_string_value(version), MODERN) != 0) {
		begin(r, q->id);
		buf_puts(&r->out, ",\"error\":{\"code\":-32022,\"message\":"
		    "\"Unsupported protocol version\",\"data\":{\"supported\":"
		    "[\"" MODERN "\"],\"requested\":");
		json_quote(&r->out, json_string_value(version),
		    json_string_length(version));
		buf_puts(&r->out, "}}}");
		send_line(r);
	} else if (!json_is_object(json_object_get(meta, META
	    "clientCapabilities")))
		refuse(r, q->id, WRONG_PARAMS, "_meta has no \"" META
		    "clientCapabilities\"");
	else if (info != NULL && !json_is_object(info))
		refuse(r, q->id, WRONG_PARAMS, "\"" META "clientInfo\" is not "
		    "an object");
	else
		return 0;
	return -1;
}

static void
dispatch(struct rpc *r, const char *name, struct request *q)
{
	const json_t *meta = json_object_get(q->params, "_meta");
	int said = json_object_get(meta, META "protocolVersion") != NULL;
	const struct method *m = methods, *end = m + sizeof methods /
	    sizeof *methods;

	while (m < end && strcmp(m->name, name) != 0)
		m++;
	/* A client may try the newer way and then use the older one. */
	if (m < end && m->answer == initialize) {
		initialize(r, q);
		return;
	}
	q->modern = said || (m < end && (m->eras == NEW ||
	    (m->eras == (OLD | NEW) && !r->initialized)));
	if (q->modern && check_meta(r, q, meta) == -1)
		return;
	if (m == end || (m->eras & (q->modern ? NEW : OLD)) == 0)
		refuse(r, q->id, NO_METHOD, "Method not found: %.80s", name);
	else
		m->answer(r, q);
}

/* --- messages ---------------------------------------------------------------------------- */

static void
answer_message(struct rpc *r, const json_t *message)
{
	const json_t *id = json_object_get(message, "id");
	const json_t *method = json_object_get(message, "method");
	const json_t *params = json_object_get(message, "params");
	const char *version = string(json_object_get(message, "jsonrpc"));
	struct request q = { .id = id, .params = params };

	if (!json_is_object(message)) {
		refuse(r, NULL, NO_REQUEST, json_is_array(message) ? "batches "
		    "are not accepted: one message per line" : "not an "
		    "object");
		return;
	}
	if (method == NULL && (json_object_get(message, "result") != NULL ||
	    json_object_get(message, "error") != NULL))
		return;		/* an answer, but we asked nothing */
	if (method != NULL && id == NULL)
		return;		/* a notification: input_cancelled sees them */
	if (!json_is_string(id) && !json_is_integer(id))
		refuse(r, NULL, NO_REQUEST, "\"id\" is neither a string nor an "
		    "integer");
	else if (version == NULL || strcmp(version, "2.0") != 0)
		refuse(r, id, NO_REQUEST, "\"jsonrpc\" is not \"2.0\"");
	else if (string(method) == NULL)
		refuse(r, id, NO_REQUEST, "\"method\" is not a string");
	else if (params != NULL && !json_is_object(params))
		refuse(r, id, WRONG_PARAMS, "\"params\" is not an object");
	else if (!input_cancelled(r->input, id))
		dispatch(r, string(method), &q);
}

void
rpc_answer(struct rpc *r, const char *line, size_t len)
{
	json_error_t error;
	json_t *message;

	if (line == NULL) {
		refuse(r, NULL, NO_REQUEST, "a message of more than %zu bytes",
		    INPUT_MAX);
		return;
	}
	while (len != 0 && strchr(" \t\r", line[len - 1]) != NULL &&
	    line[len - 1] != '\0')
		len--;
	if (len == 0)
		return;		/* an empty line */
	message = json_loadb(line, len, JSON_REJECT_DUPLICATES |
	    JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
	if (message == NULL)
		refuse(r, NULL, NOT_JSON, "not JSON at byte %d: %.120s",
		    error.position, error.text);
	else
		answer_message(r, message);
	json_decref(message);
}
