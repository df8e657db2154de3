load helper.bash

# A store as a whole: what goes in comes out again, in every way there is of
# asking, from one store into another, and while others write and die.

# Chunks and files as the stream had them: what the store adds is taken out.
plain() {
	sed 's/,"created_at":[0-9]*}$/}/
	    s/,"options":"[^"]*"\(,"chunks":[0-9]*\)\{0,1\},"stored_at":[0-9]*}$/}/'
}

# All keys and values of all databases; what: one of them is not looked at. How
# the index of words lies there depends on how it came to be.
contents() { # contents DB [WITHOUT]
	local t
	kvls --check "$1"
	for t in "$1"/*.db; do
		[ "${t##*/}" != "${2:-}" ] && [ "${t##*/}" != text.db ] || continue
		echo "${t##*/}"
		db5.3_dump -p "$t" | sed '1,/HEADER=END/d'
	done
}

same_store() { # same_store DB DB [WITHOUT]
	contents "$1" "${3:-}" >one.dump
	contents "$2" "${3:-}" >two.dump
	[ "$(grep -c '^ chunk:' one.dump)" -gt 0 ]
	cmp one.dump two.dump
}

# The same, times aside, of stores that were made at different times.
alike() { # alike DB DB
	contents "$1" | sed 's/,"\(created_at\|stored_at\)":[0-9]*}$/}/' >one.dump
	contents "$2" | sed 's/,"\(created_at\|stored_at\)":[0-9]*}$/}/' | cmp one.dump -
}

# --- read back ----------------------------------------------------------------

# Every language, and what is no plain text.
golden() {
	mkdir src
	cp -r "$ROOT"/tests/lang "$ROOT"/tests/tree src
	find src \( -name 'expected*' -o -name NOTES -o -name refs \) -delete
	printf 'int a;\r\nint b(void) { return 1; }\r\n' >src/crlf.c
	printf '\xef\xbb\xbfint bom;' >src/bom.c
	printf 'char *s = "\xe4\xff\xc3";\nint t(void)\n{\n\treturn 0; /* \xed\xa0\x80 */\n}\n' >src/latin.c
	: >src/empty.c
	printf 'int x;\nint y(void) { return x; }\n' >'src/a:b c"\.c'
	printf 'int n;' >$'src/new\nline\xff.c'
	chunkify --ast --max-size 500 src >stream
	kvput --plain $DB <stream
	kvls --check $DB
	grep '^{"type":"chunk"' stream | LC_ALL=C sort >chunks
}

@test "whole: every chunk and file of a store, by every way of asking for chunks" {
	golden
	[ "$(wc -l <chunks)" -gt 200 ]
	# all
	kvget -a $DB | plain | grep '^{"type":"chunk"' | LC_ALL=C sort | cmp chunks -
	kvget -a $DB | plain | grep -v '^{"type":"chunk"' | LC_ALL=C sort |
	    cmp - <(grep -v '^{"type":"chunk"' stream | LC_ALL=C sort)
	# by file, as records and as text
	kvls -0 $DB >paths
	find src -type f -print0 | LC_ALL=C sort -z | cmp - <(LC_ALL=C sort -z paths)
	while IFS= read -rd '' p; do
		kvget $DB "$p"
		kvget -t $DB "$p" | cmp - "$p" >&2
	done <paths | plain | LC_ALL=C sort | cmp chunks -
	# by span; by its first and last byte; by its first line
	last=
	while IFS=$'\t' read -r coded start end line; do
		[ "$coded" = "$last" ] || decoded=$(base64 -d <<<"$coded"; echo x)
		last=$coded
		path=${decoded%x}
		kvget $DB "$path" "$start" "$end" >>by_span
		kvget $DB "$path@$start" >>by_first
		kvget $DB "$path@$((end - 1))" >>by_last
		kvget $DB "$path:$line" >>by_line
	done < <(jq -r '[.file_path_base64 // (.file_path | @base64), .byte_start, .byte_end, .start_line] | @tsv' chunks)
	for by in by_span by_first by_last; do
		plain <$by | LC_ALL=C sort | cmp chunks -
	done
	plain <by_line | LC_ALL=C sort -u | cmp chunks -
	# by hash
	jq -r .content_hash chunks | sort -u | while read -r sum; do
		kvget -H "$sum" $DB
	done | plain | LC_ALL=C sort | cmp chunks -
	# counted
	[ "$(kvcount $DB)" = "$(wc -l <chunks)" ]
}

