/*
 * What the fuzz targets share. A target is one file here with an entry as
 * libFuzzer has it; make fuzz links it with libFuzzer, make check with main.c,
 * which feeds it the files of tests/fuzz/seeds.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A promise of the code under test: if it is broken, say so and abort. */
#define MUST(x)	((x) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #x))
void fuzz_broken(const char *file, int line, const char *what)
    __attribute__((noreturn));

/*
 * From here on, reading from FUZZ_FD gives these bytes, lent, at most piece
 * of them (at least 1) a call.
 */
#define FUZZ_FD	1000000
void fuzz_input(const void *bytes, size_t n, size_t piece);

/*
 * Split the input into texts at its NUL bytes. Returns how many there are, at
 * most max; each is a string of its own, freed with fuzz_free.
 */
size_t fuzz_split(char **text, size_t max, const uint8_t *data, size_t n);
void fuzz_free(char **text, size_t n);

#endif
