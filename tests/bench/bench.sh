#!/bin/bash
# bench.sh BUILD [NAME...] - measure; prints figures and asserts nothing
#
# The input is Debian's linux-source-6.1 (55,000 C files, 1.2 GB), installed
# with apt-get and unpacked when TREE names no other tree. It must not lie in a
# git work tree that ignores it, as BUILD does: so T, under TMPDIR, has trees.
# Names: limit threads store count pipeline again rounds index get engines cli mcp soak
# many languages words astray compare refs; all
# when none is given. SOAK_SECONDS says how long soak goes on (60).
# Ratios are of one run on one machine; quote those, not the seconds.
set -euo pipefail

B=$(cd "$1" && pwd)
shift
export PATH=$B/bin:$PATH LC_ALL=C
W=$B/bench
T=${TMPDIR:-/tmp}/chunkkv-bench
mkdir -p "$W" "$T"

tree() {
	[ -z "${TREE:-}" ] || return 0
	TREE=$T/linux-source-6.1
	if [ ! -e "$TREE/MAINTAINERS" ]; then
		apt-get install -y -qq linux-source-6.1 >/dev/null
		tar -xf /usr/src/linux-source-6.1.tar.xz -C "$T"
	fi
}

# seconds CMD...: wall, user and system seconds and peak kB of a command, on
# stderr
seconds() {
	/usr/bin/time -f '%e %U %S %M' -o "$W/time" "$@"
	cat "$W/time" >&2
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
	echo "limit $a chunkify $b ratio $(ratio "$b" "$a") (at most 1.15; with PGO=1 1.05)"
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

stores() { # the tree's store, and a hundredth of it, made once
	stream
	[ -e "$W/db/format" ] || kvput "$W/db" <"$W/stream"
	[ -e "$W/small/format" ] || chunkify -C "$TREE" kernel | kvput "$W/small"
}

clock() { # seconds of a command, fractions too
	local s=$EPOCHREALTIME
	"$@" >/dev/null
	awk -v a="$s" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }'
}

runs() {
	for _ in $(seq 200); do "$@"; done
}

times() { # seconds for 200 runs of a command
	clock runs "$@"
}

count() {
	echo "# count: kvcount DB PATH over /bin/true, 200 runs each, small store and large"
	stores
	t=$(times /bin/true)
	a=$(times kvcount "$W/small" kernel/fork.c)
	b=$(times kvcount "$W/db" kernel/fork.c)
	echo "true $t s, small $a s, large $b s; ratios $(ratio "$a" "$t") $(ratio "$b" "$t") (at most 2)"
}

get() {
	echo "# get: one answer over /bin/true, 200 runs each, small store and large"
	stores
	echo "chunks: small $(kvcount "$W/small"), large $(kvcount "$W/db")"
	span=$(kvget "$W/small" kernel/fork.c | sed -n '9s/^[^[]*"byte_start":\([0-9]*\),"byte_end":\([0-9]*\),.*/\1 \2/p')
	against() { # against COMMAND...: DB stands for a store
		local t a b
		t=$(times /bin/true)
		a=$(times "${@//DB/$W/small}")
		b=$(times "${@//DB/$W/db}")
		echo "$*: true $t s, small $a s, large $b s; ratios $(ratio "$a" "$t") $(ratio "$b" "$t") (at most 3)"
	}
	against kvget -s copy_process DB
	against kvget DB kernel/fork.c $span
	against kvls -l -r kernel/sched DB
	echo "# get: kvget -a over db5.3_dump -p of all files of the same store, each into a pipe, seconds of the whole"
	for db in small db; do
		all="kvget -a '$W/$db' | wc -c"
		bytes=$(bash -c "$all")
		g=$(clock bash -c "$all")
		d=$(clock bash -c "for f in '$W/$db'/*.db; do db5.3_dump -p \$f; done | wc -c")
		echo "$db: $((bytes / 1000000)) MB; dump $d s, kvget -a $g s; speed $(ratio "$d" "$g") (at least 0.5)"
	done
}

