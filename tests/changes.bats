load helper.bash

# type path new symbol of each line.
short() {
	jq -r '"\(.type) \(.file_path) \(.new) \(.symbol_name)" + (if .from_path then " \(.from_path)" else "" end)'
}

functions() { # functions N...
	local i
	for i; do
		printf 'int f%d(int x)\n{\n' "$i"
		for _ in $(seq 12); do printf '\tx += some_function_of(x, %d);\n' "$i"; done
		printf '\treturn x;\n}\n\n'
	done
}

@test "kvput --changes: added, removed, moved; what is the same is not told" {
	mkdir src
	functions 1 2 3 >src/a.c
	chunkify src | kvput --changes $DB >out
	[ "$(short <out)" = "$(printf 'added src/a.c true f1\nadded src/a.c true f2\nadded src/a.c true f3')" ]
	[ "$(jq -r keys_unsorted[] out | head -n 9 | tr '\n' ' ')" = "type file_path byte_start byte_end content_hash symbol_name symbol_kind scope new " ]
	chunkify src | kvput --changes $DB >out
	[ ! -s out ]
	functions 1 9 3 >src/a.c
	chunkify src | kvput --changes $DB >out
	[ "$(short <out | sort)" = "$(printf 'added src/a.c true f9\nremoved src/a.c null f2')" ]
	functions 10 1 9 3 >src/a.c
	chunkify src | kvput --changes $DB >out
	[ "$(short <out | sort)" = "$(printf 'added src/a.c true f10\nmoved src/a.c null f1 src/a.c\nmoved src/a.c null f3 src/a.c\nmoved src/a.c null f9 src/a.c')" ]
	jq -e -s 'map(select(.symbol_name == "f1"))[0] | .from_start == 0 and .byte_start > 0' out
}

@test "kvput --changes: content that is stored anywhere is not new" {
	mkdir src
	functions 1 >src/a.c
	chunkify src | kvput --changes $DB >out
	cp src/a.c src/b.c
	functions 2 >src/c.c
	cp src/c.c src/d.c
	chunkify src | kvput --changes $DB >out
	[ "$(short <out | sort)" = "$(printf 'added src/b.c false f1\nadded src/c.c true f2\nadded src/d.c false f2')" ]
}

@test "kvput --changes: a renamed file is moved, in any order of the names" {
	mkdir src
	functions 1 2 >src/m.c
	chunkify src | kvput $DB
	for to in z a; do
		mv src/*.c src/$to.c
		chunkify src | kvput --changes --prune $DB >out
		[ "$(short <out | cut -d' ' -f1-4 | sort)" = "$(printf 'moved src/%s.c null f1\nmoved src/%s.c null f2' $to $to)" ]
	done
	printf 'src/a.c\nsrc/n.c\n' >list
	mv src/a.c src/n.c
	chunkify --files-from list | kvput --changes $DB >out
	[ "$(short <out | cut -d' ' -f1,2 | sort -u)" = "moved src/n.c" ]
}

@test "kvput --changes: a file that goes, by gone, by skip, by --prune" {
	mkdir src
	for i in 1 2 3; do functions $i >src/$i.c; done
	chunkify src | kvput $DB
	rm src/1.c src/2.c
	printf 'int a;\0' >src/3.c
	echo src/1.c | chunkify --files-from - | kvput --changes $DB >out
	[ "$(short <out)" = "removed src/1.c null f1" ]
	chunkify src >stream || [ $? = 1 ]
	kvput --changes --prune $DB <stream >out
	[ "$(short <out | sort)" = "$(printf 'removed src/2.c null f2\nremoved src/3.c null f3')" ]
}

# bats test_tags=bdb
@test "kvput --changes: following it gives the hashes that are stored, over a history" {
	mkdir src
	RANDOM=7
	: >mine
	for round in $(seq 25); do
		for _ in 1 2 3; do
			f=src/$((RANDOM % 6)).c
			case $((RANDOM % 4)) in
			0) rm -f $f ;;
			1) [ ! -e $f ] || mv $f src/$((RANDOM % 6)).c 2>/dev/null || true ;;
			*) functions $((RANDOM % 9)) $((RANDOM % 9)) >$f ;;
			esac
		done
		touch src/keep.c
		chunkify src | kvput --changes --prune $DB >out
		# apply: a line "path start end hash" for each chunk
		jq -r 'select(.type != "added") | if .type == "moved" then [.from_path, .from_start, .from_end, .content_hash] else [.file_path, .byte_start, .byte_end, .content_hash] end | join(" ")' out | sort >minus
		jq -r 'select(.type != "removed") | [.file_path, .byte_start, .byte_end, .content_hash] | join(" ")' out | sort >plus
		# new content was in no chunk before, other content was
		jq -r 'select(.new == true) | .content_hash' out | while read -r h; do ! grep -q "$h" mine; done
		[ "$(comm -23 minus mine | wc -l)" = 0 ]
		comm -23 mine minus | sort - plus >next
		mv next mine
		db5.3_dump -p $DB/chunk.db | sed -n 's/^ \({.*\)/\1/p' | jq -r '[.file_path, .byte_start, .byte_end, .content_hash] | join(" ")' | sort | diff - mine
	done
	[ -s mine ]
}

@test "kvput --changes: nothing is told that was not committed; a full disk is an error" {
	mkdir src
	functions 1 2 >src/a.c
	chunkify src | head -n -1 >cut
	run -2 --separate-stderr kvput --changes $DB <cut
	[ -z "$output" ]
	run -2 --separate-stderr pipe "chunkify src | kvput --changes $DB >/dev/full"
	[ "$stderr" = "kvput: standard output: No space left on device" ]
	[ "$(kvcount $DB)" = 2 ]
}
