-- Statements of people who mean no good, each under the outcome that it must have:
--   refused WORDS   400, and the words are in what is said
--   stopped         413, 422 or 504: the process was ended by its limits
--   capped          200, and the answer says that it is not whole
--   harmless        200 and whole: it looks worse than it is
-- {{N TEXT}} stands for TEXT, N times. Draft, closed and withdrawn name datasets
-- that are there and not public; open-data is.

-- == files ==
-- refused no dataset
SELECT * FROM '/etc/passwd'
-- refused no dataset
FROM 'x.csv'
-- refused no dataset
SELECT * FROM 'https://example.org/a.parquet'
-- refused no dataset
SELECT * FROM "/proc/self/environ"
-- refused no dataset
SELECT * FROM '*.duckdb'
-- refused no dataset
SELECT * FROM 'versions/../catalog.db'
-- refused read_csv
SELECT * FROM read_csv('/etc/passwd')
-- refused read_csv_auto
SELECT * FROM read_csv_auto('/etc/passwd', header = false)
-- refused read_text
SELECT * FROM read_text('/etc/passwd')
-- refused read_blob
SELECT content FROM read_blob('catalog.db')
-- refused READ_PARQUET
SELECT * FROM READ_PARQUET('/tmp/*.parquet')
-- refused read_json
SELECT * FROM read_json('/etc/hostname')
-- refused read_ndjson_objects
SELECT * FROM read_ndjson_objects('/etc/hostname')
-- refused glob
SELECT * FROM glob('/**')
-- refused parquet_metadata
SELECT * FROM parquet_metadata('x.parquet')
-- refused sniff_csv
SELECT * FROM sniff_csv('/etc/passwd')
-- refused read_duckdb
SELECT * FROM read_duckdb('catalog.db')
-- refused read_text
SELECT (SELECT content FROM read_text('/etc/passwd'))
-- refused read_text
SELECT 1 WHERE EXISTS (SELECT * FROM read_text('/etc/passwd'))
-- refused read_text
WITH a AS (SELECT * FROM read_text('/etc/passwd')) SELECT 1
-- refused read_text
SELECT 1 ORDER BY (SELECT count(*) FROM read_text('/etc/passwd'))
-- refused read_text
SELECT 1 LIMIT (SELECT count(*) FROM read_text('/etc/passwd'))
-- refused read_text
SELECT CASE WHEN true THEN (SELECT content FROM read_text('/etc/passwd')) END
-- refused read_text
SELECT sum(1) FILTER (WHERE (SELECT true FROM read_text('/etc/passwd')))
-- refused read_text
SELECT row_number() OVER (PARTITION BY (SELECT content FROM read_text('/etc/passwd')))
-- refused read_text
SELECT * REPLACE ((SELECT content FROM read_text('/etc/passwd')) AS x) FROM "open-data"
-- refused read_text
SELECT * FROM "open-data" a JOIN "open-data" b ON (SELECT true FROM read_text('/etc/passwd'))
-- refused read_text
SELECT * FROM "open-data", LATERAL (SELECT * FROM read_text(x))
-- refused read_text
VALUES ((SELECT content FROM read_text('/etc/passwd')))
-- refused read_text
SELECT 1 UNION ALL SELECT content FROM read_text('/etc/passwd')
-- refused read_text
SELECT DISTINCT ON ((SELECT content FROM read_text('/etc/passwd'))) 1
-- refused read_text
SELECT 1 GROUP BY (SELECT content FROM read_text('/etc/passwd'))
-- refused read_text
SELECT count(*) FROM "open-data" HAVING (SELECT true FROM read_text('/etc/passwd'))
-- refused read_text
SELECT 1 QUALIFY (SELECT true FROM read_text('/etc/passwd'))
-- refused read_text
SELECT string_agg('a', ',' ORDER BY (SELECT content FROM read_text('/etc/passwd')))
-- refused read_text
SELECT * FROM (PIVOT "open-data" ON x IN (1) USING max((SELECT content FROM read_text('/etc/passwd'))))
-- refused read_text
SELECT * FROM generate_series(1, (SELECT count(*) FROM read_text('/etc/passwd')))
-- refused read_text
SELECT 1 IN (SELECT content FROM read_text('/etc/passwd'))
-- refused read_text
SELECT TRY((SELECT content FROM read_text('/etc/passwd')))
-- refused read_text
WITH RECURSIVE a AS (SELECT 'x' UNION ALL SELECT content FROM read_text('/etc/passwd'), a) SELECT * FROM a

