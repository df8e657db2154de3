#include "../lang.h"

const TSLanguage *tree_sitter_ocaml(void);

static const struct rule rules[] = {
#include "ocaml.h"
	{ NULL }
};

const struct language lang_ocaml = {
	.name = "ocaml",
	.grammar = tree_sitter_ocaml,
	.endings = (const char *const[]){ ".ml", NULL },
	.interpreters = (const char *const[]){ "ocaml", NULL },
	.separator = ".",
	.rules = rules
};
