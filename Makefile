# chunkkv: make, make demo, make check, make install, make uninstall, make clean,
# make dist, make deb.
#
# make builds, and names what it lacks; make deps installs that (as root). demo
# and check do both. B=DIR builds elsewhere, SAN=address,undefined with the
# sanitizers, V=1 shows the commands:
#	make check B=build-asan SAN=address,undefined
# The parts that are not ours (runtime, grammars, bats) are pinned in
# cmd/chunkify/package-lock.json, compiled once and shared by all build
# directories. PGO=1 builds with a profile of real runs: three minutes, for who
# installs.

TOOLS = chunkify kvput kvcount kvget kvls kvfind kvdel kvmcp
SCRIPTS = kvindex

B = build
override B := $(patsubst $(CURDIR)/%,%,$(abspath $B))
SAN =
PREFIX = /usr/local
OBJCOPY = objcopy
CC = gcc
CFLAGS = $(OPT) -g
OPT = $(if $(PGO),-O3,-O2)

# The engines that can keep a store; the first makes a new one where nobody says
# which. One of them alone will do, but for postgres: make ENGINES=sqlite.
ENGINES = bdb sqlite postgres

# libpq can only be loaded when a program starts: whatever reaches a server is
# linked a second time (common/base/server.h).
LOCAL = $(filter-out postgres,$(ENGINES))
REMOTE = $(filter postgres,$(ENGINES))
TWINS = $(if $(REMOTE),$(filter-out chunkify,$(TOOLS)))

# Linked statically, because the loading of shared libraries is half the run
# time of a small tool; under the sanitizers as far as they can. Of the
# libraries each tool gets what it uses.
LIBS = $(if $(SAN),-Wl$(comma)-Bstatic) $(foreach e,$(LOCAL),$(LIBS_$e)) -ljansson -lcrypto -lpcre2-8 \
	$(if $(SAN),-Wl$(comma)-Bdynamic) -lm
LIBS_bdb = -ldb-5.3 -lzstd
# libcrypto as libpq has it: there must not be two in a program.
TWIN_LIBS = -Wl,-Bstatic $(foreach e,$(LOCAL),$(LIBS_$e)) -ljansson -lpcre2-8 -Wl,-Bdynamic -lcrypto -lpq -lm
comma = ,

# The languages chunkify knows, in the order in which it lists them; as few as
# you like: make LANGUAGES="c cpp python". Each is a table in
# cmd/chunkify/lang and a grammar from tree-sitter-NAME, if no line below says
# another package, or another language whose grammar it shares.
LANGUAGES = c cpp python javascript typescript tsx rust go java ruby php \
	csharp bash markdown html vue css json yaml toml kotlin lua \
	swift scala dart r julia make hcl awk xml sql elixir objc \
	haskell zig ocaml ocaml_interface powershell latex devicetree apex \
	elm tlaplus svelte

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
# A release archive has them in parts/, and needs nothing from elsewhere.
MODULES = $(or $(wildcard parts/node_modules),$(PARTS)/node_modules)
TS = $(MODULES)/tree-sitter/vendor/tree-sitter/lib
SQLITE = $(MODULES)/better-sqlite3/deps/sqlite3
GRAMMARS = $(sort $(foreach l,$(LANGUAGES),$(call grammar_of,$l)))
PARTS_B = $(if $(SAN)$(PGO),$B/parts,$(PARTS))
PARTS_A = $B/parts.a
chunkify_PARTS = $(LANGUAGES:%=$B/cmd/chunkify/lang/%.o) $(PARTS_A)
chunkify_LD = -Wl,--wrap=__assert_fail
cut_LD = $(chunkify_LD)

WARN = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	-Wno-missing-field-initializers
# libdb's replication, which nobody calls, would bring in a resolver that
# cannot be linked statically: it gets none.
STATIC = $(if $(SAN),$(STATIC_SAN_$(CC)),-static-pie -Wl,--defsym=getaddrinfo=0,--defsym=freeaddrinfo=0)
STATIC_SAN_gcc = -static-libasan -static-libubsan
# What makes a fault harder to use: checked copies (the sanitizers have their
# own), a guarded stack, a place in memory that differs from run to run, and
# tables of addresses that cannot be written. tests/build.bats looks.
HARD = $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) -fPIE -fstack-protector-strong \
	-fstack-clash-protection $(CF_$(shell uname -m))