-- == settings, extensions, other statements ==
-- refused SET is not done
SET memory_limit = '100GB'
-- refused SET is not done
SET GLOBAL enable_external_access = true
-- refused RESET is not done
RESET lock_configuration
-- refused PRAGMA is not done
PRAGMA database_list
-- refused PRAGMA is not done
PRAGMA disable_checkpoint_on_shutdown
-- refused INSTALL is not done
INSTALL httpfs
-- refused LOAD is not done
LOAD '/tmp/evil.duckdb_extension'
-- refused ATTACH is not done
ATTACH 'catalog.db' AS c (TYPE sqlite)
-- refused DETACH is not done
DETACH file1
-- refused USE is not done
USE file1
-- refused COPY is not done
COPY (SELECT 1) TO '/tmp/planted.csv'
-- refused COPY is not done
COPY "open-data" FROM '/etc/passwd'
-- refused EXPORT is not done
EXPORT DATABASE '/tmp/all'
-- refused CREATE is not done
CREATE TABLE t (x INTEGER)
-- refused CREATE is not done
CREATE MACRO m(x) AS x
-- refused CREATE is not done
CREATE SECRET s (TYPE s3)
-- refused INSERT is not done
INSERT INTO "open-data" VALUES (1)
-- refused UPDATE is not done
UPDATE "open-data" SET x = 1
-- refused DELETE is not done
DELETE FROM "open-data"
-- refused DROP is not done
DROP VIEW "open-data"
-- refused ALTER is not done
ALTER TABLE "open-data" ADD COLUMN y INTEGER
-- refused CALL is not done
CALL pragma_version()
-- refused CHECKPOINT is not done
CHECKPOINT
-- refused VACUUM is not done
VACUUM
-- refused PREPARE is not done
PREPARE p AS SELECT 1
-- refused EXECUTE is not done
EXECUTE p
-- refused BEGIN is not done
BEGIN
-- refused EXPLAIN is not done
EXPLAIN ANALYZE SELECT count(*) FROM range(100000000000)
-- refused SHOW, DESCRIBE or SUMMARIZE
SHOW TABLES
-- refused SHOW, DESCRIBE or SUMMARIZE
SHOW ALL TABLES
-- refused SHOW, DESCRIBE or SUMMARIZE
DESCRIBE "open-data"
-- refused SHOW, DESCRIBE or SUMMARIZE
SUMMARIZE "open-data"
-- refused SHOW, DESCRIBE or SUMMARIZE
SELECT * FROM (SHOW ALL TABLES)
-- refused PIVOT is not done
PIVOT "open-data" ON x USING count(*)
-- refused 2 statements
SELECT 1; SELECT 2
-- refused beside one SELECT
SELECT 1; DROP VIEW "open-data"
-- refused beside one SELECT
SELECT 1; SET enable_external_access = true
-- refused no statement
;
-- refused no statement
-- nothing but a remark
-- refused no statement
/* SELECT 1 */
-- harmless
SELECT 1 AS x -- ? is no parameter here
-- refused has no value
SELECT $1
-- refused has no value
SELECT $name
-- refused all parameters
SELECT ?, $name

