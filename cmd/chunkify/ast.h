/*
 * The syntax nodes of a file under normalised kinds, for --ast.
 */
#ifndef AST_H
#define AST_H

#include "lang.h"
#include "record/record.h"

struct ast {
	struct ast_node *node;	/* in document order, ids from 0 */
	size_t n;
};

/* List the nodes to which the language's table gives a kind. ast_free when
 * done; the table owns the kinds. */
void ast_list(struct ast *out, const struct grammar *g, TSNode root);
void ast_free(struct ast *a);

#endif
