#include "../lang.h"

const TSLanguage *tree_sitter_typescript(void);

static const struct rule rules[] = {
#include "typescript.h"
	{ NULL }
};

static const struct use uses[] = {
#include "ecma_uses.h"
#include "typescript_uses.h"
	{ NULL }
};

const struct language lang_typescript = {
	.name = "typescript",
	.grammar = tree_sitter_typescript,
	.endings = (const char *const[]){ ".ts", ".mts", ".cts", NULL },
	.interpreters = (const char *const[]){ "deno", "ts-node", "tsx",
	    NULL },
	.separator = ".",
	.body = "body|value.body|right.body",
	.rules = rules,
	.uses = uses
};
