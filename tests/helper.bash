# What all tests share. Each runs in a directory of its own and needs no other.

bats_require_minimum_version 1.5.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
case ${BIN:=$ROOT/build/bin} in
/*) ;;
*) BIN=$ROOT/$BIN ;;
esac
PATH=$BIN:$PATH
FIXTURES=$ROOT/tests/fixtures
export DB=test.db

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
}

# A pipeline for run: it fails if any part of it does.
pipe() {
	bash -o pipefail -c "$1"
}

# Records by hand. The numbers are computed, so that they are right unless a
# test makes them wrong.

begin() { # begin [MODE]
	printf '{"type":"begin","format":1,"roots":["."],"options":"mode=%s"}\n' \
	    "${1:-partition}"
}

end() { # end FILES CHUNKS
	printf '{"type":"end","files":%d,"chunks":%d,"skipped":0,"errors":0}\n' \
	    "$1" "$2"
}

hash() { # hash TEXT
	printf %s "$1" | sha256sum | cut -d' ' -f1
}

file() { # file PATH TEXT [MTIME]
	jq -nc --arg p "$1" --arg h "$(hash "$2")" \
	    --argjson n "$(printf %s "$2" | wc -c)" --argjson m "${3:-1}" \
	    '{type: "file", file_path: $p, language: "c", size: $n,
	    mtime_ns: $m, content_hash: $h, parse_errors: 0}'
}

chunk() { # chunk PATH START TEXT
	jq -nc --arg p "$1" --argjson s "$2" --arg t "$3" \
	    --arg h "$(hash "$3")" --argjson n "$(printf %s "$3" | wc -c)" \
	    '{type: "chunk", file_path: $p, byte_start: $s,
	    byte_end: ($s + $n), start_line: 1, end_line: 1, language: "c",
	    symbol_name: null, symbol_kind: null, scope: null, part: null,
	    symbols: [], content: $t, content_hash: $h, labels: []}'
}

# A file that is made of these texts, one a chunk.
whole() { # whole PATH TEXT...
	local path=$1 at=0 text IFS=
	shift
	file "$path" "$*"
	for text; do
		chunk "$path" "$at" "$text"
		at=$((at + $(printf %s "$text" | wc -c)))
	done
}

# Many files of the same few texts: streams of some size, made fast.
many() { # many FILES CHUNKS TEXT
	{
		begin
		awk -v n="$1" -v k="$2" -v text="$3" -v sum="$(hash "$3")" \
		    -v whole="$(yes "$3" | head -n "$2" | tr -d '\n' | sha256sum | cut -d' ' -f1)" 'BEGIN {
			len = length(text)
			for (i = 0; i < n; i++) {
				p = sprintf("f%05d", i)
				printf "{\"type\":\"file\",\"file_path\":\"%s\",\"language\":\"c\",\"size\":%d,\"mtime_ns\":1,\"content_hash\":\"%s\",\"parse_errors\":0}\n", p, len * k, whole
				for (j = 0; j < k; j++)
					printf "{\"type\":\"chunk\",\"file_path\":\"%s\",\"byte_start\":%d,\"byte_end\":%d,\"start_line\":1,\"end_line\":1,\"language\":\"c\",\"symbol_name\":null,\"symbol_kind\":null,\"scope\":null,\"part\":null,\"symbols\":[],\"content\":\"%s\",\"content_hash\":\"%s\",\"labels\":[]}\n", p, len * j, len * (j + 1), text, sum
			}
		}'
		end "$1" $(($1 * $2))
	}
}

# The keys and values of the store, a line each, times taken out.
dump() { # dump DB [TABLE...]
	local db dir=$1
	shift
	[ $# != 0 ] || set -- chunk file
	for db; do
		db5.3_dump -p "$dir/$db.db" | sed -n '/^HEADER=END/,/^DATA=END/p' |
		    sed 's/,"\(created_at\|stored_at\)":[0-9]*}$/}/'
	done
}

keys() { # keys DB
	db5.3_dump -p "$1/chunk.db" | sed -n 's/^ \(chunk:.*\)/\1/p'
}

# As somebody whom permissions stop: root is not.
unprivileged() {
	if [ "$(id -u)" != 0 ]; then
		"$@"
		return
	fi
	mkdir -p bin
	cp "$BIN/$1" bin
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/test "$BATS_TEST_TMPDIR"
	set -- "bin/$1" "${@:2}"
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
