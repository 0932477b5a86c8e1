package statement

import (
	"encoding/json"
	"slices"
	"strings"
)

// The tables of what a statement may consist of. They name what the engine's
// json_serialize_sql writes; a test asks the engine for examples of each.

// query looks at a statement or a subquery: an object with a node.
func (w *walker) query(v any) {
	part("a query", fields{
		"node":            func(w *walker, v any) { w.queryNode(v) },
		"named_param_map": anything,
	})(w, v)
}

// queryNode looks at SELECT, UNION and the like.
func (w *walker) queryNode(v any) {
	w.object(v, func(n node) {
		kind := text(n["type"])
		allowed, ok := queryNodes()[kind]
		if !ok {
			w.refuse(onlySelect, "a query of the kind %s is not allowed here", kind)
			return
		}
		known := len(w.scopes)
		w.walk(n, "this query", allowed)
		w.scopes = w.scopes[:known] // what its WITH named ends with it
	})
}

func queryNodes() map[string]fields {
	return map[string]fields{
		"SELECT_NODE": {
			"cte_map": withs, "modifiers": each(modifier), "select_list": each(expression), "from_table": from,
			"where_clause": expression, "group_expressions": each(expression), "group_sets": anything,
			"having": expression, "qualify": expression, "sample": noSample,
			"aggregate_handling": oneOf("grouping", seeDocs, "STANDARD_HANDLING", "FORCE_AGGREGATES", "NO_AGGREGATES_ALLOWED"),
		},
		"SET_OPERATION_NODE": {
			"cte_map": withs, "modifiers": each(modifier), "left": queryNodeOf, "right": queryNodeOf, "children": each(queryNodeOf),
			"setop_type": oneOf("the set operation", seeDocs, "UNION", "UNION_BY_NAME", "EXCEPT", "INTERSECT"), "setop_all": anything,
		},
		"RECURSIVE_CTE_NODE": { // right alone may name itself, and comes behind left
			"cte_map": withs, "modifiers": each(modifier), "cte_name": anything, "union_all": anything, "aliases": anything,
			"left": queryNodeOf, "right": queryNodeOf, "key_targets": never("USING KEY", "write WITH RECURSIVE without USING KEY"),
		},
	}
}

func queryNodeOf(w *walker, v any) { w.queryNode(v) }

var noSample = never("a sample", "samples are never the same twice: take ORDER BY and LIMIT, or filter on _row % 100 = 0")

// reserved are the beginnings of the names that the engine gives to its own
// views. A WITH must not bear one: should the engine ever look for it where we
// think it is known, it would find the view.
var reserved = []string{"duckdb_", "pragma_", "sqlite_", "pg_", "information_schema"}

// withs looks at the queries of a WITH; each may name those before it.
func withs(w *walker, v any) {
	part("WITH", fields{"map": each(func(w *walker, v any) {
		part("WITH", fields{"key": anything, "value": anything})(w, v)
		entry, _ := v.(node)
		name := text(entry["key"])
		if slices.ContainsFunc(reserved, func(p string) bool { return strings.HasPrefix(strings.ToLower(name), p) }) {
			w.refuse("give it another name", "WITH %s is not allowed: the name begins as those of the engine do", shorten(name))
		}
		w.withQuery(name, entry["value"])
		w.scopes = append(w.scopes, map[string]bool{strings.ToLower(name): true})
	})})(w, v)
}

func (w *walker) withQuery(name string, v any) {
	part("WITH", fields{
		"aliases": anything, "materialized": anything,
		"key_targets": never("USING KEY", "write WITH RECURSIVE without USING KEY"),
		"query": func(w *walker, v any) {
			q, _ := v.(node)
			if inner, _ := q["node"].(node); text(inner["type"]) == "RECURSIVE_CTE_NODE" {
				w.recursive(name, inner)
				return
			}
			w.query(v)
		},
	})(w, v)
}