CF_x86_64 = -fcf-protection
HARD_LD = -Wl,-z,relro,-z,now,-z,noexecstack
SANFL = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer \
	-DARENA_MALLOC)
# The same bytes wherever the tree lies and B is.
MAP = -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$B=build
FLAGS = -std=gnu11 -D_GNU_SOURCE $(WARN) -Icommon -I$B -isystem $(TS)/include -isystem $(SQLITE) -MMD -MP -pthread \
	$(MAP) $(HARD) $(SANFL) $(CFLAGS) $(PGOFL)
LINK = $(CC) $(STATIC) -pthread $(HARD_LD) $(SANFL) $(PGOFL) $(LDFLAGS)
TWIN_LINK = $(CC) $(if $(SAN),$(STATIC_SAN_$(CC)),-pie) -pthread $(HARD_LD) $(SANFL) $(PGOFL) $(LDFLAGS)
# What no run reached is compiled as ever. The runs are of one thread, and the
# same each time: so is what is built.
# (The profile knows a static function by the name of its object's auxiliary
# files, which both builds therefore share.)
PGOFL = $(if $(PGO),$(PGOFL_$(PGO)) -dumpdir $(B:%-gen=%)/profile/$(subst /,-,$(@:$B/%=%)))
PGOFL_gen = -fprofile-generate -fprofile-update=single
PGOFL_1 = -fprofile-use -fprofile-partial-training -Wno-missing-profile

# A line for each command in place of it.
say = $(if $V,,@echo '  $1' && )

