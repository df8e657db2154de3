load helper.bash
load server.bash

# What a store in PostgreSQL promises besides what every store does: against
# real servers, started here.

setup_file() {
	server_make
	server_start one
}

teardown_file() {
	server_remove
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	export PGHOST=$PGTEST/one PGUSER=postgres PGDATABASE=postgres
	NAME=t$BATS_TEST_NUMBER
	DB=postgresql://#$NAME
}

sql() { # sql QUERY
	psql -XAtqc "$1"
}

store() { # store [DB]: one file of two chunks
	{ begin; whole a.c one two; end 1 2; } | kvput "${1:-$DB}"
}

# A writer that has stored something, waits for its input, and hears nothing of
# its descriptor's end.
waiting() { # waiting DB: its pid in $writer, its input on 9
	[ -p input ] || mkfifo input
	kvput "$1" <input 2>said 3>&- &
	writer=$!
	exec 9>input
	many 600 1 text | head -n -1 >&9
	until [ "$(kvls "$1" 2>/dev/null | wc -l)" -gt 200 ]; do kill -0 $writer; done
}

plain() { # without times
	sed 's/,"\(created_at\|stored_at\)":[0-9]*//g'
}

# The writer's status, its input having ended.
ended() { # ended STATUS [PID]
	local status=0
	exec 9>&-
	wait "${2:-$writer}" || status=$?
	[ "$status" = "$1" ]
}

@test "postgres: a URI is a store for every tool; local stores know nothing of it" {
	store
	[ "$(kvcount "$DB" a.c)" = 2 ]
	[ "$(kvget -t "$DB" a.c)" = onetwo ]
	[ "$(kvls "$DB")" = a.c ]
	kvls --check "$DB"
	kvls --stat "$DB" | grep -qx 'engine: PostgreSQL'
	[ "$(kvfind --paths -F two "$DB")" = a.c ]
	kvdel "$DB" a.c
	[ -z "$(kvls "$DB")" ]
	for tool in kvput kvget kvls kvcount kvdel kvfind kvmcp; do
		[ "$(readelf -d "$BIN/$tool" | grep -c "NEEDED.*libpq")" = 0 ]
		readelf -d "$BIN/../libexec/chunkkv/$tool" | grep -q 'NEEDED.*libpq'
	done
}

@test "postgres: where libpq's programs are not installed, that is said" {
	mkdir bin
	cp "$BIN/kvget" bin
	run -2 bin/kvget "$DB" a.c
	[ "$output" = "kvget: $DB: PostgreSQL needs $PWD/libexec/chunkkv/kvget, which is missing" ]
}

@test "postgres: dumps of either engine make equal stores" {
	{
		begin partition
		whole 'a:b' $'\xff\xfe' $'int é;\n'
		whole $'a/\xfe' 'x' 'y'
		whole 'a' ''
		end 3 5
	} >stream
	kvput one.db <stream
	kvget -a one.db >one
	kvput "$DB" <one
	kvget -a "$DB" | cmp - one
	kvget -a "$DB" | kvput three.db
	kvget -a three.db | cmp - one
	for what in '' --symbols --labels --manifest; do
		cmp <(kvls $what one.db) <(kvls $what "$DB")
	done
}

@test "postgres: a search finds the same, in the same order, as in a local store" {
	chunkify -q -C "$ROOT" common/base common/record >stream
	kvput local.db <stream
	kvput "$DB" <stream
	for words in 'normal form path' 'hash' 'read a line json'; do
		kvfind --json local.db $words | plain >local
		[ -s local ]
		kvfind --json "$DB" $words | plain | cmp - local
	done
	for ask in 'kvfind -F size_t' 'kvget -s buf_add' 'kvget -l function -l static' 'kvget -a'; do
		$ask local.db | plain >local
		[ -s local ]
		$ask "$DB" | plain | cmp - local
	done
}

