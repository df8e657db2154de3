/* The rows about uses that TypeScript and TSX share. */

	{ "type_identifier", NULL, USE_TYPE },
	{ "required_parameter|optional_parameter", "pattern", USE_BIND },
	{ "required_parameter|optional_parameter", "name", USE_BIND },
	{ "type_parameter", "name", USE_BIND },
	{ "nested_type_identifier", "name", USE_LAST },
	{ "generic_type", "name", USE_SAME },
	{ "extends_clause", "value", USE_TYPE },
	{ "property_signature|method_signature|"
	  "public_field_definition|abstract_method_signature", "name", USE_NOT },
