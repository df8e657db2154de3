-- A schema.
CREATE SCHEMA shop;
CREATE DATABASE db;
CREATE EXTENSION IF NOT EXISTS hstore;

/* People. */
CREATE TABLE shop.people (
  id serial PRIMARY KEY,
  name text NOT NULL,
  CONSTRAINT uniq UNIQUE (name)
);
CREATE TEMP TABLE IF NOT EXISTS "quoted" AS SELECT 1;
CREATE VIEW adults AS SELECT * FROM people WHERE age > 17;
CREATE OR REPLACE MATERIALIZED VIEW mv AS SELECT 1;
CREATE UNIQUE INDEX people_name ON people (name);
CREATE SEQUENCE ids START 1;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE ROLE reader;

CREATE OR REPLACE FUNCTION shop.add(a int, b int) RETURNS int AS $$
BEGIN
  RETURN a + b;
END;
$$ LANGUAGE plpgsql;

CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';

CREATE PROCEDURE p(x int) LANGUAGE sql AS $$ SELECT 1 $$;
CREATE TRIGGER trg BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION f();
CREATE POLICY pol ON people;

INSERT INTO people (name) VALUES ('a'), ('b');
ALTER TABLE people ADD COLUMN age int;
SELECT p.name, count(*)
FROM people p
JOIN orders o ON o.pid = p.id
WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t;
UPDATE people SET name = 'x' WHERE id = 1;
DROP TABLE people;

-- What the grammar does not know.
CREATE DOMAIN posint AS int CHECK (value > 0);
CREATE TABLE measured_y2006 PARTITION OF measured
	FOR VALUES FROM ('2006-02-01') TO ('2006-03-01');
CREATE OR REPLACE PROCEDURE clean_up(INOUT n int) LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM shapes; n := 1;
END $$;
\d shapes
ALTER DOMAIN posint DROP NOT NULL;
COPY shapes (id, name) FROM stdin;
1	it's; a circle
\.
create table after_all (id int);
