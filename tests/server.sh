#!/bin/bash
# server.sh COMMAND...: run it beside a PostgreSQL server, which SERVER names,
# and stop that. With SHARDS set it has the files on two others.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/tests/server.bash"
server_make
trap server_remove EXIT
if [ -n "${SHARDS-}" ]; then
	server_cluster one west east
else
	server_start one
fi
export SERVER="postgresql://postgres@/postgres?host=$PGTEST/one" PGHOST="$PGTEST/one" PGUSER=postgres
"$@"
