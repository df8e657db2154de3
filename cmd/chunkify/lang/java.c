#include "../lang.h"

const TSLanguage *tree_sitter_java(void);

static const struct rule rules[] = {
	{ "program|class_body|interface_body|annotation_type_body|"
	  "enum_body_declarations|module_body", .flags = BLOCK },
	{ "block|constructor_body", .flags = BLOCK },
	{ "enum_body|switch_block|array_initializer|"
	  "element_value_array_initializer|argument_list|formal_parameters",
	  .flags = LINES },
	{ "switch_block_statement_group|switch_rule", .flags = LINES },
	{ "line_comment|block_comment", .flags = DOC | COMMENT },
	{ "import_declaration|package_declaration|type_arguments|"
	  "type_parameters|formal_parameters|modifiers|throws|superclass|"
	  "super_interfaces|extends_interfaces|generic_type|scoped_identifier|"
	  "field_access|binary_expression", .flags = LEAF },
	{ "static_initializer", .flags = LOCAL },
	{ "lambda_expression", .flags = LOCAL },

	{ "variable_declarator", .name = "name", .flags = THROUGH },

	/* definitions */
	{ "class_declaration", "class", "name" },
	{ "record_declaration", "record", "name" },
	{ "interface_declaration", "interface", "name" },
	{ "annotation_type_declaration", "annotation", "name" },
	{ "enum_declaration", "enum", "name" },
	{ "method_declaration|constructor_declaration|"
	  "compact_constructor_declaration|annotation_type_element_declaration",
	  "method", "name", .flags = LOCAL },
	{ "field_declaration|constant_declaration", "field", "declarator+",
	  .flags = OUTER | PLAIN, .ast = "Variable" },
	{ "module_declaration", "module", "name" },

	{ "class_declaration|record_declaration|interface_declaration|"
	  "annotation_type_declaration|enum_declaration|method_declaration|"
	  "constructor_declaration|compact_constructor_declaration|"
	  "field_declaration", .label = "exported",
	  .when = "<modifiers>.<public>~" },
	{ "class_declaration|record_declaration|interface_declaration|"
	  "enum_declaration|method_declaration|field_declaration",
	  .label = "static", .when = "<modifiers>.<static>~" },
	{ "method_declaration", .label = "test", .when = "<modifiers>."
	  "<marker_annotation|annotation>+.name~Test|ParameterizedTest|"
	  "RepeatedTest" },

	{ NULL }
};

static const struct use uses[] = {
#include "java_uses.h"
	{ "lambda_expression", NULL, USE_SCOPE },
	{ "catch_formal_parameter", "name", USE_BIND },
	{ "marker_annotation", "name", USE_CALL },
	{ "method_reference", "<identifier>", USE_NAME },
	{ "spread_parameter", "<variable_declarator>", USE_BIND },
	{ "lambda_expression", "parameters", USE_BIND },
	{ "inferred_parameters", "*", USE_BIND },
	{ "resource|instanceof_expression", "name", USE_BIND },
	{ "element_value_pair", "key", USE_NOT },
	{ "labeled_statement", "<identifier>", USE_NOT },
	{ "package_declaration", "*", USE_NOT },
	{ "type_parameter", "<type_identifier>", USE_BIND },
	{ NULL }
};

const struct language lang_java = {
	.name = "java",
	.grammar = tree_sitter_java,
	.endings = (const char *const[]){ ".java", ".jav", NULL },
	.separator = ".",
	.rules = rules,
	.uses = uses
};
