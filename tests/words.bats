load helper.bash

# The index of words: it is written with the chunks, says what they say, and
# what is found by it is what is found without.

# The index of one store in the place of another's.
swap() { # swap FROM TO
	if at_server "$2"; then
		psql -Xq "$SERVER" -v from="${1#*#}" -v to="${2#*#}" <<-'END'
			DELETE FROM chunkkv.text WHERE store = (SELECT store FROM chunkkv.store WHERE name = :'to');
			INSERT INTO chunkkv.text SELECT t.store, key, blob FROM chunkkv.text x
			    JOIN chunkkv.store f ON f.store = x.store AND f.name = :'from'
			    CROSS JOIN chunkkv.store t WHERE t.name = :'to'
		END
	elif [ -d "$2" ]; then
		cp "$1/text.db" "$2/text.db"
	else
		sqlite3 "$2" "ATTACH '$1' AS o; DELETE FROM text; INSERT INTO text SELECT * FROM o.text"
	fi
}

each_engine() { # each_engine FUNCTION
	local engine other=other
	if at_server "$DB"; then
		other=$DB-other
		"$1"
		return
	fi
	for engine in $(kvput --version | grep -o '[a-z]*, store format' | cut -d, -f1); do
		rm -rf $DB other
		"$1" "--engine $engine"
	done
}

@test "words: kvls --check finds what the index has too much, too little, or otherwise" {
	check() {
		{ begin; whole a.c one two; whole b.c three; end 2 3; } | kvput $1 $DB
		{ begin; whole a.c one ten; whole c.c three; end 2 3; } | kvput $1 $other
		kvls --check $DB
		swap $other $DB
		run -1 kvls --check $DB
		diff - <(sort <<<"$output") <<-END
			a.c: the text index has other words for it
			b.c: is not in the text index
			c.c: is in the text index, but not stored
		END
	}
	each_engine check
}

# bats test_tags=file
@test "words: an index that is damaged is no answer" {
	{ begin; whole a.c one two; end 1 2; } | kvput --engine sqlite $DB
	sqlite3 $DB "UPDATE text SET blob = CAST(blob || 'x' AS BLOB) WHERE hex(key) LIKE '73%64%'"
	run -2 kvls --check $DB
	[ "$output" = 'kvls: the text index is damaged: kvls --repair' ]
	kvls --repair new $DB
	kvls --check new
}

# bats test_tags=file
@test "words: a store without an index is searched, never said to be whole, and mended" {
	{ begin; whole a.c 'one two'; end 1 1; } | kvput --engine sqlite $DB
	sqlite3 $DB 'DELETE FROM text'
	[ "$(kvfind --paths $DB two)" = a.c ]
	[ "$(kvfind --paths -F ne $DB)" = a.c ]
	{ begin; whole b.c two; end 1 1; } | kvput $DB
	[ "$(kvfind --paths $DB two | sort | xargs)" = 'a.c b.c' ]
	run -1 kvls --check $DB
	[ "$output" = 'text index: missing: kvls --repair makes it' ]
	kvls --repair new $DB
	kvls --check new
	[ "$(kvfind --paths new two | sort | xargs)" = 'a.c b.c' ]
}

@test "words: many small runs, and many segments become one" {
	check() {
		local i n
		for i in {1..40}; do
			{ begin; whole a$((i % 9)).c "one$i" two "three$((i % 3))"; end 1 3; } | kvput $1 $DB
		done
		kvls --check $DB
		kvdel $DB a3.c
		kvls --check $DB
		{ begin; whole a1.c other; end 1 1; } | kvput --prune --force $DB
		kvls --check $DB
	}
	each_engine check
}

@test "words: a name that goes over the border of chunks is one word, and its parts" {
	check() {
		{
			begin
			whole a 'one tw' 'oTh' 'ree four' '_' 'five' $'\nsix' 'teen' ' end'
			whole b 'tw'
			whole c 'end'
			whole d "$(printf 'x%.0s' {1..90})" "$(printf 'x%.0s' {1..90})"
			end 4 12
		} | kvput $1 $DB
		kvls --check $DB
		[ "$(kvfind --paths $DB twothree)" = a ]
		[ "$(kvfind --paths $DB two)" = a ]
		[ "$(kvfind --paths $DB four_five)" = a ]
		[ "$(kvfind --paths $DB sixteen)" = a ]
		[ "$(kvfind --paths $DB tw)" = b ]
		[ "$(kvfind --paths $DB end | sort | xargs)" = 'a c' ]
		[ "$(kvfind --paths -F "$(printf 'x%.0s' {1..100})" $DB)" = d ]
	}
	each_engine check
}

