load helper.bash

# --- a file -------------------------------------------------------------------

# bats test_tags=bdb
@test "kvget: a path: its chunks as they are stored, in numeric order" {
	{ begin; whole a 0123456789 0123456789 "$(printf '%080d' 0)" x; end 1 4; } | kvput $DB
	[ "$(keys $DB | head -2 | xargs)" = "chunk:a:0:10 chunk:a:100:101" ]
	kvget $DB ./a// >out
	[ "$(jq -r '"\(.byte_start) \(.byte_end)"' out | xargs)" = "0 10 10 20 20 100 100 101" ]
	db5.3_dump -p $DB/chunk.db | sed -n 's/^ {/{/p' | sort | diff - <(sort out)
}

@test "kvget: a path: never the chunks of a:b, a: or a:0" {
	{ begin; for p in a a: a:0 a:b a:0:9; do whole "$p" "text of $p"; done; end 5 5; } | kvput $DB
	for p in a a: a:0 a:b a:0:9; do
		[ "$(kvget -t $DB "$p")" = "text of $p" ]
		[ "$(kvget $DB "$p" | wc -l)" = 1 ]
	done
}

@test "kvget: an empty file has no chunks and is there" {
	{ begin; file empty ''; end 1 0; } | kvput $DB
	run -0 kvget $DB empty
	[ -z "$output" ]
}

@test "kvget: what is not stored, and what was skipped: status 1, and why" {
	{ begin; whole a x; echo '{"type":"skip","file_path":"b","reason":"binary"}'; end 1 1; } | kvput $DB
	run -1 --separate-stderr kvget $DB nope
	[ -z "$output" ]
	[ "$stderr" = "kvget: nope: not stored (for a definition: kvget -s nope)" ]
	run -1 --separate-stderr kvget -t $DB b
	[ -z "$output" ]
	[ "$stderr" = "kvget: b: skipped: binary" ]
}

@test "kvget: START END: the chunk of exactly this span" {
	{ begin; whole a one two; end 1 2; } | kvput $DB
	[ "$(kvget -t $DB ./a 3 6)" = two ]
	[ "$(kvget $DB a 0 3)" = "$(kvget $DB a | head -1)" ]
	run -1 kvget $DB a 0 6
	[ "$output" = "kvget: a: no chunk from 0 to 6" ]
	run -1 kvget $DB a 3 5
	run -2 kvget $DB a x 5
	run -2 kvget $DB a -1 5
	run -2 kvget $DB a 3
}

# --- a place --------------------------------------------------------------------

# bats test_tags=long
@test "kvget: PATH@BYTE and PATH:LINE, at every byte and line of real files" {
	cp "$ROOT"/common/engine/bdb/key.[ch] "$ROOT"/common/base/mem.c .
	chunkify --max-size 200 *.[ch] | kvput $DB
	for f in key.c key.h mem.c; do
		kvget $DB $f >all
		for at in 0 1 77 500 $(($(stat -c %s $f) - 1)); do
			kvget $DB ./$f@$at | diff - <(jq -c --argjson b $at \
			    'select(.byte_start <= $b and $b < .byte_end)' all)
		done
		lines=$(wc -l <$f)
		for line in $(seq $lines); do
			echo $line
			kvget $DB $f:$line
		done | jq -c 'if type == "number" then . else [.start_line, .end_line] end' >got
		jq -c -n --argjson n $lines '[inputs] as $c | range(1; $n + 1) as $l | $l,
		    ($c[] | select(.start_line <= $l and $l <= .end_line) |
		    [.start_line, .end_line])' all | diff - got
		# each line has one
		awk '/^[0-9]/ { if (n++) exit 1; next } { n = 0 } END { exit n != 0 }' got
	done
}

@test "kvget: a place that is not there" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	run -1 kvget $DB a@3
	[ "$output" = "kvget: a: no chunk holds byte 3" ]
	run -1 kvget $DB a:2
	[ "$output" = "kvget: a: no chunk holds line 2" ]
	run -1 kvget $DB b:2
	[ "$output" = "kvget: b: not stored" ]
	run -1 kvget $DB a:
	[ "$output" = "kvget: a:: not stored" ]
	run -1 kvget $DB a@1x
	run -1 kvget $DB @1
}

@test "kvget: a place of many digits" {
	local far=18446744073709551616	# 2^64: not 0
	{ begin; whole a one; end 1 1; } | kvput $DB
	for n in 9007199254740992 9007199254740993 99999999999999999 $far ${far}0; do
		run -1 kvget $DB a@$n
		[ "$output" = "kvget: a: no chunk holds byte $n" ]
		run -1 kvget $DB a:$n
		[ "$output" = "kvget: a: no chunk holds line $n" ]
		run -1 kvget $DB a 0 $n
		[ "$output" = "kvget: a: no chunk from 0 to $n" ]
		run -1 kvget $DB b@$n
		[ "$output" = "kvget: b: not stored" ]
	done
	printf 'int a;\n' >c.c
	chunkify --ast c.c | kvput $DB
	run -1 kvget --ast $DB c.c $far
	[ "$output" = "kvget: c.c: no such node holds byte $far" ]
	# the number counts, not its digits
	[ "$(kvget -t $DB a@00000000000000000002)" = one ]
	[ "$(kvget -t $DB a:000000000000000000001)" = one ]
	# a file of that very name
	{ begin; whole a@$far two; end 1 1; } | kvput $DB
	[ "$(kvget -t $DB a@$far)" = two ]
}

@test "kvget: a stored path that looks like a place wins" {
	{ begin; whole a one; whole a:1 two; whole a@0 three; end 3 3; } | kvput $DB
	[ "$(kvget -t $DB a:1)" = two ]
	[ "$(kvget -t $DB a@0)" = three ]
	[ "$(kvget -t $DB a@1)" = one ]
	[ "$(kvget -t $DB a:1:1)" = two ]
}

@test "kvget: a place in a file that was skipped: why" {
	{ begin; echo '{"type":"skip","file_path":"s","reason":"binary"}'; end 0 0; } | kvput $DB
	for o in s@0 s:1 's 0 1'; do
		run -1 kvget $DB $o
		[ "$output" = "kvget: s: skipped: binary" ]
	done
	run -1 kvget --ast $DB s
	[ "$output" = "kvget: s: skipped: binary" ]
	run -1 kvget $DB nope 0 1
	[ "$output" = "kvget: nope: not stored" ]
}