@test "postgres: several stores in one database know nothing of each other" {
	store "$DB"
	{ begin; whole b.c three; end 1 1; } | kvput "$DB-other"
	[ "$(kvls "$DB")" = a.c ]
	[ "$(kvls "$DB-other")" = b.c ]
	[ "$(kvls --symbols "$DB" | wc -l)" = 0 ]
	cat >services <<-END
		[here]
		host=$PGHOST
		user=postgres
		dbname=postgres
	END
	export PGSERVICEFILE=$PWD/services
	unset PGHOST PGUSER PGDATABASE
	[ "$(kvls "service=here#$NAME")" = a.c ]
	[ "$(kvls "postgres://postgres@/postgres?host=$PGTEST/one#$NAME")" = a.c ]
	store service=here
	[ "$(kvls service=here#main)" = a.c ]
}

@test "postgres: a store's name is any text" {
	local name
	sql "CREATE DATABASE names$NAME"
	for name in "it's" 'a"b' 'a:b@c' 'a#b/c' 'é ☃' 'a%20b' "x'; DROP TABLE chunkkv.store; --" $'new\nline'; do
		{ begin; whole "$name" one; end 1 1; } | kvput "postgresql:///names$NAME#$name"
		kvls --check "postgresql:///names$NAME#$name"
		[ "$(kvls -0 "postgresql:///names$NAME#$name" | tr -d '\0')" = "$name" ]
	done
	[ "$(psql -XAtqd "names$NAME" -c 'SELECT count(*) FROM chunkkv.store')" = 8 ]
	run -2 kvput "$DB"$'\xff' </dev/null
	[ "$output" = "kvput: $DB\\xff: invalid byte sequence for encoding \"UTF8\": 0xff" ]
}

@test "postgres: bytes that are no text are bytea, all others are read by SQL" {
	{ begin; whole $'\xff' $'\xfe' 'te xt'; whole b.c $'\xc3\xa9'; end 2 3; } | kvput "$DB"
	[ "$(sql "SELECT file_path, content, content_bytes FROM chunkkv.code_chunks
	    WHERE store = '$NAME' ORDER BY file_path, byte_start")" = "$(cat <<-END
		b.c|$(printf '\303\251')|
		||\\xfe
		|te xt|
	END
	)" ]
	[ "$(sql "SELECT content_hash FROM chunkkv.code_chunks
	    WHERE store = '$NAME' AND file_path = 'b.c'")" = "$(hash $'\xc3\xa9')" ]
}

@test "postgres: names, paths and labels may be longer than an index has room for" {
	local long path
	long=$(head -c 6000 /dev/urandom | base64 -w 0 | tr -d '/+=')
	path=$(sed 's/.\{100\}/&\//g' <<<"${long:0:4000}")
	{ begin; whole a.c one; end 1 1; } | kvput "$DB"
	kvget -a "$DB" | sed "s|a\.c|$path|; s|\"labels\":\[\]|\"labels\":[\"$long\"]|
	    s|\"symbols\":\[|&{\"name\":\"$long\",\"kind\":\"function\",\"scope\":null,\"byte_start\":0,\"byte_end\":3,\"start_line\":1,\"end_line\":1}|" >stream
	kvput local.db <stream
	kvput "$DB" <stream
	cmp <(kvget -a local.db | sed '$d') <(kvget -a "$DB" | grep -v '"a\.c"' | sed '$d')
	[ "$(kvget -s "$long" "$DB" | wc -l)" = 1 ]
	[ "$(kvget -l "$long" "$DB" | wc -l)" = 1 ]
	kvls --check "$DB"
}

@test "postgres: a password is in no process list, and in no message" {
	cat >"$PGTEST/hba" <<-END
		local all postgres trust
		local all all scram-sha-256
	END
	chmod 644 "$PGTEST/hba"
	server_start closed -c hba_file="$PGTEST/hba"
	sql2() { PGUSER=postgres PGHOST=$PGTEST/closed sql "$1"; }
	sql2 "CREATE ROLE writer SUPERUSER LOGIN PASSWORD 'geh@im'"
	unset PGUSER
	local uri="postgresql://writer:geh%40im@/postgres?host=$PGTEST/closed"
	waiting "$uri"
	tr '\0' '\n' <"/proc/$writer/cmdline" >line
	grep -qx "postgresql://writer@/postgres?host=$PGTEST/closed" line
	echo '{"type":"end"' >&9
	ended 2
	run -1 grep geh said
	# as libpq takes it: a ? or # is no end
	sql2 "ALTER ROLE writer PASSWORD 'a?b#c'"
	kvls "postgresql://writer:a?b#c@/postgres?host=$PGTEST/closed" >files
	[ -s files ]
	sql2 "ALTER ROLE writer PASSWORD 'geh@im'"
	run -2 kvls "postgresql://writer:ge/heim@/postgres?host=$PGTEST/closed"
	[ "$output" = "kvls: a / in the password of a URI must be written %2F: better put it into ~/.pgpass" ]
	run -2 kvls "${uri/geh/falsch}"
	[[ "$output" == "kvls: postgresql://writer@/postgres?host=$PGTEST/closed: "*"password authentication failed"* ]]
	local why="a password in a store's name is visible to everyone: put it into ~/.pgpass" at
	at="postgresql://writer@/postgres?host=$PGTEST/closed"
	for at in "$at&password=geheim" "$at&sslpassword=geheim" 'service=here password= geheim'; do
		run -2 kvls "$at"
		[ "$output" = "kvls: $why" ]
	done
	run -2 kvindex "$uri" .		# a script has no other name than it was called by
	[ "$output" = "kvindex: $why (see kvindex --help)" ]
	for at in "${uri/geh%40im/ge/heim}" "postgresql://writer@/postgres?host=/x&password=geheim"; do
		run -2 kvindex -n "$at" .
		[ "$output" = "kvindex: $why (see kvindex --help)" ]
	done
	# also where an option has it; what is no store is left alone
	store local.db
	kvls --repair="$uri#saved" local.db
	[ "$(PGPASSWORD=geh@im kvls "${uri/:geh%40im/}#saved")" = a.c ]
	{ begin; whole b.c 'postgresql://writer:geheim@host'; whole c.c geheim; end 2 2; } | kvput local.db
	[ "$(kvfind --paths -F 'postgresql://writer:geheim@host' local.db)" = b.c ]
	kvfind --paths local.db postgresql://writer:geheim@host | grep -x c.c
	printf '*:*:*:writer:geh@im\n' >pass
	chmod 600 pass
	PGPASSFILE=$PWD/pass kvls "${uri/:geh%40im/}" >files
	[ -s files ]
	server_stop closed
}

@test "postgres: what cannot be reached, or is none of ours, is said once" {
	run -2 kvls "postgresql://postgres@/postgres?host=$PGTEST/nowhere"
	[[ "$output" == "kvls: postgresql://postgres@/postgres?host=$PGTEST/nowhere: connection to server on socket "*": No such file or directory" ]]
	run -2 kvls "$DB"
	[ "$output" = "kvls: $DB: no such store" ]
	sql "CREATE DATABASE empty$NAME"
	run -2 kvls "postgresql:///empty$NAME"
	[ "$output" = "kvls: postgresql:///empty$NAME: no such store" ]
	sql "CREATE DATABASE old$NAME TEMPLATE template0 ENCODING 'LATIN1'"
	run -2 kvput "postgresql:///old$NAME" </dev/null
	[ "$output" = "kvput: postgresql:///old$NAME: the encoding of the database is LATIN1, but must be UTF8" ]
	store
	local format
	format=$(sql "SELECT format FROM chunkkv.store WHERE name = '$NAME'")
	sql "UPDATE chunkkv.store SET format = 99 WHERE name = '$NAME'"
	run -2 kvls "$DB"
	[ "$output" = "kvls: $DB: a PostgreSQL store of format 99, this program knows format $format: it is newer" ]
	run -2 kvput "$DB-new" </dev/null
	[ "$output" = "kvput: $DB-new: the database has stores of format 99, such as $NAME; this program knows format $format: drop the schema chunkkv, or take another database" ]
	sql "DELETE FROM chunkkv.store WHERE name = '$NAME'"
	run -2 kvput --engine postgres here </dev/null
	[ "$output" = "kvput: here: a store in PostgreSQL is named postgresql://HOST/DATABASE" ]
}

@test "postgres: who may only read can do so, and is told that he may not write" {
	store
	sql "CREATE ROLE reader$NAME LOGIN; GRANT USAGE ON SCHEMA chunkkv TO reader$NAME;
	    GRANT SELECT ON ALL TABLES IN SCHEMA chunkkv TO reader$NAME"
	export PGUSER=reader$NAME
	[ "$(kvget -t "$DB" a.c)" = onetwo ]
	run -2 kvput "$DB" <<<"$(begin; whole b.c x; end 1 1)"
	[ "$output" = "kvput: $DB: permission denied for table store" ]
}

@test "postgres: where all is read only, who reads is served, and who writes is told" {
	store
	sql "CREATE ROLE shy$NAME SUPERUSER LOGIN; ALTER ROLE shy$NAME SET default_transaction_read_only = on"
	export PGUSER=shy$NAME
	[ "$(kvget -t "$DB" a.c)" = onetwo ]
	kvls --check "$DB"
	run -2 kvput "$DB" <<<"$(begin; whole b.c x; end 1 1)"
	[ "$output" = "kvput: $DB: cannot execute SELECT FOR UPDATE in a read-only transaction" ]
	run -2 kvput "$DB-new" </dev/null
	[ "$output" = "kvput: $DB-new: cannot execute INSERT in a read-only transaction" ]
	PGUSER=postgres sql "CREATE DATABASE shy$NAME"
	run -2 kvput "postgresql:///shy$NAME" </dev/null
	[ "$output" = "kvput: postgresql:///shy$NAME: cannot execute CREATE SCHEMA in a read-only transaction" ]
}

@test "postgres: a standby serves who reads; of several hosts the one that fits is taken" {
	store
	as_postgres mkdir "$PGTEST/standby"
	(cd "$PGTEST" && as_postgres pg_basebackup -R -c fast -X stream -D standby/data)
	server_start standby
	[ "$(kvget -t "postgresql:///?host=$PGTEST/standby#$NAME" a.c)" = onetwo ]
	run -2 kvput "postgresql:///?host=$PGTEST/standby#$NAME" <<<"$(begin; whole b.c x; end 1 1)"
	[ "$output" = "kvput: postgresql:///?host=$PGTEST/standby#$NAME: cannot execute SELECT FOR UPDATE in a read-only transaction" ]
	# the first that answers, or the first that may be written to
	local all="postgresql:///?host=$PGTEST/nowhere,$PGTEST/standby,$PGTEST/one"
	[ "$(kvls "$all#$NAME")" = a.c ]
	{ begin; whole a.c one two; whole b.c x; end 2 3; } | kvput "$all&target_session_attrs=read-write#$NAME"
	# what is written comes there, and is whole
	for _ in {1..100}; do
		[ "$(kvcount "$all#$NAME" b.c)" = 0 ] || break
		sleep .1
	done
	[ "$(kvget -t "$all#$NAME" b.c)" = x ]
	kvls --check "$all#$NAME"
	server_stop standby
}

@test "postgres: TLS, as libpq has it" {
	local port=$((20000 + RANDOM % 10000)) at
	while (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
	for i in right wrong; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
		    -keyout $i.key -out $i.crt 2>/dev/null
	done
	as_postgres mkdir "$PGTEST/tls"
	as_postgres cp -r "$PGTEST/new" "$PGTEST/tls/data"
	install -m 600 right.key right.crt "$PGTEST/tls/data"
	[ "$(id -u)" != 0 ] || chown postgres "$PGTEST"/tls/data/right.*
	printf '%s all all %s trust\n' local '' hostssl 127.0.0.1/32 >"$PGTEST/tls/data/pg_hba.conf"
	export PGPORT=$port
	server_start tls -c listen_addresses=127.0.0.1 -c port=$port -c ssl=on \
	    -c ssl_cert_file=right.crt -c ssl_key_file=right.key
	at="postgresql://127.0.0.1/?sslrootcert=right.crt&sslmode"
	store "$at=verify-ca#$NAME"
	[ "$(kvget -t "$at=verify-ca#$NAME" a.c)" = onetwo ]
	PGSSLMODE=require kvls --check "postgresql://127.0.0.1/#$NAME"
	run -2 kvls "$at=disable#$NAME"
	[[ "$output" == *"no encryption" ]]
	[ "$(wc -l <<<"$output")" = 1 ]
	run -2 kvls "postgresql://127.0.0.1/?sslrootcert=wrong.crt&sslmode=verify-ca#$NAME"
	[[ "$output" == *"certificate verify failed" ]]
	server_stop tls
}

@test "postgres: limits of time that are set for all do not end who writes" {
	local limit
	sql "CREATE ROLE hasty$NAME SUPERUSER LOGIN"
	for limit in statement_timeout idle_in_transaction_session_timeout idle_session_timeout; do
		sql "ALTER ROLE hasty$NAME SET $limit = '200ms'"
	done
	waiting "postgresql://hasty$NAME@/postgres#$NAME"
	kvput --wait 60 "postgresql://hasty$NAME@/postgres#$NAME" <<<"$(begin; whole b.c x; end 1 1)" 3>&- 9>&- &
	second=$!
	sql "SELECT pg_sleep(.5)"
	end 600 600 >&9
	ended 0
	wait $second
	[ "$(kvls "$DB" | wc -l)" = 601 ]
}

@test "postgres: a full disk at the server is said, and what was stored stays" {
	(ulimit -f 17000; server_start full)	# kilobytes a file; one of the log has 16384
	export PGHOST=$PGTEST/full
	store
	mkdir src
	for i in {1..60}; do head -c 400000 /dev/urandom | base64 >src/$i.txt; done
	chunkify -q --text src >stream
	run -2 kvput "$DB" <stream
	[[ "$output" == "kvput: $DB: could not extend file "*": "* ]]
	[ "$(wc -l <<<"$output")" = 1 ]
	kvls --check "$DB"
	[ "$(kvget -t "$DB" a.c)" = onetwo ]
	server_stop full
}

@test "postgres: one writer of a store at a time; another waits as long as it is told" {
	waiting "$DB"
	run -2 kvput "$DB" </dev/null
	[ "$output" = "kvput: $DB: another process is writing to it" ]
	store "$DB-other"
	kvput --wait 60 "$DB" <<<"$(begin; whole b.c x; end 1 1)" 3>&- 9>&- &
	second=$!
	until [ "$(sql "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")" = 1 ]; do
		kill -0 $second
	done
	end 600 600 >&9
	ended 0
	wait $second
	[ "$(kvls "$DB" | wc -l)" = 601 ]
}

@test "postgres: a writer that came between is noticed, whatever became of the lock" {
	waiting "$DB"
	sql "UPDATE chunkkv.store SET generation = generation + 1 WHERE name = '$NAME'"
	end 600 600 >&9
	ended 2
	[ "$(cat said)" = "kvput: $DB: another process has written to it meanwhile" ]
	kvls --check "$DB"
}

@test "postgres: a writer that is killed leaves nothing half, no lock and nobody at the server" {
	waiting "$DB"
	# in the middle of a slice
	coproc psql -XAtq 3>&-
	echo "BEGIN; LOCK TABLE chunkkv.definition IN EXCLUSIVE MODE; SELECT 'locked';" >&"${COPROC[1]}"
	read -r line <&"${COPROC[0]}"
	[ "$line" = locked ]
	{ many 900 2 other | sed 1d; } >&9 2>/dev/null 9>&- &
	until [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
	    AND application_name = 'kvput'")" != 0 ]; do kill -0 $writer; done
	local backend
	backend=$(sql "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'kvput'")
	kill -9 $writer
	ended 137
	# though what it waits for is not free
	until [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kvput'
	    AND wait_event_type = 'Lock'")" = 0 ]; do :; done
	run -1 grep "\\[$backend\\] .*lock timeout" "$PGTEST/one/log"
	kvls --check "$DB"
	echo 'COMMIT; \q' >&"${COPROC[1]}"
	wait "$COPROC_PID" || true
	many 900 2 other | kvput "$DB"
	kvls --check "$DB"
	[ "$(kvls "$DB" | wc -l)" = 900 ]
}

@test "postgres: a server that is killed is said; when it is back, all goes on" {
	server_start two
	export PGHOST=$PGTEST/two
	waiting "$DB"
	server_kill two
	end 600 600 >&9 || true
	ended 2
	[[ "$(cat said)" == "kvput: $DB: "* ]]
	[ "$(wc -l <said)" = 1 ]
	server_start two
	kvls --check "$DB"
	many 600 1 text | kvput "$DB"
	[ "$(kvls "$DB" | wc -l)" = 600 ]
	kvls --check "$DB"
	server_stop two
}

@test "postgres: a lost connection is said by who reads" {
	store
	mkfifo out
	many 3000 3 'some text' | kvput "$DB"
	kvget -a "$DB" >out 2>said 3>&- &
	local reader=$!
	exec 8<out
	read -r line <&8
	[ "$(sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
	    WHERE application_name = 'kvget'")" = 1 ]
	cat <&8 >/dev/null
	exec 8<&-
	ended 2 $reader
	[ "$(cat said)" = "kvget: $DB: terminating connection due to administrator command" ]
}

@test "postgres: an assistant's questions outlive a connection" {
	store
	mkfifo ask answers
	kvmcp "$DB" <ask >answers 2>said 3>&- &
	local assistant=$!
	exec 9>ask 8<answers
	count() {
		echo '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{"path":"a.c"}}}' >&9
		read -r line <&8
		[[ "$line" == *onetwo* ]]
	}
	echo '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' >&9
	read -r line <&8
	count
	[ "$(sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
	    WHERE application_name = 'kvmcp'")" = 1 ]
	count
	ended 0 $assistant
	exec 8<&-
	[ "$(wc -l <said)" = 1 ]
}

@test "postgres: two paths of one number are refused, not mixed" {
	{ begin; whole a.c one; whole other.c two; end 2 2; } | kvput "$DB"
	local number
	number=$(sql "SELECT file FROM chunkkv.files WHERE store = '$NAME' AND file_path = 'a.c'")
	kvdel "$DB" a.c
	sql "UPDATE chunkkv.file SET file = $number WHERE file =
	    (SELECT file FROM chunkkv.files WHERE store = '$NAME')"
	run -2 store
	[ "$output" = "kvput: $DB: a.c: has the same number as other.c, which is already stored" ]
	run -1 kvget "$DB" a.c
}

@test "postgres: kvls --check names what was changed by other means, --repair saves the rest" {
	{ begin; whole a.c one two; whole b.c three; end 2 3; } | kvput "$DB"
	local mine="store = (SELECT store FROM chunkkv.store WHERE name = '$NAME')"
	sql "UPDATE chunkkv.chunk SET content = 'One' WHERE content = 'one' AND $mine"
	run -1 kvls --check "$DB"
	[ "$output" = 'chunk:a.c:0:3: is not as it was stored' ]
	run -2 kvget -t "$DB" a.c
	[ "$output" = "kvget: $DB: a chunk of a.c is damaged" ]
	run -1 kvls --repair new.db "$DB"
	[ "$(kvls new.db)" = b.c ]
	sql "DELETE FROM chunkkv.file WHERE file_path = 'a.c' AND $mine"
	run -1 kvls --check "$DB"
	[[ "$output" == "file: number "*" is not stored, but rows of it are" ]]
}

@test "postgres: nothing is used that Citus, CockroachDB or YugabyteDB lack" {
	cd "$ROOT/common/engine/postgres"
	run -1 grep -inE '\b(serial|sequence|nextval|on conflict|references|foreign key|trigger|merge into|recursive|tablesample|savepoint|listen|notify|temp(orary)? table|ctid|xmin|returning|skip locked|nowait|xact_lock|alter table|declare .* cursor)\b' <(sed 's/--.*//' schema.sql) *.c
	# what is locked is a row of a table that is not spread
	[ "$(grep -c 'FOR UPDATE' *.c | awk -F: '{ n += $2 } END { print n }')" = 1 ]
	grep -B1 'FOR UPDATE' ask.c | grep -q 'FROM chunkkv.store '
	# each key that is unique holds the column by which rows are spread, first
	store
	[ "$(sql "SELECT string_agg(DISTINCT c.relname, ' ') FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
	    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
	    WHERE relnamespace = 'chunkkv'::regnamespace AND indisunique AND a.attname = 'file'")" = \
	    'ast chunk definition file node' ]
	[ "$(sql "SELECT count(*) FROM pg_constraint WHERE connamespace = 'chunkkv'::regnamespace AND contype <> 'p'")" = 0 ]
}

@test "postgres: tests that are killed leave nothing behind" {
	"$ROOT/tests/server.sh" sh -c 'echo "$PGTEST" >where; head -n 1 "$PGTEST/one/data/postmaster.pid" >pid; kill -9 $PPID' 3>&- &
	wait $! || true
	tail --pid="$(cat pid)" -s .1 -f /dev/null
	while [ -e "$(cat where)" ]; do :; done
}

@test "postgres: everything an engine has to do, against a model" {
	"$UNIT/../twin/engine" postgres "$DB"
}

# --- many writers: what the page says ---------------------------------------

line() { # line BEGINNING: the page's line of it
	grep "^\.Dl $1" "$ROOT/common/chunkkv-postgres.5" | sed "s/^\.Dl //; s/\\\\(aq/'/g; s/\\\\(dq/\"/g; s/\\\\&//g"
}

@test "postgres: four trees by four writers at once are what they are one after the other" {
	mkdir trees
	for t in base engine record store; do cp -r "$ROOT/common/$t" trees; done
	sql "CREATE DATABASE many$NAME"
	export PGDATABASE=many$NAME
	line 'ls trees' >recipe
	grep -q 'parallel -j4' recipe
	bash -e recipe 3>&-		# they make the tables, too
	for t in base engine record store; do
		chunkify -q -C trees/$t . | kvput $t.db
		cmp <(kvget -a $t.db | plain) <(kvget -a "postgresql:///#$t" | plain)
	done
	[ "$(sql 'SELECT count(*) FROM chunkkv.store')" = 4 ]
}

# An sshd of the test's own, for two names of this machine.
two_hosts() {
	local port
	mkdir -p ssh
	chmod 700 ssh
	[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f ssh/host
	ssh-keygen -q -t ed25519 -N '' -f ssh/user
	cp ssh/user.pub ssh/authorized
	for port in $(shuf -i 20000-40000 -n 20); do
		cat >ssh/sshd_config <<-END
			ListenAddress 127.0.0.1:$port
			HostKey $PWD/ssh/host
			AuthorizedKeysFile $PWD/ssh/authorized
			PidFile none
			StrictModes no
			UsePAM no
			SetEnv PATH=$PATH PGHOST=$PGHOST PGUSER=$PGUSER PGDATABASE=$PGDATABASE
		END
		timeout 30 /usr/sbin/sshd -D -e -f "$PWD/ssh/sshd_config" 2>ssh/log 3>&- &
		sshd=$!
		until grep -q 'listening\|Cannot bind' ssh/log; do kill -0 $sshd; done
		! grep -q 'Cannot bind' ssh/log || continue
		break
	done
	cat >ssh/config <<-END
		Host host1 host2
		HostName 127.0.0.1
		Port $port
		IdentityFile $PWD/ssh/user
		StrictHostKeyChecking no
		UserKnownHostsFile $PWD/ssh/known
	END
	export PARALLEL_SSH="ssh -q -F $PWD/ssh/config"
}

@test "postgres: trees on other machines, by ssh" {
	mkdir trees
	for t in base engine record store; do cp -r "$ROOT/common/$t" trees; done
	sql "CREATE DATABASE ssh$NAME"
	export PGDATABASE=ssh$NAME
	two_hosts
	line 'ls /src' | sed "s|/src|$PWD/trees|g; s|//server/|///|" >recipe
	bash -e recipe 3>&-
	kill $sshd
	for t in base engine record store; do
		chunkify -q -C trees/$t . | kvput $t.db
		cmp <(kvget -a $t.db | plain) <(kvget -a "postgresql:///#$t" | plain)
	done
	[ "$(grep -c 'Accepted publickey' ssh/log)" -ge 4 ]
}

@test "postgres: what mappers wrote, each of a part of the files, makes the store of all" {
	local mapper part pids=
	cp -r "$ROOT/common" root
	mapper=$(line chunkify)
	[[ "$mapper" == *"--files-from -" ]]
	(cd root && find . -name '*.[ch]' | LC_ALL=C sort) >files
	split -n l/3 files list.
	for part in list.*; do $mapper <"$part" >"out.$part"; done
	for part in out.*; do
		kvput --wait 60 "$DB" <"$part" 3>&- &
		pids="$pids $!"
	done
	wait $pids
	$mapper <files | kvput local.db
	cmp <(kvget -a local.db | sed 1d | plain) <(kvget -a "$DB" | sed 1d | plain)
}

# --- several servers ----------------------------------------------------------

@test "postgres: files may be spread over servers, who reads does not know, and each may die" {
	server_cluster front west east
	export PGHOST=$PGTEST/front
	chunkify -q -C "$ROOT" common >stream
	kvput local.db <stream
	kvput "$DB" <stream
	cmp <(kvget -a local.db | plain) <(kvget -a "$DB" | plain)
	cmp <(kvls --symbols local.db) <(kvls --symbols "$DB")
	kvls --check "$DB"
	# each has some, and all of it
	for s in west east; do
		PGHOST=$PGTEST/$s sql "SELECT count(DISTINCT file) FROM chunkkv.chunk JOIN chunkkv.file USING (file)
		    WHERE chunk.store = (SELECT store FROM chunkkv.store WHERE name = '$NAME')" >>counts
	done
	[ "$(awk '$1 > 10 { n += $1 } END { print n }' counts)" = "$(kvls "$DB" | wc -l)" ]
	# one is asked, where there is a path
	sql "EXPLAIN SELECT count(*) FROM chunkkv.chunk WHERE file = 7" >plan
	[ "$(grep -c 'Foreign Scan' plan)" = 1 ]

	# a slice that a writer left half on its servers is noticed
	DB=$DB-half
	waiting "$DB"
	PGHOST=$PGTEST/west sql "UPDATE chunkkv.store SET generation = generation + 1 WHERE name = '$NAME-half'"
	end 600 600 >&9
	ended 2
	[ "$(cat said)" = "kvput: $DB: another process has written to it meanwhile" ]
	kvls --check "$DB"
	many 600 1 text | kvput "$DB"
	kvls --check "$DB"

	# one of them dies in the middle of a load
	DB=${DB%-half}-load
	waiting "$DB"
	server_kill east
	end 600 600 >&9 || true		# it may have gone already
	ended 2
	[[ "$(cat said)" == "kvput: $DB: east: "* ]]
	[ "$(wc -l <said)" = 1 ]
	run -2 kvput "$DB" </dev/null
	[[ "$output" == "kvput: $DB: east: connection to server "* ]]
	server_start east
	kvls --check "$DB"
	many 600 1 text | kvput "$DB"
	kvls --check "$DB"
	[ "$(kvls "$DB" | wc -l)" = 600 ]
}