// recursive looks at both halves of a recursive WITH; the second names itself.
func (w *walker) recursive(name string, n node) {
	if !strings.EqualFold(text(n["cte_name"]), name) {
		w.refuse(seeDocs, "WITH RECURSIVE %s has two names", shorten(name))
		return
	}
	rest := node{}
	for key, v := range n {
		if key != "left" && key != "right" {
			rest[key] = v
		}
	}
	w.queryNode(rest)
	w.queryNode(n["left"])
	w.within(name, func() { w.queryNode(n["right"]) })
}

// modifier looks at ORDER BY, LIMIT and DISTINCT.
func modifier(w *walker, v any) {
	w.object(v, func(n node) {
		allowed, ok := map[string]fields{
			"ORDER_MODIFIER":         {"orders": each(order)},
			"LIMIT_MODIFIER":         {"limit": expression, "offset": expression},
			"LIMIT_PERCENT_MODIFIER": {"limit": expression, "offset": expression},
			"DISTINCT_MODIFIER":      {"distinct_on_targets": each(expression)},
		}[text(n["type"])]
		if !ok {
			w.refuse(seeDocs, "%s is not allowed here", text(n["type"]))
			return
		}
		w.walk(n, "this clause", allowed)
	})
}

func order(w *walker, v any) {
	part("ORDER BY", fields{"null_order": anything, "expression": func(w *walker, v any) {
		if n, _ := v.(node); text(n["class"]) == "STAR" && n["expr"] == nil { // ORDER BY ALL
			part("ORDER BY ALL", fields{"columns": anything})(w, v)
			return
		}
		expression(w, v)
	}})(w, v)
}

// from looks at what FROM names.
func from(w *walker, v any) {
	w.object(v, func(n node) {
		kind := text(n["type"])
		allowed, ok := sources()[kind]
		if !ok {
			w.refuse(`select from tables named "dataset" or "dataset.table"; the columns of a table are listed at /api/v1/datasets/{dataset}`,
				"%s is not allowed here", sourceNames(kind))
			return
		}
		w.walk(n, "this part of FROM", allowed)
		switch {
		case kind == "BASE_TABLE":
			w.table(n)
		case text(n["alias"]) != "":
			w.call(text(n["alias"]), -1)
		}
		w.out.TakesAll = w.out.TakesAll || kind == "PIVOT"
	})
}

func sourceNames(kind string) string {
	if kind == "SHOW_REF" {
		return "SHOW, DESCRIBE or SUMMARIZE"
	}
	return "FROM with " + strings.ToLower(strings.ReplaceAll(kind, "_", " "))
}

func sources() map[string]fields {
	columns := anything
	return map[string]fields{
		"EMPTY": {},
		"BASE_TABLE": {
			"schema_name": anything, "table_name": anything, "catalog_name": never("a name of three parts", howToName),
			"column_name_alias": columns, "sample": noSample, "at_clause": never("AT", `pin a version in the name: "dataset@3"`),
		},
		"JOIN": {
			"left": from, "right": from, "condition": expression, "using_columns": anything, "delim_flipped": never("this join", seeDocs),
			"join_type":                    oneOf("the join", seeDocs, "INNER", "LEFT", "RIGHT", "FULL", "OUTER", "SEMI", "ANTI"),
			"ref_type":                     oneOf("the join", "write JOIN … ON or JOIN … USING (column): NATURAL would compare _row, too", "REGULAR", "CROSS", "ASOF", "POSITIONAL"),
			"duplicate_eliminated_columns": never("this join", seeDocs),
		},
		"SUBQUERY":        {"subquery": func(w *walker, v any) { w.query(v) }, "column_name_alias": columns, "sample": noSample},
		"EXPRESSION_LIST": {"values": each(each(expression)), "column_name_alias": columns},
		"TABLE_FUNCTION": {
			"function": tableFunction, "column_name_alias": columns, "sample": noSample,
			"with_ordinality": oneOf("the order", seeDocs, "WITHOUT_ORDINALITY", "WITH_ORDINALITY"),
		},
		"PIVOT": {
			"source": from, "aggregates": each(expression), "unpivot_names": anything, "groups": anything, "include_nulls": anything,
			"column_name_alias": columns, "sample": noSample,
			"pivots": each(part("PIVOT", fields{
				"pivot_expressions": each(expression), "unpivot_names": anything,
				"entries":    each(part("PIVOT", fields{"values": anything, "expr": expression})),
				"pivot_enum": never("a type in PIVOT", "list the values: PIVOT (… ON column IN (…))"),
				"subquery":   never("a query in PIVOT", "list the values: PIVOT (… ON column IN (…))"),
			})),
		},
	}
}

