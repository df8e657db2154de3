#include "../lang.h"

const TSLanguage *tree_sitter_python(void);

static const struct rule rules[] = {
	{ "module|block", .flags = BLOCK },
	{ "argument_list|list|dictionary|set|tuple|parameters|"
	  "parenthesized_expression|concatenated_string|boolean_operator|"
	  "binary_operator|import_from_statement|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "decorated_definition|expression_statement", .flags = WRAP },
	/* no definition is in an expression */
	{ "string|concatenated_string|call|argument_list|list|dictionary|set|"
	  "tuple|subscript|attribute|binary_operator|boolean_operator|"
	  "comparison_operator|conditional_expression|list_comprehension|"
	  "dictionary_comprehension|set_comprehension|generator_expression|"
	  "parenthesized_expression|lambda|await|parameters|type|decorator|"
	  "import_statement|import_from_statement|future_import_statement|"
	  "return_statement|raise_statement|assert_statement|delete_statement",
	  .flags = LEAF },

	/* type Alias[T] = list[T] */
	{ "type|generic_type", .name = "*", .flags = THROUGH },

	/* definitions */
	{ "function_definition", "method", "name", "within=class",
	  .flags = LOCAL },
	{ "function_definition", "function", "name", .flags = LOCAL },
	{ "class_definition", "class", "name" },
	{ "type_alias_statement", "typedef", "left", "nametype=identifier",
	  .flags = PLAIN },
	{ "assignment", "method", "left", "left=identifier right=lambda "
	  "within=class", .flags = LOCAL },
	{ "assignment", "function", "left", "left=identifier right=lambda",
	  .flags = LOCAL },
	{ "assignment", "variable", "left", "left=identifier right "
	  "within=class", .flags = PLAIN },
	{ "assignment", "variable", "left", "left=identifier right",
	  .flags = OUTER | PLAIN },
	{ "assignment", "variable", "left.<identifier>+",
	  "left=pattern_list|tuple_pattern|list_pattern",
	  .flags = OUTER | PLAIN },

	{ "function_definition|class_definition", .label = "documented",
	  .when = "body.*.<string>~" },
	{ "function_definition", .label = "static",
	  .when = "^<decorator:@staticmethod>" },
	{ "function_definition|class_definition|assignment|"
	  "type_alias_statement", .label = "exported",
	  .when = "!begins=_ !within=function|method" },
	{ "function_definition", .label = "test", .when = "begins=test_" },
	{ "function_definition", .label = "test",
	  .when = "within=class begins=test" },
	{ "class_definition", .label = "test", .when = "begins=Test" },

	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "lambda", NULL, USE_SCOPE },
	{ "call", "function", USE_CALL },
	{ "decorator", "<identifier|attribute>", USE_CALL },
	{ "attribute", "attribute", USE_LAST },
	{ "type|generic_type|member_type|union_type",
	  "<identifier|type>", USE_TYPE },
	{ "generic_type|type_parameter", "<type>", USE_TYPE },
	{ "type", "<attribute|subscript|binary_operator>", USE_TYPE },
	{ "keyword_argument", "name", USE_NOT },
	{ "parameters|lambda_parameters", "<identifier>", USE_BIND },
	{ "parameters|lambda_parameters", "*", USE_SAME },
	{ "default_parameter|typed_default_parameter|"
	  "named_expression", "name", USE_BIND },
	{ "typed_parameter",
	  "<identifier|list_splat_pattern|dictionary_splat_pattern>", USE_BIND },
	{ "list_splat_pattern|dictionary_splat_pattern", "*", USE_BIND },
	{ "assignment|augmented_assignment|for_statement|"
	  "for_in_clause", "left", USE_BIND },
	{ "pattern_list|tuple_pattern|list_pattern|"
	  "as_pattern_target", "*", USE_SAME },
	{ "as_pattern", "alias", USE_BIND },
	{ "aliased_import", "alias", USE_BIND },
	{ "dotted_name", "*", USE_LAST },
	{ NULL }
};

const struct language lang_python = {
	.name = "python",
	.grammar = tree_sitter_python,
	.endings = (const char *const[]){ ".py", ".pyi", ".pyw", NULL },
	.names = (const char *const[]){ "SConstruct", "SConscript", "wscript",
	    ".pythonrc", NULL },
	.interpreters = (const char *const[]){ "python", "pypy",
	    "pythonw", "ipython", NULL },
	.separator = ".",
	.body = "body|right.body",
	.exports = "__all__",
	.rules = rules,
	.uses = uses
};
