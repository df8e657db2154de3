#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/postgres.h"

#define NAME	"main"		/* a store's default name */
#define GRACE	.2		/* least seconds to wait for a lock */
#define TRIES	5		/* several may create the tables at once */

/* Keeps our advisory locks apart from those of other programs. */
#define LOCK_KEY	INT64_C(0x636b7631)	/* "ckv1" */

static const char schema[] =
#include "schema.h"
    ;

/* --- connecting ----------------------------------------------------------------- */

/* Print the first line of libpq's message. */
static void
say(const struct pg *e, const char *name, const char *said)
{
	warnx("%s: %s%s%.*s", e->where, name != NULL ? name : "",
	    name != NULL ? ": " : "", (int)strcspn(said, "\n"), said);
}

/*
 * Connect as these options say; db: a conninfo, or NULL. 0, -1.
 */
static int
connect_to(struct pg *e, struct pg_server *s, const char *db)
{
	const char *const keys[] = { "dbname", "client_encoding",
	    "fallback_application_name", NULL };
	const char *const values[] = { db, "UTF8",
	    program_invocation_short_name, NULL };
	const char *encoding;

	s->conn = PQconnectdbParams(keys, values, 1);
	if (PQstatus(s->conn) != CONNECTION_OK) {
		say(e, s->name, PQerrorMessage(s->conn));
		return -1;
	}
	encoding = PQparameterStatus(s->conn, "server_encoding");
	if (encoding != NULL && strcmp(encoding, "UTF8") != 0) {
		warnx("%s: the encoding of the database is %s, but must be "
		    "UTF8", e->where, encoding);
		return -1;
	}
	return 0;
}

/* Does it contain what libpq would hide (a dispchar of "*")? */
static int
has_password(const char *place)
{
	char *why = NULL;
	PQconninfoOption *list = PQconninfoParse(place, &why), *o;
	int has = 0;

	for (o = list; o != NULL && o->keyword != NULL; o++)
		has |= o->dispchar[0] == '*' && o->val != NULL;
	/* What libpq cannot parse may still have one. */
	has |= list == NULL && strcasestr(place, "password") != NULL;
	PQconninfoFree(list);
	PQfreemem(why);
	return has;
}

static void
free_server(struct pg_server *s)
{
	PQfinish(s->conn);
	free(s->owned);
}

static void
free_engine(struct pg *e)
{
	while (e->nservers > 0)
		free_server(&e->servers[--e->nservers]);
	free(e->servers);
	pg_forget_labelsets(e);
	free(e->sets);
	free(e->symbols);
	free(e->nodes);
	free(e->labels);
	free(e->changes);
	free(e->blobs);
	pool_free(&e->pool);
	free(e->home);
	buf_free(&e->modulus);
	buf_free(&e->remainder);
	buf_free(&e->key);
	buf_free(&e->text);
	free(e->where);
	free(e->name);
	free(e);
}

/* Connect to the front, whether there is a store or not. */
static struct pg *
connect_front(const char *where)
{
	struct pg *e = xcalloc(1, sizeof *e);
	char *db = xstrdup(where), *hash = strchr(db, '#');
	int status;

	pg_forget(e);
	if (hash != NULL)
		*hash++ = '\0';
	e->name = xstrdup(hash != NULL && *hash != '\0' ? hash : NAME);
	e->store = pg_store_id(e->name);
	e->servers = xcalloc(1, sizeof *e->servers);
	e->nservers = 1;
	if (has_password(db)) {
		e->where = xstrdup("the store's name");
		warnx("a password in a store's name is visible to everyone: "
		    "put it into ~/.pgpass");
		status = -1;
	} else {
		e->where = xstrdup(where);
		status = connect_to(e, e->servers, db);
	}
	free(db);
	if (status == 0)
		return e;
	free_engine(e);
	return NULL;
}

/* --- is it ours ------------------------------------------------------------------- */

/* Does the server have the tables? 1, 0, -1. */
static int
has_tables(struct pg *e, struct pg_server *s)
{
	PGresult *res = PQexec(s->conn, "SELECT 1 FROM chunkkv.store LIMIT 0");
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	int has = PQresultStatus(res) == PGRES_TUPLES_OK;

	/* no such table, no such schema */
	if (!has && (state == NULL || (strcmp(state, "42P01") != 0 &&
	    strcmp(state, "3F000") != 0)))
		has = pg_fail(e, s, res);
	PQclear(res);
	return has;
}

/* Read the store's row: 1, 0 there is none, -1. */
static int
look(struct pg *e, struct pg_server *s)
{
	struct pg_args a = { 0 };
	PGresult *res;
	int status;

	pg_number(&a, e->store);
	if ((res = pg_ask(e, s, PG_STORE, &a)) == NULL)
		return -1;
	status = PQntuples(res);
	if (status == 1 && strcmp(pg_string(res, 0, 0), e->name) != 0) {
		warnx("%s: has the same number as the store %s: give it "
		    "another name", e->where, pg_string(res, 0, 0));
		status = -1;
	} else if (status == 1 && pg_int(res, 0, 1) != PG_FORMAT) {
		warnx("%s: a PostgreSQL store of format %jd, this program "
		    "knows format %d%s", e->where, (intmax_t)pg_int(res, 0, 1),
		    PG_FORMAT, pg_int(res, 0, 1) < PG_FORMAT ?
		    ": store the tree anew" : ": it is newer");
		status = -1;
	} else if (status == 1)
		s->generation = pg_int(res, 0, 2);
	PQclear(res);
	return status;
}

