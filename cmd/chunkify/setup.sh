#!/bin/sh
# setup.sh DIR - fetch what the build needs and this machine lacks
#
# Debian's libraries come from apt-get, only when one is missing; tree-sitter's
# runtime, the grammars and bats from npm, at the versions and checksums of
# package-lock.json, without running any script of theirs, into DIR.
set -eu

here=$(dirname "$0")
dir=$1

missing=
need() {	# need PACKAGE FILE...: the package unless one of the files is there
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

libs=/usr/lib/$(gcc -print-multiarch 2>/dev/null || echo .)
need libdb5.3-dev "$libs/libdb-5.3.a"
need libjansson-dev "$libs/libjansson.a"
need libssl-dev "$libs/libcrypto.a"
program db5.3-util db5.3_verify
program inotify-tools inotifywait
program jq jq
program mandoc mandoc
program parallel parallel
program universal-ctags readtags

if [ -n "$missing" ]; then
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
fi

for tool in npm node; do
	if ! command -v $tool >/dev/null; then
		echo "setup: missing: $tool" >&2
		exit 2
	fi
done
mkdir -p "$dir"
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$dir"
if ! (cd "$dir" && npm ci --ignore-scripts --silent >npm.log 2>&1); then
	cat "$dir/npm.log" >&2
	echo "setup: npm ci failed: could not fetch the packages named above" >&2
	exit 2
fi
