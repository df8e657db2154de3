# bats file_tags=once
load helper.bash
load server.bash

# What the documents say is what the programs do.
#
# In a page's EXAMPLES a .Dl line or a ".Bd -literal" block is to be pasted
# into a shell, and a ".Bd -unfilled" block is what the one before it prints.
# In README.md these are ```sh and ```text. All of a document's blocks are run
# as written, in their order, in one tree: they must succeed, and what they
# print must be what is shown, or else nothing on stderr. That tree is a copy of
# tests/tree, which no program needs, so that it changes for no other reason.

# Leaks are a matter of the programs' own tests.
export ASAN_OPTIONS=detect_leaks=0

# For the page on it.
setup_file() {
	server_make
	server_start one
	export PGHOST=$PGTEST/one PGUSER=postgres PGDATABASE=postgres
}

teardown_file() {
	server_remove
}

pages() {
	ls "$ROOT"/cmd/*/*.1 "$ROOT"/common/*.[57]
}

# The commands of a page, or of README.md, into N.sh and N.out in blocks/.
page_blocks() { # page_blocks PAGE
	mkdir blocks
	awk '
	function plain(s) {
		gsub(/\\\(aq/, "\047", s)
		gsub(/\\\(dq/, "\"", s)
		gsub(/\\&/, "", s)
		gsub(/\\e/, "\\", s)
		return s
	}
	/^\.Sh / { here = $2 == "EXAMPLES"; next }
	!here { next }
	/^\.Dl / { print plain(substr($0, 5)) >("blocks/" ++n ".sh"); next }
	/^\.Bd -literal/ { out = "blocks/" ++n ".sh"; next }
	/^\.Bd -unfilled/ { out = "blocks/" n ".out"; next }
	/^\.Ed/ { out = ""; next }
	out != "" { print plain($0) >out }' "$1"
}

readme_blocks() {
	mkdir blocks
	awk '
	/^```sh$/ { out = "blocks/" ++n ".sh"; next }
	/^```text$/ { out = "blocks/" n ".out"; next }
	/^```/ { out = ""; next }
	out != "" { print >out }' "$ROOT/README.md"
}

# A work tree with two commits, and a store of the first: the second changes
# key.c and takes old.c out.
tree() { # tree SUBDIR: where the sources are
	mkdir -p tree/build
	cp -R "$ROOT/tests/tree" "tree/$1"
	echo 'int old;' >"tree/$1/old.c"
	git() {
		command git -c user.name=t -c user.email=t@t.example -C tree "$@"
	}
	git init -q
	git add "$1"
	git commit -qm one
	(cd tree && chunkify "$1" | kvput db)
	echo 'int new;' >>"tree/$1/key.c"
	git rm -q "$1/old.c"
	git commit -qam two
}

run_blocks() { # run_blocks WHAT
	local n what
	[ -e blocks/1.sh ]
	for ((n = 1; ; n++)); do
		[ -e blocks/$n.sh ] || break
		what="$1: $(cat blocks/$n.sh)"
		echo "$what"
		if [ -e blocks/$n.out ]; then
			(cd tree && bash -e ../blocks/$n.sh) >got 2>&1
			diff blocks/$n.out got
		else
			(cd tree && bash -e ../blocks/$n.sh) >got 2>complaints
			diff /dev/null complaints
		fi
	done
}

# --- the pages --------------------------------------------------------------

@test "docs: every page passes mandoc's lint" {
	local page
	for page in $(pages); do
		mandoc -T lint -W warning "$page" >lint || true
		diff /dev/null lint
	done
}

@test "docs: every program has a page, with EXIT STATUS and EXAMPLES, and is in chunkkv(7)" {
	local tool page
	for tool in $(ls "$BIN"); do
		page=$ROOT/cmd/$tool/$tool.1
		grep -q '^\.Sh EXIT STATUS' "$page"
		grep -q '^\.Sh EXAMPLES' "$page"
		grep -q "^\.It Xr $tool 1" "$ROOT/common/chunkkv.7"
	done
}

@test "docs: the examples of every page work when pasted" {
	local page name
	for page in $(grep -l '^\.Sh EXAMPLES' $(pages)); do
		name=$(basename "$page")
		mkdir "$name"
		cd "$name"
		page_blocks "$page"
		tree src
		[ "$name" != kvput.1 ] || rm -r tree/db	# it makes its own
		run_blocks "$name"
		# and a reader sees what was run
		mandoc -T ascii "$page" | col -bx | tr -s ' ' >seen
		cat blocks/* | expand | tr -s ' ' | sed 's/^ //' |
		    while read -r line; do
			grep -qF -- "$line" seen || { echo "not seen: $line"; exit 1; }
		done
		cd ..
	done
	# what chunkify(1) says of a commit: what it removed goes
	[ "$(kvcount -a chunkify.1/tree/db | grep -c 'old\.c')" = 0 ]
	# what kvput(1) and the README say of labels
	db5.3_dump -p kvput.1/tree/db/chunk.db | grep -q '"locking"\]'
}

@test "docs: what kvls(1) has for cron writes a mail when there are faults, and else none" {
	local line
	page_blocks "$ROOT/cmd/kvls/kvls.1"
	line=$(grep -h '^kvls --check ' blocks/*.sh)
	tree src
	mkdir bin
	printf '#!/bin/sh\ncat >mailed\n' >bin/mail
	chmod +x bin/mail
	cd tree
	PATH=$PWD/../bin:$PATH
	bash -e -c "$line"
	[ ! -e mailed ]
	kvget db src/path.c | head -n 1 | jq -r '"chunk:\(.file_path):x\n{}"' |
	    db5.3_load -T -t btree db/chunk.db
	bash -e -c "$line"
	diff mailed - <<<'chunk:src/path.c:x: no such key'
	rm -r db
	bash -e -c "$line"
	grep 'No such file' mailed
}

# Operands may be in capitals, and dots with or without a blank before them.
forms() {
	tr -s ' \n\t' ' ' | sed -E 's/usage: //; s/^ //; s/ $//; s/ \.\.\./.../g
		s/(^|[ [@:=])([A-Z]+)/\1\L\2/g'
}

@test "docs: the SYNOPSIS is the usage line" {
	local tool
	for tool in $(ls "$BIN"); do
		"$tool" --help >help
		sed -n '/^usage: /,/^$/p' help | forms >usage
		mandoc -T ascii -O width=500 "$ROOT/cmd/$tool/$tool.1" | col -bx |
		    sed -n '/^SYNOPSIS/,/^[A-RT-Z]/{/^[A-Z]/!p}' | forms >synopsis
		[ -s usage ]
		diff synopsis usage
	done
}

# -x, --long ARGUMENT
options_of() { # options_of --help
	sed -nE 's/^  (-., |    )(--[a-z-]+)( ([^ ]+))?  .*/\1\2 \L\4/p' "$1" |
	    sed -E 's/^ +//; s/ $//' | sort
}

