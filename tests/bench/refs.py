#!/usr/bin/env python3
"""How many of the calls that GNU Global finds in a tree chunkify --refs lists,
and the other way round; the others by name.

usage: refs.py BIN TREE...

Global lists every place where a symbol stands that is defined in the tree
(global -rx): of these the ones that have a "(" behind them are compared. Both
see the same files, those in C.
"""
import collections
import json
import os
import re
import subprocess
import sys
import tempfile


def ours(bin_dir, tree, tmp):
    """(name, path, line): kinds."""
    found = {}
    out = subprocess.run([bin_dir + '/chunkify', '--refs', '--no-ignore', '-q', '-C',
                          tree, '--files-from', tmp + '/files'],
                         stdout=subprocess.PIPE).stdout
    for line in out.split(b'\n'):
        if not line.startswith(b'{"type":"chunk"'):
            continue
        r = json.loads(line)
        if r['language'] not in ('c', 'cpp') or 'content' not in r:
            continue
        content = r['content'].encode()
        for kind, names in r.get('refs', {}).items():
            for name, places in names.items():
                for at in places:
                    n = r['start_line'] + content.count(
                        b'\n', 0, at - r['byte_start'])
                    found.setdefault((name, r['file_path'], n),
                                     set()).add(kind)
    return found


def globals_of(tree, tmp):
    """Uses and definitions: (name, path, line): the text of the line."""
    env = dict(os.environ, GTAGSROOT=tree, GTAGSDBPATH=tmp)
    files = subprocess.run(['find', '.', '-name', '.?*', '-prune', '-o', '-name',
                            '*.[ch]', '-print'], cwd=tree,
                           stdout=subprocess.PIPE).stdout
    with open(tmp + '/files', 'wb') as f:
        f.write(files)
    subprocess.run(['gtags', '-f', tmp + '/files', tmp], cwd=tree, env=env,
                   check=True)
    lists = []
    for how in '-rx', '-dx':
        out = subprocess.run(['global', how, '.*'], cwd=tree, env=env,
                             stdout=subprocess.PIPE, check=True).stdout
        found = {}
        for line in out.decode(errors='replace').split('\n'):
            m = re.match(r'(\S+) +(\d+) (\S+) +?(.*)', line)
            if m:
                path = os.path.normpath(m[3])
                found[m[1], path, int(m[2])] = m[4]
        lists.append(found)
    return lists


def is_call(name, text):
    """Not the type of what a function returns: bool (*f)(int)."""
    return re.search(r'(?<![\w$])' + re.escape(name) +
                     r'\s*\((?!\s*\*\s*\w*\s*\)\s*\()', text)


def is_local(name, lines, n):
    """Is it a variable or parameter of the function around line n? Global
    does not know, and takes it for what has the same name elsewhere."""
    for i in range(n - 1, max(n - 400, -1), -1):
        if re.search(r'\w[\s*]+' + name + r'\s*([=,;)\[]|$)|\(\s*\*\s*' + name +
                     r'\s*\)\s*\(', lines[i]) and not re.match(
                         r'\s*(return|else|goto)\b', lines[i]):
            return True
        if i < n - 1 and re.match(r'}', lines[i]):
            return False
    return False


def is_prototype(name, text):
    """Global takes every one but the first for a use."""
    return not name.isupper() and re.match(
        r'(?!(?:return|else|case|goto|do)\b)[A-Za-z_][\w\s*]*[\s*]' + name +
        r'\s*\(', text)


def share(part, whole):
    return len(part) / len(whole) if whole else 1


def show(what, missing, text):
    names = collections.Counter(k[0] for k in missing)
    print('  %s: %d' % (what, len(missing)))
    shown = set()
    for key in sorted(missing, key=lambda k: (-names[k[0]], k)):
        if key[0] not in shown and len(shown) < int(os.environ.get('SHOW', 15)):
            shown.add(key[0])
            print('    %4d %s %s:%d %s' % (names[key[0]], key[0], key[1],
                                          key[2], text(key).strip()[:90]))


def main():
    bin_dir = os.path.abspath(sys.argv[1])
    for tree in sys.argv[2:]:
        tree = os.path.abspath(tree)
        with tempfile.TemporaryDirectory() as tmp:
            uses, defined = globals_of(tree, tmp)
            mine = ours(bin_dir, tree, tmp)
        names = {k[0] for k in defined}
        calls = {k for k, text in uses.items() if is_call(k[0], text)}
        found = {k for k in calls if 'call' in mine.get(k, ())}
        called = {k for k, kinds in mine.items() if 'call' in kinds and
                  k[0] in names and k not in defined}
        right = {k for k in called if k in uses}
        lines = {}

        def lines_of(path):
            if path not in lines:
                with open(os.path.join(tree, path), errors='replace') as f:
                    lines[path] = f.read().split('\n')
            return lines[path]

        def text(key):
            return '[%s] %s' % (' '.join(mine.get(key, ())), lines_of(key[1])[key[2] - 1])
        local = {k for k in calls - found if is_local(
            k[0], lines_of(k[1]), k[2]) or is_prototype(
                k[0], lines_of(k[1])[k[2] - 1])}
        calls -= local
        print('%s: %d calls (and %d of variables, prototypes), recall %.4f; %d of ours, precision %.4f' % (
            tree, len(calls), len(local), share(found, calls), len(called),
            share(right, called)))
        show('not ours', calls - found, text)
        show('ours alone', called - right, text)


main()
