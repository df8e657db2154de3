#include "../lang.h"

const TSLanguage *tree_sitter_ocaml(void);

static const struct rule rules[] = {
#include "ocaml.h"
	{ NULL }
};

static const struct use uses[] = {
#include "ocaml_uses.h"
	{ "value_pattern", NULL, USE_BIND },
	{ "application_expression", "function", USE_CALL },
	{ "value_path", "<value_name>", USE_LAST },
	{ "parenthesized_expression", "*", USE_SAME },
	{ "label_name", NULL, USE_NOT },
	{ NULL }
};

const struct language lang_ocaml = {
	.name = "ocaml",
	.grammar = tree_sitter_ocaml,
	.endings = (const char *const[]){ ".ml", NULL },
	.interpreters = (const char *const[]){ "ocaml", NULL },
	.separator = ".",
	.rules = rules,
	.uses = uses
};
