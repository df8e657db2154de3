/*
 * Is it a store? For programs that only leave stores alone, or say that
 * something is none: told by its looks, without opening it.
 */
#ifndef STORED_H
#define STORED_H

/*
 * Is there a store at this path, of any format: a directory with a store's
 * "format" file, or a SQLite file of ours? 1, or 0, also when we cannot tell.
 * Prints nothing.
 */
int stored_here(const char *path);

#endif
