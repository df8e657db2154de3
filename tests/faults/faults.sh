#!/bin/bash
# faults.sh BIN FAULTS - cut the programs down, and look at what is left
#
# BIN has the programs as they are installed, which look at the store after
# each case; FAULTS has dynamic ones, which are cut down, inject.so and replay.
#
# A case is a line of words, and CASE='those words' runs that one alone. From
# FAULTS_SEED come all that are drawn by lot, FAULTS_ROUNDS says how many of a
# kind, ONLY='fail kill' which kinds, SHORT=1 takes a few of each, JOBS runs
# so many side by side, ENGINE is the ending of the store's name, by which kvput
# knows what to make. Kinds:
#
#	fail WHAT FAULT		a call of WHAT fails (see inject.c)
#	kill WHAT FAULT		SIGKILL at a call, or in the middle of a write
#	moment WHAT USEC	SIGKILL after so many microseconds
#	crowd SEED		SIGKILL to one of several that are at it
#	power WHAT SEED		a power cut (see replay.c)
#	chain SEED		one power cut after the other
#	limit WHAT KB		RLIMIT_FSIZE
#	disk KB			an update with so much room on a tmpfs
#
# After each: kvls --check is clean; every file is wholly old or wholly new, and
# all new where the program said so; the next kvput succeeds by itself and
# leaves what a fresh store has; nobody hangs, and nobody dies but by our hand.
set -u
BIN=$(cd "$1" && pwd)
F=$(cd "$2" && pwd)
export LC_ALL=C PATH=$BIN:$PATH
: "${FAULTS_SEED:=$RANDOM$RANDOM}" "${FAULTS_ROUNDS:=500}" "${JOBS:=2}"
: "${ONLY:=fail kill moment crowd power chain limit disk}" "${ENGINE:=db}"
SHORT=${SHORT:-}
STORE=a.$ENGINE
POWER="make update del big many recover mend"
PATIENCE=30			# seconds, of whoever could hang

# Kept when a case goes wrong. In memory, if that can be: nothing here needs a
# disk, and a disk takes its time to sync.
W=$(mktemp -d "${FAULTS_DIR:-$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")}/faults.XXXXXX")
W=$(cd "$W" && pwd -P)

# --- trees, streams, and the states that a file may be in ---------------------

tree() { # tree DIR FILES SEED: files of 2 to 28 small functions
	mkdir -p "$1"
	awk -v dir="$1" -v files="$2" -v seed="$3" 'BEGIN {
		srand(seed)
		for (i = 0; i < files; i++) {
			f = dir "/" (i % 3 ? "f" : "g:") i ".c"
			n = 2 + int(rand() * 27)
			for (k = 0; k < n; k++)
				printf "/* %d */\nint\nfun_%d_%d(int x)\n{\n\tif (x > %d)\n\t\treturn x * %d;\n\treturn x + %d;\n}\n\n",
				    seed, i, k, rand() * 99, rand() * 99, rand() * 99 >f
			close(f)
		}
	}'
}

