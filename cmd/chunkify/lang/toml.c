#include "../lang.h"

const TSLanguage *tree_sitter_toml(void);

/*
 * Tables and the keys right in them or at the top. A table ends where the next
 * begins, whatever its dotted name says, so its name is the whole of that.
 */
static const struct rule rules[] = {
	{ "document", .flags = BLOCK },
	{ "table|table_array_element|array|inline_table|ERROR",
	  .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "pair", .flags = LEAF },

	/* definitions */
	{ "table", "table", "<bare_key|quoted_key|dotted_key>" },
	{ "table_array_element", "arraytable",
	  "<bare_key|quoted_key|dotted_key>" },
	{ "pair", "key", "<bare_key|quoted_key|dotted_key>",
	  "parent=document|table|table_array_element", .flags = PLAIN },
	{ NULL }
};

const struct language lang_toml = {
	.name = "toml",
	.grammar = tree_sitter_toml,
	.endings = (const char *const[]){ ".toml", NULL },
	.names = (const char *const[]){ "Cargo.lock", "poetry.lock",
	    "Pipfile", "uv.lock", NULL },
	.separator = ".",
	.rules = rules
};
