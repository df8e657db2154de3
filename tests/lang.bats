load helper.bash

# Each directory in tests/lang holds input.* and what becomes of it. After a
# change for the better: GOLDEN=1 make check, and read the diff.

golden() { # golden DIRECTORY
	chunkify -j1 --max-size 400 -C "$1" "$(basename "$1"/input.*)" |
	    sed -e 1d -e 's/"mtime_ns":[0-9]*/"mtime_ns":0/'
}

@test "chunkify: each language's definitions and chunks are as read and accepted" {
	local dir
	for dir in "$ROOT"/tests/lang/*/; do
		[ -z "${GOLDEN:-}" ] || golden "$dir" >"$dir/expected.jsonl"
		golden "$dir" >out
		diff -u "$dir/expected.jsonl" out
	done
}

@test "chunkify: every language in --list-languages has a fixture, and is recognised by its ending" {
	chunkify --list-languages >languages
	[ -s languages ]
	while read -r lang; do
		golden "$ROOT/tests/lang/$lang" >out
		grep -q "^{\"type\":\"file\".*\"language\":\"$lang\"" out
	done <languages
	[ "$(wc -l <languages)" = "$(ls "$ROOT"/tests/lang | wc -l)" ]
}
