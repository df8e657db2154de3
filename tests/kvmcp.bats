load helper.bash

# The server of the Model Context Protocol: by the official client, and line by
# line. Each test has the store $DB of src.

CLIENT=$ROOT/build/parts/node_modules/@modelcontextprotocol/client
NODE=$ROOT/tests/mcp.mjs

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	mkdir src
	cp "$ROOT"/tests/tree/* src
	chunkify src | kvput $DB
}

# A line, with what each has.
request() { # request ID METHOD [PARAMS]
	jq -cn --arg id "$1" --arg method "$2" --argjson params "${3:-"{}"}" \
	    '{jsonrpc: "2.0", id: ($id | tonumber? // $id), method: $method, params: $params}'
}

# The same of the newer era.
modern() { # modern ID METHOD [PARAMS]
	request "$@" | jq -c '.params._meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
	    "io.modelcontextprotocol/clientCapabilities": {}}'
}

tool() { # tool NAME [ARGUMENTS]: the result
	modern 1 tools/call "{\"name\":\"$1\",\"arguments\":${2:-"{}"}}" | kvmcp $DB | jq -c .result
}

text() { # text NAME [ARGUMENTS]
	tool "$@" | jq -j '.content[0].text'
}

wrong() { # wrong NAME ARGUMENTS: why there is no answer
	tool "$@" | jq -r 'select(.isError and (has("structuredContent") | not)).content[0].text'
}

code() { # code: of the one answer to the standard input
	kvmcp $DB | jq -c '.error.code'
}

# One that stays: say LINE, and what it answers is in $answer.
start() {
	coproc SERVER { exec kvmcp "$@" 3>&-; }
}
say() {
	echo "$1" >&"${SERVER[1]}"
	read -r -t 20 answer <&"${SERVER[0]}"
}

# --- the official client --------------------------------------------------------------

by_client() { # by_client VERSION
	node "$NODE" "$CLIENT" "$1" "$(command -v kvmcp)" $DB >got
	jq -se --arg v "$1" '.[0] == {version: $v, server: "kvmcp", capabilities: {tools: {}}}' got
	jq -se '.[1] == ["definition", "outline", "read", "references", "search", "status"]' got
	jq -sj '.[2].text' got | diff - <(kvget -p -s path_normal $DB)
	jq -sj '.[3].text' got | diff - <(kvls --symbols $DB src/count.py)
	jq -sc '.[3].structured.hits[] | [.file_path, .start_line, .end_line, .kind, .scope, .name]' got |
	    diff - <(kvls --symbols --json $DB src/count.py | jq -c '[.file_path, .start_line, .end_line, .kind, .scope, .name]')
	jq -sj '.[4].lines' got | diff - src/path.c
	jq -se '.[5].text | test("^test.db: .*\nfiles: 10\n")' got
	jq -se '.[6] | .error and (.text | test("max_bytes"))' got
	jq -se '.[7].code == -32602' got
	jq -se '.[-4] == "cancelled" and .[-3].error and (.[-2].text | test("cannot tell"))' got
	jq -sj '.[-1].structured.hits[0].name' got | grep -x path_normal
}

@test "kvmcp: the official client, 2026-07-28" {
	by_client 2026-07-28
	[ "$(jq -s length got)" = 12 ]
}

@test "kvmcp: the official client, 2025-11-25" {
	by_client 2025-11-25
	jq -se '.[8] == {}' got
}

@test "kvmcp: the official client, 2025-06-18" {
	by_client 2025-06-18
	jq -se '.[8] == {}' got
}

# --- the protocol ---------------------------------------------------------------------

@test "kvmcp: 2026-07-28: discover, and what each result has" {
	modern 1 server/discover | kvmcp $DB >got
	jq -e '.id == 1 and .jsonrpc == "2.0" and (.result | .supportedVersions == ["2026-07-28"] and
	    .capabilities == {tools: {}} and .resultType == "complete" and .ttlMs >= 0 and .cacheScope == "private" and
	    (.instructions | length > 0) and ._meta["io.modelcontextprotocol/serverInfo"].name == "kvmcp")' got
	modern 1 tools/list | kvmcp $DB | jq -e '.result | .resultType == "complete" and .ttlMs >= 0 and has("cacheScope")'
	tool status | jq -e '.resultType == "complete" and .isError == false and
	    ._meta["io.modelcontextprotocol/serverInfo"].version != ""'
}

@test "kvmcp: 2026-07-28: what a request must say of itself" {
	local version=io.modelcontextprotocol/protocolVersion m
	for m in server/discover tools/list tools/call; do
		[ "$(request 1 $m | code)" = -32602 ]
		[ "$(modern 1 $m | jq -c 'del(.params._meta["io.modelcontextprotocol/clientCapabilities"])' | code)" = -32602 ]
		[ "$(modern 1 $m | jq -c ".params._meta[\"$version\"] = 7" | code)" = -32602 ]
		modern 1 $m | jq -c ".params._meta[\"$version\"] = \"1900-01-01\"" | kvmcp $DB |
		    jq -e '.error | .code == -32022 and .data == {supported: ["2026-07-28"], requested: "1900-01-01"}'
	done
	# what it no longer has
	[ "$(modern 1 ping | code)" = -32601 ]
	[ "$(modern 1 resources/list | code)" = -32601 ]
	[ "$(modern 1 tools/list '{"cursor":"x"}' | code)" = -32602 ]
}

@test "kvmcp: initialize: a known version is taken, else the latest is offered" {
	local v
	for v in 2025-06-18 2025-11-25 2024-11-05; do
		request 1 initialize "{\"protocolVersion\":\"$v\",\"capabilities\":{},\"clientInfo\":{\"name\":\"x\",\"version\":\"1\"}}" |
		    kvmcp $DB >got
		[ $v != 2024-11-05 ] || v=2025-11-25
		jq -e --arg v $v '.result | .protocolVersion == $v and .serverInfo.name == "kvmcp" and
		    .capabilities == {tools: {}} and (has("resultType") | not)' got
	done
	[ "$(request 1 initialize | code)" = -32602 ]
	[ "$(request 1 initialize '{"protocolVersion":1}' | code)" = -32602 ]
	[ "$(request 1 initialize '{"protocolVersion":"2025-06-18","capabilities":[]}' | code)" = -32602 ]
	# and after it nothing more has to be said, but can be
	{
		request 1 initialize '{"protocolVersion":"2025-06-18","capabilities":{}}'
		echo '{"jsonrpc":"2.0","method":"notifications/initialized"}'
		request 2 tools/list
		request three ping
		modern 4 tools/list
		modern 5 server/discover
		request 6 nope
	} | kvmcp $DB >got
	[ "$(jq -c .id got | xargs)" = "1 2 three 4 5 6" ]
	jq -se '.[1].result | has("tools") and (has("resultType") | not)' got
	jq -se '.[2].result == {} and .[3].result.resultType == "complete" and .[5].error.code == -32601' got
	# who tried the newer way may go the older one
	{ modern 1 server/discover; request 2 initialize '{"protocolVersion":"2025-11-25"}'; request 3 tools/list; } |
	    kvmcp $DB | jq -se 'length == 3 and all(has("result"))'
}

@test "kvmcp: the list of tools: few, fixed, read-only, closed, small" {
	modern 1 tools/list | kvmcp $DB >got
	[ "$(wc -c <got)" -lt 6000 ]		# bytes; some 3 are a token
	jq -e '.result.tools | length == 6 and all(.inputSchema.additionalProperties == false and
	    .outputSchema.type == "object" and .annotations.readOnlyHint and (.inputSchema.properties |
	    has("max_bytes") and has("cursor")))' got
	modern 1 tools/list | kvmcp $DB | diff got -
	# several stores: one can be named
	kvget -a $DB | kvput other
	modern 1 tools/list | kvmcp $DB other | jq -e '.result.tools | all(.inputSchema.properties.store.enum ==
	    ["test.db", "other"])'
}

@test "kvmcp: what is no request is refused, and the next one is answered" {
	refused() { # refused CODE LINE
		printf '%s\n' "$2" "$(request 9 ping)" | kvmcp $DB >got
		jq -se --argjson code "$1" 'length == 2 and .[0].error.code == $code and
		    (.[0].error.message | length > 0) and .[1] == {jsonrpc: "2.0", id: 9, result: {}}' got
	}
	refused -32700 '{'
	refused -32700 'hello'
	refused -32700 $'{"jsonrpc":"2.0","id":1,"method":"p\xffng"}'
	refused -32700 "$(printf '[%.0s' {1..5000})"
	refused -32700 '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'
	refused -32600 '[]'
	refused -32600 "[$(request 1 ping),$(request 2 ping)]"
	refused -32600 '"ping"'
	refused -32600 '{}'
	refused -32600 '{"jsonrpc":"2.0","id":null,"method":"ping"}'
	refused -32600 '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'
	refused -32600 '{"jsonrpc":"2.0","id":{},"method":"ping"}'
	refused -32600 '{"jsonrpc":"1.0","id":1,"method":"ping"}'
	refused -32600 '{"id":1,"method":"ping"}'
	refused -32600 '{"jsonrpc":"2.0","id":1,"method":7}'
	refused -32602 '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}'
	refused -32601 "$(request 1 "$(printf 'x%.0s' {1..5000})")"
	refused -32601 "$(request 1 $'a\e[2J')"
	# NULs
	printf '{"jsonrpc":"2.0",\0"id":1}\n%s\n' "$(request 9 ping)" | kvmcp $DB | jq -se '.[0].error.code == -32700 and .[1].id == 9'
	[ "$(modern 1 tools/call '{}' | code)" = -32602 ]
	[ "$(modern 1 tools/call '{"name":"nope"}' | code)" = -32602 ]
	[ "$(modern 1 tools/call '{"name":"status","arguments":[]}' | code)" = -32602 ]
	[ "$(modern 1 tools/call '{"name":"status\u0000"}' | code)" = -32602 ]
}

@test "kvmcp: a line that is too long is passed over, in little memory" {
	start $DB
	{ head -c 150000000 /dev/zero | tr '\0' a; echo; request 9 ping; } >&"${SERVER[1]}"
	read -r -t 20 answer <&"${SERVER[0]}"
	jq -e '.error.code == -32600 and (has("id") | not)' <<<"$answer"
	read -r -t 20 answer <&"${SERVER[0]}"
	jq -e '.id == 9 and .result == {}' <<<"$answer"
	[ "$(awk '/^VmHWM/ { print $2 }' /proc/$SERVER_PID/status)" -lt 100000 ]
	# one that is just not too long, and one without a newline
	{ printf '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"'
	    head -c 1000000 /dev/zero | tr '\0' a; printf '"}}'; } | kvmcp $DB | jq -e '.result == {}'
	{ head -c 2000000 /dev/zero | tr '\0' a; } | kvmcp $DB | jq -e '.error.code == -32600'
}

@test "kvmcp: notifications and answers get none; empty lines are passed over" {
	{
		echo '{"jsonrpc":"2.0","method":"notifications/initialized"}'
		echo '{"jsonrpc":"2.0","method":"ping"}'
		echo '{"jsonrpc":"2.0","method":"notifications/cancelled","params":7}'
		echo '{"jsonrpc":"2.0","id":1,"result":{}}'
		echo '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}'
		printf '\n \r\n'
	} | kvmcp $DB | diff /dev/null -
	run -0 kvmcp $DB </dev/null
	[ -z "$output" ]
	run -2 kvmcp $DB <.
	[ "$output" = "kvmcp: stdin: Is a directory" ]
}

@test "kvmcp: what is cancelled before it is answered gets no answer" {
	cancel() { echo "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":$1}}"; }
	{ modern 1 tools/call '{"name":"status"}'; modern x tools/call '{"name":"status"}'; request 3 ping
	    cancel 1; cancel '"x"'; cancel 7; cancel '"3"'; request 4 ping; } >asked
	kvmcp $DB <asked | jq -c .id | xargs | grep -x '3 4'
}

# --- the tools ------------------------------------------------------------------------

@test "kvmcp: definition: as kvget -p -s, with scope and path" {
	printf 'class A:\n    def f(self):\n        return 1\n\nclass B:\n    def f(self):\n        return 2\n' >two.py
	chunkify two.py | kvput $DB
	text definition '{"name":"f"}' | grep -c 'method' | grep -x 2
	text definition '{"name":"B.f"}' | head -1 | grep -x 'two.py:6-7 method B f'
	text definition '{"name":"A::f"}' | head -1 | grep -x 'two.py:2-3 method A f'
	text definition '{"name":"f","path":"./two.py"}' | grep -c method | grep -x 2
	[[ "$(wrong definition '{"name":"f","path":"src"}')" == "no definition of that name is stored at or below"* ]]
	[[ "$(wrong definition '{"name":"path_"}')" == "no definition of that name is stored;"* ]]
	[ "$(wrong definition '{"name":""}')" = '"name" is empty' ]
	tool definition '{"name":"B.f","structured":true}' | jq -ce '.structuredContent == {shown: 1, total: 1,
	    hits: [{file_path: "two.py", start_line: 6, end_line: 7, kind: "method", scope: "B", name: "f"}]}'
}

@test "kvmcp: outline: as kvls --symbols, of a file, a directory, or all" {
	text outline '{"path":"src/path.c"}' | diff - <(kvls --symbols -r src/path.c $DB)
	text outline '{"path":"./src//"}' | diff - <(kvls --symbols $DB)
	text outline | diff - <(kvls --symbols $DB)
	[[ "$(wrong outline '{"path":"nope"}')" == "nothing is stored at that path or below it"* ]]
	printf 'x\n' >none.md
	chunkify none.md | kvput $DB
	[ "$(text outline '{"path":"none.md"}')" = '[nothing]' ]
}

@test "kvmcp: read: all lines of a file, or some" {
	text read '{"path":"src/mem.c"}' | diff - src/mem.c
	text read '{"path":"src/mem.c","first_line":3,"last_line":5}' | diff - <(sed -n 3,5p src/mem.c)
	text read '{"path":"src/mem.c","first_line":3,"last_line":3000}' | diff - <(sed -n '3,$p' src/mem.c)
	[ "$(wrong read '{"path":"src/mem.c","first_line":5,"last_line":4}')" = '"last_line" is before "first_line"' ]
	[ "$(wrong read '{"path":"src/mem.c","first_line":5000}')" = "that file has $(wc -l <src/mem.c) lines" ]
	[[ "$(wrong read '{"path":"src"}')" == "that is a directory"* ]]
	[[ "$(wrong read '{"path":"nope"}')" == "no file of that path is stored"* ]]
	# no newline at the end; skipped; parts alone
	printf 'int a;\nint b;' >b.c
	printf 'int\0a;' >bin.c
	chunkify b.c bin.c | kvput $DB || true
	text read '{"path":"b.c"}' | diff - <(cat b.c; echo)
	[[ "$(wrong read '{"path":"bin.c"}')" == *": binary" ]]
	chunk part.c 10 text | kvput $DB
	[[ "$(wrong read '{"path":"part.c"}')" == "only parts of that file are stored"* ]]
}

@test "kvmcp: a path outside is not looked at" {
	echo 'secret' >secret
	ln -s ../secret src/link
	local p
	for p in secret ../secret /etc/passwd src/../secret src/link "$PWD/secret"; do
		[[ "$(wrong read "{\"path\":\"$p\"}")" == "no file of that path is stored"* ]]
	done
	# nor by a store that names it: of that it is only said what the store has
	{ begin; whole ../out text; whole link/x text; end 2 2; } | kvput odd
	{ begin; whole /etc/passwd text; end 1 1; } | kvput abs
	mkdir in
	echo changed | tee out >x
	ln -s .. in/link
	for p in ../out link/x; do
		modern 1 tools/call "{\"name\":\"read\",\"arguments\":{\"path\":\"$p\"}}" | kvmcp --root in odd |
		    jq -e '.result.content[0].text == "text\n"'
	done
	modern 1 tools/call '{"name":"read","arguments":{"path":"/etc/passwd"}}' | kvmcp --root / abs |
	    jq -e '.result.content[0].text == "text\n"'
}

@test "kvmcp: wrong arguments: what is wrong, and what to do" {
	[ "$(wrong status '{"x":1}')" = '"x" is not an argument of status, which takes: max_bytes, cursor, structured' ]
	[ "$(wrong definition '{}')" = '"name" is missing' ]
	[ "$(wrong definition '{"name":7}')" = '"name" is not a string' ]
	[ "$(wrong definition '{"name":"a\u0000b"}')" = '"name" holds a NUL' ]
	[ "$(wrong read '{"path":"a","first_line":0}')" = '"first_line" is not an integer from 1 to 9007199254740992' ]
	[ "$(wrong read '{"path":"a","first_line":1.5}')" = '"first_line" is not an integer from 1 to 9007199254740992' ]
	[ "$(wrong outline '{"structured":1}')" = '"structured" is neither true nor false' ]
	local n
	for n in 0 -1 1023 4194305 '"2000"' null; do
		[ "$(wrong outline "{\"max_bytes\":$n}")" = '"max_bytes" is not an integer from 1024 to 4194304' ]
	done
	[[ "$(wrong outline '{"store":"x"}')" == '"store" is not an argument of outline'* ]]
	# what a client sends is not obeyed by a terminal either
	[ "$(wrong status '{"\u001b[2J":1}')" = '"\x1b[2J" is not an argument of status, which takes: max_bytes, cursor, structured' ]
}

@test "kvmcp: max_bytes holds for the whole result, and pages add up to all of it" {
	local max long dir
	long=$(printf 'word %.0s' {1..250})
	printf '%s\n' 'int f(void)' '{' "	s = \"$long\";" "	t = \"\\\\\\\\\\\"\\\"é€😀é€😀\";" '}' >long.c
	cp long.c more.c
	dir=$(printf 'd%.0s' {1..250})
	mkdir "$dir"
	cp long.c "$dir"/$'odd\e"\\n.c'
	chunkify long.c more.c "$dir" | kvput $DB
	pages() { # pages MAX NAME ARGUMENTS: their texts on stdout
		local cursor= n=0 got out=pages.$BASHPID
		start $DB
		while
			say "$(modern 1 tools/call "$(jq -cn --arg name "$2" --argjson a "$3" --argjson max "$1" --arg c "$cursor" \
			    '{name: $name, arguments: ($a + {max_bytes: $max, structured: true} + if $c == "" then {} else {cursor: $c} end)}')")"
			got=$(jq -c .result <<<"$answer")
			[ "$(printf %s "$got" | wc -c)" -le "$1" ] || return
			jq -j '.content[0].text | gsub("\\[shown .*\\]\n$"; "")' <<<"$got" >>$out || return
			cursor=$(jq -r '.structuredContent.cursor // ""' <<<"$got")
			[ -n "$cursor" ]
		do
			[ $((++n)) -lt 100 ] || return
		done
		kill $SERVER_PID
		cat $out
		rm $out
	}
	for max in 1024 3000; do
		pages $max definition '{"name":"f"}' | tr -d '\n' | diff - <(text definition '{"name":"f","max_bytes":4000000}' | tr -d '\n')
		pages $max outline '{}' | diff - <(text outline '{"max_bytes":4000000}')
		pages $max read '{"path":"long.c"}' | tr -d '\n' | diff - <(tr -d '\n' <long.c)
	done
	# what there is in all is said
	tool outline '{"max_bytes":1024}' | jq -e --argjson n "$(kvls --symbols $DB | wc -l)" \
	    '.structuredContent | .total == $n and .shown < $n and .shown > 0 and (.cursor | length > 0)'
	text outline '{"max_bytes":1024}' | tail -1 | grep -qx "\[shown [0-9]* of $(kvls --symbols $DB | wc -l); more with cursor [0-9a-f.]*\]"
}

@test "kvmcp: a cursor of another state, another question, or none, is refused" {
	local cursor
	start $DB
	first() { say "$(modern 1 tools/call '{"name":"outline","arguments":{"max_bytes":1024}}')"
	    cursor=$(jq -r .result.structuredContent.cursor <<<"$answer"); }
	again() { say "$(modern 1 tools/call "{\"name\":\"${2:-outline}\",\"arguments\":{\"cursor\":\"$1\"${3:-}}}")"; }
	stale() { jq -e '.result.isError and (.result.content[0].text | test("cursor.*stale"))' <<<"$answer"; }
	first
	again "$cursor"
	jq -e '.result.isError == false' <<<"$answer"
	again "$cursor" status; stale
	again "$cursor" outline ',"path":"src"'; stale
	for c in '' x 0 1.2 "1$cursor" "$cursor " "+$cursor" 99999999999999999999.0.1; do
		again "$c"; stale
	done
	echo 'int more;' >more.c
	chunkify more.c | kvput $DB
	again "$cursor"; stale
	first
	again "$cursor"
	jq -e '.result.isError == false' <<<"$answer"
	# another store in its place
	kvget -a $DB | kvput new
	mv $DB old
	mv new $DB
	again "$cursor"; stale
	say "$(modern 1 tools/call '{"name":"status"}')"
	jq -e '.result.isError == false' <<<"$answer"
	mv $DB gone
	say "$(modern 1 tools/call '{"name":"status"}')"
	jq -e '.result.isError and (.result.content[0].text | test("could not be read"))' <<<"$answer"
	mv gone $DB
	say "$(modern 1 tools/call '{"name":"status"}')"
	jq -e '.result.isError == false' <<<"$answer"
}

@test "kvmcp: a store in SQLite: the same answers, and its cursors grow stale" {
	local cursor
	kvget -a $DB | kvput s.sqlite
	for q in '"definition","arguments":{"name":"path_normal"}' '"outline"' '"read","arguments":{"path":"src/mem.c"}'; do
		for db in $DB s.sqlite; do
			modern 1 tools/call "{\"name\":$q}" | kvmcp $db >got.$db
		done
		jq -e '.result.isError == false' got.$DB
		diff got.$DB got.s.sqlite
	done
	start s.sqlite
	say "$(modern 1 tools/call '{"name":"outline","arguments":{"max_bytes":1024}}')"
	cursor=$(jq -r .result.structuredContent.cursor <<<"$answer")
	again() { say "$(modern 1 tools/call "{\"name\":\"outline\",\"arguments\":{\"cursor\":\"$cursor\"}}")"; }
	again
	jq -e '.result.isError == false' <<<"$answer"
	echo 'int more;' >more.c
	chunkify more.c | kvput s.sqlite
	again
	jq -e '.result.isError and (.result.content[0].text | test("stale"))' <<<"$answer"
}

@test "kvmcp: what is written meanwhile is seen by the next request" {
	start $DB
	say "$(modern 1 tools/call '{"name":"definition","arguments":{"name":"later"}}')"
	jq -e .result.isError <<<"$answer"
	printf 'int later(void)\n{\n\treturn 1;\n}\n' >later.c
	chunkify later.c | kvput $DB
	say "$(modern 1 tools/call '{"name":"definition","arguments":{"name":"later"}}')"
	jq -e '.result.isError == false' <<<"$answer"
	# a new process answers the same
	[ "$(tool definition '{"name":"later"}')" = "$(jq -c .result <<<"$answer")" ]
}

@test "kvmcp: --root: what has changed since is marked" {
	local n
	n=$(kvls $DB | wc -l)
	rooted() { # rooted NAME ARGUMENTS
		modern 1 tools/call "{\"name\":\"$1\",\"arguments\":${2:-"{}"}}" | kvmcp --root . $DB | jq -j '.result.content[0].text'
	}
	for t in definition:'{"name":"path_normal"}' outline:'{}' read:'{"path":"src/path.c"}'; do
		[ "$(rooted "${t%%:*}" "${t#*:}")" = "$(text "${t%%:*}" "${t#*:}")" ]
	done
	rooted status | grep -x "changed or gone since: 0 of these files"
	echo >>src/path.c
	rm src/count.py
	rooted definition '{"name":"path_normal"}' | head -1 | grep -x 'src/path.c:[0-9-]* function path_normal \[changed since\]'
	rooted definition '{"name":"Counter.add"}' | head -1 | grep -x 'src/count.py:[0-9-]* method Counter add \[gone since\]'
	rooted outline '{"path":"src/count.py"}' | grep -c ' \[gone since\]$' | grep -x 4
	rooted outline '{"path":"src/mem.c"}' | grep -c since | grep -x 0
	rooted read '{"path":"src/path.c"}' | tail -1 | grep -x '\[the file is changed since it was stored\]'
	rooted status | grep -x "changed or gone since: 2 of these files"
	modern 1 tools/call '{"name":"definition","arguments":{"name":"path_normal","structured":true}}' | kvmcp --root . $DB |
	    jq -e '.result.structuredContent.hits[0].stale == "changed"'
	# without a tree nothing is said
	text definition '{"name":"path_normal"}' | grep -c since | grep -x 0
}

@test "kvmcp: several stores: each hit says where it is from" {
	mkdir b
	printf 'int path_normal;\n' >b/x.c
	chunkify -C b x.c | kvput other
	both() { # both NAME ARGUMENTS
		modern 1 tools/call "{\"name\":\"$1\",\"arguments\":$2}" | kvmcp --root . --root b $DB other | jq -c .result
	}
	both definition '{"name":"path_normal"}' | jq -j '.content[0].text' | grep '^\[' | cut -d: -f1 |
	    diff - <(printf '%s\n' '[test.db] src/path.c' '[other] x.c')
	both definition '{"name":"path_normal","store":"other","structured":true}' |
	    jq -e '.structuredContent | .total == 1 and .hits[0].store == "other"'
	both read '{"path":"x.c"}' | jq -e '.content[0].text == "int path_normal;\n"'
	both status '{}' | jq -e '.structuredContent.total == 2 and (.content[0].text | test("gone since: 0.*gone since: 0"; "m"))'
	both status '{"store":"x"}' | jq -e .isError
}

@test "kvmcp: names and text of any bytes: JSON, and nothing for a terminal" {
	printf 'int a; /* \e[2J \xff \x9b */\r\n' >$'o\xffd\e.c'
	chunkify $'o\xffd\e.c' | kvput $DB
	modern 1 tools/call '{"name":"outline","arguments":{"structured":true}}' | kvmcp $DB >got
	jq -e '.result.content[0].text | test("o\\\\xffd\\\\x1b\\.c:1: variable a")' got
	jq -e '.result.structuredContent.hits | any(has("file_path_base64"))' got
	run ! grep -q $'[\e\x9b\xff\r]' got
	printf '/* \e[2J \xff \x9b */\r\nint b;\r\n' >b.c
	chunkify b.c | kvput $DB
	text read '{"path":"b.c"}' | diff - <(printf '%s\n' '/* \x1b[2J \xff \x9b */' 'int b;')
}