# Of four files three are rewritten, one of them is another's; some gone, some new.
rewrite() { # rewrite DIR FILES SEED
	local i
	tree new-tree "$2" "$3"
	for ((i = 0; i < $2; i++)); do
		case $((i % 8)) in
		0|5)	;;
		3)	rm -f "$1"/?"$i".c "$1"/g:"$i".c ;;
		*)	cp new-tree/*[fg:]"$i".c "$1" ;;
		esac
	done
	cp new-tree/f1.c "$1/new.c"
	cp new-tree/f2.c "$1/a:b:.c"
	rm -rf new-tree
}

chunks() { # chunks DIR: its stream, the same in each run
	find "$1" -type f -exec touch -d '2001-02-03 04:05:06' {} +
	chunkify -q "$1"
}

# All that a store has, but for times.
text() { # text DB
	kvget -a "$1" | sed -E 's/,"(created|stored)_at":[0-9]+//g'
}

# The stream of a tree, the store it makes, and what is in it.
states() { # states NAME DIR [again]
	local name=$1-new
	[ $# = 3 ] || name=$1-old
	chunks "$2" >"$name"
	kvput "$name.$ENGINE" <"$name" && text "$name.$ENGINE" >"$name.text"
}

prepare() {
	cd "$W" || exit
	tree src 40 1
	states small src
	kvls small-old.$ENGINE | awk 'NR % 3 == 0' >gone
	cp -r small-old.$ENGINE del.$ENGINE
	kvdel --files-from gone del.$ENGINE && text del.$ENGINE >del.text
	rewrite src 40 2
	states small src again

	# With one of a megabyte, whose chunks fill many pages.
	tree one 1 3
	for ((i = 0; i < 6000; i++)); do
		printf 'int big_%d(int x)\n{\n\treturn x * %d;\n}\n%s\n' $i $i \
		    "/* $i ......................................................................... */"
	done >one/big.c
	cp -r src/f1*.c one
	states big one
	sed -i 's/return x \* \(.*\)3;/return x + \1;/' one/big.c
	rm one/f10.c
	states big one again

	# Many, which are stored in several slices.
	mkdir lots
	for ((i = 0; i < 700; i++)); do
		printf 'int\nof_%d(void)\n{\n\treturn 1;\n}\n' $i >lots/$i.c
	done
	states many lots
	sed -i 's/1;/2;/' lots/*[0-46-9].c
	rm lots/*0.c
	states many lots again

	case " ${CASE:-$ONLY}" in
	*" disk"*)
		tree room 650 4
		states full room
		rewrite room 650 5
		states full room again ;;
	esac
	echo >none.text			# one line, that awk may see it
	for i in del {small,big,many}-{old,new}; do
		[ -s $i.text ] || { echo "Bail out! no $i"; exit 2; }
	done
}

# What a case is about: the store before, what is in it, what it comes to, and
# the stream that is put afterwards with what it comes to in turn.
setting() { # setting WHAT
	set=small
	case $1 in
	big|many|full)
		set=$1 ;;
	esac
	base=$set-old.$ENGINE from=$set-old.text to=$set-new.text
	old=$set-old new=$set-new next=$set-new after=$set-new.text
	case $1 in
	make)	base= from=none.text to=$old.text next=$old after=$old.text ;;
	del)	to=del.text ;;
	read|check|list)
		to=$old.text ;;
	esac
	db=$PWD/$STORE
	rm -rf "$db" "$db"-*
	[ -z "$base" ] || cp -r "$W/$base" "$db"
}

# The program of the case; what is before it is how it is run.
program() { # program WHAT [COMMAND...]
	local what=$1
	shift
	case $what in
	make)	"$@" "$F/kvput" "$db" <"$W/$old" ;;
	update|recover|big|many|full)
		"$@" "$F/kvput" --wait 20 --prune --force "$db" <"$W/$new" ;;
	back)	"$@" "$F/kvput" --prune --force "$db" <"$W/$old" ;;
	nothing)
		"$@" "$F/kvput" "$db" </dev/null ;;
	del)	"$@" "$F/kvdel" --files-from "$W/gone" "$db" ;;
	read|mend)
		"$@" "$F/kvget" -a "$db" >out ;;
	check)	"$@" "$F/kvls" --check "$db" >out ;;
	list)	"$@" "$F/kvls" --symbols "$db" >out ;;
	*)	echo "no such thing: $what"
		return 99 ;;
	esac
}

under() { # under FAULT: before a command
	echo timeout -k 5 $PATIENCE env "FAULT_STORE=$db" "$@" "LD_PRELOAD=$F/inject.so"
}

# --- what has to hold ---------------------------------------------------------

# Each file is as in one of two states, or not there, where that may be.
judge() { # judge STATE STATE NOW [ABSENT]
	awk -v absent="${4:-}" -F '"file_path(_base64)?":"' '
	function path(s) { s = $2; sub(/",".*/, "", s); return s }
	FNR == 1 { n++ }
	$0 !~ /^\{"type":"(file|chunk|skip|ast)"/ { next }
	{ p = path(); has[n, p] = has[n, p] $0 "\n"; seen[p] }
	END {
		for (p in seen)
			if (has[3, p] != has[1, p] && has[3, p] != has[2, p] &&
			    (has[3, p] != "" || absent == "")) {
				print p ": neither old nor new"
				exit 1
			}
	}' "$1" "$2" "$3"
}

patiently() { timeout -k 5 $PATIENCE "$@"; }

