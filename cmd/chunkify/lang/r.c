#include "../lang.h"

const TSLanguage *tree_sitter_r(void);

#define ASSIGN "operator=<-|<<-|=|:="
#define CALLED(names) "function~" names

/*
 * What is assigned a function is one. The class systems define by calls, of
 * which the first argument is the name; R6's classes are assigned.
 */
static const struct rule rules[] = {
	{ "program|braced_expression", .flags = BLOCK },
	{ "arguments|if_statement|parameters|binary_operator|ERROR",
	  .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "string|parameters", .flags = LEAF },
	{ "function_definition", .flags = LOCAL },

	{ "argument", .name = "value", .flags = THROUGH },
	{ "extract_operator", .name = "rhs", .scope = "lhs",
	  .flags = THROUGH },
	{ "namespace_operator", .name = "rhs", .flags = THROUGH },

	/* definitions */
	{ "binary_operator", "function", "lhs",
	  ASSIGN " rhs=function_definition "
	  "lhs=identifier|string|extract_operator", .flags = LOCAL },
	{ "binary_operator", "function", "rhs",
	  "operator=->|->> lhs=function_definition", .flags = LOCAL },
	{ "binary_operator", "class", "lhs", ASSIGN " rhs=call "
	  "rhs.function~R6Class|setRefClass|new_class|ggproto" },
	{ "binary_operator", "variable", "lhs",
	  ASSIGN " nametype=identifier|string", .flags = OUTER | PLAIN },
	/* methods of R6, functions in lists */
	{ "argument", "function", "name", "name value=function_definition",
	  .flags = LOCAL },
	{ "call", "class", "arguments.argument",
	  CALLED("setClass|setClassUnion|setRefClass") " nametype=string" },
	{ "call", "function", "arguments.argument",
	  CALLED("setGeneric|setMethod|setReplaceMethod|setValidity|assign")
	  " nametype=string arguments.argument.<function_definition>~",
	  .flags = LOCAL },
	{ "call", "test", "arguments.argument",
	  CALLED("test_that|describe|it") " nametype=string",
	  .flags = LOCAL },

	{ "binary_operator", .label = "exported",
	  .when = "!begins=. parent=program" },
	{ "call", .label = "test", .when = CALLED("test_that|describe|it") },

	{ "braced_expression", .ast = "Block" },
	{ "function_definition", .ast = "Lambda" },
	{ "repeat_statement", .ast = "Loop" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "call", "function", USE_CALL },
	{ "namespace_operator", "rhs", USE_SAME },
	{ "namespace_operator", "lhs", USE_NOT },
	{ "extract_operator", "rhs", USE_LAST },
	{ "parameter", "name", USE_BIND },
	{ "argument", "name", USE_NOT },
	{ "for_statement", "variable", USE_BIND },
	{ NULL }
};

const struct language lang_r = {
	.name = "r",
	.grammar = tree_sitter_r,
	.endings = (const char *const[]){ ".R", ".r", ".Rprofile", NULL },
	.names = (const char *const[]){ ".Rprofile", NULL },
	.interpreters = (const char *const[]){ "Rscript", "r", NULL },
	.separator = "$",
	.body = "rhs.body|value.body|arguments.<argument>$.value.body",
	.rules = rules,
	.uses = uses
};
