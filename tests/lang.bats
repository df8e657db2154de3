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

@test "chunkify: each definition's comment, signature and body are where the stream says, cut from the chunks" {
	local lang
	for lang in "$ROOT"/tests/lang/*; do
		python3 "$ROOT/tests/symbols.py" <"$lang/expected.jsonl" | sed "s/^/${lang##*/}\t/"
	done >all
	[ "$(wc -l <all)" -gt 1250 ]
	# A signature has the name in it, but for these.
	awk -F'\t' '{ name = $2; head = $4; gsub(" ", "", name); gsub(" ", "", head)
	    if (index(head, name) == 0) print $1, $2 }' all >nameless
	diff - nameless <<-END
		html Welcome here
		html Class: tls.Server <b> & more
		html List<T> of a < b
		kotlin Companion
		objc drawAt:color:
		objc initWithRadius:name:
		objc initWithRadius:name:
		objc initWithTag:size:
	END
	# Some of each sort, as read.
	grep -xF "$(printf 'c\tadd\t/* Plain. */\tstatic int add(int a, int b)')" all
	grep -xF "$(printf 'cpp\tStack\t\texplicit Stack(int n) : size_(n)')" all
	grep -xF "$(printf 'python\ttitle\t\t@property def title(self):')" all
	grep -xF "$(printf 'rust\tarea\t\tfn area(&self) -> f64;')" all
	grep -xF "$(printf "ruby\\tPoint\\t# Struct.new makes a class.\\tPoint = Struct.new(:x, :y)")" all
	grep -xF "$(printf 'haskell\tarea\t-- | The area.\tarea :: Shape -> Double')" all
	grep -xF "$(printf 'markdown\tInstall\t\t## Install')" all
	grep -xF "$(printf 'elixir\thidden\t\t@typep hidden :: atom')" all
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

@test "chunkify: each node type that looks like a definition has a row, or is left out on purpose" {
	python3 "$ROOT/tests/tables.py" "$BIN/../grammars"
	# so that it looks at all: a table of another language
	sed -n 's/^java /json /p' "$BIN/../grammars" >other
	run -1 python3 "$ROOT/tests/tables.py" other
	[[ $output == *"json: method_declaration: no row"* ]]
}

@test "chunkify: a draft of a table names what tags.scm and node-types.json know" {
	python3 "$ROOT/tests/tables.py" --draft "$ROOT/$(sed -n 's/^go //p' "$BIN/../grammars")" >draft
	grep -F '{ "comment", .flags = DOC | COMMENT },' draft
	grep -F '{ "function_declaration", "function", "name" },' draft
}

@test "lang: what __all__ names is exported, and else nothing, where it is strings alone" {
	exported() {
		chunkify x.py | jq -r '.symbols[]? | select(.labels // [] |
		    index("exported")) | .name' | tr '\n' ' '
	}
	defs='def one(): pass
def _two(): pass
class Three:
    def method(self): pass
FOUR = 1
'
	printf '%s' "$defs" >x.py
	[ "$(exported)" = "one Three method FOUR " ]
	printf '__all__ = [\n    "one",  # "FOUR"\n    '"'_two'"',\n]\n%s' "$defs" >x.py
	[ "$(exported)" = "one _two method " ]
	printf '__all__: list[str] = ["one"]\n%s__all__ += ("Three",)\n' "$defs" >x.py
	[ "$(exported)" = "one Three method " ]
	printf '__all__ = ["_two"] + other.__all__\n%s' "$defs" >x.py
	[ "$(exported)" = "one _two Three method FOUR " ]
	printf '__all__ = []\n%s' "$defs" >x.py
	[ "$(exported)" = "method " ]
	printf '__all__ = ["\n%s' "$defs" >x.py	# never closed
	chunkify x.py | jq -j '.content // empty' | cmp - x.py
}
