-- The tables of a store in PostgreSQL: chunkkv-postgres(5). kvput makes them
-- where there are none; psql -f does the same, and again: what is there stays.
--
-- A file is known by a number, 64 bits of the SHA-256 of its store's name and
-- its path, which whoever writes it works out: so there is no sequence, all of
-- a file lies together wherever rows are spread by that number, and each
-- primary key begins with it. What is of a store as a whole begins with the
-- store's own number, likewise of its name.

CREATE SCHEMA IF NOT EXISTS chunkkv;

CREATE TABLE IF NOT EXISTS chunkkv.store(
	store bigint PRIMARY KEY,
	name text NOT NULL,
	format integer NOT NULL,
	generation bigint NOT NULL,	-- one more with each slice that is stored
	options text,
	last_run bigint
);

CREATE TABLE IF NOT EXISTS chunkkv.root(
	store bigint NOT NULL, path bytea NOT NULL, sum bigint NOT NULL,
	PRIMARY KEY(store, path)
);

-- "c:exported:": each label ends in a colon, which none of them holds.
CREATE TABLE IF NOT EXISTS chunkkv.labelset(
	store bigint NOT NULL, labelset bigint NOT NULL, labels text NOT NULL,
	PRIMARY KEY(store, labelset)
);

-- One with a reason was skipped. file_path is the path where it is UTF-8.
CREATE TABLE IF NOT EXISTS chunkkv.file(
	file bigint NOT NULL, store bigint NOT NULL,
	path bytea NOT NULL, file_path text,
	language text, reason text, size bigint, mtime_ns bigint,
	content_hash bytea, parse_errors bigint, options text,
	chunks bigint, stored_at bigint, sum bigint NOT NULL,
	PRIMARY KEY(file)
);
-- An entry of an index has room for 2,700 bytes: where more could come, it has
-- the beginning.
CREATE INDEX IF NOT EXISTS file_path ON chunkkv.file(
	store, substring(path, 1, 1000)
);

-- The text of what is UTF-8 without a NUL is in content, of what is not in
-- content_bytes.
CREATE TABLE IF NOT EXISTS chunkkv.chunk(
	file bigint NOT NULL, byte_start bigint NOT NULL, byte_end bigint NOT NULL,
	store bigint NOT NULL, labelset bigint NOT NULL,
	start_line bigint NOT NULL, end_line bigint NOT NULL,
	part bigint, parts bigint, created_at bigint, sum bigint NOT NULL,
	language text NOT NULL, symbol_name text, symbol_kind text, scope text,
	content_hash bytea NOT NULL, content text, content_bytes bytea, refs text,
	PRIMARY KEY(file, byte_start, byte_end)
);
CREATE INDEX IF NOT EXISTS chunk_labelset ON chunkkv.chunk(
	store, labelset, file
);

CREATE TABLE IF NOT EXISTS chunkkv.definition(
	file bigint NOT NULL, chunk_start bigint NOT NULL,
	chunk_end bigint NOT NULL, n bigint NOT NULL, store bigint NOT NULL,
	byte_start bigint NOT NULL, byte_end bigint NOT NULL,
	start_line bigint NOT NULL, end_line bigint NOT NULL,
	name text COLLATE "C" NOT NULL, kind text NOT NULL, scope text,
	doc_start bigint, body_start bigint, labels text,
	PRIMARY KEY(file, chunk_start, chunk_end, n)
);
-- Names are read in the order of their bytes, a colon behind them.
CREATE INDEX IF NOT EXISTS definition_name ON chunkkv.definition(
	store, "left"(name || ':', 200), file
);

CREATE TABLE IF NOT EXISTS chunkkv.ast(
	file bigint NOT NULL, store bigint NOT NULL,
	nodes bigint NOT NULL, sum bigint NOT NULL,
	PRIMARY KEY(file)
);
CREATE TABLE IF NOT EXISTS chunkkv.node(
	file bigint NOT NULL, id bigint NOT NULL, parent bigint,
	byte_start bigint NOT NULL, byte_end bigint NOT NULL,
	kind text NOT NULL, PRIMARY KEY(file, id)
);

-- The text index: keys and values of which SQL knows nothing.
CREATE TABLE IF NOT EXISTS chunkkv.text(
	store bigint NOT NULL, key bytea NOT NULL, blob bytea NOT NULL,
	PRIMARY KEY(store, key)
);

-- For people.

CREATE OR REPLACE VIEW chunkkv.files AS SELECT s.name AS store, f.file_path,
	f.language, f.size, f.mtime_ns, encode(f.content_hash, 'hex') AS content_hash,
	f.parse_errors, f.reason AS skipped, f.chunks, f.stored_at, f.options,
	f.path, f.file
FROM chunkkv.file f JOIN chunkkv.store s ON s.store = f.store;

CREATE OR REPLACE VIEW chunkkv.code_chunks AS SELECT s.name AS store,
	f.file_path, c.byte_start, c.byte_end, c.start_line, c.end_line,
	c.language, c.content, encode(c.content_hash, 'hex') AS content_hash,
	c.symbol_name, c.symbol_kind, c.scope, c.part, c.parts, l.labels,
	c.created_at, c.content_bytes, c.file, c.refs
FROM chunkkv.chunk c JOIN chunkkv.file f ON f.file = c.file
	JOIN chunkkv.store s ON s.store = c.store
	JOIN chunkkv.labelset l ON l.store = c.store AND l.labelset = c.labelset;

CREATE OR REPLACE VIEW chunkkv.definitions AS SELECT s.name AS store, d.name,
	d.kind, d.scope, f.file_path, d.byte_start, d.byte_end, d.start_line,
	d.end_line, d.chunk_start, d.chunk_end, d.file,
	coalesce(d.doc_start, d.byte_start) AS doc_start, d.body_start, d.labels
FROM chunkkv.definition d JOIN chunkkv.file f ON f.file = d.file
	JOIN chunkkv.store s ON s.store = d.store;

CREATE OR REPLACE VIEW chunkkv.labels AS SELECT s.name AS store, x.label,
	f.file_path, c.byte_start, c.byte_end, c.file
FROM chunkkv.labelset l
	CROSS JOIN LATERAL unnest(string_to_array(rtrim(l.labels, ':'), ':')) AS x(label)
	JOIN chunkkv.chunk c ON c.store = l.store AND c.labelset = l.labelset
	JOIN chunkkv.file f ON f.file = c.file
	JOIN chunkkv.store s ON s.store = c.store;

CREATE OR REPLACE VIEW chunkkv.ast_nodes AS SELECT s.name AS store, f.file_path,
	n.id, n.parent AS parent_id, n.kind, n.byte_start, n.byte_end
FROM chunkkv.node n JOIN chunkkv.file f ON f.file = n.file
	JOIN chunkkv.store s ON s.store = f.store;
