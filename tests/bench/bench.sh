#!/bin/bash
# bench.sh BUILD [NAME...] - measure; prints figures and asserts nothing
#
# The input is Debian's linux-source-6.1 (55,000 C files, 1.2 GB), installed
# with apt-get and unpacked under BUILD/bench when TREE names no other tree.
# Names: limit threads store count pipeline again get; all when none is given.
# Ratios are of one run on one machine; quote those, not the seconds.
set -euo pipefail

B=$(cd "$1" && pwd)
shift
export PATH=$B/bin:$PATH LC_ALL=C
W=$B/bench
mkdir -p "$W"

tree() {
	[ -z "${TREE:-}" ] || return 0
	TREE=$W/linux-source-6.1
	if [ ! -e "$TREE/MAINTAINERS" ]; then
		apt-get install -y -qq linux-source-6.1 >/dev/null
		tar -xf /usr/src/linux-source-6.1.tar.xz -C "$W"
	fi
}

# seconds CMD...: wall, user and system seconds and peak kB of a command
seconds() {
	/usr/bin/time -f '%e %U %S %M' -o "$W/time" "$@"
	cat "$W/time"
}

ratio() { # ratio A B
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'
}

stream() { # the tree's stream, made once
	[ -s "$W/stream" ] || chunkify -C "$TREE" . >"$W/stream" || true
}

limit() {
	echo "# limit: chunkify -j1 over a bare read-and-parse loop, instructions (callgrind)"
	find "$TREE/kernel/sched" "$TREE/lib" -maxdepth 1 -name '*.c' | sort >"$W/list"
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$B/bench/limit" <"$W/list" 2>"$W/a"
	valgrind --tool=callgrind --callgrind-out-file=/dev/null chunkify -j1 --files-from "$W/list" >/dev/null 2>"$W/b"
	a=$(sed -n 's/.*Collected : //p' "$W/a")
	b=$(sed -n 's/.*Collected : //p' "$W/b")
	echo "limit $a chunkify $b ratio $(ratio "$b" "$a") (at most 1.15)"
}

threads() {
	echo "# threads: chunkify -j2 over -j1, whole tree; peak memory"
	read -r one _ _ m1 < <(seconds chunkify -j1 -C "$TREE" . 2>&1 >/dev/null | tail -n 1)
	read -r two _ _ m2 < <(seconds chunkify -j2 -C "$TREE" . 2>&1 >/dev/null | tail -n 1)
	echo "-j1 $one s, $((m1 / 1024)) MB; -j2 $two s, $((m2 / 1024)) MB; ratio $(ratio "$two" "$one") (at most 0.55; 200 MB)"
}

store() {
	echo "# store: kvput over db5.3_load -T of the same keys and values; size over values"
	stream
	rm -rf "$W/db"
	read -r put _ _ mem < <(seconds kvput "$W/db" <"$W/stream" 2>&1 | tail -n 1)
	db5.3_dump -p "$W/db/chunk.db" | sed -n '/^HEADER=END/,/^DATA=END/p' | sed -e 1d -e '$d' -e 's/^ //' >"$W/pairs"
	rm -f "$W/load.db"
	read -r load _ < <(seconds db5.3_load -T -t btree "$W/load.db" <"$W/pairs" 2>&1 | tail -n 1)
	values=$(awk 'NR % 2 == 0 { n += length($0) } END { print n }' "$W/pairs")
	size=$(du -sb "$W/db" | cut -f1)
	rm -f "$W/load.db" "$W/pairs"
	echo "kvput $put s, $((mem / 1024)) MB; db5.3_load $load s; ratio $(ratio "$put" "$load") (at most 1.0)"
	echo "store $size bytes, values $values, ratio $(ratio "$size" "$values") (at most 1.25)"
}

count() {
	echo "# count: kvcount DB PATH over /bin/true, 200 runs each, small store and large"
	stream
	[ -e "$W/db" ] || kvput "$W/db" <"$W/stream"
	[ -e "$W/small" ] || chunkify -C "$TREE" kernel | kvput "$W/small"
	times() { # seconds for 200 runs of a command
		local s=$EPOCHREALTIME
		for _ in $(seq 200); do "$@" >/dev/null; done
		awk -v a="$s" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
	}
	t=$(times /bin/true)
	a=$(times kvcount "$W/small" kernel/fork.c)
	b=$(times kvcount "$W/db" kernel/fork.c)
	echo "true $t s, small $a s, large $b s; ratios $(ratio "$a" "$t") $(ratio "$b" "$t") (at most 2)"
}

pipeline() {
	echo "# pipeline: chunkify | kvput over half the CPU seconds of limit, whole tree"
	find "$TREE" -name '*.[ch]' -type f -size -16384k | sort >"$W/all"
	read -r _ u s _ < <(seconds "$B/bench/limit" <"$W/all" 2>&1 | tail -n 1)
	rm -rf "$W/db"
	read -r wall _ < <(seconds sh -c "chunkify -C '$TREE' . 2>/dev/null | kvput '$W/db'" 2>&1 | tail -n 1)
	echo "limit $u + $s s CPU; pipeline $wall s; ratio $(awk -v w="$wall" -v u="$u" -v s="$s" 'BEGIN { printf "%.2f", w / ((u + s) / 2) }') (at most 1.35)"
}

again() {
	echo "# again: nothing changed, over find -printf of the same warm tree; memory"
	pipe() { kvls --manifest "$W/db" | chunkify --unchanged - -C "$TREE" . 2>/dev/null | kvput --prune "$W/db"; }
	export -f pipe
	export W TREE
	[ -e "$W/db" ] || { stream; kvput "$W/db" <"$W/stream"; }
	seconds bash -c pipe >/dev/null 2>&1 || true
	for _ in 1 2 3; do
		f=$(seconds sh -c "find '$TREE' -type f -printf '%p %s %T@\n' >/dev/null" 2>&1 | cut -d' ' -f1)
		read -r p _ _ m < <(seconds bash -c pipe 2>&1 | tail -n 1)
		echo "find $f s, pipe $p s, $((m / 1024)) MB; ratio $(ratio "$p" "$f") (at most 4; 200 MB)"
	done
}

tree
[ $# -gt 0 ] || set -- limit threads store count pipeline again
for name; do $name; done
