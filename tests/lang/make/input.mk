# Build it.
CC = gcc
CFLAGS := -O2 \
	-g
SRCS != ls *.c
export PATH
OBJS += x.o
VER ?= 1

include config.mk
-include deps.mk

.PHONY: all clean

all: prog lib.a ; @echo done

# Link.
prog: $(OBJS) | dir
	$(CC) -o $@ $^
	@if true; then \
		echo x; \
	fi

%.o: %.c
	$(CC) -c $<

one two: three
	touch $@

ifeq ($(OS),Linux)
LIBS = -ldl
linux: all
	true
else
LIBS =
endif

define RECIPE
echo one
echo two
endef

clean::
	rm -f prog
$(DIR)/gen.h: gen.sh
	sh $< >$@
