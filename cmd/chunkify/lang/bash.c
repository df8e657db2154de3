#include "../lang.h"

const TSLanguage *tree_sitter_bash(void);

static const struct rule rules[] = {
	{ "function_definition|ERROR", .flags = TOP },
	{ "program|compound_statement|do_group|subshell", .flags = BLOCK },
	{ "if_statement|elif_clause|else_clause|case_statement|case_item|"
	  "array|list|pipeline|command|variable_assignments|ERROR",
	  .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "command|variable_assignment|test_command|heredoc_redirect|"
	  "string|raw_string", .flags = LEAF },

	/* definitions; f() { ...; } >log is one too */
	{ "function_definition", "function", "name", .flags = LOCAL },
	{ "declaration_command", "constant", "<variable_assignment>+.name",
	  "<readonly> nametype=variable_name", .flags = OUTER | PLAIN },
	{ "declaration_command", "constant", "<variable_assignment>+.name",
	  "<word:-r> nametype=variable_name", .flags = OUTER | PLAIN },
	{ "declaration_command", "variable", "<variable_assignment>+.name",
	  "<declare|typeset> nametype=variable_name", .flags = OUTER | PLAIN },

	{ "subshell", .ast = "Block" },
	{ "case_statement", .ast = "Switch" },
	{ NULL }
};

static const struct use uses[] = {
	{ "command_name", NULL, USE_NOT },
	{ "command_name", "<word>", USE_CALL },
	{ "word", NULL, USE_NOT },
	{ NULL }
};

const struct language lang_bash = {
	.name = "bash",
	.grammar = tree_sitter_bash,
	.endings = (const char *const[]){ ".sh", ".bash", ".ksh", ".bats",
	    ".ebuild", ".eclass", NULL },
	.names = (const char *const[]){ ".bashrc", ".bash_profile",
	    ".bash_login", ".bash_logout", ".bash_aliases", ".profile",
	    ".kshrc", ".mkshrc", ".envrc", "bashrc", "bash.bashrc", "PKGBUILD",
	    "APKBUILD", NULL },
	.interpreters = (const char *const[]){ "bash", "sh", "dash", "ksh",
	    "mksh", "ash", "bats", NULL },
	.separator = ".",
	.rules = rules,
	.uses = uses
};