@test "kvget: a chunk of no bytes holds nothing of its line" {
	{ begin definitions; file a abc; chunk a 0 abc; chunk a 1 ''; end 1 2; } | kvput $DB
	[ "$(kvget -t $DB a:1)" = abc ]
	[ "$(kvget -t $DB a@1)" = abc ]
	kvget $DB a 1 1 | jq -r .content | grep -x ''
}

@test "kvget: a line that is cut has all its chunks; nested ones give the innermost" {
	{ begin; whole a one two; end 1 2; } | kvput $DB
	[ "$(kvget $DB a:1 | wc -l)" = 2 ]
	{
		begin definitions
		file b 'class { def }'
		chunk b 0 'class { def }'
		chunk b 8 'def'
		end 1 2
	} | kvput $DB
	[ "$(kvget -t $DB b@9)" = def ]
	[ "$(kvget -t $DB b@1)" = 'class { def }' ]
	[ "$(kvget -t $DB b:1)" = def ]
}

# --- text -------------------------------------------------------------------------

@test "kvget: -t gives back every file, whatever bytes it has" {
	mkdir src
	cp "$ROOT"/common/{base,record,engine/bdb}/*.[ch] "$ROOT"/cmd/kvput/kvput.c src
	printf 'int a;\r\nint b;\r\n' >src/crlf.c
	printf '\xef\xbb\xbfint bom;' >src/bom.c
	printf 'char *s = "\xe4\xff\xc3";\n// \xed\xa0\x80\n' >src/latin.c
	: >src/empty.c
	printf '\n\n\n' >src/lines.c
	printf 'int a;' >'src/a:b c"\.c'
	printf 'int n;' >$'src/new\nline\xff.c'
	chunkify --max-size 120 src | kvput $DB
	kvls -0 $DB >paths
	[ "$(tr -cd '\0' <paths | wc -c)" = "$(find src -type f -print0 | tr -cd '\0' | wc -c)" ]
	while IFS= read -rd '' p; do
		kvget -t $DB "$p" | cmp - "$p"
	done <paths
	kvget -t -a $DB | cmp - <(xargs -0 cat <paths)
}

@test "kvget: -t: each byte once where chunks overlap, and what is missing is told" {
	{
		begin definitions
		file b 'class { def } .'
		chunk b 0 'class { def }'
		chunk b 8 'def'
		end 1 2
	} | kvput $DB
	run -1 --separate-stderr kvget -t $DB b
	[ "$output" = 'class { def }' ]
	[ "$stderr" = "kvget: b: 2 of 15 bytes are in no chunk" ]
	chunk c 3 mid | kvput $DB
	run -1 --separate-stderr kvget -t $DB c
	[ "$output" = mid ]
	[ "$stderr" = "kvget: c: 3 of 6 bytes are in no chunk" ]
}

# --- for people ---------------------------------------------------------------------

@test "kvget: -p has path, lines, kind and name above the text" {
	printf 'int f(void)\n{\n\treturn 1;\n}\n' >a.c
	chunkify a.c | kvput $DB
	kvget -p $DB a.c | diff - <(echo 'a.c:1-4 function f'; cat a.c)
	{ begin; whole b one two; end 1 2; } | kvput db2
	kvget -p db2 b | diff - <(printf 'b:1-1\none\n\nb:1-1\ntwo\n')
}

@test "kvget: -p shows scope, part, and the names of a chunk that has several" {
	{ begin; file a onetwo; chunk a 0 one | jq -c '.symbol_name = "f" |
	    .symbol_kind = "method" | .scope = "C" | .part = [1, 2]'
	chunk a 3 two | jq -c '.symbols = [("x", "y") | {name: ., kind: "variable",
	    scope: null, byte_start: 3, byte_end: 4, start_line: 1, end_line: 1}]'
	end 1 2; } | kvput $DB
	kvget -p $DB a | diff - <(printf 'a:1-1 method C f (1 of 2)\none\n\na:1-1 x, y\ntwo\n')
}

on_terminal() { # on_terminal COMMAND: its output there
	script -qec "$1" /dev/null </dev/null | tr -d '\r'
}

@test "kvget: -p is in colour on a terminal, unless NO_COLOR is set" {
	printf 'int f(void)\n{\n\treturn 1;\n}\n' >a.c
	chunkify a.c | kvput $DB
	unset NO_COLOR
	export TERM=xterm
	on_terminal "kvget -p $DB a.c" | head -1 >out
	printf '\033[36ma.c\033[m\033[36m:1-4\033[m \033[33mfunction\033[m \033[1mf\033[m\n' | diff - out
	[ "$(NO_COLOR=1 on_terminal "kvget -p $DB a.c" | head -1)" = "a.c:1-4 function f" ]
	[ "$(TERM=dumb on_terminal "kvget -p $DB a.c" | head -1)" = "a.c:1-4 function f" ]
	[ "$(kvget -p $DB a.c | head -1)" = "a.c:1-4 function f" ]
}

@test "kvget: -p lets no control character through to the terminal" {
	whole $'a\eb' $'x\e[2J\x01\r\ny\tz' | kvput $DB
	kvget -p $DB $'a\eb' | diff - <(printf 'a\\x1bb:1-1\nx\\x1b[2J\\x01\ny\tz\n')
	whole $'n\nl\t' $'\xc2\x9b2J\x7f\xc2\xa0ä' | kvput $DB
	kvget -p $DB $'n\nl\t' | diff - <(printf 'n\\nl\\t:1-1\n\\u009b2J\\x7f\xc2\xa0ä\n')
}

# --- by content -------------------------------------------------------------------

@test "kvget: -H: all chunks with this hash, and no text that speaks of it" {
	h=$(hash one)
	{ begin; whole a one two; whole b three one; whole c "\"content_hash\":\"$h\""; end 3 5; } | kvput $DB
	[ "$(kvget -H $h $DB | jq -r '"\(.file_path) \(.byte_start)"' | xargs)" = "a 0 b 5" ]
	[ "$(kvget -t -H ${h^^} $DB)" = oneone ]
	run -1 kvget -H $(hash nope) $DB
	[ "$output" = "kvget: $(hash nope): no chunk has this hash" ]
	run -2 kvget -H abc $DB
	[ "$output" = "kvget: abc: not a hash of 64 hexadecimal digits" ]
}

# --- definitions --------------------------------------------------------------------

# bats test_tags=long
@test "kvget: -s and -S: every definition, byte for byte, and nothing else" {
	mkdir src
	cp "$ROOT"/common/{engine/bdb/{key,lock},record/record,base/mem}.[ch] src
	chunkify --max-size 150 src | tee stream | kvput $DB
	# Most are cut into several chunks.
	[ "$(jq -r 'select(.part) | .part[1]' stream | sort -n | tail -1)" -gt 3 ]
	jq -c 'select(.type == "chunk") | .file_path as $p | .symbols[] |
	    [.name, $p, .kind, .scope, .byte_start, .byte_end, .start_line, .end_line]' \
	    stream | sort >want
	[ "$(wc -l <want)" -gt 80 ]
	kvget -S '' $DB >all
	jq -c '[.name, .file_path, .kind, .scope, .byte_start, .byte_end, .start_line, .end_line]' \
	    all | sort | diff want -
	for f in src/*; do
		jq -e --rawfile text $f --arg f $f -s 'map(select(.file_path == $f) |
		    $text[(.doc_start // .byte_start):.byte_end] == .content) | all' all >equal
	done
	jq -r '.[0]' want | sort -u >names
	while read -r name; do
		kvget -s "$name" $DB >>each
	done <names
	sort each | diff <(sort all) -
	kvget -s key_file -t $DB | grep -A1 '^void' | xargs | grep -x 'void key_file(struct buf \*out, const char \*path)'
	kvget -S key_ $DB | jq -r .name | sort -u | diff - <(grep ^key_ names)
}

@test "kvget: -s: a definition comes with what documents it, and its first line with its indent" {
	cat >a.py <<-'END'
		class C:
		    # How much.
		    # It is summed up.
		    @cached
		    def total(self,
		              more=0):
		        return self.n + more
		    # The last one.

		    def last(self): pass
	END
	for size in 512 60 20; do
		rm -rf $DB
		chunkify --max-size $size a.py | kvput $DB
		kvget -t -s total $DB | diff - <(sed -n 2,7p a.py | head -c -1)
		kvget -t -s last $DB | diff - <(sed -n 10p a.py | head -c -1)
		kvget -s total $DB | jq -r .content | diff - <(sed -n 2,7p a.py | sed '1s/^ *//')
		[ "$(kvget --signature -p -s total $DB)" = 'a.py:4: @cached def total(self, more=0):' ]
		[ "$(kvget --signature -t -S '' $DB)" = "$(printf '%s\n' 'class C:' 'def last(self):' '@cached def total(self, more=0):')" ]
		kvget --signature -s C $DB | jq -c '[.name, .signature, .content]' | grep -x '\["C","class C:",null\]'
	done
	# A store that has the definitions alone: what there is.
	rm -rf $DB
	chunkify --definitions a.py | kvput $DB
	kvget -t -s total $DB | tail -n 3 | grep -F 'return self.n + more'
	# It is as long as it is, and no line.
	{ printf 'int f('; printf 'struct \303\251 *%s,\n' $(seq 90); echo 'int) { return 0; }'; } >long.c
	chunkify long.c | kvput $DB
	kvget --signature -t -s f $DB >got
	[ "$(wc -l <got)" = 1 ]
	[ "$(wc -c <got)" -le 241 ]
	grep -q ' \.\.\.$' got
	iconv -f UTF-8 -t UTF-8 got >/dev/null
	run -2 kvget --signature $DB a.py
	[[ "$output" == *"--signature is for --symbol and --prefix"* ]]
}

