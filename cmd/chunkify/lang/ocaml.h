/* The rows that an implementation and an interface share: each can stand in
 * the other. */
	{ "compilation_unit|structure|signature|object_expression|"
	  "class_body_type", .flags = BLOCK },
	{ "match_expression|function_expression|try_expression|"
	  "sequence_expression|let_expression|record_declaration|"
	  "variant_declaration|record_expression|list_expression|"
	  "array_expression|if_expression|ERROR", .flags = LINES },
	{ "comment", .flags = DOC | COMMENT },
	{ "value_definition|type_definition|class_definition|"
	  "class_type_definition|module_definition", .flags = WRAP },
	{ "string|quoted_string|open_module", .flags = LEAF },
	{ "fun_expression|function_expression|class_initializer",
	  .flags = LOCAL },

	{ "parenthesized_operator", .name = "*", .flags = THROUGH },

	/* definitions */
	{ "let_binding", "function", "pattern", "<parameter> "
	  "pattern=value_name|parenthesized_operator", .flags = LOCAL },
	{ "let_binding", "function", "pattern",
	  "body=fun_expression|function_expression "
	  "pattern=value_name|parenthesized_operator", .flags = LOCAL },
	{ "let_binding", "variable", "pattern",
	  "pattern=value_name|parenthesized_operator",
	  .flags = LOCAL | OUTER | PLAIN },
	{ "external", "function", "<value_name|parenthesized_operator>" },
	{ "value_specification", "val",
	  "<value_name|parenthesized_operator>", .flags = PLAIN },
	{ "type_binding", "type", "name", "name=type_constructor" },
	{ "constructor_declaration", "constructor", "<constructor_name>",
	  "!parent=exception_definition", .flags = PLAIN },
	{ "exception_definition", "exception",
	  "<constructor_declaration>.<constructor_name>", .flags = PLAIN },
	{ "module_binding", "module", "<module_name>" },
	{ "module_type_definition", "signature", "<module_type_name>" },
	{ "class_binding", "class", "<class_name>" },
	{ "class_type_binding", "class", "<class_type_name>" },
	{ "method_definition|method_specification", "method",
	  "<method_name>", .flags = LOCAL },
	{ "instance_variable_definition|instance_variable_specification",
	  "field", "<instance_variable_name>", .flags = PLAIN },

	/* of several joined by "and", the first is the documented one */
	{ "let_binding", .label = "documented", .when = "!prev=and ^@~" },

	{ "class_binding", .ast = "Class" },
	{ "module_type_definition", .ast = "Interface" },
	{ "type_binding", .ast = "Struct" },
	{ "open_module", .ast = "Import" },
	{ "match_case", .ast = "Case" },
	{ "fun_expression", .ast = "Lambda" },
	{ "application_expression", .ast = "Call" },
