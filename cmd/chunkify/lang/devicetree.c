#include "../lang.h"

const TSLanguage *tree_sitter_devicetree(void);

/*
 * A node is named by its label, by which other files speak of it (&label adds
 * to it there), or else by its name and address.
 */
static const struct rule rules[] = {
	{ "document|node", .flags = BLOCK },
	{ "preproc_if|preproc_ifdef|preproc_else|preproc_elif|"
	  "preproc_elifdef|property|integer_cells|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "preproc_params|preproc_arg|preproc_include", .flags = LEAF },

	/* definitions */
	{ "node", "node", "name", "is=/", .flags = PLAIN },
	{ "node", "node", "label|name.label|name..<{>" },
	{ "preproc_def|preproc_function_def", "macro", "name",
	  .flags = PLAIN },

	{ "dtsi_include|preproc_include", .ast = "Import" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_NOT },
	{ "call_expression", "function", USE_CALL },
	{ "reference", "label", USE_NAME },
	{ NULL }
};

const struct language lang_devicetree = {
	.name = "devicetree",
	.grammar = tree_sitter_devicetree,
	.endings = (const char *const[]){ ".dts", ".dtsi", ".dtso",
	    ".overlay", NULL },
	.separator = "/",
	.rules = rules,
	.uses = uses
};
