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

# Kbuild, and tabs that are no recipe's.
obj-$(CONFIG_X)	+= x.o
x-objs		:= a.o b.o
obj-$(subst m,y,$(CONFIG_Y)) += y.o
sed-it := -e 's/(a|b)/\#define \1/p'
ifeq ($(shell uname | sed 's/;/x/'; echo),y)
	DEBUG=-g
	FLAGS+= -D_XPG6
	ifdef V
		OPT?=-O0
	endif
endif
$(OBJS): %.s: %.c
	$(CC) -S $<
last = 1
