#include "../lang.h"

const TSLanguage *tree_sitter_ocaml_interface(void);

static const struct rule rules[] = {
#include "ocaml.h"
	{ NULL }
};

static const struct use uses[] = {
#include "ocaml_uses.h"
	{ NULL }
};

const struct language lang_ocaml_interface = {
	.name = "ocaml_interface",
	.grammar = tree_sitter_ocaml_interface,
	.endings = (const char *const[]){ ".mli", NULL },
	.separator = ".",
	.rules = rules,
	.uses = uses
};
