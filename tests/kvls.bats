load helper.bash

skip_record() { # skip_record PATH REASON
	printf '{"type":"skip","file_path":"%s","reason":"%s"}\n' "$1" "$2"
}

# --- files ------------------------------------------------------------------

@test "kvls: the paths, sorted as bytes, without what was skipped" {
	{
		begin
		for p in b a/c a-b a 'a b' ä; do whole "$p" x; done
		skip_record c binary
		end 6 6
	} | kvput $DB
	[ "$(kvls $DB)" = "$(printf 'a\na b\na-b\na/c\nb\nä')" ]
}

@test "kvls: -0 ends each path with a NUL" {
	{ begin; file a x; chunk a 0 x; end 1 1; } |
	    sed 's/"file_path":"a"/"file_path":"a\\nb"/' | kvput $DB
	kvls -0 $DB | cmp - <(printf 'a\nb\0')
	kvls $DB | cmp - <(printf 'a\nb\n')
	kvls -0l $DB | tail -c 4 | cmp - <(printf 'a\nb\0')
}

@test "kvls: -l has chunks, bytes, language, time, path, and the reason" {
	{
		begin
		file 'a b' onetwo | jq -c '.stored_at = 86399'
		chunk 'a b' 0 one
		chunk 'a b' 3 two
		skip_record c too-large | jq -c '. + {size: 99, mtime_ns: 5, stored_at: 0}'
		end 1 2
	} | kvput $DB
	kvls -l $DB >out
	diff - out <<-'END'
	     2         6  c             1970-01-01T23:59:59Z  a b
	     -        99  (too-large)   1970-01-01T00:00:00Z  c
	END
	long=$(printf '%0200d' 0)
	{ begin; skip_record c $long; end 0 0; } | kvput db3
	kvls -l db3 | grep -F " ($long) "
	{ begin; skip_record c vanished; end 0 0; } | kvput db2
	[[ "$(kvls -l db2)" =~ ^\ +-\ +-\ +\(vanished\)\ +20[0-9-]+T[0-9:]+Z\ \ c$ ]]
}

@test "kvls: -r is one file, or what is below a directory, and no neighbour" {
	{
		begin
		for p in a a-b a/b a/c/d a/c: a: a:/x a0 aa/x b/a/b ../up ..x; do
			whole "$p" x
		done
		end 12 12
	} | kvput $DB
	[ "$(kvls -r a $DB | xargs)" = "a a/b a/c/d a/c:" ]
	[ "$(kvls -r a/c $DB | xargs)" = "a/c/d" ]
	[ "$(kvls -r ./a//c/ $DB | xargs)" = "a/c/d" ]
	[ "$(kvls -r a: $DB | xargs)" = "a: a:/x" ]
	[ "$(kvls -r a0 $DB | xargs)" = a0 ]
	{ begin; whole /a x; whole /b/c x; end 2 2; } | kvput abs
	[ "$(kvls -r / abs | xargs)" = "/a /b/c" ]
	[ "$(kvls -r /b abs)" = /b/c ]
	[ "$(kvls -r . abs)" = "" ]
	[ "$(kvls -r . $DB | xargs)" = "..x a a-b a/b a/c/d a/c: a0 a: a:/x aa/x b/a/b" ]
	[ "$(kvls -r .. $DB | xargs)" = ../up ]
	[ "$(kvls -r nope $DB)" = "" ]
	[ "$(kvls -l -r b $DB | wc -l)" = 1 ]
}

@test "kvls: more files than are read at a time" {
	{
		begin
		for i in $(seq -w 1300); do
			skip_record "d/$i" binary
		done
		whole d/0700x one
		skip_record e binary
		end 1 1
	} | kvput $DB
	[ "$(kvls -l -r d $DB | wc -l)" = 1301 ]
	[ "$(kvls -r d $DB)" = d/0700x ]
	[ "$(kvls -l $DB | wc -l)" = 1302 ]
}

@test "kvls: --json is the same with -l" {
	{ begin; whole a x; whole b/c x; skip_record b/d binary; end 2 2; } | kvput $DB
	kvls --json $DB >all
	[ "$(wc -l <all)" = 3 ]
	kvls -l --json $DB | cmp all -
	kvls --json -l -r b $DB | cmp <(tail -n 2 all) -
}

