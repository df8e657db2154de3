#!/usr/bin/env python3
"""find.py BIN DIR WORK [N] - how well does kvfind answer questions?

The questions are the first sentences of doc comments in DIR (Java's, Rust's,
Python's docstrings), which are taken out of the text before it is stored in
WORK; what is looked for is the definition that each stood at. Prints the share
of N of them (600, always the same ones) that is among the first 5 hits, and
of those that are whole within 8,000 bytes of text.
"""
import json
import os
import random
import re
import subprocess
import sys

BLANK = re.compile(r"[^\n]")
JAVA = re.compile(r"/\*\*(.*?)\*/\n?", re.S)
RUST = re.compile(r"(?:^[ \t]*///[^\n]*\n)+", re.M)
PYTHON = re.compile(r'^[ \t]*(?:async )?def [^\n]*(?:\n[^\n"]*)*?:\n'
                    r'([ \t]*[rRuU]?""".*?"""[^\n]*\n)', re.S | re.M)


def sentence(comment):
    text = re.sub(r"(?m)^\s*(\*|///)", " ", comment.strip().strip('"'))
    text = re.sub(r"\{@\w+ ([^}]*)\}", r"\1", text)
    text = re.sub(r"<[^>]*>|[`*\[\]]", " ", text)
    text = " ".join(text.split())
    return re.split(r"(?<=[.!?])\s|\s@\w", text + " ")[0].strip()


def strip(path, text):
    """The text without its comments; and (sentence, line) of each."""
    python = path.endswith(".py")
    pattern = PYTHON if python else JAVA if path.endswith(".java") else RUST
    out, asked, at = [], [], 0
    for m in pattern.finditer(text):
        start, end = m.span(1) if python else m.span()
        out.append(text[at:start])
        at = end
        line = "".join(out).count("\n")
        # of Python's the line that the definition begins at
        line -= text[m.start():start].count("\n") if python else 0
        words = sentence(m.group(1) if python or m.lastindex else m.group())
        asked.append((words, line + 1))
    return "".join(out) + text[at:], asked


def prepare(tree, work, bin):
    questions = []
    for top, dirs, files in os.walk(tree):
        dirs.sort()
        for name in sorted(files):
            if not name.endswith((".java", ".rs", ".py")):
                continue
            with open(os.path.join(top, name), encoding="utf-8",
                      errors="replace", newline="") as f:
                text, asked = strip(name, f.read().replace("\r\n", "\n"))
            path = os.path.relpath(os.path.join(top, name), tree)
            to = os.path.join(work, "tree", path)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            with open(to, "w", encoding="utf-8", newline="") as f:
                f.write(text)
            questions += [(q, path, line) for q, line in asked]
    subprocess.run(f"'{bin}/chunkify' --no-ignore -C '{work}/tree' . | "
                   f"'{bin}/kvput' '{work}/db'", shell=True)
    return questions


def targets(questions, work, bin):
    """Of those that stand at a function or method: question and its place."""
    lines = subprocess.run([bin + "/kvls", "--symbols", "--json",
                            work + "/db"], stdout=subprocess.PIPE).stdout
    places = {}
    for d in map(json.loads, lines.splitlines()):
        if d["kind"] in ("method", "function", "constructor"):
            places.setdefault((d["file_path"], d["start_line"]), d)
    found = []
    for q, path, line in questions:
        d = places.get((path, line)) or places.get((path, line + 1))
        if d and len(q.split()) >= 4:
            found.append((q, d))
    return found


def main():
    bin, tree, work = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 600
    asked = targets(prepare(tree, work, bin), work, bin)
    asked = random.Random(1).sample(asked, min(count, len(asked)))
    near = whole = 0
    for q, d in asked:
        def find(*options):
            return subprocess.run([bin + "/kvfind", *options, "--", work +
                                   "/db", q], stdout=subprocess.PIPE).stdout
        for line in find("--json", "-n", "5").splitlines():
            h = json.loads(line)
            if (h["file_path"] == d["file_path"] and h["byte_start"] <
                    d["byte_end"] and d["byte_start"] < h["byte_end"]):
                near += 1
                break
        with open(os.path.join(work, "tree", d["file_path"]), "rb") as f:
            text = f.read()[d["byte_start"]:d["byte_end"]]
        whole += text in find("-t", "-n", "1000", "--max-bytes", "8000")
    n = len(asked) or 1
    print(f"{len(asked)} questions: {near / n:.3f} among the first 5, "
          f"{whole / n:.3f} whole within 8,000 bytes")


if __name__ == "__main__":
    main()
