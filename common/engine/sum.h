/*
 * Checksums of table rows, stored beside them to detect flipped bits and
 * foreign edits. For the engines that keep records as columns.
 */
#ifndef SUM_H
#define SUM_H

#include <stddef.h>
#include <stdint.h>

#include "record/record.h"

uint64_t sum_file(const struct record *r);
uint64_t sum_chunk(const struct record *r);	/* definitions and all */
uint64_t sum_nodes(const struct record *r);
int sum_symbol(const struct symbol *y);		/* 15 bits */
uint64_t sum_text(const char *s, size_t n);

#endif