-- == what the engine tells about itself, and its back doors ==
-- refused no dataset
SELECT * FROM sqlite_master
-- refused no dataset
SELECT * FROM duckdb_tables
-- refused no dataset
SELECT * FROM pg_tables
-- refused no dataset
SELECT * FROM information_schema.tables
-- refused no dataset
SELECT * FROM pg_catalog.pg_class
-- refused no dataset
SELECT * FROM main.duckdb_settings
-- refused three parts
SELECT * FROM system.information_schema.tables
-- refused three parts
SELECT * FROM memory.main."open-data"
-- refused three parts
SELECT * FROM file1.main.t1
-- refused no dataset
SELECT * FROM file1.t1
-- refused no dataset
SELECT * FROM temp.x
-- refused no table
SELECT * FROM "open-data._raw"
-- refused no table
SELECT * FROM "open-data._gongkai"
-- refused no table
SELECT * FROM "open-data"._raw
-- refused begins as those of the engine
WITH sqlite_master AS (SELECT * FROM sqlite_master) SELECT * FROM sqlite_master
-- refused begins as those of the engine
WITH DUCKDB_TABLES AS (SELECT 1) SELECT * FROM DUCKDB_TABLES
-- refused no dataset
WITH a AS (WITH inner_one AS (SELECT 1) SELECT * FROM inner_one) SELECT * FROM inner_one
-- refused no dataset
SELECT (WITH z AS (SELECT 1) SELECT * FROM z), (SELECT * FROM z)
-- refused no dataset
WITH RECURSIVE r AS (SELECT * FROM r UNION ALL SELECT * FROM r) SELECT * FROM r
-- refused duckdb_settings
SELECT * FROM duckdb_settings()
-- refused duckdb_databases
SELECT path FROM duckdb_databases()
-- refused duckdb_secrets
SELECT * FROM duckdb_secrets()
-- refused duckdb_memory
FROM duckdb_memory()
-- refused pragma_table_info
SELECT * FROM pragma_table_info('open-data')
-- refused pragma_storage_info
SELECT * FROM pragma_storage_info('t1')
-- refused current_setting
SELECT current_setting('allowed_directories')
-- refused getenv
SELECT getenv('PATH')
-- refused getvariable
SELECT getvariable('x')
-- refused version
SELECT version()
-- refused query
SELECT * FROM query('SELECT * FROM duckdb_settings()')
-- refused query_table
SELECT * FROM query_table('sqlite_master')
-- refused json_execute_serialized_sql
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))
-- refused sql_auto_complete
SELECT * FROM sql_auto_complete('SEL')
-- refused current_user
SELECT current_user
-- refused current_schema
SELECT current_schema
-- refused current_database
SELECT current_database()
-- refused txid_current
SELECT txid_current()
-- refused now
SELECT now()
-- refused current_timestamp
SELECT current_timestamp
-- refused random
SELECT random()
-- refused gen_random_uuid
SELECT gen_random_uuid()
-- refused setseed
SELECT setseed(0.5)
-- refused a sample
SELECT * FROM "open-data" TABLESAMPLE 10%
-- refused AT
SELECT * FROM "open-data" AT (VERSION => 1)
-- refused no column
SELECT rowid FROM "open-data"
-- refused no column
SELECT file_row_number FROM "open-data"
-- refused pg_get_viewdef
SELECT pg_get_viewdef('open-data')
-- refused typename
SELECT typename(1)
-- refused the type JSON
SELECT '{}'::JSON
-- refused the type BLOB
SELECT '\x00'::BLOB
-- refused the type ENUM
SELECT 'a'::ENUM('a', 'b')
-- refused the type my_type
SELECT CAST(1 AS my_type)
-- refused the collation
SELECT x FROM "open-data" ORDER BY x COLLATE duckdb_settings
-- refused duckdb_settings
SELECT (1).duckdb_settings()
-- refused function of
SELECT pg_catalog.upper('x')
-- refused the function of
SELECT main_x.upper('x')
-- refused a name of three parts
SELECT system.main.upper('x')
-- refused error
SELECT error('x')
-- refused COLUMNS
SELECT COLUMNS(c -> c LIKE '%') FROM "open-data"
-- refused COLUMNS
SELECT COLUMNS('.*') FROM "open-data"
-- refused lambda
SELECT abs(x -> x)
-- refused write JOIN
SELECT * FROM "open-data" NATURAL JOIN "open-data" b
-- refused NATURAL
SELECT * FROM "open-data" a NATURAL LEFT JOIN "open-data" b