@test "kvmcp: a damaged store: the answer says so, standard output has nothing else" {
	head -c 40000 /dev/urandom >$DB/sym.db
	modern 1 tools/call '{"name":"definition","arguments":{"name":"f"}}' | kvmcp $DB 2>said >got
	jq -se 'length == 1 and .[0].result.isError and (.[0].result.content[0].text | test("could not be read"))' got
	grep -q '^kvmcp: test.db/sym.db: ' said
}

@test "kvmcp: no store, usage, a full disk" {
	run -2 kvmcp
	[ "$output" = "kvmcp: which store? DB is missing (see kvmcp --help)" ]
	run -2 kvmcp nope
	[ "$output" = 'kvmcp: nope: No such file or directory ("chunkify PATH | kvput nope" makes a store)' ]
	run -2 kvmcp $DB nope
	run -2 kvmcp --root nope $DB
	[ "$output" = "kvmcp: nope: No such file or directory" ]
	run -2 kvmcp --root . --root . --root . $DB $DB
	run -2 pipe "echo '$(request 1 ping)' | kvmcp $DB >/dev/full"
	[ "$output" = "kvmcp: standard output: No space left on device" ]
}

# --- search ---------------------------------------------------------------------------

# Where each hit is.
places() { jq -r '.structuredContent.hits[] | "\(.file_path):\(.start_line)"'; }

