/*
 * Labels that are asked for, as the tools take them with -l: all of them have
 * to be there, but for those that begin with a "!", none of which may be.
 */
#ifndef ASKED_H
#define ASKED_H

#include <stddef.h>

#include "record/record.h"

/* Do these labels, a chunk's, fit? */
int labels_fit(const char *const *asked, size_t n, const char *const *labels,
    size_t nlabels);

/* Do those of a definition? Its kind counts as one, as it does with chunks. */
int labels_fit_symbol(const char *const *asked, size_t n,
    const struct symbol *y);

#endif