@test "kvget: -s: the record of a definition" {
	printf '// doc\nint f(void)\n{\n\treturn 1;\n}\n' >a.c
	chunkify a.c | kvput $DB
	kvget -s f $DB | diff - <(echo '{"type":"definition","file_path":"a.c","name":"f","kind":"function","scope":null,"byte_start":7,"byte_end":33,"start_line":2,"end_line":5,"doc_start":0,"body_start":19,"labels":["documented","exported"],"content":"// doc\nint f(void)\n{\n\treturn 1;\n}"}')
	kvget -p -s f $DB | diff - <(echo 'a.c:2-5 function f'; cat a.c)
	cp a.c $'\xff.c'
	printf 'char *g = "\xff";\n' >>$'\xff.c'
	chunkify $'\xff.c' | kvput $DB
	kvget -s g $DB | jq -r '.file_path_base64, .content_base64' | grep -c . | grep -x 2
	kvget -t -s g $DB | cmp - <(printf 'char *g = "\xff";')
}

@test "kvget: -s: names with their scope, however it is written" {
	mkdir src
	cat >src/a.cc <<-'END'
	namespace ns { class Foo { int bar() { return 1; } }; }
	class Bar { int bar() { return 2; } int foo() { return 3; } };
	int bar() { return 4; }
	END
	printf 'class Foo:\n    def bar(self):\n        return 5\n' >src/b.py
	chunkify src | kvput $DB
	lines() { kvget "$@" | jq -r '"\(.file_path):\(.start_line)"' | LC_ALL=C sort | xargs; }
	[ "$(lines -s bar $DB)" = "src/a.cc:1 src/a.cc:2 src/a.cc:3 src/b.py:2" ]
	[ "$(lines -s Foo::bar $DB)" = "src/a.cc:1 src/b.py:2" ]
	[ "$(lines -s Foo.bar $DB)" = "src/a.cc:1 src/b.py:2" ]
	[ "$(lines -s 'Foo#bar' $DB src/b.py)" = "src/b.py:2" ]
	[ "$(lines -s ns::Foo::bar $DB)" = "src/a.cc:1" ]
	[ "$(lines -s ns::bar $DB)" = "" ]
	[ "$(lines -s s::Foo::bar $DB)" = "" ]
	[ "$(lines -s o::bar $DB)" = "" ]
	[ "$(lines -S Bar::f $DB)" = "src/a.cc:2" ]
	[ "$(lines -S Bar:: $DB)" = "" ]
	[ "$(lines -s bar $DB src)" = "$(lines -s bar $DB)" ]
	[ "$(lines -s bar $DB ./src//b.py)" = "src/b.py:2" ]
}

