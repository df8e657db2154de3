#include "../lang.h"

const TSLanguage *tree_sitter_julia(void);

/* A string before a definition is its documentation. */
static const struct rule rules[] = {
	{ "source_file|module_definition|function_definition|"
	  "macro_definition|struct_definition|compound_statement|"
	  "let_statement|quote_statement", .flags = BLOCK },
	{ "if_statement|elseif_clause|else_clause|for_statement|"
	  "while_statement|try_statement|catch_clause|finally_clause|"
	  "do_clause|argument_list|vector_expression|matrix_expression|"
	  "tuple_expression|ERROR", .flags = LINES },
	{ "line_comment|block_comment|string_literal", .flags = DOC | COMMENT },
	{ "macrocall_expression|const_statement|global_statement",
	  .flags = WRAP },
	{ "using_statement|import_statement|export_statement|string_literal|"
	  "command_literal|argument_list|signature|type_head|"
	  "vector_expression|matrix_expression|comprehension_expression",
	  .flags = LEAF },
	{ "arrow_function_expression|do_clause", .flags = LOCAL },

	/* where a name is: f(x::T)::R where T is f, Base.show is show */
	{ "signature|where_expression|typed_expression|call_expression|"
	  "parametrized_type_expression|type_head",
	  .name = "*", .flags = THROUGH },
	{ "binary_expression", .name = "*", .flags = THROUGH },
	{ "field_expression", .name = "<quote_expression>.*|<identifier>$",
	  .scope = "value", .flags = THROUGH },

	/* definitions */
	{ "module_definition", "module", "name" },
	{ "abstract_definition|primitive_definition", "type", "<type_head>",
	  .flags = PLAIN },
	{ "struct_definition", "struct", "<type_head>" },
	{ "function_definition", "function", "<signature>",
	  "!nametype=argument_list|tuple_expression", .flags = LOCAL },
	{ "macro_definition", "macro", "<signature>", .flags = LOCAL },
	{ "assignment", "function", "*",
	  "<call_expression>..<operator>~ !<open_tuple>", .flags = LOCAL },
	{ "macrocall_expression", "enum",
	  "<macro_argument_list>.<identifier|call_expression|typed_expression>",
	  "<macro_identifier:identifier=enum>~", .flags = PLAIN },
	{ "assignment", "constant", "*", "parent=const_statement "
	  "nametype=identifier", .flags = OUTER | PLAIN },
	{ "assignment", "function", "<identifier>",
	  "<arrow_function_expression|function_definition>", .flags = LOCAL },
	{ "assignment", "variable", "*", "parent=global_statement|source_file|"
	  "module_definition nametype=identifier", .flags = OUTER | PLAIN },
	{ "assignment", "variable", "<open_tuple>.<identifier>+",
	  "parent=source_file|module_definition <open_tuple>",
	  .flags = OUTER | PLAIN },

	{ "struct_definition", .ast = "Struct" },
	{ "module_definition", .ast = "Module" },
	{ "macrocall_expression", .ast = "Call" },
	{ "arrow_function_expression", .ast = "Lambda" },
	{ "using_statement", .ast = "Import" },
	{ "const_statement|abstract_definition|primitive_definition",
	  .ast = "Variable" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "macro_identifier", "<identifier>", USE_CALL },
	{ "macrocall_expression", "<macro_identifier>", USE_CALL },
	{ "broadcast_call_expression", "<identifier|field_expression>", USE_CALL },
	{ "typed_expression", "<parametrized_type_expression>", USE_TYPE },
	{ "argument_list", "<typed_expression>", USE_DEFAULT },
	{ NULL }
};

const struct language lang_julia = {
	.name = "julia",
	.grammar = tree_sitter_julia,
	.endings = (const char *const[]){ ".jl", NULL },
	.interpreters = (const char *const[]){ "julia", NULL },
	.separator = ".",
	.head = "<signature|type_head>|name",
	.rules = rules,
	.uses = uses
};
