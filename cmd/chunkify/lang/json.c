#include "../lang.h"

const TSLanguage *tree_sitter_json(void);

/*
 * Keys, as ctags names their kinds: objects and arrays three levels deep
 * (components.schemas.User), the rest two (scripts.build). What is deeper is
 * too much to list and is found by its text, and so is what stands in an
 * array.
 */
static const struct rule rules[] = {
	{ "document", .flags = BLOCK },
	{ "object|array|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "string|number", .flags = LEAF },
	{ "array", .flags = LOCAL },

	/* definitions */
	{ "pair", "object", "key", "value=object depth<3", .flags = OUTER },
	{ "pair", "array", "key", "value=array depth<3",
	  .flags = OUTER | PLAIN },
	{ "pair", "string", "key", "value=string depth<2",
	  .flags = OUTER | PLAIN },
	{ "pair", "number", "key", "value=number depth<2",
	  .flags = OUTER | PLAIN },
	{ "pair", "boolean", "key", "value=true|false depth<2",
	  .flags = OUTER | PLAIN },
	{ "pair", "null", "key", "value=null depth<2",
	  .flags = OUTER | PLAIN },
	{ NULL }
};

const struct language lang_json = {
	.name = "json",
	.grammar = tree_sitter_json,
	.endings = (const char *const[]){ ".json", ".jsonc", ".json5",
	    ".geojson", ".webmanifest", ".ipynb", ".avsc", ".jsonld", NULL },
	.names = (const char *const[]){ ".eslintrc", ".babelrc", ".prettierrc",
	    ".jshintrc", ".swcrc", "composer.lock", "Pipfile.lock",
	    "flake.lock", NULL },
	.separator = ".",
	.rules = rules
};