@test "docs: a page has the options that its program takes, and no others" {
	local tool c
	for tool in $(ls "$BIN"); do
		"$tool" --help >help
		options_of help >taken
		sed -nE '/^\.It Fl/{s/ Ns = Ns Ar /=/;s/^\.It //;s/ Ar / /;s/ , /, /;s/Fl /-/g;p}' \
		    "$ROOT/cmd/$tool/$tool.1" | sort >documented
		[ -s taken ]
		diff documented taken
		# the program takes these, and no other letter
		for c in {a..z} {A..Z} {0..9}; do
			run "$tool" -$c /dev/null/none </dev/null
			if grep -q "^-$c," taken; then
				[[ "$output" != *'no such option'* ]]
			else
				[[ "$output" == "$tool: -$c: no such option"* ]]
			fi
		done
		while read -r c; do
			c=${c#-?, }
			run "$tool" "${c%% *}" </dev/null
			[[ "$output" != *'no such option'* ]]
		done <taken
		# and its usage has them all
		sed -n '/^usage: /,/^$/p' help >usage
		sed -E '/-h, |-V, /d; s/^(-.), .*/\1/; s/ .*//' taken | while read -r c; do
			case $c in
			--*) grep -q -e "$c\b" usage ;;
			*) grep -qE -e "\[-[^] -]*${c#-}|$c\b" usage ;;
			esac || { echo "$tool: $c is not in its usage"; exit 1; }
		done
	done
}

