#!/usr/bin/env python3
"""ctags.py BIN LANGUAGE TREE - of the definitions that universal-ctags finds in
TREE, how many chunkify lists

One is found where the same file has a definition of that name that holds the
line ctags names. Prints figures, then what is missing (file, name, line, ctags'
kind); asserts nothing.

Not asked for, in any language: members and locals, which chunkify leaves to the
text; the package that a file says it belongs to; what ctags makes up a name
for. Nor what ctags gets wrong, which is said below by language.

Universal Ctags 5.9 knows neither TOML nor Terraform, and of YAML only anchors:
there is nothing to compare with.
"""
import collections
import html
import json
import os
import re
import subprocess
import sys

# ctags' name of the language; its kinds that are not asked for.
LANGUAGES = {
    "c": ("C", "member enumerator"),
    "cpp": ("C++", "member enumerator"),
    "csharp": ("C#", "enumerator field"),
    "css": ("CSS", ""),
    "devicetree": ("DTS", ""),
    "elixir": ("Elixir", ""),
    "elm": ("Elm", "namespace"),        # an import's "as"
    "go": ("Go", "package packageName member anonMember"),
    "haskell": ("Haskell", ""),
    "hcl": ("Terraform", ""),
    "html": ("HTML", "class"),
    "java": ("Java", "package field enumConstant"),
    # values that hold nothing further are chunkify's two levels deep, lists
    # and objects three: all of it is too much to list
    "json": ("JSON", "string number boolean null"),
    "julia": ("Julia", "field"),
    "kotlin": ("Kotlin", "package"),
    "latex": ("Tex", "bibitem xinput"),
    "make": ("Make", "makefile"),       # an include
    "objc": ("ObjectiveC", "field enum"),       # its enum is an enumerator
    "ocaml": ("OCaml", "RecordField"),
    "ocaml_interface": ("OCaml", "RecordField"),
    "php": ("PHP", "local"),
    "powershell": ("PowerShell", "variable"),
    # what a function's variables hold, and what a call names
    "r": ("R", "functionVar library source nameattr"),
    "sql": ("SQL", "field label variable"),
    "yaml": ("Yaml", ""),
    "bash": ("Sh", "heredoc"),
}

DATA = {"variable", "constant", "globalVar", "list", "vector", "dataframe",
        "val", "var"}


