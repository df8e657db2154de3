#ifndef MEM_H
#define MEM_H

#include <stddef.h>

/* Memory, or the end of the program. */
void *xmalloc(size_t n);

#endif
