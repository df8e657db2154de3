#include "../lang.h"

const TSLanguage *tree_sitter_hcl(void);

#define TOP "grand=config_file"

/*
 * Terraform's blocks have the kinds that ctags gives them, by their first
 * word; a resource's type is its scope, as in aws_instance.web. Blocks in
 * blocks and attributes, but those of locals, are too much to list.
 */
static const struct rule rules[] = {
	{ "config_file|body", .flags = BLOCK },
	{ "object|tuple|function_call|template_expr|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "expression", .flags = LEAF },

	/* definitions */
	{ "block", "resource", "<string_lit>$", TOP " <identifier:resource>",
	  .scope = "<string_lit>" },
	{ "block", "data", "<string_lit>$", TOP " <identifier:data>",
	  .scope = "<string_lit>" },
	{ "block", "variable", "<string_lit>", TOP " <identifier:variable>" },
	{ "block", "output", "<string_lit>", TOP " <identifier:output>" },
	{ "block", "module", "<string_lit>", TOP " <identifier:module>" },
	{ "block", "provider", "<string_lit>", TOP " <identifier:provider>" },
	{ "block", "locals", "<identifier>", TOP " <identifier:locals>" },
	{ "block", "block", "<string_lit>$|<identifier>", TOP },
	{ "attribute", "local", "<identifier>", "within=locals",
	  .flags = PLAIN },
	{ "attribute", "attribute", "<identifier>", TOP, .flags = PLAIN },

	{ "block", .ast = "Class" },
	{ "attribute", .ast = "Assign" },
	{ "function_call", .ast = "Call" },
	{ "conditional", .ast = "If" },
	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_NOT },
	{ "function_call", "<identifier>", USE_CALL },
	{ "get_attr", "<identifier>", USE_NAME },
	{ "variable_expr", "<identifier>", USE_NAME },
	{ NULL }
};

const struct language lang_hcl = {
	.name = "hcl",
	.grammar = tree_sitter_hcl,
	.endings = (const char *const[]){ ".tf", ".hcl", ".tfvars", ".nomad",
	    ".tofu", NULL },
	.names = (const char *const[]){ ".terraform.lock.hcl", NULL },
	.separator = ".",
	.body = "<block_start>",
	.rules = rules,
	.uses = uses
};
