load helper.bash

# The indexes: what sym: and label: say is at any time what the chunks say.
#
# The oracle knows only the chunks' values: it makes all keys and values from
# them, and these must be the ones that are there.

values() { # values DB
	db5.3_dump -p "$1/chunk.db" | sed -n 's/^ {/{/; /^{/{s/\\\\/\\/g; p}'
}

expected() { # expected DB
	values "$1" | jq -rn '
	def doubled: gsub(":"; "::");
	[inputs | . as $c | (.file_path | doubled) as $p |
	    ((.symbols | to_entries[] | .key as $i | .value |
		{key: "sym:\(.name | doubled):\(.byte_start):\(.byte_end):\($p)",
		value: ("\(.start_line) \(.end_line - .start_line) " +
		    "\(.byte_start - $c.byte_start) " +
		    "\($c.byte_end - $c.byte_start) " +
		    "\(.byte_start - (.doc_start // .byte_start)) " +
		    "\((.body_start // .byte_start) - .byte_start) " +
		    "\(.labels // [] | map(. + ":") | add // "")\\00\(.kind)" +
		    if .scope == null then "" else "\\00" + .scope end),
		order: [-$c.byte_start, $c.byte_end, $i]}),
	    (.labels[] |
		{key: "label:\(.):\($p):\($c.byte_start):\($c.byte_end)",
		value: "", order: []}))] |
	group_by(.key)[] | sort_by(.order)[0] | "\(.key)\t\(.value)"' |
	    LC_ALL=C sort
}

found() { # found DB
	local db
	for db in sym label; do
		db5.3_dump -p "$1/$db.db" | sed -n '/^HEADER=END/,/^DATA=END/s/^ //p' |
		    paste - -
	done | LC_ALL=C sort
}

agree() { # agree DB
	[ ! -e "$1/sym.new" ]
	expected "$1" >expected
	found "$1" >found
	diff expected found
	# the hashes of the files are made up
	[ -z "$(kvls --check "$1" | grep -v ': the chunks do not match its ')" ]
}

# A stream by chance: files that are replaced, with chunks that may overlap
# and definitions that may be in several of them, single chunks, files that
# go, that are skipped, and nodes.
by_chance() { # by_chance SEED RECORDS
	local l t
	for l in x y; do
		for t in 4 8 12; do
			t=$(printf "%0${t}d" 0 | tr 0 $l)
			printf '%s %s\n' "$t" "$(hash "$t")"
		done
	done | awk -v seed="$1" -v n="$2" '
	function pick(list,	a) {
		return a[int(rand() * split(list, a, " ")) + 1]
	}
	function symbol(start, len,	at, more) {
		at = start + int(rand() * len)
		if (at > 2 && rand() < .3)
			more = more sprintf(",\"doc_start\":%d", int(rand() * at))
		if (rand() < .3)
			more = more sprintf(",\"body_start\":%d", at + 1)
		if (rand() < .3)
			more = more ",\"labels\":" pick("[\"x\"] [\"a\",\"b|c\"]")
		return sprintf("{\"name\":\"%s\",\"kind\":\"%s\",\"scope\":%s,\"byte_start\":%d,\"byte_end\":%d,\"start_line\":%d,\"end_line\":%d%s}",
		    pick("f a:b a: :: main Foo"), pick("function struct"),
		    pick("null \"S::T\""), at, at + 3 + int(rand() * 2),
		    at + 1, at + 2, more)
	}
	function chunk(path, start, max,	i, k, s, l) {
		i = int(rand() * NR) + 1
		if (length(text[i]) > max)
			i = 1
		for (k = int(rand() * 4); k > 0; k--)
			s = s (s == "" ? "" : ",") symbol(start, length(text[i]))
		for (k = int(rand() * 4); k > 0; k--)
			l = l (l == "" ? "" : ",") pick("\"c\" \"function\" \"x|y\" \"test\"")
		printf "{\"type\":\"chunk\",\"file_path\":\"%s\",\"byte_start\":%d,\"byte_end\":%d,\"start_line\":1,\"end_line\":1,\"language\":\"c\",\"symbol_name\":null,\"symbol_kind\":null,\"scope\":null,\"part\":null,\"symbols\":[%s],\"content\":\"%s\",\"content_hash\":\"%s\",\"labels\":[%s]}\n",
		    path, start, start + length(text[i]), s, text[i], hash[i], l
		return start + length(text[i])
	}
	{ text[NR] = $1; hash[NR] = $2 }
	END {
		srand(seed)
		paths = "a a: a:b a::0 b.c b.c.bak d/e d/e:0:4"
		while (n-- > 0) {
			path = pick(paths)
			what = rand()
			if (what < 0.1)
				printf "{\"type\":\"gone\",\"file_path\":\"%s\"}\n", path
			else if (what < 0.2)
				printf "{\"type\":\"skip\",\"file_path\":\"%s\",\"reason\":\"%s\"}\n", path, pick("binary unreadable")
			else if (what < 0.3 && path != open)
				chunk(path, 4 * int(rand() * 8), 12)
			else {
				printf "{\"type\":\"file\",\"file_path\":\"%s\",\"language\":\"c\",\"size\":60,\"mtime_ns\":1,\"content_hash\":null,\"parse_errors\":0}\n", path
				open = path
				apart = rand() < 0.5
				for (at = 0; at < 40; at = apart ? next_at : at + 4)
					next_at = chunk(path, at, 12)
				if (rand() < 0.3)
					printf "{\"type\":\"ast\",\"file_path\":\"%s\",\"nodes\":[{\"id\":0,\"parent_id\":null,\"kind\":\"Block\",\"byte_start\":%d,\"byte_end\":50}]}\n", path, int(rand() * 3)
			}
		}
	}'
}

