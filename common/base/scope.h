/*
 * A name with a scope before it, as people write it: "Foo::bar", "Foo.bar".
 */
#ifndef SCOPE_H
#define SCOPE_H

#include <stddef.h>

/*
 * Where, from c on, can a name be parted into a scope and what is behind the
 * *k bytes there? NULL: nowhere.
 */
const char *scope_part(const char *c, size_t *k);

/*
 * Does the scope (NULL: none) end in the n bytes of want, whole components of
 * it? Any separator is as good as another.
 */
int scope_matches(const char *scope, const char *want, size_t n);

#endif
