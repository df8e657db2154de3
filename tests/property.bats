load helper.bash

# What holds for every file, tried on trees made by chance. A test prints its
# seed; the same seed makes the same tree.

# Files of lines out of the fixtures, in an order that makes some sense and
# much nonsense, broken and cut in places.
generate() { # generate SEED FILES
	local dir file
	mkdir -p tree/a/b tree/c
	for dir in "$ROOT"/tests/lang/*/; do
		for file in "$dir"input.*; do
			LC_ALL=C awk -v seed="$1" -v files="$2" -v name="${dir%/}" -v end="${file##*.}" '
			{ line[n++] = $0 }
			END {
				sub(".*/", "", name)	# not where the tests lie
				srand(seed + length(name) * 1000 + n)
				split("tree/ tree/a/ tree/a/b/ tree/c/", dir, " ")
				for (f = 0; f < files; f++) {
					out = dir[int(rand() * 4) + 1] name f "." end
					printf "" >out
					at = int(rand() * n)
					for (k = int(rand() * 150); k > 0; k--) {
						s = line[at++ % n]
						if (rand() < .08)
							at = int(rand() * n)
						if (rand() < .04)
							s = substr(s, 1, int(rand() * length(s)))
						if (rand() < .02)
							s = s "\303\251 \351 {"
						if (rand() < .02)
							s = s "\r"
						printf "%s%s", s, (k > 1 || rand() < .5) ? "\n" : "" >out
					}
					close(out)
				}
			}' "$file"
		done
	done
}

# What is wrong with a stream, of chunks of this size.
faults() { # faults SIZE
	jq -r --argjson size "$1" 'def newlines: (.content // (.content_base64 | @base64d)) | [match("\n"; "g")] | length;
	def nests: sort_by([.byte_start, -.byte_end]) | reduce .[] as $s ({open: [], bad: []};
	    .open |= map(select(. > $s.byte_start)) |
	    if any(.open[]; . < $s.byte_end) then .bad += [$s.name] else . end |
	    .open += [$s.byte_end]) | .bad;
	foreach (inputs, {type: "end"}) as $r ({chunks: []};
	    if $r.type == "chunk" then .done = null | .chunks += [$r]
	    elif $r.type == "file" or $r.type == "end" then .done = {file, chunks} | .file = $r | .chunks = []
	    else .done = null end;
	    select(.done.file.type == "file") | .done |
	    .file as $f | .chunks as $c | ($f.file_path | tostring) as $p |
	    (if ([0] + [$c[].byte_end]) != ([$c[].byte_start] + [$f.size]) then "\($p): not a partition" else empty end),
	    ($c[] | select(.content != null and (.content | utf8bytelength) != .byte_end - .byte_start) | "\($p): \(.byte_start): length"),
	    (reduce $c[] as $k ({line: 1, bad: []};
	        ($k | newlines) as $n |
	        (($k.content // ($k.content_base64 | @base64d)) | endswith("\n")) as $whole |
	        (if $k.start_line != .line or $k.end_line != .line + $n - (if $whole then 1 else 0 end)
	            then .bad += ["\($p): \($k.byte_start): lines \($k.start_line) to \($k.end_line)"] else . end) |
	        .line += $n) | .bad[]),
	    ($c[] | .byte_start as $a | .byte_end as $b | .symbols[] |
	        select(.byte_start < $a or .byte_start >= $b or .byte_end > $f.size or .byte_end < .byte_start) |
	        "\($p): \(.name) begins elsewhere"),
	    ($c[].symbols[] | select((.doc_start // -1) >= .byte_start or (.body_start // .byte_end) <= .byte_start or
	        (.body_start // .byte_start) >= .byte_end) | "\($p): \(.name): its comment or its body is elsewhere"),
	    ($c[].byte_end as $at | $c[].symbols[] | select(.byte_start < $at and $at < .byte_end and (.byte_end - .byte_start) <= $size) |
	        "\($p): \(.name) fits, and is cut"),
	    ([$c[].symbols[]] | nests[] | "\($p): \(.) overlaps another"),
	    (if ([$c[].symbols[].byte_start] | . != sort) then "\($p): symbols out of order" else empty end))'
}

@test "property: chunks are the file, lines and offsets are right, definitions nest; -j changes nothing" {
	local seed size
	for seed in 1 2; do
		echo "seed $seed"
		rm -rf tree
		generate $seed 3
		for size in 1500 120 60; do
			chunkify -j1 --max-size $size tree >one
			[ "$(jq -c 'select(.type == "end") | .files' one)" = "$(find tree -type f | wc -l)" ]
			[ "$(jq -c 'select(.type == "end") | .chunks' one)" -gt 60 ]
			jq -r 'select(.type == "file").file_path' one | xargs cat >want
			jq -r 'select(.type == "chunk") | .content_base64 // (.content | @base64)' one |
			    base64 -d | cmp - want
			[ -z "$(faults $size <one)" ] || { faults $size <one | head; false; }
			for j in 3 3 8; do
				chunkify -j$j --max-size $size tree | cmp - one
			done
		done
		chunkify -j1 --definitions tree >one
		chunkify -j3 --definitions tree | cmp - one
	done
}

@test "property: no cut in a head or before its brace, nothing tiny beside others" {
	local size
	for size in 400 1500; do
		chunkify -q --max-size $size "$ROOT/tests/tree" "$ROOT"/tests/lang/*/input.* \
		    "$ROOT/cmd" "$ROOT/common" >out
		python3 "$ROOT/tests/heads.py" $size <out
	done
	# so that it looks at all: chunks as no budget of that size has them
	chunkify -q --max-size 60 "$ROOT"/tests/lang/*/input.* >out
	run -1 python3 "$ROOT/tests/heads.py" 1500 <out
	[[ "$output" == *": cut in its head"* && "$output" == *": tiny"* ]]
}
