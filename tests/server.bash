# PostgreSQL servers for tests: in a directory of their own under /tmp (the path
# of a socket has room for a hundred bytes), with a socket alone, not as root,
# and for no longer than whoever made them lives.
SERVERS=${BASH_SOURCE[0]}

PGBIN=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)

as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
	else
		"$@"
	fi
}

server_make() { # server_make: $PGTEST, and in it what each server begins with
	PGTEST=$(mktemp -d /tmp/pg.XXXXXX)
	chmod 755 "$PGTEST"
	[ "$(id -u)" != 0 ] || chown postgres "$PGTEST"
	(cd "$PGTEST" && as_postgres "$PGBIN/initdb" -N -D new -E UTF8 --locale=C -A trust -U postgres) >"$PGTEST.log" 2>&1 ||
	    { cat "$PGTEST.log"; return 1; }
	rm "$PGTEST.log"
	export PGTEST
	# kill -9 is no excuse
	setsid bash -c '. "$1"; tail --pid="$2" -f /dev/null; server_remove' - "$SERVERS" $$ \
	    >/dev/null 2>&1 </dev/null 3>&- &
	disown
}

server_start() { # server_start NAME [OPTION...]: its socket in $PGTEST/NAME
	local name=$1 dir=$PGTEST/$1
	shift
	if [ ! -d "$dir" ]; then
		as_postgres mkdir "$dir"
		as_postgres cp -r "$PGTEST/new" "$dir/data"
	fi
	(cd "$dir" && as_postgres timeout -s INT -k 10 900 "$PGBIN/postgres" -D data -c listen_addresses= \
	    -c unix_socket_directories="$dir" -c fsync=off -c autovacuum=off -c shared_buffers=64MB "$@" \
	    >>log 2>&1 3>&- & echo $! >"$PGTEST/$name.pid")
	until "$PGBIN/pg_isready" -q -h "$dir"; do
		kill -0 "$(cat "$PGTEST/$name.pid")"
	done
}

server_pid() { # server_pid NAME: of the server itself
	head -n 1 "$PGTEST/$1/data/postmaster.pid"
}

server_stop() { # server_stop NAME
	local pid
	pid=$(server_pid "$1") || return 0
	kill -INT "$pid"
	while kill -0 "$pid" 2>/dev/null; do :; done
}

server_kill() { # server_kill NAME: it and all that serve somebody, at once
	local pid all
	pid=$(server_pid "$1")
	all="$pid $(pgrep -P "$pid")"
	kill -9 $all
	for pid in $all; do	# one that has ended may be there, but has no program
		while readlink "/proc/$pid/exe" >/dev/null; do :; done
	done
	rm -f "$PGTEST/$1/data/postmaster.pid"
}

server_remove() { # stop all, leave nothing
	local pid
	for pid in "$PGTEST"/*/data/postmaster.pid; do
		[ ! -e "$pid" ] || server_stop "$(basename "${pid%/data/*}")"
	done
	rm -rf "$PGTEST"
}

# server_cluster FRONT SHARD...: started, FRONT having the files of all on them
server_cluster() {
	local s front=$1
	for s; do
		server_start "$s"
		psql -XqU postgres -d postgres -h "$PGTEST/$s" -f "$ROOT/common/engine/postgres/schema.sql"
	done
	shift
	psql -XqU postgres -d postgres -h "$PGTEST/$front" -c 'CREATE EXTENSION postgres_fdw'
	for s; do
		psql -XqU postgres -d postgres -h "$PGTEST/$front" \
		    -c "CREATE SERVER $s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$PGTEST/$s', dbname 'postgres')" \
		    -c "CREATE USER MAPPING FOR postgres SERVER $s OPTIONS (user 'postgres')"
	done
	psql -XqU postgres -d postgres -h "$PGTEST/$front" -v shards="$*" -f "$ROOT/common/engine/postgres/shards.sql"
}
