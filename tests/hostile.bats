load helper.bash

# Trees that somebody made to do harm. What is too large for here is tried by
# tests/bench/hostile.sh.

# A repository whose configuration is nobody's but its own.
repo() { # repo DIR
	export HOME=$PWD GIT_CONFIG_NOSYSTEM=1
	git init -q "$1"
	git -C "$1" config user.name x
	git -C "$1" config user.email x@example
}

seen() { # seen [OPTION...] PATH...
	chunkify --max-file-size 0 "$@" 2>/dev/null | jq -r 'select(.file_path) | .file_path' |
	    LC_ALL=C sort | tr '\n' ' '
}

skips() {
	jq -r 'select(.type == "skip") | "\(.file_path) \(.reason)"'
}

errors() {
	tail -n 1 | jq .errors
}

# --- a repository does not run programs ---------------------------------------

# One of which git has to fetch a file of rules before it can list its files.
partial() { # partial DIR URL
	repo "$1"
	printf '*.o\n' >"$1/.gitignore"
	echo 'int a;' >"$1/a.c"
	git -C "$1" add .
	git -C "$1" commit -qm x
	git -C "$1" update-index --skip-worktree .gitignore
	rm "$1/.gitignore"
	rm -rf "$1/.git/objects"
	mkdir "$1/.git/objects"
	echo 'int b;' >"$1/b.c"
	git -C "$1" config core.repositoryFormatVersion 1
	git -C "$1" config extensions.partialClone origin
	git -C "$1" config remote.origin.promisor true
	git -C "$1" config remote.origin.url "$2"
	for p in ext file ssh http https git evil; do
		git -C "$1" config protocol.$p.allow always
	done
}

evil() {
	printf '#!/bin/sh\ntouch "%s/ran"\n' "$PWD" >evil
	cp evil git-remote-evil
	chmod +x evil git-remote-evil
}

# Rules that are missing leave the list unsure, and no program has run.
harmless() { # harmless PATH [OPTION...]
	run -1 --separate-stderr env PATH="$PWD:$PATH" timeout 20 chunkify "$@"
	[ ! -e ran ]
	[ "$(grep -c . <<<"$stderr")" -le 2 ]
	[[ "$stderr" == *"git ls-files failed"* ]]
	[ "$(errors <<<"$output")" -ge 1 ]
}

@test "hostile: nothing that a partial clone would fetch by is started" {
	evil
	mkdir elsewhere
	git init -q --bare elsewhere/there.git
	for url in "ext::$PWD/evil" "file://$PWD/elsewhere/there.git" \
	    "ssh://127.0.0.1/x" "127.0.0.1:x" "evil::x" "http://127.0.0.1:9/x" \
	    "git://127.0.0.1:9/x" "$PWD/elsewhere/there.git"; do
		rm -rf r
		partial r "$url"
		git -C r config remote.origin.uploadpack "$PWD/evil"
		git -C r config core.sshCommand "$PWD/evil"
		git -C r config core.gitProxy "$PWD/evil"
		git -C r config core.askPass "$PWD/evil"
		git -C r config credential.helper "$PWD/evil"
		git -C r config uploadpack.packObjectsHook "$PWD/evil"
		echo "$url"
		harmless r
	done
}

@test "hostile: nor nested in a tree, in a repository, in a work tree, by an include, by somebody else" {
	evil
	mkdir plain
	partial plain/r "ext::$PWD/evil"
	harmless plain
	harmless -C plain r
	repo outer
	mv plain/r outer
	harmless outer
	mv outer/r r
	# what is set elsewhere
	git -C r config --get-regexp '.*' | while read -r key value; do
		git config -f r/more "$key" "$value"
	done
	git -C r config --remove-section remote.origin
	git -C r config include.path ../more
	harmless r
	# a work tree whose .git is a file
	mv r/.git hidden
	echo "gitdir: $PWD/hidden" >r/.git
	harmless r
	chown -R 65534 r hidden 2>/dev/null || [ "$(id -u)" != 0 ]
	harmless r
}

@test "hostile: git starts no process at all, whatever it is told to" {
	evil
	mkdir bin
	# git itself in the place of a setting of which nobody thought
	printf '#!/bin/bash\n"%s/evil"; echo "$?" >status; exec %s "$@"\n' "$PWD" \
	    "$(command -v git)" >bin/git
	chmod +x bin/git
	repo r
	echo 'int a;' >r/a.c
	run -1 --separate-stderr env PATH="$PWD/bin:$PATH" chunkify r
	[ ! -e ran ]
	[[ "$stderr" == *"git ls-files failed"* ]]
}

