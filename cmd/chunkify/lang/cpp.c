#include "../lang.h"

const TSLanguage *tree_sitter_cpp(void);

/* Words that the parser takes for names where it does not know a macro. */
#define WORDS	"class|struct|union|enum|static|inline|extern|const|" \
	"constexpr|unsigned|signed|void|char|short|int|long|float|double|" \
	"bool|size_t|return|if|else|for|while|do|switch|case|default|" \
	"sizeof|typedef|volatile|virtual|explicit|public|private|protected|" \
	"template|typename|using|namespace|noexcept|catch|defined"

static const struct rule rules[] = {
	{ "translation_unit|declaration_list", .flags = BLOCK },
	{ "preproc_if|preproc_ifdef|preproc_else|preproc_elif|preproc_elifdef|"
	  "ERROR", .flags = LINES },
	{ "field_declaration_list", .flags = BLOCK },
	{ "compound_statement", .flags = BLOCK | TOP },
	{ "function_definition|declaration|type_definition|"
	  "expression_statement|if_statement|ERROR", .flags = TOP },
	{ "case_statement", .flags = LINES },
	{ "enumerator_list|initializer_list|argument_list", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "attribute_declaration", .flags = DOC },
	{ "access_specifier", .flags = DOC | PLAIN },
	{ "template_declaration|friend_declaration", .flags = WRAP },
	{ "friend_declaration", .flags = LOCAL },
	{ "lambda_expression", .flags = LOCAL },
	{ "parameter_list|preproc_params|preproc_arg|attribute_specifier|"
	  "template_parameter_list|template_argument_list|base_class_clause|"
	  "field_initializer_list", .flags = LEAF },

	/* where a declarator's name is */
	{ "pointer_declarator|function_declarator|array_declarator|"
	  "init_declarator", .name = "declarator", .flags = THROUGH },
	{ "parenthesized_declarator|attributed_declarator|"
	  "reference_declarator", .name = "*", .flags = THROUGH },
	{ "structured_binding_declarator", .name = "<identifier>+",
	  .flags = THROUGH },
	{ "qualified_identifier", .name = "name", .scope = "scope",
	  .flags = THROUGH },
	{ "template_type|template_function|template_method", .name = "name",
	  .flags = THROUGH },
	{ "operator_cast", .name = "<operator>..declarator.parameters|"
	  "<operator>..declarator.declarator.parameters|"
	  "<operator>..declarator.<abstract_function_declarator>.parameters|"
	  "<operator>..declarator", .flags = THROUGH },

	/* definitions */
	{ "nested_namespace_specifier", .name = "*+", .flags = THROUGH },
	{ "namespace_definition", "namespace", "name", .flags = NESTS },
	{ "function_definition", "function", "declarator",
	  "!<delete_method_clause> !declarator=identifier|parenthesized_declarator "
	  "!is=" WORDS, .flags = LOCAL | OUTER },
	{ "function_definition", "function", "declarator",	/* not FOR() {} */
	  "type !<delete_method_clause> !declarator=identifier|parenthesized_declarator "
	  "!is=" WORDS, .flags = LOCAL },
	/* MACRO(name, ...) { ... }: name, and the macro too */
	{ "expression_statement", "function",
	  "<call_expression>.arguments.<identifier>",
	  "next=compound_statement <;> !is=" WORDS,
	  .flags = LOCAL | OUTER | NEXT | ALSO },
	{ "expression_statement", "function", "<call_expression>.function",
	  "next=compound_statement <;>", .flags = LOCAL | OUTER | NEXT },
	{ "class_specifier", "class", "name", "body" },
	{ "struct_specifier", "struct", "name", "body" },
	{ "union_specifier", "union", "name", "body" },
	{ "enum_specifier", "enum", "name", "body" },
	{ "concept_definition", "concept", "name", .flags = PLAIN },
	{ "alias_declaration", "typedef", "name", .flags = PLAIN },
	{ "namespace_alias_definition", "alias", "name", .flags = PLAIN },
	{ "type_definition", "typedef", "<ERROR>.<identifier|type_identifier>|"
	  "declarator+", "!is=" WORDS, .flags = PLAIN },
	{ "declaration", "variable", "<ERROR>.<identifier>", "!is=" WORDS
	  " declarator=identifier", .flags = OUTER | PLAIN },
	{ "declaration", "variable", "declarator+",
	  "!<storage_class_specifier:extern> !named=function_declarator "
	  "!nametype=init_declarator|operator_cast|operator_name|destructor_name "
	  "!declarator=parenthesized_declarator !is=" WORDS, .flags = OUTER | PLAIN, .ast = "Variable" },
	/* void m() { }; in a class */
	{ "field_declaration", "function", "declarator",
	  "default_value=initializer_list named=function_declarator",
	  .flags = LOCAL },
	/* static data members */
	{ "field_declaration", "member", "declarator+",
	  "<storage_class_specifier:static> !named=function_declarator",
	  .flags = PLAIN },
	{ "preproc_def|preproc_function_def", "macro", "name",
	  .flags = PLAIN },

	{ "function_definition|declaration", .label = "static",
	  .when = "<storage_class_specifier:static>" },
	/* not static, nor in a class or a namespace without a name */
	{ "function_definition|declaration", .label = "exported", .when =
	  "!<storage_class_specifier:static> parent=translation_unit|"
	  "template_declaration|linkage_specification|preproc_if|"
	  "preproc_ifdef|preproc_else !grand=field_declaration_list" },
	{ "function_definition|declaration", .label = "exported", .when =
	  "!<storage_class_specifier:static> parent=declaration_list "
	  "grand=linkage_specification" },
	{ "function_definition|declaration", .label = "exported", .when =
	  "!<storage_class_specifier:static> grand=namespace_definition "
	  "^^name" },
	{ "function_definition", .label = "test", .when =
	  "is=TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P|BOOST_AUTO_TEST_CASE|"
	  "BOOST_FIXTURE_TEST_CASE|TEST_CASE|SCENARIO|TEST_METHOD" },
	{ "expression_statement", .label = "test", .when =
	  "is=TEST_CASE|SCENARIO|TEST_CASE_METHOD" },

	{ NULL }
};

