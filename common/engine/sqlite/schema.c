/*
 * The tables, and views of them for people: chunkkv-sqlite(5). A file keeps
 * its number as long as it is stored, a chunk as long as it does not change;
 * strings and sets of labels are few, and deleted in bulk (sq_sweep).
 */
#include <stddef.h>

#include "engine/sqlite/sqlite.h"

const char *const sq_schema[] = {
	"CREATE TABLE meta(\n"
	"	name TEXT PRIMARY KEY, value ANY NOT NULL, sum INTEGER NOT NULL\n"
	") WITHOUT ROWID, STRICT",

	"CREATE TABLE root(\n"
	"	path ANY PRIMARY KEY, sum INTEGER NOT NULL\n"
	") WITHOUT ROWID, STRICT",

	"CREATE TABLE str(\n"
	"	id INTEGER PRIMARY KEY, s TEXT NOT NULL UNIQUE\n"
	") STRICT",

	/* "c:exported:": each ends in a colon, which none of them holds. */
	"CREATE TABLE labelset(\n"
	"	id INTEGER PRIMARY KEY, labels TEXT NOT NULL UNIQUE\n"
	") STRICT",

	"CREATE TABLE labelset_label(\n"
	"	label TEXT NOT NULL, labelset INTEGER NOT NULL,\n"
	"	PRIMARY KEY(label, labelset)\n"
	") WITHOUT ROWID, STRICT",

	/* A file with a reason was skipped. */
	"CREATE TABLE file(\n"
	"	id INTEGER PRIMARY KEY, path ANY NOT NULL UNIQUE,\n"
	"	language INTEGER, reason INTEGER, size INTEGER, mtime_ns INTEGER,\n"
	"	content_hash BLOB, parse_errors INTEGER, options INTEGER,\n"
	"	chunks INTEGER, stored_at INTEGER, sum INTEGER NOT NULL,\n"
	"	nodes INTEGER, nodes_sum INTEGER\n"
	") STRICT",

	"CREATE TABLE chunk(\n"
	"	id INTEGER PRIMARY KEY, file INTEGER NOT NULL,\n"
	"	byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL,\n"
	"	start_line INTEGER NOT NULL, end_line INTEGER NOT NULL,\n"
	"	language INTEGER NOT NULL, symbol_name TEXT,\n"
	"	symbol_kind INTEGER, scope INTEGER, part INTEGER, parts INTEGER,\n"
	"	labelset INTEGER NOT NULL, created_at INTEGER,\n"
	"	sum INTEGER NOT NULL, hash BLOB NOT NULL, refs TEXT,\n"
	"	content ANY NOT NULL,\n"
	"	UNIQUE(file, byte_start, byte_end)\n"
	") STRICT",

	"CREATE INDEX chunk_labelset ON chunk(\n"
	"	labelset, file, byte_start, byte_end)",

	"CREATE TABLE definition(\n"
	"	chunk INTEGER NOT NULL, n INTEGER NOT NULL, name TEXT NOT NULL,\n"
	"	kind INTEGER NOT NULL, scope INTEGER,\n"
	"	byte_start INTEGER NOT NULL, byte_end INTEGER NOT NULL,\n"
	"	start_line INTEGER NOT NULL, end_line INTEGER NOT NULL,\n"
	"	doc_start INTEGER, body_start INTEGER, labels INTEGER,\n"
	"	sum INTEGER NOT NULL, PRIMARY KEY(chunk, n)\n"
	") WITHOUT ROWID, STRICT",

	"CREATE INDEX definition_name ON definition(name, chunk, n)",

	"CREATE TABLE node(\n"
	"	file INTEGER NOT NULL, id INTEGER NOT NULL, parent INTEGER,\n"
	"	kind INTEGER NOT NULL, byte_start INTEGER NOT NULL,\n"
	"	byte_end INTEGER NOT NULL, PRIMARY KEY(file, id)\n"
	") WITHOUT ROWID, STRICT",

	/* The text index: BLOB_SIZE and its key, four of them on a page. */
	"CREATE TABLE text(\n"
	"	key BLOB PRIMARY KEY, blob BLOB NOT NULL\n"
	") WITHOUT ROWID, STRICT",

	/* Left joins, as SQLite omits those that a query does not need. */
	"CREATE VIEW files AS SELECT f.path AS file_path, l.s AS language,\n"
	"	f.size, f.mtime_ns, lower(hex(f.content_hash)) AS content_hash,\n"
	"	f.parse_errors, r.s AS skipped, f.chunks, f.stored_at,\n"
	"	o.s AS options\n"
	"FROM file f LEFT JOIN str l ON l.id = f.language\n"
	"	LEFT JOIN str r ON r.id = f.reason\n"
	"	LEFT JOIN str o ON o.id = f.options",

	"CREATE VIEW code_chunks AS SELECT c.id, f.path AS file_path,\n"
	"	c.byte_start, c.byte_end, c.start_line, c.end_line,\n"
	"	l.s AS language, c.content, lower(hex(c.hash)) AS content_hash,\n"
	"	c.symbol_name, k.s AS symbol_kind, s.s AS scope, c.part, c.parts,\n"
	"	s2.labels, c.created_at, c.refs\n"
	"FROM chunk c LEFT JOIN file f ON f.id = c.file\n"
	"	LEFT JOIN str l ON l.id = c.language\n"
	"	LEFT JOIN str k ON k.id = c.symbol_kind\n"
	"	LEFT JOIN str s ON s.id = c.scope\n"
	"	LEFT JOIN labelset s2 ON s2.id = c.labelset",

	"CREATE VIEW definitions AS SELECT d.name, k.s AS kind,\n"
	"	s.s AS scope, f.path AS file_path, d.byte_start, d.byte_end,\n"
	"	d.start_line, d.end_line,\n"
	"	coalesce(d.doc_start, d.byte_start) AS doc_start, d.body_start,\n"
	"	l.s AS labels, d.chunk AS chunk_id\n"
	"FROM definition d LEFT JOIN chunk c ON c.id = d.chunk\n"
	"	LEFT JOIN file f ON f.id = c.file\n"
	"	LEFT JOIN str k ON k.id = d.kind\n"
	"	LEFT JOIN str s ON s.id = d.scope\n"
	"	LEFT JOIN str l ON l.id = d.labels",

	"CREATE VIEW labels AS SELECT m.label, f.path AS file_path,\n"
	"	c.byte_start, c.byte_end, c.id AS chunk_id\n"
	"FROM labelset_label m JOIN chunk c ON c.labelset = m.labelset\n"
	"	LEFT JOIN file f ON f.id = c.file",

	"CREATE VIEW ast_nodes AS SELECT f.path AS file_path, n.id,\n"
	"	n.parent AS parent_id, k.s AS kind, n.byte_start, n.byte_end\n"
	"FROM node n LEFT JOIN file f ON f.id = n.file\n"
	"	LEFT JOIN str k ON k.id = n.kind",

	NULL
};
