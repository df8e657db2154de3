#include "../lang.h"

const TSLanguage *tree_sitter_sql(void);

/*
 * What a statement creates; dialects that the grammar does not know (T-SQL,
 * dumps) leave it in errors, and are cut between lines. Function bodies are
 * not looked into: they are in languages of their own.
 */
static const struct rule rules[] = {
	{ "program", .flags = BLOCK },
	{ "statement", .flags = WRAP },
	{ "create_table|column_definitions|function_body|insert|list|select|"
	  "from|block|transaction|where|ERROR", .flags = LINES },
	{ "comment|marginalia", .flags = DOC | COMMENT },

	{ "object_reference", .name = "name", .scope = "schema",
	  .flags = THROUGH },

	/* definitions */
	{ "create_table", "table", "<object_reference>" },
	{ "create_view|create_materialized_view", "view",
	  "<object_reference>" },
	{ "create_function", "function", "<object_reference>" },
	{ "create_trigger", "trigger", "<object_reference>" },
	{ "create_index", "index", "column" },
	{ "create_sequence", "sequence", "<object_reference>" },
	{ "create_type", "type", "<object_reference>" },
	{ "create_schema", "schema", "<identifier>" },
	{ "create_database", "database", "<identifier>" },
	{ "create_extension", "extension", "<identifier>" },
	{ "create_role", "role", "<identifier>" },

	{ "create_function|create_trigger",
	  .ast = "Function" },
	{ "create_table|create_view|create_materialized_view|create_type",
	  .ast = "Struct" },
	{ "invocation", .ast = "Call" },
	{ NULL }
};

const struct language lang_sql = {
	.name = "sql",
	.grammar = tree_sitter_sql,
	.endings = (const char *const[]){ ".sql", ".psql", ".pgsql", ".ddl",
	    ".mysql", NULL },
	.separator = ".",
	.dollar_quotes = 1,
	.rules = rules
};
