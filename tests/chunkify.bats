load helper.bash

# The text of a file as its chunks have it.
text() { # text <STREAM
	jq -j 'select(.type == "chunk") | .content // (.content_base64 | @base64d)'
}

# name kind scope of every definition in a stream, a line each.
symbols() {
	jq -r 'select(.type == "chunk") | .symbols[] |
	    "\(.name) \(.kind) \(.scope)"'
}

skips() {
	jq -r 'select(.type == "skip") | "\(.file_path) \(.reason)"'
}

paths() {
	jq -r 'select(.type == "file") | .file_path'
}

# N functions of some ten lines.
functions() { # functions N
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) {
		printf "/* number %d */\nint\nfunction_%d(int x)\n{\n", i, i
		for (j = 0; j < 8; j++)
			printf "\tx = x * %d + some_other_function(x, %d);\n", i, j
		printf "\treturn x;\n}\n\n" } }'
}

# --- the stream ---------------------------------------------------------------

@test "chunkify: begin, file, chunks, end, their fields in order" {
	functions 1 >a.c
	chunkify a.c >out
	[ "$(jq -r .type out | tr '\n' ' ')" = "begin file chunk end " ]
	[ "$(jq -r 'keys_unsorted | join(" ")' out)" = "type format roots options
type file_path language size mtime_ns content_hash parse_errors
type file_path byte_start byte_end start_line end_line language symbol_name symbol_kind scope part symbols content content_hash labels
type files chunks skipped errors" ]
	[ "$(jq -r 'select(.type == "file") | .content_hash' out)" = "$(sha256sum <a.c | cut -d' ' -f1)" ]
	# not by jq, which has no integers of that size
	grep -F "\"mtime_ns\":$(stat -c %.9Y a.c | tr -d .)," out
	[ "$(jq -c 'select(.type == "end") | [.files, .chunks, .skipped, .errors]' out)" = "[1,1,0,0]" ]
	[ "$(jq -c 'select(.type == "begin") | .roots' out)" = '["a.c"]' ]
}

@test "chunkify: the same bytes whatever -j is" {
	mkdir -p src/b src/a.c
	for i in $(seq 60); do functions $((i % 7)) >"src/b/f$i.c"; done
	functions 3 >src/a.c/z.py
	functions 400 >src/b/large.c
	chunkify -j1 src >one
	for j in 2 3 8; do
		chunkify -j$j src >many
		cmp one many
	done
}

@test "chunkify: files come by the bytes of their paths" {
	mkdir -p s/a s/a-b
	touch s/a/x.c s/a.c s/a-b/y.c s/b.c s/A.c
	chunkify s | paths >out
	printf 's/A.c\ns/a-b/y.c\ns/a.c\ns/a/x.c\ns/b.c\n' | diff - out
}

@test "chunkify: defect 8: one file, one path, however it was named" {
	mkdir src
	echo 'int a;' >src/a.c
	for p in src/a.c ./src/a.c src//a.c src/./a.c; do
		[ "$(chunkify "$p" | paths)" = src/a.c ]
	done
	[ "$(chunkify . | paths)" = src/a.c ]
	[ "$(chunkify src/ src ./src/a.c | paths)" = src/a.c ]
	[ "$(chunkify -C src . | paths)" = a.c ]
	[ "$(chunkify -C src "$PWD/src/a.c" | paths)" = a.c ]
	[ "$(cd / && chunkify -C "$BATS_TEST_TMPDIR" src | paths)" = src/a.c ]
}

@test "chunkify: a hash of the options changes with them" {
	echo 'int a;' >a.c
	fingerprint() { chunkify "$@" a.c | jq -r 'select(.type == "begin").options'; }
	[ "$(fingerprint)" = "$(fingerprint -j1)" ]
	[ "$(fingerprint)" != "$(fingerprint --max-size 100)" ]
	[ "$(fingerprint)" != "$(fingerprint --definitions)" ]
	[ "$(fingerprint)" != "$(fingerprint --lang python)" ]
}

@test "chunkify: so does it with each source file that chunkify is made of, and when one goes" {
	mkdir tree
	cp -r "$ROOT/Makefile" "$ROOT/common" "$ROOT/cmd" tree
	sources() { make -s -C tree B=b b/version.h && cat tree/b/version.h; }
	local last now f
	last=$(sources)
	[ "$(sources)" = "$last" ]
	for f in cmd/chunkify/{lang.h,cut.h,label.h,ast.c,chunkify.c,arena.c,mask.h,walk.c,lang/c.c} \
	    common/{record/record.c,base/hash.c,base/new.c}; do
		echo "/* */" >>tree/$f
		now=$(sources)
		echo "$f $now"
		[ "$now" != "$last" ]
		last=$now
	done
	for f in cmd/chunkify/lang/php.c common/base/new.c; do
		rm tree/$f
		now=$(sources)
		echo "$f $now"
		[ "$now" != "$last" ]
		last=$now
	done
	# a store's files do not count
	echo "/* */" >>tree/cmd/kvput/kvput.c
	[ "$(sources)" = "$last" ]
}

# --- chunks -------------------------------------------------------------------

@test "chunkify: the chunks are the file, each byte once; none over the budget" {
	functions 50 >a.c
	printf 'int last;' >>a.c
	cp "$ROOT"/cmd/*/*.c .
	for size in 16 100 1500 100000; do
		chunkify --max-size $size . >out
		jq -r 'select(.type == "file") | .file_path' out >files
		[ "$(wc -l <files)" = "$(ls ./*.c | wc -l)" ]
		xargs cat <files >all
		text <out | cmp - all
		# each begins where the one before it ended, at 0 the first
		jq -e -n 'reduce (inputs | select(.type == "chunk" or .type == "file")) as $r
		    ({ok: true, at: 0, size: 0};
		    if $r.type == "file" then .ok = (.ok and .at == .size) | .at = 0 | .size = $r.size
		    else .ok = (.ok and $r.byte_start == .at) | .at = $r.byte_end end) |
		    .ok and .at == .size' out
		[ "$(jq 'select(.type == "chunk") |
		    (.content | gsub("[ \t\r\n\f\u000b]"; "") | utf8bytelength)' out |
		    sort -n | tail -n 1)" -le $size ]
	done
}

@test "chunkify: defect 6: no text in no chunk, none in two" {
	printf '#include <a.h>\n\nint x;\n\n/* f */\nint f(void)\n{\n\treturn 0;\n}\n' >a.c
	[ "$(chunkify a.c | text)" = "$(cat a.c)" ]
}

@test "chunkify: lines count from 1 and agree with the bytes" {
	functions 9 >a.c
	chunkify a.c | jq -r 'select(.type == "chunk") | "\(.byte_start) \(.byte_end) \(.start_line) \(.end_line)"' >spans
	[ "$(wc -l <spans)" -gt 3 ]
	while read -r from to first last; do
		[ "$(head -c "$from" a.c | wc -l)" = $((first - 1)) ]
		[ "$(head -c $((to - 1)) a.c | wc -l)" = $((last - 1)) ]
	done <spans
}

@test "chunkify: a definition of substance has a chunk of its own, with its comment" {
	functions 3 >a.c
	chunkify a.c >out
	[ "$(jq -r 'select(.type == "chunk") | .symbol_name' out | tr '\n' ' ')" = "function_0 function_1 function_2 " ]
	jq -e -s 'map(select(.type == "chunk")) | all(.content | startswith("/* number"))' out
	[ "$(jq -c 'select(.type == "chunk") | .part' out | sort -u)" = null ]
}

@test "chunkify: small neighbours share a chunk, which names none of them" {
	for i in 1 2 3; do printf 'int f%d(void)\n{\n\treturn %d;\n}\n' $i $i; done >a.c
	chunkify a.c >out
	[ "$(jq -c 'select(.type == "chunk") | [.symbol_name, [.symbols[].name]]' out)" = '[null,["f1","f2","f3"]]' ]
}

@test "chunkify: what is too large is cut between statements, in parts that say so" {
	{ printf 'int f(int x)\n{\n'; for i in $(seq 90); do printf '\tx += g(%d,\n\t    x);\n' "$i"; done; printf '\treturn x;\n}\n'; } >a.c
	chunkify --max-size 300 a.c >out
	[ "$(jq -r 'select(.type == "chunk") | .symbol_name' out | sort -u)" = f ]
	[ "$(jq -c 'select(.type == "chunk") | .part' out | head -n 2 | tr -d '\n')" = "[1,4][2,4]" ]
	# no chunk begins in the middle of one
	[ "$(jq -r 'select(.type == "chunk" and .byte_start > 0) | .content | split("\n")[0]' out | grep -vc 'x += g')" = 0 ]
	# and the parts are about equal
	[ "$(jq 'select(.type == "chunk") | .content | length' out | sort -n | head -n 1)" -gt 150 ]
}

@test "chunkify: a container is cut into its head and its members" {
	{ printf 'class A:\n    """Doc."""\n    x = 1\n\n'
	for i in 1 2 3; do printf '    @staticmethod\n    def m%d():\n' $i
	for j in $(seq 20); do printf '        call_something(%d, %d)\n' $i "$j"; done
	printf '\n'; done; } >a.py
	chunkify --max-size 600 a.py >out
	[ "$(jq -c 'select(.type == "chunk") | [.symbol_name, .symbol_kind, .scope, .part]' out)" = '["A","class",null,[1,4]]
["m1","method","A",null]
["m2","method","A",null]
["m3","method","A",null]' ]
	jq -e -s 'map(select(.symbol_name == "m2"))[0].content | startswith("    @staticmethod\n")' out
}

@test "chunkify: a definition that fits is never cut" {
	functions 60 >a.c
	chunkify --max-size 400 a.c >out
	[ "$(jq -r 'select(.part != null) | .symbol_name' out)" = "" ]
	[ "$(jq -s 'map(select(.type == "chunk")) | length' out)" = 60 ]
}

# What chunks are called: name, kind, scope and part.
called() {
	jq -r 'select(.type == "chunk") | "\(.symbol_name) \(.symbol_kind) \(.scope) \(.part | tostring)"'
}

@test "chunkify: a part of a class that holds one definition is called like that" {
	{ printf 'class A {\n'
	for i in 1 2 3; do
		printf '    /**\n     * %s\n     */\n    public int m%d(int a) {\n        return a + %d;\n    }\n\n' \
		    "$(printf 'What it does. %.0s' {1..12})" $i $i
	done; printf '    int x;\n}\n'; } >A.java
	chunkify --max-size 220 A.java >out
	[ "$(called <out | sed -n 2,4p)" = "$(printf 'm1 method A null\nm2 method A null\nm3 method A null')" ]
}

@test "chunkify: a comment too large to go with what it documents is a part of that" {
	{ functions 1
	printf '/*\n'; for i in {1..12}; do printf ' * line %d of what there is to say\n' $i; done; printf ' */\n'
	functions 1 | sed -e 1d -e s/function_0/said/; } >a.c
	chunkify --max-size 420 a.c >out
	[ "$(called <out)" = 'function_0 function null null
said function null [1,2]
said function null [2,2]' ]
	[ "$(jq -c 'select(.type == "chunk") | [.labels[] | select(. == "documented" or . == "exported")]' out | tail -n 2)" = \
	    "$(printf '["documented","exported"]\n["documented","exported"]')" ]
}

# Non-blank bytes of each chunk.
solid() {
	jq 'select(.type == "chunk") | .content | gsub("[ \t\n]"; "") | utf8bytelength'
}

@test "chunkify: what is too small to be found alone joins what it belongs to" {
	# a struct without fields, and what is implemented for it
	{ printf 'struct Unit;\n\nimpl Unit {\n'
	for i in {1..24}; do printf '    fn method_%d(&self) -> usize { self.len() + %d }\n' $i $i; done; printf '}\n'; } >a.rs
	chunkify a.rs >out
	[ "$(called <out)" = "Unit implementation null null" ]
	# the last statement of a function that is cut
	{ printf 'int f(int x)\n{\n'; for i in {1..99}; do printf '\tx += g(%d, x, x, x, x, x);\n' $i; done; printf '\treturn 1;\n}\n'; } >b.c
	for size in 1500 1510 1520 1530 1540 1550 1560 1570 1580 1590 1600; do
		chunkify --max-size $size b.c >out
		[ "$(solid <out | sort -n | head -n 1)" -ge 50 ]
	done
	# neither a brace apart from its head
	{ printf 'int main(void)\n{\n'
	for i in {1..9}; do
		printf '\tTEST("number %d") {\n' $i
		for j in {1..9}; do printf '\t\tassert(f(%d) == %d);\n' $j $i; done
		printf '\t}\n'
	done; printf '}\n'; } >c.c
	for size in 100 150 180 200 220 300; do
		chunkify --max-size $size c.c >out
		[ "$(jq 'select(.type == "chunk" and (.content | test("\"\\)[ ]*$")))' out)" = "" ]
	done
}

@test "chunkify: documented, exported, static: of the definition, where that begins" {
	labels() { jq -c 'select(.type == "chunk") | [.symbol_name, (.labels[] | select(. == "documented" or . == "exported" or . == "static"))]'; }
	{ functions 1; functions 1 | sed -e 's/^int$/static int/' -e 's/function_0/own/'; } >a.c
	[ "$(chunkify a.c | labels)" = '["function_0","documented","exported"]
["own","documented","static"]' ]
	# a later part in which nothing begins
	[ "$(chunkify --max-size 200 a.c | labels | sed -n 2p)" = '["function_0"]' ]
	printf 'class A {\n    public int f() { return 1; }\n    public int g() { return 2; }\n}\n' >A.java
	[ "$(chunkify A.java | labels)" = '["A"]' ]
	printf 'class A:\n    def f(self):\n        return 1\n' >a.py
	[ "$(chunkify a.py | labels)" = '["A","exported"]' ]
	printf 'def _f():\n    return 1\n' >a.py
	[ "$(chunkify a.py | labels)" = '["_f"]' ]
	printf 'namespace {\nint f() { return 1; }\n}\n' >a.cc
	[ "$(chunkify --definitions a.cc | labels)" = '["f"]' ]
	printf 'namespace n {\nint f() { return 1; }\n}\n' >a.cc
	[ "$(chunkify --definitions a.cc | labels)" = '["n"]
["f","exported"]' ]
}

@test "chunkify: a test by its path, unless it is what the project makes" {
	mkdir -p a/test src/main/java/test t
	printf 'int f(void);\nint a;\n' | tee a/test/a.c src/main/java/test/b.c t/c.c >t/d.c
	printf 'f() { :; }\n' | tee t/t1234-x.sh >t/lib.sh
	chunkify . | jq -r 'select(.type == "chunk" and (.labels | index("test"))).file_path' >out
	[ "$(cat out)" = "$(printf 'a/test/a.c\nt/t1234-x.sh')" ]
}

@test "chunkify: what writes generated files is not generated, nor what has long lines" {
	printf '#!/bin/sh\necho "/* Automatically generated by gen.sh; do not edit */"\n' >gen.sh
	awk 'BEGIN { for (i = 0; i < 400; i++) printf "var a%%d=1;", i; print "" }' >long.py
	printf '#!/bin/sh\n# @generated by gen\ntrue\n' >made.sh
	printf '\n/*\n * x\n * This file is generated.\n */\nint a;\n' >made.c
	chunkify . | jq -r 'select(.type == "chunk" and (.labels | index("generated"))).file_path' | sort -u >out
	[ "$(cat out)" = "$(printf 'made.c\nmade.sh')" ]
}

@test "chunkify: each definition begins in exactly one chunk's list" {
	{ functions 20; printf 'struct a { struct b { int x; } c; };\ntypedef int (*fn)(int);\n'; } >a.c
	chunkify a.c | symbols >out
	[ "$(sort out | uniq -d)" = "" ]
	[ "$(wc -l <out)" = 23 ]
	grep -x 'b struct a' out
	grep -x 'fn typedef null' out
}

@test "chunkify --definitions: a chunk each, nested ones too, of any size" {
	functions 2 >a.c
	printf 'struct a { struct b { int x; } c; };\nint x, y;\n' >>a.c
	chunkify --definitions --max-size 16 a.c >out
	[ "$(jq -c 'select(.type == "chunk") | [.symbol_name, [.symbols[].name]]' out)" = '["function_0",["function_0"]]
["function_1",["function_1"]]
["a",["a"]]
["b",["b"]]
["x",["x","y"]]' ]
}

# --- hostile input ------------------------------------------------------------

# Chunks of any file give it back, within the budget, and nothing hangs.
gives_back() { # gives_back FILE [OPTION...]
	local f=$1
	shift
	timeout 60 chunkify "$@" "$f" >out
	text <out | cmp - "$f"
	[ "$(tail -n 1 out | jq -r .type)" = end ]
}

@test "chunkify: an empty file, no newline at the end, CRLF, BOM" {
	: >empty.c
	printf 'int a;' >nonl.c
	printf 'int f(void)\r\n{\r\n\treturn 1;\r\n}\r\n' >crlf.c
	printf '\357\273\277def f():\n    pass\n' >bom.py
	for f in *.*; do gives_back "$f"; done
	[ "$(chunkify empty.c | jq -r 'select(.type == "end") | "\(.files) \(.chunks)"')" = "1 0" ]
	[ "$(chunkify crlf.c | symbols)" = "f function null" ]
	[ "$(chunkify bom.py | symbols)" = "f function null" ]
}

@test "chunkify: defect 7: bytes that are no UTF-8 lose nothing" {
	printf '/* caf\351 */\nint f(void) { return 1; }\nint caf\351;\n' >a.c
	chunkify a.c >out
	iconv -f utf-8 -t utf-8 out >/dev/null
	jq -r 'select(.type == "chunk") | .content_base64' out | base64 -d | cmp - a.c
	symbols <out | grep -x 'f function null'
}

@test "chunkify: no UTF-8 sequence is cut" {
	{ printf '/* '; for i in $(seq 2000); do printf '\303\251\342\202\254'; done; printf ' */\n'; } >a.c
	gives_back a.c --max-size 100
	[ "$(jq 'select(.content_base64 != null)' out)" = "" ]
}

@test "chunkify: NUL bytes: binary, skipped with its reason, exit 1" {
	printf 'int a;\0int b;\n' >a.c
	printf 'int ok;\n' >b.c
	run -1 --separate-stderr chunkify .
	[ "$stderr" = "chunkify: a.c: binary" ]
	skips <<<"$output" | grep -x 'a.c binary'
	paths <<<"$output" | grep -x b.c
}

@test "chunkify: a NUL byte behind the first 8,000, where git looks, is text" {
	{ functions 40; printf 'int a;\0int behind(void) { return 1; }\n'; } >a.c
	[ "$(stat -c %s a.c)" -gt 9000 ]
	chunkify a.c >out
	symbols <out | grep -x 'behind function null'
	[ "$(jq 'select(.type == "file").parse_errors' out)" = 0 ]
	jq -j 'select(.type == "chunk").content' out | cmp - a.c
	printf '<script>%s\0function f() {}</script>\n' "$(printf ' %.0s' {1..8000})" >b.html
	chunkify b.html | symbols | grep -x 'f function null'
}

@test "chunkify: UTF-16 is skipped, and called so" {
	mkdir d
	printf '\377\376i\0n\0t\0' >d/a.c
	printf '\376\377\0i\0n\0t' >d/b.unknown
	run -1 --separate-stderr chunkify d
	[ "$stderr" = "chunkify: d/a.c: utf-16" ]
	[ "$(skips <<<"$output")" = "$(printf 'd/a.c utf-16\nd/b.unknown utf-16')" ]
	printf '\357\273\277int a;\n' >c.c
	chunkify c.c >out
	symbols <out | grep -x 'a variable null'
	jq -j 'select(.type == "chunk").content' out | cmp - c.c
}

@test "chunkify: odd names, with newlines, colons, quotes, bytes that are no UTF-8" {
	mkdir d
	for f in $'new\nline.c' 'a:b.c' 'quote"back\slash.c' $'latin\xe9.c' '-x.c' ' .c'; do
		printf 'int f(void)\n{\n\treturn 1;\n}\n' >"d/$f"
	done
	chunkify d >out
	jq -j 'select(.type == "file") | (.file_path // (.file_path_base64 | @base64d)) + "\u0001"' out >/dev/null
	jq -r 'select(.type == "file") | .file_path_base64 // empty' out | base64 -d >name
	printf 'd/latin\xe9.c' | cmp - name
	[ "$(paths <out | grep -c .)" = 7 ]
	printf '%s\0' d/* | chunkify -0 --files-from - | jq -c 'select(.type == "file") | [.file_path, .file_path_base64]' | sort >listed
	jq -c 'select(.type == "file") | [.file_path, .file_path_base64]' out | sort | diff - listed
}

@test "chunkify: deep nesting, endless tokens, one long line" {
	awk 'BEGIN { printf "int x = "; for (i = 0; i < 100000; i++) printf "("; printf "1"; for (i = 0; i < 100000; i++) printf ")"; print ";" }' >paren.c
	awk 'BEGIN { printf "void f(void)"; for (i = 0; i < 100000; i++) printf "{" }' >brace.c
	awk 'BEGIN { for (i = 0; i < 1500; i++) { for (j = 0; j < i; j++) printf " "; print "if x:" } }' >deep.py
	awk 'BEGIN { printf "int a[] = {"; for (i = 0; i < 500000; i++) printf "1,"; print "};" }' >line.c
	awk 'BEGIN { printf "\""; for (i = 0; i < 100000; i++) printf "x" }' >quote.c
	awk 'BEGIN { for (i = 0; i < 30000; i++) print "#if" }' >if.c
	awk 'BEGIN { for (i = 0; i < 800; i++) { for (j = 0; j < i; j++) printf " "; print "class c" i ":" } }' >classes.py
	for f in *.*; do gives_back "$f"; done
}

@test "chunkify: runs of blanks are bounded too" {
	# and a definition beside them is still whole
	{ echo 'int a;'; head -c 300000 /dev/zero | tr '\0' ' '; echo; head -c 300000 /dev/zero | tr '\0' '\n'; echo 'int b;'; } >a.c
	gives_back a.c
	[ "$(jq 'select(.type == "chunk") | .byte_end - .byte_start' out | sort -n | tail -n 1)" -le 12000 ]
}

@test "chunkify: a line of 50 MB" {
	head -c 50000000 /dev/zero | tr '\0' x >a.c
	timeout 120 chunkify --max-file-size 64m --max-size 100000 a.c >out
	[ "$(jq -c 'select(.type == "end") | [.files, .chunks]' out)" = "[1,500]" ]
}

@test "chunkify: a parse that takes too long: the same partition by lines" {
	functions 300 >a.c
	chunkify --timeout 0.000001 a.c >out 2>err
	[ "$(cat err)" = "chunkify: a.c: cut between lines: parsing takes too long (--timeout)" ]
	text <out | cmp - a.c
	[ "$(jq -c 'select(.type == "file") | [.language, .parse_errors]' out)" = '["c",1]' ]
	[ "$(symbols <out)" = "" ]
	[ "$(jq -r 'select(.type == "chunk") | .content' out | grep -c '^int$')" = 300 ]
}

@test "chunkify: over --max-file-size: skipped, with its reason" {
	functions 10 >a.c
	run -1 --separate-stderr chunkify --max-file-size 100 a.c
	[ "$stderr" = "chunkify: a.c: too-large" ]
	[ "$(skips <<<"$output")" = "a.c too-large" ]
}

# A stream of one file that changed meanwhile: what it says fits together.
agrees() { # agrees STREAM
	local size
	[ "$(tail -n 1 "$1" | jq -r .type)" = end ]
	size=$(jq 'select(.type == "file") | .size' "$1")
	[ -n "$size" ] || return 0
	[ "$(text <"$1" | wc -c)" = "$size" ]
	[ "$(text <"$1" | sha256sum | cut -d' ' -f1)" = "$(jq -r 'select(.type == "file") | .content_hash' "$1")" ]
}

@test "chunkify: a file that changes while it is read agrees with itself" {
	functions 200 >a
	functions 150 >b
	cp a f.c
	(while :; do cp a f.c; cp b f.c; done) &
	writer=$!
	for i in $(seq 6); do
		chunkify f.c >out && agrees out || { kill $writer; false; }
	done
	kill $writer
}

@test "chunkify: nor does its language change while it is read" {
	# .inc is in no language but by its text
	{ printf '<?php\n'; for i in $(seq 100); do echo "function f$i() { return $i; }"; done; } >a
	tr 'a-z' ' ' <a >b
	cp a f.inc
	(while :; do cat a >f.inc; cat b >f.inc; done) &
	writer=$!
	for i in $(seq 12); do
		chunkify . >out && agrees out || { kill $writer; false; }
	done
	kill $writer
}

@test "chunkify: symbolic links are not followed, but for a PATH; devices and FIFOs are skipped" {
	mkdir d real
	echo 'int a;' >real/a.c
	ln -s ../real d/link
	ln -s ../real/a.c d/l.c
	ln -s . d/loop
	mkfifo d/fifo.c
	timeout 10 chunkify d >out
	[ "$(paths <out)" = "" ]
	[ "$(skips <out | sort)" = "$(printf 'd/fifo.c special\nd/l.c symlink\nd/link symlink\nd/loop symlink')" ]
	[ "$(chunkify d/link | paths)" = d/link/a.c ]
	[ "$(chunkify d/l.c | paths)" = d/l.c ]
}

@test "chunkify: .git and its like are never entered" {
	mkdir -p r/.git r/.hg r/sub/.svn r/.github
	for d in r/.git r/.hg r/sub/.svn r/.github r/sub; do echo 'int a;' >$d/a.c; done
	[ "$(chunkify r | paths | tr '\n' ' ')" = "r/.github/a.c r/sub/a.c " ]
	[ "$(cd r && chunkify . | paths | tr '\n' ' ')" = ".github/a.c sub/a.c " ]
}

@test "chunkify: one bad file never costs another" {
	mkdir d
	functions 1 >d/good.c
	printf 'int a;\0' >d/binary.c
	echo 'int x;' >d/secret.c
	chmod 0 d/secret.c
	mkdir d/closed
	chmod 0 d/closed
	chmod a+rwx . d
	run -1 --separate-stderr unprivileged chunkify d
	[ "$(paths <<<"$output")" = d/good.c ]
	[ "$(skips <<<"$output")" = "$(printf 'd/binary.c binary\nd/closed unreadable\nd/secret.c unreadable')" ]
	[ "$(tail -n 1 <<<"$output" | jq .errors)" = 2 ]
	[ "$stderr" = "$(printf 'chunkify: d/binary.c: binary\nchunkify: d/closed: Permission denied\nchunkify: d/secret.c: Permission denied')" ]
	chmod 700 d/closed
}

# --- what is chunked ----------------------------------------------------------

@test "chunkify: languages by ending, by file name, by #! line" {
	mkdir d
	printf 'x = 1\n' >d/a.py
	printf '#!/usr/bin/env python3\nx = 1\n' >d/script
	printf '#! /usr/bin/python3.11 -u\nx = 1\n' >d/script2
	printf '#!/usr/bin/env -S FOO=1 python3 -u\nx = 1\n' >d/script3
	printf 'x = 1\n' >d/SConstruct
	printf 'x = 1\n' >d/nothing
	printf 'x = 1\n' >d/a.unknown
	chunkify -C d . >out
	[ "$(paths <out | tr '\n' ' ')" = "SConstruct a.py script script2 script3 " ]
	[ "$(skips <out | tr '\n' ' ')" = "a.unknown unsupported nothing unsupported " ]
}

@test "chunkify: an unsupported file in a tree is no fault, a named one is" {
	echo hello >README
	chunkify . >out
	run -1 --separate-stderr chunkify README
	[ "$stderr" = "chunkify: README: unsupported" ]
}

@test "chunkify: --lang takes every file as that language" {
	printf 'def f():\n    pass\n' >README
	chunkify --lang python README | symbols | grep -x 'f function null'
	run -2 chunkify --lang klingon README
	[ "$output" = "chunkify: --lang: klingon: no such language (--list-languages)" ]
}

@test "chunkify: definitions beside and inside errors are found" {
	printf 'int f(void) { return 1; }\n@@@ what ((( is this\nint g(void) { return 2; }\nint h(int x) { if (x { return } }\nint i(void) { return 3; }\n' >a.c
	chunkify a.c >out
	symbols <out | sort | tr '\n' ';' >names
	[[ "$(cat names)" == *"f function null;g function null;"* ]]
	[[ "$(cat names)" == *"i function null;"* ]]
	[ "$(jq 'select(.type == "file") | .parse_errors' out)" -gt 0 ]
}

@test "chunkify: what a comment says changes no definition" {
	local words='/* #define typedef using struct class enum def lambda => */'
	printf 'int f(void){ struct s{int a;}; }\n' >a.c
	printf 'int f(void) {\n# define X 1\ntypedef\tint t;\nint g(void) { return 1; }\n}\n' >b.c
	printf 'void f() { struct\ns { int a; }; }\n' >c.cpp
	printf 'def f():\n    type X = int\n' >d.py
	printf '<?php\nfunction f() { CLASS a { } }\n' >e.php
	for f in ?.*; do
		chunkify $f | symbols >one
		case $f in
		*.py) printf '# %s\n' "$words" ;;
		*.php) printf '<?php %s ?>\n' "$words" ;;
		*) printf '%s\n' "$words" ;;
		esac | cat - $f >z$f
		sed -i '/^def f/s/$/  # class lambda/; s/{/{ \/* typedef struct class function *\//; 2,$s/^}/\/* #define *\/ }/' z$f
		chunkify z$f | symbols >two
		diff one two
		[ "$(wc -l <one)" -ge 2 ]
	done
}

@test "chunkify: code inside #if counts, on every branch" {
	printf '#ifdef A\nint f(void) { return 1; }\n#elif B\nint g(void) { return 1; }\n#else\nint h(void) { return 1; }\n#endif\n' >a.c
	[ "$(chunkify a.c | symbols | cut -d' ' -f1 | tr '\n' ' ')" = "f g h " ]
}

# --- the command line ---------------------------------------------------------

@test "chunkify: no PATH and no list is a usage error" {
	run -2 chunkify
	[ "$output" = "chunkify: which files? PATH is missing (see chunkify --help)" ]
	run -2 chunkify --nonsense .
	run -2 chunkify -j 0 .
	run -2 chunkify --max-size 1 .
	run -2 chunkify --max-size abc .
	[ "$output" = 'chunkify: --max-size: "abc" is not a number (see chunkify --help)' ]
	run -2 chunkify --max-size 512t .
	[ "$output" = 'chunkify: --max-size: "512t" is not a number; k, m or g may follow one (see chunkify --help)' ]
	run -2 chunkify --max-file-size 9999999999g .
	[[ "$output" == *"is not between 0 and 2147483647"* ]]
	run -2 chunkify .  -
	[[ "$output" == *"-: standard input needs a name, as in --stdin-name a.c; ./- is a file"* ]]
	run -2 chunkify --timeout -1 .
	run -2 chunkify -C nowhere .
	[ "$output" = "chunkify: nowhere: No such file or directory" ]
}

@test "chunkify: a closed standard input is not what is opened next" {
	echo a.c >list
	: >manifest
	run -2 --separate-stderr pipe 'chunkify --unchanged manifest --files-from - <&-'
	[ "$stderr" = "chunkify: list of files: Bad file descriptor" ]
	[[ "$output" != *'"end"'* ]]
}

@test "chunkify: --files-from takes files and directories, says what is gone" {
	mkdir d
	echo 'int a;' >d/a.c
	echo 'int b;' >b.c
	printf 'b.c\n\nd\nnot/there.c\n' >list
	chunkify --files-from list >out
	[ "$(jq -r 'select(.file_path) | "\(.type) \(.file_path)"' out | grep -v chunk)" = "$(printf 'file b.c\nfile d/a.c\ngone not/there.c')" ]
	chunkify --files-from - <list | cmp - out
	run -2 chunkify --files-from nolist
	[ "$output" = "chunkify: nolist: No such file or directory" ]
}

@test "chunkify: a PATH that is not there is an error, and costs no other" {
	echo 'int b;' >b.c
	run -1 --separate-stderr chunkify b.c nope.c
	[ "$stderr" = "chunkify: nope.c: No such file or directory" ]
	[ "$(paths <<<"$output")" = b.c ]
	[ "$(tail -n 1 <<<"$output" | jq .errors)" = 1 ]
}

@test "chunkify: a full disk is an error" {
	functions 2 >a.c
	run -2 pipe 'chunkify a.c >/dev/full'
	[ "$output" = "chunkify: standard output: No space left on device" ]
}

@test "chunkify: a reader that leaves ends it quietly" {
	functions 3000 >a.c
	run -141 --separate-stderr pipe 'chunkify a.c | head -n 1 >/dev/null'
	[ "$stderr" = "" ]
}

@test "chunkify: roots are dropped only where they surely lie inside another" {
	mkdir -p src lib
	echo 'int a;' >src/a.c
	echo 'int b;' >lib/b.c
	echo 'int c;' >..c.c
	[ "$(chunkify src src/../lib | paths | tr '\n' ' ')" = "src/a.c src/../lib/b.c " ]
	[ "$(chunkify . ..c.c | paths | tr '\n' ' ')" = "..c.c lib/b.c src/a.c " ]
}

@test "chunkify: an empty PATH is an error, and costs no other" {
	echo 'int b;' >b.c
	run -1 --separate-stderr chunkify '' b.c
	[ "$(paths <<<"$output")" = b.c ]
	[[ "$stderr" == *"No such file or directory" ]]
}

@test "chunkify: -C makes absolute paths on a list relative, too" {
	mkdir src
	echo 'int a;' >src/a.c
	[ "$(echo "$PWD/src/a.c" | chunkify -C "$PWD" --files-from - | paths)" = src/a.c ]
}

@test "chunkify: what a list names and nobody can chunk is no fault" {
	echo hello >README
	echo README | chunkify --files-from - >out
	[ "$(skips <out)" = "README unsupported" ]
}

@test "chunkify: a file on which a scanner breaks an assertion, or its room, is cut all the same" {
	local word i indent=
	word=$(printf 'A%.0s' {1..300})
	printf 'x = [<<%s, <<B]\n a\n%s\nb\nB\n' "$word" "$word" >a.rb
	for i in {1..520}; do
		echo "${indent}if a:"
		indent+=' '
	done >b.py
	echo "${indent}x = f\"{a}\"" >>b.py
	echo 'int f(void) { return 1; }' >c.c
	run --separate-stderr pipe 'chunkify a.rb b.py c.c >out'
	[ "$status" = 0 ]
	[ "$stderr" = "chunkify: a.rb: cut between lines: it breaks an assertion of its grammar" ]
	for i in a.rb b.py; do
		[ "$(jq "select(.type == \"file\" and .file_path == \"$i\") | .parse_errors" out)" -ge 1 ]
		jq -j "select(.type == \"chunk\" and .file_path == \"$i\") | .content" out | cmp - "$i"
	done
	grep -q '"symbol_name":"f"' out
}

# --- what else tells the language, and where the text comes from ------------------

@test "chunkify: --ext tells the language of an ending, the last one counts" {
	mkdir d
	echo 'function f() { return 1; }' | tee d/a.inc d/b.tpl.inc d/Build >d/c.txt
	chunkify --ext .inc=php --ext .tpl.inc=javascript --ext Build=bash d >out
	[ "$(jq -r 'select(.type == "file") | .file_path + " " + .language' out)" = "d/Build bash
d/a.inc php
d/b.tpl.inc javascript" ]
	[ "$(skips <out)" = "d/c.txt unsupported" ]
	# another mapping is another way to chunk
	kvput $DB <out
	kvls --manifest $DB | chunkify --ext .inc=javascript --unchanged - d >again
	[ "$(jq -r 'select(.file_path == "d/a.inc" and .type == "file").language' again)" = javascript ]
	run -2 chunkify --ext inc d
	[ "$output" = "chunkify: --ext: inc: not an ending and a language, as in .inc=php" ]
	run -2 chunkify --ext .inc=klingon d
	[ "$output" = "chunkify: --ext: klingon: no such language (--list-languages)" ]
}

@test "chunkify: --stdin-name: what comes on standard input is that file" {
	mkdir src
	functions 30 >src/a.c
	touch -d @0 src/a.c
	chunkify src/a.c >file
	chunkify --stdin-name ./src//a.c <src/a.c | cmp - file
	rm src/a.c
	printf 'def f\nend\n' | chunkify --stdin-name x.rb | grep -q '"symbol_name":"f"'
	printf 'def f\nend\n' | chunkify --lang ruby --stdin-name x | kvput $DB
	[ "$(kvget -t -s f $DB)" = "$(printf 'def f\nend')" ]
	run -1 --separate-stderr chunkify --stdin-name README </dev/null
	[ "$(skips <<<"$output")" = "README unsupported" ]
	run -1 --separate-stderr chunkify --max-file-size 10 --stdin-name a.c <file
	[ "$stderr" = "chunkify: a.c: too-large" ]
	run -2 chunkify --stdin-name a.c src
	run -2 chunkify --stdin-name a.c --files-from file
	run -2 pipe 'chunkify --stdin-name a.c <&-'
	[[ "$output" == *"standard input: Bad file descriptor" ]]
}

@test "chunkify: - beside --stdin-name is standard input, and else no file's name" {
	chunkify --stdin-name a.c <<<'int a;' >one
	chunkify --stdin-name a.c - <<<'int a;' | diff one -
	run -2 chunkify - <<<'int a;'
	[[ "$output" == "chunkify: -: standard input needs a name, as in --stdin-name a.c; ./- is a file"* ]]
	echo 'int a;' >-
	[ "$(chunkify --lang c ./- | jq -r 'select(.type == "file").file_path')" = - ]
	run -2 chunkify --stdin-name a.c b.c
	[[ "$output" == "chunkify: --stdin-name: unexpected argument b.c "* ]]
}

@test "chunkify: --text: every other text file, at headings, empty lines, then lines" {
	mkdir d
	printf 'FROM scratch\nCOPY a b\n' >d/Dockerfile
	printf '#!/usr/bin/perl -w\nprint 1;\n' >d/run
	printf 'a\0b' >d/x.bin
	printf 'int a;\n' >d/a.c
	{ printf 'Title\n=====\n\n'; for i in {1..9}; do printf 'Some words about number %d.\n' $i; done
	printf '\n1.2 Second\n\n'; for i in {1..30}; do printf 'Other words, line %d.\n' $i; [ $((i % 6)) != 0 ] || echo; done
	printf 'Third\n-----\n\n%s\n' "$(printf 'The end of it all, no more. %.0s' {1..3})"; } >d/notes.txt
	chunkify d >out
	[ "$(skips <out | wc -l)" = 4 ]
	chunkify --text --max-size 300 d >out
	[ "$(skips <out)" = "d/x.bin binary" ]
	[ "$(jq -r 'select(.type == "file") | .file_path + " " + .language' out)" = 'd/Dockerfile text
d/a.c c
d/notes.txt text
d/run text' ]
	jq -c 'select(.type == "chunk" and .language == "text") | .labels' out | sort -u >labels
	[ "$(cat labels)" = '["text","dockerfile"]
["text","perl"]
["text"]' ]
	jq -j 'select(.type == "chunk" and .file_path == "d/notes.txt").content' out | cmp - d/notes.txt
	[ "$(jq -r 'select(.type == "chunk" and .file_path == "d/notes.txt").content | split("\n")[0]' out)" = 'Title
1.2 Second
Other words, line 13.
Other words, line 25.
Third' ]
	chunkify --lang text d/a.c >out
	[ "$(jq -c 'select(.type == "chunk") | [.language, .symbols]' out)" = '["text",[]]' ]
	chunkify --ext .c=text d | jq -r 'select(.type == "file").language' | grep -x text
	# it is part of how files are chunked
	[ "$(head -n 1 out | jq .options)" != "$(chunkify --text --lang text d/a.c | head -n 1 | jq .options)" ]
}

@test "chunkify: on a terminal it says how much is in no language; elsewhere not, nor with -q" {
	mkdir d
	echo 'int a;' | tee d/a.c d/b.c d/c.c >d/notes
	script -qec 'chunkify d >out' /dev/null </dev/null | tr -d '\r' >said
	grep -q 'chunkify: 1 of 4 files are in no known language (--text takes them, --ext sets it)$' said
	[ -z "$(script -qec 'chunkify -q d >out' /dev/null </dev/null)" ]
	[ -z "$(chunkify d 2>&1 >out)" ]
	script -qec 'chunkify --text d >out' /dev/null </dev/null >said
	! grep -q language said || false
}

# --- where the parser was led astray -----------------------------------------------

@test "chunkify: what follows a function that cannot be parsed is found, in each language of braces" {
	local tail='\n\nFUNC b() {\n  return 1\n}\n\nFUNC c() {\n  return 1\n}\n' lang
	while read -r lang func; do
		printf "PRE\nFUNC a() {\n  if (x) {\n    g(\n}$tail" |
		    sed -e "s/FUNC/$func/" -e "s/^PRE/$([ $lang != php ] || echo '<?php')/" -e 's/return 1$/return 1;/' >a
		chunkify --definitions --lang $lang a >out
		[ "$(jq -r 'select(.type == "chunk") | .symbols[] | "\(.name) \(.kind) \(.scope) \(.start_line) \(.end_line)"' out)" = \
'a function null 2 5
b function null 7 9
c function null 11 13' ] || { echo $lang; false; }
		[ "$(jq 'select(.type == "file").parse_errors' out)" -gt 0 ]
		chunkify --lang $lang a | jq -j 'select(.type == "chunk").content' | cmp - a
	done <<-'END'
	c int
	cpp int
	go func
	rust fn
	javascript function
	typescript function
	php function
	swift func
	kotlin fun
	awk function
	dart int
	END
}