@test "kvls: newlines in names, scopes, reasons, labels and roots: --json has them whole" {
	{
		begin | sed 's/"roots":\["."\]/"roots":["r\\ns"]/'
		file a x
		chunk a 0 x | jq -c '.labels = ["l\nm"] | .symbols = [{name: "n\no", kind: "function",
		    scope: "s\nt", byte_start: 0, byte_end: 1, start_line: 1, end_line: 1}]'
		skip_record b 'w\nx'
		end 1 1
	} | kvput $DB
	kvls --json $DB | jq -c .reason | diff - <(printf '%s\n' null '"w\nx"')
	[ "$(kvls --labels --json $DB | jq -c .label)" = '"l\nm"' ]
	[ "$(kvls --symbols --json $DB | jq -c '[.scope, .name]')" = '["s\nt","n\no"]' ]
	kvls --stat --json $DB | jq -e '.roots == ["r\ns"] and .skipped == {"w\nx": 1}'
	# in plain lists they are as they are, of which the page warns
	[ "$(kvls --labels $DB)" = "$(printf '1\tl\nm')" ]
}

# bats test_tags=bdb
@test "kvls: --json gives the records as they are stored" {
	{ begin; whole a one; skip_record b binary; end 1 1; } | kvput $DB
	kvls --json $DB >out
	db5.3_dump -p $DB/file.db | sed -n 's/^ {/{/p' | diff - out
	kvls --json -r b $DB | jq -r .reason | grep -x binary
}

# --- the manifest -------------------------------------------------------------

@test "kvls: --manifest has options, roots and every record" {
	{ begin; whole a one; skip_record b binary; end 1 1; } | kvput $DB
	kvls --manifest $DB >out
	{
		begin
		kvls --json $DB
		echo '{"type":"end","files":1,"chunks":0,"skipped":1,"errors":0}'
	} | diff - out
}

# bats test_tags=bdb
@test "kvls: --manifest of what is not there yet is empty, and no error" {
	nothing=$(begin | sed 's/\["."\]/[]/; s/mode=partition//'; end 0 0)
	[ "$(kvls --manifest $DB)" = "$nothing" ]
	[ ! -e $DB ]
	mkdir $DB
	[ "$(kvls --manifest $DB)" = "$nothing" ]
	[ -z "$(ls -A $DB)" ]
	kvput $DB </dev/null
	[ "$(kvls --manifest $DB)" = "$nothing" ]
	rm $DB/format		# a making that was interrupted
	[ "$(kvls --manifest $DB)" = "$nothing" ]
	mkdir foreign
	echo mine >foreign/chunk.db
	run -2 kvls --manifest foreign
	[ "$output" = "kvls: foreign: not a store" ]
}

