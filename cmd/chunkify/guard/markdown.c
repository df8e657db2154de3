/*
 * Markdown's scanner keeps four bytes of each open block in the 1,024 bytes
 * that the parser has for its state, and the parser aborts when they are
 * over. Who nests deeper than this gets no further tokens: an error in the
 * tree, in which lines can still be cut.
 */
#define BLOCKS_MAX	200

#define tree_sitter_markdown_external_scanner_scan	scan_unguarded
#include "scanner.c"
#undef tree_sitter_markdown_external_scanner_scan

bool
tree_sitter_markdown_external_scanner_scan(void *payload, TSLexer *lexer,
    const bool *valid_symbols)
{
	const Scanner *s = payload;

	return s->open_blocks.size < BLOCKS_MAX &&
	    scan_unguarded(payload, lexer, valid_symbols);
}
