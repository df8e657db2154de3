#!/usr/bin/awk -f
# Sum.
BEGIN { FS = ","; total = 0 }

# Add.
function add(a, b,    i) {
	for (i = 0; i < a; i++)
		b += i
	if (a > b) return a
	while (b < 3) b++
	return a + b
}

func old(x) { return x }

/^#/ { next }
NR > 1 && $2 ~ /x/ {
	total = add(total, $1)
	print total
}
NR == 3
END {
	print total
}
@include "lib.awk"
