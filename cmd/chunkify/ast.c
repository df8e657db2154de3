#include <stdlib.h>

#include "ast.h"
#include "base/mem.h"

void
ast_list(struct ast *out, const struct grammar *g, TSNode root)
{
	TSTreeCursor c = ts_tree_cursor_new(root);
	int64_t *above = NULL, parent = -1;	/* by depth: listed parent */
	size_t depth = 0, capabove = 0, cap = 0;

	out->node = NULL;
	out->n = 0;
	for (;;) {
		TSNode node = ts_tree_cursor_current_node(&c);
		const char *kind = g->ast[kind_of(g, node)];

		above = xgrow(above, &capabove, depth + 1, sizeof *above);
		above[depth] = parent;
		if (kind != NULL && ts_node_is_named(node)) {
			out->node = xgrow(out->node, &cap, out->n + 1,
			    sizeof *out->node);
			out->node[out->n] = (struct ast_node){ .id = out->n,
			    .parent_id = parent, .kind = kind,
			    .byte_start = ts_node_start_byte(node),
			    .byte_end = ts_node_end_byte(node) };
			parent = out->n++;
		}
		if (ts_tree_cursor_goto_first_child(&c)) {
			depth++;
			continue;
		}
		parent = above[depth];
		while (depth != 0 && !ts_tree_cursor_goto_next_sibling(&c)) {
			ts_tree_cursor_goto_parent(&c);
			parent = above[--depth];
		}
		if (depth == 0)
			break;
	}
	ts_tree_cursor_delete(&c);
	free(above);
}

void
ast_free(struct ast *a)
{
	free(a->node);
}
