load helper.bash

FUZZ=${BIN%/bin}/fuzz

# The fuzz targets (tests/fuzz) over their seeds: what was found once is not
# found again. "make fuzz" goes on from these.

@test "fuzz: every target keeps its promises over its seeds" {
	local target
	for target in cut ignore key manifest stream; do
		[ -n "$(ls "$ROOT/tests/fuzz/seeds/$target")" ]
		"$FUZZ/$target" "$ROOT/tests/fuzz/seeds/$target"/*
	done
}

@test "fuzz: every language's fixture, whole and broken off, in chunks of all sizes" {
	local input lang size
	for input in "$ROOT"/tests/lang/*/input.*; do
		lang=$(basename "$(dirname "$input")")
		for size in 16 60 1500; do
			{
				echo "$lang $size"
				cat "$input"
			} >"$lang-$size"
			head -c $(($(wc -c <"$input") * 2 / 3)) "$lang-$size" \
			    >"$lang-$size-broken"
		done
	done
	"$FUZZ/cut" ./*-*
}

@test "fuzz: a reader of a damaged store ends by itself, in time, and never with a wrong answer" {
	chunkify -q -C "$ROOT/tests/tree" . | kvput "$DB"
	# what libdb has when it finds a wrong checksum it does not give back
	export ASAN_OPTIONS=detect_leaks=0:exitcode=99
	run -0 "$FUZZ/damage" -f -n 25 "$BIN" "$DB"
	echo "$output"
	[[ "$status" = 0 && "$output" == *" same "* ]]
}
