load helper.bash

# --- what it stores -------------------------------------------------------

@test "kvput: a stream is stored, and -v sums up" {
	{ begin; whole a.c one two; whole b.c three; end 2 3; } >in
	run -0 --separate-stderr kvput -v $DB <in
	[ -z "$output" ]
	[ "$stderr" = "kvput: files: 2 new, 0 changed, 0 same, 0 removed, 0 skipped; chunks: 3 added, 0 kept, 0 removed" ]
	[ "$(kvcount -a $DB)" = "$(printf '2\ta.c\n1\tb.c')" ]
	verify $DB
}

# bats test_tags=bdb
@test "kvput: the values are the lines, with the time at their end" {
	{ begin; whole a.c one; end 1 1; } >in
	kvput $DB <in
	dump $DB | sed 's/^ //' >out
	grep -Fx "$(sed -n '/"chunk"/p' in)" out
	grep -Fx "$(sed -n '/"file"/p' in | jq -c --arg o "$(hash mode=partition | cut -c1-12)" '. + {options: $o, chunks: 1}')" out
	grep -x 'chunk:a.c:0:3' out
	grep -x 'file:a.c' out
}

@test "kvput: DB is made, but not its parent" {
	run -2 kvput none/db </dev/null
	[ "$output" = "kvput: none/db: No such file or directory" ]
	kvput $DB </dev/null
	[ "$(kvcount $DB)" = 0 ]
}

# bats test_tags=bdb
@test "kvput: an empty directory becomes a store" {
	mkdir $DB
	{ begin; whole a.c one; end 1 1; } | kvput $DB
	[ "$(kvcount $DB a.c)" = 1 ]
}

# bats test_tags=bdb
@test "kvput: a directory that is no store of ours is refused, untouched" {
	mkdir foreign
	echo mine >foreign/chunk.db
	touch -d 2001-01-01 foreign foreign/chunk.db
	run -2 kvput foreign </dev/null
	[ "$output" = "kvput: foreign: not a store, and not empty" ]
	[ "$(ls -A foreign)" = chunk.db ]
	[ "$(cat foreign/chunk.db)" = mine ]
	[ "$(stat -c %Y foreign foreign/chunk.db | sort -u)" = "$(date -d 2001-01-01 +%s)" ]
	echo text >file
	run -2 kvput file </dev/null
	[ "$output" = "kvput: file: not a store" ]
}

# bats test_tags=bdb
@test "kvput: a store of another format is refused, untouched" {
	kvput $DB </dev/null
	echo 'chunkkv 99' >$DB/format
	cp -a $DB before
	run -2 kvput $DB </dev/null
	[ "$output" = "kvput: test.db: a store of format 99, this program knows format 6" ]
	diff -r before $DB
	# an older one, too, with the way out
	echo 'chunkkv 4' >$DB/format
	for tool in kvput kvcount; do
		run -2 $tool $DB </dev/null
		[ "$output" = "$tool: test.db: a store of format 4, this program knows format 6: store the tree anew" ]
	done
}

# bats test_tags=bdb
@test "kvput: a making that was interrupted is made anew" {
	kvput $DB </dev/null
	rm $DB/format
	truncate -s 100 $DB/chunk.db
	run -2 kvcount $DB
	[ "$output" = "kvcount: test.db: not a store" ]
	{ begin; whole a.c one; end 1 1; } | kvput $DB
	[ "$(kvcount $DB)" = 1 ]
}

# bats test_tags=file
@test "kvput: a small store is small" {
	{ begin; whole a.c one; end 1 1; } | kvput $DB
	[ "$(du -sk --apparent-size $DB | cut -f1)" -lt 384 ]
}

@test "kvput: usage" {
	run -2 kvput
	[ "$output" = "kvput: which store? DB is missing (see kvput --help)" ]
	run -2 kvput a b
	run -2 kvput -x $DB
	run -2 kvput --wait soon $DB
	[ "$output" = 'kvput: --wait: "soon" is not a number of seconds (see kvput --help)' ]
	[ ! -e $DB ]
}

# --- the defects of the old way -------------------------------------------

@test "kvput: defect 2: after an edit the old chunks are gone" {
	{ begin; whole a.c one two three; end 1 3; } | kvput $DB
	{ begin; whole a.c one twenty; end 1 2; } >in
	run -0 kvput -v $DB <in
	[ "$output" = "kvput: files: 0 new, 1 changed, 0 same, 0 removed, 0 skipped; chunks: 1 added, 1 kept, 2 removed" ]
	[ "$(keys $DB)" = "$(printf 'chunk:a.c:0:3\nchunk:a.c:3:9')" ]
}

