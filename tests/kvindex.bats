load helper.bash

source_tree() { # source_tree DIR
	mkdir -p "$1"
	cp "$ROOT"/tests/tree/* "$1"
}

is_fresh() { # is_fresh DB DIR
	rm -rf fresh
	chunkify -q "$2" 2>/dev/null | kvput fresh
	diff <(dump fresh) <(dump "$1")
}

@test "kvindex: makes a store, and brings it up to date" {
	source_tree src
	run -0 kvindex $DB src
	[ -z "$output" ]
	is_fresh $DB src
	echo 'int more;' >>src/mem.c
	mv src/hash.c src/fnv.c
	run -0 kvindex -v $DB src
	[[ "$output" == *"chunkify: 2 files chunked"*"kvput: files: 1 new, 1 changed, 8 same, 1 removed, 1 skipped"* ]]
	is_fresh $DB src
}

# bats test_tags=bdb
@test "kvindex: the status is the worst of the three, and all messages are there" {
	source_tree src
	printf 'int a;\0' >src/x.c
	run -1 kvindex $DB src
	[ "$output" = "chunkify: src/x.c: binary" ]
	rm src/x.c
	run -0 kvindex $DB src
	run -2 kvindex --max-size 1 $DB src
	[[ "$output" == *"chunkify: --max-size: 1 is not between"* ]]
	is_fresh $DB src
	mv src elsewhere
	mkdir src
	run -1 kvindex $DB src
	[ "$output" = "kvput: --prune: not done: src came up empty, but files below it are stored" ]
	mkdir foreign
	touch foreign/x
	run -2 kvindex foreign elsewhere
	[ "$output" = "kvput: foreign: not a store, and not empty" ]
	run -2 kvindex none/$DB elsewhere
	[ "$output" = "kvput: none/$DB: No such file or directory" ]
	head -c 40000 /dev/urandom >$DB/file.db
	run -2 kvindex $DB src
	[[ "$output" == *"kvls: $DB/file.db: "* ]]
}

@test "kvindex: one that is killed is a failure" {
	source_tree src
	mkdir bin
	printf '#!/bin/sh\nkill -KILL $$\n' >bin/chunkify
	chmod +x bin/chunkify
	PATH=$PWD/bin:$PATH run -2 kvindex $DB src
	run -0 kvindex $DB src
	is_fresh $DB src
}

# bats test_tags=bdb
@test "kvindex: a second run gives up, silently if told so, or waits" {
	source_tree src
	kvindex $DB src
	touch src/new.c
	exec 8<$DB
	flock 8
	run -1 kvindex $DB src 8>&-
	[ "$output" = "kvindex: $DB: another run is at work" ]
	run -1 kvindex -q $DB src 8>&-
	[ -z "$output" ]
	run -1 kvindex --wait 0.1 $DB src 8>&-
	[ "$output" = "kvindex: $DB: another run is at work" ]
	kvindex --wait 60 $DB src 8>&- 3>&- &
	exec 8<&-
	wait $!
	kvls $DB | grep -qx src/new.c
	# and of another writer, as kvput does
	exec 8<$DB/writer.lock
	flock 8
	touch src/newer.c
	run -2 kvindex $DB src 8>&-
	[[ "$output" == *"kvput: $DB: another process is writing to it" ]]
	exec 8<&-
}

@test "kvindex: -n prints what would be run, ready for a shell" {
	local odd=$'it\'s "a" $b\nc'
	run -0 kvindex -n db src
	[ "$output" = "kvls --manifest db | chunkify --unchanged - src | kvput --prune db" ]
	[ ! -e db ]
	source_tree "$odd"
	kvindex "$odd db" "$odd" --exclude "no 'such *" -j2
	is_fresh "$odd db" "$odd"
	run -0 kvindex --dry-run -v --jobs=2 "$odd copy" "$odd"
	bash -o pipefail -c "$output"
	diff <(dump "$odd db") <(dump "$odd copy")
	mkdir -- -d
	printf 'int a;\n' >-d/-a.c
	kvindex -- -db -d
	[ "$(kvls -- -db)" = -d/-a.c ]
	eval "$(kvindex -n -- -db2 -d)"
	[ "$(kvls -- -db2)" = -d/-a.c ]
}

@test "kvindex: a store in the tree it indexes is left out, the first time too" {
	source_tree src
	cd src
	kvindex db .
	kvindex db .
	kvls -l db | grep -c db/ | diff - <(echo 0)
	[ "$(kvls db | wc -l)" = 10 ]
}

@test "kvindex: options are chunkify's and kvput's, by letter and name, anywhere" {
	source_tree src
	run -0 kvindex -n db src -qvj4 -Csrc --force --ast --changes --ext .x=c --lang=c
	[ "$output" = "kvls --manifest db | chunkify --unchanged - -q -v --jobs 4 --directory src --ast --ext .x=c --lang c src | kvput --prune -v --force --changes db" ]
	run -2 kvindex --no-such db src
	[ "$output" = "kvindex: --no-such: no such option (see kvindex --help)" ]
	run -2 kvindex -x db src
	[ "$output" = "kvindex: -x: no such option (see kvindex --help)" ]
	run -2 kvindex --max-szie=1 db src
	[ "$output" = "kvindex: --max-szie: no such option; did you mean --max-size? (see kvindex --help)" ]
	run -2 kvindex -Q db src
	[ "$output" = "kvindex: -Q: no such option; did you mean -q? (see kvindex --help)" ]
	run -2 kvindex --prun db src
	[ "$output" = "kvindex: --prun: no such option (see kvindex --help)" ]
	run -2 kvindex --ast=1 db src
	[ "$output" = "kvindex: --ast: takes no argument (see kvindex --help)" ]
	run -2 kvindex db src --max-size
	[ "$output" = "kvindex: --max-size: its argument is missing (see kvindex --help)" ]
	run -2 kvindex --wait soon db src
	[ "$output" = 'kvindex: --wait: "soon" is not a number of seconds (see kvindex --help)' ]
	run -2 kvindex
	[ "$output" = "kvindex: which store? DB is missing (see kvindex --help)" ]
	run -2 kvindex db
	[ "$output" = "kvindex: which files? PATH is missing (see kvindex --help)" ]
	run -2 kvindex $'--x\e[2J' db src
	[[ "$output" != *$'\e'* ]]
	run -2 pipe 'kvindex --help >/dev/full'
	[ "$(kvindex --version)" = "$(kvput --version | sed '1s/kvput/kvindex/')" ]
	# what it knows of theirs is so
	sed -nE 's/^  (-., |    )(--[a-z-]+( [A-Z=]+)?)  .*/\2/p' <(kvindex --help) | sort >ours
	sed -nE 's/^  (-., |    )(--[a-z-]+( [A-Z=]+)?)  .*/\2/p' <(chunkify --help; kvput --help) |
	    sort -u >theirs
	diff <(grep -vx -e --dry-run ours) <(grep -Fx -f ours theirs)
	grep -vxF -f ours theirs | diff - <(printf '%s\n' '--files-from FILE' \
	    --list-languages --null --prune '--stdin-name PATH' '--unchanged FILE')
}

@test "kvindex: --changes is kvput's, on stdout" {
	source_tree src
	run -0 --separate-stderr kvindex --changes $DB src
	[ "$(jq -r .type <<<"$output" | sort -u)" = added ]
	[ -z "$stderr" ]
}

@test "kvindex: the units are right" {
	make -s -C "$ROOT" -o all install B="${BIN%/bin}" DESTDIR="" PREFIX="$PWD/usr"
	XDG_RUNTIME_DIR=$PWD run -0 systemd-analyze --user --man=no verify usr/lib/systemd/user/kvindex@.service \
	    usr/lib/systemd/user/kvindex@.timer
	[ -z "$output" ]
	grep -q "^ExecStart=$PWD/usr/bin/kvindex " usr/lib/systemd/user/kvindex@.service
}
