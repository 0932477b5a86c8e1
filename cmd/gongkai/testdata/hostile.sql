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

-- == found by a third stranger, who writes whatever is odd ==
-- refused there is no dataset
SELECT * FROM 'open.csv'
-- refused there is no dataset
SELECT * FROM '/proc/self/environ'
-- refused there is no dataset
SELECT * FROM "file1"
-- refused a name of three
SELECT * FROM "open-data" AS file1, file1.main.t1
-- refused there is no dataset
SELECT * FROM temp.sqlite_master
-- refused there is no dataset
SELECT * FROM main.sqlite_master
-- refused there is no dataset
SELECT * FROM "main.open-data"
-- refused there is no dataset
SELECT * FROM main."open-data"
-- refused there is no dataset
SELECT * FROM "information_schema.tables"
-- refused there is no dataset
SELECT * FROM "system"."duckdb_tables"
-- refused the table function read_csv_auto
SELECT * FROM "open-data" WHERE EXISTS (FROM read_csv_auto('/etc/passwd'))
-- refused the table function read_text
SELECT (SELECT content FROM read_text('/etc/passwd') LIMIT 1)
-- refused the table function read_blob
SELECT x FROM "open-data" ORDER BY (SELECT size FROM read_blob('/etc/passwd'))
-- refused the table function glob
SELECT x FROM "open-data" LIMIT (SELECT count(*) FROM glob('/*'))
-- refused the table function duckdb_settings
SELECT x FROM "open-data" LIMIT 1 OFFSET (SELECT count(*) FROM duckdb_settings())
-- refused the function getenv is
SELECT x FROM "open-data" GROUP BY GROUPING SETS ((getenv('PATH')))
-- refused the function getenv is
SELECT sum(x) FILTER (WHERE getenv('PATH') = 'x') FROM "open-data"
-- refused the function getenv is
SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN length(getenv('HOME')) PRECEDING AND CURRENT ROW) FROM "open-data"
-- refused the function getenv is
SELECT sum(x ORDER BY getenv('HOME')) FROM "open-data"
-- refused the function getenv is
SELECT CASE WHEN true THEN getenv('HOME') END
-- refused the table function duckdb_connections
SELECT x FROM "open-data" WHERE x IN (SELECT pid FROM duckdb_connections())
-- refused the function getenv is
SELECT x FROM "open-data" WHERE x BETWEEN 1 AND length(getenv('A'))
-- refused the function getenv is
SELECT TRY(getenv('A'))
-- refused the function getenv is
SELECT CAST(getenv('A') AS INTEGER)
-- refused the function getenv is
SELECT getenv('A') COLLATE NOCASE
-- refused the function getenv is
SELECT x FROM "open-data" QUALIFY getenv('A') IS NULL
-- refused the function getenv is
SELECT DISTINCT ON (getenv('A')) x FROM "open-data"
-- refused the function getenv is
SELECT * REPLACE (getenv('A') AS x) FROM "open-data"
-- refused the function getenv is
FROM "open-data" PIVOT (max(getenv('A')) FOR x IN (1, 2))
-- refused SELECT was not expected
FROM "open-data" PIVOT (max(x) FOR diqu IN (SELECT name FROM duckdb_settings()))
-- refused this is no SELECT
PIVOT "open-data" ON diqu USING sum(x)
-- harmless
PIVOT "open-data" ON diqu IN ('城关区') USING sum(x)
-- harmless
UNPIVOT "open-data" ON x, amount INTO NAME k VALUE v
-- refused PIVOT with star expr
UNPIVOT "open-data" ON COLUMNS(* EXCLUDE (diqu)) INTO NAME k VALUE v
-- refused COLUMNS is not allowed
SELECT COLUMNS('x|y') FROM "open-data"
-- harmless
SELECT * LIKE 'x%' FROM "open-data"
-- harmless
SELECT * SIMILAR TO 'x.*' FROM "open-data"
-- harmless
SELECT * GLOB 'x*' FROM "open-data"
-- refused the operator OPERATOR_UNPACK is
SELECT *COLUMNS('x') FROM "open-data"
-- refused COLUMNS is not allowed
SELECT max(COLUMNS(*)) FROM "open-data"
-- refused the function list_filter is
SELECT list_filter([1,2], lambda x: x > 1)
-- refused the function list_transform is
SELECT [1,2,3].list_transform(lambda x: x)
-- refused the function struct_pack is
SELECT {'a': 1, 'b': {'c': 2}}
-- refused the operator STRUCT_EXTRACT is
SELECT {'a': 1}.a
-- refused the function struct_pack is
SELECT struct_pack(a := 1)
-- refused the function map is
SELECT MAP {'a': 1}
-- refused the function array_value is
SELECT array_value(1,2)
-- refused the function struct_pack is
SELECT unnest([{'a': 1}], recursive := true)
-- refused the function struct_pack is
SELECT unnest({'a': 1, 'b': 2})
-- refused the engine says: Invalid
SELECT * FROM unnest([[1,2],[3,4]], recursive := true)
-- refused the function range is
SELECT * FROM unnest(range(1000000000))
-- refused the engine says: interval
SELECT * FROM generate_series(1, 10, 0)
-- stopped
SELECT count(*) FROM range(-9223372036854775808, 9223372036854775807)
-- refused the function to_microseconds is
SELECT * FROM range(DATE '0001-01-01', DATE '290000-01-01', INTERVAL 1 MICROSECOND)
-- refused the function to_microseconds is
SELECT count(*) FROM generate_series(TIMESTAMP '1970-01-01', TIMESTAMP '290000-01-01', INTERVAL 1 MICROSECOND)
-- capped
SELECT string_agg(diqu, repeat('x', 1000)) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM "open-data"
-- stopped
SELECT length(string_agg(r, '')) FROM (SELECT repeat('名', 1000) AS r FROM range(400000))
-- stopped
SELECT length(concat({{600 s, }}s)) FROM (SELECT string_agg('x', '') AS s FROM range(1000000))
-- stopped
SELECT length(regexp_replace(s, '', s, 'g')) FROM (SELECT string_agg('x', '') AS s FROM range(100000))
-- stopped
SELECT length(regexp_replace(s, '(.*)', '\1{{900 \1}}', 'g')) FROM (SELECT string_agg('x', '') AS s FROM range(1000000))
-- stopped
SELECT count(*) FROM (SELECT unnest(string_split(s, '')) FROM (SELECT string_agg('x', '') AS s FROM range(10000000)))
-- stopped
SELECT strftime(DATE '2024-01-01', '{{15000 %A}}') FROM range(100000)
-- stopped
SELECT length(strftime(DATE '2024-01-01' + x::INTEGER, '{{15000 %A}}')) FROM range(100000) t(x)
-- refused the engine says: Could
SELECT strptime(repeat('1', 1000), repeat('%d', 1000))
-- stopped
SELECT regexp_matches('a', x::VARCHAR || '{1,1000}') FROM range(10000000) t(x)
-- harmless
SELECT diqu LIKE '{{5000 %_}}' FROM "open-data"
-- stopped
SELECT arg_max(repeat('x', 1000), x) FROM range(10000000) t(x) GROUP BY x
-- stopped
SELECT count(DISTINCT repeat(x::VARCHAR, 100)) FROM range(10000000) t(x)
-- capped
SELECT * FROM range(100000) a FULL JOIN range(100000) b ON a.range > b.range
-- stopped
SELECT * FROM range(1000000) a ORDER BY repeat(range::VARCHAR, 100)
-- harmless
SELECT lag(x, 1000000000000) OVER (ORDER BY x) FROM range(100) t(x)
-- harmless
SELECT ntile(1000000000000) OVER (ORDER BY x) FROM range(100) t(x)
-- harmless
SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN 9223372036854775807 PRECEDING AND 9223372036854775807 FOLLOWING) FROM range(100) t(x)
-- stopped
WITH RECURSIVE t(n, s) AS (SELECT 1, 'x' UNION ALL SELECT n + 1, s || repeat('y', 1000) FROM t WHERE n < 1000000) SELECT max(length(s)) FROM t
-- harmless
WITH RECURSIVE a AS (SELECT 1 n UNION ALL SELECT n FROM a) SELECT 1 FROM a LIMIT 1
-- stopped
WITH RECURSIVE a(n) AS (SELECT * FROM range(1000000) UNION ALL SELECT n FROM a) SELECT count(*) FROM a
-- refused the statement is nested
{{60 WITH a AS (}}SELECT 1{{60 ) SELECT * FROM a}}
-- refused the statement cannot be
SELECT {{30000 -}}1
-- refused the statement is nested
SELECT {{7500 NOT }}1
-- refused the statement is nested
SELECT {{15000 @ }}1
-- refused the statement is nested
SELECT {{30000 (}}1
-- refused the statement is nested
SELECT {{30000 [}}1
-- refused the statement is nested
SELECT {{6000 CAST(}}1
-- refused the statement ends too
SELECT {{1500 CASE WHEN 1=1 THEN }}1
-- refused the statement is nested
SELECT {{3750 (SELECT }}1
-- refused the statement is nested
SELECT {{1300 EXISTS(SELECT 1 WHERE }}1
-- refused the statement ends too
SELECT {{3300 coalesce(}}1
-- refused .1 was not expected
SELECT {{15000 x.}}1
-- refused the statement is nested
SELECT 1{{6000 ::INT}}
-- refused the statement is nested
SELECT 'a'{{9000 [1]}}
-- refused the statement is nested
SELECT 1{{14000 +1}}
-- stopped
SELECT 1{{2000  UNION SELECT 1}}
-- harmless
SELECT x FROM "open-data" WHERE x=1{{4500  OR x=1}}
-- harmless
SELECT x FROM "open-data" WHERE x IN (1{{15000 ,1}})
-- harmless
VALUES (1){{8000 ,(1)}}
-- stopped
SELECT {{15000 /*}}
-- stopped
{{8000 /*}}{{7999 */}} SELECT 1
-- refused the quote that opens
SELECT {{32001 '}}
-- refused the quote that opens
SELECT {{32001 "}}
-- refused the parameter $ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp
SELECT ${{30000 p}}
-- refused there is no column
SELECT "{{32000 n}}"
-- refused the statement holds a
SELECT {{32000 9}}
-- harmless
SELECT 0.{{32000 9}}
-- refused the statement holds a
SELECT 1e{{300 9}}
-- refused a value cannot be
SELECT '{{32000 9}}'::DECIMAL(38,0)
-- refused a value cannot be
SELECT DATE '{{3000 9}}-01-01'
-- harmless
﻿SELECT 1
-- harmless
SELECT 1
-- refused was not expected here
SELECT 1
-- harmless
SELECT 1​
-- refused the statement cannot be
SELECT U&'\0041'
-- refused the statement cannot be
SELECT E'\x00'
-- refused the statement cannot be
SELECT E'a\u0000b'
-- harmless
SELECT chr(0)
-- refused the engine says: Invalid
SELECT chr(0) AS a, chr(55296) AS b
-- refused the engine says: Invalid
SELECT chr(1114112)
-- refused the engine says: Invalid
SELECT chr(-1)
-- refused the function ｒｅａｄ_text is
SELECT ｒｅａｄ_text('/etc/passwd')
-- refused the table function ｒead_csv
FROM ｒead_csv('/etc/passwd')
-- refused the table function reád_text
FROM reád_text('/etc/passwd')
-- refused there is no column
SELECT "‮open"
-- refused there is no column
SELECT K FROM "open-data"
-- refused the function ſum is
SELECT ſum(x) FROM "open-data"
-- refused the table function read_text
FROM READ_TEXT('/etc/passwd')
-- refused the table function ducKdb_settings
FROM DucKdb_settings()
-- refused the function Kbs is
SELECT Kbs(1)
-- refused SHOW, DESCRIBE or SUMMARIZE
SELECT * FROM (DESCRIBE "open-data")
-- refused SHOW, DESCRIBE or SUMMARIZE
SELECT * FROM (SHOW TABLES)
-- refused SHOW, DESCRIBE or SUMMARIZE
SELECT * FROM (SUMMARIZE "open-data")
-- refused this is no SELECT
EXPLAIN SELECT 1
-- refused this is no SELECT
EXPLAIN ANALYZE SELECT 1
-- refused the statement cannot be
SELECT * INTO x FROM "open-data"
-- refused the statement cannot be
SELECT 1 FOR UPDATE
-- refused the statement cannot be
WITH x AS (INSERT INTO "open-data" VALUES (1)) SELECT 1
-- refused the statement cannot be
WITH x AS (DELETE FROM "open-data" RETURNING *) SELECT * FROM x
-- refused the statement cannot be
WITH x AS (DESCRIBE "open-data") SELECT * FROM x
-- refused this is no SELECT
EXECUTE x
-- refused this is no SELECT
PREPARE x AS SELECT 1
-- harmless
SELECT * FROM (FROM (FROM "open-data"))
-- harmless
FROM "open-data" SELECT x
-- refused the function @@ is
SELECT @@version
-- refused the function version is
SELECT VERSION()
-- refused the function getenv is
SELECT main.getenv('A')
-- refused the function getenv is
SELECT system.main.getenv('A')
-- refused the function getenv is
SELECT "getenv"('A')
-- refused the function getenv is
SELECT "system"."main"."getenv"('A')
-- refused the function getenv is
SELECT x.getenv() FROM "open-data"
-- refused the function getenv is
SELECT ('A').getenv()
-- refused ( was not expected
SELECT 'A'.getenv()
-- refused the function current_setting is
SELECT current_setting('access_mode')
-- refused current_date is not allowed
SELECT * FROM (VALUES (current_date)) t(a)
-- refused a value cannot be
SELECT DATE 'now'
-- refused a value cannot be
SELECT 'today'::DATE
-- refused a value cannot be
SELECT 'now'::TIMESTAMP
-- harmless
SELECT 'epoch'::DATE
-- refused a value cannot be
SELECT TIMESTAMP 'now'
-- refused a value cannot be
SELECT CAST('tomorrow' AS DATE)
-- refused user is not allowed
SELECT user
-- refused current_user is not allowed
SELECT "current_user"
-- refused session_user is not allowed
SELECT session_user FROM "open-data"
-- refused there is no column
SELECT t.current_date FROM "open-data" t
-- refused -1
SELECT (-9223372036854775808) // -1
-- refused -1
SELECT (-9223372036854775808)::BIGINT % -1
-- refused the engine says: Overflow
SELECT abs((-9223372036854775808)::BIGINT)
-- refused the engine says: Overflow
SELECT -((-170141183460469231731687303715884105728)::HUGEINT)
-- refused the engine says: Overflow
SELECT abs((-170141183460469231731687303715884105728)::HUGEINT)
-- refused -1
SELECT (-170141183460469231731687303715884105728)::HUGEINT // -1
-- harmless
SELECT (-170141183460469231731687303715884105728)::HUGEINT AS lowest
-- refused the engine says: Substring
SELECT substring('abc', -9223372036854775808, 9223372036854775807)
-- refused the engine says: Substring
SELECT substring('abc', 9223372036854775807, 9223372036854775807)
-- harmless
SELECT left('abc', -9223372036854775808)
-- harmless
SELECT right('abc', -9223372036854775808)
-- harmless
SELECT 'abc'[-9223372036854775808:9223372036854775807]
-- harmless
SELECT repeat('x', -5)
-- harmless
SELECT lpad('x', -5, 'y')
-- refused the engine says: Insufficient
SELECT lpad('x', 5, '')
-- refused a value cannot be
SELECT make_date(2147483647, 12, 31)
-- refused the engine says: Type
SELECT make_date(9223372036854775807, 1, 1)
-- harmless
SELECT DATE '5877642-06-25' + 1
-- refused the engine says: Interval
SELECT DATE '2024-01-01' + INTERVAL 2147483647 YEAR
-- refused the engine says: Date
SELECT DATE '2024-01-01' + 2147483647
-- refused a value cannot be
SELECT date_trunc('millennium', DATE '-5877641-06-25')
-- refused the engine says: Period
SELECT time_bucket(INTERVAL '-1 day', DATE '2024-01-01')
-- refused the engine says: Period
SELECT time_bucket(INTERVAL 0 DAY, DATE '2024-01-01')
-- refused a value cannot be
SELECT age(DATE '5877642-06-24', DATE '-5877641-06-25')::VARCHAR
-- harmless
SELECT epoch(TIMESTAMP '294247-01-10 04:00:54')
-- harmless
SELECT last_day(DATE '5877642-06-24')
-- refused the engine says: Overflow
SELECT date_diff('microsecond', TIMESTAMP '-290308-12-22', TIMESTAMP '294247-01-10')
-- harmless
SELECT round(1.5, 2147483647)
-- harmless
SELECT round(1.5, -2147483648)
-- harmless
SELECT power(1e308, 2)
-- harmless
SELECT exp(1e308)
-- refused the engine says: cannot
SELECT sqrt(-1)
-- refused the engine says: cannot
SELECT ln(0)
-- refused the engine says: cannot
SELECT ln(-1)
-- harmless
SELECT gcd(-9223372036854775808, -1)
-- refused the engine says: lcm
SELECT lcm(9223372036854775807, 9223372036854775806)
-- refused the engine says: LIMIT/OFFSET
SELECT 1 LIMIT -1
-- harmless
SELECT 1 LIMIT NULL
-- harmless
SELECT 1 LIMIT 9223372036854775807 OFFSET 9223372036854775807
-- refused a value cannot be
SELECT 1 LIMIT 18446744073709551615
-- refused the engine says: Limit
SELECT 1 LIMIT 1000%
-- refused the engine says: Limit
SELECT 1 LIMIT -1%
-- harmless
SELECT 1 LIMIT (SELECT 5)
-- refused a value cannot be
SELECT x FROM "open-data" OFFSET 1e300
-- harmless
SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN -1 PRECEDING AND CURRENT ROW) FROM "open-data"
-- harmless
SELECT sum(x) OVER (ORDER BY x ROWS BETWEEN NULL PRECEDING AND CURRENT ROW) FROM "open-data"
-- refused the function takes other
SELECT sum(x) OVER (ORDER BY x RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW) FROM "open-data"
-- harmless
SELECT nth_value(x, 0) OVER () FROM "open-data"
-- refused the engine says: Argument
SELECT ntile(0) OVER () FROM "open-data"
-- refused the engine says: QUANTILE
SELECT quantile_cont(x, 5) FROM "open-data"
-- refused the engine says: QUANTILE
SELECT quantile_cont(x, NULL) FROM "open-data"
-- harmless
SELECT quantile_disc(x, -0.5) FROM "open-data"
-- harmless
SELECT product(1e300) FROM range(100)
-- harmless
SELECT sum(1e308) FROM range(10)
-- refused the engine says: STDDEV_SAMP
SELECT stddev(1e308 * x) FROM "open-data"
-- refused the engine says: Overflow
SELECT sum(170141183460469231731687303715884105727::HUGEINT) FROM range(3)
-- refused the engine says: Overflow
SELECT avg(170141183460469231731687303715884105727::HUGEINT) FROM range(3)
-- harmless
SELECT string_split('', '')::VARCHAR
-- harmless
SELECT split_part('a', '', -9223372036854775808)
-- harmless
SELECT list_value()::VARCHAR
-- harmless
SELECT [NULL]::VARCHAR
-- harmless
SELECT unnest([])
-- harmless
SELECT unnest(NULL)
-- harmless
SELECT unnest([1,2]), unnest([1,2,3])
-- refused the engine says: Nested
SELECT unnest(unnest([[1]]))
-- harmless
SELECT typeof(NULL), typeof([1]), typeof(row(1))
-- harmless
SELECT CAST(row(1,2) AS VARCHAR)
-- harmless
SELECT 1 WHERE row(1,2) IN (row(1,2))
-- harmless
SELECT count(t) FROM "open-data" t
-- refused column 1 (t) is
SELECT t FROM "open-data" t
-- harmless
SELECT t::VARCHAR FROM "open-data" t
-- refused the function hash is
SELECT hash(1)
-- refused the function md5_number is
SELECT md5_number('a')
-- refused the function nextval is
SELECT nextval('x')
-- refused the function constant_or_null is
SELECT constant_or_null(1, 2)
-- refused the function alias is
SELECT alias(1)
-- refused the function stats is
SELECT stats(x) FROM "open-data"
-- refused the function vector_type is
SELECT vector_type(x) FROM "open-data"
-- refused the function bar is
SELECT bar(1,1,1,1)
-- refused the function parse_path is
SELECT parse_path('a')
-- refused the function get_bit is
SELECT get_bit('a', 1)
-- refused the function encode is
SELECT encode('a')
-- refused the function to_base64 is
SELECT to_base64('a'::BLOB)
-- refused the type BIT is
SELECT 'a'::BIT
-- refused the type UUID is
SELECT 'a'::UUID
-- refused the type UHUGEINT is
SELECT 1::UHUGEINT
-- refused the type LIST is
SELECT NULL::INTEGER[]
-- refused the type STRUCT is
SELECT NULL::STRUCT(a INTEGER)
-- refused the type LIST is
SELECT [1]::INTEGER[]
-- harmless
SELECT 'x'::VARCHAR(5)
-- refused the collation zh; DROP
SELECT 'x'::VARCHAR COLLATE "zh; DROP"
-- refused the type DECIMAL is
SELECT 1::DECIMAL(39, 0)
-- refused a value cannot be
SELECT 1::DECIMAL(38, 38)
-- harmless
SELECT 1::"DOUBLE"
-- refused INTEGER was not expected
SELECT 1::main.INTEGER
-- refused INTEGER was not expected
SELECT 1::"system".main.INTEGER
-- refused the type open-data is
SELECT 'x'::"open-data"
-- refused the type TIMESTAMP WITH
SELECT TIMESTAMPTZ '2024-01-01'
-- refused the function timezone is
SELECT '2024-01-01'::TIMESTAMP AT TIME ZONE 'UTC'
-- refused the parameter $1 has
SELECT x FROM "open-data" WHERE x = ?
-- refused the parameter $x has
SELECT x FROM "open-data" WHERE x = $x
-- refused the statement mixes parameters
SELECT $1::INTEGER, $a
-- refused a sample is not
SELECT x FROM "open-data" USING SAMPLE 1
-- refused a sample is not
SELECT x FROM "open-data" TABLESAMPLE RESERVOIR(1)
-- refused @ was not expected
SELECT x FROM "open-data"@1
-- refused dataset "open-data" had no
SELECT x FROM "open-data@0001-01-01"
-- refused "9999-99-99" is no version
SELECT x FROM "open-data@9999-99-99"
-- refused dataset "open-data" has no
SELECT x FROM "open-data@aaaaaaaaaaaa"
-- refused "open-data@%00" names no table
SELECT x FROM "open-data@%00"
-- refused "open-data@1 " names no
SELECT x FROM "open-data@1 "
-- refused "open-data@１" names no table
SELECT x FROM "open-data@１"
-- capped
SELECT * FROM generate_series(1, 9223372036854775807)
-- harmless
SELECT * FROM generate_series(9223372036854775800, 9223372036854775807)
-- harmless
SELECT * FROM range(5, 1, -1)
-- harmless
SELECT * FROM range(NULL)
-- refused the function takes other
SELECT * FROM range(1.5)
-- refused the engine says: interval
SELECT * FROM range(DATE '2024-01-01', DATE '2024-01-05', INTERVAL 0 DAY)
-- harmless
SELECT * FROM range((SELECT 5))
-- capped
SELECT * FROM "open-data", range(x)
-- capped
SELECT * FROM range(1000000) a POSITIONAL JOIN range(2000000) b
-- stopped
SELECT * FROM "open-data" a, LATERAL (SELECT * FROM range(a.x * 100000000)) b
-- stopped
SELECT (SELECT count(*) FROM range(a.x * 1000000000)) FROM "open-data" a
-- refused a value cannot be
SELECT 'No space left'::INTEGER
-- refused a value cannot be
SELECT 'Read-only file system'::DATE
-- refused a value cannot be
SELECT CAST('bad_alloc' AS DOUBLE)
-- refused a value cannot be
SELECT 'out of memory error'::INTEGER
-- refused a value cannot be
SELECT 'INTERRUPT'::INTEGER
-- refused a value cannot be
SELECT '{"exception_type":"FATAL","exception_message":"x"}'::INTEGER
-- refused the function error is
SELECT error('INTERRUPT')
-- refused there is no column
SELECT "INTERRUPT" FROM "open-data"
-- refused there is no dataset
SELECT * FROM "No space left"
-- refused there is no column
SELECT "地区"" FROM read_text('/etc/passwd') --" FROM "open-data"
-- refused there is no column
SELECT "x"" FROM read_text('/etc/passwd') --" FROM "open-data"
-- harmless
SELECT "地区", * FROM "open-data"
-- refused the statement names one
SELECT * FROM "open-data" WHERE "地区" = diqu
-- harmless
SELECT a."地区", b."地区" FROM "open-data" a JOIN "open-data@1" b ON a."地区" = b.diqu
-- refused several tables have the
SELECT "地区" FROM "open-data" a, "open-data@1" b
-- refused a table that FROM
SELECT "draft-data"."地区" FROM "open-data"
-- refused there is no dataset
SELECT * FROM "draft-data@2030-01-01"
-- refused there is no dataset
SELECT * FROM "closed-data@2030-01-01"
-- refused dataset "open-data" had no
SELECT * FROM "open-data@1970-01-01"
-- refused "open-data@000000000000" names no table
SELECT * FROM "open-data@000000000000"
-- refused "open-data@00000000000000000000000000000000000000000000000000…" names no table
SELECT * FROM "open-data@0000000000000000000000000000000000000000000000000000000000000000"
-- refused "open-data@00000000000000000000000000000000000000000000000000…" names no table
SELECT * FROM "open-data@00000000000000000000000000000000000000000000000000000000000000000"
-- refused "open-data@2026-01-01' OR 1=1 --"
SELECT * FROM "open-data@2026-01-01' OR 1=1 --"
-- refused "2026-02-30" is no version
SELECT * FROM "open-data@2026-02-30"
-- refused "open-data@1.table@2026-01-01" names no table
SELECT * FROM "open-data@1.table@2026-01-01"
-- capped
SELECT {{190 a.*, }}1 FROM "open-data" a
-- refused the answer would have
SELECT {{6000 a.*,}}1 FROM "open-data" a
-- stopped
WITH a AS (SELECT {{2000 b.*,}}1 FROM "open-data" b) SELECT {{1000 a.*,}}1 FROM a
-- harmless
SELECT {{7000 1,}}1
-- refused the statement cannot be
SELECT * EXCLUDE ({{5000 x,}} diqu) FROM "open-data"
-- refused the engine says: More
SELECT {{60 (SELECT 1 UNION ALL }}SELECT 1{{60 )}}
-- harmless
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 50) SELECT {{9 (SELECT count(*) FROM t, t u, t v, t w, t y) + }}1
-- refused the engine says: Failed
SELECT count(*) FROM generate_series(DATE '0001-01-01', DATE '5000000-01-01', INTERVAL 1 SECOND)
