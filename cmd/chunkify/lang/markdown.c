#include "../lang.h"

const TSLanguage *tree_sitter_markdown(void);

/*
 * A section is named by its heading and reaches up to the next of its level
 * or a higher one; those around it are its scope. The grammar has sections for
 * headings with "#" alone; one that is underlined goes on, within the section
 * in which it stands, up to the next such.
 */
#define SECTION(kind, marker) \
	{ "section", kind, "<atx_heading>.heading_content|=(untitled)", \
	  "<atx_heading>.<" marker ">~" }

static const struct rule rules[] = {
	{ "document|section|list|block_quote", .flags = BLOCK },
	{ "list_item|paragraph|pipe_table|fenced_code_block|html_block|"
	  "ERROR", .flags = LINES },
	{ "atx_heading|inline|code_fence_content|link_reference_definition|"
	  "block_quote|html_block|pipe_table", .flags = LEAF },

	{ "paragraph", .name = "<inline>", .flags = THROUGH },

	/* definitions */
	SECTION("chapter", "atx_h1_marker"),
	SECTION("section", "atx_h2_marker"),
	SECTION("subsection", "atx_h3_marker"),
	SECTION("subsubsection", "atx_h4_marker"),
	SECTION("l4subsection", "atx_h5_marker"),
	SECTION("l5subsection", "atx_h6_marker"),
	{ "setext_heading", "chapter", "heading_content",
	  "<setext_h1_underline>", .until = "<setext_h1_underline>" },
	{ "setext_heading", "section", "heading_content",
	  .until = "<setext_h1_underline|setext_h2_underline>" },
	{ NULL }
};

const struct language lang_markdown = {
	.name = "markdown",
	.grammar = tree_sitter_markdown,
	.endings = (const char *const[]){ ".md", ".markdown", ".mdown",
	    ".mkd", ".mkdn", ".mdx", ".qmd", ".Rmd", ".rmd", NULL },
	.separator = " / ",
	.head = "<atx_heading>",
	.trim = "#",
	.rules = rules
};
