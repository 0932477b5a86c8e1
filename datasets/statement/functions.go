package statement

import (
	"slices"
	"strings"
)

// check looks at how a function is called; nil is any way.
type check func(w *walker, n node)

// MaxLength is how long lpad, rpad and repeat may make a text.
const MaxLength = 1000

// Group is a part of the functions that may be used, for the docs.
type Group struct {
	Title string
	Names []string
}

// Groups lists the functions that may be used. Those whose answer depends on
// more than their arguments, the clock and chance, are left out: who cites a
// result must get the same again.
func Groups() []Group {
	return []Group{
		{"Aggregates", words(`count sum avg mean min max median quantile quantile_cont quantile_disc mode stddev stddev_pop stddev_samp
			variance var_pop var_samp corr covar_pop covar_samp regr_slope regr_intercept regr_r2 regr_count skewness kurtosis mad entropy
			bool_and bool_or count_if string_agg group_concat listagg first last any_value arg_min arg_max min_by max_by product fsum
			approx_count_distinct`)},
		{"Window functions", words(`row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value`)},
		{"Numbers", words(`abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log log2 log10 pow power mod pi sin cos tan asin acos atan
			atan2 cot degrees radians greatest least gcd lcm isnan isinf isfinite`)},
		{"Text", words(`length len strlen char_length character_length lower lcase upper ucase trim ltrim rtrim substring substr left right
			replace translate reverse contains starts_with ends_with prefix suffix position strpos instr concat concat_ws split_part
			string_split str_split split regexp_matches regexp_full_match regexp_replace regexp_extract like_escape not_like_escape
			ilike_escape not_ilike_escape lpad rpad repeat ascii unicode ord chr strip_accents nfc_normalize levenshtein
			damerau_levenshtein jaccard jaro_similarity jaro_winkler_similarity hamming md5 sha256`)},
		{"Dates and times", words(`date_trunc datetrunc date_part datepart year month day quarter week weekofyear isoyear yearweek dayofweek
			weekday isodow dayofyear hour minute second dayname monthname date_diff datediff date_sub datesub date_add age last_day
			make_date make_time make_timestamp strftime strptime try_strptime epoch to_years to_months to_weeks to_days to_hours
			to_minutes to_seconds time_bucket decade century`)},
		{"Choices and lists", words(`nullif ifnull if unnest row list_value list_contains array_length typeof`)},
	}
}

// signs are the operators that the parser writes as functions.
const signs = `+ - * / // % ** ^ || @ ~~ !~~ ~~* !~~* ~~~ ^@ & |`

func words(text string) []string { return strings.Fields(text) }

// functions, windowFunctions and tableFunctions are what may be called where.
var functions, windowFunctions, tableFunctions = func() (plain, window, table map[string]check) {
	plain, window = map[string]check{}, map[string]check{}
	for _, g := range Groups() {
		for _, name := range g.Names {
			if g.Title != "Window functions" {
				plain[name] = nil
			}
			if g.Title == "Window functions" || g.Title == "Aggregates" {
				window[name] = nil
			}
		}
	}
	for _, sign := range words(signs) {
		plain[sign] = nil
	}
	plain["count_star"], window["count_star"] = nil, nil
	for _, name := range words("lpad rpad repeat") {
		plain[name] = shortText
	}
	plain["age"] = twoArguments
	return plain, window, map[string]check{"generate_series": nil, "range": nil, "unnest": nil}
}()

// shortText wants the length written out, and small.
func shortText(w *walker, n node) {
	children, _ := n["children"].([]any)
	if len(children) < 2 {
		return // the engine tells
	}
	if length, ok := number(children[1]); !ok || length > MaxLength {
		w.refuse("write the length as a number up to 1000", "%s may not make texts of any length", text(n["function_name"]))
	}
}

func twoArguments(w *walker, n node) {
	if children, _ := n["children"].([]any); len(children) != 2 {
		w.refuse(clockFix, "%s with one date counts from today", text(n["function_name"]))
	}
}

const clockFix = "write the date or time as DATE '2026-01-31', or give it as a parameter: the same statement must have the same answer tomorrow"

const nothingToTell = "the server tells nothing about itself here; what is published is listed at /api/v1/datasets"

// refusals say why some things are not there, and what to take instead. A name
// that ends in * stands for all that begin so.
var refusals = []struct {
	names []string
	fix   string
}{
	{words("duckdb_* pragma_* pg_* has_* sql_auto_complete getenv getvariable current_setting current_schema* current_catalog current_database current_user current_role current_query user session_user version in_search_path sqlite_master information_schema* checkpoint* force_checkpoint enable_* disable_* test_* which_secret storage_info* memory* add_parquet_key"),
		nothingToTell},
	{words("now today current_* get_current_* transaction_timestamp random setseed uuid gen_random_uuid uuidv4 uuidv7 localtime* txid_current"), clockFix},
	{words("read_* parquet_* sniff_csv glob scan_* iceberg_* delta_* arrow_* seq_scan sqlite_* postgres_* mysql_* write_* copy_* load_* st_read* read"),
		`files and other servers are not read; select from tables named "dataset"`},
	{words("query query_table json_execute_serialized_sql json_serialize_* json_deserialize_sql eval* error"),
		"write the SELECT itself, as a subquery or with WITH"},
	{words("list_* array_* apply filter reduce map* struct_* flatten list array"),
		"lists cannot be worked with here beyond string_split, unnest and string_agg: group rows instead"},
	{words("range generate_series"), "write it in FROM: FROM generate_series(1, 12) AS t(month)"},
	{words("repeat_row format printf"), "join texts with || or concat"},
	{words("to_json json* row_to_json json_*"), "leave the form to the answer: it comes as json, csv or ndjson"},
	{words("timezone icu_* make_timestamptz to_timestamp"), "times have no zone here; add or subtract an INTERVAL"},
}

func sortedNames(of map[string]check) []string {
	names := make([]string, 0, len(of))
	for name := range of {
		if name[0] >= 'a' && name[0] <= 'z' {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
