#include "../lang.h"

const TSLanguage *tree_sitter_zig(void);

#define TYPES "struct|enum|union|type"

static const struct rule rules[] = {
	{ "source_file|struct_declaration|enum_declaration|"
	  "union_declaration|opaque_declaration|block", .flags = BLOCK },
	{ "switch_expression|arguments|initializer_list|parameters|"
	  "error_set_declaration|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "string|multiline_string|parameters|arguments", .flags = LEAF },

	/* definitions */
	{ "variable_declaration", "struct", "<identifier>",
	  "<struct_declaration>" },
	{ "variable_declaration", "enum", "<identifier>",
	  "<enum_declaration>" },
	{ "variable_declaration", "union", "<identifier>",
	  "<union_declaration>" },
	{ "variable_declaration", "type", "<identifier>",
	  "<opaque_declaration|error_set_declaration>" },
	{ "function_declaration", "method", "name", "within=" TYPES,
	  .flags = LOCAL },
	{ "function_declaration", "function", "name", .flags = LOCAL },
	{ "variable_declaration", "constant", "<identifier>",
	  "<const> !is=_", .flags = OUTER | PLAIN },
	{ "variable_declaration", "variable", "<identifier>", "<var>",
	  .flags = OUTER | PLAIN },
	{ "test_declaration", "test", "<string|identifier>|=test",
	  .flags = LOCAL },

	{ "function_declaration|variable_declaration", .label = "exported",
	  .when = "<pub>" },
	{ "function_declaration", .label = "exported", .when = "<export>" },
	{ "test_declaration", .label = "test" },

	{ "test_declaration", .ast = "Function" },
	{ "enum_declaration", .ast = "Enum" },
	{ "union_declaration", .ast = "Struct" },
	{ "try_expression", .ast = "Try" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "call_expression", "function", USE_CALL },
	{ "field_expression", "member", USE_LAST },
	{ "parameter", "name", USE_BIND },
	{ "parameter", "type", USE_TYPE },
	{ "variable_declaration", "<identifier>", USE_BIND },
	{ "payload", "<identifier>", USE_BIND },
	{ "container_field", "name", USE_NOT },
	{ NULL }
};

const struct language lang_zig = {
	.name = "zig",
	.grammar = tree_sitter_zig,
	.endings = (const char *const[]){ ".zig", ".zon", NULL },
	.separator = ".",
	.rules = rules,
	.uses = uses
};
