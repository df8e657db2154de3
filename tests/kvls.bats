load helper.bash

skip_record() { # skip_record PATH REASON
	printf '{"type":"skip","file_path":"%s","reason":"%s"}\n' "$1" "$2"
}

# --- files ------------------------------------------------------------------

@test "kvls: the paths, sorted as bytes, without what was skipped" {
	{
		begin
		for p in b a/c a-b a 'a b' ä; do whole "$p" x; done
		skip_record c binary
		end 6 6
	} | kvput $DB
	[ "$(kvls $DB)" = "$(printf 'a\na b\na-b\na/c\nb\nä')" ]
}

@test "kvls: -0 ends each path with a NUL" {
	{ begin; file a x; chunk a 0 x; end 1 1; } |
	    sed 's/"file_path":"a"/"file_path":"a\\nb"/' | kvput $DB
	kvls -0 $DB | cmp - <(printf 'a\nb\0')
	kvls $DB | cmp - <(printf 'a\nb\n')
	kvls -0l $DB | tail -c 4 | cmp - <(printf 'a\nb\0')
}

@test "kvls: -l has chunks, bytes, language, time, path, and the reason" {
	{
		begin
		file 'a b' onetwo | jq -c '.stored_at = 86399'
		chunk 'a b' 0 one
		chunk 'a b' 3 two
		skip_record c too-large | jq -c '. + {size: 99, mtime_ns: 5, stored_at: 0}'
		end 1 2
	} | kvput $DB
	kvls -l $DB >out
	diff - out <<-'END'
	     2         6  c             1970-01-01T23:59:59Z  a b
	     -        99  (too-large)   1970-01-01T00:00:00Z  c
	END
	{ begin; skip_record c vanished; end 0 0; } | kvput db2
	[[ "$(kvls -l db2)" =~ ^\ +-\ +-\ +\(vanished\)\ +20[0-9-]+T[0-9:]+Z\ \ c$ ]]
}

@test "kvls: -r is one file, or what is below a directory, and no neighbour" {
	{
		begin
		for p in a a-b a/b a/c/d a/c: a: a:/x a0 aa/x b/a/b ../up ..x; do
			whole "$p" x
		done
		end 12 12
	} | kvput $DB
	[ "$(kvls -r a $DB | xargs)" = "a a/b a/c/d a/c:" ]
	[ "$(kvls -r a/c $DB | xargs)" = "a/c/d" ]
	[ "$(kvls -r ./a//c/ $DB | xargs)" = "a/c/d" ]
	[ "$(kvls -r a: $DB | xargs)" = "a: a:/x" ]
	[ "$(kvls -r a0 $DB | xargs)" = a0 ]
	{ begin; whole /a x; whole /b/c x; end 2 2; } | kvput abs
	[ "$(kvls -r / abs | xargs)" = "/a /b/c" ]
	[ "$(kvls -r /b abs)" = /b/c ]
	[ "$(kvls -r . abs)" = "" ]
	[ "$(kvls -r . $DB | xargs)" = "..x a a-b a/b a/c/d a/c: a0 a: a:/x aa/x b/a/b" ]
	[ "$(kvls -r .. $DB | xargs)" = ../up ]
	[ "$(kvls -r nope $DB)" = "" ]
	[ "$(kvls -l -r b $DB | wc -l)" = 1 ]
}

@test "kvls: more files than are read at a time" {
	{
		begin
		for i in $(seq -w 1300); do
			skip_record "d/$i" binary
		done
		whole d/0700x one
		skip_record e binary
		end 1 1
	} | kvput $DB
	[ "$(kvls -l -r d $DB | wc -l)" = 1301 ]
	[ "$(kvls -r d $DB)" = d/0700x ]
	[ "$(kvls -l $DB | wc -l)" = 1302 ]
}

@test "kvls: --json gives the records as they are stored" {
	{ begin; whole a one; skip_record b binary; end 1 1; } | kvput $DB
	kvls --json $DB >out
	db5.3_dump -p $DB/file.db | sed -n 's/^ {/{/p' | diff - out
	kvls --json -r b $DB | jq -r .reason | grep -x binary
}

# --- the manifest -------------------------------------------------------------

@test "kvls: --manifest has options, roots and every record" {
	{ begin; whole a one; skip_record b binary; end 1 1; } | kvput $DB
	kvls --manifest $DB >out
	{
		begin
		kvls --json $DB
		echo '{"type":"end","files":1,"chunks":0,"skipped":1,"errors":0}'
	} | diff - out
}

@test "kvls: --manifest of what is not there yet is empty, and no error" {
	nothing=$(begin | sed 's/\["."\]/[]/; s/mode=partition//'; end 0 0)
	[ "$(kvls --manifest $DB)" = "$nothing" ]
	[ ! -e $DB ]
	mkdir $DB
	[ "$(kvls --manifest $DB)" = "$nothing" ]
	[ -z "$(ls -A $DB)" ]
	kvput $DB </dev/null
	[ "$(kvls --manifest $DB)" = "$nothing" ]
	rm $DB/format		# a making that was interrupted
	[ "$(kvls --manifest $DB)" = "$nothing" ]
	mkdir foreign
	echo mine >foreign/chunk.db
	run -2 kvls --manifest foreign
	[ "$output" = "kvls: foreign: not a store" ]
}

@test "kvls: --manifest feeds chunkify: the second run keeps all" {
	mkdir src
	echo 'int a;' >src/a.c
	printf 'x\0' >src/b.c
	touch -d '1 hour ago' src/*
	kvls --manifest $DB | chunkify --unchanged - src 2>/dev/null | kvput $DB
	kvls --manifest $DB | chunkify --unchanged - src | grep -c '"type":"keep"' | grep -x 2
}

# --- refusals -----------------------------------------------------------------

@test "kvls: no store, usage" {
	run -2 kvls nope
	[ "$output" = "kvls: nope: No such file or directory" ]
	run -2 kvls
	[[ "${lines[0]}" == "usage: kvls [-0l] "* ]]
	run -2 kvls a b
	run -2 kvls --manifest -l $DB
	run -2 kvls -0 --json $DB
}

@test "kvls: a full disk is an error" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	for o in '' -l --json --manifest; do
		run -2 pipe "kvls $o $DB >/dev/full"
		[ "$output" = "kvls: standard output: No space left on device" ]
	done
}

@test "kvls: a damaged store is an error" {
	{ begin; whole a one; end 1 1; } | kvput $DB
	head -c 40000 /dev/urandom >$DB/file.db
	run -2 kvls $DB
	[[ "$output" == "kvls: test.db/file.db: "* ]]
	[ "${#lines[@]}" = 1 ]
}
