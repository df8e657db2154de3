#include "../lang.h"

const TSLanguage *tree_sitter_javascript(void);

static const struct rule rules[] = {
#include "ecma.h"
	,
	{ "jsx_element|jsx_opening_element|jsx_self_closing_element|"
	  "jsx_expression", .flags = LINES },
	{ "jsx_text", .flags = LEAF },
	{ "field_definition", "method", "property", "value=" FUNC,
	  .flags = LOCAL },
	{ "field_definition", "field", "property" },
	{ "field_definition", .label = "static", .when = "<static>" },
	{ NULL }
};

static const struct use uses[] = {
#include "ecma_uses.h"
	{ "formal_parameters", "*", USE_BIND },
	{ "jsx_opening_element|jsx_self_closing_element", "name", USE_CALL },
	{ "jsx_closing_element", "name", USE_NOT },
	{ "jsx_attribute", "<property_identifier>", USE_NOT },
	{ "field_definition", "property", USE_NOT },
	{ NULL }
};

const struct language lang_javascript = {
	.name = "javascript",
	.grammar = tree_sitter_javascript,
	.endings = (const char *const[]){ ".js", ".mjs", ".cjs", ".jsx",
	    NULL },
	.names = (const char *const[]){ "Jakefile", NULL },
	.interpreters = (const char *const[]){ "node", "nodejs", "bun",
	    NULL },
	.separator = ".",
	.body = "body|value.body|right.body",
	.rules = rules,
	.uses = uses
};
