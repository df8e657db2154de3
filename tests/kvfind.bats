load helper.bash

# A store of a small tree in several languages.
tree() {
	mkdir -p src/net src/io
	cat >src/net/socket.c <<-'END'
	#include <sys/socket.h>

	/* Wait until the peer answers. */
	int
	socket_connect(int fd)
	{
		int tries = 3;

		while (tries-- > 0)
			if (connect_once(fd) == 0)
				return 0;
		return -1;
	}

	static int
	socket_close(int fd)
	{
		return close(fd);
	}
	END
	cat >src/io/Reader.java <<-'END'
	class LineReader {
	    String readLine(Buffer buffer) {
	        buffer.fill();
	        return buffer.takeUntil('\n');
	    }
	    void reset() { position = 0; }
	}
	END
	cat >src/io/cache.py <<-'END'
	class Cache:
	    def caching(self, key):
	        """Look a key up."""
	        return self.entries[key]
	END
	chunkify src | kvput $DB
}

@test "kvfind: words find parts of names, in any case, whatever their endings" {
	tree
	first() { kvfind --json -n 1 --kind "$@" | jq -r '.name // .symbol_name'; }
	[ "$(first function $DB connect)" = socket_connect ]
	[ "$(first function $DB CONNECTING Sockets)" = socket_connect ]
	[ "$(first function $DB socketConnect)" = socket_connect ]
	[ "$(first method $DB 'reads lines')" = readLine ]
	[ "$(first method $DB readline)" = readLine ]
	[ "$(first method $DB caches)" = caching ]
	[ "$(first function $DB socket close)" = socket_close ]
	[ "$(kvfind --paths $DB the peers answered)" = src/net/socket.c ]
	# in the header alone: the path
	[ "$(kvfind --paths $DB net)" = src/net/socket.c ]
}

@test "kvfind: for people there is a heading, the signature and the best lines" {
	tree
	kvfind -n 1 --kind function $DB tries once >out
	[ "$(sed -n 1p out | sed 's/([0-9.]*)$/(N)/')" = "src/net/socket.c:4-13 function socket_connect (N)" ]
	sed 1d out | diff - <(printf '%s\n' '      4  int socket_connect(int fd)' '      7  int tries = 3;' \
	    '      9  while (tries-- > 0)' '     10  if (connect_once(fd) == 0)')
}

@test "kvfind: the words are marked on a terminal, unless NO_COLOR says otherwise" {
	tree
	TERM=xterm script -qec "kvfind -n 1 --kind function $DB tries" /dev/null >out
	grep -q $'\e\[1;31mtries\e\[m' out
	TERM=xterm NO_COLOR=1 script -qec "kvfind -n 1 $DB tries" /dev/null >out
	grep -q tries out
	! grep $'\e' out
	kvfind $DB tries >out
	! grep $'\e' out
	TERM=xterm script -qec "kvfind -F tries $DB" /dev/null >out
	grep -q $'\e\[1;31mtries\e\[m' out
}

@test "kvfind: nothing that is stored is obeyed by a terminal" {
	{ begin; whole $'a\e]0;x' $'lock \e[2J \xc2\x9b x\n'; end 1 1; } | kvput $DB
	kvfind $DB lock >out
	script -qec "kvfind -F lock $DB; kvfind --paths $DB lock; kvfind -t $DB lock" /dev/null | cat out - >all
	! LC_ALL=C grep $'\e[^[]\|\e\[2\|\xc2\x9b' all
	[ "$(grep -c '\\x1b\[2J \\u009b' all)" = 3 ]
	# in a pipe lines are as they are
	kvfind -t -F lock $DB | cmp - <(printf 'lock \e[2J \xc2\x9b x\n')
}

