#include "../lang.h"

const TSLanguage *tree_sitter_go(void);

static const struct rule rules[] = {
	{ "function_declaration|method_declaration|ERROR", .flags = TOP },
	{ "source_file|statement_list", .flags = BLOCK },
	{ "block", .flags = LEAF },
	{ "expression_case|default_case|type_case|communication_case",
	  .flags = LINES },
	{ "var_spec_list|import_spec_list|literal_value|argument_list|"
	  "parameter_list|field_declaration_list|interface_type",
	  .flags = LINES },
	{ "expression_switch_statement|type_switch_statement",
	  .flags = LINES },
	{ "select_statement", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "const_declaration|var_declaration|type_declaration",
	  .flags = WRAP | LINES },
	{ "func_literal", .flags = LOCAL },

	/* a receiver's type: *G[K, V] is G */
	{ "parameter_declaration|generic_type", .name = "type",
	  .flags = THROUGH },
	{ "pointer_type|parenthesized_type", .name = "*", .flags = THROUGH },

	/* definitions */
	{ "function_declaration", "function", "name", .flags = LOCAL },
	{ "method_declaration", "method", "name", .scope =
	  "receiver.<parameter_declaration>", .flags = LOCAL },
	{ "type_spec", "struct", "name", "type=struct_type",
	  .flags = OUTER, .ast = "Struct" },
	{ "type_spec", "interface", "name", "type=interface_type",
	  .flags = OUTER },
	{ "type_spec|type_alias", "typedef", "name", .flags = OUTER },
	{ "method_elem", "method", "name", .flags = OUTER | PLAIN },
	{ "const_spec", "constant", "name+", "!is=_", .flags = OUTER | PLAIN },
	{ "var_spec", "variable", "name+", "!is=_", .flags = OUTER | PLAIN },

	{ "function_declaration|method_declaration|type_spec|type_alias|"
	  "method_elem|const_spec|var_spec", .label = "exported",
	  .when = "capital" },
	{ "function_declaration", .label = "test",
	  .when = "begins=Test|Benchmark|Fuzz|Example" },

	{ "type_alias", .ast = "Variable" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier|field_identifier", NULL, USE_TOKEN },
	{ "type_identifier", NULL, USE_TYPE },
	{ "call_expression", "function", USE_CALL },
	{ "selector_expression", "field", USE_LAST },
	{ "parameter_declaration|variadic_parameter_declaration|"
	  "type_parameter_declaration|var_spec|const_spec", "name", USE_BIND },
	{ "short_var_declaration|range_clause|receive_statement",
	  "left", USE_BIND },
	{ "expression_list", "*", USE_SAME },
	{ "field_declaration", "name", USE_NOT },
	{ "keyed_element", "key", USE_SAME },
	{ "method_elem", "name", USE_NOT },
	{ "composite_literal", "type", USE_TYPE },
	{ NULL }
};

const struct language lang_go = {
	.name = "go",
	.grammar = tree_sitter_go,
	.endings = (const char *const[]){ ".go", NULL },
	.separator = ".",
	.body = "body|type.<field_declaration_list|{>|"
	    "value.<func_literal|composite_literal>.body",
	.rules = rules,
	.uses = uses
};
