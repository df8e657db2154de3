#ifndef KEY_H
#define KEY_H

/* The key of a file: "file:" and its path, every colon in it doubled. */
char *key_file(const char *path);

#endif
