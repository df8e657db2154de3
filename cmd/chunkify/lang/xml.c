#include "../lang.h"

const TSLanguage *tree_sitter_xml(void);

#define ATTRIBUTE(name) "<STag|EmptyElemTag>.<Attribute:Name=" name ">." \
	"<AttValue>"

/*
 * The root, what is right in it, and whatever has an id. Deeper there are rows
 * of data and runs of text, of which a list would say nothing.
 */
static const struct rule rules[] = {
	{ "document", .flags = BLOCK },
	{ "content|doctypedecl|ERROR", .flags = LINES },
	{ "Comment", .flags = DOC | COMMENT },
	{ "STag|ETag|EmptyElemTag|CharData|CDSect|prolog", .flags = LEAF },

	/* definitions */
	{ "element", "root", "<STag|EmptyElemTag>.<Name>",
	  "parent=document" },
	{ "element", "element",
	  ATTRIBUTE("name|id") "|<STag|EmptyElemTag>.<Name>", "depth<2" },
	{ "element", "id", ATTRIBUTE("id|xml:id"), .flags = PLAIN },
	{ NULL }
};

const struct language lang_xml = {
	.name = "xml",
	.grammar = tree_sitter_xml,
	.endings = (const char *const[]){ ".xml", ".xsd", ".xsl", ".xslt",
	    ".svg", ".pom", ".csproj", ".vbproj", ".vcxproj", ".fsproj",
	    ".props", ".targets", ".plist", ".xaml", ".rng", ".wsdl",
	    ".xlf", ".storyboard", ".xib", ".config", NULL },
	.separator = "/",
	.rules = rules
};