def wrong(lang, tag, line, before, after):
    """Is this a mistake of ctags? The tag; the line it names, those around it."""
    name, kind = tag["name"], tag["kind"]
    if re.match(r"__anon|anon[A-Z]\w*[0-9a-f]{8}", name):
        return True                     # has none
    if tag.get("scopeKind") in ("function", "method") and kind in DATA:
        return True                     # a local
    if lang == "c":
        # what is only declared: extern struct { ... } name; and a prototype
        # with its name in parentheses
        head = next((x for x in [line] + before[::-1] if x[:1].isalpha()), "")
        return called(tag, line, after) or kind == "variable" and \
            (head.startswith("extern ") or
             re.search(r"\w[\s*]*\(" + re.escape(name) + r"\)\s*\(", line))
    if lang in ("elixir", "haskell") and name not in line:
        return True                     # it counts lines wrong behind strings
    if lang == "elixir":
        # what stands in a string, code in a test or a document
        return name == "unquote" or sum(
            x.count('"""') + x.count("'''") for x in before) % 2 == 1
    if lang == "r":
        # a variable of a function that is an argument
        return kind in DATA and line[:1] in " \t" or kind in DATA and \
            not re.search(re.escape(name) + r"\W*(<-|<<-|=|:=)|->", line)
    if lang == "sql":
        # what alters, labels or drops; words for names, a schema for one
        return not re.search(r"\b(create|replace)\b.*" + re.escape(name) +
                             r"(?!\.)", line, re.I) or \
            name.lower() in ("concurrently", "trigger", "as")
    if lang == "html":
        # the id of what is listed already as a heading, and the like
        return kind == "id" and re.search(
            r"<(h[1-3]|title|script|style)\b[^>]*\bid\s*=\W*" + re.escape(name),
            line, re.I)
    if lang == "json":
        # chunkify lists three levels, and nothing of what stands in a list,
        # the elements of which ctags gives numbers
        above = tag.get("scope", "").split(".")
        return len(above) > 2 or any(map(str.isdigit, above + [name]))
    if lang == "css":
        # it takes words out of [type="x"]
        return "[" in line
    if lang == "lua":
        # f = call(function...), { f = g, and a function as an argument
        return not re.search(r"function\s*[\w.:]*" + re.escape(
            re.split(r"[.:]", name)[-1]) + r"\s*\(|" + re.escape(name) +
            r"\W*=\s*function\b", line) or not re.match(r"[\w.:]+$", name)
    if lang == "kotlin":
        # lambdas and their parameters, functions in functions; and it loses
        # its way in long ones, and its names
        return name == "<lambda>" or tag.get("scopeKind") == "method" or \
            not re.search(r"\b" + re.escape(name.strip("`")) + r"\b", line)
    if lang == "make":
        # a: B = c says of which target a variable is; what a function makes
        return kind == "target" and re.match(r"[^=]*[\w)]\s*[:+?]?=", line) \
            or "$(" in name
    if lang.startswith("ocaml"):
        # a file is no module to us; let () and let+ are no names; polymorphic
        # variants, modules as values, constraints, patterns; locals
        return name in ("()", "+", "%", "nonrec") or \
            "`" + name in line or "(module" in line or \
            re.search(r"\bwith type\b|\+=|\| *exception\b", line) or \
            (kind == "var" and line[:1] == " ") or (kind == "module" and tag["line"] == 1 and
                                name.lower() == os.path.basename(
                                    tag["path"]).split(".")[0].lower())
    if lang == "haskell":
        # words of the language; fields; what a macro is called with
        return name in ("instance", "class", "pattern", "deriving", "type",
                        "foreign", "where", "infixl", "infixr", "infix", "family") or \
            re.search(r"(^\s+|[{,]\s*)" + re.escape(name) + r"\s*(::|,)",
                      line) or \
            re.match(r"\w+ ''", line)
    if lang == "objc":
        # prototypes; macros and types taken for categories
        return (kind == "function" and (";" in line or "{" not in line and
                                        tag["name"].isupper())) or \
            (kind == "category" and not re.match(
                r"\s*@(interface|implementation)", line)) or \
            (kind == "typedef" and "typedef" not in line) or \
            (kind in ("method", "class") and re.match(r"[A-Z]+_", name)) or \
            (kind == "protocol" and ";" in line)
    return False


def behind_call(text):
    """What stands behind the parentheses that begin text, or None."""
    depth = 0
    for at, c in enumerate(text[:2000]):
        depth += (c == "(") - (c == ")")
        if depth == 0:
            return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text[at + 1:at + 2000],
                          flags=re.S).lstrip()
    return None


def called(tag, line, after):
    """C: does ctags take the call of a macro at top level for a function?

    It has no type, and no body behind it, nor the declarations of its
    parameters: the next thing is another definition.
    """
    at = line.find(tag["name"])
    rest = behind_call("\n".join([line[at + len(tag["name"]):].lstrip()] +
                                 after)) if at != -1 else None
    return tag["kind"] == "function" and "typeref" not in tag and \
        rest is not None and not re.match(r"\{|#|[^(){};]*;", rest)


def right(lang, tag, line):
    """The name that ctags should have given, or the one it gave: that one is
    asked for where nothing has this.

    C: before an attribute's macro, int a __initdata; or in typedef int (*a)().
    """
    name = tag["name"]
    m = None
    if lang == "c" and tag["kind"] in ("variable", "typedef") and (
            name.startswith("__") or name.isupper()):
        m = re.search(r"([A-Za-z_]\w*)\s*(?:\[[^][]*\]\s*)*(?:\s__\w+)*\s" +
                      re.escape(name) + r"\b", line)
        if tag["kind"] == "typedef":
            m = re.search(r"\(\s*\*\s*(\w+)\)", line) or m
    return m.group(1) if m else name


