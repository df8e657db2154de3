/*
 * How sym.db keeps its entries: each as its difference from the one before it.
 *
 * Definitions of one name, and names that sort side by side (REG__SHIFT and
 * REG_MASK), are mostly in the same file or in files of similar names, so what
 * an entry shares with its neighbour is at both ends of its path, not only at
 * the beginning of its key, which is all that libdb's own compression omits.
 * (3.9 million definitions of Linux, half of them macros of drm/amd, take
 * 197 MB instead of 635, at the same speed; the writer is a tenth faster. Pages
 * of 8K are a sixth smaller, and cost one changed file a sixth of its time.)
 *
 * An entry: LEB128 numbers, each that counts bytes followed by those.
 *
 *	name	bytes shared with the name before, how many differ, those
 *	span	where it begins, how long it is
 *	path	bytes shared at its beginning, at its end, how many differ
 *		between them, those
 *	value	the same
 *
 * The name is the key up to the span, with its "sym:", the colons as they are.
 */
#ifndef BDB_DELTA_H
#define BDB_DELTA_H

#include <db.h>

/*
 * For DB->set_bt_compress. EINVAL for storing a key that is not a
 * definition's, or for reading an entry that points outside its bytes.
 */
int delta_press(DB *db, const DBT *last_key, const DBT *last_value,
    const DBT *key, const DBT *value, DBT *dest);
int delta_unpress(DB *db, const DBT *last_key, const DBT *last_value,
    DBT *pressed, DBT *key, DBT *value);

#endif
