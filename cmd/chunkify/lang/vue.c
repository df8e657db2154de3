#include "../lang.h"

const TSLanguage *tree_sitter_html(void);

/* A single file component: blocks in HTML's grammar, which takes {{ }} for
 * text. What is in a template is its own affair; ids are listed. */
static const struct rule rules[] = {
#include "html.h"
	/* definitions */
	{ "script_element", "script", ATTRIBUTE("id") "|=script",
	  .flags = PLAIN },
	{ "style_element", "stylesheet", ATTRIBUTE("id") "|=style",
	  .flags = PLAIN },
	{ "element", "template", "=template", "parent=document "
	  TAG("template"), .flags = PLAIN },
	{ "element", "block", "<start_tag>.<tag_name>", "parent=document",
	  .flags = PLAIN },
	{ "element", "id", ATTRIBUTE("id"), .flags = PLAIN },
	{ NULL }
};

const struct language lang_vue = {
	.name = "vue",
	.grammar = tree_sitter_html,
	.endings = (const char *const[]){ ".vue", NULL },
	.separator = " / ",
	.body = "<raw_text>",
	.markup = LOOSE,
	.rules = rules
};
