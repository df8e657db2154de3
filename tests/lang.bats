load helper.bash

# Each directory in tests/lang holds input.* and what becomes of it. After a
# change for the better: GOLDEN=1 make check, and read the diff.

golden() { # golden DIRECTORY
	chunkify -j1 --max-size 400 -C "$1" "$(basename "$1"/input.*)" |
	    sed -e 1d -e 's/"mtime_ns":[0-9]*/"mtime_ns":0/'
}

@test "chunkify: each language is recognised, its definitions and chunks are as read and accepted" {
	local dir lang
	chunkify --list-languages | cut -f1 >languages
	ls "$ROOT/tests/lang" | diff <(sort languages) -
	while read -r lang; do
		dir=$ROOT/tests/lang/$lang
		[ -z "${GOLDEN:-}" ] || golden "$dir" >"$dir/expected.jsonl"
		golden "$dir" >out
		grep -q "^{\"type\":\"file\".*\"language\":\"$lang\"" out
		diff -u "$dir/expected.jsonl" out
	done <languages
}

@test "chunkify: --list-languages tells each language's endings, definitions, nodes and labels" {
	local tab=$'\t' lang in
	chunkify --list-languages >languages
	# All tables have been compiled for this; each has five columns.
	awk -F'\t' 'NF != 5 || $1 == "" || $2 == "" || $5 == "" { print; bad = 1 } END { exit bad }' languages
	grep "^elm$tab\.elm${tab}alias constructor function module operator port type$tab.* Function .*${tab}documented generated test\$" languages
	# What the fixtures have is what the list promises, scripts and styles
	# in markup being of their own languages.
	cut -f1 languages | while read -r lang; do
		in=$lang
		case $lang in html|vue|svelte) in="$lang css javascript json typescript" ;; esac
		awk -F'\t' -v in_="$in" 'index(" " in_ " ", " " $1 " ") { print $3; print $5 }' languages |
		    tr ' ' '\n' >promised
		jq -r 'select(.type == "chunk" and .language == "'"$lang"'") |
		    .labels[], .symbols[].kind' "$ROOT/tests/lang/$lang/expected.jsonl" |
		    sort -u | grep -vx "$lang" >found
		! grep -vxFf promised found || { echo "$lang"; false; }
	done
}
