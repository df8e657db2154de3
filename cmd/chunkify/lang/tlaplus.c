#include "../lang.h"

const TSLanguage *tree_sitter_tlaplus(void);

/* TLA+; PlusCal stands in its comments, and is parsed where it does. */
static const struct rule rules[] = {
	{ "source_file|module|pcal_algorithm|pcal_definitions",
	  .flags = BLOCK },
	{ "conj_list|disj_list|let_in|case|non_terminal_proof|"
	  "pcal_algorithm_body|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "block_comment", .flags = DOC | COMMENT },
	{ "local_definition", .flags = WRAP },
	{ "extends|terminal_proof", .flags = LEAF },

	/* definitions */
	{ "module", "module", "name" },
	{ "module_definition", "instance", "name", .flags = PLAIN },
	{ "operator_definition", "operator", "name", .flags = LOCAL },
	{ "function_definition", "function", "name", .flags = LOCAL },
	{ "theorem", "theorem", "name", "name", .flags = LOCAL },
	{ "assumption", "assumption", "name", "name", .flags = PLAIN },
	{ "variable_declaration", "variable", "<identifier>+",
	  .flags = PLAIN },
	{ "constant_declaration", "constant", "<identifier>+",
	  .flags = PLAIN },
	{ "operator_declaration", "constant", "name",
	  "parent=constant_declaration", .flags = PLAIN },
	{ "pcal_algorithm", "algorithm", "name" },
	{ "pcal_macro", "macro", "<pcal_macro_decl>.name", .flags = LOCAL },
	{ "pcal_procedure", "procedure", "<pcal_proc_decl>.name",
	  .flags = LOCAL },
	{ "pcal_process", "process", "name", .flags = LOCAL },
	{ "pcal_var_decl", "variable", "<identifier>",
	  .flags = OUTER | PLAIN },

	{ "extends", .ast = "Import" },
	{ "operator_definition|function_definition", .ast = "Function" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier_ref", NULL, USE_NAME },
	{ "bound_op", "name", USE_CALL },
	{ NULL }
};

const struct language lang_tlaplus = {
	.name = "tlaplus",
	.grammar = tree_sitter_tlaplus,
	.endings = (const char *const[]){ ".tla", NULL },
	.separator = "!",
	.body = "definition",
	.rules = rules,
	.uses = uses
};
