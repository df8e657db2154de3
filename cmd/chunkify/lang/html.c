#include "../lang.h"

const TSLanguage *tree_sitter_html(void);

/*
 * A heading goes on up to the next of its rank or a higher one beside it; its
 * name is all that stands in it. ctags lists three ranks of them.
 */
static const struct rule rules[] = {
#include "html.h"
	/* definitions */
	{ "element", "heading1", "&//<text|entity>+", TAG("h1"), .until = TAG("h1") },
	{ "element", "heading2", "&//<text|entity>+", TAG("h2"), .until = TAG("h1|h2") },
	{ "element", "heading3", "&//<text|entity>+", TAG("h3"),
	  .until = TAG("h1|h2|h3") },
	{ "element", "title", "&//<text|entity>+", TAG("title"), .flags = PLAIN },
	{ "element", "id", ATTRIBUTE("id"), .flags = PLAIN },
	{ "element", "anchor", ATTRIBUTE("name"), TAG("a"), .flags = PLAIN },
	{ "script_element", "script", ATTRIBUTE("id") "|" ATTRIBUTE("src")
	  "|=script", .flags = PLAIN },
	{ "style_element", "stylesheet", ATTRIBUTE("id") "|=style",
	  .flags = PLAIN },
	{ NULL }
};

const struct language lang_html = {
	.name = "html",
	.grammar = tree_sitter_html,
	.endings = (const char *const[]){ ".html", ".htm", ".xhtml", NULL },
	.separator = " / ",
	.body = "<raw_text>",
	.markup = LOOSE,
	.rules = rules
};