# The store after a case, and what can be done with it. Says what is wrong.
examine() { # examine [all|absent]: all is new, as was said; or may be absent
	if [ -z "$base" ] && ! patiently kvls "$db" >/dev/null 2>err; then
		# It was not made. But who was told that it was?
		[ "${1:-}" != all ] || { echo "not there: $(cat err)"; return 1; }
	else
		patiently kvls --check "$db" >err 2>&1 ||
		    { echo "kvls --check: status $?: $(head -n 3 err)"; return 1; }
		patiently kvget -a "$db" >out 2>err ||
		    { echo "kvget: status $?: $(head -n 3 err)"; return 1; }
		sed -E 's/,"(created|stored)_at":[0-9]+//g' out >now
		if [ "${1:-}" = all ]; then
			cmp -s now "$W/$to" ||
			    { echo "was told to be stored, is not"; return 1; }
		else
			cmp -s now "$W/$from" || cmp -s now "$W/$to" ||
			    judge "$W/$from" "$W/$to" now ${1:+absent} || return
		fi
	fi
	patiently kvput --prune --force "$db" <"$W/$next" 2>err ||
	    { echo "the next kvput: status $?: $(head -n 3 err)"; return 1; }
	patiently kvls --check "$db" >err 2>&1 ||
	    { echo "kvls --check, then: status $?: $(head -n 3 err)"; return 1; }
	text "$db" >now
	cmp -s now "$W/$after" || { echo "not as a fresh store"; return 1; }
}

# What the program itself came to. Says what is wrong.
verdict() { # verdict STATUS
	case $1 in
	0|2|137)	;;
	124)	echo "hangs"; return 1 ;;
	*)	echo "status $1: $(head -n 3 said)"; return 1 ;;
	esac
	[ "$1" != 2 ] || [ -s said ] || { echo "fails without a word"; return 1; }
}

# --- kinds --------------------------------------------------------------------

case_fail() { # case_fail WHAT FAULT [KILLED]
	local st
	setting "$1"
	[ $# = 2 ] || program update $(under "FAULT=change:KILL:$3") 2>/dev/null
	program "$1" $(under "FAULT=$2") 2>said
	st=$?
	verdict $st || return
	case $st:$2 in
	137:*:KILL:*|137:*:TEAR:*) ;;
	137:*)	echo "killed"; return 1 ;;
	esac
	conclude "$1" $st
}

# The answer of a program that was satisfied, and the store.
conclude() { # conclude WHAT STATUS
	if [ "$2" != 0 ]; then
		examine
		return
	fi
	case $1 in
	read|mend)
		sed -E 's/,"(created|stored)_at":[0-9]+//g' out >now
		judge "$W/$from" "$W/$to" now || return
		examine ;;
	list)	kvls --symbols "$db" 2>err | cmp -s - out || { echo "not all of it"; return 1; }
		examine ;;
	check)	examine ;;
	*)	examine all ;;
	esac
}

case_kill() { case_fail "$@"; }

case_moment() { # case_moment WHAT USEC
	local st
	setting "$1"
	[ -z "$(killed_at "$1")" ] || program update $(under "FAULT=change:KILL:$(killed_at "$1")") 2>/dev/null
	program "$1" $(under "FAULT_KILL=$2") 2>said
	st=$?
	verdict $st || return
	conclude "$1" $st
}

# A reader that is not killed has to be answered, and with whole files.
crowd_reader() { # crowd_reader NUMBER USEC
	local st
	timeout $PATIENCE env FAULT_KILL="$2" FAULT_STORE="$db" LD_PRELOAD="$F/inject.so" \
	    "$F/kvget" -a "$db" >read.$1 2>read.$1.err
	st=$?
	case $st in
	137)	;;
	0)	sed -E 's/,"(created|stored)_at":[0-9]+//g' read.$1 >read.$1.now
		judge "$W/$from" "$W/$to" read.$1.now absent ;;
	*)	grep -q 'went ahead: read again' read.$1.err ||
		    echo "reader: status $st: $(cat read.$1.err)" ;;
	esac
}

