# bats file_tags=once
load helper.bash

# What the shells offer when somebody presses Tab. What is offered is told by
# common/completion/complete; that it gets to the shells, by the shells.

setup_file() {
	export USR=$BATS_FILE_TMPDIR/usr
	make -s -C "$(dirname "$BATS_TEST_DIRNAME")" -o all install \
	    B="$(dirname "${BIN:=$BATS_TEST_DIRNAME/../build/bin}")" DESTDIR= PREFIX="$USR"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	mkdir src
	cp "$ROOT"/tests/tree/* src
	cp src/key.c 'src/od d.c'
	chunkify --ast src | kvput $DB
	mv src files	# what the store knows is not there
	PATH=$USR/bin:$PATH
}

offers() { # offers TOOL N WORD...: all but the first line
	"$USR/share/chunkkv/complete" "$@" | sed 1d
}

@test "completion: each option of each tool, with its help, from --help" {
	local tool
	for tool in "$USR"/bin/*; do
		tool=${tool##*/}
		$tool --help | sed -nE 's/^  (-., |    )(--[a-z-]+)( [^ ]+)?  +/\2\t/p' >there
		[ -s there ]
		offers $tool 1 - | diff there -
		offers $tool 2 -- -- | diff /dev/null -
	done
	[ "$(offers chunkify 1 --max-s | cut -f1)" = --max-size ]
	[ "$(offers kvls 2 $DB --j | cut -f1)" = --json ]
}

@test "completion: from the store its paths, names, labels and kinds" {
	[ "$(offers kvcount 2 $DB '')" = src/ ]
	[ "$(offers kvcount 2 $DB src/path | xargs)" = "src/path.c src/path.h" ]
	[ "$(offers kvget 3 $DB src/path.c src/od)" = "src/od d.c" ]
	[ "$(offers kvls 2 -0lr s $DB)" = src/ ]
	[ "$(offers kvls 3 -lrdr $DB '')" = src/ ]
	[ "$(offers kvdel 2 --below src/p $DB | xargs)" = "src/path.c src/path.h" ]
	# names: the store stands before or behind
	[ "$(offers kvget 2 -s path_ $DB)" = path_normal ]
	[ "$(offers kvget 3 $DB --symbol path_)" = path_normal ]
	[ "$(offers kvget 3 $DB -ps path_)" = path_normal ]
	offers kvget 3 $DB -S '' | sort | diff - <(kvls --symbols --json $DB | jq -r .name | sort -u)
	# labels, all
	offers kvget 3 $DB -l '' | diff - <(kvls --labels $DB | cut -f2)
	[ "$(offers kvget 5 $DB -l c --label doc)" = documented ]
	[ "$(offers kvget 4 $DB src/path.c --ast-kind Wh)" = While ]
	offers kvget 4 $DB src/path.c --ast-kind '' | diff - <(kvget --ast $DB src/path.c | jq -r .kind | sort -u)
	# without a store there is nothing, and no message
	run -0 offers kvget 2 nope ''
	[ -z "$output" ]
	run -0 offers kvget 2 -s ''
	[ -z "$output" ]
}

@test "completion: files, directories and languages where they are meant" {
	is() { # is KIND TOOL N WORD...
		[ "$("$USR/share/chunkkv/complete" "${@:2}" | head -n 1)" = "$1" ] ||
		    { echo "$@"; false; }
	}
	is :files chunkify 1 ''
	is :files chunkify 2 --files-from ''
	is :files chunkify 2 --unchanged s
	is :directories chunkify 2 -C ''
	is :directories kvget 1 ''
	is :directories kvls 2 --repair ''
	is :files kvindex 2 $DB ''
	is :files kvdel 2 --files-from ''
	is '' kvput 2 $DB ''
	is '' kvput 2 --wait ''
	diff <(offers chunkify 2 --lang '') <(chunkify --list-languages | cut -f1)
	[ "$(offers chunkify 2 --ext .inc=ph)" = .inc=php ]
}

@test "completion: a large store costs no more than what is offered" {
	{ begin; many 4000 1 'int x;' | sed '1d;$d'; end 4000 4000; } | kvput big
	chunkify files | jq -c 'select(.type == "begin" or .type == "end" | not)' | kvput big
	[ "$(offers kvcount 2 big '' | wc -l)" = 100 ]
	[ "$(offers kvcount 2 big f0399 | wc -l)" = 10 ]
	[ "$(offers kvget 2 -l doc big)" = documented ]
	[ "$(offers kvget 2 -l c big)" = c ]
	[ "$(offers kvget 2 -s path_ big)" = path_normal ]
}

