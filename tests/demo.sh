#!/bin/sh
# demo.sh BIN SRC DB - chunk a tree, store it, count it
set -eu
export PATH="$1:$PATH"
src=$2 db=$3

echo "chunkify $src | kvput -v $db"
chunkify "$src" | kvput -v "$db"
echo "kvcount $db"
kvcount "$db"
echo "kvcount -a $db | sort -rn | head -n 5"
kvcount -a "$db" | sort -rn | head -n 5
