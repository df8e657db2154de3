#include "../lang.h"

const TSLanguage *tree_sitter_ruby(void);

static const struct rule rules[] = {
	{ "program|body_statement|block_body|then|do|else|ensure|begin|"
	  "parenthesized_statements", .flags = BLOCK },
	{ "case|case_match|array|hash|argument_list|string_array|"
	  "symbol_array|binary|method_parameters|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "lambda", .flags = LOCAL },
	{ "string|regex|subshell|simple_symbol|delimited_symbol|"
	  "heredoc_body|string_array|symbol_array|method_parameters|"
	  "block_parameters", .flags = LEAF },

	{ "scope_resolution", .name = "name", .scope = "scope",
	  .flags = THROUGH },

	/* definitions */
	{ "class", "class", "name" },
	{ "module", "module", "name", .ast = "Module" },
	{ "method", "method", "name", .flags = LOCAL },
	/* def Foo.bar outside of Foo */
	{ "singleton_method", "method", "name",
	  "object=constant|scope_resolution !within=class|module",
	  .scope = "object", .flags = LOCAL },
	{ "singleton_method", "method", "name", .flags = LOCAL },
	{ "call", "accessor",
	  "arguments.<simple_symbol|delimited_symbol|string>+",
	  "arguments !receiver method~attr_accessor|attr_reader|attr_writer|"
	  "attr", .flags = OUTER | PLAIN },
	{ "call", "method",
	  "arguments.<simple_symbol|delimited_symbol|string>",
	  "arguments !receiver "
	  "method~define_method|define_singleton_method "
	  "!arguments.<delimited_symbol|string>.<interpolation>~",
	  .flags = LOCAL },
	{ "call", "alias",
	  "arguments.<simple_symbol|delimited_symbol|string>",
	  "arguments !receiver method~alias_method "
	  "!arguments.<delimited_symbol|string>.<interpolation>~",
	  .flags = PLAIN },
	{ "alias", "alias", "name", "!name=global_variable", .flags = PLAIN },

	/* Point = Struct.new(:x) do ... end */
	{ "assignment", "class", "left", "nametype=constant right=call "
	  "right.receiver~Struct|Class|Data right.method~new|define" },
	{ "assignment", "module", "left", "nametype=constant right=call "
	  "right.receiver~Module right.method~new" },
	{ "assignment", "constant", "left.<constant>+",
	  "left=left_assignment_list", .flags = PLAIN },
	{ "assignment|operator_assignment", "constant", "left",
	  "left=constant|scope_resolution", .flags = OUTER | PLAIN },
	{ "assignment|operator_assignment", "variable", "left",
	  "left=class_variable|global_variable", .flags = OUTER | PLAIN },

	{ "singleton_method", .label = "static" },
	{ "method", .label = "static", .when = "grand=singleton_class" },
	{ "call", .label = "static", .when = "method~define_singleton_method" },
	{ "method", .label = "test", .when = "begins=test_" },

	{ NULL }
};

static const struct use uses[] = {
	{ "identifier", NULL, USE_TOKEN },
	{ "constant", NULL, USE_TYPE },
	{ "lambda|block|do_block", NULL, USE_SCOPE },
	{ "call", "method", USE_CALL },
	{ "scope_resolution", "name", USE_LAST },
	{ "method_parameters|block_parameters|lambda_parameters",
	  "<identifier>", USE_BIND },
	{ "optional_parameter|keyword_parameter|splat_parameter|"
	  "hash_splat_parameter|block_parameter", "name", USE_BIND },
	{ "assignment|operator_assignment", "left", USE_BIND },
	{ "left_assignment_list|rest_assignment|exception_variable|"
	  "destructured_left_assignment", "*", USE_SAME },
	{ "for", "pattern", USE_BIND },
	{ NULL }
};

const struct language lang_ruby = {
	.name = "ruby",
	.grammar = tree_sitter_ruby,
	.endings = (const char *const[]){ ".rb", ".rake", ".gemspec", ".ru",
	    ".rbw", ".rbi", ".podspec", ".thor", ".jbuilder", NULL },
	.names = (const char *const[]){ "Rakefile", "Gemfile", "Guardfile",
	    "Capfile", "Vagrantfile", "Podfile", "Fastfile", "Appfile",
	    "Berksfile", "Brewfile", "Dangerfile", "Thorfile", "Steepfile",
	    "rakefile", ".irbrc", ".pryrc", ".simplecov", NULL },
	.interpreters = (const char *const[]){ "ruby", "jruby",
	    "truffleruby", "rake", "irb", NULL },
	.separator = "::",
	.body = "body|right.block|block",
	.trim = ":",
	.rules = rules,
	.uses = uses
};