# A line is typed into a shell on a terminal, with a Tab in it, and run.
typed() { # typed LINE, for the $shell
	printf '%s\n exit\n' "$1" | HOME=$PWD TERM=dumb PS1='$ ' timeout 60 script -qec "$shell" /dev/null
}

shell_of() { # shell_of bash | zsh | fish
	case $1 in
	bash)
		cat >rc <<-END
			. /usr/share/bash-completion/bash_completion
			for f in $USR/share/bash-completion/completions/*; do . "\$f"; done
			PATH=$PATH
		END
		shell='bash --noprofile --rcfile rc -i' ;;
	zsh)
		cat >.zshrc <<-END
			fpath=($USR/share/zsh/site-functions \$fpath)
			autoload -U compinit
			compinit -u -D
			PATH=$PATH
		END
		shell="env ZDOTDIR=$PWD zsh -i" ;;
	fish)
		shell="env XDG_DATA_DIRS=$USR/share:/usr/share fish -i" ;;
	esac
}

@test "completion: bash, on a terminal" {
	local shell
	shell_of bash
	in_shells
	typed $'kvcount test.db "src/od\t >out'
	[ "$(cat out)" = "$(kvcount $DB 'src/od d.c')" ]
	# paths with colons in them
	printf 'int a;\n' >a:b.c
	chunkify a:b.c | kvput $DB
	rm a:b.c
	typed $'kvcount test.db a:\t >out'
	[ "$(cat out)" = 1 ]
}

@test "completion: zsh, on a terminal" {
	local shell
	shell_of zsh
	in_shells
}

@test "completion: fish, on a terminal" {
	fish_offers() {
		HOME=$PWD XDG_DATA_DIRS=$USR/share:/usr/share fish -c "complete -C '$1'"
	}
	[ "$(fish_offers "kvcount $DB src/pa" | xargs)" = "src/path.c src/path.h" ]
	[ "$(fish_offers "kvcount $DB src/od")" = 'src/od d.c' ]
	[ "$(fish_offers "kvget -ts path_" | wc -l)" = 0 ]
	[ "$(fish_offers "kvget $DB -t -s path_")" = path_normal ]
	[ "$(fish_offers "kvput --pru" | cut -f1)" = --prune ]
	[ "$(fish_offers "chunkify --lang pyth")" = python ]
	[ "$(fish_offers "kvget tes")" = "test.db/" ]
	[ "$(fish_offers "chunkify files/pa" | xargs)" = "files/path.c files/path.h" ]
}

in_shells() {
	typed $'kvcount tes\t src/key.c\t >out'
	[ "$(cat out)" = "$(kvcount $DB src/key.c)" ]
	typed $'kvcount test.db/ sr\tpath.c >out'
	[ "$(cat out)" = 2 ]
	typed $'kvcount test.db/ src/od\t >out'
	[ "$(cat out)" = "$(kvcount $DB 'src/od d.c')" ]
	typed $'kvget test.db/ --sym\t path_\t -t >out'
	kvget $DB -s path_normal -t | diff - out
	typed $'chunkify --list-l\t >out'
	chunkify --list-languages | diff - out
	typed $'chunkify fil\thash.c\t --lang pyth\t >out'
	grep -q '"language":"python"' out
}

@test "completion: nothing that a store has is run, or obeyed by the terminal" {
	local shell label='x$(touch pwned)`touch pwned`;touch pwned' i
	chunkify files/mem.c | jq -c --arg l "$label" 'if .type == "chunk" then
	    .labels = [$l, "y\u001b[2J", "z\u009b"] else . end' | kvput odd
	touch $'\e[2Jp' p
	cp files/mem.c $'p\e[2Jp'
	chunkify $'p\e[2Jp' --lang c | kvput odd
	[ "$(offers kvget 3 odd -l '' | grep -v '^[a-w]')" = "$label" ]
	[ "$(offers kvget 2 odd '')" = files/ ]
	# not even the tool, where it is not the one that is installed
	printf '#!/bin/sh\ntouch pwned\n' >kvget
	chmod +x kvget
	offers ./kvget 1 -
	for i in bash zsh fish; do
		shell_of $i
		typed $'kvget odd -t -l x\t >out'
		[ ! -e pwned ]
		kvget odd -t -l "$label" | diff - out
		rm out
	done
}
