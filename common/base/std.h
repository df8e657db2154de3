/*
 * What a program must do before it opens anything.
 *
 * It may be started without standard input, output or error. The next file it
 * opens then gets that number, and messages meant for people would be written
 * into it: into a file of the store.
 *
 * With a limit on file size (ulimit -f), SIGXFSZ would kill it without a
 * word.
 */
#ifndef STD_H
#define STD_H

/*
 * Open /dev/null on whichever of 0, 1 and 2 are closed, so that no other file
 * gets those numbers. Reading or writing there still fails ("Bad file
 * descriptor"). And make a write beyond the limit fail ("File too large").
 */
void std_hold(void);

/*
 * To be called before a lot is written to standard output: use few calls, and
 * a pipe large enough for both its ends to work.
 */
void std_stream(void);

#endif
