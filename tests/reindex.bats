load helper.bash

reindex() { # reindex [CHUNKIFY OPTION...]
	kvls --manifest $DB | chunkify --unchanged - "$@" src | kvput --prune -v $DB
}

# So old that its time can be trusted.
old() {
	touch -d '2001-01-01 00:00:00.123456789' "$@"
}

tree() {
	mkdir -p src/d
	for f in a b d/c; do
		printf 'int %s(void)\n{\n\treturn 1;\n}\n' "${f##*/}" >src/$f.c
	done
	printf 'text\n' >src/README
	old src/*.c src/d/*.c src/README
}

records() { # records TYPE <STREAM
	jq -r "select(.type == \"$1\") | .file_path" | tr '\n' ' '
}

@test "re-index: the first run, with no store yet" {
	tree
	run -0 --separate-stderr reindex
	[ "$stderr" = "kvput: files: 3 new, 0 changed, 0 same, 0 removed, 1 skipped; chunks: 3 added, 0 kept, 0 removed" ]
}

@test "re-index: what did not change is not even opened" {
	tree
	reindex
	kvls --manifest $DB >m
	[ "$(chunkify --unchanged m src | records keep)" = "src/README src/a.c src/b.c src/d/c.c " ]
	chmod a+rwx .
	chmod 0 src/a.c
	unprivileged chunkify --unchanged m src >out
	[ "$(records keep <out)" = "src/README src/a.c src/b.c src/d/c.c " ]
}

# bats test_tags=bdb
@test "re-index: no pages are written when nothing changed" {
	tree
	reindex
	sha256sum $DB/*.db >before
	run -0 --separate-stderr reindex
	[[ "$stderr" == *"0 new, 0 changed, 3 same, 0 removed, 1 skipped; chunks: 0 added, 3 kept, 0 removed" ]]
	sha256sum -c before
}

@test "re-index: what changed in size, in time, or is new is chunked" {
	tree
	reindex
	echo 'int more;' >>src/a.c
	printf 'int B(void)\n{\n\treturn 1;\n}\n' >src/b.c
	echo 'int n;' >src/n.c
	kvls --manifest $DB | chunkify --unchanged - src >out
	[ "$(records file <out)" = "src/a.c src/b.c src/n.c " ]
	[ "$(records keep <out)" = "src/README src/d/c.c " ]
}

@test "re-index: a file that was only touched costs its hash, and its time is noted" {
	tree
	reindex
	touch -d '2002-02-02' src/a.c
	kvls --manifest $DB | chunkify --unchanged - src >out
	[ "$(records file <out)" = "" ]
	grep -F "{\"type\":\"keep\",\"file_path\":\"src/a.c\",\"mtime_ns\":$(stat -c %.9Y src/a.c | tr -d .)}" out
	kvput $DB <out
	kvls --manifest $DB | grep '"src/a.c"' | grep -F "\"mtime_ns\":$(stat -c %.9Y src/a.c | tr -d .)"
}

@test "re-index: --checksum trusts no times" {
	tree
	reindex
	printf 'int A(void)\n{\n\treturn 1;\n}\n' >src/a.c
	old src/a.c
	kvls --manifest $DB >m
	[ "$(chunkify --unchanged m src | records file)" = "" ]
	[ "$(chunkify --unchanged m --checksum src | records file)" = "src/a.c " ]
}

# bats test_tags=file
@test "re-index: a change right after the run is seen, though size and time are the same" {
	tree
	touch src/a.c
	cp -p src/a.c stamp
	reindex
	printf 'int A(void)\n{\n\treturn 1;\n}\n' >src/a.c
	touch -r stamp src/a.c
	[ "$(kvls --manifest $DB | chunkify --unchanged - src | records file)" = "src/a.c " ]
	# one that did not change is compared once, not for ever
	printf 'int A(void)\n{\n\treturn 1;\n}\n' >src/a.c
	old src/a.c
	rm -r $DB
	chunkify src | sed 's/"parse_errors":0/&,"stored_at":978307200/' | kvput $DB
	[ "$(kvls --manifest $DB | chunkify --unchanged - src | records keep)" = "src/README src/a.c src/b.c src/d/c.c " ]
	kvls --manifest $DB | grep '"src/a.c"' | jq -e '.stored_at == 978307200'
	reindex
	kvls --manifest $DB | grep '"src/a.c"' | jq -e '.stored_at > 978307200'
}

@test "re-index: other options chunk everything again, and say why" {
	tree
	reindex
	kvls --manifest $DB >m
	run -0 --separate-stderr chunkify --unchanged m --max-size 300 src
	[ "$stderr" = "chunkify: the store was made with max-size=1500, this is max-size=300: everything is chunked again" ]
	[ "$(records keep <<<"$output")" = "" ]
	# and so do other grammars, or tables of languages
	begin=$(head -n 1 m | jq -r .options)
	other=$(sed 's/ sources=[0-9a-f]*/ sources=0123456789ab/' <<<"$begin")
	id() { printf %s "$1" | sha256sum | cut -c1-12; }
	sed -e "s/$begin/$other/; s/$(id "$begin")/$(id "$other")/" m >m2
	run ! cmp -s m m2
	run -0 --separate-stderr chunkify --unchanged m2 src
	[ "$stderr" = "chunkify: the store was made with sources=0123456789ab, this is ${begin##* }: everything is chunked again" ]
	[ "$(records keep <<<"$output")" = "" ]
	[ "$(records file <<<"$output")" = "src/a.c src/b.c src/d/c.c " ]
	# also when another run with other options came between
	chunkify --max-size 300 src/b.c | kvput $DB
	[ "$(kvls --manifest $DB | chunkify --unchanged - src 2>/dev/null | records file)" = "src/b.c " ]
}