@test "whole: every definition of a store, by every way of asking for it" {
	golden
	jq -c '{file_path, file_path_base64} as $p | .symbols[] | $p + . |
	    del(.file_path_base64 | nulls) | del(.file_path | nulls)' chunks | LC_ALL=C sort >want
	[ "$(wc -l <want)" -gt 300 ]
	fields() {
		jq -c 'del(.type, .content, .content_base64, .signature)' "$@" | LC_ALL=C sort
	}
	kvget -S '' $DB >all
	fields all | cmp want -
	kvls --symbols --json $DB | fields | cmp want -
	[ "$(kvls --tags $DB | grep -vc '^!_TAG')" = "$(wc -l <want)" ]
	# the text is that of the files, byte for byte, from the line's beginning on
	kvget -t -S '' $DB >text
	python3 - <<-'END'
		import base64, json
		text, at = open("text", "rb").read(), 0
		for y in map(json.loads, open("all")):
		    path = y["file_path"].encode() if "file_path" in y else base64.b64decode(y["file_path_base64"])
		    file = open(path, "rb").read()
		    start = y.get("doc_start", y["byte_start"])
		    blanks = len(file[:start]) - len(file[:start].rstrip(b" \t"))
		    if blanks < start and file[start - blanks - 1:start - blanks] != b"\n":
		        blanks = 0
		    want = file[start - blanks:y["byte_end"]]
		    assert text[at:at + len(want)] == want, y
		    at += len(want)
		assert at == len(text)
	END
	# by name; by the whole name, in its file
	jq -r '[(.name | tojson), .name] | join("\u001f")' want | LC_ALL=C sort -u |
	    while IFS=$'\x1f' read -r json name; do
		echo "$json"
		kvget -s "$name" $DB
	done | jq -nc 'foreach inputs as $x ({}; if $x | type == "string" then {n: $x} else .got = $x end;
	    .n as $n | .got // empty | select(.name == $n))' | LC_ALL=C sort |
	    cmp - <(jq -c . all | LC_ALL=C sort)
	jq -r 'select(.scope and .file_path) | [([.name, .byte_start] | tojson), .file_path, .scope + "." + .name] | join("\u001f")' all |
	    sort -u | while IFS=$'\x1f' read -r json path full; do
		echo "$json"
		kvget -s "$full" "$DB" "$path"
	done | jq -n '[inputs] | reduce .[] as $x ([]; if $x | type == "array" then . + [{want: $x}] else
	    .[-1].got += [[$x.name, $x.byte_start]] end) | length > 100,
	    (.[] | select(.want as $w | .got // [] | index([$w]) == null))' >missed
	[ "$(cat missed)" = true ] || { cat missed; false; }
}

@test "whole: every label and node of a store" {
	golden
	jq -r '.labels[]' chunks | LC_ALL=C sort | uniq -c | awk '{ print $1 "\t" $2 }' >want
	kvls --labels $DB | LC_ALL=C sort -k 2 | diff <(LC_ALL=C sort -k 2 want) -
	cut -f2 want | while read -r a; do
		kvget -l "$a" $DB | plain | LC_ALL=C sort |
		    cmp - <(jq -c --arg a "$a" 'select(.labels | index($a))' chunks | LC_ALL=C sort)
		for b in exported function; do
			kvget -l "$a" -l $b $DB 2>none | plain | LC_ALL=C sort |
			    cmp - <(jq -c --arg a "$a" --arg b $b 'select(.labels | index($a) and index($b))' chunks | LC_ALL=C sort)
		done
	done
	kvls -0 $DB | while IFS= read -rd '' p; do
		kvget --ast $DB "$p"
	done | jq -c 'del(.type)' >nodes
	jq -c 'select(.type == "ast") | (if has("file_path") then {file_path} else {file_path_base64} end) + .nodes[]' stream |
	    LC_ALL=C sort | cmp - <(LC_ALL=C sort nodes)
	[ "$(wc -l <nodes)" -gt 1000 ]
	# all kinds of a file, and some that it may not have
	kvget --ast $DB src/lang/c/input.c | jq -r .kind | sort -u >kinds
	jq -r .kind nodes | sort -u | awk 'NR % 20 == 0' | sort -u - kinds >all && mv all kinds
	while read -r kind; do
		kvget --ast-kind "$kind" $DB src/lang/c/input.c || [ $? = 1 ]
	done <kinds 2>none | LC_ALL=C sort | cmp - <(kvget --ast $DB src/lang/c/input.c | LC_ALL=C sort)
}

# --- from one store into another --------------------------------------------------

ODD=(a a: :a a:b a::b a:0 a:0:9 'sp ace' ' ' $'tab\tx' $'new\nline' $'\n' 'quote"' "it's" 'back\slash' '*?[]'
    '$(x)' '#' % '~' -x -- --json ... ünï $'\xff\xfe' $'cut\xc3' $'\xed\xa0\x80' $'esc\e[2J' $'\x7f\x01' @ a@0 a:1)

# A tree of every odd name, as files and as directories.
odd_tree() {
	local i name deep long
	long=$(printf '%0240d' 7)
	mkdir src
	for i in "${!ODD[@]}"; do
		name=${ODD[i]}
		mkdir -p "src/dir/$name"
		printf '/* %d */\nint f%d(void)\n{\n\tfor (;;)\n\t\treturn %d;\n}\n' $i $i $i >"src/$name.c"
		printf 'int same;\n' >"src/dir/$name/$name.c"
	done
	deep=src
	for i in 1 2 3 4 5 6 7; do
		deep=$deep/$long
		mkdir "$deep"
		printf 'int deep%d;\n' $i >"$deep/$long.c"
	done
	: >src/empty.c
	: >src/empty.py
	printf 'x\0' >src/nul.c
	printf 'no language\n' >src/README
	printf 'char *s = "\xe4\xff\xc3";\n// \xed\xa0\x80\nint wrong(void) { return 0; }\n' >src/latin.c
	printf 'int a;\r\nint b(void) { return 1; }\r\n' >src/crlf.c
	printf '\xef\xbb\xbfint bom;' >src/bom.c
	printf 'void ctl(void) { puts("\1\2\x1b\x7f"); }\n' >src/control.c
	head -c 200000 /dev/zero | tr '\0' 'x' >src/one_line.c
	ln -s nowhere src/link.c
	mkdir src/was_dir.c src/stays
	echo 'int in_dir;' >src/was_dir.c/f.c
	echo 'int was_file;' >src/was_file
	mv src/was_file src/was_file.c
	for i in 1 2 3; do
		cp -r "$ROOT/common" src/stays/$i
	done
}

take() { # take OPTION...: chunk the tree, store it
	chunkify -q "$@" src >stream 2>/dev/null || [ $? = 1 ]
	kvput --plain --prune $DB <stream
}

# All that a stream made by hand can have and chunkify never writes.
by_hand() {
	local sum
	sum=$(printf 'x\0\ny' | sha256sum | cut -d' ' -f1)
	file nul 'xx y' | jq -c --arg h "$sum" '.content_hash = $h | .stored_at = 77'
	chunk nul 0 'xx y' | jq -c --arg h "$sum" '.content = "x\u0000\ny" | .content_hash = $h |
	    .created_at = 99 | .labels = ["ü \" \\ \n", "x y", "-"] | .symbols = [
	    {name: "", kind: "", scope: "", byte_start: 0, byte_end: 0, start_line: 1, end_line: 1},
	    {name: "::a:", kind: "k i\nnd", scope: "s\t\"", byte_start: 1, byte_end: 3, start_line: 1, end_line: 9},
	    {name: "operator<=>\u007f", kind: "function", scope: null, byte_start: 3, byte_end: 4, start_line: 2, end_line: 2}]'
	echo '{"type":"ast","file_path":"nul","nodes":[{"id":0,"parent_id":null,"kind":"\"\\\n","byte_start":0,"byte_end":4}]}'
	chunk single 5 piece
	file 'long' one | jq -c --arg p "$(printf '%05000d/' 1 2 3)x" '.file_path = $p'
	echo '{"type":"skip","file_path":"s:k","reason":"unreadable","size":9007199254740992,"mtime_ns":-1}'
	echo '{"type":"skip","file_path":"s","reason":"what ever\n"}'
}

# bats test_tags=bdb
@test "whole: kvget -a | kvput makes an equal store, whatever the first one went through" {
	odd_tree
	take --ast --max-size 200
	# a history: files become directories, directories files, some go
	rm -r src/was_dir.c src/was_file.c src/stays/[12] "src/a.c"
	mkdir src/was_file.c "src/a.c"
	echo 'int f;' >src/was_file.c/f.c
	echo 'int f;' >src/a.c/a.c
	echo 'int now_file;' >src/was_dir.c
	printf 'x\0' >src/bom.c
	printf 'int no_more;\n' >src/nul.c
	for name in "${ODD[@]}"; do
		printf 'int more(void) { return 2; }\n' >>"src/dir/$name/$name.c"
	done
	take --max-size 250 --ast
	chunkify --definitions -q src/stays/3 | kvput --plain $DB
	by_hand | kvput --plain $DB
	[ "$(kvcount $DB)" -gt 1500 ]
	kvget -a $DB >dump
	kvput --plain db2 <dump
	same_store $DB db2
	kvget -a db2 | cmp dump -
	kvls --check $DB >faults || [ $? = 1 ]
	kvls --check db2 | diff faults -
	for what in --labels --symbols --tags --manifest -l --json; do
		cmp <(kvls $what $DB) <(kvls $what db2)
	done
	# once more is nothing new
	cp -a db2 before
	kvput --plain db2 <dump
	diff -r before db2
	# into a store that has other things
	printf 'int old;\n' >old.c
	chunkify --ast old.c | kvput --plain db3
	sed 's/"f[0-9]*"/"g"/g' dump | grep -v '"content_hash"' | grep '"skip"' | kvput --plain db3
	kvput --plain db3 <dump
	kvdel db3 old.c
	same_store $DB db3 meta.db
}

# bats test_tags=bdb
@test "whole: each file alone, kvget -a DB PATH | kvput, makes an equal store" {
	odd_tree
	rm -r src/stays
	take --ast
	kvls --json $DB | jq -r '.file_path_base64 // (.file_path | @base64)' >paths
	[ "$(wc -l <paths)" -gt 70 ]
	while read -r p; do
		p=$(base64 -d <<<"$p"; echo x)
		kvget -a $DB "${p%x}" | kvput db2
	done <paths
	same_store $DB db2 meta.db
}

# bats test_tags=bdb
@test "whole: what is deleted leaves nothing behind, in any database" {
	odd_tree
	rm -r src/stays/[23]
	take --ast
	by_hand | kvput $DB
	kvget -a $DB >dump
	# each odd directory, then file by file
	for name in "${ODD[@]}"; do
		kvdel -r "src/dir/$name" $DB
	done
	run -1 kvdel -r src/dir $DB
	kvls --json $DB | jq -j '(.file_path_base64 | values | @base64d), (.file_path | values), "\u0000"' >paths
	kvls -0l $DB | tr '\0\n' '\n ' | wc -l | grep -x "$(tr -cd '\0' <paths | wc -c)"
	kvls -0 $DB | kvdel -0v --files-from - $DB 2>said
	[ "$(grep -ac 'removed, 0 chunks left$' said)" -gt 40 ]
	[ "$(kvcount $DB)" = 0 ]
	kvdel -r . $DB
	for t in chunk file ast label sym; do
		[ -z "$(db5.3_dump -p $DB/$t.db | sed '1,/HEADER=END/d; /^DATA=END/d')" ]
	done
	kvput $DB <dump
	kvput fresh <dump
	same_store $DB fresh
}

# --- while others write, and die ------------------------------------------------------

# Files of one of two versions: every chunk and definition tells which.
version() { # version FILES CHUNKS WORD
	{
		begin
		awk -v n="$1" -v k="$2" -v text="$3" -v sum="$(hash "$3")" \
		    -v whole="$(hash "$(printf "$3%.0s" $(seq "$2"))")" 'BEGIN {
			len = length(text)
			for (i = 0; i < n; i++) {
				p = sprintf("d%d/f%03d", i % 3, i)
				printf "{\"type\":\"file\",\"file_path\":\"%s\",\"language\":\"c\",\"size\":%d,\"mtime_ns\":1,\"content_hash\":\"%s\",\"parse_errors\":0}\n", p, len * k, whole
				for (j = 0; j < k; j++)
					printf "{\"type\":\"chunk\",\"file_path\":\"%s\",\"byte_start\":%d,\"byte_end\":%d,\"start_line\":1,\"end_line\":1,\"language\":\"c\",\"symbol_name\":null,\"symbol_kind\":null,\"scope\":null,\"part\":null,\"symbols\":[{\"name\":\"all\",\"kind\":\"%s\",\"scope\":null,\"byte_start\":%d,\"byte_end\":%d,\"start_line\":1,\"end_line\":1},{\"name\":\"n%03d\",\"kind\":\"%s\",\"scope\":null,\"byte_start\":%d,\"byte_end\":%d,\"start_line\":1,\"end_line\":1}],\"content\":\"%s\",\"content_hash\":\"%s\",\"labels\":[\"any\",\"%s\"]}\n", p, len * j, len * (j + 1), text, len * j, len * k, i, text, len * j, len * (j + 1), text, sum, text
				printf "{\"type\":\"ast\",\"file_path\":\"%s\",\"nodes\":[{\"id\":0,\"parent_id\":null,\"kind\":\"%s\",\"byte_start\":0,\"byte_end\":%d}]}\n", p, text, len * k
			}
		}'
		end "$1" $(($1 * $2))
	}
}

