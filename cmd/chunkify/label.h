/*
 * Labels of a whole file, and those that only the whole of it can tell.
 */
#ifndef LABEL_H
#define LABEL_H

#include <stddef.h>

#include "defs.h"

/* Is it a test by where it lies or what it is called: below a directory tests
 * or the like, if src/main is not below that, test_x.py, x_test.go, x.spec.ts,
 * XTest.java, t/t1234-x.sh? */
int label_is_test(const char *path);

/*
 * Is it made by a machine? A comment before all code says so ("Code generated
 * ... DO NOT EDIT", Go's rule; "@generated", Facebook's; what bison, flex,
 * protoc, swig and autoconf write), it is a lock file, or it is a script or a
 * style sheet that was minified: lines of over MINIFIED bytes on average, as
 * linguist has it.
 */
#define MINIFIED	110
int label_is_generated(const char *path, const char *text, size_t n);

/*
 * What the file says itself that it exports (lang.h, exports): definitions at
 * top level that are among these names are exported; the others are not, unless
 * the variable is made of more than strings, so that nobody knows.
 */
void label_exports(struct defs *d, const struct language *lang,
    const char *text, size_t n);

#endif
