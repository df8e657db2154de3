load helper.bash

# A store of src/{a,b,d/c}.c, as chunkify gives them.
tree() {
	mkdir -p src/d other
	for f in src/a src/b src/d/c other/o; do
		printf 'int %s(void)\n{\n\treturn 1;\n}\n' "${f##*/}" >$f.c
	done
	chunkify src other | kvput $DB
}

listed() {
	kvcount -a $DB | cut -f2 | tr '\n' ' '
}

@test "kvput --prune: what a complete stream did not name goes, below its roots alone" {
	tree
	rm src/b.c other/o.c
	chunkify src | kvput --prune $DB
	[ "$(listed)" = "other/o.c src/a.c src/d/c.c " ]
	verify $DB
}

@test "kvput --prune: without it nothing goes" {
	tree
	rm src/b.c
	chunkify src | kvput $DB
	[ "$(listed)" = "other/o.c src/a.c src/b.c src/d/c.c " ]
}

@test "kvput --prune: a file newly ignored, become binary, become a directory" {
	tree
	echo d/ >src/.gitignore
	printf 'int a;\0' >src/a.c
	rm src/b.c
	mkdir src/b.c
	echo 'int x;' >src/b.c/x.c
	chunkify src >out || [ $? = 1 ]
	kvput --prune $DB <out
	[ "$(listed)" = "other/o.c src/b.c/x.c " ]
}

@test "kvput --prune: a rename is said to be one" {
	tree
	mv src/b.c src/d/new.c
	chunkify src >out
	run -0 --separate-stderr kvput -v --prune $DB <out
	[[ "$stderr" == *"kvput: src/b.c: renamed to src/d/new.c"* ]]
	[ "$(listed)" = "other/o.c src/a.c src/d/c.c src/d/new.c " ]
}

@test "kvput --prune: a root that is gone or empty empties nothing; --force does" {
	tree
	rm -r src
	chunkify src other >out || [ $? = 1 ]
	run -1 --separate-stderr kvput --prune $DB <out
	[ "$stderr" = "kvput: --prune: not done: the stream had read errors" ]
	[ "$(listed)" = "other/o.c src/a.c src/b.c src/d/c.c " ]
	mkdir src
	chunkify src other >out
	run -1 --separate-stderr kvput --prune $DB <out
	[ "$stderr" = "kvput: --prune: not done: src came up empty, but files below it are stored" ]
	[ "$(listed)" = "other/o.c src/a.c src/b.c src/d/c.c " ]
	kvput --prune --force $DB <out
	[ "$(listed)" = "other/o.c " ]
}

@test "kvput --prune: a root that never had files may be empty" {
	mkdir src empty
	echo 'int a;' >src/a.c
	chunkify src empty | kvput --prune $DB
	chunkify src empty | kvput --prune $DB
	[ "$(listed)" = "src/a.c " ]
}

@test "kvput --prune: not after read errors" {
	tree
	rm src/b.c
	sed 's/"errors":0}$/"errors":1}/' <(chunkify src) >out
	run -1 kvput --prune $DB <out
	[ "$(listed)" = "other/o.c src/a.c src/b.c src/d/c.c " ]
}

@test "kvput --prune: not after a stream that was cut off, not even with --force" {
	tree
	rm src/b.c
	chunkify src | head -n -1 >out
	run -2 kvput --prune --force $DB <out
	[ "$(listed)" = "other/o.c src/a.c src/b.c src/d/c.c " ]
}

@test "kvput --prune: not for a list of files, nor without begin" {
	tree
	rm src/b.c
	echo src/a.c | chunkify --files-from - >out
	run -1 kvput --prune $DB <out
	[ "$output" = "kvput: --prune: not done: the stream names no roots" ]
	grep -v '"type":"\(begin\|end\)"' out >bare
	run -1 kvput --prune $DB <bare
	[ "$output" = "kvput: --prune: not done: the stream has no begin" ]
	[ "$(listed)" = "other/o.c src/a.c src/b.c src/d/c.c " ]
}

@test "kvput --prune: the root . and its neighbours by name" {
	mkdir s sx
	echo 'int a;' >s/a.c
	echo 'int a;' >sx/a.c
	echo 'int a;' >s.c
	chunkify . | kvput $DB
	rm s/a.c
	touch s/b.c
	chunkify s | kvput --prune $DB
	[ "$(listed)" = "s.c s/b.c sx/a.c " ]
	rm sx/a.c
	chunkify . | kvput --prune $DB
	[ "$(listed)" = "s.c s/b.c " ]
}

@test "kvput: the same tree under a second spelling is refused" {
	tree
	run -2 pipe "chunkify $PWD/src | kvput $DB"
	[[ "$output" == "kvput: stdin:2: $PWD/src/a.c: the paths in the store are relative, this one is not"* ]]
	[ "$(listed)" = "other/o.c src/a.c src/b.c src/d/c.c " ]
	# with -C it is the same tree
	chunkify -C "$PWD" "$PWD/src" | kvput -v $DB 2>&1 | grep '0 new, 0 changed, 3 same'
}

@test "kvput: a checkout that moved keeps its index" {
	mkdir one
	mkdir one/src
	echo 'int a;' >one/src/a.c
	chunkify -C one . | kvput $DB
	mv one two
	chunkify -C two . | kvput -v --prune $DB 2>&1 | grep '0 new, 0 changed, 1 same, 0 removed'
}

@test "kvput: the first file may come while slices are being written" {
	{
		begin
		seq 3000 | sed 's/.*/{"type":"skip","file_path":"a&","reason":"unsupported","size":1,"mtime_ns":1}/'
		whole z.c text
		printf '{"type":"end","files":1,"chunks":1,"skipped":3000,"errors":0}\n'
	} >in
	for _ in $(seq 10); do
		rm -rf $DB
		kvput $DB <in
		verify $DB
	done
}
