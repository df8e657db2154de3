#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/server.h"
#include "base/stored.h"
#include "engine/engine.h"

/* The engines built in, as listed by the Makefile. */
#define ENGINE(name)	extern const struct engine_type name##_engine;
#include "engines.h"
#undef ENGINE

static const struct engine_type *const built[] = {
#define ENGINE(name)	&name##_engine,
#include "engines.h"
#undef ENGINE
};

#define BUILT	(sizeof built / sizeof *built)

/* All engines there are. */
enum { BDB, SQLITE, POSTGRES, NONE };

static const struct known {
	const char *name, *title;
} known[] = {
	[BDB] = { "bdb", "Berkeley DB" },
	[SQLITE] = { "sqlite", "SQLite" },
	[POSTGRES] = { "postgres", "PostgreSQL" },
};

const char *
engine_names(void)
{
	static const char names[] =
#define ENGINE(name)	" " #name
#include "engines.h"
#undef ENGINE
	    ;

	return names + 1;
}

static const struct engine_type *
built_in(const struct known *k)
{
	size_t i;

	for (i = 0; i < BUILT; i++)
		if (strcmp(built[i]->name, k->name) == 0)
			return built[i];
	return NULL;
}

static int
by_name(const char *name, size_t n)
{
	int i;

	for (i = 0; i < NONE; i++)
		if (strncmp(known[i].name, name, n) == 0 &&
		    known[i].name[n] == '\0')
			break;
	return i;
}

/* Which engine's store is there? NONE if nothing is, -1 (message). */
static int
look(const char *where)
{
	static const char magic[16] = "SQLite format 3";
	char head[sizeof magic];
	struct stat st;
	int fd, ours = 0;

	if (server_place(where))
		return POSTGRES;
	if (stat(where, &st) == -1) {
		if (errno == ENOENT)
			return NONE;
		warn("%s", where);
		return -1;
	}
	if (S_ISDIR(st.st_mode)) {
		if (built_in(&known[BDB]) != NULL || stored_here(where))
			return BDB;
		warnx("%s: not a store", where);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		warnx("%s: not a store", where);
		return -1;
	}
	if ((fd = open(where, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) != -1) {
		ours = read(fd, head, sizeof head) == sizeof head &&
		    memcmp(head, magic, sizeof head) == 0;
		close(fd);
	}
	if (fd == -1)
		warn("%s", where);
	else if (!ours)
		warnx("%s: not a store%s", where,
		    st.st_size == 0 ? ", but an empty file" : "");
	return ours ? SQLITE : -1;
}

/* Does the name of the place ask for an engine? */
static int
asked(const char *where)
{
	static const char *const endings[] = { ".sqlite", ".sqlite3" };
	size_t i, n = strlen(where), k;

	for (i = 0; i < sizeof endings / sizeof *endings; i++) {
		k = strlen(endings[i]);
		if (n > k && strcmp(where + n - k, endings[i]) == 0)
			return SQLITE;
	}
	return NONE;
}

const struct engine_type *
engine_find(const char *place, const char *named, const char **where)
{
	const struct engine_type *t;
	const char *colon = strchr(place, ':');
	int scheme = NONE, wanted, there;
	char *path;

	if (colon != NULL && !server_place(place))
		scheme = by_name(place, colon - place);
	*where = scheme != NONE ? colon + 1 : place;
	if (named != NULL && by_name(named, strlen(named)) == NONE) {
		warnx("%s: no such engine; there is: %s", named,
		    engine_names());
		return NULL;
	}
	if ((there = look(*where)) == -1)
		return NULL;
	wanted = named != NULL ? by_name(named, strlen(named)) :
	    scheme != NONE ? scheme : asked(*where);
	if (there == NONE && wanted == NONE)
		return built[0];
	if ((t = built_in(&known[there != NONE ? there : wanted])) != NULL)
		return t;
	wanted = there != NONE ? there : wanted;
	if (there == POSTGRES) {
		path = server_path();
		warnx("%s: PostgreSQL needs %s, which is missing", *where,
		    path);
		free(path);
	} else if (wanted == POSTGRES)
		warnx("%s: a store in PostgreSQL is named "
		    "postgresql://HOST/DATABASE", *where);
	else if (there != NONE)
		warnx("%s: a %s store; this program was built without %s",
		    *where, known[wanted].title, known[wanted].title);
	else
		warnx("%s: this program was built without %s", *where,
		    known[wanted].title);
	return NULL;
}

static struct engine *
typed(const struct engine_type *type, struct engine *e)
{
	if (e != NULL)
		e->type = type;
	return e;
}

struct engine *
engine_open(const char *place)
{
	const char *where;
	const struct engine_type *type = engine_find(place, NULL, &where);

	return type != NULL ? typed(type, type->open(where)) : NULL;
}

struct engine *
engine_open_writer(const char *place, const char *named, double wait)
{
	const char *where;
	const struct engine_type *type = engine_find(place, named, &where);

	return type != NULL ? typed(type, type->open_writer(where, wait)) :
	    NULL;
}
