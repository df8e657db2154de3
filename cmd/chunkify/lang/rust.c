#include "../lang.h"

const TSLanguage *tree_sitter_rust(void);

static const struct rule rules[] = {
	{ "function_item|ERROR", .flags = TOP },
	{ "source_file|declaration_list", .flags = BLOCK },
	{ "block", .flags = BLOCK },
	{ "match_block|field_declaration_list|enum_variant_list|arguments|"
	  "array_expression|field_initializer_list|token_tree|use_list",
	  .flags = LINES },
	{ "macro_definition", .flags = LINES },
	{ "line_comment|block_comment", .flags = DOC | COMMENT },
	{ "attribute_item", .flags = DOC | LEAF },
	{ "inner_attribute_item|use_declaration|parameters|type_parameters|"
	  "type_arguments|where_clause|token_tree", .flags = LEAF },
	{ "closure_expression", .flags = LOCAL },

	/* the type that an impl is for: &'a Foo<T> is Foo */
	{ "generic_type|reference_type|pointer_type", .name = "type",
	  .flags = THROUGH },
	{ "array_type", .name = "element", .flags = THROUGH },
	{ "dynamic_type", .name = "trait", .flags = THROUGH },
	{ "scoped_type_identifier", .name = "name", .flags = THROUGH },

	/* definitions */
	{ "function_item|function_signature_item", "method", "name",
	  "within=implementation|trait", .flags = LOCAL },
	{ "function_item|function_signature_item", "function", "name",
	  .flags = LOCAL },
	{ "struct_item", "struct", "name" },
	{ "union_item", "union", "name" },
	{ "enum_item", "enum", "name" },
	{ "trait_item", "trait", "name" },
	{ "impl_item", "implementation", "type" },
	{ "mod_item", "module", "name" },
	{ "type_item|associated_type", "typedef", "name", .flags = PLAIN },
	{ "macro_definition", "macro", "name", .flags = PLAIN },
	{ "const_item", "constant", "name", "!is=_",
	  .flags = OUTER | PLAIN },
	{ "static_item", "variable", "name", .flags = OUTER | PLAIN },

	{ "function_item|function_signature_item|struct_item|union_item|"
	  "enum_item|trait_item|mod_item|type_item|const_item|static_item",
	  .label = "exported", .when = "<visibility_modifier>" },
	{ "macro_definition", .label = "exported",
	  .when = "@+.<attribute>.<identifier>~macro_export" },
	{ "function_item", .label = "test", .when =
	  "@+.<attribute>.<identifier|scoped_identifier>~test|bench|"
	  "tokio::test|async_std::test|test_case|rstest" },

	{ NULL }
};

static const struct use uses[] = {
	{ "identifier|field_identifier", NULL, USE_TOKEN },
	{ "shorthand_field_identifier", NULL, USE_NAME },
	{ "type_identifier", NULL, USE_TYPE },
	{ "closure_expression", NULL, USE_SCOPE },
	{ "call_expression", "function", USE_CALL },
	{ "macro_invocation", "macro", USE_CALL },
	{ "field_expression", "field", USE_LAST },
	{ "scoped_identifier", "name", USE_SAME },
	{ "scoped_type_identifier", "name", USE_SAME },
	{ "generic_function", "function", USE_SAME },
	{ "generic_type", "type", USE_SAME },
	{ "attribute", "<identifier|scoped_identifier>", USE_NAME },
	{ "let_declaration|parameter|let_condition|for_expression",
	  "pattern", USE_BIND },
	{ "match_arm", "pattern", USE_BIND },
	{ "match_pattern",
	  "<identifier|tuple_pattern|or_pattern|mut_pattern|ref_pattern|reference_pattern|captured_pattern|slice_pattern>", USE_SAME },
	{ "closure_parameters", "*", USE_BIND },
	{ "tuple_pattern|mut_pattern|ref_pattern|reference_pattern|"
	  "or_pattern|slice_pattern|captured_pattern",
	  "<identifier|tuple_pattern|mut_pattern|ref_pattern|reference_pattern|slice_pattern>", USE_BIND },
	{ "tuple_struct_pattern", "type", USE_NAME },
	{ "tuple_struct_pattern", "*", USE_BIND },
	{ "field_pattern", "pattern", USE_BIND },
	{ "field_pattern", "name", USE_NOT },
	{ "type_parameter|const_parameter", "name", USE_BIND },
	{ "field_initializer", "field", USE_NOT },
	{ "field_declaration", "name", USE_NOT },
	{ NULL }
};

const struct language lang_rust = {
	.name = "rust",
	.grammar = tree_sitter_rust,
	.endings = (const char *const[]){ ".rs", NULL },
	.separator = "::",
	.rules = rules,
	.uses = uses
};
