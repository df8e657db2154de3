#include "../lang.h"

const TSLanguage *tree_sitter_rust(void);

static const struct rule rules[] = {
	{ "source_file|declaration_list", .flags = BLOCK },
	{ "block", .flags = BLOCK, .ast = "Block" },
	{ "match_block|field_declaration_list|enum_variant_list|arguments|"
	  "array_expression|field_initializer_list|token_tree|use_list",
	  .flags = LINES },
	{ "macro_definition", .flags = LINES, .ast = "Macro" },
	{ "line_comment|block_comment", .flags = DOC | COMMENT },
	{ "attribute_item", .flags = DOC | LEAF },
	{ "inner_attribute_item|use_declaration|parameters|type_parameters|"
	  "type_arguments|where_clause|token_tree", .flags = LEAF },
	{ "closure_expression", .flags = LOCAL, .ast = "Lambda" },
	{ "async_block|gen_block|const_block|unsafe_block|try_block",
	  .ast = "Block" },

	/* the type that an impl is for: &'a Foo<T> is Foo */
	{ "generic_type|reference_type|pointer_type", .name = "type",
	  .flags = THROUGH },
	{ "array_type", .name = "element", .flags = THROUGH },
	{ "dynamic_type", .name = "trait", .flags = THROUGH },
	{ "scoped_type_identifier", .name = "name", .flags = THROUGH },

	/* definitions */
	{ "function_item|function_signature_item", "method", "name",
	  "within=implementation|trait", .flags = LOCAL, .ast = "Function" },
	{ "function_item|function_signature_item", "function", "name",
	  .flags = LOCAL, .ast = "Function" },
	{ "struct_item", "struct", "name", .ast = "Struct" },
	{ "union_item", "union", "name", .ast = "Struct" },
	{ "enum_item", "enum", "name", .ast = "Enum" },
	{ "trait_item", "trait", "name", .ast = "Interface" },
	{ "impl_item", "implementation", "type", .ast = "Class" },
	{ "mod_item", "module", "name", .ast = "Module" },
	{ "type_item|associated_type", "typedef", "name", .flags = PLAIN,
	  .ast = "Variable" },
	{ "macro_definition", "macro", "name", .flags = PLAIN },
	{ "const_item", "constant", "name", "!is=_",
	  .flags = OUTER | PLAIN, .ast = "Variable" },
	{ "static_item", "variable", "name", .flags = OUTER | PLAIN,
	  .ast = "Variable" },

	{ "function_item|function_signature_item|struct_item|union_item|"
	  "enum_item|trait_item|mod_item|type_item|const_item|static_item",
	  .label = "exported", .when = "<visibility_modifier>" },
	{ "macro_definition", .label = "exported",
	  .when = "@+.<attribute>.<identifier>~macro_export" },
	{ "function_item", .label = "test", .when =
	  "@+.<attribute>.<identifier|scoped_identifier>~test|bench|"
	  "tokio::test|async_std::test|test_case|rstest" },

	{ "use_declaration|extern_crate_declaration", .ast = "Import" },
	{ "if_expression", .ast = "If" },
	{ "match_expression", .ast = "Switch" },
	{ "match_arm", .ast = "Case" },
	{ "for_expression", .ast = "For" },
	{ "while_expression", .ast = "While" },
	{ "loop_expression", .ast = "Loop" },
	{ "return_expression", .ast = "Return" },
	{ "break_expression", .ast = "Break" },
	{ "continue_expression", .ast = "Continue" },
	{ "call_expression|macro_invocation", .ast = "Call" },
	{ "assignment_expression|compound_assignment_expr|let_declaration",
	  .ast = "Assign" },
	{ NULL }
};

const struct language lang_rust = {
	.name = "rust",
	.grammar = tree_sitter_rust,
	.endings = (const char *const[]){ ".rs", NULL },
	.separator = "::",
	.rules = rules
};
