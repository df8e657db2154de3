load helper.bash

# Histories by chance, with a store made afresh as the oracle. The seed stands
# in the output when one goes wrong.

NAMES=(a.c b.c A.c d e 'sp ace.c' 'co:lon.c' 'a:' $'new\nline.c' $'latin\xe9.c'
    'quote".c' x.py 0 README deep/er/f.c d/g.c d/e/h.py)

any() { # any DIR: one of the names
	printf '%s' "$1/${NAMES[RANDOM % ${#NAMES[@]}]}"
}

content() {
	local i n=$((RANDOM % 6))
	for ((i = 0; i < n; i++)); do
		printf 'int f%d(int x)\n{\n\tx += %d;\n\treturn x;\n}\n\n' $((RANDOM % 9)) $((RANDOM % 5))
	done
}

# One change to the tree below src, whatever stands in its way.
change() {
	local p q
	p=$(any src; printf x)
	p=${p%x}
	case $((RANDOM % 10)) in
	0)	rm -rf "$p" ;;
	1)	rm -rf "$p"
		mkdir -p "$p" ;;
	2)	[ ! -f "$p" ] || touch "$p" ;;
	3)	q=$(any src; printf x)
		q=${q%x}
		[ ! -f "$p" ] || [ -d "$q" ] || [ ! -d "${q%/*}" ] || mv -f "$p" "$q" ;;
	4)	[ ! -f src/a.c ] || [ -e src/A.c ] || mv src/a.c src/A.c ;;
	5)	[ -d "$p" ] || [ ! -d "${p%/*}" ] || { rm -f "$p"; printf 'int a;\0' >"$p"; } ;;
	6)	[ -d "$p" ] || [ ! -d "${p%/*}" ] || { rm -f "$p"; ln -s nowhere "$p"; } ;;
	7)	[ ! -f "$p" ] || content >>"$p" ;;
	*)	[ ! -d "$p" ] || rm -rf "$p"
		mkdir -p "${p%/*}" 2>/dev/null || { rm -rf "${p%/*}"; mkdir -p "${p%/*}"; }
		rm -f "$p"
		content >"$p" ;;
	esac
}

# Status 1 is fine: something was left out, the binary files for example.
reindex() {
	kvls --manifest $DB >manifest
	chunkify -q --unchanged manifest src >stream 2>/dev/null || [ $? = 1 ]
	kvput --wait 60 --prune --force $DB <stream	# a killed one may be dying
}

same_as_fresh() {
	rm -rf fresh
	chunkify -q src 2>/dev/null >stream || [ $? = 1 ]
	kvput fresh <stream
	dump fresh chunk file ast label sym >want
	dump $DB chunk file ast label sym | diff want - >difference
}

# bats test_tags=long
@test "history: after any history the store is that of a fresh run" {
	local round seed=${SEED:-$RANDOM}
	echo "seed $seed"
	RANDOM=$seed
	mkdir src
	for round in $(seq 250); do
		for _ in 1 2 3 4; do change 2>/dev/null || true; done
		mkdir -p src
		touch src/always.c
		reindex
		if [ $((round % 5)) = 0 ]; then
			echo "round $round"
			same_as_fresh
		fi
	done
	verify $DB
	kvls --check $DB
}

@test "history: kill -9 anywhere in the pipe; the next run mends it by itself" {
	local round seed=${SEED:-$RANDOM} victim
	echo "seed $seed"
	RANDOM=$seed
	mkdir src
	for round in $(seq 60); do
		for _ in $(seq 8); do change 2>/dev/null || true; done
		mkdir -p src
		touch src/always.c
		# each of the three is killed in some rounds, after as many
		# steps as chance has it
		victim=$((RANDOM % 3))
		timeout -s KILL $([ $victim = 0 ] && echo "0.00$((RANDOM % 9 + 1))" || echo 60) kvls --manifest $DB 2>/dev/null |
		    timeout -s KILL $([ $victim = 1 ] && echo "0.00$((RANDOM % 9 + 1))" || echo 60) chunkify -q --unchanged - src 2>/dev/null |
		    timeout -s KILL $([ $victim = 2 ] && echo "0.00$((RANDOM % 9 + 1))" || echo 60) kvput --prune --force $DB 2>/dev/null || true
		timeout 20 kvcount -a $DB >/dev/null 2>&1 || [ ! -e $DB/format ]
		if [ $((round % 6)) = 0 ]; then
			echo "round $round"
			reindex
			same_as_fresh
		fi
	done
	verify $DB
	kvls --check $DB
}
