#include "../lang.h"

const TSLanguage *tree_sitter_css(void);

/*
 * A rule is named by its selectors, each; a rule in a rule (nesting) has the
 * outer one's as its scope. Of custom properties those of the page count.
 * ctags knows neither them nor keyframes, and loses attribute selectors.
 */
static const struct rule rules[] = {
	{ "stylesheet", .flags = BLOCK },
	{ "block|keyframe_block_list|selectors|arguments|ERROR",
	  .flags = LINES },
	{ "comment|js_comment", .flags = DOC | COMMENT },
	{ "selectors|import_statement|charset_statement|arguments",
	  .flags = LEAF },

	/* definitions */
	{ "rule_set", "class", "<selectors>.*+",
	  "<selectors>.<class_selector>~" },
	{ "rule_set", "id", "<selectors>.*+", "<selectors>.<id_selector>~" },
	{ "rule_set", "selector", "<selectors>.*+" },
	{ "keyframes_statement", "keyframes", "<keyframes_name>",
	  .flags = PLAIN },
	{ "declaration", "variable", "<property_name>", "begins=-- "
	  "^^<selectors>.<pseudo_class_selector>~:root", .flags = PLAIN },

	{ "import_statement", .ast = "Import" },
	{ "media_statement|supports_statement", .ast = "If" },
	{ "rule_set", .ast = "Class" },
	{ "declaration", .ast = "Assign" },
	{ NULL }
};

const struct language lang_css = {
	.name = "css",
	.grammar = tree_sitter_css,
	.endings = (const char *const[]){ ".css", NULL },
	.separator = " ",
	.body = "<block|keyframe_block_list>",
	.rules = rules
};
