# bats file_tags=once
load helper.bash

# common/chunk.schema.json is what chunk(5) says, for programs.

SCHEMA=$ROOT/common/chunk.schema.json

# The lines of standard input that it does not take: their numbers.
refused_by_schema() {
	/usr/bin/python3 -c '
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
valid = jsonschema.Draft202012Validator(schema)
for n, line in enumerate(sys.stdin.buffer, 1):
    if not valid.is_valid(json.loads(line)):
        print(n)
' "$SCHEMA"
}

# All types, bytes that are no UTF-8 in paths, contents and roots.
streams() {
	mkdir -p src
	cp "$ROOT"/tests/tree/* src
	printf 'int a; // \377\n' >$'src/\377.c'
	printf 'int b;\0' >src/b.c
	seq 900 | sed 's/.*/int v&;/' | { echo 'void f() {'; cat; echo '}'; } >src/long.c
	chunkify --ast src $'src/\377.c' 2>/dev/null >all || true
	kvput $DB <all
	kvget -a $DB
	kvls --manifest $DB
	kvls --manifest $DB | chunkify --ast --unchanged - src 2>/dev/null || true
	chunkify --ast --files-from - <<<gone.c
	chunkify $'src/\377.c'
	cat all
}

@test "schema: every line of every stream is as it says" {
	streams >lines
	[ "$(jq -r .type lines | sort -u | xargs)" = "ast begin chunk end file gone keep skip" ]
	grep -q file_path_base64 lines
	grep -q content_base64 lines
	grep -q '"base64":' lines
	grep -q '"part":\[2,' lines
	run -0 refused_by_schema <lines
	[ -z "$output" ]
}

@test "schema: what is missing, or of another type, it does not take" {
	streams | jq -cs 'group_by(.type)[] | .[0]' >some
	# each member in turn is left out, or becomes what no member is
	jq -c '. as $r | $r | keys_unsorted[] | select(. != "labels" and . != "options" and
	    . != "stored_at" and . != "chunks" and . != "created_at" and
	    ($r.type != "skip" or (. != "size" and . != "mtime_ns"))) as $k | $r | del(.[$k])' some >missing
	jq -c '. as $r | $r | keys_unsorted[] as $k | $r | .[$k] = true' some >other
	[ "$(wc -l <missing)" -gt 30 ]
	[ "$(wc -l <other)" -gt 35 ]
	refused_by_schema <missing | diff - <(seq "$(wc -l <missing)")
	refused_by_schema <other | diff - <(seq "$(wc -l <other)")
	# nor does kvput
	for f in missing other; do
		while read -r line; do
			run -2 kvput x.db <<<"$line"
		done <$f
	done
}

@test "schema: it has the members of every record, and those that may be missing" {
	awk '
	/^static const struct field [a-z]*_fields/ {
		type = $5
		sub(/_fields.*/, "", type)
	}
	match($0, /^\t(REC|LIST)\("[a-z_0-9]*"/) {
		split($0, word, "\"")
		print type, word[2], /F_OPTIONAL/ ? "may" : "must"
	}' "$ROOT/common/record/record.c" | sort >written
	[ "$(wc -l <written)" -gt 30 ]
	jq -r '."$defs" as $d | $d | to_entries[] | select(.value.properties.type) |
	    .key as $type | .value as $v |
	    ([$v.required[]?] + [$v.oneOf[]?.required[]] +
	     [$v.allOf[]? | $d.path.oneOf[].required[]]) as $must |
	    ($v.properties + if $v.allOf then $d.path.properties else {} end | keys[]) |
	    select(. != "type" and (endswith("_base64") | not)) |
	    "\($type) \(.) \(if IN($must[]) then "must" else "may" end)"' "$SCHEMA" |
	    sort | diff written -
}