-- == what is not public ==
-- refused no dataset
SELECT * FROM "draft-data"
-- refused no version
SELECT * FROM "open-data@3"
-- refused no dataset
SELECT * FROM "closed-data"
-- refused no dataset
SELECT * FROM "closed-data@1"
-- refused no dataset
SELECT * FROM "draft-data@1"
-- refused no dataset
SELECT 1 FROM "open-data" WHERE EXISTS (SELECT 1 FROM "draft-data")
-- refused no dataset
SELECT * FROM "DRAFT-DATA"
-- refused names no table
SELECT * FROM "open-data@0"
-- refused names no table
SELECT * FROM "open-data@1@2"
-- refused names no table
SELECT * FROM "open-data@-1"
-- refused no version
SELECT * FROM "open-data@99999999999999999999"
-- refused names no table
SELECT * FROM "open-data@9999999999"
-- refused no dataset
SELECT * FROM "open-data "
-- refused no dataset
SELECT * FROM "ｏｐｅｎ-data"
-- refused no dataset
SELECT * FROM "open-data' UNION SELECT 1 --"
-- refused no dataset
SELECT * FROM "open-data""; DROP VIEW x; --"
-- refused no dataset
SELECT * FROM open_data/**/
-- refused names no table
SELECT * FROM "../open-data"
-- refused no table
SELECT * FROM "open-data.t1"

-- == tricks of writing ==
-- refused SELECT
/* SELECT */ SET memory_limit = '1TB'
-- refused never closed
SELECT 1 /* never closed
-- refused never closed
SELECT 'never closed
-- refused never closed
SELECT $$never closed
-- refused read_text
SELECT * FROM "read_text"('/etc/passwd')
-- refused read_text
SELECT * FROM /**/read_text/**/('/etc/passwd')
-- refused read_text
SELECT * FROM main.read_text('/etc/passwd')
-- refused nested
SELECT {{3000 (SELECT }}1{{3000 )}}
-- refused nested
SELECT {{2000 NOT }}true
-- refused nested
SELECT 1{{3000 +1}}
-- refused nested
{{400 SELECT * FROM (}}SELECT 1{{400 )}}
-- refused nested
SELECT {{800 CASE WHEN true THEN }}1{{800  END}}
-- refused number that is too large
SELECT 1e999
-- harmless
SELECT {{3000 (}}1{{3000 )}} AS x
-- harmless
SELECT length('{{20000 x}}') AS n
-- refused more than
SELECT length('{{40000 x}}') AS n
-- harmless
SELECT 1{{150  UNION ALL SELECT 1}}
-- refused more than 20 tables
SELECT 1 FROM "open-data@1", "open-data@2", a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z
-- harmless
SELECT 'DROP TABLE x; -- /* $$ ' AS "SELECT * FROM read_text('x')"
-- harmless
SELECT "x" AS "x""y" FROM "open-data" LIMIT 1
-- refused no column
SELECT "read_text('/etc/passwd')" FROM "open-data"
-- harmless
SELECT 1 AS "{{5000 名}}"

