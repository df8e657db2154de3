load helper.bash

# What chunkify sees below a directory, in the order of bytes.
seen() { # seen [OPTION...] DIR
	chunkify --max-file-size 0 "$@" 2>/dev/null | jq -r 'select(.file_path) | .file_path' |
	    LC_ALL=C sort
}

# A repository whose configuration is nobody's but its own.
repo() { # repo DIR
	export HOME=$PWD GIT_CONFIG_NOSYSTEM=1
	git init -q "$1"
	git -C "$1" config user.name x
	git -C "$1" config user.email x@example
}

oracle() { # oracle DIR
	git -C "$1" -c core.quotePath=false ls-files --cached --others --exclude-standard |
	    LC_ALL=C sort -u
}

# A tree with a file for every name that the rules below can tell apart.
tree() { # tree DIR
	local d f
	for d in . a b a/b a/b/c build src/build src/a doc/x/y 'sp ace' a/.hidden; do
		mkdir -p "$1/$d"
		for f in x.c x.o y.log keep.log '#hash' '!bang' 'trail ' build.c \
		    'a[b].c' 'star*.c' README z9 file.tmp; do
			: >"$1/$d/$f"
		done
	done
}

# Each line of rules, tried alone and together with the one before it.
rules() {
	cat <<'EOF'
*.o
*.log
!keep.log
/build
build/
/a/b
a/b
b/
a/*
a/**
**/b
**/c/x.c
a/**/x.c
/**/y.log
doc/**/README
x.?
[xy].*
[!x].log
[^x].c
[a-c]
z[[:digit:]]
[[:upper:]]*
\#hash
#hash
\!bang
trail\ 
trail 
*
/*
!/a
!a/
!*/
a[[]b[]].c
a\[b\].c
star\*.c
sp ace/
sp?ace
.hidden
/a/.hidden/*
src/*/x.*
*/build.c
a/*/x.c
[]x]*
x*.c*
**
**/
a**b
*a/b
[x-]*
[
\
/
foo/**/bar
EOF
}

@test "ignore: git's own answer, for every kind of rule, in one file and in two" {
	repo r
	tree r
	local line before=
	while IFS= read -r line; do
		printf '%s\n%s\n' "$before" "$line" >r/.gitignore
		oracle r >want
		seen --no-ignore -C r . | grep -vx '.gitignore' | wc -l >all
		seen -C r . >got
		echo "rules: $before, $line"
		diff want got
		before=$line
	done < <(rules)
}

@test "ignore: git's own answer, over this very repository" {
	git -C "$ROOT" rev-parse >/dev/null 2>&1 || skip "no work tree"
	local d
	for d in . tests cmd/chunkify; do
		git -C "$ROOT/$d" ls-files --cached --others --exclude-standard -z |
		    (cd "$ROOT/$d" && while IFS= read -rd '' f; do [ ! -e "$f" ] || echo "$f"; done) |
		    LC_ALL=C sort >want
		seen -C "$ROOT/$d" . >got
		[ -s want ]
		diff want got
	done
}

@test "ignore: git's own answer, outside a repository, for rules made by chance" {
	local seed=1 n=0 rule d f
	repo r
	awk -v seed=$seed 'BEGIN {
		n = split("a b * ** / / ** * ? [ab] [!a] \\a \\/ [a-b] a* *b", t, " ")
		srand(seed)
		for (i = 0; i < 150; i++) {
			s = rand() < .2 ? "!" : ""
			for (k = int(rand() * 7) + 1; k > 0; k--)
				s = s t[int(rand() * n) + 1]
			print s
		}
	}' >rules
	for d in . a b ab a/b b/a a/b/a ab/b; do
		mkdir -p one/$d
		for f in c bc aba; do : >one/$d/$f; done
	done
	while IFS= read -r rule; do
		n=$((n + 1))
		cp -r one r/$n
		printf '*a\n!aba\n%s\n' "$rule" >r/$n/.gitignore
	done <rules
	cp -r r plain
	rm -rf plain/.git
	oracle r >want
	[ "$(wc -l <want)" -gt 500 ]
	seen -C plain . >got
	diff want got || { echo "seed $seed; the numbers are lines of:"; cat -n rules; false; }
}

