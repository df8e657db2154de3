#include "../lang.h"

const TSLanguage *tree_sitter_yaml(void);

/*
 * Keys: those with a mapping or a sequence three levels deep
 * (components.schemas.User), the rest two (metadata.name). What is deeper is
 * too much to list and is found by its text, and so is what stands in a
 * sequence. Anchors are the only thing that ctags lists.
 */
#define BLOCK_VALUE "value.<block_mapping|block_sequence>~"
#define INSIDE "^^parent=document|block_mapping_pair"

static const struct rule rules[] = {
	{ "stream|document", .flags = BLOCK },
	{ "block_mapping|block_sequence|flow_mapping|flow_sequence|ERROR",
	  .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "plain_scalar|block_scalar|single_quote_scalar|double_quote_scalar|"
	  "flow_mapping|flow_sequence", .flags = LEAF },

	/* definitions */
	{ "block_mapping_pair", "key", "key",
	  INSIDE " " BLOCK_VALUE " depth<3" },
	{ "block_mapping_pair", "key", "key", INSIDE " depth<2",
	  .flags = PLAIN },
	{ "anchor", "anchor", "<anchor_name>", .flags = PLAIN },
	{ NULL }
};

const struct language lang_yaml = {
	.name = "yaml",
	.grammar = tree_sitter_yaml,
	.endings = (const char *const[]){ ".yaml", ".yml", ".sublime-syntax",
	    ".clang-format", NULL },
	.names = (const char *const[]){ ".clang-format", ".clang-tidy",
	    ".clangd", ".gemrc", ".yamllint", "CITATION.cff", "pubspec.lock",
	    NULL },
	.separator = ".",
	.rules = rules
};
