#include "../lang.h"

const TSLanguage *tree_sitter_java(void);

static const struct rule rules[] = {
	{ "program|class_body|interface_body|annotation_type_body|"
	  "enum_body_declarations|module_body", .flags = BLOCK },
	{ "block|constructor_body", .flags = BLOCK, .ast = "Block" },
	{ "enum_body|switch_block|array_initializer|"
	  "element_value_array_initializer|argument_list|formal_parameters",
	  .flags = LINES },
	{ "switch_block_statement_group|switch_rule", .flags = LINES,
	  .ast = "Case" },
	{ "line_comment|block_comment", .flags = DOC | COMMENT },
	{ "import_declaration|package_declaration|type_arguments|"
	  "type_parameters|formal_parameters|modifiers|throws|superclass|"
	  "super_interfaces|extends_interfaces|generic_type|scoped_identifier|"
	  "field_access|binary_expression", .flags = LEAF },
	{ "static_initializer", .flags = LOCAL },
	{ "lambda_expression", .flags = LOCAL, .ast = "Lambda" },

	{ "variable_declarator", .name = "name", .flags = THROUGH },

	/* definitions */
	{ "class_declaration|record_declaration", "class", "name",
	  .ast = "Class" },
	{ "interface_declaration", "interface", "name", .ast = "Interface" },
	{ "annotation_type_declaration", "annotation", "name",
	  .ast = "Interface" },
	{ "enum_declaration", "enum", "name", .ast = "Enum" },
	{ "method_declaration|constructor_declaration|"
	  "compact_constructor_declaration|annotation_type_element_declaration",
	  "method", "name", .flags = LOCAL, .ast = "Function" },
	{ "field_declaration|constant_declaration", "field", "declarator+",
	  .flags = OUTER | PLAIN, .ast = "Variable" },
	{ "module_declaration", "module", "name", .ast = "Module" },

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

	{ "import_declaration", .ast = "Import" },
	{ "if_statement", .ast = "If" },
	{ "switch_expression", .ast = "Switch" },
	{ "for_statement|enhanced_for_statement", .ast = "For" },
	{ "while_statement", .ast = "While" },
	{ "do_statement", .ast = "Loop" },
	{ "return_statement", .ast = "Return" },
	{ "break_statement", .ast = "Break" },
	{ "continue_statement", .ast = "Continue" },
	{ "throw_statement", .ast = "Throw" },
	{ "labeled_statement", .ast = "Label" },
	{ "try_statement|try_with_resources_statement", .ast = "Try" },
	{ "catch_clause", .ast = "Catch" },
	{ "method_invocation|explicit_constructor_invocation", .ast = "Call" },
	{ "assignment_expression|local_variable_declaration",
	  .ast = "Assign" },
	{ NULL }
};

const struct language lang_java = {
	.name = "java",
	.grammar = tree_sitter_java,
	.endings = (const char *const[]){ ".java", ".jav", NULL },
	.separator = ".",
	.rules = rules
};
