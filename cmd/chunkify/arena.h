/*
 * Memory for one file at a time.
 *
 * All that tree-sitter and we allocate for a file comes from two arenas of
 * the thread, and goes in one step each: its tree when the chunks are known,
 * ours when they are written. No tree is ever walked to be freed; malloc and
 * free are a tenth of a parse. What is freed before is used again, by size.
 *
 * A grammar can be led to ask for far more memory than its input has bytes.
 * The arena has a limit for that: over it, or when a grammar breaks an
 * assertion of its own, it jumps.
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

/* Give back all that tree-sitter has: trees, cursors, parsers. */
void arena_drop_tree(void);

/* Give back all. */
void arena_reset(void);

/* The thread ends: its arenas go, too. */
void arena_end(void);

/*
 * From here until arena_unguard, tree-sitter's going over limit bytes, or an
 * assertion that fails, is a longjmp to arena_jump, which the caller has set;
 * what was being done is
 * abandoned.
 */
enum { ARENA_FULL = 1, ARENA_ASSERTION };	/* what it jumps with */
extern _Thread_local jmp_buf arena_jump;
void arena_guard(size_t limit);
void arena_unguard(void);

#endif