@test "kvmcp: search: words give kvfind's hits, in its order; the lines say why" {
	tool search '{"words":"normal path","structured":true}' | places >got
	kvfind --json -n 100 $DB normal path | jq -r 'select(.file_path) | "\(.file_path):\(.start_line)"' | diff - got
	[ -s got ]
	text search '{"words":"normal path"}' | head -2 | grep 'function path_normal$'
	text search '{"words":"normal path"}' | grep -q '^ *[0-9]*  .*path_normal('
	tool search '{"words":"add","language":"python","structured":true}' | places | grep -c . | grep -x "$(kvfind --json -n 100 --lang python $DB add | grep -c file_path)"
	tool search '{"words":"add","path":"src/count.py","structured":true}' | places | grep -vc '^src/count.py:' | grep -x 0
}

@test "kvmcp: search: a literal and a regex give kvfind's lines" {
	text search '{"literal":"return"}' | sed 's/^\([^:]*:[0-9]*:\) /\1/; /^\[shown/d' >got
	kvfind -F return $DB | grep -v '^[^:=]*=[0-9]*=' | head -n "$(wc -l <got)" | diff - got
	text search '{"regex":"^def +main","max_bytes":4096}' | grep -x 'src/count.py:[0-9]*: def main.*'
	tool search '{"literal":"RETURN","ignore_case":true}' | jq -e '.structuredContent.total > 0'
	[ "$(tool search '{"literal":"x = \"","structured":true,"kind":"nope"}' | jq .isError)" = true ]
}

