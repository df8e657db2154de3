#include "../lang.h"

const TSLanguage *tree_sitter_awk(void);

static const struct rule rules[] = {
	{ "func_def|ERROR", .flags = TOP },
	{ "program|block", .flags = BLOCK },
	{ "if_statement|args|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "rule", .flags = LEAF },

	/* definitions */
	{ "func_def", "function", "name", .flags = LOCAL },

	{ "func_def", .ast = "Function" },
	{ "func_call|indirect_func_call", .ast = "Call" },
	{ "assignment_exp", .ast = "Assign" },
	{ "for_in_statement", .ast = "For" },
	{ "do_while_statement", .ast = "Loop" },
	{ "next_statement", .ast = "Continue" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_NAME },
	{ "func_call", "name", USE_CALL },
	{ "param_list", "<identifier>", USE_BIND },
	{ "ns_qualified_name", "*", USE_SAME },
	{ NULL }
};

const struct language lang_awk = {
	.name = "awk",
	.grammar = tree_sitter_awk,
	.endings = (const char *const[]){ ".awk", ".gawk", ".mawk", NULL },
	.interpreters = (const char *const[]){ "awk", "gawk", "mawk", "nawk",
	    NULL },
	.separator = ".",
	.rules = rules,
	.uses = uses
};
