#include "../lang.h"

const TSLanguage *tree_sitter_powershell(void);

/* Variables count that the script itself sets, not what a function does. */
static const struct rule rules[] = {
	{ "program|statement_list|class_statement", .flags = BLOCK },
	{ "script_block|script_block_body|named_block_list|statement_block|"
	  "param_block|parameter_list|hash_literal_body|enum_statement|"
	  "switch_clauses|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "string_literal|attribute_list|type_literal|command_elements",
	  .flags = LEAF },
	{ "script_block_expression", .flags = LOCAL },

	/* definitions */
	{ "function_statement", "filter", "<function_name>", "<filter>",
	  .flags = LOCAL },
	{ "function_statement", "function", "<function_name>",
	  .flags = LOCAL },
	{ "class_statement", "class", "<simple_name>" },
	{ "class_method_definition", "method", "<simple_name>",
	  .flags = LOCAL },
	{ "class_property_definition", "property", "<variable>",
	  .flags = PLAIN },
	{ "enum_statement", "enum", "<simple_name>" },
	{ "assignment_expression", "variable",
	  "<left_assignment_expression>.//variable",
	  "!<left_assignment_expression>.//member_access~ "
	  "!<left_assignment_expression>.//element_access~",
	  .flags = OUTER | PLAIN },

	{ "class_method_definition|class_property_definition",
	  .label = "static", .when = "<class_attribute>~static|Static" },

	{ "class_statement", .ast = "Class" },
	{ "command", .ast = "Call" },
	{ NULL }
};

static const struct use uses[] = {
	{ "command_name", NULL, USE_NOT },
	{ "member_name", NULL, USE_NOT },
	{ "type_identifier", NULL, USE_TYPE },
	{ "command", "command_name", USE_CALL },
	{ "simple_name", NULL, USE_NOT },
	{ "invokation_expression", "<member_name>", USE_CALL },
	{ "member_name", "<simple_name>", USE_SAME },
	{ NULL }
};

const struct language lang_powershell = {
	.name = "powershell",
	.grammar = tree_sitter_powershell,
	.endings = (const char *const[]){ ".ps1", ".psm1", ".psd1", NULL },
	.interpreters = (const char *const[]){ "pwsh", "powershell", NULL },
	.separator = ".",
	.body = "<{>",
	.trim = "$",
	.modifiers = (const char *const[]){ "global:", "local:", "private:",
	    "script:", NULL },
	.rules = rules,
	.uses = uses
};
