#!/bin/sh
# fuzz.sh DIR SECONDS TARGET... - run the fuzz targets in DIR, so long each
#
# What is found lies in DIR as found-TARGET-*; main.c's program, which make
# check builds, runs it again: build/fuzz/TARGET FILE. The corpus grows in
# DIR/corpus from run to run.
set -eu

here=$(dirname "$0")
dir=$1
seconds=$2
shift 2

status=0
for target; do
	corpus=$dir/corpus/$target
	mkdir -p "$corpus"
	if [ "$target" = cut ]; then
		# the languages' fixtures, as they are and in small chunks
		for input in "$here"/../lang/*/input.*; do
			lang=$(basename "$(dirname "$input")")
			for size in 60 1500; do
				{
					echo "$lang $size"
					cat "$input"
				} >"$corpus/$lang-$size"
			done
		done
	fi
	echo "--- $target, $seconds s"
	# Kotlin's parser can run, on 3 KB, into the bound on its memory: 6 s, and
	# 25 under the sanitizers. 90 s and 2 GB for an input are a fault.
	"$dir/$target" -max_total_time="$seconds" -timeout=90 \
	    -rss_limit_mb=2048 -max_len=8192 -close_fd_mask=2 \
	    -print_final_stats=1 -artifact_prefix="$dir/found-$target-" \
	    "$corpus" "$here/seeds/$target" >"$dir/$target.log" 2>&1 || {
		status=1
		echo "found:"
	}
	tail -n 30 "$dir/$target.log" | grep -E 'ERROR|SUMMARY|found-|DONE|number_of|peak_rss|slowest' || :
done
exit $status
