package export

import (
	"strings"

	"gongkai/catalog"
)

// Format is a format that results are downloaded in; its text is the ending of
// the file's name.
type Format string

// The formats.
const (
	CSV     Format = "csv"
	TSV     Format = "tsv"
	XLSX    Format = "xlsx"
	JSON    Format = "json"
	NDJSON  Format = "ndjson"
	GeoJSON Format = "geojson"
	Arrow   Format = "arrow"
	Parquet Format = "parquet" // not written here
	DuckDB  Format = "duckdb"  // not written here
	SQLite  Format = "sqlite"  // not written here
)

// Formats lists the formats that every table is kept ready in, the most asked
// for first.
var Formats = []Format{CSV, XLSX, JSON, NDJSON, Parquet}

// Offered lists the formats that a table of these columns can be had in, the
// most asked for first.
func Offered(columns []catalog.Column) []Format {
	out := append([]Format{}, Formats...)
	if _, err := newGeoJSON(columns); err == nil {
		out = append(out, GeoJSON)
	}
	return append(out, TSV, Arrow, DuckDB, SQLite)
}

// every lists all formats.
func every() []Format {
	return append(append([]Format{}, Formats...), GeoJSON, TSV, Arrow, DuckDB, SQLite)
}

// ParseFormat reads the name of a format, in any case and with or without a
// dot. The error is of kind NotFound: the name is the end of a path.
func ParseFormat(name string) (Format, error) {
	wanted, all := Format(strings.ToLower(strings.TrimPrefix(name, "."))), every()
	names := make([]string, len(all))
	for i, f := range all {
		if f == wanted {
			return f, nil
		}
		names[i] = string(f)
	}
	return "", catalog.Errorf(catalog.NotFound, "ask for one of "+strings.Join(names, ", "), "there is no format %q", name)
}

// MediaType is the IANA media type, with the parameters that a response needs.
func (f Format) MediaType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8; header=present"
	case TSV:
		return "text/tab-separated-values; charset=utf-8; header=present"
	case Arrow:
		return "application/vnd.apache.arrow.stream"
	case GeoJSON:
		return "application/geo+json"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case JSON:
		return "application/json"
	case NDJSON:
		return "application/x-ndjson"
	case Parquet:
		return "application/vnd.apache.parquet"
	case DuckDB:
		return "application/vnd.duckdb"
	case SQLite:
		return "application/vnd.sqlite3"
	}
	return "application/octet-stream"
}

// Ext is the ending of the file's name, with its dot.
func (f Format) Ext() string { return "." + string(f) }

// Compressible reports whether a format is worth compressing: the others are
// compressed inside.
func (f Format) Compressible() bool {
	return f != XLSX && f != Parquet && f != DuckDB && f != SQLite && f != Arrow
}