# bats test_tags=bdb
@test "kvput: defect 5: a second run writes no pages, and keeps the times" {
	{ begin; whole a.c one two; whole b.c three; end 2 3; } >in
	kvput $DB <in
	stat -c '%n %Y %Z' $DB/*.db >before
	cp -a $DB copy
	run -0 kvput -v $DB <in
	[ "$output" = "kvput: files: 0 new, 0 changed, 2 same, 0 removed, 0 skipped; chunks: 0 added, 3 kept, 0 removed" ]
	stat -c '%n %Y %Z' $DB/*.db | diff before -
	diff -r copy $DB
}

# bats test_tags=bdb
@test "kvput: created_at stays while the chunk stays" {
	{ begin; whole a.c one two; end 1 2; } | jq -c \
	    'if .type == "chunk" then .created_at = 77 else . end' | kvput $DB
	{ begin; whole a.c one new; end 1 2; } | kvput $DB
	db5.3_dump -p $DB/chunk.db | grep -c '"created_at":77}' | grep -x 1
	{ begin; whole a.c one new; end 1 2; } | jq -c \
	    'if .type == "chunk" then .created_at = 88 else . end' | kvput $DB
	run -1 grep -a '"created_at":88}' $DB/chunk.db
}

# bats test_tags=bdb
@test "kvput: a file that was only touched: its record alone is written" {
	{ begin; file a.c one 1; chunk a.c 0 one; end 1 1; } | kvput $DB
	cp $DB/chunk.db before
	{ begin; file a.c one 2; chunk a.c 0 one; end 1 1; } >in
	run -0 kvput -v $DB <in
	[[ "$output" == *" 1 same,"*" 0 added, 1 kept, 0 removed" ]]
	cmp before $DB/chunk.db
	db5.3_dump -p $DB/file.db | grep '"mtime_ns":2,'
}

@test "kvput: defect 8: one file, however its path is spelled" {
	{ begin; whole src/a.c one two; end 1 2; } | kvput $DB
	{ begin; whole ./src//a.c one; end 1 1; } | kvput $DB
	[ "$(kvcount -a $DB)" = "$(printf '1\tsrc/a.c')" ]
	[ "$(keys $DB)" = chunk:src/a.c:0:3 ]
}

@test "kvput: defect 1: replacing a file leaves its neighbours alone" {
	paths=(a a: a:0 a:b a::b a:0:9 a/b a0)
	{ begin; for p in "${paths[@]}"; do whole "$p" one two; done; end 8 16; } |
	    kvput $DB
	{ begin; whole a x; end 1 1; } | kvput $DB
	{ begin; echo '{"type":"gone","file_path":"a:"}'; end 0 0; } | kvput $DB
	[ "$(kvcount $DB "${paths[@]}" | cut -f1 | xargs)" = "1 0 2 2 2 2 2 2" ]
	# The old way scanned for a prefix: it finds the neighbours' keys.
	[ "$(keys $DB | grep -c '^chunk:a:')" -gt 1 ]
}

# --- the other records ----------------------------------------------------

# bats test_tags=bdb
@test "kvput: gone removes a file, skip leaves the reason, unreadable all" {
	{ begin; whole a one; whole b two; whole c three; end 3 3; } | kvput $DB
	{
		begin
		echo '{"type":"gone","file_path":"a"}'
		echo '{"type":"skip","file_path":"b","reason":"binary"}'
		echo '{"type":"skip","file_path":"c","reason":"unreadable"}'
		echo '{"type":"skip","file_path":"d","reason":"vanished"}'
		echo '{"type":"gone","file_path":"e"}'
		end 0 0
	} >in
	run -0 kvput -v $DB <in
	[ "$output" = "kvput: files: 0 new, 0 changed, 0 same, 2 removed, 3 skipped; chunks: 0 added, 0 kept, 2 removed" ]
	[ "$(kvcount -a $DB)" = "$(printf '1\tc')" ]
	[ "$(keys $DB)" = chunk:c:0:5 ]
	db5.3_dump -p $DB/file.db | grep -F '{"type":"skip","file_path":"b","reason":"binary",'
	db5.3_dump -p $DB/file.db | grep -F '{"type":"skip","file_path":"d","reason":"vanished",'
	cp -a $DB copy
	kvput $DB <in
	diff -r copy $DB
	{ begin; whole b two; end 1 1; } >in2
	run -0 kvput -v $DB <in2
	[[ "$output" == *" 1 new,"* ]]
	[ "$(kvcount $DB b)" = 1 ]
}

# bats test_tags=bdb
@test "kvput: keep notes the time; what is not stored cannot be kept" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	{ begin; echo '{"type":"keep","file_path":"a","mtime_ns":5}'; end 0 0; } >in
	run -0 kvput -v $DB <in
	[[ "$output" == *" 1 same,"*" 1 kept,"* ]]
	db5.3_dump -p $DB/file.db | grep '"mtime_ns":5,.*"chunks":1,'
	cp -a $DB copy
	kvput $DB <in
	diff -r copy $DB
	{ begin; echo '{"type":"keep","file_path":"b","mtime_ns":5}'; end 0 0; } >in
	run -1 kvput $DB <in
	[ "$output" = "kvput: stdin:2: b: not stored, so it cannot be kept" ]
}

@test "kvput: a path that is named again, much of the rest being the same" {
	for i in $(seq 255); do whole s$i one; done >same
	for i in $(seq 256); do whole n$i one; done >new
	{ cat same; whole A old; } >before
	{ file A 123; chunk A 0 1; chunk A 1 2; chunk A 2 3; } >three
	for round in 1 2 3; do
		rm -rf $DB gone
		kvput $DB <before
		cat new three same <(whole A last) | kvput $DB
		[ "$(kvget -t $DB A)" = last ]
		[ -z "$(kvls --check $DB)" ]
		kvput gone <same
		cat new three same <(echo '{"type":"gone","file_path":"A"}') | kvput gone
		run -1 kvget gone A
	done
}

# bats test_tags=bdb
@test "kvput: without begin, file replaces and a bare chunk is set" {
	whole a one two | kvput $DB
	chunk b 10 ten | kvput $DB
	{ chunk a 3 TWO; chunk b 20 twenty; chunk c 0 x; } | kvput $DB
	[ "$(kvcount -a $DB)" = "$(printf '2\ta\n2\tb\n1\tc')" ]
	db5.3_dump -p $DB/chunk.db | grep '"content":"TWO"'
	db5.3_dump -p $DB/file.db | grep '"file_path":"b".*"size":26,"mtime_ns":0,"content_hash":null,.*"chunks":2,'
	whole a three | kvput $DB
	[ "$(kvcount $DB a)" = 1 ]
}

@test "kvput: fields in any order, and fields nobody knows, are fine" {
	{ begin; whole a.c 'tab	and "quote" ünï'; end 1 1; } >in
	jq -c '{embedding: [1.5, null], x: {y: []}} + (to_entries | reverse | from_entries)' in >in2
	! cmp -s in in2
	kvput $DB <in
	kvput db2 <in2
	dump $DB >out
	dump db2 | diff out -
}

# bats test_tags=bdb
@test "kvput: bytes that are no UTF-8, NULs and odd paths come through" {
	path=$(printf 'a\xff:\n"b' | base64)
	text=$(printf 'x\xfe\0y' | base64)
	sum=$(printf 'x\xfe\0y' | sha256sum | cut -d' ' -f1)
	{
		begin
		file x xxxx | jq -c --arg p "$path" --arg h "$sum" \
		    'del(.file_path) | .file_path_base64 = $p | .content_hash = $h'
		chunk x 0 xxxx | jq -c --arg p "$path" --arg t "$text" --arg h "$sum" \
		    'del(.file_path, .content) | .file_path_base64 = $p | .content_base64 = $t | .content_hash = $h'
		file z xyz | jq -c --arg h "$(printf 'x\0z' | sha256sum | cut -d' ' -f1)" '.content_hash = $h'
		chunk z 0 xyz | jq -c --arg h "$(printf 'x\0z' | sha256sum | cut -d' ' -f1)" \
		    '.content = "x\u0000z" | .content_hash = $h'
		end 2 2
	} >in
	kvput $DB <in
	[ "$(kvcount $DB $'a\xff:\n"b')" = 1 ]
	db5.3_dump -p $DB/chunk.db | grep -F "\"content_base64\":\"$text\""
	db5.3_dump -p $DB/chunk.db | grep -F '"content":"x\\u0000z"'
}

@test "kvput: one stream behind the other is two streams" {
	{ begin; whole a one; end 1 1; begin; whole b two; end 1 1; } | kvput $DB
	[ "$(kvcount $DB)" = 2 ]
}

# --- what it refuses ------------------------------------------------------

# A file is complete, another is in progress, and then comes a bad line.
refuses() { # refuses MESSAGE <LINES
	rm -rf $DB
	whole old before | kvput $DB
	{ begin; whole new one two; file old after; cat; } >in
	run -2 kvput $DB <in
	[ "$output" = "kvput: stdin:6: $1" ] || {
		echo "expected: $1"
		echo "was: $output"
		return 1
	}
	[ "$(kvcount -a $DB)" = "$(printf '2\tnew\n1\told')" ]
	[ "$(keys $DB)" = "$(printf 'chunk:new:0:3\nchunk:new:3:6\nchunk:old:0:6')" ]
}

bad() { # bad FILTER MESSAGE: what jq makes of a good chunk
	chunk old 0 after | jq -c "$1" | refuses "$2"
}

@test "kvput: refuses what is no JSON, no object, of no known type" {
	echo '{"type":' | refuses 'not JSON at byte 8: unexpected token near end of file'
	echo '[1]' | refuses 'not an object'
	echo '7' | refuses 'not an object'
	echo '{"a":1}' | refuses '"type" is missing'
	bad '.type = 3' '"type" is not a string'
	bad '.type = "chonk"' 'type "chonk" is unknown'
	echo | refuses 'not JSON at byte 0: unexpected token near end of file'
	printf '{"type":"gone","file_path":"a\xff"}\n' | refuses "not JSON at byte 29: unable to decode byte 0xff near '\"a'"
	echo '{"type":"gone","file_path":"a","file_path":"b"}' |
	    refuses "not JSON at byte 42: duplicate object key near '\"file_path\"'"
}

@test "kvput: refuses a field that is missing or of the wrong kind" {
	bad 'del(.byte_start)' '"byte_start" is missing'
	bad '.byte_start = "0"' '"byte_start" is not a number'
	bad '.byte_start = null' '"byte_start" is not a number'
	bad '.byte_start = 0.5' '"byte_start" is not a whole number'
	bad 'del(.content)' '"content" is missing'
	bad '.content = 1' '"content" is not a string'
	bad '.content_base64 = ""' 'both "content" and "content_base64" are there'
	bad '.content_base64 = "???" | del(.content)' '"content_base64" is not base64'
	bad '.content_hash = "abc"' '"content_hash" is not 64 lower-case hexadecimal digits'
	bad 'del(.file_path)' '"file_path" is missing'
	bad '.file_path = ""' '"file_path" is empty'
	bad '.file_path = "."' '"file_path" names no file'
	bad '.file_path = "a\u0000b"' '"file_path" holds a NUL'
	bad '.symbol_name = 1' '"symbol_name" is not a string'
	bad '.language = null' '"language" is not a string'
	bad '.part = [1]' '"part" is not a pair of numbers'
	bad '.part = [3, 2]' '"part" is 3 of 2'
	bad '.symbols = {}' '"symbols" is not an array'
	bad '.symbols = [1]' '"symbols"[0] is not an object'
	bad '.symbols = [{name: "f"}]' '"symbols"[0]: "kind" is missing'
	bad '.labels = ["a:b"]' '"labels"[0] is empty or holds a colon'
}

@test "kvput: refuses numbers that are negative, reversed, over 2^53" {
	bad '.byte_start = -1' '"byte_start" is negative'
	chunk old 0 after | sed 's/"byte_end":5/"byte_end":9007199254740993/' |
	    refuses '"byte_end" is over 2^53'
	bad '.byte_start = 9' '"byte_end" is less than "byte_start"'
	bad '.start_line = 0' '"start_line" is 0, lines count from 1'
	bad '.start_line = 2' '"end_line" is less than "start_line"'
}

@test "kvput: refuses span, hash and content that disagree" {
	bad '.byte_end = 4' 'the span is of 4 bytes, the content of 5'
	bad '.content = "After"' 'content and "content_hash" disagree'
	bad '.content = "x"' 'the span is of 5 bytes, the content of 1'
}

# bats test_tags=file
@test "kvput: refuses chunks that overlap, leave holes, or pass the end" {
	chunk old 1 fter | refuses 'the chunk begins at byte 1, the one before it ended at 0'
	chunk old 0 'after all' | refuses 'the chunk ends at byte 9, the file at 5'
	end 2 2 | refuses 'old: the chunks end at byte 0, the file at 5'
	rm -rf $DB
	{ begin; file a onetwo; chunk a 0 one; chunk a 2 etwo; end 1 2; } >in
	run -2 kvput $DB <in
	[ "$output" = "kvput: stdin:4: the chunk begins at byte 2, the one before it ended at 3" ]
	[ "$(kvcount -a $DB)" = "" ]
}

@test "kvput: takes overlaps where the stream is one of definitions" {
	{ begin definitions; file a onetwo; chunk a 0 onetwo; chunk a 3 two; end 1 2; } | kvput $DB
	[ "$(kvcount $DB a)" = 2 ]
	{ begin definitions; file a onetwo; chunk a 3 two; chunk a 3 two; end 1 2; } >in
	run -2 kvput $DB <in
	[ "$output" = "kvput: stdin:5: a: two chunks have the span 3 to 6" ]
	[ "$(kvcount $DB a)" = 2 ]
}

@test "kvput: refuses a chunk of a file that is not the open one" {
	chunk other 0 after | refuses 'a chunk of other, which is not the file in progress'
}

@test "kvput: refuses a symbol that is not of its chunk or file" {
	s='{name: "f", kind: "function", scope: null, byte_start: 5, byte_end: 5, start_line: 1, end_line: 1}'
	bad ".symbols = [$s]" 'symbol f does not begin in this chunk'
	bad ".symbols = [$s + {byte_start: 0, byte_end: 6}]" 'symbol f ends at byte 6, the file at 5'
	s='{name: "f", kind: "function", scope: null, byte_start: 1, byte_end: 5, start_line: 1, end_line: 1}'
	bad ".symbols = [$s + {doc_start: 2}]" 'symbol f: "doc_start" is not before "byte_start"'
	bad ".symbols = [$s + {doc_start: 1}]" 'symbol f: "doc_start" is not before "byte_start"'
	for at in 0 1 5; do
		bad ".symbols = [$s + {body_start: $at}]" 'symbol f: "body_start" is not inside it'
	done
	bad ".symbols = [$s + {labels: \"x\"}]" '"symbols"[0]: "labels" is not an array'
	bad ".symbols = [$s + {labels: [\"x\", \"a:b\"]}]" '"symbols"[0]: "labels"[1] is empty or holds a colon'
	bad ".symbols = [$s + {labels: [\"\"]}]" '"symbols"[0]: "labels"[0] is empty or holds a colon'
	bad ".symbols = [$s + {labels: [1]}]" '"symbols"[0]: "labels" is not a string'
}

@test "kvput: refuses a line over 256 MiB" {
	{ head -c 268435457 /dev/zero | tr '\0' x; echo; } >big
	rm -rf $DB
	{ begin; whole a one; whole b two; cat big; } >in
	rm big
	run -2 kvput $DB <in
	rm in
	[ "$output" = "kvput: stdin:6: the line is over 256 MiB" ]
	[ "$(kvcount -a $DB)" = "$(printf '1\ta')" ]
}

@test "kvput: refuses absurd nesting" {
	{ printf '{"type":"gone","file_path":"a","x":'; head -c 100000 /dev/zero | tr '\0' '['; echo; } |
	    refuses "not JSON at byte 2083: maximum parsing depth reached near '['"
}

@test "kvput: refuses a begin, an end or totals in the wrong place" {
	begin | refuses '"begin" in the middle of a stream'
	rm -rf $DB
	{ begin; whole a one; end 1 1; whole b two; } >in
	run -2 kvput $DB <in
	[ "$output" = 'kvput: stdin:5: a record after "end"' ]
	{ whole a one; end 1 1; } >in
	run -2 kvput $DB <in
	[ "$output" = 'kvput: stdin:3: an "end" with no "begin"' ]
	{ begin; whole a one; end 2 2; } >in
	run -2 kvput $DB <in
	[ "$output" = 'kvput: stdin:4: "end" counts 2 files and 2 chunks, there were 1 and 1' ]
	begin | sed 's/"format":2/"format":3/' >in
	run -2 kvput $DB <in
	[ "$output" = 'kvput: stdin:1: a stream of format 3, this program knows format 2' ]
}

# --- damage ---------------------------------------------------------------

@test "kvput: a stream that was cut off: what was complete is kept" {
	whole b before | kvput $DB
	{ begin; whole a one; whole b two three; } >in
	run -2 kvput $DB <in
	[ "$output" = 'kvput: stdin:6: cut off: the stream has no "end"' ]
	[ "$(keys $DB)" = "$(printf 'chunk:a:0:3\nchunk:b:0:6')" ]
	{ begin; whole b two three; printf %s "$(end 1 2)"; } >in
	run -2 kvput $DB <in
	[ "$output" = 'kvput: stdin:5: cut off: the line has no end' ]
	[ "$(keys $DB)" = "$(printf 'chunk:a:0:3\nchunk:b:0:6')" ]
	{ begin; whole b two three; end 1 2 | head -c 20; } >in
	run -2 kvput $DB <in
	[ "$output" = 'kvput: stdin:5: cut off: the line has no end' ]
	run -2 pipe 'kvput $DB <.'
	[ "$output" = 'kvput: stdin: Is a directory' ]
}

@test "kvput: defect 3: killed in the middle, each file is wholly old or new" {
	many 1500 7 "the text of version one" >one
	many 1500 5 "and that of version two, which is longer" >two
	kvput $DB <one
	killed=0
	for i in $(seq 24); do
		if [ $((i % 2)) = 1 ]; then in=two; else in=one; fi
		timeout -s KILL "0.0$((RANDOM % 70 + 10))" kvput $DB <$in || killed=$((killed + 1))
		kvcount -a $DB >counts
		[ "$(wc -l <counts)" = 1500 ]
		[ "$(cut -f1 counts | sort -u | grep -cvx '[57]')" = 0 ]
	done
	[ $killed -gt 0 ]
	kvput --wait 60 $DB <two	# the last one may be dying
	kvput fresh <two
	dump $DB >a
	dump fresh | diff a -
	verify $DB
}

# bats test_tags=bdb
@test "kvput: a limit on the size of files stops it at whichever write, and it says so" {
	many 200 7 "$(printf '%07000d' 1)" >one
	many 200 9 "$(printf '%07000d' 2)" >two
	kvput --plain $DB <one
	size=$(($(stat -c %s $DB/chunk.db) / 1024))
	[ "$size" -gt 8192 ]	# else a journal would meet the limit first
	export ASAN_OPTIONS=detect_leaks=0
	for more in 32 320 960; do	# all within a slice
		cp -a $DB db2
		run -2 pipe "ulimit -f $((size + more)); exec kvput --plain db2 <two"
		[[ "$output" == "kvput: db2/"*": File too large" ]]
		kvcount -a db2 >counts
		[ "$(wc -l <counts)" = 200 ]
		[ "$(cut -f1 counts | sort -u | grep -cvx '[79]')" = 0 ]
		verify db2
		kvput db2 <two
		[ "$(kvcount db2)" = 1800 ]
		rm -r db2
	done
}

# bats test_tags=bdb
@test "kvput: what is too large for the disk leaves files old or new" {
	many 300 5 "short" >one
	kvput $DB <one
	many 3000 6 "$(printf '%0300d' 0)" >two
	# libdb loses memory when it gives up; under ASan that is no matter here.
	export ASAN_OPTIONS=detect_leaks=0
	run -2 pipe 'trap "" XFSZ; ulimit -f 3000; kvput $DB <two'
	[[ "$output" == "kvput: test.db/"*": File too large" ]]
	kvcount -a $DB | cut -f1 | sort -u >counts
	[ "$(grep -cvx '[56]' counts)" = 0 ]
	kvput $DB <two
	[ "$(kvcount $DB)" = 18000 ]
	verify $DB
}

# bats test_tags=bdb
@test "kvput: no room for a new store: the next run makes it" {
	{ begin; whole a one; end 1 1; } >in
	export ASAN_OPTIONS=detect_leaks=0
	run -2 pipe 'trap "" XFSZ; ulimit -f 8; kvput $DB <in'
	[[ "$output" == "kvput: test.db/"*": File too large" ]]
	kvput $DB <in
	[ "$(kvcount $DB)" = 1 ]
}

# Start a kvput that waits for more of its stream on descriptor 9.
hold() {
	mkfifo fifo
	kvput --wait 60 $DB <fifo 3>&- &	# the look below takes the lock, too
	held=$!
	exec 9>fifo
	until [ -e $DB/writer.lock ] && ! flock -n $DB/writer.lock true; do
		kill -0 $held
	done
}

# bats test_tags=bdb
@test "kvput: a second one at once is told so, or waits with --wait" {
	hold
	run -2 kvput $DB </dev/null 9>&-
	[ "$output" = "kvput: test.db: another process is writing to it" ]
	{ begin; whole a one; end 1 1; } >in
	kvput --wait 60 $DB <in 3>&- 9>&- &
	waiting=$!
	{ begin; whole b two; end 1 1; } >&9
	exec 9>&-
	wait $held
	wait $waiting
	[ "$(kvcount -a $DB)" = "$(printf '1\ta\n1\tb')" ]
}

# bats test_tags=bdb
@test "kvput: one that was killed blocks nobody" {
	hold
	kill -KILL $held
	exec 9>&-
	wait $held || true
	{ begin; whole a one; end 1 1; } | kvput $DB
	[ "$(kvcount $DB)" = 1 ]
}

# bats test_tags=bdb
@test "kvput: readers get their answer while it writes" {
	many 300 3 "before" >one
	kvput $DB <one
	many 3000 4 "afterwards" >two
	hold
	cat two >&9 3>&- &
	feeding=$!
	exec 9>&-
	while kill -0 $held 2>/dev/null; do
		kvcount -a $DB | cut -f1 | sort -u >>seen
		kvcount $DB f00007 >>seen
		[ "$(kvcount $DB nope)" = 0 ]
	done
	wait $feeding
	wait $held
	[ "$(sort -u seen | grep -cvx '[34]')" = 0 ]
	[ "$(kvcount $DB)" = 12000 ]
}

# bats test_tags=bdb
@test "kvput: started with no descriptors, it writes no message into the store" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	cp -a $DB was
	run -2 pipe 'exec kvput -v $DB <&- >&- 2>&-'
	rm was/writer.lock $DB/writer.lock
	diff -r was $DB
	run -2 pipe 'exec kvput $DB <&-'
	[ "$output" = "kvput: stdin: Bad file descriptor" ]
}

# bats test_tags=bdb
@test "kvput: a directory that may not be written" {
	{ begin; whole a one; end 1 1; } >in
	kvput $DB <in
	chmod -R a-w,a+rX $DB
	run -2 unprivileged kvput $DB <in
	[ "$output" = "kvput: test.db/writer.lock: Permission denied" ]
	[ "$(unprivileged kvcount $DB a)" = 1 ]
	[ "$(unprivileged kvcount -a $DB)" = "$(printf '1\ta')" ]
	chmod -R u+w $DB
}

# Files, of three sizes by chance: all of them, or some.
versions() { # versions SEED FILES ALL
	for n in 700 4000 9000; do
		text=$(printf "%0${n}d" 0)
		printf '%s %s\n' "$text" "$(hash "$text")"
	done | awk -v seed="$1" -v n="$2" -v all="$3" '
	{ text[NR] = $1; hash[NR] = $2 }
	END {
		srand(seed)
		for (i = 0; i < all; i++) {
			k = int(rand() * 3) + 1
			if (rand() * all > n)
				continue
			len = length(text[k])
			printf "{\"type\":\"file\",\"file_path\":\"f%d\",\"language\":\"c\",\"size\":%d,\"mtime_ns\":1,\"content_hash\":\"%s\",\"parse_errors\":0}\n", i, len, hash[k]
			for (at = 0; at < len; at += 100) {
				printf "{\"type\":\"chunk\",\"file_path\":\"f%d\",\"byte_start\":%d,\"byte_end\":%d,\"start_line\":1,\"end_line\":1,\"language\":\"c\",\"symbol_name\":null,\"symbol_kind\":null,\"scope\":null,\"part\":null,\"symbols\":[],\"content\":\"%s\",\"content_hash\":\"'"$(hash "$(printf %0100d 0)")"'\",\"labels\":[\"c\"]}\n", i, at, at + 100, substr(text[k], 1, 100)
			}
		}
	}'
}

timeless() { # timeless DB
	kvget -a "$1" | sed 's/,"created_at":[0-9]*//; s/,"stored_at":[0-9]*//'
}