# The readers; how they are looked at; what makes "PATH VERSION" of each chunk
# or definition printed, or "CHUNKS PATH" of each file, of their output.
READERS=(
	'kvget -a test.db' versions 's/^{"type":"chunk","file_path":"\([^"]*\)".*"content":"\([^"]*\)".*/\1 \2/p'
	'kvget -s all test.db' versions 's/^.*"file_path":"\([^"]*\)".*"kind":"\([^"]*\)".*/\1 \2/p'
	'kvget -S n test.db' versions 's/^.*"file_path":"\([^"]*\)".*"kind":"\([^"]*\)".*/\1 \2/p'
	'kvget -l any test.db' versions 's/^.*"file_path":"\([^"]*\)".*"content":"\([^"]*\)".*/\1 \2/p'
	'kvget -l before -l any test.db' versions 's/^.*"file_path":"\([^"]*\)".*"content":"\([^"]*\)".*/\1 \2/p'
	'kvls --symbols test.db' versions 's/^\([^:]*\):1: \([^ ]*\) n[0-9]*$/\1 \2/p'
	'kvls -l test.db' counts 's/^ *\([0-9]*\) .* \(d[^ ]*\)$/\1 \2/p'
	'kvcount -a test.db' counts 's/^\([0-9]*\)	\(.*\)/\1 \2/p'
	'kvls --labels test.db' nothing ''
	'kvls --stat test.db' nothing ''
	'kvls --tags test.db' nothing ''
	'kvls --json -r d1 test.db' nothing ''
	'kvget -t test.db d0/f003' nothing ''
	'kvget --ast test.db d0/f003' nothing ''
)