def same(lang, mine, theirs, kind):
    """Is it that name? ctags leaves its scope on it, or takes it off."""
    if mine == theirs:
        return True
    if lang == "lua":
        return mine == re.split(r"[.:]", theirs)[-1]
    if lang == "html":
        # it leaves entities, and blanks as they are
        return " ".join(html.unescape(mine).split()) == \
            " ".join(html.unescape(theirs).split())
    if lang == "css":
        return re.sub(r"\s", "", mine) == re.sub(r"\s", "", theirs)
    if lang == "elixir":
        return mine.split(".")[-1] == theirs or kind == "test" and \
            mine.startswith(theirs) or mine == ":" + theirs
    if lang == "haskell":
        return kind == "module" and mine.split(".")[0] == theirs
    if lang == "r":
        return mine == theirs.strip("\"'`")
    if lang == "kotlin":
        return mine == theirs.strip("`").replace("\\x20", "").strip()
    return False


def stream(chunkify, tree):
    p = subprocess.Popen([chunkify, "-q", "--no-ignore", "--definitions",
                          "."], cwd=tree, stdout=subprocess.PIPE)
    for line in p.stdout:
        yield json.loads(line)
    p.wait()


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: ctags.py bin language tree")
    chunkify, lang, tree = os.path.abspath(sys.argv[1] + "/chunkify"), \
        sys.argv[2], sys.argv[3]
    known, without = LANGUAGES.get(lang, (lang, ""))
    known_to_it = subprocess.run(["ctags", "--list-languages"],
                                 capture_output=True, text=True).stdout
    if known.lower() not in known_to_it.lower().split():
        sys.exit(f"ctags.py: {lang}: ctags does not know it")
    mine = collections.defaultdict(list)
    files, ours = [], 0
    for r in stream(chunkify, tree):
        if r.get("language") != lang or "file_path" not in r:
            continue
        if r["type"] == "file":
            files.append(r["file_path"])
        for s in r.get("symbols", []):
            mine[r["file_path"]].append(
                (s["name"], s["start_line"], s["end_line"], s["scope"]))
            ours += 1
    p = subprocess.run(
        ["ctags", "-L", "-", f"--language-force={known}", "--links=no",
         "--extras=-F", "--output-format=json", "--fields=+nKpt-PTf", "-o", "-"],
        cwd=tree, input="\n".join(files).encode(), capture_output=True)
    all_of, hit, missing, text = collections.Counter(), collections.Counter(), \
        [], {}
    for line in p.stdout.decode(errors="replace").split("\n"):
        if not line.startswith("{"):
            continue
        try:
            tag = json.loads(line)
        except ValueError:
            continue                    # ctags wrote no JSON
        path, name, kind, n = (tag.get(k) for k in
                               ("path", "name", "kind", "line"))
        if kind in without.split() or n is None:
            continue
        if path not in text:
            text = {path: open(os.path.join(tree, path), errors="replace")
                    .read().split("\n")}
        at = text[path][n - 1] if n <= len(text[path]) else ""
        other = right(lang, tag, at)
        found = any(first <= n <= last and (
            same(lang, m, name, kind) or m == other or
            lang == "objc" and scope == name and kind != "category")
            for m, first, last, scope in mine[path])
        if not found and wrong(lang, tag, at, text[path][:n - 1],
                                   text[path][n:n + 60]):
            continue
        all_of[kind] += 1
        hit[kind] += found
        if not found:
            missing.append((path, name, str(n), kind))
    total = sum(all_of.values())
    print(f"# {lang}: {len(files)} files, {ours} definitions here, {total} of "
          f"ctags, recall {sum(hit.values()) / total if total else 1:.4f}")
    for kind in sorted(all_of):
        print(f"#\t{kind} {hit[kind]} of {all_of[kind]}")
    for m in missing:
        print("\t".join(m).encode(errors="replace").decode())


main()