// table notes a table, where the name is not one of WITH.
func (w *walker) table(n node) {
	schema, name := text(n["schema_name"]), text(n["table_name"])
	called := text(n["alias"])
	if called == "" {
		called = name
	}
	at := -1
	if schema != "" || !w.inScope(name) {
		at = w.want(schema, name)
	}
	w.call(called, at)
}

// call notes what a name stands for: a table, or -1 for something else.
func (w *walker) call(name string, table int) {
	if w.out.called == nil {
		w.out.called = map[string]int{}
	}
	key := strings.ToLower(name)
	if before, ok := w.out.called[key]; ok && before != table {
		table = -1
	}
	w.out.called[key] = table
}

func tableFunction(w *walker, v any) {
	w.object(v, func(n node) {
		if text(n["class"]) != "FUNCTION" {
			w.refuse(seeDocs, "this table function is not understood")
			return
		}
		w.function(n, text(n["function_name"]), tableFunctions, "table function")
		w.walk(n, "this table function", functionFields())
	})
}

// expression looks at anything that has a value.
func expression(w *walker, v any) {
	w.object(v, func(n node) {
		class := text(n["class"])
		allowed, ok := expressions()[class]
		if !ok {
			w.refuse(expressionFix(class), "%s is not allowed here", strings.ToLower(class))
			return
		}
		switch class {
		case "FUNCTION":
			w.function(n, text(n["function_name"]), functions, "function")
		case "WINDOW":
			w.function(n, text(n["function_name"]), windowFunctions, "window function")
		case "STAR":
			w.out.TakesAll = true
		case "OPERATOR":
			oneOf("the operator", seeDocs, operators...)(w, n["type"])
		}
		w.walk(n, "this expression", allowed)
	})
}

func expressionFix(class string) string {
	if class == "LAMBDA" {
		return "functions that take functions are not run: take unnest(…) in a subquery"
	}
	return seeDocs
}

// operators are the kinds of the class OPERATOR.
var operators = []string{"OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_COALESCE",
	"OPERATOR_NULLIF", "GROUPING_FUNCTION", "ARRAY_EXTRACT", "ARRAY_SLICE", "OPERATOR_TRY"}

func expressions() map[string]fields {
	return map[string]fields{
		"COLUMN_REF":           {"column_names": columnName},
		"CONSTANT":             {"value": anything},
		"COMPARISON":           {"left": expression, "right": expression},
		"CONJUNCTION":          {"children": each(expression)},
		"OPERATOR":             {"children": each(expression)},
		"BETWEEN":              {"input": expression, "lower": expression, "upper": expression},
		"CASE":                 {"case_checks": each(part("CASE", fields{"when_expr": expression, "then_expr": expression})), "else_expr": expression},
		"CAST":                 {"child": expression, "cast_type": castType, "try_cast": anything},
		"COLLATE":              {"child": expression, "collation": collation},
		"PARAMETER":            {"identifier": func(w *walker, v any) { w.param(v) }},
		"POSITIONAL_REFERENCE": {"index": anything},
		"FUNCTION":             functionFields(),
		"SUBQUERY": {
			"subquery": func(w *walker, v any) { w.query(v) }, "child": expression, "comparison_type": anything,
			"subquery_type": oneOf("this subquery", seeDocs, "SCALAR", "EXISTS", "NOT_EXISTS", "ANY"),
		},
		"STAR": {
			"relation_name": anything, "exclude_list": anything, "qualified_exclude_list": anything, "rename_list": anything,
			"replace_list": each(part("REPLACE", fields{"key": anything, "value": expression})),
			"columns":      never("COLUMNS", "name the columns"), "expr": never("COLUMNS", "name the columns"),
		},
		"WINDOW": {
			"function_name": anything, "schema": schemaMain, "catalog": never("a name of three parts", "leave out what stands before the function"),
			"children": each(expression), "partitions": each(expression), "orders": each(order), "start": anything, "end": anything,
			"start_expr": expression, "end_expr": expression, "offset_expr": expression, "default_expr": expression,
			"ignore_nulls": anything, "filter_expr": expression, "exclude_clause": anything, "distinct": anything,
			"arg_orders": each(order),
		},
	}
}

