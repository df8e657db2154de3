#!/bin/sh
# hostile.sh BIN: the trees of tests/hostile.bats in the sizes that take a while.
# Prints what each took, and fails if chunkify does not end well. Asserts no
# times; memory is held by ulimit.

set -eu
PATH=$(cd "$1" && pwd):$PATH
dir=$(mktemp -d "${TMPDIR:-/tmp}/hostile.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"

try() { # try WHAT CHUNKIFY-ARGUMENT...
	what=$1
	shift
	start=$(date +%s.%N)
	(ulimit -v 6000000; timeout 900 chunkify "$@" >out 2>err) || [ $? = 1 ] ||
	    { echo "$what: failed"; tail -n 3 err; exit 1; }
	tail -n 1 out | grep -q '^{"type":"end"' || { echo "$what: cut off"; exit 1; }
	printf '%-40s %7.2f s  %s\n' "$what" \
	    "$(echo "$(date +%s.%N) - $start" | bc)" "$(tail -n 1 out)"
}

repeat() { # repeat N TEXT
	yes "$2" | head -n "$1" | tr -d '\n'
}

repeat 16000000 'a+b' >line.js
try 'a line of 48 MB, minified' --max-file-size 64m line.js
for s in '(' '[' '{' '<' 'a(' 'if x {'; do
	repeat 100000 "$s" >x
	for lang in $(chunkify --list-languages | cut -f1); do
		try "100,000 times $s, $lang" --lang "$lang" x
	done
done
repeat 5000000 'a;' >slow.c
try 'a file that is slow to walk' slow.c
mkdir deep
path=$(repeat 1000 d/)
mkdir -p "deep/$path"
(cd -P "deep/$path" && for i in 1 2 3 4; do mkdir -p "$path" && cd -P "$path"; done)
try 'a directory 5,000 deep' deep
mkdir many
awk 'BEGIN { for (i = 0; i < 1000000; i++) {
	d = sprintf("many/%03d", i / 1000)
	if (i % 1000 == 0) system("mkdir " d)
	f = d "/" i ".c"; print "int a" i ";" >f; close(f) } }'
try 'a million small files' many
truncate -s 4G sparse.c
try 'a sparse file of 4 GB' sparse.c