-- == bombs ==
-- stopped
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t
-- stopped
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT * FROM t
-- stopped
WITH RECURSIVE t(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM t) SELECT max(length(s)) FROM t
-- stopped
WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 FROM t WHERE n < 1000000000) SELECT max(n) FROM t
-- stopped
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT a.n FROM t a, t b, (VALUES (1), (2)) v) SELECT count(*) FROM t
-- stopped
SELECT count(*) FROM range(1000000000000)
-- stopped
SELECT sum(range) FROM generate_series(1, 1000000000000) t(range)
-- capped
SELECT * FROM range(1000000000000)
-- refused write it in FROM
SELECT range(1000000000)
-- refused write it in FROM
SELECT unnest(generate_series(1, 100000000000))
-- stopped
SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c
-- stopped
SELECT count(*) FROM range(100000) a JOIN range(100000) b ON a.range * 7 % 13 < b.range
-- capped
SELECT * FROM range(1000000) a, range(1000000) b
-- stopped
SELECT * FROM range(10000000000) t(x) ORDER BY md5(x::VARCHAR)
-- stopped
SELECT DISTINCT md5(x::VARCHAR) FROM range(10000000000) t(x) ORDER BY 1
-- stopped
SELECT x, count(*) FROM range(10000000000) t(x) GROUP BY x ORDER BY 2 DESC, 1 DESC
-- stopped
SELECT quantile(x, 0.5) FROM range(10000000000) t(x)
-- stopped
SELECT row_number() OVER (ORDER BY -x) FROM range(10000000000) t(x)
-- stopped
SELECT count(*) FROM range(1000000000) a JOIN range(1000000000) b ON a.range = b.range
-- stopped
SELECT string_agg(repeat('x', 1000), '') FROM range(100000000)
-- stopped
SELECT string_agg(string_agg(repeat('x', 1000), ''), '') OVER () FROM range(1000000) t(x) GROUP BY x % 1000
-- refused may not make texts
SELECT repeat('x', 2000000000)
-- refused may not make texts
SELECT repeat('x', x) FROM "open-data"
-- refused may not make texts
SELECT lpad('x', 1000000000, 'y')
-- refused may not make texts
SELECT rpad('x', 100 * 100 * 100, 'y')
-- refused printf
SELECT printf('%1000000000d', 1)
-- refused format
SELECT format('{:>1000000000}', 1)
-- stopped
SELECT length(replace(replace(replace(repeat('a', 1000), 'a', repeat('a', 1000)), 'a', repeat('a', 1000)), 'a', repeat('a', 1000)))
-- stopped
SELECT length(replace(string_agg('a', ''), 'a', repeat('b', 1000))) FROM range(10000000)
-- stopped
SELECT length(translate(string_agg('abc', ''), 'abc', 'xyz') || string_agg(repeat('x', 1000), '')) FROM range(5000000)
-- refused list_transform
SELECT list_transform(range(100), x -> range(20000000))
-- refused list_aggregate
SELECT list_aggregate([1, 2], 'sum')
-- refused list
SELECT list(x) FROM "open-data"
-- refused array_agg
SELECT array_agg(x) FROM "open-data"
-- refused map
SELECT map([1], [2])
-- refused list_apply
SELECT [x for x in [1, 2]]
-- capped
SELECT unnest(string_split(repeat('a,', 1000), ',')) FROM range(1000000000)
-- capped
SELECT repeat('名', 1000) AS long FROM range(1000000)
-- capped
SELECT repeat('"', 1000) AS quotes FROM range(1000000)
-- capped
SELECT a.*, b.* FROM range(1000000) a, (SELECT 1 AS c1, 2 AS c2, 3 AS c3) b
-- stopped
SELECT levenshtein(string_agg(x::VARCHAR, ''), string_agg((x + 1)::VARCHAR, '')) FROM range(50000) t(x)
-- refused factorial
SELECT factorial(30000)
-- refused repetition
SELECT regexp_matches('a', '((a{0,1000}){0,1000}){0,1000}')
-- harmless
SELECT max(length(regexp_replace(repeat('a', 1000), '(a*)*b|(a|aa)+$', 'x'))) AS n FROM range(50)
-- stopped
SELECT count(*) FROM range(100000000) t(x) WHERE regexp_matches(repeat(x::VARCHAR, 100), '(.*)(.*)(.*)(.*)9{50}z')
-- stopped
SELECT sum(length(md5(repeat(x::VARCHAR, 1000)))) FROM range(100000000) t(x)
-- stopped
SELECT count(*) FROM (SELECT x FROM range(100000000) t(x) EXCEPT SELECT x + 1 FROM range(100000000) t(x))
-- stopped
SELECT (SELECT count(*) FROM range(1000000) b WHERE b.range % 1000 <> a.range % 999) FROM range(1000000) a ORDER BY 1
-- stopped
SELECT count(*) FROM range(1000000) a ASOF JOIN range(100000000) b ON a.range >= b.range
-- stopped
SELECT approx_count_distinct(md5(x::VARCHAR)) FROM range(100000000000) t(x)
-- stopped
SELECT mode(md5(x::VARCHAR)) FROM range(1000000000) t(x)
-- refused too large
SELECT 1e308 * 1e308, 1e400
-- refused 
SELECT 170141183460469231731687303715884105727 + 1
-- refused 
SELECT 'x'::INTEGER

