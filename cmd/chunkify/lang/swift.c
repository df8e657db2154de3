#include "../lang.h"

const TSLanguage *tree_sitter_swift(void);

static const struct rule rules[] = {
	{ "function_declaration|ERROR", .flags = TOP },
	{ "source_file|class_body|enum_class_body|protocol_body|statements",
	  .flags = BLOCK },
	{ "switch_statement|switch_entry|value_arguments|array_literal|"
	  "dictionary_literal|ERROR", .flags = LINES },
	{ "comment|multiline_comment", .flags = DOC | COMMENT },
	{ "line_string_literal|multi_line_string_literal|parameter|"
	  "import_declaration|type_annotation|user_type|modifiers|"
	  "inheritance_specifier|type_constraints", .flags = LEAF },
	{ "lambda_literal|computed_property|computed_getter|computed_setter|"
	  "willset_didset_block", .flags = LOCAL },

	{ "pattern", .name = "bound_identifier", .flags = THROUGH },
	{ "user_type", .name = "<type_identifier>", .flags = THROUGH },

	/* definitions; an extension has the name of what it extends */
	{ "class_declaration", "struct", "name", "declaration_kind=struct" },
	{ "class_declaration", "enum", "name", "declaration_kind=enum" },
	{ "class_declaration", "extension", "name",
	  "declaration_kind=extension" },
	{ "class_declaration", "class", "name" },
	{ "protocol_declaration", "protocol", "name" },
	{ "function_declaration", "method", "name",
	  "parent=class_body|enum_class_body", .flags = LOCAL },
	{ "function_declaration", "function", "name", .flags = LOCAL },
	{ "protocol_function_declaration", "method", "name", .flags = LOCAL },
	{ "init_declaration", "method", "=init", .flags = LOCAL },
	{ "deinit_declaration", "method", "=deinit", .flags = LOCAL },
	{ "subscript_declaration", "method", "=subscript", .flags = LOCAL },
	{ "property_declaration", "property", "name+",
	  "parent=class_body|enum_class_body nametype=simple_identifier",
	  .flags = OUTER | PLAIN },
	{ "property_declaration", "constant", "name+",
	  "<value_binding_pattern>.mutability~let nametype=simple_identifier",
	  .flags = OUTER | PLAIN },
	{ "property_declaration", "variable", "name+",
	  "nametype=simple_identifier", .flags = OUTER | PLAIN },
	{ "protocol_property_declaration", "property", "name",
	  .flags = PLAIN },
	{ "typealias_declaration|associatedtype_declaration", "typedef",
	  "name", .flags = PLAIN },
	{ "enum_entry", "enumerator", "name+", .flags = PLAIN },
	{ "operator_declaration", "operator", "<custom_operator>",
	  .flags = PLAIN },
	{ "precedence_group_declaration", "precedencegroup",
	  "<simple_identifier>", .flags = PLAIN },
	{ "macro_declaration", "macro", "<simple_identifier>",
	  .flags = PLAIN },

	{ "class_declaration|protocol_declaration|function_declaration|"
	  "property_declaration|typealias_declaration|init_declaration|"
	  "subscript_declaration|macro_declaration", .label = "exported",
	  .when = "<modifiers>.<visibility_modifier>~public|open" },
	{ "function_declaration|property_declaration", .label = "static",
	  .when = "<modifiers>.<property_modifier>~static|class" },
	{ "function_declaration", .label = "test",
	  .when = "within=class begins=test" },

	{ "protocol_declaration", .ast = "Interface" },
	{ "init_declaration|deinit_declaration|subscript_declaration|"
	  "protocol_function_declaration", .ast = "Function" },
	{ "lambda_literal", .ast = "Lambda" },
	{ "guard_statement", .ast = "If" },
	{ "switch_entry", .ast = "Case" },
	{ "repeat_while_statement", .ast = "Loop" },
	{ "do_statement", .ast = "Try" },
	{ "catch_block", .ast = "Catch" },
	{ NULL }
};

static const struct use uses[] = {
	{ "simple_identifier", NULL, USE_TOKEN },
	{ "type_identifier", NULL, USE_TYPE },
	{ "lambda_literal", NULL, USE_SCOPE },
	{ "call_expression",
	  "<simple_identifier|navigation_expression>", USE_CALL },
	{ "navigation_expression", "suffix", USE_SAME },
	{ "navigation_suffix", "suffix", USE_LAST },
	{ "parameter", "external_name", USE_NOT },
	{ "parameter", "name", USE_BIND },
	{ "lambda_parameter", "name", USE_BIND },
	{ "pattern", "bound_identifier", USE_BIND },
	{ "value_argument", "name", USE_NOT },
	{ "value_argument_label", "*", USE_NOT },
	{ "type_parameter", "<type_identifier>", USE_BIND },
	{ NULL }
};

const struct language lang_swift = {
	.name = "swift",
	.grammar = tree_sitter_swift,
	.endings = (const char *const[]){ ".swift", ".swiftinterface", NULL },
	.interpreters = (const char *const[]){ "swift", NULL },
	.separator = ".",
	.body = "body|<{>|<computed_property>",
	.rules = rules,
	.uses = uses
};
