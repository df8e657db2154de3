/*
 * Requested labels, as the tools take them with -l: all of them must be
 * present, except those that begin with "!", none of which may be.
 */
#ifndef ASKED_H
#define ASKED_H

#include <stddef.h>

#include "record/record.h"

/* Do a chunk's labels match? */
int labels_fit(const char *const *asked, size_t n, const char *const *labels,
    size_t nlabels);

/* Do a definition's? Its kind counts as a label, as it does with chunks. */
int labels_fit_symbol(const char *const *asked, size_t n,
    const struct symbol *y);

#endif