-- == found by a second stranger ==
-- refused duckdb_tables
SELECT 1 FROM (SELECT 1) t, LATERAL (SELECT * FROM duckdb_tables()) x
-- refused read_csv
SELECT * FROM "open-data" UNION BY NAME SELECT * FROM read_csv('/etc/passwd')
-- refused duckdb_settings
SELECT 1 AS a, (FROM duckdb_settings())
-- refused the type
SELECT '/etc/passwd'::regclass
-- refused array_agg
SELECT array_agg(1)
-- refused write_log
SELECT write_log('x')
-- refused which_secret
SELECT which_secret('a', 'b')
-- refused getcwd
SELECT getcwd()
-- refused connection_id
SELECT connection_id()
-- refused arrow_scan
SELECT * FROM arrow_scan(1, 2, 3)
-- refused duckdb_logs
SELECT * FROM duckdb_logs()
-- refused test_all_types
SELECT * FROM test_all_types()
-- refused repeat_row
SELECT * FROM repeat_row('x', num_rows = 10)
-- refused UNPACK
SELECT UNPACK(1)
-- refused USING KEY
WITH RECURSIVE t USING KEY (a) AS (SELECT 1 a, 1 b UNION ALL SELECT a, b + 1 FROM t) SELECT * FROM t
-- refused grouping set
SELECT 1 FROM "open-data" GROUP BY CUBE (x, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6, x + 7, x + 8, x + 9, x + 10, x + 11, x + 12, x + 13, x + 14, x + 15, x + 16)
-- refused repetition
SELECT regexp_matches('a', '(a{1000}){1000}')
-- refused MERGE is not done
MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE
-- refused COMMENT is not done
COMMENT ON TABLE x IS 'y'
-- refused SET is not done
SET VARIABLE x = 1
-- refused COPY is not done
COPY FROM DATABASE a TO b
-- stopped
SELECT levenshtein(string_agg(repeat('a', 1000), ''), string_agg(repeat('b', 1000), '')) FROM range(2000)
-- stopped
SELECT damerau_levenshtein(a, a) FROM (SELECT string_agg(repeat('a', 1000), '') a FROM range(200))
-- stopped
SELECT length(regexp_replace(regexp_replace(regexp_replace(repeat('a', 1000), 'a', repeat('a', 1000), 'g'), 'a', repeat('a', 1000), 'g'), 'a', repeat('a', 1000), 'g'))
-- stopped
SELECT mode(x) OVER (ORDER BY x ROWS BETWEEN 100000 PRECEDING AND 100000 FOLLOWING) FROM range(300000) t(x)
-- harmless
SELECT 'infinity'::DATE AS a, '-infinity'::TIMESTAMP AS b
-- harmless
SELECT nth_value(1, -5) OVER () AS a, lag(1, 999999999999) OVER () AS b
