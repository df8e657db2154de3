/*
 * Whoever starts a program may leave it without standard input, output or
 * error. The next file that it opens then gets that number, and what is meant
 * for a person would be written into it: into a file of the store.
 */
#ifndef STD_H
#define STD_H

/*
 * Give the numbers 0, 1 and 2 to /dev/null where they are closed, so that no
 * other file gets them. To read or to write there still fails ("Bad file
 * descriptor"). To be called before anything is opened.
 */
void std_hold(void);

#endif
