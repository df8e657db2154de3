#!/bin/sh
# dist.sh VERSION MODULES ARCHIVE PACKAGE... - the archive of a release
#
# All that git has of this tree, or such an archive has, and in parts/ what else is compiled: the C
# sources of the packages from npm, their licences, and a list of them
# (SPDX 2.3). It is built without network, and the same tree gives the same
# bytes. bats goes along whole, for the tests.
set -eu

version=$1 modules=$2 archive=$3
shift 3
name=chunkkv-$version
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
if [ -e .git ]; then
	files='git ls-files -z'
	epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
else	# in such an archive
	files="find . ( -path ./parts -o -path ./build* ) -prune -o ! -type d -print0"
	epoch=${SOURCE_DATE_EPOCH:-$(stat -c %Y Makefile)}
fi
lock=cmd/chunkify/package-lock.json

member() {	# member PACKAGE NAME: what the lock says of it
	sed -n "\\|^    \"node_modules/$1\": {|,/^    }/s/^      \"$2\": \"\\(.*\\)\",*\$/\\1/p" "$lock"
}

about() {	# about SPDXID NAME VERSION LICENCE
	printf '\nPackageName: %s\nSPDXID: SPDXRef-%s\nPackageVersion: %s\n' "$2" "$1" "$3"
	printf 'PackageDownloadLocation: NOASSERTION\nFilesAnalyzed: false\n'
	printf 'PackageLicenseConcluded: %s\nPackageLicenseDeclared: %s\n' "$4" "$4"
	printf 'PackageCopyrightText: NOASSERTION\n'
}

part() {	# part PACKAGE: its files, and its entry in the list
	mkdir -p "$stage/$name/parts/node_modules/$1"
	(
		cd "$modules/$1"
		if [ "$1" = bats ]; then
			find . -type f
		else
			find . \( -name node_modules -o -name bindings -o -name prebuilds \) -prune -o \
			    -type f \( -name '*.[ch]' -o -name package.json -o -iname 'licen[cs]e*' \) -print
		fi | tar -cf - -T -
	) | tar -C "$stage/$name/parts/node_modules/$1" -xf -
	id=$(printf %s "$1" | tr -c 'a-zA-Z0-9.\n' -)
	about "$id" "$1" "$(member "$1" version)" "$(member "$1" license)"
	printf 'PackageChecksum: SHA512: %s\n' "$(member "$1" integrity |
	    sed 's/^sha512-//' | base64 -d | od -An -v -tx1 | tr -d ' \n')"
	printf 'ExternalRef: PACKAGE-MANAGER purl pkg:npm/%s@%s\n' \
	    "$(printf %s "$1" | sed 's/@/%40/')" "$(member "$1" version)"
	printf 'Relationship: SPDXRef-chunkkv CONTAINS SPDXRef-%s\n' "$id"
}

mkdir -p "$stage/$name/parts/node_modules"
set -f
$files | tar --null -cf - -T - | tar -C "$stage/$name" -xf -
{
	printf 'SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\n'
	printf 'DocumentName: %s\nDocumentNamespace: https://spdx.org/spdxdocs/%s-%s\n' \
	    "$name" "$name" "$epoch"
	printf 'Creator: Tool: make dist\nCreated: %s\n' \
	    "$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)"
	printf 'Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-chunkkv\n'
	about chunkkv chunkkv "$version" MIT
	for package; do
		part "$package"
	done
} >"$stage/$name/parts/parts.spdx"

mkdir -p "$(dirname "$archive")"
tar --sort=name --format=gnu --owner=0 --group=0 --numeric-owner \
    --mode=u+rwX,go=rX --mtime="@$epoch" -C "$stage" -cf "$stage/tar" "$name"
# the block's size decides the bytes, and not how many work on them
xz -T2 --block-size=32MiB -2 <"$stage/tar" >"$archive.new"
mv "$archive.new" "$archive"