@test "kvget: -s: a name that holds separators is found as it stands" {
	names='a:b a::b a. .a a.b : :: # \ / a:'
	{
		begin
		file x 0123456789abcdef
		chunk x 0 0123456789abcdef | jq -c --arg n "$names" '.symbols = [$n | split(" ") |
		    to_entries[] | {name: .value, kind: "function", scope: null,
		    byte_start: .key, byte_end: (.key + 2), start_line: 1, end_line: 1}]'
		end 1 1
	} | kvput $DB
	for n in $names; do
		kvget -s "$n" $DB | jq -r .name | grep -Fx -- "$n"
	done
	[ "$(kvget -t -s a.b $DB)" = 45 ]
	[ "$(kvget -S '' $DB | wc -l)" = 11 ]
}

@test "kvget: -S: what a prefix means in more ways than one comes once" {
	{
		begin
		file x 0123456789abcdef
		# each in all of these scopes
		chunk x 0 0123456789abcdef | jq -c '.symbols = [
		    ("a", "a.ab", "a.a.ab", "ab", "b") as $n |
		    (null, "a", "a.a", "b.a", "b") as $s | {name: $n, scope: $s}] |
		    .symbols |= [to_entries[] | .key as $i | .value | {name, kind: "function", scope,
		    byte_start: ($i % 4), byte_end: (4 + ($i / 4 | floor)), start_line: 1, end_line: 1}]'
		end 1 1
	} | kvput $DB
	for p in a a.a a.a.a b.a.a a. a.ab ''; do
		kvget -S "$p" $DB | jq -c '[.name, .scope]' | sort >got
		# a name that begins so; or a part of the prefix as the end of the
		# scope, the rest as the beginning of the name
		kvls --symbols --json $DB | jq -c --arg p "$p" '
		    def ways: ($p | split(".")) as $w | range(1; $w | length) |
			[($w[:.] | join(".")), ($w[.:] | join("."))] | select(.[1] != "");
		    select(.name as $n | .scope as $s | ($n | startswith($p)) or
			any(ways; . as $x | ($n | startswith($x[1])) and $s != null and
			    ("." + $s | endswith("." + $x[0])))) |
		    [.name, .scope]' | sort | diff - got
	done
	[ "$(kvget -S a.a $DB | wc -l)" -gt 5 ]
}

@test "kvget: -s: names with odd bytes, none at all, and definitions of no bytes" {
	{
		begin
		file x 0123456789
		chunk x 0 0123456789 | jq -c '.symbols = [("", "f\ng", "-t", "operator::", "operator<=>", "a@1", "::") |
		    {name: ., kind: "function", scope: "A::B<x::y>", byte_start: 2,
		    byte_end: 4, start_line: 1, end_line: 1}] + [{name: "void", kind: "function",
		    scope: "", byte_start: 10, byte_end: 10, start_line: 1, end_line: 1}]' |
		    sed 's/"byte_start":10,"byte_end":10/"byte_start":9,"byte_end":9/'
		end 1 1
	} | kvput $DB
	for n in '' $'f\ng' -t operator:: 'operator<=>' a@1 ::; do
		kvget -s "$n" $DB | jq -e --arg n "$n" '.name == $n' >true
		[ "$(wc -l <true)" = 1 ]
		[ "$(kvget -t -s "$n" $DB)" = 23 ]
	done
	[ "$(kvget -t -s 'A::B<x::y>::operator::' $DB)" = 23 ]
	[ "$(kvget -t -s 'y>.operator<=>' $DB)" = 23 ]
	run -1 kvget -s 'B<x::operator::' $DB
	run -0 kvget -t -s void $DB
	[ -z "$output" ]
	kvget -p -s void $DB | diff - <(echo 'x:1-1 function  void')
}

@test "kvget: -s: status 1 when there is none" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	run -1 kvget -s nope $DB
	[ "$output" = "kvget: nope: no such definition" ]
	run -1 kvget -s Foo::nope $DB a
	[ "$output" = "kvget: Foo::nope: no such definition" ]
	run -1 kvget -S '' $DB
}

@test "kvget: -s: what the store has only a part of is told, not printed" {
	printf 'int f(void)\n{\n%s}\n' "$(printf '\tg(12345678);\n%.0s' $(seq 40))" >a.c
	chunkify --max-size 150 a.c | kvput $DB
	kvget $DB a.c | head -1 | kvput part
	run -1 --separate-stderr kvget -s f part
	[ -z "$output" ]
	[[ "$stderr" == "kvget: a.c: f: "*" bytes are in no chunk" ]]
}

@test "kvget: -s: of --definitions, where chunks lie inside of each other" {
	printf 'class Foo:\n    x = 1\n    def bar(self):\n        return 5\n' >b.py
	chunkify --definitions b.py | kvput $DB
	kvget -t -s Foo $DB | cmp - <(head -c -1 b.py)
	[ "$(kvget -t -s Foo.bar $DB)" = "$(printf 'def bar(self):\n        return 5')" ]
}

@test "kvget: -s: after edits the old names are gone, the new ones found" {
	for round in 1 2 3 4; do
		printf 'int a%d(void) { return %d; }\nint same(void) { return 0; }\n' $round $round >a.c
		chunkify a.c | kvput $DB
	done
	[ "$(kvget -S '' $DB | jq -r .name | sort | xargs)" = "a4 same" ]
	run -1 kvget -s a3 $DB
	kvdel $DB a.c
	run -1 kvget -S '' $DB
}

@test "kvget: -s: whole and right while the file is written again and again" {
	printf 'int f(void)\n{\n%s}\n' "$(printf '\tg(12345678);\n%.0s' $(seq 40))" >tail
	cat tail >a.c
	chunkify --max-size 100 a.c >one
	{ printf 'int first;\n\n'; cat tail; } >a.c
	chunkify --max-size 100 a.c >two
	kvput $DB <one
	(for i in $(seq 40); do kvput --wait 60 $DB <two; kvput --wait 60 $DB <one; done) 3>&- &
	writer=$!
	while kill -0 $writer 2>/dev/null; do
		kvget -t -s f $DB | cmp - <(head -c -1 tail)
	done
	wait $writer
}

# --- labels ---------------------------------------------------------------------------

