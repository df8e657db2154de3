/*
 * What --version says of this release. The numbers of the formats are where
 * the formats are: record/record.h, engine/bdb/lock.h. The Makefile takes
 * VERSION for packages and archives.
 */
#ifndef RELEASE_H
#define RELEASE_H

#define VERSION		"0.9.0"
#define ENGINES		"Berkeley DB 5.3"
#define LICENCE		"MIT"

#endif