index() {
	echo "# index: kvput of the tree's stream over the same with no definitions and no labels"
	stream
	[ -s "$W/bare" ] || sed -e 's/"symbols":\[.*\],"content/"symbols":[],"content/' \
	    -e 's/"labels":\[.*\]}$/"labels":[]}/' "$W/stream" >"$W/bare"
	rm -rf "$W/db" "$W/bare.db"
	read -r bare u s _ < <(seconds kvput "$W/bare.db" <"$W/bare" 2>&1 | tail -n 1)
	rm -rf "$W/bare.db"
	read -r all au as _ < <(seconds kvput "$W/db" <"$W/stream" 2>&1 | tail -n 1)
	echo "bare $bare s (CPU $u + $s), all $all s (CPU $au + $as); speed kept $(ratio "$bare" "$all") (at least 0.67)"
}

pipeline() {
	echo "# pipeline: chunkify | kvput over half the CPU seconds of limit, whole tree"
	find "$TREE" -name '*.[ch]' -type f -size -16384k | sort >"$W/all"
	read -r _ u s _ < <(seconds "$B/bench/limit" <"$W/all" 2>&1 | tail -n 1)
	rm -rf "$W/db"
	read -r wall _ < <(seconds sh -c "chunkify -C '$TREE' . 2>/dev/null | kvput '$W/db'" 2>&1 | tail -n 1)
	echo "limit $u + $s s CPU; pipeline $wall s; ratio $(awk -v w="$wall" -v u="$u" -v s="$s" 'BEGIN { printf "%.2f", w / ((u + s) / 2) }') (at most 1.35)"
}

# A copy of the tree, or of those parts of it, that may be changed: by writing
# a file anew in its place, never in place, for it shares the files if it can.
copy() { # copy DIR [PART...]
	local dir=$1 part
	shift
	rm -rf "$dir"
	mkdir -p "$dir"
	for part in "${@:-.}"; do
		cp -al "$TREE/$part" "$dir" 2>/dev/null || cp -a "$TREE/$part" "$dir"
	done
	# of Debian's packaging, and ignores all
	rm -f "$dir/.gitignore"
}

pipe() { # pipe DB DIR: what cron does; status 1 is fine, something was left out
	kvls --manifest "$1" | chunkify -q --unchanged - -C "$2" . 2>/dev/null | kvput --prune "$1"
}

edit() { # edit FILE...: a line more
	sed -i '$a// changed' "$@"
}

again() {
	local i f p m n status full
	export -f pipe
	copy "$T/tree"
	rm -rf "$W/again.db"
	echo "# again: a full run, and memory of the largest process"
	read -r full _ _ m < <(seconds bash -c "pipe '$W/again.db' '$T/tree'" 2>&1 | tail -n 1)
	echo "full $full s, $((m / 1024)) MB (at most 200 MB)"
	none() { seconds bash -c "pipe '$W/again.db' '$T/tree'" 2>&1 | tail -n 1; }
	none >/dev/null		# what was read within two seconds of its change

	echo "# again: nothing changed, over find -printf of the same warm tree"
	for i in 1 2 3 4 5; do
		f=$(seconds sh -c "find '$T/tree' -type f -printf '%p %s %T@\n' >/dev/null" 2>&1 | cut -d' ' -f1)
		read -r p _ _ m < <(none)
		echo "find $f s, pipe $p s, $((m / 1024)) MB; ratio $(ratio "$p" "$f") (at most 4; 200 MB)"
	done

	echo "# again: one file changed, over none"
	for i in 1 2 3 4 5; do
		read -r n _ < <(none)
		edit "$T/tree/kernel/fork.c"
		read -r p _ < <(none)
		echo "none $n s, one $p s; ratio $(ratio "$p" "$n") (at most 1.2)"
	done

	echo "# again: one chunked file in twenty changed, over the full run"
	sleep 3			# for the times of the last to be trusted
	none >/dev/null
	kvls "$W/again.db" | awk 'NR % 20 == 0' >"$W/some"
	(cd "$T/tree" && tr '\n' '\0' <"$W/some" | xargs -0 sed -i '$a// changed')
	read -r p _ _ m < <(none)
	echo "$(wc -l <"$W/some") files $p s, $((m / 1024)) MB, full $full s; ratio $(ratio "$p" "$full") (at most 0.10)"

	echo "# again: nothing changed, over git status of the same tree as a repository"
	git -C "$T/tree" init -q
	git -C "$T/tree" add -fA .
	git -C "$T/tree" -c user.name=bench -c user.email=bench@localhost commit -qm all
	git -C "$T/tree" status >/dev/null
	sleep 3
	none >/dev/null
	for i in 1 2 3 4 5; do
		status=$(seconds sh -c "git -C '$T/tree' status >/dev/null" 2>&1 | cut -d' ' -f1)
		read -r p _ _ m < <(none)
		echo "git status $status s, pipe $p s; ratio $(ratio "$p" "$status") (at most 1)"
	done
	rm -rf "$T/tree" "$W/again.db"
}