# bats test_tags=bdb
@test "kvput: a store grows with what is in it, not with the edits" {
	versions 1 400 400 | kvput $DB
	first=$(stat -c %s $DB/chunk.db)
	for seed in $(seq 2 12); do
		versions $seed 100 400 | kvput $DB
	done
	versions 1 400 400 | kvput $DB
	size=$(stat -c %s $DB/chunk.db)
	echo "$first $size"
	[ $size -le $((first * 5 / 4 + 1048576)) ]
	[ -z "$(kvls --check $DB)" ]
	versions 1 400 400 | kvput fresh
	diff <(timeless fresh) <(timeless $DB)
}

# bats test_tags=bdb
@test "kvput: what the sizes were may be lost, or nonsense" {
	versions 1 400 400 | kvput $DB
	rm $DB/packed
	versions 2 100 400 | kvput $DB
	[ -s $DB/packed ]
	head -c 300 /dev/urandom >$DB/packed
	versions 3 100 400 | kvput $DB
	# far too small: all is written anew, and the same
	timeless $DB >before
	printf '8192\n8192\n8192\n8192\n8192\n8192\n' >$DB/packed
	inode=$(stat -c %i $DB/chunk.db)
	whole zz one | kvput $DB
	[ "$(stat -c %i $DB/chunk.db)" != $inode ]
	# and what a kill left of that goes
	touch $DB/built $DB/__db.built
	printf '{"type":"gone","file_path":"zz"}\n' | kvput $DB
	[ ! -e $DB/built ]
	[ ! -e $DB/__db.built ]
	timeless $DB | diff before -
	verify $DB
}

