# bats file_tags=once
load helper.bash

# The recipes of chunkkv-recipes(7), as they stand there: the block behind a comment
# with its name.

# Leaks are a matter of the programs' own tests.
export ASAN_OPTIONS=detect_leaks=0

fence() { # fence NAME: the one block of that name
	sed -n "/^\.\\\\\" block: $1\$/,/^\.Ed/{/^\./!p}" "$ROOT/common/chunkkv-recipes.7" |
	    sed "s/\\\\(aq/'/g; s/\\\\&//g; s/\\\\e/\\\\/g" >fenced
	[ -s fenced ] && cat fenced
}

source_tree() { # source_tree DIR
	mkdir -p "$1"
	cp "$ROOT"/tests/tree/* "$1"
}

# The store holds the tree as it is, and nothing else.
is_fresh() { # is_fresh DB DIR, from where DIR is
	local fresh=$BATS_TEST_TMPDIR/fresh
	rm -rf "$fresh"
	chunkify -q "$2" 2>/dev/null | kvput "$fresh"
	diff <(dump "$fresh") <(dump "$1")
}

commit() { # commit ARGUMENTS, as somebody
	git -c user.name=t -c user.email=t@t.example commit -q "$@"
}

# --- the pipe ---------------------------------------------------------------

@test "recipes: the pipe chunks what changed, and removes what is gone" {
	local pipe
	pipe=$(fence 'sh pipe')
	source_tree src
	# is silent, with and without a store
	run -0 pipe "$pipe"
	[ -z "$output" ]
	is_fresh db src
	run -0 pipe "$pipe"
	[ -z "$output" ]
	echo 'int more;' >>src/mem.c
	mv src/hash.c src/fnv.c
	rm src/lock.c
	run -0 pipe "${pipe/kvput/kvput -v}"
	[[ "$output" == *"kvput: files: 1 new, 1 changed, 7 same, 2 removed, 1 skipped;"* ]]
	is_fresh db src
	rm -r src
	mkdir src
	run -1 pipe "$pipe"
	[ "$output" = "kvput: --prune: not done: src came up empty, but files below it are stored" ]
}

@test "recipes: what is said of statuses in a pipe" {
	source_tree src
	printf 'int a;\0' >src/x.c
	run -1 pipe 'chunkify src | kvput db'
	[ "$output" = "chunkify: src/x.c: binary" ]
	run -0 bash -c 'chunkify src 2>/dev/null | kvput db'
	# a list that cannot be read: no end, so kvput fails without pipefail too
	run -2 bash -c 'chunkify --files-from - src </ | kvput db'
	[[ "$output" == *'the stream has no "end"'* ]]
	run -1 bash -c 'chunkify --files-from none src | kvput --prune db'
	[[ "$output" == *'--prune: not done: the stream has no begin' ]]
	[ "$(kvcount db src/path.c)" = 2 ]
	# a PATH of whatever kind, and not what a list names
	run -1 --separate-stderr chunkify src/NOTES
	[ "$stderr" = "chunkify: src/NOTES: unsupported" ]
	run -0 --separate-stderr chunkify --files-from - <<<src/NOTES
	[ -z "$stderr" ]
	[ "$(jq -r 'select(.type == "skip").reason' <<<"$output")" = unsupported ]
}

# --- make, cron -------------------------------------------------------------

@test "recipes: make index follows the tree, and fails when something is left out" {
	fence make >Makefile
	source_tree src
	unset MAKEFLAGS
	make -s index
	is_fresh index.db src
	echo 'int new;' >>src/mem.c
	mv src/path.c src/p.c
	make -s index
	is_fresh index.db src
	printf 'int a;\0' >src/x.c
	run -2 make -s index
	[[ "$output" == *"chunkify: src/x.c: binary"* ]]
	is_fresh index.db src
	# as the text below it would have it
	sed -i '/kvindex/s/$/ || test $$? -eq 1/' Makefile
	grep -qF '.Dq || test $$? -eq 1' "$ROOT/common/chunkkv-recipes.7"
	make -s index
}

@test "recipes: the crontab line is silent, never runs twice at once, mails on trouble" {
	local cmd
	source_tree home/project/src
	fence cron >crontab
	cmd=$(sed -n 's/^\([^ ]* \)\{5\}//p' crontab)
	[ "$(sed 1d crontab | wc -l)" = 1 ]
	[[ "$cmd" != *%* ]]	# cron would take it for a newline
	[[ "$(sed -n 2p crontab | cut -d' ' -f1-5)" =~ ^[0-9*/,\ -]*$ ]]
	cron() {
		env -i -C home HOME="$PWD/home" PATH="$PATH" \
		    ASAN_OPTIONS="$ASAN_OPTIONS" sh -c "$cmd"
	}
	run -0 cron
	[ -z "$output" ]
	[ "$(kvcount home/project/.chunks src/path.c)" = 2 ]
	rm home/project/src/path.c
	run -0 cron
	[ -z "$output" ]
	[ "$(kvcount home/project/.chunks src/path.c 2>/dev/null)" = 0 ]
	mv home/project/src home/project/elsewhere
	mkdir home/project/src
	run -1 cron
	[ "$output" = "kvput: --prune: not done: src came up empty, but files below it are stored" ]
	[ "$(kvcount home/project/.chunks src/path.h)" = 1 ]
	rmdir home/project/src
	mv home/project/elsewhere home/project/src
	# one that still runs
	exec 8<home/project/.chunks
	flock 8
	touch home/project/src/new.c
	run -1 cron
	[ -z "$output" ]
	[ "$(kvls home/project/.chunks | grep -c new.c)" = 0 ]
	exec 8<&-
	run -0 cron
	[ -z "$output" ]
	kvls home/project/.chunks | grep -q new.c
	printf 'int a;\0' >home/project/src/x.c
	run -1 cron
	[ "$output" = "chunkify: src/x.c: binary" ]
	mv home/project home/gone
	run ! cron
	[ -n "$output" ]
}