@test "kvfind: --json has the records of kvget, with score and words" {
	tree
	kvfind --json $DB connect >out
	[ -s out ]
	while read -r line; do
		jq -e '.score > 0 and (.why | keys == ["connect"]) and .why.connect > 0' <<<"$line"
		case $(jq -r .type <<<"$line") in
		definition)	kvget -s "$(jq -r .name <<<"$line")" $DB ;;
		chunk)		kvget $DB "$(jq -r .file_path <<<"$line")" ;;
		esac | jq -cS . | grep -qxF "$(jq -cS 'del(.score, .why)' <<<"$line")"
	done <out
	kvfind -t -n 1 --kind method $DB readLine | diff - <(kvget -t -s readLine $DB; echo)
}

@test "kvfind: equal scores come by path and place, and hits do not overlap" {
	{
		begin
		for p in b a c; do whole "$p" $'lock it now, please\n' $'lock it now, please\n'; done
		end 3 6
	} | kvput $DB
	[ "$(kvfind --json $DB lock | jq -c '[.file_path, .byte_start]' | xargs)" = \
	    '[a,0] [a,20] [b,0] [b,20] [c,0] [c,20]' ]
	DB=$DB-tree
	tree
	kvfind --json -n 100 $DB line reader buffer socket int |
	    jq -s '[.[] | {f: .file_path, s: .byte_start, e: .byte_end}] | . as $all |
	    [range(length) as $i | range($i) as $k | select($all[$i].f == $all[$k].f and
	    $all[$i].s < $all[$k].e and $all[$k].s < $all[$i].e)] | length' | grep -x 0
}

@test "kvfind: path, language, kind and label are looked at before ranking" {
	tree
	[ "$(kvfind --paths --in src/io $DB int line socket)" = src/io/Reader.java ]
	[ "$(kvfind --paths --in ./src//net/ $DB int line socket)" = src/net/socket.c ]
	[ "$(kvfind --paths --in . $DB socket)" = src/net/socket.c ]
	[ "$(kvfind --paths --lang python $DB self reader)" = src/io/cache.py ]
	[ "$(kvfind --json --kind method $DB line cache | jq -r '.kind // .symbol_kind' | sort -u)" = method ]
	[ "$(kvfind --paths -l c $DB line self tries)" = src/net/socket.c ]
	[ "$(kvfind --paths -l '!c' -l '!java' $DB line self tries)" = src/io/cache.py ]
	run -1 kvfind -l c -l '!c' $DB tries
	run -1 kvfind --in nope $DB socket
	# lines, too
	[ "$(kvfind --lang java -F return $DB | wc -l)" = 2 ]
	[ "$(kvfind --in src/io --paths -F return $DB | wc -l)" = 2 ]
	[ "$(kvfind --kind method --paths -F return $DB | xargs)" = "src/io/Reader.java src/io/cache.py" ]
}

@test "kvfind: -n is the most there are" {
	tree
	[ "$(kvfind --json -n 1 $DB int line key | wc -l)" = 1 ]
	{ begin; for i in $(seq 30); do whole "$i" 'lock it'; done; end 30 30; } | kvput db2
	[ "$(kvfind --json db2 lock | wc -l)" = 10 ]
	[ "$(kvfind --json -n 25 db2 lock | wc -l)" = 25 ]
	[ "$(kvfind --paths -n 25 db2 lock | wc -l)" = 25 ]
	[ "$(kvfind -n 7 -t -F lock db2 | wc -l)" = 7 ]
	[ "$(kvfind -n 7 -c -F lock db2 | wc -l)" = 7 ]
	run -2 kvfind -n 0 db2 lock
}

