#include "../lang.h"

const TSLanguage *tree_sitter_make(void);

/* Variables are macros, as in ctags. */
static const struct rule rules[] = {
	{ "makefile|conditional|else_directive|elsif_directive",
	  .flags = BLOCK },
	{ "rule|recipe|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "variable_assignment|shell_assignment|define_directive|"
	  "include_directive|recipe_line|prerequisites", .flags = LEAF },

	/* definitions */
	{ "rule", "target", "<targets>.*+",
	  "!is=.PHONY|.SUFFIXES|.DEFAULT|.PRECIOUS|.SECONDARY|.INTERMEDIATE|"
	  ".SILENT|.IGNORE|.DELETE_ON_ERROR|.ONESHELL|.POSIX|.NOTPARALLEL|"
	  ".EXPORT_ALL_VARIABLES|.SECONDEXPANSION", .flags = PLAIN | ALSO },
	/* $(OBJS): %.o: %.c */
	{ "rule", "target", "target.*+", .flags = PLAIN },
	{ "variable_assignment|shell_assignment|define_directive|"
	  "VPATH_assignment|RECIPEPREFIX_assignment", "macro", "name", .flags = PLAIN },

	{ "rule", .ast = "Function" },
	{ "variable_assignment|shell_assignment", .ast = "Assign" },
	{ "define_directive", .ast = "Macro" },
	{ "include_directive", .ast = "Import" },
	{ "conditional", .ast = "If" },
	{ NULL }
};

const struct language lang_make = {
	.name = "make",
	.grammar = tree_sitter_make,
	.endings = (const char *const[]){ ".mk", ".mak", ".make", ".am",
	    NULL },
	.names = (const char *const[]){ "Makefile", "makefile", "GNUmakefile",
	    "BSDmakefile", "Kbuild", "Makefile.in", "GNUmakefile.in",
	    "Makefile.inc", NULL },
	.interpreters = (const char *const[]){ "make", "gmake", NULL },
	.separator = ".",
	.body = "<recipe>",
	.tabs = 1,
	.rules = rules
};