objs = $(patsubst %.c,$B/%.o,$(wildcard $1/*.c))

# What takes longest comes first.
PARTS_sqlite = $(PARTS)/sqlite3.o
all: $(foreach e,$(LOCAL),$(PARTS_$e)) $(TOOLS:%=$B/bin/%) $(SCRIPTS:%=$B/bin/%) $(TWINS:%=$B/libexec/chunkkv/%) $B/grammars

# Other flags than last time, and all is built anew. Before anything is, what
# the build lacks is named; or installed, where that was asked for.
$B/flags: FORCE
	@$(SETUP) $(if $(filter demo,$(MAKECMDGOALS)),install,need) build $(REMOTE)
	@mkdir -p $(@D)
	@echo '$(FLAGS) $(LINK) $(chunkify_LD)' | cmp -s - $@ || \
		echo '$(FLAGS) $(LINK) $(chunkify_LD)' >$@
FORCE:

# --- the programs ---------------------------------------------------------

COMMON = base record store search index engine $(LOCAL:%=engine/%)
COMMON_O = $(foreach d,$(COMMON),$(call objs,common/$d)) $(foreach e,$(LOCAL),$(PARTS_$e))
$B/common.a: $(COMMON_O) $B/engines.h
	$(call say,AR $@)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

# The same for the twins: two objects know which engines there are.
NAMED = common/engine/engines.o common/base/option.o
$B/twin/common.a: $(filter-out $(NAMED:%=$B/%),$(COMMON_O)) $(NAMED:%=$B/twin/%) \
		$(call objs,common/engine/postgres) $B/twin/engines.h
	$(call say,AR $@)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)
$(NAMED:%=$B/twin/%): $B/twin/%.o: %.c $B/flags $B/twin/engines.h
	@mkdir -p $(@D)
	$(call say,CC $<)$(CC) -I$B/twin $(FLAGS) -c -o $@ $<
$(call objs,common/engine/postgres): private FLAGS += -isystem $(PQ)
PQ = /usr/include/postgresql

# The tables, as C has a text.
$B/schema.h: common/engine/postgres/schema.sql
	@mkdir -p $(@D)
	@sed '/^--/d; s/[ 	]*--.*//; s/[\\"]/\\&/g; s/.*/"&\\n"/' $< >$@
$B/common/engine/postgres/open.o: $B/schema.h

.SECONDEXPANSION:
$(TOOLS:%=$B/bin/%): $B/bin/%: $$(call objs,cmd/$$*) $B/common.a $$($$*_PARTS)
	@mkdir -p $(@D)
	$(call say,LD $@)$(LINK) $($*_LD) -o $@ $^ $(LIBS) $(LDLIBS)

$(TWINS:%=$B/libexec/chunkkv/%): $B/libexec/chunkkv/%: $$(call objs,cmd/$$*) $B/twin/common.a $$($$*_PARTS)
	@mkdir -p $(@D)
	$(call say,LD $@)$(TWIN_LINK) $($*_LD) -o $@ $^ $(TWIN_LIBS) $(LDLIBS)

$(SCRIPTS:%=$B/bin/%): $B/bin/%: cmd/$$*/$$*
	@mkdir -p $(@D)
	@install -m 755 $< $@

$B/%.o: %.c $B/flags | $(PARTS)/.ready
	@mkdir -p $(@D)
	$(call say,CC $<)$(CC) $(FLAGS) -c -o $@ $<

# The lists of languages and engines, written anew when they have changed.
LIST_languages = printf 'LANGUAGE(%s)\n' $(LANGUAGES)
LIST_engines = printf 'ENGINE(%s)\n' $(LOCAL)
LIST_twin/engines = printf 'ENGINE(%s)\n' $(ENGINES)
LIST_grammars = $(foreach l,$(LANGUAGES),echo '$l $(call src_of,$(call grammar_of,$l))'; )true
$B/grammars: FORCE
	@mkdir -p $(@D)
	@($(LIST_grammars)) >$@
$B/languages.h $B/engines.h $B/twin/engines.h: $B/%.h: FORCE
	@mkdir -p $(@D)
	@$(LIST_$*) | cmp -s - $@ || $(LIST_$*) >$@
$B/cmd/chunkify/lang.o: $B/languages.h
$B/common/engine/engines.o $B/common/base/option.o: $B/engines.h

# What shapes chunks, in a few digits: a store knows by them that its files must
# be chunked again. All that chunkify is made of counts, but for what is named
# here as having to do with stores alone; what is new counts until it is named.
NOT_SHAPES = common/store/% common/search/% common/index/% common/engine/% \
	common/base/colour.% common/base/meter.% common/base/option.% common/base/release.h
SHAPES = $B/languages.h $(filter-out $(NOT_SHAPES),$(sort $(wildcard common/*/*.[ch] \
	cmd/chunkify/*.[ch] cmd/chunkify/lang/*.[ch] cmd/chunkify/guard/*) \
	cmd/chunkify/package-lock.json cmd/chunkify/setup.sh))
# Looked at each time, as a file that is gone leaves nothing to be newer.
$B/version.h: FORCE $B/languages.h
	@mkdir -p $(@D)
	@echo "#define SOURCES \"$$(sha256sum $(SHAPES) | sed 's|  $B/|  build/|' | sha256sum | cut -c1-12)\"" >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
$B/cmd/chunkify/chunkify.o: $B/version.h

-include $(shell find $B -type f -name '*.d' 2>/dev/null)

# --- what is not ours -----------------------------------------------------

# Fetched into $(PARTS), which needs no rights.
SETUP = sh cmd/chunkify/setup.sh
$(PARTS)/.ready: cmd/chunkify/package-lock.json cmd/chunkify/setup.sh | $B/flags
	$(if $(wildcard parts/node_modules),@mkdir -p $(@D),$(call say,FETCH $(PARTS))$(SETUP) fetch $(PARTS))
	@touch $@

# What for: build, test, fuzz, analyse.
NEED = build $(REMOTE)
deps:
	@$(SETUP) install $(NEED)

# SQLite as its own page on compile-time options recommends it for one thread a
# connection; and no mapped memory, which a file cut short would end us by, and
# nothing kept in temporary files.
# (It is the longest of all to compile: 25 s with -O2, 12 s with those parts of
# it that count; a hundredth more instructions for kvget -a.)
SQLITE_FL = $(if $(PGO),-O2,-O1 -fexpensive-optimizations -finline-small-functions -fipa-cp \
	-foptimize-sibling-calls) -w $(HARD) -DHAVE_FDATASYNC=1 -DSQLITE_DEFAULT_MEMSTATUS=0 \
	-DSQLITE_DQS=0 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_MAX_EXPR_DEPTH=0 \
	-DSQLITE_MAX_MMAP_SIZE=0 -DSQLITE_OMIT_DEPRECATED -DSQLITE_OMIT_LOAD_EXTENSION \
	-DSQLITE_OMIT_SHARED_CACHE -DSQLITE_TEMP_STORE=3 -DSQLITE_THREADSAFE=2 \
	-DSQLITE_USE_ALLOCA
$(PARTS)/sqlite3.o: $(PARTS)/.ready
	$(call say,CC sqlite3)$(CC) $(SQLITE_FL) -c -o $@ $(SQLITE)/sqlite3.c

PARTS_FL = $(OPT) -w $(HARD) -D_DEFAULT_SOURCE -DTREE_SITTER_REUSE_ALLOCATOR -I$(TS)/include

# The runtime and the scanners are code, and under the sanitizers they are
# looked at as ours is; the parsers are tables, compiled once for all. (What
# of the runtime was reached says nothing to libFuzzer, and costs half its time.)
$(PARTS_B)/runtime.o: $(PARTS)/.ready $(if $(SAN),$B/flags)
	@mkdir -p $(@D)
	$(call say,CC tree-sitter)$(CC) $(PARTS_FL) $(SANFL:%,fuzzer-no-link=%) $(PGOFL) \
		-I$(TS)/src -c -o $@ $(TS)/src/lib.c

# A parser is a table of macros, and nobody asks where they stand.
TABLES_FL = $(if $(findstring clang,$(CC)),,-ftrack-macro-expansion=0)
PARSERS = $(if $(PGO),$(PARTS_B),$(PARTS))/grammar
$(GRAMMARS:%=$(PARSERS)/%.parser.o): $(PARSERS)/%.parser.o: $(PARTS)/.ready $(if $(PGO),$B/flags)
	@mkdir -p $(@D)
	$(call say,CC $*)d=$(call src_of,$*); \
	$(CC) $(PARTS_FL) $(TABLES_FL) $(PGOFL) -I$$d -c -o $@ $$d/parser.c

# A grammar is one object, of whose names only tree_sitter_NAME is seen.
# src/scanner.c is there where the grammar needs it; guard/ has what keeps
# some of them from running wild. (Swift's shifts a number further than it is
# long, where the processor's way does no harm.)
GUARD = cmd/chunkify/guard
SCANNER_swift = -fno-sanitize=shift
$(GRAMMARS:%=$(PARTS_B)/grammar/%.o): $(PARTS_B)/grammar/%.o: $(PARSERS)/%.parser.o \
		$(wildcard $(GUARD)/*) $(if $(SAN)$(PGO),$B/flags)
	@mkdir -p $(@D)
	@d=$(call src_of,$*); rm -f $@.scanner $@.state; \
	name=$$(sed -n 's/.*\(tree_sitter_[a-z0-9_]*\)_external_scanner_create.*/\1/p' $$d/parser.c | head -n 1); \
	for s in $(GUARD)/$*.c $$d/scanner.c; do \
		[ -f $$s ] || continue; \
		$(CC) $(PARTS_FL) $(SANFL) $(SCANNER_$*) $(PGOFL) -I$$d -include $(GUARD)/heap.h \
			-D$${name}_external_scanner_serialize=unguarded_serialize \
			-D$${name}_external_scanner_deserialize=unguarded_deserialize \
			-c -o $@.scanner $$s && \
		$(CC) $(PARTS_FL) $(SANFL) -I$$d -DNAME=$$name -c -o $@.state $(GUARD)/state.c || exit; \
		break; \
	done; \
	$(LD) -r -o $@ $< $$(ls $@.scanner $@.state 2>/dev/null) && rm -f $@.scanner $@.state && \
	$(OBJCOPY) -w -G 'tree_sitter_*' -L 'tree_sitter_*_external_scanner_*' $@

$(PARTS_B)/room.o: $(GUARD)/room.c $(PARTS)/.ready $(if $(SAN),$B/flags)
	@mkdir -p $(@D)
	@$(CC) $(PARTS_FL) $(SANFL) -c -o $@ $<

$(PARTS_A): $(PARTS_B)/runtime.o $(PARTS_B)/room.o $(GRAMMARS:%=$(PARTS_B)/grammar/%.o) $B/languages.h
	@mkdir -p $(@D)
	$(call say,AR $@)rm -f $@ && $(AR) rcsT $@ $(filter %.o,$^)

# --- with a profile -------------------------------------------------------

# chunkify, built to count what it does, cuts up what lies here.
TRAIN = chunkify -q -j1 --no-ignore --max-file-size 400000
ifeq ($(PGO),1)
$B/trained: $(filter-out $B/%,$(SHAPES)) | $B/flags $(PARTS)/.ready
	@mkdir -p $B/profile
	@$(MAKE) PGO=gen B=$B-gen $B-gen/bin/chunkify
	$(call say,TRAIN $B-gen)for tree in tests/lang cmd common $(MODULES); do \
		$B-gen/bin/$(TRAIN) $$tree >/dev/null 2>$@.err || [ $$? = 1 ] || \
			{ cat $@.err; exit 1; }; \
	done
	@touch $@
$(patsubst %,$B/%.o,$(basename $(wildcard cmd/chunkify/*.c cmd/chunkify/lang/*.c common/*/*.c))) \
$(GRAMMARS:%=$(PARSERS)/%.parser.o) $(GRAMMARS:%=$(PARTS_B)/grammar/%.o) $(PARTS_B)/runtime.o: | $B/trained
endif

# --- tests ----------------------------------------------------------------

UNITS = $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/*.c))
BATS = $(MODULES)/bats/bin/bats
FUZZ = cut ignore key manifest stream
FUZZ_SECONDS = 60

# What some of them are linked with besides: parts of a tool, calls that fail.
walk_OBJS = $(addprefix $B/cmd/chunkify/,walk.o ignore.o gitls.o confine.o)
$B/tests/unit/walk.o: private FLAGS += -Icmd/chunkify
walk_WRAP = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=readdir

$(UNITS): $B/unit/%: $B/tests/unit/%.o $$($$*_OBJS) $B/common.a
	@mkdir -p $(@D)
	$(call say,LD $@)$(LINK) $($*_WRAP) -o $@ $^ $(LIBS) $(LDLIBS)

# The model of an engine once more, beside a server that the tests start.
$B/twin/engine: $B/tests/unit/engine.o $B/twin/common.a
	@mkdir -p $(@D)
	$(call say,LD $@)$(TWIN_LINK) -o $@ $^ $(TWIN_LIBS) $(LDLIBS)

# Writes records for helper.bash.
$B/unit/stream: $B/tests/stream.o $B/common.a
	@mkdir -p $(@D)
	$(call say,LD $@)$(LINK) -o $@ $^ $(LIBS) $(LDLIBS)

# What Berkeley DB's own tools need to read sym.db; never with the sanitizers.
$B/tests/deltas.so: tests/deltas.c common/engine/bdb/delta.c common/engine/bdb/delta.h
	@mkdir -p $(@D)
	$(call say,LD $@)$(CC) -std=gnu11 -D_GNU_SOURCE $(WARN) -Icommon -O2 -shared -fPIC -o $@ $(filter %.c,$^)

# Everything, and once more under the sanitizers.
check:
	@$(SETUP) install build $(REMOTE) test
	@$(MAKE) $(PAR) check-here
	$(if $(SAN),,@$(MAKE) $(PAR) check-sqlite B=$B-sqlite ENGINES=sqlite)
	$(if $(SAN),,$(REMOTE:%=@$(MAKE) $(PAR) check-%))
	$(if $(SAN),,@$(MAKE) $(PAR) check-here B=$B-asan SAN=address,undefined)

JOBS = 3
# Built by as many, unless -j says otherwise.
PAR = $(if $(findstring j,$(firstword -$(MAKEFLAGS))),,-j$(JOBS))

# Who asks kvmcp there; a release archive does not have it.
CLIENT = $(PARTS)/node_modules/@modelcontextprotocol/client/package.json
$(CLIENT): | $(PARTS)/.ready
	@[ -e $@ ] || $(SETUP) fetch $(PARTS)

# What is tagged once says the same whatever the programs were built with: packages,
# completion, documents.
check-here: all faults $(CLIENT) $(UNITS) $B/unit/stream $B/tests/deltas.so $(if $(REMOTE),$B/twin/engine) $(FUZZ:%=$B/fuzz/%) $B/fuzz/damage
	@ASAN_OPTIONS=detect_leaks=1:exitcode=99 \
		BIN=$(abspath $B/bin) UNIT=$(abspath $B/unit) FAULTS=$(abspath $F) \
		$(BATS) --formatter tap --jobs $(JOBS) $(if $(SAN),--filter-tags '!once') tests

# What holds of a store whatever keeps it, in a build that has SQLite alone. What
# looks into Berkeley DB's own files is tagged bdb.
STORE_TESTS = $(patsubst %,tests/%.bats,changes history kvcount kvdel kvfind kvget kvindex kvls \
	kvput prune property recipes reindex whole words)
check-sqlite: all $B/unit/stream
	@BIN=$(abspath $B/bin) UNIT=$(abspath $B/unit) \
		$(BATS) --formatter tap --jobs $(JOBS) --filter-tags '!bdb' $(STORE_TESTS)

# And in PostgreSQL, in a server that is there for it, or with SHARDS=1 in three.
# What looks at a store's files is tagged file, what asks thousands of times long, which is another
# matter where each begins with a connection (so does whole; property has no store).
SHARDS =
check-postgres: all $B/unit/stream $B/twin/engine
	@BIN=$(abspath $B/bin) UNIT=$(abspath $B/unit) SHARDS=$(SHARDS) tests/server.sh sh -c \
		'"$$UNIT/../twin/engine" postgres "$$SERVER#model" && \
		exec $(BATS) --formatter tap --jobs $(JOBS) --filter-tags "!bdb,!file,!long" \
		$(filter-out $(patsubst %,tests/%.bats,property whole),$(STORE_TESTS))'

# --- fuzzing: tests/fuzz, each target a file ------------------------------


# What the targets test: all but the programs' own main.
$B/fuzz/tested.a: $(filter-out %/chunkify.o,$(call objs,cmd/chunkify)) \
		$(LANGUAGES:%=$B/cmd/chunkify/lang/%.o) \
		$B/cmd/kvput/check.o $B/tests/fuzz/fuzz.o \
		$(call objs,common/base) $(call objs,common/record) $B/common/engine/bdb/key.o
	@mkdir -p $(@D)
	$(call say,AR $@)rm -f $@ && $(AR) rcs $@ $^

# With libFuzzer under clang and SAN=...,fuzzer-no-link; else fed with files.
FUZZER = $(findstring fuzzer,$(SAN))
$(FUZZ:%=$B/fuzz/%): $B/fuzz/%: $B/tests/fuzz/%.o $(if $(FUZZER),,$B/tests/fuzz/main.o) \
		$B/fuzz/tested.a $(PARTS_A)
	$(call say,LD $@)$(LINK) $(if $(FUZZER),-fsanitize=fuzzer) -Wl,--wrap=read $($*_LD) \
		-o $@ $^ $(LIBS) $(LDLIBS)

# Reads damaged stores through the programs.
$B/fuzz/damage: $B/tests/fuzz/damage.o $B/common/base/mem.o
	@mkdir -p $(@D)
	$(call say,LD $@)$(LINK) -o $@ $^ $(LDLIBS)

$B/tests/fuzz/%.o: private FLAGS += -Icmd/chunkify -Icmd/kvput

# make fuzz FUZZ="key stream" FUZZ_SECONDS=600: those, for so long each
fuzz:
	@$(SETUP) install build fuzz
	@$(MAKE) $(PAR) fuzz-here B=$B-fuzz CC=clang SAN=address,undefined,fuzzer-no-link

fuzz-here: $(FUZZ:%=$B/fuzz/%)
	@sh tests/fuzz/fuzz.sh $B/fuzz $(FUZZ_SECONDS) $(FUZZ)

# --- without running it ----------------------------------------------------

# gcc's warnings of values that change with their type, cppcheck, clang-tidy
# (.clang-tidy). None of them may say anything.
ANALYSED = $(wildcard common/*/*.c common/*/*/*.c cmd/*/*.c cmd/*/lang/*.c \
	tests/*.c $(patsubst %,tests/%/*.c,bench fuzz unit))
# Where clang-tidy is wrong: it does not see that what a function fills in is
# looked at only where it says that it has, nor that this vfork is a fork.
UNTIDY = $(patsubst %,common/engine/bdb/%.c,journal segment lock) \
	cmd/chunkify/gitls.c common/store/compare.c tests/fuzz/cut.c
STRICT = -Wconversion -Wno-sign-conversion -Wwrite-strings -Wformat=2 -Wundef \
	-Wnull-dereference -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wvla
SEEN = -std=gnu11 -D_GNU_SOURCE -Icommon -I$B -Icmd/chunkify -Icmd/kvput \
	-isystem $(TS)/include -isystem $(SQLITE) -isystem $(PQ)

analyse: $B/version.h $B/engines.h $B/schema.h $(PARTS)/.ready
	@$(SETUP) install build $(REMOTE) analyse
	@for f in $(ANALYSED); do \
		$(CC) $(SEEN) $(WARN) $(STRICT) -Werror -O2 -c -o /dev/null $$f || exit; \
	done
	@cppcheck --quiet --std=c11 --library=posix,gnu --enable=warning,performance \
		--suppressions-list=.cppcheck --error-exitcode=1 -D__GNUC__ $(filter -I%,$(SEEN)) $(ANALYSED) & \
	printf '%s\n' $(filter-out $(UNTIDY),$(ANALYSED)) | xargs -P2 -I{} \
		sh -c 'clang-tidy --quiet {} -- $(SEEN) 2>$B/tidy.$$$$ || { cat $B/tidy.$$$$; exit 1; }; rm $B/tidy.$$$$'; \
	tidy=$$?; wait $$! && exit $$tidy

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
	$(CC) -pthread $(LDFLAGS) -o $@ $^ $(LIBS) $(LDLIBS)

check-faults: all faults
	tests/faults/faults.sh $B/bin $F

# --- figures --------------------------------------------------------------

$B/bench/limit: $B/tests/bench/limit.o $(PARTS_A)
	@mkdir -p $(@D)
	$(call say,LD $@)$(LINK) -o $@ $^

$B/bench/soak: $B/tests/bench/soak.o $B/common.a
	@mkdir -p $(@D)
	$(call say,LD $@)$(LINK) -o $@ $^ $(LIBS) $(LDLIBS)

# make bench NAMES="limit threads": those, else all of tests/bench/bench.sh
bench: all $B/bench/limit $B/bench/soak
	tests/bench/bench.sh $B $(NAMES)

# Hostile trees in full size: some minutes, 6 GB of memory, 5 GB on disk.
bench-hostile: all
	tests/bench/hostile.sh $B/bin

# --- to see it work, to have it -------------------------------------------

SRC = .
DB = $B/demo.db
ifneq ($(filter demo,$(MAKECMDGOALS)),)
MAKEFLAGS := $(MAKEFLAGS) $(PAR)
endif
demo: all
	@sh tests/demo.sh $B/bin $(SRC) $(DB)

# A program that runs is replaced, not written to.
BINDIR = $(DESTDIR)$(PREFIX)/bin
MANDIR = $(DESTDIR)$(PREFIX)/share/man
UNITDIR = $(DESTDIR)$(PREFIX)/lib/systemd/user
TIMERS = $(wildcard cmd/*/*.service cmd/*/*.timer)
# Completion: each shell looks in a place of its own, bash and fish for a file
# that is called as the program.
DATADIR = $(PREFIX)/share/chunkkv
bash_AT = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
fish_AT = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
zsh_AT = $(DESTDIR)$(PREFIX)/share/zsh/$(ZSH_FUNCTIONS)
ZSH_FUNCTIONS = site-functions
ALL_TOOLS = $(TOOLS) $(SCRIPTS)
SHARED = $(addprefix $(DESTDIR)$(DATADIR)/,complete chunk.schema.json) $(zsh_AT)/_chunkkv $(ALL_TOOLS:%=$(bash_AT)/%) $(ALL_TOOLS:%=$(fish_AT)/%.fish)
complete = sed 's|@DATADIR@|$(DATADIR)|; s|@TOOLS@|$(ALL_TOOLS)|' common/completion/$1 >$2 && chmod 644 $2
PAGES = $(wildcard cmd/*/*.1 common/*.[57])
install: all $(REMOTE:%=install-%)
	install -d $(BINDIR)
	for tool in $(TOOLS); do \
		install -s -m 755 $B/bin/$$tool $(BINDIR)/.$$tool.new && \
		mv -f $(BINDIR)/.$$tool.new $(BINDIR)/$$tool || exit; \
	done
	for script in $(SCRIPTS); do \
		install -m 755 $B/bin/$$script $(BINDIR)/.$$script.new && \
		mv -f $(BINDIR)/.$$script.new $(BINDIR)/$$script || exit; \
	done
	install -d $(UNITDIR)
	for unit in $(TIMERS); do \
		sed 's|^ExecStart=|&$(PREFIX)/bin/|' $$unit >$(UNITDIR)/$${unit##*/} && \
		chmod 644 $(UNITDIR)/$${unit##*/} || exit; \
	done
	install -D -m 755 common/completion/complete $(DESTDIR)$(DATADIR)/complete
	install -m 644 common/chunk.schema.json $(DESTDIR)$(DATADIR)
	install -d $(bash_AT) $(fish_AT) $(zsh_AT)
	$(call complete,zsh,$(zsh_AT)/_chunkkv)
	for tool in $(ALL_TOOLS); do \
		$(call complete,bash,$(bash_AT)/$$tool) && \
		$(call complete,fish,$(fish_AT)/$$tool.fish) || exit; \
	done
	for page in $(PAGES); do \
		install -D -m 644 $$page $(MANDIR)/man$${page##*.}/$${page##*/} || exit; \
	done

# What a package of its own may hold, as nothing else needs libpq.
LIBEXECDIR = $(DESTDIR)$(PREFIX)/libexec/chunkkv
SQL = schema.sql shards.sql
install-postgres: all
	install -d $(LIBEXECDIR)
	for tool in $(TWINS); do \
		install -s -m 755 $B/libexec/chunkkv/$$tool $(LIBEXECDIR)/.$$tool.new && \
		mv -f $(LIBEXECDIR)/.$$tool.new $(LIBEXECDIR)/$$tool || exit; \
	done
	install -d $(DESTDIR)$(DATADIR)
	for sql in $(SQL); do \
		install -m 644 common/engine/postgres/$$sql $(DESTDIR)$(DATADIR) || exit; \
	done

uninstall:
	rm -f $(TWINS:%=$(LIBEXECDIR)/%) $(SQL:%=$(DESTDIR)$(DATADIR)/%)
	-rmdir $(LIBEXECDIR) 2>/dev/null
	rm -f $(ALL_TOOLS:%=$(BINDIR)/%) $(SHARED) $(patsubst %,$(UNITDIR)/%,$(notdir $(TIMERS)))
	for page in $(PAGES); do \
		rm -f $(MANDIR)/man$${page##*.}/$${page##*/}; \
	done

# --- to give it away --------------------------------------------------------

VERSION := $(shell sed -n 's/^.define VERSION[^"]*"\(.*\)"/\1/p' common/base/release.h)
# A package of npm is the first part of a path, or the first two with a scope.
package_of = $(if $(filter @%,$1),$(subst $(space),/,$(wordlist 1,2,$(subst /, ,$1))),$(firstword $(subst /, ,$1)))
space = $() $()
PACKAGES = $(sort bats tree-sitter $(foreach g,$(GRAMMARS),$(call package_of,$(or $(src_$g),tree-sitter-$g))))
DIST = $B/chunkkv-$(VERSION).tar.xz
dist: $(PARTS)/.ready
	$(call say,DIST $(DIST))sh common/release/dist.sh $(VERSION) $(MODULES) $(DIST) $(PACKAGES)

# DEBFULLNAME and DEBEMAIL say whose package it is; DEB_COMPRESSION="-Zxz -z0" is
# quick, for a try.
DEB = $B/chunkkv_$(VERSION)_$(shell dpkg --print-architecture 2>/dev/null).deb
deb: all
	@rm -rf $B/deb
	@$(MAKE) -s -o all install REMOTE= DESTDIR=$(abspath $B/deb) PREFIX=/usr ZSH_FUNCTIONS=vendor-completions
	$(call say,DEB $(DEB))sh common/release/deb.sh $(VERSION) $B/deb $(DEB) $(MODULES) $(filter-out bats,$(PACKAGES))

clean:
	rm -rf $B $B-asan $B-fuzz $B-gen $B-sqlite $(PARTS)

.PHONY: all analyse bench bench-hostile check check-faults check-here check-postgres check-sqlite clean deb demo deps dist faults fuzz fuzz-here install install-postgres uninstall FORCE
.DELETE_ON_ERROR:
