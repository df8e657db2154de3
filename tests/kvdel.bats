load helper.bash

# A store of these paths, each of two chunks.
store() { # store PATH...
	local p
	{ begin; for p; do whole "$p" one two; done; end $# $(($# * 2)); } |
	    kvput $DB
}

# bats test_tags=file
@test "kvdel: a file goes with all that is stored of it, its neighbours stay" {
	store a a: a:0 a:b a:0:9 a/b a.c a.c.bak a0 :a
	kvdel $DB a a.c
	[ "$(kvls $DB | xargs)" = ":a a.c.bak a/b a0 a: a:0 a:0:9 a:b" ]
	[ "$(kvcount $DB a a.c | cut -f1 | xargs)" = "0 0" ]
	[ "$(kvcount $DB)" = 16 ]
	# It equals a store that never had them.
	mv $DB was
	store a: a:0 a:b a:0:9 a/b a.c.bak a0 :a
	dump was >out
	dump $DB | diff - out
}

@test "kvdel: -v counts what is left, on stderr" {
	store a b
	run -0 --separate-stderr kvdel -v $DB ./b//
	[ -z "$output" ]
	[ "$stderr" = "kvdel: b: removed, 0 chunks left" ]
	run -0 --separate-stderr kvdel $DB a
	[ -z "$output$stderr" ]
}

@test "kvdel: what is not stored is named, the rest goes, status 1" {
	store a b c
	run -1 kvdel $DB a nope c
	[ "$output" = "kvdel: nope: not stored" ]
	[ "$(kvls $DB)" = b ]
	run -1 kvdel $DB a
	store d/e
	run -1 kvdel $DB d
	[ "$output" = "kvdel: d: not stored" ]
	[ "$(kvcount $DB d/e)" = 2 ]
}

@test "kvdel: a path that is named twice is no fault" {
	store a b
	kvdel $DB a ./a a
	[ "$(kvls $DB)" = b ]
}

@test "kvdel: -r removes all below a directory, and nothing beside it" {
	store d d-x d/a d/b/c d/: d: d:/x d0 dd/x x/d/y
	kvdel -r ./d/ $DB
	[ "$(kvls $DB | xargs)" = "d-x d0 d: d:/x dd/x x/d/y" ]
	run -1 kvdel -r d $DB
	[ "$output" = "kvdel: d: nothing is stored below it" ]
	kvdel -r d: $DB d0
	[ "$(kvls $DB | xargs)" = "d-x dd/x x/d/y" ]
	kvdel -r . $DB
	[ "$(kvls -l $DB)" = "" ]
	[ "$(kvcount $DB)" = 0 ]
}

@test "kvdel: -r takes many files, more than are written at a time" {
	{
		begin
		for i in $(seq -w 1200); do
			printf '{"type":"skip","file_path":"d/%s","reason":"binary"}\n' "$i"
		done
		whole e x
		end 1 1
	} | kvput $DB
	kvdel -r d $DB
	[ "$(kvls -l $DB | wc -l)" = 1 ]
}

@test "kvdel: --files-from, by lines and with -0" {
	store a b c $'d\ne' f
	printf 'a\n\n./b' | kvdel --files-from - $DB
	[ "$(kvls -0 $DB | tr '\0\n' ' +')" = "c d+e f " ]
	printf 'd\ne\0c\0' >list
	kvdel -0 --files-from list $DB
	[ "$(kvls $DB)" = f ]
	run -1 kvdel --files-from <(echo gone) $DB f
	[ "$output" = "kvdel: gone: not stored" ]
	[ "$(kvls $DB)" = "" ]
	kvdel --files-from /dev/null $DB
	run -2 kvdel --files-from nolist $DB
	[ "$output" = "kvdel: nolist: No such file or directory" ]
	run -2 kvdel --files-from list $DB
	[ "$output" = "kvdel: list: a NUL in a path (see -0)" ]
}

@test "kvdel: what was skipped can be removed" {
	{ begin; echo '{"type":"skip","file_path":"s","reason":"binary"}'; end 0 0; } | kvput $DB
	kvdel $DB s
	[ "$(kvls -l $DB)" = "" ]
}

# bats test_tags=bdb
@test "kvdel: waits for another writer as told" {
	store a b
	exec 9<$DB/writer.lock
	flock 9
	run -2 kvdel $DB a 9<&-
	[ "$output" = "kvdel: test.db: another process is writing to it" ]
	kvdel --wait 60 $DB a 3>&- 9<&- &
	waiting=$!
	exec 9<&-
	wait $waiting
	[ "$(kvls $DB)" = b ]
}

# bats test_tags=file
@test "kvdel: no store is made where there is none" {
	run -2 kvdel $DB a
	[[ "$output" == "kvdel: test.db: No such file or directory "* ]]
	[ ! -e $DB ]
	mkdir $DB
	run -2 kvdel $DB a
	[ "$output" = "kvdel: test.db: not a store" ]
	[ -z "$(ls -A $DB)" ]
}

@test "kvdel: usage" {
	run -2 kvdel
	[ "$output" = "kvdel: which store? DB is missing (see kvdel --help)" ]
	run -2 kvdel $DB
	[ "$output" = "kvdel: which files? PATH is missing (see kvdel --help)" ]
	run -2 kvdel -x $DB a
	run -2 kvdel --wait soon $DB a
	[ "$output" = 'kvdel: --wait: "soon" is not a number of seconds (see kvdel --help)' ]
	store a b
	run -2 kvdel -r a -r b $DB
	run -2 kvdel --files-from a --files-from b $DB
	[ "$(kvls $DB | xargs)" = "a b" ]
}

# bats test_tags=bdb
@test "kvdel: started with no descriptors, it writes no message into the store" {
	store a b
	cp -a $DB was
	run -1 pipe 'exec kvdel -v $DB nope <&- >&- 2>&-'
	rm was/writer.lock $DB/writer.lock
	diff -r was $DB
}

@test "kvdel: killed at any moment, each file is whole or gone" {
	many 800 2 text >all
	kvput $DB <all
	for i in $(seq 12); do
		kvls -0 $DB | shuf -z -n 400 >list
		timeout -s KILL "0.00$((RANDOM % 9 + 1))" kvdel -0 --files-from list $DB || true
		kvcount -a $DB | cut -f1 | sort -u >counts
		[ ! -s counts ] || [ "$(cat counts)" = 2 ]
		# timeout dies of its own signal, maybe before kvdel is gone
		kvput --wait 60 $DB <all
	done
	verify $DB
}