# --- git --------------------------------------------------------------------

@test "recipes: the git hook follows first commits, parts, renames, merges, work trees" {
	local hook
	git init -q -b main repo
	cd repo
	hook=.git/hooks/post-commit
	fence 'sh post-commit' >$hook
	rm fenced
	chmod +x $hook
	ln -s post-commit .git/hooks/post-merge
	ln -s post-commit .git/hooks/post-checkout
	source_tree src
	echo '*.out.c' >.gitignore
	git add .
	echo 'int ignored;' >src/a.out.c
	# another repository inside, with rules of its own
	git init -q src/inner
	echo '*.x.c' >src/inner/.gitignore
	echo 'int i;' >src/inner/i.c
	echo 'int x;' >src/inner/i.x.c
	commit -m one
	is_fresh .git/chunks .
	kvls .git/chunks | grep -qx src/inner/i.c
	! kvls .git/chunks | grep 'out\.c\|x\.c'
	# a part of what has changed, from below: git has an index of its own then
	git mv src/hash.c src/fnv.c
	git rm -q src/lock.c
	echo 'int more;' >>src/mem.c
	(cd src && commit -m two mem.c)
	[ "$(kvls .git/chunks | grep -c 'hash\.c\|lock\.c')" = 0 ]
	is_fresh .git/chunks .
	# a branch and back, and a merge
	git checkout -q -b other HEAD
	echo 'int other;' >src/other.c
	git add src/other.c
	commit -am three
	git checkout -q main
	! kvls .git/chunks | grep 'other\.c'
	git merge -q --ff-only other
	kvls .git/chunks | grep -qx src/other.c
	is_fresh .git/chunks .
	# another work tree has a store of its own
	git worktree add -q ../second
	cd ../second
	echo 'int second;' >src/second.c
	git add src/second.c
	commit -m four
	kvls ../repo/.git/worktrees/second/chunks | grep -qx src/second.c
	! kvls ../repo/.git/chunks | grep 'second\.c'
}

@test "recipes: the list that git makes drops what was renamed, too" {
	local list
	list=$(fence 'sh diff')
	git init -q
	source_tree src
	git add src
	commit -m one
	chunkify src | kvput db
	git mv src/hash.c src/fnv.c
	git rm -q src/lock.c
	echo 'int more;' >>src/mem.c
	commit -am two
	run -0 pipe "$list"
	[ -z "$output" ]
	is_fresh db src
}

# --- inotifywait ------------------------------------------------------------

@test "recipes: the inotifywait loop follows the tree" {
	local loop
	source_tree src
	fence 'bash inotify' >loop.sh
	# a kvput that says in a pipe when it is done
	mkdir slow
	mkfifo done
	exec 8<>done
	printf '#!/bin/sh\n"%s/kvput" "$@"\necho done >&8\n' "$BIN" >slow/kvput
	chmod +x slow/kvput
	PATH=$PWD/slow:$PATH timeout 60 bash loop.sh 3>&- >log 2>&1 &
	loop=$!
	until_ok() {
		until "$@" >/dev/null 2>&1; do
			read -r -t 30 -u 8 || { cat log; return 1; }
		done
	}
	# whatever changes while it gets ready is not missed
	echo 'int early;' >src/early.c
	until_ok grep -q '^Watches established' log
	until_ok is_fresh db src
	echo 'int more;' >>src/mem.c
	until_ok is_fresh db src
	mv src/hash.c src/fnv.c
	until_ok is_fresh db src
	mkdir src/sub
	until_ok test -e src/sub
	rm src/lock.c
	until_ok is_fresh db src
	kill $loop
	wait $loop || true
	exec 8>&-
}

