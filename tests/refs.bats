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
