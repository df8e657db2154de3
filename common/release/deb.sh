#!/bin/sh
# deb.sh VERSION TREE DEB MODULES PACKAGE... - a package for Debian
#
# TREE is what make install has filled for PREFIX=/usr. What is linked in is
# named in the copyright file: the parts from npm with their own words, the
# libraries as Debian has them. The same tree gives the same bytes.
set -eu

version=$1 tree=$2 deb=$3 modules=$4
shift 4
doc=$tree/usr/share/doc/chunkkv
if [ -e .git ]; then
	epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
else
	epoch=${SOURCE_DATE_EPOCH:-$(stat -c %Y Makefile)}
fi
export SOURCE_DATE_EPOCH="$epoch"
maintainer="${DEBFULLNAME:-chunkkv} <${DEBEMAIL:-chunkkv@authors.invalid}>"

mkdir -p "$doc" "$tree/DEBIAN" "$tree/usr/share/lintian/overrides"
{
	cat LICENSE
	printf '\nThe programs have parts of these in them, under the licences that follow.\n'
	for package; do
		printf '\n--- %s\n\n' "$package"
		if grep -q 'Apache License' "$modules/$package"/LICEN[CS]E*; then
			echo 'Apache-2.0: see /usr/share/common-licenses/Apache-2.0'
		else
			cat "$modules/$package"/LICEN[CS]E*
		fi
	done
	for library in libdb5.3-dev libjansson-dev libssl-dev libc6-dev; do
		[ -e /usr/share/doc/$library/copyright ] || continue
		printf '\n--- %s\n\n' "$library"
		cat /usr/share/doc/$library/copyright
	done
} >"$doc/copyright"
printf 'chunkkv (%s) unstable; urgency=medium\n\n  * Release %s.\n\n -- %s  %s\n' \
    "$version" "$version" "$maintainer" "$(date -Ru -d "@$epoch")" | gzip -9n >"$doc/changelog.gz"
find "$tree/usr/share/man" -type f -exec gzip -9n {} +
# Loading shared libraries is half the run time of a small tool.
for program in "$tree"/usr/bin/*; do
	if [ "$(head -c 2 "$program")" != '#!' ]; then
		printf 'chunkkv: %s [usr/bin/%s]\n' statically-linked-binary "${program##*/}" \
		    shared-library-lacks-prerequisites "${program##*/}"
	fi
done >"$tree/usr/share/lintian/overrides/chunkkv"
find "$tree" -mindepth 1 -type d -exec chmod 755 {} +
find "$tree/usr/share" -type f ! -perm -100 -exec chmod 644 {} +
cat >"$tree/DEBIAN/control" <<END
Package: chunkkv
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$tree/usr" | cut -f1)
Recommends: git
Suggests: jq
Section: text
Priority: optional
Description: source code as chunks in a key-value store
 Small programs that cut source files into chunks along their definitions, by
 tree-sitter, keep these in a key-value store, and read them back: for search,
 retrieval and editors. A tree is indexed again at the cost of what has changed.
END
(cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
dpkg-deb --root-owner-group ${DEB_COMPRESSION-} -b "$tree" "$deb" >/dev/null
