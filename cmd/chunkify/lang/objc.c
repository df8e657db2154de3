#include "../lang.h"

const TSLanguage *tree_sitter_objc(void);

/*
 * A method's name is its selector. Headers are C's, unless a line of theirs
 * begins with what only Objective-C has.
 */
#define SELECTOR "&<identifier|method_parameter>+"

static const struct rule rules[] = {
	{ "translation_unit|class_interface|class_implementation|"
	  "implementation_definition|protocol_declaration|"
	  "qualified_protocol_interface_declaration|compound_statement|"
	  "declaration_list", .flags = BLOCK },
	{ "preproc_if|preproc_ifdef|preproc_else|preproc_elif|case_statement|"
	  "field_declaration_list|enumerator_list|initializer_list|"
	  "argument_list|array_literal|dictionary_literal|"
	  "instance_variables|message_expression|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "implementation_definition", .flags = WRAP },
	{ "parameter_list|preproc_params|preproc_arg|attribute_specifier|"
	  "method_parameter|instance_variables", .flags = LEAF },
	{ "block_literal", .flags = LOCAL },

	{ "pointer_declarator|function_declarator|array_declarator|"
	  "init_declarator|block_pointer_declarator|struct_declarator",
	  .name = "declarator|*", .flags = THROUGH },
	{ "parenthesized_declarator|attributed_declarator", .name = "*",
	  .flags = THROUGH },
	{ "method_parameter", .name = "<:>", .flags = THROUGH },

	/* definitions */
	{ "class_interface", "category", "category", "category",
	  .scope = "<identifier>" },
	{ "class_interface", "interface", "<identifier>" },
	{ "class_implementation", "category", "category", "category",
	  .scope = "<identifier>" },
	{ "class_implementation", "implementation", "<identifier>" },
	{ "protocol_declaration", "protocol", "<identifier>" },
	{ "method_declaration|method_definition", "method", SELECTOR,
	  .flags = LOCAL },
	{ "property_declaration", "property",
	  "<struct_declaration>.<struct_declarator>+", .flags = PLAIN },
	{ "function_definition", "function", "declarator", .flags = LOCAL },
	{ "struct_specifier", "struct", "name", "body" },
	{ "union_specifier", "union", "name", "body" },
	{ "enum_specifier", "enum", "name", "body" },
	{ "type_definition", "typedef", "declarator+", "!<ERROR>",
	  .flags = PLAIN },
	{ "declaration", "variable", "declarator+",
	  "!<storage_class_specifier:extern> !named=function_declarator "
	  "!declarator=parenthesized_declarator", .flags = OUTER | PLAIN },
	{ "preproc_def|preproc_function_def", "macro", "name",
	  .flags = PLAIN },

	{ "function_definition|declaration", .label = "static",
	  .when = "<storage_class_specifier:static>" },
	{ "method_declaration|method_definition", .label = "static",
	  .when = "<+>" },
	{ "method_definition", .label = "test", .when = "begins=test" },

	{ "class_interface|class_implementation", .ast = "Class" },
	{ "protocol_declaration", .ast = "Interface" },
	{ "message_expression", .ast = "Call" },
	{ "block_literal", .ast = "Lambda" },
	{ "module_import", .ast = "Import" },
	{ NULL }
};

static const struct masks masks = {
	.heads = (const char *const[]){ "struct", "union", "enum", NULL },
	.spaces = (const char *const[]){ NULL },
	.starts = (const char *const[]){ "static", "inline", "extern",
	    "typedef", "void", "int", "char", "unsigned", "struct", "union",
	    "enum", "const", NULL },
	.tails = (const char *const[]){ NULL },
	.scopes = SCOPES_ALL,
	.no_cplusplus = 1,
	.enums = (const char *const[]){ "NS_ENUM", "NS_OPTIONS",
	    "NS_CLOSED_ENUM", "NS_ERROR_ENUM", "CF_ENUM", "CF_OPTIONS", NULL },
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
	    "__builtin_va_arg", "implementation", "interface", "protocol",
	    "class", "property", "synthesize", "dynamic", "selector", "end",
	    "optional", "required", "in", NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "type_identifier", NULL, USE_TYPE },
	{ "field_identifier", NULL, USE_NOT },
	{ "preproc_arg", NULL, USE_LEX },
	{ "preproc_function_def", NULL, USE_SCOPE },
	{ "call_expression", "function", USE_CALL },
	{ "field_expression", "field", USE_LAST },
	{ "message_expression", "method", USE_CALL },
	{ "declaration|parameter_declaration", "declarator", USE_BIND },
	{ "init_declarator|pointer_declarator|array_declarator|"
	  "function_declarator", "declarator", USE_SAME },
	{ "parenthesized_declarator", "*", USE_SAME },
	{ "method_parameter", "<identifier>", USE_BIND },
	{ "field_declaration|type_definition", "declarator", USE_NOT },
	{ "enumerator", "name", USE_NOT },
	{ "preproc_params", "*", USE_BIND },
	{ "method_declaration|method_definition", "<identifier>", USE_NOT },
	{ NULL }
};

const struct language lang_objc = {
	.name = "objc",
	.grammar = tree_sitter_objc,
	.endings = (const char *const[]){ ".m", ".mm", NULL },
	.claims = (const char *const[]){ ".h", NULL },
	.claim_words = (const char *const[]){ "@interface", "@protocol",
	    "@class", "@implementation", "NS_ASSUME_NONNULL_BEGIN", NULL },
	.separator = ".",
	.body = "body|<compound_statement>|"
	    "<init_declarator>.<initializer_list>",
	.masks = &masks,
	.rules = rules,
	.uses = uses
};