# bats test_tags=long
@test "kvfind: --max-bytes is never exceeded, and what is left out is said" {
	local form max n all
	{ begin; for i in 1 2 3; do whole "$i" "lock $(printf "%0$((i * 40))d" 0)"; done; end 3 3; } | kvput $DB
	for form in '' -t --json --paths -0 '-F lock' '-F lock -c' '-F lock --json'; do
		query="$DB"
		[[ $form == -F* ]] || query="$DB lock"
		all=$(kvfind $form $query | wc -c)
		for max in 0 1 8 30 50 70 100 150 200 300 $((all - 1)) $all $((all + 1)); do
			run -0 --separate-stderr pipe "kvfind --max-bytes $max $form $query >out"
			n=$(wc -c <out)
			[ "$n" -le "$max" ]
			if [ "$max" -ge "$all" ]; then
				[ "$n" = "$all" ]
				[ -z "$stderr" ]
			elif ! tail -n 1 out | grep '^more: [1-9]\|{"type":"more","hits":[1-9]'; then
				[[ "$stderr" =~ ^kvfind:\ [1-9][0-9]*\ more\ do\ not\ fit$ ]]
			fi
		done
	done
	# every hit is printed or counted; a short one behind a long one is printed
	kvfind --json --max-bytes 600 $DB lock >out
	[ "$(jq -s '[.[] | select(.type == "more").hits // 1] | add' out)" = 3 ]
	kvfind -t --max-bytes 150 $DB lock >out
	[ "$(tail -c 8 out)" = 'more: 1' ] || cat out
}