struct engine *
pg_open(const char *where)
{
	struct pg *e = connect_front(where);
	int status;

	if (e == NULL)
		return NULL;
	if ((status = has_tables(e, e->servers)) == 1)
		status = look(e, e->servers);
	if (status == 1)
		return &e->base;
	if (status == 0)
		warnx("%s: no such store", where);
	free_engine(e);
	return NULL;
}

int
pg_missing(const char *where)
{
	struct pg *e = connect_front(where);
	int status;

	if (e == NULL)
		return -1;
	if ((status = has_tables(e, e->servers)) == 1)
		status = look(e, e->servers);
	free_engine(e);
	return status == -1 ? -1 : !status;
}

/* --- making, and being the one who writes -------------------------------------------- */

/* Can we add a store to those that exist? 0, -1. */
static int
fits(struct pg *e, struct pg_server *s)
{
	struct pg_args a = { 0 };
	PGresult *res;
	int other;

	pg_number(&a, PG_FORMAT);
	if ((res = pg_ask(e, s, PG_OTHER, &a)) == NULL)
		return -1;
	if ((other = PQntuples(res)) != 0)
		warnx("%s: the database has stores of format %jd, such as %s; "
		    "this program knows format %d: drop the schema chunkkv, "
		    "or take another database", e->where,
		    (intmax_t)pg_int(res, 0, 1), pg_string(res, 0, 0),
		    PG_FORMAT);
	PQclear(res);
	return other ? -1 : 0;
}

/* Create the tables and the row, unless they exist. 0, -1. */
static int
make(struct pg *e, struct pg_server *s)
{
	struct pg_args a = { 0 };
	PGresult *res;
	int i, there;

	for (i = 0; (there = has_tables(e, s)) == 0; i++) {
		res = PQexec(s->conn, schema);
		if (PQresultStatus(res) != PGRES_COMMAND_OK && i == TRIES)
			pg_fail(e, s, res);
		PQclear(res);
		if (e->failed)
			return -1;
	}
	if (there == -1)
		return -1;
	for (i = 0; (there = look(e, s)) == 0; i++) {
		if (i == 0 && fits(e, s) == -1)
			return -1;
		if (a.n == 0) {
			pg_number(&a, e->store);
			pg_bytes(&a, e->name, strlen(e->name));
			pg_number(&a, PG_FORMAT);
		}
		res = PQexecParams(s->conn, "INSERT INTO chunkkv.store(store, "
		    "name, format, generation) VALUES($1, $2, $3::bigint, 0)",
		    a.n, NULL, a.value, a.len, a.format, 1);
		if (PQresultStatus(res) != PGRES_COMMAND_OK && i == TRIES)
			pg_fail(e, s, res);
		PQclear(res);
		if (e->failed)
			return -1;
	}
	return there == 1 ? 0 : -1;
}

/*
 * Settings for a writing session: do not wait for a lock for ever, and have the
 * server notice while a statement runs that we are gone. A slice may take, and
 * be waited for, as long as it needs, whatever limits the server sets for
 * others (pg_dump does the same). We set those that the server knows.
 */
static int
prepare_writer(struct pg *e, struct pg_server *s)
{
	return pg_run(e, s, "SELECT set_config(name, CASE name "
	    "WHEN 'lock_timeout' THEN '20s' "
	    "WHEN 'tcp_keepalives_idle' THEN '30' "
	    "WHEN 'client_connection_check_interval' THEN '500' "
	    "ELSE '0' END, false) "
	    "FROM pg_settings WHERE name IN ('lock_timeout', "
	    "'client_connection_check_interval', 'tcp_keepalives_idle', "
	    "'statement_timeout', 'idle_in_transaction_session_timeout', "
	    "'idle_session_timeout', 'transaction_timeout')");
}

/*
 * Take the session's lock, which a killed writer may keep for a moment: 0, -1.
 */
static int
lock_writer(struct pg *e, double wait)
{
	char text[200];

	if (wait < GRACE)
		wait = GRACE;
	snprintf(text, sizeof text, "SET lock_timeout = %d",
	    wait * 1000 >= INT_MAX ? INT_MAX : (int)(wait * 1000));
	if (pg_run(e, e->servers, text) == -1)
		return -1;
	snprintf(text, sizeof text, "SELECT pg_advisory_lock(%jd)",
	    (intmax_t)(e->store ^ LOCK_KEY));
	return pg_run(e, e->servers, text) == -1 ||
	    pg_run(e, e->servers, "SET lock_timeout = '20s'") == -1 ? -1 : 0;
}