@test "kvmcp: search: within its bytes, going on where it ended, until all are told" {
	local all cursor= n=0
	all=$(text search '{"literal":"e","max_bytes":4000000}')
	[ "$(wc -l <<<"$all")" -gt 50 ]
	start $DB
	while [ $((++n)) -lt 100 ]; do
		say "$(modern 1 tools/call "{\"name\":\"search\",\"arguments\":{\"literal\":\"e\",\"max_bytes\":1024$cursor}}")"
		[ "$(jq -c .result <<<"$answer" | wc -c)" -le 1025 ]
		jq -j '.result.content[0].text' <<<"$answer" | sed '/^\[shown/d' >>told
		cursor=$(jq -r '.result.structuredContent.cursor // empty' <<<"$answer")
		[ -n "$cursor" ] || break
		cursor=",\"cursor\":\"$cursor\""
	done
	[ $n -gt 3 ]
	[ $n -lt 100 ]
	diff <(echo "$all") told
}

@test "kvmcp: search: what cannot be asked is said; what has changed is marked" {
	wrong search '{}' | grep -x 'one of "words", "literal" and "regex"'
	wrong search '{"words":"a","literal":"b"}' | grep -q 'one of'
	wrong search '{"words":"++"}' | grep 'no word in the query'
	wrong search '{"literal":""}' | grep 'empty'
	wrong search '{"regex":"("}' | grep -q .
	wrong search '{"words":"zzzzqqqq"}' | grep -x 'nothing found'
	wrong search '{"literal":"zzzzqqqq","path":"src"}' | grep 'at or below that path'
	wrong search '{"words":"a","nope":1}' | grep 'not an argument of search'
	echo >>src/path.c
	modern 1 tools/call '{"name":"search","arguments":{"words":"normal path","path":"src/path.c"}}' | kvmcp --root . $DB |
	    jq -j '.result.content[0].text' | head -1 | grep 'changed since'
}