# Each is killed at some moment, or is not.
case_crowd() { # case_crowd SEED
	local i pids=() why
	RANDOM=$(($1 % 32768))
	setting update
	{
		program update $(under FAULT_KILL=$((RANDOM % 3 ? RANDOM % 25000 + 1 : 0)))
		echo kvput $? >status.put
	} 2>said.put &
	pids+=($!)
	{
		timeout $PATIENCE env FAULT_KILL=$((RANDOM % 3 ? RANDOM % 25000 + 1 : 0)) FAULT_STORE="$db" \
		    LD_PRELOAD="$F/inject.so" "$F/kvdel" --wait 20 --files-from "$W/gone" "$db"
		echo kvdel $? >status.del
	} 2>said.del &
	pids+=($!)
	for i in 1 2 3; do
		crowd_reader $i $((RANDOM % 2 ? RANDOM % 15000 + 1 : 0)) >why.$i &
		pids+=($!)
	done
	wait "${pids[@]}"
	why=$(cat why.[123])
	[ -z "$why" ] || { echo "$why"; return 1; }
	while read -r i st; do
		case $i:$st in
		*:0|*:137|kvdel:1) ;;
		*)	echo "$i: status $st: $(cat said.put said.del)"; return 1 ;;
		esac
	done < <(cat status.put status.del)
	examine absent
}

case_limit() { # case_limit WHAT KB
	local st
	setting "$1"
	(
		ulimit -f "$2"
		program "$1" timeout -k 5 $PATIENCE 2>said
	)
	st=$?
	verdict $st || return
	conclude "$1" $st
}

# --- a full disk ----------------------------------------------------------------

