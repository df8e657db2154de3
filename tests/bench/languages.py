#!/usr/bin/env python3
"""languages.py BIN TREE... - each language over the files in the trees

Prints for each the MB, the MB a second of CPU (one thread, all that chunkify
does, start included), the share of files and of bytes in files with errors, and
the definitions; behind them the parser alone as it was measured when the
grammars were chosen: MB a second, share of files with errors. At most 24 MB of a
language are taken, the files in order. Asserts nothing.
"""
import json
import os
import resource
import subprocess
import sys

MOST = 24 << 20

# MB/s of parsing alone, per cent of files with an error; "-" if nobody looked.
CHOSEN = {
    "apex": (13, 0), "awk": (9.8, 0), "bash": ("-", 1.1), "c": (8.7, 54),
    "css": (11, 14), "dart": (4.1, 3.4), "devicetree": (14, 6.4),
    "elixir": (8.7, 0), "elm": (6.3, 0), "haskell": (4.5, 0), "hcl": (3.3, 0),
    "html": (16, 0), "java": ("-", .2), "json": (18, .3), "julia": (3.8, 3.1),
    "kotlin": (7.5, 1.1), "latex": (4.6, 26), "lua": (6.8, .7),
    "make": (7, 10), "markdown": (5, .8), "objc": (6.5, 10),
    "ocaml": (6.9, 0), "ocaml_interface": (9.9, 0), "powershell": (7, 22),
    "r": (8.1, 0), "rust": ("-", 1.9), "scala": (2.7, 1.6), "sql": (4, 66),
    "svelte": ("-", 44), "swift": (5.5, 13.7), "tlaplus": (4, 0),
    "toml": (9.6, 0), "vue": ("-", 0), "xml": (3.5, .1), "yaml": (13.5, .3),
    "zig": (11, 1.9),
}


def records(chunkify, files):
    """chunkify over the files; its records, and the seconds of CPU it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    p = subprocess.run([chunkify, "-q", "-j1", "--files-from", "-"],
                       input="\n".join(files).encode(), capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return p.stdout.splitlines(), after.ru_utime + after.ru_stime - \
        before.ru_utime - before.ru_stime


def sort_out(chunkify, trees):
    """The files of each language, by their names' endings."""
    endings, of = {}, {}
    p = subprocess.run([chunkify, "--list-languages"], capture_output=True,
                       text=True, check=True)
    for line in p.stdout.splitlines():
        lang, names = line.split("\t")[:2]
        for ending in names.split():
            endings.setdefault(ending, lang)
    for tree in trees:
        for path, dirs, names in os.walk(tree):
            dirs.sort()
            for name in sorted(names):
                lang = endings.get(os.path.splitext(name)[1])
                full = os.path.join(path, name)
                if lang and "\n" not in full and os.path.isfile(full) and \
                        not os.path.islink(full) and \
                        0 < os.path.getsize(full) < 1 << 20:
                    of.setdefault(lang, []).append(full)
    return of


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: languages.py bin tree...")
    chunkify = os.path.abspath(sys.argv[1] + "/chunkify")
    print("# language\tfiles\tMB\tMB/s\t% files bad\t% bytes\tdefinitions\t"
          "chosen: MB/s\t% files bad")
    for lang, files in sorted(sort_out(chunkify, sys.argv[2:]).items()):
        size = n = 0
        while n < len(files) and size < MOST:
            size += os.path.getsize(files[n])
            n += 1
        lines, cpu = records(chunkify, files[:n])
        count = total = bad = badbytes = defs = 0
        mine = False
        for line in lines:
            if line.startswith(b'{"type":"file"'):
                r = json.loads(line)
                mine = r["language"] == lang
                if mine:
                    count += 1
                    total += r["size"]
                    bad += r["parse_errors"] != 0
                    badbytes += r["size"] if r["parse_errors"] else 0
            elif mine and line.startswith(b'{"type":"chunk"'):
                defs += len(json.loads(line)["symbols"])
        if count:
            speed, share = CHOSEN.get(lang, ("-", "-"))
            print(f"{lang}\t{count}\t{total / 1e6:.2f}\t{size / 1e6 / cpu:.1f}"
                  f"\t{100 * bad / count:.1f}\t{100 * badbytes / total:.1f}"
                  f"\t{defs}\t{speed}\t{share}", flush=True)


main()