@test "kvmcp: search: the ten best for words, and it says so" {
	local i
	for i in $(seq 12); do
		printf 'int lock_%d(void)\n{\n\treturn %d;\n}\n' "$i" "$i" >"$i.c"
	done
	chunkify *.c | kvput $DB
	text search '{"words":"lock","max_bytes":8192}' >out
	grep -qF '[the 10 best; narrow the query for others]' out
	text search '{"words":"lock","path":"12.c"}' >out
	grep -q '^12\.c:1-4 function lock_12' out
	! grep -qF 'narrow the query' out
}

@test "kvmcp: references: uses, callers and callees, as kvget finds them" {
	chunkify --refs src | kvput $DB
	text references '{"name":"memmove"}' | grep -x 'src/path.c:[0-9]*-[0-9]* function path_normal: call'
	text references '{"name":"memmove","direction":"callers"}' | grep -x 'src/path.c:[0-9]*-[0-9]* function path_normal'
	text references '{"name":"path_normal","direction":"callees"}' | grep 'undefined memmove'
	tool references '{"name":"memmove","structured":true}' |
	    jq -e '.structuredContent.hits[0] | .file_path == "src/path.c" and .name == "path_normal" and .kind == "function"'
	text references '{"name":"memmove"}' | grep 'by name alone: 0 definitions'
	# All of them, in answers of any size.
	[ "$(tool references '{"name":"memmove","max_bytes":1024}' | wc -c)" -le 1300 ]
	wrong references '{"name":"memmove","direction":"up"}' | grep 'uses, callers or callees'
	wrong references '{"name":"zzz"}' | grep 'no reference found; 0 definitions'
	wrong references '{"name":"memmove","path":"src/count.py"}' | grep 'at or below'
	wrong references '{"name":""}' | grep empty
	chunkify src | kvput plain.db
	modern 1 tools/call '{"name":"references","arguments":{"name":"memmove"}}' | kvmcp plain.db |
	    jq -e '.result | .isError and (.content[0].text | test("cannot tell"))'
}