@test "docs: chunk(5) has the fields of every record, in their order" {
	awk '
	/^\.Sh / { here = $0 == ".Sh THE STREAM" }
	/^\.Ss / { here = 0 }
	!here { next }
	/^\.Bl/ { depth++ }
	/^\.El/ { depth-- }
	/^\.It Cm/ && depth == 1 { type = $3 }
	/^\.It Cm/ && depth == 2 {
		for (i = 3; i <= NF; i++)
			if ($i != ",")
				print type, $i
	}' "$ROOT/common/chunk.5" >documented
	awk '
	/^static const struct field [a-z]*_fields/ {
		type = $5
		sub(/_fields.*/, "", type)
	}
	match($0, /^\t(REC|LIST)\("[a-z_0-9]*"/) {
		split($0, word, "\"")
		print type, word[2]
	}' "$ROOT/common/record/record.c" >written
	[ "$(wc -l <written)" -gt 30 ]
	diff documented written
}

@test "docs: chunk(5) has every label" {
	sed -n '/^\.Ss Labels/,/^\.Ss References/s/^\.It Cm //p' "$ROOT/common/chunk.5" >documented
	sed -n '/^const char \*const label_names/,/^}/p' "$ROOT/cmd/chunkify/lang.c" |
	    grep -o '"[a-z]*"' | tr -d '"' >known
	[ -s known ]
	diff documented known
}

@test "docs: chunkkv(7) has every file in the directory of a store" {
	local name
	tree src
	sed -n '/^\.Sh FILES/,/^\.Sh EXIT/s/^\.It Pa //p' "$ROOT/common/chunkkv.7" |
	    tr -s ' ,' '\n' >documented
	for name in $(ls tree/db); do
		grep -qx "$name" documented || { echo "$name"; false; }
	done
}

@test "docs: chunk(5) has the keys of a store, and no others" {
	local db
	tree src
	(cd tree && chunkify --ast src | kvput full)
	for db in tree/full/*.db; do
		db5.3_dump -p "$db" | sed -n '/^HEADER=END/,/^DATA=END/p' |
		    sed -n 's/^ \([a-z]*:\).*/\1/p'
	done | sort -u >found
	sed -n 's/^\.It Li \([a-z]*:\).*/\1/p' "$ROOT/common/chunk.5" | sort -u >documented
	[ -s found ]
	diff documented found
}

# --- README -----------------------------------------------------------------

@test "docs: README's commands print what it shows" {
	readme_blocks
	tree src
	mkdir -p tree/tests
	cp -R "$ROOT/tests/tree" tree/tests
	run_blocks README
	[ "$(ls blocks/*.out | wc -l)" -ge 3 ]
}

@test "docs: chunkkv-languages(7) names every language, and no others" {
	sed -n '/with tree-sitter:$/,/that are built in/s/^\.Cm \([a-z_]*\).*/\1/p' \
	    "$ROOT/common/chunkkv-languages.7" | sort >said
	chunkify --list-languages | cut -f1 | sort | diff said -
}

@test "docs: chunkkv-hacking(7) names every measurement, and no others" {
	sed -n '/^\.Dq make bench/,/^\.Pp/s/^\.Cm \([a-z]*\).*/\1/p' \
	    "$ROOT/common/chunkkv-hacking.7" | sort >said
	sed -n 's/.*|| set -- //p' "$ROOT/tests/bench/bench.sh" | tr ' ' '\n' | sort |
	    diff - said
}

@test "docs: README has every option of kvget and kvls" {
	local tool o
	sed -n '/^## What you can ask/,/^## The manual/p' "$ROOT/README.md" | tr '`' ' ' >said
	for tool in kvget kvls; do
		sed -n 's/^\.It Fl \([^ ]*\).*/-\1/p' "$ROOT/cmd/$tool/$tool.1" |
		    grep -v '^-[hV]$' >options
		[ -s options ]
		while read -r o; do
			grep -q -e " $o " said || { echo "$tool $o"; false; }
		done <options
	done
}

@test "docs: the files that README and chunkkv-hacking(7) name are there" {
	local path
	{
		sed -n '/^cmd\/chunkify\/  /,/^\.Ed/s/^\([^ ]*\)  .*/\1/p' "$ROOT/common/chunkkv-hacking.7"
		sed -n 's|^\.Pa ||p' "$ROOT/common/chunkkv-hacking.7" | grep -o '[^ ]*/[^ ]*'
		grep -oE '\((cmd|common|tests)/[A-Za-z0-9_./-]+\)' "$ROOT/README.md" | tr -d '()'
	} | sed 's|^\\&||' | grep -v 'NAME\|kotlin\|^build/\|^libexec\|^parts/\|^/' >paths
	[ "$(wc -l <paths)" -gt 40 ]
	while read -r path; do
		[ -e "$ROOT/$path" ] || { echo "$path"; false; }
	done <paths
}

@test "docs: README is short, and begins with what it is for and two commands" {
	[ "$(wc -l <"$ROOT/README.md")" -le 200 ]
	head -n 12 "$ROOT/README.md" >top
	grep -q 'search.*retrieval' top
	grep -q '^    make demo ' top
	grep -q '^    make check ' top
}

# --- what README says of make -----------------------------------------------

@test "docs: make install puts programs and pages in place" {
	local tool page dir=$PWD/x/usr
	unset MAKEFLAGS
	make -C "$ROOT" -o all install B="$(dirname "$BIN")" DESTDIR="$PWD/x" PREFIX=/usr
	for tool in $(ls "$BIN"); do
		if ! strip -o stripped "$BIN/$tool" 2>/dev/null; then
			cp "$BIN/$tool" stripped	# a script
		fi
		cmp stripped "$dir/bin/$tool"
	done
	for page in $(pages); do
		cmp "$page" "$dir/share/man/man${page##*.}/$(basename "$page")"
	done
	[ "$(ls "$dir"/bin | wc -l)" = "$(ls "$BIN" | wc -l)" ]
}

@test "docs: make demo chunks, stores, and finds a function" {
	unset MAKEFLAGS
	make -C "$ROOT" -o all demo B="$(dirname "$BIN")" SRC=tests/tree DB="$PWD/demo.db" >out 2>&1
	grep -q '^kvput: files: 10 new' out
	make -C "$ROOT" -o all demo B="$(dirname "$BIN")" SRC=common/base DB="$PWD/two.db" >out 2>&1
	grep -q 'jsonl\.c:[0-9-]* function jsonl_next' out
	grep -qx 'jsonl_next(struct jsonl \*j, const char \*\*line, size_t \*len)' out
	[ "$(kvcount demo.db tests/tree/path.c)" = 2 ]
}
