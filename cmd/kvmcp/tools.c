/*
 * The tools offered to an assistant: their arguments, and who answers.
 */
#include "ask.h"
#include "piece.h"

#define PATH_ARG(needed, help) { "path", ARG_STRING, needed, 0, 0, help }
#define LINE_ARG(name, help) { name, ARG_INTEGER, 0, 1, RECORD_NUMBER_MAX, help }

static const struct tool_arg definition_args[] = {
	{ "name", ARG_STRING, 1, 0, 0, "Exact; Foo::bar and Foo.bar are bar in "
	    "the scope Foo" },
	PATH_ARG(0, "Only in this file or directory"),
	{ NULL }
};

static const struct tool_arg outline_args[] = {
	PATH_ARG(0, "File or directory; default: all"),
	{ NULL }
};

static const struct tool_arg read_args[] = {
	PATH_ARG(1, "File, as outline prints it"),
	LINE_ARG("first_line", "From 1"),
	LINE_ARG("last_line", "Inclusive"),
	{ NULL }
};

static const struct tool_arg references_args[] = {
	{ "name", ARG_STRING, 1, 0, 0, "Exact, without scope" },
	{ "direction", ARG_STRING, 0, 0, 0, "uses (default), callers, callees" },
	PATH_ARG(0, "Only in this file or directory"),
	{ NULL }
};

static const struct tool_arg search_args[] = {
	{ "words", ARG_STRING, 0, 0, 0, "Ranked; split as names are" },
	{ "literal", ARG_STRING, 0, 0, 0, "Instead: lines with this string" },
	{ "regex", ARG_STRING, 0, 0, 0, "Instead: lines that match (PCRE)" },
	{ "ignore_case", ARG_FLAG, 0, 0, 0, "Of a literal or regex" },
	PATH_ARG(0, "Only in this file or directory"),
	{ "kind", ARG_STRING, 0, 0, 0, "Only this kind of definition" },
	{ "language", ARG_STRING, 0, 0, 0, "Only this language" },
	{ NULL }
};

static const struct tool_arg no_args[] = { { NULL } };

const struct ask_tool ask_tools[] = {
	{ "definition", "Source text of every definition of a name: functions, "
	    "types, methods, macros. Not a call graph.", definition_args,
	    definition },
	{ "outline", "The definitions in a file or below a directory: "
	    "path:line: kind scope name.", outline_args, outline },
	{ "read", "Lines of a stored file.", read_args, read_lines },
	{ "references", "Where a name is used; the definitions that call it, or "
	    "what it calls. By name alone, nothing is resolved.",
	    references_args, references },
	{ "search", "Definitions that match words, the best first; or lines "
	    "with a literal or a regex. One of the three.", search_args,
	    search },
	{ "status", "What the index holds, how old it is, how many files have "
	    "changed since.", no_args, status },
	{ NULL }
};