@test "kvget: -l: the chunks that have all of these labels" {
	{
		begin
		file a abc
		chunk a 0 a | jq -c '.labels = ["c", "x"]'
		chunk a 1 b | jq -c '.labels = ["c", "x", "y"]'
		chunk a 2 c | jq -c '.labels = ["c", "y", "xx"]'
		file b d
		chunk b 0 d | jq -c '.labels = ["x", "y"]'
		end 2 4
	} | kvput $DB
	[ "$(kvget -t -l x $DB)" = abd ]
	[ "$(kvget -t -l y -l x $DB)" = bd ]
	[ "$(kvget -t -l x -l c -l y $DB)" = b ]
	[ "$(kvget -l xx $DB)" = "$(kvget $DB a 2 3)" ]
	run -1 kvget -l nope $DB
	[ "$output" = "kvget: nope: no chunk has this label" ]
	run -1 kvget -l xx -l x $DB
	[ "$output" = "kvget: no chunk has all these labels" ]
	kvdel $DB a
	[ "$(kvget -t -l x $DB)" = d ]
}

# --- nodes ----------------------------------------------------------------------------

@test "kvget: --ast: the nodes, those around a byte, those of a kind" {
	cat >a.c <<-'END'
	int f(int n)
	{
		for (;;)
			if (n)
				return 1;
		while (n)
			n--;
	}
	END
	chunkify --ast a.c >stream
	kvput $DB <stream
	kvget --ast $DB ./a.c >nodes
	jq -c 'select(.type == "ast").nodes[]' stream |
	    diff - <(jq -c 'del(.type, .file_path)' nodes)
	jq -r '.type + .file_path' nodes | sort -u | grep -x nodea.c
	at=$(grep -bo 'return' a.c | cut -d: -f1)
	kvget --ast $DB a.c $at >around
	[ "$(jq -r .kind around | grep -x 'Return\|If\|For\|Function' | xargs)" = "Return If For Function" ]
	jq -c --argjson b $at 'select(.byte_start <= $b and $b < .byte_end)' nodes |
	    tac | diff - around
	kvget --ast --ast-kind While $DB a.c | jq -r .kind | grep -x While
	kvget --ast-kind For --ast $DB a.c $at | jq -r .kind | grep -x For
	[ "$(kvget -t --ast-kind Return $DB a.c)" = "return 1;" ]
	kvget -p --ast-kind Return $DB a.c | diff - <(printf 'a.c:5-5 Return\nreturn 1;\n')
	run -1 kvget --ast-kind While $DB a.c $at
	[ "$output" = "kvget: a.c: no such node holds byte $at" ]
	run -1 kvget --ast-kind Try $DB a.c
	[ "$output" = "kvget: a.c: no node is of kind Try" ]
	# they are dumped and loaded, replaced and removed with their file
	kvget -a $DB | kvput db2
	same_store $DB db2
	kvget --ast db2 a.c | diff nodes -
	echo 'int x;' >a.c
	chunkify --ast a.c | kvput db2
	run -1 kvget --ast-kind For db2 a.c
	chunkify a.c | kvput db2
	run -1 kvget --ast db2 a.c
	[ "$output" = "kvget: a.c: no nodes are stored (chunkify --ast)" ]
	kvdel $DB a.c
	run -1 kvget --ast $DB a.c
	[ "$output" = "kvget: a.c: not stored" ]
}

@test "kvget: --ast: the text of nodes where bytes are in no chunk" {
	printf '#include <a.h>\n\nint f(int n)\n{\n\tfor (;;)\n\t\treturn 1;\n}\n\nint g(void)\n{\n\treturn 2;\n}\n' >a.c
	chunkify --definitions --ast a.c | kvput $DB
	kvget -p --ast-kind Return $DB a.c | diff - <(printf 'a.c:6-6 Return\nreturn 1;\n\na.c:11-11 Return\nreturn 2;\n')
	[ "$(kvget -t --ast-kind For $DB a.c)" = "$(sed -n '5,6p' a.c | sed '1s/^\t//')" ]
	run -1 --separate-stderr kvget -t --ast-kind Import $DB a.c
	[ -z "$output" ]
	[ "$stderr" = "kvget: a.c: Import: 15 of 15 bytes are in no chunk" ]
	# in pieces, one inside of another, and across a hole
	{
		begin definitions
		file b $'ab\ncd\nefgh'
		chunk b 0 $'ab\ncd'
		chunk b 1 b
		chunk b 4 $'d\ne' | jq -c '.start_line = 2 | .end_line = 3'
		chunk b 9 h | jq -c '.start_line = 3 | .end_line = 3'
		echo '{"type":"ast","file_path":"b","nodes":[{"id":0,"parent_id":null,"kind":"A","byte_start":1,"byte_end":7},{"id":1,"parent_id":null,"kind":"B","byte_start":6,"byte_end":10},{"id":2,"parent_id":null,"kind":"C","byte_start":9,"byte_end":10},{"id":3,"parent_id":null,"kind":"D","byte_start":10,"byte_end":10}]}'
		end 1 4
	} | kvput $DB
	run -1 --separate-stderr kvget -p --ast $DB b
	[ "$output" = "$(printf 'b:1-3 A\nb\ncd\ne\n\nb:3-3 C\nh\n')" ]
	[ "$stderr" = "kvget: b: B: 2 of 4 bytes are in no chunk" ]
}

# --- everything ---------------------------------------------------------------------

# Two stores have the same keys and values, times and all. The index of words
# is in segments, which ones depends on how it came about; --check holds it
# against the chunks.
same_store() { # same_store DB DB
	local t
	kvls --check $1 && kvls --check $2 || return
	for t in $1/*.db; do
		[ ${t##*/} != text.db ] || continue
		db5.3_dump -p $t | sed '1,/HEADER=END/d' >dump1
		db5.3_dump -p $2/${t##*/} | sed '1,/HEADER=END/d' | diff dump1 - || return 1
	done
}

