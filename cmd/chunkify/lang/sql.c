#include "../lang.h"

const TSLanguage *tree_sitter_sql(void);

/*
 * What a statement creates; dialects that the grammar does not know (T-SQL,
 * dumps) leave it in errors, and are cut between lines. Function bodies are
 * not looked into: they are in languages of their own.
 */
/* A statement that the grammar does not know, shown as "CREATE TYPE" (mend.h). */
#define SHOWN(upper, lower) "<keyword_type:" upper "|" lower ">"

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
	{ "create_type", "table", "<object_reference>", SHOWN("TABL", "tabl") },
	{ "create_type", "view", "<object_reference>", SHOWN("VIEW", "view") },
	{ "create_type", "function", "<object_reference>",
	  SHOWN("FUNC", "func") },
	{ "create_type", "function", "<object_reference>",
	  SHOWN("AGGR", "aggr") },
	{ "create_type", "procedure", "<object_reference>",
	  SHOWN("PROC", "proc") },
	{ "create_type", "trigger", "<object_reference>",
	  SHOWN("TRIG", "trig") },
	{ "create_type", "index", "<object_reference>",
	  SHOWN("INDE", "inde") },
	{ "create_type", "domain", "<object_reference>",
	  SHOWN("DOMA", "doma") },
	{ "create_type", "sequence", "<object_reference>",
	  SHOWN("SEQU", "sequ") },
	{ "create_type", "publication", "<object_reference>",
	  SHOWN("PUBL", "publ") },
	{ "create_type", "service", "<object_reference>",
	  SHOWN("SERV", "serv") },
	{ "create_type", "type", "<object_reference>",
	  SHOWN("TYPE", "type") },
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

static const struct use uses[] = {
	{ "identifier", NULL, USE_NOT },
	{ "invocation", "<object_reference>", USE_CALL },
	{ "object_reference", "name", USE_SAME },
	{ "relation|from", "<object_reference>", USE_NAME },
	{ NULL }
};

const struct language lang_sql = {
	.name = "sql",
	.grammar = tree_sitter_sql,
	.endings = (const char *const[]){ ".sql", ".psql", ".pgsql", ".ddl",
	    ".mysql", NULL },
	.separator = ".",
	.body = "<column_definitions|function_body|create_query>",
	.dollar_quotes = 1,
	.rules = rules,
	.uses = uses
};
