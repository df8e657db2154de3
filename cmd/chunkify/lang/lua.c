#include "../lang.h"

const TSLanguage *tree_sitter_lua(void);

static const struct rule rules[] = {
	{ "chunk|block", .flags = BLOCK },
	{ "if_statement|elseif_statement|else_statement|table_constructor|"
	  "arguments|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "variable_declaration", .flags = WRAP },
	{ "string|parameters|variable_list", .flags = LEAF },
	{ "function_definition", .flags = LOCAL },

	/* where a name is, and of what it is a part */
	{ "dot_index_expression", .name = "field", .scope = "table",
	  .flags = THROUGH },
	{ "method_index_expression", .name = "method", .scope = "table",
	  .flags = THROUGH },
	{ "bracket_index_expression", .name = "field", .when = "field=string",
	  .scope = "table", .flags = THROUGH },

	/* definitions */
	{ "function_declaration", "method", "name",
	  "name=method_index_expression", .flags = LOCAL },
	{ "function_declaration", "function", "name", .flags = LOCAL },
	/* f = function() ... end, also with several on both sides */
	{ "assignment_statement", "function", "<variable_list>.name+",
	  "<expression_list>.<function_definition>~ !nametype=bracket_index_expression",
	  .flags = LOCAL },
	{ "field", "function", "name", "name value=function_definition",
	  .flags = LOCAL },
	/* a table with functions is a place they are looked for in */
	{ "assignment_statement", "variable", "<variable_list>.name",
	  "<expression_list>.<table_constructor>.<field>.<function_definition>~ "
	  "!nametype=bracket_index_expression" },
	{ "assignment_statement", "variable", "<variable_list>.name+",
	  "parent=chunk !nametype=bracket_index_expression "
	  "named=variable_list", .flags = OUTER | PLAIN },
	{ "assignment_statement", "variable", "<variable_list>.name+",
	  "parent=variable_declaration !nametype=bracket_index_expression",
	  .flags = OUTER | PLAIN },
	{ "variable_declaration", "variable", "<variable_list>.name+",
	  "!<assignment_statement>", .flags = OUTER | PLAIN },

	{ "function_declaration|variable_declaration", .label = "static",
	  .when = "<local>" },
	{ "assignment_statement", .label = "static",
	  .when = "parent=variable_declaration" },

	{ "repeat_statement", .ast = "Loop" },
	{ "elseif_statement", .ast = "If" },
	{ "function_call", .ast = "Call" },
	{ "function_definition", .ast = "Lambda" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "function_call", "name", USE_CALL },
	{ "dot_index_expression", "field", USE_LAST },
	{ "method_index_expression", "method", USE_LAST },
	{ "field", "name", USE_NOT },
	{ "parameters", "name", USE_BIND },
	{ "variable_declaration", "<variable_list>", USE_BIND },
	{ "variable_declaration", "<assignment_statement>", USE_BIND },
	{ "assignment_statement", "<variable_list>", USE_SAME },
	{ "for_generic_clause", "<variable_list>", USE_BIND },
	{ "for_numeric_clause", "name", USE_BIND },
	{ "variable_list", "name", USE_SAME },
	{ "attribute", "*", USE_NOT },
	{ NULL }
};

const struct language lang_lua = {
	.name = "lua",
	.grammar = tree_sitter_lua,
	.endings = (const char *const[]){ ".lua", ".rockspec", ".luau",
	    ".wlua", NULL },
	.names = (const char *const[]){ ".luacheckrc", NULL },
	.interpreters = (const char *const[]){ "lua", "luajit", "luau",
	    "texlua", NULL },
	.separator = ".",
	.body = "body|value.body|"
	    "<expression_list>.<function_definition>.body",
	.rules = rules,
	.uses = uses
};
