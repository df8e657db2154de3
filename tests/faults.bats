# bats file_tags=once
load helper.bash
: "${FAULTS:=${BIN%/bin}/faults}"

# A few of each kind of what make check-faults does; FAULTS is where the
# programs are that can be cut down. The seed stands in the output.

@test "faults: cut down in every way, a store is old or new, and goes on" {
	run -0 env SHORT=1 JOBS=1 FAULTS_ROUNDS=8 ONLY="${ONLY:-fail kill moment crowd power chain limit}" \
	    "$ROOT/tests/faults/faults.sh" "$BIN" "$FAULTS"
	[ "${#lines[@]}" -gt 50 ]
}

@test "faults: the same of a store in SQLite" {
	run -0 env SHORT=1 JOBS=1 FAULTS_ROUNDS=4 ENGINE=sqlite ONLY="fail kill moment crowd power chain limit" \
	    "$ROOT/tests/faults/faults.sh" "$BIN" "$FAULTS"
	[ "${#lines[@]}" -gt 50 ]
}