# Words of the tree at hand, as many questions as asked for, the same every time.
questions() { # questions N
	cat src/*/*.c | tr -cs 'A-Za-z0-9_' '\n' | sort -u >all
	awk -v n="$1" 'BEGIN { srand(7) } { w[NR] = $0 }
	    END { while (n-- > 0) { k = 1 + int(4 * rand()); s = w[1 + int(NR * rand())]
		while (--k > 0) s = s " " w[1 + int(NR * rand())]
		print rand() < .2 ? s " nothingofthekind" : s } }' all
}

same_hits() { # same_hits OPTION... QUESTIONS
	local q
	while read -r q; do
		kvfind --json "${@:1:$#-1}" $DB $q >found || [ $? = 1 ]
		kvfind --json --scan "${@:1:$#-1}" $DB $q >scanned || [ $? = 1 ]
		cmp found scanned || { echo "$q"; return 1; }
	done <"${!#}"
}

@test "words: the same hits in the same order with the index and without" {
	mkdir src
	cp -r "$ROOT"/common/{base,store} src
	questions 24 >asked
	check() {
		chunkify src | kvput $1 $DB
		same_hits asked
		same_hits -n 1 --in src/base <(head -5 asked)
		same_hits -n 300 --kind function <(tail -5 asked)
		same_hits --max-bytes 2000 <(head -4 asked)
		# a change here and there, and overlapping chunks
		echo 'int page_of(void) { return pages + page; }' >>src/base/mem.c
		chunkify --definitions src | kvput $DB
		{ echo page pages; echo the; tail -4 asked; } | same_hits /dev/stdin
		sed -i '$d' src/base/mem.c
	}
	each_engine check
}

same_lines() { # same_lines OPTION...
	kvfind "$@" $DB >found || [ $? = 1 ]
	kvfind --scan "$@" $DB >scanned || [ $? = 1 ]
	cmp found scanned || { printf '%q ' "$@"; return 1; }
	cat found >>lines
}

# bats test_tags=long
@test "words: the same lines with the index and without" {
	local long=$(printf 'long_name_%.0s' {1..20}) i
	mkdir src
	for i in {1..80}; do echo "int v${i}_$((i % 7));" >src/$i.c; done
	printf 'int %s;\n' HTMLBuffer read_XMLSize3D ${long}end __x__ _ café maſt Kelvin caches >src/odd.c
	printf 'char *s = "\xff\xfe abc\xff";\n' >>src/odd.c
	check() {
		chunkify src 2>/dev/null | kvput $1 $DB
		local s
		: >lines
		for s in HTMLB MLBuf Buffer readXML XMLSize 'Size3D;' "${long}en" "${long:3:150}" \
		    ong_name_end t_ v7_0 'int v7_0;' '_0;' caf fé afé cache caching x__ __x _ 'int _;' \
		    $'\xfe ab' $'abc\xff' '" abc' $'caches;\nchar' ; do
			same_lines -F "$s"
			same_lines -iF "$s"
			same_lines -wF "$s"
		done
		same_lines -iF MAST
		same_lines -iF kelvin
		same_lines -iF 'int MaSt;'
		for s in 'v7_[0-9]' 'v7?_0' 'v[67]_0;' 'HTMLx*B' 'XML+Size' 'v(1|2)_2' 'v1_1|v2_2' '^int v3' \
		    'caf\w' 'nt v5{1,2}_' 'no.thing' 'Buffer$' '\bmaſt' 'v\d+_6' 'afé?s*;'; do
			same_lines -E "$s"
			same_lines -ciE "$s"
		done
		[ $(wc -l <lines) -gt 200 ]
	}
	each_engine check
}

# Pieces of real lines, and what is made of them: N, the same every time.
literals() { # literals N
	cat src/*.c src/*/*.c 2>/dev/null | LC_ALL=C awk -v n="$1" 'BEGIN { srand(11) }
	    length($0) > 3 { l[++m] = $0 }
	    END { while (k < n) { s = l[1 + int(m * rand())]; a = 1 + int(length(s) * rand())
		s = substr(s, a, 1 + int((rand() < .2 ? 90 : 14) * rand()))
		r = rand(); if (r < .1) s = toupper(s); else if (r < .2) s = tolower(s)
		if (s != "") { print s; k++ } } }'
}

@test "words: in names too long for one word every string is found, by its pieces or not" {
	local n at len letters s
	letters=$(printf '%s' {a..z}{a..z} | fold -w 6 | paste -sd _)
	letters=${letters}_$(rev <<<"$letters")
	mkdir src
	for n in 127 128 129 190 191 192 255 1024 1025; do
		printf 'int %s;\n' "${letters:0:n}" >src/$n.c
	done
	check() {
		chunkify src 2>/dev/null | kvput $1 $DB
		for at in 0 1 63 64 65 110 120; do
			for len in 8 21 22 62 63 64 65 126; do
				s=${letters:at:len}
				[ ${#s} = $len ]
				same_lines -cF "$s"
				same_lines -ciF "${s^^}"
				same_lines -cwF "$s"
			done
		done
		kvls --check $DB
	}
	each_engine check
}

@test "words: strings of any kind: the index passes no file over" {
	mkdir src
	cp "$ROOT"/common/base/*.[ch] "$ROOT"/common/search/*.c src
	printf 'int %s;\n' HTMLBufferXML XMLHttpRequest2URL A1B2c3D4 "$(printf 'Ab%.0s' {1..80})" café_Größe \
	    $'\xe9t\xe9_X' >src/odd.c
	check() {
		chunkify src 2>/dev/null | kvput $1 $DB
		local s
		literals ${LITERALS:-60} >asked
		while IFS= read -r s; do
			same_lines -cF "$s"
			same_lines -ciF "$s"
		done <asked
	}
	each_engine check
}
