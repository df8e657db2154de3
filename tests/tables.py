#!/usr/bin/env python3
"""tables.py GRAMMARS - has each language's table a row for each node type that
looks like a definition?

GRAMMARS has lines "LANGUAGE DIRECTORY": where node-types.json is. Such a type has
a field "name", or a name of its own that says so. What is left out on purpose is
named below. Prints what is not, and patterns that leave out nothing; exits with
1 then.

tables.py --draft DIRECTORY - print a draft of a table, from node-types.json and
queries/tags.scm: a row for each such type, the kind as far as the queries say
"""
import collections
import fnmatch
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLES = ROOT + "/cmd/chunkify/lang/"
DEFINES = re.compile(r"(_definition|_declaration|_item|_def|_decl|_binding)$")

# Left out in every language.
ANY = """
*parameter *parameters *argument *_pattern *pattern_binding lambda_*
*_expression *_expr *_invocation *_call call_* *_type *_clause *_suffix
*_reference *_specifier *_identifier qualified_name *_spec
enumerator enum_variant enum_constant enum_case enum_member_declaration
*field_declaration *_field field_* property_promotion*
*import* export_* using_* *_attribute attribute_* *_constraint constraint
package_declaration package_header package_clause
local_* if_statement for_* enhanced_for_statement while_statement catch_*
"""
# And in one.
BY = {
    "apex": "accessor_declaration annotation",
    "bash": "subscript",
    "c": "attribute parameter_declaration",
    "cpp": "attribute *parameter_declaration static_assert_declaration",
    "csharp": "alias_qualified_name attribute extern_alias_directive "
              "parenthesized_variable_designation tuple_element "
              "variable_declaration",
    "dart": "constructor_signature initialized_variable_definition "
            "pattern_variable_declaration representation_declaration",
    "devicetree": "delete_* path_node preproc_undef",
    "elm": "field",
    "go": "short_var_declaration *parameter_declaration",
    "haskell": "constructor_synonym equation field function_head_parens prefix "
               "th_quoted_name",
    "java": "annotation marker_annotation resource",
    "javascript": "jsx_closing_element",
    "julia": "let_binding",
    "kotlin": "variable_declaration multi_variable_declaration",
    # made by macros for the reader of the document
    "latex": "acronym_definition author_declaration begin end color_*definition "
             "counter_* glossary_entry_definition label_number "
             "title_declaration",
    # said in advance, or inside what has a row
    "objc": "atomic_declaration attribute class_declaration "
            "compatibility_alias_declaration parameter_declaration preproc_* "
            "property_attributes_declaration protocol_forward_declaration "
            "struct_declaration",
    "ocaml": "expression_item inheritance_definition",
    "ocaml_interface": "expression_item inheritance_definition",
    "php": "function_static_declaration global_declaration property_element "
           "static_variable_declaration",
    "powershell": "function_parameter_declaration",
    "python": "with_item",
    "ruby": "setter",
    "rust": "extern_crate_declaration foreign_mod_item let_declaration "
            "type_binding",
    "scala": "binding context_bound extension_definition type_lambda",
    "sql": "alter_column array* cast column* create_query drop_* field "
           "frame_definition function_declaration subquery table_option",
    "swift": "capture_list_item *macro_definition tuple_type_item "
             "type_arguments",
    "tlaplus": "bound_op *j_item label pcal_* recursive_declaration "
               "use_body_def",
    "tsx": "enum_assignment jsx_closing_element type_predicate",
    "typescript": "enum_assignment type_predicate",
    "yaml": "block_sequence_item",
    "zig": "asm_*_item comptime_declaration function_signature",
}


def rows(lang):
    """The node types that the language's table has a row for."""
    text = open(TABLES + lang + ".c").read()
    # The uses of names (lang.h, struct use) define nothing.
    text = re.sub(r"static const struct use .*?\n};", "", text, flags=re.S)
    for name in re.findall(r'#include "(\w+\.h)"', text):
        text += open(TABLES + name).read()
        for more in re.findall(r'#include "(\w+\.h)"',
                               open(TABLES + name).read()):
            text += open(TABLES + more).read()
    found = set()
    for literals in re.findall(r'\{\s*((?:"[^"]*"\s*)+)[,}]', text):
        found.update("".join(re.findall(r'"([^"]*)"', literals)).split("|"))
    return found


def types(directory):
    with open(directory + "/node-types.json") as f:
        return [t for t in json.load(f) if t["named"]]


def defines(t):
    return "name" in t.get("fields", {}) or DEFINES.search(t["type"])


def check(grammars):
    used, bad = collections.Counter(), 0
    for line in open(grammars):
        lang, directory = line.split()
        have = rows(lang)
        patterns = [(None, p) for p in ANY.split()] + \
            [(lang, p) for p in BY.get(lang, "").split()]
        for t in types(os.path.join(ROOT, directory)):
            name = t["type"]
            if not defines(t) or name in have or "subtypes" in t:
                continue
            why = [p for p in patterns if fnmatch.fnmatchcase(name, p[1])]
            used.update(why)
            if not why:
                print(f"{lang}: {name}: no row")
                bad = 1
        for p in BY.get(lang, "").split():
            if used[lang, p] == 0:
                print(f"{lang}: {p}: leaves out nothing")
                bad = 1
    return bad


def draft(directory):
    kinds = {}
    queries = directory + "/../queries/tags.scm"
    if os.path.exists(queries):
        with open(queries) as f:
            for name, kind in re.findall(
                    r"\(([a-z_]\w*)(?:[^()]|\([^()]*\))*\)\s*@definition\.(\w+)",
                    f.read()):
                kinds[name] = kind
    for t in types(directory):
        name = t["type"]
        if "comment" in name:
            print(f'\t{{ "{name}", .flags = DOC | COMMENT }},')
        elif re.search(r"block$|body$|_list$|^(source|program|module)", name):
            print(f'\t{{ "{name}", .flags = BLOCK }},')
        elif name in kinds or defines(t):
            path = "name" if "name" in t.get("fields", {}) else "<identifier>"
            print(f'\t{{ "{name}", "{kinds.get(name, "?")}", "{path}" }},')


if len(sys.argv) == 3 and sys.argv[1] == "--draft":
    draft(sys.argv[2])
elif len(sys.argv) == 2:
    sys.exit(check(sys.argv[1]))
else:
    sys.exit("usage: tables.py grammars | tables.py --draft directory")