# bats test_tags=bdb
@test "index: after any history it says what the chunks say" {
	local i
	for i in $(seq 25); do
		by_chance $((RANDOM * 100 + i)) 30 >in
		kvput $DB <in
		agree $DB || { echo "round $i"; cp in "$BATS_RUN_TMPDIR/index.in"; false; }
	done
	[ "$(grep -c ^sym: found)" -gt 20 ]
	[ "$(grep -c ^label: found)" -gt 20 ]
	verify $DB
	# and with nothing left, nothing is left of it
	for p in $(kvcount -a $DB | cut -f2) a a: a:b a::0 b.c b.c.bak d/e d/e:0:4; do
		printf '{"type":"gone","file_path":"%s"}\n' "$p"
	done | kvput $DB
	[ -z "$(found $DB)" ]
	! db5.3_dump -p $DB/ast.db | grep ' ast:'
}

# Many files with many definitions, in slices that are no longer few.
large() { # large FILES TEXT [DEFINITIONS-A-CHUNK]
	{
		begin
		awk -v n="$1" -v text="$2" -v m="${3:-3}" -v sum="$(hash "$2")" 'BEGIN {
			len = length(text)
			for (i = 0; i < n; i++) {
				p = sprintf("d%d/f%05d", i % 7, i)
				printf "{\"type\":\"file\",\"file_path\":\"%s\",\"language\":\"c\",\"size\":%d,\"mtime_ns\":1,\"content_hash\":null,\"parse_errors\":0}\n", p, len * 3
				for (j = 0; j < 3; j++) {
					s = ""
					for (k = 0; k < m; k++)
						s = s (k ? "," : "") sprintf("{\"name\":\"n%d_%d_%d\",\"kind\":\"function\",\"scope\":null,\"byte_start\":%d,\"byte_end\":%d,\"start_line\":1,\"end_line\":1}", (i * 7919 + j * 31 + k) % 2003, (i * 1000003 + k * 7919) % 1000000007, (j * 31 + i * 1299709) % 1000000007, len * j + k, len * (j + 1))
					printf "{\"type\":\"chunk\",\"file_path\":\"%s\",\"byte_start\":%d,\"byte_end\":%d,\"start_line\":1,\"end_line\":1,\"language\":\"c\",\"symbol_name\":null,\"symbol_kind\":null,\"scope\":null,\"part\":null,\"symbols\":[%s],\"content\":\"%s\",\"content_hash\":\"%s\",\"labels\":[\"c\",\"l%d\"]}\n", p, len * j, len * (j + 1), s, text, sum, i % 5
				}
			}
		}'
		end "$1" $(($1 * 3))
	}
}

# bats test_tags=bdb
@test "index: a large stream, and one that changes all of it" {
	large 1500 'the first text' >one
	large 1500 'and the other one' >two
	kvput $DB <one
	agree $DB
	[ "$(grep -c ^sym: found)" = 13500 ]
	kvput $DB <two
	agree $DB
	[ "$(grep -c ^sym: found)" = 13500 ]
	verify $DB
}

# bats test_tags=bdb
@test "index: written anew, it says the same" {
	large 400 "$(printf '%080d' 0)" 60 >in
	kvput $DB <in
	printf '1\n1\n1\n1\n1\n1\n' >$DB/packed
	inode=$(stat -c %i $DB/sym.db)
	found $DB >before
	{ begin; whole a one; end 1 1; } | kvput $DB
	[ "$(stat -c %i $DB/sym.db)" != $inode ]
	found $DB | diff before -
	[ ! -e $DB/built ]
}

# bats test_tags=bdb
@test "index: few definitions that changed in a large store are put where they belong" {
	large 600 "$(printf '%0120d' 0)" 120 >one
	sed '/"d[0-2][^"]*","byte_start":0,/s/"name":"n/"name":"m/' one >two
	kvput $DB <one
	inode=$(stat -c %i $DB/sym.db)
	(( $(stat -c %s $DB/sym.db) / 4096 / 4 > $(grep -c '"name":"m' two) ))
	kvput -v $DB <two 2>said
	(( $(grep -o '[0-9]* changed' said | cut -d' ' -f1) > 256 ))
	[ ! -e $DB/sym.new ]
	[ -z "$(kvls --check $DB | grep -v ': the chunks do not match its ')" ]
	[ "$(stat -c %i $DB/sym.db)" = $inode ]
	kvput fresh <two
	found $DB >found
	found fresh | diff - found
}