@test "re-index: a manifest that was cut off costs time, not correctness" {
	tree
	reindex
	kvls --manifest $DB | head -n 3 >m
	chunkify --unchanged m src >out
	[ "$(records keep <out)" = "src/README src/a.c " ]
	[ "$(records file <out)" = "src/b.c src/d/c.c " ]
	run -2 pipe 'echo garbage | chunkify --unchanged - src'
	[[ "$output" == *"chunkify: stdin:1: "* ]]
}

@test "re-index: a file of which nobody knows the hash" {
	tree
	chunkify src/a.c | grep '"type":"chunk"' | kvput $DB
	kvls --manifest $DB >m
	chunkify --unchanged m src >out
	[ "$(records keep <out)" = "" ]
}

@test "re-index: moves, deletions and type changes end in the store of a fresh run" {
	tree
	reindex
	mv src/a.c src/d/moved.c
	rm src/b.c
	mkdir src/b.c
	echo 'int inside;' >src/b.c/x.c
	printf 'int a;\0' >src/d/c.c
	mv src/README src/readme.py
	reindex || [ $? = 1 ]
	chunkify src | kvput fresh.db || [ $? = 1 ]
	dump $DB >got
	dump fresh.db | diff - got
}

@test "re-index: the pipe of three does not deadlock, whatever the sizes" {
	mkdir src
	for i in $(seq 3000); do echo "int a$i;" >"src/a_file_with_a_rather_long_name_to_fill_pipes_$i.c"; done
	old src/*
	again() {
		timeout 60 bash -c "$(declare -f reindex); DB=$DB; $1" 2>out
		grep '3000 same' out
	}
	again "reindex; reindex"
	# nor where git lists more than its pipe holds while the manifest is read
	git init -q src
	again reindex
	git -C src add .
	again reindex
}

@test "chunkify --skip-generated: leaves out what machines made; else it is labelled" {
	mkdir src
	printf '/* Code generated by foo. DO NOT EDIT. */\nint a;\n' >src/gen.c
	printf 'int b;\n' >src/hand.c
	awk 'BEGIN { for (i = 0; i < 400; i++) printf "var a%d=1;", i; print "" }' >src/min.js
	chunkify src >out
	[ "$(jq -r 'select(.type == "chunk" and (.labels | index("generated"))).file_path' out | sort -u | tr '\n' ' ')" = "src/gen.c src/min.js " ]
	chunkify --skip-generated src >out
	[ "$(records file <out)" = "src/hand.c " ]
	[ "$(jq -r 'select(.type == "skip").reason' out | sort -u)" = generated ]
	# lock files by their name; they are in no language, unless one is given
	echo 'a = 1' >src/yarn.lock
	chunkify --lang python src/yarn.lock | grep '"labels":\[.*"generated"'
	chunkify --lang python --skip-generated src >out
	[ "$(jq -r 'select(.type == "skip").file_path' out | tr '\n' ' ')" = "src/gen.c src/min.js src/yarn.lock " ]
}

