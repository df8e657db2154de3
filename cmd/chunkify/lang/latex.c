#include "../lang.h"

const TSLanguage *tree_sitter_latex(void);

/* A section is named by its heading; those around it are its scope. */
#define TEXT	"<text|generic_command|inline_formula>"
#define SECTION(kind) \
	{ kind, kind, "text." TEXT "..text.<}>$" }

static const struct rule rules[] = {
	{ "source_file|part|chapter|section|subsection|subsubsection|"
	  "paragraph|subparagraph|generic_environment", .flags = BLOCK },
	{ "enum_item|text|math_environment|curly_group|ERROR",
	  .flags = LINES },
	{ "line_comment|block_comment|comment_environment",
	  .flags = DOC | COMMENT },
	{ "inline_formula|displayed_equation|citation|package_include|"
	  "verbatim_environment|listing_environment|minted_environment",
	  .flags = LEAF },

	/* definitions */
	SECTION("part"),
	SECTION("chapter"),
	SECTION("section"),
	SECTION("subsection"),
	SECTION("subsubsection"),
	SECTION("paragraph"),
	SECTION("subparagraph"),
	{ "label_definition", "label", "name.label", .flags = PLAIN },
	{ "new_command_definition", "command",
	  "declaration.command|declaration", .flags = PLAIN },
	{ "old_command_definition|let_command_definition", "command",
	  "declaration", .flags = PLAIN },
	{ "paired_delimiter_definition", "command", "declaration.command",
	  .flags = PLAIN },
	{ "environment_definition", "environment", "name.text",
	  .flags = PLAIN },
	{ "theorem_definition", "theorem", "name.text", .flags = PLAIN },
	{ "counter_declaration", "counter", "counter.word",
	  .flags = PLAIN },
	{ NULL }
};

const struct language lang_latex = {
	.name = "latex",
	.grammar = tree_sitter_latex,
	.endings = (const char *const[]){ ".tex", ".ltx", ".sty", ".cls",
	    NULL },
	.separator = " / ",
	.head = "text",
	.rules = rules
};
