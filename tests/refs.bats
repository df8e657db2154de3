load helper.bash

# Where names are used: chunkify --refs, and who asks for it.

# The uses in a stream, by their places.
uses() {
	jq -r 'select(.refs) | .refs | to_entries[] | .key as $kind | .value | to_entries[] |
	    .key as $name | .value[] | "\(.) \($kind) \($name)"' | sort -n
}

golden() { # golden DIRECTORY
	chunkify --refs -j1 --max-size 400 -C "$1" "$(basename "$1"/input.*)" | uses
}

# After a change for the better: GOLDEN=1 make check, and read the diff.
@test "chunkify --refs: the uses of each language are as read and accepted" {
	local dir lang n=0
	for dir in "$ROOT"/tests/lang/*/; do
		[ -z "${GOLDEN:-}" ] || golden "$dir" >"$dir/refs"
		[ ! -s "${GOLDEN:+$dir/refs}" ] || :
		golden "$dir" >out
		if [ -n "${GOLDEN:-}" ] && [ ! -s "$dir/refs" ]; then
			rm "$dir/refs"
		fi
		[ ! -s out ] && [ ! -e "$dir/refs" ] && continue
		diff -u "$dir/refs" out
		n=$((n + 1))
	done
	[ $n -ge 30 ]
}

@test "chunkify --refs: at each byte the file has the name, each use once, in order" {
	for dir in "$ROOT"/tests/lang/*/; do
		for mode in --max-size=60 --definitions; do
			chunkify --refs $mode -C "$dir" "$(basename "$dir"/input.*)" >out
			/usr/bin/python3 - "$dir"/input.* out <<-'END'
			import json, sys
			text = open(sys.argv[1], 'rb').read()
			seen = set()
			for line in open(sys.argv[2], 'rb'):
			    r = json.loads(line)
			    assert list(r.get('refs', {})) == [k for k in ('call', 'type', 'use') if k in r.get('refs', {})]
			    for kind, names in r.get('refs', {}).items():
			        assert list(names) == sorted(names, key=str.encode), names
			        for name, places in names.items():
			            assert places == sorted(places) and places
			            for at in places:
			                assert at not in seen, at
			                seen.add(at)
			                assert r['byte_start'] <= at < r['byte_end']
			                assert text[at:].startswith(name.encode()), (name, at)
			END
		done
	done
}

@test "chunkify --refs: parameters, variables, a definition's own name and members are no uses" {
	cat >a.c <<-'END'
	int limit;
	#define TWICE(x) add(x, limit)
	static int add(int a, int b) { int limit = a; return limit + b + other; }
	struct s { int field; };
	int run(struct s *s, int (*fn)(int)) { s->field = fn(add(1, TWICE(2))); return s->open(x); }
	struct ops o = { .open = run };
	END
	chunkify --refs a.c | uses | cut -d' ' -f2- >out
	diff - out <<-'END'
	call add
	use limit
	use other
	type s
	call add
	call TWICE
	call open
	use x
	type ops
	use run
	END
}

@test "chunkify --refs: what the parser is not shown is read all the same" {
	printf 'int f(void)\n{\n\tfor_each_thing(x, head)\n\t\tuse(x);\n\treturn 0;\n}\n' >a.c
	[ "$(chunkify --refs a.c | uses | head -n 1)" = "15 call for_each_thing" ]
}

@test "chunkify --refs: it is an option of the store; without it there are none" {
	cp "$ROOT"/tests/tree/path.c .
	run -1 grep refs <(chunkify path.c)
	chunkify --refs path.c | head -n 1 | grep ' refs '
	chunkify path.c | kvput $DB
	kvls --manifest $DB | chunkify --refs --unchanged - path.c 2>/dev/null | kvput $DB
	kvget $DB path.c:10 | grep '"refs":{"call":{"memmove":\[328\],"strcspn":\[224\]}}'
}