# The keys and values of a store, a line each, times taken out.
pairs() { # pairs DB
	local db
	for db in chunk file ast label sym; do
		db5.3_dump -p "$1/$db.db" | sed -n '/^HEADER=END/,/^DATA=END/p' |
		    sed 's/,"\(created_at\|stored_at\)":[0-9]*}$/}/'
	done
}

rounds() {
	local i k n f left all
	echo "# rounds: a hundred of random edits, moves and deletions in kernel, lib and mm"
	RANDOM=${SEED:-6}
	copy "$T/part" kernel lib mm
	rm -rf "$W/rounds.db" "$W/fresh.db"
	pipe "$W/rounds.db" "$T/part" || true
	cd "$T/part"
	for i in $(seq 100); do
		mapfile -t all < <(find . -name '*.[ch]' -type f | sort)
		n=${#all[@]}
		for k in $(seq 20); do
			f=${all[(RANDOM * 32768 + RANDOM) % n]}
			[ -e "$f" ] || continue
			case $((k % 10)) in
			0) rm "$f" ;;			# and a new one, so
			1) cp "$f" "${f%.*}-$i-$k.c" ;;	# that there is as much
			2 | 3) mv "$f" "${all[RANDOM % n]%/*}/moved-$i-$k.${f##*.}" ;;
			4) left=$((RANDOM % 300 + 20))
				sed -i "$left,$((left + RANDOM % 40))d" "$f" ;;
			*) sed -i "$((RANDOM % 300 + 1))i static int made_up_$i$k(int x)\n{\n\treturn x + $RANDOM;\n}\n" "$f" ;;
			esac
		done
		pipe "$W/rounds.db" . || true
		case $i in
		1 | 10 | 50 | 100) echo "round $i: $(du -sb "$W/rounds.db" | cut -f1) bytes" ;;
		esac
	done
	cd - >/dev/null
	chunkify -q -C "$T/part" . 2>/dev/null | kvput "$W/fresh.db" || true
	echo "made afresh: $(du -sb "$W/fresh.db" | cut -f1) bytes"
	pairs "$W/rounds.db" >"$W/a"
	pairs "$W/fresh.db" >"$W/b"
	if cmp -s "$W/a" "$W/b"; then
		echo "equal, key by key: $(($(wc -l <"$W/a") / 2)) of them"
	else
		echo "NOT equal: $(diff "$W/a" "$W/b" | grep -c '^[<>]') lines differ"
	fi
	rm -rf "$T/part" "$W/rounds.db" "$W/fresh.db" "$W/a" "$W/b"
}

cli() {
	local complete one
	complete=$(dirname "$0")/../../common/completion/complete
	echo "# cli: kvindex over the pipe it runs, nothing changed; a Tab in a store of the whole tree"
	stores
	mkdir -p "$T/cli"
	cp "$(dirname "$0")"/../tree/* "$T/cli"
	rm -rf "$W/cli.db"
	kvindex "$W/cli.db" "$T/cli"
	a=$(times kvindex "$W/cli.db" "$T/cli")
	b=$(times sh -c "$(kvindex -n "$W/cli.db" "$T/cli")")
	echo "kvindex adds $(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.1f", (a - b) * 5 }') ms (at most 10)"
	for one in "2 $W/db ''" "2 $W/db drivers/net/" "3 $W/db -s ''" "3 $W/db -s dev_" "3 $W/db -l ''"; do
		a=$(eval "times $complete kvget $one")
		echo "kvget ${one#*/db }: $(awk -v a="$a" 'BEGIN { printf "%.1f", a * 5 }') ms (at most 50)"
	done
	rm -rf "$W/cli.db" "$T/cli"
}

