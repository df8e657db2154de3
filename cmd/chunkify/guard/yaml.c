/*
 * YAML's scanner keeps four bytes of each indentation in the 1,024 bytes that
 * the parser has for its state, and the parser aborts when they are over. Who
 * nests deeper than this gets no further tokens: an error in the tree, in
 * which lines can still be cut.
 */
#define INDENTS_MAX	150

#define tree_sitter_yaml_external_scanner_scan	scan_unguarded
#include "scanner.c"
#undef tree_sitter_yaml_external_scanner_scan

bool
tree_sitter_yaml_external_scanner_scan(void *payload, TSLexer *lexer,
    const bool *valid_symbols)
{
	const Scanner *s = payload;

	return s->ind_len_stk.size < INDENTS_MAX &&
	    scan_unguarded(payload, lexer, valid_symbols);
}
