/*
 * Stores that a server keeps: what their names look like, and which program
 * reaches them.
 *
 * The library that speaks to PostgreSQL can only be loaded when a program
 * starts, which costs several times what most of ours need for their work. So
 * each of them is linked twice: bin/NAME cannot speak to a server, and starts
 * in no time; where an argument names a store on one, it becomes
 * libexec/chunkkv/NAME beside it, which can.
 */
#ifndef SERVER_H
#define SERVER_H

/* Is it the name of a store on a server: a URI postgresql:// or postgres://, or
 * service=NAME? 1 or 0. */
int server_place(const char *place);

/*
 * Take the password out of a URI, where it stands, and put it into the
 * environment (PGPASSWORD): a command line is visible to everyone. Ends the
 * program where that cannot be.
 */
void server_hide(char *place);

/*
 * Become the program that can reach a server. Comes back if it is not
 * installed.
 */
void server_program(char *argv[]);

/* Where that program is looked for; to be freed. */
char *server_path(void);

#endif
