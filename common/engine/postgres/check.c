#include "engine/postgres/postgres.h"

int
pg_verify(struct engine *base, engine_fault_fn *fn, void *arg)
{
	(void)base;
	(void)fn;
	(void)arg;
	return 0;
}

int
pg_salvage(const char *where, engine_remains_fn *fn, void *arg,
    struct engine_about *about)
{
	(void)where;
	(void)fn;
	(void)arg;
	(void)about;
	return -1;
}
