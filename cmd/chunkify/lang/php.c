#include "../lang.h"

const TSLanguage *tree_sitter_php(void);

static const struct rule rules[] = {
	{ "program|compound_statement|colon_block|declaration_list|"
	  "enum_declaration_list|switch_block", .flags = BLOCK },
	{ "case_statement|default_statement|match_block|arguments|"
	  "array_creation_expression|formal_parameters|binary_expression|"
	  "conditional_expression|parenthesized_expression|"
	  "namespace_use_group|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "expression_statement", .flags = WRAP },
	{ "anonymous_function|arrow_function", .flags = LOCAL,
	  .ast = "Lambda" },
	{ "string|encapsed_string|heredoc|nowdoc|text|shell_command_expression|"
	  "attribute_list|formal_parameters|namespace_use_declaration|"
	  "use_declaration|base_clause|class_interface_clause",
	  .flags = LEAF },

	/* definitions */
	{ "namespace_definition", "namespace", "name", "body",
	  .ast = "Module" },
	{ "namespace_definition", "namespace", "name", "!body",
	  .flags = REST },
	{ "class_declaration", "class", "name", .ast = "Class" },
	{ "interface_declaration", "interface", "name", .ast = "Interface" },
	{ "trait_declaration", "trait", "name", .ast = "Interface" },
	{ "enum_declaration", "enum", "name", .ast = "Enum" },
	{ "function_definition", "function", "name", .flags = LOCAL,
	  .ast = "Function" },
	{ "method_declaration", "method", "name", .flags = LOCAL,
	  .ast = "Function" },
	{ "const_declaration", "constant", "<const_element>+.<name>",
	  .flags = PLAIN, .ast = "Variable" },
	{ "property_declaration", "property", "<property_element>+.name",
	  .flags = PLAIN, .ast = "Variable" },
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

	{ "anonymous_class", .ast = "Class" },
	{ "namespace_use_declaration|include_expression|"
	  "include_once_expression|require_expression|"
	  "require_once_expression", .ast = "Import" },
	{ "compound_statement|colon_block", .ast = "Block" },
	{ "if_statement|else_if_clause", .ast = "If" },
	{ "switch_statement|match_expression", .ast = "Switch" },
	{ "case_statement|default_statement|match_conditional_expression|"
	  "match_default_expression", .ast = "Case" },
	{ "for_statement|foreach_statement", .ast = "For" },
	{ "while_statement", .ast = "While" },
	{ "do_statement", .ast = "Loop" },
	{ "return_statement", .ast = "Return" },
	{ "break_statement", .ast = "Break" },
	{ "continue_statement", .ast = "Continue" },
	{ "goto_statement", .ast = "Goto" },
	{ "named_label_statement", .ast = "Label" },
	{ "throw_expression", .ast = "Throw" },
	{ "try_statement", .ast = "Try" },
	{ "catch_clause", .ast = "Catch" },
	{ "finally_clause", .ast = "Finally" },
	{ "yield_expression", .ast = "Yield" },
	{ "function_call_expression|member_call_expression|"
	  "nullsafe_member_call_expression|scoped_call_expression|"
	  "object_creation_expression", .ast = "Call" },
	{ "assignment_expression|reference_assignment_expression|"
	  "augmented_assignment_expression", .ast = "Assign" },
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
	.trim = "$",
	.rules = rules
};