# The store on a tmpfs with so many KB to spare. Readers read while it is
# updated, and while it is full.
case_disk() { # case_disk KB
	local st writer n=0 why=
	rm -rf full
	setting full
	mkdir -p disk
	mountpoint -q disk || mount -t tmpfs -o size=64m faults disk || { echo "cannot mount"; return 1; }
	rm -rf disk/*
	mount -o remount,size=64m disk
	db=$PWD/disk/$STORE
	mv "$STORE"* disk
	mount -o "remount,size=$(($(df -k --output=used disk | tail -n 1) + $1))k" disk
	program full timeout -k 5 $PATIENCE 2>said &
	writer=$!
	while kill -0 $writer 2>/dev/null; do
		case $((n++ % 2)) in
		0)	patiently kvget -a "$db" >out 2>err || { why="kvget, meanwhile: status $?"; break; } ;;
		1)	patiently kvls --check "$db" >err 2>&1 || { why="kvls --check, meanwhile: status $?"; break; } ;;
		esac
	done
	wait $writer
	st=$?
	if [ -n "$why" ] && ! grep -q 'went ahead: read again' err; then
		echo "$why: $(head -n 3 err)"
		return 1
	fi
	verdict $st || return
	patiently kvls --check "$db" >err 2>&1 || { echo "while it is full: kvls --check: status $?: $(head -n 3 err)"; return 1; }
	text "$db" >now 2>err
	[ ! -s err ] || { echo "while it is full: kvget: $(head -n 3 err)"; return 1; }
	judge "$W/$from" "$W/$to" now || return
	[ $st != 0 ] || cmp -s now "$W/$to" || { echo "was told to be stored, is not"; return 1; }
	echo $st >fits
	mount -o remount,size=64m disk
	examine
}

list_disk() {
	local low=0 high=40960 i step=64
	if ! { mkdir -p disk && mount -t tmpfs faults disk; } 2>/dev/null; then
		echo "# disk: not permitted to mount a tmpfs" >&3
		return
	fi
	# Where it begins to fit.
	while [ $((high - low)) -gt 64 ]; do
		i=$(((low + high) / 2))
		case_disk $i >&2
		if [ "$(cat fits)" = 0 ]; then high=$i; else low=$i; fi
	done
	umount disk
	[ -z "$SHORT" ] || step=512
	for ((i = 0; i < high - 1024; i += 8 * step)); do
		echo "disk $i"
	done
	for ((i = high > 1024 ? high - 1024 : 0; i < high + 512; i += step)); do
		echo "disk $i"
	done
}

# How often WHAT calls each class, in a file; and one of them.
count() { # count WHAT [KILLED]
	setting "$1"
	[ $# = 1 ] || program update $(under "FAULT=change:KILL:$2") 2>/dev/null
	program "$1" $(under "FAULT_COUNT=$PWD/count") 2>/dev/null
}

calls() { sed -n "s/^$1 //p" count; }

# What WHAT does to a store, recorded once; the power goes at a moment of it.
record() { # record WHAT
	mkdir -p "$W/record/$1/before" && cd "$W/record/$1" || exit
	setting "$1"
	case $1 in
	recover|mend)
		program update $(under "FAULT=change:KILL:$(killed_at "$1")") 2>/dev/null ;;
	esac
	[ ! -e "$db" ] || cp -r "$db"* before
	program "$1" $(under "FAULT_LOG=$PWD/log") >/dev/null 2>said
	[ -s log ] || { echo "Bail out! nothing recorded of $1: $(cat said)"; exit 2; }
}

case_power() { # case_power WHAT SEED
	local how all=
	setting "$1"
	rm -rf "$db" "$db"-*
	how=$("$F/replay" "$W/record/$1/log" "$W/record/$1/before" "$STORE" . "$2") ||
	    { echo "replay: $how"; return 1; }
	[ "$how" != end ] || all=all
	# A reader is the first, or a writer.
	if [ $(($2 % 3)) = 0 ] && [ -e "$db" ]; then
		patiently kvput "$db" </dev/null 2>err ||
		    { echo "cut at $how: kvput: status $?: $(head -n 3 err)"; return 1; }
	fi
	examine $all || { echo "(cut at $how)"; return 1; }
}

# One power cut after the other, each while somebody is at what the last one
# left.
case_chain() { # case_chain SEED
	local i what n=$(($1 % 3 + 2))
	setting $([ $(($1 % 4)) = 0 ] && echo many || echo update)
	for ((i = 0; i < n; i++)); do
		what=(update mend nothing back update)
		what=${what[($1 / 7 + i * ($1 % 11)) % 5]}
		rm -rf before log
		mkdir before && mv "$db"* before && cp -r before/. .
		program "$what" $(under "FAULT_LOG=$PWD/log") >/dev/null 2>said ||
		    { echo "$i: $what: status $?: $(head -n 3 said)"; return 1; }
		[ -e log ] || continue
		rm -rf "$db" "$db"-*
		"$F/replay" log before "$STORE" . $(($1 + i)) >/dev/null || return
	done
	examine
}

list_chain() {
	local i
	for ((i = 0; i < FAULTS_ROUNDS; i++)); do
		echo "chain $((FAULTS_SEED + i))"
	done
}

list_power() {
	local i what
	for ((i = 0; i < FAULTS_ROUNDS; i++)); do
		for what in $POWER; do
			echo "power $what $((FAULTS_SEED + i))"
		done
	done
}

# N numbers from 1 to MAX, evenly, or all of them; a short run draws them.
spread() { # spread MAX N
	awk -v max="$1" -v n="$2" -v seed="${SHORT:+$RANDOM}" 'BEGIN {
		srand(seed)
		step = max > n ? max / n : 1
		for (i = 1; i <= max + .001; i += step)
			print int(i + (seed != "" ? rand() * (step - 1) : 0))
	}'
}

# The call of the update where a kill leaves a reader most to be mended, and a
# writer.
most_to_mend() {
	local what n all
	count update
	all=$(calls change)
	for what in mend nothing; do
		for n in $(seq $((all / 2)) 4 "$all"); do
			count $what "$n"
			echo "$(calls change) $n"
		done | sort -rn | awk '{ print $2; exit }' >"$W/most.$what"
	done
}

# Where the last writer is to be killed.
killed_at() { # killed_at WHAT
	case $1 in
	mend)	cat "$W/most.mend" ;;
	recover)
		cat "$W/most.nothing" ;;
	esac
}

list_fail() {
	local what class n killed most
	for what in update make del read check list recover mend; do
		most=${SHORT:-100000}
		killed=$(killed_at $what)
		count $what $killed
		for class in write:EIO write:ENOSPC write:SHORT sync:EIO \
		    sync:ENOSPC rename:EIO rename:ENOSPC unlink:EIO open:EMFILE \
		    open:ENOMEM open:EIO trunc:EIO trunc:ENOSPC close:EIO \
		    mmap:ENOMEM mmap:EMFILE malloc:ENOMEM; do
			# There are too many allocations for all.
			[ $class != malloc:ENOMEM ] || most=$((most > 250 ? 250 : most))
			for n in $(spread "$(calls ${class%:*})" $most); do
				echo "fail $what $class:$n $killed"
				case $class in
				*SHORT|unlink*|close*) ;;
				*)	[ -n "$SHORT" ] || echo "fail $what $class:$n+ $killed" ;;
				esac
			done
		done
	done
}

list_kill() {
	local what n killed most=100000
	[ -z "$SHORT" ] || most=4
	for what in update make del recover mend; do
		killed=$(killed_at $what)
		count $what $killed
		for n in $(spread "$(calls change)" $most); do
			echo "kill $what change:KILL:$n $killed"
		done
		for n in $(spread "$(calls write)" $most); do
			echo "kill $what write:TEAR:$n $killed"
		done
	done
}

list_moment() {
	local i what=(update make del read recover mend)
	for ((i = 0; i < FAULTS_ROUNDS; i++)); do
		echo "moment ${what[i % 6]} $((RANDOM % 25000 + 1))"
	done
}

list_crowd() {
	local i
	for ((i = 0; i < FAULTS_ROUNDS; i++)); do
		echo "crowd $((FAULTS_SEED + i))"
	done
}

list_limit() {
	local what n
	for what in update make big; do
		setting $what
		for n in $(spread "$(du -sk "$W/$set-new.$ENGINE" | cut -f1)" $((FAULTS_ROUNDS / 10))); do
			echo "limit $what $n"
		done
	done
}

# --- running them ---------------------------------------------------------------

worker() { # worker NUMBER: those lines of the list
	local line words why
	mkdir -p "$W/$1" && cd "$W/$1" || exit
	awk -v n="$1" -v of="$JOBS" 'NR % of == n' "$W/list" |
	while read -r line; do
		read -ra words <<<"$line"
		why=$("case_${words[0]}" "${words[@]:1}" </dev/null 2>>trace)
		if [ $? = 0 ]; then
			echo "$line" >>done
		else
			echo "$line: ${why//$'\n'/ }" >>wrong
			[ -e kept ] || { mkdir kept; cp -r "$STORE"* kept 2>/dev/null; }
		fi
	done
}

run_list() {
	local i
	for ((i = 0; i < JOBS; i++)); do
		worker $i &
	done
	wait
	cat "$W"/[0-9]*/done >"$W/done" 2>/dev/null
	cat "$W"/[0-9]*/wrong >"$W/wrong" 2>/dev/null
	return 0
}

