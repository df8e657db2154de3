# bats file_tags=once
load helper.bash

# What is built, and how it is installed.

# Set on a program's headers: is the line there, or not?
has() {
	grep -Eq -- "$1" <<<"$headers" || { echo "$tool: no $1"; return 1; }
}
lacks() {
	! grep -E -- "$1" <<<"$headers" || { echo "$tool: $1"; return 1; }
}

@test "build: every program moves, cannot run its stack, and writes no tables" {
	local tool headers
	for tool in "$BIN"/* "${BIN%/bin}"/unit/* "${BIN%/bin}"/libexec/chunkkv/*; do
		[ "$(head -c 2 "$tool")" != "#!" ] || continue
		headers=$(readelf -hldW "$tool")
		has 'Type: +DYN'
		has 'FLAGS_1.* NOW.* PIE'
		has 'GNU_RELRO'
		has 'GNU_STACK .* RW +0x10$'
		lacks '(LOAD|GNU_STACK) .* RWE '
		lacks 'TEXTREL'
		# no shared libraries, but those that the sanitizers need, and libpq
		if [[ "$tool" != */libexec/* ]] && ! grep -q __asan_init "$tool"; then
			lacks 'INTERP|NEEDED'
		fi
	done
}

@test "build: our code guards its stack, and checks what it copies" {
	local tool headers dir=${BIN%/bin}
	for tool in "$dir"/common/record/record_read.o "$dir"/cmd/chunkify/chunkify.o; do
		headers=$(nm "$tool")
		# the sanitizers have their own ways to check a copy
		if [[ "$headers" != *__asan* ]]; then
			has '__[a-z]+_chk$'
		fi
	done
	tool=$dir/common/base/hash.o		# it has an array on its stack
	headers=$(objdump -dr "$tool")
	has '__stack_chk_fail'
	if [ "$(uname -m)" = x86_64 ]; then
		has 'endbr64'
	fi
}

# The Makefile, apart from the one that may run us.
unset MAKEFLAGS MAKELEVEL
PARTS=$ROOT/build/parts
mk() {
	make -s -C "$ROOT" PARTS="$PARTS" "$@"
}

@test "make: other flags build anew, the same ones do not" {
	local B=$PWD/b o=$PWD/b/common/engine/bdb/key.o was
	mk "B=$B" "$o"
	cp "$o" first
	was=$(stat -c '%i %y' "$o")
	mk "B=$B" "$o"
	[ "$(stat -c '%i %y' "$o")" = "$was" ]
	mk "B=$B" CFLAGS=-O0 "$o"
	run -1 cmp -s first "$o"
	mk "B=$B" "$o"
	cmp first "$o"
}

@test "make: the same bytes wherever the tree and B are" {
	local dir
	for dir in one other/place; do
		mkdir -p "$dir"
		cp -r "$ROOT/Makefile" "$ROOT/common" "$ROOT/cmd" "$dir"
	done
	mkdir parts
	ln -s "$PARTS/node_modules" parts
	touch parts/.ready
	PARTS=$PWD/parts
	make -s -C one PARTS="$PARTS" build/common/engine/bdb/key.o
	make -s -C other/place PARTS="$PARTS" "B=$PWD/b" "$PWD/b/common/engine/bdb/key.o"
	cmp one/build/common/engine/bdb/key.o b/common/engine/bdb/key.o
}

@test "make: what is missing is named, and nothing installed" {
	mkdir bin
	ln -s "$(command -v gcc)" "$(command -v sh)" "$(command -v dirname)" bin
	printf '#!/bin/sh\ntouch apt-was-called\n' >bin/apt-get
	chmod +x bin/apt-get
	run -2 --separate-stderr env PATH="$PWD/bin" sh \
	    "$ROOT/cmd/chunkify/setup.sh" need build
	[[ "$stderr" == "setup: missing: "*" npm "*'"make deps" installs them)' ]]
	[[ "$stderr" != *jq* ]]
	[ ! -e apt-was-called ]
	env PATH="$PWD/bin:$PATH" sh "$ROOT/cmd/chunkify/setup.sh" need build
}

@test "make: install replaces a program that runs, and uninstall leaves nothing" {
	local tool
	install_to() {
		mk "B=${BIN%/bin}" "$@" DESTDIR="$PWD" PREFIX=/usr
	}
	install_to -o all install
	(umask 077 && install_to -o all install)
	mkfifo lines
	usr/bin/kvput x.db <lines 3>&- &
	exec 7>lines
	install_to -o all install
	exec 7>&-
	wait $!
	for tool in "$BIN"/*; do
		[ "$(stat -c %a "usr/bin/${tool##*/}")" = 755 ]
		run readelf -SW "usr/bin/${tool##*/}"	# silent on a script
		[[ "$output" != *.debug_info* ]]
		[ -e "usr/share/man/man1/${tool##*/}.1" ]
	done
	[ -z "$(find usr -type f ! -perm -044)" ]
	install_to uninstall
	[ -z "$(find usr -type f)" ]
}

@test "build: no file needs one that needs it, and none a higher layer" {
	run -0 python3 "$ROOT/tests/circles.py" "${BIN%/bin}"
	[ -z "$output" ]
	# it sees one
	mkdir -p x/common/base x/common/store
	echo 'int low(void); int high(void); int low(void) { return high(); }' >low.c
	echo 'int low(void); int high(void); int high(void) { return low(); }' >high.c
	gcc -c -o x/common/base/low.o low.c
	gcc -c -o x/common/store/high.o high.c
	mkdir -p x/cmd/tool
	run -1 python3 "$ROOT/tests/circles.py" x
	[[ "$output" == *"circle: common/base/low needs common/store/high for high; "* ]]
	[[ "$output" == *"upwards: common/base/low needs common/store/high for high" ]]
}

@test "make: ENGINES leaves engines out, and a tool names what it was built without" {
	local one other
	whole a.c 'int a;' >a.jsonl
	kvput bdb.store <a.jsonl
	kvput sqlite.sqlite <a.jsonl
	mv sqlite.sqlite sqlite.store	# known by its bytes
	for one in bdb sqlite; do
		mk "B=$PWD/$one" ENGINES=$one "$PWD/$one/bin/kvput" "$PWD/$one/bin/kvget"
		"$one/bin/kvget" -a "$one.store" | "$one/bin/kvput" "$one.new"
		cmp <(kvget -t "$one.new" a.c) <(printf 'int a;')
		kvls --stat "$one.new" >stat
		[[ "$("$one/bin/kvput" --version)" != *"$([ $one = bdb ] && echo sqlite || echo bdb)"* ]]
	done
	grep -q 'engine: SQLite' stat		# and makes what it has
	run -2 --separate-stderr bdb/bin/kvget -a sqlite.store
	[ "$stderr" = "kvget: sqlite.store: a SQLite store; this program was built without SQLite" ]
	run -2 --separate-stderr bdb/bin/kvput new.sqlite <a.jsonl
	[ "$stderr" = "kvput: new.sqlite: this program was built without SQLite" ]
	[ ! -e new.sqlite ]
	run -2 --separate-stderr sqlite/bin/kvget -a bdb.store
	[ "$stderr" = "kvget: bdb.store: a Berkeley DB store; this program was built without Berkeley DB" ]
}
