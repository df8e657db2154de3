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

	/* definitions */
	{ "pair", "object", "key",
	  "value=object grand=document|pair depth<3" },
	{ "pair", "array", "key", "value=array grand=document|pair depth<3",
	  .flags = PLAIN },
	{ "pair", "string", "key", "value=string grand=document|pair depth<2",
	  .flags = PLAIN },
	{ "pair", "number", "key", "value=number grand=document|pair depth<2",
	  .flags = PLAIN },
	{ "pair", "boolean", "key",
	  "value=true|false grand=document|pair depth<2", .flags = PLAIN },
	{ "pair", "null", "key", "value=null grand=document|pair depth<2",
	  .flags = PLAIN },
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