# A line for each group of cases: its kind, what, and the first of the fault.
report() {
	awk -v seconds=$SECONDS -v seed="$FAULTS_SEED" '
	{
		split($3, f, ":")
		g = $1 ($2 ~ /^[a-z]/ ? " " $2 : "") (f[2] != "" ? " " f[1] " " f[2] : "")
		sub(/:$/, "", g)
		if (!(g in n))
			order[++groups] = g
		n[g]++
		kind[$1]++
	}
	FILENAME ~ /wrong$/ {
		nbad++
		if (++told[g] <= 3)
			bad[g] = bad[g] "# " $0 "\n"
	}
	END {
		for (i = 1; i <= groups; i++) {
			g = order[i]
			printf "%s %d - %s: %d cases\n%s", g in bad ? "not ok" : "ok", i, g, n[g],
			    bad[g] (told[g] > 3 ? "# and " told[g] - 3 " more\n" : "")
		}
		print "1.." groups
		for (k in kind)
			line = line ", " k " " kind[k]
		printf "# %d cases in %d s, %d wrong; seed %s%s\n", NR, seconds, nbad, seed, line
		exit nbad != 0
	}' "$W/done" "$W/wrong"
}

RANDOM=$((FAULTS_SEED % 32768))
exec 3>&1
prepare
mkdir -p "$W/count" && cd "$W/count" || exit
most_to_mend
case " ${CASE:-$ONLY} " in
*" power "*)
	for what in $POWER; do
		record $what
	done ;;
esac
if [ -n "${CASE:-}" ]; then
	echo "$CASE" >"$W/list"
else
	cd "$W/count" || exit
	for kind in $ONLY; do
		"list_$kind"
	done >"$W/list" 2>/dev/null
fi
run_list
for i in "$W"/*/disk; do
	mountpoint -q "$i" && umount "$i"
done
if report; then
	rm -rf "$W"
else
	echo "# the first of each worker: $W/*/kept"
	exit 1
fi
