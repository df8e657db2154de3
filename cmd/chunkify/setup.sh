#!/bin/sh
# setup.sh need WHAT...     - name the packages that are missing, and fail
# setup.sh install WHAT...  - install them (Debian's; needs the right to)
# setup.sh fetch DIR        - fetch the parts of package-lock.json into DIR
#
# WHAT: build, postgres, test, fuzz or analyse. The parts (tree-sitter's runtime, the
# grammars, SQLite, bats) come from npm, at the versions and checksums of
# package-lock.json, without running any script of theirs.
set -eu

here=$(dirname "$0")
verb=$1
shift

missing=
file() {	# file PACKAGE FILE...: the package, unless one of the files is there
	package=$1
	shift
	for f; do
		[ ! -e "$f" ] || return 0
	done
	missing="$missing $package"
}
program() {	# program PACKAGE NAME
	command -v "$2" >/dev/null || missing="$missing $1"
}

look() {	# look WHAT: add what is missing for it
	libs=/usr/lib/$(gcc -print-multiarch 2>/dev/null || echo .)
	case $1 in
	build)
		program gcc gcc
		if [ ! -d parts/node_modules ]; then	# not a release archive
			program nodejs node
			program npm npm
		fi
		file libc6-dev "$libs/libc.a"
		file libdb5.3-dev "$libs/libdb-5.3.a"
		file libjansson-dev "$libs/libjansson.a"
		file libpcre2-dev "$libs/libpcre2-8.a"
		file libssl-dev "$libs/libcrypto.a"
		file libzstd-dev "$libs/libzstd.a"
		;;
	postgres)
		file libpq-dev /usr/include/postgresql/libpq-fe.h
		;;
	test)
		file bash-completion /usr/share/bash-completion/bash_completion
		program db5.3-util db5.3_verify
		program fish fish
		file python3-jsonschema /usr/lib/python3/dist-packages/jsonschema
		program inotify-tools inotifywait
		program jq jq
		program lintian lintian
		program mandoc mandoc
		program parallel parallel
		program openssl openssl
		program openssh-client ssh
		file openssh-server /usr/sbin/sshd
		file postgresql /usr/lib/postgresql/*/bin/initdb
		program sqlite3 sqlite3
		program systemd systemd-analyze
		program universal-ctags readtags
		program zsh zsh
		;;
	fuzz)
		program clang clang
		file libclang-rt-dev \
		    /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a
		;;
	analyse)
		program clang-tidy clang-tidy
		program cppcheck cppcheck
		;;
	*)
		echo "setup: $1: unknown" >&2
		exit 2
		;;
	esac
}

install() {
	if ! command -v apt-get >/dev/null; then
		echo "setup: missing:$missing (Debian's names; no apt-get here to install them)" >&2
		exit 2
	fi
	echo "setup: installing$missing" >&2
	log=$(mktemp)
	# shellcheck disable=SC2086
	if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $missing; } \
	    >"$log" 2>&1 </dev/null; then
		cat "$log" >&2
		rm -f "$log"
		echo "setup: could not install:$missing" >&2
		exit 2
	fi
	rm -f "$log"
}

fetch() {
	mkdir -p "$1"
	cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$1"
	if ! (cd "$1" && npm ci --ignore-scripts --silent >npm.log 2>&1); then
		cat "$1/npm.log" >&2
		echo "setup: npm ci failed: could not fetch the packages named above" >&2
		exit 2
	fi
}

if [ "$verb" = fetch ]; then
	fetch "$1"
	exit
fi
for what; do
	look "$what"
done
[ -n "$missing" ] || exit 0
if [ "$verb" = install ]; then
	install
else
	echo "setup: missing:$missing (Debian's names; \"make deps\" installs them)" >&2
	exit 2
fi
