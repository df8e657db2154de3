load helper.bash

# What a store in SQLite promises besides what every store does.

DB=test.sqlite

store() { # store [DB]: one file of two chunks
	{ begin; whole a.c one two; end 1 2; } | kvput "${1:-$DB}"
}

beside() { # beside FILE: its name and all that begin so
	ls "$1"* | tr '\n' ' '
}

sql() { # sql DB QUERY
	sqlite3 "$1" "$2"
}

# A big-endian number in the header.
poke() { # poke FILE OFFSET BYTES
	printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "sqlite: a store is one file, sound to SQLite and to kvls --check" {
	store
	[ "$(beside $DB)" = "$DB " ]
	[ "$(sql $DB 'PRAGMA integrity_check')" = ok ]
	[ "$(sql $DB 'PRAGMA journal_mode')" = delete ]
	[ "$(sql $DB 'PRAGMA user_version')" = 4 ]
	[ "$(sql $DB 'PRAGMA application_id')" = $((0x636b7631)) ]
	kvls --check $DB
	[ "$(kvget -t $DB a.c)" = onetwo ]
}

@test "sqlite: the name asks for the engine of a new store, the bytes tell it of an old one" {
	store a.sqlite
	store b.sqlite3
	store sqlite:c
	store d
	for f in a.sqlite b.sqlite3 c; do
		[ "$(head -c 15 $f)" = "SQLite format 3" ]
	done
	[ -d d ]
	mv a.sqlite plain
	mv d e.sqlite
	[ "$(kvcount plain a.c)" = 2 ]
	[ "$(kvcount e.sqlite a.c)" = 2 ]
	[ "$(kvcount sqlite:plain a.c)" = 2 ]
	store plain
	[ -f plain ]
}

@test "sqlite: dumps of either engine make equal stores" {
	{
		begin partition
		whole 'a:b' $'\xff\xfe' $'int é;\n'
		whole $'a/\xfe' 'x' 'y'
		whole 'a' ''
		end 3 5
	} >stream
	kvput one.db <stream
	kvget -a one.db | kvput two.sqlite
	kvget -a two.sqlite | kvput three.db
	kvget -a one.db >one
	kvget -a two.sqlite | cmp - one
	kvget -a three.db | cmp - one
	for what in '' --symbols --labels --manifest; do
		cmp <(kvls $what one.db) <(kvls $what two.sqlite)
	done
}

@test "sqlite: bytes that are no text are BLOBs, all others are read by SQL" {
	{ begin; whole $'\xff' $'\xfe' 'te xt'; whole b.c $'\xc3\xa9'; end 2 3; } | kvput $DB
	[ "$(sql $DB 'SELECT typeof(file_path), typeof(content), hex(content)
	    FROM code_chunks ORDER BY file_path, byte_start')" = "$(cat <<-END
		text|text|C3A9
		blob|blob|FE
		blob|text|7465207874
	END
	)" ]
	[ "$(sql $DB "SELECT content_hash FROM code_chunks
	    WHERE file_path = 'b.c'")" = "$(hash $'\xc3\xa9')" ]
}

@test "sqlite: what is no store of ours is refused with its reason, and not touched" {
	: >empty
	echo 'a text of more than sixteen bytes' >text
	sql foreign 'CREATE TABLE t(x)'
	store newer.sqlite
	poke newer.sqlite 60 '\0\0\0\5'
	store older.sqlite
	poke older.sqlite 60 '\0\0\0\3'
	store short.sqlite
	truncate -s 50 short.sqlite
	store torn.sqlite
	poke torn.sqlite 100 'xxxxxxxxxxxxxxxxxxxx'
	store tables.sqlite
	sql tables.sqlite 'DROP INDEX definition_name'
	mkfifo fifo.sqlite
	cat >reasons <<-END
		empty: not a store, but an empty file
		text: not a store
		foreign: a SQLite file, but not a store
		newer.sqlite: a SQLite store of format 5, this program knows format 4: it is newer
		older.sqlite: a SQLite store of format 3, this program knows format 4: store the tree anew
		short.sqlite: damaged: it is cut off
		torn.sqlite: damaged
		tables.sqlite: damaged: its tables are not those of a store
		fifo.sqlite: not a store
	END
	local line name
	while read -r line; do
		name=${line%%:*}
		[ -p "$name" ] || cp "$name" before
		run -2 kvls "$name"
		[ "$output" = "kvls: $line" ] ||
		    [ "$output" = "kvls: $name is a file, not a store" ]
		run -2 kvput "$name" </dev/null
		[ "$output" = "kvput: $line" ]
		[ -p "$name" ] || cmp "$name" before
		[ "$(beside "$name")" = "$name " ]
	done <reasons
}

@test "sqlite: a trigger or a view that a stranger put in is not run" {
	store
	sql $DB "CREATE TRIGGER t AFTER INSERT ON chunk BEGIN
	    DELETE FROM file; END"
	{ begin; whole b.c three; end 1 1; } | kvput $DB
	[ "$(kvls $DB)" = $'a.c\nb.c' ]
	kvls --check $DB
}

@test "sqlite: who may only read can do so, also where he may not write beside it" {
	mkdir dir
	store dir/$DB
	chmod 555 dir
	chmod 444 dir/$DB
	run -0 unprivileged kvget -t dir/$DB a.c
	[ "$output" = onetwo ]
	[ "$(beside dir/$DB)" = "dir/$DB " ]
	chmod 755 dir
}

# A writer that waits for its input, and is killed: its log stays.
leave_log() { # leave_log DB
	mkfifo input
	kvput "$1" <input &
	exec 9>input
	many 300 1 text | head -n -1 >&9
	until [ "$(stat -c %s "$1-wal")" -gt 100000 ]; do kill -0 $!; done
	kill -9 $!
	exec 9>&-
	wait $! || [ $? = 137 ]
	[ -s "$1-wal" ]
}

@test "sqlite: what a killed writer left is used by readers, and tidied by who may write" {
	mkdir dir
	store dir/$DB
	leave_log dir/$DB
	chmod 555 dir
	run -0 unprivileged kvget -t dir/$DB a.c
	[ "$output" = onetwo ]
	[ -s dir/$DB-wal ]
	# nor does he wait for what was cut off behind the head of the log
	truncate -s 32 dir/$DB-wal
	chmod 444 dir/$DB
	run -2 unprivileged kvget -t dir/$DB a.c
	[[ "$output" == "kvget: dir/$DB: left by a writer that died: "* ]]
	chmod 755 dir
	chmod 644 dir/$DB
	[ "$(kvget -t dir/$DB a.c)" = onetwo ]
	[ "$(beside dir/$DB)" = "dir/$DB " ]
	kvls --check dir/$DB
	[ "$(sql dir/$DB 'PRAGMA integrity_check')" = ok ]
}

@test "sqlite: a log that cannot be used is said to need somebody who may write" {
	mkdir dir
	store dir/$DB
	sql dir/$DB 'PRAGMA journal_mode=WAL' >mode
	chmod 555 dir
	chmod 444 dir/$DB
	run -2 unprivileged kvls dir/$DB
	[ "$output" = "kvls: dir/$DB: left by a writer that died: somebody who may write to it must open it once" ]
	chmod 755 dir
	chmod 644 dir/$DB
	[ "$(kvls dir/$DB)" = a.c ]
	[ "$(sql dir/$DB 'PRAGMA journal_mode')" = delete ]
}

@test "sqlite: one writer at a time, also of a store that is being made" {
	mkfifo input
	kvput $DB <input &
	exec 9>input
	begin >&9
	until [ -e $DB-wal ]; do kill -0 $!; done
	run -2 kvput $DB </dev/null
	[ "$output" = "kvput: $DB: another process is writing to it" ]
	[ -z "$(kvls $DB)" ]
	{ whole a.c one two; end 1 2; } >&9
	exec 9>&-
	wait $!
	[ "$(kvls $DB)" = a.c ]
	[ "$(beside $DB)" = "$DB " ]
}

@test "sqlite: a store has the modes of the umask, and keeps them" {
	umask 027
	store
	[ "$(stat -c %a $DB)" = 640 ]
	chmod 600 $DB
	umask 0
	leave_log $DB
	[ "$(stat -c %a $DB $DB-wal | sort -u)" = 600 ]
	store
	[ "$(stat -c %a $DB)" = 600 ]
}

@test "sqlite: links that lie beside a store are not followed" {
	store
	echo mine >victim
	ln -s victim $DB-wal
	run -2 kvput $DB <<<"$(begin; whole b.c x; end 1 1)"
	[ "$(cat victim)" = mine ]
	rm $DB-wal
	ln -s victim $DB-journal
	kvput $DB <<<"$(begin; whole b.c x; end 1 1)" || [ $? = 2 ]
	[ "$(cat victim)" = mine ]
	ln -s victim new.sqlite-new
	run -2 kvput new.sqlite </dev/null
	[ "$(cat victim)" = mine ]
	[ ! -e new.sqlite ]
}

@test "sqlite: a link to a store is the store; one to nowhere is none" {
	mkdir there
	store there/$DB
	ln -s there/$DB link.sqlite
	{ begin; whole b.c x; end 1 1; } | kvput link.sqlite
	[ "$(kvls there/$DB)" = $'a.c\nb.c' ]
	[ "$(beside link)" = "link.sqlite " ]
	ln -s nowhere dangling.sqlite
	run -2 kvput dangling.sqlite </dev/null
	[ ! -e nowhere ]
}

@test "sqlite: a full disk is an error; what was stored is, and can be read" {
	store
	kvget -a $DB >before
	many 2000 3 text >stream
	run -2 pipe "trap '' XFSZ; ulimit -f 1000; kvput $DB <stream"
	[[ "$output" == "kvput: $DB: "@(File too large|No space left on device) ]]
	[ "$(kvget -t $DB a.c)" = onetwo ]
	kvls --check $DB
	kvput $DB <stream
	[ "$(kvls $DB | wc -l)" = 2001 ]
	kvls --check $DB
}

@test "sqlite: a store that cannot be made leaves nothing behind" {
	run -2 pipe "trap '' XFSZ; ulimit -f 10; kvput $DB </dev/null"
	[ "$(ls)" = "" ]
	mkdir dir
	chmod 555 dir
	run -2 unprivileged kvput dir/$DB </dev/null
	[ "$output" = "kvput: dir/$DB: Permission denied" ]
}

@test "sqlite: strings and sets of labels that no row names any more are deleted, and no others" {
	local i
	class() { # class NAME NUMBER: a file of 300 classes, each the scope of a method
		mkdir -p src
		for i in $(seq 300); do
			printf 'class %s%s_%s:\n\tdef f(self):\n\t\treturn %s\n\n' "$1" "$2" "$i" "$i"
		done >"src/$1.py"
	}
	strings() { sqlite3 x.sqlite "SELECT count(*) FROM str WHERE s LIKE '$1'"; }
	class Kept 0
	for round in $(seq 9); do
		class Gone "$round"
		chunkify src | kvput x.sqlite
	done
	[ "$(strings 'Kept0%')" = 300 ]
	[ "$(strings 'Gone9%')" = 300 ]
	[ "$(strings 'Gone%')" -lt 2000 ]	# of 2,700
	[ "$(sqlite3 x.sqlite "PRAGMA integrity_check")" = ok ]
	kvls --check x.sqlite
	chunkify src | kvput y.sqlite
	cmp <(dump x.sqlite) <(dump y.sqlite)
}

@test "sqlite: kvls --check names the chunk whose row was changed by other means" {
	store
	sql $DB "UPDATE chunk SET content = 'One' WHERE byte_start = 0"
	run -1 kvls --check $DB
	[ "$output" = $'chunk:a.c:0:3: is not as it was stored' ]
	run -2 kvget -t $DB a.c
	[ "$output" = "kvget: $DB: a chunk of a.c is damaged" ]
}

@test "sqlite: kvls --check names rows that belong to nothing" {
	store
	sql $DB "INSERT INTO definition VALUES(99, 0, 'x', 1, NULL, 0, 1, 1, 1, NULL, NULL, NULL, 0);
	    UPDATE chunk SET file = 77 WHERE byte_start = 3"
	run -1 kvls --check $DB
	[ "$output" = "$(cat <<-END
		file:a.c: should have 2 chunks, has 1
		file:a.c: byte 3: the chunks overlap or leave a hole
		file: number 77 is not stored, but rows of it are
		chunk: number 99 is not stored, but rows of it are
	END
	)" ]
}

@test "sqlite: kvls --repair saves what is whole, also without the first page" {
	many 400 3 'some text' | kvput $DB
	kvget -a $DB >before
	cp $DB torn.sqlite
	poke torn.sqlite 16 "$(printf 'x%.0s' {1..4000})"
	kvls --repair new.sqlite torn.sqlite
	kvget -a new.sqlite | cmp - before
	cp $DB torn.sqlite
	truncate -s $(($(stat -c %s $DB) / 2 / 16384 * 16384)) torn.sqlite
	run -1 kvls --repair some.sqlite torn.sqlite
	kvls --check some.sqlite
	kvls some.sqlite | while read -r f; do
		cmp <(kvget "some.sqlite" "$f") <(kvget $DB "$f")
	done
}
