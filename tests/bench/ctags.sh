#!/bin/bash
# ctags.sh BIN LANGUAGE TREE - of the definitions that universal-ctags finds in
# TREE, how many chunkify lists
#
# One is found where the same file has a definition of that name that holds the
# line ctags names. Prints figures, then what is missing (file, name, line,
# ctags' kind); asserts nothing.
#
# What ctags gets wrong: of a CSS selector it takes words ([type="x"] is "type",
# "hidden"), where chunkify has the selector as it stands; in Lua it takes
# "fun = function_arg(1)" for a function, and what calls with a function as
# argument are assigned to. JSON's values that hold nothing further it lists;
# chunkify leaves them to the text.
#
# Not asked for: members and locals, which chunkify leaves to the text, and what
# ctags itself gets wrong, said below by language.
set -euo pipefail
export LC_ALL=C

bin=$1 lang=$2 tree=$3
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT

# theirs: its name there; without: kinds that are not asked for.
without='^$'
case $lang in
c)		theirs=C without='member|enumerator' ;;
css)		theirs=CSS ;;
devicetree)	theirs=DTS ;;
elixir)		theirs=Elixir ;;
elm)		theirs=Elm without='namespace' ;;	# an import's "as"
haskell)	theirs=Haskell ;;
hcl)		theirs=Terraform ;;
html)		theirs=HTML without='class' ;;
json)		theirs=JSON without='string|number|boolean|null' ;;
julia)		theirs=Julia without='field' ;;
kotlin)		theirs=Kotlin ;;
latex)		theirs=Tex without='bibitem|xinput' ;;
lua)		theirs=Lua ;;
make)		theirs=Make without='makefile' ;;	# an include
markdown)	theirs=Markdown ;;
objc)		theirs=ObjectiveC without='field' ;;
ocaml|ocaml_interface)
		theirs=OCaml without='RecordField' ;;
powershell)	theirs=PowerShell ;;
r)		theirs=R without='functionVar|library|source|nameattr' ;;
sql)		theirs=SQL without='field|label|variable' ;;
toml)		theirs=TOML ;;
yaml)		theirs=Yaml ;;
*)		theirs=$lang ;;
esac
if ! ctags --list-languages | grep -qix "$theirs"; then
	echo "ctags.sh: $lang: ctags does not know it" >&2
	exit 2
fi

cd "$tree"
"$bin/chunkify" -q --no-ignore --definitions . >"$W/stream" || true
jq -r --arg lang "$lang" 'select(.type == "chunk" and .language == $lang) |
    .file_path as $f | .symbols[] | [$f, .name, .start_line, .end_line] | @tsv' \
    "$W/stream" >"$W/ours"
jq -r --arg lang "$lang" 'select(.type == "file" and .language == $lang).file_path' \
    "$W/stream" >"$W/files"
ctags -L "$W/files" --language-force="$theirs" --links=no --extras=-F \
    -o - -x --_xformat=$'%F\t%N\t%n\t%K' 2>/dev/null |
    awk -F'\t' -v without="^($without)\$" '$4 !~ without && $2 !~ /^__anon/' >"$W/theirs"
awk -F'\t' -v lang="$lang" -v files="$(wc -l <"$W/files")" -v missing="$W/missing" '
	NR == FNR { n[$1, $2]++; from[$1, $2, n[$1, $2]] = $3; to[$1, $2, n[$1, $2]] = $4; ours++; next }
	{
		if (lang == "lua")	# ctags leaves its scope on it
			sub(/.*[.:]/, "", $2)
		for (i = n[$1, $2]; i > 0; i--)
			if (from[$1, $2, i] <= $3 && $3 <= to[$1, $2, i])
				break
		all[$4]++
		total++
		if (i > 0) {
			found++
			hit[$4]++
		} else
			print >missing
	}
	END {
		printf "# %s: %d files, %d definitions here, %d of ctags, recall %.4f\n", lang, files, ours, total, total ? found / total : 1
		for (k in all)
			printf "#\t%s %d of %d\n", k, hit[k], all[k] | "sort"
	}' "$W/ours" "$W/theirs"
[ ! -e "$W/missing" ] || cat "$W/missing"
