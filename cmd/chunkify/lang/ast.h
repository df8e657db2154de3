/*
 * The normalised kinds of an ast record, and the node types that have them in
 * whatever grammar. A row of a language's table says what is otherwise there.
 */
	{ "Function", "annotation_type_element_declaration|"
	  "compact_constructor_declaration|constructor_declaration|"
	  "conversion_operator_declaration|destructor_declaration|"
	  "function_declaration|function_definition|function_item|"
	  "function_signature_item|generator_function_declaration|"
	  "local_function_statement|method|method_declaration|"
	  "method_definition|method_elem|operator_declaration|"
	  "singleton_method" },
	{ "Lambda", "anonymous_function|anonymous_method_expression|"
	  "arrow_function|closure_expression|func_literal|"
	  "function_expression|generator_function|lambda|lambda_expression" },
	{ "Class", "abstract_class_declaration|anonymous_class|class|"
	  "class_declaration|class_definition|class_specifier|impl_item|"
	  "record_declaration|singleton_class" },
	{ "Struct", "struct_declaration|struct_item|struct_specifier|"
	  "union_item|union_specifier" },
	{ "Interface", "annotation_type_declaration|concept_definition|"
	  "interface_declaration|interface_type|trait_declaration|trait_item" },
	{ "Enum", "enum_declaration|enum_item|enum_specifier" },
	{ "Module", "file_scoped_namespace_declaration|internal_module|"
	  "mod_item|module_declaration|namespace_declaration|"
	  "namespace_definition" },
	{ "Variable", "alias_declaration|associated_type|const_declaration|"
	  "const_item|const_spec|constant_declaration|declaration_command|"
	  "lexical_declaration|property_declaration|static_item|"
	  "type_alias_declaration|type_alias_statement|type_definition|"
	  "type_item|var_spec|variable_declaration" },
	{ "Macro", "macro_definition|preproc_def|preproc_function_def" },
	{ "Import", "extern_crate_declaration|future_import_statement|"
	  "import_declaration|import_from_statement|import_statement|"
	  "include_expression|include_once_expression|"
	  "namespace_use_declaration|preproc_include|require_expression|"
	  "require_once_expression|use_declaration|using_declaration|"
	  "using_directive" },
	{ "Block", "async_block|block|colon_block|compound_statement|"
	  "const_block|constructor_body|do_block|do_group|gen_block|"
	  "statement_block|try_block|unsafe_block" },
	{ "If", "elif_clause|else_if_clause|elsif|if|if_expression|"
	  "if_modifier|if_statement|preproc_if|preproc_ifdef|unless|"
	  "unless_modifier" },
	{ "Switch", "case|case_match|expression_switch_statement|"
	  "match_expression|match_statement|select_statement|"
	  "switch_expression|switch_statement|type_switch_statement" },
	{ "Case", "case_clause|case_item|case_statement|communication_case|"
	  "default_case|default_statement|expression_case|in_clause|"
	  "match_arm|match_conditional_expression|match_default_expression|"
	  "switch_block_statement_group|switch_case|switch_default|"
	  "switch_rule|switch_section|type_case|when" },
	{ "For", "c_style_for_statement|enhanced_for_statement|for|"
	  "for_expression|for_in_statement|for_range_loop|for_statement|"
	  "foreach_statement" },
	{ "While", "until|until_modifier|while|while_expression|"
	  "while_modifier|while_statement" },
	{ "Loop", "do_statement|loop_expression" },
	{ "Try", "begin|try_statement|try_with_resources_statement" },
	{ "Catch", "catch_clause|except_clause|rescue|rescue_modifier" },
	{ "Finally", "ensure|finally_clause" },
	{ "Throw", "raise_statement|throw_expression|throw_statement" },
	{ "Return", "co_return_statement|return|return_expression|"
	  "return_statement" },
	{ "Break", "break|break_expression|break_statement" },
	{ "Continue", "continue_expression|continue_statement|next" },
	{ "Yield", "yield|yield_expression" },
	{ "Goto", "goto_statement" },
	{ "Label", "labeled_statement|named_label_statement" },
	{ "With", "with_statement" },
	{ "Call", "call|call_expression|command|"
	  "explicit_constructor_invocation|function_call_expression|"
	  "invocation_expression|macro_invocation|member_call_expression|"
	  "method_invocation|new_expression|nullsafe_member_call_expression|"
	  "object_creation_expression|scoped_call_expression" },
	{ "Assign", "assignment|assignment_expression|assignment_statement|"
	  "augmented_assignment|augmented_assignment_expression|"
	  "compound_assignment_expr|dec_statement|inc_statement|"
	  "let_declaration|local_declaration_statement|"
	  "local_variable_declaration|operator_assignment|"
	  "reference_assignment_expression|short_var_declaration|"
	  "variable_assignment" },