# --- what was found under attack ------------------------------------------------

@test "kvput: a file whose chunks are not of its content_hash is refused" {
	{ begin; whole a.c 'one' 'two' | sed "1s/$(hash onetwo)/$(hash other)/"; end 1 2; } >in
	run -2 kvput $DB <in
	[ "$output" = 'kvput: stdin:5: a.c: its chunks and its "content_hash" disagree' ]
	[ "$(kvls $DB)" = "" ]
}

@test "kvput: single chunks of two files in turn are what they are one file after the other" {
	for i in 1 2 3 4 5 6 7 8 9; do
		chunk a.c ${i}00 "text $i of a"
		chunk b.c ${i}00 "text $i of b"
	done >turns
	kvput $DB <turns
	grep '"a.c"' turns | kvput fresh.db
	grep '"b.c"' turns | kvput fresh.db
	diff <(dump $DB) <(dump fresh.db)
	[ -z "$(kvls --check $DB)" ]
	# the last of one span wins, also when others came between
	{ chunk a.c 100 "text 1 of A"; chunk b.c 100 "text 1 of B"; chunk a.c 100 "text 1 of Z"; } | kvput $DB
	[ "$(kvget -t $DB a.c 100 111)" = "text 1 of Z" ]
	[ "$(kvcount $DB a.c)" = 9 ]
}

