#include "../lang.h"

const TSLanguage *tree_sitter_c_sharp(void);

static const struct rule rules[] = {
	{ "compilation_unit|declaration_list", .flags = BLOCK },
	{ "block", .flags = BLOCK, .ast = "Block" },
	{ "preproc_if|preproc_elif|preproc_else|enum_member_declaration_list|"
	  "switch_body|initializer_expression|argument_list|accessor_list|"
	  "parameter_list|ERROR", .flags = LINES },
	{ "switch_section", .flags = LINES, .ast = "Case" },
	{ "comment", .flags = DOC | COMMENT },
	{ "using_directive|type_argument_list|type_parameter_list|modifier|"
	  "attribute_list|parameter_list|bracketed_parameter_list|base_list|"
	  "type_parameter_constraints_clause|member_access_expression|"
	  "enum_member_declaration_list", .flags = LEAF },
	{ "lambda_expression|anonymous_method_expression", .flags = LOCAL,
	  .ast = "Lambda" },
	{ "accessor_declaration|global_statement", .flags = LOCAL },

	{ "variable_declarator", .name = "name", .flags = THROUGH },
	{ "explicit_interface_specifier", .name = "*", .flags = THROUGH },
	{ "generic_name", .name = "<identifier>", .flags = THROUGH },

	/* definitions */
	{ "namespace_declaration", "namespace", "name", .ast = "Module" },
	{ "file_scoped_namespace_declaration", "namespace", "name",
	  .flags = REST, .ast = "Module" },
	{ "class_declaration", "class", "name", .ast = "Class" },
	{ "record_declaration", "struct", "name", "<struct>" },
	{ "record_declaration", "class", "name", .ast = "Class" },
	{ "struct_declaration", "struct", "name", .ast = "Struct" },
	{ "interface_declaration", "interface", "name", .ast = "Interface" },
	{ "enum_declaration", "enum", "name", .ast = "Enum" },
	{ "method_declaration", "method", "name",
	  .scope = "<explicit_interface_specifier>", .flags = LOCAL,
	  .ast = "Function" },
	{ "constructor_declaration", "method", "name", .flags = LOCAL,
	  .ast = "Function" },
	{ "destructor_declaration", "method", "<~>..parameters",
	  .flags = LOCAL, .ast = "Function" },
	{ "operator_declaration|conversion_operator_declaration", "method",
	  "<operator>..parameters", .flags = LOCAL, .ast = "Function" },
	{ "local_function_statement", "method", "name", .flags = LOCAL,
	  .ast = "Function" },
	{ "delegate_declaration", "method", "name", .flags = PLAIN },
	{ "property_declaration", "property", "name",
	  .scope = "<explicit_interface_specifier>", .flags = LOCAL },
	{ "indexer_declaration", "property", "<this>",
	  .scope = "<explicit_interface_specifier>", .flags = LOCAL },
	{ "event_declaration", "event", "name",
	  .scope = "<explicit_interface_specifier>", .flags = LOCAL },
	{ "event_field_declaration", "event",
	  "<variable_declaration>.<variable_declarator>+", .flags = PLAIN },
	{ "field_declaration", "field",
	  "<variable_declaration>.<variable_declarator>+",
	  .flags = OUTER | PLAIN, .ast = "Variable" },
	{ "using_directive", "typedef", "name", .flags = PLAIN },

	{ "class_declaration|record_declaration|struct_declaration|"
	  "interface_declaration|enum_declaration|method_declaration|"
	  "constructor_declaration|operator_declaration|"
	  "conversion_operator_declaration|delegate_declaration|"
	  "property_declaration|indexer_declaration|event_declaration|"
	  "event_field_declaration|field_declaration", .label = "exported",
	  .when = "<modifier:public>" },
	{ "class_declaration|method_declaration|property_declaration|"
	  "field_declaration|event_field_declaration|local_function_statement",
	  .label = "static", .when = "<modifier:static>" },
	{ "method_declaration", .label = "test", .when = "<attribute_list>+."
	  "<attribute>+.name~Test|TestCase|TestMethod|Fact|Theory|UnityTest" },

	{ "using_directive", .ast = "Import" },
	{ "if_statement|preproc_if", .ast = "If" },
	{ "switch_statement|switch_expression", .ast = "Switch" },
	{ "for_statement|foreach_statement", .ast = "For" },
	{ "while_statement", .ast = "While" },
	{ "do_statement", .ast = "Loop" },
	{ "return_statement", .ast = "Return" },
	{ "break_statement", .ast = "Break" },
	{ "continue_statement", .ast = "Continue" },
	{ "goto_statement", .ast = "Goto" },
	{ "labeled_statement", .ast = "Label" },
	{ "throw_statement", .ast = "Throw" },
	{ "try_statement", .ast = "Try" },
	{ "catch_clause", .ast = "Catch" },
	{ "invocation_expression", .ast = "Call" },
	{ "assignment_expression|local_declaration_statement",
	  .ast = "Assign" },
	{ NULL }
};

const struct language lang_csharp = {
	.name = "csharp",
	.grammar = tree_sitter_c_sharp,
	.endings = (const char *const[]){ ".cs", ".csx", NULL },
	.separator = ".",
	.trim = "@",
	.keyword = "operator",
	.rules = rules
};