# bats test_tags=bdb
@test "kvget: -a is a stream that makes an equal store, times and all" {
	mkdir src
	cp "$ROOT"/common/{base,record,engine/bdb}/*.[ch] src
	printf 'x\0' >src/bin.c
	printf 'char *s = "\xe4\xff";\n' >src/latin.c
	for p in 'a:b' 'a:' 'a:0' 'a b' 'q"\' $'n\nl' $'\xff\xfe' ünï '-x' "'"; do
		mkdir -p "src/$p"
		printf 'int x;\n' >"src/$p/$p.c"
	done
	chunkify --max-size 300 src 2>/dev/null |
	    sed '/^{"type":"chunk"/s/}$/,"created_at":7}/; /^{"type":"file"/s/}$/,"stored_at":8}/' | kvput $DB
	printf 'int y;\n' >>src/key.c
	chunkify --max-size 300 src 2>/dev/null | kvput $DB
	db5.3_dump -p $DB/chunk.db | grep -o '"created_at":[0-9]*' | sort -u >times
	grep -x '"created_at":7' times
	[ "$(wc -l <times)" -gt 1 ]
	kvget -a $DB >dump
	jq -r .type dump | sed -n '1p;$p' | xargs | grep -x 'begin end'
	[ "$(tail -1 dump)" = "$(jq -cs '{type: "end",
	    files: map(select(.type == "file")) | length,
	    chunks: map(select(.type == "chunk")) | length,
	    skipped: map(select(.type == "skip")) | length, errors: 0}' dump)" ]
	kvput db2 <dump
	same_store $DB db2
	kvget -a db2 | cmp - dump
}

@test "kvget: -a loads whatever the files were made by" {
	{ begin; whole a one two; whole b three; echo '{"type":"skip","file_path":"s","reason":"unreadable"}'; end 2 3; } | kvput $DB
	# overlapping, by other options
	{ begin definitions; file d onetwo; chunk d 0 onetwo; chunk d 3 two; end 1 2; } | kvput $DB
	# with no begin: a partition, a hole, a chunk set inside of one
	whole e four | kvput $DB
	chunk f 10 ten | jq -c '.symbols = [{name: "long", kind: "function", scope:
	    null, byte_start: 10, byte_end: 99, start_line: 1, end_line: 9}]' | kvput $DB
	chunk a 1 n | kvput $DB
	echo '{"type":"skip","file_path":"t","reason":"binary"}' | kvput $DB
	{ begin; whole c five; end 1 1; } | kvput $DB
	kvget -a $DB >dump
	[ "$(grep -c '"type":"begin"' dump)" = 1 ]
	[ "$(tail -1 dump)" = '{"type":"end","files":6,"chunks":9,"skipped":2,"errors":1}' ]
	kvput db2 <dump
	same_store $DB db2
	# and the promise of a partition still holds for those that gave it
	sed '/"file_path":"b",.*"type":"chunk"\|"chunk","file_path":"b"/d; s/"chunks":9/"chunks":8/' dump >holes
	run -2 kvput db3 <holes
	[[ "$output" == *"b: the chunks end at byte 0, the file at 5" ]]
}

@test "kvget: -a of a store that no complete stream made" {
	whole a one | kvput $DB
	kvget -a $DB >dump
	head -1 dump | grep -x '{"type":"begin","format":2,"roots":\[\],"options":""}'
	kvput db2 <dump
	same_store $DB db2
	kvput none </dev/null
	kvget -a none | kvput none2
	same_store none none2
}

@test "kvget: -a with a path: that file, or what is below that directory" {
	{ begin; for p in a a/b a/c/d a-b a: b; do whole $p "text of $p"; done; end 6 6; } | kvput $DB
	kvget -a $DB ./a/ | kvput db2
	[ "$(kvls db2 | xargs)" = "a a/b a/c/d" ]
	kvget -a $DB a | head -1 | jq -c .roots | grep -x '\[\]'
	[ "$(kvget -at $DB a/c)" = "text of a/c/d" ]
	# it replaces a file wholly
	whole a/c/d 1 2 3 4 | kvput db2
	kvget -a $DB a/c/d | kvput db2
	[ "$(kvget -t db2 a/c/d)" = "text of a/c/d" ]
	[ "$(kvcount db2 a/c/d)" = 1 ]
	run -1 --separate-stderr kvget -a $DB nope
	[ "$stderr" = "kvget: nope: not stored, nor anything below it" ]
}

# bats test_tags=bdb
@test "kvget: chunks that are printed can be stored, one by one" {
	{ begin; whole a one two; end 1 2; } | kvput $DB
	kvget $DB a 3 6 | kvput db2
	kvget $DB a 3 6 | diff - <(kvget db2 a)
	cp -a $DB copy
	kvget $DB a | kvput $DB		# they are there already
	diff -r copy $DB
}

@test "kvget: a store of some hundred files is read back whole" {
	many 700 9 "$(printf 'some words %.0s' $(seq 40))" >in
	kvput $DB <in
	kvget -a $DB | jq -c 'del(.options, .chunks, .created_at, .stored_at)' >out
	{ jq -c 'if .type == "begin" or .type == "end" then
	    del(.options, .chunks) else . end' in; } | diff - out
}

# --- while somebody writes ------------------------------------------------------------

@test "kvget: readers that are killed at random harm nobody, files stay whole" {
	many 400 6 "before" >one
	many 400 3 "afterwards" >two
	kvput $DB <one
	(for i in 1 2 3 4; do kvput --wait 60 $DB <two; kvput --wait 60 $DB <one; done) 3>&- &
	writer=$!
	while kill -0 $writer 2>/dev/null; do
		timeout -s KILL "0.00$((RANDOM % 9 + 1))" kvget -a $DB >cut || true
		kvget -a $DB | jq -r 'select(.type == "chunk") | .file_path' | uniq -c |
		    sed 's/ f.*//' | sort -u >>counts
		kvget -t $DB f00123 >text
		grep -qxE '(before){6}|(afterwards){3}' text
		timeout -s KILL "0.00$((RANDOM % 9 + 1))" kvls -l $DB >cut || true
	done
	wait $writer
	[ "$(tr -d ' ' <counts | sort -u | grep -cvx '[36]')" = 0 ]
	[ "$(kvcount $DB)" = 2400 ]
	verify $DB
}

# --- refusals ----------------------------------------------------------------------------

@test "kvget: no store, usage" {
	run -2 kvget nope a
	[ "$output" = 'kvget: nope: No such file or directory ("chunkify PATH | kvput nope" makes a store)' ]
	# All these are wrong although there is a store.
	{ begin; whole a one; end 1 1; } | kvput $DB
	run -2 kvget
	[ "$output" = "kvget: which store? DB is missing (see kvget --help)" ]
	run -2 kvget $DB
	[ "$output" = "kvget: which file? PATH is missing (see kvget --help)" ]
	run -2 kvget $DB a 1 2 3
	run -2 kvget -a $DB a b
	run -2 kvget -a -H "$(hash x)" $DB
	run -2 kvget -s f -S f $DB
	run -2 kvget -s f -s g $DB
	run -2 kvget -s f $DB a b
	run -2 kvget -l x $DB a
	run -2 kvget --ast $DB
	run -2 kvget --ast $DB a x
	run -2 kvget -H "$(hash x)" $DB a
	run -2 kvget --ast-kind If --ast-kind For $DB a
}