# bats test_tags=bdb
@test "kvput: nothing in a store is followed out of it" {
	whole a.c one | kvput $DB
	echo mine >mine
	for name in packed sym.new journal.0 journal.1 built; do
		rm -f $DB/$name
		ln -s ../mine $DB/$name
	done
	for i in 1 2 3; do
		whole b.c "two $i" | kvput $DB
	done
	[ "$(cat mine)" = mine ]
	[ -z "$(kvls --check $DB)" ]
	mv $DB/sym.db sym.db
	ln -s ../sym.db $DB/sym.db
	run -2 kvget -s f $DB
	[[ "$output" == "kvget: test.db/sym.db: "* ]]
	rm $DB/sym.db
	mkfifo $DB/sym.db
	run -2 timeout 20 kvget -s f $DB
	[[ "$output" == "kvget: test.db/sym.db: "* ]]
}

# bats test_tags=bdb
@test "kvput: what root writes into somebody's store is that one's" {
	[ "$(id -u)" = 0 ] || return 0
	whole a.c one | kvput $DB
	chown -R 65534:65534 $DB
	chmod 640 $DB/*
	seq 3000 | sed 's/.*/int f&(void) { return & % 7; }/' >many.c
	chunkify --max-size 200 many.c | kvput $DB
	[ -z "$(find $DB ! -user 65534)" ]
	[ -z "$(find $DB/*.db ! -perm 640)" ]
	echo >many.c
	chunkify many.c | unprivileged kvput $DB
}

