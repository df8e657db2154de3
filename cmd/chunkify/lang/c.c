#include "../lang.h"

const TSLanguage *tree_sitter_c(void);

static const struct rule rules[] = {
	{ "translation_unit", .flags = BLOCK },
	{ "preproc_if|preproc_ifdef|preproc_else|preproc_elif|preproc_elifdef",
	  .flags = LINES },
	{ "linkage_specification" },
	{ "declaration_list", .flags = BLOCK },
	{ "compound_statement", .flags = BLOCK | LEAF, .ast = "Block" },
	{ "case_statement", .flags = LINES, .ast = "Case" },
	{ "field_declaration_list|enumerator_list", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "attribute_declaration", .flags = DOC },

	/* where a declarator's name is */
	{ "pointer_declarator|function_declarator|array_declarator|"
	  "init_declarator", .name = "declarator", .flags = THROUGH },
	{ "parenthesized_declarator|attributed_declarator", .name = "*",
	  .flags = THROUGH },

	/* definitions */
	{ "function_definition", "function", "declarator", .flags = LOCAL,
	  .ast = "Function" },
	{ "struct_specifier", "struct", "name", "body", .ast = "Struct" },
	{ "union_specifier", "union", "name", "body", .ast = "Struct" },
	{ "enum_specifier", "enum", "name", "body", .ast = "Enum" },
	{ "type_definition", "typedef", "declarator+", .flags = PLAIN },
	{ "declaration", "variable", "declarator+",
	  "!<storage_class_specifier:extern> !named=function_declarator",
	  .flags = OUTER | PLAIN },
	{ "preproc_def|preproc_function_def", "macro", "name",
	  .flags = PLAIN },

	{ "if_statement", .ast = "If" },
	{ "switch_statement", .ast = "Switch" },
	{ "for_statement", .ast = "For" },
	{ "while_statement", .ast = "While" },
	{ "do_statement", .ast = "Loop" },
	{ "return_statement", .ast = "Return" },
	{ "break_statement", .ast = "Break" },
	{ "continue_statement", .ast = "Continue" },
	{ "goto_statement", .ast = "Goto" },
	{ "labeled_statement", .ast = "Label" },
	{ "call_expression", .ast = "Call" },
	{ "assignment_expression", .ast = "Assign" },
	{ NULL }
};

const struct language lang_c = {
	.name = "c",
	.grammar = tree_sitter_c,
	.endings = (const char *const[]){ ".c", ".h", NULL },
	.separator = "::",
	.rules = rules
};
