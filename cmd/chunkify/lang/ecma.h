/*
 * The rows that JavaScript, TypeScript and TSX share: their grammars have the
 * same node types under other numbers. FUNC is what makes a name's value a
 * function.
 */
#define FUNC "arrow_function|function_expression|generator_function"

	{ "function_declaration|generator_function_declaration|"
	  "lexical_declaration|expression_statement|export_statement|ERROR",
	  .flags = TOP },
	{ "program|statement_block|class_body|switch_body", .flags = BLOCK },
	{ "variable_declaration|lexical_declaration|sequence_expression",
	  .flags = BLOCK },
	{ "switch_case|switch_default|object|array|arguments|"
	  "formal_parameters|object_pattern|named_imports|export_clause|"
	  "template_string|parenthesized_expression|binary_expression|"
	  "ternary_expression|ERROR", .flags = LINES },
	{ "comment|html_comment", .flags = DOC | COMMENT },
	{ "decorator", .flags = DOC },
	{ "export_statement|expression_statement|lexical_declaration|"
	  "variable_declaration", .flags = WRAP },
	{ FUNC, .flags = LOCAL },
	{ "class_static_block", .flags = LOCAL },
	{ "string|regex|import_statement|export_clause|"
	  "computed_property_name", .flags = LEAF },

	/*
	 * Foo.prototype.bar = ...: bar of Foo. this.bar: bar. foo().bar: bar.
	 */
	{ "member_expression", .name = "object", .when = "property~prototype",
	  .flags = THROUGH },
	{ "member_expression", .name = "property", .flags = THROUGH,
	  .scope = "<identifier|member_expression|subscript_expression>" },
	{ "subscript_expression", .name = "index", .when = "index=string",
	  .scope = "<identifier|member_expression|subscript_expression>",
	  .flags = THROUGH },
	{ "parenthesized_expression", .name = "*", .flags = THROUGH },

	/* const { a, b: c, ...d } = x; */
	{ "object_pattern|array_pattern", .name = "<identifier|pair_pattern|"
	  "shorthand_property_identifier_pattern|object_assignment_pattern|"
	  "assignment_pattern|rest_pattern|object_pattern|array_pattern>+",
	  .flags = THROUGH },
	{ "pair_pattern", .name = "value", .flags = THROUGH },
	{ "object_assignment_pattern|assignment_pattern", .name = "left",
	  .flags = THROUGH },
	{ "rest_pattern", .name = "*", .flags = THROUGH },

	/* definitions */
	{ "function_declaration", "function", "name", .flags = LOCAL },
	{ "generator_function_declaration", "generator", "name",
	  .flags = LOCAL },
	{ "function_expression|arrow_function", "function", "name|=default",
	  "parent=export_statement", .flags = LOCAL },
	{ "generator_function", "generator", "name|=default",
	  "parent=export_statement", .flags = LOCAL },
	/* an expression's own name, if it is not the one it is bound to */
	{ "function_expression", "function", "name", "name !same",
	  .flags = LOCAL },
	{ "generator_function", "generator", "name", "name !same",
	  .flags = LOCAL },
	{ "class_declaration", "class", "name" },
	{ "class", "class", "name|=default", "parent=export_statement" },
	{ "class", "class", "name", "name !same" },

	{ "method_definition", "getter", "name", "<get>", .flags = LOCAL },
	{ "method_definition", "setter", "name", "<set>", .flags = LOCAL },
	{ "method_definition", "generator", "name", "<*>", .flags = LOCAL },
	{ "method_definition", "method", "name", .flags = LOCAL },

	{ "variable_declarator", "generator", "name",
	  "value=generator_function", .flags = LOCAL },
	{ "variable_declarator", "function", "name", "value=" FUNC,
	  .flags = LOCAL },
	{ "variable_declarator", "class", "name", "value=class" },
	/* an object with functions is a place they are looked for in */
	{ "variable_declarator", "constant", "name",
	  "value=object ^kind=const nametype=identifier", .flags = OUTER },
	{ "variable_declarator", "variable", "name",
	  "value=object nametype=identifier", .flags = OUTER },
	{ "variable_declarator", "variable", "name",
	  "value=object nametype=identifier value.<method_definition>~" },
	{ "variable_declarator", "variable", "name",
	  "value=object nametype=identifier value.<pair>.<" FUNC ">~" },
	{ "variable_declarator", "constant", "name",
	  "^kind=const nametype=identifier|shorthand_property_identifier_pattern "
	  "!^parent=for_statement",
	  .flags = OUTER | PLAIN },
	{ "variable_declarator", "variable", "name",
	  "nametype=identifier|shorthand_property_identifier_pattern "
	  "!^parent=for_statement",
	  .flags = OUTER | PLAIN },

	{ "pair", "generator", "key", "value=generator_function",
	  .flags = LOCAL },
	{ "pair", "method", "key", "value=" FUNC, .flags = LOCAL },
	{ "pair", "class", "key", "value=class" },
	{ "pair", "property", "key", "value=object value.<method_definition>~" },
	{ "pair", "property", "key", "value=object value.<pair>.<" FUNC ">~" },
	{ "object", "variable", "=default", "parent=export_statement" },

	/* module.exports = function f: f */
	{ "assignment_expression", "function", "right.name",
	  "right=" FUNC " left~module.exports|exports", .flags = LOCAL },
	{ "assignment_expression", "class", "right.name",
	  "right=class left~module.exports|exports" },
	{ "assignment_expression", "generator", "left",
	  "right=generator_function !nametype=subscript_expression",
	  .flags = LOCAL },
	{ "assignment_expression", "method", "left", "right=" FUNC
	  " left.object.property~prototype !nametype=subscript_expression",
	  .flags = LOCAL },
	{ "assignment_expression", "function", "left",
	  "right=" FUNC " !nametype=subscript_expression", .flags = LOCAL },
	{ "assignment_expression", "class", "left",
	  "right=class !nametype=subscript_expression" },
	{ "assignment_expression", "class", "left",
	  "right=object left.property~prototype" },
	{ "assignment_expression", "property", "left", "left=member_expression"
	  " left.object.property~prototype" },
	{ "assignment_expression", "variable", "left", "right=object "
	  "right.<method_definition>~ !nametype=subscript_expression" },
	{ "assignment_expression", "variable", "left", "right=object "
	  "right.<pair>.<" FUNC ">~ !nametype=subscript_expression" },
	{ "assignment_expression", "variable", "left",
	  "right=object left~module.exports" },

	{ "function_declaration|generator_function_declaration|"
	  "class_declaration|class|object|" FUNC,
	  .label = "exported", .when = "parent=export_statement" },
	{ "variable_declarator", .label = "exported",
	  .when = "grand=export_statement" },
	{ "assignment_expression", .label = "exported",
	  .when = "left.object~exports|module.exports" },
	{ "assignment_expression", .label = "exported",
	  .when = "left~module.exports" },
	{ "method_definition", .label = "static", .when = "<static>" }
