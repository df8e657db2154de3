# chunkkv: make, make demo, make check, make install, make clean.
#
# B=DIR builds elsewhere, SAN=address,undefined with the sanitizers:
#	make check B=build-asan SAN=address,undefined
# The parts that are not ours (runtime, grammars, bats) are pinned in
# cmd/chunkify/package-lock.json, compiled once and shared by all build
# directories.

TOOLS = chunkify kvput kvcount kvget kvls kvdel

B = build
SAN =
PREFIX = /usr/local
OBJCOPY = objcopy
CC = gcc
CFLAGS = -O2 -g

# Linked statically, because the loading of shared libraries is half the run
# time of a small tool; not under the sanitizers, which cannot. Of the
# libraries each tool gets what it uses.
LIBS = -ldb-5.3 -ljansson -lcrypto

# The languages chunkify knows, in the order in which it lists them; as few as
# you like: make LANGUAGES="c cpp python". Each is a table in
# cmd/chunkify/lang and a grammar from tree-sitter-NAME, if no line below says
# another package, or another language whose grammar it shares.
LANGUAGES = c cpp python javascript typescript tsx rust go java ruby php \
	csharp bash markdown html vue css json yaml toml kotlin lua \
	swift scala dart r julia make hcl awk xml sql

grammar_of = $(or $(grammar_$1),$1)
src_of = $(MODULES)/$(or $(src_$1),tree-sitter-$1)/src
src_apex = tree-sitter-sfapex/apex
src_csharp = tree-sitter-c-sharp
src_dart = @sengac/tree-sitter-dart
src_elm = @elm-tooling/tree-sitter-elm
src_hcl = @tree-sitter-grammars/tree-sitter-hcl
src_kotlin = @tree-sitter-grammars/tree-sitter-kotlin
src_latex = @pfoerster/tree-sitter-latex
src_lua = @tree-sitter-grammars/tree-sitter-lua
src_markdown = @tree-sitter-grammars/tree-sitter-markdown/tree-sitter-markdown
src_ocaml = tree-sitter-ocaml/grammars/ocaml
src_ocaml_interface = tree-sitter-ocaml/grammars/interface
src_php = tree-sitter-php/php
src_r = @eagleoutice/tree-sitter-r
src_sql = @derekstride/tree-sitter-sql
src_tlaplus = @tlaplus/tree-sitter-tlaplus
src_toml = @tree-sitter-grammars/tree-sitter-toml
src_tsx = tree-sitter-typescript/tsx
src_typescript = tree-sitter-typescript/typescript
src_xml = @tree-sitter-grammars/tree-sitter-xml/xml
src_yaml = @tree-sitter-grammars/tree-sitter-yaml
src_zig = @tree-sitter-grammars/tree-sitter-zig
grammar_vue = html

PARTS = build/parts
MODULES = $(PARTS)/node_modules
TS = $(MODULES)/tree-sitter/vendor/tree-sitter/lib
GRAMMARS = $(sort $(foreach l,$(LANGUAGES),$(call grammar_of,$l)))
PARTS_A = $B/parts.a
chunkify_PARTS = $(LANGUAGES:%=$B/cmd/chunkify/lang/%.o) $(PARTS_A)

WARN = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	-Wno-missing-field-initializers
# libdb's replication, which nobody calls, would bring in a resolver that
# cannot be linked statically: it gets none.
STATIC = $(if $(SAN),,-static -Wl,--defsym=getaddrinfo=0,--defsym=freeaddrinfo=0)
SANFL = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
FLAGS = -std=gnu11 -D_GNU_SOURCE $(WARN) -Icommon -I$B -isystem $(TS)/include -MMD -MP -pthread \
	$(SANFL) $(CFLAGS)

