#!/bin/sh
# words.sh BIN STREAM WORK TREE - what the index of words costs, and what it saves
#
# Stores STREAM in WORK with each engine, then asks, and prints seconds: words and
# strings, with the index and with --scan, and grep -rF over TREE beside them.
# To be reached on linux-source-6.1: three words .05 s; --scan 1.5 times kvget -a;
# a string a fifth of grep's time, with --scan twice; over a tree of 60 MB .06 s;
# the index .15 of the content.
set -eu
bin=$1 stream=$2 work=$3 tree=$4

timed() { # timed WHAT COMMAND...
	what=$1
	shift
	"$@" >/dev/null 2>&1 || true		# warm
	/usr/bin/time -f "%e s, %M KB  $what" "$@" 2>&1 >/dev/null | tail -1
}

mkdir -p "$work"
for engine in $("$bin/kvput" --version | grep -o '[a-z]*, store format' | cut -d, -f1); do
	rm -rf "$work/db"
	/usr/bin/time -f "%e s, %M KB  $engine: store" "$bin/kvput" --engine "$engine" "$work/db" <"$stream"
	"$bin/kvget" -a "$work/db" | jq -rn 'reduce (inputs | select(.type == "chunk")) as $c (0; . + $c.byte_end - $c.byte_start) |
	    "\(. / 1024 | floor) KB of content"'
	if [ -f "$work/db" ]; then
		sqlite3 "$work/db" "SELECT (sum(length(key) + length(blob)) / 1024) || ' KB of index' FROM text"
	else
		du -k "$work/db/text.db" | sed 's/	.*/ KB of index/'
	fi
	timed "$engine: kvget -a" "$bin/kvget" -a "$work/db"
	for words in 'alloc page lock' 'wait queue futex' 'tcp retransmit timer' memory; do
		# shellcheck disable=SC2086
		timed "$engine: $words" "$bin/kvfind" "$work/db" $words
		# shellcheck disable=SC2086
		timed "$engine: $words, --scan" "$bin/kvfind" --scan "$work/db" $words
	done
	for string in kmalloc_array 'spin_lock(&inode->i_lock)' nothing_has_this; do
		timed "$engine: -F $string" "$bin/kvfind" -cF "$string" "$work/db"
		timed "$engine: -F $string, --scan" "$bin/kvfind" --scan -cF "$string" "$work/db"
		timed "grep -rF $string" grep -rF "$string" "$tree"
	done
done
