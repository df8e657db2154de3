#include "../lang.h"

const TSLanguage *tree_sitter_tsx(void);

static const struct rule rules[] = {
#include "typescript.h"
	{ "jsx_element|jsx_opening_element|jsx_self_closing_element|"
	  "jsx_expression", .flags = LINES },
	{ "jsx_text", .flags = LEAF },
	{ NULL }
};

static const struct use uses[] = {
#include "ecma_uses.h"
#include "typescript_uses.h"
	{ "jsx_opening_element|jsx_self_closing_element", "name", USE_CALL },
	{ "jsx_closing_element", "name", USE_NOT },
	{ "jsx_attribute", "<property_identifier>", USE_NOT },
	{ NULL }
};

const struct language lang_tsx = {
	.name = "tsx",
	.grammar = tree_sitter_tsx,
	.endings = (const char *const[]){ ".tsx", NULL },
	.separator = ".",
	.body = "body|value.body|right.body",
	.rules = rules,
	.uses = uses
};
