/* The rows about uses that OCaml's two grammars share. */

	{ "value_name", NULL, USE_NAME },
	{ "constructor_name|type_constructor|module_name", NULL, USE_TYPE },