@test "hostile: core.worktree and links lead nowhere" {
	repo r
	mkdir out out/sub
	echo 'int secret;' >out/secret.c
	echo 'int secret;' >out/sub/secret.c
	repo out/repo
	echo 'int secret;' >out/repo/secret.c
	mkdir r/d r/e
	echo 'int a;' >r/a.c
	echo 'int d;' >r/d/secret.c
	mkdir r/d/sub
	echo 'int d;' >r/d/sub/secret.c
	repo r/e/repo
	git -C r/e/repo commit -q --allow-empty -m x
	git -C r add . 2>/dev/null
	git -C r config core.worktree "$PWD/out"
	git -C r config core.bare true
	[ "$(seen -C r .)" = "a.c d/secret.c d/sub/secret.c " ]
	# what the index has, behind a link
	rm -r r/d r/e
	ln -s ../out r/d
	ln -s ../out r/e
	run -0 --separate-stderr chunkify r
	! grep -q 'int secret' <<<"$output"
	[ "$(jq -r 'select(.type == "gone").file_path' <<<"$output" | tr '\n' ' ')" = "r/d/secret.c r/d/sub/secret.c " ]
	[ "$(skips <<<"$output" | tr '\n' ' ')" = "r/d symlink r/e symlink " ]
}

@test "hostile: work trees, submodules, split indexes, sparse checkouts are listed right" {
	repo r
	mkdir r/d
	echo 'int a;' >r/a.c
	echo 'int b;' >r/d/b.c
	echo '*.o' >r/.gitignore
	touch r/x.o
	git -C r add .
	git -C r commit -qm x
	git -C r worktree add -q ../w
	touch w/x.o
	echo 'int n;' >w/new.c
	[ "$(seen -C w .)" = ".gitignore a.c d/b.c new.c " ]
	[ "$(seen -C w/d .)" = "b.c " ]
	[ "$(seen w/d)" = "w/d/b.c " ]
	git -C r -c protocol.file.allow=always submodule --quiet add "$PWD/r" sub
	touch r/sub/x.o
	[ "$(seen -C r .)" = ".gitignore .gitmodules a.c d/b.c sub/.gitignore sub/a.c sub/d/b.c " ]
	[ "$(seen -C r/sub .)" = ".gitignore a.c d/b.c " ]
	git -C w update-index --split-index
	[ "$(seen -C w .)" = ".gitignore a.c d/b.c new.c " ]
	git -C w sparse-checkout set --no-cone /a.c
	[ ! -e w/d/b.c ]
	[ "$(chunkify -C w . | jq -r 'select(.type == "file").file_path' | tr '\n' ' ')" = "a.c new.c " ]
	ln -s r link
	[ "$(seen -C link d)" = "d/b.c " ]
	[ "$(seen link/d)" = "link/d/b.c " ]
	# a name that looks like an option
	repo ./-r
	echo 'int a;' >./-r/a.c
	[ "$(seen -- -r)" = "-r/a.c " ]
}

# --- nothing hangs ------------------------------------------------------------

@test "hostile: rules that are a FIFO, a device, a link or endless are not read, and that is an error" {
	mkdir -p d/sub
	echo 'int a;' >d/sub/a.c
	for make in 'mkfifo d/sub/.gitignore' 'ln -s /dev/zero d/sub/.gitignore' \
	    'ln -s ../rules d/sub/.gitignore' 'truncate -s 4G d/sub/.gitignore'; do
		rm -f d/sub/.gitignore
		eval "$make"
		for name in .gitignore .ignore; do
			echo "$make $name"
			[ "$name" = .gitignore ] || mv d/sub/.gitignore d/sub/.ignore
			run -1 --separate-stderr timeout 10 chunkify d
			[[ "$stderr" == "chunkify: d/sub/$name: its rules are not followed: "* ]]
			[ "$(grep -c . <<<"$stderr")" = 1 ]
			[ "$(skips <<<"$output")" = "d/sub/$name unreadable" ]
			[ "$(errors <<<"$output")" = 1 ]
			grep -q '"d/sub/a.c"' <<<"$output"
		done
		mv d/sub/.ignore d/sub/.gitignore
	done
	# nothing is pruned after it
	chunkify d | kvput $DB || true
	rm d/sub/a.c
	chunkify d 2>/dev/null | kvput --prune $DB || true
	[ "$(kvcount $DB d/sub/a.c)" = 1 ]
	# what asks for no rules needs none
	chunkify --no-ignore d
}