@test "kvput: refs that are not where they say, not in order or of no kind are refused" {
	cp "$ROOT"/tests/tree/path.c .
	chunkify --refs path.c >good
	kvput $DB <good
	for change in s/328/327/ s/\"strcspn\"/\"strcspm\"/ 's/"memmove":\[328\],"strcspn":\[224\]/"strcspn":[224],"memmove":[328]/' \
	    's/\[328\]/[]/' 's/"call":{"mem/"cold":{"mem/' 's/\[328\]/[328,328]/' 's/"refs":{"call":{[^}]*}}/"refs":{}/' \
	    's/\[328\]/328/' 's/"refs":{[^}]*}}/"refs":7/'; do
		sed "$change" good >bad
		! cmp -s good bad
		run -2 --separate-stderr kvput $DB <bad
		[[ $stderr == *refs* ]]
	done
	# However it is written, it is stored as it would be.
	kvget $DB path.c >one
	jq -c . good | sed 's/\],"/] , "/g' | kvput other.db
	kvget other.db path.c | sed 's/,"created_at":[0-9]*//' |
	    diff <(sed 's/,"created_at":[0-9]*//' one) -
}

@test "refs are in every store alike, and SQL reads them" {
	chunkify --refs -C "$ROOT" tests/tree tests/lang >stream
	for engine in bdb sqlite; do
		kvput --engine $engine $engine.db <stream
		kvget -a $engine.db | sed 's/,"\(created_at\|stored_at\)":[0-9]*//g' >$engine
		kvls --check $engine.db
	done
	cmp bdb sqlite
	kvget -a bdb.db | kvput again.sqlite
	kvget -a again.sqlite | cmp - <(kvget -a bdb.db)
	[ "$(sqlite3 sqlite.db "SELECT file_path, key FROM code_chunks, json_each(refs, '\$.call')
	    WHERE file_path = 'tests/tree/path.c'" | xargs)" = "tests/tree/path.c|memmove tests/tree/path.c|strcspn" ]
}

# Two files: what calls what.
tree() {
	mkdir -p src/sub
	cat >src/a.c <<-'END'
	int low(int x) { return x; }
	int mid(int x)
	{
		return low(x) + low(x + 1);
	}
	int idle(void) { return 0; }
	END
	cat >src/sub/b.c <<-'END'
	int top(void)
	{
		return mid(1) + top() + outside(2);
	}
	struct ops o = { .f = low };
	END
}

@test "kvget --refs: where a name is used, by kind, place and definition around it" {
	tree
	chunkify --refs src | kvput $DB
	kvget --refs low $DB >out
	diff - out <<-'END'
	{"type":"name","name":"low","definitions":1,"found":3}
	{"type":"ref","file_path":"src/a.c","name":"low","kind":"call","byte_start":53,"line":4,"symbol_name":"mid","symbol_kind":"function","scope":null}
	{"type":"ref","file_path":"src/a.c","name":"low","kind":"call","byte_start":62,"line":4,"symbol_name":"mid","symbol_kind":"function","scope":null}
	{"type":"ref","file_path":"src/sub/b.c","name":"low","kind":"use","byte_start":76,"line":5,"symbol_name":"o","symbol_kind":"variable","scope":null}
	END
	kvget -p --refs low $DB src/sub >out
	[ "$(cat out)" = "src/sub/b.c:5: variable o: struct ops o = { .f = low };" ]
	[ "$(kvget --refs low -r src/sub $DB | wc -l)" = 2 ]
}

@test "kvget --callers, --callees: trees of them, in which each name comes once" {
	tree
	chunkify --refs src | kvput $DB
	kvget -p --callers low --depth 9 $DB >out
	diff - out <<-'END'
	function mid  src/a.c:4
	  function top  src/sub/b.c:3
	    function top  src/sub/b.c:3
	END
	kvget -p --callees top --depth 2 $DB >out
	diff - out <<-'END'
	function mid  src/a.c:2
	  function low  src/a.c:1
	function top  src/sub/b.c:1
	outside  src/sub/b.c:3 (not defined here)
	END
	kvget --callees top $DB | jq -c '[.type, .name, .depth, .called_by]' >out
	diff - out <<-'END'
	["name","top",null,null]
	["definition","mid",1,"top"]
	["definition","top",1,"top"]
	["ref","outside",1,"top"]
	END
}

@test "kvget --refs: nothing found is 1, a store that cannot tell is 2" {
	tree
	chunkify --refs src | kvput $DB
	run -1 --separate-stderr kvget -p --refs idle $DB
	[ "$stderr" = "kvget: idle: no reference found" ]
	[ -z "$output" ]
	run -1 --separate-stderr kvget --refs nothing $DB
	[ "$output" = '{"type":"name","name":"nothing","definitions":0,"found":0}' ]
	chunkify src | kvput plain.db
	for how in --refs --callers --callees; do
		run -2 --separate-stderr kvget $how low plain.db
		[[ $stderr == "kvget: low: cannot tell: "*"chunkify --refs"* ]]
		[ -z "$output" ]
	done
}

@test "kvget --refs: says what a reading of the whole store says, however it came about" {
	local name
	chunkify --refs -C "$ROOT" tests/lang tests/tree tests/unit common/record >stream
	kvput $DB <stream
	# In another order, in several runs, with what is old: the same.
	mkdir -p old && cp "$ROOT"/common/record/*.c old
	sed -i 's/record/other/g' old/*.c
	(cd old && chunkify --refs . | sed 's/"file_path":"/&common\/record\//') |
	    kvput --engine sqlite other.db
	for dir in common/record tests/unit tests/tree tests/lang; do
		chunkify --refs -C "$ROOT" $dir | kvput other.db
	done
	kvls --check $DB
	kvls --check other.db
	jq -r 'select(.refs) | .file_path as $f | .refs | to_entries[] | .key as $k | .value |
	    to_entries[] | .key as $n | .value[] | "\($n) \($f) \(.) \($k)"' stream | LC_ALL=C sort >all
	for name in record_read run self x main Shape T std name 'print' free; do
		sed -n "s/^$name //p" all | sort >want
		for db in $DB other.db; do
			{ kvget --refs "$name" $db || :; } | jq -r 'select(.type == "ref") |
			    "\(.file_path) \(.byte_start) \(.kind)"' | sort | diff want -
		done
	done
	# The line, and the innermost definition that holds the byte.
	kvget --refs free $DB | sed 1d >refs
	[ "$(wc -l <refs)" -gt 5 ]
	kvls --symbols --json $DB | /usr/bin/python3 -c '
import json, sys
defs = {}
for line in sys.stdin:
    d = json.loads(line)
    defs.setdefault(d["file_path"], []).append(d)
for line in open("refs"):
    r = json.loads(line)
    text = open(sys.argv[1] + "/" + r["file_path"], "rb").read()
    assert text.count(b"\n", 0, r["byte_start"]) + 1 == r["line"]
    around = [d for d in defs[r["file_path"]] if d["byte_start"] <= r["byte_start"] < d["byte_end"]]
    inner = max(around, key=lambda d: d["byte_start"], default={"name": None})
    assert inner["name"] == r["symbol_name"], r
' "$ROOT"
}

@test "kvget --refs: a file that changed or went takes its references along; killed writers as well" {
	tree
	chunkify --refs src | kvput $DB
	sed -i 's/low(x + 1)/idle()/' src/a.c
	chunkify --refs src | kvput $DB
	[ "$(kvget --refs low $DB | wc -l)" = 3 ]
	[ "$(kvget --refs idle $DB | wc -l)" = 2 ]
	kvdel $DB src/a.c
	[ "$(kvget --refs low $DB | wc -l)" = 2 ]
	run -1 kvget --refs idle $DB
	kvls --check $DB
}

@test "kvget --refs: names and paths of any length" {
	local long=$(printf 'x%.0s' $(seq 200))
	mkdir -p "$long"/{1,2}
	printf 'int f(void) { return %sa() + %sb(); }\n' "$long" "$long" | tee "$long"/1/a.c >"$long"/2/a.c
	chunkify --refs "$long" | kvput $DB
	[ "$(kvget --refs "${long}a" $DB | wc -l)" = 3 ]
	[ "$(kvget -p --refs "${long}b" $DB | grep -c ': function f: int f')" = 2 ]
	kvls --check $DB
}

@test "kvls --check: what the index says of references is held against the chunks" {
	tree
	chunkify --refs src | kvput --engine sqlite s.db
	kvls --check s.db
	sqlite3 s.db "UPDATE chunk SET refs = NULL, sum = sum WHERE refs LIKE '%outside%'"
	run -1 kvls --check s.db
}

@test "kvls --unused: definitions whose names are used nowhere, in the order of files" {
	tree
	printf 'def used(): pass\ndef lonely(): used()\nclass A:\n    def __init__(self): pass\nA()\n' >src/m.py
	printf 'int main(void) { return 0; }\nint test_x(void) { return 0; }\n' >src/test_m.c
	printf '# Heading\n\ntext\n' >src/r.md
	chunkify --refs src | kvput $DB
	kvls --unused $DB >out
	diff - out <<-'END'
	src/a.c:6: function idle
	src/m.py:2: function lonely
	src/sub/b.c:5: variable o
	END
	[ "$(kvls --unused $DB src/sub)" = "src/sub/b.c:5: variable o" ]
	[ "$(kvls --unused --json $DB | jq -r .name | xargs)" = "idle lonely o" ]
	chunkify src | kvput plain.db
	run -2 --separate-stderr kvls --unused plain.db
	[[ $stderr == *"cannot tell"* ]]
	run -2 kvls --map plain.db
}

@test "kvls --unused: is what the stream says, of every language" {
	chunkify --refs -C "$ROOT/tests/lang" . >stream
	kvput $DB <stream
	kvls --unused --json $DB | jq -r '"\(.file_path) \(.name)"' | sort >got
	/usr/bin/python3 - stream <<-'END' | sort >want
	import json, re, sys
	chunks = [json.loads(l) for l in open(sys.argv[1], 'rb')]
	chunks = [c for c in chunks if c['type'] == 'chunk']
	used = {n for c in chunks for names in c.get('refs', {}).values() for n in names}
	languages = {c['language'] for c in chunks if 'refs' in c}
	for c in chunks:
	    for d in c['symbols']:
	        if c['language'] in languages and d['name'] not in used and d['name'] != 'main' and \
	           not re.fullmatch('__.*__', d['name']) and 'test' not in d.get('labels', []) and \
	           not re.search(r'[ :.<>()\[\]=+*/%&|^!~,;"\\-]', d['name']):
	            print(c['file_path'], d['name'])
	END
	[ "$(wc -l <got)" -gt 50 ]
	diff want got
}

@test "kvls --map: the most used first, never more than was asked for" {
	local n
	chunkify --refs -C "$ROOT" common cmd | kvput $DB
	kvls --map $DB >all
	grep -qx '  void buf_add(struct buf \*b, const void \*p, size_t n)' all ||
	    grep -q '^  .*buf_add(' all
	for n in 100 200 333 1000 4000 8000 100000; do
		kvls --map --max-bytes $n $DB >out
		[ "$(wc -c <out)" -le $n ]
		tail -n 1 out | grep '^([0-9]* of [0-9]* that are used)$'
	done
	[ "$(kvls --map --max-bytes 4000 $DB | wc -c)" -gt 3500 ]
	# Paths in order, each once; below one alone.
	grep -v '^[( ]' all | LC_ALL=C sort -cu
	kvls --map -r cmd/kvls $DB | grep -v '^[( ]' >out
	! grep -v '^cmd/kvls/' out
	run -2 kvls --map --max-bytes 99 $DB
}
