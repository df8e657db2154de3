#include "../lang.h"

const TSLanguage *tree_sitter_elixir(void);

#define CALLS(names) "target~" names
#define SAYS(names) "operand.target~" names

/*
 * All is calls. Clauses of a function that stand together are one definition,
 * whose attributes (@doc, @spec) stand before it.
 */
static const struct rule rules[] = {
	{ "source|do_block|block|stab_clause", .flags = BLOCK },
	{ "arguments|list|map|tuple|keywords|else_block|rescue_block|"
	  "after_block|catch_block|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "unary_operator", .flags = DOC },
	{ "string|charlist|sigil|alias|map|list|tuple", .flags = LEAF },
	{ "anonymous_function", .flags = LOCAL },

	/* f(x) when x > 0 is f, t :: term is t, a <> b is <> */
	{ "call", .name = "target", .flags = THROUGH },
	{ "binary_operator", .name = "left", .when = "operator=when|::",
	  .flags = THROUGH },
	{ "binary_operator", .name = "operator", .flags = THROUGH },

	/* definitions */
	{ "call", "module", "<arguments>.*", CALLS("defmodule") },
	{ "call", "protocol", "<arguments>.*", CALLS("defprotocol") },
	{ "call", "implementation", "<arguments>.*", CALLS("defimpl") },
	{ "call", "exception", "<arguments>.<alias>", CALLS("defexception") },
	{ "call", "function", "<arguments>.*",
	  CALLS("def|defp|defn|defnp") " !is=unquote",
	  .flags = LOCAL | MORE },
	{ "call", "macro", "<arguments>.*",
	  CALLS("defmacro|defmacrop") " !is=unquote",
	  .flags = LOCAL | MORE },
	{ "call", "guard", "<arguments>.*", CALLS("defguard|defguardp"),
	  .flags = LOCAL },
	{ "call", "delegate", "<arguments>.*", CALLS("defdelegate"),
	  .flags = LOCAL },
	{ "call", "record", "<arguments>.*",
	  CALLS("defrecord|defrecordp|Record.defrecord|Record.defrecordp"),
	  .flags = PLAIN },
	{ "call", "test", "<arguments>.<string>",
	  CALLS("test|describe|property") },
	{ "unary_operator", "type", "operand.<arguments>.*",
	  SAYS("type|typep|opaque"), .flags = PLAIN },
	{ "unary_operator", "callback", "operand.<arguments>.*",
	  SAYS("callback|macrocallback"), .flags = PLAIN },

	{ "call", .label = "exported",
	  .when = CALLS("def|defmacro|defguard|defdelegate") },
	{ "call", .label = "documented",
	  .when = CALLS("def|defmacro") " @+.operand.target~doc" },
	{ "call", .label = "test", .when = CALLS("test|describe|property") },

	{ "do_block", .ast = "Block" },
	{ "stab_clause", .ast = "Case" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "alias", NULL, USE_TYPE },
	{ "call", "target", USE_CALL },
	{ "dot", "right", USE_LAST },
	{ NULL }
};

const struct language lang_elixir = {
	.name = "elixir",
	.grammar = tree_sitter_elixir,
	.endings = (const char *const[]){ ".ex", ".exs", NULL },
	.names = (const char *const[]){ "mix.lock", NULL },
	.interpreters = (const char *const[]){ "elixir", NULL },
	.separator = ".",
	.trim = ":",
	.rules = rules,
	.uses = uses
};
