/* The rows about uses that Java and Apex share. */

	{ "identifier", NULL, USE_TOKEN },
	{ "type_identifier", NULL, USE_TYPE },
	{ "method_invocation", "name", USE_CALL },
	{ "object_creation_expression", "type", USE_CALL },
	{ "generic_type", "<type_identifier|scoped_type_identifier>", USE_LAST },
	{ "annotation", "name", USE_CALL },
	{ "scoped_identifier", "name", USE_LAST },
	{ "formal_parameter|enhanced_for_statement", "name", USE_BIND },
	{ "local_variable_declaration|field_declaration", "declarator", USE_BIND },
	{ "variable_declarator", "name", USE_SAME },
