#include "../lang.h"

const TSLanguage *tree_sitter_svelte(void);

/* A component: its scripts, its styles, and the markup between its logic
 * blocks, of which the ids are listed. */
static const struct rule rules[] = {
#include "html.h"
	{ "if_statement|else_statement|else_if_statement|each_statement|"
	  "else_each_statement|await_statement|then_statement|"
	  "catch_statement|key_statement", .flags = LINES },

	/* definitions */
	{ "script_element", "script", ATTRIBUTE("id") "|=script",
	  .flags = PLAIN },
	{ "style_element", "stylesheet", ATTRIBUTE("id") "|=style",
	  .flags = PLAIN },
	{ "element", "id", ATTRIBUTE("id"), .flags = PLAIN },

	{ "if_statement", .ast = "If" },
	{ "each_statement", .ast = "For" },
	{ NULL }
};

const struct language lang_svelte = {
	.name = "svelte",
	.grammar = tree_sitter_svelte,
	.endings = (const char *const[]){ ".svelte", NULL },
	.separator = " / ",
	.body = "<raw_text>",
	.markup = STRICT,
	.rules = rules
};