@test "hostile: git that waits for a FIFO is ended, and that is an error" {
	repo r
	echo 'int a;' >r/a.c
	git -C r add .
	cp -r r good
	for f in .git/index .git/config .git/HEAD .git/info/exclude .gitignore; do
		rm -rf r
		cp -r good r
		rm -f r/$f
		mkfifo r/$f
		echo $f
		run -1 --separate-stderr timeout 20 chunkify --timeout 0.1 r
		[ "$stderr" = "chunkify: r: git was silent for 0.3 seconds and was stopped" ]
		[ "$(errors <<<"$output")" = 1 ]
		skips <<<"$output" | grep -x 'r unreadable'
	done
	mkfifo fifo
	rm -rf r
	cp -r good r
	git -C r config core.excludesFile "$PWD/fifo"
	run -1 --separate-stderr timeout 20 chunkify --timeout 0.1 r
	[ "$stderr" = "chunkify: r: git was silent for 0.3 seconds and was stopped" ]
	cp good/.git/config r/.git/config
	git -C r config include.path "$PWD/fifo"
	run -1 --separate-stderr timeout 20 chunkify --timeout 0.1 r
	[ "$stderr" = "chunkify: r: git was silent for 0.3 seconds and was stopped" ]
	# a .git that is one is none
	rm -rf r/.git
	mkfifo r/.git
	timeout 20 chunkify r >out
	[ "$(skips <out)" = "r/.git special" ]
	grep -q '"r/a.c"' out
	# and no git is left behind
	! pgrep -f "$BATS_TEST_TMPDIR" -a | grep -w ls-files
}

@test "hostile: git does not take all memory" {
	repo r
	echo 'int a;' >r/a.c
	truncate -s 6G r/.gitignore
	run -1 --separate-stderr timeout 20 chunkify r
	[[ "$stderr" == "chunkify: r: git ls-files failed: "*"memory"* ]]
	[ "$(errors <<<"$output")" = 1 ]
}

@test "hostile: what git complains of is an error, in one line, without escapes" {
	repo r
	mkdir "r/closed"$'\e[31m'
	echo 'int a;' >"r/closed"$'\e[31m/a.c'
	echo 'int b;' >r/b.c
	chmod 0 r/closed*
	chmod -R a+rwX r/.git r
	chmod 0 r/closed*
	chmod a+rx .
	run -1 --separate-stderr unprivileged chunkify r
	chmod 700 r/closed*
	[[ "$stderr" == *"chunkify: r: git ls-files failed: "*"closed"*"Permission denied" ]]
	[[ "$stderr" != *$'\e'* ]]
	[ "$(errors <<<"$output")" = 1 ]
	grep -q '"r/b.c"' <<<"$output"
}

# --- slow and large ones ------------------------------------------------------

@test "hostile: 60,000 functions of a line each are parsed" {
	seq 60000 | sed 's/.*/void f&(int a){a++;b(a);}/' >a.c
	run -0 --separate-stderr pipe 'chunkify a.c | grep -o "\"parse_errors\":[0-9]*"'
	[ "$output" = '"parse_errors":0' ]
	[ -z "$stderr" ]
}

@test "hostile: a parse that takes too much memory is given up, and said to be" {
	{ printf '['; yes 1, | head -n 2100000 | tr -d '\n'; printf ']'; } >a.js
	run -0 --separate-stderr pipe 'chunkify -j1 a.js | grep -o "\"parse_errors\":[0-9]*"'
	[ "$output" = '"parse_errors":1' ]
	[ "$stderr" = "chunkify: a.js: cut between lines: parsing takes too much memory" ]
}

@test "hostile: --timeout holds for all that is done with a tree" {
	# it is parsed in a tenth of the time that its definitions would take
	yes 'a;' | head -n 1200000 | tr -d '\n' >a.c
	run -0 --separate-stderr pipe 'timeout 60 chunkify --timeout 2 a.c | grep -o "\"parse_errors\":[0-9]*"'
	[ "$output" = '"parse_errors":1' ]
	[ "$stderr" = "chunkify: a.c: cut between lines: parsing takes too long (--timeout)" ]
}

