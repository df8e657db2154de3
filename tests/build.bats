load helper.bash

# What is built, and how it is installed.

# Set on a program's headers: is the line there, or not?
has() {
	grep -Eq -- "$1" <<<"$headers" || { echo "$tool: no $1"; return 1; }
}
lacks() {
	! grep -E -- "$1" <<<"$headers" || { echo "$tool: $1"; return 1; }
}

@test "build: every program moves, cannot run its stack, and writes no tables" {
	local tool headers
	for tool in "$BIN"/* "${BIN%/bin}"/unit/*; do
		headers=$(readelf -hldW "$tool")
		has 'Type: +DYN'
		has 'FLAGS_1.* NOW.* PIE'
		has 'GNU_RELRO'
		has 'GNU_STACK .* RW +0x10$'
		lacks '(LOAD|GNU_STACK) .* RWE '
		lacks 'TEXTREL'
		# the sanitizers come as shared libraries; else there are none
		if [[ "$headers" != *libasan* ]]; then
			lacks 'INTERP|NEEDED'
		fi
	done
}

@test "build: our code guards its stack, and checks what it copies" {
	local tool headers dir=${BIN%/bin}
	for tool in "$dir"/common/record_read.o "$dir"/cmd/chunkify/chunkify.o; do
		headers=$(nm "$tool")
		# the sanitizers have their own ways to check a copy
		if [[ "$headers" != *__asan* ]]; then
			has '__[a-z]+_chk$'
		fi
	done
	tool=$dir/common/hash.o		# it has an array on its stack
	headers=$(objdump -dr "$tool")
	has '__stack_chk_fail'
	if [ "$(uname -m)" = x86_64 ]; then
		has 'endbr64'
	fi
}
