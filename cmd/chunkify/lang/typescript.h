/*
 * The rows of TypeScript and of TSX, whose grammars differ in what "<" means.
 */
	/* {...} as const */
	{ "variable_declarator", "constant", "name", "nametype=identifier "
	  "value=as_expression|satisfies_expression ^kind=const",
	  .flags = OUTER },
	{ "variable_declarator", "variable", "name", "nametype=identifier "
	  "value=as_expression|satisfies_expression", .flags = OUTER },
#include "ecma.h"
	,
	{ "interface_body", .flags = BLOCK },
	{ "enum_body|object_type|union_type|intersection_type", .flags = LINES },
	{ "ambient_declaration", .flags = WRAP },
	{ "type_annotation|type_arguments|type_parameters|enum_body|"
	  "import_alias|property_signature|index_signature|call_signature|"
	  "construct_signature|extends_type_clause|implements_clause", .flags = LEAF },

	{ "as_expression|satisfies_expression|non_null_expression",
	  .name = "*", .flags = THROUGH },

	{ "abstract_class_declaration", "class", "name" },
	{ "interface_declaration", "interface", "name" },
	{ "enum_declaration", "enum", "name" },
	{ "type_alias_declaration", "typedef", "name", .flags = PLAIN | LEAF },
	/* declare module "x" */
	{ "module|internal_module", "module", "name", "name=string",
	  .ast = "Module" },
	{ "module|internal_module", "namespace", "name" },
	/* overloads; declare function */
	{ "function_signature", "function", "name", .flags = LOCAL | LEAF },
	{ "method_signature|abstract_method_signature", "method", "name",
	  "parent=class_body|interface_body", .flags = LOCAL | LEAF },
	{ "public_field_definition", "method", "name", "value=" FUNC,
	  .flags = LOCAL },
	{ "public_field_definition", "field", "name" },

	{ "interface_declaration|enum_declaration|type_alias_declaration|"
	  "abstract_class_declaration|module|internal_module|"
	  "function_signature",
	  .label = "exported", .when = "parent=export_statement" },
	{ "function_signature|class_declaration|module|enum_declaration|"
	  "interface_declaration|type_alias_declaration|"
	  "abstract_class_declaration",
	  .label = "exported", .when = "grand=export_statement" },
	{ "variable_declarator", .label = "exported",
	  .when = "^^parent=export_statement" },
	{ "method_signature|public_field_definition", .label = "static",
	  .when = "<static>" },
