-- Spread the stores of a database over several servers: psql -d FRONT
-- -v shards='s0 s1' -f shards.sql, once, before anything is stored.
--
-- The servers are those of CREATE SERVER ... FOREIGN DATA WRAPPER postgres_fdw,
-- with a user mapping for who reads and who writes; schema.sql has been run on
-- each of them, and here. What is of files goes to them by hash partitions, what
-- is of a store as a whole stays here. See chunkkv-postgres(5).
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
BEGIN;

-- A unique index cannot reach over servers: each has its own.
SELECT format('ALTER TABLE chunkkv.%1$I RENAME TO %1$s_was;
	CREATE TABLE chunkkv.%1$I (LIKE chunkkv.%1$s_was) PARTITION BY HASH (file);
	DROP TABLE chunkkv.%1$s_was CASCADE', t)
FROM unnest('{file, chunk, definition, ast, node}'::text[]) t \gexec

SELECT format('CREATE FOREIGN TABLE chunkkv.%1$s_%2$s PARTITION OF chunkkv.%1$I
	FOR VALUES WITH (MODULUS %3$s, REMAINDER %4$s) SERVER %5$I
	OPTIONS (schema_name ''chunkkv'', table_name %1$L, fetch_size ''1000'')',
	t, n - 1, cardinality(string_to_array(:'shards', ' ')), n - 1, s)
FROM unnest('{file, chunk, definition, ast, node}'::text[]) t,
	unnest(string_to_array(:'shards', ' ')) WITH ORDINALITY x(s, n) \gexec

COMMIT;
-- The views, which went with the tables.
\ir schema.sql