@test "kvget: a full disk is an error" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	printf 'int f(void)\n{\n\treturn 1;\n}\n' >a.c
	chunkify --ast a.c | kvput $DB
	for o in "$DB a" "-t $DB a" "-p $DB a" "-a $DB" "$DB a@0" "$DB a 0 3" \
	    "-H $(hash one) $DB" "-s f $DB" "-t -S f $DB" "-p -s f $DB" \
	    "-l c $DB" "--ast $DB a.c"; do
		run -2 pipe "kvget $o >/dev/full"
		[ "$output" = "kvget: standard output: No space left on device" ]
	done
}

# bats test_tags=bdb
@test "kvget: a damaged store is an error, not half an answer" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	printf 'chunk:a:0:3\n{"type":"chunk"}\n' | db5.3_load -T -t btree $DB/chunk.db
	run -2 kvget -t $DB a
	[ "$output" = 'kvget: a chunk in the store: "file_path" is missing' ]
	head -c 40000 /dev/urandom >$DB/chunk.db
	run -2 kvget $DB a
	[[ "$output" == "kvget: test.db/chunk.db: "* ]]
	[ "${#lines[@]}" = 1 ]
}

@test "kvget: what is no stored file, but perhaps something else, is said so" {
	{ begin; whole src/a.c one; end 1 1; } | kvput $DB
	run -1 kvget $DB main
	[ "$output" = "kvget: main: not stored (for a definition: kvget -s main)" ]
	run -1 kvget $DB src/b.c
	[ "$output" = "kvget: src/b.c: not stored" ]
	run -1 kvget $DB ./src/
	[ "$output" = "kvget: src: a directory; --below prints the files in it" ]
}

# --- a directory -----------------------------------------------------------------

@test "kvget: -r is a file, or what is below a directory, with -a, -s and alone" {
	mkdir -p src/x
	printf 'int f(void)\n{\n\treturn 1;\n}\n' | tee src/a.c src/x/b.c >srcs.c
	chunkify src srcs.c | kvput $DB
	for o in -a '-s f' '-S f' '-pS f'; do
		kvget $o -r ./src/ $DB | diff - <(kvget $o $DB src)
		run -1 --separate-stderr kvget $o -r nope $DB
		[ -z "$output" ]
		[ "$stderr" = "kvget: nope: not stored, nor anything below it" ]
		run -2 kvget $o -r src $DB src
	done
	kvget -r src $DB | diff - <(kvget $DB src/a.c; kvget $DB src/x/b.c)
	kvget -tr src/x $DB | diff - src/x/b.c
	kvget -r srcs.c $DB | diff - <(kvget $DB srcs.c)
	kvget -s f -r . $DB | diff - <(kvget -s f $DB)
	run -2 kvget -r src -r src $DB
	run -2 kvget -r src -l c $DB
	run -2 kvget -r src --from - $DB
}

# --- many questions ----------------------------------------------------------------

@test "kvget: --from: paths, places, spans, names and hashes, in their order" {
	{ begin; whole a one two; whole 'b c' three; end 2 3; } | kvput $DB
	printf 'int f(void)\n{\n\treturn 1;\n}\n' >f.c
	chunkify f.c | kvput $DB
	cat >asked <<-END
		./a
		a 3 6
		a	0	3
		b c

		a@4
		b c:1
		b c 0 5
		-H $(hash three | tr a-f A-F)
		-s f
		-s	f
		f.c
	END
	{ kvget $DB a; kvget $DB a 3 6; kvget $DB a 0 3; kvget $DB 'b c'; kvget $DB a@4
	    kvget $DB 'b c:1'; kvget $DB 'b c' 0 5; kvget -s f $DB; kvget -s f $DB; kvget $DB f.c
	    kvget -H $(hash three) $DB; } >want
	kvget --from asked $DB | diff want -
	kvget --from - $DB <asked | diff want -
	tr '\n' '\0' <asked | kvget -0 --from - $DB | diff want -
	kvget -t --from asked $DB | diff <(kvget -t $DB a; printf %s twoonethreetwothreethree; cat f.c | head -c -1
	    cat f.c | head -c -1; cat f.c; printf three) -
	head -c -1 asked | kvget --from - $DB | diff want -
	# each hash once, however often it is asked for
	printf -- "-H $(hash one)\n%.0s" 1 2 3 | kvget --from - $DB | diff - <(kvget $DB a 0 3)
}

