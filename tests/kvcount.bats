load helper.bash

@test "kvcount: one path, several paths, all" {
	{ begin; whole a one two; whole b/c three; whole empty; end 3 3; } | kvput $DB
	[ "$(kvcount $DB a)" = 2 ]
	[ "$(kvcount $DB a b/c)" = "$(printf '2\ta\n1\tb/c')" ]
	[ "$(kvcount $DB)" = 3 ]
	[ "$(kvcount -a $DB)" = "$(printf '2\ta\n1\tb/c\n0\tempty')" ]
}

@test "kvcount: a path that is not stored counts 0" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	run -0 --separate-stderr kvcount $DB nope
	[ "$output" = 0 ]
	[ "$stderr" = "kvcount: nope: not stored" ]
	[ "$(kvcount $DB a nope)" = "$(printf '1\ta\n0\tnope')" ]
}

@test "kvcount: a directory is told from what is not stored" {
	{ begin; whole src/a one; echo '{"type":"skip","file_path":"b","reason":"binary"}'; end 1 1; } | kvput $DB
	run -0 --separate-stderr kvcount $DB src/
	[ "$output" = 0 ]
	[ "$stderr" = "kvcount: src: a directory; --below counts what is in it" ]
	# what was skipped is stored, and has none
	run -0 --separate-stderr kvcount $DB b src/a
	[ -z "$stderr" ]
}

@test "kvcount: -r counts what is below a directory, and no neighbour" {
	{ begin; for p in a a/b a/c/d a-b a: b; do whole $p "of $p" x; done; end 6 12; } | kvput $DB
	[ "$(kvcount -r ./a/ $DB)" = 6 ]
	[ "$(kvcount -r a/c $DB)" = 2 ]
	[ "$(kvcount -r . $DB)" = 12 ]
	[ "$(kvcount -ar a $DB | xargs)" = "2 a 2 a/b 2 a/c/d" ]
	run -0 --separate-stderr kvcount -r nope $DB
	[ "$output" = 0 ]
	[ "$stderr" = "kvcount: nope: not stored, nor anything below it" ]
	run -2 kvcount -r a $DB a
	run -2 kvcount -r a -r b $DB
}

@test "kvcount: defect 8: ./src//a.c is src/a.c" {
	{ begin; whole src/a.c one; end 1 1; } | kvput $DB
	[ "$(kvcount $DB ./src//a.c)" = 1 ]
	[ "$(kvcount $DB src/./a.c/)" = 1 ]
}

@test "kvcount: defect 1: never the chunks of a:b, a: or a:0" {
	{
		begin
		whole a 1
		whole a: 1 2
		whole a:0 1 2 3
		whole a:b 1 2 3 4
		whole a:0:9 1 2 3 4 5
		whole a:: 1 2 3 4 5 6
		whole :a 1 2 3 4 5 6 7
		end 7 28
	} | kvput $DB
	[ "$(kvcount $DB a a: a:0 a:b a:0:9 a:: :a : '' | cut -f1 | xargs)" = "1 2 3 4 5 6 7 0 0" ]
	# The old way: a scan for the prefix.
	[ "$(keys $DB | grep -c '^chunk:a:')" = 21 ]
}

# bats test_tags=bdb
@test "kvcount: defect 4: values are not read" {
	{ begin; whole a one two; end 1 2; } | kvput $DB
	# Nothing of the text passes through: what is no JSON counts as well.
	printf 'chunk:b:0:1\nno json\nfile:b\nnone\n' | db5.3_load -T -t btree $DB/chunk.db
	[ "$(kvcount $DB b)" = 1 ]
}

@test "kvcount: -a leaves out what was skipped" {
	{ begin; whole a one; echo '{"type":"skip","file_path":"b","reason":"binary"}'; end 1 1; } | kvput $DB
	[ "$(kvcount -a $DB)" = "$(printf '1\ta')" ]
}

@test "kvcount: more files than are read at a time" {
	{ begin; for i in $(seq 1300); do printf '{"type":"skip","file_path":"s%d","reason":"binary"}\n' "$i"; done
	for i in 1 2 3; do whole "t$i" one; done; end 3 3; } | kvput $DB
	[ "$(kvcount $DB)" = 3 ]
}

@test "kvcount: no store, a foreign directory" {
	run -2 kvcount nope
	[ "$output" = 'kvcount: nope: No such file or directory ("chunkify PATH | kvput nope" makes a store)' ]
	mkdir foreign
	run -2 kvcount foreign a
	[ "$output" = "kvcount: foreign: not a store" ]
	[ -z "$(ls -A foreign)" ]
}

@test "kvcount: usage" {
	run -2 kvcount
	[ "$output" = "kvcount: which store? DB is missing (see kvcount --help)" ]
	run -2 kvcount -a $DB x
	run -2 kvcount -q $DB
}

@test "kvcount: a full disk is an error" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	run -2 pipe 'kvcount $DB a >/dev/full'
	[ "$output" = "kvcount: standard output: No space left on device" ]
	run -2 pipe 'kvcount -a $DB >/dev/full'
	[ "$output" = "kvcount: standard output: No space left on device" ]
}

# bats test_tags=bdb
@test "kvcount: a damaged store is an error, not a number" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	head -c 40000 /dev/urandom >$DB/chunk.db
	run -2 kvcount $DB a
	[[ "$output" == "kvcount: test.db/chunk.db: "* ]]
	[ "${#lines[@]}" = 1 ]
}
