#include "../lang.h"

const TSLanguage *tree_sitter_elm(void);

/* A type annotation and the value behind it are one definition. */
static const struct rule rules[] = {
	{ "file", .flags = BLOCK },
	{ "case_of_expr|let_in_expr|list_expr|record_expr|record_type|"
	  "type_declaration|if_else_expr|exposing_list|ERROR",
	  .flags = LINES },
	{ "line_comment|block_comment", .flags = DOC | COMMENT },
	{ "import_clause|exposing_list|type_expression|string_constant_expr",
	  .flags = LEAF },
	{ "anonymous_function_expr", .flags = LOCAL },

	/* definitions */
	{ "module_declaration", "module", "name", .flags = PLAIN },
	{ "type_annotation", "function", "name", "!parent=let_in_expr",
	  .flags = MORE | PLAIN },
	{ "value_declaration", "function", "functionDeclarationLeft."
	  "<lower_case_identifier>", "!parent=let_in_expr",
	  .flags = LOCAL | MORE },
	{ "value_declaration", "function", "functionDeclarationLeft."
	  "<lower_case_identifier>", "functionDeclarationLeft.pattern~",
	  .flags = LOCAL },
	{ "type_declaration", "type", "name" },
	{ "union_variant", "constructor", "name", .flags = PLAIN },
	{ "type_alias_declaration", "alias", "name", .flags = PLAIN },
	{ "port_annotation", "port", "name", .flags = PLAIN },
	{ "infix_declaration", "operator", "operator", .flags = PLAIN },

	{ "value_declaration", .ast = "Function" },
	{ "type_declaration|type_alias_declaration", .ast = "Struct" },
	{ "import_clause", .ast = "Import" },
	{ "case_of_branch", .ast = "Case" },
	{ "anonymous_function_expr", .ast = "Lambda" },
	{ "function_call_expr", .ast = "Call" },
	{ NULL }
};

static const struct use uses[] = {
	{ "lower_case_identifier", NULL, USE_NOT },
	{ "upper_case_identifier", NULL, USE_NOT },
	{ "function_call_expr", "target", USE_CALL },
	{ "value_expr", "name", USE_SAME },
	{ "value_qid", "<lower_case_identifier>", USE_SAME },
	{ "upper_case_qid", "<upper_case_identifier>", USE_TYPE },
	{ NULL }
};

const struct language lang_elm = {
	.name = "elm",
	.grammar = tree_sitter_elm,
	.endings = (const char *const[]){ ".elm", NULL },
	.separator = ".",
	.rules = rules,
	.uses = uses
};