@test "ignore: no rule takes for ever" {
	local path=d stars=x
	for i in $(seq 80); do path=$path/a; done
	for i in $(seq 25); do stars="*/a/**/$stars"; done
	mkdir -p $path
	echo 'int a;' >$path/a.c
	printf '**/%s\n%s%s\n' "$stars" "$(yes '*a' | head -n 60 | tr -d '\n')" b >d/.gitignore
	touch "d/$(printf 'a%.0s' $(seq 200))"
	timeout 5 chunkify d >out
	grep -q "$path/a.c" out
}

@test "ignore: outside a repository the same rules give the same files" {
	repo r
	tree r
	mkdir plain
	cp -r r/. plain
	rm -rf plain/.git
	local line before=
	while IFS= read -r line; do
		for d in r plain; do printf '%s\n%s\n' "$before" "$line" >$d/.gitignore; done
		oracle r >want
		[ -s want ] || { before=$line; continue; }
		seen -C plain . >got
		echo "rules: $before, $line"
		diff want got
		before=$line
	done < <(rules)
}

@test "ignore: nested rule files, negation, directories that are gone" {
	repo r
	tree r
	printf '*.log\n*.o\n/doc\n' >r/.gitignore
	printf '!y.log\n/b\n' >r/a/.gitignore
	printf '!x.o\n' >r/src/.gitignore
	printf '*\n' >r/build/.gitignore
	printf '!README\n' >r/doc/.gitignore
	cp -r r plain
	rm -rf plain/.git
	oracle r >want
	seen -C r . | diff want -
	seen -C plain . | diff want -
	# and from below
	oracle r/a >want
	seen -C r a | sed 's,^a/,,' | diff want -
	seen -C r/a . | diff want -
}

@test "ignore: tracked files although ignored, deleted ones, .git/info/exclude, core.excludesFile" {
	repo r
	tree r
	git -C r add a/x.o b
	printf '*.o\n' >r/.gitignore
	printf 'README\n' >r/.git/info/exclude
	printf 'z9\n' >mine
	git -C r config core.excludesFile "$PWD/mine"
	rm r/b/x.c
	oracle r | grep -vx b/x.c >want
	seen -C r . | grep -vx b/x.c | diff want -
	grep -x a/x.o want
	# what is tracked and not there is gone
	chunkify -C r . | jq -r 'select(.type == "gone").file_path' >out
	[ "$(cat out)" = b/x.c ]
}

@test "ignore: nested repositories and submodules by their own rules" {
	repo r
	mkdir r/sub r/plain r/empty
	repo r/sub
	printf 'x.c\n' >r/sub/.gitignore
	printf 'y.c\n' >r/.gitignore
	touch r/x.c r/y.c r/sub/x.c r/sub/y.c r/plain/y.c
	[ "$(seen -C r . | tr '\n' ' ')" = ".gitignore sub/.gitignore sub/y.c x.c " ]
	git -C r/sub add . && git -C r/sub commit -qm x
	git -C r add sub 2>/dev/null
	[ "$(git -C r ls-files --stage sub | cut -c1-6)" = 160000 ]
	[ "$(seen -C r . | tr '\n' ' ')" = ".gitignore sub/.gitignore sub/y.c x.c " ]
	# the other way round: a repository in a plain directory
	mkdir outer
	mv r outer
	printf 'x.c\n' >outer/.gitignore
	touch outer/x.c outer/z.c
	[ "$(seen -C outer . | tr '\n' ' ')" = ".gitignore r/.gitignore r/sub/.gitignore r/sub/y.c r/x.c z.c " ]
}

@test "ignore: .ignore counts too outside a repository, after .gitignore" {
	mkdir d
	touch d/a.c d/b.c d/c.c
	printf '*.c\n' >d/.gitignore
	printf '!b.c\n' >d/.ignore
	[ "$(seen -C d . | tr '\n' ' ')" = ".gitignore .ignore b.c " ]
}