/* Unlock now, not when the server notices that we are gone: others may wait. */
static void
unlock_writer(struct pg *e)
{
	if (PQstatus(e->servers->conn) == CONNECTION_OK)
		PQclear(PQexec(e->servers->conn,
		    "SELECT pg_advisory_unlock_all()"));
}

/* The value of an option in lines of NAME=VALUE, or NULL; free it. */
static char *
option(const char *list, const char *name)
{
	const char *p;
	size_t n = strlen(name);

	for (p = list; p != NULL && *p != '\0';
	    p = strchr(p, '\n') != NULL ? strchr(p, '\n') + 1 : NULL)
		if (strncmp(p, name, n) == 0 && p[n] == '=')
			return xmemdup(p + n + 1, strcspn(p + n + 1, "\n"));
	return NULL;
}

/* Append a word of a conninfo. */
static void
add_option(struct buf *b, const char *name, const char *list)
{
	char *value = option(list, name), *p;

	if (value == NULL)
		return;
	buf_puts(b, b->len != 0 ? " " : "");
	buf_puts(b, name);
	buf_puts(b, "='");
	for (p = value; *p != '\0'; p++) {
		if (*p == '\'' || *p == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *p);
	}
	buf_putc(b, '\'');
	free(value);
}

/* The number of the server of this name, connecting if it is new; -1. */
static int
server_of(struct pg *e, const char *name, const char *options)
{
	static const char *const known[] = { "host", "hostaddr", "port",
	    "dbname", "sslmode", "sslrootcert" };
	struct buf db = { 0 };
	struct pg_server *s;
	size_t i;
	int status;

	for (i = 1; i < e->nservers; i++)
		if (strcmp(e->servers[i].name, name) == 0)
			return (int)i;
	e->servers = xreallocarray(e->servers, ++e->nservers, sizeof *s);
	s = &e->servers[i];
	memset(s, 0, sizeof *s);
	s->name = s->owned = xstrdup(name);
	for (i = 0; i < sizeof known / sizeof *known; i++)
		add_option(&db, known[i], options);
	if (PQuser(e->servers->conn) != NULL) {
		buf_puts(&db, " user='");
		buf_puts(&db, PQuser(e->servers->conn));
		buf_putc(&db, '\'');
	}
	buf_putc(&db, '\0');
	status = connect_to(e, s, db.p);
	buf_free(&db);
	if (status == -1 || make(e, s) == -1 || prepare_writer(e, s) == -1)
		return -1;
	return (int)(s - e->servers);
}

static void
add_number(struct buf *b, int n)
{
	char text[16];

	if (b->len != 0)
		b->p[b->len - 1] = ',';
	buf_puts(b, b->len == 0 ? "{" : "");
	snprintf(text, sizeof text, "%d}", n);
	buf_puts(b, text);
}

/* Find the partitions and the servers they are on. 0, -1. */
static int
find_servers(struct pg *e)
{
	struct pg_args a = { 0 };
	PGresult *res = pg_ask(e, e->servers, PG_SERVERS, &a);
	int i, server = 0, modulus, remainder;

	if (res == NULL)
		return -1;
	for (i = 0; i < PQntuples(res) && server != -1; i++) {
		const char *name = pg_string(res, i, 0);
		const char *bound = pg_string(res, i, 2);

		if (bound == NULL || sscanf(bound, "FOR VALUES WITH "
		    "(modulus %d, remainder %d)", &modulus, &remainder) != 2) {
			warnx("%s: a partition of its tables is not by hash: "
			    "%s", e->where, bound != NULL ? bound : "?");
			server = -1;
			break;
		}
		server = name == NULL ? 0 :
		    server_of(e, name, pg_string(res, i, 1));
		add_number(&e->modulus, modulus);
		add_number(&e->remainder, remainder);
		e->home = xreallocarray(e->home, e->nhome + 1,
		    sizeof *e->home);
		e->home[e->nhome++] = (size_t)server;
	}
	buf_putc(&e->modulus, '\0');
	buf_putc(&e->remainder, '\0');
	PQclear(res);
	return server == -1 ? -1 : 0;
}

struct engine *
pg_open_writer(const char *where, double wait)
{
	struct pg *e = connect_front(where);

	if (e == NULL)
		return NULL;
	e->writer = 1;
	/* No notices about what exists already. */
	if (pg_run(e, e->servers, "SET client_min_messages = warning") == 0 &&
	    make(e, e->servers) == 0 && prepare_writer(e, e->servers) == 0 &&
	    lock_writer(e, wait) == 0 && look(e, e->servers) == 1 &&
	    find_servers(e) == 0)
		return &e->base;
	free_engine(e);
	return NULL;
}

int
pg_close(struct engine *base, int failed)
{
	int saved = errno;

	(void)failed;
	if (((struct pg *)base)->writer)
		unlock_writer((struct pg *)base);
	free_engine((struct pg *)base);
	errno = saved;
	return 0;
}
