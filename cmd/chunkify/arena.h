/*
 * Memory for one file at a time.
 *
 * All that tree-sitter and we allocate for a file comes from two arenas per
 * thread, each freed in one step: its tree when the chunks are known, ours when
 * they are written. We never walk a tree to free it; malloc and free are a
 * tenth of a parse. What is freed earlier is reused, by size.
 *
 * A grammar can be tricked into asking for far more memory than its input has
 * bytes. So the arena has a limit: beyond it, or when a grammar breaks one of
 * its own assertions, it jumps.
 */
#ifndef ARENA_H
#define ARENA_H

#include <setjmp.h>
#include <stddef.h>

/* Make tree-sitter allocate from the arenas. Once, before any of its calls. */
void arena_install(void);

/* n bytes for ourselves, good until arena_reset. Exits with 2 when there is
 * no memory, like xmalloc. */
void *arena_alloc(size_t n);

/* Free all that tree-sitter has: trees, cursors, parsers. */
void arena_drop_tree(void);

/* Free everything. */
void arena_reset(void);

/* The thread ends: free its arenas. */
void arena_end(void);

/*
 * From here until arena_unguard, if tree-sitter goes over limit bytes, or an
 * assertion fails, longjmp to arena_jump, which the caller has set, abandoning
 * what was being done.
 */
enum { ARENA_FULL = 1, ARENA_ASSERTION };	/* what it jumps with */
extern _Thread_local jmp_buf arena_jump;
void arena_guard(size_t limit);
void arena_unguard(void);

#endif