# bats test_tags=bdb
@test "index: killed at any time: the next writer makes it say what the chunks say" {
	local i in killed=0 left=0
	large 1500 'the first text' >one
	large 1500 'and the other one' >two
	kvput $DB <one
	for i in $(seq 20); do
		if [ $((i % 2)) = 1 ]; then in=two; else in=one; fi
		timeout -s KILL "0.$(printf %02d $((RANDOM % 30 + 3)))" kvput --wait 60 $DB <$in || killed=$((killed + 1))
		if [ -e $DB/sym.new ]; then
			left=$((left + 1))
			[ -z "$(kvls --check $DB | grep -v ': the chunks do not match its ')" ]
		fi
		if [ $((RANDOM % 2)) = 0 ]; then
			kvput --wait 60 $DB </dev/null
			agree $DB
		fi
	done
	echo "killed $killed, segments left $left"
	[ $killed -gt 0 ]
	kvput --wait 60 $DB <one
	agree $DB
	kvput fresh <one
	found fresh | diff - found
	verify $DB
}

# bats test_tags=bdb
@test "index: a second run writes no page of any file" {
	large 600 'some text' >in
	kvput $DB <in
	cp -a $DB before
	kvput $DB <in
	diff -r before $DB
}

# bats test_tags=bdb
@test "index: of a chunk that changed only what differs is written" {
	s() { # s NAME START
		printf '{"name":"%s","kind":"function","scope":null,"byte_start":%d,"byte_end":3,"start_line":1,"end_line":1}' "$1" "$2"
	}
	put() { # put SYMBOLS LABELS
		{ begin; file a one; chunk a 0 one | jq -c ".symbols = [$1] | .labels = [$2]"; end 1 1; } |
		    kvput $DB
	}
	put "$(s f 0),$(s g 1)" '"c","test"'
	agree $DB
	cp $DB/label.db label.before
	put "$(s f 0),$(s h 1)" '"c","test"'
	agree $DB
	grep -q '^sym:h:1:3:a' found
	! grep -q '^sym:g:' found
	cmp label.before $DB/label.db
	cp $DB/sym.db sym.before
	put "$(s f 0),$(s h 1)" '"c"'
	agree $DB
	! grep -q '^label:test:' found
	cmp sym.before $DB/sym.db
}

# bats test_tags=bdb
@test "index: nodes are stored, replaced and removed with their file" {
	nodes() { # nodes PATH END
		printf '{"type":"ast","file_path":"%s","nodes":[{"id":0,"parent_id":null,"kind":"Block","byte_start":0,"byte_end":%d}]}\n' "$1" "$2"
	}
	stored() {
		db5.3_dump -p $DB/ast.db | sed -n '/^HEADER=END/,/^DATA=END/s/^ //p'
	}
	{ begin; whole a one; nodes a 3; whole b: two; nodes b: 2; end 2 2; } | kvput $DB
	[ "$(stored)" = "$(echo ast:file:a; nodes a 3; echo ast:file:b::; nodes b: 2)" ]
	cp -a $DB before
	{ begin; whole a one; nodes a 3; whole b: two; nodes b: 2; end 2 2; } | kvput $DB
	diff -r before $DB
	{ begin; whole a one; nodes a 1; end 1 1; } | kvput $DB
	[ "$(stored)" = "$(echo ast:file:a; nodes a 1; echo ast:file:b::; nodes b: 2)" ]
	{ begin; whole a one; end 1 1; echo; } | head -n -1 | kvput $DB
	[ "$(stored)" = "$(echo ast:file:b::; nodes b: 2)" ]
	{ begin; echo '{"type":"gone","file_path":"b:"}'; whole c one; nodes c 1; end 1 1; } | kvput $DB
	[ "$(stored)" = "$(echo ast:file:c; nodes c 1)" ]
	echo '{"type":"skip","file_path":"c","reason":"unreadable"}' | kvput $DB
	[ "$(stored)" = "$(echo ast:file:c; nodes c 1)" ]
	echo '{"type":"skip","file_path":"c","reason":"binary"}' | kvput $DB
	[ -z "$(stored)" ]
}

# bats test_tags=bdb
@test "index: names and labels of any length, paths too" {
	long=$(printf '%06000d' 0)
	{ begin; file "$long" one; chunk "$long" 0 one | jq -c --arg l "$long" '.labels = ["c", $l, $l + "x"] |
	    .symbols = [{name: ("n" + $l), kind: "function", scope: $l, byte_start: 0, byte_end: 3, start_line: 1, end_line: 1}]'
	    whole b two; end 2 2; } | kvput $DB
	agree $DB
	[ "$(wc -l <found)" = 4 ]
	printf '{"type":"gone","file_path":"%s"}\n' "$long" | kvput $DB
	agree $DB
	[ "$(wc -l <found)" = 0 ]
}
