#include "../lang.h"

const TSLanguage *tree_sitter_apex(void);

#define TYPES	"class_declaration|interface_declaration|enum_declaration"

static const struct rule rules[] = {
	{ "parser_output|class_body|interface_body|trigger_body",
	  .flags = BLOCK },
	{ "block|constructor_body", .flags = BLOCK },
	{ "enum_body|switch_block|array_initializer|argument_list|"
	  "formal_parameters|query_expression|ERROR", .flags = LINES },
	{ "line_comment|block_comment", .flags = DOC | COMMENT },
	{ "formal_parameters|modifiers|superclass|type_arguments",
	  .flags = LEAF },

	{ "variable_declarator", .name = "name", .flags = THROUGH },

	/* definitions */
	{ "class_declaration", "class", "name" },
	{ "interface_declaration", "interface", "name" },
	{ "enum_declaration", "enum", "name" },
	{ "trigger_declaration", "trigger", "name", .flags = LOCAL },
	{ "method_declaration|constructor_declaration", "method", "name",
	  .flags = LOCAL },
	{ "field_declaration", "property", "declarator", "<accessor_list>",
	  .flags = LOCAL | OUTER | PLAIN },
	{ "field_declaration|constant_declaration", "field", "declarator+",
	  .flags = OUTER | PLAIN, .ast = "Variable" },

	{ TYPES "|method_declaration|constructor_declaration|"
	  "field_declaration", .label = "exported",
	  .when = "<modifiers>.<modifier>+~public|global" },
	{ TYPES "|method_declaration|field_declaration", .label = "static",
	  .when = "<modifiers>.<modifier>+~static" },
	{ "class_declaration|method_declaration", .label = "test",
	  .when = "<modifiers>.<annotation>+.name~isTest|IsTest|istest|"
	  "TestSetup|testSetup" },
	{ "method_declaration", .label = "test",
	  .when = "<modifiers>.<modifier>+~testMethod|testmethod" },

	{ "query_expression", .ast = "Call" },
	{ NULL }
};

static const struct use uses[] = {
#include "java_uses.h"
	{ NULL }
};

const struct language lang_apex = {
	.name = "apex",
	.grammar = tree_sitter_apex,
	.endings = (const char *const[]){ ".trigger", ".apex", NULL },
	.claims = (const char *const[]){ ".cls", NULL },
	.claim_words = (const char *const[]){ "public", "private", "global",
	    "virtual", "abstract", "class", "@isTest", "@IsTest", NULL },
	.separator = ".",
	.body = "body|<accessor_list>",
	.rules = rules,
	.uses = uses
};
