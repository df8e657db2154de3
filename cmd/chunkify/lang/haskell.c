#include "../lang.h"

const TSLanguage *tree_sitter_haskell(void);

/* A signature and the clauses behind it are one definition. */
static const struct rule rules[] = {
	{ "haskell|declarations|class_declarations|instance_declarations|"
	  "local_binds|imports", .flags = BLOCK },
	{ "do|alternatives|exports|list|record|data_constructors|"
	  "gadt_constructors|match|function|bind|ERROR", .flags = LINES },
	{ "comment|haddock", .flags = DOC | COMMENT },
	{ "pragma", .flags = DOC },
	{ "header|import|string|type_params|exports|deriving",
	  .flags = LEAF },
	{ "lambda|match|local_binds", .flags = LOCAL },

	{ "binding_list", .name = "name+", .flags = THROUGH },
	{ "infix", .name = "operator", .flags = THROUGH },
	{ "prefix_id", .name = "*", .flags = THROUGH },
	{ "infix_id", .name = "*", .flags = THROUGH },
	{ "parens", .name = "*", .flags = THROUGH },
	{ "apply", .name = "function", .flags = THROUGH },

	/* definitions */
	{ "header", "module", "module", .flags = PLAIN },
	{ "data_type|newtype", "type", "name" },
	{ "type_synomym|type_family|data_family|type_instance|kind_signature",
	  "type", "name", .flags = PLAIN | MORE },
	{ "data_constructor", "constructor", "<prefix>.name|<record>.name|"
	  "<infix>.operator", .flags = PLAIN },
	{ "newtype_constructor|gadt_constructor", "constructor", "name",
	  .flags = PLAIN },
	{ "class", "class", "name|<infix>" },
	{ "instance|deriving_instance", "instance", "&<name|type_patterns>+" },
	{ "signature", "method", "name|names",
	  "parent=class_declarations|instance_declarations",
	  .flags = MORE | PLAIN },
	{ "function|bind", "method", "name|<infix>|implicit",
	  "parent=class_declarations|instance_declarations",
	  .flags = LOCAL | MORE },
	{ "signature", "function", "name|names", .flags = MORE },
	{ "function", "function", "name|<infix>", "match",
	  .flags = LOCAL | MORE },
	{ "bind", "function", "name", "name", .flags = LOCAL | MORE | OUTER },
	{ "pattern_synonym", "pattern", "<equation>.synonym|"
	  "<signature>.synonym", .flags = PLAIN | MORE },

	{ "data_type|newtype|type_synomym", .ast = "Struct" },
	{ "class", .ast = "Interface" },
	{ "instance", .ast = "Class" },
	{ "import", .ast = "Import" },
	{ "conditional", .ast = "If" },
	{ "alternative", .ast = "Case" },
	{ "do", .ast = "Block" },
	{ "apply", .ast = "Call" },
	{ NULL }
};

static const struct use uses[] = {
	{ "variable", NULL, USE_NAME },
	{ "constructor|name", NULL, USE_TYPE },
	{ "apply", "function", USE_CALL },
	{ "infix", "operator", USE_CALL },
	{ "qualified", "id", USE_SAME },
	{ "infix_id", "*", USE_SAME },
	{ "parens", "*", USE_SAME },
	{ "signature", "name", USE_NOT },
	{ "function|bind", "patterns", USE_BIND },
	{ "patterns", "<variable>", USE_BIND },
	{ "field_name", "*", USE_NOT },
	{ "match", "pattern", USE_BIND },
	{ NULL }
};

const struct language lang_haskell = {
	.name = "haskell",
	.grammar = tree_sitter_haskell,
	.endings = (const char *const[]){ ".hs", ".hsc", ".hs-boot", NULL },
	.interpreters = (const char *const[]){ "runhaskell", "runghc",
	    "stack", NULL },
	.directives = 1,
	.separator = ".",
	.body = "declarations|match",
	.rules = rules,
	.uses = uses
};
