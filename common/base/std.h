/*
 * What a program has to see to before it opens anything.
 *
 * Whoever starts it may leave it without standard input, output or error. The
 * next file that it opens then gets that number, and what is meant for a person
 * would be written into it: into a file of the store.
 *
 * Whoever limits the size of its files (ulimit -f) has it killed by SIGXFSZ,
 * without a word.
 */
#ifndef STD_H
#define STD_H

/*
 * Give the numbers 0, 1 and 2 to /dev/null where they are closed, so that no
 * other file gets them. To read or to write there still fails ("Bad file
 * descriptor"). And have a write beyond the limit fail ("File too large").
 */
void std_hold(void);

/*
 * Much is going to be written to the standard output, and nothing has been yet:
 * have few calls do it, and a pipe that lets both its ends work.
 */
void std_stream(void);

#endif
