#!/bin/bash
# Bash: functions in all spellings, and what only looks like one.

readonly VERSION=1.0
declare -r LIMIT=10 DEPTH=3
declare -A colours=([red]=1 [green]=2)
typeset -i counter=0
export PATH=/usr/bin
plain=1
alias ll='ls -l'

# Documented.
short() { echo short; }

function keyword {
	local here=1
	declare -a list=(1 2)
}

function both() {
	inner() {
		:
	}
	inner
}

subshell() (
	cd /tmp || exit
	pwd
)

with-dash() { :; }
name::space() { :; }
redirected() {
	echo to the log
} >>log 2>&1

if [[ -n $plain ]]; then
	conditional() { :; }
else
	conditional() { false; }
fi

cat <<'EOT'
not_a_function() { :; }
EOT

(
	in_a_subshell() { :; }
)

case $1 in
start)
	in_a_case() { :; }
	;;
*)
	echo "usage: $0 start"
	;;
esac

compare() [[ $1 == "$2" ]]

long_enough_to_be_cut() {
	local file total=0
	for file in "$@"; do
		if [[ ! -r $file ]]; then
			echo "$file cannot be read, so it is left out" >&2
			continue
		fi
		total=$((total + $(wc -l <"$file")))
	done
	if ((total > 1000)); then
		echo "the files have more lines than were expected: $total"
		return 1
	fi
	while read -r line; do
		printf '%s\n' "$line and something to make the line longer"
	done <result.txt
	echo "that is all there is to say about the $total lines"
}

broken() {
	if then
}

after_the_error() { :; }