func functionFields() fields {
	return fields{
		"function_name": anything, "schema": schemaMain, "catalog": never("a name of three parts", "leave out what stands before the function"),
		"children": each(expression), "filter": expression, "distinct": anything, "is_operator": anything,
		"order_bys":    part("ORDER BY", fields{"orders": each(order)}),
		"export_state": never("EXPORT_STATE", "leave it out"),
	}
}

var schemaMain = oneOf("the function of", "write function(x) in place of x.function()", "", "main")

// valueNames are column names that the engine takes for functions where no
// column has the name: they tell the time or about the server.
var valueNames = []string{"current_catalog", "current_database", "current_date", "current_schema", "current_role", "current_time", "current_timestamp",
	"current_user", "localtime", "localtimestamp", "session_user", "user"}

func columnName(w *walker, v any) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		w.refuse(seeDocs, "this column is not understood")
		return
	}
	if name := strings.ToLower(text(list[0])); len(list) == 1 && slices.Contains(valueNames, name) {
		fix := nothingToTell
		if strings.Contains(name, "time") || strings.Contains(name, "date") {
			fix = clockFix
		}
		w.refuse(fix+"; a column of that name needs its table before it: t."+name, "%s is not allowed here", name)
	}
}

// collations are those by which texts may be ordered.
var collations = []string{"binary", "c", "nocase", "noaccent", "nfc", "zh", "zh_cn", "zh_tw", "en", "en_us"}

func collation(w *walker, v any) {
	if !slices.Contains(collations, strings.ToLower(text(v))) {
		w.refuse("the collations are "+strings.Join(collations, ", "), "the collation %s is not allowed here", shorten(text(v)))
	}
}

// types are those that a value may be cast to.
var types = []string{"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
	"FLOAT", "DOUBLE", "DECIMAL", "VARCHAR", "DATE", "TIME", "TIMESTAMP", "INTERVAL"}

// castType takes the listed types, DECIMAL with digits.
func castType(w *walker, v any) {
	n, _ := v.(node)
	name, info := text(n["id"]), n["type_info"]
	if !slices.Contains(types, name) {
		if inner, _ := info.(node); name == "UNBOUND" {
			name = text(inner["name"])
		}
		w.refuse("the types are "+strings.Join(types, ", "), "the type %s is not allowed here", shorten(name))
		return
	}
	for key := range n {
		if key != "id" && key != "type_info" {
			w.refuse(seeDocs, "the type %s with %s is not allowed here", name, key)
		}
	}
	if info == nil {
		return
	}
	part("the type "+name, fields{"width": anything, "scale": anything})(w, info)
}

// text is a string, or "" where v is none.
func text(v any) string {
	s, _ := v.(string)
	return s
}

// number is a whole constant, as those that say how long something gets.
func number(v any) (int64, bool) {
	n, _ := v.(node)
	value, _ := n["value"].(node)
	digits, ok := value["value"].(json.Number)
	if text(n["class"]) != "CONSTANT" || !ok {
		return 0, false
	}
	i, err := digits.Int64()
	return i, err == nil
}
