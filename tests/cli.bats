load helper.bash

# What all tools have in common: the command line.

TOOLS='chunkify kvput kvget kvls kvfind kvcount kvdel'

@test "all: --help says on stdout what there is, with two examples" {
	local tool n
	for tool in $TOOLS; do
		run -0 --separate-stderr $tool --help
		[ -z "$stderr" ]
		[[ "${lines[0]}" == "$tool - "* ]]
		[ "${lines[1]:0:$((8 + ${#tool}))}" = "usage: $tool " ]
		$tool -h | diff - <(echo "$output")
		n=$(sed -n '/^Examples:$/,/^$/p' <<<"$output" | grep -c '^  .*kv\|^  .*chunkify')
		[ "$n" -ge 2 ]
		# one line each, on a terminal of 80 columns
		[ -z "$(grep -E '^.{80}' <<<"$output")" ]
		# every short option has a long one
		[ -z "$(grep -E '^  -.( |$)' <<<"$output")" ]
		run -2 pipe "$tool --help >/dev/full"
		[ "$output" = "$tool: standard output: No space left on device" ]
	done
}

@test "all: what comes before --help is not looked at, what is wrong before is" {
	run -0 kvget --help --no-such
	run -2 kvget --no-such --help
	run -0 kvls nope --stat --help
}