@test "kvget: --from: JSON, as the other tools print it" {
	mkdir src
	cp "$ROOT"/tests/tree/*.c src
	printf 'int g;\n' >$'src/\xff\n\t.c'
	chunkify src | kvput --changes $DB >changes
	kvget -r src $DB | sort >all
	kvget --from changes $DB | sort | diff all -
	kvget $DB -a | grep '"type":"chunk"' | kvget --from - $DB | sort | diff all -
	kvls --json $DB | grep '"type":"file"' | kvget --from - $DB | sort | diff all -
	kvls --symbols --json $DB src/path.c >symbols
	kvget --from symbols $DB | diff - <(kvget -S '' $DB src/path.c | jq -cs 'sort_by(.byte_start)[]')
	jq -c '{content_hash}' changes | kvget --from - $DB | sort | diff all -
	# a name alone
	echo '{"name":"path_normal"}' | kvget --from - $DB | diff - <(kvget -s path_normal $DB)
}

@test "kvget: --from: what is not there is said, and the rest goes on" {
	{ begin; whole a one two; whole d/b one; end 2 3; } | kvput $DB
	printf '%s\n' nope a@99 'a 0 9' d '-s nope' "-H $(hash nope)" '{"file_path":"x","byte_start":0,"byte_end":1}' \
	    '{"file_path":"a 0 3"}' 'a 3 6' >asked
	run -1 --separate-stderr kvget -t --from asked $DB
	[ "$output" = two ]
	diff - <(echo "$stderr") <<-END
		kvget: nope: not stored (for a definition: kvget -s nope)
		kvget: a: no chunk holds byte 99
		kvget: a: no chunk from 0 to 9
		kvget: d: a directory; --below prints the files in it
		kvget: nope: no such definition
		kvget: x: not stored
		kvget: a 0 3: not stored
		kvget: $(hash nope): no chunk has this hash
	END
	: >none
	run -0 kvget --from none $DB
	[ -z "$output" ]
}

@test "kvget: --from: a stored path wins over what looks like it" {
	local p paths=('a' 'a 0 3' 'a 0 3 0 3' 'a@1' 'a:1' '{{x}}/y' '{"x":1}' '-s a' '-H' '-x y' ' a' $'t\tx' $'new\nline')
	{ begin; for p in "${paths[@]}"; do whole "$p" "text of $p"; done; end 13 13; } | kvput $DB
	kvls $DB | grep -v '^{"\|^-s\|^new\|^line' | kvget --from - $DB >got
	[ "$(wc -l <got)" = 10 ]
	kvls -0 $DB | sed -z 's|^|./|' | kvget -0 --from - $DB | diff - <(kvget -r . $DB)
	kvls --json $DB | kvget --from - $DB | diff - <(kvget -r . $DB)
}

@test "kvget: --from: what is no question is refused, and named" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	bad() { # bad WHY: the line on standard input
		{ echo a; cat; echo a; } >asked
		run -2 --separate-stderr kvget -t --from asked $DB
		[ "$output" = one ]
		[[ "$stderr" == "kvget: asked:2: "$1 ]] || { echo "$stderr"; false; }
	}
	bad 'not JSON at byte '* <<<'{"file_path":"a"'
	bad '"byte_start" is negative' <<<'{"file_path":"a","byte_start":-1,"byte_end":2}'
	bad 'only one of "byte_start" and "byte_end"' <<<'{"file_path":"a","byte_end":2}'
	bad 'neither "file_path", "name" nor "content_hash"' <<<'{"x":1}'
	bad '"file_path" is not a string' <<<'{"file_path":1}'
	bad '"file_path" holds a NUL' <<<'{"file_path":"a\u0000"}'
	bad 'x: not a hash of 64 hexadecimal digits' <<<'-H x'
	printf 'a\0b\n' | bad 'a NUL in it (see -0)'
	run -2 kvget --from nope $DB
	[ "$output" = "kvget: nope: No such file or directory" ]
	run -2 kvget --from . $DB
	[ "$output" = "kvget: .: Is a directory" ]
	run -2 kvget -0 $DB a
	run -2 kvget --from asked -s f $DB
	run -2 kvget --from asked $DB a
	run -2 pipe "yes a | head -20000 | kvget --from - $DB >/dev/full"
	[ "$output" = "kvget: standard output: No space left on device" ]
}

@test "kvget: -l: a label that must not be there" {
	printf '/* Adds. */\nint add(int a)\n{\n\treturn a + 1;\n}\n' >a.c
	printf 'int sub(int a)\n{\n\treturn a - 1;\n}\n' >b.c
	printf 'def f():\n    return 1\n' >c.py
	chunkify a.c b.c c.py | kvput $DB
	names() { kvget "$@" $DB | jq -r .symbol_name | xargs; }
	[ "$(names -l exported -l '!documented')" = 'sub f' ]
	[ "$(names -l '!documented' -l exported -l '!python')" = 'sub' ]
	[ "$(names -l '!documented')" = 'sub f' ]
	[ "$(names -l '!documented' -l '!c')" = 'f' ]
	run -1 kvget -l '!exported' $DB
	[ "$output" = 'kvget: !exported: no chunk has this label' ]
	# kvfind takes the same
	kvfind --json -l '!documented' $DB return | jq -r .name | sort | xargs | grep -x 'f sub'
}

@test "kvget: --context: path, what is around a chunk, imports, never more bytes than that" {
	cat >a.py <<-'END'
		# import nothing
		import os, sys
		from typing import (
		    List,
		    Optional,
		)
		class C(object):
		    def one(self, a):
		        x = [1, 2, 3]
		        y = [4, 5, 6]
		        return x + y
		    def two(self):
		        from x import y
		        return y
	END
	printf 'package a;\nimport java.util.List;\nuse_it();\nclass D { }\n' >D.java
	chunkify --max-size 30 a.py D.java | kvput $DB
	kvget -p $DB a.py:10 | sed 1d >bare
	{ printf '%s\n' a.py 'class C(object):' 'def one(self, a):' 'import os, sys' \
	    'from typing import ( List, Optional, )'; cat bare; } >want
	kvget --context 500 -p $DB a.py:10 | sed 1d | cmp want -
	kvget --context 500 -t $DB a.py:10 | cmp want -
	kvget --context 500 $DB a.py:10 | jq -r .context | sed '$d' | cmp - <(head -5 want)
	[ "$(kvget --context 500 $DB D.java | head -n 1 | jq -r .context | xargs)" = 'D.java package a; import java.util.List;' ]
	# a record is else what it was, and kvput takes it
	kvget --context 500 $DB a.py | jq -c 'del(.context)' | cmp - <(kvget $DB a.py | jq -c .)
	# by every question that gives chunks
	kvget --context 500 -l python $DB | cmp - <(kvget --context 500 $DB a.py)
	kvget --context 500 -r a.py $DB | cmp - <(kvget --context 500 $DB a.py)
	kvget $DB a.py | kvget --context 500 --from - $DB | cmp - <(kvget --context 500 $DB a.py)
	kvget -t --context 500 -H "$(kvget $DB a.py:10 | jq -r .content_hash)" $DB | cmp want -
	# the innermost first to stay, then the imports; hard
	for n in $(seq 1 120); do
		kvget --context $n $DB a.py:10 | jq -j .context >got
		[ "$(wc -c <got)" -le $n ]
	done
	[ "$(kvget --context 39 $DB a.py:10 | jq -r .context | xargs)" = 'a.py def one(self, a): import os, sys' ]
	[ "$(kvget --context 24 $DB a.py:10 | jq -r .context | xargs)" = 'a.py def one(self, a):' ]
	[ "$(kvget --context 4 $DB a.py:10 | jq -r .context)" = '' ]
	run -2 kvget --context 9 -s one $DB
	[[ "$output" == *"--context is for chunks"* ]]
}