static const struct masks masks = {
	.heads = (const char *const[]){ "class", "struct", "union", "enum",
	    NULL },
	.spaces = (const char *const[]){ "namespace", NULL },
	.starts = (const char *const[]){ "static", "inline", "extern",
	    "virtual", "explicit", "friend", "constexpr", "template",
	    "typedef", "class", "struct", "void", "bool", "int", "unsigned",
	    "auto", "explicit", NULL },
	.tails = (const char *const[]){ "const", "override", "noexcept",
	    "final", NULL },
	.modules = 1,
	.scopes = SCOPES_POINTER,
	.loops = (const char *const[]){ "for_each", "foreach", "FOREACH",
	    "FOR_EACH", NULL },
	.keywords = (const char *const[]){ "else", "do", "export", NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "type_identifier", NULL, USE_TYPE },
	{ "offsetof", NULL, USE_CALL },
	{ "field_identifier", NULL, USE_TOKEN },
	{ "destructor_name", NULL, USE_NOT },
	{ "preproc_arg", NULL, USE_LEX },
	{ "preproc_function_def|lambda_expression|"
	  "template_declaration", NULL, USE_SCOPE },
	{ "call_expression", "function", USE_CALL },
	{ "field_expression", "field", USE_LAST },
	{ "new_expression", "type", USE_CALL },
	{ "qualified_identifier", "name", USE_SAME },
	{ "qualified_identifier", "scope", USE_TYPE },
	{ "template_function|template_type|template_method", "name", USE_SAME },
	{ "dependent_name", "*", USE_SAME },
	{ "declaration|parameter_declaration|"
	  "optional_parameter_declaration|"
	  "variadic_parameter_declaration|for_range_loop|"
	  "condition_clause", "declarator", USE_BIND },
	{ "init_declarator|pointer_declarator|array_declarator|"
	  "function_declarator", "declarator", USE_SAME },
	{ "parenthesized_declarator|attributed_declarator|"
	  "reference_declarator|variadic_declarator|"
	  "structured_binding_declarator", "*", USE_SAME },
	{ "field_declaration|type_definition", "declarator", USE_NOT },
	{ "type_parameter_declaration", "<type_identifier>", USE_BIND },
	{ "optional_type_parameter_declaration", "name", USE_BIND },
	{ "lambda_capture_initializer", "left", USE_BIND },
	{ "field_initializer", "<field_identifier>", USE_NAME },
	{ "enumerator", "name", USE_NOT },
	{ "namespace_definition", "name", USE_NOT },
	{ "preproc_params", "*", USE_BIND },
	{ "labeled_statement", "label", USE_NOT },
	{ NULL }
};

const struct language lang_cpp = {
	.name = "cpp",
	.grammar = tree_sitter_cpp,
	.endings = (const char *const[]){ ".cc", ".cpp", ".cxx", ".c++", ".C",
	    ".hh", ".hpp", ".hxx", ".h++", ".H", ".ipp", ".inl", ".tcc",
	    ".txx", ".ixx", ".cppm", ".cu", ".cuh", ".ino", NULL },
	.claims = (const char *const[]){ ".h", NULL },
	.claim_words = (const char *const[]){ "namespace ", "namespace{",
	    "template<", "template <", "class ", "public:", "private:",
	    "protected:", "using ", "virtual ", "explicit ", "constexpr ",
	    "inline namespace ", NULL },
	.separator = "::",
	.body = "body|<init_declarator>.value.body|"
	    "<init_declarator>.<initializer_list>",
	.keyword = "operator",
	.masks = &masks,
	.rules = rules,
	.uses = uses
};