@test "hostile: link loops and links out, odd names, all is accounted for" {
	local n=0 i name
	mkdir -p d/a out
	echo 'int secret;' >out/secret.c
	ln -s . d/loop
	ln -s ../a d/a/loop
	ln -s b d/b; ln -s a2 d/a2
	ln -s ../out d/out
	ln -s ../out/secret.c d/secret.c
	ln -s /etc/passwd d/passwd.c
	mkfifo d/fifo.c
	perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0) and bind(S, sockaddr_un("d/socket.c")) or die'
	# a name of 255 bytes for each byte that can be in one
	for i in $(seq 255); do
		[ "$i" != 47 ] || continue
		printf -v name '\\x%02x' "$i"
		printf -v name "$name%0250d.c" "$i"
		echo "int a$i;" >"d/a/$name"
		n=$((n + 1))
	done
	chunkify d >out.jsonl
	! grep -q secret.*content out.jsonl
	[ "$(jq -r 'select(.type == "file") | .file_path // (.file_path_base64 | @base64d)' out.jsonl | grep -c '^d/a/')" -ge 253 ]
	[ "$(jq -c 'select(.type == "end") | [.files, .errors]' out.jsonl)" = "[$n,0]" ]
	[ "$(skips <out.jsonl | sort | tr '\n' ' ')" = "d/a/loop symlink d/a2 symlink d/b symlink d/fifo.c special d/loop symlink d/out symlink d/passwd.c symlink d/secret.c symlink d/socket.c special " ]
	kvput $DB <out.jsonl
	[ "$(kvcount -a $DB | wc -l)" -ge $n ]
}

@test "hostile: a directory 2,500 deep; what is out of reach is named" {
	local path
	path=$(printf 'dd/%.0s' $(seq 1250))
	mkdir -p d/dd/dd "d/$path"
	echo 'int top;' >d/z.c
	echo 'int a;' >d/dd/dd/a.c
	(cd -P "d/$path" && mkdir -p $path && cd -P $path && echo 'int a;' >a.c)
	run -1 --separate-stderr timeout 60 chunkify d
	rm -rf d
	[ "$(grep -c . <<<"$stderr")" = 1 ]
	[[ "$stderr" == "chunkify: d/dd/"*": File name too long" ]]
	[ "$(tail -n 1 <<<"$output" | jq -c '[.files, .errors]')" = "[2,1]" ]
}

@test "hostile: a sparse file of 4 GB, and one that is larger than it says" {
	truncate -s 4G a.c
	run -1 --separate-stderr timeout 20 chunkify a.c
	[ "$stderr" = "chunkify: a.c: too-large" ]
	run -1 --separate-stderr timeout 60 chunkify --max-file-size 1g a.c
	[ "$stderr" = "chunkify: a.c: too-large" ]
	# of size 0, with text all the same
	run -0 --separate-stderr timeout 20 chunkify --lang c /proc/self/status
	[ "$(tail -n 1 <<<"$output" | jq .errors)" = 0 ]
}

@test "hostile: permission is denied half way" {
	mkdir -p d/{a,b,c}
	for f in a b c; do echo 'int a;' >d/$f/x.c; done
	chmod -R a+rX d .
	chmod 0 d/b
	echo '*.o' >d/c/.gitignore
	chmod 0 d/c/.gitignore
	chmod 444 d/a	# it can be listed, and no file in it be reached
	run -1 --separate-stderr unprivileged chunkify d
	chmod 755 d/a d/b
	[ "$(skips <<<"$output" | tr '\n' ' ')" = "d/a/x.c unreadable d/b unreadable d/c/.gitignore unreadable " ]
	[ "$(errors <<<"$output")" = 3 ]
}

@test "hostile: files and directories that change, shrink and vanish meanwhile" {
	mkdir d
	(
		while :; do
			mkdir -p d/s
			for i in 1 2 3 4 5; do yes 'int a;' | head -n $((i * 300)) >d/s/$i.c; done
			: >d/s/1.c
			ln -sf /etc/passwd d/s/2.c
			mkfifo d/s/6.c
			rm -rf d/s
			echo 'int a;' >d/s
			rm d/s
		done 2>/dev/null
	) &
	changer=$!
	for i in $(seq 15); do
		timeout 20 chunkify d >out 2>err || [ $? = 1 ] || { kill $changer; cat err; false; }
		[ "$(tail -n 1 out | jq -r .type)" = end ] || { kill $changer; false; }
		! grep -q root: out || { kill $changer; false; }
	done
	kill $changer
}

@test "hostile: nested brackets in each language give the file back, in time" {
	local lang depth=3000 s
	for s in '(' '[' '{' '<' 'a(' 'if x {' '"${'; do
		yes "$s" | head -n $depth | tr -d '\n' >x
		for lang in $(chunkify --list-languages | cut -f1); do
			timeout 60 chunkify --lang "$lang" --timeout .05 x 2>err >out ||
			    { echo "$lang $s: $?"; false; }
			cat out
		done | jq -j 'select(.type == "chunk").content' >all
		for lang in $(chunkify --list-languages | cut -f1); do cat x; done | cmp - all
	done
}