@test "ignore: --no-ignore turns rules off, --exclude adds some" {
	repo r
	touch r/a.c r/b.c r/c.h
	mkdir r/gen
	touch r/gen/d.c
	printf 'a.c\n' >r/.gitignore
	[ "$(seen -C r --no-ignore . | tr '\n' ' ')" = ".gitignore a.c b.c c.h gen/d.c " ]
	[ "$(seen -C r --exclude '*.h' --exclude /gen . | tr '\n' ' ')" = ".gitignore b.c " ]
	[ "$(seen -C r --no-ignore --exclude 'gen/' . | tr '\n' ' ')" = ".gitignore a.c b.c c.h " ]
	# a file that is named is meant
	[ "$(seen -C r --exclude a.c a.c)" = a.c ]
	[ "$(seen -C r a.c)" = a.c ]
}

@test "ignore: rules that leave nothing at all are another tool's; the index is not emptied" {
	mkdir d
	touch d/a.c
	printf '/*\n!/debian/\n' >d/.gitignore
	run -0 --separate-stderr chunkify d
	[ "$stderr" = "chunkify: d: its ignore rules leave nothing; not followed" ]
	grep -q '"file_path":"d/a.c"' <<<"$output"
}

@test "ignore: a repository's configuration runs no program" {
	repo r
	touch r/a.c
	printf '#!/bin/sh\ntouch "%s/ran"\n' "$PWD" >evil
	chmod +x evil
	for key in core.fsmonitor core.sshCommand core.pager pager.ls-files \
	    core.editor diff.external filter.x.clean filter.x.smudge \
	    filter.x.process core.gitProxy credential.helper alias.ls-files \
	    core.askPass uploadpack.packObjectsHook; do
		git -C r config "$key" "$PWD/evil"
	done
	printf '* filter=x\n' >r/.gitattributes
	mkdir -p r/.git/hooks
	for h in fsmonitor-watchman post-index-change query-watchman; do cp evil r/.git/hooks/$h; done
	seen -C r . >out
	[ "$(tr '\n' ' ' <out)" = ".gitattributes a.c " ]
	[ ! -e ran ]
}

@test "ignore: a hook's GIT_ variables do not lead astray" {
	repo r
	repo other
	touch r/a.c other/b.c
	[ "$(GIT_DIR=$PWD/other/.git GIT_WORK_TREE=$PWD/other GIT_INDEX_FILE=nowhere seen -C r .)" = a.c ]
}

@test "ignore: a repository that git cannot read is an error, not an empty one" {
	repo r
	touch r/a.c
	git -C r add a.c
	echo garbage >r/.git/index
	run -1 --separate-stderr chunkify r
	[ "$(grep -c ^chunkify: <<<"$stderr")" = 1 ]
	[[ "$stderr" == *"chunkify: r: git ls-files failed"* ]]
	[ "$(jq -r 'select(.type == "skip") | "\(.file_path) \(.reason)"' <<<"$output")" = "r unreadable" ]
	[ "$(tail -n 1 <<<"$output" | jq .errors)" = 1 ]
}

@test "chunkify: a store in the tree is left out, in a git work tree and elsewhere" {
	mkdir -p src/sub/format
	printf 'int a;\n' >src/a.c
	printf 'int b;\n' >src/sub/b.c
	printf 'chunkkv is the word\n' >src/notes
	for o in -q --no-ignore; do
		chunkify $o src >fresh
		chunkify $o src | kvput src/db
		chunkify $o src | kvput src/sub/db
		chunkify $o src | diff fresh -
		rm -r src/db src/sub/db
	done
	git init -q src
	chunkify src >fresh
	chunkify src | kvput src/db
	chunkify src | kvput src/sub/db
	chunkify src | diff fresh -
	# what is called so and is none is not
	rm src/db/format
	mkfifo src/db/format
	chunkify src | jq -r 'select(.type == "skip").file_path' | grep -qx src/db/chunk.db
}