# bats test_tags=bdb
@test "kvput: who may only read does not hold a writer up" {
	whole a.c one | kvput $DB
	exec 8<$DB/gate 9<$DB/lock
	flock -s 9
	whole b.c two | timeout 20 kvput $DB
	flock -u 9
	[ "$(kvcount $DB b.c)" = 1 ]
	flock 8
	whole c.c three | timeout 20 kvput $DB
	[ "$(timeout 20 kvcount $DB c.c)" = 1 ]
	# and the lock that writers hold for long cannot be opened by others
	[ "$(stat -c %a $DB/writer.lock)" = 600 ]
}

# bats test_tags=bdb
@test "kvput: a session of another boot whose writer lives is not mended" {
	mkfifo fifo
	whole a.c one | kvput $DB
	kvput $DB <fifo 3>&- &
	exec 9>fifo
	many 300 2 text | grep -v '"end"' >&9
	until [ -e $DB/journal.0 ] && [ "$(kvls $DB | wc -l)" -gt 1 ]; do :; done
	# the boot id stands behind eight bytes and a number
	printf 'another' | dd of=$DB/lock bs=1 seek=16 conv=notrunc status=none
	ls $DB >before
	[ "$(kvcount $DB a.c)" = 1 ]
	ls $DB | diff before -
	kill -9 $!
	wait $! || true
	exec 9>&-
	printf 'another' | dd of=$DB/lock bs=1 seek=16 conv=notrunc status=none
	[ "$(kvcount $DB a.c)" = 1 ]
	[ ! -e $DB/journal.0 ]
	[ -z "$(kvls --check $DB)" ]
}