@test "all: --version has the program, the formats, the engines and the licence" {
	local tool format
	printf 'int a;\n' >a.c
	format=$(chunkify a.c | sed -n '1s/.*"format":\([0-9]*\).*/\1/p')
	chunkify a.c | kvput $DB
	for tool in $TOOLS; do
		run -0 --separate-stderr $tool --version
		[ -z "$stderr" ]
		[[ "${lines[0]}" =~ ^$tool\ \(chunkkv\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
		[ "${lines[1]}" = "stream format $format" ]
		[[ "${lines[2]}; " == "engines: "*"bdb, store format $(sed 's/chunkkv //' $DB/format); "* ]]
		[[ "${lines[2]}; " == *"sqlite, store format "*"; "* ]]
		[ "${lines[3]}" = 'licence: MIT' ]
		$tool -V | diff - <(echo "$output")
	done
	# it is said once
	[ "$(grep -rF "\"${lines[0]##* }\"" "$ROOT"/common "$ROOT"/cmd/*/*.[ch] "$ROOT/Makefile" | wc -l)" = 1 ]
}

@test "all: an option that is none is named in one line, with the nearest there is" {
	local tool
	for tool in $TOOLS; do
		run -2 --separate-stderr $tool --no-such-thing-at-all
		[ -z "$output" ]
		[ "$stderr" = "$tool: --no-such-thing-at-all: no such option (see $tool --help)" ]
		run -2 $tool --hlep
		[ "$output" = "$tool: --hlep: no such option; did you mean --help? (see $tool --help)" ]
		# nothing of it is obeyed
		run -2 $tool $'--x\e[2J\xc2\x9b'
		[ "$output" = "$tool: --x\\x1b[2J\\u009b: no such option (see $tool --help)" ]
		run -2 $tool $'-\e'
		[ "$output" = "$tool: -\\x1b: no such option (see $tool --help)" ]
		run -2 $tool --x"$(printf '%0100000d' 0)"
		[[ "$output" == *': no such option '* ]]
	done
	run -2 chunkify --maxsize=512 .
	[ "$output" = "chunkify: --maxsize: no such option; did you mean --max-size? (see chunkify --help)" ]
	run -2 chunkify --max=512 .
	[ "$output" = "chunkify: --max: could be --max-file-size or --max-size (see chunkify --help)" ]
	run -2 chunkify -max-size 512 .
	[ "$output" = "chunkify: -max-size: no such option; did you mean --max-size? (see chunkify --help)" ]
	run -2 kvls --json -lR a
	[ "$output" = "kvls: -R: no such option; did you mean -r? (see kvls --help)" ]
	run -2 kvget $DB a -x
	[ "$output" = "kvget: -x: no such option (see kvget --help)" ]
	run -2 kvls -r
	[ "$output" = "kvls: --below: its argument PATH is missing (see kvls --help)" ]
	run -2 kvput --wait
	[ "$output" = "kvput: --wait: its argument SECONDS is missing (see kvput --help)" ]
	run -2 kvput --prune=yes $DB
	[ "$output" = "kvput: --prune: takes no argument (see kvput --help)" ]
	run -2 kvls --null=x $DB
	[ "$output" = "kvls: --null: takes no argument (see kvls --help)" ]
}

@test "all: options stand behind operands as well, and -- ends them" {
	{ begin; whole a one two; whole -x three; end 2 3; } | kvput $DB -v
	for POSIXLY_CORRECT in '' 1; do
		[ -n "$POSIXLY_CORRECT" ] && export POSIXLY_CORRECT || unset POSIXLY_CORRECT
		[ "$(kvcount $DB -a)" = "$(printf '1\t-x\n2\ta')" ]
		[ "$(kvget $DB a -t)" = onetwo ]
		[ "$(kvget $DB a 0 -t 3)" = one ]
		[ "$(kvls $DB --stat --json | jq .files)" = 2 ]
		[ "$(kvget $DB -t -- -x)" = three ]
		[ "$(kvget -t -- $DB -x)" = three ]
		[ "$(kvcount $DB -- -x a --)" = "$(printf '1\t-x\n2\ta\n0\t--')" ]
		run -2 kvcount $DB -x
	done
	kvdel $DB -v -- -x
	[ "$(kvls $DB)" = a ]
	printf 'int a;\n' >b.c
	[ "$(chunkify b.c --max-size 64 -q | jq -r 'select(.type == "file").file_path')" = b.c ]
	[ "$(chunkify -- b.c | wc -l)" = 4 ]
}

@test "all: every short option has a long one that does the same" {
	{ begin; whole a one; whole b/c three; end 2 2; } | kvput --verbose $DB
	diff <(kvcount -a $DB) <(kvcount --all $DB)
	diff <(kvls -l $DB) <(kvls --long $DB)
	diff <(kvls -0 -r b $DB) <(kvls --null --below b $DB)
	diff <(kvget -a $DB) <(kvget --all $DB)
	diff <(kvget -t $DB a) <(kvget --text $DB a)
	diff <(kvget -p $DB a) <(kvget --pretty $DB a)
	diff <(kvget -H "$(hash one)" $DB) <(kvget --hash "$(hash one)" $DB)
	mkdir src
	printf 'int f(void) { return 1; }\n' >src/a.c
	diff <(chunkify -C src -j 1 .) <(chunkify --directory src --jobs=1 .)
	chunkify src | kvput $DB
	diff <(kvget -s f $DB) <(kvget --symbol f $DB)
	diff <(kvget -S f $DB) <(kvget --prefix f $DB)
	diff <(kvget -l c $DB) <(kvget --label c $DB)
	run -0 kvdel --verbose --null --below src $DB
	[ "$output" = "kvdel: src/a.c: removed, 0 chunks left" ]
}

@test "all: the store and a path the wrong way round are told" {
	local tool
	mkdir src
	printf 'int f(void) { return 1; }\n' >src/a.c
	chunkify src | kvput $DB
	for tool in kvget kvcount kvls kvdel; do
		run -2 $tool src/a.c $DB
		[[ $tool = kvls || "$output" = "$tool: src/a.c is a file, not a store; the store comes first" ]]
	done
	run -2 kvget src/a.c src/a.c
	[ "$output" = "kvget: src/a.c is a file, not a store" ]
	run -2 kvls src/a.c
	[ "$output" = "kvls: src/a.c is a file, not a store" ]
	run -2 kvget src src/a.c
	[ "$output" = "kvget: src: not a store" ]
	for tool in kvget kvcount kvdel; do
		run -2 $tool nope a
		[ "$output" = "$tool: nope: No such file or directory (\"chunkify PATH | kvput nope\" makes a store)" ]
	done
}

@test "kvput: on a terminal it says what it waits for, in a pipe it is silent" {
	script -qec "kvput $DB" /dev/null <<<$'\x04' >said
	grep -q 'kvput: reading records from the terminal, up to ^D; "chunkify PATH | kvput test.db" stores a tree' said
	run -0 kvput $DB </dev/null
	[ -z "$output" ]
}

@test "kvget, kvls, kvfind: --color says when, and a pipe has none unless it says so" {
	local tool esc=$'\e'
	printf '/* Adds. */\nint add(int a) /* \x1b */\n{\n\treturn a + 1;\n}\n' >a.c
	chunkify a.c | kvput $DB
	unset NO_COLOR
	on_terminal() { TERM=xterm script -qec "$1" /dev/null </dev/null | tr -d '\r'; }
	for tool in 'kvget -p -r a.c' 'kvget -p -s add' 'kvls -l' 'kvls --symbols' 'kvfind -F add' 'kvfind -F add -n 1'; do
		$tool $DB >plain
		$tool --color=auto $DB | diff plain -
		NO_COLOR=1 $tool --color=never $DB | diff plain -
		NO_COLOR=1 $tool --color=always $DB >coloured
		grep -q "$esc\[36m" coloured
		# all that the colours are added to is the same
		sed "s/$esc\[[0-9;]*m//g" coloured | diff - <(on_terminal "$tool --color=never $DB")
		on_terminal "$tool $DB" | diff - coloured
		run -2 $tool --color=sometimes $DB
		[[ "$output" == *': --color: "sometimes" is not auto, always or never (see '* ]]
	done
	# comments and names, and never what is stored
	kvget -p --color=always $DB a.c >coloured
	grep -qF "$esc[2m/* Adds. */$esc[m" coloured
	grep -qF "int $esc[1madd$esc[m(int a)" coloured
	grep -qF '\x1b' coloured
	! grep -q "$esc\$" coloured
}

# bats test_tags=bdb
@test "kvput, kvls --check, kvfind --scan: progress on a terminal, from a second on; else none" {
	mkfifo in out
	{ begin; many 3000 5 'int x;' | sed '1d;$d'; end 3000 15000; } >stream
	seen() { # seen COMMAND: what comes to its terminal, as lines
		script -qec "stty cols 60; $1" /dev/null </dev/null | tr '\r' '\n'
	}
	drew() { # drew PATTERN: a line like this, which is wiped in the end
		grep -qE "$1" said && [ "$(tail -n 1 said)" = $'\e[K' ] || { cat -v said; false; }
	}
	# a pipe that comes to a halt
	{ head -n 100 stream; sleep 2; sed 1,100d stream; } >in &
	seen "kvput $DB <in" >said
	drew '^stored 0\.0 MB  0\.0 MB/s'
	{ head -n 100 stream; sleep 2; sed 1,100d stream; } | kvput db2 2>said
	[ ! -s said ]
	# a reader that is slow
	{ sleep 2; cat >/dev/null; } <out &
	seen "kvfind --scan -F int $DB >out" >said
	drew '^files  [0-9]+  0:01'
	# a lock that is held
	flock $DB/lock sleep 2 &
	seen "kvls --check $DB" >said
	drew '^pages  0  0:01'
	flock $DB/lock sleep 2 &
	kvls --check $DB 2>said
	[ ! -s said ]
	# what takes no time says nothing
	[ -z "$(seen "kvls --check $DB")" ]
	# of a pipe's programs the first draws
	{ sleep 2; cat >/dev/null; } <out &
	seen "chunkify --lang text $PWD/stream | cat - stream >out & kvput db3 <stream; wait" >said
	grep -qE '^[0-9]+ files ' said
	! grep -q '^stored' said
}
