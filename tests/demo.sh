#!/bin/sh
# demo.sh BIN SRC DB - chunk a tree, store it, find a function
set -eu
export PATH="$1:$PATH"
src=$2 db=$3

echo "chunkify $src | kvput -v $db"
chunkify "$src" | kvput -v "$db"
question='read the next line of a file'
echo "kvfind -n 1 --kind function $db $question"
if kvfind -n 1 --kind function "$db" $question; then
	name=$(kvfind --json -n 1 --kind function "$db" $question |
	    sed -n 's/^[^{]*{.*"name":"\([^"]*\)".*/\1/p')
	echo "kvget -p -s $name $db | head -n 20"
	kvget -p -s "$name" "$db" | head -n 20
fi