# Each file once, and wholly of one version.
versions() {
	sort | uniq -c | awk '{ print $2, $1 $3 }' >files
	[ "$(cut -d' ' -f2 files | sort -u | grep -cvx '6before\|3afterwards')" = 0 ]
	[ -z "$(cut -d' ' -f1 files | uniq -d)" ]
}

counts() {
	[ "$(cut -d' ' -f1 | sort -u | grep -cvx '[36]')" = 0 ]
}

nothing() {
	cat >/dev/null
}

# The writer goes on until the readers have had enough, or the test fails.
teardown() {
	touch enough
}

rewrite() {
	until [ -e enough ]; do
		timeout 60 kvput $DB <two &&
		    timeout 60 kvdel -r d0 $DB &&
		    timeout 60 kvput $DB <one &&
		    timeout 60 kvdel -r d2 $DB &&
		    timeout 60 kvput $DB <two || return
	done
}

# bats test_tags=bdb
@test "whole: readers that are killed anywhere while files are replaced and removed" {
	local i writer
	version 300 6 before >one
	version 300 3 afterwards >two
	kvput $DB <one
	rewrite 3>&- &
	writer=$!
	for _ in $(seq 100); do
		i=$((RANDOM % (${#READERS[@]} / 3) * 3))
		timeout -s KILL "0.0$(printf %02d $((RANDOM % 25 + 1)))" ${READERS[i]} >out 2>&1 || echo $? >>killed
		i=$((RANDOM % (${#READERS[@]} / 3) * 3))
		timeout 20 ${READERS[i]} >out 2>err || {
			[ $? = 1 ]	# d0 is not there all the time
			[ "$(grep -cvx 'kvget: d0/f003: not stored\|kvget: all: no such definition\|kvget: no chunk has .*' err)" = 0 ]
		}
		sed -n "${READERS[i + 2]}" out | ${READERS[i + 1]}
	done
	touch enough
	wait $writer
	grep -qx 137 killed
	timeout 60 kvput $DB <one
	kvput fresh <one
	alike $DB fresh
	kvls --check $DB
}
