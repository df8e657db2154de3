# bats file_tags=once
load helper.bash

# What is given away: an archive of the sources, a package for Debian.

unset MAKEFLAGS MAKELEVEL
PARTS=$ROOT/build/parts
VERSION=$(kvls --version | sed -n '1s/.* //p')

@test "release: make dist gives the same bytes twice, and again from what it gave" {
	local one=$PWD/one.tar.xz dir=chunkkv-$VERSION
	export LANGUAGES=json	# one will do
	make -s -e -C "$ROOT" dist PARTS="$PARTS" B="$PWD/b" DIST="$one"
	make -s -e -C "$ROOT" dist PARTS="$PARTS" B="$PWD/b" DIST="$PWD/two.tar.xz"
	cmp one.tar.xz two.tar.xz
	tar xf one.tar.xz
	[ "$(ls)" = "$(printf '%s\n' b $dir one.tar.xz two.tar.xz)" ]
	# all that git has
	(cd "$ROOT" && git ls-files) | sort | diff - <(cd $dir && find . -path ./parts -prune -o ! -type d -printf '%P\n' | sort)
	# nothing is fetched, nothing asked of node or the network
	mkdir bin
	printf '#!/bin/sh\nexit 9\n' >bin/npm
	cp bin/npm bin/node
	chmod +x bin/*
	local alone=
	! unshare -n true || alone='unshare -n'
	PATH=$PWD/bin:$PATH $alone make -s -j2 -e -C $dir ENGINES=bdb all
	echo '{"a": 1}' >a.json
	$dir/build/bin/chunkify a.json | $dir/build/bin/kvput db
	[ "$($dir/build/bin/kvget -t db a.json)" = '{"a": 1}' ]
	make -s -e -C $dir dist DIST="$PWD/three.tar.xz"
	cmp one.tar.xz three.tar.xz
}

@test "release: each part in the archive has its licence, and its entry in the list" {
	local part dir
	export LANGUAGES='json php'
	make -s -e -C "$ROOT" dist PARTS="$PARTS" B="$PWD/b" DIST="$PWD/one.tar.xz"
	tar xf one.tar.xz --strip-components=1 "chunkkv-$VERSION/parts"
	[ "$(ls parts/node_modules | xargs)" = "bats tree-sitter tree-sitter-json tree-sitter-php" ]
	for dir in parts/node_modules/*; do
		part=${dir##*/}
		ls $dir/LICENSE* >/dev/null
		grep -A 10 "^PackageName: $part\$" parts/parts.spdx >entry
		grep -qx "PackageVersion: $(jq -r .version $dir/package.json)" entry
		grep -qx "PackageLicenseDeclared: $(jq -r .license $dir/package.json)" entry
		grep -qE '^PackageChecksum: SHA512: [0-9a-f]{128}$' entry
		grep -q "^Relationship: SPDXRef-chunkkv CONTAINS SPDXRef-$part\$" entry
	done
	[ "$(grep -c '^PackageName: ' parts/parts.spdx)" = 5 ]
	[ -z "$(find parts -name '*.node' -o -name '*.wasm' -o -name '*.js')" ]
}

@test "release: the package for Debian is installed, runs, and leaves nothing behind" {
	local deb=$PWD/x.deb as=
	[ "$(id -u)" = 0 ] || as='unshare -r'
	export DEB_COMPRESSION='-Zxz -z0'
	make -s -C "$ROOT" -o all deb B="${BIN%/bin}" DEB="$deb"
	[ "$(dpkg-deb -f x.deb Version)" = "$VERSION" ]
	[ -z "$(dpkg-deb -f x.deb Depends)" ]
	mkdir -p root/var/lib/dpkg
	touch root/var/lib/dpkg/status
	$as dpkg --root="$PWD/root" -i x.deb >log
	printf 'int f(void) { return 1; }\n' >a.c
	PATH=$PWD/root/usr/bin:$PATH kvindex db a.c
	[ "$(root/usr/bin/kvcount db a.c)" = 1 ]
	(cd root && md5sum --quiet -c var/lib/dpkg/info/chunkkv.md5sums)
	$as dpkg --root="$PWD/root" -P chunkkv >>log
	[ -z "$(find root -path root/var/lib/dpkg -prune -o ! -type d -print)" ]
	# the sanitizers' programs are of no use to others
	if ! grep -q __asan_init "$BIN/kvget"; then
		lintian --allow-root --fail-on error,warning x.deb
	fi
}
