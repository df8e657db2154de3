#include "../lang.h"

const TSLanguage *tree_sitter_dart(void);

/*
 * A function is a signature and a body beside it. In a class the signature
 * stands in another node, which says that a body follows (method_signature)
 * or that none does (declaration).
 */
#define CONSTRUCTOR \
	"<constructor_signature>.name..<constructor_signature>.parameters|" \
	"<factory_constructor_signature|constant_constructor_signature|" \
	"redirecting_factory_constructor_signature>.<identifier>" \
	"..<factory_constructor_signature|constant_constructor_signature|" \
	"redirecting_factory_constructor_signature>.<formal_parameter_list>"
#define METHOD "<function_signature>.name|" CONSTRUCTOR
#define OPERATOR "<operator_signature>.<binary_operator|[]|[]=|~>"

static const struct rule rules[] = {
	{ "function_body|ERROR", .flags = TOP },
	{ "program|class_body|extension_body|enum_body|block",
	  .flags = BLOCK },
	{ "switch_block|arguments|list_literal|set_or_map_literal|"
	  "formal_parameter_list|ERROR", .flags = LINES },
	{ "comment|documentation_comment", .flags = DOC | COMMENT },
	{ "annotation", .flags = DOC },
	{ "import_or_export|part_directive|string_literal|"
	  "formal_parameter_list|type_arguments|type_parameters",
	  .flags = LEAF },
	{ "function_expression", .flags = LOCAL },

	/* definitions */
	{ "class_definition", "class", "name" },
	{ "mixin_declaration", "mixin", "<identifier>" },
	{ "mixin_application_class", "class", "<identifier>" },
	{ "extension_declaration", "extension", "name|class" },
	{ "extension_type_declaration", "extension", "name" },
	{ "enum_declaration", "enum", "name" },
	{ "enum_constant", "enumerator", "name", .flags = PLAIN },
	{ "type_alias", "typedef", "<type_identifier>",
	  "!<formal_parameter_list>", .flags = PLAIN },
	{ "type_alias", "typedef", "<type_identifier>+",
	  "<formal_parameter_list> !is=int|void|bool|double|num|String|dynamic",
	  .flags = PLAIN },

	{ "method_signature", "getter", "<getter_signature>.name",
	  "<getter_signature>", .flags = LOCAL | NEXT },
	{ "method_signature", "setter", "<setter_signature>.name",
	  "<setter_signature>", .flags = LOCAL | NEXT },
	{ "method_signature", "method", METHOD "|" OPERATOR,
	  .flags = LOCAL | NEXT },
	{ "declaration", "getter", "<getter_signature>.name",
	  "<getter_signature>", .flags = LOCAL },
	{ "declaration", "setter", "<setter_signature>.name",
	  "<setter_signature>", .flags = LOCAL },
	{ "declaration", "method", METHOD "|" OPERATOR, .flags = LOCAL },
	{ "declaration", "field", "<initialized_identifier_list>."
	  "<initialized_identifier>+.<identifier>|"
	  "<static_final_declaration_list>.<static_final_declaration>+."
	  "<identifier>|<identifier_list>.<identifier>+", .flags = PLAIN },

	{ "function_signature", "function", "name",
	  "parent=program next=function_body", .flags = LOCAL | NEXT },
	{ "function_signature", "function", "name", "parent=program",
	  .flags = LOCAL },
	{ "getter_signature", "getter", "name", "parent=program",
	  .flags = LOCAL | NEXT },
	{ "setter_signature", "setter", "name", "parent=program",
	  .flags = LOCAL | NEXT },
	{ "local_function_declaration", "function", "//function_signature.name",
	  .flags = LOCAL },
	{ "static_final_declaration", "constant", "<identifier>",
	  "grand=program", .flags = PLAIN },
	{ "initialized_identifier", "variable", "<identifier>",
	  "grand=program", .flags = PLAIN },

	{ "method_signature|declaration", .label = "static",
	  .when = "<static>" },
	{ "class_definition|enum_declaration|mixin_declaration|"
	  "extension_declaration|function_signature|method_signature|"
	  "type_alias", .label = "exported", .when = "!begins=_" },

	{ "method_signature|function_signature|local_function_declaration|"
	  "getter_signature|setter_signature", .ast = "Function" },
	{ "mixin_declaration|extension_declaration|"
	  "extension_type_declaration", .ast = "Class" },
	{ "type_alias|declaration", .ast = "Variable" },
	{ "switch_statement_case|switch_statement_default", .ast = "Case" },
	{ "import_or_export", .ast = "Import" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "type_identifier", NULL, USE_TYPE },
	{ "function_expression", NULL, USE_SCOPE },
	{ "formal_parameter", "name", USE_BIND },
	{ "initialized_variable_definition", "name", USE_BIND },
	{ "constructor_param", "<identifier>", USE_NOT },
	{ "label", "<identifier>", USE_NOT },
	{ "new_expression|const_object_expression", "<type_identifier>", USE_CALL },
	{ "annotation", "name", USE_CALL },
	{ NULL }
};

const struct language lang_dart = {
	.name = "dart",
	.grammar = tree_sitter_dart,
	.endings = (const char *const[]){ ".dart", NULL },
	.interpreters = (const char *const[]){ "dart", NULL },
	.separator = ".",
	.rules = rules,
	.uses = uses
};
