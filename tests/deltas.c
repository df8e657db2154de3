/*
 * Berkeley DB's own tools, with LD_PRELOAD set to this, know how sym.db keeps
 * its entries (common/engine/bdb/delta.h); else they would take it for libdb's
 * own compression.
 */
#include <dlfcn.h>
#include <string.h>

#include "engine/bdb/delta.h"

static int (*open_file)(DB *, DB_TXN *, const char *, const char *, DBTYPE,
    u_int32_t, int);

static int
open_any(DB *db, DB_TXN *txn, const char *file, const char *name, DBTYPE type,
    u_int32_t flags, int mode)
{
	size_t n = file != NULL ? strlen(file) : 0;
	int ret = 0;

	if (n >= 6 && strcmp(file + n - 6, "sym.db") == 0)
		ret = db->set_bt_compress(db, delta_press, delta_unpress);
	return ret != 0 ? ret : open_file(db, txn, file, name, type, flags,
	    mode);
}

int
db_create(DB **db, DB_ENV *env, u_int32_t flags)
{
	int (*create)(DB **, DB_ENV *, u_int32_t);
	int ret;

	*(void **)&create = dlsym(RTLD_NEXT, "db_create");
	if ((ret = create(db, env, flags)) == 0) {
		open_file = (*db)->open;
		(*db)->open = open_any;
	}
	return ret;
}
