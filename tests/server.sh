#!/bin/bash
# server.sh COMMAND...: run it beside a PostgreSQL server, which SERVER names,
# and stop that.
set -eu
. "$(dirname "$0")/server.bash"
server_make
trap server_remove EXIT
server_start one ${SERVER_OPTIONS-}
export SERVER="postgresql://postgres@/postgres?host=$PGTEST/one" PGHOST="$PGTEST/one" PGUSER=postgres
"$@"
