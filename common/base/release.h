/*
 * This release, as --version prints it. The Makefile reads VERSION for
 * packages and archives. The formats are those of record/record.h and of the
 * engines; any change to one raises its number.
 */
#ifndef RELEASE_H
#define RELEASE_H

#define VERSION		"0.9.0"
#define STREAM_FORMAT	2
#define STORE_FORMAT_BDB	6
#define STORE_FORMAT_SQLITE	4
#define STORE_FORMAT_POSTGRES	3
#define LICENCE		"MIT"

#endif
