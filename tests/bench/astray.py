#!/usr/bin/env python3
"""astray.py BIN TREE - where was the C parser led astray?

Lists the functions in TREE with a "}" in column 0 that is not their end: most
likely such a function goes on into the next one. Lines that a macro's body
continues on do not count. Asserts nothing.
"""
import json
import os
import subprocess
import sys


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: astray.py bin tree")
    chunkify, tree = os.path.abspath(sys.argv[1] + "/chunkify"), sys.argv[2]
    p = subprocess.Popen([chunkify, "-q", "--no-ignore", "."], cwd=tree,
                         stdout=subprocess.PIPE)
    files = functions = astray = 0
    lines = []
    for record in p.stdout:
        # most are of no interest, and JSON takes its time
        if record.startswith(b'{"type":"file"'):
            r = json.loads(record)
            lines = []
            if r["language"] == "c" and "file_path" in r:
                files += 1
                with open(os.path.join(tree, r["file_path"]), "rb") as f:
                    lines = f.read().split(b"\n")
        if not lines or b'"kind":"function"' not in record:
            continue
        r = json.loads(record)
        for s in r.get("symbols", []):
            if s["kind"] != "function":
                continue
            functions += 1
            at = [n for n in range(s["start_line"] + 1, s["end_line"])
                  if lines[n - 1].startswith(b"}") and
                  not lines[n - 2].rstrip(b"\r").endswith(b"\\")]
            if at:
                astray += 1
                print(f'{r["file_path"]}:{s["start_line"]}-{s["end_line"]}'
                      f'\t{s["name"]}\t{len(at)}, first at {at[0]}')
    p.wait()
    print(f"# {files} files, {functions} functions, {astray} with a brace in "
          f"column 0 inside")


main()