# --- many trees -------------------------------------------------------------

many_trees() {
	local i
	for i in {1..12}; do
		source_tree "trees/$i"
		echo "int only_$i;" >"trees/$i/only.c"
	done
}

into_one_store() { # into_one_store FENCE
	many_trees
	fence "$1" >many.sh
	run -0 pipe "$(cat many.sh)"
	[ -z "$output" ]
	is_fresh db trees
	rm trees/3/path.c trees/7/hash.c
	run -0 pipe "$(cat many.sh)"
	[ -z "$output" ]
	is_fresh db trees
}

@test "recipes: GNU parallel, many trees into one store" {
	into_one_store 'sh parallel'
}

@test "recipes: xargs -P, many trees into one store" {
	into_one_store 'sh xargs'
}

# --- jq ---------------------------------------------------------------------

@test "recipes: jq before 1.7 rounds times, which costs a look at contents once" {
	source_tree src
	touch -d '2020-01-01 00:00:00.123456789' src/*
	pipe 'chunkify src | jq -c . | kvput db'
	run -0 --separate-stderr pipe 'kvls --manifest db | chunkify -v --unchanged - src | kvput db'
	[[ "$stderr" == *" 0 files chunked"* ]]
	is_fresh db src
	# chunks alone
	cmd=$(fence 'sh chunks' | sed -n '/jq -Rr/,/then/p' | sed 's/ |$//')
	chunkify src | bash -c "$cmd" >out
	diff <(chunkify src | grep -v '"type":"chunk"') <(grep -v '"type":"chunk"' out)
	[ "$(grep -c '"mine"\]}$' out)" = "$(chunkify src | grep -c '"type":"chunk"')" ]
	kvput db <out
}

# --- embeddings -------------------------------------------------------------

@test "recipes: an embedder that follows the changes embeds each content once" {
	local odd=$'src/a b\n"c".c' round
	source_tree src
	fence 'sh embed' >embed.sh
	fence 'sh places' >places.sh
	# a vector is the text itself, so it can be told whose it is
	mkdir bin
	cat >bin/embed <<-'END'
		#!/bin/sh
		jq -r '"\(.content_hash) \(.content | @json)"'
	END
	chmod +x bin/embed
	PATH=$PWD/bin:$PATH
	for round in 0 1 2 3 4 5 6; do
		case $round in
		1) echo 'int more;' >>src/mem.c ;;
		2) mv src/hash.c src/fnv.c ;;
		3) cp src/key.c "$odd"; rm src/key.c src/path.h ;;
		4) sed -i '1i int first;' src/lock.c src/path.c ;;
		5) cp src/fnv.c src/twin.c; echo 'int odd;' >>"$odd" ;;
		6) rm src/twin.c ;;
		esac
		bash -e embed.sh 2>complaints
		diff /dev/null complaints
		sort places >followed
		mv places before
		bash -e places.sh
		sort places | diff - followed
		mv before places
	done
	# what is stored has its vector, and each content has one
	while read -r hash text; do
		[ "$(jq -j . <<<"$text" | sha256sum)" = "$hash  -" ]
	done <vectors
	cut -c 1-64 vectors | sort >embedded
	sort -u embedded | diff - embedded
	jq -r '.[0]' places | sort -u | comm -23 - embedded | diff /dev/null -
	# a run that died: the vectors that are missing are made
	sort vectors | sed '1~3d' >some
	sort vectors >all
	cp some vectors
	bash -e places.sh
	jq -r '.[0]' places | sort -u >hashes
	cut -c 1-64 vectors | sort | comm -13 - hashes | diff /dev/null -
	sort vectors | comm -13 all - | diff /dev/null -
}

# --- an assistant -----------------------------------------------------------

@test "recipes: an assistant's configuration starts a server that answers" {
	source_tree project/src
	chunkify -C project src | kvput project/.chunks
	fence 'json mcp' | sed "s|/home/me|$PWD|g" >mcp.json
	local command args
	command=$(jq -r .mcpServers.code.command mcp.json)
	mapfile -t args < <(jq -r '.mcpServers.code.args[]' mcp.json)
	echo '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}' >asked
	echo '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"status"}}' >>asked
	"$command" "${args[@]}" <asked | tail -1 | jq -e '.result.content[0].text | test("changed or gone since: 0 ")'
}