@test "chunkify -v sums up: each file once, as what it is" {
	tree
	printf 'int a;\0' >src/bin.c
	old src/bin.c
	run -1 --separate-stderr chunkify -v src
	[ "${stderr_lines[1]}" = "chunkify: 3 files chunked into 3 chunks, 0 kept, 2 skipped (1 binary, 1 unsupported), 0 failed" ]
	# the same when they are skipped still
	chunkify src 2>/dev/null | kvput $DB
	kvls --manifest $DB >m
	run -0 --separate-stderr chunkify -v --unchanged m src
	[ "$stderr" = "chunkify: 0 files chunked into 0 chunks, 3 kept, 2 skipped (1 binary, 1 unsupported), 0 failed" ]
	# one changed, one only touched, one more skipped, one gone, one closed
	echo 'int more;' >>src/a.c
	touch src/b.c
	ln -s nowhere src/link.c
	chmod a+rx . src src/d
	chmod 0 src/d/c.c
	touch src/d/c.c
	printf '%s\n' src/a.c src/b.c src/gone.c src/link.c src/README src/bin.c src/d/c.c >list
	run -1 --separate-stderr unprivileged chunkify -v --unchanged m --files-from list
	[ "${stderr_lines[-1]}" = "chunkify: 1 files chunked into 1 chunks, 1 kept, 3 skipped (1 binary, 1 symlink, 1 unsupported), 1 failed, 1 gone" ]
	[ "$(tail -n 1 <<<"$output")" = '{"type":"end","files":1,"chunks":1,"skipped":2,"errors":1}' ]
}

# bats test_tags=long
@test "chunkify: progress is for a terminal, and -q is silent there too" {
	mkdir src
	for i in $(seq 300); do
		printf "int f${i}_%d(void)\n{\n\treturn 1;\n}\n" {1..40} >src/$i.c
	done
	mkfifo out
	on_terminal() { # what comes to it, while the reader is slow
		{ sleep 2; cat >/dev/null; } <out &
		script -qec "stty cols 70; $1 >out" typescript </dev/null >seen
		wait
	}
	# the pipe fills, so that there is time to draw: from the first second on
	on_terminal "chunkify --ast src"
	tr '\r' '\n' <seen | grep -E '^[0-9]+ files  [0-9.]+ MB  [0-9.]+ MB/s(  [0-9]+:[0-9][0-9] left)?  src/[0-9]+\.c'
	# it is wiped in the end
	[ "$(tail -c 4 seen)" = $'\r\e[K' ]
	on_terminal "chunkify -q --ast src"
	[ ! -s seen ]
	chunkify --ast src 2>seen | { sleep 2; cat >/dev/null; }
	[ ! -s seen ]
}

@test "chunkify: SIGINT in the middle of the pipe leaves the store whole" {
	mkdir src
	for i in $(seq 400); do printf 'int f%d(void)\n{\n\treturn %d;\n}\n' "$i" "$i" >src/$i.c; done
	chunkify src | kvput $DB
	for i in $(seq 400); do printf 'int f%d(void)\n{\n\treturn -%d;\n}\n' "$i" "$i" >src/$i.c; done
	mkfifo in
	kvput $DB <in 2>err &
	pid=$!
	exec 9>in
	chunkify src | head -n 500 >&9
	kill -INT $pid 2>/dev/null || true
	exec 9>&-
	wait $pid || true
	for i in $(seq 400); do [ "$(kvcount $DB src/$i.c)" = 1 ]; done
	kvput $DB < <(chunkify src)
	verify $DB
}
