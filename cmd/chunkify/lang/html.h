/*
 * The rows that HTML, Vue and Svelte share, and whatever has HTML's elements. Scripts
 * and styles are of their own languages; what is in none of ours stays one
 * block.
 */
#define ATTRIBUTE(name) "<start_tag|self_closing_tag>." \
	"<attribute:attribute_name=" name ">." \
	"<quoted_attribute_value|attribute_value>"
#define TAG(names) "<start_tag|self_closing_tag>.<tag_name>~" names

	{ "document", .flags = BLOCK },
	{ "element|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "start_tag|end_tag|self_closing_tag|text", .flags = LEAF },
	{ "quoted_attribute_value", .name = "<attribute_value>",
	  .flags = THROUGH },

	{ "raw_text", .embed = "typescript", .when = "parent=script_element "
	  "^" ATTRIBUTE("lang") "~ts|typescript" },
	{ "raw_text", .embed = "tsx",
	  .when = "parent=script_element ^" ATTRIBUTE("lang") "~tsx" },
	{ "raw_text", .embed = "json", .when = "parent=script_element "
	  "^" ATTRIBUTE("type") "~application/json|application/ld+json|"
	  "importmap" },
	{ "raw_text", .embed = "javascript", .when = "parent=script_element "
	  "!^" ATTRIBUTE("type") "~" },
	{ "raw_text", .embed = "javascript", .when = "parent=script_element "
	  "^" ATTRIBUTE("type") "~module|text/javascript|"
	  "application/javascript|text/babel|text/jsx" },
	{ "raw_text", .embed = "css", .when = "parent=style_element "
	  "!^" ATTRIBUTE("lang") "~" },
	{ "raw_text", .embed = "css", .when = "parent=style_element "
	  "^" ATTRIBUTE("lang") "~css|postcss" },
