/*
 * Is it a store? For programs that have nothing to do with one but to leave it
 * alone, or to say that it is none: told by its looks, without opening it.
 */
#ifndef STORED_H
#define STORED_H

/*
 * Is there a store at this path, of whatever format: a directory with the file
 * "format" that such a store has, or a SQLite file of ours? 1, or 0 also where
 * that cannot be told. Says nothing.
 */
int stored_here(const char *path);

#endif
