#include "../lang.h"

const TSLanguage *tree_sitter_tsx(void);

static const struct rule rules[] = {
#include "typescript.h"
	{ "jsx_element|jsx_opening_element|jsx_self_closing_element|"
	  "jsx_expression", .flags = LINES },
	{ "jsx_text", .flags = LEAF },
	{ NULL }
};

const struct language lang_tsx = {
	.name = "tsx",
	.grammar = tree_sitter_tsx,
	.endings = (const char *const[]){ ".tsx", NULL },
	.separator = ".",
	.body = "body|value.body|right.body",
	.rules = rules
};
