#include "../lang.h"

const TSLanguage *tree_sitter_c(void);

/* Words that the parser takes for names where it does not know a macro. */
#define WORDS	"struct|union|enum|static|inline|extern|const|unsigned|" \
	"signed|void|char|short|int|long|float|double|bool|size_t|return|" \
	"if|else|for|while|do|switch|case|default|sizeof|typedef|volatile"

static const struct rule rules[] = {
	{ "translation_unit", .flags = BLOCK },
	{ "preproc_if|preproc_ifdef|preproc_else|preproc_elif|preproc_elifdef|"
	  "ERROR", .flags = LINES },
	{ "declaration_list", .flags = BLOCK },
	{ "compound_statement", .flags = BLOCK, .ast = "Block" },
	{ "case_statement", .flags = LINES, .ast = "Case" },
	{ "field_declaration_list|enumerator_list|initializer_list|"
	  "argument_list", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "attribute_declaration", .flags = DOC },
	{ "parameter_list|preproc_params|preproc_arg|attribute_specifier",
	  .flags = LEAF },

	/* where a declarator's name is */
	{ "pointer_declarator|function_declarator|array_declarator|"
	  "init_declarator", .name = "declarator", .flags = THROUGH },
	{ "parenthesized_declarator|attributed_declarator", .name = "*",
	  .flags = THROUGH },

	/* definitions */
	{ "function_definition", "function", "declarator",
	  "!declarator=identifier|parenthesized_declarator !is=" WORDS,
	  .flags = LOCAL, .ast = "Function" },
	/* SYSCALL_DEFINE2(...) { ... } */
	{ "expression_statement", "function", "<call_expression>.function",
	  "next=compound_statement <;>", .flags = LOCAL | OUTER | NEXT },
	{ "struct_specifier", "struct", "name", "body", .ast = "Struct" },
	{ "union_specifier", "union", "name", "body", .ast = "Struct" },
	{ "enum_specifier", "enum", "name", "body", .ast = "Enum" },
	/* an unknown macro before the name: the parser takes it for that */
	{ "type_definition", "typedef", "<ERROR>.<identifier|type_identifier>|"
	  "declarator+", "!is=" WORDS, .flags = PLAIN, .ast = "Variable" },
	{ "declaration", "variable", "<ERROR>.<identifier>", "!is=" WORDS
	  " declarator=identifier", .flags = OUTER | PLAIN },
	{ "declaration", "variable", "declarator+",
	  "!<storage_class_specifier:extern> !named=function_declarator "
	  "!declarator=parenthesized_declarator !is=" WORDS, .flags = OUTER | PLAIN, .ast = "Variable" },
	{ "preproc_def|preproc_function_def", "macro", "name",
	  .flags = PLAIN, .ast = "Macro" },

	{ "function_definition|declaration", .label = "static",
	  .when = "<storage_class_specifier:static>" },

	{ "preproc_include", .ast = "Import" },
	{ "if_statement|preproc_if|preproc_ifdef", .ast = "If" },
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

static const struct masks masks = {
	.heads = (const char *const[]){ "struct", "union", "enum", NULL },
	.spaces = (const char *const[]){ NULL },
	.starts = (const char *const[]){ "static", "inline", "extern",
	    "typedef", "void", "int", "char", "unsigned", "struct", "const",
	    NULL },
	.tails = (const char *const[]){ NULL }
};

const struct language lang_c = {
	.name = "c",
	.grammar = tree_sitter_c,
	.endings = (const char *const[]){ ".c", ".h", NULL },
	.separator = "::",
	.masks = &masks,
	.rules = rules
};