@test "kvls: --manifest feeds chunkify: the second run keeps all" {
	mkdir src
	echo 'int a;' >src/a.c
	printf 'x\0' >src/b.c
	touch -d '1 hour ago' src/*
	kvls --manifest $DB | chunkify --unchanged - src 2>/dev/null | kvput $DB
	kvls --manifest $DB | chunkify --unchanged - src | grep -c '"type":"keep"' | grep -x 2
}

# --- labels, definitions --------------------------------------------------------

@test "kvls: --labels: each with its number of chunks" {
	{
		begin
		file a abc
		chunk a 0 a | jq -c '.labels = ["c", "x"]'
		chunk a 1 b | jq -c '.labels = ["c"]'
		chunk a 2 c | jq -c '.labels = ["c", "ü\""]'
		end 1 3
	} | kvput $DB
	kvls --labels $DB | diff - <(printf '3\tc\n1\tx\n1\tü"\n')
	kvls --labels --json $DB | jq -c '[.label, .chunks]' | xargs -0 printf %s |
	    diff - <(printf '["c",3]\n["x",1]\n["ü\\"",1]\n')
	kvdel $DB a
	[ "$(kvls --labels $DB)" = "" ]
}

@test "kvls: --labels: in the order of bytes, which keys are not in" {
	{
		begin
		file a ab
		chunk a 0 a | jq -c '.labels = ["c", "c2", "c-", "c~", "b"]'
		chunk a 1 b | jq -c '.labels = ["c2", "c"]'
		end 1 2
	} | kvput $DB
	kvls --labels $DB | diff - <(printf '%s\t%s\n' 1 b 2 c 1 c- 2 c2 1 c~)
}

source_tree() {
	mkdir src
	cp "$ROOT"/common/{base,record,engine/bdb}/*.[ch] src
	cat >src/a.cc <<-'END'
	namespace ns { class Foo { int bar() { return 1; } bool operator==(int) { return 0; } ~Foo() {} }; }
	END
	printf 'class Foo\n  def !\n    1\n  end\n  def f2\n  end\n  def f\n  end\n  def f=(x)\n  end\nend\n' >src/a.rb
	chunkify src | tee stream | kvput $DB
}

@test "kvls: --symbols: path:line: kind scope name, of all or of a file" {
	source_tree
	jq -r 'select(.type == "chunk") | .file_path as $p | .symbols[] |
	    "\($p):\(.start_line): \(.kind) \(if .scope then .scope + " " else "" end)\(.name)"' stream >want
	kvls --symbols $DB | diff want -
	grep -x 'src/a.cc:1: method ns::Foo bar' want || grep 'ns::Foo bar' want
	kvls --symbols $DB src | diff want -
	kvls --symbols $DB ./src/a.rb | diff <(grep ^src/a.rb want) -
	kvls --symbols --json $DB src/a.cc | jq -c 'del(.type, .file_path, .signature)' |
	    diff <(jq -c 'select(.type == "chunk" and .file_path == "src/a.cc").symbols[]' stream) -
	kvls --symbols --json $DB | jq -r '.type + (.content | type)' | sort -u | grep -x definitionnull
}

@test "kvls: --symbols and --tags -r: of a file, or of what is below a directory" {
	mkdir -p src/x
	printf 'int f(void)\n{\n\treturn 1;\n}\n' | tee src/a.c src/x/b.c >srcs.c
	chunkify src srcs.c | kvput $DB
	[ "$(kvls --symbols -r src $DB | xargs)" = "src/a.c:1: function f src/x/b.c:1: function f" ]
	for o in --symbols --tags; do
		for p in src ./src//x/ srcs.c; do
			kvls $o -r $p $DB | diff - <(kvls $o $DB $p)
		done
		run -1 kvls $o -r nope $DB
		[ "$output" = "kvls: nope: not stored, nor anything below it" ]
	done
}

@test "kvls: -r . is all, whatever keeps them" {
	mkdir src
	echo 'int a;' | tee src/a.c >b.c
	chunkify src b.c | kvput $DB
	chunkify src b.c | kvput s.sqlite
	for db in $DB s.sqlite; do
		[ "$(kvls -r . $db | xargs)" = "b.c src/a.c" ]
		[ "$(kvget -r . $db | wc -l)" = 2 ]
	done
}

@test "kvls: --names: of definitions, or of labels, each once" {
	{ begin; many 300 2 'int x;'; end 300 600; } | sed '1d;$d' | grep -v '"type":"\(begin\|end\)"' |
	    jq -c 'if .type == "chunk" then .labels = ["c", "l\(.byte_start)", "\(.file_path)"] | .symbols = [{name:
	    "n\(.byte_start)", kind: "function", scope: null, byte_start, byte_end: .byte_end, start_line, end_line:
	    .end_line}, {name: "\(.file_path)", kind: "function", scope: null, byte_start, byte_end: .byte_end,
	    start_line, end_line: .end_line}] else . end' | kvput $DB
	kvls --names $DB | sort | diff - <(kvls --symbols --json $DB | jq -r .name | sort -u)
	[ "$(kvls --names $DB n | xargs)" = "n0 n6" ]
	[ "$(kvls --names --json $DB n0)" = '{"name":"n0"}' ]
	[ "$(kvls --names $DB nope)" = "" ]
	kvls --names --labels $DB | diff - <(kvls --labels $DB | cut -f2)
	kvls --labels --names --json $DB | diff - <(kvls --labels --json $DB | jq -c '{label: .label}')
	kvput none </dev/null
	[ "$(kvls --names none; kvls --names --labels none)" = "" ]
}

# bats test_tags=long
@test "kvls: --tags: sorted, every definition once, read by readtags" {
	source_tree
	kvls --tags $DB >tags
	LC_ALL=C sort -c tags
	[ "$(grep -vc '^!_TAG' tags)" = "$(kvls --symbols $DB | wc -l)" ]
	[ "$(grep '^!_TAG_FILE_SORTED' tags | cut -f2)" = 1 ]
	[ "$(grep -vcP '^[^\t]+\t[^\t]+\t\d+;"\tkind:\w+\tline:\d+(\tscope:[^\t]+)?\tend:\d+$' <(grep -v '^!_TAG' tags))" = 0 ]
	kvls --symbols --json $DB | jq -r .name | LC_ALL=C sort >names
	LC_ALL=C uniq names | while read -r name; do
		readtags -t tags -e - "$name"
		echo =
	done | awk '/^=$/ { print n + 0; n = 0; next } { n++ }' >got
	LC_ALL=C uniq -c names | awk '{ print $1 }' | diff - got
	readtags -t tags -e bar | grep -F "$(printf 'bar\tsrc/a.cc\t1;"\tkind:')"
	kvls --tags $DB src/a.rb | diff - <(grep "^!_TAG\|	src/a.rb	" tags)
}

@test "kvls: --tags: names and paths that are no plain words" {
	names=$(jq -nc '["f2", "f", "f:", "f:a", "F", "fa", "f a", "!", "!a", " x", "a\u0001b", "aa", "aB", "a",
	    "é", "\\", "\\a", "~f", "f-", "operator ==", "operator="]')
	{
		begin
		file x 0123456789abcdefghijklmnopqrstuv
		chunk x 0 0123456789abcdefghijklmnopqrstuv | jq -c --argjson n "$names" '.symbols = [$n |
		    to_entries[] | {name: .value, kind: "function", scope: "a\tb", byte_start: .key,
		    byte_end: (.key + 2), start_line: 1, end_line: 1}]'
		end 1 1
	} | sed 's/"file_path":"x"/"file_path":"x\\ty"/' | kvput $DB
	kvls --tags $DB >tags
	LC_ALL=C sort -c tags
	[ "$(grep -vc '^!_TAG' tags)" = 21 ]
	[ "$(grep -vcP '^[^\t]+\tx\\ty\t1;"\tkind:function\tline:1\tscope:a\\tb\tend:1$' <(grep -v '^!_TAG' tags))" = 0 ]
	for name in f2 f f: f:a F fa 'f a' aB a é '~f' f- 'operator ==' operator= '!' '!a' ' x'; do
		[ "$(readtags -t tags "$name" | wc -l)" = 1 ]
	done
	kvls --tags --json $DB | jq -r .name | wc -l
}

@test "kvls: --tags --json has the members of ctags" {
	source_tree
	kvls --tags --json $DB src/a.cc | jq -c 'select(.name == "bar") | [._type, .path, .line, .scope, .end]' |
	    diff - <(echo '["tag","src/a.cc",1,"ns::Foo",1]')
	[ "$(kvls --tags --json $DB | wc -l)" = "$(kvls --symbols $DB | wc -l)" ]
}

# --- the store ------------------------------------------------------------------

# bats test_tags=file
@test "kvls: --stat: the store in one look" {
	source_tree
	printf 'x\0' >src/x.c
	chunkify src 2>/dev/null | kvput $DB
	kvls --stat --json $DB >stat
	[ "$(jq .files stat)" = "$(kvls $DB | wc -l)" ]
	[ "$(jq .chunks stat)" = "$(kvcount $DB)" ]
	[ "$(jq .bytes stat)" = "$(kvls -0 $DB | xargs -0 cat | wc -c)" ]
	[ "$(jq .definitions stat)" = "$(kvls --symbols $DB | wc -l)" ]
	[ "$(jq -c .languages.cpp stat)" = '{"files":1,"bytes":'$(stat -c %s src/a.cc)'}' ]
	[ "$(jq -c .skipped stat)" = '{"binary":1}' ]
	[ "$(jq -c .roots stat)" = '["src"]' ]
	[ "$(jq .last_run stat)" -ge $(($(date +%s) - 100)) ]
	[ "$(jq .last_run stat)" -le "$(date +%s)" ]
	[ "$(jq -r .options stat)" = "$(kvls --manifest $DB | head -1 | jq -r .options)" ]
	disk=$(du -s --block-size=1 $DB | cut -f1)
	[ "$(jq .disk stat)" = "$disk" ]
	kvls --stat $DB >text
	for line in "files: $(jq .files stat)" "chunks: $(jq .chunks stat)" "	cpp: 1 files, $(stat -c %s src/a.cc) bytes" \
	    "skipped: 1" "	binary: 1" "roots: src" "last run: $(date -u -d @$(jq .last_run stat) +%FT%TZ)"; do
		grep -Fx -- "$line" text
	done
}

# bats test_tags=bdb
@test "kvls: --stat: the last run counts though it changed nothing" {
	whole a one | kvput $DB
	[ "$(kvls --stat --json $DB | jq -c '[.last_run, .roots, .options]')" = '[null,[],""]' ]
	{ begin; whole a one; end 1 1; } | kvput $DB
	touch -d '2001-01-01' $DB/writer.lock
	{ begin; whole a one; end 1 1; } | kvput $DB
	[ "$(kvls --stat --json $DB | jq .last_run)" -gt 1000000000 ]
	kvput none </dev/null
	kvls --stat none | grep -x 'files: 0'
}

# --- proving ------------------------------------------------------------------

# Change what a table has: the program is awk's, with key and value.
damage() { # damage TABLE PROGRAM
	db5.3_dump -p $DB/$1.db | awk '
	/^ / && !k { key = substr($0, 2); k = 1; next }
	/^ / { value = substr($0, 2); k = 0; '"$2"'
		if (key != "") { print " " key; print " " value }; next }
	{ print }' >dump
	rm -f $DB/$1.db
	db5.3_load -f dump $DB/$1.db
}

# A sound store, to be damaged.
sound() {
	rm -rf $DB
	printf 'int f(void)\n{\n\treturn 1;\n}\n' >a.c
	cat a.c a.c a.c >b.c
	chunkify --ast --max-size 20 a.c b.c | kvput $DB
	kvls --check $DB
}

faults() { # faults LINE...: these, and no others
	run -1 kvls --check $DB
	diff <(printf '%s\n' "$@" | sort) <(sort <<<"$output")
}

@test "kvls: --check: a sound store, an empty one, and one of definitions" {
	sound
	[ -z "$(kvls --check $DB)" ]
	[ -z "$(kvls --check --json $DB)" ]
	kvput empty </dev/null
	kvls --check empty
	chunkify --definitions "$ROOT/common" | kvput defs
	[ -z "$(kvls --check defs)" ]
	kvget $DB a.c | head -n 1 | kvput part
	[ -z "$(kvls --check part)" ]
	# made again by Berkeley DB's own loader it is as sound
	for t in chunk file ast label sym meta; do damage $t ''; done
	[ -z "$(kvls --check $DB)" ]
	kvls --labels $DB | grep function
}

# bats test_tags=bdb
@test "kvls: --check: keys that are none, chunks of no file, counts" {
	sound
	damage chunk 'if (key ~ /a.c:0:/) key = "chunk:a.c:0"'
	run -1 kvls --check $DB
	grep -Fx 'chunk:a.c:0: no such key' <<<"$output"
	sound
	damage file 'if (key == "file:a.c") key = ""'
	faults 'file:a.c: not stored, but chunks of it are' 'ast:file:a.c: its file is not stored'
	sound
	damage file 'if (key == "file:a.c") sub(/"chunks":[0-9]+/, "\"chunks\":7", value)'
	faults "file:a.c: should have 7 chunks, has $(kvcount $DB a.c)"
	sound
	damage file 'if (key == "file:a.c") value = "{}"'
	faults 'file:a.c: "type" is missing'
	sound
	damage file 'if (key == "file:a.c") key = "file:c"'
	run -1 kvls --check $DB
	grep -Fx 'file:c: the record is of another' <<<"$output"
	sound
	damage meta 'if (key == "meta:format") value = "9"'
	faults 'meta:format: is not 6'
}

# bats test_tags=bdb
@test "kvls: --check: chunks that are changed, swapped, or leave a hole" {
	sound
	k=$(db5.3_dump -p $DB/chunk.db | grep -B1 'return 1' | sed -n 's/^ \(chunk:a.c:.*\)/\1/p')
	damage chunk 'if (key == "'$k'") sub(/return 1/, "return 2", value)'
	faults "$k: content and \"content_hash\" disagree"
	sound
	n=$(kvcount $DB b.c)
	damage chunk 'if (key ~ /b.c:0:/) key = ""'
	damage file 'if (key == "file:b.c") sub(/"chunks":[0-9]+/, "\"chunks\":'$((n - 1))'", value)'
	damage sym 'if (key ~ /:0:[0-9]*:b.c$/) key = ""'
	run -1 kvls --check $DB
	grep -Fx 'file:b.c: byte 0: the chunks overlap or leave a hole' <<<"$output"
	sound
	damage chunk 'if (key ~ /a.c:0:/) gsub(/a\.c/, "x.c", value)'
	run -1 kvls --check $DB
	grep -q '^chunk:a.c:0:[0-9]*: the chunk is another: x.c, 0 to [0-9]*$' <<<"$output"
	# each chunk its own hash, but not what the file had
	sound
	damage file 'if (key == "file:a.c") sub(/"content_hash":"[0-9a-f]*"/, "\"content_hash\":\"'$(hash x)'\"", value)'
	faults 'file:a.c: the chunks do not match its "content_hash"'
}

# bats test_tags=bdb
@test "kvls: --check: index entries that lack, are too many, or are wrong" {
	sound
	k=$(db5.3_dump -p $DB/sym.db | sed -n 's/^ \(sym:f:0:.*:a.c\)/\1/p')
	[ -n "$k" ]
	damage sym 'if (key == "'$k'") key = ""'
	faults "$k: missing"
	sound
	damage sym 'if (key == "'$k'") key = "sym:g:0:999:a.c"'
	faults "$k: missing"
	sound
	damage sym '{ if (key == "'$k'") { print " sym:a:0:999:a.c"; print " " value } }'
	faults "sym:a:0:999:a.c: no chunk has it"
	sound
	damage sym 'if (key == "'$k'") sub(/function/, "method", value)'
	faults "$k: not what the chunk has"
	sound
	damage sym 'if (key == "'$k'") value = "x"'
	run -1 kvls --check $DB
	grep -Fx "$k: no such value" <<<"$output"
	sound
	l=$(db5.3_dump -p $DB/label.db | sed -n 's/^ \(label:function:a.c:.*\)/\1/p' | head -n 1)
	[ -n "$l" ]
	damage label 'if (key == "'$l'") key = ""'
	faults "$l: missing"
	sound
	damage label '{ if (key == "'$l'") { print " label:a:a.c:0:3"; print " " } }'
	faults 'label:a:a.c:0:3: no chunk has it'
	kvls --check --json $DB | jq -c . | grep -Fx '{"what":"label:a:a.c:0:3","fault":"no chunk has it"}'
	sound
	damage ast 'if (key ~ /a.c$/) key = "ast:file:zz"'
	faults 'ast:file:zz: its file is not stored' 'ast:file:zz: the record is of another'
}

# bats test_tags=bdb
@test "kvls: --check: pages that Berkeley DB finds damaged" {
	local t page
	# libdb loses memory when it gives up; under ASan that is no matter here.
	export ASAN_OPTIONS=detect_leaks=0
	chunkify "$ROOT/common" >in
	for t in chunk:65536 file:8192 sym:4096 label:4096; do
		page=${t#*:} t=${t%:*}
		rm -rf $DB
		kvput $DB <in
		size=$(stat -c %s $DB/$t.db)
		head -c 3000 /dev/zero | tr '\0' '\377' |
		    dd of=$DB/$t.db bs=1 seek=$((size * 3 / 4 / page * page)) conv=notrunc status=none
		run -1 kvls --check $DB
		[[ "$output" == "$t.db: "* ]]
		[ -z "$(grep -v "^$t.db: " <<<"$output")" ]
	done
	truncate -s 100 $DB/chunk.db
	run kvls --check $DB
	[ "$status" != 0 ]
}

# bats test_tags=bdb
@test "kvls: --check: definitions that no writer has merged yet are counted" {
	sound
	# a segment of nothing: the number of its entries
	printf '\0\0\0\0' >$DB/sym.new
	damage meta '{ if (key == "meta:format") { print " meta:segments"; print " 4" } }'
	[ -z "$(kvls --check $DB)" ]
	damage sym 'if (key ~ /^sym:f:0:.*:a.c$/) key = ""'
	faults 'sym.new: 1 definitions have no entry'
	sound
	printf '\0\0\0\0' >$DB/sym.new
	damage meta '{ if (key == "meta:format") { print " meta:segments"; print " 4" } }'
	whole z one | kvput $DB
	[ ! -e $DB/sym.new ]
	[ -z "$(kvls --check $DB)" ]
}

@test "kvls: --check: finds no fault beside a writer" {
	chunkify "$ROOT/common" "$ROOT/cmd" >one
	chunkify --max-size 200 "$ROOT/common" "$ROOT/tests/tree" >two
	kvput $DB <one
	(for i in $(seq 8); do kvput --wait 60 $DB <two; kvput --wait 60 $DB <one
	    kvdel -r "$ROOT/common" $DB; done) 3>&- &
	writer=$!
	n=0
	while kill -0 $writer 2>/dev/null; do
		[ -z "$(kvls --check $DB)" ]
		n=$((n + 1))
	done
	wait $writer
	[ $n -gt 1 ]
	kvls --check $DB
}

@test "kvls: --repair: of a sound store all is saved, times and roots too" {
	chunkify --ast "$ROOT/tests/tree" | kvput $DB
	printf '{"type":"skip","file_path":"x","reason":"binary"}\n' | kvput $DB
	[ -z "$(kvls --repair new.db $DB)" ]
	diff <(kvget -a $DB) <(kvget -a new.db)
	[ -z "$(kvls --check new.db)" ]
	run -2 kvls --repair new.db $DB
	[ "$output" = "kvls: new.db: already exists" ]
	run -2 kvls --repair newer.db nosuch
	[[ "$output" == "kvls: nosuch: No such file or directory" ]]
}

# bats test_tags=bdb
@test "kvls: --repair: what is whole is saved, the rest is named, and can be done again" {
	cp -r "$ROOT/common" "$ROOT/cmd" .
	chunkify common cmd | kvput fresh.db
	for table in chunk file meta sym label ast; do
		cp -r fresh.db $DB
		size=$(stat -c %s $DB/$table.db)
		# a byte of every fourth page, and the end
		for at in $(seq 700 262144 "$size"); do
			printf x | dd of=$DB/$table.db bs=1 seek="$at" conv=notrunc status=none
		done
		truncate -s -100 $DB/$table.db
		rm -f $DB/lock $DB/format
		# labels are in the chunks, too, and ast.db is empty
		run kvls --repair new.db $DB
		case $table in
		chunk | file | sym) [ "$status" = 1 ] ;;
		*) [ "$status" -le 1 ] ;;
		esac
		[ -z "$(kvls --check new.db)" ]
		kvls --repair newer.db $DB 2>/dev/null >lost || [ $? = 1 ]
		chunkify --files-from lost | kvput newer.db
		[ -z "$(kvls --check newer.db)" ]
		# what no page told of is found by the next run over the tree
		kvls --manifest newer.db | chunkify --unchanged - common cmd | kvput newer.db
		diff <(dump fresh.db) <(dump newer.db)
		rm -r $DB new.db newer.db
	done
}

# --- terminals ------------------------------------------------------------------

@test "kvls, kvcount, kvget: on a terminal nothing stored is obeyed, in a pipe it is as it is" {
	local evil=$'e\e]0;x\a\xc2\x9b2J'
	printf 'int f(void) { return 1; } // \e[31m\n' >"$evil.c"
	chunkify "$evil.c" | sed 's/"labels":\["c"/"labels":["c","l\\u001b\\u009b1m"/' | kvput $DB
	printf '{"type":"skip","file_path":"x","reason":"r\\u001b[2J"}\n' | kvput $DB
	for command in "kvls $DB" "kvls -l $DB" "kvls --labels $DB" "kvls --symbols $DB" \
	    "kvls --stat $DB" "kvls --json $DB" "kvls --tags $DB" "kvls --manifest $DB" \
	    "kvcount -a $DB" "kvget -a $DB" "kvget -t -s f $DB" "kvget -p -s f $DB" \
	    "kvget $DB nosuch$evil" "kvdel $DB nosuch$evil"; do
		NO_COLOR=1 script -qec "$(printf '%q ' $command)" /dev/null </dev/null >shown || true
		[ -s shown ]
		[ "$(LC_ALL=C grep -c $'[\e\a]\|\xc2\x9b' shown)" = 0 ] || { echo "$command"; cat -v shown; false; }
	done
	[ "$(kvls $DB)" = "$evil.c" ]
	[ "$(kvget -t $DB "$evil.c")" = "$(cat "$evil.c")" ]
}

# --- refusals -----------------------------------------------------------------

@test "kvls: no store, usage" {
	run -2 kvls nope
	[[ "$output" == "kvls: nope: No such file or directory (\"chunkify PATH | kvput nope\" makes a store)" ]]
	# All these are wrong although there is a store.
	{ begin; whole a one; end 1 1; } | kvput $DB
	run -2 kvls
	[ "$output" = "kvls: which store? DB is missing (see kvls --help)" ]
	run -2 kvls a b
	[ "$output" = "kvls: b: unexpected argument; --below takes a directory (see kvls --help)" ]
	run -2 kvls --manifest -l $DB
	run -2 kvls -0 --json $DB
	run -2 kvls -0l --json $DB
	run -2 kvls --stat --labels $DB
	run -2 kvls --stat $DB a
	run -2 kvls --tags -r a $DB a
	run -2 kvls --labels -r a $DB
	run -2 kvls --names $DB a b
	run -2 kvls --names --stat $DB
	run -2 kvls --names -r a $DB
	run -2 kvls --manifest --json $DB
	run -2 kvls -r a -r b $DB
}

@test "kvls: a full disk is an error" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	chunk a 0 one | jq -c '.symbols = [{name: "f", kind: "function", scope: null,
	    byte_start: 0, byte_end: 3, start_line: 1, end_line: 1}] | .labels = ["x"]' | kvput $DB
	for o in '' -l --json --manifest --labels --names '--names --labels' --symbols --tags --stat; do
		run -2 pipe "kvls $o $DB >/dev/full"
		[ "$output" = "kvls: standard output: No space left on device" ]
	done
}

# bats test_tags=bdb
@test "kvls: a damaged store is an error" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	head -c 40000 /dev/urandom >$DB/file.db
	run -2 kvls $DB
	[[ "$output" == "kvls: test.db/file.db: "* ]]
	[ "${#lines[@]}" = 1 ]
}

@test "kvls: a path below which nothing is stored is said, status 1" {
	{ begin; whole src/a one; end 1 1; } | kvput $DB
	for o in -r --symbols --tags; do
		case $o in
		-r) set -- -r nosuch $DB ;;
		*) set -- $o $DB nosuch ;;
		esac
		run -1 --separate-stderr kvls "$@"
		[ -z "$output" ]
		[ "$stderr" = "kvls: nosuch: not stored, nor anything below it" ]
	done
	run -0 kvls -r src $DB
	[ "$output" = src/a ]
	run -0 kvls -r . $DB
}

@test "kvls: --symbols: by name, pattern, kind, label and path" {
	cat >a.c <<-'END'
		/* Adds. */
		int add_one(int a)
		{
			return a + 1;
		}
		int add_two(int a) { return a + 2; }
		static int Add(int a) { return a; }
		struct add_er { int a; };
	END
	mkdir d
	printf 'int add_one(void) { return 1; }\nint z;\n' >d/b.c
	chunkify a.c d | kvput $DB
	[ "$(kvls --symbols -n add_one $DB)" = "$(printf '%s\n' 'a.c:2: function add_one' 'd/b.c:1: function add_one')" ]
	[ "$(kvls --symbols -n add_one $DB d)" = 'd/b.c:1: function add_one' ]
	[ "$(kvls --symbols -n 'add_*' --kind struct $DB)" = 'a.c:8: struct add_er' ]
	[ "$(kvls --symbols -n '*_t[wx]o' -n 'add_two' -n '?' $DB)" = "$(printf '%s\n' 'a.c:6: function add_two' 'd/b.c:2: variable z')" ]
	[ "$(kvls --symbols -n ADD -i $DB)" = 'a.c:7: function Add' ]
	[ "$(kvls --symbols -n 'ADD?*' -i --kind struct --kind variable $DB a.c)" = 'a.c:8: struct add_er' ]
	[ "$(kvls --symbols --kind function --label exported --label '!documented' $DB)" = \
	    "$(printf '%s\n' 'd/b.c:1: function add_one' 'a.c:6: function add_two')" ]
	[ "$(kvls --symbols --label static $DB .)" = 'a.c:7: function Add' ]
	[ "$(kvls --symbols --label function --label '!exported' $DB)" = 'a.c:7: function Add' ]
	# what comes from the index is what the files say
	kvls --symbols --json -n '*' $DB | sort >indexed
	kvls --symbols --json $DB | sort | cmp - indexed
	jq -r 'select(.name == "add_two") | [.signature, (.labels | join(" "))] | join(": ")' indexed |
	    grep -x 'int add_two(int a): exported'
	for none in '-n nosuch' '-n nosuch*' '--kind nosuch' '--label nosuch' '-n add_two -r d'; do
		run -1 --separate-stderr kvls --symbols $none $DB
		[ -z "$output$stderr" ]
	done
	run -2 kvls --tags -n x $DB
	[[ "$output" == *"--name, --kind and --label are for --symbols"* ]]
	run -2 kvls --symbols -i $DB
	[[ "$output" == *"--ignore-case is for --name"* ]]
}

# bats test_tags=bdb
@test "kvls: --symbols: names are found without reading a chunk" {
	printf 'int add_one(int a) { return a + 1; }\nint two;\n' >a.c
	chunkify a.c | kvput $DB
	printf 'no chunk any more' >$DB/chunk.db
	[ "$(kvls --symbols -n 'add_*' $DB)" = 'a.c:1: function add_one' ]
	[ "$(kvls --symbols --label exported --kind variable $DB)" = 'a.c:2: variable two' ]
}
