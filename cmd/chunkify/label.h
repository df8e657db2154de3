/*
 * Labels of a whole file, and those that need the whole file.
 */
#ifndef LABEL_H
#define LABEL_H

#include <stddef.h>

#include "defs.h"

/* Is it a test by its location or its name: below a directory tests
 * or the like, if src/main is not below that, test_x.py, x_test.go, x.spec.ts,
 * XTest.java, t/t1234-x.sh? */
int label_is_test(const char *path);

/*
 * Is it generated? A comment before all code says so ("Code generated
 * ... DO NOT EDIT", Go's rule; "@generated", Facebook's; what bison, flex,
 * protoc, swig and autoconf write), it is a lock file, or it is a script or a
 * style sheet that was minified: lines of over MINIFIED bytes on average, as
 * linguist has it.
 */
#define MINIFIED	110
int label_is_generated(const char *path, const char *text, size_t n);

/*
 * Apply the file's own list of exports (lang.h, exports): top-level definitions
 * with these names are exported; the others are not, unless the variable
 * contains more than strings, so that we cannot know.
 */
void label_exports(struct defs *d, const struct language *lang,
    const char *text, size_t n);

#endif
