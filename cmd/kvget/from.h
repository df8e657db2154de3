/*
 * kvget --from: many questions, one per line.
 *
 *	PATH  PATH@BYTE  PATH:LINE	as on the command line
 *	PATH START END			a blank or a tab before each number
 *	-s NAME, -H HASH		all after the one blank or tab
 *	{"file_path":...}		JSON, by what of "name", "byte_start"
 *					and "byte_end", "file_path" and
 *					"content_hash" it has, in this order
 *
 * A stored path of exactly this name wins over other readings. JSON is what
 * begins with {".
 */
#ifndef FROM_H
#define FROM_H

#include "show.h"

/*
 * Answer the questions in this file ("-": standard input), in order, except
 * that those for hashes come together at the end. Each ends in the separator. 0
 * (reports what is missing, and sets sh->status), or what a callback returned,
 * 2 also for a line that is not a question (message printed), or -1.
 */
int from_show(struct store *s, struct show *sh, const char *file,
    int separator);

#endif
