/*
 * Stores on a server: what their names look like, and which program reaches
 * them.
 *
 * The PostgreSQL library can only be loaded at program start, which costs
 * several times what most of our programs need for their work. So each is
 * linked twice: bin/NAME cannot talk to a server, and starts in no time; if an
 * argument names a store on one, it execs libexec/chunkkv/NAME beside it, which
 * can.
 */
#ifndef SERVER_H
#define SERVER_H

/* Does this name a store on a server: a URI postgresql:// or postgres://, or
 * service=NAME? 1 or 0. */
int server_place(const char *place);

/*
 * Move the password from a URI, in place, into the environment (PGPASSWORD):
 * anyone can see a command line. Ends the program on failure.
 */
void server_hide(char *place);

/*
 * Exec the program that can reach a server. Returns if it is not installed.
 */
void server_program(char *argv[]);

/* Where we look for that program; the caller frees it. */
char *server_path(void);

#endif
