#include "../lang.h"

const TSLanguage *tree_sitter_python(void);

static const struct rule rules[] = {
	{ "module|block", .flags = BLOCK },
	{ "comment", .flags = DOC | COMMENT },
	{ "decorated_definition", .flags = WRAP },
	{ "lambda", .flags = LOCAL },

	{ "function_definition", "method", "name", "within=class",
	  .flags = LOCAL },
	{ "function_definition", "function", "name", .flags = LOCAL, .ast = "Function" },
	{ "class_definition", "class", "name", .ast = "Class" },
	{ "assignment", "variable", "left", "!nametype=attribute|subscript|pattern_list|tuple_pattern|list_pattern",
	  .flags = OUTER | PLAIN, .ast = "Assign" },
	{ NULL }
};

const struct language lang_python = {
	.name = "python",
	.grammar = tree_sitter_python,
	.endings = (const char *const[]){ ".py", ".pyi", ".pyw", NULL },
	.names = (const char *const[]){ "SConstruct", "SConscript", "wscript", NULL },
	.interpreters = (const char *const[]){ "python", "pypy", NULL },
	.separator = ".",
	.rules = rules
};