mcp() {
	echo "# mcp: a definition, of a thousand asked of one kvmcp; kvget --from of 100,000 spans over kvget -a of the same"
	stores
	kvls --names "$W/db" | awk 'NR % 1000 == 7' | head -n 1000 | jq -Rc '{jsonrpc: "2.0", id: input_line_number,
	    method: "tools/call", params: {name: "definition", arguments: {name: .}, _meta: {
	    "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}}}' >"$W/asked"
	a=$(clock sh -c "kvmcp '$W/db' <'$W/asked' >/dev/null")
	echo "kvmcp: $(awk -v a="$a" -v n="$(wc -l <"$W/asked")" 'BEGIN { printf "%.2f", a / n * 1000 }') ms (at most 5)"
	kvget -a -r drivers/net "$W/db" | grep '"type":"chunk"' | head -n 100000 | jq -c '{file_path, byte_start, byte_end}' >"$W/asked"
	b=$(clock sh -c "kvget -a -r drivers/net '$W/db' | wc -c >/dev/null")
	a=$(clock sh -c "kvget --from '$W/asked' '$W/db' | wc -c >/dev/null")
	echo "--from $(wc -l <"$W/asked") spans $a s, -a $b s; ratio $(ratio "$a" "$b") (at most 2)"
	rm -f "$W/asked"
}

soak() {
	local dir=$W/soak.db
	echo "# soak: readers, a writer, deletions and checks on one store (tests/bench/soak.c)"
	rm -rf "$dir"
	mkdir "$dir"
	copy "$T/soak" kernel lib
	chunkify -q -C "$T/soak" kernel lib >"$dir/a"
	# A third is changed, a tenth is gone; these two stay, to be read.
	sed -i 's/^\treturn \([a-z]*\);$/\treturn (\1);/' \
	    $(find "$T/soak" -name '*.c' -type f | sort | awk 'NR % 3 == 0') "$T/soak/kernel/fork.c"
	rm -f $(find "$T/soak" -name '*.c' -type f ! -name fork.c ! -name string.c | sort | awk 'NR % 10 == 0')
	chunkify -q -C "$T/soak" kernel lib >"$dir/b"
	chunkify -q -C "$TREE" fs mm net >"$dir/load"
	rm -rf "$T/soak"
	"$B/bench/soak" "$B/bin" "$dir" "${SOAK_SECONDS:-60}" || true
	rm -rf "$dir"
}

# Milliseconds, a line each, of a command run again and again while a process lives.
beside() { # beside PID CMD...
	local pid=$1 s
	shift
	while kill -0 "$pid" 2>/dev/null; do
		s=$EPOCHREALTIME
		"$@" >/dev/null
		awk -v a="$s" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f\n", (b - a) * 1000 }'
	done
}

percentile() { # percentile N <NUMBERS
	sort -n | awk -v p="$1" '{ v[NR] = $1 } END { i = int(NR * p / 100 + .999); print v[i < 1 ? 1 : i] }'
}

engines() {
	local e db one two span i pid
	echo "# engines: kvput of the whole stream by each engine; size over the source that is stored"
	stream
	source=$(jq -Rn '[inputs | select(startswith("{\"type\":\"file\"")) | fromjson.size] | add' "$W/stream")
	chunkify -q -C "$TREE" kernel >"$W/part"
	copy "$T/one" kernel
	edit "$T/one/kernel/fork.c"
	chunkify -q -C "$T/one" kernel/fork.c >"$W/two"
	chunkify -q -C "$TREE" kernel/fork.c >"$W/one"
	for e in bdb sqlite; do
		rm -rf "$W/db.$e" "$W/small.$e"
		read -r put u s mem < <(seconds kvput --engine "$e" "$W/db.$e" <"$W/stream" 2>&1 | tail -n 1)
		kvput --engine "$e" "$W/small.$e" <"$W/part"
		size=$(du -sb "$W/db.$e" | cut -f1)
		echo "$e: $put s (CPU $u + $s), $((mem / 1024)) MB of memory; $size bytes, ratio to the source $(ratio "$size" "$source") (bdb at most 1.6)"
		all=$(clock sh -c "kvget -a '$W/db.$e' | wc -c >'$W/bytes'")
		echo "$e: kvget -a $(awk -v n="$(cat "$W/bytes")" -v t="$all" 'BEGIN { printf "%.0f", n / t / 1e6 }') MB/s (at least 600)"
		# what a store that is at rest costs
		one=$(clock sh -c "for i in 1 2 3 4 5 6 7 8 9 10; do kvput '$W/db.$e' <'$W/two'; kvput '$W/db.$e' <'$W/one'; done")
		echo "$e: one changed file $(awk -v t="$one" 'BEGIN { printf "%.1f", t * 50 }') ms (sqlite at most 2 times bdb)"
		span=$(kvget "$W/small.$e" kernel/fork.c | sed -n '9s/^[^[]*"byte_start":\([0-9]*\),"byte_end":\([0-9]*\),.*/\1 \2/p')
		for i in "kvcount DB kernel/fork.c" "kvget -s copy_process DB" "kvget DB kernel/fork.c $span"; do
			t=$(times /bin/true)
			a=$(times ${i//DB/$W/small.$e})
			b=$(times ${i//DB/$W/db.$e})
			echo "$e: $i: small $(ratio "$a" "$t"), large $(ratio "$b" "$t") times /bin/true (at most 3)"
		done
		kvput "$W/db.$e" <"$W/stream" &
		pid=$!
		beside "$pid" kvget "$W/db.$e" kernel/fork.c $span >"$W/ms"
		wait "$pid"
		echo "$e: a reader beside kvput of what is there: median $(percentile 50 <"$W/ms"), 99th percentile $(percentile 99 <"$W/ms") ms of $(wc -l <"$W/ms")"
		rm -rf "$W/small.$e"
		kvput --engine "$e" "$W/small.$e" <"$W/part"
		kvput "$W/small.$e" <"$W/stream" &
		pid=$!
		beside "$pid" kvget "$W/small.$e" kernel/fork.c $span >"$W/ms"
		wait "$pid"
		echo "$e: a reader beside a loading kvput: median $(percentile 50 <"$W/ms"), 99th percentile $(percentile 99 <"$W/ms") ms of $(wc -l <"$W/ms") (at most 20)"
		rm -rf "$W/small.$e"
	done
	echo "# engines: nothing changed, over find -printf of the same warm tree"
	export -f pipe
	for e in bdb sqlite; do
		none() { seconds bash -c "pipe '$W/db.$e' '$TREE'" 2>&1 | tail -n 1; }
		none >/dev/null
		none >/dev/null
		for i in 1 2 3; do
			f=$(seconds sh -c "find '$TREE' -type f -printf '%p %s %T@\n' >/dev/null" 2>&1 | cut -d' ' -f1)
			read -r p _ < <(none)
			echo "$e: find $f s, pipe $p s; ratio $(ratio "$p" "$f") (at most 2.5)"
		done
	done
	rm -rf "$T/one" "$W"/db.bdb "$W"/db.sqlite "$W/part" "$W/one" "$W/two" "$W/ms" "$W/bytes"
}

many() {
	TREE=$TREE "$(dirname "$0")/many.sh" "$B"
}

# The languages that nobody's machine has many files in: sources of Debian's.
SOURCES="cargo elixir-lang golang-github-hashicorp-hcl gnustep-base haskell-aeson
    kotlin ocaml-dune r-cran-dplyr lua-penlight elm-compiler"

languages() {
	echo "# languages: chunkify -j1, CPU; files with errors; definitions"
	if [ ! -d "$T/sources" ]; then
		mkdir -p "$T/sources"
		for p in $SOURCES; do
			(cd "$T/sources" && apt-get source -qq "$p" >/dev/null 2>&1) || echo "# no sources of $p"
		done
	fi
	"$(dirname "$0")/languages.py" "$B/bin" "$(dirname "$B")/build/parts/node_modules" \
	    "$T/sources" "$TREE"/{kernel,scripts,tools,Documentation,arch/arm/boot/dts} /usr/share /usr/lib
}

astray() {
	echo "# astray: functions that hold a } in column 0, in C"
	"$(dirname "$0")/astray.py" "$B/bin" "$TREE"
}

# What others have of the same tree: ctags a list of definitions, GNU GLOBAL the
# places where names are used, too. Neither has text, nor needs it.
compare() {
	local t tree name
	name=${NAME:-copy_process}	# which definition
	apt-get install -y -qq universal-ctags global >/dev/null
	echo "# compare: an index of the whole tree, made and made again; its size; a definition, 200 times"
	copy "$T/compare"
	tree=$T/compare
	ours() { chunkify -q -C "$tree" . 2>/dev/null | kvput "$W/compare.db"; }
	export -f ours
	export tree W
	line() { # line NAME DIR-OR-FILE QUERY...
		local who=$1 size
		size=$(du -sb "$2" | cut -f1)
		shift 2
		t=$(times /bin/true)
		echo "$who: made in $(cut -d' ' -f1 "$W/time") s ($(awk '{ print $2 + $3 }' "$W/time") s CPU), $((size / 1000000)) MB; a definition $(awk -v a="$(times "$@")" -v t="$t" 'BEGIN { printf "%.1f", (a - t) * 5 }') ms over /bin/true"
	}
	rm -rf "$W/compare.db"
	seconds bash -c ours 2>/dev/null
	line chunkkv "$W/compare.db" kvget -s "$name" "$W/compare.db"
	seconds bash -c "kvindex -q -C $tree $W/compare.db . 2>/dev/null || true" 2>/dev/null
	echo "chunkkv, nothing changed: $(cut -d' ' -f1 "$W/time") s"
	seconds ctags -R --fields=+ne --extras=+q -f "$W/compare.tags" "$tree" 2>/dev/null
	line ctags "$W/compare.tags" readtags -t "$W/compare.tags" "$name"
	(cd "$tree" && seconds gtags 2>/dev/null)
	mkdir -p "$W/global"
	cp "$tree"/G*TAGS "$W/global"
	line global "$W/global" env -C "$tree" global -d "$name"
	rm -rf "$tree" "$W/compare.db" "$W/compare.tags" "$W/global"
}

refs() {
	local o e parts
	echo "# refs: with chunkify --refs over without: kernel/sched in instructions; fs, kernel, mm, net in CPU seconds, bytes"
	for o in "" --refs; do
		valgrind --tool=callgrind --callgrind-out-file=/dev/null chunkify $o -j1 -C "$TREE" kernel/sched 2>"$W/refs$o" >/dev/null
		parts=$(cd "$TREE" && ls -d fs kernel mm net)
		# shellcheck disable=SC2086 # several
		seconds chunkify $o -q -C "$TREE" $parts >"$W/stream$o" 2>/dev/null
		awk '{ print $2 + $3 }' "$W/time" >"$W/chunkify$o"
		for e in bdb sqlite; do
			rm -rf "$W/$e$o"
			seconds kvput --engine $e "$W/$e$o" <"$W/stream$o" 2>/dev/null
			awk '{ print $2 + $3 }' "$W/time" >"$W/kvput-$e$o"
			du -sb "$W/$e$o" | cut -f1 >"$W/size-$e$o"
		done
	done
	echo "chunkify, instructions $(ratio "$(sed -n 's/.*Collected : //p' "$W/refs--refs")" "$(sed -n 's/.*Collected : //p' "$W/refs")") (at most 1.15), CPU $(ratio "$(cat "$W/chunkify--refs")" "$(cat "$W/chunkify")")"
	for e in bdb sqlite; do
		seconds kvget --refs "${NAME:-EINVAL}" "$W/$e--refs" >"$W/out" 2>/dev/null
		echo "$e: kvput, CPU $(ratio "$(cat "$W/kvput-$e--refs")" "$(cat "$W/kvput-$e")"), store $(ratio "$(cat "$W/size-$e--refs")" "$(cat "$W/size-$e")") (at most 1.3); kvget --refs: $(wc -l <"$W/out") lines in $(cut -d' ' -f1 "$W/time") s, $(awk '{ print $2 + $3 }' "$W/time") s CPU (a million lines a second)"
		rm -rf "$W/$e" "$W/$e--refs"
	done
	rm -f "$W/stream--refs"
	python3 "${BASH_SOURCE%/*}/refs.py" "$B/bin" "$TREE/kernel"
}

words() {
	echo "# words: the index of words, with either engine; strings beside grep -rF"
	stream
	tests/bench/words.sh "$B/bin" "$W/stream" "$W/words" "$TREE"
	rm -rf "$W/words"
}

tree
[ $# -gt 0 ] || set -- limit threads store count pipeline again rounds index get engines cli mcp soak many languages words astray compare refs
for name; do $name; done
