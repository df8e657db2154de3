#!/bin/bash
# many.sh BUILD - PostgreSQL: many writers at once, against the limits
#
# Four trees, parts of TREE; streams are made before. A server of our own, on
# disk and with fsync, as Debian sets it up. Prints figures and asserts nothing.
set -euo pipefail

B=$(cd "$1" && pwd)
export PATH=$B/bin:$PATH LC_ALL=C
W=$B/bench/many
: "${TREES:=fs net kernel sound}"
mkdir -p "$W"
. "$(dirname "$0")/../server.bash"
server_make
trap server_remove EXIT
server_start one -c fsync=on -c shared_buffers=128MB -c autovacuum=on -c max_wal_size=1GB
export PGHOST=$PGTEST/one PGUSER=postgres PGDATABASE=postgres

seconds() { # seconds CMD...: wall seconds
	local s=$EPOCHREALTIME
	"$@" >&2
	awk -v a="$s" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f\n", b - a }'
}
fresh() { # fresh DATABASE
	psql -Xqc "SET client_min_messages = warning" -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1"
}
sql() { # sql DATABASE QUERY
	psql -XAtqd "$1" -c "$2"
}
put() { # put DATABASE TREE
	kvput "postgresql:///$1#$2" <"$W/$2"
}
one_by_one() {
	for t in $TREES; do put serial "$t"; done
}
at_once() {
	for t in $TREES; do put many "$t" & done
	wait
}
tables="file chunk definition labelset text"
copy() {
	for t in $tables; do
		psql -Xqd copied -c "\\copy chunkkv.$t FROM '$W/$t.rows' (FORMAT BINARY)"
	done
}

for t in $TREES; do
	[ -s "$W/$t" ] || chunkify -q -C "$TREE" "$t" >"$W/$t" || true
done

for d in serial many copied; do fresh $d; done
echo "# many: $TREES, by four writers and one after the other"
one=$(seconds one_by_one)
four=$(seconds at_once)
echo "one after the other $one s, at once $four s, ratio $(awk "BEGIN { printf \"%.2f\", $four / $one }") ($(nproc) cores for writers and server)"

echo "# many: the rows of $TREES by psql's COPY, and by kvput"
for t in $tables; do
	psql -Xqd serial -c "\\copy chunkkv.$t TO '$W/$t.rows' (FORMAT BINARY)"
done
kvput "postgresql:///copied#main" </dev/null
psql=$(seconds copy)
echo "COPY $psql s, kvput $one s: $(awk "BEGIN { printf \"%.2f\", $psql / $one }") of its speed (at least 0.6)"
rm -f "$W"/*.rows

echo "# many: a count, from a cold process and on an open connection"
path=$(kvls "postgresql:///serial#kernel" | sed -n 100p)
cold() { for _ in $(seq 100); do kvcount "postgresql:///serial#kernel" "$path" >/dev/null; done; }
null() { for _ in $(seq 100); do /bin/true; done; }
echo "cold $(awk "BEGIN { printf \"%.1f\", 10 * ($(seconds cold)) }") ms (at most 10), /bin/true $(awk "BEGIN { printf \"%.1f\", 10 * ($(seconds null)) }")"
id=$(sql serial "SELECT file FROM chunkkv.files WHERE store = 'kernel' AND file_path = '$path'")
{	# prepared, as the engine does it
	echo "PREPARE count(bigint) AS SELECT count(*) FROM chunkkv.chunk WHERE file = \$1;"
	for i in $(seq 2000); do echo "EXECUTE count('$id');"; done
} >"$W/counts"
all=$(seconds psql -XAtqd serial -o /dev/null -f "$W/counts")
echo "open $(awk "BEGIN { printf \"%.3f\", $all / 2 }") ms (at most .1)"

echo "# many: what a chunk costs"
sql serial "VACUUM ANALYZE"
read -r chunks definitions < <(sql serial "SELECT (SELECT count(*) FROM chunkkv.chunk), (SELECT count(*) FROM chunkkv.definition)" | tr '|' ' ')
sql serial "SELECT relname, pg_total_relation_size(oid) / $chunks FROM pg_class
    WHERE relnamespace = 'chunkkv'::regnamespace AND relkind = 'r' AND relpages > 1" |
    while IFS='|' read -r t n; do echo "$t: $n bytes a chunk"; done
echo "$chunks chunks, $definitions definitions, $(awk "BEGIN { printf \"%.0f\", $chunks / $one }") chunks a second by one writer, $(awk "BEGIN { printf \"%.0f\", $chunks / $four }") by four"
