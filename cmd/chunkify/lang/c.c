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
	{ "compound_statement", .flags = BLOCK | TOP },
	{ "function_definition|declaration|type_definition|"
	  "expression_statement|if_statement|ERROR", .flags = TOP },
	{ "case_statement", .flags = LINES },
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
	  .flags = LOCAL },
	/* SYSCALL_DEFINE2(close, ...) { ... }: close, and the macro too */
	{ "function_definition", "function", "declarator.<identifier>",
	  "declarator=parenthesized_declarator type=type_identifier !is=" WORDS,
	  .flags = LOCAL | OUTER | ALSO },
	{ "function_definition", "function", "type",
	  "declarator=parenthesized_declarator type=type_identifier",
	  .flags = LOCAL | OUTER },
	{ "expression_statement", "function",
	  "<call_expression>.arguments.<identifier>",
	  "next=compound_statement <;> !is=" WORDS,
	  .flags = LOCAL | OUTER | NEXT | ALSO },
	{ "expression_statement", "function", "<call_expression>.function",
	  "next=compound_statement <;>", .flags = LOCAL | OUTER | NEXT },
	/* type (*name)(type *); is a call to the parser */
	{ "expression_statement", "variable",
	  "<call_expression>.function.arguments.<pointer_expression>.argument|"
	  "<assignment_expression>.left.function.arguments."
	  "<pointer_expression>.argument", "!is=" WORDS,
	  .flags = OUTER | PLAIN },
	{ "struct_specifier", "struct", "name", "body" },
	{ "union_specifier", "union", "name", "body" },
	{ "enum_specifier", "enum", "name", "body" },
	/* an unknown macro before the name: the parser takes it for that */
	{ "type_definition", "typedef", "<ERROR>.<identifier|type_identifier>|"
	  "declarator+", "!is=" WORDS, .flags = PLAIN },
	{ "declaration", "variable", "<ERROR>.<identifier>", "!is=" WORDS
	  " declarator=identifier", .flags = OUTER | PLAIN },
	{ "declaration", "variable", "declarator+",
	  "!<storage_class_specifier:extern> !named=function_declarator "
	  "!nametype=init_declarator "
	  "!declarator=parenthesized_declarator !is=" WORDS, .flags = OUTER | PLAIN, .ast = "Variable" },
	{ "preproc_def|preproc_function_def", "macro", "name",
	  .flags = PLAIN },

	{ "function_definition|declaration", .label = "static",
	  .when = "<storage_class_specifier:static>" },
	{ "function_definition|declaration|expression_statement",
	  .label = "exported", .when = "!<storage_class_specifier:static>" },

	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "offsetof", NULL, USE_CALL },
	{ "type_identifier", NULL, USE_TYPE },
	{ "field_identifier", NULL, USE_NOT },
	{ "preproc_arg", NULL, USE_LEX },
	{ "preproc_function_def", NULL, USE_SCOPE },
	{ "call_expression", "function", USE_CALL },
	{ "field_expression", "field", USE_LAST },
	{ "declaration|parameter_declaration", "declarator", USE_BIND },
	{ "init_declarator|pointer_declarator|array_declarator|"
	  "function_declarator", "declarator", USE_SAME },
	{ "parenthesized_declarator|attributed_declarator", "*", USE_SAME },
	{ "field_declaration|type_definition", "declarator", USE_NOT },
	{ "enumerator", "name", USE_NOT },
	{ "preproc_params", "*", USE_BIND },
	{ NULL }
};

static const struct masks masks = {
	.heads = (const char *const[]){ "struct", "union", "enum", NULL },
	.spaces = (const char *const[]){ NULL },
	.starts = (const char *const[]){ "static", "inline", "extern",
	    "typedef", "void", "int", "char", "unsigned", "struct", "union",
	    "enum", "const", NULL },
	.tails = (const char *const[]){ NULL },
	.no_cplusplus = 1,
	.loops = (const char *const[]){ "for_each", "foreach", "FOREACH",
	    "FOR_EACH", NULL },
	.typed = (const char *const[]){ "DEFINE_PER_CPU", NULL },
	.types = (const char *const[]){ "void", "char", "short", "int",
	    "long", "float", "double", "signed", "unsigned", "bool", "_Bool",
	    NULL },
	.qualifiers = (const char *const[]){ "static", "extern", "const",
	    "inline", "typedef", "volatile", "register", "restrict", "auto",
	    "_Noreturn", "_Thread_local", NULL },
	.keywords = (const char *const[]){ "return", "else", "case", "goto",
	    "do", "if", "while", "for", "switch", "break", "continue",
	    "default", "sizeof", "defined", "asm", "typeof", "__typeof__",
	    "__typeof", "__attribute__", "__attribute", "__asm__", "__asm",
	    "__extension__", "__inline", "__inline__", "__volatile__",
	    "__const", "__restrict", "__auto_type", "__alignof__",
	    "__builtin_va_arg", NULL }
};

const struct language lang_c = {
	.name = "c",
	.grammar = tree_sitter_c,
	.endings = (const char *const[]){ ".c", ".h", NULL },
	.separator = "::",
	.body = "body|<init_declarator>.<initializer_list>",
	.masks = &masks,
	.rules = rules,
	.uses = uses
};
