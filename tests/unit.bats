load helper.bash

# Each program in tests/unit says what it proves, and exits 0 if it does.

@test "unit: every program in tests/unit ends well" {
	local n=0 source name
	for source in "$ROOT"/tests/unit/*.c; do
		name=$(basename "$source" .c)
		echo "$name"
		"$UNIT/$name"
		n=$((n + 1))
	done
	[ "$n" -gt 0 ]
}