# bats test_tags=bdb
@test "kvput: a store without writer.lock can be read" {
	chunkify "$ROOT/tests/tree" | kvput $DB
	rm $DB/writer.lock
	kvls --stat $DB | grep -q 'last run'
	kvls --check $DB
	kvls $DB >/dev/null
}

# bats test_tags=file
@test "kvput: no descriptor to be had is an error at once, not after a nap" {
	whole a.c one | kvput $DB
	run -2 pipe 'ulimit -n 6; exec timeout 5 kvcount $DB a.c'
	[[ "$output" == *"Too many open files"* ]]
}

# --- compressed ---------------------------------------------------------------

# A stream of more than the four megabytes a dictionary is made of.
large() {
	awk 'BEGIN { for (i = 0; i < 26000; i++)
		printf "int value_%d_of_%d(int a)\n{\n\treturn a * %d + other_%d(a);\n}\n\n",
		    i, i % 7, i * 31 % 1009, i % 613 }' >large.c
	chunkify --max-size 250 large.c
}

# bats test_tags=bdb
@test "kvput: a large store is compressed, and reads as one that is not" {
	large >stream
	[ "$(wc -c <stream)" -gt 5000000 ]
	kvput $DB <stream
	kvput --plain plain <stream
	db5.3_dump -p plain/chunk.db | sed -n 's/^ \([z{]\).*/\1/p' | sort -u | diff - <(echo '{')
	db5.3_dump -p $DB/chunk.db | sed -n 's/^ \([z{]\).*/\1/p' | sort | uniq -c >kinds
	[ "$(awk '$2 == "z" { print $1 }' kinds)" -gt 1000 ]
	cat kinds
	[ $(($(stat -c %s $DB/chunk.db) * 2)) -lt "$(stat -c %s plain/chunk.db)" ]
	for db in $DB plain; do
		kvget -a $db | sed 's/"\(created\|stored\)_at":[0-9]*//g' >$db.dump
	done
	cmp $DB.dump plain.dump
	kvget -t $DB large.c | cmp - large.c
	kvls --check $DB
	# Again, and nothing changes; a change is seen; what comes later is compressed, too.
	kvput -v $DB <stream 2>&1 | grep -q '1 same.* 0 added'
	sed -i '3s/return a/return b/' large.c
	chunkify --max-size 250 large.c | kvput -v $DB 2>&1 | grep -q ' 1 changed.* 1 added'
	kvget -t $DB large.c | cmp - large.c
	kvls --check $DB
}

# bats test_tags=bdb
@test "kvput: what is compressed and damaged is told, and the rest is saved" {
	{ whole a.c 'int other;'; large; } | sed '/"end"/d; /"begin"/d' | kvput $DB
	db5.3_dump $DB/meta.db >dump
	db5.3_dump -p $DB/meta.db | grep -q '^ meta:dictionary'
	# another dictionary: all that it served is lost, and nothing else
	python3 - <<-'END'
	lines = open("dump").read().split("\n")
	key = " " + b"meta:dictionary".hex()
	i = lines.index(key)
	lines[i + 1] = " " + b"none".hex()
	open("dump", "w").write("\n".join(lines))
	END
	rm $DB/meta.db
	db5.3_load -c chksum=1 -f dump $DB/meta.db
	run -1 kvls --check $DB
	[[ "${lines[0]}" == *'meta:dictionary: is none' ]]
	[[ "$output" == *'large.c:'*': cannot be decompressed'* ]]
	run -2 --separate-stderr kvget $DB large.c
	[ -z "$output" ]
	[[ "$stderr" == *'a page is damaged'* ]]
	run -1 --separate-stderr kvls --repair saved $DB
	[ "$output" = large.c ]
	kvget -t saved a.c | cmp - <(printf 'int other;')
}
