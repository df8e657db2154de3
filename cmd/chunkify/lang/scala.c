#include "../lang.h"

const TSLanguage *tree_sitter_scala(void);

static const struct rule rules[] = {
	{ "function_definition|ERROR", .flags = TOP },
	{ "compilation_unit|template_body|enum_body|block|indented_block|"
	  "with_template_body", .flags = BLOCK },
	{ "case_block|indented_cases|arguments|parameters|class_parameters|"
	  "ERROR", .flags = LINES },
	{ "comment|block_comment", .flags = DOC | COMMENT },
	{ "annotation", .flags = DOC },
	{ "import_declaration|string|interpolated_string_expression|"
	  "type_arguments|type_parameters|extends_clause|parameters",
	  .flags = LEAF },
	{ "lambda_expression", .flags = LOCAL },

	/* definitions */
	{ "package_clause", "package", "name", "<template_body>" },
	{ "package_object|object_definition", "object", "name" },
	{ "class_definition", "class", "name" },
	{ "trait_definition", "trait", "name" },
	{ "enum_definition", "enum", "name" },
	{ "simple_enum_case|full_enum_case", "enumerator", "name",
	  .flags = PLAIN },
	{ "function_definition|function_declaration", "method", "name",
	  "parent=template_body|enum_body|with_template_body",
	  .flags = LOCAL },
	{ "function_definition|function_declaration", "function", "name",
	  .flags = LOCAL },
	{ "given_definition", "given", "name", .flags = PLAIN },
	{ "type_definition", "typedef", "name", .flags = PLAIN },
	{ "val_definition", "constant", "pattern",
	  "nametype=identifier|operator_identifier", .flags = OUTER | PLAIN },
	{ "val_definition", "constant", "pattern.<identifier>+",
	  "pattern=tuple_pattern|identifiers", .flags = OUTER | PLAIN },
	{ "val_declaration", "constant", "name+", .flags = OUTER | PLAIN },
	{ "var_definition", "variable", "pattern",
	  "nametype=identifier|operator_identifier", .flags = OUTER | PLAIN },
	{ "var_definition", "variable", "pattern.<identifier>+",
	  "pattern=tuple_pattern|identifiers", .flags = OUTER | PLAIN },
	{ "var_declaration", "variable", "name+", .flags = OUTER | PLAIN },

	{ "class_definition|trait_definition|object_definition|"
	  "function_definition|function_declaration|val_definition|"
	  "enum_definition|type_definition", .label = "exported",
	  .when = "!<modifiers>.<access_modifier>~" },

	{ "trait_definition", .ast = "Interface" },
	{ "object_definition|package_object", .ast = "Class" },
	{ "enum_definition", .ast = "Enum" },
	{ "given_definition|val_definition|val_declaration|var_definition|"
	  "var_declaration|type_definition", .ast = "Variable" },
	{ "package_clause", .ast = "Module" },
	{ "indented_block", .ast = "Block" },
	{ "case_clause", .ast = "Case" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "type_identifier", NULL, USE_TYPE },
	{ "lambda_expression", NULL, USE_SCOPE },
	{ "call_expression", "function", USE_CALL },
	{ "field_expression", "field", USE_LAST },
	{ "generic_function", "function", USE_SAME },
	{ "infix_expression", "operator", USE_CALL },
	{ "instance_expression", "<type_identifier|generic_type>", USE_CALL },
	{ "generic_type", "type", USE_SAME },
	{ "annotation", "name", USE_CALL },
	{ "parameter|class_parameter|binding", "name", USE_BIND },
	{ "val_definition|var_definition|case_clause", "pattern", USE_BIND },
	{ "tuple_pattern|identifiers", "*", USE_SAME },
	{ "enumerator", "<identifier>", USE_BIND },
	{ "package_identifier", "*", USE_NOT },
	{ "type_parameters", "name", USE_BIND },
	{ NULL }
};

const struct language lang_scala = {
	.name = "scala",
	.grammar = tree_sitter_scala,
	.endings = (const char *const[]){ ".scala", ".sc", ".sbt", ".mill",
	    NULL },
	.interpreters = (const char *const[]){ "scala", "amm", NULL },
	.separator = ".",
	.rules = rules,
	.uses = uses
};
