#include "../lang.h"

const TSLanguage *tree_sitter_c_sharp(void);

static const struct rule rules[] = {
	{ "compilation_unit|declaration_list", .flags = BLOCK },
	{ "block", .flags = BLOCK },
	{ "preproc_if|preproc_elif|preproc_else|enum_member_declaration_list|"
	  "switch_body|initializer_expression|argument_list|accessor_list|"
	  "parameter_list|ERROR", .flags = LINES },
	{ "switch_section", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "using_directive|type_argument_list|type_parameter_list|modifier|"
	  "attribute_list|parameter_list|bracketed_parameter_list|base_list|"
	  "type_parameter_constraints_clause|member_access_expression|"
	  "enum_member_declaration_list", .flags = LEAF },
	{ "lambda_expression|anonymous_method_expression", .flags = LOCAL },
	{ "accessor_declaration|global_statement", .flags = LOCAL },

	{ "variable_declarator", .name = "name", .flags = THROUGH },
	{ "explicit_interface_specifier", .name = "*", .flags = THROUGH },
	{ "generic_name", .name = "<identifier>", .flags = THROUGH },

	/* definitions */
	{ "namespace_declaration", "namespace", "name" },
	{ "file_scoped_namespace_declaration", "namespace", "name",
	  .flags = REST },
	{ "class_declaration", "class", "name" },
	{ "record_declaration", "struct", "name", "<struct>" },
	{ "record_declaration", "class", "name" },
	{ "struct_declaration", "struct", "name" },
	{ "interface_declaration", "interface", "name" },
	{ "enum_declaration", "enum", "name" },
	{ "method_declaration", "method", "name",
	  .scope = "<explicit_interface_specifier>", .flags = LOCAL },
	{ "constructor_declaration", "method", "name", .flags = LOCAL },
	{ "destructor_declaration", "method", "<~>..parameters",
	  .flags = LOCAL },
	{ "operator_declaration|conversion_operator_declaration", "method",
	  "<operator>..parameters", .flags = LOCAL },
	{ "local_function_statement", "method", "name", .flags = LOCAL },
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

	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "lambda_expression|anonymous_method_expression", NULL, USE_SCOPE },
	{ "invocation_expression", "function", USE_CALL },
	{ "member_access_expression", "name", USE_LAST },
	{ "member_binding_expression", "name", USE_LAST },
	{ "generic_name", "<identifier>", USE_SAME },
	{ "object_creation_expression", "type", USE_CALL },
	{ "attribute", "name", USE_CALL },
	{ "qualified_name", "name", USE_LAST },
	{ "parameter", "name", USE_BIND },
	{ "parameter|variable_declaration|property_declaration|"
	  "array_type|nullable_type|cast_expression|"
	  "method_declaration|typeof_expression|catch_declaration",
	  "type", USE_TYPE },
	{ "method_declaration", "returns", USE_TYPE },
	{ "base_list|type_argument_list", "*", USE_TYPE },
	{ "variable_declarator|catch_declaration|"
	  "declaration_pattern|type_parameter", "name", USE_BIND },
	{ "foreach_statement", "left", USE_BIND },
	{ "lambda_expression", "parameters", USE_BIND },
	{ "enum_member_declaration|namespace_declaration", "name", USE_NOT },
	{ "argument", "name", USE_NOT },
	{ "labeled_statement", "<identifier>", USE_NOT },
	{ NULL }
};

const struct language lang_csharp = {
	.name = "csharp",
	.grammar = tree_sitter_c_sharp,
	.endings = (const char *const[]){ ".cs", ".csx", NULL },
	.separator = ".",
	.body = "body|accessors|value",
	.trim = "@",
	.keyword = "operator",
	.rules = rules,
	.uses = uses
};