@test "kvfind: -F and -E find the lines that grep does" {
	local p
	cp -R "$ROOT/tests/tree" "$ROOT/tests/lang" .
	chunkify tree lang 2>/dev/null | kvput $DB
	kvls -0 $DB | sort -z >paths
	grepped() { xargs -0 env LC_ALL=C.UTF-8 grep -aHn "$@" -- <paths | LC_ALL=C sort || true; }
	found() { kvfind "$@" $DB | grep -av '^[^:=]*=[0-9]*=' | LC_ALL=C sort; }
	for p in 'return' '"' '\' '	' '(' 'é' 'class ' 'x = ' '*/' '\n'; do
		diff <(found -F "$p") <(grepped -F -e "$p")
		diff <(found -i -F "$p") <(grepped -i -F -e "$p")
		diff <(found -w -F "$p") <(grepped -w -F -e "$p")
	done
	for p in '^#' '^$' ';$' 'a|b' '[^a-z]+' '(a+)+$' '\bint\b' '[[:upper:]]{3}' \
	    'x*' '^[^"]*$' '\w+\(' '=[^=]*=' '\s$' 'é+' '.{60}'; do
		diff <(found -E "$p") <(grepped -P -e "$p")
	done
	diff <(kvfind -c -F return $DB | LC_ALL=C sort) \
	    <(xargs -0 grep -c return <paths | grep -v ':0$' | LC_ALL=C sort)
	diff <(kvfind --paths -F return $DB | sort) <(xargs -0 grep -l return <paths | sort)
	diff <(kvfind -0 -F return $DB | sort -z) <(xargs -0 grep -lZ return <paths | sort -z)
	diff <(kvfind -t -E 'ret.rn' $DB | LC_ALL=C sort) <(xargs -0 grep -ha 'ret.rn' <paths | LC_ALL=C sort)
}

@test "kvfind: -F finds what goes over the border of chunks" {
	{
		begin
		whole a 'one tw' 'o three' $'\nfo' 'u' 'r "fi' 've'
		whole b 'tw'
		whole c 'o'
		end 3 8
	} | kvput $DB
	[ "$(kvfind -t -F two $DB)" = 'one two three' ]
	[ "$(kvfind -c -F four $DB)" = a:1 ]
	[ "$(kvfind -F 'r "five' $DB)" = 'a:2:four "five' ]
	[ "$(kvfind -c -E '^f.*e$' $DB)" = a:1 ]
	# over the end of a line: the one it begins in
	[ "$(kvfind -F $'three\nfour' $DB)" = 'a:1:one two three' ]
	# words, too
	[ "$(kvfind --paths $DB four)" = a ]
	# chunks inside of others, as of definitions alone
	printf 'class A:\n    def f(self):\n        return 1 + 2\n' >d.py
	chunkify --definitions d.py | kvput db2
	[ "$(kvfind -c -F $'self):\n        return' db2)" = d.py:1 ]
	[ "$(kvfind -c -F 'return 1' db2)" = d.py:1 ]
}

@test "kvfind: bytes that are no UTF-8, and NUL, are text like any other" {
	printf 'int a; /* gr\xfc\xdf lock */\nint b;\n' >l.c
	chunkify l.c | kvput $DB
	{ begin; file n abc; chunk n 0 abc | sed 's/abc"/a\\u0000c"/; s/"content_hash":"[0-9a-f]*"/"content_hash":"'"$(printf 'a\0c' | sha256sum | cut -d' ' -f1)"'"/'; } >n || true
	[ "$(kvfind -c -F $'gr\xfc' $DB)" = l.c:1 ]
	[ "$(kvfind -c -F $'\xfc\xdf lock' $DB)" = l.c:1 ]
	[ "$(kvfind -c -E 'lock \*' $DB)" = l.c:1 ]
	[ "$(kvfind --paths $DB lock)" = l.c ]
	run -1 kvfind $DB $'\xff\xfe'
	run -1 kvfind -F $'\xff\xfe' $DB
	run -2 kvfind -E $'\xff\xfe' $DB
	[[ "$output" == 'kvfind: \xff\xfe: at byte 0: UTF-8 error: '* ]]
}

@test "kvfind: what cannot be asked is refused in a line, with 2; nothing found is 1" {
	tree
	run -1 kvfind $DB nowhere
	[ -z "$output" ]
	run -1 kvfind -F nowhere $DB
	run -1 kvfind -c -E 'no*where' $DB
	[ -z "$output" ]
	run -2 kvfind $DB
	[ "$output" = 'kvfind: which words? (see kvfind --help)' ]
	for q in '' '+++ -> ()' $'\n' _; do
		run -2 kvfind -- $DB "$q"
		[ "$output" = 'kvfind: no word in the query (kvfind -F finds any string)' ]
	done
	head -c 100000 /dev/zero | tr '\0' x >big
	run -1 kvfind $DB "$(cat big)"
	run -2 kvfind $DB $(for i in {1..9}; do seq -s , 1 20000 | head -c 100000; echo; done)
	[[ "$output" == 'kvfind: '[0-9]*' different words; at most 64 are allowed' ]]
	run -1 kvfind -F "$(cat big)" $DB
	run -2 kvfind -E '(' $DB
	[ "$output" = 'kvfind: (: at byte 1: missing closing parenthesis' ]
	run -2 kvfind -F '' $DB
	[ "$output" = 'kvfind: an empty string matches everywhere (see kvfind --help)' ]
	run -2 kvfind -F a -E b $DB
	run -2 kvfind -F a $DB word
	run -2 kvfind -i $DB word
	run -2 kvfind -c --paths -F a $DB
	run -2 kvfind --json -t $DB word
	run -2 kvfind nope word
	run -2 pipe "kvfind $DB socket >/dev/full"
	[ "$output" = 'kvfind: standard output: No space left on device' ]
}

@test "kvfind: an expression that would take forever is given up" {
	{ begin; whole a "$(printf 'a%.0s' $(seq 60))b"; end 1 1; } | kvput $DB
	run -2 kvfind -E '^(?:(?:a|a|aa)+)+$' $DB
	[ "$output" = 'kvfind: a: match limit exceeded' ]
}

@test "kvfind: each line stands under its definition, once" {
	tree
	kvfind -E 'fd|LineReader' $DB | diff - <(cat <<-'END'
	src/io/Reader.java=1=class LineReader
	src/io/Reader.java:1:class LineReader {
	src/net/socket.c=4=function socket_connect
	src/net/socket.c:5:socket_connect(int fd)
	src/net/socket.c:10:if (connect_once(fd) == 0)
	src/net/socket.c=15=function socket_close
	src/net/socket.c:16:socket_close(int fd)
	src/net/socket.c:18:return close(fd);
	END
	)
	kvfind --json -F connect_once $DB | jq -c . | diff - <(echo '{"type":"match","file_path":"src/net/socket.c","byte":129,"line":10,"text":"if (connect_once(fd) == 0)","symbol_name":"socket_connect","symbol_kind":"function","scope":null}')
}