objs = $(patsubst %.c,$B/%.o,$(wildcard $1/*.c))

all: $(TOOLS:%=$B/bin/%)

# --- the programs ---------------------------------------------------------

$B/common.a: $(call objs,common)
	rm -f $@ && $(AR) rcs $@ $^

.SECONDEXPANSION:
$(TOOLS:%=$B/bin/%): $B/bin/%: $$(call objs,cmd/$$*) $B/common.a $$($$*_PARTS)
	@mkdir -p $(@D)
	$(CC) $(STATIC) -pthread $(SANFL) $(LDFLAGS) -o $@ $^ $(LIBS) $(LDLIBS)

$B/%.o: %.c | $(PARTS)/.ready
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -c -o $@ $<

# The list of languages, written anew when it has changed.
LIST = printf 'LANGUAGE(%s)\n' $(LANGUAGES)
$B/languages.h: force
	@mkdir -p $(@D)
	@$(LIST) | cmp -s - $@ || $(LIST) >$@
$B/cmd/chunkify/lang.o: $B/languages.h

# What shapes chunks, in a few digits: the grammars and the code that cuts.
# A store knows by them that its files must be chunked again.
SHAPES = $B/languages.h $(wildcard cmd/chunkify/lang/*.[ch] cmd/chunkify/guard/*) \
	$(addprefix cmd/chunkify/,lang.c defs.c cut.c mask.c parse.c label.c package-lock.json)
$B/version.h: $(SHAPES)
	@mkdir -p $(@D)
	echo "#define SOURCES \"$$(cat $(SHAPES) | sha256sum | cut -c1-12)\"" >$@
$B/cmd/chunkify/chunkify.o: $B/version.h

-include $(shell find $B -name '*.d' 2>/dev/null)

# --- what is not ours -----------------------------------------------------

# The libraries and programs the build needs; installed when missing.
$(PARTS)/.ready: cmd/chunkify/package-lock.json cmd/chunkify/setup.sh
	sh cmd/chunkify/setup.sh $(PARTS)
	@touch $@

PARTS_FL = -O2 -w -D_DEFAULT_SOURCE -DTREE_SITTER_REUSE_ALLOCATOR -I$(TS)/include

$(PARTS)/runtime.o: $(PARTS)/.ready
	$(CC) $(PARTS_FL) -I$(TS)/src -c -o $@ $(TS)/src/lib.c

# A grammar is one object, of whose names only tree_sitter_NAME is seen.
# src/scanner.c is there where the grammar needs it; guard/ has what keeps
# some of them from running wild.
GUARD = cmd/chunkify/guard
$(PARTS)/grammar/%.o: $(PARTS)/.ready $(wildcard $(GUARD)/*)
	@mkdir -p $(@D)
	d=$(call src_of,$*); rm -f $@.*; \
	$(CC) $(PARTS_FL) -I$$d -c -o $@.parser $$d/parser.c || exit; \
	for s in $(GUARD)/$*.c $$d/scanner.c; do \
		[ -f $$s ] || continue; \
		$(CC) $(PARTS_FL) -I$$d -include $(GUARD)/heap.h -c -o $@.scanner $$s || exit; \
		break; \
	done; \
	$(LD) -r -o $@ $@.* && rm -f $@.* && \
	$(OBJCOPY) -w -G 'tree_sitter_*' -L 'tree_sitter_*_external_scanner_*' $@

$(PARTS_A): $(PARTS)/runtime.o $(GRAMMARS:%=$(PARTS)/grammar/%.o) $B/languages.h
	@mkdir -p $(@D)
	rm -f $@ && $(AR) rcsT $@ $(filter %.o,$^)

# --- tests ----------------------------------------------------------------

UNITS = $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/*.c))
BATS = $(MODULES)/bats/bin/bats

$B/unit/%: $B/tests/unit/%.o $B/common.a
	@mkdir -p $(@D)
	$(CC) $(STATIC) -pthread $(SANFL) $(LDFLAGS) -o $@ $^ $(LIBS) $(LDLIBS)

# Everything, and once more under the sanitizers.
check: $(if $(SAN),check-here,check-here check-san)

check-here: all $(UNITS)
	BIN=$(abspath $B/bin) UNIT=$(abspath $B/unit) \
		$(BATS) --formatter tap --jobs $(JOBS) tests

check-san:
	$(MAKE) check B=$B-asan SAN=address,undefined

JOBS = 2

# --- figures --------------------------------------------------------------

$B/bench/limit: $B/tests/bench/limit.o $(PARTS_A)
	@mkdir -p $(@D)
	$(CC) $(STATIC) -o $@ $^

# make bench NAMES="limit threads": those, else all of tests/bench/bench.sh
bench: all $B/bench/limit
	tests/bench/bench.sh $B $(NAMES)

# --- to see it work, to have it -------------------------------------------

SRC = .
DB = $B/demo.db
demo: all
	sh tests/demo.sh $B/bin $(SRC) $(DB)

install: all
	mkdir -p $(DESTDIR)$(PREFIX)/bin
	cp $(TOOLS:%=$B/bin/%) $(DESTDIR)$(PREFIX)/bin
	for page in cmd/*/*.1 common/*.[57]; do \
		dir=$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}; \
		mkdir -p $$dir && cp $$page $$dir && \
		chmod 644 $$dir/$${page##*/} || exit; \
	done

clean:
	rm -rf $B $B-asan $(PARTS)


.PHONY: all force bench check check-here check-san demo install clean
.DELETE_ON_ERROR:
.SECONDARY:
