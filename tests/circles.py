#!/usr/bin/env python3
"""circles.py BUILD: what of our object files calls what.

Prints each circle of files, and each call from a lower layer to a higher one,
as nm(1) sees them; status 1 if there is any. No file is read before one that
it needs, if there are none.
"""
import collections
import glob
import os
import subprocess
import sys

# Each calls itself and what is before it. An engine calls the ones below engine.
LAYERS = ["base", "record", "engine", "index", "store", "search", "cmd"]


def layer(name):
    parts = name.split("/")
    return LAYERS.index("cmd" if parts[0] == "cmd" else parts[1])


def names(paths):
    """Of each object the names that it defines and those that it wants."""
    found = {path: (set(), set()) for path in paths}
    out = subprocess.run(["nm", "-A"] + paths, check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        path, rest = line.split(":", 1)
        fields = rest.split()
        if len(fields) == 2 and fields[0] == "U":
            found[path][1].add(fields[1])
        elif len(fields) == 3 and fields[1] in "TDBRC":
            found[path][0].add(fields[2])
    return found


def circles(calls):
    """Strongly connected files, by Tarjan's algorithm."""
    index, low, stack, found = {}, {}, [], []

    def visit(v):
        index[v] = low[v] = len(index)
        stack.append(v)
        for w in calls[v]:
            if w not in index:
                visit(w)
                low[v] = min(low[v], low[w])
            elif w in stack:
                low[v] = min(low[v], index[w])
        if low[v] == index[v]:
            part = stack[stack.index(v):]
            del stack[stack.index(v):]
            if len(part) > 1:
                found.append(part)

    for v in list(calls):
        if v not in index:
            visit(v)
    return found


def main():
    build = sys.argv[1]
    common = glob.glob(build + "/common/**/*.o", recursive=True)
    if not common:
        sys.exit("circles.py: %s: nothing is built there" % build)
    of = names(common + glob.glob(build + "/cmd/*/*.o"))
    bad = 0
    seen = set()
    for tool in sorted(glob.glob(build + "/cmd/*")):
        objects = common + glob.glob(tool + "/*.o")
        known = {os.path.relpath(o, build)[:-2]: of[o] for o in objects}
        owner = {s: o for o, (defined, _) in known.items() for s in defined}
        calls = collections.defaultdict(dict)
        for o, (_, wanted) in known.items():
            for s in sorted(wanted):
                if owner.get(s, o) != o:
                    calls[o].setdefault(owner[s], s)
        for part in circles(calls):
            line = "circle: " + "; ".join("%s needs %s for %s" % (a, b, calls[a][b])
                for a in sorted(part) for b in sorted(calls[a]) if b in part)
            seen.add(line)
        seen.update("upwards: %s needs %s for %s" % (a, b, s)
            for a in calls for b, s in calls[a].items() if layer(a) < layer(b))
    for line in sorted(seen):
        print(line)
        bad = 1
    return bad


sys.exit(main())
