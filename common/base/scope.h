/*
 * Scoped names, as people write them: "Foo::bar", "Foo.bar".
 */
#ifndef SCOPE_H
#define SCOPE_H

#include <stddef.h>

/*
 * Find the next place, from c on, where a name can be split into a scope and
 * what follows it; the separator is *k bytes there. NULL: nowhere.
 */
const char *scope_part(const char *c, size_t *k);

/*
 * Does the scope (NULL: none) end in the n bytes of want, as whole components?
 * All separators are equal.
 */
int scope_matches(const char *scope, const char *want, size_t n);

#endif
