#include "../lang.h"

const TSLanguage *tree_sitter_kotlin(void);

#define VISIBLE "!<modifiers>.<visibility_modifier>~private|internal|protected"

static const struct rule rules[] = {
	{ "function_declaration|ERROR", .flags = TOP },
	{ "source_file|class_body|enum_class_body|block", .flags = BLOCK },
	{ "when_expression|value_arguments|function_value_parameters|"
	  "class_parameters|import|ERROR", .flags = LINES },
	{ "line_comment|block_comment", .flags = DOC | COMMENT },
	{ "annotation|file_annotation", .flags = DOC },
	{ "lambda_literal|anonymous_function|anonymous_initializer|getter|"
	  "setter", .flags = LOCAL },
	{ "string_literal|import|package_header|user_type|type_parameters|"
	  "modifiers", .flags = LEAF },

	/* definitions */
	{ "class_declaration", "interface", "name", "<interface>" },
	{ "class_declaration", "enum", "name", "<enum_class_body>" },
	{ "class_declaration", "annotation", "name",
	  "<modifiers>.<class_modifier>~annotation" },
	{ "class_declaration", "class", "name" },
	{ "object_declaration", "object", "name" },
	{ "companion_object", "object", "name|=Companion" },
	/* "annotation class A" that annotations stand before */
	{ "infix_expression", "annotation",
	  "<call_expression>.<identifier>|<identifier>$",
	  "<identifier:annotation> <identifier:class>" },
	{ "annotated_expression", .flags = WRAP },
	{ "function_declaration", "method", "name",
	  "parent=class_body|enum_class_body", .flags = LOCAL },
	{ "function_declaration", "function", "name", .flags = LOCAL },
	{ "secondary_constructor", "method", "=constructor",
	  .flags = LOCAL },
	{ "type_alias", "typedef", "type", .flags = PLAIN },
	{ "enum_entry", "enumerator", "<identifier>", "<class_body>" },
	{ "property_declaration", "constant",
	  "<variable_declaration>.<identifier>",
	  "<modifiers>.<property_modifier>~const", .flags = OUTER | PLAIN },
	{ "property_declaration", "property",
	  "<variable_declaration>.<identifier>",
	  "parent=class_body|enum_class_body", .flags = OUTER | PLAIN },
	{ "property_declaration", "constant",
	  "<variable_declaration>.<identifier>|"
	  "<multi_variable_declaration>.<variable_declaration>+.<identifier>",
	  "<val>", .flags = OUTER | PLAIN },
	{ "property_declaration", "variable",
	  "<variable_declaration>.<identifier>|"
	  "<multi_variable_declaration>.<variable_declaration>+.<identifier>",
	  .flags = OUTER | PLAIN },
	/* class Circle(val radius: Double) */
	{ "class_parameter", "property", "<identifier>", "<val>",
	  .flags = PLAIN },
	{ "class_parameter", "property", "<identifier>", "<var>",
	  .flags = PLAIN },

	{ "class_declaration|object_declaration|function_declaration|"
	  "property_declaration|type_alias|companion_object",
	  .label = "exported", .when = VISIBLE },
	{ "function_declaration", .label = "test", .when =
	  "<modifiers>.<annotation>.<user_type>~Test|ParameterizedTest" },

	{ "anonymous_initializer|secondary_constructor", .ast = "Function" },
	{ "when_entry", .ast = "Case" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "lambda_literal|anonymous_function", NULL, USE_SCOPE },
	{ "call_expression", "<identifier|navigation_expression>", USE_CALL },
	{ "navigation_expression", "*", USE_LAST },
	{ "user_type", "<identifier>", USE_TYPE },
	{ "constructor_invocation", "<type>", USE_CALL },
	{ "parameter|class_parameter|variable_declaration",
	  "<identifier>", USE_BIND },
	{ "value_argument", "<identifier>", USE_DEFAULT },
	{ "package_header|qualified_identifier", "*", USE_LAST },
	{ "type_parameter", "<identifier>", USE_BIND },
	{ NULL }
};

const struct language lang_kotlin = {
	.name = "kotlin",
	.grammar = tree_sitter_kotlin,
	.endings = (const char *const[]){ ".kt", ".kts", NULL },
	.interpreters = (const char *const[]){ "kotlin", NULL },
	.separator = ".",
	.body = "<function_body|class_body|enum_class_body|block>",
	.rules = rules,
	.uses = uses
};
