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
CC = gcc
CFLAGS = -O2 -g

# Linked statically, because the loading of shared libraries is half the run
# time of a small tool; not under the sanitizers, which cannot. Of the
# libraries each tool gets what it uses.
LIBS = -ldb-5.3 -ljansson -lcrypto

GRAMMARS = bash c c-sharp cpp go java javascript php/php python ruby rust \
	typescript/tsx typescript/typescript

PARTS = build/parts
MODULES = $(PARTS)/node_modules
TS = $(MODULES)/tree-sitter/vendor/tree-sitter/lib
PARTS_A = $(PARTS)/parts.a
chunkify_PARTS = $(PARTS_A)

WARN = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	-Wno-missing-field-initializers
# libdb's replication, which nobody calls, would bring in a resolver that
# cannot be linked statically: it gets none.
STATIC = $(if $(SAN),,-static -Wl,--defsym=getaddrinfo=0,--defsym=freeaddrinfo=0)
SANFL = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
FLAGS = -std=gnu11 -D_GNU_SOURCE $(WARN) -Icommon -I$B -isystem $(TS)/include -MMD -MP -pthread \
	$(SANFL) $(CFLAGS)

objs = $(patsubst %.c,$B/%.o,$(wildcard $1/*.c $1/lang/*.c))

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

# What shapes chunks, in a few digits: the grammars and the code that cuts.
# A store knows by them that its files must be chunked again.
SHAPES = $(wildcard cmd/chunkify/lang/*.[ch]) \
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

# A grammar is one object; src/scanner.c is there where the grammar needs it.
$(GRAMMARS:%=$(PARTS)/grammar/%.o): $(PARTS)/grammar/%.o: $(PARTS)/.ready
	@mkdir -p $(@D)
	d=$(MODULES)/tree-sitter-$*/src; \
	$(CC) $(PARTS_FL) -I$$d -c -o $@.parser $$d/parser.c && \
	if [ -f $$d/scanner.c ]; then \
		$(CC) $(PARTS_FL) -I$$d -c -o $@.scanner $$d/scanner.c && \
		$(LD) -r -o $@ $@.parser $@.scanner; \
	else mv $@.parser $@; fi && rm -f $@.parser $@.scanner

$(PARTS_A): $(PARTS)/runtime.o $(GRAMMARS:%=$(PARTS)/grammar/%.o)
	rm -f $@ && $(AR) rcs $@ $^

# --- tests ----------------------------------------------------------------

UNITS = $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/*.c))
BATS = $(MODULES)/bats/bin/bats

$B/unit/%: $B/tests/unit/%.o $B/common.a
	@mkdir -p $(@D)
	$(CC) $(STATIC) -pthread $(SANFL) $(LDFLAGS) -o $@ $^ $(LIBS) $(LDLIBS)

# Everything, and once more under the sanitizers.
check: $(if $(SAN),check-here,check-here check-san)

check-here: all $(UNITS) faults
	BIN=$(abspath $B/bin) UNIT=$(abspath $B/unit) FAULTS=$(abspath $F) \
		$(BATS) --formatter tap --jobs $(JOBS) tests

check-san:
	$(MAKE) check B=$B-asan SAN=address,undefined

JOBS = 2

# The programs are cut down: see tests/faults/faults.sh. What is to fail is put
# between them and the C library, so they are linked dynamically; and under the
# sanitizers, which are in between themselves, only those who look at what is
# left have them.
F = $(if $(SAN),build,$B)/faults
FAULTS = $(addprefix $F/,kvput kvget kvls kvdel inject.so replay)

faults: $(if $(SAN),,$(FAULTS))
	$(if $(SAN),$(MAKE) faults B=build SAN=)

$(addprefix $F/,kvput kvget kvls kvdel): $F/%: $$(call objs,cmd/$$*) $B/common.a
	@mkdir -p $(@D)
	$(CC) -pthread $(LDFLAGS) -o $@ $^ $(LIBS) $(LDLIBS)

$F/inject.so: tests/faults/inject.c tests/faults/log.h
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -shared -fPIC -o $@ $<

$F/replay: $B/tests/faults/replay.o $B/common.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

check-faults: all faults
	tests/faults/faults.sh $B/bin $F

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


.PHONY: all bench check check-faults check-here check-san demo faults install clean
.DELETE_ON_ERROR:
.SECONDARY:
