#include "../lang.h"

const TSLanguage *tree_sitter_php(void);

static const struct rule rules[] = {
	{ "function_definition|ERROR", .flags = TOP },
	{ "program|compound_statement|colon_block|declaration_list|"
	  "enum_declaration_list|switch_block", .flags = BLOCK },
	{ "case_statement|default_statement|match_block|arguments|"
	  "array_creation_expression|formal_parameters|binary_expression|"
	  "conditional_expression|parenthesized_expression|"
	  "namespace_use_group|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "expression_statement", .flags = WRAP },
	{ "anonymous_function|arrow_function", .flags = LOCAL },
	{ "string|encapsed_string|heredoc|nowdoc|text|shell_command_expression|"
	  "attribute_list|formal_parameters|namespace_use_declaration|"
	  "use_declaration|base_clause|class_interface_clause",
	  .flags = LEAF },

	/* definitions */
	{ "namespace_definition", "namespace", "name", "body" },
	{ "namespace_definition", "namespace", "name", "!body",
	  .flags = REST },
	{ "class_declaration", "class", "name" },
	{ "interface_declaration", "interface", "name" },
	{ "trait_declaration", "trait", "name" },
	{ "enum_declaration", "enum", "name" },
	{ "function_definition", "function", "name", .flags = LOCAL },
	{ "method_declaration", "method", "name", .flags = LOCAL },
	{ "const_declaration", "constant", "<const_element>+.<name>",
	  .flags = PLAIN },
	{ "property_declaration", "property", "<property_element>+.name",
	  .flags = PLAIN },
	{ "function_call_expression", "constant", "arguments.*.*",
	  "function~define|\\define nametype=string|encapsed_string",
	  .flags = PLAIN },
	{ "assignment_expression", "function", "left", "left=variable_name "
	  "right=anonymous_function|arrow_function", .flags = LOCAL },
	{ "assignment_expression", "variable", "left", "left=variable_name "
	  "right.<anonymous_class>~", .flags = OUTER },
	{ "assignment_expression|reference_assignment_expression", "variable",
	  "left", "left=variable_name", .flags = OUTER | PLAIN },

	{ "method_declaration|property_declaration|const_declaration",
	  .label = "exported", .when = "<visibility_modifier:public>" },
	{ "method_declaration|property_declaration", .label = "static",
	  .when = "<static_modifier>" },
	{ "method_declaration", .label = "test", .when = "begins=test" },
	{ "method_declaration", .label = "test", .when = "attributes."
	  "<attribute_group>+.<attribute>+.<name|qualified_name>~Test" },

	{ NULL }
};

static const struct use uses[] = {
	{ "name", NULL, USE_TOKEN },
	{ "variable_name", "*", USE_NOT },
	{ "function_call_expression", "function", USE_CALL },
	{ "member_call_expression|nullsafe_member_call_expression|"
	  "scoped_call_expression", "name", USE_CALL },
	{ "object_creation_expression", "<name|qualified_name>", USE_CALL },
	{ "qualified_name", "<name>", USE_SAME },
	{ "attribute", "<name|qualified_name>", USE_CALL },
	{ "named_type|base_clause|class_interface_clause|"
	  "use_declaration", "*", USE_TYPE },
	{ "scoped_call_expression|scoped_property_access_expression",
	  "scope", USE_TYPE },
	{ "class_constant_access_expression", "<name>", USE_NAME },
	{ "namespace_name", "*", USE_NOT },
	{ "argument", "name", USE_NOT },
	{ NULL }
};

const struct language lang_php = {
	.name = "php",
	.grammar = tree_sitter_php,
	.endings = (const char *const[]){ ".php", ".phtml", ".php3", ".php4",
	    ".php5", ".php7", ".phpt", NULL },
	.interpreters = (const char *const[]){ "php", NULL },
	/* other languages end in .inc as well */
	.claims = (const char *const[]){ ".inc", ".module", ".install", NULL },
	.claim_words = (const char *const[]){ "<?php", NULL },
	.separator = "\\",
	.body = "body|right.body",
	.trim = "$",
	.rules = rules,
	.uses = uses
};
