# What all tests share. Each runs in a directory of its own and needs no other.

bats_require_minimum_version 1.5.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
case ${BIN:=$ROOT/build/bin} in
/*) ;;
*) BIN=$ROOT/$BIN ;;
esac
: "${UNIT:=${BIN%/bin}/unit}"
STREAM=$UNIT/stream
PATH=$BIN:$PATH
FIXTURES=$ROOT/tests/fixtures
export DB=test.db

# With SERVER (make check-postgres) each test's store lies there.
setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	[ -z "${SERVER-}" ] || DB=$SERVER#$(basename "$BATS_TEST_FILENAME")-$BATS_TEST_NUMBER
}

# Has it this store?
at_server() {
	[ -n "${SERVER-}" ] && [ "${1%%\#*}" = "$SERVER" ]
}

# A pipeline for run: it fails if any part of it does.
pipe() {
	bash -o pipefail -c "$1"
}

# Records by hand, written by stream.c. The numbers are computed, so that they
# are right unless a test makes them wrong.

begin() { "$STREAM" begin "$@"; }	# begin [MODE]
end() { "$STREAM" end "$@"; }		# end FILES CHUNKS
file() { "$STREAM" file "$@"; }		# file PATH TEXT [MTIME]
chunk() { "$STREAM" chunk "$@"; }	# chunk PATH START TEXT

# A file that is made of these texts, one a chunk.
whole() { "$STREAM" whole "$@"; }	# whole PATH TEXT...

# Many files of the same few texts: streams of some size, made fast.
many() { "$STREAM" many "$@"; }		# many FILES CHUNKS TEXT

hash() { # hash TEXT
	printf %s "$1" | sha256sum | cut -d' ' -f1
}

# The keys and values of the store, a line each, times taken out.
dump() { # dump DB [TABLE...]
	local db dir=$1
	if [ -f "$dir" ] || [ -n "${SERVER-}" ]; then	# as a stream
		kvget -a "$dir" | sed '/^{"type":"begin"/d; s/,"\(created_at\|stored_at\)":[0-9]*}$/}/'
		return
	fi
	shift
	[ $# != 0 ] || set -- chunk file
	for db; do
		db5.3_dump -p "$dir/$db.db" | sed -n '/^HEADER=END/,/^DATA=END/p' |
		    sed 's/,"\(created_at\|stored_at\)":[0-9]*}$/}/'
	done
}

keys() { # keys DB
	if [ -f "$1" ] || at_server "$1"; then
		kvget -a "$1" | jq -r 'select(.type == "chunk") | "chunk:" +
		    (.file_path | gsub(":"; "::")) + ":\(.byte_start):\(.byte_end)"' | sort
		return
	fi
	db5.3_dump -p "$1/chunk.db" | sed -n 's/^ \(chunk:.*\)/\1/p'
}

# Berkeley DB's own tools, able to read sym.db.
db5.3_dump() { LD_PRELOAD=$UNIT/../tests/deltas.so command db5.3_dump "$@"; }
db5.3_load() { LD_PRELOAD=$UNIT/../tests/deltas.so command db5.3_load "$@"; }
db5.3_verify() { LD_PRELOAD=$UNIT/../tests/deltas.so command db5.3_verify "$@"; }

# Berkeley DB's own opinion of a store that it keeps.
verify() { # verify DB
	[ -f "$1" ] || at_server "$1" || db5.3_verify -q "$1"/*.db
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
